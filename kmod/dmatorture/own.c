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
		m->pool = dma_pool_create("dmatorture", dev, m->size, 8, 0);
		if (!m->pool)
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

/* Allocates the map's memory; false when there is none. Any context. */
bool dmt_own_alloc(struct exec *x, struct map *m, struct device *dev)
{
	gfp_t gfp = (x->atomic ? GFP_ATOMIC : GFP_KERNEL) | __GFP_NOWARN;

	switch (m->kind) {
	case DMT_MAP_POOL:
		m->mem = dma_pool_alloc(m->pool, gfp, &m->addr);
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

/* Frees the map's memory in the current context, even if that is forbidden: programs test that. */
void dmt_own_free(struct prog *p, struct map *m)
{
	struct device *dev = m->e->dev;

	switch (m->kind) {
	case DMT_MAP_POOL:
		dma_pool_free(m->pool, m->mem, m->addr);
		break;
	case DMT_MAP_NONCOHERENT:
		dma_free_pages(dev, m->size, m->pages, m->addr, m->dir);
		break;
	default:
		dma_free_coherent(dev, m->size, m->mem, m->addr);
	}
	m->mem = NULL;
}
