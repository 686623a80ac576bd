// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hodges and Lehmann, "Estimates of location based on rank tests", Annals of
 * Mathematical Statistics 34, 1963. The differences of ten million samples do
 * not fit into memory, so their median is found by counting: the k-th smallest
 * is the smallest number that k differences do not exceed.
 */
#include "stats.h"

#include <math.h>
#include <string.h>

/* Maps numbers to integers that are in the same order. */
static uint64_t to_order(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits >> 63 ? ~bits : bits | 1ull << 63;
}

static double from_order(uint64_t bits)
{
	double x;

	bits = bits >> 63 ? bits & ~(1ull << 63) : ~bits;
	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* The number of pairs with b - a <= @limit. It can exceed 64 bits: 10^7 samples, each repeated. */
static unsigned __int128 count_within(const struct dist *a, const struct dist *b, double limit)
{
	unsigned __int128 count = 0;
	uint64_t within = 0;
	size_t j = 0;

	for (size_t i = 0; i < a->nr; i++) {
		while (j < b->nr && b->value[j] - a->value[i] <= limit)
			within += b->times[j++];
		count += (unsigned __int128)within * a->times[i];
	}
	return count;
}

static double kth_difference(const struct dist *a, const struct dist *b, unsigned __int128 k)
{
	uint64_t lo = to_order(b->value[0] - a->value[a->nr - 1]);
	uint64_t hi = to_order(b->value[b->nr - 1] - a->value[0]);

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (count_within(a, b, from_order(mid)) > k)
			hi = mid;
		else
			lo = mid + 1;
	}
	return from_order(lo);
}

double shift_estimate(const struct dist *a, const struct dist *b)
{
	unsigned __int128 pairs = (unsigned __int128)a->total * b->total;
	double high;

	if (!pairs)
		return NAN;
	high = kth_difference(a, b, pairs / 2);
	return pairs % 2 ? high : (kth_difference(a, b, pairs / 2 - 1) + high) / 2;
}
