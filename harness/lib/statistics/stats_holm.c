// SPDX-License-Identifier: GPL-2.0-only
/* Holm's correction of p-values for many tests at once. */
#include "stats.h"

#include <stdlib.h>

#include "lib/base/strbuf.h"

struct ranked {
	double p;
	size_t at;
};

static int by_p(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return (x->p > y->p) - (x->p < y->p);
}

void holm_adjust(const double *p, size_t nr, double *adjusted)
{
	struct ranked *order = xmalloc(nr * sizeof(*order) + 1);
	double least = 0;

	for (size_t i = 0; i < nr; i++)
		order[i] = (struct ranked){ p[i], i };
	qsort(order, nr, sizeof(*order), by_p);
	for (size_t i = 0; i < nr; i++) {
		double x = order[i].p * (nr - i);

		if (x > least)
			least = x < 1 ? x : 1;
		adjusted[order[i].at] = least;
	}
	free(order);
}
