/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings as JSON. Apart from report.h, which the agent links and which needs no jansson. */
#ifndef HARNESS_REPORT_JSON_H
#define HARNESS_REPORT_JSON_H

#include <jansson.h>

#include "lib/report/report.h"

/* A new reference; the caller drops it. */
json_t *report_json(const struct evstream *s, const struct report_group *g);

/* What report_summary() says in words. A new reference. */
json_t *report_summary_json(const struct evstream *s);

#endif /* HARNESS_REPORT_JSON_H */
