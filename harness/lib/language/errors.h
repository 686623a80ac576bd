/* SPDX-License-Identifier: GPL-2.0-only */
/* All errors of a scenario, for whoever has to mend it. */
#ifndef HARNESS_ERRORS_H
#define HARNESS_ERRORS_H

#include "scenario.h"

/*
 * Adds to @diags what is wrong with the scenario: one error for each statement, at most 20, in the
 * order of the text; also what is wrong only with some choices of its parameters or in some of its
 * worlds. What may only follow from another error is left out. Returns how many @diags has; 0: the
 * scenario is right.
 */
size_t scenario_errors(const char *file, const char *text, size_t len, struct diags *diags);

#endif /* HARNESS_ERRORS_H */
