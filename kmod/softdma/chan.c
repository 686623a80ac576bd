// SPDX-License-Identifier: GPL-2.0-only
/*
 * A channel of an ordinary dmaengine provider. A descriptor goes through these lists:
 *
 * free -> prepared -> submitted -> issued -> active -> ended -> free
 *
 * It returns from ended to free once the client was told and has acked it. Descriptors
 * whose client must be told are in another list (done or late) at the same time, as a
 * broken provider may tell its client at any time. dmaengine's own cookie and callback
 * helpers are private to drivers/dma, so they are not used here.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "compat.h"
#include "softdma.h"

void softdma_wait_idle(struct softdma_chan *c)
{
	/* hrtimer_cancel() would also stop what a client has issued since. */
	while (hrtimer_callback_running(&c->timer))
		cpu_relax();
	softdma_complete_sync(c);
}

/* Any context. */
static int softdma_terminate_all(struct dma_chan *chan)
{
	softdma_drop_all(to_softdma_chan(chan));
	return 0;
}

/* May sleep. */
static void softdma_synchronize(struct dma_chan *chan)
{
	softdma_wait_idle(to_softdma_chan(chan));
}

static int softdma_alloc_chan_resources(struct dma_chan *chan)
{
	struct softdma_chan *c = to_softdma_chan(chan);
	u32 i, n = c->sd->cfg.ring;
	struct softdma_desc *ring;

	/* On -ENODEV dmaengine would take the device off its list a second time. */
	if (READ_ONCE(c->sd->gone))
		return -ESHUTDOWN;
	ring = kvcalloc(n, sizeof(*ring), GFP_KERNEL);
	if (!ring)
		return -ENOMEM;
	c->ring = ring;
	for (i = 0; i < n; i++) {
		INIT_LIST_HEAD(&ring[i].tell);
		list_add_tail(&ring[i].node, &c->free);
	}
	chan->cookie = DMA_MIN_COOKIE;
	chan->completed_cookie = DMA_MIN_COOKIE;
	c->nr_errors = 0;
	return n;
}

static void softdma_free_chan_resources(struct dma_chan *chan)
{
	struct softdma_chan *c = to_softdma_chan(chan);
	struct softdma_desc *d;

	softdma_drop_all(c);
	softdma_clock_cancel(c);
	softdma_complete_sync(c);
	/* A client that prepares and never submits is wrong, but its mappings must not leak. */
	list_for_each_entry(d, &c->prepared, node)
		dma_descriptor_unmap(&d->tx);
	INIT_LIST_HEAD(&c->free);
	INIT_LIST_HEAD(&c->prepared);
	INIT_LIST_HEAD(&c->ended);
	INIT_LIST_HEAD(&c->done);
	INIT_LIST_HEAD(&c->late);
	kvfree(c->ring);
	c->ring = NULL;
}

int softdma_chan_init(struct softdma_dev *sd, struct softdma_chan *c)
{
	c->sd = sd;
	c->chan.device = &sd->ddev;
	c->prng = sd->cfg.seed + (c - sd->chans);
	c->phase = SOFTDMA_IDLE;
	spin_lock_init(&c->lock);
	spin_lock_init(&c->told_lock);
	INIT_LIST_HEAD(&c->free);
	INIT_LIST_HEAD(&c->prepared);
	INIT_LIST_HEAD(&c->submitted);
	INIT_LIST_HEAD(&c->issued);
	INIT_LIST_HEAD(&c->lost);
	INIT_LIST_HEAD(&c->ended);
	INIT_LIST_HEAD(&c->done);
	INIT_LIST_HEAD(&c->late);
	softdma_clock_init(c);
	return softdma_complete_init(c);
}

void softdma_chan_exit(struct softdma_chan *c)
{
	softdma_clock_cancel(c);
	softdma_complete_exit(c);
}

void softdma_set_ops(struct softdma_dev *sd)
{
	u32 does = softdma_personality(&sd->cfg)->does;
	struct dma_device *dd = &sd->ddev;

	/* async_tx takes what is public: not from tests. */
	if (sd->cfg.access != SOFTDMA_PUBLIC)
		dma_cap_set(DMA_PRIVATE, dd->cap_mask);
	if (sd->cfg.interrupt)
		does |= SOFTDMA_DOES_INTERRUPT;
	softdma_set_prep_ops(dd, &sd->cfg, does);
	dd->directions = BIT(DMA_MEM_TO_MEM);
	dd->residue_granularity = DMA_RESIDUE_GRANULARITY_DESCRIPTOR;
	dd->device_alloc_chan_resources = softdma_alloc_chan_resources;
	dd->device_free_chan_resources = softdma_free_chan_resources;
	dd->device_issue_pending = softdma_issue_pending;
	dd->device_tx_status = softdma_tx_status;
	dd->device_terminate_all = softdma_terminate_all;
	dd->device_synchronize = softdma_synchronize;
}
