// SPDX-License-Identifier: GPL-2.0-only
/*
 * The observer around cells whose engines stay (kept.c): each cell has a stream of its own, which
 * begins with what was seen while the engines were made.
 */
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "observe.h"

static struct {
	struct obs_event *v;	/* of the making of the engines, in order, numbered from 1 on */
	size_t nr;
	struct obs_event *info;	/* devices' limits that this cell was the first to be told */
	size_t nr_info;
	uint64_t base;		/* number of the last event before the cell */
	uint64_t lost;		/* so many the cells were told of */
	struct strbuf probes;
	struct observer_counts before;
} kept;

static int keep(void *arg, const struct obs_event *e, size_t n)
{
	(void)arg;
	kept.v = xrealloc(kept.v, (kept.nr + n) * sizeof(*kept.v));
	memcpy(kept.v + kept.nr, e, n * sizeof(*e));
	kept.nr += n;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const struct obs_event *x = a, *y = b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

/*
 * A device's limits are told once, before its first mapping or prep. The cells after that one have
 * them from the beginning.
 */
static void note_info(const struct obs_event *e)
{
	if (e->type != OBS_DEVICE_INFO)
		return;
	kept.info = xrealloc(kept.info, (kept.nr_info + 1) * sizeof(*kept.info));
	kept.info[kept.nr_info++] = *e;
}

static void add_info(void)
{
	for (size_t i = 0; i < kept.nr_info; i++) {
		kept.info[i].seq = kept.nr + 1;
		keep(NULL, &kept.info[i], 1);
	}
	kept.nr_info = 0;
}

/* Numbers go on from those of the engines' events: to its reader it is one stream. */
static int take_on(void *arg, const struct obs_event *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct obs_event copy = e[i];

		if (copy.seq <= kept.base)
			continue;
		note_info(&copy);
		copy.seq += kept.nr - kept.base;
		take_events(arg, &copy, 1);
	}
	return 0;
}

void observe_kept_begin(void)
{
	if (!observer)
		return;
	observer_settle(observer);
	drain_all(forget_events, observer_count_quickly);
	observer_forget_stacks(observer, &cell.stacks);
	observer_count(observer, &kept.before);
	observer_mark(observer);
	kept.nr = 0;
	kept.nr_info = 0;
	kept.lost = 0;
}

bool observe_kept_ready(void)
{
	if (!observer)
		return false;
	drain_all(keep, observer_count_quickly);
	qsort(kept.v, kept.nr, sizeof(*kept.v), by_number);
	for (size_t i = 0; i < kept.nr; i++)
		kept.v[i].seq = i + 1;
	strbuf_reset(&kept.probes);
	observer_probes(observer, &kept.probes);
	return observer_settle(observer) > 0;
}

void observe_cell_begin(void)
{
	cell.observed = observer != NULL;
	if (observer) {
		cell.before = drain_all(forget_events, observer_count_quickly);
		kept.base = cell.before.events;
		cell.before.events = 0;	/* say_meta() tells the first number from it */
		cell.nr = 0;
	}
	say_meta();
	for (size_t i = 0; observer && i < kept.nr; i++)
		take_events(NULL, &kept.v[i], 1);
}

bool observe_cell_end(bool last)
{
	struct observer_counts now;
	bool missed;
	uint64_t end[2];

	if (!observer)
		return false;
	now = drain_all(take_on, observer_count_quickly);
	flush_events();
	missed = observer_settle(observer) > 0;
	end[0] = now.events - kept.base + kept.nr;
	end[1] = now.lost - cell.before.lost;
	kept.lost += end[1];
	add_info();
	if ((missed || (end[1] && end[1] <= FEW_LOST)) && !last)
		return true;
	say_chunk(OBS_CHUNK_PROBES, strbuf_str(&kept.probes), kept.probes.len);
	say_chunk(OBS_CHUNK_END, end, sizeof(end));
	return false;
}

uint64_t observe_kept_end(void)
{
	struct observer_counts now;

	if (!observer)
		return 0;
	drain_all(forget_events, observer_count_quickly);
	observer_count(observer, &now);
	now.lost -= kept.before.lost;
	return now.lost > kept.lost ? now.lost - kept.lost : 0;
}

