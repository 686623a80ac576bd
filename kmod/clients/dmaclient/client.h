/* SPDX-License-Identifier: GPL-2.0-only */
/* dmaclient: a correct dmaengine client, for tests of providers. */
#ifndef DMACLIENT_H
#define DMACLIENT_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/dma-direction.h>
#include <linux/dmaengine.h>
#include <linux/rwsem.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>

#define MAX_CHANNELS	32
#define MAX_THREADS	8	/* of a channel */
#define MAX_SOURCES	6
#define MAX_SIZE	0x100000	/* bytes */
#define GUARD		64	/* bytes around the destination that must not change */
#define FLIGHT		4	/* operations in flight when the channel is terminated */
#define FLIGHTS		64	/* submits that a thread can tell apart */

struct sums {
	atomic_t ok, errors, timeouts, wrong, refused, context, after, status;
	atomic_t terminated, bounced, high, stray;
};

struct params {
	unsigned int size;
	unsigned int timeout_ms;
	unsigned int terminate;	/* every n-th time; 0: never */
	unsigned int sources;	/* 0: drawn */
	bool poll;
	bool sync;
	bool swap;
	bool foreign;
	bool coherent;
	bool handover;
	bool trust;		/* callbacks do not check the cookie's status */
	int context;		/* enum context, or -1: any */
};

extern struct params par;
extern struct sums sums;

struct channel {
	struct dma_chan *chan;
	struct device *map_dev;
	unsigned int max_src;
	/* Held for reading while operations are in flight; who terminates holds it for writing. */
	struct rw_semaphore idle;
};

struct buffer {
	u8 *mem;
	dma_addr_t dma;
	enum dma_data_direction dir;
};

/* One submit. A broken provider may call back for it until the channel is released. */
struct flight {
	struct completion done;
	dma_cookie_t cookie;
	enum dmaengine_tx_result result;
	atomic_t calls;
	struct channel *c;
	bool slow;
	spinlock_t lock;	/* protects the fields below */
	bool meant, called;
};

/* All that one operation needs. It is used for one operation at a time. */
struct op {
	struct buffer src[MAX_SOURCES], dst;
	struct scatterlist sg[MAX_SOURCES];
	unsigned int nr_src, off, len;
	bool use_sg;
	void *coherent[MAX_SOURCES + 1];	/* coherent=1: the engine uses these */
	struct dmaengine_unmap_data *handed;	/* handover=1: kept until it is handed over */
	struct flight *flights;		/* FLIGHTS of them, used in turn */
	unsigned int next_flight;
	u8 old;			/* what the destination was filled with */
};

/* op.c: all of these may sleep */
int op_alloc(struct op *op);
void op_free(struct op *op);
/* Draws an operation and fills its buffers. */
void op_fill(struct channel *c, struct op *op, u64 *prng);
void op_fill_sources(struct op *op, u64 *prng);
/* Returns 0, or -EIO when a mapping failed; then nothing is mapped. */
int op_map(struct channel *c, struct op *op);
void op_unmap(struct channel *c, struct op *op);
dma_cookie_t op_submit(struct op *op, struct dma_async_tx_descriptor *tx);
/* With handover=1: from here on the mappings belong to the submitted descriptors. */
void op_hand_over(struct op *op);
/* Returns NULL when the provider refuses. */
struct dma_async_tx_descriptor *op_prep(struct channel *c, struct op *op,
					unsigned long flags);
/* Checks the destination. Counts the result and logs the first wrong one. */
void op_verify(const struct op *op);
bool op_untouched(const struct op *op);

/* run.c */
void run_one(struct channel *c, struct op *op, u64 *prng, unsigned int n);
void run_terminate(struct channel *c, struct op *op, u64 *prng);

u32 draw(u64 *prng, u32 max);	/* 0..max */

extern const char *const context_names[4];
int context_now(void);

#endif
