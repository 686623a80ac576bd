// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares a sweep's runs with its first, in which nothing fails. The scenario's expectations
 * are not judged: they are about all its iterations, and a run of a sweep has only one.
 */
#include "verdict_internal.h"

static void add_wrong(struct verdict *v, const struct cell *cell, const struct sweep_result *sw)
{
	for (unsigned int i = 0; i < sw->nr_wrong && i < SWEEP_MAX_WRONG; i++)
		verdict_add(v, sw->wrong[i].outcome, "%s call %u fails: %s (alone: --sweep=%s:%u)",
			    sweep_name(cell->sweep), sw->wrong[i].n, sw->wrong[i].why,
			    sweep_name(cell->sweep), sw->wrong[i].n);
	if (sw->nr_wrong > SWEEP_MAX_WRONG)
		verdict_add(v, OUTCOME_FAIL, "and %u more", sw->nr_wrong - SWEEP_MAX_WRONG);
}

/* A splat in a later run is reported, even if the scenario allows the first run to splat. */
static void add_splats(struct verdict *v, const struct cell *cell, const struct cell_result *r)
{
	for (unsigned int i = 0; i < r->splats.nr; i++)
		if (r->splats.v[i].call > 0)
			verdict_add(v, OUTCOME_PANIC,
				    "%s call %ld fails: splat: %s (alone: --sweep=%s:%ld)",
				    sweep_name(cell->sweep), r->splats.v[i].call,
				    r->splats.v[i].title, sweep_name(cell->sweep),
				    r->splats.v[i].call);
}

/* Violations count after a failure too; those that programs cannot avoid are only mentioned. */
static void add_violations(struct verdict *v, const struct cell *cell,
			   const struct sweep_result *sw)
{
	for (int id = 0; id < V__COUNT; id++)
		if (sw->violations[id].runs)
			verdict_add(v, sweep_excuses(id) ? OUTCOME_PASS : OUTCOME_FAIL,
				    "%s call %u fails: violation %s, not found without (in %u runs; alone: --sweep=%s:%u)",
				    sweep_name(cell->sweep), sw->violations[id].first,
				    violation_get(id)->name, sw->violations[id].runs,
				    sweep_name(cell->sweep), sw->violations[id].first);
}

/* If the observer lost something, nothing could be compared. */
static void add_observer(struct verdict *v, const struct cell_result *r)
{
	const char *why = verdict_not_seen(r);

	if (why)
		verdict_add(v, OUTCOME_INCOMPLETE, "observer: %s", why);
}

void verdict_sweep(struct verdict *v, const struct cell *cell, const struct cell_result *r)
{
	const struct sweep_result *sw = r->sweep;

	if (!sw || !sw->runs) {
		verdict_add(v, OUTCOME_INCOMPLETE, "the guest did not say what the sweep came to");
		return;
	}
	add_wrong(v, cell, sw);
	add_splats(v, cell, r);
	if (!sw->done)
		verdict_add(v, OUTCOME_INCOMPLETE, "the sweep did not come to its end: %u calls failed",
			    sw->reached);
	else if (cell->sweep_only && !sw->reached)
		verdict_add(v, OUTCOME_INCOMPLETE, "there is no %s call %u: it was never reached",
			    sweep_name(cell->sweep), cell->sweep_only);
	add_violations(v, cell, sw);
	add_observer(v, r);
}
