/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_PRINT_SWEEPS_H
#define HARNESS_PRINT_SWEEPS_H

#include "lib/verdict/run.h"

/* In the place of the verdict table: all cells of @run are swept. */
void print_sweeps(const struct run *run);

#endif /* HARNESS_PRINT_SWEEPS_H */
