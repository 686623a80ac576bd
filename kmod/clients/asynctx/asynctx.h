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

/* A block: the page that async_tx works on, and what it must hold in the end. */
struct block {
	struct page *page;
	u8 *model;
};

/*
 * A stripe and the chain that works on it; there is one chain at a time. Do not free it while
 * a chain is under way: a client cannot terminate a channel of async_tx.
 */
struct stripe {
	struct block data[MAX_DATA], bio[MAX_DATA], p, q;
	struct page *spare;
	unsigned int nr, off, len;	/* number of data disks; bytes; bytes */
	bool skip_p, skip_q;	/* do not compare P, Q */
	u64 prng;

	struct dma_async_tx_descriptor *tx;	/* the chain's last descriptor, or NULL */
	struct page *list[MAX_BLOCKS];	/* arguments of the calls of async_tx */
	unsigned int offs[MAX_BLOCKS];
	addr_conv_t scribble[2 * MAX_BLOCKS];
	enum sum_check_flags xor_result, pq_result;
	enum sum_check_flags xor_expected, pq_expected;
	struct completion done;
};

/* stripe.c: all of these may sleep */
struct stripe *stripe_alloc(u64 seed);
void stripe_free(struct stripe *s);	/* @s may be NULL */
/* Draws a geometry and all bytes. P and Q are right, and checks must report 0. */
void stripe_fill(struct stripe *s);
/* Computes what P and Q must hold, into their models. */
void stripe_model_parity(struct stripe *s);
/* Inverts a byte of @b that the chain must restore. */
void stripe_lose(struct stripe *s, struct block *b);
/* Inverts a byte of @b that the chain must leave so. */
void stripe_spoil(struct stripe *s, struct block *b);
/* Compares the blocks, and what is around them, with the model. Counts, logs the first error. */
void stripe_verify(struct stripe *s, const char *order);
u32 draw(u64 *prng, u32 max);	/* 0..max */

/* order.c: ->submit() submits a chain whose last step calls complete(&s->done). May sleep. */
struct order {
	const char *name;
	void (*submit)(struct stripe *s);
};

extern const struct order orders[];
const struct order *order_find(const char *name);	/* NULL: there is no such order */
const struct order *order_draw(u64 *prng);

#endif
