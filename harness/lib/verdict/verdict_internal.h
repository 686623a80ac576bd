/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files of the verdict. */
#ifndef HARNESS_VERDICT_INTERNAL_H
#define HARNESS_VERDICT_INTERNAL_H

#include "result.h"

/* Says why, and makes the outcome at least @outcome. */
void verdict_add(struct verdict *v, enum outcome outcome, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Is "CONFIG_..." set in the text of a .config? NULL: nothing is asked for. */
bool verdict_has_config(const char *symbol, const char *config);

/* The expectation of @kind that counts here, or NULL. */
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

/* Excuses the verdict's messages name. */
void verdict_add_known(struct verdict *v, const struct known_issue *known);

void verdict_violations(struct verdict *v, const struct cell *cell,
			const struct cell_result *result, const struct verdict_env *env);

/* Of a cell that is swept, and ran. */
void verdict_sweep(struct verdict *v, const struct cell *cell, const struct cell_result *result);

#endif /* HARNESS_VERDICT_INTERNAL_H */
