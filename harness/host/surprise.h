/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a cell's run surprised the model. */
#ifndef HARNESS_SURPRISE_H
#define HARNESS_SURPRISE_H

#include "lib/verdict/run.h"
#include "model/model.h"

#define FORESEEN_NOT	(MODEL_MUST + 1)	/* the model says nothing of the cell */

/*
 * Appends a line for each way in which what was found differs from @p: a class that the model does
 * not allow, one that must be named and was not, wrong data that must be right and the other way
 * round, an access fault. Call it when the cell has ended and before result_settle(), which drops
 * what the judge found. Where events are missing, nothing is said of classes.
 */
void surprise_find(const struct cell *cell, const struct cell_result *r,
		   const struct prediction *p, struct strbuf *out);

/* Did the judge name what is claimed of this cell, about that object? */
bool surprise_is_named(const struct cell *cell, const struct cell_result *r,
		       const struct prediction *p, const struct model_claim *claim);

/* The same of cell @i of a run with --predict; its lines go to run->surprises. */
void surprise_note(struct run *run, uint32_t i);

/* Prints what was found, at the end of a run with --predict. */
void surprise_print(const struct run *run);

#endif /* HARNESS_SURPRISE_H */
