// SPDX-License-Identifier: GPL-2.0-only
/* How an engine reaches memory: by DMA address, through the world it lives in. */
#include <linux/dma-direct.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "compute.h"
#include "iova.h"
#include "marks.h"
#include "softdma.h"

/* Found by its name. */
struct softdma_marks softdma_marks;

static void access_fault(struct softdma_dev *sd, bool write, dma_addr_t addr,
			 u32 len, const char *why)
{
	atomic64_inc(&sd->stats.access_faults);
	if (atomic_inc_return(&sd->fault_lines) > SOFTDMA_FAULT_LINES)
		return;
	pr_info("softdma %s: fault: %s of %u bytes at %pad: %s\n",
		dev_name(sd->dev), write ? "write" : "read", len, &addr, why);
}

/*
 * Is this memory that can be touched? A reserved page belongs to swiotlb or to the
 * kernel, or it is no memory and not in the direct map: a trial read tells which.
 */
static bool is_memory(unsigned long pfn)
{
	char byte;

	if (!pfn_valid(pfn) || PageHighMem(pfn_to_page(pfn)))
		return false;
	return !PageReserved(pfn_to_page(pfn)) ||
	       !get_kernel_nofault(byte, (const char *)phys_to_virt(PFN_PHYS(pfn)));
}

/*
 * dma-direct: the address is that of memory or of a swiotlb slot. 64-bit kernels
 * reach both through the direct map. Highmem is refused.
 */
void *softdma_resolve_direct(struct device *dev, dma_addr_t addr, u32 len, const char **why)
{
	u64 mask = min_not_zero(dma_get_mask(dev), dev->bus_dma_limit);
	phys_addr_t first;
	unsigned long pfn;

	if (addr > mask || mask - addr < len - 1) {
		*why = "beyond the DMA mask";
		return NULL;
	}
	first = dma_to_phys(dev, addr);
	for (pfn = PHYS_PFN(first); pfn <= PHYS_PFN(first + len - 1); pfn++) {
		if (is_memory(pfn))
			continue;
		*why = "no memory there";
		return NULL;
	}
	return phys_to_virt(first);
}

static void *resolve(struct softdma_dev *sd, dma_addr_t addr, u32 len, bool write)
{
	const char *why = NULL;
	void *p;

	if (sd->cfg.ops == SOFTDMA_STRICT)
		p = softdma_iova_access(sd->domain->id, addr, len, write, &why);
	else
		p = softdma_resolve_direct(sd->dev, addr, len, &why);
	if (!p)
		access_fault(sd, write, addr, len, why);
	return p;
}

/* An operation with its addresses resolved. */
struct operands {
	u8 *src[SOFTDMA_MAX_SRC];
	u8 *dst[2];		/* NULL: it has no such destination */
};

static bool resolve_sources(struct softdma_dev *sd, const struct softdma_op *op,
			    struct operands *o)
{
	bool all = true;
	u32 i;

	for (i = 0; i < op->nr_src; i++) {
		o->src[i] = resolve(sd, op->src[i], op->len, false);
		all &= !!o->src[i];
	}
	for (i = 0; i < 2; i++) {
		if (!(op->flags & SOFTDMA_READS_DST) || !softdma_has_dst(op, i))
			continue;
		o->dst[i] = resolve(sd, op->dst[i], op->len, false);
		all &= !!o->dst[i];
	}
	return all;
}

static bool resolve_destinations(struct softdma_dev *sd, const struct softdma_op *op,
				 struct operands *o)
{
	bool all = true;
	int i;

	if (softdma_is_check(op))
		return true;
	for (i = 0; i < 2; i++) {
		if (!softdma_has_dst(op, i))
			continue;
		o->dst[i] = resolve(sd, op->dst[i], op->len, true);
		all &= !!o->dst[i];
	}
	return all;
}

static void compute(const struct softdma_op *op, const struct operands *o, s64 flip)
{
	bool again = op->flags & SOFTDMA_READS_DST;
	enum sum_check_flags bad = 0;

	switch (op->kind) {
	case SOFTDMA_MEMCPY:
		if (o->dst[0] + op->len <= o->src[0] || o->src[0] + op->len <= o->dst[0])
			memcpy(o->dst[0], o->src[0], op->len);
		else
			memmove(o->dst[0], o->src[0], op->len);
		break;
	case SOFTDMA_XOR:
		softdma_xor(o->dst[0], o->src, op->nr_src, op->len);
		break;
	case SOFTDMA_PQ:
		softdma_pq(o->dst, o->src, op->coef, op->nr_src, op->len, again);
		break;
	case SOFTDMA_XOR_VAL:
		bad = softdma_xor_val(o->src, op->nr_src, op->len);
		break;
	case SOFTDMA_PQ_VAL:
		bad = softdma_pq_val(o->dst, o->src, op->coef, op->nr_src, op->len);
		break;
	default:		/* SOFTDMA_INTERRUPT */
		return;
	}
	if (softdma_is_check(op)) {
		if (flip >= 0)
			bad ^= op->kind == SOFTDMA_XOR_VAL || softdma_has_dst(op, 0) ?
			       SUM_CHECK_P_RESULT : SUM_CHECK_Q_RESULT;
		WRITE_ONCE(*op->result, bad);
	} else if (flip >= 0) {
		o->dst[o->dst[0] ? 0 : 1][flip] ^= 0xff;
	}
}

static enum dmaengine_tx_result move(struct softdma_dev *sd, const struct softdma_op *op,
				     s64 flip)
{
	struct operands o = { 0 };
	bool read = resolve_sources(sd, op, &o), written = resolve_destinations(sd, op, &o);
	u64 begin;

	if (!read)
		return DMA_TRANS_READ_FAILED;
	if (!written)
		return DMA_TRANS_WRITE_FAILED;
	begin = ktime_get_ns();
	compute(op, &o, flip);
	atomic64_add(ktime_get_ns() - begin, &sd->stats.compute_ns);
	atomic64_add(op->len, &sd->stats.bytes);
	atomic64_inc(&sd->stats.ops[op->kind]);
	return DMA_TRANS_NOERROR;
}

enum dmaengine_tx_result softdma_move(struct softdma_dev *sd, const struct softdma_op *op,
				      s64 flip)
{
	bool is_strict = sd->cfg.ops == SOFTDMA_STRICT;
	enum dmaengine_tx_result result;
	unsigned long flags;

	/* In the strict world no mapping can go away during the copy. */
	flags = is_strict ? softdma_iova_lock() : 0;
	softdma_mark_begin();
	result = move(sd, op, flip);
	softdma_mark_end();
	if (is_strict)
		softdma_iova_unlock(flags);
	return result;
}
