/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_PRINT_WORKLOADS_H
#define HARNESS_PRINT_WORKLOADS_H

#include "lib/verdict/run.h"

/* Prints a line or two on stdout for each workload that ran to its end. */
void print_workloads(const struct run *run);

#endif /* HARNESS_PRINT_WORKLOADS_H */
