// SPDX-License-Identifier: GPL-2.0-only
/* How an engine reaches memory: by DMA address, through the world it lives in. */
#include <linux/dma-direct.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "iova.h"
#include "softdma.h"

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
 * Memory that can be touched? Reserved pages are swiotlb's, or the kernel's
 * own, or no memory at all and then not in the direct map: it is tried.
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
 * dma-direct: the address is memory's, or a swiotlb slot's. 64-bit kernels
 * reach all of it through the direct map; highmem is refused, not guessed at.
 */
static void *resolve_direct(struct softdma_dev *sd, dma_addr_t addr, u32 len,
			    const char **why)
{
	u64 mask = dma_get_mask(sd->dev);
	phys_addr_t first;
	unsigned long pfn;

	if (addr > mask || mask - addr < len - 1) {
		*why = "beyond the DMA mask";
		return NULL;
	}
	first = dma_to_phys(sd->dev, addr);
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
		p = resolve_direct(sd, addr, len, &why);
	if (!p)
		access_fault(sd, write, addr, len, why);
	return p;
}

static u64 word(const u8 *p)
{
	return get_unaligned((const u64 *)p);
}

/* @dst may be one of @src: a block is read from all before it is written. */
static void xor_bytes(u8 *dst, u8 *const *src, u32 nr, u32 len)
{
	u32 i = 0, k;

	for (; len - i >= 32; i += 32) {
		const u8 *s = src[0] + i;
		u64 a = word(s), b = word(s + 8), c = word(s + 16), d = word(s + 24);

		for (k = 1; k < nr; k++) {
			s = src[k] + i;
			a ^= word(s);
			b ^= word(s + 8);
			c ^= word(s + 16);
			d ^= word(s + 24);
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

static enum dmaengine_tx_result move(struct softdma_dev *sd, const struct softdma_op *op,
				     s64 flip)
{
	enum dmaengine_tx_result result = DMA_TRANS_NOERROR;
	u8 *src[SOFTDMA_MAX_XOR], *dst;
	u32 i;

	for (i = 0; i < op->nr_src; i++) {
		src[i] = resolve(sd, op->src[i], op->len, false);
		if (!src[i])
			result = DMA_TRANS_READ_FAILED;
	}
	dst = resolve(sd, op->dst, op->len, true);
	if (!dst && result == DMA_TRANS_NOERROR)
		result = DMA_TRANS_WRITE_FAILED;
	if (result != DMA_TRANS_NOERROR)
		return result;
	if (op->nr_src == 1)
		memmove(dst, src[0], op->len);
	else
		xor_bytes(dst, src, op->nr_src, op->len);
	if (flip >= 0)
		dst[flip] ^= 0xff;
	atomic64_add(op->len, &sd->stats.bytes);
	return result;
}

enum dmaengine_tx_result softdma_move(struct softdma_dev *sd, const struct softdma_op *op,
				      s64 flip)
{
	enum dmaengine_tx_result result;
	unsigned long flags;

	if (sd->cfg.ops != SOFTDMA_STRICT)
		return move(sd, op, flip);
	flags = softdma_iova_lock();	/* no mapping goes away under the copy */
	result = move(sd, op, flip);
	softdma_iova_unlock(flags);
	return result;
}
