// SPDX-License-Identifier: GPL-2.0-only
/* Runs the fuzzer's corpus again, without the fuzzer, so that no defect comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>

#include "lib/base/tree.h"
#include "lib/base/strbuf.h"
#include "tests/fuzz/fuzz_scenario.c"

static void replay(const char *pattern, size_t at_least)
{
	glob_t g = { 0 };

	assert_int_equal(glob(pattern, 0, NULL, &g), 0);
	assert_true(g.gl_pathc >= at_least);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		struct strbuf sb = STRBUF_INIT;

		assert_int_equal(strbuf_read_file(&sb, g.gl_pathv[i]), 0);
		LLVMFuzzerTestOneInput((const uint8_t *)strbuf_str(&sb), sb.len);
		/* If it is cut anywhere, the result must be an error, not a crash. */
		for (size_t n = 0; n < sb.len; n += 1 + sb.len / 64)
			LLVMFuzzerTestOneInput((const uint8_t *)sb.s, n);
		strbuf_free(&sb);
	}
	globfree(&g);
}

static void test_corpus(void **state)
{
	(void)state;
	replay(tree_path("harness/tests/fuzz/corpus/*"), 20);
}

static void test_scenarios(void **state)
{
	(void)state;
	replay(tree_path("scenarios/*/*.dma"), 20);
}

static void test_fixtures(void **state)
{
	(void)state;
	replay(tree_path("harness/tests/fixtures/scenarios/*/*.dma"), 90);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus),
		cmocka_unit_test(test_scenarios),
		cmocka_unit_test(test_fixtures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
