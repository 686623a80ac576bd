/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Takes what a guest sent into the results of its cells, in the same way while the guest runs
 * and when its channel is read again from the run directory.
 */
#ifndef HARNESS_INTAKE_H
#define HARNESS_INTAKE_H

#include <time.h>

#include "lib/verdict/run.h"

#define NO_CELL		UINT32_MAX

struct intake {
	struct run *run;
	struct boot *boot;
	uint32_t current;	/* cell, or NO_CELL */
	struct timespec cell_began;	/* host time */
	uint32_t begun;		/* cells that this guest has begun */
	bool fresh;		/* it ended early, as the other cells need a fresh guest */
	bool end;		/* it reported that its plan is done */
	bool silent;		/* print no progress */
	enum vm_fate death;	/* from the console, if nobody saw the guest end; 0: unknown */
};

void intake_begin(struct intake *in, struct run *run, struct boot *boot);

/* Takes a good frame; frames must come in order. @arg is the struct intake. */
void intake_frame(void *arg, const struct frame *f);

/*
 * Call it when the guest has ended. It reads the console.log in @dir, gives the cell that the
 * guest ended in the fate in @boot, and judges all cells that the guest has begun. If the fate is
 * VM_RUNNING, nobody saw it end, and channel and console decide. Returns true when the kernel
 * died before any cell.
 */
bool intake_end(struct intake *in, const char *dir);

/* Judges cell @i by what is known about it now. */
void intake_judge(struct run *run, uint32_t i);

#endif /* HARNESS_INTAKE_H */
