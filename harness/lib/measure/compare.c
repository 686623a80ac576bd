// SPDX-License-Identifier: GPL-2.0-only
/* Compares two sets of samples: pairs or pools, interval, test and verdict of each metric. */
#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ICOUNT	"tcg-icount"	/* vm_accel() */

/* The samples of a metric; they are kept until the p of all metrics are known. */
struct pair {
	struct dist a, b;
	bool turns;		/* @a and @b are of the same rounds: they took turns */
	bool tested;
};

static bool is_exact(const struct samples *s)
{
	return !strcmp(samples_get(s, ABOUT_ACCEL), ICOUNT);
}

static bool differ(const struct samples *a, const struct samples *b, const char *key)
{
	return strcmp(samples_get(a, key), samples_get(b, key));
}

/* Why nothing in @a and @b can be compared, or NULL. The caller frees it. */
static char *find_doubt(const struct samples *a, const struct samples *b)
{
	if (a->incomplete || b->incomplete)
		return xstrdup(a->incomplete ? a->incomplete : b->incomplete);
	if (a->mixed || b->mixed)
		return xstrdup(a->mixed ? a->mixed : b->mixed);
	if (differ(a, b, ABOUT_ACCEL))
		return xasprintf("A ran under %s, B under %s", samples_get(a, ABOUT_ACCEL),
				 samples_get(b, ABOUT_ACCEL));
	if (differ(a, b, ABOUT_MACHINE) && !is_exact(a))
		return xasprintf("A ran on machine %s, B on %s", samples_get(a, ABOUT_MACHINE),
				 samples_get(b, ABOUT_MACHINE));
	if (differ(a, b, ABOUT_PERF))
		return xasprintf("%s was sampled by perf while it ran, which costs",
				 *samples_get(a, ABOUT_PERF) ? "A" : "B");
	return NULL;
}

/*
 * Takes one figure for each boot, or (@pool) all values. What differs between two boots (where
 * memory lies, what else the host does) is common to all values of a boot. If these counted as
 * independent samples, any two boots would differ significantly.
 */
static void take_samples(const struct samples_series *series, bool pool, double part,
			 struct dist *d)
{
	double *figures;
	size_t nr = 0, next;

	if (pool) {
		samples_dist(series, NULL, d);
		return;
	}
	figures = xmalloc(series->nr_rounds * sizeof(*figures) + 1);
	for (size_t i = 0; i < series->nr_rounds; i = next) {
		struct samples_series boot = *series;
		struct dist values;

		for (next = i + 1; next < series->nr_rounds &&
		     series->rounds[next].boot == series->rounds[i].boot; next++)
			;
		boot.rounds = &series->rounds[i];
		boot.nr_rounds = next - i;
		samples_dist(&boot, NULL, &values);
		figures[nr++] = dist_quantile(&values, part);
		dist_free(&values);
	}
	dist_of_values(d, figures, nr);
	free(figures);
}

/* log(b / a); where one of them is not above 0, only the sign of the difference counts. */
static double log_ratio(double a, double b)
{
	if (a > 0 && b > 0)
		return log(b) - log(a);
	return b > a ? HUGE_VAL : b < a ? -HUGE_VAL : 0;
}

/* Takes the rounds that both have. Returns log(b / a) for each round; the caller frees it. */
static double *take_turns(const struct samples_series *in_a, const struct samples_series *in_b,
			  double part, struct pair *pair)
{
	double *a = xmalloc(in_a->nr_rounds * sizeof(*a) + 1);
	double *b = xmalloc(in_a->nr_rounds * sizeof(*b) + 1);
	double *logs = xmalloc(in_a->nr_rounds * sizeof(*logs) + 1);
	size_t nr = 0;

	for (size_t i = 0; i < in_a->nr_rounds; i++) {
		const struct samples_round *x = &in_a->rounds[i];
		const struct samples_round *y = samples_same_round(in_b, x->round);

		if (!y)
			continue;
		a[nr] = samples_figure(in_a, x, part);
		b[nr] = samples_figure(in_b, y, part);
		if (isnan(a[nr]) || isnan(b[nr]))
			continue;
		logs[nr] = log_ratio(a[nr], b[nr]);
		nr++;
	}
	dist_of_values(&pair->a, a, nr);
	dist_of_values(&pair->b, b, nr);
	free(a);
	free(b);
	return logs;
}

static void inconclusive(struct compared_metric *m, char *why)
{
	m->verdict = COMPARED_INCONCLUSIVE;
	free(m->why);
	m->why = why;
}

/* Without noise, equal figures are the same: no more samples are needed. */
static void same(struct compared_metric *m)
{
	m->verdict = COMPARED_SAME;
	free(m->why);
	m->why = NULL;
}

/* Are there enough samples to test at all? */
static bool enough(struct compared_metric *m, const struct compare_opts *opts, bool pool,
		   bool turns)
{
	if (m->nr_a >= opts->samples && m->nr_b >= opts->samples)
		return true;
	inconclusive(m, xasprintf("%llu and %llu %s, %u a side are needed",
				  (unsigned long long)m->nr_a, (unsigned long long)m->nr_b,
				  pool ? "values" : turns ? "rounds" : "boots",
				  opts->samples));
	return false;
}

/* Did A and B take turns in one boot? Then a round is a pair: what disturbs it disturbs both. */
static bool took_turns(const struct samples *a, const struct samples *b)
{
	return a->files == 1 && b->files == 1 && *samples_get(a, ABOUT_BOOT) &&
	       !differ(a, b, ABOUT_BOOT);
}

static void test_samples(struct compared_metric *m, const struct pair *pair,
			 const struct compare_opts *opts)
{
	struct rank_test t;

	ratio_bootstrap(&pair->a, &pair->b, opts->confidence, opts->seed, &m->ratio);
	rank_test(&pair->a, &pair->b, &t);
	m->delta = t.delta;
	m->p = t.p;
}

/* Tests the logarithms of the ratios. @logs is overwritten with the ratios that exist. */
static void test_turns(struct compared_metric *m, double *logs, const struct pair *pair,
		       const struct compare_opts *opts)
{
	struct signed_rank_test t;
	size_t nr = 0;

	signed_rank_test(logs, pair->a.total, &t);
	m->delta = t.delta;
	m->p = t.p;
	for (size_t i = 0; i < pair->a.total; i++)
		if (isfinite(logs[i]))
			logs[nr++] = exp(logs[i]);
	ratio_paired(logs, dist_median(&pair->a) > 0 ? nr : 0, opts->confidence, opts->seed,
		     &m->ratio);
}

static void compare_metric(struct compared_metric *m, const struct samples *a,
			   const struct samples *b, const struct compare_opts *opts, bool exact,
			   struct pair *pair)
{
	const struct samples_series *in_a = samples_find(a, m->metric, m->unit, m->cell);
	const struct samples_series *in_b = samples_find(b, m->metric, m->unit, m->cell);
	bool pool = (exact || opts->within_boot) && opts->part == 0.5;
	double *logs = NULL;

	m->p = m->adjusted = m->a = m->b = m->shift = m->delta = NAN;
	m->ratio = (struct ratio){ NAN, NAN, NAN };
	if (!in_a || !in_b) {
		inconclusive(m, xasprintf("only in %c", in_a ? 'A' : 'B'));
		return;
	}
	if (in_a->higher != in_b->higher) {
		inconclusive(m, xstrdup("higher is better in one, lower in the other"));
		return;
	}
	pair->turns = !pool && took_turns(a, b);
	if (pair->turns) {
		logs = take_turns(in_a, in_b, opts->part, pair);
	} else {
		take_samples(in_a, pool, opts->part, &pair->a);
		take_samples(in_b, pool, opts->part, &pair->b);
	}
	m->nr_a = pair->a.total;
	m->nr_b = pair->b.total;
	if (!m->nr_a || !m->nr_b) {
		inconclusive(m, xasprintf("no samples in %c", m->nr_a ? 'B' : 'A'));
		free(logs);
		return;
	}
	m->a = dist_median(&pair->a);
	m->b = dist_median(&pair->b);
	m->shift = shift_estimate(&pair->a, &pair->b);
	if (logs)
		test_turns(m, logs, pair, opts);
	else
		test_samples(m, pair, opts);
	free(logs);
	if (enough(m, opts, pool, pair->turns))
		pair->tested = true;
	else
		m->p = NAN;
}

static bool beyond(double ratio, double floor)
{
	return ratio > 1 + floor || ratio < 1 / (1 + floor);
}

static void judge(struct compared_metric *m, const struct pair *pair, const struct comparison *c)
{
	bool up = m->ratio.ratio > 1;

	if (dist_equal(&pair->a, &pair->b)) {
		m->verdict = COMPARED_SAME;
	} else if (!isfinite(m->ratio.ratio)) {
		inconclusive(m, xstrdup("the median of A is not above 0, so there is no ratio"));
	} else if (m->adjusted < c->alpha && beyond(m->ratio.ratio, c->floor) &&
		   (m->delta > 0) == up) {
		m->verdict = up == m->higher ? COMPARED_FASTER : COMPARED_SLOWER;
	} else if (!beyond(m->ratio.lo, c->floor) && !beyond(m->ratio.hi, c->floor)) {
		m->verdict = COMPARED_SAME;
	} else if (m->adjusted < c->alpha) {
		inconclusive(m, xasprintf("they differ, but not surely by more than %g %%",
					  c->floor * 100));
	} else {
		inconclusive(m, xasprintf("too noisy to exclude %g %%: more samples",
					  c->floor * 100));
	}
}

static bool wanted(const struct compare_opts *opts, const char *metric)
{
	if (!opts->metrics)
		return true;
	for (char *const *m = opts->metrics; *m; m++)
		if (!strcmp(*m, metric))
			return true;
	return false;
}

static void add_metrics(struct comparison *c, const struct samples *from,
			const struct samples *but, const struct compare_opts *opts)
{
	for (size_t i = 0; i < from->nr_series; i++) {
		const struct samples_series *s = &from->series[i];

		if (!wanted(opts, s->metric) ||
		    (but && samples_find(but, s->metric, s->unit, s->cell)))
			continue;
		c->metrics = xrealloc(c->metrics, (c->nr + 1) * sizeof(*c->metrics));
		c->metrics[c->nr++] = (struct compared_metric){
			.metric = s->metric, .unit = s->unit, .cell = s->cell, .higher = s->higher,
		};
	}
}

static int by_cell(const void *x, const void *y)
{
	const struct compared_metric *a = x, *b = y;
	int diff = strverscmp(a->cell, b->cell);	/* 4K before 16K */

	diff = diff ? diff : strcmp(a->metric, b->metric);
	return diff ? diff : strcmp(a->unit, b->unit);
}

/* Adjusts p for the number of metrics that were tested. */
static void adjust(struct comparison *c, const struct pair *pairs)
{
	double *p = xmalloc(c->nr * sizeof(*p) + 1);
	size_t nr = 0;

	for (size_t i = 0; i < c->nr; i++)
		if (pairs[i].tested)
			p[nr++] = c->metrics[i].p;
	holm_adjust(p, nr, p);
	c->tested = nr;
	nr = 0;
	for (size_t i = 0; i < c->nr; i++)
		if (pairs[i].tested)
			c->metrics[i].adjusted = p[nr++];
	free(p);
}

/* Are there too few samples to call any difference significant among so many metrics? */
static bool hopeless(struct compared_metric *m, const struct pair *pair, const struct comparison *c)
{
	double alpha = c->alpha / c->tested;
	unsigned int need = pair->turns ? signed_rank_test_need(alpha) : rank_test_need(alpha);

	if (m->nr_a >= need && m->nr_b >= need)
		return false;
	inconclusive(m, xasprintf("%llu and %llu samples, %u a side are needed for %zu metrics",
				  (unsigned long long)m->nr_a, (unsigned long long)m->nr_b, need,
				  c->tested));
	return true;
}

void compare(const struct samples *a, const struct samples *b, const struct compare_opts *opts,
	     struct comparison *c)
{
	struct pair *pairs;

	memset(c, 0, sizeof(*c));
	c->exact = is_exact(a) && is_exact(b);
	c->alpha = opts->alpha;
	c->floor = opts->floor > 0 ? opts->floor : c->exact ? COMPARE_FLOOR_EXACT : COMPARE_FLOOR;
	c->doubt = find_doubt(a, b);
	add_metrics(c, a, NULL, opts);
	add_metrics(c, b, a, opts);
	if (c->nr)
		qsort(c->metrics, c->nr, sizeof(*c->metrics), by_cell);
	pairs = xcalloc(c->nr + 1, sizeof(*pairs));
	for (size_t i = 0; i < c->nr; i++)
		compare_metric(&c->metrics[i], a, b, opts, c->exact, &pairs[i]);
	adjust(c, pairs);
	for (size_t i = 0; i < c->nr; i++) {
		struct compared_metric *m = &c->metrics[i];

		if (c->exact && pairs[i].a.total && dist_equal(&pairs[i].a, &pairs[i].b))
			same(m);
		else if (pairs[i].tested && !hopeless(m, &pairs[i], c))
			judge(m, &pairs[i], c);
		if (c->doubt)
			inconclusive(m, NULL);
		c->count[m->verdict]++;
		dist_free(&pairs[i].a);
		dist_free(&pairs[i].b);
	}
	free(pairs);
}

void comparison_free(struct comparison *c)
{
	for (size_t i = 0; i < c->nr; i++)
		free(c->metrics[i].why);
	free(c->metrics);
	free(c->doubt);
	memset(c, 0, sizeof(*c));
}

int comparison_exit_code(const struct comparison *c)
{
	if (c->count[COMPARED_SLOWER])
		return 7;
	return c->count[COMPARED_INCONCLUSIVE] || !c->nr || c->doubt ? 3 : 0;
}

const char *compared_name(enum compared verdict)
{
	static const char *const names[COMPARED__COUNT] = {
		"same", "faster", "slower", "inconclusive",
	};

	return names[verdict];
}
