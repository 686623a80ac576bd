// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transactions: prep, submit, completion, wait.
 *
 * Once submitted, a descriptor belongs to the provider. Its pointer may only be used while it
 * is not acked, to ack it; everything else is done by channel and cookie. A callback may come
 * late, after terminate: it finds its slot, and the slot's generation shows that it is too
 * late.
 *
 * No lock is held while the provider is called, because it may call back with its own locks
 * held (fsldma does), or before its submit returns. Instead, who makes a tx TX_BUSY owns it.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>

#include "dmt.h"

/* The time since the run began, ns; 0 with DMT_F_BARE, where the clock is not read. */
static u64 now_ns(const struct dmt_run *run)
{
	if (run->p->flags & DMT_F_BARE)
		return 0;
	return ktime_to_ns(ktime_sub(ktime_get(), run->start));
}

/* ---- completion ---- */

/* Lock held. */
static void finished(struct tx *tx)
{
	tx->finished = true;
	if (wq_has_sleeper(&tx->wq))
		wake_up_all(&tx->wq);
}

static void finish(struct tx *tx, u32 gen)
{
	unsigned long flags;

	spin_lock_irqsave(&tx->lock, flags);
	if (tx->gen == gen)
		finished(tx);
	spin_unlock_irqrestore(&tx->lock, flags);
	/* Do not access @tx any more: a waiter may have taken the lock and changed it. */
}

/* Completes a tx. False when this completion is of another, older submit. Lock held. */
static bool complete_locked(struct tx *tx, u32 gen, enum tx_state outcome)
{
	bool ours = tx->gen == gen && (tx->state == TX_SUBMITTED || tx->state == TX_SUBMITTING);

	if (ours) {
		tx->state = outcome;
		tx->done_ns = now_ns(tx->run);
	}
	return ours;
}

/* The same, taking the locks; call finish() afterwards. */
static bool complete_tx(struct tx *tx, u32 gen, enum tx_state outcome)
{
	unsigned long flags;
	bool ours;

	spin_lock_irqsave(&tx->p->depend_lock, flags);
	spin_lock(&tx->lock);
	ours = complete_locked(tx, gen, outcome);
	spin_unlock(&tx->lock);
	spin_unlock_irqrestore(&tx->p->depend_lock, flags);
	return ours;
}

/* Both in one, for a tx without a callback block and children. */
static void complete_and_finish(struct tx *tx, u32 gen, enum tx_state outcome)
{
	unsigned long flags;

	spin_lock_irqsave(&tx->lock, flags);
	if (complete_locked(tx, gen, outcome))
		finished(tx);
	spin_unlock_irqrestore(&tx->lock, flags);
}

static noinline void complete_and_follow(struct tx *tx, u32 gen, enum tx_state outcome)
{
	struct exec x = { .run = tx->run, .thread = 0xff, .atomic = true };

	if (!complete_tx(tx, gen, outcome))
		return;
	if (tx->has_children)
		dmt_run_children(&x, tx, outcome == TX_DONE ? 0 : -EIO);
	if (tx->callback != DMT_NONE) {
		x.prng = dmt_seed(x.run, 3, tx - x.run->p->txs);
		dmt_exec_block(&x, &x.run->p->blocks[tx->callback]);
	}
	finish(tx, gen);
}

static void tx_callback(void *param, const struct dmaengine_result *result)
{
	const struct tx_slot *slot = param;
	bool ok = !result || result->result == DMA_TRANS_NOERROR;
	enum tx_state outcome = ok ? TX_DONE : TX_FAILED;
	struct tx *tx = slot->tx;

	if (tx->has_children || tx->callback != DMT_NONE)
		complete_and_follow(tx, slot->gen, outcome);
	else
		complete_and_finish(tx, slot->gen, outcome);
}

/* ---- refusals ---- */

/* Marks a tx as refused: no child may wait for it any more. The caller has made it BUSY. */
void dmt_tx_refuse(struct tx *tx)
{
	unsigned long flags;

	spin_lock_irqsave(&tx->p->depend_lock, flags);
	WRITE_ONCE(tx->refused, true);
	spin_unlock_irqrestore(&tx->p->depend_lock, flags);
}

/* Call it when its children have failed too: the tx is not BUSY any more. */
void dmt_tx_refused(struct tx *tx)
{
	unsigned long flags;

	spin_lock_irqsave(&tx->lock, flags);
	tx->state = tx->desc ? TX_PREPARED : TX_NONE;
	wake_up_all(&tx->wq);
	spin_unlock_irqrestore(&tx->lock, flags);
}

static int refuse(struct exec *x, struct tx *tx, int status)
{
	dmt_tx_refuse(tx);
	if (tx->has_children)
		dmt_run_children(x, tx, -EIO);
	dmt_tx_refused(tx);
	return status;
}

/* ---- prep ---- */

static unsigned long native_flags(u32 flags)
{
	return (flags & DMT_TX_INTERRUPT ? DMA_PREP_INTERRUPT : 0) |
	       (flags & DMT_TX_ACK ? DMA_CTRL_ACK : 0) |
	       (flags & DMT_TX_FENCE ? DMA_PREP_FENCE : 0);
}

/* A tx counts as in flight until its callback has ended, as that may still use the tx. */
static bool in_flight(const struct tx *tx)
{
	switch (tx->state) {
	case TX_NONE:
	case TX_TERMINATED:
		return false;
	case TX_DONE:
	case TX_FAILED:
		return !tx->finished;
	default:
		return true;
	}
}

static bool claim_for_prep(struct tx *tx)
{
	unsigned long flags;
	bool ok;

	spin_lock_irqsave(&tx->lock, flags);
	ok = !in_flight(tx);
	if (ok) {
		/* Ack its last descriptor now: later its pointer is lost. */
		if (tx->desc)
			async_tx_ack(tx->desc);
		tx->desc = NULL;
		tx->state = TX_BUSY;
		tx->finished = false;
		tx->refused = false;
	}
	spin_unlock_irqrestore(&tx->lock, flags);
	return ok;
}

/*
 * Begins a new generation with @desc: a callback that still comes for the last descriptor is
 * recognised as late. Lock held.
 */
static void new_generation(struct tx *tx, struct dma_async_tx_descriptor *desc)
{
	struct tx_slot *slot = &tx->slots[++tx->gen % TX_SLOTS];

	slot->tx = tx;
	slot->gen = tx->gen;
	if (tx->flags & (DMT_TX_INTERRUPT | DMT_TX_CALLBACK)) {
		desc->callback_result = tx_callback;
		desc->callback_param = slot;
	}
	tx->desc = desc;
	tx->doomed = false;
	tx->state = TX_PREPARED;
}

static void prepared(struct tx *tx, struct dma_async_tx_descriptor *desc)
{
	unsigned long flags;

	spin_lock_irqsave(&tx->lock, flags);
	new_generation(tx, desc);
	spin_unlock_irqrestore(&tx->lock, flags);
}

/* Separate, so that only xors clear 64 addresses on the stack (CONFIG_INIT_STACK_ALL_ZERO). */
static noinline int prep_xor(struct prog *p, struct tx *tx, dma_addr_t dst, unsigned long flags,
			     struct dma_async_tx_descriptor **desc)
{
	struct dma_chan *chan = tx->e->chan;
	dma_addr_t src[DMT_MAX_SOURCES], all = dst | tx->len;
	u32 i;

	for (i = 0; i < tx->nr_src; i++) {
		if (dmt_resolve(p, &p->operands[tx->first_src + i], tx->flags & DMT_TX_STALE,
				&src[i]))
			return -ENXIO;
		all |= src[i];
	}
	if (!dmt_engine_can(tx->e, tx->nr_src, all))
		return -EINVAL;
	*desc = chan->device->device_prep_dma_xor(chan, dst, src, tx->nr_src, tx->len, flags);
	return 0;
}

static int prep_memcpy(struct prog *p, struct tx *tx, dma_addr_t dst, unsigned long flags,
		       struct dma_async_tx_descriptor **desc)
{
	dma_addr_t src;

	if (dmt_resolve(p, &p->operands[tx->first_src], tx->flags & DMT_TX_STALE, &src))
		return -ENXIO;
	if (!dmt_engine_can(tx->e, 1, dst | src | tx->len))
		return -EINVAL;
	*desc = dmaengine_prep_dma_memcpy(tx->e->chan, dst, src, tx->len, flags);
	return 0;
}

/* PREP step. Any context. */
int dmt_tx_prep(struct exec *x, struct tx *tx)
{
	struct prog *p = x->run->p;
	struct dma_async_tx_descriptor *desc;
	unsigned long flags = native_flags(tx->flags);
	dma_addr_t dst;
	int err;

	if (!claim_for_prep(tx))
		return -EBUSY;
	if (tx->e->first->released ||
	    dmt_resolve(p, &p->operands[tx->dst], tx->flags & DMT_TX_STALE, &dst))
		return refuse(x, tx, -ENXIO);
	err = tx->op == DMT_OP_XOR ? prep_xor(p, tx, dst, flags, &desc) :
				     prep_memcpy(p, tx, dst, flags, &desc);
	if (err)
		return refuse(x, tx, err);
	if (tx->foreign)
		atomic64_inc(&x->run->n.foreign_maps);
	if (!desc)
		return refuse(x, tx, -ENOMEM);
	prepared(tx, desc);
	return 0;
}

/* ---- submit ---- */

/* Makes @tx SUBMITTING and returns its descriptor; NULL when it is not in state @from. */
static struct dma_async_tx_descriptor *claim_for_submit(struct tx *tx, enum tx_state from, u32 *gen)
{
	struct dma_async_tx_descriptor *desc = NULL;
	unsigned long flags;

	spin_lock_irqsave(&tx->lock, flags);
	if (tx->state == from) {
		desc = tx->desc;
		*gen = tx->gen;
		if (tx->flags & DMT_TX_ACK || async_tx_test_ack(desc))
			tx->desc = NULL;
		tx->state = TX_SUBMITTING;
		tx->refused = false;
		tx->cookie = 0;
		tx->submit_ns = now_ns(tx->run);
	}
	spin_unlock_irqrestore(&tx->lock, flags);
	return desc;
}

/*
 * Call it when the provider has taken or refused the submit. True when a terminate of the
 * channel was under way at the same time, so that nobody knows which came first; @ended is the
 * number of terminates that had ended before the submit.
 */
static bool submitted(struct tx *tx, u32 gen, dma_cookie_t cookie, int ended)
{
	const struct eng *e = tx->e->first;
	bool failed = dma_submit_error(cookie), overtaken;
	unsigned long flags;

	/* The API does not say what becomes of a refused descriptor; a release gives it back. */
	if (failed)
		WRITE_ONCE(tx->e->first->retake, true);
	spin_lock_irqsave(&tx->lock, flags);
	overtaken = atomic_read(&e->terminating) != ended;
	if (tx->gen == gen) {
		tx->cookie = cookie;
		if (failed || overtaken)
			tx->desc = NULL;	/* terminate may have freed it */
		if (tx->state == TX_SUBMITTING)
			tx->state = failed ? TX_BUSY : TX_SUBMITTED;
	}
	spin_unlock_irqrestore(&tx->lock, flags);
	return overtaken && !failed;
}

/*
 * Submits @tx if it is in state @from. The callback may run before this returns. On an error of
 * the engine @tx is BUSY, and the caller must call dmt_tx_refuse(). Any context.
 */
int dmt_tx_submit_now(struct exec *x, struct tx *tx, enum tx_state from, dma_cookie_t *cookie)
{
	struct eng *e = tx->e->first;
	struct dma_async_tx_descriptor *desc;
	int ended;
	u32 gen;

	desc = claim_for_submit(tx, from, &gen);
	if (!desc)
		return -ENXIO;
	ended = atomic_read(&e->terminated);
	*cookie = dmaengine_submit(desc);
	atomic_inc(&tx->p->submits);
	/*
	 * Terminate once more, as if it had come just now. The first one may have dropped this
	 * descriptor, and a wait for it would never end.
	 */
	if (submitted(tx, gen, *cookie, ended))
		dmt_tx_terminate(tx->run, x, e);
	return dma_submit_error(*cookie);
}

/* SUBMIT step. Any context. */
int dmt_tx_submit(struct exec *x, struct tx *tx, u32 step, u64 *value)
{
	dma_cookie_t cookie = 0;
	int status = tx->depend == DMT_NONE ? 0 : dmt_tx_park(x->run, tx, step);

	if (status)
		return status > 0 ? 0 : status;
	status = dmt_tx_submit_now(x, tx, TX_PREPARED, &cookie);
	if (dma_submit_error(cookie))
		return refuse(x, tx, status);
	*value = cookie;
	return status;
}

/*
 * Submits a completed descriptor again without a prep. It was never acked, so the provider has
 * not recycled it. Any context.
 */
int dmt_tx_submit_again(struct exec *x, struct tx *tx, u64 *value)
{
	unsigned long flags;
	bool ours;

	spin_lock_irqsave(&tx->lock, flags);
	ours = tx->desc && tx->finished && (tx->state == TX_DONE || tx->state == TX_FAILED);
	if (ours) {
		tx->finished = false;
		new_generation(tx, tx->desc);
	}
	spin_unlock_irqrestore(&tx->lock, flags);
	return ours ? dmt_tx_submit(x, tx, 0, value) : -ENXIO;
}

/* FORGET_TX step: the descriptor stays lost until the channel is released. Any context. */
int dmt_tx_forget(struct tx *tx)
{
	unsigned long flags;
	bool ours;

	spin_lock_irqsave(&tx->lock, flags);
	ours = tx->state == TX_PREPARED;
	if (ours) {
		tx->state = TX_NONE;
		tx->desc = NULL;
		WRITE_ONCE(tx->e->first->retake, true);
	}
	spin_unlock_irqrestore(&tx->lock, flags);
	return ours ? 0 : -ENXIO;
}

/* ---- waiting ---- */

static bool is_settled(struct tx *tx)
{
	return READ_ONCE(tx->finished) || READ_ONCE(tx->refused) ||
	       READ_ONCE(tx->state) == TX_TERMINATED || dmt_aborted(tx->run);
}

/* Without INTERRUPT no callback comes: asks the provider for the status. Any context. */
void dmt_tx_poll(struct tx *tx)
{
	enum dma_status status;
	dma_cookie_t cookie;
	unsigned long flags;
	u32 gen;

	if (READ_ONCE(tx->state) != TX_SUBMITTED || tx->flags & DMT_TX_INTERRUPT)
		return;
	spin_lock_irqsave(&tx->lock, flags);
	cookie = tx->state == TX_SUBMITTED ? tx->cookie : 0;
	gen = tx->gen;
	spin_unlock_irqrestore(&tx->lock, flags);
	if (!cookie)
		return;
	status = dma_async_is_tx_complete(tx->e->chan, cookie, NULL, NULL);
	if (status != DMA_COMPLETE && status != DMA_ERROR)
		return;
	if (complete_tx(tx, gen, status == DMA_COMPLETE ? TX_DONE : TX_FAILED))
		finish(tx, gen);
}

static void wait_settled(struct tx *tx, u32 ms)
{
	unsigned long end;

	if (is_settled(tx))
		return;
	if (tx->flags & DMT_TX_INTERRUPT) {
		wait_event_idle_timeout(tx->wq, is_settled(tx), msecs_to_jiffies(ms));
		return;
	}
	end = jiffies + msecs_to_jiffies(ms);
	for (;;) {
		dmt_tx_poll(tx);
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
	else if (tx->finished)
		status = tx->state == TX_DONE ? 0 : -EIO;
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

/* Any context. -ENXIO when it was not submitted. */
int dmt_tx_status(struct tx *tx, u64 *value)
{
	struct dma_tx_state state = { 0 };
	enum dma_status status;
	dma_cookie_t cookie;
	unsigned long flags;

	spin_lock_irqsave(&tx->lock, flags);
	cookie = tx->state >= TX_SUBMITTED ? tx->cookie : 0;
	spin_unlock_irqrestore(&tx->lock, flags);
	if (!cookie || tx->e->first->released)
		return -ENXIO;
	status = dmaengine_tx_status(tx->e->chan, cookie, &state);
	*value = status | (u64)state.residue << 32;
	return 0;
}

/* Any context. -ENXIO when there is no descriptor, or it was acked before. */
int dmt_tx_ack(struct tx *tx)
{
	unsigned long flags;
	int status = -ENXIO;

	spin_lock_irqsave(&tx->lock, flags);
	if (tx->desc && !(tx->flags & DMT_TX_ACK) && !async_tx_test_ack(tx->desc)) {
		async_tx_ack(tx->desc);
		/* A descriptor that is not submitted is still ours; others may be recycled now. */
		if (tx->state >= TX_SUBMITTED)
			tx->desc = NULL;
		status = 0;
	}
	spin_unlock_irqrestore(&tx->lock, flags);
	return status;
}
