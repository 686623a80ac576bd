// SPDX-License-Identifier: GPL-2.0-only
/* Compares copies of the kernel's dmatest with copies of ours, on the same engine. */
#include <math.h>
#include <string.h>

#include "bench_table.h"
#include "compare.h"

#define THEIRS	"bench/dmatest "
#define OURS	"bench/copy "

/* Finds our series for the same engine and world: the same text after the benchmark's name. */
static const struct samples_series *ours_of(const struct samples *s,
					    const struct samples_series *theirs)
{
	char *cell = xasprintf(OURS "%s", theirs->cell + strlen(THEIRS));
	const struct samples_series *ours = samples_find(s, theirs->metric, theirs->unit, cell);

	free(cell);
	return ours;
}

static void print_pair(const struct samples_series *theirs, const struct samples_series *ours,
		       FILE *out)
{
	struct ratio r;
	struct dist d;
	char b[32];

	bench_ratio(theirs, ours, &r);
	samples_dist(theirs, NULL, &d);
	if (isfinite(r.ratio))
		fprintf(out, "  %-40s  %10s  %6.3f [%6.3f, %6.3f]\n", theirs->cell + strlen(THEIRS),
			figure(dist_median(&d), b), r.ratio, r.lo, r.hi);
	dist_free(&d);
}

void bench_print_dmatest(const struct samples *s, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < s->nr_series; i++) {
		const struct samples_series *theirs = &s->series[i], *ours;

		if (strncmp(theirs->cell, THEIRS, strlen(THEIRS)) ||
		    strcmp(theirs->metric, bench_metrics[BENCH_CHAINS].name))
			continue;
		ours = ours_of(s, theirs);
		if (!ours)
			continue;
		if (!any)
			fprintf(out, "\n  %-40s  %10s  %s\n", "copies a second, one in flight", "dmatest",
				"bench/copy, ratio: more than 1 is faster");
		any = true;
		print_pair(theirs, ours, out);
	}
}
