// SPDX-License-Identifier: GPL-2.0-only
/* Tests the signed-rank test of pairs against published numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "lib/base/rng.h"
#include "lib/statistics/stats.h"
#include "near.h"

/* Makes differences of the first @n numbers; the ranks of those above 0 sum to @sum. */
static struct signed_rank_test signed_with(unsigned int n, unsigned int sum)
{
	struct signed_rank_test t;
	double d[64];

	for (unsigned int i = n; i > 0; i--) {
		bool above = sum >= i;

		sum -= above ? i : 0;
		d[i - 1] = above ? i : -(double)i;
	}
	signed_rank_test(d, n, &t);
	return t;
}

/*
 * Hollander and Wolfe, "Nonparametric Statistical Methods", 1973, p. 29: Hamilton's
 * depression scale before and after; V = 40, one-sided p 0.01953 also in the help of R's
 * wilcox.test().
 */
static void test_signed_hollander_wolfe(void **state)
{
	const double x[] = { 1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30 };
	const double y[] = { 0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29 };
	struct signed_rank_test t;
	double d[NR(x)];

	(void)state;
	for (size_t i = 0; i < NR(x); i++)
		d[i] = x[i] - y[i];
	signed_rank_test(d, NR(x), &t);
	near(t.sum, 40, 0);
	near(t.p, 2 * 0.01953125, 1e-12);
	near(t.delta, 5.0 / 9, 1e-12);
	assert_true(t.exact);
}

/* The usual table of two-sided 5 and 1 percent: the largest sum that is significant. */
static void test_signed_critical_values(void **state)
{
	static const struct {
		unsigned int n, at5, at1;
	} table[] = {
		{ 8, 3, 0 },	{ 10, 8, 3 },	{ 12, 13, 7 },
		{ 15, 25, 15 }, { 20, 52, 37 }, { 25, 89, 68 },
	};

	(void)state;
	for (size_t i = 0; i < NR(table); i++) {
		assert_true(signed_with(table[i].n, table[i].at5).p <= 0.05);
		assert_true(signed_with(table[i].n, table[i].at5 + 1).p > 0.05);
		assert_true(signed_with(table[i].n, table[i].at1).p <= 0.01);
		assert_true(signed_with(table[i].n, table[i].at1 + 1).p > 0.01);
	}
}

/* Catches: ties and zeros that get ranks of their own. Compared with all choices of signs. */
static void test_signed_ties_by_brute_force(void **state)
{
	const double d[] = { 3, -1, 0, 1, 1, -2, 3, 4, 0, 3 };
	const double ranks[] = { 6, 2, 2, 2, 4, 6, 8, 6 };	/* of 3 -1 1 1 -2 3 4 3 */
	unsigned int below = 0, above = 0;
	struct signed_rank_test t;

	(void)state;
	signed_rank_test(d, NR(d), &t);
	near(t.sum, 6 + 2 + 2 + 6 + 8 + 6, 1e-12);
	near(t.delta, (6 - 2) / 10.0, 1e-12);
	for (unsigned int signs = 0; signs < 256; signs++) {
		double sum = 0;

		for (unsigned int i = 0; i < 8; i++)
			sum += signs >> i & 1 ? ranks[i] : 0;
		below += sum <= t.sum;
		above += sum >= t.sum;
	}
	near(t.p, 2.0 * (below < above ? below : above) / 256, 1e-12);
}

static void test_signed_of_many_and_of_nothing(void **state)
{
	const double zeros[] = { 0, 0, 0 };
	struct signed_rank_test few, many;
	struct rng rng = { 5 };
	double d[SIGNED_RANK_EXACT + 1];
	int below = 0;

	(void)state;
	signed_rank_test(zeros, NR(zeros), &few);
	near(few.p, 1, 0);
	signed_rank_test(zeros, 0, &few);
	near(few.p, 1, 0);
	for (size_t i = 0; i < NR(d); i++)
		d[i] = 0.2 + rng_normal(&rng);
	signed_rank_test(d, NR(d) - 1, &few);
	signed_rank_test(d, NR(d), &many);
	assert_true(few.exact && !many.exact);
	near(log(many.p), log(few.p), 0.2);
	for (int i = 0; i < 1000; i++) {
		for (int k = 0; k < 30; k++)
			d[k] = rng_normal(&rng);
		signed_rank_test(d, 30, &few);
		below += few.p < 0.05;
	}
	assert_in_range(below, 25, 70);
	assert_int_equal(signed_rank_test_need(0.05), 6);	/* 2 / 32 is not, 2 / 64 is */
	near(signed_with(9, 0).p < 0.002, signed_rank_test_need(0.002) <= 9, 0);
	near(signed_with(10, 0).p < 0.002, signed_rank_test_need(0.002) <= 10, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signed_hollander_wolfe),
		cmocka_unit_test(test_signed_critical_values),
		cmocka_unit_test(test_signed_ties_by_brute_force),
		cmocka_unit_test(test_signed_of_many_and_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
