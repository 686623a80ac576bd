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

static void delay(struct exec *x, u32 from, u32 to)
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
}

static int issue(const struct eng *e)
{
	if (e->first->released)
		return -ENXIO;
	dma_async_issue_pending(e->chan);
	return 0;
}

static int exec_step(struct exec *x, const struct step *s, u32 index, u64 *value)
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
				 dmt_tx_submit(x, &p->txs[s->obj], index, value);
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
		delay(x, s->arg0, s->arg1);
		return 0;
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
		dmt_do_crash(s->arg0);
		return 0;
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

static int exec_counted(struct exec *x, const struct step *s, u32 index, u64 *value)
{
	int status;

	if (waits(s->op))
		return exec_step(x, s, index, value);
	dmt_fail_take();
	status = exec_step(x, s, index, value);
	dmt_fail_give();
	return status;
}

static bool has_value(u32 op)
{
	return op == DMT_STEP_WAIT || op == DMT_STEP_STATUS || op == DMT_STEP_CPU_READ ||
	       op == DMT_STEP_CHECK;
}

static void exec_timed(struct exec *x, const struct step *s, u32 index)
{
	u64 value = 0;
	ktime_t begin = ktime_get(), end;
	int status = exec_counted(x, s, index, &value);

	end = ktime_get();
	if (!has_value(s->op))
		value = ktime_to_ns(ktime_sub(end, begin));
	dmt_record(x, index, status, value, end);
}

static void exec(struct exec *x, const struct step *s, u32 index)
{
	u64 value = 0;
	int status = exec_counted(x, s, index, &value);

	dmt_record(x, index, status, value, ktime_get());
}

/* Steps from one chance for others to run to the next; run.c gives one after each iteration. */
#define BARE_RESCHED	16

/*
 * As little beside the steps as can be: between the first and the last of @b what went
 * well is counted and no more.
 */
static void exec_bare(struct exec *x, const struct block *b)
{
	const struct step *steps = x->run->p->steps;
	u32 last = b->first + b->nr - 1, quiet = 0, i;

	for (i = b->first; i <= last && !dmt_aborted(x->run); i++) {
		u64 value = 0;
		int status = exec_counted(x, &steps[i], i, &value);

		if (!status && i != b->first && i != last)
			quiet++;
		else
			dmt_record(x, i, status, value, ktime_get());
		if (!x->atomic && !(i % BARE_RESCHED))
			cond_resched();
	}
	atomic64_add(quiet, &x->run->n.steps);
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
			exec_timed(x, &p->steps[i], i);
		else
			exec(x, &p->steps[i], i);
		if (!x->atomic)
			cond_resched();
	}
}
