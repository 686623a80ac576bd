// SPDX-License-Identifier: GPL-2.0-only
/* async_tx: dependencies, waiting, unmap data. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

static void report_async(struct judge *j, const struct jtx *tx, const struct jtx *other,
			 const struct jchan *c, const struct obs_event *e, enum violation_id id,
			 const char *what)
{
	struct report r = report_of(id, e);

	r.tx = tx;
	r.other_tx = other;
	r.chan = c;
	say(&r, "%s on %s", what, dev_kind(c->dev));
	judge_report(j, &r);
}

/* ---- dependencies ---- */

static bool waits(struct judge *j, uint64_t desc, uint64_t prep_seq)
{
	const struct jtx *tx = tx_find(j, desc);

	return tx && prep_seq && tx->prep_seq == prep_seq && tx->state == TX_PREPPED;
}

static void attach(struct judge *j, struct jtx *tx, struct jtx *parent, const struct obs_event *e)
{
	if (waits(j, parent->child, parent->child_seq) && parent->child != tx->desc &&
	    parent->epoch == j->epoch)
		report_async(j, tx, parent, tx->chan, e, V_TWO_CHILDREN,
			     "a second child is attached to a descriptor");
	tx->parent = parent;
	tx->parent_seq = parent->prep_seq;
	parent->child = tx->desc;
	parent->child_seq = tx->prep_seq;
}

void rule_async_tx_in_irq(struct judge *j, const struct obs_event *e)
{
	if (e->level == OBS_HARDIRQ)
		report_async(j, tx_find(j, e->obj), NULL, chan_get(j, e->arg2, e->dev), e,
			     V_ASYNC_TX_IN_IRQ, "async_tx is called in a hard interrupt");
}

static void on_async_submit(struct judge *j, const struct obs_event *e)
{
	struct jchan *c = chan_get(j, e->arg2, e->dev);
	struct jtx *tx = tx_find(j, e->obj);
	struct jtx *parent = e->arg ? tx_find(j, e->arg) : NULL;

	if (e->arg && e->len & CTRL_ACK)
		report_async(j, tx, parent, c, e, V_ACK_BEFORE_DEPENDENCY,
			     "a descriptor that was acked already gets a child");
	if (tx)
		tx->async = true;
	if (tx && parent && parent != tx)
		attach(j, tx, parent, e);
}

static void on_run_deps(struct judge *j, const struct obs_event *e)
{
	struct jchan *c = chan_get(j, e->arg2, e->dev);
	struct jtx *tx = tx_find(j, e->obj);
	struct frame *f = ctx_push(j, ctx_get(j, e));

	f->deps = true;
	f->func = e->obj;
	f->chan = c;
	f->seq = e->seq;
	f->stack = e->stack;
	f->has_tx = tx != NULL;
	describe_tx(&f->tx, c, tx);
	if (is_locked(j, e))
		report_async(j, tx, NULL, c, e, V_DEPENDENCY_LOCKED,
			     "dependencies are run with a spinlock held");
	if (!tx)
		return;
	tx->child_seq = 0;
	if (!tx->aborted)
		tx_told_until(j, tx);
}

static void on_wait(struct judge *j, const struct obs_event *e)
{
	struct jchan *c = chan_get(j, e->arg2, e->dev);
	bool inner = !e->obj && j->wait_ctx == ctx_key(e) && j->wait_chan == e->arg2;

	/* dma_wait_for_async_tx() calls dma_sync_wait() */
	j->wait_ctx = e->obj ? ctx_key(e) : 0;
	j->wait_chan = e->arg2;
	if (inner || (e->level == OBS_TASK && !(e->flags & OBS_F_IRQS_OFF) && !is_locked(j, e)))
		return;
	report_async(j, e->obj ? tx_find(j, e->obj) : NULL, NULL, c, e, V_BUSY_WAIT,
		     "completion is polled in atomic context");
}

void on_async(struct judge *j, const struct obs_event *e)
{
	switch (e->type) {
	case OBS_ASYNC_SUBMIT:
		on_async_submit(j, e);
		break;
	case OBS_RUN_DEPS:
		on_run_deps(j, e);
		break;
	case OBS_RUN_DEPS_EXIT:
		ctx_pop(j, e, true, e->obj, 0);
		break;
	case OBS_ASYNC_WAIT:
		on_wait(j, e);
		break;
	}
}

/* ---- unmap data ---- */

struct jud *ud_find(struct judge *j, uint64_t obj)
{
	struct table_node *n = table_first(&j->uds, obj);

	return n ? table_entry(n, struct jud, node) : NULL;
}

/* Those that are gone are remembered, but not for ever. */
static void forget_gone_uds(struct judge *j)
{
	for (size_t i = 0; j->uds.buckets && i <= j->uds.mask; i++) {
		struct table_node *n = j->uds.buckets[i], *next;

		for (; n; n = next) {
			struct jud *u = table_entry(n, struct jud, node);

			next = n->next;
			if (!u->gone)
				continue;
			table_del(&j->uds, n);
			free(u);
		}
	}
}

static void on_get(struct judge *j, const struct obs_event *e)
{
	struct jud *u = ud_find(j, e->obj);

	if (!u) {
		if (j->uds.nr >= MAX_UDS)
			forget_gone_uds(j);
		if (j->uds.nr >= MAX_UDS)
			return;
		u = xcalloc(1, sizeof(*u));
		table_add(&j->uds, &u->node, e->obj);
	}
	u->obj = e->obj;
	u->gone = false;
	u->epoch = j->epoch;
	u->life = (struct finding_ud){ .room = e->arg, .get_task = e->task, .get_ns = e->time_ns,
				       .get_stack = e->stack, .put_stack = -1 };
}

static void report_ud(struct judge *j, const struct jud *u, const struct obs_event *e,
		      enum violation_id id, const char *what)
{
	struct report r = report_of(id, e);

	r.ud = u && u->epoch == j->epoch ? u : NULL;
	say(&r, "unmap data of %s %s", dev_kind(dev_get(j, e->dev)), what);
	judge_report(j, &r);
}

static void check_counts(struct judge *j, const struct jud *u, const struct obs_event *e)
{
	uint32_t sum = (e->attrs & 0xff) + (e->attrs >> 8 & 0xff) + (e->attrs >> 16 & 0xff);

	if (u->epoch != j->epoch)
		return;
	if (sum > u->life.room)
		report_ud(j, u, e, V_UNMAP_DATA_COUNT, "counts more addresses than it holds");
	else if ((u->life.room & 0xff) != e->attrs >> 24)	/* the event has 8 bits of it */
		report_ud(j, u, e, V_UNMAP_DATA_COUNT, "goes back to another pool");
}

/*
 * Each descriptor holds a reference until its provider drops it. When the last reference goes,
 * all these descriptors have ended.
 */
static void last_put(struct judge *j, const struct obs_event *e)
{
	struct table_node *n;

	while ((n = table_first(&j->ud_txs, e->obj))) {
		struct jtx *tx = table_entry(n, struct jtx, ud_node);

		tx_ud_unlink(j, tx);
		if (!tx->aborted)
			tx_told_until(j, tx);
	}
}

void on_unmap_data(struct judge *j, const struct obs_event *e)
{
	int32_t refs = (int32_t)e->arg;
	struct jud *u;


	if (e->type == OBS_UD_GET) {
		on_get(j, e);
		return;
	}
	u = ud_find(j, e->obj);
	if (refs <= 0) {
		report_ud(j, u, e, V_UNMAP_DATA_REF, "is put without a reference");
		return;
	}
	if (u) {
		u->life.puts++;
		u->life.put_task = e->task;
		u->life.put_ns = e->time_ns;
		u->life.put_stack = e->stack;
	}
	if (refs > 1)
		return;
	last_put(j, e);
	if (!u || u->gone)
		return;
	u->gone = true;		/* remembered for one that is put once more */
	check_counts(j, u, e);
}

static void free_ud(struct table_node *n)
{
	free(table_entry(n, struct jud, node));
}

void free_uds(struct judge *j)
{
	table_drain(&j->uds, free_ud);
}
