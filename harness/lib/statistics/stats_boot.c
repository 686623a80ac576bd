// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bootstrap: Efron, "Bootstrap methods: another look at the jackknife",
 * Annals of Statistics 7, 1979.
 *
 * A bootstrap sample is n draws from the samples, that is, the samples at n
 * uniform numbers; its k-th smallest is the sample at the k-th smallest of
 * these, which is distributed as Beta(k, n + 1 - k). So the median of a
 * bootstrap sample costs one or two draws, whatever n is.
 */
#include "stats.h"

#include <math.h>
#include <stdlib.h>

#include "lib/base/rng.h"
#include "lib/base/strbuf.h"

static double at(const struct dist *d, double unit)
{
	uint64_t rank = unit * d->total;

	return dist_rank(d, rank < d->total ? rank : d->total - 1);
}

double bootstrap_median(const struct dist *d, struct rng *rng)
{
	uint64_t k = (d->total + 1) / 2, above = d->total - k;
	double g = rng_gamma(rng, k), low = g / (g + rng_gamma(rng, above + 1)), high;

	if (d->total % 2)
		return at(d, low);
	/* The next one is the smallest of those above, which are uniform between this and 1. */
	high = low + (1 - low) * (1 - pow(rng_unit(rng), 1.0 / above));
	return (at(d, low) + at(d, high)) / 2;
}

static void interval(double *draws, size_t nr, double confidence, struct ratio *result)
{
	struct dist d;

	dist_of_values(&d, draws, nr);
	result->lo = dist_quantile(&d, (1 - confidence) / 2);
	result->hi = dist_quantile(&d, (1 + confidence) / 2);
	dist_free(&d);
}

void ratio_paired(const double *ratios, size_t nr, double confidence, uint64_t seed,
		  struct ratio *result)
{
	struct rng rng = { seed };
	double *draws;
	struct dist d;

	*result = (struct ratio){ NAN, NAN, NAN };
	if (!nr)
		return;
	dist_of_values(&d, ratios, nr);
	result->ratio = dist_median(&d);
	draws = xmalloc(BOOTSTRAP_DRAWS * sizeof(*draws));
	for (int i = 0; i < BOOTSTRAP_DRAWS; i++)
		draws[i] = bootstrap_median(&d, &rng);
	interval(draws, BOOTSTRAP_DRAWS, confidence, result);
	free(draws);
	dist_free(&d);
}

void ratio_bootstrap(const struct dist *a, const struct dist *b, double confidence,
		     uint64_t seed, struct ratio *result)
{
	double *draws, was = dist_median(a);
	struct rng rng = { seed };
	size_t nr = 0;

	*result = (struct ratio){ NAN, NAN, NAN };
	if (!(was > 0) || !b->total)
		return;
	result->ratio = dist_median(b) / was;
	draws = xmalloc(BOOTSTRAP_DRAWS * sizeof(*draws));
	for (int i = 0; i < BOOTSTRAP_DRAWS; i++) {
		double x = bootstrap_median(a, &rng), y = bootstrap_median(b, &rng);

		draws[nr] = y / x;
		nr += isfinite(draws[nr]);
	}
	interval(draws, nr, confidence, result);
	free(draws);
}
