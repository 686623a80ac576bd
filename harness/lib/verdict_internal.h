/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files of the verdict. */
#ifndef HARNESS_VERDICT_INTERNAL_H
#define HARNESS_VERDICT_INTERNAL_H

#include "result.h"

/* Says why, and makes the outcome at least @outcome. */
void verdict_add(struct verdict *v, enum outcome outcome, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

void verdict_violations(struct verdict *v, const struct cell *cell,
			const struct cell_result *result, const struct verdict_env *env);

#endif /* HARNESS_VERDICT_INTERNAL_H */
