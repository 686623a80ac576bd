// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests the parser with fixtures/scenarios: the message about a bad file (NAME.err: "LINE:COL:
 * TEXT"), the printed form of a good one, and limits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/tree.h"
#include "lib/language/ast.h"

#define FIXTURES "harness/tests/fixtures/scenarios"

typedef unsigned int each_fn(const char *path, const char *text, size_t len);

static void for_each(const char *pattern, size_t at_least, each_fn *fn)
{
	unsigned int wrong = 0;
	glob_t g = { 0 };

	assert_int_equal(glob(pattern, 0, NULL, &g), 0);
	assert_true(g.gl_pathc >= at_least);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		struct strbuf sb = STRBUF_INIT;

		assert_int_equal(strbuf_read_file(&sb, g.gl_pathv[i]), 0);
		wrong += fn(g.gl_pathv[i], strbuf_str(&sb), sb.len);
		strbuf_free(&sb);
	}
	globfree(&g);
	assert_int_equal(wrong, 0);
}

static unsigned int check_bad(const char *path, const char *text, size_t len)
{
	struct strbuf want = STRBUF_INIT;
	char *err = xasprintf("%.*s.err", (int)strlen(path) - 4, path);
	struct scenario *s;
	struct diag d;
	char *got;
	int wrong;

	assert_int_equal(strbuf_read_file(&want, err), 0);
	if (scenario_parse("f", text, len, &s, &d)) {
		got = xasprintf("%u:%u: %s\n", d.line, d.col, d.text);
		assert_null(s);
	} else {
		got = xstrdup("nothing is wrong\n");
		scenario_free(s);
	}
	wrong = strcmp(got, strbuf_str(&want));
	if (wrong)
		print_error("%s:\nwanted %sgot    %s", path, strbuf_str(&want), got);
	free(got);
	free(err);
	strbuf_free(&want);
	return wrong != 0;
}

/* Catches: a defect that is not found, is reported at a wrong place, or without help. */
static void test_bad(void **state)
{
	(void)state;
	for_each(tree_path(FIXTURES "/bad/*.dma"), 90, check_bad);
}

static struct scenario *parse(const char *path, const char *text, size_t len)
{
	struct scenario *s;
	struct diag d;

	if (scenario_parse(path, text, len, &s, &d))
		fail_msg("%s:%u:%u: %s", path, d.line, d.col, d.text);
	return s;
}

static unsigned int check_round_trip(const char *path, const char *text, size_t len)
{
	struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct scenario *s = parse(path, text, len), *again;
	int wrong;

	print_scenario(s, NULL, &once);
	again = parse("printed", once.s, once.len);
	print_scenario(again, NULL, &twice);
	assert_string_equal(scenario_name(s), scenario_name(again));
	assert_string_equal(scenario_title(s), scenario_title(again));
	assert_int_equal(scenario_worlds(s), scenario_worlds(again));
	assert_int_equal(scenario_variants(s), scenario_variants(again));
	wrong = strcmp(once.s, twice.s);
	if (wrong)
		print_error("%s: printed\n%s\nagain\n%s", path, once.s, twice.s);
	scenario_free(s);
	scenario_free(again);
	strbuf_free(&once);
	strbuf_free(&twice);
	return wrong != 0;
}

/* Catches: a printer that says something else than the parser understood. */
static void test_round_trip(void **state)
{
	(void)state;
	for_each(tree_path(FIXTURES "/good/*.dma"), 5, check_round_trip);
	for_each(tree_path("scenarios/*/*.dma"), 20, check_round_trip);
	for_each(tree_path("harness/tests/scenarios/*/*.dma"), 5, check_round_trip);
}

static unsigned int check_canonical(const char *path, const char *text, size_t len)
{
	char *name = xasprintf("%.*s.txt", (int)strlen(path) - 4, path);
	struct strbuf want = STRBUF_INIT, got = STRBUF_INIT;
	struct scenario *s = parse(path, text, len);
	int wrong;

	assert_int_equal(strbuf_read_file(&want, name), 0);
	print_scenario(s, NULL, &got);
	wrong = strcmp(want.s, got.s);
	if (wrong)
		print_error("%s: wanted\n%s\ngot\n%s", path, want.s, got.s);
	free(name);
	scenario_free(s);
	strbuf_free(&want);
	strbuf_free(&got);
	return wrong != 0;
}

/* Catches: a word that parser and printer both drop, which a round trip does not see. */
static void test_canonical(void **state)
{
	(void)state;
	for_each(tree_path(FIXTURES "/good/*.dma"), 5, check_canonical);
}

static unsigned int check_cut(const char *path, const char *text, size_t len)
{
	(void)path;
	for (size_t n = 0; n < len; n++) {
		char *copy = malloc(n ? n : 1);
		struct scenario *s;
		struct diag d;

		memcpy(copy, text, n);
		if (!scenario_parse("f", copy, n, &s, &d))
			scenario_free(s);
		else
			assert_true(d.text[0] && d.line);
		free(copy);
	}
	return 0;
}

/* Catches: a read beyond the end of a file that stops anywhere. */
static void test_cut(void **state)
{
	(void)state;
	for_each(tree_path(FIXTURES "/good/*.dma"), 5, check_cut);
}

/* Catches: a huge file that is read into memory; a good file that is refused. */
static void test_size(void **state)
{
	static const char text[] = "scenario a/b \"t\" engine e memcpy like fsl-dma thread { }\n#";
	char *big = malloc(MAX_TEXT + 1);
	struct scenario *s;
	struct diag d;

	(void)state;
	memset(big, 'x', MAX_TEXT + 1);
	memcpy(big, text, sizeof(text) - 1);
	assert_int_equal(scenario_parse("f", big, MAX_TEXT, &s, &d), 0);
	scenario_free(s);
	assert_int_equal(scenario_parse("f", big, MAX_TEXT + 1, &s, &d), -EINVAL);
	assert_non_null(strstr(d.text, "65537 bytes; a scenario has at most 65536"));
	assert_int_equal(d.line, 0);
	free(big);
}

/* Catches: a name's or message's length that breaks a buffer. */
static void test_long_words(void **state)
{
	static const char *const around[][2] = {
		{ "", "" }, { "scenario ", "/b \"t\"" }, { "scenario a/", " \"t\"" },
		{ "scenario a/b \"t\" ", "" }, { "scenario a/b \"t\" engine ", "" },
		{ "scenario a/b \"t\" param x = ", "" }, { "scenario a/b \"t\" seed ", "" },
		{ "scenario a/b \"t\" seed 1", "" }, { "scenario a/b \"t\" seed $", "" },
		{ "scenario a/b \"t\" seed 1.", "" }, { "scenario a/b \"t\" link ", "" },
		{ "scenario a/b \"t\" expect wait x ", "" }, { "scenario a/b \"", "\"" },
		{ "scenario a/b \"t\" engine e memcpy like fsl-dma domain ", " thread { }" },
		{ "scenario a/b \"t\" engine e memcpy like fsl-dma thread { } expect data intact config CONFIG_", "" },
		{ "scenario a/b \"t\" engine e memcpy like fsl-dma thread { } expect data intact kernel == 6.", "" },
		{ "scenario a/b \"t\" engine e memcpy like fsl-dma thread { ", " }" },
		{ "scenario a/b \"t\" engine e memcpy like fsl-dma thread { unmap ", " }" },
	};
	static const char fill[] = "a1A";

	(void)state;
	for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++)
		for (size_t k = 0; k < 3; k++) {
			struct strbuf sb = STRBUF_INIT;
			struct scenario *s;
			struct diag d;

			strbuf_adds(&sb, around[i][0]);
			for (int n = 0; n < 3000; n++)
				strbuf_addc(&sb, fill[k]);
			strbuf_adds(&sb, around[i][1]);
			if (!scenario_parse("f", sb.s, sb.len, &s, &d))
				scenario_free(s);	/* a long title */
			strbuf_free(&sb);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_long_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
