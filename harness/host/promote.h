/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes a scenario of what fuzz has found. */
#ifndef HARNESS_PROMOTE_H
#define HARNESS_PROMOTE_H

#include "trial.h"

struct promotion {
	const char *file;	/* a scenario, of fuzz or not */
	const char *name;	/* "group/name": what it is called from now on */
	const char *why;	/* one line: which rule or twin was wrong */
	const char *scenarios;	/* the directory of the groups */
};

/*
 * Runs the scenario, expects what is seen, runs it again with these expectations, and writes it to
 * its group when all of them hold. Returns 0; -EEXIST when there is such a scenario; -EINVAL when
 * the file is none, or it does not do the same twice; or another negative errno: each with a line
 * on stderr.
 */
int promote(struct trials *trials, const struct promotion *p);

#endif /* HARNESS_PROMOTE_H */
