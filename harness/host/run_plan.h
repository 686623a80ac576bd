/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The plan of a run: all that is needed to judge what its guests sent, or to resume the run, after
 * the harness was killed. It is written to the run directory before the first guest starts:
 *
 *   plan/plan.json       schema dmatorture-run-plan-1: kernel, options, and each cell with its
 *                        id and the checksum of what it compiles to. It is written last: if it
 *                        exists, the other files are complete.
 *   plan/N/NAME.dma      copies of the scenarios, in order, and of the .fio files beside them
 *   plan/config          the kernel's .config
 *   plan/KNOWN-ISSUES
 *   plan/lock            contains the process's number; flock()ed while the run goes on
 *
 * Each guest adds boots/NAME/boot.json (boot_file.h) to that.
 */
#ifndef HARNESS_RUN_PLAN_H
#define HARNESS_RUN_PLAN_H

#include <jansson.h>

#include "board/board.h"
#include "cells.h"

#define RUN_PLAN_SCHEMA	"dmatorture-run-plan-1"

/* Facts about a run that are not in struct run. */
struct run_facts {
	const struct wish *wish;	/* what the cells were compiled with */
	unsigned int timeout_s;
	const char *known;	/* text of KNOWN-ISSUES */
	const json_t *about;	/* from target_about() */
	const json_t *arguments;	/* array of strings */
	const char *machine;	/* from samples_machine() */
	const struct board_wish *board;
};

/* What run_plan_read() allocates for the run that it fills. */
struct run_kept {
	json_t *json;
	char *config;
	unsigned int timeout_s;
	const json_t *about, *arguments;
	const char *machine;
	struct wish wish;
	struct board_wish board;
	char *no_world[WORLD__COUNT];	/* of a run that was packed: by what its board said */
	int lock;
};

/*
 * Makes plan/ in run->dir and takes its lock. Returns the lock's file descriptor, which stays open
 * until the process ends, or a negative errno with a line on stderr.
 */
int run_plan_begin(const struct run *run);
/* Writes the plan. Returns 0, or a negative errno with a line on stderr. */
int run_plan_write(const struct run *run, const struct run_facts *facts);

/*
 * Takes the lock of the run in @dir, reads its plan into @run and compiles its cells again.
 * Call run_kept_free() in any case. Returns an exit code, with a line on stderr unless it is 0:
 * 2 (@dir is no run, or one that still goes on) or 3 (the plan is damaged or missing, or from
 * another version of dmatorture).
 */
int run_plan_read(struct run *run, const char *dir, struct run_kept *kept);
void run_kept_free(struct run_kept *kept);

#endif /* HARNESS_RUN_PLAN_H */
