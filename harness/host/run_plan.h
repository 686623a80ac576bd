/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run's plan: all that is needed to make verdicts of what its guests sent, or to resume the
 * run, when the harness was killed. It is in the run directory before the first guest starts:
 *
 *   plan/plan.json       schema dmatorture-run-plan-1: kernel, options, and each cell with its
 *                        id and the checksum of what it compiles to. It is written last: where
 *                        it is, the others are whole.
 *   plan/N/NAME.dma      the scenarios as they were, in order; beside them the files they name
 *   plan/config          the kernel's .config
 *   plan/KNOWN-ISSUES
 *   plan/lock            flock()ed while the run goes on; the process's number
 *
 * Each guest adds boots/NAME/boot.json (boot_file.h) to that.
 */
#ifndef HARNESS_RUN_PLAN_H
#define HARNESS_RUN_PLAN_H

#include <jansson.h>

#include "cells.h"

#define RUN_PLAN_SCHEMA	"dmatorture-run-plan-1"

/* What belongs to a run beside its struct. */
struct run_facts {
	const struct wish *wish;	/* what the cells were compiled with */
	unsigned int timeout_s;
	const char *known;	/* text of KNOWN-ISSUES */
	const json_t *about;	/* of target_about() */
	const json_t *arguments;	/* array of strings */
	const char *machine;	/* samples_machine() */
};

/* What run_plan_read() keeps alive for the run that it fills. */
struct run_kept {
	json_t *json;
	char *config;
	unsigned int timeout_s;
	const json_t *about, *arguments;
	const char *machine;
	struct wish wish;
	int lock;
};

/*
 * Makes plan/ in run->dir and takes its lock. The lock's file descriptor, which ends with the
 * process, or a negative errno with a line on stderr.
 */
int run_plan_begin(const struct run *run);
/* Writes the plan. 0, or a negative errno with a line on stderr. */
int run_plan_write(const struct run *run, const struct run_facts *facts);

/*
 * Takes the lock of the run in @dir, reads its plan into @run and compiles its cells again.
 * run_kept_free() after both. An exit code: 0, 2 (@dir is no run, or one that still goes on) or
 * 3 (its plan is damaged, or of another dmatorture), with a line on stderr.
 */
int run_plan_read(struct run *run, const char *dir, struct run_kept *kept);
void run_kept_free(struct run_kept *kept);

#endif /* HARNESS_RUN_PLAN_H */
