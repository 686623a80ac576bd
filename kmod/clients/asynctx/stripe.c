// SPDX-License-Identifier: GPL-2.0-only
/* A stripe: its pages, what they must hold, and the comparison. */
#include <linux/mm.h>
#include <linux/raid/pq.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "asynctx.h"
#include "compat.h"

#ifdef HAVE_PQ_TABLES_H
#include <linux/raid/pq_tables.h>
#endif

/* Bytes of a block's pages: the block, and what must not be touched around it. */
static size_t room(void)
{
	return PAGE_SIZE << get_order(par.size + par.align);
}

u32 draw(u64 *prng, u32 max)
{
	*prng = *prng * 6364136223846793005ULL + 1442695040888963407ULL;
	return ((*prng >> 32) * ((u64)max + 1)) >> 32;
}

static int block_alloc(struct block *b)
{
	b->page = alloc_pages(GFP_KERNEL, get_order(room()));
	b->model = vmalloc(room());
	return b->page && b->model ? 0 : -ENOMEM;
}

static void block_free(struct block *b)
{
	if (b->page)
		__free_pages(b->page, get_order(room()));
	vfree(b->model);
}

struct stripe *stripe_alloc(u64 seed)
{
	struct stripe *s = kzalloc(sizeof(*s), GFP_KERNEL);
	int i, err;

	if (!s)
		return NULL;
	s->prng = seed;
	s->spare = alloc_pages(GFP_KERNEL, get_order(room()));
	err = s->spare ? 0 : -ENOMEM;
	for (i = 0; !err && i < par.disks; i++)
		err = block_alloc(&s->data[i]) ?: block_alloc(&s->bio[i]);
	if (!err)
		err = block_alloc(&s->p) ?: block_alloc(&s->q);
	if (!err)
		return s;
	stripe_free(s);
	return NULL;
}

void stripe_free(struct stripe *s)
{
	int i;

	if (!s)
		return;
	for (i = 0; i < par.disks; i++) {
		block_free(&s->data[i]);
		block_free(&s->bio[i]);
	}
	block_free(&s->p);
	block_free(&s->q);
	if (s->spare)
		__free_pages(s->spare, get_order(room()));
	kfree(s);
}

static void block_fill(struct stripe *s, struct block *b)
{
	u64 x = (u64)draw(&s->prng, U32_MAX) << 32 | draw(&s->prng, U32_MAX) | 1;
	u64 *to = (u64 *)b->model;
	size_t i;

	for (i = 0; i < room() / sizeof(*to); i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		to[i] = x;
	}
}

static void block_publish(struct block *b)
{
	memcpy(page_address(b->page), b->model, room());
}

void stripe_model_parity(struct stripe *s)
{
	u8 *p = s->p.model + s->off, *q = s->q.model + s->off;
	unsigned int i, k;

	memset(p, 0, s->len);
	memset(q, 0, s->len);
	for (k = 0; k < s->nr; k++) {
		const u8 *times = raid6_gfmul[raid6_gfexp[k]], *d = s->data[k].model + s->off;

		for (i = 0; i < s->len; i++) {
			p[i] ^= d[i];
			q[i] ^= times[d[i]];
		}
	}
}

/* Draws a multiple of par.align, at most @max. */
static u32 draw_aligned(struct stripe *s, u32 max)
{
	return draw(&s->prng, max / par.align) * par.align;
}

void stripe_fill(struct stripe *s)
{
	unsigned int i;

	s->nr = par.disks;
	s->len = par.size;
	s->off = 0;
	if (par.vary) {
		s->nr = 2 + draw(&s->prng, par.disks - 2);
		s->len = par.align + draw_aligned(s, par.size - par.align);
		s->off = draw_aligned(s, par.size - s->len);
	}
	s->tx = NULL;
	s->skip_p = false;
	s->skip_q = false;
	s->xor_result = 0;
	s->pq_result = 0;
	s->xor_expected = 0;
	s->pq_expected = 0;
	init_completion(&s->done);
	for (i = 0; i < MAX_BLOCKS; i++)
		s->offs[i] = s->off;
	for (i = 0; i < s->nr; i++) {
		block_fill(s, &s->data[i]);
		block_fill(s, &s->bio[i]);
		block_publish(&s->data[i]);
		block_publish(&s->bio[i]);
	}
	block_fill(s, &s->p);
	block_fill(s, &s->q);
	stripe_model_parity(s);
	block_publish(&s->p);
	block_publish(&s->q);
}

void stripe_lose(struct stripe *s, struct block *b)
{
	((u8 *)page_address(b->page))[s->off + draw(&s->prng, s->len - 1)] ^= 0xff;
}

void stripe_spoil(struct stripe *s, struct block *b)
{
	b->model[s->off + draw(&s->prng, s->len - 1)] ^= 0xff;
	block_publish(b);
}

static bool is_right(const struct stripe *s, const struct block *b, const char *order,
		     const char *what, unsigned int i)
{
	const u8 *is = page_address(b->page);
	size_t at;

	if (!memcmp(is, b->model, room()))
		return true;
	for (at = 0; is[at] == b->model[at]; at++)
		;
	if (atomic_read(&sums.wrong) < 5)
		pr_info("asynctx: %s: wrong %s%u: byte %zu is %02x, not %02x (%u disks, %u bytes from %u on)\n",
			order, what, i, at, is[at], b->model[at], s->nr, s->len, s->off);
	return false;
}

void stripe_verify(struct stripe *s, const char *order)
{
	bool right = true;
	unsigned int i;

	for (i = 0; i < s->nr && right; i++)
		right = is_right(s, &s->data[i], order, "data", i) &&
			is_right(s, &s->bio[i], order, "bio", i);
	if (right && !s->skip_p)
		right = is_right(s, &s->p, order, "P", 0);
	if (right && !s->skip_q)
		right = is_right(s, &s->q, order, "Q", 0);
	atomic_inc(right ? &sums.ok : &sums.wrong);
	if (s->xor_result == s->xor_expected && s->pq_result == s->pq_expected)
		return;
	if (atomic_inc_return(&sums.unseen) < 5)
		pr_info("asynctx: %s: checks say %#x of P, %#x of P and Q, not %#x and %#x (%u disks)\n",
			order, s->xor_result, s->pq_result, s->xor_expected, s->pq_expected,
			s->nr);
}
