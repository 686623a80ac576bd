// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cell that has ended: what its judge found in words and numbers, in the place of the
 * judge. A run of thousands of cells cannot keep all of their judges.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/report/report.h"
#include "verdict_internal.h"

struct seen *seen_of(const struct evstream *s)
{
	const struct judge_counters *n = judge_counters(evstream_judge(s));
	struct seen *seen = xcalloc(1, sizeof(*seen));
	const char *why = evstream_incomplete(s);
	struct report_group *groups = report_groups(s, NULL, &seen->nr_groups);

	seen->why_not = why ? xstrdup(why) : NULL;
	seen->unwatched = evstream_unwatched(s) ? xstrdup(evstream_unwatched(s)) : NULL;
	seen->events = n->events;
	seen->lost = n->lost;
	seen->maps = n->maps;
	seen->unmaps = n->unmaps;
	seen->txs = n->txs;
	seen->groups = xcalloc(seen->nr_groups, sizeof(*seen->groups));
	for (size_t i = 0; i < seen->nr_groups; i++)
		seen->groups[i] = (struct seen_group) {
			.class = groups[i].first->class->name,
			.title = xstrdup(groups[i].title),
			.what = xstrdup(groups[i].first->what),
			.device = xstrdup(groups[i].first->device),
			.count = groups[i].count,
		};
	free(groups);
	return seen;
}

void seen_free(struct seen *seen)
{
	if (!seen)
		return;
	for (size_t i = 0; i < seen->nr_groups; i++) {
		free(seen->groups[i].title);
		free(seen->groups[i].what);
		free(seen->groups[i].device);
	}
	free(seen->groups);
	free(seen->why_not);
	free(seen->unwatched);
	free(seen);
}

const char *verdict_not_seen(const struct cell_result *r)
{
	if (r->seen)
		return r->seen->why_not;
	return r->observed ? evstream_incomplete(r->observed) : NULL;
}

void result_settle(struct cell_result *r, const struct cell *cell, const struct verdict_env *env)
{
	if (r->state == CELL_RAN && !r->rest) {
		r->rest = xcalloc(1, sizeof(*r->rest));
		verdict_rest(r->rest, cell, r, env);
	}
	if (r->observed && !r->seen)
		r->seen = seen_of(r->observed);
	evstream_free(r->observed);
	r->observed = NULL;
	if (r->sweep)
		sweep_settle(r->sweep);
	if (r->nr_records > RESULT_STEPS) {
		r->nr_records = RESULT_STEPS;
		r->records = xrealloc(r->records, r->nr_records * sizeof(*r->records));
	}
}
