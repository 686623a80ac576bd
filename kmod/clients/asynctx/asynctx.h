/* SPDX-License-Identifier: GPL-2.0-only */
/* asynctx: a client of the kernel's async_tx, as md RAID5/6 is one. */
#ifndef ASYNCTX_H
#define ASYNCTX_H

#include <linux/async_tx.h>
#include <linux/atomic.h>
#include <linux/completion.h>

#define MAX_DATA	16	/* data disks */
#define MAX_BLOCKS	(MAX_DATA + 2)
#define MAX_SIZE	65536	/* bytes of a block */

struct params {
	unsigned int disks, size, align, timeout_ms;
	bool vary, split;
};

struct sums {
	atomic_t ok, wrong, unseen, timeouts, sync, async;
};

extern struct params par;
extern struct sums sums;

/* A block: what async_tx works on, and what it must be in the end. */
struct block {
	struct page *page;
	u8 *model;
};

/*
 * A stripe and what is done to it, one chain at a time. Not to be freed while a chain
 * is under way: a channel of async_tx cannot be terminated by one of its clients.
 */
struct stripe {
	struct block data[MAX_DATA], bio[MAX_DATA], p, q;
	struct page *spare;
	unsigned int nr, off, len;	/* data disks; bytes */
	bool skip_p, skip_q;	/* what is not to be compared */
	u64 prng;

	struct dma_async_tx_descriptor *tx;	/* the last of the chain, if one is left */
	struct page *list[MAX_BLOCKS];	/* arguments of the calls */
	unsigned int offs[MAX_BLOCKS];
	addr_conv_t scribble[2 * MAX_BLOCKS];
	enum sum_check_flags xor_result, pq_result;
	enum sum_check_flags xor_expected, pq_expected;
	struct completion done;
};

/* stripe.c: all may sleep */
struct stripe *stripe_alloc(u64 seed);
void stripe_free(struct stripe *s);	/* NULL will do */
/* Draws a geometry and all bytes; P and Q are right, results expected to be 0. */
void stripe_fill(struct stripe *s);
/* What P and Q have to be, into their models. */
void stripe_model_parity(struct stripe *s);
/* Inverts a byte of @b: the chain has to mend it, or it is to stay so. */
void stripe_lose(struct stripe *s, struct block *b);
void stripe_spoil(struct stripe *s, struct block *b);
/* Is all as modelled, around the blocks as well? Counts, and says the first that is not. */
void stripe_verify(struct stripe *s, const char *order);
u32 draw(u64 *prng, u32 max);	/* 0..max */

/* order.c: submit a chain, of which the last calls complete(&s->done). May sleep. */
struct order {
	const char *name;
	void (*submit)(struct stripe *s);
};

extern const struct order orders[];
const struct order *order_find(const char *name);	/* NULL: no such */
const struct order *order_draw(u64 *prng);

#endif
