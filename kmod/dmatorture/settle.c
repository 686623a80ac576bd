// SPDX-License-Identifier: GPL-2.0-only
/* Terminating, and ending an iteration so that nothing is in flight and no callback runs. */
#include <linux/delay.h>
#include <linux/module.h>

#include "dmt.h"

#define GRACE_MS 1000	/* for an engine that cannot be terminated */

/*
 * Marks a tx that is submitted now: the terminate that follows ends it, but not those that are
 * submitted later. As terminate may free the descriptor, it must be acked here.
 */
static void doom(struct tx *tx)
{
	unsigned long flags;

	dmt_tx_poll(tx);
	spin_lock_irqsave(&tx->lock, flags);
	if (tx->state == TX_SUBMITTED) {
		tx->doomed = true;
		if (tx->desc)
			async_tx_ack(tx->desc);
		tx->desc = NULL;
	}
	spin_unlock_irqrestore(&tx->lock, flags);
}

static bool mark_terminated(struct tx *tx)
{
	unsigned long flags;
	bool marked;

	spin_lock_irqsave(&tx->p->depend_lock, flags);
	spin_lock(&tx->lock);
	marked = tx->doomed && tx->state == TX_SUBMITTED;
	if (marked) {
		tx->state = TX_TERMINATED;
		wake_up_all(&tx->wq);
	}
	spin_unlock(&tx->lock);
	spin_unlock_irqrestore(&tx->p->depend_lock, flags);
	return marked;
}

/*
 * TERMINATE step. The txs that were in flight on the channel become TERMINATED and will not be
 * called back; the engine may still work on them until dmaengine_synchronize(). @x is NULL at
 * the end of an iteration, when no one waits for children. Any context.
 */
int dmt_tx_terminate(struct dmt_run *run, struct exec *x, struct eng *e)
{
	struct prog *p = run->p;
	int status;
	u32 i;

	e = e->first;
	if (e->released)
		return -ENXIO;
	atomic_inc(&e->terminating);
	for (i = 0; i < p->nr_txs; i++)
		if (p->txs[i].e->first == e)
			doom(&p->txs[i]);
	WRITE_ONCE(e->unsynced, true);
	status = dmt_can_terminate(e) ? dmaengine_terminate_async(e->chan) : -EINVAL;
	atomic_inc(&e->terminated);
	for (i = 0; i < p->nr_txs && !status; i++) {
		struct tx *tx = &p->txs[i];

		if (tx->e->first == e && mark_terminated(tx) && x && tx->has_children)
			dmt_run_children(x, tx, -ECANCELED);
	}
	return status;
}

/* Sleeps. */
int dmt_tx_synchronize(struct eng *e)
{
	e = e->first;
	if (e->released)
		return -ENXIO;
	WRITE_ONCE(e->unsynced, false);	/* first, as a later terminate needs its own synchronize */
	dmaengine_synchronize(e->chan);
	return 0;
}

/* Call it when the channel of @e was released: its descriptors are gone. */
void dmt_tx_drop_channel(struct prog *p, const struct eng *e)
{
	unsigned long flags;
	u32 i;

	for (i = 0; i < p->nr_txs; i++) {
		struct tx *tx = &p->txs[i];

		if (tx->e->first != e)
			continue;
		spin_lock_irqsave(&tx->lock, flags);
		tx->desc = NULL;
		if (tx->state == TX_PREPARED)
			tx->state = TX_NONE;
		else if (tx->state == TX_SUBMITTED)
			tx->state = TX_TERMINATED;
		spin_unlock_irqrestore(&tx->lock, flags);
	}
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

/* May a callback of the tx be running, or still come? Call it when threads have ended. */
static bool is_live(struct tx *tx)
{
	unsigned long flags;
	bool live;

	spin_lock_irqsave(&tx->lock, flags);
	live = tx->state == TX_SUBMITTED || tx->state == TX_SUBMITTING || tx->state == TX_BUSY ||
	       ((tx->state == TX_DONE || tx->state == TX_FAILED) && !tx->finished);
	spin_unlock_irqrestore(&tx->lock, flags);
	return live;
}

static bool uses_map(const struct tx *tx, u32 map)
{
	const struct operand *operands = tx->p->operands;
	u32 k;

	for (k = 0; k < tx->nr_src; k++)
		if (operands[tx->first_src + k].obj == map)
			return true;
	return operands[tx->dst].obj == map;
}

/*
 * Does a tx that is prepared or in flight use @map, so that an engine may reach its memory now
 * or later? Any context.
 */
bool dmt_map_in_use(struct prog *p, u32 map)
{
	u32 i;

	for (i = 0; i < p->nr_txs; i++) {
		struct tx *tx = &p->txs[i];

		if (!uses_map(tx, map))
			continue;
		dmt_tx_poll(tx);
		if (is_live(tx) || tx->state == TX_PREPARED || tx->state == TX_PARKED ||
		    (tx->state == TX_TERMINATED && tx->e->first->unsynced))
			return true;
	}
	return false;
}

static bool any_live(struct prog *p)
{
	u32 i;

	for (i = 0; i < p->nr_txs; i++) {
		dmt_tx_poll(&p->txs[i]);
		if (is_live(&p->txs[i]))
			return true;
	}
	for (i = 0; i < p->nr_engines; i++)
		if (READ_ONCE(p->engines[i].unsynced))
			return true;
	return false;
}

static void stop_channels(struct dmt_run *run)
{
	struct prog *p = run->p;
	u32 i;

	for (i = 0; i < p->nr_engines; i++)
		if (p->engines[i].owner)
			dmt_tx_terminate(run, NULL, &p->engines[i]);
	for (i = 0; i < p->nr_engines; i++)
		if (p->engines[i].owner)
			dmt_tx_synchronize(&p->engines[i]);
}

/*
 * Stops all channels until no new submits have come. A callback that was under way may have
 * submitted on a channel that was stopped already, and its tx may call back and submit again:
 * so this is repeated until the count of submits stays the same. cost.c guarantees that it
 * ends; it takes less than GRACE_MS unless an engine cannot terminate.
 */
static int stop_all(struct dmt_run *run)
{
	unsigned long end = jiffies + msecs_to_jiffies(GRACE_MS);

	for (;;) {
		int before = atomic_read(&run->p->submits);

		stop_channels(run);
		if (!any_live(run->p) && atomic_read(&run->p->submits) == before)
			return 0;
		if (time_after(jiffies, end))
			return -EIO;
		usleep_range(50, 100);
	}
}

/*
 * Are all operands of the tx still mapped? If not, it must not be submitted, even to be
 * terminated at once: that would hand over memory that is not the engine's.
 */
static bool still_mapped(const struct tx *tx)
{
	struct prog *p = tx->p;
	dma_addr_t addr;
	u32 i;

	if (dmt_resolve(p, &p->operands[tx->dst], false, &addr))
		return false;
	for (i = 0; i < tx->nr_src; i++)
		if (dmt_resolve(p, &p->operands[tx->first_src + i], false, &addr))
			return false;
	return true;
}

/*
 * Gives back a prepared descriptor when nothing is in flight. True when it was submitted for
 * that, so that the channel must be terminated.
 */
static bool tidy(struct tx *tx)
{
	dma_cookie_t cookie;

	if (tx->state == TX_PARKED)
		tx->state = TX_PREPARED;
	if (tx->state != TX_PREPARED) {
		if (tx->desc)
			async_tx_ack(tx->desc);
		tx->desc = NULL;
		return false;
	}
	/* Only submit and terminate, or a release of the channel, give a descriptor back. */
	if (!dmt_can_terminate(tx->e) || !still_mapped(tx)) {
		dmt_tx_forget(tx);
		return false;
	}
	if (!dmt_tx_submit_now(NULL, tx, TX_PREPARED, &cookie))
		return true;
	tx->state = TX_NONE;
	return false;
}

/* Disables late callbacks of txs that could not be stopped. */
static void disown(struct prog *p)
{
	unsigned long flags;
	u32 i;

	for (i = 0; i < p->nr_txs; i++) {
		spin_lock_irqsave(&p->txs[i].lock, flags);
		p->txs[i].gen++;
		spin_unlock_irqrestore(&p->txs[i].lock, flags);
	}
	p->lost = true;
	__module_get(THIS_MODULE);	/* never put: their callbacks are in this module */
}

/*
 * Call it when the threads have ended. Returns 0 when nothing of this iteration is in flight
 * and no callback will come. -EIO: an engine neither completes nor terminates; nothing that it
 * might access may ever be unmapped or freed. Sleeps.
 */
int dmt_tx_settle(struct dmt_run *run)
{
	struct prog *p = run->p;
	int before = atomic_read(&p->submits);
	bool stop = false, again = false;
	u32 i;

	for (i = 0; i < p->nr_engines; i++)
		stop |= READ_ONCE(p->engines[i].unsynced);
	for (i = 0; i < p->nr_txs; i++) {
		dmt_tx_poll(&p->txs[i]);
		if (is_live(&p->txs[i]) || p->txs[i].state == TX_PREPARED ||
		    p->txs[i].state == TX_PARKED) {
			run->leftover_txs++;
			stop = true;
		}
	}
	stop |= atomic_read(&p->submits) != before;
	if (stop && stop_all(run)) {
		disown(p);
		return -EIO;
	}
	for (i = 0; i < p->nr_txs; i++)
		again |= tidy(&p->txs[i]);
	if (again)
		stop_channels(run);
	return 0;
}
