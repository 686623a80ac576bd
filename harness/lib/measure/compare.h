/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compares two sets of samples metric by metric. A metric is faster or slower when a rank test
 * and a minimum effect agree. It is the same when the confidence interval excludes such an
 * effect, and inconclusive in all other cases. Where both sides took turns in one boot, a round
 * is a pair: a disturbance such as a busy host hit both sides and cancels in their ratio.
 */
#ifndef HARNESS_COMPARE_H
#define HARNESS_COMPARE_H

#include <jansson.h>
#include <stdio.h>

#include "samples.h"

enum compared {
	COMPARED_SAME,
	COMPARED_FASTER,
	COMPARED_SLOWER,
	COMPARED_INCONCLUSIVE,
	COMPARED__COUNT
};

const char *compared_name(enum compared verdict);

/*
 * The minimum effect. Under the instruction clock a figure has no noise, and half a percent is
 * a real change of the code that ran. Elsewhere the layout of the same code changes figures by
 * percents (Mytkowicz et al., "Producing wrong data without doing anything obviously wrong!",
 * ASPLOS 2009); 3 % is our choice.
 */
#define COMPARE_FLOOR		0.03
#define COMPARE_FLOOR_EXACT	0.005
#define COMPARE_ALPHA		0.002
#define COMPARE_CONFIDENCE	0.95
#define COMPARE_SAMPLES		10	/* samples that each side needs */

struct compare_opts {
	double floor;		/* the minimum effect; 0: depends on the accelerator */
	double alpha;		/* for all metrics together */
	double confidence;
	unsigned int samples;	/* samples that each side needs */
	double part;		/* the quantile of a boot's values: 0.5 the median, 0.99 the p99 */
	/*
	 * Take the values of one boot as independent samples. Otherwise a boot is one sample,
	 * except under the instruction clock, where boots do not differ.
	 */
	bool within_boot;
	uint64_t seed;
	char *const *metrics;	/* NULL: all; else NULL-terminated */
};

struct compared_metric {
	const char *metric, *unit, *cell;	/* owned by the samples */
	bool higher;				/* higher is better */
	uint64_t nr_a, nr_b;			/* number of samples in the test */
	double a, b;				/* their medians */
	double shift;				/* Hodges and Lehmann's */
	struct ratio ratio;			/* b / a */
	double p, adjusted;			/* NAN: not tested */
	double delta;				/* Cliff's */
	enum compared verdict;
	char *why;				/* why it is inconclusive, or NULL */
};

struct comparison {
	struct compared_metric *metrics;
	size_t nr;
	unsigned int count[COMPARED__COUNT];
	size_t tested;
	double floor, alpha;
	bool exact;		/* both ran under the instruction clock */
	char *doubt;		/* why everything is inconclusive, or NULL */
};

/* Fills @c, which refers to @a and @b: keep them as long. */
void compare(const struct samples *a, const struct samples *b, const struct compare_opts *opts,
	     struct comparison *c);
void comparison_free(struct comparison *c);

void comparison_table(const struct comparison *c, FILE *out, bool color);
json_t *comparison_json(const struct comparison *c);

/* 7 when a metric is slower, 3 when one is inconclusive or nothing was compared, else 0. */
int comparison_exit_code(const struct comparison *c);

/* Writes a figure with a sensible number of digits: "12345", "1.234", "0.001234". */
const char *figure(double x, char buf[32]);

#endif /* HARNESS_COMPARE_H */
