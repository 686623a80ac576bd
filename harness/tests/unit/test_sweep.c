// SPDX-License-Identifier: GPL-2.0-only
/* Tests sweeps: what is asked for, the words of the agent, and how a run with a failure may end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/verdict/result.h"
#include "lib/verdict/sweep_result.h"

static const struct verdict_env env = {
	.release = "6.12.117+deb12-amd64", .arch = "x86_64", .config = "CONFIG_SWIOTLB=y\n",
};

/* Catches: a wish that is not understood, without a message. */
static void test_parse(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "", "'': want map, prep, submit, slab or page" },
		{ "maps", "'maps': want map" },
		{ "map,", "'': want map" },
		{ ",map", "'': want map" },
		{ "map:", "'': want the number of a call, 1 to 4096" },
		{ "map:0", "'0': want the number" },
		{ "map:-1", "'-1': want the number" },
		{ "map:4097", "'4097': want the number" },
		{ "map:7x", "'7x': want the number" },
		{ "map:7:8", "'7:8': want the number" },
		{ "prep,map,prep", "prep twice" },
	};
	struct sweep_wish wish;
	char why[256];

	(void)state;
	assert_int_equal(sweep_parse("map,prep:7", &wish, why), 0);
	assert_true(sweep_any(&wish) && wish.kinds[SWEEP_MAP] && wish.kinds[SWEEP_PREP]);
	assert_false(wish.kinds[SWEEP_SUBMIT] || wish.kinds[SWEEP_NONE]);
	assert_int_equal(wish.only[SWEEP_MAP], 0);
	assert_int_equal(wish.only[SWEEP_PREP], 7);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(sweep_parse(bad[i].text, &wish, why), -EINVAL);
		assert_int_equal(strncmp(why, bad[i].why, strlen(bad[i].why)), 0);
	}
	memset(&wish, 0, sizeof(wish));
	assert_false(sweep_any(&wish));
}

static void test_read_end(void **state)
{
	struct sweep_end e;

	(void)state;
	assert_true(sweep_read_end("end n=7 hit=1 maps=2 refs=-1 bounces=0 entries=3", &e));
	assert_true(e.n == 7 && e.hit && e.maps == 2 && e.refs == -1 && e.entries == 3 &&
		    !e.ran_after);
	assert_true(sweep_read_end("end n=0 hit=0 after=-110 after_failed=1 after_checks=2 after_bad=3", &e));
	assert_true(e.ran_after && e.after == -110 && e.after_failed == 1 && e.after_checks == 2 &&
		    e.after_bad == 3);
	assert_false(sweep_read_end("end n=1", &e));
	assert_false(sweep_read_end("end n=1 hit=", &e));
	assert_false(sweep_read_end("end n=1 hit=x", &e));
	assert_false(sweep_read_end("end n=1 hit=1 rest", &e));
	assert_false(sweep_read_end("begin n=1", &e));
}

/* ---- a cell and its guest's frames ---- */

struct fixture {
	struct cell cell;
	struct cell_result r;
	struct verdict v;
	struct dmt_sums sums;	/* of the next run */
	uint64_t access_faults;
};

static void begin_cell(struct fixture *f, enum sweep_kind kind)
{
	static char *engines[] = { (char *)"copy" };

	memset(f, 0, sizeof(*f));
	f->cell = (struct cell){ .repeat = 1, .engine_names = engines, .nr_engines = 1,
				 .world = WORLD_STRICT, .skip_foreign = true, .sweep = kind };
	f->r.state = CELL_BEGUN;
	f->r.sweep = calloc(1, sizeof(*f->r.sweep));
	f->r.sweep->kind = kind;
	f->sums = (struct dmt_sums){ .iterations = 1, .checks = 1, .maps = 2, .maps_bounced = 2,
				     .first_bad = DMT_NONE };
}

static void frame(struct fixture *f, enum frame_type type, const void *data, size_t len)
{
	const struct frame fr = { .type = type, .data = data, .len = len };

	result_frame(&f->r, &fr);
}

static void say(struct fixture *f, enum frame_type type, const char *text)
{
	frame(f, type, text, strlen(text));
}

/* Sends a run: begin, engines, sums, end. @rest: the rest of the end's words. */
static void run(struct fixture *f, unsigned int n, const char *rest)
{
	static const char off[] = "\1\0\0\0observer=off\n";	/* OBS_CHUNK_META */
	uint8_t wire[FRAME_SUMS_LEN];
	char text[256];

	snprintf(text, sizeof(text), "begin n=%u", n);
	say(f, FRAME_SWEEP, text);
	frame(f, FRAME_OBSERVED, off, sizeof(off) - 1);
	frame_pack_sums(wire, &f->sums);
	frame(f, FRAME_SUMS, wire, sizeof(wire));
	snprintf(text, sizeof(text), "name=copy device=softdma.0 access_faults=%llu",
		 (unsigned long long)f->access_faults);
	say(f, FRAME_ENGINE, text);
	snprintf(text, sizeof(text), "end n=%u hit=%s", n, rest);
	say(f, FRAME_SWEEP, text);
}

static enum outcome end_cell(struct fixture *f, const char *message)
{
	enum outcome o;
	bool found = !message;

	if (f->r.state != CELL_BEGUN || !f->r.sweep->begun)
		frame(f, FRAME_CELL_END, "\0\0\0\0", 4);
	verdict_judge(&f->v, &f->cell, &f->r, &env);
	o = f->v.outcome;
	for (unsigned int i = 0; i < f->v.nr_messages; i++)
		found |= message && strstr(f->v.messages[i], message);
	if (!found)
		for (unsigned int i = 0; i < f->v.nr_messages; i++)
			print_message("%s\n", f->v.messages[i]);
	assert_true(found);
	verdict_free(&f->v);
	result_free(&f->r);
	return o;
}

/* Sends a sweep of one call: a good run, one as @f->sums and @rest say, and a good one. */
static enum outcome one_call(struct fixture *f, const char *rest, const char *message)
{
	struct dmt_sums bad = f->sums;
	uint64_t faults = f->access_faults;

	f->sums = (struct dmt_sums){ .iterations = 1, .checks = 1, .maps = 2, .maps_bounced = 2,
				     .first_bad = DMT_NONE };
	f->access_faults = 0;
	run(f, 0, "0 maps=1 after=0 after_checks=1");
	f->sums = bad;
	f->access_faults = faults;
	run(f, 1, rest);
	f->sums = f->r.sums;
	f->access_faults = 0;
	run(f, 2, "0 maps=1 after=0 after_checks=1");
	return end_cell(f, message);
}

/* Catches: a sweep that fails a client because the call failed, or that never fails. */
static void test_allowed(void **state)
{
	struct fixture f;

	(void)state;
	begin_cell(&f, SWEEP_PREP);
	assert_int_equal(one_call(&f, "1 maps=1 after=0 after_checks=1", NULL), OUTCOME_PASS);
	begin_cell(&f, SWEEP_PREP);
	f.sums.steps_failed = 4;
	f.sums.checks_bad = 1;
	f.sums.first_bad = 0;
	assert_int_equal(one_call(&f, "1 maps=0 after=0 after_checks=1", NULL), OUTCOME_PASS);
}

static void test_leak(void **state)
{
	static const char *const left[] = { "maps=2", "refs=1", "bounces=1", "entries=1" };
	char rest[80];
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		begin_cell(&f, SWEEP_MAP);
		snprintf(rest, sizeof(rest), "1 maps=1 %s after=0 after_checks=1", left[i]);
		assert_int_equal(one_call(&f, rest, "map call 1 fails: leak: "), OUTCOME_FAIL);
	}
}

static void test_liveness(void **state)
{
	struct fixture f;

	(void)state;
	begin_cell(&f, SWEEP_SUBMIT);
	assert_int_equal(one_call(&f, "1 after=0 after_failed=1 after_checks=1", "--sweep=submit:1"),
			 OUTCOME_FAIL);
	begin_cell(&f, SWEEP_SUBMIT);
	assert_int_equal(one_call(&f, "1 after=0 after_checks=1 after_bad=1", "once more"), OUTCOME_FAIL);
	begin_cell(&f, SWEEP_SUBMIT);
	assert_int_equal(one_call(&f, "1 after=0 after_checks=0", "once more"), OUTCOME_FAIL);
	begin_cell(&f, SWEEP_SUBMIT);
	assert_int_equal(one_call(&f, "1 after=-110 after_checks=1", "ETIMEDOUT"), OUTCOME_HANG);
	/* after all others, on its own engines */
	begin_cell(&f, SWEEP_SUBMIT);
	run(&f, 0, "0");
	f.sums.steps_failed = 1;
	run(&f, 1, "0");
	assert_int_equal(end_cell(&f, "behind all others"), OUTCOME_FAIL);
}

static void test_run_ends(void **state)
{
	struct fixture f;

	(void)state;
	begin_cell(&f, SWEEP_PREP);
	f.sums.status = -ETIMEDOUT;
	assert_int_equal(one_call(&f, "1 maps=1", "the run timed out"), OUTCOME_HANG);
	begin_cell(&f, SWEEP_PREP);
	f.sums.status = -ENOMEM;
	assert_int_equal(one_call(&f, "1 maps=1", "ENOMEM"), OUTCOME_FAIL);
	/* but a failed allocation may end a run */
	begin_cell(&f, SWEEP_SLAB);
	f.sums.status = -ENOMEM;
	run(&f, 0, "0");
	assert_int_equal(end_cell(&f, NULL), OUTCOME_SKIP);	/* this kernel has no failslab */
	begin_cell(&f, SWEEP_MAP);
	f.access_faults = 3;
	assert_int_equal(one_call(&f, "1 maps=1", "3 DMA addresses did not resolve"), OUTCOME_FAIL);
}

/* Catches: a pass of a cell that was not run to its end. */
static void test_incomplete(void **state)
{
	struct fixture f;

	(void)state;
	begin_cell(&f, SWEEP_MAP);
	assert_int_equal(end_cell(&f, "did not say"), OUTCOME_INCOMPLETE);
	begin_cell(&f, SWEEP_MAP);
	run(&f, 0, "0");
	assert_int_equal(end_cell(&f, "did not come to its end"), OUTCOME_INCOMPLETE);
	begin_cell(&f, SWEEP_MAP);
	run(&f, 0, "0");
	run(&f, 1, "1");
	assert_int_equal(end_cell(&f, "1 calls failed"), OUTCOME_INCOMPLETE);
	begin_cell(&f, SWEEP_MAP);
	f.cell.sweep_only = 9;
	run(&f, 0, "0");
	run(&f, 9, "0");
	assert_int_equal(end_cell(&f, "there is no map call 9"), OUTCOME_INCOMPLETE);
	/* the frames make no sense */
	begin_cell(&f, SWEEP_MAP);
	run(&f, 0, "0");
	say(&f, FRAME_SWEEP, "end n=1 hit=0");
	assert_int_equal(end_cell(&f, "damaged"), OUTCOME_INCOMPLETE);
}

/* Catches: a guest that died, without saying in which run. */
static void test_died(void **state)
{
	struct fixture f;

	(void)state;
	begin_cell(&f, SWEEP_MAP);
	run(&f, 0, "0");
	run(&f, 1, "1");
	say(&f, FRAME_SWEEP, "begin n=2");
	f.r.fate = VM_OOPS;
	assert_int_equal(end_cell(&f, "with map call 2 failing"), OUTCOME_PANIC);
	/* Or it only logged a splat: here the first run may, another with a new title must not. */
	begin_cell(&f, SWEEP_MAP);
	run(&f, 0, "0");
	run(&f, 1, "1");
	run(&f, 2, "0");
	splats_add(&f.r.splats, WITNESS_WARN, "WARNING at x.c:1 f")->call = 1;
	assert_int_equal(end_cell(&f, "map call 1 fails: splat: WARNING at x.c:1 f"), OUTCOME_PANIC);
}

/* Catches: frames of a run that is run again, counted twice. */
static void test_again(void **state)
{
	struct fixture f;

	(void)state;
	begin_cell(&f, SWEEP_MAP);
	say(&f, FRAME_SWEEP, "begin n=0");
	say(&f, FRAME_ENGINE, "name=copy access_faults=1");
	result_again(&f.r);
	assert_int_equal(f.r.nr_engines, 0);
	say(&f, FRAME_ENGINE, "name=copy access_faults=0");
	say(&f, FRAME_SWEEP, "end n=0 hit=0");
	say(&f, FRAME_SWEEP, "begin n=1");
	say(&f, FRAME_ENGINE, "name=copy access_faults=1");
	result_again(&f.r);
	assert_int_equal(f.r.nr_engines, 1);
	assert_int_equal(f.r.sweep->run->nr_engines, 0);
	assert_int_equal(f.r.sweep->runs, 1);
	result_free(&f.r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_read_end),
		cmocka_unit_test(test_allowed),
		cmocka_unit_test(test_leak),
		cmocka_unit_test(test_liveness),
		cmocka_unit_test(test_run_ends),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_died),
		cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
