// SPDX-License-Identifier: GPL-2.0-only
/* What the steps on maps and memory do, and when the executor refuses them (uapi/dmatorture.h). */
#include "internal.h"

static bool any_freed(const struct turn *t, const struct mmap *m)
{
	for (uint32_t k = 0; k < m->nr_spans && !m->own; k++)
		if (t->s->freed[t->p->spans[m->span + k].area])
			return true;
	return false;
}

static void set_owner(struct turn *t, const struct mmap *m, uint8_t owner)
{
	for (uint32_t i = 0; i < m->nr_cells; i++)
		t->s->owner[m->cell + i] = owner;
}

/*
 * Only dma-direct maps RAM as a resource, and without bounce buffers. What hangs on the kernel is
 * tried both ways.
 */
static bool map_fails(const struct turn *t, const struct mmap *m)
{
	if (m->unsettled)
		return t->p->unsettled_fail;
	return m->kind == DMT_MAP_RESOURCE && t->p->world != WORLD_COHERENT;
}

void step_map(struct turn *t, uint32_t map)
{
	const struct mmap *m = &t->p->maps[map];
	struct map_state *s = &t->s->maps[map];

	if (any_freed(t, m) || s->flags & M_LIVE || map_fails(t, m))
		return;
	rules_map(t, map);
	if (s->flags & M_MAPPED) {	/* it was forgotten, and is mapped twice now */
		s->flags |= M_UNDEF;
		rules_left(t, map);
	}
	/* Addresses that were given back may be given out again. */
	for (uint32_t i = 0; i < t->p->nr_maps; i++)
		if (i != map && t->s->maps[i].flags & M_EVER && !(t->s->maps[i].flags & M_MAPPED) &&
		    has_copy(t->p, &t->p->maps[i]) && !t->p->strict)
			t->s->maps[i].flags |= M_REUSED;
	s->flags = M_LIVE | M_MAPPED | M_EVER | (s->flags & M_UNDEF);
	t->s->engines[m->engine].known = 1;
	memory_map(t, map);
	set_owner(t, m, C_DEVICE);
}

/* Each descriptor that was prepared with the map has an address that is given back. */
static void make_stale(struct turn *t, uint32_t map)
{
	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		const struct mtx *d = &t->p->txs[i];

		if (d->dst.map == map)
			t->s->txs[i].stale |= 1;
		for (uint32_t k = 0; k < d->nr_src && k < 63; k++)
			if (d->src[k].map == map)
				t->s->txs[i].stale |= 2ull << k;
	}
}

static bool is_held(const struct turn *t, uint32_t tx)
{
	const struct tx_state *x = &t->s->txs[tx];

	return tx_in_flight(x) || x->is == T_PREPARED || x->is == T_PARKED || x->flags & X_BACK ||
	       (x->is == T_TERMINATED && t->s->engines[t->p->txs[tx].engine].unsynced);
}

static bool in_use(const struct turn *t, uint32_t map)
{
	for (uint32_t i = 0; i < t->p->nr_txs; i++)
		if (tx_uses(&t->p->txs[i], map) && is_held(t, i))
			return true;
	return false;
}

/* Where addresses are the memory's, nobody can tell which of two mappings at one has ended. */
static void doubt_alike(struct turn *t, uint32_t map)
{
	for (uint32_t i = 0; i < t->p->nr_maps; i++) {
		const struct mmap *m = &t->p->maps[i];

		if (!(t->s->maps[i].flags & M_MAPPED) || !may_hit(t, map, DMT_WRONG_NOTHING, 0, i))
			continue;
		for (uint32_t c = m->cell; c < m->cell + m->nr_cells; c++)
			t->s->owner[c] |= C_DOUBT;
	}
}

static void unmap_right(struct turn *t, uint32_t map)
{
	rules_unmap(t, map, true);
	doubt_alike(t, map);
	memory_unmap(t, map);
	set_owner(t, &t->p->maps[map], 0);
	make_stale(t, map);
	t->s->maps[map].flags &= M_EVER | M_UNDEF;
}

/* A wrong unmap of one mapping may have ended another one. */
static void spoil_others(struct turn *t, uint32_t map, uint32_t how, uint32_t arg)
{
	for (uint32_t i = 0; i < t->p->nr_maps; i++)
		if (t->s->maps[i].flags & M_MAPPED && may_hit(t, map, how, arg, i)) {
			t->s->maps[i].flags |= M_UNDEF;
			memory_unknown(t, i);
		}
}

static bool is_refused(const struct turn *t, uint32_t map, uint32_t how, uint32_t arg)
{
	const struct mmap *m = &t->p->maps[map];

	if (how == DMT_WRONG_LOW)	/* only softdma's addresses have an upper half */
		return !t->p->strict || t->p->engines[m->engine].mask <= 32;
	return how == DMT_WRONG_ADDRESS && !m->own && !t->p->strict && has_copy(t->p, m) &&
	       arg >= m->len;
}

/* Is the call right after all? */
static bool is_right(const struct turn *t, uint32_t map, uint32_t how, uint32_t arg)
{
	const struct mmap *m = &t->p->maps[map];

	switch (how) {
	case DMT_WRONG_NOTHING:
		return true;
	case DMT_WRONG_ENGINE:
		return arg == m->engine;
	case DMT_WRONG_SIZE:
		return arg == m->len;
	case DMT_WRONG_DIR:
		return arg == m->dir;
	case DMT_WRONG_NENTS:
		return arg == m->nr_spans;
	case DMT_WRONG_KIND:
		return arg == m->kind;
	default:
		return false;
	}
}

void step_unmap(struct turn *t, uint32_t map, uint32_t how, uint32_t arg)
{
	struct map_state *s = &t->s->maps[map];
	bool again = how == DMT_WRONG_AGAIN;

	if (again ? s->flags & M_LIVE || !(s->flags & M_EVER) : !(s->flags & M_LIVE))
		return;
	if (is_refused(t, map, how, arg) ||
	    (t->p->maps[map].own && how != DMT_WRONG_KIND && in_use(t, map)))
		return;
	if (is_right(t, map, how, arg)) {
		unmap_right(t, map);
		return;
	}
	if (again && s->flags & M_MAPPED && !(s->flags & M_UNDEF)) {	/* it was forgotten */
		unmap_right(t, map);
		return;
	}
	rules_wrong_unmap(t, map, how, arg);
	spoil_others(t, map, how, arg);
	if (s->flags & M_MAPPED) {
		memory_unknown(t, map);
		s->flags |= M_UNDEF;
	}
	if (t->p->maps[map].own && how != DMT_WRONG_KIND)
		s->flags &= ~M_MAPPED;
	make_stale(t, map);
	if (!(t->p->maps[map].own && how == DMT_WRONG_KIND))
		s->flags &= ~M_LIVE;
}

void step_sync(struct turn *t, const struct use *u, uint32_t how, uint32_t arg, bool for_cpu)
{
	const struct mmap *m = &t->p->maps[u->map];

	if (!(t->s->maps[u->map].flags & M_LIVE) || any_freed(t, m) ||
	    (how == DMT_WRONG_ADDRESS && is_refused(t, u->map, how, arg)))
		return;
	if ((how == DMT_WRONG_DIR && arg == m->dir) ||
	    (how == DMT_WRONG_ENGINE && arg == m->engine))
		how = DMT_WRONG_NOTHING;	/* it is right after all */
	rules_sync(t, u, how, arg);
	if (how == DMT_WRONG_NOTHING)
		memory_sync(t, u, m->dir, for_cpu);
	else
		memory_unknown(t, u->map);
}

void step_forget_map(struct turn *t, uint32_t map)
{
	t->s->maps[map].flags &= ~M_LIVE;
}

void step_free(struct turn *t, uint32_t buffer)
{
	const struct mprog *p = t->p;

	if (t->s->freed[buffer])
		return;
	for (uint32_t i = 0; i < p->nr_maps; i++)
		for (uint32_t k = 0; k < p->maps[i].nr_spans; k++)
			if (p->spans[p->maps[i].span + k].area == buffer && in_use(t, i))
				return;
	rules_free(t, buffer);
	t->s->freed[buffer] = 1;
	for (uint32_t i = 0; i < p->areas[buffer].nr_pieces; i++)
		t->s->mem[p->areas[buffer].piece + i] = VALUE_ANY;
}
