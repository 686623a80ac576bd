/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings as a reader sees them: a stable title, a report like KASAN's. */
#ifndef HARNESS_REPORT_H
#define HARNESS_REPORT_H

#include "lib/judge/evstream.h"
#include "lib/base/strbuf.h"

#define REPORT_TITLE 300

/*
 * "early-map: talitos maps page TO_DEVICE that softdma still writes in dmt_map":
 * no addresses, no numbers of this run. The key by which findings are one.
 */
void report_title(const struct evstream *s, const struct finding *f, char title[REPORT_TITLE]);

/* A stack's addresses from the function that was watched on, outwards. */
unsigned int report_stack(const struct evstream *s, int32_t id, const uint64_t **ips);

/* Findings of one title: the first, and how often. */
struct report_group {
	char title[REPORT_TITLE];
	const struct finding *first;
	uint64_t count;
};

/* By title, in the order of their first; @class NULL: all. The caller frees it. */
struct report_group *report_groups(const struct evstream *s, const struct violation *class,
				   size_t *nr);

/* The whole report; @again: how to see it again, one line, or NULL. */
void report_text(const struct evstream *s, const struct report_group *g, const char *again,
		 struct strbuf *out);

/* What was seen, what could not be judged, and why the verdict is incomplete. */
void report_summary(const struct evstream *s, struct strbuf *out);

/* What `explain` says of a class. */
void report_class(const struct violation *v, struct strbuf *out);

#endif /* HARNESS_REPORT_H */
