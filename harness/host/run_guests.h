/* SPDX-License-Identifier: GPL-2.0-only */
/* From a run and a target to guests: what run and run --resume share. */
#ifndef HARNESS_RUN_GUESTS_H
#define HARNESS_RUN_GUESTS_H

#include "lib/verdict/run.h"
#include "target.h"
#include "vm/vm.h"

/* All but what differs between guests. The strings are those of @run and @target. */
struct vm_opts run_vm_opts(const struct run *run, const struct target *target,
			   unsigned int timeout_s);

/*
 * Also what only some cells need: tools of workloads, the real drivers. Sets
 * run->env.no_drivers. 0, or a negative errno with a line on stderr.
 */
int run_prepare_more(struct run *run, struct target *target);

/* Runs what has not run yet, at most @jobs guests at once. */
void run_guests(struct run *run, const struct target *target, const struct vm_opts *vm,
		unsigned int jobs);

#endif /* HARNESS_RUN_GUESTS_H */
