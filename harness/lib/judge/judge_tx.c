// SPDX-License-Identifier: GPL-2.0-only
/* The life of a descriptor: prepared, submitted, done; and what memory it uses. */
#include <stdlib.h>
#include <string.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

const char *op_name(uint32_t op)
{
	static const char *const names[] = {
		"memcpy", "xor", "pq", "xor_val", "pq_val", "memset", "interrupt", "slave sg",
		"cyclic",
	};

	return op < sizeof(names) / sizeof(names[0]) ? names[op] : "transaction";
}

bool tx_moves_memory(uint32_t op)
{
	return op <= OBS_OP_INTERRUPT;
}

bool tx_ordered(const struct jchan *c)
{
	return c->prov && !c->prov->no_order;
}

bool tx_surely_active(const struct judge *j, const struct jtx *tx)
{
	if (tx->unsure || tx->epoch != j->epoch || tx->state != TX_SUBMITTED)
		return false;
	if (tx->chan->hw)
		return true;
	/* With unmap data the provider unmaps, before the callback. */
	return tx->func && !tx->cb_unwatched && !tx->ud && tx->prep_seen &&
	       (tx->prep_flags | tx->flags) & CTRL_INTERRUPT;
}

struct jtx *tx_find(struct judge *j, uint64_t desc)
{
	struct table_node *n = table_first(&j->txs, desc);

	return n ? table_entry(n, struct jtx, node) : NULL;
}

/* ---- uses ---- */

void use_unlink(struct juse *u)
{
	if (!u->map)
		return;
	if (u->prev)
		u->prev->next = u->next;
	else
		u->map->uses = u->next;
	if (u->next)
		u->next->prev = u->prev;
	u->map = NULL;
}

static void use_link(struct juse *u, struct jmap *m)
{
	u->map = m;
	u->prev = NULL;
	u->next = m->uses;
	if (m->uses)
		m->uses->prev = u;
	m->uses = u;
}

bool use_fits(const struct jmap *m, const struct juse *u)
{
	return !u->dir || !m->dir || m->dir == u->dir;
}

/* Of the mappings that contain the operand, one whose direction fits comes first. */
static struct jmap *in_domain(struct judge *j, const struct jdev *d, const struct juse *u)
{
	struct jmap *m = map_for_use(d, u->dma, u->len, u->dir), *other;

	for (const struct jdev *o = j->all_devs; o && (!m || !use_fits(m, u)); o = o->next) {
		if (o == d || !o->maps || same_domain(d, o) == 0)
			continue;
		other = map_for_use(o, u->dma, u->len, u->dir);
		if (other && (!m || use_fits(other, u)))
			m = other;
	}
	return m;
}

/* Finds the mapping that contains the operand; only if there is none, a ghost. */
bool use_resolve(struct judge *j, struct juse *u)
{
	const struct jdev *d = u->tx->chan->dev;
	struct jmap *m = in_domain(j, d, u);

	use_unlink(u);
	if (!m)
		m = ghost_find(j, d, u->dma) ?: ghost_containing(j, d, u->dma, u->len);
	if (m)
		use_link(u, m);
	return m && m->live;
}

/* Is there another mapping that contains the operand? Memory may be mapped twice for reading. */
bool use_has_other(const struct juse *u, struct jmap **other)
{
	uint64_t last = last_of(u->dma, u->len);
	struct itree_node *n;

	if (!u->map->live)
		return false;
	for (n = itree_first(&u->map->dev->bus, u->dma, u->dma); n;
	     n = itree_next(n, u->dma, u->dma)) {
		*other = table_entry(n, struct jmap, bus);
		if (*other != u->map && n->last >= last &&
		    (!(*other)->dir || (*other)->dir == u->dir))
			return true;
	}
	return false;
}

void use_move(struct juse *u, struct jmap *to)
{
	use_unlink(u);
	use_link(u, to);
}

/* ---- lists ---- */

static void list_remove(struct judge *j, struct jtx *tx)
{
	struct jtx **first, **last;

	if (tx->state == TX_DONE) {
		first = &j->done_first;
		last = &j->done_last;
		j->done--;
	} else if (tx->state == TX_SUBMITTED) {
		first = &tx->chan->first;
		last = &tx->chan->last;
		tx->chan->queued--;
		j->n.in_flight--;
	} else {
		first = &tx->chan->prepped;
		last = NULL;
		j->n.in_flight--;
	}
	if (tx->prev)
		tx->prev->next = tx->next;
	else
		*first = tx->next;
	if (tx->next)
		tx->next->prev = tx->prev;
	else if (last)
		*last = tx->prev;
}

static void list_append(struct jtx **first, struct jtx **last, struct jtx *tx)
{
	tx->next = NULL;
	tx->prev = *last;
	if (*last)
		(*last)->next = tx;
	else
		*first = tx;
	*last = tx;
}

static void list_add_prepped(struct judge *j, struct jtx *tx)
{
	tx->state = TX_PREPPED;
	tx->prev = NULL;
	tx->next = tx->chan->prepped;
	if (tx->next)
		tx->next->prev = tx;
	tx->chan->prepped = tx;
	j->n.in_flight++;
}

static void cb_unlink(struct judge *j, struct jtx *tx)
{
	if (tx->in_cb)
		table_del(&j->cbs, &tx->cb_node);
	tx->in_cb = false;
}

void tx_ud_unlink(struct judge *j, struct jtx *tx)
{
	if (tx->in_ud)
		table_del(&j->ud_txs, &tx->ud_node);
	tx->in_ud = false;
}

static void tx_free(struct judge *j, struct jtx *tx)
{
	list_remove(j, tx);
	cb_unlink(j, tx);
	tx_ud_unlink(j, tx);
	for (uint32_t i = 0; i < tx->nr; i++)
		use_unlink(&tx->uses[i]);
	if (tx->nr < tx->want)
		ctx_forget_tx(j, tx);
	table_del(&j->txs, &tx->node);
	tx->next = j->free_txs;
	j->free_txs = tx;
}

static struct jtx *tx_alloc(struct judge *j, struct jchan *c, uint64_t desc)
{
	struct jtx *tx = j->free_txs;
	struct juse *uses = NULL;
	uint32_t cap = 0;

	if (tx) {
		j->free_txs = tx->next;
		uses = tx->uses;
		cap = tx->cap;
	} else {
		tx = xmalloc(sizeof(*tx));
	}
	memset(tx, 0, sizeof(*tx));
	tx->uses = uses;
	tx->cap = cap;
	tx->chan = c;
	tx->desc = desc;
	tx->epoch = j->epoch;
	tx->prep_stack = -1;
	tx->submit_stack = -1;
	table_add(&j->txs, &tx->node, desc);
	list_add_prepped(j, tx);
	return tx;
}

/* ---- completion ---- */

void tx_told(struct judge *j, struct jtx *tx)
{
	if (tx->told)
		return;
	tx->told = true;
	tx->told_time = j->now;
	for (uint32_t i = 0; i < tx->nr; i++) {
		struct jmap *m = tx->uses[i].map;

		if (!m)
			continue;
		m->aborted = false;
		m->used = true;
		m->ud = tx->ud;
	}
}

/* May the engine still move data, although the client was told that it is complete? */
static bool may_move(const struct jtx *tx)
{
	return tx->chan->hw && !tx->hw_done && tx->started;
}

/* Finishes the descriptor, unless its callback or the engine's last access may still come. */
static void retire(struct judge *j, struct jtx *tx)
{
	if (!may_move(tx) && (tx->called || !tx->func || tx->cb_unwatched) && tx->returned)
		tx_finish(j, tx);
}

/* The callback of @tx runs. A cyclic descriptor has many callbacks. */
void tx_called(struct judge *j, struct jtx *tx)
{
	if (tx->op == OBS_OP_CYCLIC)
		return;
	tx->called = true;
	cb_unlink(j, tx);
}

void tx_told_until(struct judge *j, struct jtx *tx)
{
	struct jtx *t, *prev;

	if (tx->op == OBS_OP_CYCLIC || tx->state != TX_SUBMITTED)
		return;
	t = tx_ordered(tx->chan) ? tx->prev : NULL;
	tx_told(j, tx);
	for (; t && !t->told; t = prev) {
		prev = t->prev;
		if (t->op == OBS_OP_CYCLIC)
			continue;
		tx_told(j, t);
		retire(j, t);
	}
	retire(j, tx);
}

void tx_finish(struct judge *j, struct jtx *tx)
{
	if (tx->state == TX_DONE)
		return;
	for (uint32_t i = 0; i < tx->nr; i++)
		use_unlink(&tx->uses[i]);
	list_remove(j, tx);
	tx->state = TX_DONE;
	list_append(&j->done_first, &j->done_last, tx);
	if (++j->done > MAX_DONE)
		tx_free(j, j->done_first);
}

/* ---- prep ---- */

static void check_recycled(struct judge *j, const struct jtx *tx, const struct obs_event *e)
{
	struct report r = report_of(V_RECYCLED_ACTIVE, e);

	if (tx->state != TX_SUBMITTED || tx->aborted || tx->hw_done)
		return;
	if (!tx->chan->hw || tx->unsure || tx->epoch != j->epoch || !tx->started) {
		if (!tx->told)
			unknown(j, UNKNOWN_COMPLETION);
		return;
	}
	r.tx = tx;
	say(&r, "%s prepares a descriptor that it still works on", dev_kind(tx->chan->dev));
	judge_report(j, &r);
}

/* The provider prepares the descriptor anew, so what it was before has ended. */
static void recycle(struct judge *j, uint64_t desc, const struct obs_event *e)
{
	struct jtx *old = tx_find(j, desc);

	if (!old)
		return;
	check_recycled(j, old, e);
	if (old->state == TX_SUBMITTED)
		tx_told_until(j, old);
	tx_free(j, old);
}

static void note_issue_race(struct jtx *tx, const struct obs_event *e)
{
	const struct jchan *c = tx->chan;

	/* An issue_pending of another context may have begun before and issue this one too. */
	if (c->issue_ctx != ctx_key(e) && c->issue_time &&
	    e->time_ns - c->issue_time < 100000000)
		tx->issue_maybe = true;
}

void on_prep(struct judge *j, const struct obs_event *e)
{
	struct jchan *c = chan_get(j, e->arg2, e->dev);
	uint32_t want = (e->arg & 0xff) + (e->arg >> 8 & 0xffff);
	struct jctx *ctx;
	struct jtx *tx;

	if (e->flags & OBS_F_FAILED || !e->obj)
		return;
	recycle(j, e->obj, e);
	tx = tx_alloc(j, c, e->obj);
	tx->prep_seen = true;
	tx->op = e->dir;
	tx->len = e->len;
	tx->prep_flags = e->attrs;
	tx->unwatched = e->flags & OBS_F_UNWATCHED;
	tx->prep_seq = e->seq;
	tx->prep_time = e->time_ns;
	tx->prep_stack = e->stack;
	tx->task = e->task;
	tx->want = want;
	c->unwatched |= tx->unwatched;
	check_prep(j, tx, e);
	if (!want)
		return;
	ctx = ctx_get(j, e);
	ctx->tx = tx;
	ctx->tx_left = want;
}

/* Lists have pointers into the array, so it may only be moved while it is empty. */
static void make_room(struct jtx *tx)
{
	if (tx->nr || tx->cap >= tx->want)
		return;
	tx->cap = tx->want;
	tx->uses = xrealloc(tx->uses, tx->cap * sizeof(*tx->uses));
}

void on_prep_addr(struct judge *j, const struct obs_event *e)
{
	struct jctx *c = ctx_find(j, e);
	struct jtx *tx = c ? c->tx : NULL;

	if (!tx || tx->desc != e->obj || tx->nr >= tx->want) {
		if (e->obj)	/* 0: the prep gave no descriptor */
			j->n.bad++;
		return;
	}
	make_room(tx);
	tx->uses[tx->nr] = (struct juse){
		.tx = tx, .dma = e->dma, .len = e->len, .dir = e->dir,
	};
	tx->nr++;
	if (--c->tx_left)
		return;
	c->tx = NULL;
	ctx_put(j, c);
	check_operands(j, tx, e);
}

/* ---- submit ---- */

static void queue(struct judge *j, struct jtx *tx)
{
	struct jchan *c = tx->chan;

	list_remove(j, tx);
	tx->state = TX_SUBMITTED;
	list_append(&c->first, &c->last, tx);
	j->n.in_flight++;
	if (++c->queued > MAX_QUEUED)
		tx_finish(j, c->first);
	cb_unlink(j, tx);
	if (tx->func) {
		table_add(&j->cbs, &tx->cb_node, table_mix(tx->func, tx->param));
		tx->in_cb = true;
	}
}

/* The same descriptor is submitted again: forget what is left of its first life. */
static void revive(struct judge *j, struct jtx *tx)
{
	tx->old_cookie = tx->cookie;
	tx->cookie = 0;
	if (tx->state == TX_DONE) {
		list_remove(j, tx);
		list_add_prepped(j, tx);
	}
	for (uint32_t i = 0; i < tx->nr; i++) {
		tx->uses[i].told = false;
		use_resolve(j, &tx->uses[i]);
	}
	tx->issued = false;
	tx->issue_maybe = false;
	tx->started = false;
	tx->hw_done = false;
	tx->told = false;
	tx->called = false;
	tx->missed = false;
	tx->aborted = false;
	tx->synced = false;
	tx->hw_error = 0;
}

static struct jtx *tx_unprepared(struct judge *j, const struct obs_event *e)
{
	struct jtx *tx = tx_alloc(j, chan_get(j, e->arg2, e->dev), e->obj);

	tx->op = OBS_OP_OTHER;
	tx->unsure = true;
	unknown(j, UNKNOWN_BEFORE);
	return tx;
}

static struct jtx *submit_begin(struct judge *j, const struct obs_event *e)
{
	struct jtx *tx = tx_find(j, e->obj);

	if (!tx)
		tx = tx_unprepared(j, e);
	tx->again = tx->state != TX_PREPPED;
	if (tx->again)
		revive(j, tx);
	tx->flags = e->attrs;
	tx->func = e->dma;
	tx->param = e->phys;
	tx->ud = e->len;
	tx->cb_unwatched = e->flags & OBS_F_UNWATCHED;
	tx->submit_seq = e->seq;
	tx->submit_time = e->time_ns;
	tx->submit_ctx = ctx_key(e);
	tx->returned = false;
	note_issue_race(tx, e);
	tx_ud_unlink(j, tx);
	if (tx->ud) {
		struct jud *u = ud_find(j, tx->ud);

		if (u)
			u->life.users++;
		table_add(&j->ud_txs, &tx->ud_node, tx->ud);
		tx->in_ud = true;
	}
	queue(j, tx);
	check_wrote_at_submit(j, tx, e);
	if (tx_moves_memory(tx->op))
		own_operands(tx, OWNER_DEVICE);
	return tx;
}

/* The provider refused the submit: the descriptor stays prepared. No fault of the client. */
static void submit_failed(struct judge *j, struct jtx *tx)
{
	cb_unlink(j, tx);
	list_remove(j, tx);
	list_add_prepped(j, tx);
	tx->refused = true;
	if (tx_moves_memory(tx->op))
		own_operands(tx, OWNER_UNKNOWN);	/* whose it was is forgotten */
}

void on_submit(struct judge *j, const struct obs_event *e)
{
	struct jtx *tx = tx_find(j, e->obj);

	if (e->type == OBS_SUBMIT_ENTER) {
		submit_begin(j, e);
		return;
	}
	if (!tx || tx->returned || tx->state == TX_PREPPED || tx->submit_ctx != ctx_key(e)) {
		/* there was no event of the entry, or the descriptor is in use again already */
		if (tx && !tx->returned && tx->state != TX_PREPPED)
			return;
		tx = submit_begin(j, e);
	}
	tx->returned = true;
	tx->submit_stack = e->stack;
	if (e->flags & OBS_F_FAILED) {
		if (tx->state == TX_SUBMITTED)
			submit_failed(j, tx);
		return;
	}
	tx->cookie = (int32_t)e->arg;
	j->n.txs++;
	check_submit(j, tx, e);
	if (tx->told)
		retire(j, tx);
}

static void free_tx(struct table_node *n)
{
	struct jtx *tx = table_entry(n, struct jtx, node);

	free(tx->uses);
	free(tx);
}

void free_txs(struct judge *j)
{
	struct jtx *tx, *next;

	table_drain(&j->txs, free_tx);
	free(j->cbs.buckets);
	free(j->ud_txs.buckets);
	for (tx = j->free_txs; tx; tx = next) {
		next = tx->next;
		free(tx->uses);
		free(tx);
	}
}
