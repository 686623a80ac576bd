/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long cells usually take on this machine, in host time: what earlier runs in guests have seen.
 * Kept in the user's cache (usual-times, or $DMATORTURE_USUAL_TIMES); nothing but estimates
 * is made of it.
 */
#ifndef HARNESS_USUAL_H
#define HARNESS_USUAL_H

#include "lib/verdict/run.h"

struct usual;

/* Never NULL; empty when nothing was kept, or when what was kept is damaged. */
struct usual *usual_load(void);
void usual_free(struct usual *usual);

/* Seconds that a cell of the scenario takes in that world, or -1 when none ran here. */
double usual_cell(const struct usual *usual, const char *kernel, const char *scenario,
		  enum world world);

/*
 * Keeps what the run's cells took: half of what was known before and half of this run's mean. Runs
 * whose cells do more or less than usual are left out. A cache that cannot be written is no error.
 */
void usual_keep(const struct run *run);

#endif /* HARNESS_USUAL_H */
