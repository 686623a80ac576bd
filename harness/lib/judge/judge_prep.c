// SPDX-License-Identifier: GPL-2.0-only
/* What can be wrong with a prepared operation: limits, flags and operands. */
#include <stdio.h>
#include <string.h>

#include "judge_state.h"

#define PQ_HAS_CONTINUE	(1u << 15)	/* a flag in max_pq */

/* ---- limits and flags ---- */

static void report_tx(struct judge *j, const struct jtx *tx, const struct obs_event *e,
		      enum violation_id id, const char *what)
{
	struct report r = report_of(id, e);

	r.tx = tx;
	say(&r, "a %s on %s %s", op_name(tx->op), dev_kind(tx->chan->dev), what);
	judge_report(j, &r);
}

/* The same as dma_maxpq() of linux/dmaengine.h. */
static uint32_t max_pq(const struct jprov *p, uint32_t flags)
{
	uint32_t max = p->max_pq & ~PQ_HAS_CONTINUE;
	uint32_t taken = flags & CTRL_DISABLE_P ? 1 : 3;

	if (p->max_pq & PQ_HAS_CONTINUE || !(flags & CTRL_CONTINUE))
		return max;
	return max > taken ? max - taken : 0;
}

static void check_sources(struct judge *j, const struct jtx *tx, const struct obs_event *e,
			  uint32_t sources)
{
	const struct jprov *p = tx->chan->prov;
	uint32_t max = 0;

	if (tx->op == OBS_OP_XOR || tx->op == OBS_OP_XOR_VAL)
		max = p->max_xor;
	else if (tx->op == OBS_OP_PQ || tx->op == OBS_OP_PQ_VAL)
		max = max_pq(p, tx->prep_flags);
	if (max && sources > max)
		report_tx(j, tx, e, V_ENGINE_LIMITS, "has more sources than the engine takes");
}

static uint32_t alignment(const struct jtx *tx)
{
	static const uint8_t shifts[] = {
		[OBS_OP_MEMCPY] = 0, [OBS_OP_XOR] = 8, [OBS_OP_PQ] = 16, [OBS_OP_XOR_VAL] = 8,
		[OBS_OP_PQ_VAL] = 16, [OBS_OP_MEMSET] = 24,
	};

	if (tx->op >= sizeof(shifts))
		return 0;
	return tx->chan->prov->align >> shifts[tx->op] & 0xff;
}

static void check_flags(struct judge *j, const struct jtx *tx, const struct obs_event *e)
{
	uint32_t none = CTRL_DISABLE_P | CTRL_DISABLE_Q;

	if (tx->op == OBS_OP_PQ && (tx->prep_flags & none) == none)
		report_tx(j, tx, e, V_CONTINUE_MISUSE, "disables both results");
	else if (tx->op < OBS_OP_INTERRUPT && tx->op != OBS_OP_PQ &&
		 tx->prep_flags & CTRL_CONTINUE)
		report_tx(j, tx, e, V_CONTINUE_MISUSE, "has DMA_PREP_CONTINUE, which is for pq");
}

void check_prep(struct judge *j, struct jtx *tx, const struct obs_event *e)
{
	check_flags(j, tx, e);
	if (tx->chan->prov)
		check_sources(j, tx, e, e->arg >> 8 & 0xffff);
}

static void check_alignment(struct judge *j, const struct jtx *tx, const struct obs_event *e)
{
	uint64_t bits = tx->len, mask;

	if (!tx->chan->prov || alignment(tx) > 31)
		return;
	mask = (1ull << alignment(tx)) - 1;
	for (uint32_t i = 0; i < tx->nr; i++)
		bits |= tx->uses[i].dma;
	if (bits & mask)
		report_tx(j, tx, e, V_ENGINE_LIMITS, "is not aligned as the engine needs it");
}

/* ---- overlaps of operands ---- */

/* Is the operand a disabled result of PQ? Its address has no meaning. */
static bool is_off(const struct jtx *tx, uint32_t i)
{
	if (tx->op != OBS_OP_PQ)
		return false;
	return (i == 0 && tx->prep_flags & CTRL_DISABLE_P) ||
	       (i == 1 && tx->prep_flags & CTRL_DISABLE_Q);
}

static bool ranges_meet(uint64_t a, uint64_t b, uint64_t alen, uint64_t blen)
{
	return alen && blen && a <= last_of(b, blen) && b <= last_of(a, alen);
}

static uint64_t phys_of(const struct juse *u)
{
	return u->map->phys_addr + (u->dma - u->map->dma);
}

static bool meet_in_memory(const struct juse *a, const struct juse *b)
{
	return a->map && b->map && a->map->live && b->map->live && a->map != b->map &&
	       a->map->in_phys && b->map->in_phys &&
	       ranges_meet(phys_of(a), phys_of(b), a->len, b->len);
}

static void report_one_op(struct judge *j, const struct jtx *tx, const struct juse *dst,
			  const struct juse *src, const struct obs_event *e)
{
	struct report r = report_of(V_OVERLAP_ONE_OP, e);

	r.tx = tx;
	r.map = src->map;
	r.other = dst->map;
	r.stack = tx->prep_stack;
	say(&r, "a %s on %s reads and writes the same bytes through two mappings",
	    op_name(tx->op), dev_kind(tx->chan->dev));
	judge_report(j, &r);
}

/*
 * The destination of an xor may be its first source, because engines read it before they write
 * it. No other operands may overlap.
 */
static bool may_be_same(const struct jtx *tx, const struct juse *dst, const struct juse *src,
			uint32_t nr_src)
{
	return tx->op == OBS_OP_XOR && !nr_src && dst->dma == src->dma && dst->len == src->len;
}

static bool check_operand_pair(struct judge *j, const struct jtx *tx, const struct juse *dst,
			       const struct juse *src, uint32_t nr_src, const struct obs_event *e)
{
	struct report r = report_of(V_OPERAND_OVERLAP, e);

	if (meet_in_memory(dst, src)) {
		report_one_op(j, tx, dst, src, e);
		return true;
	}
	if (dst->map != src->map || !ranges_meet(dst->dma, src->dma, dst->len, src->len) ||
	    may_be_same(tx, dst, src, nr_src))
		return false;
	r.tx = tx;
	r.map = src->map;
	r.stack = tx->prep_stack;
	say(&r, "source and destination of a %s on %s overlap", op_name(tx->op),
	    dev_kind(tx->chan->dev));
	judge_report(j, &r);
	return true;
}

static void check_overlap(struct judge *j, const struct jtx *tx, const struct obs_event *e)
{
	uint32_t nr_dst = 0;

	if (tx->op > OBS_OP_PQ)
		return;
	while (nr_dst < tx->nr && tx->uses[nr_dst].dir == 2)
		nr_dst++;
	for (uint32_t d = 0; d < nr_dst; d++) {
		if (is_off(tx, d))
			continue;
		for (uint32_t s = nr_dst; s < tx->nr; s++)
			if (check_operand_pair(j, tx, &tx->uses[d], &tx->uses[s], s - nr_dst, e))
				return;
	}
}

void check_operands(struct judge *j, struct jtx *tx, const struct obs_event *e)
{
	struct obs_event at = *e;

	at.stack = tx->prep_stack;
	if (!tx->chan->dev)
		return;
	for (uint32_t i = 0; i < tx->nr; i++) {
		struct juse *u = &tx->uses[i];

		if (is_off(tx, i))
			continue;
		if (use_resolve(j, u)) {
			check_operand_direction(j, tx, u, &at);
			check_operand_device(j, tx, u, &at);
			continue;
		}
		u->dead = u->map != NULL;
		check_unresolved(j, tx, u, &at);
	}
	check_overlap(j, tx, &at);
	check_alignment(j, tx, &at);
}
