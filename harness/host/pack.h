/* SPDX-License-Identifier: GPL-2.0-only */
/* A run that is carried to a board by hand, and back. */
#ifndef HARNESS_PACK_H
#define HARNESS_PACK_H

#include "cells.h"
#include "target.h"
#include "vm/vm.h"

#define PACK_TARGET	"pack"		/* of run->target */
#define PACK_FACTS	"probe.txt"	/* what the board said of itself, below the run directory */

struct pack {
	struct run *run;	/* compiled, prepared; dir is not set */
	const struct target *target;
	const struct wish *wish;
	const struct vm_opts *vm;
	const char *known;	/* text of KNOWN-ISSUES */
	unsigned int timeout_s;
	const char *out;	/* the archive's path, "-": standard output */
};

/*
 * Writes an archive with everything that a board needs, and a plan for each scenario and world. It
 * is a run directory too: what the board adds to it is judged by `dmatorture recover`. No path of
 * this machine is in it. Returns 0, or a negative errno with a line on stderr.
 */
int pack_write(const struct pack *p);

#endif /* HARNESS_PACK_H */
