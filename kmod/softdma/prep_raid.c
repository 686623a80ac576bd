// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations other than memcpy and xor. The personality raid has all of them, which is
 * what dmaengine wants from a device before it sets DMA_ASYNC_TX, so that async_tx uses it.
 *
 * A channel works on one descriptor at a time and in order, so DMA_PREP_FENCE holds
 * without any code for it.
 */
#include <linux/string.h>

#include "softdma.h"

static struct dma_async_tx_descriptor *
prep_xor_val(struct dma_chan *chan, dma_addr_t *src, unsigned int nr_src, size_t len,
	     enum sum_check_flags *result, unsigned long flags)
{
	struct softdma_op op = {
		.kind = SOFTDMA_XOR_VAL, .nr_src = nr_src, .len = len, .result = result,
	};
	struct softdma_chan *c = to_softdma_chan(chan);

	if (len != op.len || nr_src > c->sd->cfg.max_xor)
		return NULL;
	memcpy(op.src, src, nr_src * sizeof(*src));
	if (!softdma_fits(c, &op, nr_src))
		return NULL;
	*result = 0;	/* stays so when the check fails to run, as with ioat */
	return softdma_prep(c, &op, flags);
}

static u32 pq_flags(unsigned long flags)
{
	u32 of_op = 0;

	if (!(flags & DMA_PREP_PQ_DISABLE_P))
		of_op |= SOFTDMA_HAS_DST0;
	if (!(flags & DMA_PREP_PQ_DISABLE_Q))
		of_op |= SOFTDMA_HAS_DST1;
	return of_op;
}

/* The address of a disabled P or Q is copied but never used. */
static bool set_pq(struct softdma_op *op, const dma_addr_t *pq, const dma_addr_t *src,
		   unsigned int nr_src, const unsigned char *coef, size_t len)
{
	if (len > U32_MAX || nr_src > SOFTDMA_MAX_SRC ||
	    !(op->flags & (SOFTDMA_HAS_DST0 | SOFTDMA_HAS_DST1)))
		return false;
	op->len = len;
	op->nr_src = nr_src;
	memcpy(op->dst, pq, sizeof(op->dst));
	memcpy(op->src, src, nr_src * sizeof(*src));
	/* @coef may be NULL when only P is wanted. */
	if (softdma_has_dst(op, 1))
		memcpy(op->coef, coef, nr_src);
	return true;
}

/*
 * DMA_PREP_CONTINUE adds to P and Q. An engine without pq_continue must read P and Q as
 * sources (coefficients 0 and 1), and Q once more to take it out of P; only Q when P is
 * disabled. It takes fewer other sources therefore, as dma_maxpq() computes; the result is
 * the same.
 */
static struct dma_async_tx_descriptor *
prep_pq(struct dma_chan *chan, dma_addr_t *dst, dma_addr_t *src, unsigned int nr_src,
	const unsigned char *coef, size_t len, unsigned long flags)
{
	struct softdma_op op = { .kind = SOFTDMA_PQ, .flags = pq_flags(flags) };
	struct softdma_chan *c = to_softdma_chan(chan);

	if (flags & DMA_PREP_CONTINUE)
		op.flags |= SOFTDMA_READS_DST;
	if (!set_pq(&op, dst, src, nr_src, coef, len) ||
	    !softdma_fits(c, &op, dma_maxpq(chan->device, flags)))
		return NULL;
	return softdma_prep(c, &op, flags);
}

static struct dma_async_tx_descriptor *
prep_pq_val(struct dma_chan *chan, dma_addr_t *pq, dma_addr_t *src, unsigned int nr_src,
	    const unsigned char *coef, size_t len, enum sum_check_flags *result,
	    unsigned long flags)
{
	struct softdma_op op = {
		.kind = SOFTDMA_PQ_VAL, .flags = pq_flags(flags) | SOFTDMA_READS_DST,
		.result = result,
	};
	struct softdma_chan *c = to_softdma_chan(chan);

	if (!set_pq(&op, pq, src, nr_src, coef, len) ||
	    !softdma_fits(c, &op, c->sd->cfg.max_pq))
		return NULL;
	*result = 0;
	return softdma_prep(c, &op, flags);
}

static struct dma_async_tx_descriptor *prep_interrupt(struct dma_chan *chan, unsigned long flags)
{
	static const struct softdma_op op = { .kind = SOFTDMA_INTERRUPT };

	/* async_trigger_callback() does not set DMA_PREP_INTERRUPT, yet wants the callback. */
	return softdma_prep(to_softdma_chan(chan), &op, flags | DMA_PREP_INTERRUPT);
}

static void set_cap(struct dma_device *dd, enum dma_transaction_type cap)
{
	dma_cap_set(cap, dd->cap_mask);
}

void softdma_set_prep_ops(struct dma_device *dd, const struct softdma_config *cfg, u32 does)
{
	dd->max_xor = cfg->max_xor;
	dd->copy_align = cfg->align - 1;
	dd->xor_align = cfg->align - 1;
	dd->pq_align = cfg->align - 1;
	if (does & SOFTDMA_DOES_MEMCPY) {
		set_cap(dd, DMA_MEMCPY);
		dd->device_prep_dma_memcpy = softdma_prep_memcpy;
	}
	if (does & SOFTDMA_DOES_XOR) {
		set_cap(dd, DMA_XOR);
		dd->device_prep_dma_xor = softdma_prep_xor;
	}
	if (does & SOFTDMA_DOES_XOR_VAL) {
		set_cap(dd, DMA_XOR_VAL);
		dd->device_prep_dma_xor_val = prep_xor_val;
	}
	if (does & (SOFTDMA_DOES_PQ | SOFTDMA_DOES_PQ_VAL))
		dma_set_maxpq(dd, cfg->max_pq, cfg->pq_continue);
	if (does & SOFTDMA_DOES_PQ) {
		set_cap(dd, DMA_PQ);
		dd->device_prep_dma_pq = prep_pq;
	}
	if (does & SOFTDMA_DOES_PQ_VAL) {
		set_cap(dd, DMA_PQ_VAL);
		dd->device_prep_dma_pq_val = prep_pq_val;
	}
	if (does & SOFTDMA_DOES_INTERRUPT) {
		set_cap(dd, DMA_INTERRUPT);
		dd->device_prep_dma_interrupt = prep_interrupt;
	}
}
