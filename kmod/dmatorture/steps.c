// SPDX-License-Identifier: GPL-2.0-only
/* One step after the other. */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "dmt.h"

/* Not wait_event_hrtimeout(): that adds the timer slack. */
static void sleep_ns(struct dmt_run *run, u32 ns)
{
	ktime_t t = ns_to_ktime(ns);
	DEFINE_WAIT(wait);

	prepare_to_wait(&run->aborted, &wait, TASK_IDLE);
	if (!dmt_aborted(run))
		schedule_hrtimeout(&t, HRTIMER_MODE_REL);
	finish_wait(&run->aborted, &wait);
}

/* Apart, as issue() and crash() are: exec_step() has no frame of its own then. */
static noinline int delay(struct exec *x, u32 from, u32 to)
{
	u32 ns = from;

	/* Below 2^30 + 1 values: no 64-bit division, 32-bit machines have none. */
	if (to > from)
		ns += (dmt_random(&x->prng) >> 32) * (to - from + 1) >> 32;
	if (x->atomic) {
		ndelay(ns % NSEC_PER_USEC);
		udelay(ns / NSEC_PER_USEC);
	} else if (ns) {
		sleep_ns(x->run, ns);
	}
	return 0;
}

static noinline int issue(const struct eng *e)
{
	if (e->first->released)
		return -ENXIO;
	dma_async_issue_pending(e->chan);
	return 0;
}

static noinline int crash(u32 how)
{
	dmt_do_crash(how);
	return 0;
}

static int exec_step(struct exec *x, const struct step *s, u64 *value)
{
	struct dmt_run *run = x->run;
	struct prog *p = run->p;

	switch (s->op) {
	case DMT_STEP_MAP:
		return dmt_map(x, &p->maps[s->obj], value);
	case DMT_STEP_UNMAP:
		return dmt_unmap(x, &p->maps[s->obj], s->arg0, s->arg1);
	case DMT_STEP_MAPPING_ERROR:
		return dmt_mapping_error(x, &p->maps[s->obj], value);
	case DMT_STEP_SYNC_CPU:
		return dmt_sync(x, s, true);
	case DMT_STEP_SYNC_DEVICE:
		return dmt_sync(x, s, false);
	case DMT_STEP_PREP:
		return dmt_tx_prep(x, &p->txs[s->obj]);
	case DMT_STEP_SUBMIT:
		return s->arg0 ? dmt_tx_submit_again(x, &p->txs[s->obj], value) :
				 dmt_tx_submit(x, &p->txs[s->obj], s - p->steps, value);
	case DMT_STEP_ISSUE:
		return issue(&p->engines[s->obj]);
	case DMT_STEP_WAIT:
		return dmt_tx_wait(x, &p->txs[s->obj], s->arg0, value);
	case DMT_STEP_STATUS:
		return dmt_tx_status(&p->txs[s->obj], value);
	case DMT_STEP_TERMINATE:
		return dmt_tx_terminate(run, x, &p->engines[s->obj]);
	case DMT_STEP_SYNCHRONIZE:
		return dmt_tx_synchronize(&p->engines[s->obj]);
	case DMT_STEP_ACK:
		return dmt_tx_ack(&p->txs[s->obj]);
	case DMT_STEP_CPU_READ:
		return dmt_cpu_read(p, &p->operands[s->obj], value);
	case DMT_STEP_CPU_WRITE:
		return dmt_cpu_write(x, &p->operands[s->obj], s->arg0, s->arg1);
	case DMT_STEP_CHECK:
		return dmt_check(x, s, value);
	case DMT_STEP_CPU_COPY:
		return dmt_cpu_copy(p, s);
	case DMT_STEP_CPU_XOR:
		return dmt_cpu_xor(p, s);
	case DMT_STEP_DELAY:
		return delay(x, s->arg0, s->arg1);
	case DMT_STEP_BARRIER:
		return dmt_barrier(&run->barriers[s->arg0], run);
	case DMT_STEP_IN:
		return dmt_exec_in(x, &p->blocks[s->obj]);
	case DMT_STEP_FREE:
		return dmt_buf_give_back(p, s->obj);
	case DMT_STEP_FORGET_MAP:
		return dmt_forget_map(&p->maps[s->obj]);
	case DMT_STEP_FORGET_TX:
		return dmt_tx_forget(&p->txs[s->obj]);
	case DMT_STEP_RELEASE:
		return dmt_release_channel(run, &p->engines[s->obj]);
	case DMT_STEP_CRASH:
		return crash(s->arg0);
	default:
		return 0;
	}
}

/* Allocates nothing itself, and others run meanwhile. */
static bool waits(u32 op)
{
	switch (op) {
	case DMT_STEP_WAIT:
	case DMT_STEP_BARRIER:
	case DMT_STEP_DELAY:
	case DMT_STEP_IN:
		return true;
	default:
		return false;
	}
}

static int exec_counted(struct exec *x, const struct step *s, u64 *value)
{
	int status;

	if (waits(s->op))
		return exec_step(x, s, value);
	dmt_fail_take();
	status = exec_step(x, s, value);
	dmt_fail_give();
	return status;
}

static bool has_value(u32 op)
{
	return op == DMT_STEP_WAIT || op == DMT_STEP_STATUS || op == DMT_STEP_CPU_READ ||
	       op == DMT_STEP_CHECK;
}

static void record(struct exec *x, const struct step *s, int status, u64 value, ktime_t end)
{
	dmt_record(x, s - x->run->p->steps, status, value, end);
}

static void exec_timed(struct exec *x, const struct step *s)
{
	u64 value = 0;
	ktime_t begin = ktime_get(), end;
	int status = exec_counted(x, s, &value);

	end = ktime_get();
	if (!has_value(s->op))
		value = ktime_to_ns(ktime_sub(end, begin));
	record(x, s, status, value, end);
}

static void exec(struct exec *x, const struct step *s)
{
	u64 value = 0;
	int status = exec_counted(x, s, &value);

	record(x, s, status, value, ktime_get());
}

/* Steps from one chance for others to run to the next; run.c gives one after each iteration. */
#define BARE_RESCHED	16

/*
 * As little beside the steps as can be: between the first and the last of @b what went
 * well is counted and no more, and the first is told when there is something to tell.
 */
static void exec_bare(struct exec *x, const struct block *b)
{
	struct dmt_run *run = x->run;
	const struct step *first = run->p->steps + b->first, *last = first + b->nr - 1, *s;
	u32 quiet = 0, told = 0;
	ktime_t begin, end;
	u64 value = 0, v;
	int status, err;

	if (dmt_aborted(run))
		return;
	status = exec_counted(x, first, &value);
	begin = ktime_get();
	for (s = first + 1; s <= last && !dmt_aborted(run); s++) {
		v = 0;
		err = exec_counted(x, s, &v);
		if (!err && s != last) {
			if (!(++quiet % BARE_RESCHED) && !x->atomic)
				cond_resched();
			continue;
		}
		end = ktime_get();
		if (!told++)
			record(x, first, status, value, begin);
		record(x, s, err, v, end);
	}
	if (!told)
		record(x, first, status, value, begin);
	atomic64_add(quiet, &run->n.steps);
}

/* The context is the block's own; @x->atomic says whether it may sleep. */
void dmt_exec_block(struct exec *x, const struct block *b)
{
	const struct prog *p = x->run->p;
	bool timed = p->flags & DMT_F_TIMED;
	u32 end = b->first + b->nr, i;

	if (p->flags & DMT_F_BARE && b->nr) {
		exec_bare(x, b);
		return;
	}
	for (i = b->first; i < end && !dmt_aborted(x->run); i++) {
		if (timed)
			exec_timed(x, &p->steps[i]);
		else
			exec(x, &p->steps[i]);
		if (!x->atomic)
			cond_resched();
	}
}
