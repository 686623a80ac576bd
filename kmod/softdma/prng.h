/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SOFTDMA_PRNG_H
#define SOFTDMA_PRNG_H

#include <linux/types.h>

/*
 * splitmix64 (Steele, Lea, Flood, OOPSLA 2014). An engine draws all its random numbers
 * from its seed, so a run can be repeated.
 */
static inline u64 prng_next(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* Draws evenly from 0..@max. @max is far below 2^32, so the bias does not matter. */
static inline u32 prng_upto(u64 *state, u32 max)
{
	return ((prng_next(state) >> 32) * ((u64)max + 1)) >> 32;
}

#endif
