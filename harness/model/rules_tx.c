// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules for descriptors, a function each; rule_rows.h says which document each comes from. A
 * rule is asked before the call that it is about changes anything.
 */
#include "internal.h"

static const struct mtx *tx_of(const struct turn *t, uint32_t tx)
{
	return &t->p->txs[tx];
}

bool tx_uses(const struct mtx *tx, uint32_t map)
{
	for (uint32_t k = 0; k < tx->nr_src; k++)
		if (tx->src[k].map == map)
			return true;
	return tx->dst.map == map;
}

bool tx_in_flight(const struct tx_state *s)
{
	return s->is == T_SUBMITTED || s->is == T_ISSUED || s->is == T_MOVED;
}

static bool same_bytes(const struct use *a, const struct use *b)
{
	return a->span.area == b->span.area && a->span.off < b->span.off + b->span.len &&
	       b->span.off < a->span.off + a->span.len;
}

/* ---- prep ---- */

static void rule_error_address(struct turn *t, uint32_t tx, const struct use *u)
{
	if (!(t->s->maps[u->map].flags & M_EVER))
		claim(t, RULE_ERROR_ADDRESS, true, MODEL_ON_TX, tx);
}

bool shares_bytes(const struct mprog *p, uint32_t map, const struct span *span)
{
	const struct mmap *m = &p->maps[map];

	for (uint32_t c = m->cell; c < m->cell + m->nr_cells; c++)
		if (p->cells[c] >= span->piece && p->cells[c] < span->piece + span->nr)
			return true;
	return false;
}

static bool fits(const struct mmap *m, bool writes)
{
	return writes ? dir_writes(m->dir) : dir_reads(m->dir);
}

/*
 * Is the address also that of another mapping? Where addresses are the memory's, nobody can tell
 * which of the mappings of a byte is meant, but by the direction: the one that fits is.
 */
bool is_ambiguous(const struct turn *t, const struct use *u, bool writes)
{
	const struct mprog *p = t->p;
	bool alone = t->s->maps[u->map].flags & M_MAPPED && fits(&p->maps[u->map], writes);

	if (has_copy(p, &p->maps[u->map]) || p->maps[u->map].own)
		return false;
	for (uint32_t i = 0; i < p->nr_maps; i++)
		if (i != u->map && t->s->maps[i].flags & M_MAPPED && shares_bytes(p, i, &u->span) &&
		    (!alone || fits(&p->maps[i], writes)))
			return true;
	return false;
}

/*
 * Is the operand surely known as the mapping that it is? One of another device is not: that it is
 * foreign is all that is said of it, or nothing, where both have the same addresses.
 */
bool is_sure_use(const struct turn *t, uint32_t tx, const struct use *u)
{
	const struct mprog *p = t->p;
	uint8_t flags = t->s->maps[u->map].flags;

	return flags & M_MAPPED && !(flags & M_UNDEF) &&
	       !is_ambiguous(t, u, u == &p->txs[tx].dst) &&
	       p->engines[p->maps[u->map].engine].domain ==
		       p->engines[p->txs[tx].engine].domain &&
	       !t->s->txs[tx].stale;
}

static void rule_operand_direction(struct turn *t, uint32_t tx, const struct use *u, bool writes)
{
	const struct mmap *m = &t->p->maps[u->map];

	if (t->s->maps[u->map].flags & M_EVER && !fits(m, writes))
		claim(t, RULE_OPERAND_DIRECTION, is_sure_use(t, tx, u), MODEL_ON_TX, tx);
	else if (is_ambiguous(t, u, writes))
		claim(t, RULE_OPERAND_DIRECTION, false, MODEL_ON_TX, tx);
}

/* What follows the mapping may be mapped too, by another call. */
static bool is_mapped_beyond(const struct turn *t, const struct use *u)
{
	const struct mprog *p = t->p;
	uint32_t first = u->span.piece + u->nr_cells;

	for (uint32_t i = 0; i < p->nr_maps; i++)
		for (uint32_t c = 0; c < p->maps[i].nr_cells; c++)
			if (t->s->maps[i].flags & M_MAPPED &&
			    p->cells[p->maps[i].cell + c] == first)
				return true;
	return false;
}

static void rule_operand_range(struct turn *t, uint32_t tx, const struct use *u)
{
	bool beyond = u->nr_cells < u->span.nr;

	if (beyond || t->s->maps[u->map].flags & M_UNDEF)
		claim(t, RULE_OPERAND_RANGE,
		      beyond && is_sure_use(t, tx, u) && !is_mapped_beyond(t, u), MODEL_ON_TX, tx);
}

static void rule_foreign_map(struct turn *t, uint32_t tx, const struct use *u)
{
	const struct mprog *p = t->p;
	const struct mengine *of = &p->engines[p->maps[u->map].engine];

	if (!p->strict || of->domain == p->engines[p->txs[tx].engine].domain)
		return;
	claim(t, RULE_FOREIGN_MAP, (t->s->maps[u->map].flags & (M_MAPPED | M_UNDEF)) == M_MAPPED,
	      MODEL_ON_TX, tx);
	/* That it is mapped elsewhere may not be known; then it is mapped nowhere. */
	claim(t, RULE_OPERAND_RANGE, false, MODEL_ON_TX, tx);
}

/* Through two mappings; or through one, and not as async_xor does. */
static bool is_one_op(const struct mtx *d, uint32_t k)
{
	return same_bytes(&d->dst, &d->src[k]) && d->src[k].map != d->dst.map;
}

static bool is_overlap(const struct mtx *d, uint32_t k)
{
	return same_bytes(&d->dst, &d->src[k]) && d->src[k].map == d->dst.map &&
	       (d->op != DMT_OP_XOR || k || d->src[k].span.off != d->dst.span.off);
}

/* One report is enough of an operation that does both. */
static void rule_one_op(struct turn *t, uint32_t tx)
{
	const struct mtx *d = tx_of(t, tx);
	bool one_op = false, overlap = false, sure = is_sure_use(t, tx, &d->dst);

	for (uint32_t k = 0; k < d->nr_src; k++) {
		one_op |= is_one_op(d, k);
		overlap |= is_overlap(d, k);
		if (same_bytes(&d->dst, &d->src[k]))
			sure &= is_sure_use(t, tx, &d->src[k]);
	}
	for (uint32_t k = 0; k < d->nr_src; k++)
		if (same_bytes(&d->dst, &d->src[k]) && !sure)
			one_op = overlap = true;
	sure &= one_op != overlap;
	if (one_op)
		claim(t, RULE_ONE_OP, sure, MODEL_ON_TX, tx);
	if (overlap)
		claim(t, RULE_OPERAND_OVERLAP, sure, MODEL_ON_TX, tx);
}

void rules_prep(struct turn *t, uint32_t tx)
{
	const struct mtx *d = tx_of(t, tx);

	for (uint32_t k = 0; k <= d->nr_src; k++) {
		const struct use *u = k ? &d->src[k - 1] : &d->dst;

		rule_error_address(t, tx, u);
		rule_operand_direction(t, tx, u, !k);
		rule_operand_range(t, tx, u);
		rule_foreign_map(t, tx, u);
	}
	rule_one_op(t, tx);
}

/* ---- submit, issue ---- */

/*
 * Would its completion be told? By a callback that was asked for, or by an engine that is known to
 * say what it does; before its first operation nobody knows that.
 */
bool tells_completion(const struct turn *t, uint32_t tx)
{
	const struct mtx *d = &t->p->txs[tx];

	return d->flags & DMT_TX_INTERRUPT || t->s->engines[d->engine].worked;
}

/* Might the address be another mapping's by now, so that nobody can know what is meant? */
static bool is_again_mapped(const struct turn *t, const struct use *u)
{
	const struct mprog *p = t->p;

	if (t->s->maps[u->map].flags & (M_REUSED | M_UNDEF | M_MAPPED))
		return true;
	for (uint32_t i = 0; i < p->nr_maps; i++)
		for (uint32_t c = 0; c < p->maps[i].nr_cells; c++)
			if (i != u->map && t->s->maps[i].flags & M_MAPPED && !p->strict &&
			    p->cells[p->maps[i].cell + c] == u->span.piece)
				return true;
	return false;
}

static void rule_use_unmapped(struct turn *t, uint32_t tx, const struct use *u, uint32_t bit)
{
	uint8_t flags = t->s->maps[u->map].flags;

	if (flags & M_EVER && (t->s->txs[tx].stale >> bit & 1 || !(flags & M_MAPPED)))
		claim(t, RULE_USE_UNMAPPED,
		      !is_again_mapped(t, u) &&
			      t->p->maps[u->map].engine == t->p->txs[tx].engine,
		      MODEL_ON_MAP, u->map);
	else if (flags & M_UNDEF)
		claim(t, RULE_USE_UNMAPPED, false, MODEL_ON_MAP, u->map);
}

static void rule_interrupt_flag(struct turn *t, uint32_t tx)
{
	uint32_t flags = tx_of(t, tx)->flags;

	if (flags & DMT_TX_CALLBACK && !(flags & DMT_TX_INTERRUPT))
		claim(t, RULE_INTERRUPT_FLAG, true, MODEL_ON_TX, tx);
}

static void rule_fence(struct turn *t, uint32_t tx)
{
	const struct mtx *d = tx_of(t, tx);

	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		const struct mtx *o = tx_of(t, i);
		const struct tx_state *x = &t->s->txs[i];
		bool untold = (x->is == T_DONE || x->is == T_FAILED) && !(x->flags & X_TOLD);

		if (i == tx || o->engine != d->engine || o->flags & DMT_TX_FENCE ||
		    !(tx_in_flight(x) || untold))
			continue;
		for (uint32_t k = 0; k < d->nr_src; k++)
			if (same_bytes(&d->src[k], &o->dst))
				claim(t, RULE_FENCE, !untold && d->src[k].map == o->dst.map &&
				      tells_completion(t, i) && is_sure_use(t, tx, &d->src[k]),
				      MODEL_ON_TX, tx);
	}
}

static void reuse_of(struct turn *t, uint32_t tx, const struct use *a, uint32_t other,
		     const struct use *b, bool sure)
{
	if (same_bytes(a, b))
		claim(t, RULE_TIMEOUT_REUSE, sure && a->map == b->map && is_sure_use(t, tx, a) &&
		      is_sure_use(t, other, b), MODEL_ON_TX, tx);
}

static void rule_timeout_reuse(struct turn *t, uint32_t tx)
{
	const struct mtx *d = tx_of(t, tx);

	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		const struct mtx *o = tx_of(t, i);
		const struct tx_state *x = &t->s->txs[i];
		bool works = x->is == T_ISSUED || x->is == T_MOVED;
		bool sure = works && tells_completion(t, i);

		if (o->engine == d->engine || d->depend == i ||
		    !(works || x->is == T_SUBMITTED || (x->is == T_DONE && !(x->flags & X_TOLD))))
			continue;
		for (uint32_t k = 0; k < d->nr_src; k++)
			reuse_of(t, tx, &d->src[k], i, &o->dst, sure);
		for (uint32_t k = 0; k < o->nr_src; k++)
			reuse_of(t, tx, &d->dst, i, &o->src[k], sure);
		reuse_of(t, tx, &d->dst, i, &o->dst, sure);
	}
}

void rule_foreign_submit(struct turn *t, uint32_t tx, uint32_t context_engine)
{
	if (context_engine != NONE && context_engine != tx_of(t, tx)->engine)
		claim(t, RULE_FOREIGN_SUBMIT, true, MODEL_ON_TX, tx);
}

/* Bytes that the CPU wrote, and that the device is to read: no event shows it, the data do. */
static void rule_missing_sync(struct turn *t, uint32_t tx)
{
	const struct mtx *d = tx_of(t, tx);

	for (uint32_t k = 0; k < d->nr_src; k++)
		for (uint32_t c = 0; c < d->src[k].nr_cells; c++)
			if (t->s->owner[d->src[k].cell + c] & C_DIRTY)
				claim(t, RULE_MISSING_SYNC, true, MODEL_ON_MAP, d->src[k].map);
}

void rules_submit(struct turn *t, uint32_t tx, bool again)
{
	const struct mtx *d = tx_of(t, tx);

	for (uint32_t k = 0; k <= d->nr_src; k++)
		rule_use_unmapped(t, tx, k ? &d->src[k - 1] : &d->dst, k);
	if (again)
		claim(t, RULE_RESUBMIT, true, MODEL_ON_TX, tx);
	rule_interrupt_flag(t, tx);
	rule_fence(t, tx);
	rule_timeout_reuse(t, tx);
	rule_missing_sync(t, tx);
}

static void rule_foreign_issue(struct turn *t, uint32_t engine, uint32_t context_engine)
{
	if (context_engine == NONE || context_engine == engine)
		return;
	for (uint32_t i = 0; i < t->p->nr_txs; i++)
		if (tx_of(t, i)->engine == engine && t->s->txs[i].is == T_SUBMITTED)
			claim(t, RULE_FOREIGN_SUBMIT, true, MODEL_ON_TX, i);
}

void rules_issue(struct turn *t, uint32_t engine)
{
	uint32_t tx = t->p->strands[t->strand].tx;

	rule_foreign_issue(t, engine, tx == NONE ? NONE : tx_of(t, tx)->engine);
}

/* ---- completion ---- */

void rules_complete(struct turn *t, uint32_t tx)
{
	const struct mtx *d = tx_of(t, tx);

	if (t->p->engines[d->engine].hardirq && d->flags & DMT_TX_INTERRUPT)
		claim(t, RULE_CALLBACK_HARDIRQ, true, MODEL_ON_TX, tx);
}

/* ---- ends ---- */

static void rule_not_issued(struct turn *t, uint32_t tx, bool for_sure)
{
	const struct tx_state *x = &t->s->txs[tx];

	if (x->is == T_SUBMITTED && (for_sure || x->age_max >= SOON_US))
		claim(t, RULE_NOT_ISSUED, for_sure || x->age_min >= SOON_US, MODEL_ON_TX, tx);
}

void rules_terminate(struct turn *t, uint32_t engine)
{
	for (uint32_t i = 0; i < t->p->nr_txs; i++)
		if (tx_of(t, i)->engine == engine)
			rule_not_issued(t, i, false);
}

void rules_synchronize(struct turn *t, uint32_t engine)
{
	for (uint32_t i = 0; i < t->p->nr_txs && t->s->engines[engine].unsynced; i++)
		if (tx_of(t, i)->engine == engine && t->s->txs[i].flags & X_LATE_ISSUE)
			claim(t, RULE_ISSUE_TERMINATING, true, MODEL_ON_TX, i);
}

void rules_forget_tx(struct turn *t, uint32_t tx)
{
	claim(t, RULE_NOT_SUBMITTED, true, MODEL_ON_TX, tx);
}

void rules_release(struct turn *t, uint32_t engine)
{
	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		const struct tx_state *x = &t->s->txs[i];

		if (tx_of(t, i)->engine != engine)
			continue;
		if (x->is == T_PREPARED || x->is == T_PARKED)
			rules_forget_tx(t, i);
		if (x->is == T_ISSUED || x->is == T_MOVED)
			claim(t, RULE_RELEASE_ACTIVE, true, MODEL_ON_ENGINE, engine);
		else if (x->is == T_DONE && !(x->flags & X_TOLD))
			claim(t, RULE_RELEASE_ACTIVE, false, MODEL_ON_ENGINE, engine);
		rule_not_issued(t, i, true);
	}
}

/*
 * At the end the executor ends what is in flight, and submits and ends what is only prepared, if
 * its memory is still mapped; it lets go of what is not.
 */
static bool all_live(const struct turn *t, const struct mtx *d)
{
	for (uint32_t k = 0; k < d->nr_src; k++)
		if (!(t->s->maps[d->src[k].map].flags & M_LIVE))
			return false;
	return t->s->maps[d->dst.map].flags & M_LIVE;
}

void rules_end_txs(struct turn *t)
{
	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		uint8_t is = t->s->txs[i].is;

		if ((is == T_PREPARED || is == T_PARKED) && !all_live(t, tx_of(t, i)))
			rules_forget_tx(t, i);
		rule_not_issued(t, i, false);
		if (t->s->txs[i].flags & X_LATE_ISSUE &&
		    t->s->engines[tx_of(t, i)->engine].unsynced)
			claim(t, RULE_ISSUE_TERMINATING, false, MODEL_ON_TX, i);
	}
}
