/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random numbers that are the same on every machine: SplitMix64 (Steele, Lea,
 * Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
 */
#ifndef HARNESS_RNG_H
#define HARNESS_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state;		/* the seed, at first; any will do */
};

uint64_t rng_next(struct rng *rng);
/* 0 <= n < @below, without bias; @below is not 0. */
uint64_t rng_below(struct rng *rng, uint64_t below);
/* 0 < x < 1. */
double rng_unit(struct rng *rng);
double rng_normal(struct rng *rng);
/* Gamma of scale 1; @shape is at least 1. */
double rng_gamma(struct rng *rng, double shape);

#endif /* HARNESS_RNG_H */
