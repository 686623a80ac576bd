/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A histogram of fixed size, after Gil Tene's HdrHistogram. It has 1024 buckets for each
 * octave, so that it resolves a value to one part in 1024 (below 2048: exactly) over the
 * whole range of 64 bits. It takes 440 KiB. Two histograms merge without loss.
 */
#ifndef HARNESS_HIST_H
#define HARNESS_HIST_H

#include <stdint.h>

#define HIST_BITS	10
#define HIST_BUCKETS	((64 - HIST_BITS) * (1u << HIST_BITS) + (1u << HIST_BITS))

struct hist {
	uint64_t total;
	uint64_t min, max;	/* exact; meaningless when total is 0 */
	uint64_t n[HIST_BUCKETS];
};

struct hist *hist_new(void);	/* free() ends it */
void hist_add(struct hist *h, uint64_t value, uint64_t times);
void hist_merge(struct hist *into, const struct hist *from);

uint32_t hist_bucket(uint64_t value);
uint64_t hist_lowest(uint32_t bucket);
uint64_t hist_highest(uint32_t bucket);
/* The value that all values in a bucket are taken for: its middle. */
uint64_t hist_value(uint32_t bucket);

/* The smallest value that @part (0..1) of all values do not exceed; 0 when @h is empty. */
uint64_t hist_quantile(const struct hist *h, double part);

#endif /* HARNESS_HIST_H */
