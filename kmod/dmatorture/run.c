// SPDX-License-Identifier: GPL-2.0-only
/* A run: channels, threads, iterations, and its sums. */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "dmt.h"

static void barrier_init(struct barrier *b, u32 parties)
{
	spin_lock_init(&b->lock);
	init_waitqueue_head(&b->wq);
	b->parties = parties;
}

int dmt_barrier(struct barrier *b, struct dmt_run *run)
{
	u32 round;

	spin_lock(&b->lock);
	round = b->round;
	if (++b->arrived == b->parties) {
		b->arrived = 0;
		WRITE_ONCE(b->round, round + 1);
		wake_up_all(&b->wq);
	}
	spin_unlock(&b->lock);
	wait_event_idle(b->wq, READ_ONCE(b->round) != round || (run && dmt_aborted(run)));
	return READ_ONCE(b->round) != round ? 0 : -EINTR;
}

void dmt_abort(struct dmt_run *run, int why)
{
	u32 i;

	if (cmpxchg(&run->abort, 0, why))
		return;
	wake_up_all(&run->aborted);
	for (i = 0; i < run->p->nr_txs; i++)
		wake_up_all(&run->p->txs[i].wq);
	for (i = 0; i < run->p->nr_barriers; i++)
		wake_up_all(&run->barriers[i].wq);
}

/* ---- iterations ---- */

/* Allocates memory for the buffers that a step freed. */
static int renew_buffers(struct prog *p)
{
	bool any = false;
	u32 i;

	for (i = 0; i < p->nr_buffers; i++) {
		if (p->buffers[i].page)
			continue;
		if (dmt_buf_alloc(&p->buffers[i]))
			return -ENOMEM;
		any = true;
	}
	if (any)
		dmt_lists_fill(p);
	return 0;
}

static void begin_iteration(struct dmt_run *run)
{
	int err;
	u32 i;

	dmt_fail_take();
	err = renew_buffers(run->p);
	if (!err)
		err = dmt_retake_channels(run->p);
	dmt_fail_give();
	if (err) {
		dmt_abort(run, err);
		return;
	}
	for (i = 0; i < run->p->nr_buffers; i++) {
		dmt_buf_fill(run, i);
		cond_resched();
	}
	for (i = 0; i < run->p->nr_barriers; i++)
		run->barriers[i].arrived = 0;
	dmt_tx_reset(run);
	atomic_set(&run->bad, 0);
}

/* Gives back what the program left: mappings, and pools that it spoiled. */
static void give_back(struct dmt_run *run)
{
	dmt_unmap_leftovers(run);
	dmt_fail_take();
	dmt_pools_renew(run->p);
	dmt_fail_give();
}

static void end_iteration(struct dmt_run *run, s64 bad_before)
{
	if (dmt_tx_settle(run))
		dmt_abort(run, -EIO);
	else
		give_back(run);
	if (run->first_bad == DMT_NONE && atomic64_read(&run->n.checks_bad) != bad_before)
		run->first_bad = run->iteration;
	dmt_records_end_iteration(run);
	if (!dmt_aborted(run))
		run->iterations++;
}

struct thread {
	struct dmt_run *run;
	const struct block *block;
	struct task_struct *task;
};

/*
 * A thread of the program. The first one also begins and ends each iteration while the others
 * wait; in a program with one thread there is nobody to wait for.
 */
static int thread_fn(void *arg)
{
	struct thread *t = arg;
	struct dmt_run *run = t->run;
	bool leads = !t->block->thread, alone = run->p->nr_threads == 1;
	u8 on_stack[2 * DMT_MAX_STACK_BYTES];
	u32 i;

	if (leads && run->p->has_stack) {
		dmt_buf_on_stack(run->p, on_stack);
		dmt_lists_fill(run->p);
	}
	for (i = 0; i < run->p->repeat; i++) {
		s64 bad_before = atomic64_read(&run->n.checks_bad);
		struct exec x = { .run = run, .thread = t->block->thread };

		if (leads) {
			run->stop = dmt_aborted(run);
			run->iteration = i;
			if (!run->stop)
				begin_iteration(run);
		}
		if (!alone)
			dmt_barrier(&run->begin, NULL);
		if (run->stop)
			break;
		x.prng = dmt_seed(run, 0, t->block->thread);
		dmt_exec_block(&x, t->block);
		if (!alone)
			dmt_barrier(&run->end, NULL);
		if (leads)
			end_iteration(run, bad_before);
		cond_resched();
	}
	if (atomic_dec_and_test(&run->running))
		complete(&run->done);
	return 0;
}

static struct thread *start_threads(struct dmt_run *run)
{
	struct prog *p = run->p;
	struct thread *threads;
	u32 i, n = 0;

	threads = kcalloc(p->nr_threads, sizeof(*threads), GFP_KERNEL);
	if (!threads)
		return NULL;
	for (i = 0; i < p->nr_blocks; i++) {
		struct thread *t = &threads[n];

		if (p->blocks[i].kind != DMT_BLOCK_THREAD)
			continue;
		t->run = run;
		t->block = &p->blocks[i];
		t->task = kthread_create(thread_fn, t, "dmt/%u", n);
		if (IS_ERR(t->task))
			goto fail;
		get_task_struct(t->task);
		n++;
	}
	atomic_set(&run->running, n);
	run->start = ktime_get();
	for (i = 0; i < n; i++)
		wake_up_process(threads[i].task);
	return threads;
fail:
	while (n--) {
		kthread_stop(threads[n].task);	/* it has never run */
		put_task_struct(threads[n].task);
	}
	kfree(threads);
	return NULL;
}

/* Sleeps until all threads have ended; a signal or the timeout aborts the run. */
static void wait_threads(struct dmt_run *run, struct thread *threads)
{
	long left = wait_for_completion_interruptible_timeout(&run->done,
							      msecs_to_jiffies(run->p->timeout_ms));
	u32 i;

	if (left <= 0) {
		dmt_abort(run, left ? -EINTR : -ETIMEDOUT);
		wait_for_completion(&run->done);
	}
	for (i = 0; i < run->p->nr_threads; i++) {
		kthread_stop(threads[i].task);
		put_task_struct(threads[i].task);
	}
	kfree(threads);
}

int dmt_run_init(struct dmt_run *run, struct prog *p)
{
	u32 i;

	memset(run, 0, sizeof(*run));
	run->p = p;
	run->first_bad = DMT_NONE;
	init_waitqueue_head(&run->aborted);
	spin_lock_init(&run->atomic_lock);
	init_completion(&run->done);
	barrier_init(&run->begin, p->nr_threads);
	barrier_init(&run->end, p->nr_threads);
	for (i = 0; i < p->nr_barriers; i++)
		barrier_init(&run->barriers[i], p->barrier_parties[i]);
	dmt_tx_reset(run);
	return dmt_records_init(run);
}

void dmt_run_free(struct dmt_run *run)
{
	vfree(run->records);
	run->records = NULL;
}

static void count_low_buffers(const struct prog *p, struct dmt_sums *sums)
{
	u32 i;

	for (i = 0; i < p->nr_buffers; i++)
		if (p->buffers[i].memory == DMT_MEMORY_PAGES && p->buffers[i].page &&
		    page_to_phys(p->buffers[i].page) <= U32_MAX)
			sums->low_buffers++;
}

static void fill_sums(const struct dmt_run *run, struct dmt_sums *sums)
{
	u32 i;

	sums->iterations = run->iterations;
	sums->steps = atomic64_read(&run->n.steps);
	sums->steps_failed = atomic64_read(&run->n.steps_failed);
	sums->checks = atomic64_read(&run->n.checks);
	sums->checks_bad = atomic64_read(&run->n.checks_bad);
	sums->maps = atomic64_read(&run->n.maps);
	sums->maps_bounced = atomic64_read(&run->n.maps_bounced);
	sums->foreign_maps = atomic64_read(&run->n.foreign_maps);
	sums->records = run->base;
	sums->records_lost = run->lost;
	sums->digest = run->digest;
	sums->first_bad = run->first_bad;
	sums->leftover_maps = run->leftover_maps;
	sums->leftover_txs = run->leftover_txs;
	sums->began_ns = ktime_to_ns(run->start);
	sums->wrong_step = run->wrong_step;
	sums->wrong_offset = run->wrong_offset;
	memcpy(sums->wanted, run->wanted, sizeof(sums->wanted));
	memcpy(sums->found, run->found, sizeof(sums->found));
	for (i = 0; i < run->p->nr_engines; i++)
		sums->domain[i] = run->p->engines[i].domain;
}

/*
 * Refuses stack buffers if an engine cannot terminate: it might use the stack for ever, and the
 * thread could never end.
 */
static int check_stack(const struct prog *p, struct dmt_sums *sums)
{
	u32 i;

	for (i = 0; i < p->nr_engines && p->has_stack; i++) {
		if (dmt_can_terminate(&p->engines[i]))
			continue;
		snprintf(sums->reason, sizeof(sums->reason),
			 "engine %s cannot be terminated: no buffer may be on a stack",
			 p->engines[i].name);
		return -EOPNOTSUPP;
	}
	return 0;
}

/* Gets the channels and checks whether the program may use them. */
static int prepare(struct prog *p, struct dmt_sums *sums)
{
	int err = dmt_get_channels(p, sums);

	if (err)
		return err;
	dmt_find_domains(p);
	err = dmt_check_foreign(p, sums->reason, sizeof(sums->reason));
	if (err == -EPERM && !(p->flags & DMT_F_FOREIGN_MAP))
		err = -EXDEV;	/* not asked for: nothing was to be run anyway */
	if (err == -EPERM || (err && !(p->flags & DMT_F_FOREIGN_MAP)))
		return err;
	sums->reason[0] = 0;
	return check_stack(p, sums);
}

static int run_threads(struct dmt_run *run, struct dmt_sums *sums)
{
	struct thread *threads;

	dmt_fail_take();
	threads = start_threads(run);
	dmt_fail_give();
	if (!threads)
		return -ENOMEM;
	wait_threads(run, threads);
	sums->ns = ktime_to_ns(ktime_sub(ktime_get(), run->start));
	return run->p->lost ? -EIO : run->abort;
}

static void say_why(const struct prog *p, struct dmt_sums *sums)
{
	char *to = sums->reason;
	size_t size = sizeof(sums->reason);

	if (p->lost)
		snprintf(to, size, "an engine neither completes nor terminates: all memory is given up");
	else if (sums->status == -ENODEV)
		snprintf(to, size, "an engine has gone while it was released, or before it had a pool");
	else if (sums->status == -ETIMEDOUT)
		snprintf(to, size, "not done after %u ms", p->timeout_ms);
}

void dmt_run(struct dmt_run *run, struct dmt_sums *sums)
{
	struct prog *p = run->p;

	memset(sums, 0, sizeof(*sums));
	sums->first_bad = DMT_NONE;
	dmt_fail_take();
	sums->status = prepare(p, sums);
	if (!sums->status)
		sums->status = dmt_pools_create(p);
	dmt_fail_give();
	if (!sums->status) {
		sums->status = run_threads(run, sums);
		dmt_pools_destroy(p);
	}
	if (!sums->reason[0])
		say_why(p, sums);
	fill_sums(run, sums);
	count_low_buffers(p, sums);
	dmt_put_channels(p);
}
