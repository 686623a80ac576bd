/* SPDX-License-Identifier: GPL-2.0-only */
/* Shows progress while guests run: a live line on a terminal, else a line now and then. */
#ifndef HARNESS_PROGRESS_H
#define HARNESS_PROGRESS_H

#include "lib/verdict/run.h"

/* Before the first guest of @run, which stays where it is until progress_end(). */
void progress_begin(const struct run *run);
void progress_boot(const struct run *run, const struct boot *boot);
void progress_cell_begins(const struct run *run, uint32_t i);
/*
 * Is what is known about the cell not as expected? Of one that expects its guest to end this is
 * known only afterwards, and until then it is not.
 */
bool progress_is_bad(const struct run *run, uint32_t i);
/* Cell @i was judged, perhaps not for the last time. */
void progress_cell(const struct run *run, uint32_t i);
/* Draws the live line; call it every now and then. */
void progress_tick(const struct run *run);
/* A guest ended badly. */
void progress_fate(const struct run *run, const struct boot *boot);
/* Leaves the terminal clean. */
void progress_end(void);

#endif /* HARNESS_PROGRESS_H */
