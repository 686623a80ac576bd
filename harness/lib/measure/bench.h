/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the records of a cell say about its chains. If its steps are not timed (no
 * DMT_F_TIMED), only how long the chains took, and only if the first step is a delay: the
 * chain begins at the end of the delay.
 */
#ifndef HARNESS_BENCH_H
#define HARNESS_BENCH_H

#include "lib/verdict/result.h"

enum bench_metric {
	BENCH_MAP,	/* ns that all map calls of a chain took, without anything between */
	BENCH_UNMAP,
	BENCH_COPY,	/* ns from submit until the client knows that it is complete */
	BENCH_XOR,
	BENCH_CLIENT,	/* ns of a chain in which the client's CPU was busy: all of its steps
			 * except WAIT, and except ISSUE, in which a software engine's
			 * interrupt begins the work; without the scheduler and the interpreter
			 */
	BENCH_CHAIN,	/* ns from a thread's first step until its last, checks excluded; with
			 * several chains in flight, of all of them together
			 */
	BENCH_EXECUTOR,	/* ns of a chain that the executor took between the steps: the median gap
			 * times the number of steps. It is larger than when steps are not timed
			 */
	BENCH_SYNC,	/* ns that all syncs of a chain took */
	BENCH_TX,	/* ns that all preps, submits and issues of a chain took */
	BENCH__NS,
	BENCH_CHAINS = BENCH__NS,	/* chains per second of all threads; one value a round */
	BENCH_BYTES,			/* bytes per second of the copy, the stripe's block */
	BENCH_COPIED,			/* bytes per second while the engine or the CPU copied */
	BENCH_XORED,			/* bytes of the result per second while it xored */
	BENCH__COUNT
};

struct bench_metric_info {
	const char *name, *unit;
	bool higher;		/* higher is better */
	const char *title;	/* for people */
};

extern const struct bench_metric_info bench_metrics[BENCH__COUNT];

/*
 * The measured values. The first iteration is left out if there are others, as its caches are
 * cold.
 */
struct bench_found {
	uint64_t *v[BENCH__NS];
	size_t nr[BENCH__NS];
	double rates[BENCH__COUNT - BENCH__NS];	/* from BENCH_CHAINS on; 0: nothing was measured */
};

/* Reads the result @r of @cell. -EINVAL: its records are of something else, or out of order. */
int bench_find(const struct cell *cell, const struct cell_result *r, struct bench_found *found);
void bench_found_free(struct bench_found *found);

/*
 * The parts of a cell's name such as "bench/split size=4K inflight=1 @bounce". A point is a
 * cell without its order: "size=4K inflight=1 @bounce". Orders are compared at a point.
 */
struct bench_id {
	char *order;		/* "split" */
	char *point;
	char *world;
	struct param *params;
	unsigned int nr_params;
};

/* False: it is not a cell of a benchmark, and nothing needs to be freed. */
bool bench_id_parse(const char *cell, struct bench_id *id);
void bench_id_free(struct bench_id *id);
/* The value of parameter @name, "" when there is none. */
const char *bench_id_param(const struct bench_id *id, const char *name);

#endif /* HARNESS_BENCH_H */
