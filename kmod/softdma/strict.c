// SPDX-License-Identifier: GPL-2.0-only
/*
 * The strict world: the dma_map_ops of a machine that does the worst that the DMA API
 * allows. Each mapping has an IOVA in its domain and a device-side copy of the bytes, the
 * shadow. Map fills the shadow, unmap copies it back and frees it. While a device owns
 * bytes that it may write, the CPU's copy holds poison. iova.c says which accesses of
 * devices are legal.
 *
 * As in swiotlb, each call acts on the direction that it is given: an unmap with another
 * direction than the map's copies what that other direction says.
 *
 * All ops but those that allocate memory for clients work in any context and allocate with GFP_ATOMIC.
 */
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/moduleparam.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "compat.h"
#include "iova.h"
#include "softdma.h"

#define POISON	0xd5

static bool device_writes(enum dma_data_direction dir)
{
	return dir == DMA_FROM_DEVICE || dir == DMA_BIDIRECTIONAL;
}

enum side { TO_SHADOW, FROM_SHADOW, POISON_CPU };

/* Copies between the CPU's memory and the shadow, a page at a time because of highmem. */
static void copy_range(struct softdma_mapping *m, size_t off, size_t len, enum side side)
{
	phys_addr_t phys = m->phys + off;
	u8 *shadow = m->shadow + off;

	while (len) {
		size_t in_page = offset_in_page(phys);
		size_t n = min_t(size_t, len, PAGE_SIZE - in_page);
		u8 *cpu = kmap_local_page(pfn_to_page(PHYS_PFN(phys)));

		switch (side) {
		case TO_SHADOW:
			memcpy(shadow, cpu + in_page, n);
			break;
		case FROM_SHADOW:
			memcpy(cpu + in_page, shadow, n);
			break;
		case POISON_CPU:
			memset(cpu + in_page, POISON, n);
			break;
		}
		kunmap_local(cpu);
		phys += n;
		shadow += n;
		len -= n;
	}
}

/* Read from the platform data, as clients may unmap after their engine was removed. */
static u64 domain_id_of(struct device *dev)
{
	return ((const struct softdma_pdata *)dev_get_platdata(dev))->domain_id;
}

/* Must this map fail? Yes after the engine was removed, and where a fault says so. */
static bool refuses(struct device *dev, size_t size)
{
	const struct softdma_pdata *pdata = dev_get_platdata(dev);
	struct softdma_dev *sd = dev_get_drvdata(dev);

	if (softdma_nth_fails(SOFTDMA_CALL_MAP))
		return true;
	if (pdata->foreign)
		return false;
	return !sd || softdma_fault_hits(sd, SOFTDMA_MAP_FAIL, size);
}

/* The bus in front of a device may reach less memory than the driver's mask says. */
static u64 reachable(struct device *dev, u64 mask)
{
	return min_not_zero(mask, dev->bus_dma_limit);
}

static struct softdma_mapping *new_mapping(struct device *dev, phys_addr_t phys,
					   size_t size, enum dma_data_direction dir)
{
	struct softdma_mapping *m;

	if (!size || refuses(dev, size))
		return NULL;
	m = kzalloc(sizeof(*m), GFP_ATOMIC | __GFP_NOWARN);
	if (!m)
		return NULL;
	m->dev = dev;
	m->domain_id = domain_id_of(dev);
	m->phys = phys;
	m->size = size;
	m->dir = dir;
	return m;
}

void softdma_mapping_free(struct softdma_mapping *m)
{
	if (m->pages)
		free_pages_exact(m->pages, m->size);
	free_pages_exact(m->shadow, m->size);
	kfree(m);
}

static unsigned int slow_map;
module_param(slow_map, uint, 0644);
MODULE_PARM_DESC(slow_map, "strict world: iterations of an empty loop in each map, a planted slowness for the harness's own tests");

static void be_slow(void)
{
	unsigned int n = READ_ONCE(slow_map);

	while (n--)
		barrier();
}

static dma_addr_t strict_map_phys(struct device *dev, phys_addr_t phys,
				  size_t size, enum dma_data_direction dir,
				  unsigned long attrs)
{
	bool sync = !(attrs & DMA_ATTR_SKIP_CPU_SYNC);
	struct softdma_mapping *m;

	be_slow();
#ifdef DMA_ATTR_MMIO	/* 6.18: there is no page to make a shadow of */
	if (attrs & DMA_ATTR_MMIO)
		return DMA_MAPPING_ERROR;
#endif
	m = new_mapping(dev, phys, size, dir);
	if (!m)
		return DMA_MAPPING_ERROR;
	m->shadow = alloc_pages_exact(size, GFP_ATOMIC | __GFP_NOWARN);
	if (!m->shadow) {
		kfree(m);
		return DMA_MAPPING_ERROR;
	}
	/*
	 * Fill the shadow for FROM_DEVICE too: when a device writes less than was mapped,
	 * the rest must stay as it was. swiotlb does so since ddbd89deb7d3 ("swiotlb: fix
	 * info leak with DMA_FROM_DEVICE").
	 */
	if (sync || dir == DMA_FROM_DEVICE)
		copy_range(m, 0, size, TO_SHADOW);
	else
		memset(m->shadow, POISON, size);
	if (softdma_iova_add(m, reachable(dev, dma_get_mask(dev)))) {
		softdma_mapping_free(m);
		return DMA_MAPPING_ERROR;
	}
	if (sync && device_writes(dir))
		copy_range(m, 0, size, POISON_CPU);
	return m->iova;
}

#ifndef HAVE_DMA_OPS_MAP_PHYS
static dma_addr_t strict_map_page(struct device *dev, struct page *page,
				  unsigned long offset, size_t size,
				  enum dma_data_direction dir,
				  unsigned long attrs)
{
	return strict_map_phys(dev, page_to_phys(page) + offset, size, dir, attrs);
}
#endif

static const char *kind_of(const struct softdma_mapping *m)
{
	return m->coherent ? "it is coherent memory" :
	       m->pages ? "it is memory of dma_alloc_pages()" : "it is a streaming mapping";
}

/*
 * Takes the mapping out of the tree and returns it; else logs what is wrong, returns NULL. @pages:
 * the memory, if it is of dma_alloc_pages().
 */
static struct softdma_mapping *take(struct device *dev, dma_addr_t addr, size_t size,
				    bool coherent, const void *pages)
{
	unsigned long flags = softdma_iova_lock();
	struct softdma_mapping *m = softdma_iova_find(addr);
	const char *why = NULL;

	if (!m || m->iova != addr)
		why = "no mapping there";
	else if (m->domain_id != domain_id_of(dev))
		why = "mapped in another domain";
	else if (m->size != size)
		why = "mapped with another size";
	else if (m->coherent != coherent || m->pages != pages)
		why = kind_of(m);
	else
		softdma_iova_remove(m);
	softdma_iova_unlock(flags);
	if (!why)
		return m;
	dev_warn_ratelimited(dev, "%s of %zu bytes at %pad: %s\n",
			     coherent || pages ? "free" : "unmap", size, &addr, why);
	return NULL;
}

static void strict_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	struct softdma_mapping *m = take(dev, addr, size, false, NULL);

	if (!m)
		return;
	if (device_writes(dir) && !(attrs & DMA_ATTR_SKIP_CPU_SYNC))
		copy_range(m, 0, size, FROM_SHADOW);
	softdma_mapping_free(m);
}

static void strict_unmap_sg(struct device *dev, struct scatterlist *sgl,
			    int nents, enum dma_data_direction dir,
			    unsigned long attrs)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i)
		strict_unmap_phys(dev, sg_dma_address(sg), sg_dma_len(sg), dir, attrs);
}

static bool leak_list;
module_param(leak_list, bool, 0644);
MODULE_PARM_DESC(leak_list, "strict world: when an sg list cannot be mapped to its end, its first entries stay mapped, a planted leak for the harness's own tests");

static int strict_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
			 enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i) {
		sg_dma_address(sg) = strict_map_phys(dev, sg_phys(sg), sg->length,
						     dir, attrs);
		if (sg_dma_address(sg) == DMA_MAPPING_ERROR) {
			if (!READ_ONCE(leak_list))
				strict_unmap_sg(dev, sgl, i, dir, attrs);
			return -ENOMEM;
		}
		sg_dma_len(sg) = sg->length;
	}
	return nents;
}

/*
 * A sync for the device copies to the shadow only in directions in which the device
 * reads. In FROM_DEVICE the shadow may already hold what the device wrote, and the client
 * is not obliged to have synced for the CPU before.
 *
 * A sync for the CPU does not poison the shadow: a client that only reads need not sync
 * for the device before the device writes on.
 */
static void strict_sync(struct device *dev, dma_addr_t addr, size_t size,
			enum dma_data_direction dir, bool for_cpu)
{
	unsigned long flags = softdma_iova_lock();
	struct softdma_mapping *m = softdma_iova_find(addr);
	const char *why = NULL;
	size_t off = m ? addr - m->iova : 0;

	if (!m)
		why = "no mapping there";
	else if (m->domain_id != domain_id_of(dev))
		why = "mapped in another domain";
	else if (m->size - off < size)
		why = "beyond the end of the mapping";
	if (why || m->coherent)
		goto out;
	if (for_cpu) {
		if (device_writes(dir))
			copy_range(m, off, size, FROM_SHADOW);
	} else {
		if (dir != DMA_FROM_DEVICE)
			copy_range(m, off, size, TO_SHADOW);
		if (device_writes(dir))
			copy_range(m, off, size, POISON_CPU);
	}
out:
	softdma_iova_unlock(flags);
	if (why)
		dev_warn_ratelimited(dev, "sync of %zu bytes at %pad: %s\n", size, &addr, why);
}

static void strict_sync_single_for_cpu(struct device *dev, dma_addr_t addr,
				       size_t size, enum dma_data_direction dir)
{
	strict_sync(dev, addr, size, dir, true);
}

static void strict_sync_single_for_device(struct device *dev, dma_addr_t addr,
					  size_t size, enum dma_data_direction dir)
{
	strict_sync(dev, addr, size, dir, false);
}

static void strict_sync_sg_for_cpu(struct device *dev, struct scatterlist *sgl,
				   int nents, enum dma_data_direction dir)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i)
		strict_sync(dev, sg_dma_address(sg), sg_dma_len(sg), dir, true);
}

static void strict_sync_sg_for_device(struct device *dev, struct scatterlist *sgl,
				      int nents, enum dma_data_direction dir)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i)
		strict_sync(dev, sg_dma_address(sg), sg_dma_len(sg), dir, false);
}

static void *strict_alloc(struct device *dev, size_t size, dma_addr_t *handle,
			  gfp_t gfp, unsigned long attrs)
{
	struct softdma_mapping *m = new_mapping(dev, 0, size, DMA_BIDIRECTIONAL);

	if (!m)
		return NULL;
	m->shadow = alloc_pages_exact(size, gfp | __GFP_ZERO);
	if (!m->shadow) {
		kfree(m);
		return NULL;
	}
	m->phys = virt_to_phys(m->shadow);
	m->coherent = true;
	if (softdma_iova_add(m, reachable(dev, dev->coherent_dma_mask))) {
		softdma_mapping_free(m);
		return NULL;
	}
	*handle = m->iova;
	return m->shadow;
}

static void strict_free(struct device *dev, size_t size, void *cpu,
			dma_addr_t handle, unsigned long attrs)
{
	struct softdma_mapping *m = take(dev, handle, size, true, NULL);

	if (m)
		softdma_mapping_free(m);
}

/*
 * The memory is a mapping like any other, and the CPU owns it at first: dma_sync_*() hand it over
 * and back. What a device that reads it sees before that is poison.
 */
static struct page *strict_alloc_pages(struct device *dev, size_t size, dma_addr_t *handle,
				       enum dma_data_direction dir, gfp_t gfp)
{
	void *mem = alloc_pages_exact(size, gfp | __GFP_ZERO);
	unsigned long flags;

	if (!mem)
		return NULL;
	*handle = strict_map_phys(dev, virt_to_phys(mem), size, dir, DMA_ATTR_SKIP_CPU_SYNC);
	if (*handle == DMA_MAPPING_ERROR) {
		free_pages_exact(mem, size);
		return NULL;
	}
	/* Nobody else has been told the address. */
	flags = softdma_iova_lock();
	softdma_iova_find(*handle)->pages = mem;
	softdma_iova_unlock(flags);
	return virt_to_page(mem);
}

static void strict_free_pages(struct device *dev, size_t size, struct page *page,
			      dma_addr_t handle, enum dma_data_direction dir)
{
	struct softdma_mapping *m = take(dev, handle, size, false, page_address(page));

	if (m)
		softdma_mapping_free(m);
}

/* A shadow is one contiguous allocation. */
static size_t strict_max_mapping_size(struct device *dev)
{
	return KMALLOC_MAX_SIZE;
}

const struct dma_map_ops softdma_strict_ops = {
	.alloc			= strict_alloc,
	.free			= strict_free,
#ifdef HAVE_DMA_OPS_ALLOC_PAGES_OP
	.alloc_pages_op		= strict_alloc_pages,
#else
	.alloc_pages		= strict_alloc_pages,
#endif
	.free_pages		= strict_free_pages,
#ifdef HAVE_DMA_OPS_MAP_PHYS
	.map_phys		= strict_map_phys,
	.unmap_phys		= strict_unmap_phys,
#else
	.map_page		= strict_map_page,
	.unmap_page		= strict_unmap_phys,
#endif
	.map_sg			= strict_map_sg,
	.unmap_sg		= strict_unmap_sg,
	.sync_single_for_cpu	= strict_sync_single_for_cpu,
	.sync_single_for_device	= strict_sync_single_for_device,
	.sync_sg_for_cpu	= strict_sync_sg_for_cpu,
	.sync_sg_for_device	= strict_sync_sg_for_device,
	.max_mapping_size	= strict_max_mapping_size,
};
