// SPDX-License-Identifier: GPL-2.0-only
/* What can be wrong with a submit, and with an unmap or sync of memory in use. */
#include <stdio.h>
#include <string.h>

#include "judge_state.h"

#define MAX_USERS 64	/* users of a mapping that are checked at most */

/* ---- where it was submitted ---- */

/*
 * async_tx forbids its clients new operations in a completion callback. Other clients may submit
 * there to the same channel, as its provider holds no lock then; in a callback of another channel,
 * which may lie in another context, they may not. A channel's dependency run submits what waits
 * for it on the same channel, which is its purpose.
 */
static void check_context(struct judge *j, const struct jtx *tx, const struct obs_event *e)
{
	const struct frame *f = ctx_frame(j, e);
	bool same = f && f->chan == tx->chan;
	struct report r = report_of(same ? V_CALLBACK_SUBMIT : V_FOREIGN_SUBMIT, e);

	if (!f || !f->chan || !tx_moves_memory(tx->op) || (same && (f->deps || !tx->async)))
		return;
	r.tx = tx;
	if (same)
		say(&r, "a %s is submitted to %s in a callback of the same channel",
		    op_name(tx->op), dev_kind(tx->chan->dev));
	else
		say(&r, "a %s is submitted to %s in a %s of another channel", op_name(tx->op),
		    dev_kind(tx->chan->dev), f->deps ? "dependency run" : "callback");
	judge_report(j, &r);
}

static bool every_prep_is_seen(const struct jtx *tx)
{
	const uint64_t unseen = 1ull << CAP_MEMSET_SG | 1ull << CAP_SLAVE | 1ull << CAP_INTERLEAVE;

	return tx->prep_seen && !tx->unwatched && tx->chan->prov &&
	       !(tx->chan->prov->caps & unseen);
}

static void check_again(struct judge *j, const struct jtx *tx, const struct obs_event *e)
{
	struct report r = report_of(V_RESUBMIT, e);

	if (!tx->again || tx->flags & CTRL_REUSE)
		return;
	if (!every_prep_is_seen(tx) || tx->epoch != j->epoch) {
		unknown(j, tx->epoch != j->epoch ? UNKNOWN_LOST : UNKNOWN_UNWATCHED);
		return;
	}
	r.tx = tx;
	say(&r, "a %s is submitted to %s again without a new prep", op_name(tx->op),
	    dev_kind(tx->chan->dev));
	detail(&r, "first with cookie %d", tx->old_cookie);
	judge_report(j, &r);
}

static void check_interrupt(struct judge *j, const struct jtx *tx, const struct obs_event *e)
{
	struct report r = report_of(V_MISSING_INTERRUPT_FLAG, e);

	if (!tx->func || !tx->prep_seen || (tx->prep_flags | tx->flags) & CTRL_INTERRUPT)
		return;
	r.tx = tx;
	say(&r, "a %s with a callback was prepared on %s without DMA_PREP_INTERRUPT",
	    op_name(tx->op), dev_kind(tx->chan->dev));
	judge_report(j, &r);
}

/* ---- its memory ---- */

static void report_gone(struct judge *j, const struct jtx *tx, const struct juse *u,
			const struct obs_event *e, const char *when)
{
	struct report r = report_of(V_USE_AFTER_UNMAP, e);

	r.tx = tx;
	r.map = u->map;
	say(&r, "a %s on %s %s memory that is unmapped", op_name(tx->op), dev_kind(tx->chan->dev),
	    when);
	judge_report(j, &r);
}

static void check_live(struct judge *j, struct jtx *tx, const struct obs_event *e)
{
	for (uint32_t i = 0; i < tx->nr; i++) {
		struct juse *u = &tx->uses[i];

		if (u->map && u->map->live)
			check_link_used(j, u->map, e);
		if (!u->map || u->map->live || u->told)
			continue;
		/* The address may have been mapped again since. */
		if (use_resolve(j, u) || !u->map)
			continue;
		if (u->map->epoch != j->epoch || !dev_sure(j, tx->chan->dev)) {
			unknown(j, UNKNOWN_BEFORE);
			continue;
		}
		u->told = true;
		report_gone(j, tx, u, e, "is submitted with");
	}
}

static bool is_active(const struct judge *j, const struct jtx *tx)
{
	return !tx->told && !tx->aborted && !tx->hw_done && tx_surely_active(j, tx);
}

bool used_in_flight(const struct judge *j, const struct jmap *m, uint64_t start, uint64_t end)
{
	unsigned int n = 0;

	for (const struct juse *u = m->uses; u && n < MAX_USERS; u = u->next, n++) {
		uint64_t at = u->dma - m->dma;

		if (u->len && at < end && start < at + u->len && is_active(j, u->tx))
			return true;
	}
	return false;
}

/*
 * What a descriptor uses is the device's from its submit on, also where the CPU had it by a sync
 * before: FROM_DEVICE needs no sync for the device when the CPU did not write.
 */
void own_operands(struct jtx *tx, enum owner owner)
{
	for (uint32_t i = 0; i < tx->nr; i++) {
		struct jmap *m = tx->uses[i].map;
		uint64_t at = m ? tx->uses[i].dma - m->dma : 0;

		if (m && m->live && m->kind < MAP_COHERENT && !(m->attrs & ATTR_SKIP_CPU_SYNC))
			owners_set(&m->owners, m->len, at, at + tx->uses[i].len, owner);
	}
}

static bool uses_meet(const struct juse *a, const struct juse *b)
{
	return a->len && b->len && a->dma <= last_of(b->dma, b->len) &&
	       b->dma <= last_of(a->dma, a->len);
}

static void report_conflict(struct judge *j, const struct jtx *tx, const struct juse *u,
			    const struct juse *v, const struct obs_event *e, enum violation_id id)
{
	struct report r = report_of(id, e);

	r.tx = tx;
	r.other_tx = v->tx;
	r.map = u->map;
	if (id == V_MISSING_FENCE)
		say(&r, "a %s on %s reads what an earlier one without DMA_PREP_FENCE writes",
		    op_name(tx->op), dev_kind(tx->chan->dev));
	else
		say(&r, "a %s on %s is given bytes that another channel still %s", op_name(tx->op),
		    dev_kind(tx->chan->dev), v->dir == 1 ? "reads" : "writes");
	judge_report(j, &r);
}

/* Does an earlier descriptor, still in flight, use the same bytes? */
static bool check_use(struct judge *j, const struct jtx *tx, const struct juse *u,
		      const struct obs_event *e)
{
	unsigned int n = 0;

	for (const struct juse *v = u->map->uses; v && n < MAX_USERS; v = v->next, n++) {
		const struct jtx *o = v->tx;
		bool same = o->chan == tx->chan;

		if (o == tx || o->state != TX_SUBMITTED || !tx_moves_memory(o->op) ||
		    !is_active(j, o) || !uses_meet(u, v))
			continue;
		if (same && v->dir == 2 && u->dir == 1 &&
		    !((o->prep_flags | o->flags) & CTRL_FENCE)) {
			report_conflict(j, tx, u, v, e, V_MISSING_FENCE);
			return true;
		}
		if (!same && o->issued && !tx->parent && (v->dir == 2 || u->dir == 2)) {
			report_conflict(j, tx, u, v, e, V_TIMEOUT_REUSE);
			return true;
		}
	}
	return false;
}

static void check_conflicts(struct judge *j, const struct jtx *tx, const struct obs_event *e)
{
	if (!tx_moves_memory(tx->op))
		return;
	for (uint32_t i = 0; i < tx->nr; i++)
		if (tx->uses[i].map && tx->uses[i].map->live &&
		    check_use(j, tx, &tx->uses[i], e))
			return;
}

void check_submit(struct judge *j, struct jtx *tx, const struct obs_event *e)
{
	check_context(j, tx, e);
	check_again(j, tx, e);
	check_interrupt(j, tx, e);
	if (tx->again && !(tx->flags & CTRL_REUSE))
		return;		/* that is one fault, and was reported */
	check_live(j, tx, e);
	check_conflicts(j, tx, e);
}

/* ---- an unmap or a sync of memory in use ---- */

static void report_unmap(struct judge *j, struct jmap *m, struct juse *u,
			 const struct obs_event *e, enum violation_id id)
{
	struct report r = report_of(id, e);

	u->told = true;
	r.map = m;
	r.tx = u->tx;
	if (id == V_UNMAP_ACTIVE) {
		say(&r, "%s of a %s that %s has not completed is unmapped",
		    map_kind_name(m), op_name(u->tx->op), dev_kind(u->tx->chan->dev));
		judge_report(j, &r);
		return;
	}
	say(&r, "%s of a %s that was terminated on %s is unmapped before synchronize",
	    map_kind_name(m), op_name(u->tx->op), dev_kind(u->tx->chan->dev));
	late_finding(j, u->tx->chan, &r);
}

static void check_use_at_unmap(struct judge *j, struct jmap *m, struct juse *u,
			       const struct obs_event *e)
{
	const struct jtx *tx = u->tx;

	if (tx->state != TX_SUBMITTED || u->told || tx->told || m->epoch != j->epoch)
		return;
	if (tx->aborted) {
		if (tx->epoch == j->epoch && !tx->synced && tx->chan->unsynced && !tx->ud)
			report_unmap(j, m, u, e, V_TERMINATE_NO_SYNC);
	} else if (tx->hw_done) {
		return;
	} else if (tx_surely_active(j, tx)) {
		report_unmap(j, m, u, e, V_UNMAP_ACTIVE);
	} else {
		unknown(j, UNKNOWN_COMPLETION);
	}
}

void check_uses_at_unmap(struct judge *j, struct jmap *m, const struct obs_event *e)
{
	struct juse *u, *next;
	struct jmap *other;

	for (u = m->uses; u; u = next) {
		next = u->next;
		if (use_has_other(u, &other))
			use_move(u, other);
		else
			check_use_at_unmap(j, m, u, e);
	}
}

void check_uses_at_sync(struct judge *j, struct jmap *m, const struct obs_event *e, uint64_t off,
			uint64_t len)
{
	unsigned int n = 0;
	struct jmap *other;

	for (struct juse *u = m->uses; u && n < MAX_USERS; u = u->next, n++) {
		struct report r = report_of(V_SYNC_WHILE_ACTIVE, e);
		uint64_t start = u->dma - m->dma;

		if (!u->tx->issued || !is_active(j, u->tx) || !tx_moves_memory(u->tx->op) ||
		    start > last_of(off, len) || off > last_of(start, u->len) ||
		    use_has_other(u, &other))
			continue;
		r.map = m;
		r.tx = u->tx;
		say(&r, "%s of a %s that %s has not completed is synced", map_kind_name(m),
		    op_name(u->tx->op), dev_kind(u->tx->chan->dev));
		judge_report(j, &r);
		return;
	}
}
