/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random numbers that are the same on every machine: SplitMix64 (Steele, Lea,
 * Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
 */
#ifndef HARNESS_RNG_H
#define HARNESS_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state;		/* initially the seed; any value is valid */
};

uint64_t rng_next(struct rng *rng);
/* Draws n with 0 <= n < @below, without bias; @below must not be 0. */
uint64_t rng_below(struct rng *rng, uint64_t below);
/* Draws x with 0 < x < 1, uniformly. */
double rng_unit(struct rng *rng);
/* Draws from the normal distribution with mean 0 and variance 1. */
double rng_normal(struct rng *rng);
/* Draws from the gamma distribution of scale 1; @shape must be at least 1. */
double rng_gamma(struct rng *rng, double shape);

#endif /* HARNESS_RNG_H */
