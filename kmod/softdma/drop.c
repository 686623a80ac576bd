// SPDX-License-Identifier: GPL-2.0-only
/* Terminating what was submitted, and what a broken provider fails to do then. */
#include <linux/device.h>
#include <linux/dma-mapping.h>

#include "softdma.h"

/* Stops the hardware: nothing is moved any more. Lock held. */
static void stop_hardware(struct softdma_chan *c)
{
	struct softdma_desc *d;

	if (c->active && c->phase == SOFTDMA_BUSY)
		dmt_hw_drop(c->active->who, c->active->tx.cookie);
	if (c->late_of)
		dmt_hw_drop(c->late_of->who, c->late_cookie);
	list_for_each_entry(d, &c->issued, node)
		dmt_hw_drop(d->who, d->tx.cookie);
	list_for_each_entry(d, &c->submitted, node)
		dmt_hw_drop(d->who, d->tx.cookie);
	c->late_of = NULL;
	c->again_of = NULL;
	c->held = NULL;
	c->phase = SOFTDMA_IDLE;	/* a timer that still fires has nothing to do */
	hrtimer_try_to_cancel(&c->timer);
}

static void take_untold(struct list_head *untold, struct list_head *dropped)
{
	struct softdma_desc *d, *next;

	list_for_each_entry_safe(d, next, untold, tell) {
		list_del_init(&d->tell);
		list_move_tail(&d->node, dropped);
	}
}

/*
 * Moves all submitted descriptors to @dropped, except those whose callback runs now:
 * these go to c->ended. Returns how many of them the client was not told of. Lock held.
 */
static u64 take_all(struct softdma_chan *c, struct list_head *dropped)
{
	struct softdma_desc *d, *next;
	u64 n = 0;

	if (c->active)
		list_add_tail(&c->active->node, dropped);
	c->active = NULL;
	take_untold(&c->done, dropped);
	list_splice_tail_init(&c->issued, dropped);
	list_splice_tail_init(&c->submitted, dropped);
	list_splice_tail_init(&c->lost, dropped);
	take_untold(&c->late, dropped);
	list_for_each_entry_safe(d, next, dropped, node) {
		n += !d->told;
		if (d->telling)
			list_move_tail(&d->node, &c->ended);
	}
	return n;
}

/* Fault leak: keeps the unmap data of @tx that should be put. False when there is no room. */
static bool forget(struct softdma_dev *sd, struct dma_async_tx_descriptor *tx)
{
	unsigned long flags;
	bool room;

	if (!tx->unmap)
		return false;
	spin_lock_irqsave(&sd->faults.lock, flags);
	room = sd->forgotten.nr < SOFTDMA_FORGOTTEN;
	if (room) {
		get_device(tx->unmap->dev);
		sd->forgotten.data[sd->forgotten.nr++] = tx->unmap;
		tx->unmap = NULL;
	}
	spin_unlock_irqrestore(&sd->faults.lock, flags);
	return room;
}

/* The memory may have been freed. dmaengine_unmap_put() alone would sync into it. */
static void unmap_unsynced(struct dmaengine_unmap_data *u)
{
	unsigned int i, n = u->to_cnt + u->from_cnt + u->bidi_cnt;

	for (i = 0; i < n; i++) {
		enum dma_data_direction dir = i < u->to_cnt ? DMA_TO_DEVICE :
			i < u->to_cnt + u->from_cnt ? DMA_FROM_DEVICE : DMA_BIDIRECTIONAL;

		dma_unmap_page_attrs(u->dev, u->addr[i], u->len, dir, DMA_ATTR_SKIP_CPU_SYNC);
	}
	u->to_cnt = 0;
	u->from_cnt = 0;
	u->bidi_cnt = 0;
}

void softdma_remember(struct softdma_dev *sd)
{
	while (sd->forgotten.nr) {
		struct dmaengine_unmap_data *u = sd->forgotten.data[--sd->forgotten.nr];
		struct device *dev = u->dev;

		unmap_unsynced(u);
		dmaengine_unmap_put(u);
		put_device(dev);
	}
}

/* Ends @d, which no list holds now: unmaps it, or does what the faults leak and late say. */
static void drop(struct softdma_dev *sd, struct softdma_desc *d, struct list_head *late)
{
	struct dma_async_tx_descriptor *tx = &d->tx;

	if (!tx->unmap || !softdma_fault_hits(sd, SOFTDMA_LEAK, d->op.len) || !forget(sd, tx))
		dma_descriptor_unmap(tx);
	if (!d->told && !READ_ONCE(sd->gone) && softdma_has_callback(tx) &&
	    softdma_fault_hits(sd, SOFTDMA_LATE, d->op.len))
		list_add_tail(&d->tell, late);
	d->told = true;
}

void softdma_drop_all(struct softdma_chan *c)
{
	struct softdma_desc *d;
	unsigned long flags;
	LIST_HEAD(dropped);
	LIST_HEAD(late);
	u64 n;

	spin_lock_irqsave(&c->lock, flags);
	stop_hardware(c);
	n = take_all(c, &dropped);
	spin_unlock_irqrestore(&c->lock, flags);

	atomic64_add(n, &c->sd->stats.terminated);
	list_for_each_entry(d, &dropped, node)
		drop(c->sd, d, &late);
	spin_lock_irqsave(&c->lock, flags);
	list_splice_tail(&dropped, &c->ended);	/* they stay there until they are acked */
	if (!list_empty(&late))
		softdma_arm(&c->late_timer, READ_ONCE(c->sd->faults.delay_ns));
	list_splice_tail(&late, &c->late);
	spin_unlock_irqrestore(&c->lock, flags);
}
