// SPDX-License-Identifier: GPL-2.0-only
/* Buffers and their mappings. */
#include <linux/crc32.h>
#include <linux/dma-direct.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "compat.h"
#include "dmt.h"

int dmt_buf_alloc(struct buf *b)
{
	b->page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_ZERO | __GFP_NOWARN,
			      get_order(b->offset + b->size));
	if (!b->page)
		return -ENOMEM;
	b->mem = (u8 *)page_address(b->page) + b->offset;
	return 0;
}

void dmt_buf_free(struct buf *b)
{
	if (b->page)
		__free_pages(b->page, get_order(b->offset + b->size));
	b->page = NULL;
}

static void fill(u8 *p, u32 len, u32 how, u32 value, u64 seed)
{
	u32 i;

	switch (how) {
	case DMT_FILL_ZERO:
		memset(p, 0, len);
		break;
	case DMT_FILL_BYTE:
		memset(p, value & 0xff, len);
		break;
	case DMT_FILL_RANDOM:
		for (i = 0; i + 8 <= len; i += 8)
			put_unaligned_le64(dmt_random(&seed), p + i);
		for (; i < len; i++)
			p[i] = dmt_random(&seed);
		break;
	}
}

void dmt_buf_fill(struct dmt_run *run, u32 i)
{
	struct buf *b = &run->p->buffers[i];

	fill(b->mem, b->size, b->fill, b->value, dmt_seed(run, 1, i));
}

static phys_addr_t operand_phys(const struct prog *p, const struct operand *o)
{
	const struct buf *b = &p->buffers[o->obj];

	return page_to_phys(b->page) + b->offset + o->off;
}

static u8 *operand_mem(const struct prog *p, const struct operand *o)
{
	return p->buffers[o->obj].mem + o->off;
}

/*
 * Once, not for each mapping: a thread may sync a list while another maps it anew,
 * and must not find a table without an end.
 */
int dmt_list_alloc(struct prog *p, struct map *m)
{
	u32 i;

	m->sg = kcalloc(m->nr, sizeof(*m->sg), GFP_KERNEL);
	if (!m->sg)
		return -ENOMEM;
	sg_init_table(m->sg, m->nr);
	for (i = 0; i < m->nr; i++) {
		const struct operand *o = &p->operands[m->first + i];

		sg_set_buf(&m->sg[i], operand_mem(p, o), o->len);
	}
	return 0;
}

static bool map_list(struct map *m, struct device *dev)
{
	m->nents = dma_map_sg_attrs(dev, m->sg, m->nr, m->dir, m->dma_attrs);
	if (!m->nents)
		return false;
	m->addr = sg_dma_address(m->sg);
	return true;
}

static bool map_one(struct prog *p, struct map *m, struct device *dev)
{
	const struct operand *o = &p->operands[m->first];
	u32 off = p->buffers[o->obj].offset + o->off;

	if (m->kind == DMT_MAP_SINGLE)
		m->addr = dma_map_single_attrs(dev, operand_mem(p, o), o->len, m->dir,
					       m->dma_attrs);
	else
		m->addr = dma_map_page_attrs(dev, p->buffers[o->obj].page + (off >> PAGE_SHIFT),
					     offset_in_page(off), o->len, m->dir, m->dma_attrs);
	/* Not dma_mapping_error(): whether the program asks is the program's affair. */
	return m->addr != DMA_MAPPING_ERROR;
}

/* Any context. */
int dmt_map(struct exec *x, struct map *m, u64 *value)
{
	struct prog *p = x->run->p;
	struct device *dev = p->engines[m->engine].dev;
	bool ok;

	if (atomic_cmpxchg(&m->state, MAP_FREE, MAP_BUSY) != MAP_FREE)
		return -EBUSY;
	ok = m->kind == DMT_MAP_SG ? map_list(m, dev) : map_one(p, m, dev);
	if (!ok) {
		atomic_set(&m->state, MAP_FREE);
		return -EIO;
	}
	*value = m->addr;
	atomic64_inc(&x->run->n.maps);
	if (m->addr != phys_to_dma(dev, operand_phys(p, &p->operands[m->first])))
		atomic64_inc(&x->run->n.maps_bounced);
	atomic_set_release(&m->state, MAP_LIVE);
	return 0;
}

static void unmap_now(struct prog *p, struct map *m)
{
	struct device *dev = p->engines[m->engine].dev;
	u32 len = p->operands[m->first].len;

	switch (m->kind) {
	case DMT_MAP_SG:
		dma_unmap_sg_attrs(dev, m->sg, m->nr, m->dir, m->dma_attrs);
		break;
	case DMT_MAP_SINGLE:
		dma_unmap_single_attrs(dev, m->addr, len, m->dir, m->dma_attrs);
		break;
	default:
		dma_unmap_page_attrs(dev, m->addr, len, m->dir, m->dma_attrs);
	}
}

/* Any context. */
int dmt_unmap(struct exec *x, struct map *m)
{
	if (atomic_cmpxchg(&m->state, MAP_LIVE, MAP_BUSY) != MAP_LIVE)
		return -ENXIO;
	unmap_now(x->run->p, m);
	atomic_set_release(&m->state, MAP_FREE);
	return 0;
}

/* The end of an iteration: nothing runs any more. */
void dmt_unmap_leftovers(struct dmt_run *run)
{
	u32 i;

	for (i = 0; i < run->p->nr_maps; i++) {
		struct map *m = &run->p->maps[i];

		if (atomic_read(&m->state) != MAP_LIVE)
			continue;
		unmap_now(run->p, m);
		atomic_set(&m->state, MAP_FREE);
		run->leftover_maps++;
	}
}

int dmt_mapping_error(struct exec *x, struct map *m, u64 *value)
{
	struct device *dev = x->run->p->engines[m->engine].dev;

	if (atomic_read_acquire(&m->state) != MAP_LIVE)
		return -EIO;
	*value = m->addr;
	/* A list that could not be mapped has no address to ask about. */
	return m->kind != DMT_MAP_SG && dma_mapping_error(dev, m->addr) ? -EIO : 0;
}

/* Any context. */
int dmt_sync(struct exec *x, const struct operand *o, bool for_cpu)
{
	struct map *m = &x->run->p->maps[o->obj];
	struct device *dev = x->run->p->engines[m->engine].dev;

	if (atomic_read_acquire(&m->state) != MAP_LIVE)
		return -ENXIO;
	if (m->kind == DMT_MAP_SG && for_cpu)
		dma_sync_sg_for_cpu(dev, m->sg, m->nr, m->dir);
	else if (m->kind == DMT_MAP_SG)
		dma_sync_sg_for_device(dev, m->sg, m->nr, m->dir);
	else if (for_cpu)
		dma_sync_single_for_cpu(dev, m->addr + o->off, o->len, m->dir);
	else
		dma_sync_single_for_device(dev, m->addr + o->off, o->len, m->dir);
	return 0;
}

/* The DMA address of @o. -ENXIO when it is not mapped. */
int dmt_resolve(struct prog *p, const struct operand *o, dma_addr_t *addr)
{
	struct map *m = &p->maps[o->obj];

	if (atomic_read_acquire(&m->state) != MAP_LIVE)
		return -ENXIO;
	*addr = m->addr + o->off;
	if (m->kind != DMT_MAP_SG)
		return 0;
	/* An IOMMU may have merged entries: then they are no longer one to one. */
	if (m->nents != m->nr)
		return -ENXIO;
	*addr = sg_dma_address(&m->sg[o->entry]) + o->off;
	return 0;
}

int dmt_cpu_read(struct prog *p, const struct operand *o, u64 *value)
{
	*value = ~crc32_le(~0, operand_mem(p, o), o->len);
	return 0;
}

void dmt_cpu_write(struct exec *x, const struct operand *o, u32 how, u32 value)
{
	fill(operand_mem(x->run->p, o), o->len, how, value,
	     dmt_seed(x->run, 2, o - x->run->p->operands));
}

struct check {
	const u8 *dst;
	const u8 *src[DMT_MAX_SOURCES];
	u32 nr, len, wrong, first;
};

static void check_bytes(struct check *c, u32 from, u32 to)
{
	u32 i, k;

	for (i = from; i < to; i++) {
		u8 want = 0;

		for (k = 0; k < c->nr; k++)
			want ^= c->src[k][i];
		if (want != c->dst[i] && !c->wrong++)
			c->first = i;
	}
}

/* Is the buffer the xor of the others? */
int dmt_check(struct exec *x, const struct step *s, u64 *value)
{
	struct prog *p = x->run->p;
	struct check c = { .dst = operand_mem(p, &p->operands[s->obj]),
			   .nr = s->arg1, .len = p->operands[s->obj].len };
	u32 i, k;

	for (k = 0; k < c.nr; k++)
		c.src[k] = operand_mem(p, &p->operands[s->arg0 + k]);
	for (i = 0; i + 8 <= c.len; i += 8) {
		u64 want = 0;

		for (k = 0; k < c.nr; k++)
			want ^= get_unaligned((u64 *)(c.src[k] + i));
		if (want != get_unaligned((u64 *)(c.dst + i)))
			check_bytes(&c, i, i + 8);
	}
	check_bytes(&c, i, c.len);

	atomic64_inc(&x->run->n.checks);
	*value = c.wrong | (u64)c.first << 32;
	if (!c.wrong)
		return 0;
	atomic64_inc(&x->run->n.checks_bad);
	return -EILSEQ;
}
