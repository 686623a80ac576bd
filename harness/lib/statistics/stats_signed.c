// SPDX-License-Identifier: GPL-2.0-only
/*
 * The signed rank test: Wilcoxon, "Individual comparisons by ranking methods", Biometrics
 * Bulletin 1, 1945. Differences of 0 are left out, as there.
 */
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"

struct entry {
	double size;		/* absolute difference */
	unsigned int rank;	/* twice the rank, so that the middle rank of ties is whole */
	bool above;		/* the difference is above 0 */
};

static int by_size(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	return (a->size > b->size) - (a->size < b->size);
}

/* Returns the sum over ties of t^3 - t. */
static double rank_entries(struct entry *e, size_t nr)
{
	double ties = 0;
	size_t end;

	qsort(e, nr, sizeof(*e), by_size);
	for (size_t i = 0; i < nr; i = end) {
		double t;

		for (end = i + 1; end < nr && !(e[end].size > e[i].size); end++)
			;
		for (size_t k = i; k < end; k++)
			e[k].rank = i + 1 + end;
		t = end - i;
		ties += t * (t - 1) * (t + 1);
	}
	return ties;
}

/* Twice the share of all choices of signs whose sum of ranks is as far out as @seen. */
static double p_exact(const struct entry *e, size_t nr, size_t seen)
{
	size_t width = nr * (nr + 1) + 1, top = 0;
	double *sums = xcalloc(width, sizeof(*sums)), below = 0, above = 0, p;

	sums[0] = 1;
	for (size_t i = 0; i < nr; i++) {
		top += e[i].rank;
		for (size_t s = top; s >= e[i].rank; s--)
			sums[s] += sums[s - e[i].rank];
	}
	for (size_t s = 0; s <= top; s++) {
		below += s <= seen ? sums[s] : 0;
		above += s >= seen ? sums[s] : 0;
	}
	free(sums);
	p = 2 * (below < above ? below : above) / ldexp(1, nr);
	return p < 1 ? p : 1;
}

static double p_normal(size_t nr, double sum, double ties)
{
	double n = nr, var = n * (n + 1) * (2 * n + 1) / 24 - ties / 48;
	double off = fabs(sum - n * (n + 1) / 4) - 0.5;

	return var <= 0 || off <= 0 ? 1 : erfc(off / sqrt(2 * var));
}

void signed_rank_test(const double *differences, size_t nr, struct signed_rank_test *result)
{
	struct entry *e = xmalloc(nr * sizeof(*e) + 1);
	size_t seen = 0, n = 0, up = 0;
	double ties;

	for (size_t i = 0; i < nr; i++)
		if (differences[i] > 0 || differences[i] < 0)
			e[n++] = (struct entry){ fabs(differences[i]), 0, differences[i] > 0 };
	ties = rank_entries(e, n);
	for (size_t i = 0; i < n; i++) {
		seen += e[i].above ? e[i].rank : 0;
		up += e[i].above;
	}
	memset(result, 0, sizeof(*result));
	result->sum = seen / 2.0;
	result->delta = nr ? (2.0 * up - n) / nr : 0;
	result->exact = n <= SIGNED_RANK_EXACT;
	result->p = !n ? 1 : result->exact ? p_exact(e, n, seen) : p_normal(n, result->sum, ties);
	free(e);
}

unsigned int signed_rank_test_need(double alpha)
{
	unsigned int n = 0;
	double p = 2;		/* p of n differences with the same sign: 2 / 2^n */

	while (p >= alpha) {
		n++;
		p /= 2;
	}
	return n;
}
