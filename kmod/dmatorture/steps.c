// SPDX-License-Identifier: GPL-2.0-only
/* One step after the other, and what is recorded of it. */
#include <linux/sched.h>

#include "dmt.h"

#define STEP(name, ...)								\
	[DMT_STEP_##name] = { __VA_ARGS__ },
const struct step_type dmt_step_types[DMT_STEP__COUNT] = {
#include "uapi/steps.h"
};

static bool has(const struct step *s, u32 flag)
{
	return dmt_step_types[s->op].flags & flag;
}

static int exec_counted(struct exec *x, const struct step *s, u64 *value)
{
	int status;

	if (has(s, DMT_WAITS))
		return dmt_exec_step(x, s, value);
	dmt_fail_take();
	status = dmt_exec_step(x, s, value);
	dmt_fail_give();
	return status;
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
	if (!has(s, DMT_VALUE))
		value = ktime_to_ns(ktime_sub(end, begin));
	record(x, s, status, value, end);
}

static void exec(struct exec *x, const struct step *s)
{
	u64 value = 0;
	int status = exec_counted(x, s, &value);

	record(x, s, status, value, ktime_get());
}

/* After so many steps other tasks may run; run.c also lets them after each iteration. */
#define BARE_RESCHED	16

/*
 * Carries out a block with as little overhead as possible: steps between the first and the
 * last one are only counted if they succeed, and the first one is recorded late.
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

/* Carries out a block in the current context; @x->atomic says that it may not sleep. */
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
