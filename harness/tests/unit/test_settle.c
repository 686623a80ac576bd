// SPDX-License-Identifier: GPL-2.0-only
/* Tests settled cells: the verdict is the same as before, and no judge is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/base/tree.h"
#include "lib/base/le.h"
#include "lib/verdict/result.h"

#define RECORDING	tree_path("harness/tests/fixtures/recordings/legacy.bin")

static const struct verdict_env env = {
	.release = "6.12.117+deb12-amd64", .arch = "x86_64", .config = "",
};

static void give(struct cell_result *r, enum frame_type type, const void *data, uint32_t len)
{
	const struct frame f = { .type = type, .data = data, .len = len };

	result_frame(r, &f);
}

/* Sends the chunks of a recording as a guest's frames. */
static void give_recording(struct cell_result *r)
{
	struct strbuf sb = STRBUF_INIT, chunk = STRBUF_INIT;
	size_t at = 24;

	assert_int_equal(strbuf_read_file(&sb, RECORDING), 0);
	while (at < sb.len) {
		const uint8_t *p = (const uint8_t *)sb.s + at;

		strbuf_reset(&chunk);
		le32_add(&chunk, le32_get(p));
		strbuf_add(&chunk, p + 12, le32_get(p + 4));
		give(r, FRAME_OBSERVED, chunk.s, chunk.len);
		at += 12 + le32_get(p + 4);
	}
	strbuf_free(&chunk);
	strbuf_free(&sb);
}

static void ran(struct cell_result *r, struct dmt_sums *sums)
{
	static const uint8_t index[4];
	uint8_t packed[FRAME_SUMS_LEN];
	struct dmt_record *many = xcalloc(1000, sizeof(*many));

	memset(r, 0, sizeof(*r));
	r->state = CELL_BEGUN;
	give_recording(r);
	give(r, FRAME_RECORDS, many, 1000 * sizeof(*many));
	frame_pack_sums(packed, sums);
	give(r, FRAME_SUMS, packed, sizeof(packed));
	give(r, FRAME_ENGINE, "name=copy device=softdma.0", 26);
	give(r, FRAME_CELL_END, index, 4);
	free(many);
}

static void assert_same(const struct verdict *a, const struct verdict *b)
{
	assert_int_equal(a->outcome, b->outcome);
	assert_int_equal(a->data, b->data);
	assert_int_equal(a->nr_messages, b->nr_messages);
	for (unsigned int i = 0; i < a->nr_messages; i++)
		assert_string_equal(a->messages[i], b->messages[i]);
	assert_int_equal(a->nr_known, b->nr_known);
	for (unsigned int i = 0; i < a->nr_known; i++)
		assert_ptr_equal(a->known[i], b->known[i]);
}

/* Catches: a verdict that uses freed memory; a judge, or records, that are kept. */
static void test_settled(void **state)
{
	static char *engines[] = { (char *)"copy" };
	struct cell cell = { .repeat = 10, .engine_names = engines, .nr_engines = 1 };
	struct dmt_sums sums = { .iterations = 10,
				 .records = 1000,
				 .checks = 10,
				 .first_bad = DMT_NONE };
	struct verdict before, after;
	struct cell_result r;

	(void)state;
	for (int bad = 0; bad < 3; bad++) {
		sums.checks_bad = bad == 1;
		sums.records = bad == 2 ? 1001 : 1000;
		ran(&r, &sums);
		verdict_judge(&before, &cell, &r, &env);
		assert_non_null(r.observed);
		assert_int_equal(before.outcome, OUTCOME_FAIL);	/* the recording's violations */
		assert_int_equal(before.nr_messages, bad ? 3 : 2);
		result_settle(&r, &cell, &env);
		assert_null(r.observed);
		assert_int_equal(r.nr_records, RESULT_STEPS);
		verdict_judge(&after, &cell, &r, &env);
		assert_same(&before, &after);
		verdict_free(&after);
		/* The console comes last. */
		splats_add(&r.splats, WITNESS_BUG, "BUG: it was");
		verdict_judge(&after, &cell, &r, &env);
		assert_int_equal(after.outcome, OUTCOME_PANIC);
		assert_int_equal(after.nr_messages, before.nr_messages + 1);
		verdict_free(&after);
		verdict_free(&before);
		result_free(&r);
	}
}

/* Catches: data about the observer that are lost with the judge. */
static void test_seen(void **state)
{
	struct cell cell = { .repeat = 10 };
	struct dmt_sums sums = { .iterations = 10, .records = 1000, .first_bad = DMT_NONE };
	struct cell_result r;

	(void)state;
	ran(&r, &sums);
	result_settle(&r, &cell, &env);
	assert_non_null(r.seen);
	assert_null(r.seen->why_not);
	assert_true(r.seen->events > 10 && r.seen->maps && r.seen->unmaps && r.seen->txs);
	assert_int_equal(r.seen->nr_groups, 2);
	assert_string_equal(r.seen->groups[0].class, "early-map");
	assert_int_equal(r.seen->groups[0].count, 1);
	result_free(&r);

	/* A cell in which its guest ended has no end, and may have no frames at all. */
	memset(&r, 0, sizeof(r));
	r.state = CELL_BEGUN;
	result_settle(&r, &cell, &env);
	assert_null(r.seen);
	assert_null(r.rest);
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settled), cmocka_unit_test(test_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
