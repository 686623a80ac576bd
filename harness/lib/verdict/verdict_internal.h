/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the verdict share. */
#ifndef HARNESS_VERDICT_INTERNAL_H
#define HARNESS_VERDICT_INTERNAL_H

#include "result.h"

/* Adds a message, and makes the outcome at least as bad as @outcome. */
void verdict_add(struct verdict *v, enum outcome outcome, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));


/* The expectation of @kind whose guards hold, or NULL. */
const struct expect *verdict_expects(const struct cell *cell, const struct verdict_env *env,
				     enum expect_kind kind);

/* All of a cell that ran but for what the kernel itself reported. */
void verdict_rest(struct verdict *v, const struct cell *cell, const struct cell_result *r,
		  const struct verdict_env *env);

/* Why what the observer saw of a cell is not complete; NULL: it is, or nothing was observed. */
const char *verdict_not_seen(const struct cell_result *r);

/* The kernel's own reports, and whether who makes them was awake. */
void verdict_witnesses(struct verdict *v, const struct cell *cell, const struct cell_result *r,
		       const struct verdict_env *env);

/* Notes a known issue that excused something. */
void verdict_add_known(struct verdict *v, const struct known_issue *known);

void verdict_violations(struct verdict *v, const struct cell *cell,
			const struct cell_result *result, const struct verdict_env *env);

/* Judges a cell that was swept and ran. */
void verdict_sweep(struct verdict *v, const struct cell *cell, const struct cell_result *result);

#endif /* HARNESS_VERDICT_INTERNAL_H */
