/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Statistics for samples whose distribution nobody knows: ranks, medians and
 * resampling, no means. Everything is repeatable: what is random is seeded.
 */
#ifndef HARNESS_STATS_H
#define HARNESS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Samples in order, equal ones once: raw values and histograms alike. */
struct dist {
	double *value;		/* ascending */
	uint64_t *times;
	uint64_t *upto;		/* the sum of @times up to and with this one */
	size_t nr;
	uint64_t total;		/* the sum of @times */
};

/* @values must be finite. dist_free() ends them. */
void dist_of_values(struct dist *d, const double *values, size_t nr);
/* Each @times[i] times; 0 times is not there. */
void dist_of_weighted(struct dist *d, const double *values, const uint64_t *times, size_t nr);
void dist_free(struct dist *d);
bool dist_equal(const struct dist *a, const struct dist *b);

/* The @rank-th smallest, from 0. */
double dist_rank(const struct dist *d, uint64_t rank);
/*
 * Between ranks by linear interpolation: type 7 of Hyndman and Fan, "Sample
 * quantiles in statistical packages", The American Statistician 50, 1996.
 * NAN when there are no samples.
 */
double dist_quantile(const struct dist *d, double part);
double dist_median(const struct dist *d);

/* Mann and Whitney's test of whether one of two samples tends to be larger. */
struct rank_test {
	double u;		/* pairs in which b > a; an equal pair is half a pair */
	double p;		/* two-sided */
	double delta;		/* Cliff's: -1 all of b below all of a, 1 all above */
	bool exact;		/* else the normal approximation */
};

/*
 * Exact, and with ties conditional on them, up to RANK_EXACT samples together;
 * beyond, normal, corrected for ties and for continuity. Neither may be empty.
 */
#define RANK_EXACT	80

void rank_test(const struct dist *a, const struct dist *b, struct rank_test *result);
/* The approximation, whatever the size. */
double rank_test_normal(const struct dist *a, const struct dist *b, double u, bool continuity);

/* How many samples a side it takes before the smallest possible p is below @alpha. */
unsigned int rank_test_need(double alpha);

/* Wilcoxon's test of whether differences, each of two things side by side, tend to one sign. */
struct signed_rank_test {
	double sum;		/* of the ranks of those above 0 */
	double p;		/* two-sided */
	double delta;		/* the part above 0 less the part below */
	bool exact;		/* else the normal approximation */
};

/* Exact, and with ties conditional on them, up to so many that are not 0. */
#define SIGNED_RANK_EXACT	200

void signed_rank_test(const double *differences, size_t nr, struct signed_rank_test *result);
/* How many pairs it takes before the smallest possible p is below @alpha. */
unsigned int signed_rank_test_need(double alpha);

/* Hodges and Lehmann's shift: the median of all differences b - a. */
double shift_estimate(const struct dist *a, const struct dist *b);

/* median(b) / median(a); the interval is of Efron's percentile bootstrap. */
struct ratio {
	double ratio, lo, hi;	/* NAN when the median of a is not above 0 */
};

#define BOOTSTRAP_DRAWS	2000

void ratio_bootstrap(const struct dist *a, const struct dist *b, double confidence,
		     uint64_t seed, struct ratio *result);

/*
 * The median of @ratios, each of two things that were measured side by side, so that what
 * disturbed one disturbed the other; the interval as above.
 */
void ratio_paired(const double *ratios, size_t nr, double confidence, uint64_t seed,
		  struct ratio *result);

struct rng;
/* The median of one bootstrap sample. */
double bootstrap_median(const struct dist *d, struct rng *rng);

/* Holm, "A simple sequentially rejective multiple test procedure", 1979. @adjusted may be @p. */
void holm_adjust(const double *p, size_t nr, double *adjusted);

/*
 * Where a series in the order of time changed. The first value of the new level
 * is at @at; @p is of the permutation test that found it; @before and @after are
 * the medians of the stretches on both sides, up to the neighbouring changes.
 */
struct change {
	size_t at;
	double p, before, after;
};

#define CHANGE_PERMUTATIONS	999

/* Changes in order; the caller frees them. NULL when there is none. */
struct change *changes_find(const double *series, size_t nr, double alpha, uint64_t seed,
			    size_t *nr_changes);

#endif /* HARNESS_STATS_H */
