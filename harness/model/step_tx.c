// SPDX-License-Identifier: GPL-2.0-only
/* What the steps on descriptors do, and when the executor refuses them (uapi/dmatorture.h). */
#include "internal.h"

static struct tx_state *state_of(struct turn *t, uint32_t tx)
{
	return &t->s->txs[tx];
}

static bool is_over(const struct tx_state *x)
{
	return (x->is == T_DONE || x->is == T_FAILED) && !(x->flags & X_BACK);
}

bool tx_is_settled(const struct mprog *p, const struct state *s, uint32_t tx)
{
	const struct tx_state *x = &s->txs[tx];

	(void)p;
	return is_over(x) || x->is == T_TERMINATED || x->flags & X_REFUSED;
}

static void refuse(struct turn *t, uint32_t tx);

/* Submits or fails what waits for @parent, as the executor does in the parent's completion. */
static void run_children(struct turn *t, uint32_t parent, bool failed)
{
	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		struct tx_state *x = state_of(t, i);

		if (t->p->txs[i].depend != parent || x->is != T_PARKED)
			continue;
		if (failed) {
			x->is = T_PREPARED;
			refuse(t, i);
			continue;
		}
		rule_foreign_submit(t, i, t->p->txs[parent].engine);
		x->is = T_PREPARED;
		step_submit(t, i, false);
		step_issue(t, t->p->txs[i].engine);
	}
}

static void refuse(struct turn *t, uint32_t tx)
{
	state_of(t, tx)->flags |= X_REFUSED;
	run_children(t, tx, true);
}

/* The map of the operand is mapped, or its address is known and may be used. */
static bool is_usable(struct turn *t, const struct mtx *d, const struct use *u)
{
	return t->s->maps[u->map].flags & M_LIVE || d->flags & DMT_TX_STALE;
}

void step_prep(struct turn *t, uint32_t tx)
{
	const struct mtx *d = &t->p->txs[tx];
	const struct mengine *e = &t->p->engines[d->engine];
	struct tx_state *x = state_of(t, tx);

	if (x->is != T_NONE && x->is != T_TERMINATED && !is_over(x))
		return;
	*x = (struct tx_state) { .is = T_NONE };
	for (uint32_t k = 0; k <= d->nr_src; k++)
		if (!is_usable(t, d, k ? &d->src[k - 1] : &d->dst) ||
		    t->s->engines[d->engine].released) {
			refuse(t, tx);
			return;
		}
	if (d->dst.span.len > e->max_len || (d->op == DMT_OP_XOR && d->nr_src > e->max_xor)) {
		refuse(t, tx);
		return;
	}
	rules_prep(t, tx);
	x->is = T_PREPARED;
	for (uint32_t k = 0; k <= d->nr_src && k < 64; k++)
		if (!(t->s->maps[(k ? &d->src[k - 1] : &d->dst)->map].flags & M_MAPPED))
			x->stale |= 1ull << k;
}

/* The submit gives the bytes to the device. */
static void take_bytes(struct turn *t, uint32_t tx, const struct use *u)
{
	uint8_t owner = C_DEVICE | (is_sure_use(t, tx, u) ? 0 : C_DOUBT);

	for (uint32_t c = 0; c < u->nr_cells; c++)
		if (t->s->maps[u->map].flags & M_MAPPED &&
		    !(t->s->owner[u->cell + c] & C_DEVICE))
			t->s->owner[u->cell + c] |= owner;
}

static bool is_parked(struct turn *t, uint32_t tx)
{
	const struct mtx *d = &t->p->txs[tx];
	struct tx_state *parent;

	if (d->depend == NONE || t->p->txs[d->depend].engine == d->engine)
		return false;
	parent = state_of(t, d->depend);
	if (parent->is == T_DONE)
		return false;
	if (parent->is == T_FAILED || parent->is == T_TERMINATED || parent->flags & X_REFUSED)
		refuse(t, tx);
	else
		state_of(t, tx)->is = T_PARKED;
	return true;
}

void step_submit(struct turn *t, uint32_t tx, bool again)
{
	const struct mtx *d = &t->p->txs[tx];
	struct tx_state *x = state_of(t, tx);
	uint32_t context = t->at && t->p->strands[t->strand].tx != NONE ?
				   t->p->txs[t->p->strands[t->strand].tx].engine : NONE;

	if (again) {
		if (!is_over(x) || d->flags & DMT_TX_ACK || x->flags & X_ACKED)
			return;
		x->flags = 0;
	} else if (x->is != T_PREPARED || is_parked(t, tx)) {
		return;
	}
	x->flags &= ~X_REFUSED;
	if (t->at)
		rule_foreign_submit(t, tx, context);
	rules_submit(t, tx, again);
	for (uint32_t k = 0; k <= d->nr_src && on(t->p, RULE_SUBMIT_TAKES); k++)
		take_bytes(t, tx, k ? &d->src[k - 1] : &d->dst);
	x->is = T_SUBMITTED;
	x->order = ++t->s->engines[d->engine].orders;
	x->age_min = 0;
	x->age_max = 0;
}

void step_issue(struct turn *t, uint32_t engine)
{
	if (t->s->engines[engine].released)
		return;
	if (t->at)
		rules_issue(t, engine);
	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		struct tx_state *x = state_of(t, i);

		if (t->p->txs[i].engine != engine || x->is != T_SUBMITTED)
			continue;
		x->is = T_ISSUED;
		x->age_min = 0;
		x->age_max = 0;
		if (t->s->engines[engine].unsynced)
			x->flags |= X_LATE_ISSUE;
	}
}

/* Who knows of one completion knows of those before it on the channel. */
void know_complete(struct turn *t, uint32_t tx)
{
	struct tx_state *x = state_of(t, tx);

	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		struct tx_state *o = state_of(t, i);

		if (t->p->txs[i].engine == t->p->txs[tx].engine && o->order <= x->order &&
		    (o->is == T_DONE || o->is == T_FAILED))
			o->flags |= X_TOLD;
	}
}

void tx_complete(struct turn *t, uint32_t tx, bool failed)
{
	const struct mtx *d = &t->p->txs[tx];
	struct tx_state *x = state_of(t, tx);

	failed |= x->flags & X_BAD;
	x->is = failed ? T_FAILED : T_DONE;
	x->age_min = x->age_max = 0;	/* nobody asks any more */
	rules_complete(t, tx);
	if (!(d->flags & DMT_TX_INTERRUPT))
		return;
	know_complete(t, tx);
	run_children(t, tx, failed);
	if (d->strand != NONE) {
		x->flags |= X_BACK;
		t->s->pc[d->strand] = 0;
		if (!t->p->strands[d->strand].nr) {
			t->s->pc[d->strand] = NOT_RUNNING;
			x->flags &= ~X_BACK;
		}
	}
}

void step_status(struct turn *t, uint32_t tx)
{
	struct tx_state *x = state_of(t, tx);

	if (x->is == T_DONE || x->is == T_FAILED)
		know_complete(t, tx);
}

void step_ack(struct turn *t, uint32_t tx)
{
	state_of(t, tx)->flags |= X_ACKED;
}

void step_forget_tx(struct turn *t, uint32_t tx)
{
	if (state_of(t, tx)->is != T_PREPARED || state_of(t, tx)->flags & X_REFUSED)
		return;
	rules_forget_tx(t, tx);
	state_of(t, tx)->is = T_NONE;
}

static void end_one(struct turn *t, uint32_t tx, bool lingers)
{
	struct tx_state *x = state_of(t, tx);

	if (!tx_in_flight(x))
		return;
	if (x->is == T_SUBMITTED)
		x->flags |= X_UNISSUED;
	else if (lingers && x->is == T_ISSUED)
		x->flags |= X_LINGERS;
	x->is = T_TERMINATED;
	x->age_min = x->age_max = 0;
	run_children(t, tx, true);
}

void step_terminate(struct turn *t, uint32_t engine)
{
	if (t->s->engines[engine].released)
		return;
	rules_terminate(t, engine);
	t->s->engines[engine].unsynced = 1;
	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		if (t->p->txs[i].engine != engine)
			continue;
		end_one(t, i, true);
		state_of(t, i)->flags &= ~X_LATE_ISSUE;	/* this terminate came after it */
	}
}

void step_synchronize(struct turn *t, uint32_t engine)
{
	if (t->s->engines[engine].released)
		return;
	rules_synchronize(t, engine);
	t->s->engines[engine].unsynced = 0;
	for (uint32_t i = 0; i < t->p->nr_txs; i++)
		if (t->p->txs[i].engine == engine)
			state_of(t, i)->flags &= ~(X_LINGERS | X_LATE_ISSUE);
}

void step_release(struct turn *t, uint32_t engine)
{
	if (t->s->engines[engine].released)
		return;
	rules_release(t, engine);
	t->s->engines[engine].released = 1;
	for (uint32_t i = 0; i < t->p->nr_txs; i++) {
		struct tx_state *x = state_of(t, i);

		if (t->p->txs[i].engine != engine)
			continue;
		if (x->is == T_PREPARED || x->is == T_PARKED)
			x->is = T_NONE;
		end_one(t, i, false);
	}
}
