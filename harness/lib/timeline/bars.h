/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lasts in a recording: pairs the events that begin and end something to bars. It draws no
 * conclusions: what is wrong is the judge's to say.
 *
 * Ends are paired by address, so where an event is missing a bar may end too late.
 */
#ifndef HARNESS_TIMELINE_BARS_H
#define HARNESS_TIMELINE_BARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/events.h"
#include "lib/base/itree.h"
#include "lib/base/table.h"

enum bar_kind {
	BAR_MAP,	/* from a map to its unmap; each entry of a list is one */
	BAR_ALLOC,	/* from an allocation to its free */
	BAR_LENT,	/* of a mapping: from a sync for the CPU to one for the device */
	BAR_TX,		/* a descriptor: from its prep (or submit) to its callback, or its end */
	BAR_CALLBACK,	/* a callback that runs, or dma_run_dependencies() */
};

struct bar {
	enum bar_kind kind;
	const char *word;	/* "page", "coherent", "xor", "callback" */
	uint64_t seq;		/* of the event that began it */
	uint64_t of;		/* LENT, CALLBACK: that number of its mapping or descriptor, or 0 */
	uint64_t from_ns, to_ns;	/* in the time of events */
	bool ended;		/* false: the recording has no end of it */
	uint64_t dev;		/* CALLBACK: of its descriptor, or 0 */
	uint64_t phys, dma, len;	/* MAP, ALLOC, LENT; TX: only len */
	uint32_t dir;		/* MAP, LENT: enum dma_data_direction */
	uint16_t cpu;		/* where it was begun */
	uint8_t level;
	uint32_t task;
	int32_t stack;
	uint64_t obj;		/* MAP: the scatterlist or 0; ALLOC: obj of ALLOC; TX: descriptor */
	uint64_t chan;		/* TX, CALLBACK */
	int32_t cookie;		/* TX: 0: not submitted */
	uint64_t submit_ns, issue_ns, start_ns, done_ns, call_ns;	/* TX; 0: not seen */
	uint64_t of_obj, of_ns;		/* CALLBACK: obj and from_ns of its descriptor, or 0 */

	/* of bars.c */
	uint64_t func, param;
	bool link;
	struct bar *lent, *whole;
	struct bar *next;	/* of callbacks that run, or of those that are to be freed */
	struct itree_node range;
	struct table_node by_obj, by_chan, by_call, unissued;
	bool in_obj, in_chan, in_call, in_unissued;
};

struct bars;
typedef void bars_fn(void *arg, const struct bar *b);

/* @ended is called for each bar when it ends, or is NULL. */
struct bars *bars_new(bars_fn *ended, void *arg);
void bars_event(struct bars *b, const struct obs_event *e);
/*
 * The bars that the last event began, changed or ended, some perhaps twice. They hold until the
 * next call.
 */
const struct bar *const *bars_touched(const struct bars *b, size_t *nr);
/* Ends what has not ended, at the time of the last event. No event may follow. */
void bars_finish(struct bars *b);
void bars_free(struct bars *b);

#endif /* HARNESS_TIMELINE_BARS_H */
