// SPDX-License-Identifier: GPL-2.0-only
/* A share that was counted, and what it may be in truth. */
#include <math.h>

#include "stats.h"

#define Z	1.959964	/* 97.5 % of the normal distribution */

void share_interval(uint64_t k, uint64_t n, double *low, double *high)
{
	double p, middle, half, all = (double)n;

	*low = 0;
	*high = 1;
	if (!n)
		return;
	p = (double)k / all;
	middle = p + Z * Z / (2 * all);
	half = Z * sqrt(p * (1 - p) / all + Z * Z / (4 * all * all));
	*low = k ? (middle - half) / (1 + Z * Z / all) : 0;
	*high = k < n ? (middle + half) / (1 + Z * Z / all) : 1;
}
