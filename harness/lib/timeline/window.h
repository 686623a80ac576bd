/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of a recording that is drawn: the calls and bars around a finding, or at its beginning
 * when nothing was found.
 */
#ifndef HARNESS_TIMELINE_WINDOW_H
#define HARNESS_TIMELINE_WINDOW_H

#include <stdio.h>

#include "bars.h"
#include "lib/judge/judge.h"
#include "names.h"

#define WINDOW_PARTIES	5
#define WINDOW_KEEP	4096	/* calls and bars on each side of the finding, without its own */

/* What the finding is about. */
struct window_party {
	char letter;		/* 'A', 'B', ... */
	bool is_tx;
	const struct finding_map *map;	/* of the finding; NULL: a descriptor */
	const struct finding_tx *tx;
	const char *role;	/* "this mapping", "the other mapping", "the descriptor", ... */
};

/* A call, in the context that made it. */
struct window_call {
	uint64_t ns, seq;
	uint64_t dev;
	uint16_t type, cpu;
	uint8_t level;
	uint32_t task;
	bool failed;
	char party;		/* letter of what it is about; 0: no party */
};

struct window {
	const struct finding *f;	/* or NULL */
	struct window_party parties[WINDOW_PARTIES];
	unsigned int nr_parties;
	uint64_t start_ns;		/* of the first event */
	uint64_t from_ns, to_ns;
	struct window_call *calls;	/* by time */
	size_t nr_calls;
	struct bar *bars;		/* that share time with the window, LENT too */
	size_t nr_bars;
	uint64_t left_out;		/* calls in the window that were not kept */
	struct names names;
};

/*
 * Reads the recording @file from its beginning. @f is what the judge found in it, or NULL; it must
 * outlive the window. @around_ns: how far the window goes before and after the finding; 0: from
 * the first mapping or descriptor of the finding to the end of the last. What is wrong with the
 * recording is not said again. Returns 0, or a negative errno when @file cannot be read twice.
 */
int window_read(struct window *w, FILE *file, const struct finding *f, uint64_t around_ns);
/* The letter of the party that a bar is, or a part of; 0: of none. */
char window_letter(const struct window *w, const struct bar *b);
void window_free(struct window *w);

#endif /* HARNESS_TIMELINE_WINDOW_H */
