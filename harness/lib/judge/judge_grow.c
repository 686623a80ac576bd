// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leaks over time: live mappings of a call path that only grow. No rule of the API is broken by
 * that, and a cache that fills looks the same for a while, so this is a hint and no finding.
 */
#include <stdlib.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

#define WINDOW_NS	1000000000ull
#define RISES		8	/* windows in which it rose, and none between in which it fell */
#define LEAST		16	/* live mappings */
#define MAX_SITES	16384

/* Those mappings of a device that one call path made. */
struct jsite {
	struct table_node node;
	const struct jdev *dev;
	enum map_kind kind;
	int32_t stack;
	uint64_t live, maps;
	uint64_t began, live_then;	/* the window: when, and how many were live */
	uint64_t rising_since, live_before;
	unsigned int rises, flat;	/* flat: windows since the last rise */
	uint64_t epoch;
};

static struct jsite *site_of(struct judge *j, const struct jmap *m)
{
	uint64_t key = table_mix((uint64_t)(uintptr_t)m->dev,
				 (uint64_t)(uint32_t)m->stack << 8 | m->kind);
	struct table_node *n = table_first(&j->sites, key);
	struct jsite *s;

	for (; n; n = table_next(n)) {
		s = table_entry(n, struct jsite, node);
		if (s->dev == m->dev && s->stack == m->stack && s->kind == m->kind)
			return s;
	}
	if (j->sites.nr >= MAX_SITES)
		return NULL;
	s = xcalloc(1, sizeof(*s));
	s->dev = m->dev;
	s->kind = m->kind;
	s->stack = m->stack;
	s->began = j->now;
	s->epoch = j->epoch;
	table_add(&j->sites, &s->node, key);
	return s;
}

static void close_window(struct judge *j, struct jsite *s)
{
	/* After a loss nobody knows how many are live. */
	if (s->live < s->live_then || s->epoch != j->epoch) {
		s->rises = 0;
		s->epoch = j->epoch;
	} else if (s->live > s->live_then) {
		s->flat = 0;
		if (!s->rises++) {
			s->rising_since = s->began;
			s->live_before = s->live_then;
		}
	} else if (++s->flat >= RISES) {	/* a ring that has filled */
		s->rises = 0;
	}
	s->live_then = s->live;
	s->began = j->now;
}

void site_mapped(struct judge *j, struct jmap *m)
{
	struct jsite *s = site_of(j, m);

	m->site = s;
	if (!s)
		return;
	if (j->now - s->began >= WINDOW_NS)
		close_window(j, s);
	s->live++;
	s->maps++;
}

void site_unmapped(struct jmap *m)
{
	if (m->site)
		m->site->live--;
	m->site = NULL;
}

/* A driver that may leave out unmaps has mappings that ended, and nobody knows which. */
static bool grows(const struct judge *j, const struct jsite *s)
{
	return s->rises >= RISES && s->live >= LEAST && s->live >= s->live_then &&
	       s->epoch == j->epoch && !s->dev->may_stay && !s->dev->staying;
}

bool judge_growth(const struct judge *j, size_t i, struct judge_growth *out)
{
	for (size_t b = 0; j->sites.buckets && b <= j->sites.mask; b++)
		for (struct table_node *n = j->sites.buckets[b]; n; n = n->next) {
			const struct jsite *s = table_entry(n, struct jsite, node);
			const struct jmap as = { .kind = s->kind };

			if (!grows(j, s) || i--)
				continue;
			*out = (struct judge_growth){
				.device = s->dev->name, .driver = s->dev->driver,
				.kind = map_kind_name(&as), .live = s->live,
				.more = s->live - s->live_before, .maps = s->maps,
				.ns = j->now - s->rising_since, .stack = s->stack,
			};
			return true;
		}
	return false;
}

static void free_site(struct table_node *n)
{
	free(table_entry(n, struct jsite, node));
}

void free_sites(struct judge *j)
{
	table_drain(&j->sites, free_site);
}
