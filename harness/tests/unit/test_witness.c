// SPDX-License-Identifier: GPL-2.0-only
/* Tests how reports and silence of the kernel's own witnesses count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/verdict/result.h"
#include "lib/verdict/run.h"

static struct verdict_env env = {
	.release = "6.12.117-dmt-debug", .arch = "x86_64", .today = "2026-11-23",
	.config = "CONFIG_DMA_API_DEBUG=y\nCONFIG_PROVE_LOCKING=y\nCONFIG_DEBUG_KMEMLEAK=y\n",
};

struct fixture {
	struct cell cell;
	struct cell_result r;
	struct splat splat;
	struct verdict v;
};

/* Makes a cell on a debug kernel whose witnesses ran and reported nothing. */
static void silent(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->cell.repeat = 1;
	f->r.state = CELL_RAN;
	f->r.has_sums = true;
	f->r.sums.iterations = 1;
	f->r.witnesses[WITNESS_DMA_DEBUG] = (struct witness_state) { .said = true, .ran = true };
	f->r.witnesses[WITNESS_LOCKDEP] = (struct witness_state) { .said = true, .ran = true };
}

static void report(struct fixture *f, enum witness witness, const char *title)
{
	f->splat = (struct splat) { .title = (char *)title, .witness = witness, .count = 1 };
	f->r.splats = (struct splats) { &f->splat, 1 };
	f->r.witnesses[witness].reports = 1;
}

static void expect(struct fixture *f, struct expect *e)
{
	e->text = (char *)"expect ...";
	f->cell.expects = e;
	f->cell.nr_expects = 1;
}

static enum outcome judge(struct fixture *f)
{
	enum outcome o;

	verdict_judge(&f->v, &f->cell, &f->r, &env);
	o = f->v.outcome;
	verdict_free(&f->v);
	return o;
}

/* Catches: the agent's words misread, so that a witness that is off counts as silent. */
static void test_read(void **state)
{
	struct witness_state s;
	enum witness w;

	(void)state;
	assert_true(witness_read("name=dma-debug ran=1 reports=312 filter=softdma", &w, &s));
	assert_int_equal(w, WITNESS_DMA_DEBUG);
	assert_true(s.said && s.ran && s.reports == 312);
	assert_string_equal(s.filter, "softdma");
	assert_true(witness_read("name=lockdep ran=0 why=it has turned itself off", &w, &s));
	assert_int_equal(w, WITNESS_LOCKDEP);
	assert_true(s.said && !s.ran);
	assert_string_equal(s.why, "it has turned itself off");
	assert_false(witness_read("name=lockdep", &w, &s));
	assert_false(witness_read("name=nobody ran=1", &w, &s));
	assert_false(witness_read("name=lock ran=1", &w, &s));
	assert_false(witness_read("name=lockdep ran=yes", &w, &s));
	assert_false(witness_read("", &w, &s));
	for (int i = WITNESS_NONE + 1; i < WITNESS__COUNT; i++)
		assert_non_null(witness_name(i));
}

/* Catches: a witness that was off, or of unknown state, that counts as silent. */
static void test_asleep(void **state)
{
	struct fixture f;

	(void)state;
	silent(&f);
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.r.witnesses[WITNESS_DMA_DEBUG].ran = false;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	silent(&f);
	f.r.witnesses[WITNESS_LOCKDEP].said = false;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	/* A kernel without them has nothing to say. */
	env.config = "CONFIG_SWIOTLB=y\n";
	assert_int_equal(judge(&f), OUTCOME_PASS);
	env.config = "CONFIG_DMA_API_DEBUG=y\nCONFIG_PROVE_LOCKING=y\nCONFIG_DEBUG_KMEMLEAK=y\n";
}

/* Catches: a report that nobody expected and that passes, printed or only counted. */
static void test_unexpected(void **state)
{
	struct fixture f;

	(void)state;
	silent(&f);
	report(&f, WITNESS_DMA_DEBUG, "DMA-API: softdma softdma.0: device driver frees");
	assert_int_equal(judge(&f), OUTCOME_PANIC);
	f.r.splats.nr = 0;
	assert_int_equal(judge(&f), OUTCOME_PANIC);
	silent(&f);
	report(&f, WITNESS_LOCKDEP, "WARNING: possible recursive locking detected in f");
	f.r.witnesses[WITNESS_LOCKDEP].ran = false;	/* as it does after its first */
	assert_int_equal(judge(&f), OUTCOME_PANIC);
}

/* Catches: an expectation that any witness satisfies, or that holds without a report. */
static void test_expected(void **state)
{
	struct expect e = { .kind = EXPECT_WITNESS, .witness = WITNESS_DMA_DEBUG };
	struct fixture f;

	(void)state;
	silent(&f);
	expect(&f, &e);
	assert_int_equal(judge(&f), OUTCOME_FAIL);	/* it said nothing */
	e.allowed = true;
	assert_int_equal(judge(&f), OUTCOME_PASS);
	e.allowed = false;
	report(&f, WITNESS_DMA_DEBUG, "DMA-API: x");
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.r.splats.nr = 0;				/* counted, not printed */
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.r.witnesses[WITNESS_DMA_DEBUG].reports = 0;
	report(&f, WITNESS_KASAN, "BUG: KASAN: slab-use-after-free in f");
	assert_int_equal(judge(&f), OUTCOME_PANIC);
	/* A kernel without dma-debug cannot report it. */
	silent(&f);
	expect(&f, &e);
	env.config = "CONFIG_SWIOTLB=y\n";
	assert_int_equal(judge(&f), OUTCOME_PASS);
	env.config = "CONFIG_DMA_API_DEBUG=y\nCONFIG_PROVE_LOCKING=y\nCONFIG_DEBUG_KMEMLEAK=y\n";
}

/* Catches: a known issue that excuses what it does not name, or has no end. */
static void test_known(void **state)
{
	static const char text[] = "issue a\n    kernels  6.12\n    seen     6.12.117\n    expires  2026-12-01\n"
				   "    title    WARNING at lib/x.c:* f\n";
	struct known_issues known;
	struct diag diag;
	struct fixture f;

	(void)state;
	assert_int_equal(known_parse(&known, "K", text, &diag), 0);
	env.known = &known;
	silent(&f);
	report(&f, WITNESS_WARN, "WARNING at lib/x.c:31 f");
	assert_int_equal(judge(&f), OUTCOME_PASS);
	report(&f, WITNESS_WARN, "WARNING at lib/y.c:31 f");
	assert_int_equal(judge(&f), OUTCOME_PANIC);
	report(&f, WITNESS_WARN, "WARNING at lib/x.c:31 f");
	env.today = "2026-12-02";
	assert_int_equal(judge(&f), OUTCOME_PANIC);
	env.today = "2026-11-23";
	env.known = NULL;
	known_free(&known);
}

/* Catches: one bug counted as many, which hides the second one. */
static void test_titles_once(void **state)
{
	struct splats s = { 0 };

	(void)state;
	for (int i = 0; i < 5; i++)
		splats_add(&s, WITNESS_WARN, "a");
	splats_add(&s, WITNESS_WARN, "b");
	assert_int_equal(s.nr, 2);
	assert_int_equal(s.v[0].count, 5);
	assert_int_equal(s.v[1].count, 1);
	splats_free(&s);
}

/* Catches: leaks of a guest, or a missing scan, that are hidden as all cells passed. */
static void test_leaks(void **state)
{
	struct verdict v = { .outcome = OUTCOME_PASS };
	struct boot boot = { .name = (char *)"coherent-0", .fate = VM_DONE };
	struct run run = { .nr_cells = 1,
			   .verdicts = &v,
			   .boots = &boot,
			   .nr_boots = 1,
			   .env = env };
	struct strbuf why = STRBUF_INIT;

	(void)state;
	assert_int_equal(boot_judge(&run, &boot, &why), OUTCOME_INCOMPLETE);
	assert_non_null(strstr(strbuf_str(&why), "kmemleak did not run"));
	assert_int_equal(run_exit_code(&run), 3);
	boot.kmemleak = (struct witness_state) { .said = true, .ran = true };
	assert_int_equal(run_exit_code(&run), 0);
	splats_add(&boot.leaks, WITNESS_KMEMLEAK, "kmemleak: 64 bytes of f are unreferenced");
	assert_int_equal(run_exit_code(&run), 5);
	splats_free(&boot.leaks);
	boot.kmemleak = (struct witness_state) { .said = true };
	assert_int_equal(run_exit_code(&run), 3);
	boot.fate = VM_PANIC;				/* its cell reports that */
	assert_int_equal(run_exit_code(&run), 0);
	strbuf_free(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read), cmocka_unit_test(test_asleep),
		cmocka_unit_test(test_unexpected), cmocka_unit_test(test_expected),
		cmocka_unit_test(test_known), cmocka_unit_test(test_titles_once),
		cmocka_unit_test(test_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
