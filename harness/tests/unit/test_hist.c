// SPDX-License-Identifier: GPL-2.0-only
/* Tests histograms and the random numbers that the statistics use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <malloc.h>
#include <math.h>
#include <stdlib.h>

#include "lib/statistics/hist.h"
#include "lib/base/rng.h"

/* A gap or an overlap between buckets would lose or double values. */
static void test_buckets_cover_all(void **state)
{
	(void)state;
	assert_int_equal(hist_lowest(0), 0);
	for (uint32_t i = 0; i < HIST_BUCKETS; i++) {
		assert_int_equal(hist_bucket(hist_lowest(i)), i);
		assert_int_equal(hist_bucket(hist_highest(i)), i);
		assert_int_equal(hist_bucket(hist_value(i)), i);
		if (i)
			assert_true(hist_lowest(i) == hist_highest(i - 1) + 1);
	}
	assert_true(hist_highest(HIST_BUCKETS - 1) == UINT64_MAX);
}

/* The relative error that is promised, over all octaves. */
static void test_error_is_bounded(void **state)
{
	struct rng rng = { 7 };

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint64_t v = rng_next(&rng) >> rng_below(&rng, 64);
		uint64_t got = hist_value(hist_bucket(v));
		double off = got > v ? got - v : v - got;

		assert_true(off * 1024 <= v);
		if (v < 2048)
			assert_true(got == v);
	}
}

static void test_quantiles(void **state)
{
	struct hist *h = hist_new();

	(void)state;
	assert_int_equal(hist_quantile(h, 0.5), 0);
	for (uint64_t v = 1; v <= 1000; v++)
		hist_add(h, v, 1);
	assert_int_equal(hist_quantile(h, 0), 1);
	assert_int_equal(hist_quantile(h, 0.5), 500);
	assert_int_equal(hist_quantile(h, 0.9), 900);
	assert_int_equal(hist_quantile(h, 0.99), 990);
	assert_int_equal(hist_quantile(h, 0.999), 999);
	assert_int_equal(hist_quantile(h, 1), 1000);
	hist_add(h, 123456789, 1);
	assert_int_equal(hist_quantile(h, 1), 123456789);	/* the maximum is exact */
	free(h);
}

/*
 * The percentiles that HdrHistogram's own tests expect of 10000 values of 1000 and
 * one of 100000000 (HdrHistogramDataAccessTest, rawHistogram): to its 3 digits.
 */
static void test_hdrhistogram_vector(void **state)
{
	struct hist *h = hist_new();

	(void)state;
	hist_add(h, 1000, 10000);
	hist_add(h, 100000000, 1);
	assert_int_equal(h->total, 10001);
	assert_int_equal(hist_quantile(h, 0.30), 1000);
	assert_int_equal(hist_quantile(h, 0.99), 1000);
	assert_int_equal(hist_quantile(h, 0.9999), 1000);
	assert_int_equal(hist_quantile(h, 0.99999), 100000000);
	assert_int_equal(hist_quantile(h, 1), 100000000);
	free(h);
}

/* A merge is what one histogram of all values would be. */
static void test_merge(void **state)
{
	struct hist *all = hist_new(), *a = hist_new(), *b = hist_new(), *none = hist_new();
	struct rng rng = { 3 };

	(void)state;
	for (int i = 0; i < 10000; i++) {
		uint64_t v = rng_next(&rng) >> rng_below(&rng, 64);

		hist_add(all, v, 1);
		hist_add(i % 3 ? a : b, v, 1);
	}
	hist_merge(a, b);
	hist_merge(a, none);
	hist_merge(none, a);
	assert_memory_equal(a, all, sizeof(*all));
	assert_memory_equal(none, all, sizeof(*all));
	free(all);
	free(a);
	free(b);
	free(none);
}

/* Ten million samples need no more memory; the percentiles of an exponential are known. */
static void test_memory_is_constant(void **state)
{
	static const double parts[] = { 0.5, 0.9, 0.99, 0.999 };
	struct hist *h = hist_new();
	struct rng rng = { 11 };
	size_t before = mallinfo2().uordblks;

	(void)state;
	for (int i = 0; i < 10000000; i++)
		hist_add(h, -log(rng_unit(&rng)) * 10000, 1);
	assert_int_equal(mallinfo2().uordblks, before);
	assert_int_equal(h->total, 10000000);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		double want = -log(1 - parts[i]) * 10000;

		assert_true(fabs(hist_quantile(h, parts[i]) - want) < want * 0.01);
	}
	free(h);
}

/* The first numbers of seed 1234567, from rosettacode.org, "Pseudo-random numbers/Splitmix64". */
static void test_splitmix_vector(void **state)
{
	static const uint64_t want[] = { 6457827717110365317ull, 3203168211198807973ull,
		9817491932198370423ull, 4593380528125082431ull, 16408922859458223821ull };
	struct rng rng = { 1234567 };

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_true(rng_next(&rng) == want[i]);
}

/* Gamma(k) has mean k and variance k; wrong draws would make wrong intervals. */
static void test_gamma_moments(void **state)
{
	static const double shapes[] = { 1, 2, 7.5, 5000 };
	struct rng rng = { 5 };

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		double sum = 0, squares = 0, k = shapes[i];
		int n = 100000;

		for (int j = 0; j < n; j++) {
			double x = rng_gamma(&rng, k) - k;

			sum += x;
			squares += x * x;
		}
		/* four standard errors */
		assert_true(fabs(sum / n) < 4 * sqrt(k / n));
		assert_true(fabs(squares / n / k - 1) < 4 * sqrt((2 + 6 / k) / n));
	}
}

static void test_below_is_fair(void **state)
{
	struct rng rng = { 9 };
	int n[6] = { 0 };

	(void)state;
	for (int i = 0; i < 60000; i++)
		n[rng_below(&rng, 6)]++;
	for (int i = 0; i < 6; i++)
		assert_in_range(n[i], 9600, 10400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buckets_cover_all),
		cmocka_unit_test(test_error_is_bounded),
		cmocka_unit_test(test_quantiles),
		cmocka_unit_test(test_hdrhistogram_vector),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_memory_is_constant),
		cmocka_unit_test(test_splitmix_vector),
		cmocka_unit_test(test_gamma_moments),
		cmocka_unit_test(test_below_is_fair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
