/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings as a reader sees them: a stable title, a report like KASAN's. */
#ifndef HARNESS_REPORT_H
#define HARNESS_REPORT_H

#include <stdbool.h>

#include "lib/judge/evstream.h"
#include "lib/base/strbuf.h"

#define REPORT_TITLE 300

/*
 * Makes the title, such as "early-map: talitos maps page TO_DEVICE that softdma still writes in
 * dmt_map". It has no addresses and no numbers of this run. Findings with the same title are
 * reported as one.
 */
void report_title(const struct evstream *s, const struct finding *f, char title[REPORT_TITLE]);

/* Returns how many addresses a stack has, from the function that was probed on, outwards. */
unsigned int report_stack(const struct evstream *s, int32_t id, const uint64_t **ips);

/*
 * Findings with the same title: the first one, and how many occurrences there were. One bug is
 * often found by several rules. What was found first of a mapping or a descriptor is its
 * headline; what was found later of the same one follows from it.
 */
struct report_group {
	char title[REPORT_TITLE];
	const struct finding *first;
	uint64_t count;
	size_t follows;		/* 0: a headline; else 1 + the headline's place in the array */
};

/*
 * Groups the findings of @class (NULL: of all classes) by title, in the order of their first
 * occurrence. The caller frees the array.
 */
struct report_group *report_groups(const struct evstream *s, const struct violation *class,
				   size_t *nr);

/* A call of which a report tells the stack. */
struct report_at {
	uint64_t time_ns;	/* in the time of events; 0: not known */
	uint16_t type;		/* enum obs_type */
	int level;		/* enum obs_level; -1: not known */
	int cpu;		/* -1: not known */
	uint64_t dma;		/* what it mapped; 0: not told */
};

/* Knows which step of a scenario made a call. */
struct report_steps {
	/* Appends "FILE:LINE: STEP" and returns true; or appends nothing. */
	bool (*find)(void *arg, const struct report_at *at, struct strbuf *out);
	void *arg;
};

/*
 * Appends the whole report of groups[@i], a headline, with a line for each group that follows from
 * it. @again: how to see it again, one line, or NULL. @steps: or NULL.
 */
void report_text(const struct evstream *s, const struct report_group *groups, size_t nr, size_t i,
		 const char *again, const struct report_steps *steps, struct strbuf *out);

/* Appends how many violations there are, and a line for each, below its headline. */
void report_list(const struct report_group *groups, size_t nr, struct strbuf *out);

/* Appends what was seen, what could not be judged, and why the verdict is incomplete. */
void report_summary(const struct evstream *s, struct strbuf *out);

/* Appends what `dmatorture explain` prints about a class. */
void report_class(const struct violation *v, struct strbuf *out);

#endif /* HARNESS_REPORT_H */
