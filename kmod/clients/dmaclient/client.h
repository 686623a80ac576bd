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
#define GUARD		64	/* bytes around the destination, not to be touched */
#define FLIGHT		4	/* operations that terminate finds in flight */
#define FLIGHTS		64	/* that a thread can tell apart */

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
	bool trust;		/* callbacks do not ask the provider */
	int context;		/* enum context, or -1: any */
};

extern struct params par;
extern struct sums sums;

struct channel {
	struct dma_chan *chan;
	struct device *map_dev;
	unsigned int max_src;
	/* Readers have operations in flight; the writer may terminate all. */
	struct rw_semaphore idle;
};

struct buffer {
	u8 *mem;
	dma_addr_t dma;
	enum dma_data_direction dir;
};

/* One submit; the provider may come back to it until the channel is released. */
struct flight {
	struct completion done;
	dma_cookie_t cookie;
	enum dmaengine_tx_result result;
	atomic_t calls;
	struct channel *c;
	bool slow;
	spinlock_t lock;	/* the rest */
	bool meant, called;
};

/* All that one operation needs; fits one at a time. */
struct op {
	struct buffer src[MAX_SOURCES], dst;
	struct scatterlist sg[MAX_SOURCES];
	unsigned int nr_src, off, len;
	bool use_sg;
	void *coherent[MAX_SOURCES + 1];		/* coherent=1: the engine uses these */
	struct dmaengine_unmap_data *handed;	/* handover=1: until it is handed over */
	struct flight *flights;		/* FLIGHTS of them, used in turn */
	unsigned int next_flight;
	u8 old;			/* what the destination was filled with */
};

/* op.c: all may sleep */
int op_alloc(struct op *op);
void op_free(struct op *op);
/* Draws what is to be done, fills the buffers. */
void op_fill(struct channel *c, struct op *op, u64 *prng);
void op_fill_sources(struct op *op, u64 *prng);
/* -EIO when a mapping failed; nothing is mapped then. */
int op_map(struct channel *c, struct op *op);
void op_unmap(struct channel *c, struct op *op);
dma_cookie_t op_submit(struct op *op, struct dma_async_tx_descriptor *tx);
/* With handover=1 the mappings are the submitted descriptors' from here on. */
void op_hand_over(struct op *op);
/* NULL: refused */
struct dma_async_tx_descriptor *op_prep(struct channel *c, struct op *op,
					unsigned long flags);
/* Is the destination right? Counts and says the first that is not. */
void op_verify(const struct op *op);
bool op_untouched(const struct op *op);

/* run.c */
void run_one(struct channel *c, struct op *op, u64 *prng, unsigned int n);
void run_terminate(struct channel *c, struct op *op, u64 *prng);

u32 draw(u64 *prng, u32 max);	/* 0..max */

extern const char *const context_names[4];
int context_now(void);

#endif
