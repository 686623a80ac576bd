/* SPDX-License-Identifier: GPL-2.0-only */
/* What a sweep has come to. */
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
	struct cell_result *run;	/* the one that is under way, but the first */
	bool begun;			/* one is under way: @at */
	uint32_t at;
	uint32_t runs;			/* ended */
	uint32_t reached;		/* calls that were made to fail */
	bool done;			/* the last run had nothing fail */
	struct sweep_end base;		/* of the run without a failure */
	struct evstream *evidence;	/* of the first run that went wrong: @evidence_of */
	uint32_t evidence_of;
	unsigned int nr_wrong;		/* what went wrong, all runs together */
	struct sweep_wrong {
		uint32_t n;
		int outcome;		/* enum outcome */
		char *why;
	} wrong[SWEEP_MAX_WRONG];	/* the first of these */
	unsigned int timed_out;		/* runs in which a wait timed out, but not the first */
	unsigned int cleaned;		/* runs after which the executor cleaned up more */
	struct {
		unsigned int runs;	/* that had it, and the first run has not */
		uint32_t first;
	} violations[V__COUNT];
};

/* Takes one frame of FRAME_SWEEP; false: it makes no sense. @first: the run without a failure. */
bool sweep_frame(struct sweep_result *sweep, struct cell_result *first, const char *line);
/* One more thing that went wrong in run @n. */
void sweep_wrong(struct sweep_result *sweep, uint32_t n, int outcome, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* A violation that a program cannot help when a call of it fails: said, and no failure. */
bool sweep_excuses(enum violation_id id);
/* No more runs come: frees the judge of the one that is evidence. */
void sweep_settle(struct sweep_result *sweep);
void sweep_free(struct sweep_result *sweep);

#endif /* HARNESS_SWEEP_RESULT_H */
