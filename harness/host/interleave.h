/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_INTERLEAVE_H
#define HARNESS_INTERLEAVE_H

#include "lib/measure/samples.h"

struct interleaved {
	const char *what;	/* as the user named it */
	char **argv;		/* "dmatorture run", ... */
	struct samples *samples;
	char *dir;		/* where its run directories go */
};

/*
 * Runs both sides @rounds times, A B A B ..., so that changes over time affect both, and adds
 * what each run measured to its side. A run that fails, or that the user interrupts, makes its
 * side incomplete. Returns 0, or a negative errno with a line on stderr when it could not begin.
 */
int interleave(struct interleaved sides[2], unsigned int rounds, const char *results);

#endif /* HARNESS_INTERLEAVE_H */
