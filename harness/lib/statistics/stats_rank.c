// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rank test of Mann and Whitney, "On a test of whether one of two random
 * variables is stochastically larger than the other", Annals of Mathematical
 * Statistics 18, 1947.
 */
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"

/* Walks through the distinct values of both sides, in order, with each side's count. */
struct walk {
	const struct dist *a, *b;
	size_t i, j;
	uint64_t in_a, in_b;
};

static bool walk_next(struct walk *w)
{
	bool has_a = w->i < w->a->nr, has_b = w->j < w->b->nr, take_a, take_b;

	if (!has_a && !has_b)
		return false;
	take_a = has_a && (!has_b || w->a->value[w->i] <= w->b->value[w->j]);
	take_b = has_b && (!has_a || w->b->value[w->j] <= w->a->value[w->i]);
	w->in_a = take_a ? w->a->times[w->i++] : 0;
	w->in_b = take_b ? w->b->times[w->j++] : 0;
	return true;
}

static double count_u(const struct dist *a, const struct dist *b)
{
	struct walk w = { .a = a, .b = b };
	double u = 0, below = 0;

	while (walk_next(&w)) {
		u += w.in_b * (below + w.in_a / 2.0);
		below += w.in_a;
	}
	return u;
}

double rank_test_normal(const struct dist *a, const struct dist *b, double u, bool continuity)
{
	double n = a->total, m = b->total, all = n + m, ties = 0, var, off;
	struct walk w = { .a = a, .b = b };

	while (walk_next(&w)) {
		double t = w.in_a + w.in_b;

		ties += t * (t - 1) * (t + 1);
	}
	var = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
	off = fabs(u - n * m / 2) - (continuity ? 0.5 : 0);
	if (var <= 0 || off <= 0)
		return 1;
	return erfc(off / sqrt(2 * var));
}

/*
 * Counts, for each sum of ranks, the choices of @nr_b of all samples that have this sum. This
 * is the shift algorithm of Streitberg and Roehmel, "Exact distributions for permutation and
 * rank tests", Statistical Software Newsletter 12, 1986. Ranks are doubled, so that those of
 * ties are whole numbers. sums[k * width + s] is the number of choices of k samples with the
 * sum s.
 */
static double *rank_sums(const unsigned int *ranks, unsigned int nr, unsigned int nr_b,
			 size_t width)
{
	double *sums = xcalloc((nr_b + 1) * width, sizeof(*sums));
	size_t top = 0;

	sums[0] = 1;
	for (unsigned int i = 0; i < nr; i++) {
		unsigned int r = ranks[i];

		top += r;
		for (unsigned int k = i + 1 < nr_b ? i + 1 : nr_b; k > 0; k--)
			for (size_t s = r; s < width && s <= top; s++)
				sums[k * width + s] += sums[(k - 1) * width + s - r];
	}
	return sums;
}

static double rank_test_exact(const struct dist *a, const struct dist *b)
{
	unsigned int ranks[RANK_EXACT], nr = 0, nr_b = b->total;
	double below = 0, above = 0, all = 0, *sums, p;
	size_t width = 1, seen = 0;
	struct walk w = { .a = a, .b = b };

	while (walk_next(&w)) {
		unsigned int tied = w.in_a + w.in_b, rank = 2 * nr + tied + 1;

		seen += rank * w.in_b;
		for (unsigned int i = 0; i < tied; i++)
			ranks[nr++] = rank;
	}
	for (unsigned int i = nr - nr_b; i < nr; i++)
		width += ranks[i];	/* no choice sums to more than the largest */
	sums = rank_sums(ranks, nr, nr_b, width);
	for (size_t s = 0; s < width; s++) {
		double n = sums[nr_b * width + s];

		all += n;
		below += s <= seen ? n : 0;
		above += s >= seen ? n : 0;
	}
	free(sums);
	p = 2 * (below < above ? below : above) / all;
	return p < 1 ? p : 1;
}

void rank_test(const struct dist *a, const struct dist *b, struct rank_test *result)
{
	double pairs = (double)a->total * b->total;

	memset(result, 0, sizeof(*result));
	result->u = count_u(a, b);
	result->delta = 2 * result->u / pairs - 1;
	result->exact = a->total + b->total <= RANK_EXACT;
	result->p = result->exact ? rank_test_exact(a, b)
				  : rank_test_normal(a, b, result->u, true);
}

unsigned int rank_test_need(double alpha)
{
	unsigned int n = 0;
	double p = 2;		/* p of n samples on each side that do not overlap: 2 / C(2n, n) */

	while (p >= alpha) {
		n++;
		p *= n / (2 * (2.0 * n - 1));
	}
	return n;
}
