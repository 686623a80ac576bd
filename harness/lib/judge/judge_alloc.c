// SPDX-License-Identifier: GPL-2.0-only
/* Coherent and noncoherent allocations, blocks of pools. */
#include <stdio.h>

#include "judge_state.h"

static enum map_kind kind_of(const struct obs_event *e)
{
	static const enum map_kind kinds[] = { MAP_COHERENT, MAP_NONCOHERENT, MAP_POOL,
					       MAP_NONCONTIGUOUS };

	return e->arg <= OBS_ALLOC_NONCONTIGUOUS ? kinds[e->arg] : MAP_COHERENT;
}

/* Finds an allocation of @kind at @dma; with @other one of any other kind, or a mapping. */
static struct jmap *find_alloc(struct judge *j, const struct jdev *d, uint64_t dma,
			       enum map_kind kind, bool other)
{
	struct table_node *n = table_first(&j->maps, map_key(dma));

	for (; n; n = table_next(n)) {
		struct jmap *m = table_entry(n, struct jmap, node);

		if (m->live && m->dev == d && m->dma == dma && (m->kind == kind) != other)
			return m;
	}
	return NULL;
}

/* The allocation of @kind that @dma is inside of, at an address that is not its own. */
static struct jmap *find_around(const struct judge *j, const struct jdev *d, uint64_t dma,
				enum map_kind kind)
{
	struct itree_node *n = itree_first(&d->bus, dma, dma);

	for (; n; n = itree_next(n, dma, dma)) {
		struct jmap *m = table_entry(n, struct jmap, bus);

		if (m->kind == kind && m->dma != dma && m->epoch == j->epoch)
			return m;
	}
	return NULL;
}

static void check_mask(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	const struct jdev *d = m->dev;
	struct report r = report_of(V_DMA_MASK, e);

	if (!d->info || !(d->flags & OBS_DEV_OWN_OPS) || !d->coherent_mask ||
	    m->kind == MAP_POOL || last_of(m->dma, m->len) <= d->coherent_mask)
		return;
	r.map = m;
	say(&r, "%s gets %s beyond its coherent mask", dev_kind(d), map_kind_name(m));
	judge_report(j, &r);
}

void on_alloc(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);
	enum map_kind kind = kind_of(e);
	struct jmap *m = find_alloc(j, d, e->dma, kind, false);

	if (m) {	/* its free was not seen */
		unknown(j, UNKNOWN_REUSED);
		map_end(j, m, NULL, true);
	}
	m = map_new(j, d, kind, e, e->phys, e->dma, e->len);
	m->obj = e->obj;
	check_mask(j, m, e);
	map_insert(j, m);
	if (kind == MAP_POOL)
		pool_takes(m);
}

/*
 * Is its CPU address one of a remapping, which dma_free_attrs() undoes with vunmap()? That must
 * not be in an interrupt, and it may sleep. Coherent memory in the direct map may be freed
 * wherever interrupts are on.
 */
static bool is_remapped(const struct jmap *m)
{
	return m && m->kind == MAP_COHERENT && !m->phys_addr;
}

static void check_context(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	struct report r = report_of(V_COHERENT_FREE_ATOMIC, e);
	const char *where = NULL;

	if (e->arg != OBS_ALLOC_COHERENT)
		return;
	if (e->level >= OBS_HARDIRQ)
		where = "in an interrupt";
	else if (e->flags & OBS_F_IRQS_OFF)
		where = "with interrupts off";
	else if (is_remapped(m) && e->level == OBS_SOFTIRQ)
		where = "that is remapped in a softirq";
	else if (is_remapped(m) && is_locked(j, e))
		where = "that is remapped with a spinlock held";
	if (!where)
		return;
	r.map = m;
	say(&r, "%s frees coherent memory %s", dev_kind(dev_get(j, e->dev)), where);
	judge_report(j, &r);
}

static bool has_direction(const struct jmap *m)
{
	return m->kind == MAP_NONCOHERENT || m->kind == MAP_NONCONTIGUOUS;
}

static void check_match(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	struct report r = report_of(V_UNMAP_WRONG_SIZE, e);

	if (m->epoch != j->epoch)
		return;
	r.map = m;
	if (m->kind == MAP_POOL && m->obj != e->obj) {
		r.id = V_UNMAP_WRONG_FUNCTION;
		say(&r, "%s gives a pool block back to another pool", dev_kind(m->dev));
	} else if (m->kind != MAP_POOL && m->len != e->len) {
		say(&r, "%s frees %s with another size", dev_kind(m->dev), map_kind_name(m));
		detail(&r, "allocated %llu bytes, freed %llu", (unsigned long long)m->len,
		       (unsigned long long)e->len);
	} else if (m->kind != MAP_POOL && m->obj != e->obj) {
		r.id = V_UNMAP_WRONG_ADDRESS;
		say(&r, "%s frees %s with another CPU address", dev_kind(m->dev),
		    map_kind_name(m));
	} else if (has_direction(m) && m->dir != e->dir) {
		r.id = V_UNMAP_WRONG_DIRECTION;
		say(&r, "%s frees %s %s that it allocated %s", dev_kind(m->dev), map_kind_name(m),
		    dir_name(e->dir), dir_name(m->dir));
	} else {
		return;
	}
	judge_report(j, &r);
}

/*
 * A free that matches no live allocation of its kind. The first block of a pool has the
 * address of the memory that it was cut from, so a live object of another kind at this address
 * proves nothing by itself: the free is of the wrong kind only if nothing of its own kind was
 * ever there. What is freed at an address inside it is gone, or will never be freed rightly.
 */
static void unmatched_free(struct judge *j, struct jdev *d, const struct obs_event *e)
{
	struct jmap *other = find_alloc(j, d, e->dma, kind_of(e), true);
	struct jmap *around = find_around(j, d, e->dma, kind_of(e));
	const struct jmap *ghost = ghost_find(j, d, e->dma);
	struct report r = report_of(V_DOUBLE_FREE_COHERENT, e);

	if (!dev_sure(j, d)) {
		unknown(j, j->epoch ? UNKNOWN_LOST : UNKNOWN_BEFORE);
		return;
	}
	if (ghost && ghost->excused)
		return;
	r.map = ghost;
	if (ghost && ghost->kind == kind_of(e)) {
		say(&r, "%s frees %s a second time", dev_kind(d), map_kind_name(ghost));
	} else if (around) {
		r.id = V_UNMAP_WRONG_ADDRESS;
		r.map = around;
		say(&r, "%s frees %s at an address inside it", dev_kind(d), map_kind_name(around));
		detail(&r, "allocated at 0x%llx, freed at 0x%llx", (unsigned long long)around->dma,
		       (unsigned long long)e->dma);
		judge_report(j, &r);
		map_end(j, around, e, true);
		return;
	} else if (other) {
		struct jmap as = { .kind = kind_of(e) };

		r.id = V_UNMAP_WRONG_FUNCTION;
		r.map = other;
		say(&r, "%s frees a %s as %s", dev_kind(d), map_kind_name(other),
		    map_kind_name(&as));
	} else {
		r.id = V_UNMAP_WRONG_ADDRESS;
		say(&r, "%s frees what was never allocated", dev_kind(d));
	}
	judge_report(j, &r);
	if (r.id == V_UNMAP_WRONG_FUNCTION)
		map_end(j, other, e, true);
}

void on_free(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);
	struct jmap *m = find_alloc(j, d, e->dma, kind_of(e), false);

	check_context(j, m, e);
	if (!m) {
		unmatched_free(j, d, e);
		return;
	}
	check_match(j, m, e);
	map_end(j, m, e, false);
}
