/* SPDX-License-Identifier: GPL-2.0-only */
/* Many runs, one verdict: each cell of the plan once, and those that nobody ran by name. */
#ifndef HARNESS_MERGE_H
#define HARNESS_MERGE_H

#include "output.h"
#include "parts.h"

struct merged {
	char **notes;		/* what a reader has to know besides the verdicts */
	size_t nr_notes;
	size_t missing;		/* cells of the plan that no run has */
	size_t extra;		/* cells that the plan has not */
	bool doubtful;		/* runs that cannot be one verdict: another release of one kernel */
};

/*
 * Leaves of each cell one verdict in @out: what was judged before what is incomplete, of
 * two judgements the worse. Adds the cells of @plan (NULL: none is known) that no run
 * has, as incomplete ones in runs of their own, whose dir is NULL.
 */
void merge_runs(struct merged *merged, struct output *out, const struct parts *plan);
/* Of all cells, and of what runs themselves say beyond their cells. */
int merge_exit_code(const struct merged *merged, const struct output *out);
/* harness/tests/merged.schema.json; the caller frees the text. */
char *merge_json(const struct merged *merged, const struct output *out);
void merge_free(struct merged *merged);

#endif /* HARNESS_MERGE_H */
