/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings as JSON. This is not in report.h, as the agent, which has no jansson, links that. */
#ifndef HARNESS_REPORT_JSON_H
#define HARNESS_REPORT_JSON_H

#include <jansson.h>

#include "lib/report/report.h"

/* Returns a new reference; the caller drops it. */
json_t *report_json(const struct evstream *s, const struct report_group *g);

/* Returns what report_summary() says in words, as a new reference. */
json_t *report_summary_json(const struct evstream *s);

#endif /* HARNESS_REPORT_JSON_H */
