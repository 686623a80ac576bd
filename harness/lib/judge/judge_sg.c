// SPDX-License-Identifier: GPL-2.0-only
/* Scatterlists: each entry is a mapping, and a list refers to them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

#define MAX_NENTS	65536	/* the observer sends at most so many entries of a list */

static void sg_free(struct judge *j, struct jsg *g)
{
	/* Not all entries have come: a context may still wait for them. */
	if (g->got < g->nents)
		for (size_t i = 0; j->ctxs.buckets && i <= j->ctxs.mask; i++)
			for (struct table_node *n = j->ctxs.buckets[i]; n; n = n->next) {
				struct jctx *c = table_entry(n, struct jctx, node);

				if (c->sg == g)
					c->sg = NULL;
			}
	table_del(&j->sgs, &g->node);
	free(g->entries);
	free(g->segs);
	free(g);
}

void sg_lost_entry(struct judge *j, struct jmap *m)
{
	struct jsg *g = m->sg;

	m->sg = NULL;
	g->entries[m->index] = NULL;
	if (!--g->live)
		sg_free(j, g);
}

static struct jsg *find_list(struct judge *j, const struct jdev *d, uint64_t obj)
{
	struct table_node *n = table_first(&j->sgs, obj);

	for (; n; n = table_next(n)) {
		struct jsg *g = table_entry(n, struct jsg, node);

		if (g->dev == d && g->live)
			return g;
	}
	return NULL;
}

/* ---- map ---- */

static struct jsg *sg_new(struct judge *j, struct jdev *d, const struct obs_event *e)
{
	struct jsg *g = xcalloc(1, sizeof(*g));

	g->dev = d;
	g->obj = e->obj;
	g->nents = e->len > MAX_NENTS ? MAX_NENTS : e->len;
	g->mapped = e->arg > g->nents ? g->nents : e->arg;
	g->dir = e->dir;
	g->attrs = e->attrs;
	g->epoch = j->epoch;
	g->seq = e->seq;
	g->elided = e->flags & OBS_F_ELIDES;
	dev_elides(d, g->elided);
	g->stack = e->stack;
	g->max_seg = e->phys;
	g->boundary = e->dma;
	g->remaps = find_list(j, d, e->obj);
	table_add(&j->sgs, &g->node, g->obj);
	return g;
}

void on_map_sg(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);
	struct jctx *c;

	if (e->flags & OBS_F_FAILED || !e->len) {
		return;
	}
	c = ctx_get(j, e);
	if (c->sg && !c->sg->live)	/* the list before it got no entries */
		sg_free(j, c->sg);
	c->sg = sg_new(j, d, e);
}

static bool grow(struct jsg *g, const struct obs_event *e)
{
	if (e->arg != g->got || g->got == g->nents)
		return false;
	if (!(g->got & (g->got - 1))) {	/* a power of two, or 0: full */
		size_t cap = g->got ? g->got * 2 : 1;

		g->entries = xrealloc(g->entries, cap * sizeof(*g->entries));
		g->segs = xrealloc(g->segs, cap * sizeof(*g->segs));
	}
	g->segs[g->got] = (struct jseg){ e->dma, e->arg < g->mapped ? e->arg2 : 0 };
	return true;
}

/*
 * The DMA address of the next entry. The kernel may have merged entries: then an entry is in
 * the segment of an earlier one.
 */
static uint64_t entry_dma(struct jsg *g, const struct obs_event *e)
{
	uint64_t dma;

	while (g->cur <= g->got && g->segs[g->cur].len && g->off >= g->segs[g->cur].len) {
		g->cur++;
		g->off = 0;
	}
	if (g->cur <= g->got && g->segs[g->cur].len >= g->off + e->len) {
		dma = g->segs[g->cur].dma + g->off;
		g->off += e->len;
		return dma;
	}
	g->cur = g->got + 1;
	g->off = 0;
	return e->dma;
}

/* The limits of the list's device. A bus's default is often raised after the first mapping. */
static void limits(struct judge *j, const struct jsg *g, uint64_t *max, uint64_t *boundary)
{
	const struct jdev *d = g->dev;

	*max = g->max_seg;
	*boundary = g->boundary;
	if (*max || !d->info || !d->max_seg)
		return;
	if (d->max_seg == 65536) {
		if (!g->got)
			unknown(j, UNKNOWN_LIMITS);
		return;
	}
	*max = d->max_seg;
	*boundary = d->boundary;
}

static void check_limits(struct judge *j, const struct jsg *g, const struct jmap *m,
			 const struct obs_event *e)
{
	struct report r = report_of(V_SEGMENT_LIMITS, e);
	uint64_t max, boundary;

	limits(j, g, &max, &boundary);
	if (!max)
		return;
	r.map = m;
	r.stack = g->stack;
	if (e->len > max) {
		say(&r, "%s maps an sg entry longer than the device takes", dev_kind(g->dev));
		detail(&r, "%llu bytes, at most %llu", (unsigned long long)e->len,
		       (unsigned long long)max);
		judge_report(j, &r);
	} else if (boundary && e->arg2 && ((e->dma ^ last_of(e->dma, e->arg2)) & ~boundary)) {
		say(&r, "%s gets an sg segment across the device's boundary", dev_kind(g->dev));
		detail(&r, "0x%llx, %llu bytes, boundary mask 0x%llx", (unsigned long long)e->dma,
		       (unsigned long long)e->arg2, (unsigned long long)boundary);
		judge_report(j, &r);
	}
}

/* Is the list mapped already, or did another list use the same memory before? */
static void check_remap(struct judge *j, struct jsg *g, const struct jmap *m,
			const struct obs_event *e)
{
	struct report r = report_of(V_REMAP_SG, e);
	struct jsg *old = find_list(j, g->dev, g->obj);
	const struct jmap *first = NULL;

	if (g->remaps && old == g->remaps && old->got)
		first = old->entries[0];
	if (!first || first->phys_addr != m->phys_addr || first->epoch != j->epoch) {
		g->remaps = NULL;
		return;
	}
	r.map = m;
	r.other = first;
	r.stack = g->stack;
	say(&r, "%s maps an sg list that it has mapped already", dev_kind(g->dev));
	judge_report(j, &r);
}

static struct jmap *entry_new(struct judge *j, struct jsg *g, const struct obs_event *e)
{
	uint64_t dma = entry_dma(g, e);
	bool reused;
	uint64_t epoch = drop_stale(j, g->dev, dma, e->phys, &reused);
	struct jmap *m = map_new(j, g->dev, MAP_SG, e, e->phys, dma, e->len);

	m->epoch = epoch;
	m->reused = reused;
	m->sg = g;
	m->index = g->got;
	m->stack = g->stack;
	m->elided = g->elided;
	return m;
}

void on_map_sg_entry(struct judge *j, const struct obs_event *e)
{
	struct jctx *c = ctx_find(j, e);
	struct jsg *g = c ? c->sg : NULL;
	struct jmap *m;

	if (!g || g->obj != e->obj || g->dev != dev_get(j, e->dev) || !grow(g, e)) {
		j->n.bad++;
		return;
	}
	m = entry_new(j, g, e);
	if (!g->got)
		check_remap(j, g, m, e);
	check_new_map(j, m, e);
	check_limits(j, g, m, e);
	check_overlaps(j, m, e);
	map_insert(j, m);
	g->entries[g->got++] = m;
	g->live++;
	if (g->got == g->nents) {
		g->remaps = NULL;
		c->sg = NULL;
		ctx_put(j, c);
	}
}

/* ---- unmap, sync ---- */

static struct jsg *by_first_entry(struct judge *j, const struct jdev *d, uint64_t dma)
{
	struct table_node *n = table_first(&j->maps, map_key(dma));

	for (; n; n = table_next(n)) {
		struct jmap *m = table_entry(n, struct jmap, node);

		if (m->live && m->dev == d && m->dma == dma && m->sg && !m->index)
			return m->sg;
	}
	return NULL;
}

/* Finds the list by its pointer, or by its first entry if the call has a copy of the list. */
static struct jsg *match_list(struct judge *j, const struct jdev *d, const struct obs_event *e)
{
	struct table_node *n = table_first(&j->sgs, e->obj);

	for (; n; n = table_next(n)) {
		struct jsg *g = table_entry(n, struct jsg, node);

		if (g->dev == d && g->live && (!g->entries[0] || g->entries[0]->dma == e->dma))
			return g;
	}
	return by_first_entry(j, d, e->dma);
}

static const struct jmap *some_entry(const struct jsg *g)
{
	for (uint32_t i = 0; i < g->got; i++)
		if (g->entries[i])
			return g->entries[i];
	return NULL;
}

static bool check_nents(struct judge *j, const struct jsg *g, const struct obs_event *e,
			const char *call)
{
	struct report r = report_of(V_WRONG_NENTS, e);

	if (e->len == g->nents || g->epoch != j->epoch || g->nents == MAX_NENTS)
		return false;
	r.map = some_entry(g);
	say(&r, "%s %s an sg list with another number of entries%s", dev_kind(g->dev), call,
	    e->len == g->mapped ? ": those that dma_map_sg returned" : "");
	detail(&r, "%llu entries, mapped with %u", (unsigned long long)e->len, g->nents);
	judge_report(j, &r);
	return true;
}

static void check_direction(struct judge *j, const struct jsg *g, const struct obs_event *e,
			    enum violation_id id, const char *call)
{
	struct report r = report_of(id, e);

	if (e->dir == g->dir || g->epoch != j->epoch)
		return;
	if (id == V_SYNC_WRONG_DIRECTION && g->dir == DIR_BIDI)
		return;
	r.map = some_entry(g);
	say(&r, "%s %s an sg list %s that it mapped %s", dev_kind(g->dev), call,
	    dir_name(e->dir), dir_name(g->dir));
	judge_report(j, &r);
}

static void end_list(struct judge *j, struct jsg *g, const struct obs_event *e, bool excused)
{
	uint32_t got = g->got, left = g->live;

	/* map_end() of the last entry frees the list. */
	for (uint32_t i = 0; i < got && left; i++)
		if (g->entries[i]) {
			left--;
			map_end(j, g->entries[i], e, excused);
		}
}

static bool unmap_of_other_device(struct judge *j, const struct jdev *d, const struct obs_event *e)
{
	struct report r = report_of(V_UNMAP_WRONG_DEVICE, e);
	struct table_node *n = table_first(&j->sgs, e->obj);
	struct jsg *g;

	if (!n || !dev_sure(j, d))
		return false;
	g = table_entry(n, struct jsg, node);
	if (!g->live || g->dev == d || !g->entries[0] || g->entries[0]->dma != e->dma ||
	    g->epoch != j->epoch)
		return false;
	r.map = g->entries[0];
	say(&r, "%s unmaps an sg list of %s", dev_kind(d),
	    strcmp(dev_kind(d), dev_kind(g->dev)) ? dev_kind(g->dev) : "another device");
	judge_report(j, &r);
	end_list(j, g, e, true);
	return true;
}

static bool unmap_of_single(struct judge *j, const struct jdev *d, const struct obs_event *e)
{
	struct report r = report_of(V_UNMAP_WRONG_FUNCTION, e);
	struct table_node *n = table_first(&j->maps, map_key(e->dma));

	for (; n; n = table_next(n)) {
		struct jmap *m = table_entry(n, struct jmap, node);

		if (!m->live || m->dev != d || m->dma != e->dma)
			continue;
		if (m->reused) {	/* the list that had the address before */
			m->reused = false;
			unknown(j, UNKNOWN_REUSED);
			return true;
		}
		/* otherwise it may unmap a list whose map was not seen */
		if (m->epoch == j->epoch && dev_sure(j, d)) {
			r.map = m;
			say(&r, "%s unmaps a %s as an sg list", dev_kind(d), map_kind_name(m));
			judge_report(j, &r);
		}
		map_end(j, m, e, true);
		return true;
	}
	return false;
}

void on_unmap_sg(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);
	struct jsg *g = match_list(j, d, e);

	j->n.unmaps++;
	if (g) {
		if (!check_nents(j, g, e, "unmaps"))
			check_direction(j, g, e, V_UNMAP_WRONG_DIRECTION, "unmaps");
		end_list(j, g, e, false);
	} else if (!unmap_of_single(j, d, e) && !unmap_of_other_device(j, d, e)) {
		unmatched_unmap(j, e, d, "unmaps");
	}
}

static void unmatched_sync(struct judge *j, const struct jdev *d, const struct obs_event *e)
{
	struct report r = report_of(V_SYNC_OUT_OF_RANGE, e);

	if (!dev_sure(j, d) || map_containing(d, e->dma, 1)) {
		unknown(j, j->epoch ? UNKNOWN_LOST : UNKNOWN_BEFORE);
		return;
	}
	r.map = ghost_find(j, d, e->dma);
	if (r.map && r.map->excused)
		return;
	say(&r, "%s syncs an sg list that is not mapped", dev_kind(d));
	judge_report(j, &r);
}

void on_sync_sg(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);
	struct jsg *g = match_list(j, d, e);
	uint32_t nents;

	if (!g) {
		unmatched_sync(j, d, e);
		return;
	}
	if (!check_nents(j, g, e, "syncs"))
		check_direction(j, g, e, V_SYNC_WRONG_DIRECTION, "syncs");
	nents = e->len < g->got ? e->len : g->got;
	for (uint32_t i = 0; i < nents; i++)
		if (g->entries[i])
			sync_map(j, g->entries[i], e, e->type == OBS_SYNC_SG_CPU, 0,
				 g->entries[i]->len);
}

static void free_sg(struct table_node *n)
{
	struct jsg *g = table_entry(n, struct jsg, node);

	free(g->entries);
	free(g->segs);
	free(g);
}

void free_sgs(struct judge *j)
{
	table_drain(&j->sgs, free_sg);
}
