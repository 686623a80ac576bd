/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs cells in turns, many times, within one guest. */
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
	int series[2][BENCH__COUNT];	/* series of each side; -1: not made yet */
};

struct bench {
	struct run *run;		/* has cells, kernel and directory, but no results */
	struct bench_cell *cells;	/* cells of the same point are adjacent */
	uint32_t nr_cells;
	uint32_t rounds;
	unsigned int sides;		/* 1; 2: A and B take turns too */
	const char *setup[2];		/* more setup lines (plan.h) of each side, or "" */
	struct samples_writer *w[2];
	struct strbuf perf;		/* perf's report of each world */
	uint32_t failed;		/* turns that did not end as expected */
	uint32_t left_out;		/* cells that these engines cannot run */
	char *why_left_out;		/* why the first of them cannot */
	enum vm_fate fate;		/* of the guest that ended the run, else VM_DONE */
	char title[256];		/* why it ended */
};

/*
 * Runs the cells of one world; the first round is for warming up. Returns 0, or a negative errno
 * with a line on stderr when samples could not be written or a guest could not be started. If a
 * guest dies, or SIGINT, SIGTERM or SIGHUP comes, the samples have what was measured before.
 */
int bench_guest(struct bench *b, enum world world, const struct vm_opts *opts);

#endif /* HARNESS_BENCH_GUEST_H */
