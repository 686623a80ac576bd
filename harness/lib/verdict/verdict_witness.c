// SPDX-License-Identifier: GPL-2.0-only
/* Compares what the kernel itself reported with what the scenario expects. */
#include <string.h>

#include "verdict_internal.h"

/* The expectation whose guards hold and that lets @witness report, or NULL. */
static const struct expect *lets(const struct cell *cell, const struct verdict_env *env,
				 enum witness witness)
{
	for (unsigned int i = 0; i < cell->nr_expects; i++) {
		const struct expect *e = &cell->expects[i];

		if (e->kind == EXPECT_WITNESS && e->witness == (int)witness &&
		    verdict_guards_hold(e, cell, env))
			return e;
	}
	return NULL;
}

/* How many reports @witness made. Its own counter includes those that were not printed. */
static uint64_t reports(const struct cell_result *r, enum witness witness)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < r->splats.nr; i++)
		if (r->splats.v[i].witness == witness)
			n += r->splats.v[i].count;
	return r->witnesses[witness].reports > n ? r->witnesses[witness].reports : n;
}

static void judge_outcome(struct verdict *v, const struct cell_result *r, const struct expect *e)
{
	if (strcmp(e->fate, "splat"))
		verdict_add(v, OUTCOME_FAIL, "line %u: %s: the guest lived on", e->line, e->text);
	else if (!r->splats.nr)
		verdict_add(v, OUTCOME_FAIL, "line %u: %s: the console is clean", e->line, e->text);
}

static void judge_titles(struct verdict *v, const struct cell *cell, const struct cell_result *r,
			 const struct verdict_env *env)
{
	for (unsigned int i = 0; i < r->splats.nr; i++) {
		const struct splat *s = &r->splats.v[i];
		const struct known_issue *k =
			known_title(env->known, s->title, env->release, env->today);

		if (lets(cell, env, s->witness) || s->call > 0)	/* verdict_sweep.c */
			continue;
		if (k) {
			verdict_add_known(v, k);
			verdict_add(v, OUTCOME_PASS, "known issue %s: %s", k->name, s->title);
		} else if (s->count > 1) {
			verdict_add(v, OUTCOME_PANIC, "splat: %s (%u times)", s->title, s->count);
		} else {
			verdict_add(v, OUTCOME_PANIC, "splat: %s", s->title);
		}
	}
}

/*
 * If a witness was off, its silence proves nothing. Only the agent knows whether it was on, so
 * a run without the agent's report about it is incomplete too.
 */
static void judge_state(struct verdict *v, const struct cell *cell, const struct cell_result *r,
			const struct verdict_env *env, enum witness w)
{
	const struct witness_state *s = &r->witnesses[w];
	const struct expect *e = lets(cell, env, w);
	uint64_t printed = 0;

	for (unsigned int i = 0; i < r->splats.nr; i++)
		if (r->splats.v[i].witness == w)
			printed += r->splats.v[i].count;
	if (!s->said)
		verdict_add(v, OUTCOME_INCOMPLETE, "%s: the guest does not say whether it ran",
			    witness_name(w));
	else if (!s->ran && !printed)	/* it may turn itself off after it has reported */
		verdict_add(v, OUTCOME_INCOMPLETE, "%s did not run: %s", witness_name(w), s->why);
	if (s->reports > printed && !e && !printed)
		verdict_add(v, OUTCOME_PANIC, "%s: %llu reports that were not printed",
			    witness_name(w), (unsigned long long)s->reports);
}

void verdict_witnesses(struct verdict *v, const struct cell *cell, const struct cell_result *r,
		       const struct verdict_env *env)
{
	static const enum witness tell[] = { WITNESS_DMA_DEBUG, WITNESS_LOCKDEP };
	const struct expect *fate = verdict_expects(cell, env, EXPECT_OUTCOME);

	if (fate && !cell->sweep && !fate->allowed)
		judge_outcome(v, r, fate);
	if (!fate || strcmp(fate->fate, "splat"))
		judge_titles(v, cell, r, env);
	for (size_t i = 0; i < sizeof(tell) / sizeof(tell[0]); i++)
		if (verdict_has_config(witness_symbol(tell[i]), env->config))
			judge_state(v, cell, r, env, tell[i]);
	for (unsigned int i = 0; i < cell->nr_expects; i++) {
		const struct expect *e = &cell->expects[i];

		if (e->kind == EXPECT_WITNESS && !e->allowed && !cell->sweep &&
		    verdict_guards_hold(e, cell, env) &&
		    verdict_has_config(witness_symbol(e->witness), env->config) &&
		    !reports(r, e->witness))
			verdict_add(v, OUTCOME_FAIL, "line %u: %s: it said nothing", e->line, e->text);
	}
}
