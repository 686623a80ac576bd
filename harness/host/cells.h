/* SPDX-License-Identifier: GPL-2.0-only */
/* The cells that a command line asks for. */
#ifndef HARNESS_CELLS_H
#define HARNESS_CELLS_H

#include "lib/verdict/run.h"
#include "lib/program/sweep.h"
#include "failed.h"

struct wish {
	const char *scenarios;		/* where they are, or NULL */
	char *const *names;		/* none: all */
	int nr_names;
	unsigned int worlds;		/* bit per enum world; 0: the scenario's */
	bool drivers, has_seed;
	uint64_t seed;
	uint32_t repeat;		/* 0: the scenario's */
	const struct failed *only;	/* only these cells; NULL: all */
	struct sweep_wish sweep;	/* any: each cell once for each kind, one iteration each */
};

/*
 * Finds the scenarios, compiles them into run->cells, and keeps their sources in run->sources.
 * Reports all bad scenarios, not only the first. Returns the exit code: 0, or 2 with lines on
 * stderr.
 */
int cells_compile(struct run *run, const struct wish *wish);
void cells_free(struct run *run);

/* Converts "bounce,strict" to bits. Returns NULL, or the wrong word, which the caller frees. */
char *worlds_parse(const char *list, unsigned int *worlds);

#endif /* HARNESS_CELLS_H */
