// SPDX-License-Identifier: GPL-2.0-only
/* The memory of requests: scattered over pages, misaligned, side by side. */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "client.h"

#define HALF	(PAGE_SIZE / 2)

/* xorshift64* */
static u32 next(u64 *prng)
{
	u64 x = *prng;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*prng = x;
	return (x * 0x2545f4914f6cdd1dULL) >> 32;
}

u32 draw(u64 *prng, u32 below)
{
	return (u64)next(prng) * below >> 32;
}

void arena_free(struct arena *a)
{
	unsigned int i;

	if (!a)
		return;
	for (i = 0; i < ARENA_PAGES; i++)
		if (a->pages[i])
			__free_page(a->pages[i]);
	vfree(a->model);
	kfree(a->in);
	kfree(a->out);
	kfree(a);
}

struct arena *arena_alloc(u64 seed)
{
	struct arena *a = kzalloc(sizeof(*a), GFP_KERNEL);
	bool all = true;
	unsigned int i;

	if (!a)
		return NULL;
	a->prng = seed ?: 1;
	for (i = 0; i < ARENA_PAGES; i++) {
		a->pages[i] = alloc_page(GFP_KERNEL);
		all &= !!a->pages[i];
	}
	a->model = vmalloc(ARENA_PAGES * PAGE_SIZE);
	a->in = kmalloc(MAX_SIZE, GFP_KERNEL);
	a->out = kmalloc(MAX_SIZE, GFP_KERNEL);
	if (all && a->model && a->in && a->out)
		return a;
	arena_free(a);
	return NULL;
}

static u8 *memory(const struct arena *a, const struct segment *s)
{
	return (u8 *)page_address(a->pages[s->page]) + s->off;
}

static void make_sg(struct arena *a, struct list *l)
{
	unsigned int i;

	sg_init_table(l->sg, l->nr);
	for (i = 0; i < l->nr; i++)
		sg_set_page(&l->sg[i], a->pages[l->seg[i].page], l->seg[i].len, l->seg[i].off);
}

/*
 * Draws pieces of @len bytes in all, one in each page from @first on, each within
 * [@from, @to) of its page.
 */
static void draw_list(struct arena *a, struct list *l, unsigned int len, unsigned int first,
		      unsigned int from, unsigned int to)
{
	l->nr = 0;
	l->len = len;
	while (len) {
		struct segment *s = &l->seg[l->nr];
		unsigned int n, skip = draw(&a->prng, 67);	/* past a cache line */

		n = SEGMENT_MIN + draw(&a->prng, to - from - skip - SEGMENT_MIN + 1);
		n = min(n, len);
		*s = (struct segment) { first + l->nr, from + skip, n };
		len -= n;
		l->nr++;
	}
}

/* Moves a piece of the source to where the piece before it is. */
static void repeat_a_segment(struct arena *a)
{
	struct list *l = &a->src;
	unsigned int i;

	if (l->nr < 2)
		return;
	i = 1 + draw(&a->prng, l->nr - 1);
	if (l->seg[i].len > l->seg[i - 1].len)
		return;
	l->seg[i].page = l->seg[i - 1].page;
	l->seg[i].off = l->seg[i - 1].off;
}

static void fill(struct arena *a)
{
	unsigned int i, k;

	for (i = 0; i < ARENA_PAGES; i++) {
		u32 *p = page_address(a->pages[i]);

		for (k = 0; k < PAGE_SIZE / sizeof(*p); k++)
			p[k] = next(&a->prng);
		memcpy(a->model + i * PAGE_SIZE, p, PAGE_SIZE);
	}
}

void arena_draw(struct arena *a, enum shape how, unsigned int len)
{
	fill(a);
	draw_list(a, &a->src, len, 0, 0, how == SHAPE_SHARED ? HALF : PAGE_SIZE);
	if (how == SHAPE_TWICE)
		repeat_a_segment(a);
	if (how == SHAPE_IN_PLACE)
		a->dst = a->src;
	else if (how == SHAPE_SHARED)
		draw_list(a, &a->dst, len, 0, HALF, PAGE_SIZE);
	else
		draw_list(a, &a->dst, len, ARENA_PAGES / 2, 0, PAGE_SIZE);
	make_sg(a, &a->src);
	make_sg(a, &a->dst);
}

void arena_gather(struct arena *a)
{
	unsigned int i, at = 0;

	for (i = 0; i < a->src.nr; i++) {
		memcpy(a->in + at, memory(a, &a->src.seg[i]), a->src.seg[i].len);
		at += a->src.seg[i].len;
	}
}

void arena_expect(struct arena *a)
{
	unsigned int i, at = 0;

	for (i = 0; i < a->dst.nr; i++) {
		const struct segment *s = &a->dst.seg[i];

		memcpy(a->model + s->page * PAGE_SIZE + s->off, a->out + at, s->len);
		at += s->len;
	}
}

bool arena_is_right(const struct arena *a)
{
	unsigned int i;

	for (i = 0; i < ARENA_PAGES; i++)
		if (memcmp(page_address(a->pages[i]), a->model + i * PAGE_SIZE, PAGE_SIZE))
			return false;
	return true;
}
