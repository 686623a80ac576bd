// SPDX-License-Identifier: GPL-2.0-only
/* Tests what is called a regression, what is not, and what is inconclusive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/measure/compare.h"
#include "lib/base/rng.h"

static const struct compare_opts defaults = {
	.alpha = COMPARE_ALPHA, .confidence = COMPARE_CONFIDENCE, .samples = COMPARE_SAMPLES,
	.part = 0.5, .seed = 1,
};

static void about(struct samples *s, const char *key, const char *value)
{
	s->about = xrealloc(s->about, (s->nr_about + 1) * sizeof(*s->about));
	s->about[s->nr_about++] = (struct samples_about){ xstrdup(key), xstrdup(value) };
}

static struct samples *samples_new(const char *accel)
{
	struct samples *s = xcalloc(1, sizeof(*s));

	about(s, ABOUT_ACCEL, accel);
	about(s, ABOUT_MACHINE, "cafe0001");
	return s;
}

static void samples_done(struct samples *s)
{
	samples_free(s);
	free(s);
}

static void put(struct samples *s, const char *metric, bool higher, const double *v, size_t nr)
{
	struct samples_series *to = NULL;

	for (size_t i = 0; i < s->nr_series; i++)
		if (!strcmp(s->series[i].metric, metric))
			to = &s->series[i];
	if (!to) {
		s->series = xrealloc(s->series, (s->nr_series + 1) * sizeof(*s->series));
		to = &s->series[s->nr_series++];
		*to = (struct samples_series){ xstrdup(metric), xstrdup("ns"),
					       xstrdup("t/t @bounce"), higher, NULL, 0 };
	}
	to->rounds = xrealloc(to->rounds, (to->nr_rounds + 1) * sizeof(*to->rounds));
	to->rounds[to->nr_rounds] = (struct samples_round){
		.round = to->nr_rounds, .boot = to->nr_rounds, .nr = nr };
	to->rounds[to->nr_rounds].values = xmalloc(nr * sizeof(*v) + 1);
	if (nr)
		memcpy(to->rounds[to->nr_rounds].values, v, nr * sizeof(*v));
	to->nr_rounds++;
}

/* Simulates a side of a comparison: boots differ, values differ, and some are outliers. */
static void simulate(struct samples *s, struct rng *rng, const char *metric, int boots,
		     double base)
{
	for (int i = 0; i < boots; i++) {
		double of_boot = base * exp(0.02 * rng_normal(rng)), v[50];

		for (int k = 0; k < 50; k++)
			v[k] = of_boot * exp(0.1 * rng_normal(rng)) *
			       (rng_below(rng, 20) ? 1 : 3);
		put(s, metric, false, v, 50);
	}
}

static enum compared verdict_of(const struct comparison *c, const char *metric)
{
	for (size_t i = 0; i < c->nr; i++)
		if (!strcmp(c->metrics[i].metric, metric))
			return c->metrics[i].verdict;
	fail();
	return 0;
}

#define METRICS	10

/*
 * Makes 100 comparisons in which the first metric is slower by the factor @slower. Counts those
 * that call this metric slower, and false alarms.
 */
static void hundred(double slower, int *alarms, int *called)
{
	struct rng rng = { 2024 };

	*alarms = *called = 0;
	for (int i = 0; i < 100; i++) {
		struct samples *a = samples_new("tcg"), *b = samples_new("tcg");
		struct comparison c;

		for (int m = 0; m < METRICS; m++) {
			char name[16];

			snprintf(name, sizeof(name), "m%d", m);
			simulate(a, &rng, name, 12, 1000 * (m + 1));
			simulate(b, &rng, name, 12, 1000 * (m + 1) * (m ? 1 : slower));
		}
		compare(a, b, &defaults, &c);
		*called += verdict_of(&c, "m0") == COMPARED_SLOWER;
		*alarms += c.count[COMPARED_SLOWER] + c.count[COMPARED_FASTER] >
			   (verdict_of(&c, "m0") == COMPARED_SLOWER && slower > 1);
		comparison_free(&c);
		samples_done(a);
		samples_done(b);
	}
}

static void test_itself_hundred_times(void **state)
{
	int alarms, called;

	(void)state;
	hundred(1, &alarms, &called);
	print_message("itself: %d of 100 with a false alarm\n", alarms);
	assert_in_range(alarms, 0, 1);
}

static void test_ten_percent_hundred_times(void **state)
{
	int alarms, called;

	(void)state;
	hundred(1.1, &alarms, &called);
	print_message("10 %% slower: called in %d of 100, %d with a false alarm beside it\n", called, alarms);
	assert_in_range(called, 95, 100);
	assert_in_range(alarms, 0, 1);
}

/* Boots of the same kernel differ significantly: so a boot is one sample, unless told otherwise. */
static void test_boots_are_the_samples(void **state)
{
	struct compare_opts within = defaults;
	struct rng rng = { 5 };
	int called = 0;

	(void)state;
	within.within_boot = true;
	for (int i = 0; i < 50; i++) {
		struct samples *a = samples_new("kvm"), *b = samples_new("kvm");
		double of_b = exp(0.05 * rng_normal(&rng)), v[50], w[50];
		struct comparison c;

		for (int k = 0; k < 50; k++) {
			v[k] = 1000 * exp(0.01 * rng_normal(&rng));
			w[k] = 1000 * of_b * exp(0.01 * rng_normal(&rng));
		}
		put(a, "x", false, v, 50);
		put(b, "x", false, w, 50);
		compare(a, b, &within, &c);
		called += c.count[COMPARED_SLOWER] + c.count[COMPARED_FASTER];
		comparison_free(&c);
		compare(a, b, &defaults, &c);
		assert_int_equal(c.count[COMPARED_INCONCLUSIVE], 1);
		assert_non_null(strstr(c.metrics[0].why, "boot"));
		assert_int_equal(comparison_exit_code(&c), 3);
		comparison_free(&c);
		samples_done(a);
		samples_done(b);
	}
	assert_true(called > 10);
}

/* The instruction clock has no spread, so 2 % must always be found, and nothing else ever. */
static void test_instruction_clock(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		struct samples *a = samples_new("tcg-icount"), *b = samples_new("tcg-icount");
		double va[80], vb[80];
		struct comparison c;

		for (int k = 0; k < 80; k++) {
			va[k] = 500 + 37 * i;
			vb[k] = floor(va[k] * 1.02 + 0.5);
		}
		put(a, "map", false, va, 80);
		put(b, "map", false, va, 80);
		compare(a, b, &defaults, &c);
		assert_int_equal(c.count[COMPARED_SAME], 1);
		assert_true(c.metrics[0].ratio.lo == 1 && c.metrics[0].ratio.hi == 1);
		assert_int_equal(comparison_exit_code(&c), 0);
		comparison_free(&c);
		samples_done(b);

		b = samples_new("tcg-icount");
		put(b, "map", false, vb, 80);
		compare(a, b, &defaults, &c);
		assert_int_equal(c.count[COMPARED_SLOWER], 1);
		assert_int_equal(comparison_exit_code(&c), 7);
		comparison_free(&c);
		compare(b, a, &defaults, &c);
		assert_int_equal(c.count[COMPARED_FASTER], 1);
		assert_int_equal(comparison_exit_code(&c), 0);
		comparison_free(&c);
		samples_done(a);
		samples_done(b);
	}
}

static void fill(double *v, int nr, double value, double step)
{
	for (int i = 0; i < nr; i++)
		v[i] = value + step * i;
}

/* Compares one metric of two sides, with twelve boots of one value each. */
static struct comparison one(bool higher, double a, double b, double step,
			     const struct compare_opts *opts, struct samples *x, struct samples *y)
{
	struct comparison c;
	double v[12];

	fill(v, 12, a, step);
	for (int i = 0; i < 12; i++)
		put(x, "m", higher, &v[i], 1);
	fill(v, 12, b, step);
	for (int i = 0; i < 12; i++)
		put(y, "m", higher, &v[i], 1);
	compare(x, y, opts, &c);
	return c;
}

static void test_verdicts(void **state)
{
	static const struct {
		bool higher;
		double a, b, step;
		enum compared want;
	} table[] = {
		{ false, 100, 110, 0.1, COMPARED_SLOWER },
		{ false, 110, 100, 0.1, COMPARED_FASTER },
		{ true, 100, 110, 0.1, COMPARED_FASTER },
		{ true, 110, 100, 0.1, COMPARED_SLOWER },
		/* Significant, but below the floor of 3 %. */
		{ false, 100, 102, 0.01, COMPARED_SAME },
		/* Beyond the floor, but not significant. */
		{ false, 100, 110, 10, COMPARED_INCONCLUSIVE },
		/* Significant, and the interval lies across the floor. */
		{ false, 100, 102.5, 0.2, COMPARED_INCONCLUSIVE },
		{ false, 102.5, 100, 0.2, COMPARED_INCONCLUSIVE },
		/* No difference, with an interval that shows it; and with one that does not. */
		{ false, 100, 100.1, 0.1, COMPARED_SAME },
		{ false, 100, 101, 10, COMPARED_INCONCLUSIVE },
		/* There is no ratio to 0. */
		{ false, 0, 5, 0, COMPARED_INCONCLUSIVE },
		{ false, 0, 0, 0, COMPARED_SAME },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct samples *a = samples_new("kvm"), *b = samples_new("kvm");
		struct comparison c = one(table[i].higher, table[i].a, table[i].b, table[i].step,
					  &defaults, a, b);

		if (c.metrics[0].verdict != table[i].want) {
			print_error("row %zu: %s\n", i, compared_name(c.metrics[0].verdict));
			fail();
		}
		assert_int_equal(!!c.metrics[0].why, table[i].want == COMPARED_INCONCLUSIVE);
		comparison_free(&c);
		samples_done(a);
		samples_done(b);
	}
}

/*
 * Inconclusive, whatever the figures are: another machine, an accelerator of another kind, a run
 * that ended early.
 */
static void test_doubt(void **state)
{
	static const struct {
		const char *key, *value, *accel, *says;
	} table[] = {
		{ ABOUT_MACHINE, "cafe0002", "kvm", "machine" },
		{ ABOUT_ACCEL, "tcg", "kvm", "under" },
		{ "", "", "kvm", "cut short" },
		{ "mixed", "", "kvm", "strangers" },
		{ ABOUT_MACHINE, "cafe0002", "tcg-icount", NULL },	/* the clock is the same everywhere */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct samples *a = samples_new(table[i].accel), *b = samples_new(table[i].accel);
		struct comparison c;

		for (size_t k = 0; k < b->nr_about; k++)
			if (!strcmp(b->about[k].key, table[i].key)) {
				free(b->about[k].value);
				b->about[k].value = xstrdup(table[i].value);
			}
		if (!*table[i].key)
			b->incomplete = xstrdup("cut short");
		if (!strcmp(table[i].key, "mixed"))
			a->mixed = xstrdup("strangers");
		c = one(false, 100, 150, 0.1, &defaults, a, b);
		if (table[i].says) {
			assert_non_null(strstr(c.doubt, table[i].says));
			assert_int_equal(c.count[COMPARED_INCONCLUSIVE], 1);
			assert_int_equal(comparison_exit_code(&c), 3);
		} else {
			assert_null(c.doubt);
			assert_int_equal(comparison_exit_code(&c), 7);
		}
		comparison_free(&c);
		samples_done(a);
		samples_done(b);
	}
}

static void test_missing_and_few(void **state)
{
	struct samples *a = samples_new("tcg-icount"), *b = samples_new("tcg-icount");
	struct comparison c;
	double v[9];

	(void)state;
	compare(a, b, &defaults, &c);
	assert_int_equal(comparison_exit_code(&c), 3);	/* nothing was compared: no pass */
	comparison_free(&c);
	fill(v, 9, 100, 0);
	put(a, "gone", false, v, 9);
	put(b, "new", false, v, 9);
	put(a, "few", false, v, 9);
	fill(v, 9, 200, 0);
	put(b, "few", false, v, 9);
	put(a, "none", false, v, 9);
	put(b, "none", false, v, 0);
	compare(a, b, &defaults, &c);
	assert_int_equal(c.nr, 4);
	assert_int_equal(c.count[COMPARED_INCONCLUSIVE], 4);
	for (size_t i = 0; i < c.nr; i++)
		assert_non_null(c.metrics[i].why);
	comparison_free(&c);
	samples_done(a);
	samples_done(b);
}

/*
 * Ten samples on each side are enough for one metric (p 1.1e-5) and not for a thousand: then no
 * difference could ever be significant, and the comparison must say so.
 */
static void test_many_metrics_need_more(void **state)
{
	struct samples *a = samples_new("tcg-icount"), *b = samples_new("tcg-icount");
	struct comparison c;
	double v[10], w[10];

	(void)state;
	fill(v, 10, 100, 0.01);
	fill(w, 10, 150, 0.01);
	for (int i = 0; i < 1000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "m%d", i);
		put(a, name, false, v, 10);
		put(b, name, false, i ? v : w, 10);
	}
	compare(a, b, &defaults, &c);
	assert_int_equal(verdict_of(&c, "m0"), COMPARED_INCONCLUSIVE);
	assert_non_null(strstr(c.metrics[0].why, "needed for 1000 metrics"));
	comparison_free(&c);
	{
		char *only[] = { (char *)"m0", NULL };
		struct compare_opts opts = defaults;

		opts.metrics = only;
		compare(a, b, &opts, &c);
		assert_int_equal(c.nr, 1);
		assert_int_equal(verdict_of(&c, "m0"), COMPARED_SLOWER);
		comparison_free(&c);
	}
	samples_done(a);
	samples_done(b);
}

/*
 * Catches: rounds within a boot that count as independent although the other side was another
 * boot; and rounds that do not, although both sides took turns in the same boot.
 */
static void test_turns_of_one_boot(void **state)
{
	static const char *const boots[2][2] = { { "one", "other" }, { "one", "one" } };

	(void)state;
	for (int turns = 0; turns < 2; turns++) {
		struct samples *s[2];
		struct rng rng = { 4 };
		struct comparison c;

		for (int k = 0; k < 2; k++) {
			s[k] = samples_new("tcg");
			s[k]->files = 1;
			about(s[k], ABOUT_BOOT, boots[turns][k]);
			simulate(s[k], &rng, "m", 30, k ? 1200 : 1000);
			for (size_t i = 0; i < s[k]->series[0].nr_rounds; i++)
				s[k]->series[0].rounds[i].boot = 0;
		}
		compare(s[0], s[1], &defaults, &c);
		assert_int_equal(c.metrics[0].nr_a, turns ? 30 : 1);
		assert_int_equal(c.metrics[0].verdict,
				 turns ? COMPARED_SLOWER : COMPARED_INCONCLUSIVE);
		comparison_free(&c);
		samples_done(s[0]);
		samples_done(s[1]);
	}
}

/*
 * Catches: turns that are not compared in pairs, so that a host that is busy for some rounds, and
 * makes both sides half as slow again, hides their difference; and pairs of different rounds.
 */
static void test_busy_host(void **state)
{
	static const struct {
		double ratio;
		unsigned int missing;	/* this round of A, if any */
		enum compared verdict;
	} cases[] = {
		{ 1.0, 0, COMPARED_SAME },	 { 1.1, 0, COMPARED_SLOWER },
		{ 1 / 1.1, 0, COMPARED_FASTER }, { 1.0, 7, COMPARED_SAME },
		{ 1.1, 7, COMPARED_SLOWER },
	};

	(void)state;
	for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
		struct samples *s[2] = { samples_new("tcg"), samples_new("tcg") };
		struct rng rng = { 9 };
		struct comparison c;

		for (int k = 0; k < 2; k++) {
			s[k]->files = 1;
			about(s[k], ABOUT_BOOT, "one");
		}
		for (unsigned int i = 0; i < 40; i++) {
			double host = i / 5 % 2 ? 1.5 : 1;

			for (int k = 0; k < 2; k++) {
				double v = 1000 * host * (k ? cases[n].ratio : 1) *
					   exp(0.01 * rng_normal(&rng));

				if (!k && cases[n].missing == i && i)
					continue;
				put(s[k], "m", false, &v, 1);
				s[k]->series[0].rounds[s[k]->series[0].nr_rounds - 1].round = i;
			}
		}
		compare(s[0], s[1], &defaults, &c);
		assert_int_equal(c.metrics[0].verdict, cases[n].verdict);
		assert_int_equal(c.metrics[0].nr_b, cases[n].missing ? 39 : 40);
		assert_true(fabs(c.metrics[0].ratio.ratio - cases[n].ratio) < 0.01);
		comparison_free(&c);
		samples_done(s[0]);
		samples_done(s[1]);
	}
}

/* Catches: zeros that are taken for rounds without values, or for a ratio. */
static void test_turns_of_zeros(void **state)
{
	(void)state;
	for (int up = 0; up < 2; up++) {
		struct samples *s[2] = { samples_new("tcg"), samples_new("tcg") };
		struct comparison c;

		for (int k = 0; k < 2; k++) {
			s[k]->files = 1;
			about(s[k], ABOUT_BOOT, "one");
			for (unsigned int i = 0; i < 20; i++) {
				double v = k && up ? 5 : 0;

				put(s[k], "m", false, &v, 1);
			}
		}
		compare(s[0], s[1], &defaults, &c);
		assert_int_equal(c.metrics[0].nr_a, 20);
		assert_int_equal(c.metrics[0].verdict, up ? COMPARED_INCONCLUSIVE : COMPARED_SAME);
		if (up)
			assert_non_null(strstr(c.metrics[0].why, "no ratio"));
		comparison_free(&c);
		samples_done(s[0]);
		samples_done(s[1]);
	}
}

/* A tail that grows while the median does not. */
static void test_percentiles_of_boots(void **state)
{
	struct samples *a = samples_new("kvm"), *b = samples_new("kvm");
	struct compare_opts opts = defaults;
	struct rng rng = { 3 };
	struct comparison c;

	(void)state;
	for (int i = 0; i < 24; i++) {
		double v[1000];

		for (int k = 0; k < 1000; k++)
			v[k] = (k < 980 ? 100 : i < 12 ? 200 : 300) + rng_normal(&rng);
		put(i < 12 ? a : b, "m", false, v, 1000);
	}
	compare(a, b, &opts, &c);
	assert_int_equal(c.count[COMPARED_SAME], 1);
	comparison_free(&c);
	opts.part = 0.99;
	compare(a, b, &opts, &c);
	assert_int_equal(c.count[COMPARED_SLOWER], 1);
	comparison_free(&c);
	samples_done(a);
	samples_done(b);
}

static void test_json(void **state)
{
	struct samples *a = samples_new("kvm"), *b = samples_new("kvm");
	struct comparison c = one(false, 0, 5, 0, &defaults, a, b);
	json_t *o = comparison_json(&c);
	char *text = json_dumps(o, 0);

	(void)state;
	assert_non_null(text);
	assert_true(json_is_null(json_object_get(json_array_get(json_object_get(o, "metrics"), 0), "ratio")));
	assert_int_equal(json_integer_value(json_object_get(o, "exit_code")), 3);
	free(text);
	json_decref(o);
	comparison_free(&c);
	samples_done(a);
	samples_done(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_itself_hundred_times),
		cmocka_unit_test(test_ten_percent_hundred_times),
		cmocka_unit_test(test_boots_are_the_samples),
		cmocka_unit_test(test_instruction_clock),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_doubt),
		cmocka_unit_test(test_missing_and_few),
		cmocka_unit_test(test_many_metrics_need_more),
		cmocka_unit_test(test_turns_of_one_boot),
		cmocka_unit_test(test_busy_host),
		cmocka_unit_test(test_turns_of_zeros),
		cmocka_unit_test(test_percentiles_of_boots),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
