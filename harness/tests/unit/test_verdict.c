// SPDX-License-Identifier: GPL-2.0-only
/* Tests the verdict, which compares what was found with what is expected. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/verdict/result.h"
#include "lib/verdict/run.h"

static const struct verdict_env env = {
	.release = "6.12.117+deb12-amd64", .arch = "x86_64",
	.config = "CONFIG_SWIOTLB=y\n# CONFIG_DMATEST is not set\n",
};

struct fixture {
	struct cell cell;
	struct cell_result result;
	struct verdict v;
};

/* Makes a cell that ran well, with right data. */
static void good(struct fixture *f)
{
	static char *texts[] = { (char *)"map m", (char *)"wait t", (char *)"check a == b" };
	static char *engines[] = { (char *)"copy" };

	memset(f, 0, sizeof(*f));
	f->cell.repeat = 10;
	f->cell.step_text = texts;
	f->cell.nr_steps = 3;
	f->cell.engine_names = engines;
	f->cell.nr_engines = 1;
	f->cell.world = WORLD_STRICT;
	f->cell.skip_foreign = true;
	f->result.state = CELL_RAN;
	f->result.has_sums = true;
	f->result.sums.iterations = 10;
	f->result.sums.checks = 10;
	f->result.sums.maps = f->result.sums.maps_bounced = 20;
	f->result.sums.first_bad = DMT_NONE;
	f->result.nr_engines = 1;
	strcpy(f->result.engines[0].name, "copy");
}

static enum outcome judge(struct fixture *f)
{
	enum outcome o;

	verdict_judge(&f->v, &f->cell, &f->result, &env);
	o = f->v.outcome;
	if (o != OUTCOME_PASS)
		assert_true(f->v.nr_messages > 0);
	verdict_free(&f->v);
	return o;
}

static void expect(struct fixture *f, struct expect *e)
{
	e->text = (char *)"expect ...";
	f->cell.expects = e;
	f->cell.nr_expects = 1;
}

/* Catches: a verdict that never passes, or always passes. */
static void test_data(void **state)
{
	struct expect corrupt = { .kind = EXPECT_DATA_CORRUPT };
	struct fixture f;

	(void)state;
	good(&f);
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.result.sums.checks_bad = 1;
	assert_int_equal(judge(&f), OUTCOME_FAIL);
	expect(&f, &corrupt);
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.result.sums.checks_bad = 0;
	assert_int_equal(judge(&f), OUTCOME_FAIL);
}

/* Catches: "sometimes" that is never, or always; and one that lets other things pass. */
static void test_sometimes(void **state)
{
	struct expect e = { .kind = EXPECT_DATA_CORRUPT, .allowed = true };
	struct fixture f;

	(void)state;
	good(&f);
	expect(&f, &e);
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.result.sums.checks_bad = 1;
	assert_int_equal(judge(&f), OUTCOME_PASS);
	e = (struct expect){ .kind = EXPECT_INJECTED, .engine = (char *)"copy", .allowed = true };
	expect(&f, &e);
	assert_int_equal(judge(&f), OUTCOME_FAIL);	/* of the data */
	f.result.sums.checks_bad = 0;
	assert_int_equal(judge(&f), OUTCOME_PASS);
	e = (struct expect){ .kind = EXPECT_OUTCOME, .fate = (char *)"panic", .allowed = true };
	expect(&f, &e);
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.result.state = CELL_BEGUN;
	f.result.fate = VM_PANIC;
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.result.fate = VM_HANG;
	assert_int_equal(judge(&f), OUTCOME_HANG);
}

/* Catches: data expected to be intact in a cell that has no check. */
static void test_unchecked(void **state)
{
	struct expect intact = { .kind = EXPECT_DATA_INTACT };
	struct fixture f;

	(void)state;
	good(&f);
	f.result.sums.checks = 0;
	assert_int_equal(judge(&f), OUTCOME_PASS);
	expect(&f, &intact);
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
}

/* Catches: a pass although something was lost. */
static void test_losses(void **state)
{
	struct fixture f;

	(void)state;
	good(&f);
	f.result.sums.records_lost = 1;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	good(&f);
	f.result.sums.records = 1;	/* none arrived */
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	good(&f);
	f.result.sums.iterations = 9;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	good(&f);
	f.result.has_sums = false;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	good(&f);
	f.result.dropped_frame = true;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	good(&f);
	f.result.nr_engines = 0;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
}

/* Catches: a pass of a scenario that forgets an unmap. */
static void test_leftovers(void **state)
{
	struct fixture f;

	(void)state;
	good(&f);
	f.result.sums.leftover_maps = 2;
	assert_int_equal(judge(&f), OUTCOME_FAIL);
}

/* Catches: a pass in a world that was not in force. */
static void test_world(void **state)
{
	struct fixture f;

	(void)state;
	good(&f);
	f.result.sums.maps_bounced = 19;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	f.cell.world = WORLD_COHERENT;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	f.result.sums.maps_bounced = 0;
	assert_int_equal(judge(&f), OUTCOME_PASS);
	good(&f);
	f.cell.world = WORLD_BOUNCE32;
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.result.sums.low_buffers = 1;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
}

/* Catches: a board without the engine that a scenario names, told as if something had been lost. */
static void test_no_engine(void **state)
{
	struct fixture f;

	(void)state;
	good(&f);
	f.result.sums.status = -ENODEV;
	f.result.sums.iterations = 0;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	f.cell.real = true;
	assert_int_equal(judge(&f), OUTCOME_SKIP);
	f.result.sums.iterations = 3;	/* it has gone meanwhile */
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
}

/*
 * Catches: a pass behind an IOMMU that translates nothing, or unmaps lazily where the world says
 * strict; software engines that pass for bus masters.
 */
static void test_masters(void **state)
{
	static const struct {
		enum world world;
		const char *translation;
		enum outcome outcome;
	} table[] = {
		{ WORLD_IOMMU, "strict", OUTCOME_PASS }, { WORLD_IOMMU, "lazy", OUTCOME_INCOMPLETE },
		{ WORLD_IOMMU, "none", OUTCOME_INCOMPLETE },
		{ WORLD_IOMMU_LAZY, "lazy", OUTCOME_PASS }, { WORLD_IOMMU_LAZY, "strict", OUTCOME_INCOMPLETE },
		{ WORLD_IOMMU_VIRTIO, "strict", OUTCOME_PASS }, { WORLD_IOMMU_VIRTIO, "lazy", OUTCOME_PASS },
		{ WORLD_IOMMU_VIRTIO, "none", OUTCOME_INCOMPLETE },
	};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		good(&f);
		f.cell.world = table[i].world;
		f.result.engines[0].picked = true;
		strcpy(f.result.engines[0].translation, table[i].translation);
		assert_int_equal(judge(&f), table[i].outcome);
	}
	good(&f);
	f.cell.world = WORLD_IOMMU;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
}

/* Catches: a device that saw all of a source that it must not see, taken for one that did not. */
static void test_saw_nothing(void **state)
{
	struct expect fault = { .kind = EXPECT_FAULT, .engine = (char *)"copy" };
	struct fixture f;

	(void)state;
	good(&f);
	f.cell.world = WORLD_IOMMU;
	f.result.engines[0].picked = true;
	strcpy(f.result.engines[0].translation, "strict");
	f.result.engines[0].reads = 2;
	f.result.engines[0].nothing = 2;
	assert_int_equal(judge(&f), OUTCOME_PASS);	/* zeros may be what is there */
	fault.engine = f.result.engines[0].name;
	expect(&f, &fault);
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.result.engines[0].nothing = 0;
	assert_int_equal(judge(&f), OUTCOME_FAIL);
}

/* Catches: failed steps that were not expected; expected ones that did not occur. */
static void test_steps(void **state)
{
	uint32_t steps[] = { 1 };
	struct expect timeout = { .kind = EXPECT_STATUS,
				  .err = ETIMEDOUT,
				  .steps = steps,
				  .nr_steps = 1 };
	struct dmt_record rec = { .step = 1, .status = (uint32_t)-ETIMEDOUT };
	struct fixture f;

	(void)state;
	good(&f);
	expect(&f, &timeout);
	assert_int_equal(judge(&f), OUTCOME_FAIL);	/* did not happen */
	f.result.records = &rec;
	f.result.nr_records = f.result.sums.records = 1;
	f.result.sums.steps_failed = 1;
	assert_int_equal(judge(&f), OUTCOME_PASS);
	rec.status = (uint32_t)-EIO;			/* another error */
	assert_int_equal(judge(&f), OUTCOME_FAIL);
	rec.status = (uint32_t)-ETIMEDOUT;
	rec.step = 0;					/* another step */
	assert_int_equal(judge(&f), OUTCOME_FAIL);
	rec.step = 1;
	f.result.sums.steps_failed = 2;			/* one was not recorded */
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	rec.step = 99;					/* beyond the program */
	assert_int_equal(judge(&f), OUTCOME_FAIL);
}

/* Catches: an unmap of what is unmapped without a word how to do so on purpose; others with it. */
static void test_unmap_hint(void **state)
{
	static const uint32_t ops[] = { DMT_STEP_UNMAP, DMT_STEP_SYNC_CPU, DMT_STEP_UNMAP };
	static const uint32_t how[] = { 0, 0, DMT_WRONG_AGAIN };
	struct dmt_header h = { .steps = { .offset = htole32(sizeof(h)), .count = htole32(3),
					   .entry_size = htole32(sizeof(struct dmt_step)) } };
	struct dmt_record rec = { .status = (uint32_t)-ENXIO };
	struct fixture f;

	(void)state;
	good(&f);
	strbuf_add(&f.cell.program, &h, sizeof(h));
	for (int i = 0; i < 3; i++) {
		struct dmt_step s = { .op = htole16(ops[i]), .arg0 = htole32(how[i]) };

		strbuf_add(&f.cell.program, &s, sizeof(s));
	}
	f.result.records = &rec;
	f.result.nr_records = f.result.sums.records = 1;
	f.result.sums.steps_failed = 1;
	for (rec.step = 0; rec.step < 3; rec.step++) {
		bool hint;

		verdict_judge(&f.v, &f.cell, &f.result, &env);
		assert_int_equal(f.v.nr_messages, 1);
		hint = strstr(f.v.messages[0], "unmap NAME again");
		assert_int_equal(hint, rec.step == 0);
		verdict_free(&f.v);
	}
	strbuf_free(&f.cell.program);
}

/* Catches: access faults that pass; expected ones that did not occur. */
static void test_faults(void **state)
{
	struct expect fault = { .kind = EXPECT_FAULT, .engine = (char *)"copy" };
	struct expect injected = { .kind = EXPECT_INJECTED, .engine = (char *)"copy" };
	struct fixture f;

	(void)state;
	good(&f);
	f.result.engines[0].access_faults = 1;
	assert_int_equal(judge(&f), OUTCOME_FAIL);
	expect(&f, &fault);
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.result.engines[0].access_faults = 0;
	assert_int_equal(judge(&f), OUTCOME_FAIL);
	expect(&f, &injected);
	assert_int_equal(judge(&f), OUTCOME_FAIL);
	f.result.engines[0].dropped = 1;
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.result.engines[0].dropped = 0;
	f.result.engines[0].busted = 1;
	assert_int_equal(judge(&f), OUTCOME_PASS);
}

/* Catches: a foreign map that is judged where it should be skipped, and vice versa. */
static void test_run_status(void **state)
{
	struct fixture f;

	(void)state;
	good(&f);
	f.result.sums.status = -EXDEV;
	assert_int_equal(judge(&f), OUTCOME_SKIP);
	f.cell.skip_foreign = false;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	f.result.sums.status = -ETIMEDOUT;
	assert_int_equal(judge(&f), OUTCOME_HANG);
	f.result.sums.status = -ENODEV;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
}

/* Catches: the wrong outcome for a guest that ended in the cell. */
static void test_fates(void **state)
{
	static const struct {
		enum vm_fate fate;
		enum outcome outcome;
	} table[] = {
		{ VM_PANIC, OUTCOME_PANIC }, { VM_OOPS, OUTCOME_PANIC }, { VM_HANG, OUTCOME_HANG },
		{ VM_DIED, OUTCOME_INCOMPLETE }, { VM_CHANNEL, OUTCOME_INCOMPLETE },
		{ VM_DISK_FULL, OUTCOME_INCOMPLETE }, { VM_INTERRUPTED, OUTCOME_INCOMPLETE },
	};
	struct expect panic = { .kind = EXPECT_OUTCOME, .fate = (char *)"panic" };
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		good(&f);
		f.result.state = CELL_BEGUN;
		f.result.fate = table[i].fate;
		assert_int_equal(judge(&f), table[i].outcome);
	}
	good(&f);
	expect(&f, &panic);
	assert_int_equal(judge(&f), OUTCOME_FAIL);	/* it lived on */
	f.result.state = CELL_BEGUN;
	f.result.fate = VM_PANIC;
	assert_int_equal(judge(&f), OUTCOME_PASS);
	good(&f);
	f.result.state = CELL_NOT_RUN;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
}

/* Catches: a warning on the console that is not noticed. */
static void test_splat(void **state)
{
	struct expect splat = { .kind = EXPECT_OUTCOME, .fate = (char *)"splat" };
	struct splat one = { (char *)"WARNING at x.c f", WITNESS_WARN, 1, 0 };
	struct fixture f;

	(void)state;
	good(&f);
	f.result.splats = (struct splats) { &one, 1 };
	assert_int_equal(judge(&f), OUTCOME_PANIC);
	expect(&f, &splat);
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.result.splats.nr = 0;
	assert_int_equal(judge(&f), OUTCOME_FAIL);
}

/* Catches: a guard that is true where it should not be. */
static void test_guards(void **state)
{
	struct expect e = { .kind = EXPECT_DATA_CORRUPT };
	struct fixture f;

	(void)state;
	good(&f);
	assert_true(verdict_guards_hold(&e, &f.cell, &env));
	e.worlds = 1u << WORLD_BOUNCE;
	assert_false(verdict_guards_hold(&e, &f.cell, &env));
	e.worlds |= 1u << WORLD_STRICT;
	assert_true(verdict_guards_hold(&e, &f.cell, &env));
	strcpy(e.kernel.op, ">=");
	e.kernel.major = 6;
	e.kernel.minor = 12;
	assert_true(verdict_guards_hold(&e, &f.cell, &env));
	e.kernel.minor = 13;
	assert_false(verdict_guards_hold(&e, &f.cell, &env));
	strcpy(e.kernel.op, "<");
	assert_true(verdict_guards_hold(&e, &f.cell, &env));
	e.kernel.major = 5;
	assert_false(verdict_guards_hold(&e, &f.cell, &env));
	e.kernel.op[0] = '\0';
	e.arch = (char *)"arm64";
	assert_false(verdict_guards_hold(&e, &f.cell, &env));
	e.arch = NULL;
	e.config = (char *)"CONFIG_SWIOTLB";
	assert_true(verdict_guards_hold(&e, &f.cell, &env));
	e.config = (char *)"CONFIG_DMATEST";
	assert_false(verdict_guards_hold(&e, &f.cell, &env));
}

/* Catches: an exit code that hides the worst outcome. */
static void test_exit_codes(void **state)
{
	unsigned int count[OUTCOME__COUNT] = { 0 };

	(void)state;
	assert_int_equal(outcome_exit_code(count), 3);	/* nothing was judged */
	count[OUTCOME_SKIP] = 1;
	assert_int_equal(outcome_exit_code(count), 4);
	count[OUTCOME_PASS] = 1;
	assert_int_equal(outcome_exit_code(count), 0);
	count[OUTCOME_INCOMPLETE] = 1;
	assert_int_equal(outcome_exit_code(count), 3);
	count[OUTCOME_FAIL] = 1;
	assert_int_equal(outcome_exit_code(count), 1);
	count[OUTCOME_HANG] = 1;
	assert_int_equal(outcome_exit_code(count), 6);
	count[OUTCOME_PANIC] = 1;
	assert_int_equal(outcome_exit_code(count), 5);
}

static void test_slug(void **state)
{
	char *slug = cell_slug("order/legacy size=4K sources=2 @bounce");

	(void)state;
	assert_string_equal(slug, "order+legacy,size=4K,sources=2@bounce");
	free(slug);
}

/* Catches: a frame of the wrong size that is accepted. */
static void test_frames(void **state)
{
	static const char stats[] = "name=copy device=softdma.0 submitted=3 access_faults=2 fault_late=3 fault_swap=4 later=9";
	struct frame sums = { .type = FRAME_SUMS, .len = 10, .data = (const uint8_t *)"0123456789" };
	struct frame engine = { .type = FRAME_ENGINE,
				.len = sizeof(stats) - 1,
				.data = (const uint8_t *)stats };
	struct frame records = { .type = FRAME_RECORDS, .len = 33, .data = (const uint8_t *)stats };
	struct cell_result r = { 0 };

	(void)state;
	result_frame(&r, &engine);
	assert_int_equal(r.nr_engines, 1);
	assert_int_equal(r.engines[0].submitted, 3);
	assert_int_equal(r.engines[0].access_faults, 2);
	assert_int_equal(r.engines[0].busted, 7);
	assert_false(r.dropped_frame);
	result_frame(&r, &sums);
	assert_true(r.dropped_frame);
	r.dropped_frame = false;
	result_frame(&r, &records);
	assert_true(r.dropped_frame);
	result_free(&r);
}

static void say(struct cell_result *r, const char *stage)
{
	const struct frame f = { .type = FRAME_WORKLOAD, .len = strlen(stage),
				 .data = (const uint8_t *)stage };

	result_frame(r, &f);
}

/* Makes an md workload that ran to its end. */
static void good_md(struct fixture *f)
{
	good(f);
	f->cell.workload = WORKLOAD_MD;
	f->result.sums.maps = f->result.sums.maps_bounced = 0;
	say(&f->result, "fio exit=0");
	say(&f->result, "parity mismatches=0");
	say(&f->result, "degraded wrong=0 blocks=6144");
	say(&f->result, "rebuilt wrong=0 blocks=6144");
	say(&f->result, "recheck mismatches=0");
}

/* Catches: a failure of dmatest that passes; tests that did not run. */
static void test_dmatest(void **state)
{
	static const char line[] = "tests wrong=3 checked=21 threads=1 kbs=99";
	enum workload_stage stage;
	uint64_t wrong, of;

	(void)state;
	assert_true(stage_read(line, &stage, &wrong, &of));
	assert_int_equal(stage, STAGE_TESTS);
	assert_int_equal(wrong, 3);
	assert_int_equal(of, 21);
	assert_int_equal(stage_kind(STAGE_TESTS), WORKLOAD_DMATEST);
	assert_false(stage_read("tests checked=21", &stage, &wrong, &of));
}

/* Catches: a workload that stopped half way and passes; a number that is not read. */
static void test_stages(void **state)
{
	struct expect parity = { .kind = EXPECT_STAGE, .stage = STAGE_PARITY, .intact = false };
	struct expect ops = { .kind = EXPECT_OFFLOAD, .engine = (char *)"copy", .ops = 3 };
	struct fixture f;

	(void)state;
	good_md(&f);
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.result.stages[STAGE_REBUILT].ran = false;
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	good_md(&f);
	expect(&f, &parity);
	assert_int_equal(judge(&f), OUTCOME_FAIL);
	say(&f.result, "parity mismatches=7872");
	assert_int_equal(f.result.stages[STAGE_PARITY].wrong, 7872);
	assert_int_equal(judge(&f), OUTCOME_PASS);
	parity.intact = true;
	assert_int_equal(judge(&f), OUTCOME_FAIL);
	good_md(&f);
	expect(&f, &ops);
	f.result.engines[0].ops[0] = 5;
	assert_int_equal(judge(&f), OUTCOME_FAIL);
	f.result.engines[0].ops[1] = 1;
	assert_int_equal(judge(&f), OUTCOME_PASS);
	say(&f.result, "degraded wrong=many");
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	good_md(&f);
	say(&f.result, "no-such-stage wrong=1");
	assert_int_equal(judge(&f), OUTCOME_INCOMPLETE);
	result_free(&f.result);
}

/* Catches: a scenario that runs on a kernel without what it tests, or that never runs. */
static void test_require(void **state)
{
	struct fixture f;

	(void)state;
	good(&f);
	f.cell.require = (char *)"CONFIG_SWIOTLB";
	assert_int_equal(judge(&f), OUTCOME_PASS);
	f.cell.require = (char *)"CONFIG_DMATEST";
	assert_int_equal(judge(&f), OUTCOME_SKIP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dmatest),
		cmocka_unit_test(test_data), cmocka_unit_test(test_sometimes),
		cmocka_unit_test(test_unchecked),
		cmocka_unit_test(test_losses),
		cmocka_unit_test(test_leftovers), cmocka_unit_test(test_world),
		cmocka_unit_test(test_no_engine),
		cmocka_unit_test(test_masters), cmocka_unit_test(test_saw_nothing),
		cmocka_unit_test(test_steps), cmocka_unit_test(test_unmap_hint),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_run_status), cmocka_unit_test(test_fates),
		cmocka_unit_test(test_splat), cmocka_unit_test(test_guards),
		cmocka_unit_test(test_exit_codes),
		cmocka_unit_test(test_slug), cmocka_unit_test(test_frames),
		cmocka_unit_test(test_stages), cmocka_unit_test(test_require),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
