// SPDX-License-Identifier: GPL-2.0-only
/*
 * The strict world: dma_map_ops of a machine that does at worst what the DMA
 * API allows. Each mapping has an IOVA of its domain and a device-side copy of
 * the bytes, made at map and given back at unmap; while the device owns bytes
 * it may write, the CPU's copy is poison. Device accesses must lie within one
 * live mapping of the device's domain and go in its direction.
 *
 * All of it works in any context: GFP_ATOMIC, one lock with interrupts off.
 */
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/rbtree.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "softdma.h"

#define POISON		0xd5
#define IOVA_BASE	SZ_1M

struct mapping {
	struct rb_node node;
	u64 iova;
	size_t size;
	struct softdma_domain *domain;
	struct device *dev;
	enum dma_data_direction dir;
	phys_addr_t phys;
	void *shadow;		/* what the device sees */
	bool coherent;		/* shadow is the CPU's memory */
};

static DEFINE_SPINLOCK(strict_lock);
static struct rb_root mappings = RB_ROOT;	/* by iova, disjoint */
static u64 next_iova = IOVA_BASE;

void softdma_strict_lock(unsigned long *flags)
	__acquires(&strict_lock)
{
	spin_lock_irqsave(&strict_lock, *flags);
}

void softdma_strict_unlock(unsigned long flags)
	__releases(&strict_lock)
{
	spin_unlock_irqrestore(&strict_lock, flags);
}

bool softdma_strict_idle(void)
{
	return RB_EMPTY_ROOT(&mappings);
}

/* The first mapping that ends above @addr, or NULL. */
static struct mapping *find_above(u64 addr)
{
	struct rb_node *n = mappings.rb_node;
	struct mapping *best = NULL;

	while (n) {
		struct mapping *m = rb_entry(n, struct mapping, node);

		if (m->iova + m->size > addr) {
			best = m;
			n = n->rb_left;
		} else {
			n = n->rb_right;
		}
	}
	return best;
}

static struct mapping *find(u64 addr)
{
	struct mapping *m = find_above(addr);

	return m && m->iova <= addr ? m : NULL;
}

static void insert(struct mapping *new)
{
	struct rb_node **p = &mappings.rb_node, *parent = NULL;

	while (*p) {
		parent = *p;
		if (new->iova < rb_entry(parent, struct mapping, node)->iova)
			p = &parent->rb_left;
		else
			p = &parent->rb_right;
	}
	rb_link_node(&new->node, parent, p);
	rb_insert_color(&new->node, &mappings);
}

/*
 * A range of whole pages, a free page behind it, as late as possible used
 * again: the search goes on from the last one and wraps at @limit. 0: none.
 */
static u64 alloc_iova(size_t span, u64 limit)
{
	u64 at = next_iova;
	int wraps = 0;

	for (;;) {
		struct mapping *m;

		if (at + span - 1 > limit) {
			if (wraps++)
				return 0;
			at = IOVA_BASE;
			continue;
		}
		m = find_above(at);
		if (!m || m->iova >= at + span) {
			next_iova = at + span;
			return at;
		}
		at = PAGE_ALIGN(m->iova + m->size) + PAGE_SIZE;
	}
}

static void *alloc_shadow(size_t size)
{
	return alloc_pages_exact(size, GFP_ATOMIC | __GFP_NOWARN);
}

enum side { TO_SHADOW, FROM_SHADOW, SPOIL_CPU };

/* Copies between the CPU's memory and the shadow, a page at a time: highmem. */
static void copy_range(struct mapping *m, size_t off, size_t len, enum side side)
{
	phys_addr_t phys = m->phys + off;
	u8 *shadow = (u8 *)m->shadow + off;

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
		case SPOIL_CPU:
			memset(cpu + in_page, POISON, n);
			break;
		}
		kunmap_local(cpu);
		phys += n;
		shadow += n;
		len -= n;
	}
}

static void give_to_device(struct mapping *m, size_t off, size_t len)
{
	/*
	 * Also for FROM_DEVICE: a device that writes less than was mapped
	 * leaves the rest as it was, as swiotlb has it since ddbd89deb7d3.
	 */
	copy_range(m, off, len, TO_SHADOW);
	if (m->dir != DMA_TO_DEVICE)
		copy_range(m, off, len, SPOIL_CPU);
}

static void give_to_cpu(struct mapping *m, size_t off, size_t len)
{
	if (m->dir != DMA_TO_DEVICE)
		copy_range(m, off, len, FROM_SHADOW);
}

static struct mapping *new_mapping(struct device *dev, phys_addr_t phys,
				   size_t size, enum dma_data_direction dir)
{
	struct softdma_dev *sd = softdma_from_device(dev);
	struct mapping *m;

	if (!sd)	/* removed; a client that is left may only unmap */
		return NULL;
	m = kzalloc(sizeof(*m), GFP_ATOMIC | __GFP_NOWARN);
	if (!m)
		return NULL;
	m->dev = dev;
	m->domain = sd->domain;
	m->phys = phys;
	m->size = size;
	m->dir = dir;
	return m;
}

/* Gives @m an address and makes it visible. False when there is none left. */
static bool publish(struct device *dev, struct mapping *m)
{
	size_t in_page = offset_in_page(m->phys);
	size_t span = PAGE_ALIGN(in_page + m->size) + PAGE_SIZE;
	unsigned long flags;
	u64 iova;

	spin_lock_irqsave(&strict_lock, flags);
	iova = alloc_iova(span, dma_get_mask(dev));
	if (iova) {
		m->iova = iova + in_page;
		insert(m);
	}
	spin_unlock_irqrestore(&strict_lock, flags);
	return iova;
}

static dma_addr_t strict_map_phys(struct device *dev, phys_addr_t phys,
				  size_t size, enum dma_data_direction dir,
				  unsigned long attrs)
{
	struct mapping *m = new_mapping(dev, phys, size, dir);

	if (!m)
		return DMA_MAPPING_ERROR;
	m->shadow = alloc_shadow(size);
	if (!m->shadow)
		goto err;
	if (attrs & DMA_ATTR_SKIP_CPU_SYNC)
		memset(m->shadow, POISON, size);
	else
		give_to_device(m, 0, size);
	if (publish(dev, m))
		return m->iova;

	if (!(attrs & DMA_ATTR_SKIP_CPU_SYNC))
		give_to_cpu(m, 0, size);
	free_pages_exact(m->shadow, size);
err:
	kfree(m);
	return DMA_MAPPING_ERROR;
}

static dma_addr_t strict_map_page(struct device *dev, struct page *page,
				  unsigned long offset, size_t size,
				  enum dma_data_direction dir,
				  unsigned long attrs)
{
	return strict_map_phys(dev, page_to_phys(page) + offset, size, dir, attrs);
}

static void strict_unmap_page(struct device *dev, dma_addr_t addr, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	unsigned long flags;
	struct mapping *m;

	spin_lock_irqsave(&strict_lock, flags);
	m = find(addr);
	/* What a real IOMMU driver would do with nonsense: nothing, loudly. */
	if (!m || m->iova != addr || m->size != size || m->coherent) {
		spin_unlock_irqrestore(&strict_lock, flags);
		dev_warn(dev, "unmap of %zu bytes at %pad: no such mapping\n", size, &addr);
		return;
	}
	rb_erase(&m->node, &mappings);
	spin_unlock_irqrestore(&strict_lock, flags);

	if (!(attrs & DMA_ATTR_SKIP_CPU_SYNC))
		give_to_cpu(m, 0, size);
	free_pages_exact(m->shadow, size);
	kfree(m);
}

static void strict_unmap_sg(struct device *dev, struct scatterlist *sgl,
			    int nents, enum dma_data_direction dir,
			    unsigned long attrs)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i)
		strict_unmap_page(dev, sg_dma_address(sg), sg_dma_len(sg), dir, attrs);
}

static int strict_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
			 enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i) {
		sg_dma_address(sg) = strict_map_phys(dev, sg_phys(sg), sg->length,
						     dir, attrs);
		if (sg_dma_address(sg) == DMA_MAPPING_ERROR) {
			strict_unmap_sg(dev, sgl, i, dir, attrs);
			return -ENOMEM;
		}
		sg_dma_len(sg) = sg->length;
	}
	return nents;
}

static void strict_sync(struct device *dev, dma_addr_t addr, size_t size,
			bool for_cpu)
{
	unsigned long flags;
	struct mapping *m;

	spin_lock_irqsave(&strict_lock, flags);
	m = find(addr);
	if (!m || addr + size > m->iova + m->size)
		dev_warn(dev, "sync of %zu bytes at %pad: no such mapping\n", size, &addr);
	else if (m->coherent)
		;
	else if (for_cpu)
		give_to_cpu(m, addr - m->iova, size);
	else
		give_to_device(m, addr - m->iova, size);
	spin_unlock_irqrestore(&strict_lock, flags);
}

static void strict_sync_single_for_cpu(struct device *dev, dma_addr_t addr,
				       size_t size, enum dma_data_direction dir)
{
	strict_sync(dev, addr, size, true);
}

static void strict_sync_single_for_device(struct device *dev, dma_addr_t addr,
					  size_t size, enum dma_data_direction dir)
{
	strict_sync(dev, addr, size, false);
}

static void strict_sync_sg_for_cpu(struct device *dev, struct scatterlist *sgl,
				   int nents, enum dma_data_direction dir)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i)
		strict_sync(dev, sg_dma_address(sg), sg_dma_len(sg), true);
}

static void strict_sync_sg_for_device(struct device *dev, struct scatterlist *sgl,
				      int nents, enum dma_data_direction dir)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i)
		strict_sync(dev, sg_dma_address(sg), sg_dma_len(sg), false);
}

static void *strict_alloc(struct device *dev, size_t size, dma_addr_t *handle,
			  gfp_t gfp, unsigned long attrs)
{
	void *cpu = alloc_pages_exact(size, gfp | __GFP_ZERO);
	struct mapping *m;

	if (!cpu)
		return NULL;
	m = new_mapping(dev, virt_to_phys(cpu), size, DMA_BIDIRECTIONAL);
	if (m) {
		m->coherent = true;
		m->shadow = cpu;
		if (publish(dev, m)) {
			*handle = m->iova;
			return cpu;
		}
		kfree(m);
	}
	free_pages_exact(cpu, size);
	return NULL;
}

static void strict_free(struct device *dev, size_t size, void *cpu,
			dma_addr_t handle, unsigned long attrs)
{
	unsigned long flags;
	struct mapping *m;

	spin_lock_irqsave(&strict_lock, flags);
	m = find(handle);
	if (m && m->coherent && m->shadow == cpu)
		rb_erase(&m->node, &mappings);
	else
		m = NULL;
	spin_unlock_irqrestore(&strict_lock, flags);
	if (!m) {
		dev_warn(dev, "free of %zu bytes at %pad: not allocated here\n", size, &handle);
		return;
	}
	free_pages_exact(cpu, m->size);
	kfree(m);
}

const struct dma_map_ops softdma_strict_ops = {
	.alloc			= strict_alloc,
	.free			= strict_free,
	.map_page		= strict_map_page,
	.unmap_page		= strict_unmap_page,
	.map_sg			= strict_map_sg,
	.unmap_sg		= strict_unmap_sg,
	.sync_single_for_cpu	= strict_sync_single_for_cpu,
	.sync_single_for_device	= strict_sync_single_for_device,
	.sync_sg_for_cpu	= strict_sync_sg_for_cpu,
	.sync_sg_for_device	= strict_sync_sg_for_device,
};

void *softdma_strict_resolve(struct softdma_dev *sd, dma_addr_t addr, u32 len,
			     bool write, const char **why)
{
	struct mapping *m = find(addr);

	lockdep_assert_held(&strict_lock);
	if (!m)
		*why = "no mapping there";
	else if (m->domain != sd->domain)
		*why = "mapped in another domain";
	else if (addr + len > m->iova + m->size)
		*why = "beyond the end of the mapping";
	else if (write && m->dir == DMA_TO_DEVICE)
		*why = "mapped TO_DEVICE";
	else if (!write && m->dir == DMA_FROM_DEVICE)
		*why = "mapped FROM_DEVICE";
	else
		return (u8 *)m->shadow + (addr - m->iova);
	return NULL;
}
