// SPDX-License-Identifier: GPL-2.0-only
/* The life of a bar, and which part takes which event. */
#include <stdlib.h>

#include "bars_internal.h"
#include "lib/base/strbuf.h"

struct bars *bars_new(bars_fn *ended, void *arg)
{
	struct bars *b = xcalloc(1, sizeof(*b));

	b->ended = ended;
	b->arg = arg;
	return b;
}

void bar_touch(struct bars *b, const struct bar *bar)
{
	if (b->nr_touched == b->cap_touched) {
		b->cap_touched = b->cap_touched ? 2 * b->cap_touched : 16;
		b->touched = xrealloc(b->touched, b->cap_touched * sizeof(struct bar *));
	}
	b->touched[b->nr_touched++] = bar;
}

struct bar *bar_begin(struct bars *b, enum bar_kind kind, const char *word,
		      const struct obs_event *e)
{
	struct bar *bar = xcalloc(1, sizeof(*bar));

	bar->kind = kind;
	bar->word = word;
	bar->seq = e->seq;
	bar->from_ns = e->time_ns;
	bar->dev = e->dev;
	bar->cpu = e->cpu;
	bar->level = e->level;
	bar->task = e->task;
	bar->stack = e->stack;
	bar_touch(b, bar);
	return bar;
}

static void take_out(struct table *t, struct table_node *n, bool *in)
{
	if (*in)
		table_del(t, n);
	*in = false;
}

static void stop_running(struct bars *b, const struct bar *bar)
{
	for (struct bar **p = &b->running; *p; p = &(*p)->next)
		if (*p == bar) {
			*p = bar->next;
			return;
		}
}

void bar_end(struct bars *b, struct bar *bar, bool seen)
{
	if (bar->lent)
		bar_end(b, bar->lent, seen);
	if (bar->whole)
		bar->whole->lent = NULL;
	bar->to_ns = b->now > bar->from_ns ? b->now : bar->from_ns;
	bar->ended = seen;
	if (bar->kind == BAR_MAP || bar->kind == BAR_ALLOC)
		itree_remove(&b->maps, &bar->range);
	take_out(bar->kind == BAR_TX ? &b->txs : &b->sgs, &bar->by_obj, &bar->in_obj);
	take_out(&b->chans, &bar->by_chan, &bar->in_chan);
	take_out(&b->calls, &bar->by_call, &bar->in_call);
	take_out(&b->unissued, &bar->unissued, &bar->in_unissued);
	if (bar->kind == BAR_CALLBACK)
		stop_running(b, bar);
	if (b->ended)
		b->ended(b->arg, bar);
	bar_touch(b, bar);
	bar->next = b->dead;
	b->dead = bar;
}

static void free_dead(struct bars *b)
{
	while (b->dead) {
		struct bar *bar = b->dead;

		b->dead = bar->next;
		free(bar);
	}
	b->nr_touched = 0;
}

void bars_event(struct bars *b, const struct obs_event *e)
{
	free_dead(b);
	b->now = e->time_ns;
	switch (e->type) {
	case OBS_MAP ... OBS_FREE:
	case OBS_IOVA_ALLOC ... OBS_IOVA_FREE:
		bars_mapping(b, e);
		break;
	case OBS_CB_ENTER:
	case OBS_CB_EXIT:
	case OBS_RUN_DEPS:
	case OBS_RUN_DEPS_EXIT:
		bars_context(b, e);
		break;
	case OBS_PREP ... OBS_ISSUE:
	case OBS_STATUS ... OBS_ASYNC_SUBMIT:
	case OBS_HW_START ... OBS_HW_DROP:
		bars_engine(b, e);
		break;
	}
}

const struct bar *const *bars_touched(const struct bars *b, size_t *nr)
{
	*nr = b->nr_touched;
	return b->touched;
}

void bars_finish(struct bars *b)
{
	struct itree_node *n;

	free_dead(b);
	while (b->running)
		bar_end(b, b->running, false);
	while ((n = itree_first(&b->maps, 0, UINT64_MAX)))
		bar_end(b, table_entry(n, struct bar, range), false);
	for (size_t i = 0; b->txs.nr && i <= b->txs.mask; i++)
		while (b->txs.buckets[i])
			bar_end(b, table_entry(b->txs.buckets[i], struct bar, by_obj), false);
}

void bars_free(struct bars *b)
{
	if (!b)
		return;
	b->ended = NULL;
	bars_finish(b);
	free_dead(b);
	free(b->sgs.buckets);
	free(b->txs.buckets);
	free(b->chans.buckets);
	free(b->unissued.buckets);
	free(b->calls.buckets);
	free(b->touched);
	free(b);
}
