/* SPDX-License-Identifier: GPL-2.0-only */
/* The result of a sweep. */
#ifndef HARNESS_SWEEP_RESULT_H
#define HARNESS_SWEEP_RESULT_H

#include "lib/judge/violation.h"
#include "lib/program/sweep.h"
#include "lib/program/sweep_line.h"

struct cell_result;
struct evstream;

#define SWEEP_MAX_WRONG	16

struct sweep_result {
	enum sweep_kind kind;
	struct cell_result *run;	/* of the current run; NULL in the first run */
	bool begun;			/* run @at has begun and not ended */
	uint32_t at;
	uint32_t runs;			/* runs that have ended */
	uint32_t reached;		/* calls that were made to fail */
	bool done;			/* the last run did not reach its call */
	struct sweep_end base;		/* of the run without a failure */
	struct evstream *evidence;	/* of the first run that went wrong, @evidence_of */
	uint32_t evidence_of;
	unsigned int nr_wrong;		/* things that went wrong, over all runs */
	struct sweep_wrong {
		uint32_t n;
		int outcome;		/* enum outcome */
		char *why;
	} wrong[SWEEP_MAX_WRONG];	/* the first of these */
	unsigned int timed_out;		/* runs with a WAIT that timed out, if the first had none */
	unsigned int cleaned;		/* runs that left more maps or txs to the executor */
	struct {
		unsigned int runs;	/* runs that had it, if the first run had not */
		uint32_t first;
	} violations[V__COUNT];
};

/*
 * Takes the text of a FRAME_SWEEP; false: it makes no sense. @first: result of the run without a
 * failure.
 */
bool sweep_frame(struct sweep_result *sweep, struct cell_result *first, const char *line);
/* Adds one more thing that went wrong in run @n. */
void sweep_wrong(struct sweep_result *sweep, uint32_t n, int outcome, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Is it a violation that a program cannot avoid when its call fails? It is reported, no failure. */
bool sweep_excuses(enum violation_id id);
/* No more runs come: frees the judge of the one that is evidence. */
void sweep_settle(struct sweep_result *sweep);
void sweep_free(struct sweep_result *sweep);

#endif /* HARNESS_SWEEP_RESULT_H */
