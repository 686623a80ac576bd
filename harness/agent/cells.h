/* SPDX-License-Identifier: GPL-2.0-only */
/* Between cells.c, which runs a cell, and sweep.c, which has its calls fail. */
#ifndef AGENT_CELLS_H
#define AGENT_CELLS_H

#include "agent.h"
#include "uapi/dmatorture.h"
#include "uapi/softdma.h"

struct engine {
	char name[SOFTDMA_NAME_MAX + 1];
	const char *configfs;		/* whose directory it is */
	char device[64];
};

struct engines {
	struct engine v[DMT_MAX_ENGINES];
	unsigned int nr;
};

/* What a run can leave behind, by sweep.c's words. */
#define SWEEP_NR_LEFT	4

/* A run of a sweep: which call fails, and what came of it. */
struct sweep_run {
	const char *kind;		/* "map", ... */
	bool allocations;		/* kind is slab or page */
	bool again;			/* the program runs once more, nothing fails then */
	uint32_t n;			/* from 1; 0: none fails */
	bool hit;
	int64_t left[SWEEP_NR_LEFT];	/* behind the run, engines and all */
	char after[160];		/* key=value words on the second run */
};

/* Runs the program and says all of it; or nothing of it: @sums is 0 bytes but for status. */
void run_program(const struct plan_cell *cell, const struct engines *es);
int run_program_quietly(const struct plan_cell *cell, const struct engines *es,
			struct dmt_sums *sums);

/* Engines, program, observer, again until all was seen. @sweep NULL: the cell as it is. */
void run_observed(const struct plan_cell *cell, struct sweep_run *sweep);

/* sweep.c: does the plan want it? Then this is instead of run_observed(). */
bool sweep_wanted(const struct plan_cell *cell);
void sweep_cell(const struct plan_cell *cell);
/* Around all of it: what is left, @after it, of what was not there before. */
void sweep_count(struct sweep_run *run, bool after);
/* The part of it with the engines there. */
void sweep_program(struct sweep_run *run, const struct plan_cell *cell, const struct engines *es);

#endif /* AGENT_CELLS_H */
