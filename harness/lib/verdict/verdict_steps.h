/* SPDX-License-Identifier: GPL-2.0-only */
/* What the executor's records tell a reader of a report: steps, and where data went wrong. */
#ifndef HARNESS_VERDICT_STEPS_H
#define HARNESS_VERDICT_STEPS_H

#include "lib/report/report.h"
#include "result.h"

/* Copies step @i of the cell's program. False: there is none. */
bool verdict_program_step(const struct cell *cell, uint32_t i, struct dmt_step *step);

/* Appends "FILE:LINE: STATEMENT" of step @i of the program. False: there is no such step. */
bool verdict_add_step(const struct cell *cell, uint32_t i, struct strbuf *out);

/* Appends the step that made the call @at, like verdict_add_step(). False: it is not known. */
bool verdict_find_step(const struct cell *cell, const struct cell_result *r,
		       const struct report_at *at, struct strbuf *out);

/*
 * Appends which check was the first to find wrong data, where, the bytes that it wanted and found,
 * and the step that was the last to write there. Nothing when all data were right.
 */
void verdict_wrong_data(const struct cell *cell, const struct cell_result *r, struct strbuf *out);

#endif /* HARNESS_VERDICT_STEPS_H */
