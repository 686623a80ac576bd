// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dependencies over two channels: a child that is submitted early is parked, and
 * its parent's completion submits it, as async_tx's channel switch does.
 */
#include "dmt.h"

/* How @parent ended: 0, an error for its children, or 1 if it has not ended. Lock held. */
static int outcome(const struct tx *parent)
{
	if (parent->refused)
		return -EIO;
	switch (parent->state) {
	case TX_DONE:
		return 0;
	case TX_FAILED:
		return -EIO;
	case TX_TERMINATED:
		return -ECANCELED;
	default:
		return 1;
	}
}

/*
 * For a @tx that depends on another. Returns 0: submit it at once; 1: it is parked until its
 * parent ends; else a negative errno, the status of this submit. Any context.
 */
int dmt_tx_park(struct dmt_run *run, struct tx *tx, u32 step)
{
	struct tx *parent;
	unsigned long flags;
	int status;

	parent = &run->p->txs[tx->depend];
	if (parent->e->chan == tx->e->chan)
		return 0;
	spin_lock_irqsave(&tx->p->depend_lock, flags);
	spin_lock(&tx->lock);
	status = tx->state == TX_PREPARED ? outcome(parent) : -ENXIO;
	if (status > 0) {
		tx->state = TX_PARKED;
		tx->parked_step = step;
	}
	spin_unlock(&tx->lock);
	spin_unlock_irqrestore(&tx->p->depend_lock, flags);
	return status;
}

/* Makes @tx BUSY, so that the caller owns it. False if it was not parked. */
static bool claim(struct tx *tx)
{
	unsigned long flags;
	bool ours;

	if (READ_ONCE(tx->state) != TX_PARKED)
		return false;
	spin_lock_irqsave(&tx->lock, flags);
	ours = tx->state == TX_PARKED;
	if (ours)
		tx->state = TX_BUSY;
	spin_unlock_irqrestore(&tx->lock, flags);
	return ours;
}

/* Carries out the parked submits of one parent. Those that fail are put in front of @failed. */
static struct tx *run_one(struct exec *x, u32 parent, int err, struct tx *failed)
{
	struct prog *p = x->run->p;
	u32 i;

	for (i = 0; i < p->nr_txs; i++) {
		struct tx *tx = &p->txs[i];
		dma_cookie_t cookie = 0;
		int status = err;
		u32 step;

		if (tx->depend != parent || !claim(tx))
			continue;
		step = tx->parked_step;
		if (!status)
			status = dmt_tx_submit_now(x, tx, TX_BUSY, &cookie);
		if (status) {
			dmt_tx_refuse(tx);
			tx->next = failed;
			failed = tx;
		} else {
			dma_async_issue_pending(tx->e->chan);
		}
		dmt_record(x, step, status, status ? 0 : cookie, ktime_get());
	}
	return failed;
}

/*
 * Call it when @parent has ended, in that context, which can be any. With @err 0 its parked
 * children are submitted and issued; else they fail, and their children in turn.
 */
void dmt_run_children(struct exec *x, struct tx *parent, int err)
{
	const struct tx *txs = x->run->p->txs;
	struct tx *failed = run_one(x, parent - txs, err, NULL);

	while (failed) {
		struct tx *tx = failed;

		failed = tx->next;
		if (tx->has_children)
			failed = run_one(x, tx - txs, -EIO, failed);
		dmt_tx_refused(tx);
	}
}
