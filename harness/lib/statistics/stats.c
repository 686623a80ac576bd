// SPDX-License-Identifier: GPL-2.0-only
/* Distributions of weighted samples: ranks, quantiles, medians. */
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"

struct weighted {
	double value;
	uint64_t times;
};

static int by_value(const void *a, const void *b)
{
	const struct weighted *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

void dist_of_weighted(struct dist *d, const double *values, const uint64_t *times, size_t nr)
{
	struct weighted *sorted = xmalloc(nr * sizeof(*sorted) + 1);

	memset(d, 0, sizeof(*d));
	for (size_t i = 0; i < nr; i++)
		sorted[i] = (struct weighted){ values[i], times ? times[i] : 1 };
	qsort(sorted, nr, sizeof(*sorted), by_value);
	d->value = xmalloc(nr * sizeof(*d->value) + 1);
	d->times = xmalloc(nr * sizeof(*d->times) + 1);
	for (size_t i = 0; i < nr; i++) {
		if (!d->nr || sorted[i].value > d->value[d->nr - 1]) {
			d->value[d->nr] = sorted[i].value;
			d->times[d->nr++] = 0;
		}
		d->times[d->nr - 1] += sorted[i].times;
	}
	d->upto = xmalloc(d->nr * sizeof(*d->upto) + 1);
	for (size_t i = 0; i < d->nr; i++)
		d->upto[i] = d->total += d->times[i];
	free(sorted);
}

void dist_of_values(struct dist *d, const double *values, size_t nr)
{
	dist_of_weighted(d, values, NULL, nr);
}

void dist_free(struct dist *d)
{
	free(d->value);
	free(d->times);
	free(d->upto);
	memset(d, 0, sizeof(*d));
}

bool dist_equal(const struct dist *a, const struct dist *b)
{
	return a->nr == b->nr &&
	       !memcmp(a->value, b->value, a->nr * sizeof(*a->value)) &&
	       !memcmp(a->times, b->times, a->nr * sizeof(*a->times));
}

double dist_rank(const struct dist *d, uint64_t rank)
{
	size_t lo = 0, hi = d->nr;

	if (!d->nr)
		return NAN;
	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;

		if (d->upto[mid - 1] <= rank)
			lo = mid;
		else
			hi = mid;
	}
	return d->value[lo];
}

double dist_quantile(const struct dist *d, double part)
{
	double at = part * (d->total - 1.0), below = floor(at), lo, hi;

	if (!d->total)
		return NAN;
	lo = dist_rank(d, below);
	hi = dist_rank(d, ceil(at));
	return lo + (at - below) * (hi - lo);
}

double dist_median(const struct dist *d)
{
	return dist_quantile(d, 0.5);
}
