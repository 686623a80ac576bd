/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the records of a cell say of its chains. Of one whose steps are not timed (no
 * DMT_F_TIMED): how long they were, if a delay is the first step, for its end is their begin.
 */
#ifndef HARNESS_BENCH_H
#define HARNESS_BENCH_H

#include "lib/verdict/result.h"

enum bench_metric {
	BENCH_MAP,	/* ns that all maps of a chain took, the calls alone */
	BENCH_UNMAP,
	BENCH_COPY,	/* ns from submit until the client knows that it is complete */
	BENCH_XOR,
	BENCH_CLIENT,	/* ns of a chain that the client's CPU was busy: all of its steps but
			 * WAIT, and ISSUE, in which a software engine's interrupt begins to do
			 * the work; without the scheduler and the interpreter
			 */
	BENCH_CHAIN,	/* ns from a thread's first step until its last, checks excluded;
			 * with more in flight: of all of them
			 */
	BENCH_EXECUTOR,	/* ns of a chain that the executor took between its steps: the median of a
			 * step, times the steps. More than when steps are not timed
			 */
	BENCH__NS,
	BENCH_CHAINS = BENCH__NS,	/* a second; all threads, a value a round */
	BENCH_BYTES,			/* a second: of the copy, which is the stripe's block */
	BENCH_COPIED,			/* a second, while the engine, or the CPU, copied */
	BENCH_XORED,			/* the same: of the result */
	BENCH__COUNT
};

struct bench_metric_info {
	const char *name, *unit;
	bool higher;		/* is better */
	const char *title;	/* for people */
};

extern const struct bench_metric_info bench_metrics[BENCH__COUNT];

/* What is found. The first iteration is left out when there are more: it meets cold caches. */
struct bench_found {
	uint64_t *v[BENCH__NS];
	size_t nr[BENCH__NS];
	double rates[BENCH__COUNT - BENCH__NS];	/* by BENCH_CHAINS...; 0: there was nothing of it */
};

/* @r: of a run of the cell. -EINVAL: its records are of something else, or out of order. */
int bench_find(const struct cell *cell, const struct cell_result *r, struct bench_found *found);
void bench_found_free(struct bench_found *found);

/*
 * "bench/split size=4K inflight=1 @bounce" taken apart. What compares orders wants the
 * point, the cell without its order: "size=4K inflight=1 @bounce".
 */
struct bench_id {
	char *order;		/* "split" */
	char *point;
	char *world;
	struct param *params;
	unsigned int nr_params;
};

/* False: it is no cell of a benchmark; nothing to free then. */
bool bench_id_parse(const char *cell, struct bench_id *id);
void bench_id_free(struct bench_id *id);
/* "" when it has none. */
const char *bench_id_param(const struct bench_id *id, const char *name);

#endif /* HARNESS_BENCH_H */
