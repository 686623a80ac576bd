/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sweep: a cell runs with its first call of a kind failing, then with its second, until
 * one is never reached. What a client then must not do is leak, hang or crash.
 *
 * The agent says of each run, in FRAME_SWEEP:
 *
 *   begin n=N              N 0: nothing fails
 *   end n=N hit=0|1 maps=M refs=M bounces=M entries=M
 *       [after=STATUS after_failed=M after_checks=M after_bad=M]
 *
 * and between these what is said of any cell. maps: of the strict world, never unmapped;
 * refs: to our modules; bounces: slots of swiotlb; entries: of dma-debug; how many more there
 * are than before. after: the same program once more, on the same engines, without a failure.
 */
#ifndef HARNESS_SWEEP_H
#define HARNESS_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/program/cell.h"
#include "lib/judge/violation.h"

enum sweep_kind {
	SWEEP_NONE,
	SWEEP_MAP,		/* dma_map_*, dma_alloc_*: of the strict world */
	SWEEP_PREP,		/* the provider's prep gives NULL */
	SWEEP_SUBMIT,		/* tx_submit gives a negative cookie */
	SWEEP_SLAB,		/* the kernel's failslab */
	SWEEP_PAGE,		/* fail_page_alloc */
	SWEEP__COUNT
};

const char *sweep_name(enum sweep_kind kind);

/* What a command line wants to be swept. */
struct sweep_wish {
	bool kinds[SWEEP__COUNT];
	uint32_t only[SWEEP__COUNT];	/* this call alone; 0: all */
};

#define SWEEP_MAX_CALLS	4096

/* "map,prep:7". 0, or -EINVAL with @why filled. */
int sweep_parse(const char *list, struct sweep_wish *wish, char why[256]);
/* Does it sweep anything? */
bool sweep_any(const struct sweep_wish *wish);

/* Makes @cell, compiled with one iteration, one that is swept; or one that says why not. */
void sweep_make(struct cell *cell, enum sweep_kind kind, uint32_t only);

/* The kernel's symbol without which it cannot be, or NULL. */
const char *sweep_symbol(enum sweep_kind kind);

/* The words of an end. */
struct sweep_end {
	uint32_t n;
	bool hit, ran_after;
	int64_t maps, refs, bounces, entries;
	int64_t after;			/* status */
	uint64_t after_failed, after_checks, after_bad;
};

/* Reads "end ...". False when it is none. */
bool sweep_read_end(const char *line, struct sweep_end *end);

struct cell_result;
struct evstream;

#define SWEEP_MAX_WRONG	16

/* What a sweep has come to. */
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
	unsigned int timed_out;		/* runs in which a wait step timed out, but not in the first */
	unsigned int cleaned;		/* runs after which the executor unmapped or terminated more */
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
void sweep_free(struct sweep_result *sweep);

#endif /* HARNESS_SWEEP_H */
