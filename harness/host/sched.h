/* SPDX-License-Identifier: GPL-2.0-only */
/* Which cell runs in which guest, and what becomes of it. */
#ifndef HARNESS_SCHED_H
#define HARNESS_SCHED_H

#include "lib/verdict/run.h"
#include "vm/vm.h"

struct sched_opts {
	struct vm_opts vm;	/* all but dir and world */
	unsigned int jobs;	/* guests at once, 1.. */
	/* What guests of workloads have besides, as in vm_opts */
	const char *const *workload_files, *const *workload_modules;
};

/*
 * Runs all cells of @run that have not run yet: one guest a world, a fresh one after each that
 * died, at most opts->jobs at a time. How cells are dealt out depends on @run alone,
 * so that --jobs does not change a result. Fills results, verdicts and boots.
 * Ends early, with the rest marked as not run, on SIGINT, SIGTERM or SIGHUP,
 * or when the disk is full. 0, or a negative errno when nothing could be
 * started.
 */
int sched_run(struct run *run, const struct sched_opts *opts);

/* Puts run->boots into the order that results have: by world, kind and attempt. */
void sched_sort_boots(struct run *run);

#endif /* HARNESS_SCHED_H */
