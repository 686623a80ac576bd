// SPDX-License-Identifier: GPL-2.0-only
/* device_tx_status: what became of a cookie. */
#include "softdma.h"

static bool has_failed(const struct softdma_chan *c, dma_cookie_t cookie)
{
	unsigned int i, n = min_t(unsigned int, c->nr_errors, SOFTDMA_ERROR_COOKIES);

	for (i = 0; i < n; i++)
		if (c->errors[i] == cookie)
			return true;
	return false;
}

static const struct softdma_desc *find_cookie(const struct list_head *list, dma_cookie_t cookie)
{
	const struct softdma_desc *d;

	list_for_each_entry(d, list, node)
		if (d->tx.cookie == cookie)
			return d;
	return NULL;
}

/* Bytes of @cookie still to be moved. A descriptor's bytes move in one step: all or none. */
static u32 residue_of(const struct softdma_chan *c, dma_cookie_t cookie)
{
	const struct softdma_desc *d = c->active;

	if (d && d->tx.cookie == cookie)
		return c->phase == SOFTDMA_HELD_BACK ? 0 : d->op.len;
	d = find_cookie(&c->issued, cookie);
	if (!d)
		d = find_cookie(&c->submitted, cookie);
	return d ? d->op.len : 0;
}

/* Any context. */
enum dma_status softdma_tx_status(struct dma_chan *chan, dma_cookie_t cookie,
				  struct dma_tx_state *state)
{
	struct softdma_chan *c = to_softdma_chan(chan);
	dma_cookie_t used, complete;
	enum dma_status status;
	unsigned long flags;
	u32 residue = 0;

	spin_lock_irqsave(&c->lock, flags);
	used = chan->cookie;
	complete = chan->completed_cookie;
	status = dma_async_is_complete(cookie, complete, used);
	if (status != DMA_COMPLETE)
		residue = residue_of(c, cookie);
	else if (has_failed(c, cookie))
		status = DMA_ERROR;
	else if (find_cookie(&c->lost, cookie))
		status = DMA_IN_PROGRESS;	/* although a later cookie has completed */
	spin_unlock_irqrestore(&c->lock, flags);

	/* Fault residue: too large by one, also when complete or not yet started. */
	if (softdma_fault_hits(c->sd, SOFTDMA_RESIDUE, 1))
		residue++;
	if (state) {
		state->last = complete;
		state->used = used;
		state->residue = residue;
		state->in_flight_bytes = 0;
	}
	return status;
}
