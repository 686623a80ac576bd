// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ownership model: its rules against the judge's table, the suite's own expectations (which
 * guests of each kernel confirm), each rule switched off, and all orders of small programs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "cell_of.h"
#include "lib/base/tree.h"
#include "lib/judge/violation.h"
#include "lib/language/suite.h"
#include "lib/verdict/result.h"
#include "model/model.h"

/* ---- the rules ---- */

/* Catches: a rule that names no class of the judge's, an unseen one that the judge finds. */
static void test_rules_name_classes(void **state)
{
	const struct model_rule *r;
	unsigned int nr;

	(void)state;
	for (nr = 0; (r = model_rule(nr)); nr++) {
		assert_int_equal(model_rule_find(r->name), nr);
		assert_true(*r->says && *r->doc);
		if (r->class && !violation_find(r->class))
			fail_msg("rule %s: the judge has no class '%s'", r->name, r->class);
	}
	assert_in_range(nr, 40, 64);	/* .off of the options has a bit for each */
}

/* ---- the suite ---- */

typedef void cell_fn(const struct cell *cell, void *arg);

/* Calls @fn for the cells of all scenarios of programs with software engines. */
static void each_cell(cell_fn *fn, void *arg, bool first_only)
{
	static char order[] = "order", overlap[] = "overlap", context[] = "context",
		    stripe[] = "stripe", violation[] = "violation", history[] = "history";
	char *groups[] = { order, overlap, context, stripe, violation, history };
	struct suite suite;

	assert_int_equal(suite_select(&suite, tree_path("scenarios"), groups, 6), 0);
	assert_true(suite.nr > 100);
	for (size_t i = 0; i < suite.nr; i++) {
		struct strbuf text = STRBUF_INIT;
		struct scenario *s;
		struct diag d;

		assert_int_equal(suite_load(&suite, i, &s, &text, &d), 0);
		for (int w = 0; w < WORLD__COUNT; w++)
			for (size_t v = 0; v < (first_only ? 1 : scenario_variants(s)); v++) {
				const struct compile_opts opts = { .variant = v, .world = w };
				struct cell cell;

				if (!(scenario_worlds(s) & 1u << w) || scenario_drivers(s))
					continue;
				assert_int_equal(scenario_compile(s, &opts, &cell, &d), 0);
				fn(&cell, arg);
				cell_free(&cell);
			}
		scenario_free(s);
		strbuf_free(&text);
	}
	suite_free(&suite);
}

static const struct verdict_env env = { .release = "6.12.0", .arch = "x86_64" };

/* Is it expected, or allowed, that the class is found? */
static bool expects(const struct cell *cell, const char *class)
{
	for (unsigned int i = 0; i < cell->nr_expects; i++) {
		const struct expect *e = &cell->expects[i];

		if (e->kind == EXPECT_VIOLATION && !strcmp(e->class, class) &&
		    verdict_guards_hold(e, cell, &env))
			return true;
	}
	return false;
}

static bool claims_on(const struct prediction *p, const struct expect *e)
{
	for (size_t i = 0; i < p->nr_claims; i++)
		if (!strcmp(p->claims[i].class, e->class) &&
		    p->claims[i].on == (enum model_on)e->on)
			return true;
	return false;
}

/*
 * Of an access of the CPU the model does not ask whether the device had completed, on which its
 * class hangs: a claim of either class foresees both.
 */
static bool foresees(const struct prediction *p, const char *class)
{
	bool any = false;

	for (size_t i = 0; i < p->nr_claims; i++)
		any |= p->claims[i].unseen;
	return any && violation_find(class)->needs == NEEDS_CPU_WATCH;
}

static void check_claims(const struct cell *cell, const struct prediction *p)
{
	for (size_t i = 0; i < p->nr_claims; i++) {
		const struct model_claim *c = &p->claims[i];

		if (c->sure == MODEL_MUST && !c->unseen && !expects(cell, c->class))
			fail_msg("%s: the model has %s, which the scenario does not expect", cell->id,
				 c->class);
	}
	for (unsigned int i = 0; i < cell->nr_expects; i++) {
		const struct expect *e = &cell->expects[i];
		struct model_about about[64];
		unsigned int nr = 0;

		if (e->kind != EXPECT_VIOLATION || e->allowed ||
		    !verdict_guards_hold(e, cell, &env))
			continue;
		/* A finding of a map and a descriptor may be expected of either. */
		for (; nr < e->nr_objects && nr < 64 && claims_on(p, e); nr++)
			about[nr] = (struct model_about) { (enum model_on)e->on, e->objects[nr] };
		if (prediction_of(p, e->class, about, nr) == MODEL_NEVER &&
		    !foresees(p, e->class))
			fail_msg("%s: line %u: %s: the model says never", cell->id, e->line, e->text);
	}
}

static bool expects_data(const struct cell *cell, enum expect_kind kind)
{
	for (unsigned int i = 0; i < cell->nr_expects; i++)
		if (cell->expects[i].kind == kind &&
		    verdict_guards_hold(&cell->expects[i], cell, &env))
			return true;
	return false;
}

static void check_data(const struct cell *cell, const struct prediction *p)
{
	bool corrupt = expects_data(cell, EXPECT_DATA_CORRUPT);

	if (corrupt && p->data < MODEL_MAY_CORRUPT)
		fail_msg("%s: corrupt data are expected, the model has %s", cell->id,
			 model_data_name(p->data));
	if (!corrupt && p->data == MODEL_CORRUPT)
		fail_msg("%s: no corrupt data are expected, the model has them", cell->id);
	for (unsigned int i = 0; i < cell->nr_expects; i++) {
		const struct expect *e = &cell->expects[i];

		for (unsigned int k = 0; e->kind == EXPECT_FAULT && k < cell->nr_engines; k++)
			if (!strcmp(cell->engine_names[k], e->engine) &&
			    verdict_guards_hold(e, cell, &env) && p->faults[k] == MODEL_NEVER)
				fail_msg("%s: line %u: %s: the model says never", cell->id, e->line,
					 e->text);
	}
}

static void check_cell(const struct cell *cell, void *arg)
{
	unsigned int *sure = arg;
	struct prediction p;

	if (cell->workload)
		return;
	assert_int_equal(model_predict(cell, NULL, &p), 0);
	assert_null(p.undecided);
	assert_false(p.partial);
	if (!p.skipped) {
		check_claims(cell, &p);
		check_data(cell, &p);
	}
	*sure += p.data == MODEL_INTACT || p.data == MODEL_CORRUPT;
	prediction_free(&p);
}

/*
 * Catches: a rule or a movement of bytes that is not what guests show, as scenarios expect it; and
 * a model that says "may" of everything and so can never be wrong.
 */
static void test_suite_agrees(void **state)
{
	unsigned int sure = 0;

	(void)state;
	each_cell(check_cell, &sure, false);
	assert_true(sure > 800);
}

/* ---- rules that are switched off ---- */

struct ablation {
	bool found[64];		/* the prediction of some cell is another without the rule */
};

static bool same_claims(const struct prediction *a, const struct prediction *b)
{
	if (a->nr_claims != b->nr_claims || a->data != b->data ||
	    memcmp(a->faults, b->faults, sizeof(a->faults)))
		return false;
	for (size_t i = 0; i < a->nr_claims; i++)
		if (a->claims[i].sure != b->claims[i].sure ||
		    strcmp(a->claims[i].class, b->claims[i].class))
			return false;
	return true;
}

static void try_without(const struct cell *cell, const struct prediction *with, unsigned int rule,
			struct ablation *a)
{
	const struct model_options options = { .off = 1ull << rule };
	struct prediction p;

	if (a->found[rule])
		return;
	assert_int_equal(model_predict(cell, &options, &p), 0);
	a->found[rule] = !same_claims(with, &p);
	prediction_free(&p);
}

static void ablate(const struct cell *cell, void *arg)
{
	struct ablation *a = arg;
	struct prediction p;

	if (cell->workload)
		return;
	assert_int_equal(model_predict(cell, NULL, &p), 0);
	for (size_t i = 0; i < p.nr_claims; i++)
		try_without(cell, &p, p.claims[i].rule, a);
	for (unsigned int i = 0; model_rule(i); i++)
		if (!model_rule(i)->class)
			try_without(cell, &p, i, a);
	prediction_free(&p);
}

/* Programs for what the suite has not. */
static const char more[] =
	"scenario test/more\n \"t\"\n"
	"engine e memcpy like fsl-dma setup 1ms\n"
	"buffer a 4K random\nbuffer b 4K zero\n"
	"thread {\n"
	" map m = e a TO_DEVICE\n map n = e b FROM_DEVICE\n"
	" prep t = e memcpy n <- m\n prep u = e memcpy n <- m\n"
	" submit t\n issue e\n submit u\n issue e\n"
	" wait t u\n unmap m n\n check b == a\n}\n";

/* Catches: a rule that is never asked, or whose switch does nothing. */
static void test_each_rule_matters(void **state)
{
	struct ablation a = { 0 };
	struct cell cell;

	(void)state;
	each_cell(ablate, &a, true);
	cell_of("test/more.dma", more, 0, WORLD_STRICT, &cell);
	ablate(&cell, &a);
	cell_free(&cell);
	for (unsigned int i = 0; model_rule(i); i++)
		if (!a.found[i])
			fail_msg("no program is seen otherwise without the rule %s",
				 model_rule(i)->name);
}

/* ---- all orders ---- */

static void predict_text(const char *text, enum world world, struct prediction *p)
{
	const struct model_options options = { .all_orders = true };
	struct cell cell;

	cell_of("test/text.dma", text, 0, world, &cell);
	assert_int_equal(model_predict(&cell, &options, p), 0);
	cell_free(&cell);
}

/* Two threads: one copies a page and gives it back, the other reads it when it likes. */
static const char race[] =
	"scenario test/race\n \"t\"\n"
	"engine e memcpy like fsl-dma\n"
	"buffer a 4K random\nbuffer b 4K zero\n"
	"thread {\n"
	" map m = e a TO_DEVICE\n map n = e b FROM_DEVICE\n"
	" prep t = e memcpy n <- m\n submit t\n issue e\n wait t\n unmap m n\n}\n"
	"thread {\n check b == a\n}\n";

/* Catches: orders that are left out, a schedule that is not the shortest. */
static void test_race(void **state)
{
	struct prediction p;

	(void)state;
	predict_text(race, WORLD_BOUNCE, &p);
	assert_int_equal(p.data, MODEL_MAY_CORRUPT);
	assert_int_equal(p.nr_outcomes, 2);
	/* Wrong: the check comes first, then the rest. Right: it waits for the unmaps. */
	for (size_t i = 0; i < 2; i++) {
		const struct model_outcome *o = &p.outcomes[i];

		assert_false(o->fault);
		assert_int_equal(o->nr_turns, 8 + 2 + 1);
		assert_int_equal(o->wrong_step == DMT_NONE, !o->corrupt);
	}
	assert_int_not_equal(p.outcomes[0].corrupt, p.outcomes[1].corrupt);
	prediction_free(&p);
}

static const char met[] =
	"scenario test/met\n \"t\"\n"
	"engine e memcpy like fsl-dma\n"
	"buffer a 4K random\nbuffer b 4K zero\n"
	"thread {\n"
	" map m = e a TO_DEVICE\n map n = e b FROM_DEVICE\n"
	" prep t = e memcpy n <- m\n submit t\n issue e\n wait t\n unmap m n\n barrier done\n}\n"
	"thread {\n barrier done\n check b == a\n}\n";

/* Catches: a barrier that does not hold the other thread back. */
static void test_barrier(void **state)
{
	struct prediction p;

	(void)state;
	predict_text(met, WORLD_STRICT, &p);
	assert_int_equal(p.data, MODEL_INTACT);
	assert_int_equal(p.nr_outcomes, 1);
	prediction_free(&p);
}

/* One thread: the CPU writes the source between issue and wait, so either may come first. */
static const char cpu_race[] =
	"scenario test/cpu\n \"t\"\n"
	"engine e memcpy like fsl-dma\n"
	"buffer a 4K random\nbuffer b 4K zero\nbuffer c 4K zero\n"
	"thread {\n"
	" cpu_copy c <- a\n"
	" map m = e a TO_DEVICE\n map n = e b FROM_DEVICE\n"
	" prep t = e memcpy n <- m\n submit t\n issue e\n"
	" cpu_write a fill 1\n"
	" wait t\n unmap m n\n check b == c\n}\n";

/* Catches: a store of the CPU that reaches a copy, or one that does not reach shared memory. */
static void test_cpu_store(void **state)
{
	struct prediction p;

	(void)state;
	predict_text(cpu_race, WORLD_COHERENT, &p);
	assert_int_equal(p.data, MODEL_MAY_CORRUPT);
	assert_int_equal(p.nr_outcomes, 2);
	assert_int_equal(prediction_of(&p, "cpu-access", NULL, 0), MODEL_MUST);
	prediction_free(&p);
	predict_text(cpu_race, WORLD_BOUNCE, &p);
	assert_int_equal(p.data, MODEL_INTACT);
	prediction_free(&p);
}

/* Catches: "must" and "never" of a program whose orders were not all tried. */
static void test_partial(void **state)
{
	const struct model_options options = { .max_states = 5 };
	struct prediction p;
	struct cell cell;

	(void)state;
	cell_of("test/met.dma", met, 0, WORLD_STRICT, &cell);	/* intact, if all are */
	assert_int_equal(model_predict(&cell, &options, &p), 0);
	assert_true(p.partial);
	assert_int_equal(p.data, MODEL_MAY_CORRUPT);
	assert_int_equal(p.faults[0], MODEL_MAY);
	assert_int_equal(prediction_of(&p, "early-map", NULL, 0), MODEL_MAY);
	prediction_free(&p);
	cell_free(&cell);
}

/* Catches: a read beyond a program that was cut, or an index that is not looked at. */
static void test_bad_program(void **state)
{
	struct prediction p;
	struct cell cell;

	(void)state;
	cell_of("test/race.dma", race, 0, WORLD_STRICT, &cell);
	for (size_t len = cell.program.len; len--; ) {
		cell.program.len = len;
		assert_int_equal(model_predict(&cell, NULL, &p), -22);
	}
	cell_free(&cell);
	cell_of("test/race.dma", race, 0, WORLD_STRICT, &cell);
	for (size_t i = sizeof(struct dmt_header); i < cell.program.len; i += 4) {
		char was = cell.program.s[i];

		cell.program.s[i] = 0x7f;
		if (!model_predict(&cell, NULL, &p))
			prediction_free(&p);
		cell.program.s[i] = was;
	}
	cell_free(&cell);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_name_classes),
		cmocka_unit_test(test_suite_agrees),
		cmocka_unit_test(test_each_rule_matters),
		cmocka_unit_test(test_race),
		cmocka_unit_test(test_barrier),
		cmocka_unit_test(test_cpu_store),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_bad_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
