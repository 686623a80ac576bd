/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of bars.c share. */
#ifndef HARNESS_TIMELINE_BARS_INTERNAL_H
#define HARNESS_TIMELINE_BARS_INTERNAL_H

#include "bars.h"

struct bars {
	bars_fn *ended;
	void *arg;
	uint64_t now;
	struct itree maps;	/* mappings and allocations of all devices, by DMA address */
	struct table sgs;		/* mappings by device and scatterlist */
	struct table txs;		/* by descriptor */
	struct table chans;		/* submitted, by channel */
	struct table unissued;		/* submitted and not issued, by channel */
	struct table calls;		/* submitted, by callback and parameter */
	struct bar *running;		/* callbacks, the newest first */
	struct bar *dead;		/* ended by the last event, and still touched */
	const struct bar **touched;
	size_t nr_touched, cap_touched;
};

struct bar *bar_begin(struct bars *b, enum bar_kind kind, const char *word,
		      const struct obs_event *e);
/* Takes it out of all tables and tells that it ended; @seen: by an event. */
void bar_end(struct bars *b, struct bar *bar, bool seen);
void bar_touch(struct bars *b, const struct bar *bar);

void bars_mapping(struct bars *b, const struct obs_event *e);
void bars_engine(struct bars *b, const struct obs_event *e);
void bars_context(struct bars *b, const struct obs_event *e);

#endif /* HARNESS_TIMELINE_BARS_INTERNAL_H */
