// SPDX-License-Identifier: GPL-2.0-only
/* Records: what each step did. */
#include <linux/crc32.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>

#include "dmt.h"

/*
 * Kept records come first. Behind them there is always room for one iteration, which is
 * digested before its records are kept or dropped.
 */
int dmt_records_init(struct dmt_run *run)
{
	const struct prog *p = run->p;
	u64 iterations = min_t(u64, (u64)p->keep_first + p->keep_bad, p->repeat);

	run->keep_max = min_t(u64, iterations * p->max_records, DMT_MAX_KEPT_RECORDS);
	run->capacity = run->keep_max + p->max_records;
	run->records = vmalloc(array_size(run->capacity, sizeof(*run->records)));
	return run->records ? 0 : -ENOMEM;
}

static u8 context_found(void)
{
	if (in_hardirq())
		return DMT_CTX_HARDIRQ;
	if (in_serving_softirq())
		return DMT_CTX_SOFTIRQ;
	if (irqs_disabled() || preempt_count())
		return DMT_CTX_ATOMIC;
	if (current->flags & PF_WQ_WORKER)
		return DMT_CTX_WORKQUEUE;
	return DMT_CTX_TASK;
}

/* Any context. */
void dmt_record(struct exec *x, u32 step, int status, u64 value, ktime_t now)
{
	struct dmt_run *run = x->run;
	u32 i = atomic_inc_return(&run->used) - 1;

	atomic64_inc(&run->n.steps);
	if (status) {
		atomic_set(&run->bad, 1);
		if (status != -EILSEQ)
			atomic64_inc(&run->n.steps_failed);
	}
	if (i >= run->capacity)
		return;		/* counted as lost at the iteration's end */
	run->records[i] = (struct dmt_record) {
		.time_ns = cpu_to_le64(ktime_to_ns(ktime_sub(now, run->start))),
		.step = cpu_to_le32(step),
		.iteration = cpu_to_le32(run->iteration),
		.status = cpu_to_le32(status),
		.cpu = cpu_to_le16(raw_smp_processor_id()),
		.thread = x->thread,
		.ctx = context_found(),
		.value = cpu_to_le64(value),
	};
}

/*
 * Digests what happened and in which order. Times are left out: they also depend, by some
 * instructions, on what the guest did before (hash chains, free lists, an attached tracer).
 */
static u32 digest(const struct dmt_run *run, u32 crc, u32 first, u32 end)
{
	for (u32 i = first; i < end; i++) {
		struct dmt_record r = run->records[i];

		r.time_ns = 0;
		if (run->p->flags & DMT_F_TIMED ||
		    run->p->steps[le32_to_cpu(r.step)].op == DMT_STEP_WAIT)
			r.value = 0;
		crc = crc32_le(crc, (u8 *)&r, sizeof(r));
	}
	return crc;
}

void dmt_records_end_iteration(struct dmt_run *run)
{
	const struct prog *p = run->p;
	u32 used = atomic_read(&run->used);
	bool bad = atomic_read(&run->bad), keep;

	if (used > run->capacity) {	/* more records than an iteration may have */
		run->lost += used - run->capacity;
		used = run->capacity;
	}
	run->digest = digest(run, run->digest, run->base, used);
	keep = run->iteration < p->keep_first;
	if (!keep && bad && run->kept_bad < p->keep_bad) {
		keep = true;
		run->kept_bad++;
	}
	if (!keep)
		used = run->base;
	if (used > run->keep_max) {
		run->lost += used - run->keep_max;
		used = run->keep_max;
	}
	atomic_set(&run->used, used);
	run->base = used;
}
