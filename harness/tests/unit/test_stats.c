// SPDX-License-Identifier: GPL-2.0-only
/* Tests every statistic against published numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/rng.h"
#include "lib/statistics/stats.h"
#include "near.h"

#define DIST(d, ...) do {						\
	const double v_[] = { __VA_ARGS__ };				\
	dist_of_values(d, v_, NR(v_));					\
} while (0)

/* n of one side and m of the other, no ties, with u pairs in which b is larger. */
static struct rank_test test_with_u(unsigned int n, unsigned int m, unsigned int u)
{
	double a[64], b[64];
	struct rank_test t;
	struct dist x, y;

	for (unsigned int i = 0; i < n; i++)
		a[i] = i;
	/* a b above k of the a, as many of them as u has room for */
	for (unsigned int j = 0; j < m; j++) {
		unsigned int k = u < n ? u : n;

		b[j] = k - 0.5 - j * 1e-3;
		u -= k;
	}
	dist_of_values(&x, a, n);
	dist_of_values(&y, b, m);
	rank_test(&x, &y, &t);
	dist_free(&x);
	dist_free(&y);
	return t;
}

/*
 * Mann and Whitney 1947, table I: the probability of a U not larger than 0, 1,
 * 2, ... in samples of n and m. An error in the counting of choices shows here.
 */
static void test_mann_whitney_1947(void **state)
{
	static const struct {
		unsigned int n, m, nr;
		double p[20];
	} table[] = {
		{ 3, 1, 2, { .250, .500 } },
		{ 3, 2, 4, { .100, .200, .400, .600 } },
		{ 3, 3, 5, { .050, .100, .200, .350, .500 } },
		{ 4, 2, 5, { .067, .133, .267, .400, .600 } },
		{ 4, 3, 6, { .028, .057, .114, .200, .314, .429 } },
		{ 4, 4, 8, { .014, .029, .057, .100, .171, .243, .343, .443 } },
		{ 5, 5, 13, { .004, .008, .016, .028, .048, .075, .111, .155, .210, .274,
			      .345, .421, .500 } },
		{ 6, 6, 18, { .001, .002, .004, .008, .013, .021, .032, .047, .066, .090,
			      .120, .155, .197, .242, .294, .350, .409, .469 } },
		{ 8, 8, 20, { .000, .000, .000, .001, .001, .001, .002, .003, .005, .007,
			      .010, .014, .019, .025, .032, .041, .052, .065, .080, .097 } },
	};

	(void)state;
	for (size_t i = 0; i < NR(table); i++)
		for (unsigned int u = 0; u < table[i].nr; u++) {
			unsigned int n = table[i].n, m = table[i].m;
			struct rank_test t = test_with_u(n, m, u);
			struct rank_test mirrored = test_with_u(n, m, n * m - u);

			assert_true(t.exact);
			near(t.u, u, 0);
			near(t.delta, 2.0 * u / (n * m) - 1, 1e-12);
			/* three digits, now and then cut rather than rounded */
			near(t.p, fmin(1, 2 * table[i].p[u]), 0.002);
			near(t.p, mirrored.p, 1e-12);
		}
}

/*
 * The largest U that is significant, two-sided at 5 % and at 1 %: Auble,
 * "Extended tables for the Mann-Whitney statistic", 1953; in most textbooks.
 */
static void test_critical_values(void **state)
{
	static const struct {
		unsigned int n, m, at_5, at_1;
	} table[] = {
		{ 5, 5, 2, 0 }, { 6, 6, 5, 2 }, { 7, 7, 8, 4 }, { 8, 8, 13, 7 }, { 9, 9, 17, 11 },
		{ 10, 10, 23, 16 }, { 12, 12, 37, 27 }, { 15, 15, 64, 51 }, { 18, 18, 99, 81 },
		{ 20, 20, 127, 105 }, { 8, 12, 22, 15 }, { 10, 15, 39, 29 }, { 10, 20, 55, 42 },
	};

	(void)state;
	for (size_t i = 0; i < NR(table); i++) {
		unsigned int n = table[i].n, m = table[i].m;

		assert_true(test_with_u(n, m, table[i].at_5).p <= 0.05);
		assert_true(test_with_u(n, m, table[i].at_5 + 1).p > 0.05);
		assert_true(test_with_u(n, m, table[i].at_1).p <= 0.01);
		assert_true(test_with_u(n, m, table[i].at_1 + 1).p > 0.01);
	}
}

/*
 * Hollander and Wolfe, "Nonparametric statistical methods", 1973, section 4.1:
 * permeability of the chorioamnion. W = 35, one-sided p 0.1272 (also R's
 * wilcox.test example); the estimate of the shift is 0.305.
 */
static void test_hollander_wolfe(void **state)
{
	struct rank_test t;
	struct dist x, y;

	(void)state;
	DIST(&x, 0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46);
	DIST(&y, 1.15, 0.88, 0.90, 0.74, 1.21);
	rank_test(&y, &x, &t);
	near(t.u, 35, 0);
	near(t.p / 2, 0.1272, 0.00005);
	near(shift_estimate(&y, &x), 0.305, 1e-9);
	near(shift_estimate(&x, &y), -0.305, 1e-9);
	dist_free(&x);
	dist_free(&y);
}

/*
 * Ties: Bergmann, Ludbrook and Spooren, "Different outcomes of the Wilcoxon-
 * Mann-Whitney test from different statistics packages", The American
 * Statistician 54, 2000. Exact 0.0373; normal, corrected for ties, 0.0147.
 */
static void test_ties(void **state)
{
	struct rank_test t;
	struct dist x, y;

	(void)state;
	DIST(&x, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300);
	DIST(&y, 22, 300, 75, 271, 300, 18, 300, 300, 163, 300, 300, 300);
	rank_test(&x, &y, &t);
	assert_true(t.exact);
	near(t.p, 0.0373, 0.00005);
	near(t.p, 2 * 792.0 / 42504, 1e-12);	/* by hand: C(12,5) / C(24,5) */
	near(rank_test_normal(&x, &y, t.u, false), 0.0147, 0.00005);
	dist_free(&x);
	dist_free(&y);
}

static double pairs_above(const double *v, unsigned int nr, unsigned int of_b)
{
	double u = 0;

	for (unsigned int i = 0; i < nr; i++)
		for (unsigned int j = 0; j < nr; j++)
			if (of_b >> i & 1 && !(of_b >> j & 1))
				u += v[i] > v[j] ? 1 : v[i] == v[j] ? 0.5 : 0;
	return u;
}

/* Several groups of ties, compared with all ways to choose 4 of 9, counted pair by pair. */
static void test_ties_by_brute_force(void **state)
{
	struct rng rng = { 17 };

	(void)state;
	for (int i = 0; i < 100; i++) {
		double v[9], seen, below = 0, above = 0, all = 0;
		struct rank_test t;
		struct dist x, y;

		for (int k = 0; k < 9; k++)
			v[k] = rng_below(&rng, 2 + i % 4) + (i % 3 && k < 4);
		seen = pairs_above(v, 9, 0xf);
		for (unsigned int of_b = 0; of_b < 1 << 9; of_b++) {
			double u;

			if (__builtin_popcount(of_b) != 4)
				continue;
			u = pairs_above(v, 9, of_b);
			all++;
			below += u <= seen;
			above += u >= seen;
		}
		dist_of_values(&y, v, 4);
		dist_of_values(&x, v + 4, 5);
		rank_test(&x, &y, &t);
		near(t.u, seen, 0);
		near(t.p, fmin(1, 2 * fmin(below, above) / all), 1e-12);
		dist_free(&x);
		dist_free(&y);
	}
}

/*
 * Ties and continuity: ozone in New York in May and in August of 1973 (Chambers,
 * Cleveland, Kleiner and Tukey, "Graphical methods for data analysis", 1983). The
 * example of R's wilcox.test prints W = 127.5, p-value = 0.0001208.
 */
static void test_ozone(void **state)
{
	struct rank_test t;
	struct dist may, august;

	(void)state;
	DIST(&may, 41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4,
	     32, 23, 45, 115, 37);
	DIST(&august, 39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9,
	     45, 168, 73, 76, 118, 84, 85);
	rank_test(&august, &may, &t);
	near(t.u, 127.5, 0);
	near(rank_test_normal(&august, &may, t.u, true), 0.0001208, 0.00000005);
	dist_free(&may);
	dist_free(&august);
}

/* There is no step between exact probabilities and the normal approximation. */
static void test_normal_is_near_exact(void **state)
{
	struct rng rng = { 21 };

	(void)state;
	for (int i = 0; i < 50; i++) {
		double a[40], b[40], normal;
		struct rank_test t;
		struct dist x, y;

		for (int k = 0; k < 40; k++) {
			a[k] = rng_below(&rng, 60);
			b[k] = rng_below(&rng, 60) + i % 25;
		}
		dist_of_values(&x, a, 40);
		dist_of_values(&y, b, 40);
		rank_test(&x, &y, &t);
		assert_true(t.exact);
		normal = rank_test_normal(&x, &y, t.u, true);
		near(normal, t.p, 0.002 + 0.1 * t.p);
		dist_free(&x);
		dist_free(&y);
	}
}

/* p is uniform when nothing differs: at most 5 % below 0.05, in exact and in normal. */
static void test_size_of_the_test(void **state)
{
	struct rng rng = { 33 };

	(void)state;
	for (int n = 10; n <= 50; n += 40) {
		int below = 0;

		for (int i = 0; i < 1000; i++) {
			double a[50], b[50];
			struct rank_test t;
			struct dist x, y;

			for (int k = 0; k < n; k++) {
				a[k] = rng_normal(&rng);
				b[k] = rng_normal(&rng);
			}
			dist_of_values(&x, a, n);
			dist_of_values(&y, b, n);
			rank_test(&x, &y, &t);
			below += t.p < 0.05;
			dist_free(&x);
			dist_free(&y);
		}
		assert_in_range(below, 25, 70);
	}
}

static void test_no_variance(void **state)
{
	double a[100], b[100];
	struct rank_test t;
	struct ratio r;
	struct dist x, y;

	(void)state;
	for (int i = 0; i < 100; i++) {
		a[i] = 740;
		b[i] = 755;
	}
	dist_of_values(&x, a, 100);
	dist_of_values(&y, b, 100);
	rank_test(&x, &x, &t);
	near(t.p, 1, 0);
	near(t.delta, 0, 0);
	rank_test(&x, &y, &t);
	assert_true(t.p < 1e-20);
	near(t.delta, 1, 0);
	ratio_bootstrap(&x, &y, 0.95, 1, &r);
	near(r.lo, 755.0 / 740, 1e-12);
	near(r.hi, 755.0 / 740, 1e-12);
	near(shift_estimate(&x, &y), 15, 0);
	dist_free(&x);
	dist_free(&y);
}

static void test_need(void **state)
{
	(void)state;
	assert_int_equal(rank_test_need(0.05), 4);	/* 2 / 70 */
	assert_int_equal(rank_test_need(0.01), 5);	/* 2 / 252 */
	assert_int_equal(rank_test_need(0.002), 7);	/* 2 / 924 is not, 2 / 3432 is */
	for (unsigned int n = 2; n < 15; n++)
		near(test_with_u(n, n, 0).p < 0.002, n >= 7, 0);
}

/*
 * Macbeth, Razumiejczyk and Ledesma, "Cliff's Delta Calculator", Universitas
 * Psychologica 10, 2011; the values also in the tests of R's package effsize.
 */
static void test_cliffs_delta(void **state)
{
	struct rank_test t;
	struct dist x, y;

	(void)state;
	DIST(&x, 10, 20, 30, 40, 40, 50);
	DIST(&y, 10, 10, 20, 20, 20, 30, 30, 30, 40, 50);
	rank_test(&x, &y, &t);
	near(t.delta, -0.25, 1e-12);
	dist_free(&y);
	DIST(&y, 10, 20, 20, 20, 30, 30, 30, 40, 50, 100);
	rank_test(&x, &y, &t);
	near(t.delta, -0.06666, 0.00001);
	dist_free(&x);
	dist_free(&y);
}

/*
 * Type 7: NIST's e-Handbook, 7.2.6.2, has the 90th percentile of twelve gauge
 * measurements by 1 + p(N - 1) as 95.1957; Wikipedia, "Percentile", the 40th of
 * 15, 20, 35, 40, 50 as 29.
 */
static void test_quantiles(void **state)
{
	struct dist d;

	(void)state;
	DIST(&d, 95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.0610, 95.1591, 95.1195, 95.1065,
	     95.0925, 95.1990, 95.1682);
	near(dist_quantile(&d, 0.9), 95.1957, 0.00005);
	near(dist_median(&d), (95.1567 + 95.1591) / 2, 1e-9);
	dist_free(&d);
	DIST(&d, 15, 20, 35, 40, 50);
	near(dist_quantile(&d, 0.40), 29, 1e-9);
	near(dist_quantile(&d, 0), 15, 0);
	near(dist_quantile(&d, 1), 50, 0);
	dist_free(&d);
	DIST(&d, 7);
	near(dist_quantile(&d, 0.3), 7, 0);
	dist_free(&d);
}

/* Counting gives the same distribution as listing. */
static void test_weights_are_repeats(void **state)
{
	double v[3000], distinct[50];
	struct dist listed, counted, other;
	uint64_t times[50] = { 0 };
	struct rank_test s, t;
	struct rng rng = { 4 };

	(void)state;
	for (int i = 0; i < 50; i++)
		distinct[i] = 50 - i;
	for (int i = 0; i < 3000; i++) {
		int k = rng_below(&rng, 50);

		v[i] = distinct[k];
		times[k]++;
	}
	dist_of_values(&listed, v, 3000);
	dist_of_weighted(&counted, distinct, times, 50);
	DIST(&other, 20, 25, 26, 48);
	assert_true(dist_equal(&listed, &counted));
	assert_false(dist_equal(&listed, &other));
	rank_test(&listed, &other, &s);
	rank_test(&counted, &other, &t);
	near(s.p, t.p, 0);
	for (int i = 0; i <= 100; i++)
		near(dist_quantile(&listed, i / 100.0), dist_quantile(&counted, i / 100.0), 0);
	dist_free(&listed);
	dist_free(&counted);
	dist_free(&other);
}

/* Compared with the list of all differences. */
static void test_shift_by_brute_force(void **state)
{
	struct rng rng = { 8 };

	(void)state;
	for (int i = 0; i < 200; i++) {
		unsigned int n = 1 + rng_below(&rng, 9), m = 1 + rng_below(&rng, 9);
		double a[9], b[9], all[81];
		struct dist x, y, z;

		for (unsigned int k = 0; k < n; k++)
			a[k] = i % 2 ? rng_normal(&rng) : (double)rng_below(&rng, 5);
		for (unsigned int k = 0; k < m; k++)
			b[k] = i % 2 ? rng_normal(&rng) : (double)rng_below(&rng, 5);
		for (unsigned int k = 0; k < n * m; k++)
			all[k] = b[k / n] - a[k % n];
		dist_of_values(&x, a, n);
		dist_of_values(&y, b, m);
		dist_of_values(&z, all, n * m);
		near(shift_estimate(&x, &y), dist_median(&z), 1e-12);
		dist_free(&x);
		dist_free(&y);
		dist_free(&z);
	}
}

/*
 * Efron 1979, section 3: of 13 samples, the bootstrapped median is the k-th with
 * the probability .0015 .0142 .0550 .1242 .1936 .2230 for k = 2 .. 7, and so back.
 */
static void test_efron_1979(void **state)
{
	static const double want[] = { .0000, .0015, .0142, .0550, .1242, .1936, .2230 };
	int draws = 200000, n[14] = { 0 };
	struct rng rng = { 1979 };
	struct dist d;

	(void)state;
	DIST(&d, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
	for (int i = 0; i < draws; i++)
		n[(int)bootstrap_median(&d, &rng)]++;
	for (int k = 1; k <= 13; k++) {
		double p = want[(k <= 7 ? k : 14 - k) - 1];

		near((double)n[k] / draws, p, 0.00005 + 4 * sqrt(p * (1 - p) / draws) + 1e-4);
	}
	dist_free(&d);
}

/* An even number of values has two in the middle; compared with simple resampling. */
static void test_even_median_is_drawn_right(void **state)
{
	double v[10], drawn[10], plain[2000], ours[2000];
	struct rng rng = { 12 };
	struct dist d, one, x, y;

	(void)state;
	for (int i = 0; i < 10; i++)
		v[i] = exp(rng_normal(&rng));
	dist_of_values(&d, v, 10);
	for (int i = 0; i < 2000; i++) {
		for (int k = 0; k < 10; k++)
			drawn[k] = v[rng_below(&rng, 10)];
		dist_of_values(&one, drawn, 10);
		plain[i] = dist_median(&one);
		dist_free(&one);
		ours[i] = bootstrap_median(&d, &rng);
	}
	dist_of_values(&x, plain, 2000);
	dist_of_values(&y, ours, 2000);
	for (int i = 1; i < 20; i++) {
		double lo = dist_quantile(&x, i / 20.0 - 0.04),
		       hi = dist_quantile(&x, i / 20.0 + 0.04);

		assert_in_range(dist_quantile(&y, i / 20.0) >= lo &&
					dist_quantile(&y, i / 20.0) <= hi,
				1, 1);
	}
	dist_free(&d);
	dist_free(&x);
	dist_free(&y);
}

/* A 95 % interval contains the truth about that often; the same random seed gives it again. */
static void test_interval_covers(void **state)
{
	struct rng rng = { 95 };
	int held = 0;

	(void)state;
	for (int i = 0; i < 300; i++) {
		double a[25], b[25];
		struct dist x, y;
		struct ratio r, again;

		for (int k = 0; k < 25; k++) {
			a[k] = 100 * exp(0.1 * rng_normal(&rng));
			b[k] = 110 * exp(0.1 * rng_normal(&rng));
		}
		dist_of_values(&x, a, 25);
		dist_of_values(&y, b, 25);
		ratio_bootstrap(&x, &y, 0.95, i, &r);
		held += r.lo <= 1.1 && 1.1 <= r.hi;
		assert_true(r.lo <= r.ratio && r.ratio <= r.hi);
		if (i % 100 == 0) {
			ratio_bootstrap(&x, &y, 0.95, i, &again);
			assert_memory_equal(&r, &again, sizeof(r));
		}
		dist_free(&x);
		dist_free(&y);
	}
	assert_in_range(held, 276, 300);
}

static void test_ratio_of_nothing(void **state)
{
	struct dist x, y;
	struct ratio r;

	(void)state;
	DIST(&x, 0, 0, 0);
	DIST(&y, 1, 2, 3);
	ratio_bootstrap(&x, &y, 0.95, 1, &r);
	assert_true(isnan(r.ratio) && isnan(r.lo) && isnan(r.hi));
	dist_free(&x);
	dist_free(&y);
}

/* p.adjust of R and many a textbook: 0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02. */
static void test_holm(void **state)
{
	static const double p[] = { 0.01, 0.04, 0.03, 0.005 }, want[] = { 0.03, 0.06, 0.06, 0.02 };
	double got[4], one[] = { 0.5, 0.9 };

	(void)state;
	holm_adjust(p, 4, got);
	for (int i = 0; i < 4; i++)
		near(got[i], want[i], 1e-12);
	holm_adjust(one, 2, one);
	near(one[0], 1, 0);
	near(one[1], 1, 0);
}

/*
 * The Nile at Aswan, 1871 to 1970, in 10^8 m^3 (Cobb, "The problem of the Nile",
 * Biometrika 65, 1978): one change, after 1898; R's datasets::Nile.
 */
static const double nile[] = {
	1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960,
	1180, 799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694,
	940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764,
	821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822,
	1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918,
	986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
};

static void test_nile(void **state)
{
	struct change *c;
	size_t nr;

	(void)state;
	assert_int_equal(NR(nile), 100);
	c = changes_find(nile, 100, 0.01, 1, &nr);
	assert_int_equal(nr, 1);
	assert_int_equal(c[0].at, 28);		/* 1899 is the first of the new level */
	assert_true(c[0].p <= 0.001);
	near(c[0].before, 1120, 20);
	near(c[0].after, 845, 20);
	free(c);
}

static void test_several_changes(void **state)
{
	struct rng rng = { 6 };
	double x[120];
	struct change *c;
	size_t nr;

	(void)state;
	for (int i = 0; i < 120; i++)
		x[i] = (i < 40 ? 100 : i < 80 ? 110 : 104) + rng_normal(&rng);
	c = changes_find(x, 120, 0.01, 1, &nr);
	assert_int_equal(nr, 2);
	assert_in_range(c[0].at, 39, 41);
	assert_in_range(c[1].at, 79, 81);
	near(c[0].after, 110, 1);
	near(c[1].before, 110, 1);
	free(c);
}

/* Noise shows changes no more often than the test allows; outliers and constants show none. */
static void test_no_change(void **state)
{
	struct rng rng = { 2 };
	struct change *c;
	int found = 0;
	double x[60];
	size_t nr;

	(void)state;
	for (int i = 0; i < 200; i++) {
		for (int k = 0; k < 60; k++)
			x[k] = 100 + rng_normal(&rng);
		c = changes_find(x, 60, 0.01, i, &nr);
		found += !!nr;
		free(c);
	}
	assert_in_range(found, 0, 7);
	for (int k = 0; k < 60; k++)
		x[k] = 740;
	c = changes_find(x, 60, 0.01, 1, &nr);
	assert_int_equal(nr, 0);
	x[30] = 7400;
	c = changes_find(x, 60, 0.01, 1, &nr);
	assert_int_equal(nr, 0);
	free(c);
	for (int k = 50; k < 60; k++)
		x[k] = 755;
	c = changes_find(x, 60, 0.01, 1, &nr);	/* 2 %, without noise, beside an outlier */
	assert_int_equal(nr, 1);
	assert_int_equal(c[0].at, 50);
	free(c);
	c = changes_find(x, 2, 0.01, 1, &nr);
	assert_int_equal(nr, 0);
	free(c);
}

/* Catches: an interval of another kind, or one that leaves 0..1. Newcombe 1998, table I. */
static void test_share(void **state)
{
	static const struct {
		uint64_t k, n;
		double low, high;
	} rows[] = {
		{ 81, 263, 0.2553, 0.3662 }, { 15, 148, 0.0624, 0.1605 },
		{ 0, 20, 0, 0.1611 }, { 1, 29, 0.0061, 0.1718 }, { 29, 29, 0.8830, 1 },
	};
	double low, high;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		share_interval(rows[i].k, rows[i].n, &low, &high);
		assert_true(fabs(low - rows[i].low) < 0.0001);
		assert_true(fabs(high - rows[i].high) < 0.0001);
	}
	share_interval(0, 0, &low, &high);
	assert_true(low == 0 && high == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_mann_whitney_1947),
		cmocka_unit_test(test_critical_values),
		cmocka_unit_test(test_hollander_wolfe),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_ties_by_brute_force),
		cmocka_unit_test(test_ozone),
		cmocka_unit_test(test_normal_is_near_exact),
		cmocka_unit_test(test_size_of_the_test),
		cmocka_unit_test(test_no_variance),
		cmocka_unit_test(test_need),
		cmocka_unit_test(test_cliffs_delta),
		cmocka_unit_test(test_quantiles),
		cmocka_unit_test(test_weights_are_repeats),
		cmocka_unit_test(test_shift_by_brute_force),
		cmocka_unit_test(test_efron_1979),
		cmocka_unit_test(test_even_median_is_drawn_right),
		cmocka_unit_test(test_interval_covers),
		cmocka_unit_test(test_ratio_of_nothing),
		cmocka_unit_test(test_holm),
		cmocka_unit_test(test_nile),
		cmocka_unit_test(test_several_changes),
		cmocka_unit_test(test_no_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
