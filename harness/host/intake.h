/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guest said, taken into the results of its cells: the same while it runs and
 * when its channel is read again from the run directory.
 */
#ifndef HARNESS_INTAKE_H
#define HARNESS_INTAKE_H

#include "lib/verdict/run.h"

#define NO_CELL		UINT32_MAX

struct intake {
	struct run *run;
	struct boot *boot;
	uint32_t current;	/* cell, or NO_CELL */
	uint32_t begun;		/* cells this guest came to */
	bool fresh;		/* it ended early: what is left wants another */
	bool end;		/* it said that its plan is done */
	bool silent;		/* no progress is said */
	enum vm_fate death;	/* by the console, of a guest that nobody saw end; 0: none */
};

void intake_begin(struct intake *in, struct run *run, struct boot *boot);

/* Each good frame in order; @arg is the struct intake. */
void intake_frame(void *arg, const struct frame *f);

/*
 * The guest has ended: takes the console.log in @dir, gives the cell that it ended in
 * @boot->fate (VM_RUNNING: nobody saw it end, and what channel and console say of that
 * becomes its fate), and judges all of its cells that it came to. True when the kernel died before
 * any of them.
 */
bool intake_end(struct intake *in, const char *dir);

/* The verdict on cell @i, from what is known of it now. */
void intake_judge(struct run *run, uint32_t i);

#endif /* HARNESS_INTAKE_H */
