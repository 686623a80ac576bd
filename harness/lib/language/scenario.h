/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scenario language, scenarios/README.md: text to tree to cells.
 * Pure functions over memory; no kernel, no files but where a path is named.
 */
#ifndef HARNESS_SCENARIO_H
#define HARNESS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/program/cell.h"
#include "lib/base/diag.h"

struct scenario;	/* the tree; see ast.h */

/*
 * Parses @len bytes of @text, which need not end with a NUL. @file is for messages and is
 * copied. Returns 0, or -EINVAL with @diag filled. It checks all names, types and ranges that do
 * not depend on parameters.
 */
int scenario_parse(const char *file, const char *text, size_t len,
		   struct scenario **scenario, struct diag *diag);
void scenario_free(struct scenario *scenario);

const char *scenario_name(const struct scenario *scenario);
const char *scenario_title(const struct scenario *scenario);
const char *scenario_file(const struct scenario *scenario);
/* The worlds that it runs in, a bit for each enum world; WORLDS_DEFAULT if it names none. */
unsigned int scenario_worlds(const struct scenario *scenario);
/* The worlds that it may be asked to run in; all if it names none. */
unsigned int scenario_allows(const struct scenario *scenario);
/* Does it say that it runs on real drivers only? */
bool scenario_drivers(const struct scenario *scenario);
/*
 * The classes of violations that it expects somewhere, each once. What it only allows is none.
 * Returns how many.
 */
#define SCENARIO_CLASSES	32
size_t scenario_classes(const struct scenario *scenario, const char *classes[SCENARIO_CLASSES]);
/* How many choices of parameters there are, at least 1. */
size_t scenario_variants(const struct scenario *scenario);

/* The canonical form: parsing it again gives the same tree. */
void scenario_print(const struct scenario *scenario, FILE *out);

struct compile_opts {
	size_t variant;		/* 0..scenario_variants() - 1 */
	enum world world;
	bool has_seed;		/* else the scenario's own, else 1 */
	uint64_t seed;
	uint32_t repeat;	/* 0: the scenario's own */
	bool drivers;		/* real drivers; else as the scenario says */
	bool timed;		/* record how long each step takes: DMT_F_TIMED */
	bool bare;		/* record as little as possible: DMT_F_BARE */
};

/* Makes one cell. Returns 0, or -EINVAL with @diag filled and @cell empty. */
int scenario_compile(const struct scenario *scenario,
		     const struct compile_opts *opts, struct cell *cell,
		     struct diag *diag);

#endif /* HARNESS_SCENARIO_H */
