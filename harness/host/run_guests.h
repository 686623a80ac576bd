/* SPDX-License-Identifier: GPL-2.0-only */
/* Starts the guests of a run on a target: shared by run and run --resume. */
#ifndef HARNESS_RUN_GUESTS_H
#define HARNESS_RUN_GUESTS_H

#include "lib/verdict/run.h"
#include "target.h"
#include "vm/vm.h"

/* The options that all guests share. Its strings belong to @run and @target. */
struct vm_opts run_vm_opts(const struct run *run, const struct target *target,
			   unsigned int timeout_s);

/*
 * Prepares what only some cells need: tools of workloads, the real drivers. Sets
 * run->env.no_drivers. Returns 0, or a negative errno with a line on stderr.
 */
int run_prepare_more(struct run *run, struct target *target);

/* Runs what has not run yet, at most @jobs guests at once. */
void run_guests(struct run *run, const struct target *target, const struct vm_opts *vm,
		unsigned int jobs);

#endif /* HARNESS_RUN_GUESTS_H */
