// SPDX-License-Identifier: GPL-2.0-only
/* Providers and channels: register and unregister, get and put, issue, terminate. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

struct jchan *chan_find(struct judge *j, uint64_t addr)
{
	struct table_node *n = table_first(&j->chans, addr);

	return n ? table_entry(n, struct jchan, node) : NULL;
}

struct jchan *chan_get(struct judge *j, uint64_t addr, uint64_t dev)
{
	struct jchan *c = chan_find(j, addr);

	if (!c) {
		c = xcalloc(1, sizeof(*c));
		c->addr = addr;
		c->epoch = j->epoch;
		table_add(&j->chans, &c->node, addr);
	}
	if (!c->dev && dev)
		c->dev = dev_get(j, dev);
	return c;
}

static struct jprov *prov_find(struct judge *j, uint64_t addr)
{
	struct table_node *n = table_first(&j->provs, addr);

	return n ? table_entry(n, struct jprov, node) : NULL;
}

/* ---- providers ---- */

static void on_register(struct judge *j, const struct obs_event *e)
{
	struct jprov *p = prov_find(j, e->obj);

	if (!p) {
		p = xcalloc(1, sizeof(*p));
		p->addr = e->obj;
		table_add(&j->provs, &p->node, e->obj);
	}
	p->dev = dev_get(j, e->dev);
	p->caps = e->arg;
	p->max_xor = e->len;
	p->max_pq = e->phys;
	p->align = e->attrs;
	p->no_order = e->arg2;
	p->ops = e->dma;
	p->gone = false;
	p->issue_seen = false;
	p->sync_seen = false;
}

static bool must_be_idle(const struct jprov *p)
{
	return p->ops & OBS_OPS_TOLD && !(p->ops & OBS_OPS_RELEASE);
}

static void check_unregister(struct judge *j, const struct jprov *p, const struct obs_event *e)
{
	for (size_t i = 0; must_be_idle(p) && j->chans.buckets && i <= j->chans.mask; i++)
		for (struct table_node *n = j->chans.buckets[i]; n; n = n->next) {
			const struct jchan *c = table_entry(n, struct jchan, node);
			struct report r = report_of(V_UNREGISTER_BUSY, e);

			if (c->prov != p || c->clients <= 0 || c->epoch != j->epoch)
				continue;
			r.chan = c;
			say(&r, "%s unregisters while clients hold its channels",
			    dev_kind(p->dev));
			judge_report(j, &r);
		}
}

/* A provider of a device seen from its start, so that its registration would have been seen. */
static void check_registered(struct judge *j, const struct obs_event *e)
{
	const struct jdev *d = dev_get(j, e->dev);
	struct report r = report_of(V_UNREGISTER_UNKNOWN, e);

	if (!dev_sure(j, d)) {
		unknown(j, j->epoch ? UNKNOWN_LOST : UNKNOWN_BEFORE);
		return;
	}
	say(&r, "%s unregisters a provider that is not registered", dev_kind(d));
	judge_report(j, &r);
}

void on_provider(struct judge *j, const struct obs_event *e)
{
	struct jprov *p;

	if (e->type == OBS_REGISTER) {
		on_register(j, e);
		return;
	}
	p = prov_find(j, e->obj);
	if (!p || p->gone)
		check_registered(j, e);
	if (!p)
		return;
	check_unregister(j, p, e);
	p->gone = true;
}

bool provider_synchronizes(const struct jchan *c)
{
	return c->prov && (c->prov->sync_seen || c->prov->ops & OBS_OPS_SYNCHRONIZE);
}

/* ---- channels ---- */

static void forget_cookies(struct jchan *c)
{
	memset(&c->completed, 0, sizeof(c->completed));
	memset(&c->called, 0, sizeof(c->called));
	c->residue_cookie = 0;
}

static void drop_late(struct jchan *c)
{
	free(c->late);
	c->late = NULL;
	c->nr_late = 0;
}

/* What was submitted before its callback was probed must not take a later callback. */
static void forget_unwatched(struct judge *j, struct jchan *c)
{
	for (struct jtx *tx = c->first; tx; tx = tx->next)
		if (tx->cb_unwatched)
			tx_called(j, tx);
	for (struct jtx *tx = j->done_first; tx; tx = tx->next)
		if (tx->chan == c && tx->cb_unwatched)
			tx_called(j, tx);
	c->unwatched = false;
}

static void finish_all(struct judge *j, struct jchan *c)
{
	forget_unwatched(j, c);
	while (c->first)
		tx_finish(j, c->first);
	while (c->prepped)
		tx_finish(j, c->prepped);
	forget_cookies(c);
	drop_late(c);
	c->unsynced = false;
	c->term_enter = 0;
}

static void on_chan_info(struct judge *j, const struct obs_event *e)
{
	struct jchan *c = chan_get(j, e->obj, e->dev);
	struct jdev *d = dev_get(j, e->dev);

	/* Another channel may have been at this address before. */
	if (c->told && (c->dev != d || c->id != e->len || !c->prov || c->prov->addr != e->arg)) {
		finish_all(j, c);
		c->clients = 0;
		c->hw = false;
		c->epoch = j->epoch;
	}
	c->dev = d;
	c->prov = prov_find(j, e->arg);
	c->id = e->len;
	c->told = true;
}

static void on_chan_get(struct judge *j, const struct obs_event *e)
{
	struct jchan *c = chan_get(j, e->obj, e->dev);
	struct report r = report_of(V_SHARED_PRIVATE_CHANNEL, e);

	c->clients = e->arg;
	if (e->arg2 || c->clients <= 1)
		return;
	r.chan = c;
	say(&r, "a private channel of %s gets a second client", dev_kind(c->dev));
	judge_report(j, &r);
}

/* Reports a channel that is released with a descriptor that is surely still in flight. */
static void check_active(struct judge *j, struct jchan *c, const struct obs_event *e)
{
	for (const struct jtx *tx = c->first; tx; tx = tx->next) {
		struct report r = report_of(V_RELEASE_ACTIVE, e);

		if (!tx->issued || tx->told || tx->aborted || tx->hw_done)
			continue;
		if (!tx_surely_active(j, tx)) {
			unknown(j, UNKNOWN_COMPLETION);
			continue;
		}
		r.tx = tx;
		say(&r, "a channel of %s is released while it works", dev_kind(c->dev));
		judge_report(j, &r);
	}
}

static void on_chan_put(struct judge *j, const struct obs_event *e)
{
	struct jchan *c = chan_get(j, e->obj, e->dev);
	int64_t before = (int32_t)e->arg;
	struct report r = report_of(V_CHAN_REF_IMBALANCE, e);

	/* dmaengine_put() puts public channels that nobody holds, too. */
	if (!e->arg2 && before != 1) {
		r.chan = c;
		say(&r, "a private channel of %s is put %s", dev_kind(c->dev),
		    before < 1 ? "that nobody holds" : "that others hold as well");
		judge_report(j, &r);
	}
	if (before == 1) {
		check_forgotten(j, c, e, 0);
		check_active(j, c, e);
	}
	c->clients = before > 0 ? before - 1 : 0;
}

static void report_lost_prep(struct judge *j, const struct jtx *tx, const struct obs_event *e)
{
	bool child = tx->parent != NULL;
	struct report r = report_of(child ? V_DEPENDENCY_LOST : V_PREP_NOT_SUBMITTED, e);

	if (tx->unwatched || tx->unsure || tx->epoch != j->epoch) {
		unknown(j, tx->unwatched ? UNKNOWN_UNWATCHED : UNKNOWN_LOST);
		return;
	}
	r.tx = tx;
	if (child && tx->parent->prep_seq == tx->parent_seq)
		r.other_tx = tx->parent;
	r.stack = tx->prep_stack;
	if (child)
		say(&r, "%s never submitted a %s that depended on another", dev_kind(tx->chan->dev),
		    op_name(tx->op));
	else
		say(&r, "a %s that %s prepared was never submitted", op_name(tx->op),
		    dev_kind(tx->chan->dev));
	judge_report(j, &r);
}

static void report_not_issued(struct judge *j, const struct jtx *tx, const struct obs_event *e)
{
	struct report r = report_of(V_NOT_ISSUED, e);

	if (tx->unsure || tx->issue_maybe || tx->epoch != j->epoch) {
		unknown(j, tx->epoch != j->epoch ? UNKNOWN_LOST : UNKNOWN_UNWATCHED);
		return;
	}
	r.tx = tx;
	r.stack = tx->submit_stack;
	say(&r, "a %s that %s took was never issued", op_name(tx->op), dev_kind(tx->chan->dev));
	judge_report(j, &r);
}

/*
 * It is complete, as its status, its cookie or a later one told, and its callback should have come
 * long ago.
 */
static void check_uncalled(struct judge *j, struct jtx *tx, const struct obs_event *e,
			   uint64_t age)
{
	struct report r = report_of(V_CALLBACK_LOST, e);

	if (!tx->told || tx->called || tx->missed || tx->aborted || !tx->func || !tx->returned ||
	    tx->op == OBS_OP_CYCLIC || !((tx->prep_flags | tx->flags) & CTRL_INTERRUPT) ||
	    j->now - tx->told_time < age)
		return;
	if (tx->unsure || tx->cb_unwatched || !tx->prep_seen || tx->epoch != j->epoch) {
		unknown(j, tx->epoch != j->epoch ? UNKNOWN_LOST : UNKNOWN_CALLBACK);
		return;
	}
	tx->missed = true;
	r.tx = tx;
	r.stack = tx->submit_stack;
	say(&r, "the callback of a %s on %s never came, and its cookie is complete",
	    op_name(tx->op), dev_kind(tx->chan->dev));
	judge_report(j, &r);
}

/* Reports forgotten descriptors with the stack of their submit, as the fault is there. */
void check_forgotten(struct judge *j, struct jchan *c, const struct obs_event *e, uint64_t age)
{
	struct obs_event at = *e;

	at.stack = -1;
	for (struct jtx *tx = c->first; tx; tx = tx->next)
		check_uncalled(j, tx, &at, age > j->opts.stall_ns ? age : j->opts.stall_ns);
	for (const struct jtx *tx = c->first; tx; tx = tx->next)
		if (!tx->issued && !tx->told && !tx->aborted && !tx->started && !tx->hw_done &&
		    tx->prep_seen && j->now - tx->submit_time >= age)
			report_not_issued(j, tx, &at);
	if (e->type == OBS_TERMINATE_ENTER || e->type == OBS_TERMINATE)
		return;
	for (const struct jtx *tx = c->prepped; tx; tx = tx->next)
		if (tx->prep_seen && !tx->refused && j->now - tx->prep_time >= age)
			report_lost_prep(j, tx, &at);
}

void on_chan(struct judge *j, const struct obs_event *e)
{
	struct jchan *c;

	switch (e->type) {
	case OBS_CHAN_INFO:
		on_chan_info(j, e);
		break;
	case OBS_CHAN_GET:
		on_chan_get(j, e);
		break;
	case OBS_CHAN_PUT:
		on_chan_put(j, e);
		break;
	case OBS_CHAN_ALLOC:
	case OBS_CHAN_FREE:
		c = chan_get(j, e->obj, e->dev);
		finish_all(j, c);
		c->epoch = j->epoch;
		break;
	}
}

/* ---- issue ---- */

/* Was it submitted in this same callback? That was reported then. */
static bool said_at_submit(const struct frame *f, const struct jtx *tx)
{
	return tx->submit_seq > f->seq;
}

static void check_foreign_issue(struct judge *j, struct jchan *c, const struct obs_event *e,
				const struct jtx *tx)
{
	const struct frame *f = ctx_frame(j, e);
	struct report r = report_of(V_FOREIGN_SUBMIT, e);

	if (!f || !f->chan || f->chan == c || !tx_moves_memory(tx->op) || said_at_submit(f, tx))
		return;
	r.tx = tx;
	say(&r, "a channel of %s is issued in a %s of another channel", dev_kind(c->dev),
	    f->deps ? "dependency run" : "callback");
	judge_report(j, &r);
}

void on_issue(struct judge *j, const struct obs_event *e)
{
	struct jchan *c = chan_get(j, e->arg2, e->dev);
	struct jtx *oldest = NULL;

	if (c->prov)
		c->prov->issue_seen = true;
	for (struct jtx *tx = c->last; tx; tx = tx->prev) {
		if (tx->issued || tx->told)
			continue;
		tx->issued = true;
		oldest = tx;
	}
	c->issue_time = e->time_ns;
	c->issue_ctx = ctx_key(e);
	if (!oldest)
		return;
	check_foreign_issue(j, c, e, oldest);
	if (c->unsynced && !c->issued_since) {
		c->issued_since = true;
		describe_tx(&c->issued_tx, c, oldest);
		c->issue_event = *e;
	}
}

/* ---- terminate, synchronize ---- */

static void abort_all(struct judge *j, struct jchan *c, uint64_t before)
{
	for (struct jtx *tx = c->first; tx; tx = tx->next) {
		if (tx->submit_seq >= before || tx->aborted)
			continue;
		tx->aborted = !tx->told;
		for (uint32_t i = 0; i < tx->nr && tx->aborted; i++)
			if (tx->uses[i].map) {
				tx->uses[i].map->aborted = true;
				tx->uses[i].map->ud = tx->ud;
			}
	}
	c->unsynced = true;
	c->issued_since = false;
	forget_cookies(c);
	(void)j;
}

/* Keeps a finding until it is known that the provider has a synchronize that should have come. */
void late_finding(struct judge *j, struct jchan *c, const struct report *r)
{
	if (provider_synchronizes(c)) {
		judge_report(j, r);
		return;
	}
	if (c->nr_late == MAX_LATE)
		return;
	if (!c->late)
		c->late = xcalloc(MAX_LATE, sizeof(*c->late));
	make_finding(j, r, &c->late[c->nr_late++]);
}

static void check_synchronize_context(struct judge *j, struct jchan *c, const struct obs_event *e)
{
	const struct frame *f = ctx_frame(j, e);
	struct report r = report_of(V_TERMINATE_ATOMIC, e);

	r.chan = c;
	if (f && f->chan == c)
		say(&r, "a channel of %s is synchronized in its own callback", dev_kind(c->dev));
	else if (e->level != OBS_TASK || e->flags & OBS_F_IRQS_OFF || is_locked(j, e))
		say(&r, "a channel of %s is synchronized in atomic context", dev_kind(c->dev));
	else
		return;
	judge_report(j, &r);
}

static void check_issued_since(struct judge *j, struct jchan *c)
{
	struct report r = report_of(V_ISSUE_WHILE_TERMINATING, &c->issue_event);
	struct finding f;

	if (!c->issued_since || c->epoch != j->epoch)
		return;
	r.chan = c;
	say(&r, "a channel of %s is issued between terminate and synchronize", dev_kind(c->dev));
	make_finding(j, &r, &f);
	f.tx = c->issued_tx;
	file_finding(j, &f);
}

static void on_synchronize(struct judge *j, struct jchan *c, const struct obs_event *e)
{
	struct jtx *tx, *next;

	check_synchronize_context(j, c, e);
	if (c->prov)
		c->prov->sync_seen = true;
	for (unsigned int i = 0; i < c->nr_late; i++)
		file_finding(j, &c->late[i]);
	drop_late(c);
	if (!c->unsynced)
		return;
	check_issued_since(j, c);
	c->unwatched = false;	/* these have ended with the others */
	c->unsynced = false;
	c->issued_since = false;
	for (tx = c->first; tx; tx = next) {
		next = tx->next;
		if (!tx->aborted)
			continue;
		tx->synced = true;
		if (!c->hw || !tx->started || tx->hw_done)
			tx_finish(j, tx);
	}
}

void on_terminate(struct judge *j, const struct obs_event *e)
{
	struct jchan *c = chan_get(j, e->arg2, e->dev);

	switch (e->type) {
	case OBS_TERMINATE_ENTER:
		check_forgotten(j, c, e, j->opts.stall_ns);
		c->term_enter = e->seq;
		c->term_ctx = ctx_key(e);
		break;
	case OBS_TERMINATE:
		if (!(e->flags & OBS_F_FAILED))
			abort_all(j, c, c->term_enter ? c->term_enter : e->seq);
		c->term_enter = 0;
		break;
	case OBS_SYNCHRONIZE:
		on_synchronize(j, c, e);
		break;
	}
}

/* After a loss, forgets what later events would be compared with. */
void chans_lost(struct judge *j)
{
	for (size_t i = 0; j->chans.buckets && i <= j->chans.mask; i++)
		for (struct table_node *n = j->chans.buckets[i]; n; n = n->next) {
			struct jchan *c = table_entry(n, struct jchan, node);

			forget_cookies(c);
			drop_late(c);
			c->unsynced = false;
			c->term_enter = 0;
		}
}

void chans_end(struct judge *j, const struct obs_event *e)
{
	for (size_t i = 0; j->chans.buckets && i <= j->chans.mask; i++)
		for (struct table_node *n = j->chans.buckets[i]; n; n = n->next)
			check_forgotten(j, table_entry(n, struct jchan, node), e,
					j->opts.end_stall_ns);
}

static void free_chan(struct table_node *n)
{
	struct jchan *c = table_entry(n, struct jchan, node);

	free(c->late);
	free(c);
}

static void free_prov(struct table_node *n)
{
	free(table_entry(n, struct jprov, node));
}

void free_chans(struct judge *j)
{
	table_drain(&j->chans, free_chan);
	table_drain(&j->provs, free_prov);
}
