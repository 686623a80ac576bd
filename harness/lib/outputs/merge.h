/* SPDX-License-Identifier: GPL-2.0-only */
/* Joins many runs to one verdict, with each cell once, and names the planned cells not run. */
#ifndef HARNESS_MERGE_H
#define HARNESS_MERGE_H

#include "output.h"
#include "parts.h"

struct merged {
	char **notes;		/* what a reader must know besides the verdicts */
	size_t nr_notes;
	size_t missing;		/* cells of the plan that no run has */
	size_t extra;		/* cells that are not in the plan */
	bool doubtful;		/* two releases of a kernel, or an edited result.json */
};

/*
 * Keeps one verdict of each cell in @out: a judged one is preferred to an incomplete one, and the
 * worse of two judged ones is kept. Adds the cells of @plan (NULL: no plan is known) that no run
 * has, as incomplete cells of additional runs whose dir is NULL.
 */
void merge_runs(struct merged *merged, struct output *out, const struct parts *plan);
/* Returns the exit code for all cells, and for failures of runs outside their cells. */
int merge_exit_code(const struct merged *merged, const struct output *out);
/* Returns JSON as in harness/tests/merged.schema.json; the caller frees it. */
char *merge_json(const struct merged *merged, const struct output *out);
void merge_free(struct merged *merged);

#endif /* HARNESS_MERGE_H */
