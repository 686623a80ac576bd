// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transactions: prep, submit, completion, and the end of an iteration.
 *
 * A descriptor is the provider's once submitted; only while it is un-acked may
 * its pointer still be used (to ack it). All else goes by channel and cookie.
 * A callback may come late, after terminate: it finds its slot, and by the
 * slot's generation that it is no longer meant.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>

#include "dmt.h"

static struct eng *engine_of(struct tx *tx)
{
	return &tx->run->p->engines[tx->engine];
}

static u64 now_ns(const struct dmt_run *run)
{
	return ktime_to_ns(ktime_sub(ktime_get(), run->start));
}

/* ---- completion ---- */

static int submit_now(struct tx *tx, dma_cookie_t *cookie);

/* Carries out the parked submits of @parent's children. Completion context. */
static void run_children(struct exec *x, struct tx *parent)
{
	struct prog *p = x->run->p;
	u32 self = parent - p->txs, i;

	for (i = 0; i < p->nr_txs; i++) {
		struct tx *tx = &p->txs[i];
		dma_cookie_t cookie = 0;
		unsigned long flags;
		int status;

		if (tx->depend != self)
			continue;
		spin_lock_irqsave(&tx->lock, flags);
		if (tx->state != TX_PARKED) {
			spin_unlock_irqrestore(&tx->lock, flags);
			continue;
		}
		tx->state = TX_PREPARED;
		spin_unlock_irqrestore(&tx->lock, flags);
		if (READ_ONCE(parent->state) == TX_FAILED) {
			spin_lock_irqsave(&tx->lock, flags);
			tx->refused = true;
			wake_up_all(&tx->wq);
			spin_unlock_irqrestore(&tx->lock, flags);
			status = -EIO;
		} else {
			status = submit_now(tx, &cookie);
			dma_async_issue_pending(engine_of(tx)->chan);
		}
		dmt_record(x, tx->parked_step, status, cookie);
	}
}

static void finish(struct tx *tx)
{
	unsigned long flags;

	spin_lock_irqsave(&tx->lock, flags);
	tx->finished = true;
	wake_up_all(&tx->wq);
	spin_unlock_irqrestore(&tx->lock, flags);
	/* From here on @tx may be anything: a waiter took the lock after us. */
}

static void tx_callback(void *param, const struct dmaengine_result *result)
{
	struct tx_slot *slot = param;
	struct tx *tx = slot->tx;
	struct dmt_run *run = tx->run;
	struct exec x = { .run = run, .thread = 0xff, .atomic = true };
	unsigned long flags;

	spin_lock_irqsave(&run->depend_lock, flags);
	spin_lock(&tx->lock);
	if (tx->gen != slot->gen || tx->state != TX_SUBMITTED) {
		spin_unlock(&tx->lock);
		spin_unlock_irqrestore(&run->depend_lock, flags);
		return;
	}
	tx->state = result && result->result != DMA_TRANS_NOERROR ? TX_FAILED : TX_DONE;
	tx->done_ns = now_ns(run);
	spin_unlock(&tx->lock);
	spin_unlock_irqrestore(&run->depend_lock, flags);

	if (tx->has_children)
		run_children(&x, tx);
	if (tx->callback != DMT_NONE) {
		x.prng = dmt_seed(run, 3, tx - run->p->txs);
		dmt_exec_block(&x, &run->p->blocks[tx->callback]);
	}
	finish(tx);
}

/* ---- prep ---- */

static unsigned long native_flags(u32 flags)
{
	return (flags & DMT_TX_INTERRUPT ? DMA_PREP_INTERRUPT : 0) |
	       (flags & DMT_TX_ACK ? DMA_CTRL_ACK : 0) |
	       (flags & DMT_TX_FENCE ? DMA_PREP_FENCE : 0);
}

static bool is_foreign(const struct prog *p, const struct operand *o, const struct eng *e)
{
	return p->engines[p->maps[o->obj].engine].domain != e->domain;
}

/* Any context. */
int dmt_tx_prep(struct exec *x, struct tx *tx)
{
	struct prog *p = x->run->p;
	struct eng *e = &p->engines[tx->engine];
	struct dma_async_tx_descriptor *desc;
	dma_addr_t dst, src[DMT_MAX_SOURCES];
	unsigned long flags;
	bool foreign;
	u32 i;

	foreign = is_foreign(p, &p->operands[tx->dst], e);
	if (dmt_resolve(p, &p->operands[tx->dst], &dst))
		goto unmapped;
	for (i = 0; i < tx->nr_src; i++) {
		const struct operand *o = &p->operands[tx->first_src + i];

		foreign |= is_foreign(p, o, e);
		if (dmt_resolve(p, o, &src[i]))
			goto unmapped;
	}

	spin_lock_irqsave(&tx->lock, flags);
	/* Done, but its callback block still runs: it would finish the new one. */
	if (tx->state == TX_PREPARED || tx->state == TX_PARKED || tx->state == TX_SUBMITTED ||
	    ((tx->state == TX_DONE || tx->state == TX_FAILED) && !tx->finished)) {
		spin_unlock_irqrestore(&tx->lock, flags);
		return -EBUSY;
	}
	if (tx->op == DMT_OP_XOR)
		desc = e->chan->device->device_prep_dma_xor(e->chan, dst, src, tx->nr_src,
							    tx->len, native_flags(tx->flags));
	else
		desc = dmaengine_prep_dma_memcpy(e->chan, dst, src[0], tx->len,
						 native_flags(tx->flags));
	tx->refused = !desc;
	tx->finished = false;
	tx->desc = desc;
	if (desc) {
		struct tx_slot *slot = &tx->slots[++tx->gen % TX_SLOTS];

		slot->tx = tx;
		slot->gen = tx->gen;
		tx->state = TX_PREPARED;
		if (tx->flags & DMT_TX_INTERRUPT) {
			desc->callback_result = tx_callback;
			desc->callback_param = slot;
		}
	} else {
		tx->state = TX_NONE;
		wake_up_all(&tx->wq);
	}
	spin_unlock_irqrestore(&tx->lock, flags);
	if (foreign)
		atomic64_inc(&x->run->n.foreign_maps);
	return desc ? 0 : -ENOMEM;

unmapped:
	spin_lock_irqsave(&tx->lock, flags);
	if (tx->state == TX_NONE) {
		tx->refused = true;
		wake_up_all(&tx->wq);
	}
	spin_unlock_irqrestore(&tx->lock, flags);
	return -ENXIO;
}

/* ---- submit ---- */

/* State PREPARED. The callback may run before this returns. */
static int submit_now(struct tx *tx, dma_cookie_t *cookie)
{
	struct dma_async_tx_descriptor *desc;
	unsigned long flags;

	spin_lock_irqsave(&tx->lock, flags);
	desc = tx->desc;
	if (tx->state != TX_PREPARED || !desc) {
		spin_unlock_irqrestore(&tx->lock, flags);
		return -ENXIO;
	}
	if (tx->flags & DMT_TX_ACK)
		tx->desc = NULL;
	tx->state = TX_SUBMITTED;
	tx->submit_ns = now_ns(tx->run);
	*cookie = dmaengine_submit(desc);
	tx->cookie = *cookie;
	if (dma_submit_error(*cookie)) {
		tx->state = TX_NONE;
		tx->refused = true;
		tx->desc = NULL;
		wake_up_all(&tx->wq);
	}
	spin_unlock_irqrestore(&tx->lock, flags);
	return dma_submit_error(*cookie) ? *cookie : 0;
}

/* Any context. */
int dmt_tx_submit(struct exec *x, struct tx *tx, u32 step, u64 *value)
{
	struct dmt_run *run = x->run;
	struct tx *parent = tx->depend == DMT_NONE ? NULL : &run->p->txs[tx->depend];
	dma_cookie_t cookie = 0;
	unsigned long flags;
	int status;

	if (parent && engine_of(parent)->chan != engine_of(tx)->chan) {
		spin_lock_irqsave(&run->depend_lock, flags);
		switch (READ_ONCE(parent->state)) {
		case TX_DONE:
			status = 0;
			break;
		case TX_FAILED:
			status = -EIO;
			break;
		case TX_TERMINATED:
			status = -ECANCELED;
			break;
		default:
			status = -ENXIO;
			spin_lock(&tx->lock);
			if (tx->state == TX_PREPARED) {
				tx->state = TX_PARKED;
				tx->parked_step = step;
				status = 1;
			}
			spin_unlock(&tx->lock);
		}
		spin_unlock_irqrestore(&run->depend_lock, flags);
		if (status == 1)
			return 0;
		if (status)
			return status;
	}
	status = submit_now(tx, &cookie);
	*value = status ? 0 : cookie;
	return status;
}

/* ---- waiting ---- */

static bool is_settled(struct tx *tx)
{
	return READ_ONCE(tx->finished) || READ_ONCE(tx->refused) ||
	       READ_ONCE(tx->state) == TX_TERMINATED || dmt_aborted(tx->run);
}

/* Without INTERRUPT no one calls back: ask, now and then. */
static void poll_once(struct tx *tx)
{
	enum dma_status status;
	unsigned long flags;

	if (READ_ONCE(tx->state) != TX_SUBMITTED || tx->flags & DMT_TX_INTERRUPT)
		return;
	status = dma_async_is_tx_complete(engine_of(tx)->chan, tx->cookie, NULL, NULL);
	if (status != DMA_COMPLETE && status != DMA_ERROR)
		return;
	spin_lock_irqsave(&tx->lock, flags);
	if (tx->state == TX_SUBMITTED) {
		tx->state = status == DMA_COMPLETE ? TX_DONE : TX_FAILED;
		tx->done_ns = now_ns(tx->run);
		tx->finished = true;
	}
	spin_unlock_irqrestore(&tx->lock, flags);
}

static void wait_settled(struct tx *tx, u32 ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);

	if (tx->flags & DMT_TX_INTERRUPT) {
		wait_event_idle_timeout(tx->wq, is_settled(tx), msecs_to_jiffies(ms));
		return;
	}
	for (;;) {
		poll_once(tx);
		if (is_settled(tx) || time_after(jiffies, end))
			return;
		usleep_range(5, 10);
	}
}

/* Sleeps. */
int dmt_tx_wait(struct exec *x, struct tx *tx, u32 ms, u64 *value)
{
	unsigned long flags;
	int status;

	wait_settled(tx, ms ?: x->run->p->wait_ms);
	spin_lock_irqsave(&tx->lock, flags);
	if (tx->state == TX_TERMINATED)
		status = -ECANCELED;
	else if (tx->finished && tx->state == TX_DONE)
		status = 0;
	else if (tx->finished && tx->state == TX_FAILED)
		status = -EIO;
	else if (tx->refused)
		status = -ENXIO;
	else if (dmt_aborted(x->run))
		status = -EINTR;
	else
		status = -ETIMEDOUT;
	*value = tx->finished ? tx->done_ns - tx->submit_ns : 0;
	spin_unlock_irqrestore(&tx->lock, flags);
	return status;
}

/* Any context. */
int dmt_tx_status(struct tx *tx, u64 *value)
{
	struct dma_tx_state state = { 0 };
	enum dma_status status;

	if (READ_ONCE(tx->state) < TX_SUBMITTED)
		return -ENXIO;
	status = dmaengine_tx_status(engine_of(tx)->chan, tx->cookie, &state);
	*value = status | (u64)state.residue << 32;
	return 0;
}

int dmt_tx_ack(struct tx *tx)
{
	unsigned long flags;
	int status = -ENXIO;

	spin_lock_irqsave(&tx->lock, flags);
	if (tx->desc && !(tx->flags & DMT_TX_ACK) && tx->state != TX_TERMINATED) {
		async_tx_ack(tx->desc);
		/* Not submitted yet: still ours. Else the provider may recycle it. */
		if (tx->state >= TX_SUBMITTED)
			tx->desc = NULL;
		status = 0;
	}
	spin_unlock_irqrestore(&tx->lock, flags);
	return status;
}

/* ---- the end ---- */

/* Any context. What was in flight on the channel is TERMINATED. */
int dmt_tx_terminate(struct dmt_run *run, struct eng *e)
{
	int status = dmaengine_terminate_async(e->chan);
	u32 i;

	for (i = 0; i < run->p->nr_txs; i++) {
		struct tx *tx = &run->p->txs[i];
		unsigned long flags;

		if (engine_of(tx)->chan != e->chan)
			continue;
		spin_lock_irqsave(&tx->lock, flags);
		if (tx->state == TX_SUBMITTED) {
			tx->state = TX_TERMINATED;
			tx->desc = NULL;
			wake_up_all(&tx->wq);
		}
		spin_unlock_irqrestore(&tx->lock, flags);
	}
	return status;
}

void dmt_tx_reset(struct dmt_run *run)
{
	u32 i;

	for (i = 0; i < run->p->nr_txs; i++) {
		struct tx *tx = &run->p->txs[i];

		tx->run = run;
		tx->state = TX_NONE;
		tx->refused = false;
		tx->finished = false;
		tx->desc = NULL;
	}
}

/*
 * What was prepared and never submitted can only be got rid of by submitting
 * and terminating it; what was never acked would fill the provider's ring. False
 * when there was nothing left to stop.
 */
static bool settle_once(struct dmt_run *run)
{
	struct prog *p = run->p;
	bool dirty[DMT_MAX_ENGINES] = { false }, any = false;
	u32 i;

	for (i = 0; i < p->nr_txs; i++) {
		struct tx *tx = &p->txs[i];
		dma_cookie_t cookie;
		unsigned long flags;

		spin_lock_irqsave(&tx->lock, flags);
		if (tx->state == TX_PARKED)
			tx->state = TX_PREPARED;
		if ((tx->state == TX_DONE || tx->state == TX_FAILED) && tx->finished) {
			if (tx->desc)
				async_tx_ack(tx->desc);
			tx->desc = NULL;
			spin_unlock_irqrestore(&tx->lock, flags);
			continue;
		}
		spin_unlock_irqrestore(&tx->lock, flags);
		if (tx->state == TX_NONE || tx->state == TX_TERMINATED)
			continue;
		if (tx->state == TX_PREPARED)
			submit_now(tx, &cookie);
		dirty[tx->engine] = true;
		any = true;
		run->leftover_txs++;
	}
	for (i = 0; i < p->nr_engines; i++) {
		if (!dirty[i])
			continue;
		dmt_tx_terminate(run, &p->engines[i]);
		dmaengine_synchronize(p->engines[i].chan);
	}
	return any;
}

/*
 * A callback that was under way may have submitted to a channel that was stopped
 * already: again, until nothing is in flight. Each callback runs once, so this
 * ends; the bound is for a provider that does not keep its word.
 */
void dmt_tx_settle(struct dmt_run *run)
{
	u32 rounds = run->p->nr_txs + 1;

	while (rounds-- && settle_once(run))
		;
}
