// SPDX-License-Identifier: GPL-2.0-only
/*
 * Catches: a table in which "corrupt ... pass" looks like a bug, because it does not say that
 * corrupt is what was expected; one that calls expected what was not; a world's words that hide the
 * worst of its cells.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/outputs/tally.h"

static const struct tally_wants nothing = { false, false }, corrupt = { true, false },
				violation = { false, true };

static void says(const struct tally *t, const char *words, const char *full, const char *expected)
{
	char text[64];

	tally_words(t, text, sizeof(text));
	assert_string_equal(text, words);
	tally_full_words(t, text, sizeof(text));
	assert_string_equal(text, full);
	assert_string_equal(tally_expected(t), expected);
}

static void test_expected(void **state)
{
	struct tally t = { 0 };

	(void)state;
	says(&t, "-", "-", "");
	tally_add(&t, OUTCOME_PASS, DATA_UNCHECKED, 0, 0, &nothing);
	says(&t, "ran", "as expected", "");
	tally_add(&t, OUTCOME_PASS, DATA_UNCHECKED, 0, 0, &violation);
	says(&t, "found", "found, as expected", "found, as expected");
	tally_add(&t, OUTCOME_PASS, DATA_INTACT, 10, 0, &nothing);
	says(&t, "intact", "intact, 10 checked", "");
	tally_add(&t, OUTCOME_PASS, DATA_CORRUPT, 10, 7, &corrupt);
	says(&t, "corrupt", "corrupt 7/20, as expected", "corrupt, as expected");
	/* What was skipped changes nothing. */
	tally_add(&t, OUTCOME_SKIP, DATA_UNCHECKED, 0, 0, &nothing);
	says(&t, "corrupt", "corrupt 7/20, as expected", "corrupt, as expected");
}

static void test_not_expected(void **state)
{
	struct tally t = { 0 }, other = { 0 };

	(void)state;
	tally_add(&t, OUTCOME_SKIP, DATA_UNCHECKED, 0, 0, &nothing);
	says(&t, "skip", "skip", "");
	/* It fails by something else. */
	tally_add(&t, OUTCOME_FAIL, DATA_CORRUPT, 10, 7, &corrupt);
	says(&t, "fail", "fail", "");
	tally_add(&t, OUTCOME_FAIL, DATA_INTACT, 10, 0, &corrupt);
	says(&t, "fail: intact", "fail: intact", "");
	tally_add(&other, OUTCOME_FAIL, DATA_CORRUPT, 10, 3, &nothing);
	tally_join(&t, &other);
	says(&t, "fail: corrupt 10/30", "fail: corrupt 10/30", "");
	assert_int_equal(tally_worst(&t), OUTCOME_FAIL);
	tally_add(&t, OUTCOME_PASS, DATA_INTACT, 10, 0, &nothing);
	tally_add(&t, OUTCOME_HANG, DATA_UNCHECKED, 0, 0, &nothing);
	says(&t, "hang", "hang", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expected),
		cmocka_unit_test(test_not_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
