// SPDX-License-Identifier: GPL-2.0-only
/*
 * Change points by E-divisive: Matteson and James, "A nonparametric approach for
 * multiple change point analysis of multivariate data", JASA 109, 2014. It needs
 * no model of the noise and no penalty to tune, as PELT and CUSUM do: histories
 * here are short, skewed, and in deterministic mode without any noise. Daly et
 * al., "The use of change point detection to identify software performance
 * regressions in a continuous integration system", ICPE 2020, tell how it did on
 * years of benchmarks. Ours splits each stretch on its own, with a permutation
 * test of that stretch.
 */
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/rng.h"
#include "lib/base/strbuf.h"

/* Each side of a change has at least so many values; fewer may be outliers. */
#define SIDE	3

struct split {
	size_t at;
	double q;	/* the scaled energy distance between both sides */
};

static double distances(const double *x, size_t from, size_t to, double to_what)
{
	double sum = 0;

	for (size_t i = from; i < to; i++)
		sum += fabs(x[i] - to_what);
	return sum;
}

static double energy(double between, double left, double right, double n, double m)
{
	return n * m / (n + m) * (2 * between / (n * m) - 2 * left / (n * (n - 1)) -
				  2 * right / (m * (m - 1)));
}

/*
 * Finds the split with the largest distance: moves the border to the right and updates the
 * sums of the distances between the sides and within each.
 */
static struct split best_split(const double *x, size_t nr)
{
	double between = 0, left = 0, right = 0;
	struct split best = { 0, -INFINITY };

	for (size_t i = 0; i < nr; i++)
		right += distances(x, 0, i, x[i]);
	for (size_t at = 1; at + SIDE <= nr; at++) {
		double moved = x[at - 1], to_left = distances(x, 0, at - 1, moved);
		double to_right = distances(x, at, nr, moved), q;

		between += to_right - to_left;
		left += to_left;
		right -= to_right;
		if (at < SIDE)
			continue;
		q = energy(between, left, right, at, nr - at);
		if (q > best.q)
			best = (struct split){ at, q };
	}
	return best;
}

static void shuffle(double *x, size_t nr, struct rng *rng)
{
	for (size_t i = nr; i > 1; i--) {
		size_t j = rng_below(rng, i);
		double t = x[i - 1];

		x[i - 1] = x[j];
		x[j] = t;
	}
}

/*
 * The share of permutations of the values whose best split is as good as @q. Stops early when
 * the share cannot be below @alpha any more.
 */
static double permutation_p(const double *x, size_t nr, double q, double alpha, struct rng *rng)
{
	double *y = xmalloc(nr * sizeof(*y));
	/* Tolerate rounding: sums in another order differ in their last bits. */
	double as_good = q - 1e-9 * fabs(q);
	int reached = 1, tried = 1;

	memcpy(y, x, nr * sizeof(*y));
	while (tried <= CHANGE_PERMUTATIONS && reached < alpha * (CHANGE_PERMUTATIONS + 1)) {
		shuffle(y, nr, rng);
		reached += best_split(y, nr).q >= as_good;
		tried++;
	}
	free(y);
	return (double)reached / tried;
}

struct search {
	const double *x;
	double alpha;
	struct rng rng;
	struct change *found;
	size_t nr;
};

static void search(struct search *s, size_t from, size_t to)
{
	struct split split;
	double p;

	if (to - from < 2 * SIDE)
		return;
	split = best_split(s->x + from, to - from);
	if (split.q <= 0)
		return;
	p = permutation_p(s->x + from, to - from, split.q, s->alpha, &s->rng);
	if (p >= s->alpha)
		return;
	search(s, from, from + split.at);
	s->found = xrealloc(s->found, (s->nr + 1) * sizeof(*s->found));
	s->found[s->nr++] = (struct change){ .at = from + split.at, .p = p };
	search(s, from + split.at, to);
}

static double stretch_median(const double *x, size_t from, size_t to)
{
	struct dist d;
	double median;

	dist_of_values(&d, x + from, to - from);
	median = dist_median(&d);
	dist_free(&d);
	return median;
}

struct change *changes_find(const double *series, size_t nr, double alpha, uint64_t seed,
			    size_t *nr_changes)
{
	struct search s = { .x = series, .alpha = alpha, .rng = { seed } };

	search(&s, 0, nr);
	for (size_t i = 0; i < s.nr; i++) {
		size_t before = i ? s.found[i - 1].at : 0;
		size_t after = i + 1 < s.nr ? s.found[i + 1].at : nr;

		s.found[i].before = stretch_median(series, before, s.found[i].at);
		s.found[i].after = stretch_median(series, s.found[i].at, after);
	}
	*nr_changes = s.nr;
	return s.found;
}
