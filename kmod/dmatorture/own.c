// SPDX-License-Identifier: GPL-2.0-only
/* Memory that a map allocates for itself: coherent, noncoherent, of a pool. */
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>

#include "dmt.h"

/* Each map has a pool of its own, of the device it will have in this run. May sleep. */
int dmt_pools_create(struct prog *p)
{
	u32 i;

	for (i = 0; i < p->nr_maps; i++) {
		struct map *m = &p->maps[i];

		if (m->kind != DMT_MAP_POOL)
			continue;
		m->pool = dma_pool_create("dmatorture", p->engines[m->engine].dev, m->size, 8, 0);
		if (!m->pool)
			return -ENOMEM;
	}
	return 0;
}

/* Nothing of them is in use. May sleep. */
void dmt_pools_destroy(struct prog *p)
{
	u32 i;

	for (i = 0; i < p->nr_maps; i++) {
		if (p->maps[i].kind == DMT_MAP_POOL)
			dma_pool_destroy(p->maps[i].pool);
		p->maps[i].pool = NULL;
	}
}

/* Any context. False: there is none. */
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

/* Whether the context is right is the program's affair. */
void dmt_own_free(struct prog *p, struct map *m)
{
	struct device *dev = p->engines[m->engine].dev;

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
