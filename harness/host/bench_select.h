/* SPDX-License-Identifier: GPL-2.0-only */
/* Which cells of the benchmarks run. */
#ifndef HARNESS_BENCH_SELECT_H
#define HARNESS_BENCH_SELECT_H

#include "bench_guest.h"

struct bench_select {
	const char *scenarios;		/* directory, or NULL */
	char **names;			/* scenarios; none: all of bench/ */
	int nr_names;
	char **only;			/* "size=4K,16K" */
	int nr_only;
	bool all;			/* every combination of what is not in @only */
	bool drivers;			/* fsldma and talitos on models */
	unsigned int worlds;		/* bit per enum world; 0: the scenario's */
	bool has_seed;
	uint64_t seed;
	uint32_t repeat;		/* 0: the scenario's */
};

/*
 * Fills run->cells and b->cells, a point's together. Of the params' combinations these: with
 * no @only and not @all, the first values, and each other value with all else as it is
 * first; a param in @only has the values there, the others then their first.
 * @base: the first values, as ABOUT_BASE has them; the caller frees it. 0, or an exit code
 * with lines on stderr.
 */
int bench_select(const struct bench_select *select, struct bench *b, char **base);

#endif /* HARNESS_BENCH_SELECT_H */
