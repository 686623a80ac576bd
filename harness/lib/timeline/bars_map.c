// SPDX-License-Identifier: GPL-2.0-only
/* Mappings and allocations: from what gives memory to a device to what takes it back. */
#include "bars_internal.h"
#include "lib/base/table.h"

static uint64_t last_of(uint64_t start, uint64_t len)
{
	uint64_t last = len ? start + len - 1 : start;

	return last < start ? UINT64_MAX : last;
}

static struct bar *bar_of(struct itree_node *n)
{
	return n ? table_entry(n, struct bar, range) : NULL;
}

static const char *map_word(uint64_t kind)
{
	return kind == OBS_MAP_PAGE ? "page" : kind == OBS_MAP_RESOURCE ? "resource" : "link";
}

static const char *alloc_word(uint64_t kind)
{
	static const char *const words[] = { "coherent", "noncoherent", "pool", "noncontiguous" };

	return kind < 4 ? words[kind] : "allocation";
}

static struct bar *begin(struct bars *b, enum bar_kind kind, const char *word,
			 const struct obs_event *e, uint64_t len)
{
	struct bar *bar = bar_begin(b, kind, word, e);

	bar->phys = e->phys;
	bar->dma = e->dma;
	bar->len = len;
	bar->dir = e->dir;
	bar->range.start = e->dma;
	bar->range.last = last_of(e->dma, len);
	itree_insert(&b->maps, &bar->range);
	return bar;
}

/* Of several at one address, the oldest with the right length and direction, else the oldest. */
static struct bar *find_exact(const struct bars *b, const struct obs_event *e, enum bar_kind kind)
{
	struct bar *best = NULL, *bar;

	for (struct itree_node *n = itree_first(&b->maps, e->dma, e->dma); n;
	     n = itree_next(n, e->dma, e->dma)) {
		bool fits, best_fits;

		bar = bar_of(n);
		if (bar->dev != e->dev || bar->dma != e->dma || bar->kind != kind ||
		    (kind == BAR_MAP && bar->obj))
			continue;
		fits = bar->len == e->len && bar->dir == e->dir;
		best_fits = best && best->len == e->len && best->dir == e->dir;
		if (!best || fits > best_fits || (fits == best_fits && bar->seq < best->seq))
			best = bar;
	}
	return best;
}

static struct bar *first_within(const struct bars *b, uint64_t dev, uint64_t start, uint64_t last)
{
	for (struct itree_node *n = itree_first(&b->maps, start, last); n;
	     n = itree_next(n, start, last))
		if (bar_of(n)->dev == dev && bar_of(n)->link && bar_of(n)->dma >= start)
			return bar_of(n);
	return NULL;
}

static void end_links(struct bars *b, const struct obs_event *e, uint64_t len)
{
	struct bar *bar;

	while (len && (bar = first_within(b, e->dev, e->dma, last_of(e->dma, len))))
		bar_end(b, bar, true);
}

static void map(struct bars *b, const struct obs_event *e)
{
	struct bar *bar;

	if (e->flags & OBS_F_FAILED)
		return;
	bar = begin(b, BAR_MAP, map_word(e->arg), e, e->len);
	bar->link = e->arg == OBS_MAP_LINK;
}

static void unmap(struct bars *b, const struct obs_event *e)
{
	struct bar *bar;

	if (e->arg == OBS_MAP_LINK) {
		end_links(b, e, e->len);
		return;
	}
	bar = find_exact(b, e, BAR_MAP);
	if (bar)
		bar_end(b, bar, true);
}

/*
 * An entry of a list. Where entries were merged its DMA address is that of none, and the bar is
 * at the address of memory alone.
 */
static void sg_entry(struct bars *b, const struct obs_event *e)
{
	struct bar *bar = begin(b, BAR_MAP, "sg", e, e->len);

	bar->obj = e->obj ? e->obj : 1;
	table_add(&b->sgs, &bar->by_obj, table_mix(e->dev, bar->obj));
	bar->in_obj = true;
}

static struct bar *next_of_sg(const struct table_node *n, const struct obs_event *e)
{
	for (; n; n = table_next(n)) {
		struct bar *bar = table_entry(n, struct bar, by_obj);

		if (bar->dev == e->dev && bar->obj == (e->obj ? e->obj : 1))
			return bar;
	}
	return NULL;
}

static struct bar *first_of_sg(const struct bars *b, const struct obs_event *e)
{
	return next_of_sg(table_first(&b->sgs, table_mix(e->dev, e->obj ? e->obj : 1)), e);
}

static void unmap_sg(struct bars *b, const struct obs_event *e)
{
	struct bar *bar;

	while ((bar = first_of_sg(b, e)))
		bar_end(b, bar, true);
}

/* ---- syncs ---- */

static void sync_bar(struct bars *b, struct bar *bar, const struct obs_event *e, bool cpu)
{
	struct bar *lent;

	bar_touch(b, bar);
	if (!cpu) {
		if (bar->lent)
			bar_end(b, bar->lent, true);
		return;
	}
	if (bar->lent) {
		bar_touch(b, bar->lent);
		return;
	}
	lent = bar_begin(b, BAR_LENT, "lent to the CPU", e);
	lent->of = bar->seq;
	lent->phys = bar->phys;
	lent->dma = bar->dma;
	lent->len = bar->len;
	lent->dir = bar->dir;
	lent->whole = bar;
	bar->lent = lent;
}

static void sync_range(struct bars *b, const struct obs_event *e)
{
	for (struct itree_node *n = itree_first(&b->maps, e->dma, e->dma); n;
	     n = itree_next(n, e->dma, e->dma))
		if (bar_of(n)->dev == e->dev && bar_of(n)->kind == BAR_MAP) {
			sync_bar(b, bar_of(n), e, e->type == OBS_SYNC_CPU);
			return;
		}
}

static void sync_sg(struct bars *b, const struct obs_event *e)
{
	for (struct bar *bar = first_of_sg(b, e); bar;
	     bar = next_of_sg(table_next(&bar->by_obj), e))
		sync_bar(b, bar, e, e->type == OBS_SYNC_SG_CPU);
}

/* ---- allocations ---- */

static void free_alloc(struct bars *b, const struct obs_event *e)
{
	struct bar *bar = find_exact(b, e, BAR_ALLOC);

	if (bar)
		bar_end(b, bar, true);
}

void bars_mapping(struct bars *b, const struct obs_event *e)
{
	switch (e->type) {
	case OBS_MAP:
		map(b, e);
		break;
	case OBS_UNMAP:
		unmap(b, e);
		break;
	case OBS_MAP_SG_ENTRY:
		sg_entry(b, e);
		break;
	case OBS_UNMAP_SG:
		unmap_sg(b, e);
		break;
	case OBS_SYNC_CPU:
	case OBS_SYNC_DEVICE:
		sync_range(b, e);
		break;
	case OBS_SYNC_SG_CPU:
	case OBS_SYNC_SG_DEVICE:
		sync_sg(b, e);
		break;
	case OBS_ALLOC:
		if (!(e->flags & OBS_F_FAILED))
			begin(b, BAR_ALLOC, alloc_word(e->arg), e, e->len)->obj = e->obj;
		break;
	case OBS_FREE:
		free_alloc(b, e);
		break;
	case OBS_IOVA_FREE:
		end_links(b, e, e->arg);
		break;
	}
}
