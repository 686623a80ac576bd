/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_PRINT_SWEEPS_H
#define HARNESS_PRINT_SWEEPS_H

#include "lib/verdict/run.h"

/* Prints the results of a run whose cells are all swept, instead of the verdict table. */
void print_sweeps(const struct run *run);

#endif /* HARNESS_PRINT_SWEEPS_H */
