// SPDX-License-Identifier: GPL-2.0-only
/* Completion: callbacks, status, cookies, and what the engine itself reports. */
#include <stdio.h>
#include <string.h>

#include "judge_state.h"

#define MAX_LOOK 256	/* descriptors searched at most for a cookie */

/* ---- cookies ---- */

/* Cookies wrap from INT_MAX to 1, so they are compared as numbers of 31 bits. */
static bool before(int32_t a, int32_t b)
{
	return (((uint32_t)a - (uint32_t)b) & 0x7fffffff) > 0x3fffffff;
}

static void report_order(struct judge *j, const struct jchan *c, const struct jtx *tx,
			 const struct obs_event *e, const char *what)
{
	struct report r = report_of(V_COOKIE_ORDER, e);

	r.chan = c;
	r.tx = tx;
	say(&r, "%s of a channel of %s", what, dev_kind(c->dev));
	judge_report(j, &r);
}

/*
 * The cookie is read a moment before or after the event gets its number, so only two events of
 * the same CPU can be compared.
 */
static void note_completed(struct judge *j, struct jchan *c, int32_t cookie,
			   const struct obs_event *e)
{
	struct cookie_at *last = &c->completed;

	if (cookie <= 0)
		return;
	if (last->cookie && last->cpu == e->cpu && before(cookie, last->cookie) &&
	    tx_ordered(c) && e->level == OBS_TASK)
		report_order(j, c, NULL, e, "the completed cookie goes back");
	if (!last->cookie || last->cpu == e->cpu || !before(cookie, last->cookie))
		*last = (struct cookie_at){ cookie, e->cpu, e->time_ns };
}

static void completed_until(struct judge *j, struct jchan *c, int32_t cookie)
{
	struct jtx *tx, *prev;

	if (cookie <= 0)
		return;
	for (tx = c->last; tx; tx = prev) {
		prev = tx->prev;
		if (!tx->returned || tx->cookie <= 0 || before(cookie, tx->cookie) ||
		    tx->aborted)
			continue;
		if (tx->told)
			break;
		tx_told_until(j, tx);
		if (tx_ordered(c))
			break;
	}
}

static struct jtx *find_cookie(const struct jchan *c, int32_t cookie)
{
	unsigned int n = 0;

	for (struct jtx *tx = c->last; tx && n < MAX_LOOK; tx = tx->prev, n++)
		if (tx->cookie == cookie && tx->returned)
			return tx;
	return NULL;
}

void on_cookie(struct judge *j, const struct obs_event *e)
{
	struct jchan *c = chan_get(j, e->arg2, e->dev);

	ctx_get(j, e)->hint = c;
	ctx_get(j, e)->hint_cookie = (int32_t)e->arg;
	note_completed(j, c, (int32_t)e->arg, e);
	completed_until(j, c, (int32_t)e->arg);
}

/* ---- status ---- */

static void report_residue(struct judge *j, const struct jtx *tx, const struct obs_event *e,
			   const char *what)
{
	struct report r = report_of(V_WRONG_RESIDUE, e);

	r.tx = tx;
	say(&r, "the residue that %s tells %s", dev_kind(tx->chan->dev), what);
	detail(&r, "residue %llu of %llu bytes", (unsigned long long)e->len,
	       (unsigned long long)tx->len);
	judge_report(j, &r);
}

static void check_residue(struct judge *j, struct jchan *c, const struct jtx *tx,
			  const struct obs_event *e)
{
	bool again = c->residue_cookie == tx->cookie && c->residue_cpu == e->cpu;

	if (!tx_moves_memory(tx->op) || !tx->len)
		return;
	if (e->len > tx->len)
		report_residue(j, tx, e, "is more than the whole");
	else if (e->dma == STATUS_COMPLETE && e->len)
		report_residue(j, tx, e, "is not 0 when all is complete");
	else if (again && e->len > c->residue)
		report_residue(j, tx, e, "grows");
	c->residue_cookie = tx->cookie;
	c->residue = e->len;
	c->residue_cpu = e->cpu;
}

static void report_error_hidden(struct judge *j, const struct jtx *tx, const struct obs_event *e)
{
	struct report r = report_of(V_ERROR_AS_SUCCESS, e);

	r.tx = tx;
	say(&r, "a %s failed in %s and is told as a success", op_name(tx->op),
	    dev_kind(tx->chan->dev));
	detail(&r, "the engine's error: %lld", (long long)tx->hw_error);
	judge_report(j, &r);
}

static void check_visible(struct judge *j, struct jchan *c, const struct obs_event *e)
{
	const struct frame *f = ctx_frame(j, e);
	struct report r = report_of(V_COMPLETION_NOT_VISIBLE, e);
	struct finding out;

	if (!f || f->deps || f->chan != c || !f->has_tx || f->tx.op == OBS_OP_CYCLIC ||
	    !f->tx.cookie || f->tx.cookie != (int32_t)e->arg ||
	    e->dma == STATUS_COMPLETE || e->dma == STATUS_ERROR)
		return;
	r.chan = c;
	say(&r, "%s tells in a callback that its descriptor is not complete", dev_kind(c->dev));
	make_finding(j, &r, &out);
	out.tx = f->tx;
	file_finding(j, &out);
}

void on_status(struct judge *j, const struct obs_event *e)
{
	struct jchan *c = chan_get(j, e->arg2, e->dev);
	struct jtx *tx = find_cookie(c, (int32_t)e->arg);

	check_visible(j, c, e);
	note_completed(j, c, (int32_t)e->phys, e);
	if (tx) {
		check_residue(j, c, tx, e);
		if (tx->hw_error && e->dma == STATUS_COMPLETE)
			report_error_hidden(j, tx, e);
		if (e->dma == STATUS_COMPLETE || e->dma == STATUS_ERROR)
			tx_told_until(j, tx);
	}
	completed_until(j, c, (int32_t)e->phys);
}

/* ---- callbacks ---- */

struct match {
	struct jtx *tx;
	bool ambiguous;
};

/*
 * Does a callback fit @a better than @b? @cookie completed last on channel @hint, and most
 * providers call back at once.
 */
static bool better(const struct jtx *a, const struct jtx *b, const struct jchan *hint,
		   int32_t cookie)
{
	bool a_irq = (a->prep_flags | a->flags) & CTRL_INTERRUPT;
	bool b_irq = (b->prep_flags | b->flags) & CTRL_INTERRUPT;

	if (a->aborted != b->aborted)
		return !a->aborted;
	if (hint && (a->chan == hint) != (b->chan == hint))
		return a->chan == hint;
	if (hint && (a->cookie == cookie) != (b->cookie == cookie))
		return a->cookie == cookie;
	if (a_irq != b_irq)
		return a_irq;
	return a->submit_seq < b->submit_seq;
}

/* Finds the oldest descriptor that waits for this callback. */
static struct match find_called(struct judge *j, const struct obs_event *e,
				const struct jchan *hint, int32_t cookie)
{
	struct table_node *n = table_first(&j->cbs, table_mix(e->dma, e->phys));
	struct match m = { 0 };

	for (; n; n = table_next(n)) {
		struct jtx *tx = table_entry(n, struct jtx, cb_node);

		if (tx->func != e->dma || tx->param != e->phys)
			continue;
		if (m.tx && m.tx->chan != tx->chan && !hint &&
		    m.tx->aborted == tx->aborted)
			m.ambiguous = true;
		if (!m.tx || better(tx, m.tx, hint, cookie))
			m.tx = tx;
	}
	return m;
}

static void doubt_all(struct judge *j, const struct obs_event *e)
{
	struct table_node *n = table_first(&j->cbs, table_mix(e->dma, e->phys));

	for (; n; n = table_next(n)) {
		struct jtx *tx = table_entry(n, struct jtx, cb_node);

		if (tx->func == e->dma && tx->param == e->phys)
			tx->unsure = true;
	}
	unknown(j, UNKNOWN_CALLBACK);
}

/*
 * A descriptor that was submitted before a loss may have been called back unseen. If others
 * wait for the same callback, this callback cannot be assigned to one of them, nor can the next
 * ones until all that wait now have had theirs. Returns whether the callback must be ignored.
 */
static bool after_loss(struct judge *j, const struct obs_event *e)
{
	struct table_node *n = table_first(&j->cbs, table_mix(e->dma, e->phys)), *next;
	unsigned int stale = 0, unsure = 0, sure = 0;

	for (; n; n = table_next(n)) {
		const struct jtx *tx = table_entry(n, struct jtx, cb_node);

		if (tx->func != e->dma || tx->param != e->phys)
			continue;
		stale += tx->epoch != j->epoch;
		unsure += tx->epoch == j->epoch && tx->unsure;
		sure += tx->epoch == j->epoch && !tx->unsure;
	}
	if (!stale + !unsure + !sure >= 2)
		return false;
	for (n = table_first(&j->cbs, table_mix(e->dma, e->phys)); n; n = next) {
		struct jtx *tx = table_entry(n, struct jtx, cb_node);

		next = table_next(n);
		if (tx->func != e->dma || tx->param != e->phys)
			continue;
		if (tx->epoch != j->epoch)
			tx_called(j, tx);
		else
			tx->unsure = true;
	}
	unknown(j, UNKNOWN_CALLBACK);
	return stale;
}

static void report_called(struct judge *j, const struct jchan *c, const struct jtx *tx,
			  const struct obs_event *e, enum violation_id id, const char *how)
{
	struct report r = report_of(id, e);

	r.tx = tx;
	r.chan = c;
	say(&r, "a callback of %s %s", dev_kind(c->dev), how);
	judge_report(j, &r);
}

static void check_called_context(struct judge *j, const struct jchan *c, const struct jtx *tx,
				 const struct obs_event *e)
{
	if (e->level == OBS_HARDIRQ)
		report_called(j, c, tx, e, V_CALLBACK_HARDIRQ, "runs in a hard interrupt");
	else if (is_locked(j, e))
		report_called(j, c, tx, e, V_CALLBACK_LOCKED, "runs with a spinlock held");
	if (c->prov && c->prov->gone && c->prov->ops & OBS_OPS_TOLD &&
	    !(c->prov->ops & OBS_OPS_RELEASE))
		report_called(j, c, tx, e, V_UNREGISTER_BUSY, "runs after the provider has gone");
}

static void check_called_order(struct judge *j, struct jchan *c, const struct jtx *tx,
			       const struct obs_event *e)
{
	const struct cookie_at *last = &c->called;

	if (tx->cookie <= 0 || tx->op == OBS_OP_CYCLIC)
		return;
	if (last->cookie && before(tx->cookie, last->cookie) && tx_ordered(c) &&
	    (c->called_done || c->called_ctx == ctx_key(e)))
		report_order(j, c, tx, e, "callbacks come out of order");
	if (!last->cookie || !before(tx->cookie, last->cookie))
		c->called = (struct cookie_at){ tx->cookie, e->cpu, e->time_ns };
	c->called_ctx = ctx_key(e);
	c->called_done = false;
}

static void check_called(struct judge *j, struct jtx *tx, const struct obs_event *e)
{
	struct jchan *c = tx->chan;

	check_called_context(j, c, tx, e);
	if (c->term_enter && c->term_ctx == ctx_key(e))
		report_called(j, c, tx, e, V_CALLBACK_IN_TERMINATE,
			      "runs inside the provider's terminate function");
	if (tx->unsure || tx->epoch != j->epoch)
		return;
	if (tx->aborted && tx->synced) {
		if (c->unwatched)
			unknown(j, UNKNOWN_UNWATCHED);
		else
			report_called(j, c, tx, e, V_CALLBACK_AFTER_TERMINATE,
				      "comes after terminate and synchronize");
		return;
	}
	if (!tx->issued && !tx->issue_maybe && !tx->aborted && !tx->started && c->prov &&
	    c->prov->issue_seen && tx->prep_seen)
		report_called(j, c, tx, e, V_START_BEFORE_ISSUE, "comes before it was issued");
	check_called_order(j, c, tx, e);
	if (tx->hw_error && e->arg == 0)
		report_error_hidden(j, tx, e);
}

static void push_callback(struct judge *j, struct jctx *ctx, const struct obs_event *e,
			  struct jchan *c, const struct jtx *tx)
{
	struct frame *f;

	/* A callback cannot run inside itself: the return of the first one was missed. */
	for (unsigned int i = 0; i < ctx->nr; i++)
		if (ctx->frames[i].func == e->dma && ctx->frames[i].param == e->phys)
			ctx->nr = i;
	f = ctx_push(j, ctx);
	f->func = e->dma;
	f->param = e->phys;
	f->chan = c;
	f->seq = e->seq;
	f->stack = e->stack;
	if (c)
		describe_tx(&f->tx, c, tx);
	f->has_tx = tx != NULL;
}

static void callback_enter(struct judge *j, const struct obs_event *e)
{
	struct jctx *ctx = ctx_get(j, e);
	struct jchan *hint = ctx->hint;
	struct match m;

	ctx->hint = NULL;
	if (after_loss(j, e)) {
		push_callback(j, ctx, e, NULL, NULL);
		return;
	}
	m = find_called(j, e, hint, ctx->hint_cookie);
	if (m.ambiguous) {
		doubt_all(j, e);
		push_callback(j, ctx, e, NULL, NULL);
		return;
	}
	/*
	 * A callback without a descriptor: where async_tx works with the CPU, it calls back by
	 * itself, in the caller's context and under the caller's locks.
	 */
	push_callback(j, ctx, e, m.tx ? m.tx->chan : NULL, m.tx);
	if (!m.tx) {
		unknown(j, UNKNOWN_CALLBACK);
		return;
	}
	check_called(j, m.tx, e);
	tx_called(j, m.tx);
	if (!m.tx->aborted)
		tx_told_until(j, m.tx);
}

void on_callback(struct judge *j, const struct obs_event *e)
{
	const struct frame *f;

	if (e->type == OBS_CB_ENTER) {
		callback_enter(j, e);
		return;
	}
	f = ctx_frame(j, e);
	if (f && !f->deps && f->chan)
		f->chan->called_done = true;
	ctx_pop(j, e, false, e->dma, e->phys);
}

/* ---- what the engine reports ---- */

static void check_memory(struct judge *j, const struct jtx *tx, const struct obs_event *e,
			 const char *how)
{
	for (uint32_t i = 0; i < tx->nr; i++) {
		struct juse *u = &tx->uses[i];
		struct report r = report_of(V_USE_AFTER_UNMAP, e);

		if (!u->map || u->map->live || u->told || u->map->epoch != j->epoch)
			continue;
		u->told = true;
		r.tx = tx;
		r.map = u->map;
		r.stack = tx->submit_stack;
		say(&r, "%s %s a %s whose memory is unmapped", dev_kind(tx->chan->dev), how,
		    op_name(tx->op));
		judge_report(j, &r);
	}
}

static void hw_start(struct judge *j, struct jtx *tx, const struct obs_event *e)
{
	struct report r = report_of(V_START_BEFORE_ISSUE, e);

	if (!tx->issued && !tx->issue_maybe && !tx->unsure && tx->prep_seen &&
	    tx->epoch == j->epoch && !tx->started && !tx->aborted) {
		r.tx = tx;
		r.stack = tx->submit_stack;
		say(&r, "%s starts a %s before it is issued", dev_kind(tx->chan->dev),
		    op_name(tx->op));
		judge_report(j, &r);
	}
	tx->started = true;
	check_memory(j, tx, e, "starts");
}

static void hw_done(struct judge *j, struct jtx *tx, const struct obs_event *e)
{
	if (e->type == OBS_HW_DONE)
		check_memory(j, tx, e, "finishes");
	tx->hw_done = true;
	if (e->type == OBS_HW_DONE)
		tx->hw_error = (int64_t)e->dma;
	if ((tx->told && tx->called) || tx->synced)
		tx_finish(j, tx);
}

void on_hw(struct judge *j, const struct obs_event *e)
{
	struct jchan *c = chan_get(j, e->arg2, e->dev);
	struct jtx *tx = tx_find(j, e->obj);

	c->hw = true;
	if (!tx || tx->chan != c || tx->state != TX_SUBMITTED ||
	    (tx->returned && tx->cookie != (int32_t)e->arg))
		return;
	if (e->type == OBS_HW_START)
		hw_start(j, tx, e);
	else
		hw_done(j, tx, e);
}
