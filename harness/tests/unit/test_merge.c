// SPDX-License-Identifier: GPL-2.0-only
/* Tests the numbers of a stream into which more events come (harness/observer/merge.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "observer/merge.h"

/* Catches: a number twice, a gap where nothing is missing. */
static void test_in_between(void **state)
{
	struct merge m = { .next = 11 };

	(void)state;
	assert_true(merge_fits(&m, 0));
	assert_int_equal(merge_put(&m), 11);
	assert_int_equal(merge_took(&m, 11), 12);
	assert_int_equal(merge_took(&m, 12), 13);
	assert_true(merge_fits(&m, 12));
	assert_int_equal(merge_put(&m), 14);
	assert_int_equal(merge_put(&m), 15);
	assert_int_equal(merge_took(&m, 13), 16);
	assert_int_equal(m.shift, 3);
}

/* Catches: an access before the event that it follows, because that is not handed on yet. */
static void test_waits(void **state)
{
	struct merge m = { .next = 1 };

	(void)state;
	assert_false(merge_fits(&m, 1));
	merge_took(&m, 1);
	assert_true(merge_fits(&m, 1));
	assert_false(merge_fits(&m, 2));
}

/* Catches: a number twice when an interrupt's event comes before the one that it interrupted. */
static void test_out_of_order(void **state)
{
	struct merge m = { .next = 5 };

	(void)state;
	assert_int_equal(merge_took(&m, 6), 6);
	assert_false(merge_fits(&m, 6));
	assert_int_equal(merge_took(&m, 7), 7);
	assert_int_equal(merge_took(&m, 5), 5);
	assert_true(merge_fits(&m, 6));
	assert_int_equal(merge_put(&m), 8);
	assert_int_equal(merge_took(&m, 8), 9);
}

/* Catches: nothing comes in any more after a loss; a gap that is closed, so that nobody sees it. */
static void test_loss(void **state)
{
	struct merge m = { .next = 1 };
	uint64_t n;

	(void)state;
	merge_took(&m, 1);
	merge_took(&m, 3);	/* 2 is lost */
	assert_false(merge_fits(&m, 3));
	merge_skip(&m, 3);
	assert_true(merge_fits(&m, 3));
	assert_int_equal(merge_put(&m), 4);
	assert_int_equal(merge_took(&m, 4), 5);
	/* So many behind a missing one that it cannot come any more. */
	for (n = 6; n < 6 + MERGE_EARLY; n++)
		assert_int_equal(merge_took(&m, n), n + 1);
	assert_false(merge_fits(&m, n - 1));
	assert_int_equal(merge_took(&m, n), n + 1);
	assert_true(merge_fits(&m, n));
	/* The last ones are lost. */
	merge_skip(&m, n + 4);
	assert_int_equal(merge_put(&m), n + 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_between), cmocka_unit_test(test_waits),
		cmocka_unit_test(test_out_of_order), cmocka_unit_test(test_loss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
