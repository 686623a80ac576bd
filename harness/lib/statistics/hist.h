/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A histogram whose memory does not grow with what is counted, after Gil Tene's
 * HdrHistogram: 1024 buckets an octave, so that a value is told to one in 1024
 * (below 2048: exactly) over the whole range of 64 bits, in 440 KiB. Two
 * histograms merge without loss.
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
/* What a bucket's values are taken for: its middle. */
uint64_t hist_value(uint32_t bucket);

/* Of the values, the smallest that @part (0..1) of them do not exceed; 0 when there is none. */
uint64_t hist_quantile(const struct hist *h, double part);

#endif /* HARNESS_HIST_H */
