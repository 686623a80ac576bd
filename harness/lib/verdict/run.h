/* SPDX-License-Identifier: GPL-2.0-only */
/* A run: its cells, the guests that they ran in, and what is written about them. */
#ifndef HARNESS_RUN_H
#define HARNESS_RUN_H

#include <stdio.h>

#include "lib/program/cell.h"
#include "result.h"

/* One guest, with cells of one world. */
struct boot {
	char *name;		/* "bounce-0": its directory below boots/ */
	enum world world;
	int kind;		/* order among the guests of a world */
	unsigned int attempt;	/* 0, or how many guests of this world died before */
	uint32_t *cells;	/* indices into run->cells, as planned */
	uint32_t nr_cells;
	enum vm_fate fate;
	char *title;		/* what went wrong; "": nothing did */
	struct splats leaks;	/* leaks that kmemleak found at its end, of all cells */
	struct witness_state kmemleak;
	double wall_s;		/* host time; goes to env.json only */
};

/* Where a run's plan lies in its directory: it is there before the first guest starts. */
#define RUN_PLAN_DIR	"plan"
#define RUN_PLAN_FILE	RUN_PLAN_DIR "/plan.json"

/* A scenario that cells were compiled from. */
struct run_source {
	char *path;		/* of its file */
	char *text;
	bool job;		/* it names a file that lies beside it */
};

struct run {
	char *kernel;		/* "debian:6.12" */
	char *kernel_dir;
	char *release;		/* uname -r */
	const char *target;	/* "vm", "ssh:root@board", ...: what the run is on */
	const char *accel;	/* vm_accel(), or "board" */
	unsigned int smp;
	uint64_t seed;
	bool free_running, crash;
	bool boot;		/* guests boot, none is restored from an image */
	bool watch_cpu;		/* QEMU's plugin reports the CPU's accesses */
	const char *append;	/* added to the boot line, or NULL */
	unsigned int left_out;	/* scenarios that run only when they are asked for */
	bool drivers;		/* real drivers instead of software engines */
	bool json;		/* the result is printed as JSON */
	bool quiet;		/* no progress is shown */
	const char *observer;	/* "off", "no-stacks" or NULL: on */
	const char *machine;	/* samples_machine() of where it ran; NULL: here */
	char *dir;		/* the run directory */
	struct cell *cells;
	struct cell_result *results;
	struct verdict *verdicts;
	struct strbuf *surprises; /* run --predict: of each cell a line for each; else NULL */
	uint8_t *foreseen;	/* with it, by cell and class: enum model_sure, FORESEEN_NOT */
	struct rules_off *rules; /* with it: which missing rules it would show, or NULL */
	uint64_t predict_states; /* how many states the model tries; 0: MODEL_MAX_STATES */
	uint64_t predict_off;	/* rules of the model that are switched off */
	uint32_t nr_cells;
	struct run_source *sources;
	size_t nr_sources;
	struct boot *boots;
	uint32_t nr_boots;
	struct known_issues known;
	struct verdict_env env;
	const bool *first;	/* by cell: which ones run before the others; NULL: in order */
	bool fail_fast;		/* stop at the first cell that is not as expected */
	bool interrupted;
	bool stopped;		/* for fail_fast */
	bool disk_full;
};

/* How many cells have which outcome. */
void run_count(const struct run *run, unsigned int count[OUTCOME__COUNT]);

/*
 * Judges a guest apart from its cells: OUTCOME_PANIC for leaks that no known issue excuses,
 * OUTCOME_INCOMPLETE when they were not searched for, else OUTCOME_PASS. Adds a line for each
 * reason to @why, if that is not NULL.
 */
enum outcome boot_judge(const struct run *run, const struct boot *boot, struct strbuf *why);
void boot_free(struct boot *boot);

/* The exit code of all cells and guests. */
int run_exit_code(const struct run *run);

/*
 * The verdict table: a row a scenario, a column a world. @color: escape
 * sequences may be used.
 */
void run_table(const struct run *run, FILE *out, bool color);

/* "order/legacy size=4K @bounce" as a file name: "order+legacy,size=4K@bounce". */
char *cell_slug(const char *id);

#endif /* HARNESS_RUN_H */
