// SPDX-License-Identifier: GPL-2.0-only
/*
 * A provider for wrongclient's cases: its operations move nothing and complete when they are issued,
 * with callbacks in the context of issue_pending. It checks no limits, as most providers do not, and
 * has no device_release.
 */
#include <linux/err.h>
#include <linux/string.h>

#include "wrongclient.h"

static struct wc_chan *to_wc_chan(struct dma_chan *chan)
{
	return container_of(chan, struct wc_chan, chan);
}

static struct wc_provider *to_wc_provider(struct dma_chan *chan)
{
	return container_of(chan->device, struct wc_provider, ddev);
}

static dma_cookie_t wc_submit(struct dma_async_tx_descriptor *tx)
{
	struct wc_chan *c = to_wc_chan(tx->chan);
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	tx->cookie = ++c->chan.cookie;
	list_add_tail(&container_of(tx, struct wc_desc, tx)->node, &c->queue);
	spin_unlock_irqrestore(&c->lock, flags);
	return tx->cookie;
}

static struct dma_async_tx_descriptor *wc_prep(struct dma_chan *chan, unsigned long flags)
{
	struct wc_chan *c = to_wc_chan(chan);
	struct wc_desc *d;

	if (c->used == WC_DESCS)
		return NULL;
	d = &c->descs[c->used++];
	dma_async_tx_descriptor_init(&d->tx, chan);
	d->tx.tx_submit = wc_submit;
	d->tx.flags = flags;
	d->tx.cookie = -EBUSY;
	return &d->tx;
}

static struct dma_async_tx_descriptor *wc_prep_memcpy(struct dma_chan *chan, dma_addr_t dst,
						      dma_addr_t src, size_t len,
						      unsigned long flags)
{
	return wc_prep(chan, flags);
}

static void take_queue(struct wc_chan *c, struct list_head *taken)
{
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	list_splice_tail_init(&c->queue, taken);
	spin_unlock_irqrestore(&c->lock, flags);
}

static void call_back(struct dma_async_tx_descriptor *tx)
{
	if (tx->callback)
		tx->callback(tx->callback_param);
}

static void wc_issue(struct dma_chan *chan)
{
	struct wc_desc *d, *next;
	LIST_HEAD(taken);

	take_queue(to_wc_chan(chan), &taken);
	list_for_each_entry_safe(d, next, &taken, node) {
		list_del_init(&d->node);
		chan->completed_cookie = d->tx.cookie;
		dma_descriptor_unmap(&d->tx);
		call_back(&d->tx);
		dma_run_dependencies(&d->tx);
	}
}

static int wc_terminate(struct dma_chan *chan)
{
	const struct wc_faults *f = &to_wc_provider(chan)->faults;
	struct wc_desc *d, *next;
	LIST_HEAD(taken);

	take_queue(to_wc_chan(chan), &taken);
	list_for_each_entry_safe(d, next, &taken, node) {
		list_del_init(&d->node);
		if (!f->keeps_mappings)
			dma_descriptor_unmap(&d->tx);
		if (f->calls_in_terminate)
			call_back(&d->tx);
	}
	return 0;
}

static void wc_synchronize(struct dma_chan *chan)
{
}

static enum dma_status wc_status(struct dma_chan *chan, dma_cookie_t cookie,
				 struct dma_tx_state *state)
{
	dma_set_tx_state(state, chan->completed_cookie, chan->cookie, 0);
	return dma_async_is_complete(cookie, chan->completed_cookie, chan->cookie);
}

static int wc_alloc(struct dma_chan *chan)
{
	return 1;
}

static void wc_free(struct dma_chan *chan)
{
}

int wc_register(struct wc_provider *p, struct device *dev)
{
	struct dma_device *d = &p->ddev;
	unsigned int i;
	int err;

	d->dev = dev;
	dma_cap_set(DMA_MEMCPY, d->cap_mask);
	dma_cap_set(DMA_PRIVATE, d->cap_mask);
	d->copy_align = DMAENGINE_ALIGN_4_BYTES;
	d->device_alloc_chan_resources = wc_alloc;
	d->device_free_chan_resources = wc_free;
	d->device_prep_dma_memcpy = wc_prep_memcpy;
	d->device_issue_pending = wc_issue;
	d->device_tx_status = wc_status;
	d->device_terminate_all = wc_terminate;
	d->device_synchronize = wc_synchronize;
	INIT_LIST_HEAD(&d->channels);
	for (i = 0; i < WC_CHANNELS; i++) {
		struct wc_chan *c = &p->chans[i];

		spin_lock_init(&c->lock);
		INIT_LIST_HEAD(&c->queue);
		c->chan.device = d;
		c->chan.cookie = DMA_MIN_COOKIE;
		c->chan.completed_cookie = DMA_MIN_COOKIE;
		list_add_tail(&c->chan.device_node, &d->channels);
	}
	err = dma_async_device_register(d);
	p->registered = !err;
	return err;
}

void wc_unregister(struct wc_provider *p)
{
	if (p->registered)
		dma_async_device_unregister(&p->ddev);
	p->registered = false;
}
