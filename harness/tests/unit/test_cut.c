// SPDX-License-Identifier: GPL-2.0-only
/* Cutting scenarios: what is left still parses, and nothing names what is gone. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "lib/language/cut.h"
#include "lib/language/suite.h"

static char *print(const struct scenario *s)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	scenario_print(s, f);
	fclose(f);
	return text;
}

static struct scenario *parse(const char *text)
{
	struct scenario *s = NULL;
	struct diag diag;

	if (scenario_parse("cut.dma", text, strlen(text), &s, &diag)) {
		diag_print(&diag, text, stderr);
		fail_msg("it does not parse:\n%s", text);
	}
	return s;
}

static char *without(const char *text, unsigned int from, unsigned int to)
{
	struct scenario *s = parse(text);
	unsigned int n = scenario_items(s);
	bool *drop = calloc(n + 1, sizeof(*drop));
	char *left;

	for (unsigned int i = from; i < to && i < n; i++)
		drop[i] = true;
	scenario_cut(s, drop);
	left = print(s);
	free(drop);
	scenario_free(s);
	return left;
}

static const char example[] =
	"scenario a/b \"x\"\n"
	"engine copy memcpy like fsl-dma setup 20us\n"
	"buffer src 4K random\n"
	"buffer dst 4K zero offset 64\n"
	"thread { map m = copy src TO_DEVICE map n = copy dst FROM_DEVICE\n"
	"  prep t = copy memcpy n <- m submit t issue copy wait t unmap m n check dst == src }\n";

/* Counting must not change anything. */
static void counting_changes_nothing(void **state)
{
	struct scenario *s = parse(example);
	char *before = print(s), *after;
	unsigned int n = scenario_items(s);

	(void)state;
	assert_int_equal(n, scenario_items(s));
	after = print(s);
	assert_string_equal(before, after);
	assert_int_equal(n, 13);	/* setup, offset, thread, 8 steps, 2 maps of unmap */
	assert_int_equal(scenario_steps(s), 8);
	free(before);
	free(after);
	scenario_free(s);
}

/* Without the map of its source nothing is left of the copy, and one map is unmapped. */
static void what_names_it_goes_too(void **state)
{
	char *left = without(example, 3, 4);

	(void)state;
	assert_null(strstr(left, "map m "));
	assert_null(strstr(left, "prep"));
	assert_null(strstr(left, "submit"));
	assert_non_null(strstr(left, "unmap n"));
	assert_null(strstr(left, "unmap m"));
	free(left);
}

/* The numbers of what stays are those of the whole. */
static void numbers_hold_behind_what_is_gone(void **state)
{
	struct scenario *s = parse(example);
	unsigned int n = scenario_items(s);
	bool *drop = calloc(n, sizeof(*drop));
	char *left;

	(void)state;
	drop[9] = true;		/* unmap, with two items inside */
	drop[n - 1] = true;	/* check */
	scenario_cut(s, drop);
	left = print(s);
	assert_null(strstr(left, "unmap"));
	assert_null(strstr(left, "check"));
	assert_non_null(strstr(left, "wait t"));
	free(left);
	free(drop);
	scenario_free(s);
}

/* Every scenario of the tree, with every item left out, is one that can be printed and cut on. */
static void every_scenario_can_be_cut(void **state)
{
	struct suite suite = { 0 };

	(void)state;
	assert_int_equal(suite_select(&suite, NULL, NULL, 0), 0);
	for (size_t i = 0; i < suite.nr; i++) {
		struct strbuf text = STRBUF_INIT;
		struct scenario *s = NULL;
		struct diag diag;
		unsigned int n;
		char *whole;

		assert_int_equal(suite_load(&suite, i, &s, &text, &diag), 0);
		n = scenario_items(s);
		whole = print(s);
		scenario_free(s);
		for (unsigned int k = 0; k < n; k += 1 + n / 12) {
			char *left = without(whole, k, k + 1);

			assert_true(strlen(left) < strlen(whole));
			free(left);
		}
		free(whole);
		strbuf_free(&text);
	}
	suite_free(&suite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counting_changes_nothing),
		cmocka_unit_test(what_names_it_goes_too),
		cmocka_unit_test(numbers_hold_behind_what_is_gone),
		cmocka_unit_test(every_scenario_can_be_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
