// SPDX-License-Identifier: GPL-2.0-only
/* SplitMix64, and the distributions that are drawn from it. */
#include "rng.h"

#include <math.h>

uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

uint64_t rng_below(struct rng *rng, uint64_t below)
{
	uint64_t biased = -below % below, n;

	do
		n = rng_next(rng);
	while (n < biased);
	return n % below;
}

double rng_unit(struct rng *rng)
{
	return ((rng_next(rng) >> 11) + 0.5) * 0x1p-53;
}

double rng_normal(struct rng *rng)
{
	double radius = sqrt(-2 * log(rng_unit(rng)));

	return radius * cos(2 * M_PI * rng_unit(rng));
}

/* Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000. */
double rng_gamma(struct rng *rng, double shape)
{
	double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);

	for (;;) {
		double x = rng_normal(rng), v = 1 + c * x;

		if (v <= 0)
			continue;
		v = v * v * v;
		if (log(rng_unit(rng)) < x * x / 2 + d - d * v + d * log(v))
			return d * v;
	}
}
