/* SPDX-License-Identifier: GPL-2.0-only */
/* The end of a run, also of one that is resumed or recovered. */
#ifndef HARNESS_RUN_FINISH_H
#define HARNESS_RUN_FINISH_H

#include <jansson.h>
#include <time.h>

#include "lib/verdict/run.h"

struct run_end {
	const json_t *about;		/* of target_about() */
	const json_t *arguments;	/* array of strings */
	time_t when;
	double wall_s;			/* host time */
	bool recovered;			/* some of it was read from the run directory */
};

/*
 * Writes all files of the run directory and prints the verdicts. Returns the exit code of the
 * run; 3 instead of 0 when something could not be written, which is reported on stderr.
 */
int run_finish(const struct run *run, const struct run_end *end);

/* Frees what @run holds, not what kernel, release and the like point to. */
void run_free(struct run *run);

#endif /* HARNESS_RUN_FINISH_H */
