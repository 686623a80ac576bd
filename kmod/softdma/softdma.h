/* SPDX-License-Identifier: GPL-2.0-only */
/* Software DMA engines: what their parts share. See uapi/softdma.h. */
#ifndef SOFTDMA_H
#define SOFTDMA_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/dmaengine.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "uapi/softdma.h"

#define SOFTDMA_MAX_CHANNELS	8
#define SOFTDMA_MAX_SRC		16	/* of any operation */
#define SOFTDMA_FAULT_LINES	5	/* access faults printed for each engine */
#define SOFTDMA_ERROR_COOKIES	64	/* failed cookies that a channel remembers */
#define SOFTDMA_FORGOTTEN	64	/* at most so many unmap data are leaked (fault leak) */

#define PERSONALITY(id, ...)	SOFTDMA_##id,
enum softdma_personality_id {
#include "uapi/personalities.h"
	SOFTDMA_NR_PERSONALITIES
};

enum softdma_ops { SOFTDMA_DIRECT, SOFTDMA_STRICT };

/* Who may take the channels. */
enum softdma_access { SOFTDMA_BY_PERSONALITY, SOFTDMA_PRIVATE, SOFTDMA_PUBLIC };

enum softdma_completion {
	SOFTDMA_HARDIRQ,
	SOFTDMA_SOFTIRQ,
	SOFTDMA_THREADED,
	SOFTDMA_WORKQUEUE,
};

enum softdma_fault_kind {
	SOFTDMA_DROP,
	SOFTDMA_DELAY,
	SOFTDMA_ERROR,
	SOFTDMA_EARLY,
	SOFTDMA_START,
	SOFTDMA_COMPLETE,
	SOFTDMA_LOST_DEP,
	SOFTDMA_LOCKED,
	SOFTDMA_LOCKED_DEP,
	SOFTDMA_LATE,
	SOFTDMA_SWAP,
	SOFTDMA_INVISIBLE,
	SOFTDMA_MASKED,
	SOFTDMA_RESIDUE,
	SOFTDMA_LEAK,
	SOFTDMA_RECYCLE,
	SOFTDMA_DUPLICATE,
	SOFTDMA_AFTER,
	SOFTDMA_CORRUPT,
	SOFTDMA_REFUSE,
	SOFTDMA_MAP_FAIL,
	SOFTDMA_VANISH,
	SOFTDMA_SUBMIT,
	SOFTDMA_NR_FAULTS
};

/* The four numbers mean what they mean to the kernel's fault-inject. */
struct softdma_fault {
	u32 interval;		/* only every interval-th call may fail */
	u32 probability;	/* percent */
	s32 space;		/* bytes that pass before the first failure */
	s32 times;		/* failures at most; -1: no limit */
	u32 count;
};

struct softdma_faults {
	spinlock_t lock;	/* protects all fields below; taken with irqs off */
	struct softdma_fault fault[SOFTDMA_NR_FAULTS];
	u32 delay_ns;
	u64 prng;
};

struct softdma_config {
	u32 personality;	/* enum softdma_personality_id */
	u32 completion;		/* enum softdma_completion */
	u32 ops;		/* enum softdma_ops */
	char domain[SOFTDMA_NAME_MAX + 1];
	u64 mask_bits;		/* 0, as four more below: the personality's */
	u64 channels;
	u64 ring;
	u64 max_xor;
	u64 max_pq;
	u64 pq_continue;	/* 0, 1 */
	u32 align;		/* 1 + enum dmaengine_alignment */
	u32 access;		/* enum softdma_access */
	u64 interrupt;		/* 1: offers DMA_INTERRUPT, whatever the personality */
	u64 syncs;		/* 1: dma_sync_*() are calls, also for a coherent device */
	u64 max_len;
	u64 setup_ns;
	u64 rate;		/* bytes per second; 0: the size costs nothing */
	u64 jitter_ns;
	u64 seed;
};

/* personality.c */
extern const struct softdma_personality softdma_personalities[SOFTDMA_NR_PERSONALITIES];
const struct softdma_personality *softdma_personality(const struct softdma_config *cfg);
/* Fills in what was not written. */
void softdma_config_defaults(struct softdma_config *cfg);

/* Devices of one domain see one another's IOVAs. */
struct softdma_domain {
	struct list_head node;
	refcount_t users;
	u64 id;			/* never reused, as mappings keep it longer than the domain lives */
	struct device *root;	/* parent of the devices; NULL: an unnamed domain */
	char name[SOFTDMA_NAME_MAX + 1];
};

enum softdma_op_kind {
	SOFTDMA_MEMCPY,
	SOFTDMA_XOR,
	SOFTDMA_XOR_VAL,
	SOFTDMA_PQ,
	SOFTDMA_PQ_VAL,
	SOFTDMA_INTERRUPT,
	SOFTDMA_NR_OPS
};

#define SOFTDMA_HAS_DST0	BIT(0)	/* the only destination, or P of PQ */
#define SOFTDMA_HAS_DST1	BIT(1)	/* Q of PQ */
#define SOFTDMA_READS_DST	BIT(2)	/* the destinations are sources as well */

/* One operation as an engine sees it: DMA addresses and no pointers to data. */
struct softdma_op {
	enum softdma_op_kind kind;
	u32 flags;
	dma_addr_t dst[2];
	dma_addr_t src[SOFTDMA_MAX_SRC];
	u8 coef[SOFTDMA_MAX_SRC];	/* PQ, PQ_VAL: the coefficient of each source */
	u32 nr_src;
	u32 len;			/* bytes of each block; INTERRUPT: 0 */
	enum sum_check_flags *result;	/* XOR_VAL, PQ_VAL: where the result is written */
};

static inline bool softdma_has_dst(const struct softdma_op *op, int i)
{
	return op->flags & (i ? SOFTDMA_HAS_DST1 : SOFTDMA_HAS_DST0);
}

/* Does the operation only compare, and write no data? */
static inline bool softdma_is_check(const struct softdma_op *op)
{
	return op->kind == SOFTDMA_XOR_VAL || op->kind == SOFTDMA_PQ_VAL;
}

struct softdma_desc {
	struct dma_async_tx_descriptor tx;
	struct list_head node;	/* in one of the channel's lists, except while active */
	struct list_head tell;	/* in done or late: the client must still be told */
	/* the descriptor that dmt_hw_*() report: &tx, but for a stand-in the original's */
	struct dma_async_tx_descriptor *who;
	struct softdma_op op;
	enum dmaengine_tx_result result;
	unsigned int telling;	/* completions of it that are being delivered now */
	dma_cookie_t unseen;	/* cookie to complete after the callback; 0: none */
	bool told;		/* the client was told, or will never be told */
};

struct softdma_dev;

enum softdma_phase {
	SOFTDMA_IDLE,
	SOFTDMA_BUSY,		/* the timer runs for the active descriptor */
	SOFTDMA_HELD_BACK,	/* its data are moved, its completion is delayed */
	SOFTDMA_MOVES_LATE,	/* a descriptor completed before its data were moved */
};

struct softdma_chan {
	struct dma_chan chan;
	struct softdma_dev *sd;
	spinlock_t lock;	/* protects all fields below; taken with irqs off */
	struct list_head free;
	struct list_head prepared;	/* not submitted yet */
	struct list_head submitted;	/* not issued yet */
	struct list_head issued;
	struct list_head lost;		/* data moved, completion withheld (drop, swap) */
	struct list_head ended;		/* the hardware has finished with them */
	struct list_head done;		/* linked by tell: the client is told now ... */
	struct list_head late;		/* ... or when late_timer fires */
	struct softdma_desc *active;
	struct softdma_desc *held;	/* one of lost: it completes after the next one (swap) */
	struct softdma_desc *late_of;	/* completed, its data are still to be moved (early) */
	dma_cookie_t late_cookie;
	struct softdma_desc *again_of;	/* its data will be moved a second time (after) */
	dma_cookie_t again_cookie;
	enum softdma_phase phase;
	struct softdma_desc *ring;
	struct hrtimer timer;		/* paces the hardware */
	struct hrtimer late_timer;
	struct hrtimer again_timer;
	spinlock_t told_lock;		/* held in callbacks by the faults locked, locked_dep */
	u64 prng;
	dma_cookie_t errors[SOFTDMA_ERROR_COOKIES];
	unsigned int nr_errors;

	struct tasklet_struct tasklet;
	struct work_struct work;
	struct kthread_worker *worker;
	struct kthread_work kwork;
};

struct softdma_stats {
	atomic64_t submitted, completed, errors, terminated, bytes, compute_ns;
	atomic64_t ops[SOFTDMA_NR_OPS];
	atomic64_t access_faults, injected[SOFTDMA_NR_FAULTS];
};

/* An engine; it exists from probe until the last client has released its channels. */
struct softdma_dev {
	struct dma_device ddev;
	struct device *dev;	/* holds a reference: clients unmap with it */
	struct softdma_config cfg;
	struct softdma_domain *domain;
	struct softdma_faults faults;
	struct softdma_stats stats;
	atomic_t fault_lines;
	struct {		/* protected by faults.lock */
		struct dmaengine_unmap_data *data[SOFTDMA_FORGOTTEN];
		unsigned int nr;
	} forgotten;
	struct completion unbound;	/* the driver's remove is over: it may be freed */
	bool gone;		/* removed, or vanished by a fault: nothing starts any more */
	struct work_struct free_work;
	unsigned int nr_chans;
	struct softdma_chan chans[];
};

static inline struct softdma_chan *to_softdma_chan(struct dma_chan *chan)
{
	return container_of(chan, struct softdma_chan, chan);
}

/* config.c */
int softdma_config_init(void);
void softdma_config_exit(void);

/* device.c: platform devices */
struct softdma_pdata {
	const struct softdma_config *cfg;	/* cfg and faults are valid only during probe */
	const struct softdma_faults *faults;
	struct softdma_domain *domain;
	u64 domain_id;
	bool foreign;		/* another module's device (world.h): only domain, domain_id set */
	bool strict;		/* if foreign: it lives in the strict world */
};

int softdma_device_init(void);
void softdma_device_exit(void);
/*
 * Adds an engine's device, softdma.<n>, and waits until its driver has probed.
 * Returns the device, or an ERR_PTR (-ENXIO when the probe failed). May sleep.
 */
struct platform_device *softdma_device_add(const struct softdma_config *cfg,
					   const struct softdma_faults *faults);
/* Removes it; clients may still hold channels. May sleep. */
void softdma_device_remove(struct platform_device *pdev);

/* A client that does not set DMA_PREP_INTERRUPT asks for no callback. */
static inline bool softdma_has_callback(const struct dma_async_tx_descriptor *tx)
{
	return tx->flags & DMA_PREP_INTERRUPT && (tx->callback_result || tx->callback);
}

static inline struct softdma_desc *to_softdma_desc(struct dma_async_tx_descriptor *tx)
{
	return container_of(tx, struct softdma_desc, tx);
}

/* chan.c */
int softdma_chan_init(struct softdma_dev *sd, struct softdma_chan *c);
void softdma_chan_exit(struct softdma_chan *c);
void softdma_set_ops(struct softdma_dev *sd);
/* Waits until no timer or callback of dropped descriptors runs. May sleep. */
void softdma_wait_idle(struct softdma_chan *c);

/* drop.c */
/*
 * Drops all submitted descriptors: they never complete. Descriptors that the
 * client holds (prepared, or in their callback) stay untouched. Any context.
 */
void softdma_drop_all(struct softdma_chan *c);
/* Undoes the mappings that the fault leak kept. Call it when no client is left. */
void softdma_remember(struct softdma_dev *sd);

/* prep.c: descriptors, and the prep ops of MEMCPY and XOR */
/*
 * Returns a descriptor for @op, or NULL when none is free or a fault says so. Any context.
 * The provider's prep ops call this; they also return NULL for an operation beyond a limit.
 */
struct dma_async_tx_descriptor *softdma_prep(struct softdma_chan *c, const struct softdma_op *op,
					     unsigned long tx_flags);
/* Is @op within the engine's limits (length, at most @max_src sources) and aligned? */
bool softdma_fits(const struct softdma_chan *c, const struct softdma_op *op, u32 max_src);
struct dma_async_tx_descriptor *
softdma_prep_memcpy(struct dma_chan *chan, dma_addr_t dst, dma_addr_t src, size_t len,
		    unsigned long flags);
struct dma_async_tx_descriptor *
softdma_prep_xor(struct dma_chan *chan, dma_addr_t dst, dma_addr_t *src, unsigned int nr_src,
		 size_t len, unsigned long flags);

/* prep_raid.c: the other prep ops; gives @dd those in @does, SOFTDMA_DOES_* */
void softdma_set_prep_ops(struct dma_device *dd, const struct softdma_config *cfg, u32 does);

/* status.c: device_tx_status */
enum dma_status softdma_tx_status(struct dma_chan *chan, dma_cookie_t cookie,
				  struct dma_tx_state *state);

/* clock.c: the hardware, and the provider's ops that start it */
void softdma_clock_init(struct softdma_chan *c);
void softdma_clock_cancel(struct softdma_chan *c);
dma_cookie_t softdma_tx_submit(struct dma_async_tx_descriptor *tx);
void softdma_issue_pending(struct dma_chan *chan);
/* Starts @timer, to fire in @ns. Call with c->lock held. */
void softdma_arm(struct hrtimer *timer, u64 ns);
/* Call it after the client was told that @d completed; @first: it was the first time. */
void softdma_told(struct softdma_chan *c, struct softdma_desc *d, bool first);

/* complete.c */
int softdma_complete_init(struct softdma_chan *c);
void softdma_complete_exit(struct softdma_chan *c);
/* Hands c->done to the configured context. Any context; no locks held. */
void softdma_kick(struct softdma_chan *c);
/* Waits until no completion runs. May sleep. */
void softdma_complete_sync(struct softdma_chan *c);

/*
 * access.c: carries out @op, reaching memory by the DMA addresses alone. @flip is the
 * offset of a result byte to invert, or -1. Returns DMA_TRANS_NOERROR, or
 * DMA_TRANS_READ_FAILED or DMA_TRANS_WRITE_FAILED with nothing written. Any context,
 * irqs off.
 */
enum dmaengine_tx_result softdma_move(struct softdma_dev *sd, const struct softdma_op *op,
				      s64 flip);

/*
 * dma-direct: returns the CPU address of the @len bytes at @addr; NULL and the reason
 * in *@why when the device cannot reach them. Any context.
 */
void *softdma_resolve_direct(struct device *dev, dma_addr_t addr, u32 len, const char **why);

/* hw.c: functions that an observer probes */
void dmt_hw_start(struct dma_async_tx_descriptor *tx, dma_cookie_t cookie);
void dmt_hw_done(struct dma_async_tx_descriptor *tx, dma_cookie_t cookie, int error);
void dmt_hw_drop(struct dma_async_tx_descriptor *tx, dma_cookie_t cookie);

/* strict.c: the map ops; iova.c: addresses and live mappings */
extern const struct dma_map_ops softdma_strict_ops;

/* domain.c */
struct softdma_domain *softdma_domain_get(const char *name);
void softdma_domain_hold(struct softdma_domain *domain);
void softdma_domain_put(struct softdma_domain *domain);

/* fault.c */
extern const char *const softdma_fault_counters[SOFTDMA_NR_FAULTS];
void softdma_faults_init(struct softdma_faults *faults);
int softdma_fault_parse(struct softdma_faults *faults, int kind, const char *s);
int softdma_fault_show(struct softdma_faults *faults, int kind, char *page);
/* Shall fault @kind hit this operation of @len bytes? Counts each hit. Any context. */
bool softdma_fault_hits(struct softdma_dev *sd, int kind, u32 len);

/* nth.c */
enum softdma_call {
	SOFTDMA_NO_CALL,
	SOFTDMA_CALL_MAP,
	SOFTDMA_CALL_PREP,
	SOFTDMA_CALL_SUBMIT,
	SOFTDMA_NR_CALLS
};

/* Counts a call and returns whether it is the one that must fail. Any context. */
bool softdma_nth_fails(enum softdma_call call);

#endif
