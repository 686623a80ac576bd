/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings as a reader sees them: a stable title, a report like KASAN's. */
#ifndef HARNESS_REPORT_H
#define HARNESS_REPORT_H

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

/* Findings with the same title: the first one, and how many occurrences there were. */
struct report_group {
	char title[REPORT_TITLE];
	const struct finding *first;
	uint64_t count;
};

/*
 * Groups the findings of @class (NULL: of all classes) by title, in the order of their first
 * occurrence. The caller frees the array.
 */
struct report_group *report_groups(const struct evstream *s, const struct violation *class,
				   size_t *nr);

/* Appends the whole report. @again: how to see it again, one line, or NULL. */
void report_text(const struct evstream *s, const struct report_group *g, const char *again,
		 struct strbuf *out);

/* Appends what was seen, what could not be judged, and why the verdict is incomplete. */
void report_summary(const struct evstream *s, struct strbuf *out);

/* Appends what `dmatorture explain` prints about a class. */
void report_class(const struct violation *v, struct strbuf *out);

#endif /* HARNESS_REPORT_H */
