// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings: map, unmap and sync, right or wrong.
 *
 * After a wrong unmap the executor takes the map for unmapped. If the call unmapped nothing
 * (the device translates addresses and did not find the mapping), the mapping leaks; softdma
 * frees it with its engine.
 */
#include <linux/dma-direct.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "compat.h"
#include "dmt.h"

u32 dmt_map_len(const struct prog *p, const struct map *m, u32 entry)
{
	return dmt_owns_memory(m->kind) ? m->size : p->operands[m->first + entry].len;
}

/* PAGE or SINGLE: a map of one piece of one buffer, as nearly all maps are. */
static bool is_plain(const struct map *m)
{
	return m->kind == DMT_MAP_PAGE || m->kind == DMT_MAP_SINGLE;
}

/* ---- scatterlists ---- */

/*
 * Allocates the list once for the whole run. A thread may sync a list while another maps it
 * again, and it must not see a table without an end.
 */
int dmt_list_alloc(struct prog *p, struct map *m)
{
	struct map *list;

	if (!m->list_of) {
		m->sg = kcalloc(m->nr, sizeof(*m->sg), GFP_KERNEL);
		if (!m->sg)
			return -ENOMEM;
		sg_init_table(m->sg, m->nr);
		return 0;
	}
	m->mapped = kcalloc(m->nr, sizeof(*m->mapped), GFP_KERNEL);
	list = &p->maps[m->list_of - 1];
	if (!list->mapped)
		list->mapped = kcalloc(list->nr, sizeof(*list->mapped), GFP_KERNEL);
	return m->mapped && list->mapped ? 0 : -ENOMEM;
}

void dmt_list_free(struct map *m)
{
	if (!m->list_of)
		kfree(m->sg);
	kfree(m->mapped);
}

/* Looks up where the memory of PAGE and SINGLE maps is now. */
void dmt_maps_place(struct prog *p)
{
	u32 i;

	for (i = 0; i < p->nr_maps; i++) {
		struct map *m = &p->maps[i];
		const struct operand *o;
		const struct buf *b;
		u32 off;

		if (!is_plain(m))
			continue;
		o = &p->operands[m->first];
		b = &p->buffers[o->obj];
		off = b->in_page + o->off;
		m->page = b->page ? b->page + (off >> PAGE_SHIFT) : NULL;
		m->in_page = offset_in_page(off);
		m->len = o->len;
		m->at = b->page ? b->mem + o->off : NULL;
	}
}

void dmt_lists_fill(struct prog *p)
{
	u32 i, k;

	for (i = 0; i < p->nr_maps; i++) {
		struct map *m = &p->maps[i];

		if (m->kind != DMT_MAP_SG)
			continue;
		if (m->list_of)
			m->sg = p->maps[m->list_of - 1].sg;
		for (k = 0; k < m->nr; k++) {
			const struct operand *o = &p->operands[m->first + k];
			const struct buf *b = &p->buffers[o->obj];
			u32 off = b->in_page + o->off;

			if (b->page)
				sg_set_page(&m->sg[k], b->page + (off >> PAGE_SHIFT), o->len,
					    offset_in_page(off));
		}
	}
	dmt_maps_place(p);
}

/* If two maps share a list, it has the addresses of the last one mapped: keep a copy of each. */
static void save_list(struct map *m)
{
	u32 i;

	for (i = 0; m->mapped && i < m->nr; i++) {
		m->mapped[i].addr = sg_dma_address(&m->sg[i]);
		m->mapped[i].len = sg_dma_len(&m->sg[i]);
	}
}

static void restore_list(struct map *m)
{
	u32 i;

	for (i = 0; m->mapped && i < m->nr; i++) {
		sg_dma_address(&m->sg[i]) = m->mapped[i].addr;
		sg_dma_len(&m->sg[i]) = m->mapped[i].len;
	}
}

/* ---- map ---- */

static bool was_freed(const struct prog *p, const struct map *m)
{
	u32 i;

	if (is_plain(m))
		return !m->page;
	for (i = 0; i < m->nr; i++)
		if (!p->buffers[p->operands[m->first + i].obj].page)
			return true;
	return false;
}

static phys_addr_t operand_phys(const struct prog *p, const struct operand *o)
{
	const struct buf *b = &p->buffers[o->obj];

	return page_to_phys(b->page) + b->in_page + o->off;
}

static bool map_list(struct map *m, struct device *dev)
{
	m->nents = dma_map_sg_attrs(dev, m->sg, m->nr, m->dir, m->dma_attrs);
	if (!m->nents) {
		m->addr = DMA_MAPPING_ERROR;
		return false;
	}
	m->addr = sg_dma_address(m->sg);
	save_list(m);
	return true;
}

static bool map_plain(struct map *m, struct device *dev)
{
	if (m->kind == DMT_MAP_SINGLE)
		m->addr = dma_map_single_attrs(dev, m->at, m->len, m->dir, m->dma_attrs);
	else
		m->addr = dma_map_page_attrs(dev, m->page, m->in_page, m->len, m->dir,
					     m->dma_attrs);
	/* dma_mapping_error() is not called here: a program has its own step for that. */
	return m->addr != DMA_MAPPING_ERROR;
}

static bool map_resource(struct prog *p, struct map *m, struct device *dev)
{
	const struct operand *o = &p->operands[m->first];

	m->addr = dma_map_resource(dev, operand_phys(p, o), o->len, m->dir, m->dma_attrs);
	return m->addr != DMA_MAPPING_ERROR;
}

static void count_map(struct dmt_run *run, const struct map *m, struct device *dev,
		      phys_addr_t phys, u32 len)
{
	/* One that bounces in any world says nothing about this one. */
	if (compat_bounces_small(dev, len, m->dir))
		return;
	atomic64_inc(&run->n.maps);
	if (m->addr != phys_to_dma(dev, phys))
		atomic64_inc(&run->n.maps_bounced);
}

static bool map_now(struct exec *x, struct map *m, struct device *dev)
{
	struct prog *p = x->run->p;

	if (m->kind == DMT_MAP_RESOURCE)
		return map_resource(p, m, dev);
	if (dmt_owns_memory(m->kind))
		return dmt_own_alloc(x, m, dev);
	if (!(is_plain(m) ? map_plain(m, dev) : map_list(m, dev)))
		return false;
	if (is_plain(m))
		count_map(x->run, m, dev, page_to_phys(m->page) + m->in_page, m->len);
	else
		count_map(x->run, m, dev, operand_phys(p, &p->operands[m->first]),
			  p->operands[m->first].len);
	return true;
}

/* MAP step. Any context. */
int dmt_map(struct exec *x, struct map *m, u64 *value)
{
	struct prog *p = x->run->p;
	struct device *dev = m->e->dev;

	if (was_freed(p, m))
		return -ENXIO;
	if (atomic_cmpxchg(&m->state, MAP_FREE, MAP_BUSY) != MAP_FREE)
		return -EBUSY;
	if (!map_now(x, m, dev)) {
		atomic_set(&m->state, MAP_FREE);
		return -EIO;
	}
	*value = m->addr;
	atomic_set_release(&m->state, MAP_LIVE);
	return 0;
}

/* ---- unmap ---- */

/* The arguments of an unmap or sync; a wrong call differs from the map in one of them. */
struct dma_call {
	struct device *dev;
	dma_addr_t addr;
	u32 len, dir, kind, nents;
	unsigned long attrs;
};

static struct dma_call call_of(const struct prog *p, const struct map *m)
{
	struct dma_call r = {
		.dev = m->e->dev, .addr = m->addr,
		.len = dmt_map_len(p, m, 0), .dir = m->dir, .kind = m->kind, .nents = m->nr,
		.attrs = m->dma_attrs,
	};

	/* The buffer was freed: an unmap must not copy into memory that others may have now. */
	if (was_freed(p, m))
		r.attrs |= DMA_ATTR_SKIP_CPU_SYNC;
	return r;
}

static void make_wrong(const struct prog *p, struct dma_call *r, u32 how, u32 arg)
{
	switch (how) {
	case DMT_WRONG_ENGINE:
		r->dev = p->engines[arg].dev;
		break;
	case DMT_WRONG_SIZE:
		r->len = arg;
		break;
	case DMT_WRONG_DIR:
		r->dir = arg;
		break;
	case DMT_WRONG_ADDRESS:
		r->addr += arg;
		break;
	case DMT_WRONG_LOW:
		r->addr = lower_32_bits(r->addr);
		break;
	case DMT_WRONG_KIND:
		r->kind = arg;
		break;
	case DMT_WRONG_NENTS:
		r->nents = arg;
		break;
	}
}

/* Sets the entry's page, as dma-debug and others look at it. */
static void set_page_of(struct scatterlist *sg, const struct prog *p, const struct map *m, u32 len)
{
	const struct operand *o = &p->operands[m->first];
	const struct buf *b = &p->buffers[o->obj];
	u32 off = b->in_page + o->off;

	if (dmt_owns_memory(m->kind) || !b->page)
		sg_set_page(sg, ZERO_PAGE(0), len, 0);
	else
		sg_set_page(sg, b->page + (off >> PAGE_SHIFT), len, offset_in_page(off));
}

static void unmap_sg(const struct prog *p, const struct dma_call *r, struct map *m)
{
	struct scatterlist one;

	if (m->kind == DMT_MAP_SG) {
		restore_list(m);
		dma_unmap_sg_attrs(r->dev, m->sg, r->nents, r->dir, r->attrs);
		return;
	}
	sg_init_table(&one, 1);	/* the mapping is not of a list: make one */
	set_page_of(&one, p, m, r->len);
	sg_dma_address(&one) = r->addr;
	sg_dma_len(&one) = r->len;
	dma_unmap_sg_attrs(r->dev, &one, 1, r->dir, r->attrs);
}

static void unmap_range(const struct prog *p, const struct dma_call *r, struct map *m)
{
	switch (r->kind) {
	case DMT_MAP_SG:
		unmap_sg(p, r, m);
		break;
	case DMT_MAP_RESOURCE:
		dma_unmap_resource(r->dev, r->addr, r->len, r->dir, r->attrs);
		break;
	case DMT_MAP_SINGLE:
		dma_unmap_single_attrs(r->dev, r->addr, r->len, r->dir, r->attrs);
		break;
	default:
		dma_unmap_page_attrs(r->dev, r->addr, r->len, r->dir, r->attrs);
	}
}

static int unmap_own(struct prog *p, struct map *m, u32 how, u32 arg)
{
	struct dma_call r = call_of(p, m);

	if (how == DMT_WRONG_KIND) {	/* the memory stays allocated and mapped */
		make_wrong(p, &r, how, arg);
		unmap_range(p, &r, m);
		return -EAGAIN;
	}
	if (dmt_map_in_use(p, m - p->maps))
		return -EBUSY;
	return dmt_own_free(p, m, how, arg);
}

/*
 * May another mapping's bounce buffer be at offset @off? Yes beyond the end of a bounced
 * mapping, if addresses are not translated.
 */
static bool is_others_bounce(const struct prog *p, const struct map *m, u64 off)
{
	struct device *dev = m->e->dev;

	return !get_dma_ops(dev) && off >= dmt_map_len(p, m, 0) && !was_freed(p, m) &&
	       m->addr != phys_to_dma(dev, operand_phys(p, &p->operands[m->first]));
}

/*
 * An IOMMU's addresses are given out and taken back by address and size: a wrong unmap takes those of
 * another mapping, or gives one out twice from then on, and the kernel warns.
 */
static bool harms_iommu(const struct prog *p, const struct map *m, u32 how, u32 arg)
{
	if (how == DMT_WRONG_NOTHING || how == DMT_WRONG_DIR)
		return false;
	return m->e->about.translation != DMT_UNTRANSLATED ||
	       (how == DMT_WRONG_ENGINE && p->engines[arg].about.translation != DMT_UNTRANSLATED);
}

static int unmap_any(struct prog *p, struct map *m, u32 how, u32 arg)
{
	struct dma_call r;

	if (harms_iommu(p, m, how, arg))
		return -EPERM;
	if (dmt_owns_memory(m->kind))
		return unmap_own(p, m, how, arg);
	if (how == DMT_WRONG_ADDRESS && is_others_bounce(p, m, arg))
		return -EPERM;
	if (how == DMT_WRONG_LOW &&
	    (!upper_32_bits(m->addr) || !get_dma_ops(m->e->dev)))
		return -EPERM;
	r = call_of(p, m);
	make_wrong(p, &r, how, arg);
	unmap_range(p, &r, m);
	return 0;
}

static int unmap_now(struct prog *p, struct map *m, u32 how, u32 arg)
{
	if (how == DMT_WRONG_NOTHING && is_plain(m) && m->page) {
		dma_unmap_page_attrs(m->e->dev, m->addr, m->len, m->dir,
				     m->dma_attrs);
		return 0;
	}
	return unmap_any(p, m, how, arg);
}

/* UNMAP step. Any context; freeing memory of the map's own may need one that can sleep. */
int dmt_unmap(struct exec *x, struct map *m, u32 how, u32 arg)
{
	bool again = how == DMT_WRONG_AGAIN;
	int status;

	if (again && m->addr == DMA_MAPPING_ERROR)
		return -ENXIO;
	if (atomic_cmpxchg(&m->state, again ? MAP_FREE : MAP_LIVE, MAP_BUSY) !=
	    (again ? MAP_FREE : MAP_LIVE))
		return again ? -EBUSY : -ENXIO;
	status = unmap_now(x->run->p, m, how, arg);
	atomic_set_release(&m->state, status ? MAP_LIVE : MAP_FREE);
	return status == -EAGAIN ? 0 : status;
}

/* Any context. */
int dmt_forget_map(struct map *m)
{
	return atomic_cmpxchg(&m->state, MAP_LIVE, MAP_FREE) == MAP_LIVE ? 0 : -ENXIO;
}

/* Unmaps what is left at the end of an iteration, when nothing runs any more. */
void dmt_unmap_leftovers(struct dmt_run *run)
{
	u32 i;

	for (i = 0; i < run->p->nr_maps; i++) {
		struct map *m = &run->p->maps[i];

		if (atomic_read(&m->state) != MAP_LIVE)
			continue;
		unmap_now(run->p, m, DMT_WRONG_NOTHING, 0);
		atomic_set(&m->state, MAP_FREE);
		run->leftover_maps++;
	}
	for (i = 0; i < run->p->nr_maps; i++)
		run->p->maps[i].addr = DMA_MAPPING_ERROR;
}

/* ---- steps on live maps ---- */

int dmt_mapping_error(struct exec *x, struct map *m, u64 *value)
{
	struct device *dev = m->e->dev;

	if (atomic_read_acquire(&m->state) != MAP_LIVE)
		return -EIO;
	*value = m->addr;
	/* dma_mapping_error() is not for lists. */
	return m->kind != DMT_MAP_SG && dma_mapping_error(dev, m->addr) ? -EIO : 0;
}

/* Any context. */
int dmt_sync(struct exec *x, const struct step *s, bool for_cpu)
{
	struct prog *p = x->run->p;
	const struct operand *o = &p->operands[s->obj];
	struct map *m = &p->maps[o->obj];
	struct dma_call r;

	if (atomic_read_acquire(&m->state) != MAP_LIVE || was_freed(p, m))
		return -ENXIO;
	if (s->arg0 == DMT_WRONG_ADDRESS && is_others_bounce(p, m, (u64)o->off + s->arg1))
		return -EPERM;
	r = call_of(p, m);
	r.addr += o->off;
	r.len = o->len;
	make_wrong(p, &r, s->arg0, s->arg1);
	if (m->kind == DMT_MAP_SG) {
		restore_list(m);
		if (for_cpu)
			dma_sync_sg_for_cpu(r.dev, m->sg, m->nr, r.dir);
		else
			dma_sync_sg_for_device(r.dev, m->sg, m->nr, r.dir);
	} else if (for_cpu) {
		dma_sync_single_for_cpu(r.dev, r.addr, r.len, r.dir);
	} else {
		dma_sync_single_for_device(r.dev, r.addr, r.len, r.dir);
	}
	return 0;
}

static void get_segment(const struct map *m, u32 i, struct sg_addr *s)
{
	if (m->mapped) {
		*s = m->mapped[i];
		return;
	}
	s->addr = sg_dma_address(&m->sg[i]);
	s->len = sg_dma_len(&m->sg[i]);
}

/*
 * An IOMMU may have merged entries: the segments it made have the list's bytes, in their order.
 * -ENXIO when the operand's bytes do not lie in one of them.
 */
static int resolve_entry(const struct prog *p, const struct map *m, const struct operand *o,
			 dma_addr_t *addr)
{
	u64 at = o->off;
	u32 i;

	for (i = 0; i < o->entry; i++)
		at += dmt_map_len(p, m, i);
	for (i = 0; i < m->nents; i++) {
		struct sg_addr s;

		get_segment(m, i, &s);
		*addr = s.addr + at;
		if (at < s.len)
			return s.len - at >= o->len ? 0 : -ENXIO;
		at -= s.len;
	}
	return -ENXIO;
}

/* Gets the DMA address of @o. -ENXIO when it is not mapped, unless @stale. Any context. */
int dmt_resolve(struct prog *p, const struct operand *o, bool stale, dma_addr_t *addr)
{
	struct map *m = &p->maps[o->obj];

	if (atomic_read_acquire(&m->state) != MAP_LIVE && !stale)
		return -ENXIO;
	*addr = m->addr;
	if (m->addr == DMA_MAPPING_ERROR)
		return 0;
	*addr += o->off;
	return m->kind == DMT_MAP_SG ? resolve_entry(p, m, o, addr) : 0;
}
