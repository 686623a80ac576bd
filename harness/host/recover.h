/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the run directory of a harness that was killed: what the guests had sent by then. */
#ifndef HARNESS_RECOVER_H
#define HARNESS_RECOVER_H

#include <time.h>

#include "lib/verdict/run.h"

struct recovered {
	uint32_t ended;		/* cells that have a verdict */
	uint32_t cut;		/* cells that the harness's end cut short */
	unsigned int damaged;	/* guests whose channel or boot.json is damaged */
	time_t last;		/* when a guest last said something; 0: none did */
};

/*
 * Fills results, verdicts and boots of @run, whose plan was read, from its boots/. Damage is
 * reported on stderr; what comes before it counts. Returns 0, or a negative errno with a line on
 * stderr when boots/ cannot be read.
 */
int recover_boots(struct run *run, struct recovered *rec);

/* Discards what is known about each cell without a verdict, so that it can run again. */
void recover_reset(struct run *run);

#endif /* HARNESS_RECOVER_H */
