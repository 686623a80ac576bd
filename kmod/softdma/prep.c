// SPDX-License-Identifier: GPL-2.0-only
/* Descriptors: from the ring to the client, and back when the client has acked them. */
#include <linux/string.h>

#include "softdma.h"

/* Was the client told, and has the hardware finished with @d? Lock held. */
static bool is_over(const struct softdma_chan *c, const struct softdma_desc *d)
{
	return d->told && !d->telling && list_empty(&d->tell) && d != c->late_of &&
	       d != c->again_of;
}

/* Recycles the descriptors that are over and acked. Lock held. */
static void reap(struct softdma_chan *c)
{
	struct softdma_desc *d, *next;

	list_for_each_entry_safe(d, next, &c->ended, node)
		if (is_over(c, d) && async_tx_test_ack(&d->tx))
			list_move_tail(&d->node, &c->free);
}

static void init_desc(struct softdma_chan *c, struct softdma_desc *d, unsigned long tx_flags)
{
	memset(&d->tx, 0, sizeof(d->tx));
	dma_async_tx_descriptor_init(&d->tx, &c->chan);
	d->tx.tx_submit = softdma_tx_submit;
	d->tx.flags = tx_flags;
	d->tx.cookie = -EBUSY;
	d->who = &d->tx;
	d->result = DMA_TRANS_NOERROR;
	d->told = false;
}

/*
 * Fault recycle: returns the descriptor that the hardware works on, for another use. The
 * hardware has fetched it already, so it goes on with a copy, @standin. The stand-in
 * completes without a callback; the mappings that were handed over are still undone. Lock
 * held.
 */
static struct softdma_desc *recycle_active(struct softdma_chan *c, struct softdma_desc *standin)
{
	struct softdma_desc *d = c->active;

	list_del_init(&standin->node);
	init_desc(c, standin, DMA_CTRL_ACK);
	standin->tx.cookie = d->tx.cookie;
	standin->tx.unmap = d->tx.unmap;
	standin->who = d->who;
	standin->op = d->op;
	standin->told = d->told;
	c->active = standin;
	return d;
}

/* Lock held. */
static struct softdma_desc *take_free(struct softdma_chan *c, u32 len)
{
	struct softdma_desc *d;

	if (READ_ONCE(c->sd->gone) || softdma_nth_fails(SOFTDMA_CALL_PREP) ||
	    softdma_fault_hits(c->sd, SOFTDMA_REFUSE, len))
		return NULL;
	if (list_empty(&c->free))
		reap(c);
	d = list_first_entry_or_null(&c->free, struct softdma_desc, node);
	if (d && c->phase == SOFTDMA_BUSY && !c->active->telling && list_empty(&c->active->tell) &&
	    softdma_fault_hits(c->sd, SOFTDMA_RECYCLE, len))
		d = recycle_active(c, d);
	return d;
}

static struct softdma_desc *get_desc(struct softdma_chan *c, u32 len, unsigned long tx_flags)
{
	struct softdma_desc *d;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	d = take_free(c, len);
	if (d) {
		list_move_tail(&d->node, &c->prepared);
		init_desc(c, d, tx_flags);
	}
	spin_unlock_irqrestore(&c->lock, flags);
	return d;
}

struct dma_async_tx_descriptor *softdma_prep(struct softdma_chan *c, const struct softdma_op *op,
					     unsigned long tx_flags)
{
	struct softdma_desc *d = get_desc(c, op->len, tx_flags);

	if (!d)
		return NULL;
	d->op = *op;
	return &d->tx;
}

static bool is_aligned(const struct softdma_chan *c, const struct softdma_op *op)
{
	dma_addr_t all = op->len;
	u32 i;

	for (i = 0; i < 2; i++)
		if (softdma_has_dst(op, i))
			all |= op->dst[i];
	for (i = 0; i < op->nr_src; i++)
		all |= op->src[i];
	return !(all & (BIT_ULL(c->sd->cfg.align - 1) - 1));
}

bool softdma_fits(const struct softdma_chan *c, const struct softdma_op *op, u32 max_src)
{
	return op->len && op->len <= c->sd->cfg.max_len && op->nr_src && op->nr_src <= max_src &&
	       is_aligned(c, op);
}

struct dma_async_tx_descriptor *
softdma_prep_memcpy(struct dma_chan *chan, dma_addr_t dst, dma_addr_t src, size_t len,
		    unsigned long flags)
{
	const struct softdma_op op = {
		.kind = SOFTDMA_MEMCPY, .flags = SOFTDMA_HAS_DST0,
		.dst = { dst }, .src = { src }, .nr_src = 1, .len = len,
	};
	struct softdma_chan *c = to_softdma_chan(chan);

	return len == op.len && softdma_fits(c, &op, 1) ? softdma_prep(c, &op, flags) : NULL;
}

struct dma_async_tx_descriptor *
softdma_prep_xor(struct dma_chan *chan, dma_addr_t dst, dma_addr_t *src, unsigned int nr_src,
		 size_t len, unsigned long flags)
{
	struct softdma_op op = {
		.kind = SOFTDMA_XOR, .flags = SOFTDMA_HAS_DST0,
		.dst = { dst }, .nr_src = nr_src, .len = len,
	};
	struct softdma_chan *c = to_softdma_chan(chan);

	if (len != op.len || nr_src > c->sd->cfg.max_xor)
		return NULL;
	memcpy(op.src, src, nr_src * sizeof(*src));
	return softdma_fits(c, &op, nr_src) ? softdma_prep(c, &op, flags) : NULL;
}
