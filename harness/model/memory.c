// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to bytes. A piece of memory has a value, and where a mapping is a copy so has each
 * of its cells. Values can be xored as bytes can: those of zeroes and fills are the byte itself,
 * and random bytes have random values. A value that depends on what no document says is
 * VALUE_ANY.
 */
#include <string.h>

#include "internal.h"
#include "lib/base/hash64.h"
#include "lib/base/strbuf.h"

/* ---- states ---- */

static uint64_t filled(const struct mprog *p, uint32_t piece, uint32_t fill, uint32_t value,
		       uint32_t kind, uint32_t object)
{
	const uint32_t of[3] = { kind, object, p->pieces[piece].off };

	switch (fill) {
	case DMT_FILL_ZERO:
		return 0;
	case DMT_FILL_BYTE:
		return value & 0xff;
	default:
		return hash64(1, of, sizeof(of)) & ~(1ull << 63);
	}
}

struct state *state_alloc(const struct mprog *p)
{
	size_t size = 8 * (p->nr_pieces + p->nr_cells) + p->nr_txs * sizeof(struct tx_state) +
		      p->nr_engines * sizeof(struct engine_state) + 2 * p->nr_strands + 2 +
		      p->nr_cells + p->nr_maps + p->nr_areas;
	struct state *s;

	size = (size + 7) & ~(size_t)7;
	s = xcalloc(1, sizeof(*s) + size);
	s->size = size;
	s->mem = s->data;
	s->copy = s->mem + p->nr_pieces;
	s->txs = (struct tx_state *)(s->copy + p->nr_cells);
	s->engines = (struct engine_state *)(s->txs + p->nr_txs);
	s->pc = (uint16_t *)(s->engines + p->nr_engines);
	s->owner = (uint8_t *)(s->pc + p->nr_strands);
	s->maps = (struct map_state *)(s->owner + p->nr_cells);
	s->freed = (uint8_t *)(s->maps + p->nr_maps);
	return s;
}

struct state *state_new(const struct mprog *p, uint32_t component)
{
	struct state *s = state_alloc(p);

	for (uint32_t i = 0; i < p->nr_pieces; i++) {
		const struct area *a = &p->areas[p->pieces[i].area];

		s->mem[i] = filled(p, i, a->fill, a->value, 1, p->pieces[i].area);
	}
	for (uint32_t i = 0; i < p->nr_strands; i++)
		if (p->strands[i].tx != NONE ||
		    (component != NONE && p->strands[i].component != component))
			s->pc[i] = NOT_RUNNING;
	return s;
}

void state_copy(struct state *to, const struct state *from)
{
	memcpy(to->data, from->data, from->size);
}

/* ---- mappings ---- */

static void set_mem(const struct mprog *p, struct state *s, uint32_t piece, uint64_t value)
{
	s->mem[piece] = s->freed[p->pieces[piece].area] ? VALUE_ANY : value;
}

static bool is_strict_copy(const struct mprog *p, const struct mmap *m)
{
	return p->strict && has_copy(p, m);
}

static void poison(struct turn *t, uint32_t piece)
{
	if (on(t->p, RULE_POISON))
		set_mem(t->p, t->s, piece, POISON_BYTE);
}

void memory_map(struct turn *t, uint32_t map)
{
	const struct mprog *p = t->p;
	const struct mmap *m = &p->maps[map];
	/* The CPU owns what dma_alloc_pages() gives, until a sync. */
	bool skip = m->attrs & DMT_ATTR_SKIP_CPU_SYNC || m->kind == DMT_MAP_NONCOHERENT;

	/* Coherent memory is zeroed; of the other kinds nobody says so. */
	for (uint32_t i = 0; i < m->nr_cells && m->own; i++)
		t->s->mem[p->cells[m->cell + i]] =
			m->kind == DMT_MAP_COHERENT ? 0 : VALUE_ANY;
	if (!has_copy(p, m))
		return;
	for (uint32_t i = 0; i < m->nr_cells; i++) {
		uint32_t piece = p->cells[m->cell + i];

		if (on(p, RULE_COPY))
			t->s->copy[m->cell + i] = skip && m->dir != DMT_FROM_DEVICE ?
							  VALUE_ANY : t->s->mem[piece];
	}
	for (uint32_t i = 0; i < m->nr_cells; i++)
		if (is_strict_copy(p, m) && dir_writes(m->dir) && !skip)
			poison(t, p->cells[m->cell + i]);
}

void memory_unmap(struct turn *t, uint32_t map)
{
	const struct mprog *p = t->p;
	const struct mmap *m = &p->maps[map];

	if (!has_copy(p, m) || !dir_writes(m->dir) || m->attrs & DMT_ATTR_SKIP_CPU_SYNC ||
	    !on(p, RULE_COPY_BACK))
		return;
	for (uint32_t i = 0; i < m->nr_cells; i++)
		set_mem(p, t->s, p->cells[m->cell + i], t->s->copy[m->cell + i]);
}

void memory_unknown(struct turn *t, uint32_t map)
{
	const struct mprog *p = t->p;
	const struct mmap *m = &p->maps[map];

	if (!has_copy(p, m))
		return;
	for (uint32_t i = 0; i < m->nr_cells; i++) {
		t->s->copy[m->cell + i] = VALUE_ANY;
		set_mem(p, t->s, p->cells[m->cell + i], VALUE_ANY);
	}
}

/* Where addresses are the memory's, nobody can tell of which mapping of a byte a sync is. */
static void doubt_others(struct turn *t, uint32_t cell, uint32_t map)
{
	const struct mprog *p = t->p;

	for (uint32_t i = 0; i < p->nr_maps; i++) {
		const struct mmap *m = &p->maps[i];

		if (i == map || m->engine != p->maps[map].engine ||
		    !(t->s->maps[i].flags & M_MAPPED))
			continue;
		for (uint32_t c = m->cell; c < m->cell + m->nr_cells; c++)
			if (p->cells[c] == p->cells[cell]) {
				t->s->owner[c] |= C_DOUBT;
				t->s->owner[cell] |= C_DOUBT;
			}
	}
}

void memory_sync(struct turn *t, const struct use *u, uint32_t dir, bool for_cpu)
{
	const struct mprog *p = t->p;
	const struct mmap *m = &p->maps[u->map];
	struct state *s = t->s;

	for (uint32_t i = u->cell; i < u->cell + u->nr_cells; i++) {
		uint32_t piece = p->cells[i];

		if (for_cpu ? on(p, RULE_SYNC_CPU) : on(p, RULE_SYNC_DEVICE)) {
			if (for_cpu)
				s->owner[i] &= ~C_DEVICE;
			else
				s->owner[i] = (s->owner[i] & ~C_DIRTY) | C_DEVICE;
		}
		if (!has_copy(p, m)) {
			doubt_others(t, i, u->map);
			continue;
		}
		if (for_cpu && dir_writes(dir) && on(p, RULE_SYNC_CPU))
			set_mem(p, s, piece, s->copy[i]);
		if (!for_cpu && dir_reads(dir) && on(p, RULE_SYNC_DEVICE))
			s->copy[i] = s->mem[piece];
		if (!for_cpu && dir_writes(dir) && p->strict)
			poison(t, piece);
	}
}

/* ---- engines ---- */

enum reached { REACHED, REACHED_OTHER, NOT_REACHED };

/*
 * What does an engine find at the address of operand @bit of a descriptor? The mapping; something
 * else, where an address was given back; or nothing, and it meets a fault.
 */
static enum reached reach(struct turn *t, uint32_t tx, const struct use *u, uint32_t bit,
			  bool writes)
{
	const struct mprog *p = t->p;
	const struct mmap *m = &p->maps[u->map];
	const struct state *s = t->s;
	uint8_t flags = s->maps[u->map].flags;
	bool gone = s->txs[tx].stale >> bit & 1 || !(flags & M_MAPPED);

	if (!(flags & M_EVER))
		return NOT_REACHED;
	if (p->strict && on(p, RULE_REACH) &&
	    ((gone && !(flags & M_UNDEF)) ||
	     p->engines[m->engine].domain != p->engines[p->txs[tx].engine].domain ||
	     (writes ? !dir_writes(m->dir) : !dir_reads(m->dir)) || u->nr_cells < u->span.nr))
		return NOT_REACHED;
	if (has_copy(p, m) &&
	    (gone || flags & M_UNDEF || (m->unusual && p->world == WORLD_COHERENT)))
		return REACHED_OTHER;
	return REACHED;
}

/* The value of piece @i of the operand, as the engine sees it. */
static uint64_t seen(struct turn *t, const struct use *u, enum reached how, uint32_t i)
{
	const struct mprog *p = t->p;

	if (how == REACHED_OTHER)
		return VALUE_ANY;
	if (!has_copy(p, &p->maps[u->map]))
		return t->s->mem[u->span.piece + i];
	return i < u->nr_cells ? t->s->copy[u->cell + i] : VALUE_ANY;
}

/* An address that was given back may be any other mapping's by now. */
static void spoil_copies(struct turn *t)
{
	const struct mprog *p = t->p;

	for (uint32_t i = 0; i < p->nr_maps; i++)
		for (uint32_t k = 0; k < p->maps[i].nr_cells; k++)
			if (t->s->maps[i].flags & M_MAPPED)
				t->s->copy[p->maps[i].cell + k] = VALUE_ANY;
}

static void put(struct turn *t, const struct use *u, enum reached how, uint32_t i, uint64_t value)
{
	const struct mprog *p = t->p;

	if (how == REACHED_OTHER)
		spoil_copies(t);
	else if (!has_copy(p, &p->maps[u->map]))
		set_mem(p, t->s, u->span.piece + i, value);
	else if (i < u->nr_cells)
		t->s->copy[u->cell + i] = value;
}

static uint64_t xor_values(uint64_t a, uint64_t b)
{
	return a == VALUE_ANY || b == VALUE_ANY ? VALUE_ANY : a ^ b;
}

static void fault(struct turn *t, uint32_t tx, bool sure)
{
	t->fault = true;
	t->s->txs[tx].flags |= X_BAD;
	claim_fixed(t, CLAIM_FAULT + t->p->txs[tx].engine, sure);
}

/* Do they share bytes and are not the same? Then the order of the bytes decides. */
static bool tangled(const struct use *a, const struct use *b)
{
	return a->span.area == b->span.area && a->span.off != b->span.off &&
	       a->span.off < b->span.off + b->span.len && b->span.off < a->span.off + a->span.len;
}

static uint64_t result_of(struct turn *t, const struct mtx *d, const enum reached *how, uint32_t i)
{
	bool planted = t->p->engines[d->engine].faults && on(t->p, RULE_FAULTS);
	uint64_t sum = 0;

	for (uint32_t k = 0; k < d->nr_src; k++) {
		sum = xor_values(sum, seen(t, &d->src[k], how[k], i));
		if (tangled(&d->dst, &d->src[k]))
			sum = VALUE_ANY;
	}
	return planted ? VALUE_ANY : sum;
}

/* A wrong unmap may have ended the mapping, and then its address is nobody's. */
static bool may_be_gone(const struct turn *t, const struct use *u)
{
	return t->p->strict && on(t->p, RULE_REACH) && t->s->maps[u->map].flags & M_UNDEF;
}

void memory_move(struct turn *t, uint32_t tx)
{
	const struct mtx *d = &t->p->txs[tx];
	enum reached how[DMT_MAX_SOURCES], to = reach(t, tx, &d->dst, 0, true);
	uint64_t values[MAX_PIECES];
	bool bad = to == NOT_REACHED;

	for (uint32_t k = 0; k < d->nr_src; k++) {
		how[k] = reach(t, tx, &d->src[k], k + 1, false);
		bad |= how[k] == NOT_REACHED;
	}
	for (uint32_t k = 0; k <= d->nr_src; k++)
		if (may_be_gone(t, k ? &d->src[k - 1] : &d->dst))
			claim_fixed(t, CLAIM_FAULT + d->engine, false);
	t->s->engines[d->engine].worked = 1;
	for (uint32_t k = 0; k <= d->nr_src; k++)
		if (t->s->txs[tx].stale >> k & 1)
			claim(t, RULE_USE_UNMAPPED, false, MODEL_ON_TX, tx);
	if (t->p->engines[d->engine].faults && on(t->p, RULE_FAULTS))
		claim_fixed(t, CLAIM_FAULT + d->engine, false);
	if (bad) {
		fault(t, tx, true);
		return;
	}
	for (uint32_t i = 0; i < d->dst.span.nr; i++)
		values[i] = result_of(t, d, how, i);
	for (uint32_t i = 0; i < d->dst.span.nr; i++)
		put(t, &d->dst, to, i, values[i]);
}

/* ---- the CPU ---- */

void memory_write(struct turn *t, const struct span *to, uint32_t fill, uint32_t value,
		  uint32_t operand)
{
	rules_cpu(t, to, true);
	for (uint32_t i = 0; i < to->nr; i++)
		set_mem(t->p, t->s, to->piece + i,
			filled(t->p, to->piece + i, fill, value, 2, operand));
}

static uint64_t sum_of(const struct state *s, const struct use *from, uint32_t nr, uint32_t i)
{
	uint64_t sum = 0;

	for (uint32_t k = 0; k < nr; k++)
		sum = xor_values(sum, s->mem[from[k].span.piece + i]);
	return sum;
}

void memory_xor(struct turn *t, const struct span *to, const struct use *from, uint32_t nr)
{
	uint64_t values[MAX_PIECES];

	for (uint32_t k = 0; k < nr; k++)
		rules_cpu(t, &from[k].span, false);
	rules_cpu(t, to, true);
	for (uint32_t i = 0; i < to->nr; i++)
		values[i] = sum_of(t->s, from, nr, i);
	for (uint32_t i = 0; i < to->nr; i++)
		set_mem(t->p, t->s, to->piece + i, values[i]);
}

/* A few bytes may be equal by chance. */
#define FEW_BYTES	4

void memory_check(struct turn *t, const struct span *a, const struct use *from, uint32_t nr)
{
	const struct mprog *p = t->p;
	bool wrong = false, unsure = false;

	rules_cpu(t, a, false);
	for (uint32_t k = 0; k < nr; k++)
		rules_cpu(t, &from[k].span, false);
	for (uint32_t i = 0; i < a->nr; i++) {
		uint64_t want = sum_of(t->s, from, nr, i), is = t->s->mem[a->piece + i];

		if (want == VALUE_ANY || is == VALUE_ANY)
			unsure = true;
		else if (want != is && p->pieces[a->piece + i].len < FEW_BYTES)
			unsure = true;
		else if (want != is)
			wrong = true;
	}
	claim_fixed(t, CLAIM_CHECKED, true);
	if (wrong || unsure) {
		claim_fixed(t, wrong ? CLAIM_WRONG : CLAIM_UNSURE, true);
		if (t->wrong_step == NONE)
			t->wrong_step = t->at->step;
	}
}
