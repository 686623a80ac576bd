/* SPDX-License-Identifier: GPL-2.0-only */
/* Selects the cells of the benchmarks that run. */
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
 * Fills run->cells and b->cells; cells of the same point are adjacent. By default each param is
 * varied by itself, while the others have their first values. A param in @only takes the values
 * there, and the others then only their first; with @all they take every combination.
 * *@base: the first values, in the form of ABOUT_BASE; the caller frees it. Returns 0, or an exit
 * code with lines on stderr.
 */
int bench_select(const struct bench_select *select, struct bench *b, char **base);

#endif /* HARNESS_BENCH_SELECT_H */
