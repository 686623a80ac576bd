// SPDX-License-Identifier: GPL-2.0-only
/* Streaming mappings: map, unmap, and what can be wrong with an unmap. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

const char *map_kind_name(const struct jmap *m)
{
	static const char *const names[] = {
		[MAP_PAGE] = "page", [MAP_RESOURCE] = "resource", [MAP_LINK] = "link",
		[MAP_SG] = "sg entry",
		[MAP_COHERENT] = "coherent memory", [MAP_NONCOHERENT] = "noncoherent memory",
		[MAP_POOL] = "pool block", [MAP_NONCONTIGUOUS] = "noncontiguous memory",
	};

	return names[m->kind];
}

const char *dir_name(uint32_t dir)
{
	static const char *const names[] = { "BIDIRECTIONAL", "TO_DEVICE", "FROM_DEVICE" };

	return dir < 3 ? names[dir] : "NONE";
}

bool writes(const struct jmap *m)
{
	return m->dir != DIR_TO;
}

/* The key is the low half of the address, so that a truncated address finds the whole one. */
uint64_t map_key(uint64_t dma)
{
	return (uint32_t)dma;
}

void dev_elides(struct jdev *dev, bool elides)
{
	if (elides)
		dev->flags |= OBS_DEV_ELIDES;
	else
		dev->flags &= ~OBS_DEV_ELIDES;
}

/* ---- the life of a struct jmap ---- */

struct jmap *map_new(struct judge *j, struct jdev *dev, enum map_kind kind,
		     const struct obs_event *e, uint64_t phys, uint64_t dma, uint64_t len)
{
	struct jmap *m = j->free_maps;
	struct owners owners = { 0 };

	if (m) {
		j->free_maps = m->next;
		owners = m->owners;
	} else {
		m = xmalloc(sizeof(*m));
	}
	memset(m, 0, sizeof(*m));
	m->owners = owners;
	m->owners.nr = 0;
	m->owners.base = e->attrs & ATTR_SKIP_CPU_SYNC ? OWNER_UNKNOWN : OWNER_DEVICE;
	m->dev = dev;
	m->kind = kind;
	m->phys_addr = phys;
	m->dma = dma;
	m->len = len;
	m->dir = e->dir;
	m->attrs = e->attrs;
	m->epoch = j->epoch;
	m->seq = e->seq;
	m->time = e->time_ns;
	m->task = e->task;
	m->cpu = e->cpu;
	m->level = e->level;
	m->stack = e->stack;
	m->elided = e->flags & OBS_F_ELIDES;
	m->live = true;
	if (kind == MAP_PAGE || kind == MAP_LINK)
		dev_elides(dev, m->elided);
	return m;
}

void map_insert(struct judge *j, struct jmap *m)
{
	struct jdev *d = m->dev;

	m->bus.start = m->dma;
	m->bus.last = last_of(m->dma, m->len);
	itree_insert(&d->bus, &m->bus);
	table_add(&j->maps, &m->node, map_key(m->dma));
	m->next = d->maps;
	m->prev = NULL;
	if (d->maps)
		d->maps->prev = m;
	d->maps = m;
	if ((m->kind == MAP_PAGE || m->kind == MAP_LINK || m->kind == MAP_SG) && m->len &&
	    !(m->attrs & ATTR_MMIO)) {
		m->phys.start = m->phys_addr;
		m->phys.last = last_of(m->phys_addr, m->len);
		itree_insert(&j->phys, &m->phys);
		m->in_phys = true;
	}
	site_mapped(j, m);
	j->n.maps++;
	j->n.blocks += m->kind == MAP_POOL;
	if (++j->n.live > j->n.peak)
		j->n.peak = j->n.live;
}

static void ghost_unlink(struct judge *j, struct jmap *m)
{
	if (m->prev)
		m->prev->next = m->next;
	else
		j->ghost_first = m->next;
	if (m->next)
		m->next->prev = m->prev;
	else
		j->ghost_last = m->prev;
	j->ghosts--;
}

static void ghost_forget(struct judge *j, struct jmap *m)
{
	while (m->uses)
		use_unlink(m->uses);
	ghost_unlink(j, m);
	table_del(&j->maps, &m->node);
	m->next = j->free_maps;
	j->free_maps = m;
}

struct jmap *ghost_find(struct judge *j, const struct jdev *d, uint64_t dma)
{
	struct table_node *n = table_first(&j->maps, map_key(dma));

	for (; n; n = table_next(n)) {
		struct jmap *m = table_entry(n, struct jmap, node);

		if (!m->live && m->dev == d && m->dma == dma)
			return m;
	}
	return NULL;
}

/*
 * The mapping that held all of these bytes and ended last, of the device or of one that has the
 * same addresses. Only an operand that no mapping holds asks, so the list is gone through.
 */
struct jmap *ghost_containing(struct judge *j, const struct jdev *d, uint64_t dma, uint64_t len)
{
	uint64_t last = last_of(dma, len);

	for (struct jmap *m = j->ghost_last; m; m = m->prev)
		if (m->dma <= dma && last >= dma && last <= last_of(m->dma, m->len) &&
		    same_domain(d, m->dev) == 1)
			return m;
	return NULL;
}

/* Keeps an ended mapping as a ghost; of each address only the newest is kept. */
static void make_ghost(struct judge *j, struct jmap *m)
{
	struct jmap *old = ghost_find(j, m->dev, m->dma);

	m->live = false;
	if (old)
		ghost_forget(j, old);
	m->next = NULL;
	m->prev = j->ghost_last;
	if (j->ghost_last)
		j->ghost_last->next = m;
	else
		j->ghost_first = m;
	j->ghost_last = m;
	if (++j->ghosts > MAX_GHOSTS)
		ghost_forget(j, j->ghost_first);
}

static void check_error_checked(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	struct report r = report_of(V_UNCHECKED_MAPPING_ERROR, e);

	if (!j->opts.mapping_errors && (!j->asked_seq || m->seq < j->asked_seq))
		return;
	if (m->checked || m->epoch != j->epoch || m->kind > MAP_RESOURCE)
		return;
	r.map = m;
	say(&r, "%s never asked dma_mapping_error() about a mapped %s", dev_kind(m->dev),
	    map_kind_name(m));
	judge_report(j, &r);
}

static void unlink_live(struct judge *j, struct jmap *m)
{
	struct jdev *d = m->dev;

	itree_remove(&d->bus, &m->bus);
	if (m->in_phys)
		itree_remove(&j->phys, &m->phys);
	m->in_phys = false;
	if (m->prev)
		m->prev->next = m->next;
	else
		d->maps = m->next;
	if (m->next)
		m->next->prev = m->prev;
	if (m->may_stay)
		d->staying--;
	site_unmapped(m);
	j->n.live--;
}

void map_end(struct judge *j, struct jmap *m, const struct obs_event *e, bool excused)
{
	if (e && !excused) {
		check_wrote_at_unmap(j, m, e);
		check_uses_at_unmap(j, m, e);
		check_error_checked(j, m, e);
	}
	m->unmap_seq = e ? e->seq : j->last_seq;
	m->unmap_time = j->now;
	m->unmap_stack = e ? e->stack : -1;
	m->excused = excused;
	if (m->sg)
		sg_lost_entry(j, m);
	unlink_live(j, m);
	make_ghost(j, m);
}

static bool fits(const struct jmap *m, uint8_t use)
{
	return !use || m->dir == 0 || m->dir == use;
}

/*
 * Finds the mapping that an operand is in. With dma-direct two mappings of the same bytes have
 * the same address; then the one whose direction fits is taken: a TO_DEVICE mapping for a
 * source (@use 1), a FROM_DEVICE one for a destination (@use 2).
 */
struct jmap *map_for_use(const struct jdev *d, uint64_t dma, uint64_t len, uint8_t use)
{
	uint64_t last = last_of(dma, len);
	struct itree_node *n = itree_first(&d->bus, dma, dma);
	struct jmap *any = NULL;

	for (; n; n = itree_next(n, dma, dma)) {
		struct jmap *m = table_entry(n, struct jmap, bus);

		if (n->last < last || last < dma)
			continue;
		if (fits(m, use))
			return m;
		any = any ? any : m;
	}
	return any;
}

struct jmap *map_containing(const struct jdev *d, uint64_t dma, uint64_t len)
{
	uint64_t last = last_of(dma, len);
	struct itree_node *n = itree_first(&d->bus, dma, dma);

	for (; n; n = itree_next(n, dma, dma))
		if (n->last >= last && last >= dma)
			return table_entry(n, struct jmap, bus);
	return NULL;
}

/*
 * Called for a new mapping at @dma. An old mapping at the same address with other memory must
 * have ended unseen. One with the same memory may have ended unseen if events were lost since:
 * as nobody can tell which of the two a later unmap ends, they become one mapping of which
 * nothing is sure. Returns the epoch for the new mapping; @reused: an old one with other memory
 * had this address, and its unmap may still come (struct jmap).
 */
uint64_t drop_stale(struct judge *j, const struct jdev *d, uint64_t dma, uint64_t phys,
		    bool *reused)
{
	struct table_node *n = table_first(&j->maps, map_key(dma)), *next;
	uint64_t epoch = j->epoch;

	*reused = false;
	for (; n; n = next) {
		struct jmap *m = table_entry(n, struct jmap, node);
		bool same = m->phys_addr == phys;

		next = table_next(n);
		if (!m->live || m->dev != d || m->dma != dma || m->kind >= MAP_COHERENT ||
		    (same && m->epoch == j->epoch))
			continue;
		if (same && (m->epoch < epoch || m->epoch == EPOCH_UNSURE))
			epoch = m->epoch;
		unknown(j, same ? UNKNOWN_LOST : UNKNOWN_REUSED);
		*reused |= !same;
		map_end(j, m, NULL, true);
		/* the list of this key has changed */
		next = table_first(&j->maps, map_key(dma));
	}
	return epoch;
}

/* ---- map ---- */

static void check_failed_map(struct judge *j, const struct jdev *d, const struct obs_event *e)
{
	struct report r = report_of(V_DMA_MASK, e);

	/* These are refused for reasons of their own. */
	if (e->attrs & (ATTR_MMIO | ATTR_REQUIRE_COHERENT | ATTR_CC_SHARED))
		return;
	if (!d->info || !(d->flags & OBS_DEV_NO_MASK))
		return;
	say(&r, "%s maps memory and never set a DMA mask", dev_kind(d));
	judge_report(j, &r);
}

/* Of the kinds of OBS_MAP. */
static enum map_kind kind_of(const struct obs_event *e)
{
	static const enum map_kind kinds[] = { MAP_PAGE, MAP_RESOURCE, MAP_LINK };

	return e->arg <= OBS_MAP_LINK ? kinds[e->arg] : MAP_PAGE;
}

void on_map(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);
	struct jmap *m;
	uint64_t epoch;
	bool reused;

	if (e->arg == OBS_MAP_LINK)
		check_link(j, d, e);
	if (e->flags & OBS_F_FAILED || e->dma == OBS_DMA_ERROR) {
		check_failed_map(j, d, e);
		return;
	}
	if (e->flags & OBS_F_MAY_STAY)
		d->may_stay = true;
	if (d->may_stay)
		end_stayers(j, d, e->dma, e->len);
	epoch = drop_stale(j, d, e->dma, e->phys, &reused);
	m = map_new(j, d, kind_of(e), e, e->phys, e->dma, e->len);
	m->epoch = epoch;
	m->reused = reused;
	check_new_map(j, m, e);
	check_overlaps(j, m, e);
	map_insert(j, m);
	if (d->may_stay && m->kind == MAP_PAGE)
		map_may_stay(j, m);
}

void on_mapping_error(struct judge *j, const struct obs_event *e)
{
	const struct jdev *d = dev_get(j, e->dev);
	struct table_node *n = table_first(&j->maps, map_key(e->dma));

	if (!j->asked_seq)
		j->asked_seq = e->seq;
	for (; n; n = table_next(n)) {
		struct jmap *m = table_entry(n, struct jmap, node);

		if (m->live && m->dev == d && m->dma == e->dma)
			m->checked = true;
	}
}

/* ---- unmap ---- */

static int score(const struct jmap *m, const struct obs_event *e, enum map_kind kind)
{
	return (m->kind == kind ? 4 : 0) + (m->len == e->len ? 2 : 0) + (m->dir == e->dir ? 1 : 0);
}

/* Finds, among the mappings of one address, the one that the unmap describes best. */
static struct jmap *best_match(struct judge *j, const struct jdev *d, const struct obs_event *e,
			       enum map_kind kind)
{
	struct table_node *n = table_first(&j->maps, map_key(e->dma));
	struct jmap *best = NULL;
	int most = -1;

	for (; n; n = table_next(n)) {
		struct jmap *m = table_entry(n, struct jmap, node);

		if (!m->live || m->dev != d || m->dma != e->dma || score(m, e, kind) < most)
			continue;
		best = m;
		most = score(m, e, kind);
	}
	return best;
}

static void report_mismatch(struct judge *j, struct jmap *m, const struct obs_event *e,
			    enum violation_id id)
{
	struct report r = report_of(id, e);

	r.map = m;
	if (id == V_UNMAP_WRONG_FUNCTION)
		say(&r, "%s unmaps %s as a %s", dev_kind(m->dev), map_kind_name(m),
		    e->arg == OBS_MAP_RESOURCE ? "resource" : "page");
	else if (id == V_UNMAP_WRONG_SIZE)
		say(&r, "%s unmaps a %s with another size", dev_kind(m->dev), map_kind_name(m));
	else
		say(&r, "%s unmaps a %s %s that it mapped %s", dev_kind(m->dev), map_kind_name(m),
		    dir_name(e->dir), dir_name(m->dir));
	detail(&r, "mapped %llu bytes %s, unmapped %llu bytes %s", (unsigned long long)m->len,
	       dir_name(m->dir), (unsigned long long)e->len, dir_name(e->dir));
	judge_report(j, &r);
}

/*
 * Does a mismatch between an unmap and the mapping prove an error? Not if the device was not
 * seen from its start: it may have mapped the same page for reading before, and the unmap may
 * be that mapping's.
 */
static bool mismatch_proves(struct judge *j, const struct jmap *m)
{
	if (m->epoch != j->epoch) {
		unknown(j, UNKNOWN_LOST);
		return false;
	}
	if (!dev_sure(j, m->dev) && m->dir == DIR_TO && m->kind <= MAP_SG) {
		unknown(j, UNKNOWN_BEFORE);
		return false;
	}
	return true;
}

static void check_match(struct judge *j, struct jmap *m, const struct obs_event *e,
			enum map_kind kind)
{
	enum violation_id id;

	if (m->kind != kind)
		id = V_UNMAP_WRONG_FUNCTION;
	else if (m->len != e->len)
		id = V_UNMAP_WRONG_SIZE;
	else if (m->dir != e->dir)
		id = V_UNMAP_WRONG_DIRECTION;
	else
		return;
	if (mismatch_proves(j, m))
		report_mismatch(j, m, e, id);
}

/*
 * An unmap at an address that was given out again before the unmap of its old mapping was seen. If
 * it fits @m, it may be of either of the two; @m may have ended, and one more may come.
 */
static void unmap_reused(struct judge *j, struct jmap *m, const struct obs_event *e,
			 enum map_kind kind)
{
	unknown(j, UNKNOWN_REUSED);
	m->reused = false;
	if (m->kind != kind || m->len != e->len || m->dir != e->dir)
		return;
	m->epoch = EPOCH_UNSURE;
	map_end(j, m, e, true);
}

void on_unmap(struct judge *j, const struct obs_event *e)
{
	enum map_kind kind = kind_of(e);
	struct jdev *d = dev_get(j, e->dev);
	struct jmap *m;

	if (kind == MAP_LINK) {
		on_unlink(j, e);
		return;
	}
	m = best_match(j, d, e, kind);
	j->n.unmaps++;
	if (!m) {
		unmatched_unmap(j, e, d, "unmaps");
		return;
	}
	if (m->reused) {
		unmap_reused(j, m, e, kind);
		return;
	}
	check_match(j, m, e, kind);
	map_end(j, m, e, false);
}

/* ---- memory that is freed ---- */

static void report_free(struct judge *j, struct jmap *m, const struct obs_event *e)
{
	struct report r = report_of(V_FREE_WHILE_MAPPED, e);

	if (m->freed)
		return;
	m->freed = true;
	if (m->may_stay) {
		unknown(j, UNKNOWN_MAY_STAY);
		return;
	}
	if (m->epoch != j->epoch) {
		unknown(j, UNKNOWN_LOST);
		return;
	}
	r.map = m;
	say(&r, "memory is freed while %s has it mapped %s", dev_kind(m->dev), dir_name(m->dir));
	detail(&r, "%s of 0x%llx",
	       e->arg == OBS_FREE_PAGES ? "free_pages" :
	       e->arg == OBS_FREE_CACHE ? "kmem_cache_free" :
					  "kfree",
	       (unsigned long long)e->phys);
	judge_report(j, &r);
}

void on_mem_free(struct judge *j, const struct obs_event *e)
{
	uint64_t last = last_of(e->phys, e->len);
	struct itree_node *n = itree_first(&j->phys, e->phys, last);

	for (; n; n = itree_next(n, e->phys, last))
		report_free(j, table_entry(n, struct jmap, phys), e);
}

static void free_map(struct table_node *n)
{
	struct jmap *m = table_entry(n, struct jmap, node);

	free(m->owners.spans);
	free(m);
}

void free_maps(struct judge *j)
{
	struct jmap *m, *next;

	table_drain(&j->maps, free_map);
	for (m = j->free_maps; m; m = next) {
		next = m->next;
		free_map(&m->node);
	}
}
