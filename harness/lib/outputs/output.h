/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verdicts of one run or of many, read from run directories. All formats for CI systems are
 * written from these.
 */
#ifndef HARNESS_OUTPUT_H
#define HARNESS_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/verdict/result.h"

struct out_run;

/* A cell; the strings belong to its run's document. */
struct out_cell {
	const struct out_run *run;
	const json_t *json;	/* its entry in result.json; NULL: no run has it */
	const char *id;		/* "order/legacy size=4K @bounce" */
	const char *scenario;	/* "order/legacy" */
	const char *world;
	bool drivers;
	enum outcome outcome;
	const char **messages;	/* why; empty for a plain pass */
	size_t nr_messages;
	bool timed;
	uint64_t ns;		/* the guest's own time, when @timed */
};

struct out_run {
	json_t *result;
	json_t *env;		/* or NULL */
	const char *dir;	/* as the user named it */
	const char *kernel;	/* "debian:6.12" */
	const char *release;
	const char *accel;
	const char *ended;	/* "2026-11-23T10:00:00Z", or NULL */
	struct out_cell *cells;
	size_t nr;
};

struct output {
	struct out_run *runs;
	size_t nr;
	const char *origin;	/* KCIDB: the name of a CI system, [a-z0-9_]+; NULL: dmatorture */
};

/* Parses the name of an outcome. Returns 0, or -EINVAL when there is no such outcome. */
int outcome_parse(const char *name, enum outcome *outcome);

/*
 * Adds a run from the text of its result.json and of its env.json (NULL or "": none). Returns 0,
 * or -EINVAL with the reason in @why when the text is no result of dmatorture. Keeps the pointer
 * @dir, without a copy.
 */
int output_add(struct output *out, const char *dir, const char *result, const char *env,
	       char why[256]);
/*
 * Add a run cell by cell: first the run, from @head, which is its result.json without cells; then
 * each of its cells. Only what the formats below and the page need is kept of a cell.
 */
int output_add_run(struct output *out, const char *dir, json_t *head, const char *env,
		   char why[256]);
int output_add_cell(struct output *out, const json_t *cell, char why[256]);
/* Adds the run in @dir. Returns 0, or a negative errno and @why when a file cannot be read. */
int output_add_dir(struct output *out, const char *dir, char why[256]);
/* Moves the runs of @more behind those of @out. */
void output_join(struct output *out, struct output *more);
void output_count(const struct output *out, unsigned int count[OUTCOME__COUNT]);
void output_free(struct output *out);

/* Returns the group, which is "order" for "order/legacy". The caller frees it. */
char *out_group(const struct out_cell *cell);
/* Returns the part of the id that tells cells of a scenario apart: "size=4K @bounce". */
const char *out_variant(const struct out_cell *cell);
/* Returns the id as words and dots: "order.legacy.bounce.size_4K". The caller frees it. */
char *out_path(const struct out_cell *cell);

struct run;
/*
 * Writes result.json (harness/tests/result.schema.json). It has only what does not depend on the
 * host, so that two runs with the same seed give the same bytes. The run's cells must be settled.
 * Adds the run to @out; @env is the text of env.json. Returns 0, or a negative errno with @why.
 * Errors of writing to @f are not returned: check ferror().
 */
int run_json_write(const struct run *run, FILE *f, struct output *out, const char *env,
		   char why[256]);

/* The functions below write the formats; the caller frees the text. */

/* KTAP version 1 (Documentation/dev-tools/ktap.rst). */
char *output_ktap(const struct output *out);
/* JUnit, as Jenkins and GitLab read it: a suite for each kernel, group and world. */
char *output_junit(const struct output *out);
/* KCIDB I/O schema 5.3: a checkout and a build for each run, a test for each cell. */
char *output_kcidb(const struct output *out);
/* LAVA signals, a line for each cell. */
char *output_lava(const struct output *out);

#endif /* HARNESS_OUTPUT_H */
