// SPDX-License-Identifier: GPL-2.0-only
/* Buffers: their kinds of memory, and the CPU's accesses to them. */
#include <linux/crc32.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "dmt.h"

/* A page of the kernel's read-only data. */
static struct page *rodata_page(void)
{
	return pfn_to_page(PHYS_PFN(__pa_symbol(hex_asc)));
}

static struct page *page_of(const void *mem)
{
	return is_vmalloc_addr(mem) ? vmalloc_to_page(mem) : virt_to_page(mem);
}

/* The cache stays until dmt_buf_drop(), as a step that frees the object may not sleep. */
static u8 *cache_alloc(struct buf *b)
{
	static atomic_t number;
	char name[24];

	if (!b->cache) {
		snprintf(name, sizeof(name), "dmt-buffer-%u", (u32)atomic_inc_return(&number));
		b->cache = kmem_cache_create(name, b->size, 0, 0, NULL);
	}
	return b->cache ? kmem_cache_zalloc(b->cache, GFP_KERNEL | __GFP_NOWARN) : NULL;
}

int dmt_buf_alloc(struct buf *b)
{
	switch (b->memory) {
	case DMT_MEMORY_KMALLOC:
		b->mem = kzalloc(b->size, GFP_KERNEL | __GFP_NOWARN);
		break;
	case DMT_MEMORY_CACHE:
		b->mem = cache_alloc(b);
		break;
	case DMT_MEMORY_VMALLOC:
		b->mem = vzalloc(PAGE_SIZE);
		if (b->mem)
			b->mem += b->offset;
		break;
	case DMT_MEMORY_RODATA:
		b->mem = (u8 *)page_address(rodata_page()) + b->offset;
		break;
	case DMT_MEMORY_STACK:	/* the stack exists only when a thread runs */
		return 0;
	default:
		b->page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_ZERO | __GFP_NOWARN,
				      get_order(b->offset + b->size));
		b->mem = b->page ? (u8 *)page_address(b->page) + b->offset : NULL;
	}
	if (!b->mem)
		return -ENOMEM;
	b->page = page_of(b->mem - b->offset);
	b->in_page = b->memory == DMT_MEMORY_KMALLOC || b->memory == DMT_MEMORY_CACHE ?
			     offset_in_page(b->mem) :
			     b->offset;
	return 0;
}

void dmt_buf_free(struct buf *b)
{
	if (!b->page)
		return;
	switch (b->memory) {
	case DMT_MEMORY_KMALLOC:
		kfree(b->mem);
		break;
	case DMT_MEMORY_CACHE:
		kmem_cache_free(b->cache, b->mem);
		break;
	case DMT_MEMORY_VMALLOC:
		vfree(b->mem - b->offset);
		break;
	case DMT_MEMORY_STACK:
	case DMT_MEMORY_RODATA:
		break;
	default:
		__free_pages(b->page, get_order(b->offset + b->size));
	}
	b->page = NULL;
	b->mem = NULL;
}

/* Frees a buffer that nothing uses any more, with all that belongs to it. May sleep. */
void dmt_buf_drop(struct buf *b)
{
	dmt_buf_free(b);
	kmem_cache_destroy(b->cache);
	b->cache = NULL;
}

static bool is_over(const struct prog *p, const struct map *m, u32 buffer)
{
	u32 i;

	for (i = 0; i < m->nr; i++)
		if (p->operands[m->first + i].obj == buffer)
			return true;
	return false;
}

/* FREE step: frees memory that may be mapped, but that no engine can reach. May sleep. */
int dmt_buf_give_back(struct prog *p, u32 buffer)
{
	struct buf *b = &p->buffers[buffer];
	u32 i;

	if (!b->page)
		return -ENXIO;
	for (i = 0; i < p->nr_maps; i++)
		if (is_over(p, &p->maps[i], buffer) && dmt_map_in_use(p, i))
			return -EBUSY;
	dmt_buf_free(b);
	dmt_maps_place(p);
	return 0;
}

/* Uses a piece of @mem that is within one page. */
void dmt_buf_on_stack(struct prog *p, u8 *mem)
{
	u32 i;

	if (offset_in_page(mem) > PAGE_SIZE - DMT_MAX_STACK_BYTES)
		mem = PTR_ALIGN(mem, PAGE_SIZE);
	for (i = 0; i < p->nr_buffers; i++) {
		struct buf *b = &p->buffers[i];

		if (b->memory != DMT_MEMORY_STACK)
			continue;
		b->mem = mem;
		b->page = page_of(mem);
		b->in_page = offset_in_page(mem);
		mem += b->size;
	}
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

	if (b->memory != DMT_MEMORY_RODATA)
		fill(b->mem, b->size, b->fill, b->value, dmt_seed(run, 1, i));
}

u8 *dmt_operand_mem(const struct prog *p, const struct operand *o)
{
	const struct buf *b = &p->buffers[o->obj];

	return b->page ? b->mem + o->off : NULL;
}

int dmt_cpu_read(struct prog *p, const struct operand *o, u64 *value)
{
	const u8 *mem = dmt_operand_mem(p, o);

	if (!mem)
		return -ENXIO;
	*value = ~crc32_le(~0, mem, o->len);
	return 0;
}

int dmt_cpu_write(struct exec *x, const struct operand *o, u32 how, u32 value)
{
	u8 *mem = dmt_operand_mem(x->run->p, o);

	if (!mem)
		return -ENXIO;
	fill(mem, o->len, how, value, dmt_seed(x->run, 2, o - x->run->p->operands));
	return 0;
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

/* Keeps where the run's first wrong check went wrong. Any context. */
static void keep_wrong(struct dmt_run *run, const struct check *c, u32 step)
{
	u32 n = min_t(u32, c->len - c->first, DMT_WRONG_BYTES), i, k;

	if (atomic_cmpxchg(&run->wrong_taken, 0, 1))
		return;
	run->wrong_step = step;
	run->wrong_offset = c->first;
	for (i = 0; i < n; i++) {
		for (k = 0; k < c->nr; k++)
			run->wanted[i] ^= c->src[k][c->first + i];
		run->found[i] = c->dst[c->first + i];
	}
}

/* CHECK step: is the buffer the xor of the others? */
int dmt_check(struct exec *x, const struct step *s, u64 *value)
{
	struct prog *p = x->run->p;
	struct check c = { .dst = dmt_operand_mem(p, &p->operands[s->obj]),
			   .nr = s->arg1, .len = p->operands[s->obj].len };
	u32 i, k;

	for (k = 0; k < c.nr; k++) {
		c.src[k] = dmt_operand_mem(p, &p->operands[s->arg0 + k]);
		if (!c.src[k])
			return -ENXIO;
	}
	if (!c.dst)
		return -ENXIO;
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
	keep_wrong(x->run, &c, s - p->steps);
	atomic64_inc(&x->run->n.checks_bad);
	return -EILSEQ;
}
