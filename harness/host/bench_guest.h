/* SPDX-License-Identifier: GPL-2.0-only */
/* Cells in turns, many times over, inside one guest. */
#ifndef HARNESS_BENCH_GUEST_H
#define HARNESS_BENCH_GUEST_H

#include "lib/measure/bench.h"
#include "lib/verdict/run.h"
#include "lib/measure/samples.h"
#include "vm/vm.h"

/* A cell of a benchmark. */
struct bench_cell {
	uint32_t cell;			/* of the run */
	uint32_t point;			/* cells of one point take turns */
	int series[2][BENCH__COUNT];	/* of each side; -1: not yet */
};

struct bench {
	struct run *run;		/* its cells, kernel and directory; not its results */
	struct bench_cell *cells;	/* a point's together */
	uint32_t nr_cells;
	uint32_t rounds;
	unsigned int sides;		/* 1; 2: A and B take turns too */
	const char *setup[2];		/* of each side, more advice as in lib/program/plan.h; "" */
	struct samples_writer *w[2];
	struct strbuf perf;		/* what counters and samples said, of each world */
	uint32_t failed;		/* turns that were not as expected */
	uint32_t left_out;		/* cells that these engines cannot do */
	char *why_left_out;		/* the first of them */
	enum vm_fate fate;		/* of the guest that ended the run; VM_DONE */
	char title[256];		/* why */
};

/*
 * Runs the cells of one world, the first round to warm up. 0, or a negative errno with a
 * line on stderr when samples could not be kept or a guest not be started. What was
 * measured until a guest died, or SIGINT, SIGTERM or SIGHUP came, is in the samples.
 */
int bench_guest(struct bench *b, enum world world, const struct vm_opts *opts);

#endif /* HARNESS_BENCH_GUEST_H */
