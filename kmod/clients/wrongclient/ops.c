// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma_map_ops of a device that has nothing behind it. What it gives is never used, so an address
 * beyond the mask, or a second free, does no harm.
 */
#include <linux/mm.h>

#include "compat.h"
#include "wrongclient.h"

#define WC_ADDRESS	0x10000000ULL

bool wc_maps_too_high;

static dma_addr_t wc_map_phys(struct device *dev, phys_addr_t phys, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	return WC_ADDRESS + (wc_maps_too_high ? BIT_ULL(40) : 0);
}

static void wc_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
}

#ifndef HAVE_DMA_OPS_MAP_PHYS
static dma_addr_t wc_map_page(struct device *dev, struct page *page, unsigned long offset,
			      size_t size, enum dma_data_direction dir, unsigned long attrs)
{
	return wc_map_phys(dev, page_to_phys(page) + offset, size, dir, attrs);
}
#endif

/* One page, which stays. */
static void *wc_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp,
			       unsigned long attrs)
{
	static u8 memory[PAGE_SIZE] __aligned(PAGE_SIZE);

	*handle = WC_ADDRESS;
	return size <= sizeof(memory) ? memory : NULL;
}

static void wc_free_coherent(struct device *dev, size_t size, void *cpu, dma_addr_t handle,
			     unsigned long attrs)
{
}

const struct dma_map_ops wc_ops = {
	.alloc		= wc_alloc_coherent,
	.free		= wc_free_coherent,
#ifdef HAVE_DMA_OPS_MAP_PHYS
	.map_phys	= wc_map_phys,
	.unmap_phys	= wc_unmap_phys,
#else
	.map_page	= wc_map_page,
	.unmap_page	= wc_unmap_phys,
#endif
};
