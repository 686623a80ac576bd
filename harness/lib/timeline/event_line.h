/* SPDX-License-Identifier: GPL-2.0-only */
/* One event as a line of text, and as a line of JSON. */
#ifndef HARNESS_TIMELINE_EVENT_LINE_H
#define HARNESS_TIMELINE_EVENT_LINE_H

#include "lib/base/strbuf.h"
#include "names.h"

/*
 * Appends a line: time after @start_ns in seconds, processor, context, task, type, device, fields,
 * flags, stack and number. Names are made visible (lib/base/visible.h).
 */
void event_text(const struct obs_event *e, const struct names *n, uint64_t start_ns,
		struct strbuf *out);
/* Appends an object in one line. Addresses are strings "0x...", as JSON's numbers are too short. */
void event_json(const struct obs_event *e, const struct names *n, uint64_t start_ns,
		struct strbuf *out);

#endif /* HARNESS_TIMELINE_EVENT_LINE_H */
