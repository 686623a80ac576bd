// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a thread does with operations: wait by callback or by polling, reuse a mapping
 * with syncs, terminate operations in flight.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/jiffies.h>
#include <linux/sched.h>

#include "client.h"

const char *const context_names[4] = { "hardirq", "softirq", "threaded", "workqueue" };

int context_now(void)
{
	if (in_hardirq())
		return 0;
	if (in_serving_softirq())
		return 1;
	return current->flags & PF_WQ_WORKER ? 3 : 2;
}

/*
 * Is this callback the one that is waited for? A broken provider calls back twice, or when no
 * one waits any more. The flight's memory is still there then.
 */
static bool is_meant(struct flight *f)
{
	unsigned long flags;
	bool meant;

	spin_lock_irqsave(&f->lock, flags);
	meant = f->meant && !f->called;
	f->called = true;
	spin_unlock_irqrestore(&f->lock, flags);
	if (!meant)
		atomic_inc(&sums.stray);
	return meant;
}

static void on_complete(void *param, const struct dmaengine_result *result)
{
	struct flight *f = param;

	if (!is_meant(f))
		return;
	if (par.context >= 0 && context_now() != par.context)
		atomic_inc(&sums.context);
	/* The cookie must be complete before the callback is called. */
	if (!par.trust && dma_async_is_tx_complete(f->c->chan, f->cookie, NULL, NULL) == DMA_IN_PROGRESS)
		atomic_inc(&sums.status);
	f->result = result->result;
	/* In thread context be slow, so that synchronize has to wait. */
	if (f->slow && context_now() >= 2)
		usleep_range(20, 40);
	atomic_inc(&f->calls);
	complete(&f->done);
}

/* Ends a flight: until it is used again, callbacks for it count as stray. */
static void flight_end(struct flight *f)
{
	unsigned long flags;

	spin_lock_irqsave(&f->lock, flags);
	f->meant = false;
	spin_unlock_irqrestore(&f->lock, flags);
}

static struct flight *flight_begin(struct op *op, struct channel *c, bool slow)
{
	struct flight *f = &op->flights[op->next_flight++ % FLIGHTS];
	unsigned long flags;

	spin_lock_irqsave(&f->lock, flags);
	init_completion(&f->done);
	atomic_set(&f->calls, 0);
	f->result = DMA_TRANS_NOERROR;
	f->c = c;
	f->slow = slow;
	f->called = false;
	f->meant = true;
	spin_unlock_irqrestore(&f->lock, flags);
	return f;
}

/* Returns 0; -EIO: it completed with an error; -ETIMEDOUT: it did not complete. */
static int wait_callback(struct flight *f)
{
	if (!wait_for_completion_timeout(&f->done, msecs_to_jiffies(par.timeout_ms)))
		return -ETIMEDOUT;
	return f->result == DMA_TRANS_NOERROR ? 0 : -EIO;
}

static int wait_poll(struct flight *f, unsigned int len)
{
	unsigned long end = jiffies + msecs_to_jiffies(par.timeout_ms);
	struct dma_tx_state state;

	for (;;) {
		switch (dmaengine_tx_status(f->c->chan, f->cookie, &state)) {
		case DMA_COMPLETE:
			if (state.residue)
				atomic_inc(&sums.status);
			return 0;
		case DMA_ERROR:
			return -EIO;
		default:
			if (state.residue && state.residue != len)
				atomic_inc(&sums.status);
		}
		if (time_after(jiffies, end))
			return -ETIMEDOUT;
		usleep_range(20, 40);
	}
}

/* Preps the operation. A full ring is no error: it tries again, up to 100 times. */
static struct dma_async_tx_descriptor *prep(struct channel *c, struct op *op,
					    unsigned long flags)
{
	struct dma_async_tx_descriptor *tx;
	int tries = 0;

	while (!(tx = op_prep(c, op, flags)) && tries++ < 100)
		usleep_range(20, 40);
	return tx;
}

/* Runs one mapped operation from prep to its end. c->idle is held for reading. */
static int fly(struct channel *c, struct op *op, bool ack)
{
	unsigned long flags = par.poll ? 0 : DMA_PREP_INTERRUPT;
	struct dma_async_tx_descriptor *tx;
	struct flight *f;
	int err;

	tx = prep(c, op, flags | (ack ? DMA_CTRL_ACK : 0));
	if (!tx)
		return -EAGAIN;
	f = flight_begin(op, c, false);
	tx->callback_result = on_complete;
	tx->callback_param = f;
	f->cookie = op_submit(op, tx);
	if (dma_submit_error(f->cookie))
		return -EAGAIN;
	op_hand_over(op);
	dma_async_issue_pending(c->chan);
	err = par.poll ? wait_poll(f, op->len) : wait_callback(f);
	flight_end(f);
	if (!ack) {
		/*
		 * Until the ack the descriptor is ours, and the provider must not have reused it.
		 * Providers may set the cookie to 0 on completion.
		 */
		usleep_range(50, 100);
		if ((tx->cookie && tx->cookie != f->cookie) || tx->callback_param != f)
			atomic_inc(&sums.status);
		async_tx_ack(tx);
	}
	if (err != -ETIMEDOUT)
		return err;
	/* Memory must not be unmapped while the engine may use it. */
	up_read(&c->idle);
	down_write(&c->idle);
	dmaengine_terminate_sync(c->chan);
	downgrade_write(&c->idle);
	return err;
}

static void count(const struct op *op, int err)
{
	if (!err)
		op_verify(op);
	else if (err == -EIO)
		atomic_inc(&sums.errors);
	else if (err == -ETIMEDOUT)
		atomic_inc(&sums.timeouts);
	else
		atomic_inc(&sums.refused);
}

static void sync_all(struct channel *c, struct op *op, bool for_cpu)
{
	struct device *dev = c->map_dev;
	unsigned int i;

	for (i = 0; i <= op->nr_src; i++) {
		struct buffer *b = i < op->nr_src ? &op->src[i] : &op->dst;

		if (for_cpu)
			dma_sync_single_for_cpu(dev, b->dma, op->len, b->dir);
		else
			dma_sync_single_for_device(dev, b->dma, op->len, b->dir);
	}
}

/* Runs the operation three times on the same mappings. The last result is read after unmap. */
static int fly_synced(struct channel *c, struct op *op, u64 *prng, bool ack)
{
	int i, err;

	for (i = 0; ; i++) {
		err = fly(c, op, ack);
		if (err || i == 2)
			return err;
		sync_all(c, op, true);
		op_verify(op);
		op_fill_sources(op, prng);
		sync_all(c, op, false);
	}
}

void run_one(struct channel *c, struct op *op, u64 *prng, unsigned int n)
{
	bool ack = n % 3;
	int err;

	op_fill(c, op, prng);
	down_read(&c->idle);
	err = op_map(c, op);
	if (!err) {
		err = par.sync ? fly_synced(c, op, prng, ack) : fly(c, op, ack);
		op_unmap(c, op);
	} else {
		err = -EAGAIN;
	}
	up_read(&c->idle);
	count(op, err);
}

/*
 * Submits some operations with one destination and terminates them at a drawn moment. Each
 * has completed, or never will; after synchronize no callback may come.
 */
void run_terminate(struct channel *c, struct op *op, u64 *prng)
{
	struct dma_async_tx_descriptor *tx;
	struct flight *f[FLIGHT];
	int i, n, before = 0, after = 0;

	op_fill(c, op, prng);
	down_write(&c->idle);
	if (op_map(c, op)) {
		atomic_inc(&sums.refused);
		goto out;
	}
	for (n = 0; n < FLIGHT; n++) {
		tx = op_prep(c, op, DMA_PREP_INTERRUPT | DMA_CTRL_ACK);
		if (!tx)
			break;
		f[n] = flight_begin(op, c, true);
		tx->callback_result = on_complete;
		tx->callback_param = f[n];
		f[n]->cookie = op_submit(op, tx);
	}
	op_hand_over(op);
	dma_async_issue_pending(c->chan);
	udelay(draw(prng, 20));
	dmaengine_terminate_async(c->chan);
	dmaengine_synchronize(c->chan);
	for (i = 0; i < n; i++)
		before += atomic_read(&f[i]->calls);
	op_unmap(c, op);
	usleep_range(50, 100);
	for (i = 0; i < n; i++)
		after += atomic_read(&f[i]->calls);
	for (i = 0; i < n; i++)
		flight_end(f[i]);
	if (before != after)
		atomic_inc(&sums.after);
	atomic_add(n - after, &sums.terminated);
	if (n && !before && op_untouched(op))
		;	/* it was stopped before it wrote anything */
	else if (n)
		op_verify(op);
	else
		atomic_inc(&sums.refused);
out:
	up_write(&c->idle);
}
