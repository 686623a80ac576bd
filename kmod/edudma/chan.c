// SPDX-License-Identifier: GPL-2.0-only
/*
 * The channel of the device. A descriptor goes through these lists:
 *
 * free -> prepared -> submitted -> issued -> (active) -> done -> ended -> free
 *
 * It returns from ended to free once the client was told and has acked it.
 */
#include <linux/slab.h>

#include "edudma.h"

/* Recycles what the client has acked. Lock held. */
static void reap(struct edu *edu)
{
	struct edu_desc *d, *next;

	list_for_each_entry_safe(d, next, &edu->ended, node)
		if (async_tx_test_ack(&d->tx))
			list_move_tail(&d->node, &edu->free);
}

static dma_cookie_t edu_tx_submit(struct dma_async_tx_descriptor *tx)
{
	struct edu *edu = to_edu(tx->chan);
	struct edu_desc *d = container_of(tx, struct edu_desc, tx);
	dma_cookie_t cookie;
	unsigned long flags;

	spin_lock_irqsave(&edu->lock, flags);
	cookie = tx->chan->cookie + 1;
	if (cookie < DMA_MIN_COOKIE)
		cookie = DMA_MIN_COOKIE;
	tx->cookie = cookie;
	tx->chan->cookie = cookie;
	list_move_tail(&d->node, &edu->submitted);
	edu->nr_submitted++;
	spin_unlock_irqrestore(&edu->lock, flags);
	return cookie;
}

/* The device cuts off the bits that it has not, and would use some other address. */
static bool can_reach(dma_addr_t addr, size_t len)
{
	return addr <= DMA_BIT_MASK(EDU_MASK_BITS) &&
	       len - 1 <= DMA_BIT_MASK(EDU_MASK_BITS) - addr;
}

/* Any context. */
static struct dma_async_tx_descriptor *
edu_prep_memcpy(struct dma_chan *chan, dma_addr_t dst, dma_addr_t src, size_t len,
		unsigned long tx_flags)
{
	struct edu *edu = to_edu(chan);
	struct edu_desc *d = NULL;
	unsigned long flags;

	if (!len || len > EDU_MAX_LEN || !can_reach(dst, len) || !can_reach(src, len))
		return NULL;
	spin_lock_irqsave(&edu->lock, flags);
	if (!edu->gone) {
		reap(edu);
		d = list_first_entry_or_null(&edu->free, struct edu_desc, node);
	}
	if (d) {
		memset(&d->tx, 0, sizeof(d->tx));
		dma_async_tx_descriptor_init(&d->tx, chan);
		d->tx.tx_submit = edu_tx_submit;
		d->tx.flags = tx_flags;
		d->tx.cookie = -EBUSY;
		d->dst = dst;
		d->src = src;
		d->len = len;
		list_move_tail(&d->node, &edu->prepared);
	}
	spin_unlock_irqrestore(&edu->lock, flags);
	return d ? &d->tx : NULL;
}

/* Any context. */
static void edu_issue_pending(struct dma_chan *chan)
{
	struct edu *edu = to_edu(chan);
	unsigned long flags;

	spin_lock_irqsave(&edu->lock, flags);
	list_splice_tail_init(&edu->submitted, &edu->issued);
	edu_start(edu);
	spin_unlock_irqrestore(&edu->lock, flags);
}

static u32 residue_of(const struct edu *edu, dma_cookie_t cookie)
{
	const struct edu_desc *d = edu->active;

	if (d && d->tx.cookie == cookie)
		return d->len;
	list_for_each_entry(d, &edu->issued, node)
		if (d->tx.cookie == cookie)
			return d->len;
	list_for_each_entry(d, &edu->submitted, node)
		if (d->tx.cookie == cookie)
			return d->len;
	return 0;
}

/* Any context. */
static enum dma_status edu_tx_status(struct dma_chan *chan, dma_cookie_t cookie,
				     struct dma_tx_state *state)
{
	struct edu *edu = to_edu(chan);
	enum dma_status status;
	unsigned long flags;

	spin_lock_irqsave(&edu->lock, flags);
	status = dma_async_is_complete(cookie, chan->completed_cookie, chan->cookie);
	if (state) {
		state->last = chan->completed_cookie;
		state->used = chan->cookie;
		state->residue = status == DMA_COMPLETE ? 0 : residue_of(edu, cookie);
		state->in_flight_bytes = 0;
	}
	spin_unlock_irqrestore(&edu->lock, flags);
	return status;
}

/* Takes the next descriptor whose client must be told, and completes its cookie. */
static struct edu_desc *take_done(struct edu *edu)
{
	struct edu_desc *d;
	unsigned long flags;

	spin_lock_irqsave(&edu->lock, flags);
	d = list_first_entry_or_null(&edu->done, struct edu_desc, node);
	if (d) {
		list_del_init(&d->node);
		edu->chan.completed_cookie = d->tx.cookie;
		edu->nr_completed++;
	}
	spin_unlock_irqrestore(&edu->lock, flags);
	return d;
}

static void tell_client(struct dma_async_tx_descriptor *tx)
{
	struct dmaengine_result result = { .result = DMA_TRANS_NOERROR };

	dma_descriptor_unmap(tx);
	if (tx->callback_result)
		tx->callback_result(tx->callback_param, &result);
	else if (tx->callback)
		tx->callback(tx->callback_param);
	dma_run_dependencies(tx);
}

static void complete_done(struct tasklet_struct *t)
{
	struct edu *edu = container_of(t, struct edu, tasklet);
	struct edu_desc *d;
	unsigned long flags;

	while ((d = take_done(edu))) {
		tell_client(&d->tx);
		spin_lock_irqsave(&edu->lock, flags);
		list_add_tail(&d->node, &edu->ended);
		spin_unlock_irqrestore(&edu->lock, flags);
	}
}

/* Ends a descriptor that the client will never be told of. */
static void end_untold(struct edu *edu, struct edu_desc *d)
{
	dma_descriptor_unmap(&d->tx);
	async_tx_ack(&d->tx);
	edu->nr_terminated++;
	list_move_tail(&d->node, &edu->ended);
}

void edu_drop_all(struct edu *edu)
{
	struct edu_desc *d, *next;
	unsigned long flags;
	LIST_HEAD(all);

	spin_lock_irqsave(&edu->lock, flags);
	list_splice_tail_init(&edu->done, &all);
	if (edu->active) {
		/* Its transfer goes on to its end. Who frees the memory has to synchronize before. */
		list_add_tail(&edu->active->node, &all);
		edu->active = NULL;
	}
	list_splice_tail_init(&edu->issued, &all);
	list_splice_tail_init(&edu->submitted, &all);
	list_for_each_entry_safe(d, next, &all, node)
		end_untold(edu, d);
	spin_unlock_irqrestore(&edu->lock, flags);
}

/* Any context. */
static int edu_terminate_all(struct dma_chan *chan)
{
	edu_drop_all(to_edu(chan));
	return 0;
}

/* May sleep. */
static void edu_synchronize(struct dma_chan *chan)
{
	struct edu *edu = to_edu(chan);
	unsigned long flags;
	bool any;

	if (!edu_wait_idle(edu))
		dev_err(&edu->pdev->dev, "edudma: a transfer does not end\n");
	tasklet_kill(&edu->tasklet);
	/* A tasklet_schedule() during tasklet_kill() has no effect: repeat it. */
	spin_lock_irqsave(&edu->lock, flags);
	any = !list_empty(&edu->done);
	spin_unlock_irqrestore(&edu->lock, flags);
	if (any)
		tasklet_schedule(&edu->tasklet);
}

static int edu_alloc_chan_resources(struct dma_chan *chan)
{
	struct edu *edu = to_edu(chan);
	unsigned int i;

	/* On -ENODEV dmaengine would take the device off its list a second time. */
	if (READ_ONCE(edu->gone))
		return -ESHUTDOWN;
	edu->ring = kcalloc(EDU_RING, sizeof(*edu->ring), GFP_KERNEL);
	if (!edu->ring)
		return -ENOMEM;
	for (i = 0; i < EDU_RING; i++)
		list_add_tail(&edu->ring[i].node, &edu->free);
	chan->cookie = DMA_MIN_COOKIE;
	chan->completed_cookie = DMA_MIN_COOKIE;
	return EDU_RING;
}

static void edu_free_chan_resources(struct dma_chan *chan)
{
	struct edu *edu = to_edu(chan);
	struct edu_desc *d;

	edu_drop_all(edu);
	edu_synchronize(chan);
	/* A client that prepares and never submits is wrong, but its mappings must not leak. */
	list_for_each_entry(d, &edu->prepared, node)
		dma_descriptor_unmap(&d->tx);
	INIT_LIST_HEAD(&edu->free);
	INIT_LIST_HEAD(&edu->prepared);
	INIT_LIST_HEAD(&edu->ended);
	kfree(edu->ring);
	edu->ring = NULL;
}

void edu_chan_init(struct edu *edu)
{
	struct dma_device *dd = &edu->ddev;

	spin_lock_init(&edu->lock);
	init_waitqueue_head(&edu->idle);
	INIT_LIST_HEAD(&edu->free);
	INIT_LIST_HEAD(&edu->prepared);
	INIT_LIST_HEAD(&edu->submitted);
	INIT_LIST_HEAD(&edu->issued);
	INIT_LIST_HEAD(&edu->done);
	INIT_LIST_HEAD(&edu->ended);
	tasklet_setup(&edu->tasklet, complete_done);
	edu->chan.device = dd;
	INIT_LIST_HEAD(&dd->channels);
	list_add_tail(&edu->chan.device_node, &dd->channels);
	/* async_tx takes what is public. */
	dma_cap_set(DMA_PRIVATE, dd->cap_mask);
	dma_cap_set(DMA_MEMCPY, dd->cap_mask);
	dd->directions = BIT(DMA_MEM_TO_MEM);
	dd->residue_granularity = DMA_RESIDUE_GRANULARITY_DESCRIPTOR;
	dd->device_alloc_chan_resources = edu_alloc_chan_resources;
	dd->device_free_chan_resources = edu_free_chan_resources;
	dd->device_prep_dma_memcpy = edu_prep_memcpy;
	dd->device_issue_pending = edu_issue_pending;
	dd->device_tx_status = edu_tx_status;
	dd->device_terminate_all = edu_terminate_all;
	dd->device_synchronize = edu_synchronize;
}
