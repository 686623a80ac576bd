// SPDX-License-Identifier: GPL-2.0-only
/* How an engine reaches memory: by DMA address, through the world it lives in. */
#include <linux/dma-direct.h>
#include <linux/mm.h>

#include "compat.h"
#include "softdma.h"

void softdma_access_fault(struct softdma_dev *sd, bool write, dma_addr_t addr,
			  u32 len, const char *why)
{
	atomic64_inc(&sd->stats.access_faults);
	if (atomic_inc_return(&sd->fault_lines) > SOFTDMA_FAULT_LINES)
		return;
	pr_info("softdma %s: fault: %s of %u bytes at %pad: %s\n",
		dev_name(sd->dev), write ? "write" : "read", len, &addr, why);
}

/*
 * dma-direct: the address is memory's, or a swiotlb slot's. 64-bit kernels
 * reach all of it through the direct map; highmem is refused, not guessed at.
 */
static void *resolve_direct(struct softdma_dev *sd, dma_addr_t addr, u32 len,
			    const char **why)
{
	phys_addr_t first = dma_to_phys(sd->dev, addr);
	phys_addr_t last = dma_to_phys(sd->dev, addr + len - 1);

	if (addr + len - 1 > dma_get_mask(sd->dev)) {
		*why = "beyond the DMA mask";
		return NULL;
	}
	if (last < first || !pfn_valid(PHYS_PFN(first)) || !pfn_valid(PHYS_PFN(last)) ||
	    PageHighMem(pfn_to_page(PHYS_PFN(last)))) {
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
		p = softdma_strict_resolve(sd, addr, len, write, &why);
	else
		p = resolve_direct(sd, addr, len, &why);
	if (!p)
		softdma_access_fault(sd, write, addr, len, why);
	return p;
}

/* @dst may be one of @src; a word is read from all before it is written. */
static void xor_bytes(u8 *dst, u8 *const *src, u32 nr, u32 len)
{
	u32 i = 0, k;

	for (; i + 32 <= len; i += 32) {
		u64 a = get_unaligned((u64 *)(src[0] + i));
		u64 b = get_unaligned((u64 *)(src[0] + i + 8));
		u64 c = get_unaligned((u64 *)(src[0] + i + 16));
		u64 d = get_unaligned((u64 *)(src[0] + i + 24));

		for (k = 1; k < nr; k++) {
			a ^= get_unaligned((u64 *)(src[k] + i));
			b ^= get_unaligned((u64 *)(src[k] + i + 8));
			c ^= get_unaligned((u64 *)(src[k] + i + 16));
			d ^= get_unaligned((u64 *)(src[k] + i + 24));
		}
		put_unaligned(a, (u64 *)(dst + i));
		put_unaligned(b, (u64 *)(dst + i + 8));
		put_unaligned(c, (u64 *)(dst + i + 16));
		put_unaligned(d, (u64 *)(dst + i + 24));
	}
	for (; i < len; i++) {
		u8 x = src[0][i];

		for (k = 1; k < nr; k++)
			x ^= src[k][i];
		dst[i] = x;
	}
}

enum dmaengine_tx_result softdma_move(struct softdma_dev *sd,
				      const struct softdma_op *op)
{
	enum dmaengine_tx_result result = DMA_TRANS_NOERROR;
	unsigned long flags = 0;
	u8 *src[SOFTDMA_MAX_XOR], *dst;
	u32 i;

	/* A mapping must not go away under the copy. */
	if (sd->cfg.ops == SOFTDMA_STRICT)
		softdma_strict_lock(&flags);
	for (i = 0; i < op->nr_src; i++) {
		src[i] = resolve(sd, op->src[i], op->len, false);
		if (!src[i])
			result = DMA_TRANS_READ_FAILED;
	}
	dst = resolve(sd, op->dst, op->len, true);
	if (!dst && result == DMA_TRANS_NOERROR)
		result = DMA_TRANS_WRITE_FAILED;
	if (result == DMA_TRANS_NOERROR) {
		if (op->nr_src == 1)
			memmove(dst, src[0], op->len);
		else
			xor_bytes(dst, src, op->nr_src, op->len);
		atomic64_add(op->len, &sd->stats.bytes);
	}
	if (sd->cfg.ops == SOFTDMA_STRICT)
		softdma_strict_unlock(flags);
	return result;
}
