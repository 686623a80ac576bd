/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Draws programs. Every choice comes from a choice sequence, and whatever these are, the program
 * is a scenario that compiles. The drawer keeps an account of who owns which bytes and of what
 * they hold, so that it knows whether it has kept the rules of the DMA API, and can put checks
 * behind the program that fail when the data are not what they should be.
 *
 * The account is the third opinion, beside the judge's and the data's, and it shares nothing with
 * the judge.
 */
#ifndef HARNESS_DRAW_H
#define HARNESS_DRAW_H

#include "choices.h"

/* Rules that a program may break, a bit each. */
#define WRONGS(WRONG) \
	WRONG(OVERLAP, "a map over bytes that another mapping holds") \
	WRONG(NO_WAIT, "an operation on bytes that another one in flight uses") \
	WRONG(UNMAP_ACTIVE, "an unmap while an operation is in flight") \
	WRONG(UNMAP_OTHERWISE, "an unmap with other arguments than the map's") \
	WRONG(SYNC_ACTIVE, "a sync while an operation is in flight") \
	WRONG(SYNC_OTHERWISE, "a sync with other arguments than the map's") \
	WRONG(NO_SYNC, "an operation on bytes that a sync gave to the CPU") \
	WRONG(DIRECTION, "an operation against a mapping's direction") \
	WRONG(OPERANDS, "an operation that reads what it writes") \
	WRONG(STALE, "an operation on memory that is unmapped") \
	WRONG(FOREIGN, "an operation on an address of another engine") \
	WRONG(NO_SYNCHRONIZE, "a terminate without a synchronize") \
	WRONG(CPU, "the CPU touches bytes that a device owns") \
	WRONG(SYNC_ONE_WAY, "a sync of a BIDIRECTIONAL mapping for one direction")

enum wrong {
#define WRONG(id, text)	WRONG_##id,
	WRONGS(WRONG)
#undef WRONG
	WRONG__COUNT
};

/* What is done, in words. */
const char *wrong_text(enum wrong wrong);

enum draw_mode {
	DRAW_BOTH,	/* by a choice */
	DRAW_LEGAL,
	DRAW_WRONG,	/* rules may be broken; now and then none is */
};

struct drawn {
	struct strbuf text;	/* the scenario */
	struct strbuf engines;	/* its lines about engines: with equal ones they are shared */
	uint32_t engine_choices;	/* so many choices at the beginning made @engines */
	uint32_t wrongs;	/* a bit for each enum wrong: broken rules; 0: none is */
	unsigned int threads, steps;	/* steps: without those around the program */
};

/* Draws a program. @name: of the scenario, "group/name". */
void draw_program(struct choices *c, enum draw_mode mode, const char *name, struct drawn *out);
void drawn_free(struct drawn *d);

#endif /* HARNESS_DRAW_H */
