// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules for mappings, a function each; rule_rows.h says which document each comes from. A rule
 * is asked before the call that it is about changes anything. What was left by a wrong call is not
 * known, so a rule that is broken with such a mapping is broken perhaps.
 */
#include "internal.h"

/* Is the mapping there, for the kernel? */
static bool is_mapped(const struct turn *t, uint32_t map)
{
	return t->s->maps[map].flags & M_MAPPED;
}

static bool is_sure(const struct turn *t, uint32_t map)
{
	return !(t->s->maps[map].flags & M_UNDEF);
}

/* Do they share a byte that the device of @old owns now? */
static enum model_sure shares_owned(const struct turn *t, const struct mmap *new,
				    const struct mmap *old)
{
	const struct mprog *p = t->p;
	enum model_sure sure = MODEL_NEVER;

	for (uint32_t i = 0; i < old->nr_cells; i++) {
		uint8_t owner = t->s->owner[old->cell + i];

		if (!(owner & (C_DEVICE | C_DOUBT)))
			continue;
		for (uint32_t k = 0; k < new->nr_cells && sure != MODEL_MUST; k++)
			if (p->cells[old->cell + i] == p->cells[new->cell + k])
				sure = owner & C_DOUBT ? MODEL_MAY : MODEL_MUST;
	}
	return sure;
}

/* Where the kernel leaves syncs out, nobody sees that the CPU has the bytes. */
static bool syncs_are_told(const struct turn *t, const struct mmap *m)
{
	return t->p->world != WORLD_COHERENT || t->p->engines[m->engine].syncs_told;
}

static void rule_overlap(struct turn *t, uint32_t map, uint32_t other, enum model_sure owned)
{
	const struct mmap *new = &t->p->maps[map], *old = &t->p->maps[other];
	bool sure = owned == MODEL_MUST && is_sure(t, other) &&
		    !(old->attrs & DMT_ATTR_SKIP_CPU_SYNC) &&
		    old->kind != DMT_MAP_RESOURCE && new->kind != DMT_MAP_RESOURCE;

	sure &= syncs_are_told(t, old) && syncs_are_told(t, new);
	if (!dir_writes(new->dir) && dir_writes(old->dir))
		claim(t, RULE_EARLY_MAP, sure, MODEL_ON_MAP, map);
	else if (dir_writes(new->dir) && !dir_writes(old->dir))
		claim(t, RULE_OVERLAP_DIRECTION, sure, MODEL_ON_MAP, map);
	else if (dir_writes(new->dir) && new->engine == old->engine)
		claim(t, RULE_OVERLAP_SAME, sure, MODEL_ON_MAP, map);
	else if (dir_writes(new->dir))
		claim(t, RULE_OVERLAP_CROSS, sure, MODEL_ON_MAP, map);
}

static bool is_same_list(const struct turn *t, uint32_t map, uint32_t other)
{
	const struct mmap *m = &t->p->maps[map], *o = &t->p->maps[other];

	return m->kind == DMT_MAP_SG && o->kind == DMT_MAP_SG && m->list == o->list;
}

/* That the list is mapped again is all that is said, however often it is. */
static bool rule_remap_sg(struct turn *t, uint32_t map, uint32_t other)
{
	if (!is_same_list(t, map, other))
		return false;
	claim(t, RULE_REMAP_SG,
	      is_sure(t, other) && t->p->maps[map].engine == t->p->maps[other].engine,
	      MODEL_ON_MAP, map);
	return true;
}

static void rule_memory(struct turn *t, uint32_t map)
{
	const struct mprog *p = t->p;
	const struct mmap *m = &p->maps[map];

	for (uint32_t k = 0; k < m->nr_spans && !m->own; k++) {
		uint32_t memory = p->areas[p->spans[m->span + k].area].memory;

		/* Only the task that owns the stack knows it as one. */
		if (memory == DMT_MEMORY_STACK) {
			claim(t, RULE_STACK, m->kind != DMT_MAP_SG && !t->strand &&
			      t->at->ctx == DMT_CTX_TASK, MODEL_ON_MAP, map);
			claim(t, RULE_BAD_MEMORY, false, MODEL_ON_MAP, map);
		}
		if (memory == DMT_MEMORY_RODATA)
			claim(t, RULE_BAD_MEMORY, true, MODEL_ON_MAP, map);
	}
}

static void rule_mmio(struct turn *t, uint32_t map)
{
	/* Only dma-direct without bounce buffers takes it on every kernel. */
	if (t->p->maps[map].kind == DMT_MAP_RESOURCE)
		claim(t, RULE_MMIO, t->p->world == WORLD_COHERENT, MODEL_ON_MAP, map);
}

static void rule_segment(struct turn *t, uint32_t map)
{
	const struct mmap *m = &t->p->maps[map];

	for (uint32_t k = 0; k < m->nr_spans && m->kind == DMT_MAP_SG; k++)
		if (t->p->spans[m->span + k].len > t->p->engines[m->engine].max_len)
			claim(t, RULE_SEGMENT, true, MODEL_ON_MAP, map);
}

void rules_map(struct turn *t, uint32_t map)
{
	const struct mmap *m = &t->p->maps[map];

	rule_memory(t, map);
	rule_mmio(t, map);
	rule_segment(t, map);
	if (m->own || m->attrs & DMT_ATTR_SKIP_CPU_SYNC)
		return;
	for (uint32_t i = 0; i < t->p->nr_maps; i++) {
		enum model_sure owned = shares_owned(t, m, &t->p->maps[i]);

		if (i == map || !is_mapped(t, i) || t->p->maps[i].own || owned == MODEL_NEVER)
			continue;
		if (!rule_remap_sg(t, map, i))
			rule_overlap(t, map, i, owned);
	}
}

/* ---- unmaps ---- */

/*
 * Does the descriptor use the mapping, as far as events can tell? Not surely, where it is of
 * another device, or where the operand's address is that of several mappings.
 */
static enum model_sure uses(const struct turn *t, uint32_t tx, uint32_t map)
{
	const struct mtx *d = &t->p->txs[tx];
	enum model_sure sure = MODEL_NEVER;

	for (uint32_t k = 0; k <= d->nr_src; k++) {
		const struct use *u = k ? &d->src[k - 1] : &d->dst;

		if (u->map == map && is_sure_use(t, tx, u))
			return MODEL_MUST;
		if (u->map == map || (is_ambiguous(t, u, !k) && shares_bytes(t->p, map, &u->span)))
			sure = MODEL_MAY;
	}
	return sure;
}

static void rule_unmap_active(struct turn *t, uint32_t map, bool right)
{
	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		const struct tx_state *x = &t->s->txs[i];
		enum model_sure use = uses(t, i, map);

		if (use == MODEL_NEVER)
			continue;
		if (tx_in_flight(x))
			claim(t, RULE_UNMAP_ACTIVE, right && use == MODEL_MUST && is_sure(t, map) &&
			      tells_completion(t, i), MODEL_ON_MAP, map);
		else if ((x->is == T_DONE || x->is == T_FAILED) && !(x->flags & X_TOLD))
			claim(t, RULE_UNMAP_ACTIVE, false, MODEL_ON_MAP, map);
	}
}

static void rule_no_synchronize(struct turn *t, uint32_t map, bool right)
{
	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		const struct tx_state *x = &t->s->txs[i];
		enum model_sure use = uses(t, i, map);

		if (x->is == T_TERMINATED && t->s->engines[t->p->txs[i].engine].unsynced &&
		    use != MODEL_NEVER)
			claim(t, RULE_NO_SYNCHRONIZE, right && use == MODEL_MUST &&
			      !(x->flags & X_UNISSUED) && is_sure(t, map), MODEL_ON_MAP, map);
	}
}

static void rule_unchecked(struct turn *t, uint32_t map)
{
	const struct mmap *m = &t->p->maps[map];

	if (!m->own && m->kind != DMT_MAP_SG && !(t->s->maps[map].flags & M_ASKED))
		claim(t, RULE_UNCHECKED, false, MODEL_ON_MAP, map);
}

static void rule_free_atomic(struct turn *t, uint32_t map)
{
	if (t->p->maps[map].kind == DMT_MAP_COHERENT &&
	    (t->at->ctx == DMT_CTX_ATOMIC || t->at->ctx == DMT_CTX_HARDIRQ))
		claim(t, RULE_FREE_ATOMIC, true, MODEL_ON_MAP, map);
}

/* A wrong call may have ended the mapping: each on it may be one too many, or of another one. */
static void rule_unmap_unknown(struct turn *t, uint32_t map)
{
	static const unsigned int rules[] = {
		RULE_DOUBLE_UNMAP, RULE_UNMAP_ADDRESS, RULE_UNMAP_DIRECTION, RULE_UNMAP_SIZE,
		RULE_UNMAP_DEVICE, RULE_UNMAP_FUNCTION, RULE_NENTS,
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		claim(t, rules[i], false, MODEL_ON_MAP, map);
}

/* What the CPU wrote since a sync for it, where the unmap copies what the device has. */
static void rule_unmap_dirty(struct turn *t, uint32_t map)
{
	const struct mmap *m = &t->p->maps[map];

	for (uint32_t c = m->cell; c < m->cell + m->nr_cells && dir_writes(m->dir); c++)
		if (t->s->owner[c] & C_DIRTY && !(t->s->owner[c] & C_DEVICE)) {
			claim(t, RULE_MISSING_SYNC, true, MODEL_ON_MAP, map);
			return;
		}
}

void rules_unmap(struct turn *t, uint32_t map, bool right)
{
	if (right)
		rule_unmap_dirty(t, map);
	rule_unmap_active(t, map, right);
	rule_no_synchronize(t, map, right);
	rule_unchecked(t, map);
	rule_free_atomic(t, map);
	if (!is_sure(t, map))
		rule_unmap_unknown(t, map);
}

/* Does @b begin where @a does, or hold what is @more bytes behind that? */
static bool begins_in(const struct span *a, bool behind, uint32_t more, const struct span *b)
{
	if (a->area != b->area)
		return false;
	if (!behind)
		return a->off == b->off;
	return a->off + (uint64_t)more >= b->off && a->off + (uint64_t)more < b->off + b->len;
}

/*
 * Might the wrong call, of another device or at another address, be one of mapping @other? It may
 * where addresses are the memory's and it begins or began there, and where an address was given
 * back and is used again.
 */
bool may_hit(const struct turn *t, uint32_t map, uint32_t how, uint32_t arg, uint32_t other)
{
	const struct mprog *p = t->p;
	const struct mmap *m = &p->maps[map], *o = &p->maps[other];
	const struct span *a = &p->spans[m->span];

	if (map == other || o->own || !(t->s->maps[other].flags & M_EVER) || p->strict ||
	    o->engine != (how == DMT_WRONG_ENGINE ? arg : m->engine))
		return false;
	if (t->s->maps[map].flags & M_REUSED || t->s->maps[other].flags & M_REUSED)
		return true;
	for (uint32_t k = 0; k < o->nr_spans && m->nr_spans && !has_copy(p, m); k++)
		if (begins_in(a, how == DMT_WRONG_ADDRESS, arg, &p->spans[o->span + k]))
			return true;
	return false;
}

static bool hits_another(const struct turn *t, uint32_t map, uint32_t how, uint32_t arg)
{
	for (uint32_t i = 0; i < t->p->nr_maps; i++)
		if (may_hit(t, map, how, arg, i))
			return true;
	return false;
}

static void rule_wrong_parameter(struct turn *t, uint32_t map, uint32_t how, uint32_t arg)
{
	static const unsigned int rules[DMT_WRONG__COUNT] = {
		[DMT_WRONG_ENGINE] = RULE_UNMAP_DEVICE, [DMT_WRONG_SIZE] = RULE_UNMAP_SIZE,
		[DMT_WRONG_DIR] = RULE_UNMAP_DIRECTION, [DMT_WRONG_ADDRESS] = RULE_UNMAP_ADDRESS,
		[DMT_WRONG_AGAIN] = RULE_DOUBLE_UNMAP, [DMT_WRONG_KIND] = RULE_UNMAP_FUNCTION,
		[DMT_WRONG_NENTS] = RULE_NENTS, [DMT_WRONG_LOW] = RULE_TRUNCATED,
	};
	bool hits = hits_another(t, map, how, arg);

	claim(t, rules[how], is_sure(t, map) && !hits, MODEL_ON_MAP, map);
	if (hits)
		rule_unmap_unknown(t, map);
	for (uint32_t i = 0; i < t->p->nr_maps; i++)
		if (may_hit(t, map, how, arg, i))
			rule_unmap_unknown(t, i);
}

void rules_wrong_unmap(struct turn *t, uint32_t map, uint32_t how, uint32_t arg)
{
	if (how != DMT_WRONG_AGAIN)
		rules_unmap(t, map, false);
	rule_wrong_parameter(t, map, how, arg);
}

/* ---- syncs ---- */

/* Does a mapping of the engine hold the bytes too, where addresses are the memory's? */
static bool sync_hits(const struct turn *t, const struct use *u, uint32_t engine)
{
	const struct mprog *p = t->p;

	for (uint32_t i = 0; i < p->nr_maps; i++) {
		const struct mmap *m = &p->maps[i];

		if (i == u->map || m->own || m->engine != engine || !is_mapped(t, i) ||
		    has_copy(p, &p->maps[u->map]))
			continue;
		for (uint32_t c = m->cell; c < m->cell + m->nr_cells; c++)
			if (p->pieces[p->cells[c]].area == p->pieces[p->cells[u->cell]].area)
				return true;
	}
	return false;
}

static void rule_sync_range(struct turn *t, const struct use *u, uint32_t how, uint32_t arg)
{
	const struct mmap *m = &t->p->maps[u->map];
	bool sure = is_sure(t, u->map) && syncs_are_told(t, m);
	uint64_t left = 0;

	for (uint32_t i = u->cell; i < m->cell + m->nr_cells; i++)
		left += t->p->pieces[t->p->cells[i]].len;
	if ((how == DMT_WRONG_SIZE && arg > left) ||
	    (how == DMT_WRONG_ADDRESS && (uint64_t)arg + u->span.len > left))
		claim(t, RULE_SYNC_RANGE, sure && !sync_hits(t, u, m->engine), MODEL_ON_MAP,
		      u->map);
	if (how == DMT_WRONG_ENGINE && arg != m->engine)
		claim(t, RULE_SYNC_RANGE, sure && t->s->engines[arg].known &&
		      t->p->engines[arg].syncs_told && !sync_hits(t, u, arg), MODEL_ON_MAP,
		      u->map);
}

static void rule_sync_direction(struct turn *t, const struct use *u, uint32_t how, uint32_t arg)
{
	const struct mmap *m = &t->p->maps[u->map];

	if (how == DMT_WRONG_DIR && arg != m->dir && m->dir != DMT_BIDIRECTIONAL)
		claim(t, RULE_SYNC_DIRECTION, is_sure(t, u->map) && syncs_are_told(t, m) &&
		      !sync_hits(t, u, m->engine), MODEL_ON_MAP, u->map);
}

static bool spans_share(const struct span *a, const struct span *b)
{
	return a->area == b->area && a->off < b->off + b->len && b->off < a->off + a->len;
}

/* All of a list has no span of its own: any entry of it counts. */
static bool use_shares(const struct turn *t, const struct use *sync, const struct use *u)
{
	return sync->span.len ? spans_share(&sync->span, &u->span) :
				shares_bytes(t->p, sync->map, &u->span);
}

static void sync_active(struct turn *t, const struct use *sync, uint32_t tx, const struct use *u)
{
	const struct tx_state *x = &t->s->txs[tx];
	bool works = x->is == T_ISSUED || x->is == T_MOVED;

	if (use_shares(t, sync, u) &&
	    (works || ((x->is == T_DONE || x->is == T_FAILED) && !(x->flags & X_TOLD))))
		claim(t, RULE_SYNC_ACTIVE,
		      works && sync->map == u->map && is_sure_use(t, tx, u) &&
			      syncs_are_told(t, &t->p->maps[u->map]), MODEL_ON_MAP, sync->map);
}

static void rule_sync_active(struct turn *t, const struct use *u)
{
	for (uint32_t i = 0; i < t->p->nr_txs; i++)
		for (uint32_t k = 0; k <= t->p->txs[i].nr_src; k++)
			sync_active(t, u, i, k ? &t->p->txs[i].src[k - 1] : &t->p->txs[i].dst);
}

void rules_sync(struct turn *t, const struct use *u, uint32_t how, uint32_t arg)
{
	if (!is_sure(t, u->map)) {
		claim(t, RULE_SYNC_RANGE, false, MODEL_ON_MAP, u->map);
		claim(t, RULE_SYNC_DIRECTION, false, MODEL_ON_MAP, u->map);
	}
	rule_sync_range(t, u, how, arg);
	rule_sync_direction(t, u, how, arg);
	if (how == DMT_WRONG_NOTHING)
		rule_sync_active(t, u);
}

/* ---- memory ---- */

static bool lies_in(const struct mprog *p, const struct mmap *m, uint32_t area)
{
	for (uint32_t k = 0; k < m->nr_spans; k++)
		if (p->spans[m->span + k].area == area)
			return true;
	return false;
}

static bool free_is_seen(const struct mprog *p, uint32_t area)
{
	uint32_t memory = p->areas[area].memory;

	return memory == DMT_MEMORY_PAGES || memory == DMT_MEMORY_KMALLOC ||
	       memory == DMT_MEMORY_CACHE;
}

void rules_free(struct turn *t, uint32_t area)
{
	for (uint32_t i = 0; i < t->p->nr_maps; i++)
		if (is_mapped(t, i) && !t->p->maps[i].own && lies_in(t->p, &t->p->maps[i], area))
			claim(t, RULE_FREE_MAPPED, is_sure(t, i) && free_is_seen(t->p, area),
			      MODEL_ON_MAP, i);
}

static void rule_cpu_access(struct turn *t, uint32_t map, uint32_t cell, bool writes)
{
	if (t->s->owner[cell] & C_DEVICE && (writes || dir_writes(t->p->maps[map].dir)))
		claim(t, RULE_CPU_ACCESS, is_sure(t, map), MODEL_ON_MAP, map);
}

void rules_cpu(struct turn *t, const struct span *span, bool writes)
{
	const struct mprog *p = t->p;

	for (uint32_t i = 0; i < p->nr_maps; i++) {
		const struct mmap *m = &p->maps[i];

		for (uint32_t c = m->cell; c < m->cell + m->nr_cells && is_mapped(t, i); c++) {
			if (p->cells[c] < span->piece || p->cells[c] >= span->piece + span->nr)
				continue;
			rule_cpu_access(t, i, c, writes);
			if (writes)
				t->s->owner[c] |= C_DIRTY;
		}
	}
}

/* ---- the end ---- */

void rules_left(struct turn *t, uint32_t map)
{
	const struct mprog *p = t->p;
	const struct mmap *m = &p->maps[map];

	claim(t, RULE_LEAK, is_sure(t, map), MODEL_ON_MAP, map);
	for (uint32_t k = 0; k < m->nr_spans && !m->own; k++)
		claim(t, RULE_FREE_MAPPED,
		      is_sure(t, map) && free_is_seen(p, p->spans[m->span + k].area),
		      MODEL_ON_MAP, map);
}

/* What is left mapped is still there when the program runs again. */
static void rule_left_overlap(struct turn *t, uint32_t map)
{
	const struct mprog *p = t->p;

	for (uint32_t i = 0; i < p->nr_maps && p->repeat > 1; i++)
		if (!p->maps[i].own && shares_owned(t, &p->maps[i], &p->maps[map]) != MODEL_NEVER)
			rule_overlap(t, i, map, MODEL_MAY);
}

void rules_end_maps(struct turn *t)
{
	for (uint32_t i = 0; i < t->p->nr_maps; i++) {
		if (!is_mapped(t, i) || t->s->maps[i].flags & M_LIVE)
			continue;
		rules_left(t, i);
		rule_left_overlap(t, i);
	}
}
