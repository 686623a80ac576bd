/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Statistics for samples of an unknown distribution: ranks, medians and resampling, no
 * means. All results can be reproduced: random numbers are drawn from a seed.
 */
#ifndef HARNESS_STATS_H
#define HARNESS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sorted samples; equal ones are stored once. Made from raw values or from histograms. */
struct dist {
	double *value;		/* ascending */
	uint64_t *times;
	uint64_t *upto;		/* the sum of @times up to and including this one */
	size_t nr;
	uint64_t total;		/* the sum of @times */
};

/* Fills @d; @values must be finite. dist_free() frees what @d holds. */
void dist_of_values(struct dist *d, const double *values, size_t nr);
/* The same where @values[i] was seen @times[i] times, which may be 0. */
void dist_of_weighted(struct dist *d, const double *values, const uint64_t *times, size_t nr);
void dist_free(struct dist *d);
bool dist_equal(const struct dist *a, const struct dist *b);

/* The @rank-th smallest sample, counted from 0. */
double dist_rank(const struct dist *d, uint64_t rank);
/*
 * A quantile, interpolated linearly between ranks: type 7 of Hyndman and Fan, "Sample
 * quantiles in statistical packages", The American Statistician 50, 1996. NAN when there
 * are no samples.
 */
double dist_quantile(const struct dist *d, double part);
double dist_median(const struct dist *d);

/* Mann and Whitney's test of whether one of two samples tends to be larger. */
struct rank_test {
	double u;		/* pairs with b > a; a pair of equal values counts as 0.5 */
	double p;		/* two-sided */
	double delta;		/* Cliff's; -1: all of b are below all of a, 1: all above */
	bool exact;		/* false: p is the normal approximation */
};

/*
 * With up to RANK_EXACT samples in all, p is exact (conditional on the ties, if there are
 * any). With more it is the normal approximation, corrected for ties and for continuity.
 * Neither side may be empty.
 */
#define RANK_EXACT	80

void rank_test(const struct dist *a, const struct dist *b, struct rank_test *result);
/* The p of the normal approximation, for any number of samples. */
double rank_test_normal(const struct dist *a, const struct dist *b, double u, bool continuity);

/* How many samples each side needs so that the smallest possible p is below @alpha. */
unsigned int rank_test_need(double alpha);

/* Wilcoxon's test of whether the differences of pairs tend to one sign. */
struct signed_rank_test {
	double sum;		/* of the ranks of the differences above 0 */
	double p;		/* two-sided */
	double delta;		/* share of the differences above 0 minus that of those below */
	bool exact;		/* false: p is the normal approximation */
};

/* With up to so many differences that are not 0, p is exact (conditional on any ties). */
#define SIGNED_RANK_EXACT	200

void signed_rank_test(const double *differences, size_t nr, struct signed_rank_test *result);
/* How many pairs are needed so that the smallest possible p is below @alpha. */
unsigned int signed_rank_test_need(double alpha);

/* Hodges and Lehmann's shift: the median of all differences b - a. */
double shift_estimate(const struct dist *a, const struct dist *b);

/* median(b) / median(a), with the interval of Efron's percentile bootstrap. */
struct ratio {
	double ratio, lo, hi;	/* NAN when the median of a is not above 0 */
};

#define BOOTSTRAP_DRAWS	2000

void ratio_bootstrap(const struct dist *a, const struct dist *b, double confidence,
		     uint64_t seed, struct ratio *result);

/*
 * The median of @ratios, with the interval as above. Each ratio is of two things that were
 * measured side by side, so that a disturbance hit both.
 */
void ratio_paired(const double *ratios, size_t nr, double confidence, uint64_t seed,
		  struct ratio *result);

struct rng;
/* The median of one bootstrap sample. */
double bootstrap_median(const struct dist *d, struct rng *rng);

/* Holm, "A simple sequentially rejective multiple test procedure", 1979. @adjusted may be @p. */
void holm_adjust(const double *p, size_t nr, double *adjusted);

/*
 * A change in a series that is ordered by time. @at is the index of the first value after
 * the change, @p that of the permutation test that found it; @before and @after are the
 * medians of the stretches on both sides, up to the neighbouring changes.
 */
struct change {
	size_t at;
	double p, before, after;
};

#define CHANGE_PERMUTATIONS	999

/* Finds the changes, in order of time; the caller frees them. NULL when there is none. */
struct change *changes_find(const double *series, size_t nr, double alpha, uint64_t seed,
			    size_t *nr_changes);

/*
 * stats_share.c: @k of @n trials were hits: Wilson's 95 % interval of the share of hits, between 0
 * and 1. Without a trial it is all of that. It takes the trials for independent of each other.
 */
void share_interval(uint64_t k, uint64_t n, double *low, double *high);

#endif /* HARNESS_STATS_H */
