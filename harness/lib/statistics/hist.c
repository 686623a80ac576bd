// SPDX-License-Identifier: GPL-2.0-only
/* The histogram: buckets of values, merging, quantiles. */
#include "hist.h"

#include <math.h>

#include "lib/base/strbuf.h"

struct hist *hist_new(void)
{
	return xcalloc(1, sizeof(struct hist));
}

uint32_t hist_bucket(uint64_t value)
{
	unsigned int shift;

	if (value < 1ull << (HIST_BITS + 1))
		return value;
	shift = 63 - __builtin_clzll(value) - HIST_BITS;
	return (shift << HIST_BITS) + (value >> shift);
}

static unsigned int bucket_shift(uint32_t bucket)
{
	return bucket < 1u << (HIST_BITS + 1) ? 0 : (bucket >> HIST_BITS) - 1;
}

uint64_t hist_lowest(uint32_t bucket)
{
	unsigned int shift = bucket_shift(bucket);

	return (uint64_t)(bucket - (shift << HIST_BITS)) << shift;
}

uint64_t hist_highest(uint32_t bucket)
{
	return hist_lowest(bucket) + ((1ull << bucket_shift(bucket)) - 1);
}

uint64_t hist_value(uint32_t bucket)
{
	return hist_lowest(bucket) + ((1ull << bucket_shift(bucket)) >> 1);
}

void hist_add(struct hist *h, uint64_t value, uint64_t times)
{
	if (!times)
		return;
	if (!h->total || value < h->min)
		h->min = value;
	if (!h->total || value > h->max)
		h->max = value;
	h->total += times;
	h->n[hist_bucket(value)] += times;
}

void hist_merge(struct hist *into, const struct hist *from)
{
	if (!from->total)
		return;
	if (!into->total || from->min < into->min)
		into->min = from->min;
	if (!into->total || from->max > into->max)
		into->max = from->max;
	into->total += from->total;
	for (uint32_t i = 0; i < HIST_BUCKETS; i++)
		into->n[i] += from->n[i];
}

uint64_t hist_quantile(const struct hist *h, double part)
{
	uint64_t want = ceil(part * h->total), seen = 0, value;
	uint32_t i = 0;

	if (!h->total)
		return 0;
	if (want < 1)
		want = 1;
	if (want >= h->total)
		return h->max;
	while ((seen += h->n[i]) < want)
		i++;
	value = hist_value(i);
	return value < h->min ? h->min : value > h->max ? h->max : value;
}
