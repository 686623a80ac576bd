// SPDX-License-Identifier: GPL-2.0-only
/* Maps with memory of their own: coherent, noncoherent, from a pool. */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>

#include "dmt.h"

/* Iterates over the devices that have pools, by address: the first one after @after, or NULL. */
static struct device *next_device(const struct prog *p, const struct device *after)
{
	struct device *next = NULL;
	u32 i;

	for (i = 0; i < p->nr_maps; i++) {
		struct device *dev = p->maps[i].e->dev;

		if (p->maps[i].kind == DMT_MAP_POOL && dev > after && (!next || dev < next))
			next = dev;
	}
	return next;
}

static bool create_one(struct map *m)
{
	m->pool = dma_pool_create("dmatorture", m->e->dev, m->size, 8, 0);
	m->spoiled = false;
	return m->pool;
}

static int create(struct prog *p)
{
	u32 i;

	for (i = 0; i < p->nr_maps; i++) {
		struct map *m = &p->maps[i];
		struct device *dev = m->e->dev;

		if (m->kind != DMT_MAP_POOL)
			continue;
		if (!dev->driver)
			return -ENODEV;
		if (!create_one(m))
			return -ENOMEM;
	}
	return 0;
}

/*
 * Makes a pool for each POOL map, on the device that it has in this run. A pool must be
 * destroyed before its device goes, and devices can be removed at any moment: so the devices
 * stay locked, always in the same order, until the pools are destroyed. May sleep.
 */
int dmt_pools_create(struct prog *p)
{
	struct device *dev;
	int err;

	for (dev = next_device(p, NULL); dev; dev = next_device(p, dev))
		device_lock(dev);
	err = create(p);
	if (err)
		dmt_pools_destroy(p);
	return err;
}

/* Destroys the pools and unlocks the devices. A lost program keeps its pools. May sleep. */
void dmt_pools_destroy(struct prog *p)
{
	struct device *dev;
	u32 i;

	for (i = 0; i < p->nr_maps && !p->lost; i++) {
		if (p->maps[i].kind == DMT_MAP_POOL)
			dma_pool_destroy(p->maps[i].pool);
		p->maps[i].pool = NULL;
	}
	for (dev = next_device(p, NULL); dev; dev = next_device(p, dev))
		device_unlock(dev);
}

/*
 * Makes new pools for those that were spoiled; what they handed out was given back, so they go as
 * a whole. Without memory for one its map fails from then on. May sleep.
 */
void dmt_pools_renew(struct prog *p)
{
	u32 i;

	for (i = 0; i < p->nr_maps; i++) {
		struct map *m = &p->maps[i];

		if (m->kind != DMT_MAP_POOL || !m->spoiled)
			continue;
		dma_pool_destroy(m->pool);
		create_one(m);
	}
}

/* Allocates the map's memory; false when there is none. Any context. */
bool dmt_own_alloc(struct exec *x, struct map *m, struct device *dev)
{
	gfp_t gfp = (x->atomic ? GFP_ATOMIC : GFP_KERNEL) | __GFP_NOWARN;

	m->atomic = x->atomic;
	switch (m->kind) {
	case DMT_MAP_POOL:
		m->mem = m->pool && !m->spoiled ? dma_pool_alloc(m->pool, gfp, &m->addr) : NULL;
		break;
	case DMT_MAP_NONCOHERENT:
		m->pages = dma_alloc_pages(dev, m->size, &m->addr, m->dir, gfp);
		m->mem = m->pages ? page_address(m->pages) : NULL;
		break;
	default:
		m->mem = dma_alloc_coherent(dev, m->size, &m->addr, gfp);
	}
	if (!m->mem)
		m->addr = DMA_MAPPING_ERROR;
	return m->mem;
}

/*
 * Would a free at @off behind the address free other memory than the map's, or write to other
 * memory? No size or address reaches this that goes to another page (rules_wrong.c), and the
 * kernel frees whole pages: dma-direct those of the DMA address, dma-iommu those of the CPU's. But
 *
 *  - remapped memory is given to vunmap(), which takes no address inside a page and would leave
 *    the remapping, with its pages freed;
 *  - memory from the pool for atomic allocations is found there by address and whole pages, and
 *    the last page's would be found no more;
 *  - a pool writes a link, or poison of a block's size, at the address that it is given. Its pages
 *    are its own, and its other blocks are free, as each map has its own pool.
 *
 * In the strict world softdma refuses wrong frees and keeps the memory until its engine goes.
 */
static bool frees_others(const struct map *m, u32 off)
{
	if (m->kind == DMT_MAP_POOL)
		return offset_in_page(m->mem) + off + m->size > PAGE_SIZE;
	return is_vmalloc_addr(m->mem) || m->atomic;
}

/*
 * Frees the map's memory in the current context, even if that is forbidden: programs test that.
 * Wrong as @how and @arg say, 0 or DMT_WRONG_SIZE or _ADDRESS; -EPERM where that would do harm.
 *
 * A pool that was given a wrong address would hand out a block there next, which reaches into
 * its neighbour or behind the pool's memory: it is spoiled.
 */
int dmt_own_free(struct prog *p, struct map *m, u32 how, u32 arg)
{
	struct device *dev = m->e->dev;
	u32 size = how == DMT_WRONG_SIZE ? arg : m->size;
	u32 off = how == DMT_WRONG_ADDRESS ? arg : 0;

	if (off && frees_others(m, off))
		return -EPERM;
	switch (m->kind) {
	case DMT_MAP_POOL:
		m->spoiled |= off;
		dma_pool_free(m->pool, m->mem + off, m->addr + off);
		break;
	case DMT_MAP_NONCOHERENT:
		dma_free_pages(dev, m->size, m->pages, m->addr, m->dir);
		break;
	default:
		/* vunmap() would stop the kernel. An IOMMU's memory is mapped so. */
		if (is_vmalloc_addr(m->mem) && in_interrupt())
			return -EPERM;
		dma_free_coherent(dev, size, m->mem + off, m->addr + off);
	}
	m->mem = NULL;
	return 0;
}
