/* SPDX-License-Identifier: GPL-2.0-only */
/* The interface between cells.c, which runs a cell, and sweep.c, which makes its calls fail. */
#ifndef AGENT_CELLS_H
#define AGENT_CELLS_H

#include "agent.h"
#include "uapi/dmatorture.h"
#include "uapi/softdma.h"

#define ENGINE_COUNTERS	64	/* words of stats */

struct engine {
	char name[SOFTDMA_NAME_MAX + 1];
	const char *configfs;		/* the directory that it was made in */
	char device[64];
	uint64_t told[ENGINE_COUNTERS];	/* what its counters were when they were told */
};

struct engines {
	struct engine v[DMT_MAX_ENGINES];
	unsigned int nr;
	char rebind[32];	/* the driver whose devices are bound anew for the cell; "": none */
};

/* The kinds of things that a run can leave behind; sweep.c has their names. */
#define SWEEP_NR_LEFT	4

/* A run of a sweep: which call fails, and what the run left behind. */
struct sweep_run {
	const char *kind;		/* "map", ... */
	bool allocations;		/* kind is slab or page */
	bool again;			/* run the program a second time, without a failure */
	uint32_t n;			/* the call that fails, from 1; 0: none fails */
	bool hit;			/* that call was made */
	int64_t left[SWEEP_NR_LEFT];	/* left behind when the engines are gone too */
	char after[160];		/* key=value words about the second run */
};

struct workload;

/*
 * Carries out the cell's setup (see plan.h) line by line. 0, or a negative errno with the reason
 * in @why (256 bytes); tear_down() in both cases.
 */
int set_up(struct engines *es, struct workload *w, const struct plan_cell *cell, char *why);
void tear_down(struct engines *es);

#define KEEP		"keep"	/* the first line of a setup whose engines may stay */
#define MAX_AGAIN	50	/* a cell runs no more often */

/*
 * picked.c: tells of the engines that the executor picked by itself for the program of the session
 * @fd, which has run. @program: as it was written.
 */
void say_picked(int fd, const uint8_t *program, uint32_t len);
/*
 * Takes the PCI devices of @driver from it and gives them back: they begin anew, and the observer
 * sees it. 0, or a negative errno with the reason in @why (256 bytes).
 */
int rebind(const char *driver, char *why);

/*
 * kept.c: do the cell's engines stay for the next cell with the same setup? Then call run_kept().
 * kept_for() comes before any cell: engines that stayed for nothing go.
 */
bool is_kept(const struct plan_cell *cell);
void kept_for(const struct plan_cell *cell);
void run_kept(const struct plan_cell *cell);

/* Runs the program and sends its records and sums. */
void run_program(const struct plan_cell *cell, struct engines *es);
/* Runs the program and sends nothing. 0 with @sums filled, or a negative errno. */
int run_program_quietly(const struct plan_cell *cell, const struct engines *es,
			struct dmt_sums *sums);

/*
 * Runs the cell with engines and observer, again and again until the observer has seen all.
 * @sweep NULL: no call is made to fail.
 */
void run_observed(const struct plan_cell *cell, struct sweep_run *sweep);

/* sweep.c: does the plan want a sweep of this cell? Then call sweep_cell(), not run_observed(). */
bool sweep_wanted(const struct plan_cell *cell);
void sweep_cell(const struct plan_cell *cell);
/* Called before the engines are made and @after they are gone: counts what the run left behind. */
void sweep_count(struct sweep_run *run, bool after);
/* Runs the program with its call failing, and then perhaps again; the engines are there. */
void sweep_program(struct sweep_run *run, const struct plan_cell *cell, struct engines *es);

#endif /* AGENT_CELLS_H */
