/* SPDX-License-Identifier: GPL-2.0-only */
/* Decides which cell runs in which guest, and runs the guests. */
#ifndef HARNESS_SCHED_H
#define HARNESS_SCHED_H

#include "lib/verdict/run.h"
#include "vm/vm.h"

struct sched_opts {
	struct vm_opts vm;	/* all but dir and world */
	unsigned int jobs;	/* guests at once, 1.. */
	/* More files and modules for guests of workloads, as in vm_opts */
	const char *const *workload_files, *const *workload_modules;
};

/*
 * Runs all cells of @run that have not run yet: one guest for each world and kind of cells, a
 * fresh one after each that died, and at most opts->jobs at a time. Which cells share a guest
 * depends on @run alone, so that --jobs does not change a result. Fills results, verdicts and
 * boots. On SIGINT, SIGTERM or SIGHUP, or when the disk is full, it ends early and marks the rest
 * as not run. Returns 0, or a negative errno when nothing could be started.
 */
int sched_run(struct run *run, const struct sched_opts *opts);

/* As many guests in a row that ended before they began a cell: another would not do better. */
#define SCHED_IDLE_DEATHS	2

/*
 * Ends the @nr @cells that @boot was to run, as not run: why it ended is the reason. @died_early:
 * it is their splat as well, so that they have failed.
 */
void sched_give_up(struct run *run, const struct boot *boot, bool died_early, const uint32_t *cells,
		   uint32_t nr);

/* Sorts run->boots as result.json has them: by world, kind and attempt. */
void sched_sort_boots(struct run *run);

#endif /* HARNESS_SCHED_H */
