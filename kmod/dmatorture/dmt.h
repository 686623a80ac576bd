/* SPDX-License-Identifier: GPL-2.0-only */
/* The executor's own view of a program, and what its parts share. */
#ifndef DMT_H
#define DMT_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/dmaengine.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "cpu.h"
#include "uapi/dmatorture.h"

extern bool dmt_crash;		/* module parameter: CRASH steps are allowed */
extern bool dmt_no_terminate;	/* module parameter: treat all engines as unable to terminate */

struct dmt_run;

struct eng {
	char name[32];
	char device[64];
	u32 cap, channel, pick, group;
	char want[64];		/* DMT_PICK_FREE: the name that the device or its driver must have */
	/* valid during a run */
	struct dma_chan *chan;
	struct device *dev;	/* device for mappings: chan->device->dev */
	bool owner;		/* the first engine on this channel, which releases it */
	struct eng *first;	/* the owner; the fields below are used in the owner only */
	bool unsynced;		/* terminated, and not synchronized since */
	bool released;		/* released by a step: do not use the channel */
	bool retake;		/* has a forgotten descriptor, which only a release gives back */
	atomic_t terminating, terminated;	/* number of terminates begun and ended */
	u32 domain;
	struct dmt_about about;
};

struct buf {
	u32 size, offset, fill, value, memory;
	struct page *page;	/* NULL: it has no memory now */
	u32 in_page;		/* offset of the first byte in its page */
	u8 *mem;		/* first byte */
	struct kmem_cache *cache;	/* of DMT_MEMORY_CACHE */
};

enum map_state { MAP_FREE, MAP_BUSY, MAP_LIVE };

struct sg_addr {
	dma_addr_t addr;
	unsigned int len;
};

struct map {
	struct eng *e;
	u32 kind, dir, attrs, first, nr, size, list_of;
	unsigned long dma_attrs;
	bool rodata;		/* nothing may write to it */
	atomic_t state;		/* enum map_state; who makes it BUSY owns the fields below */
	dma_addr_t addr;	/* if it is not LIVE: the last address, or DMA_MAPPING_ERROR */
	struct scatterlist *sg;	/* DMT_MAP_SG; with list_of that of the other map */
	struct sg_addr *mapped;	/* copy of the list's addresses, if two maps share the list */
	int nents;		/* returned by dma_map_sg */
	/* PAGE and SINGLE: the memory; page NULL: it was freed */
	struct page *page;
	u32 in_page, len;
	void *at;
	void *mem;		/* memory of its own */
	struct page *pages;	/* NONCOHERENT */
	struct dma_pool *pool;	/* POOL; NULL: it was spoiled, and there was no memory for another */
	bool atomic;		/* memory of its own that was allocated where it cannot sleep */
	bool spoiled;		/* POOL: it got a wrong address back and must not be used any more */
};

/* Memory that map allocates and unmap frees. */
static inline bool dmt_owns_memory(u32 kind)
{
	return kind >= DMT_MAP_COHERENT;
}

enum tx_state {
	TX_NONE,
	TX_BUSY,		/* owned by who made it BUSY; no one else may change it */
	TX_PREPARED,
	TX_PARKED,		/* the program submitted it, but its parent has not ended */
	TX_SUBMITTING,		/* the provider's tx_submit is being called */
	TX_SUBMITTED,
	TX_DONE,
	TX_FAILED,
	TX_TERMINATED,
};

#define TX_SLOTS 4		/* descriptors of a tx whose late callbacks can be told apart */

struct prog;
struct tx;

struct tx_slot {
	struct tx *tx;
	u32 gen;
};

struct tx {
	struct eng *e;
	u32 op, flags, dst, first_src, nr_src, len, depend, callback;
	bool has_children;
	bool foreign;		/* uses an address of another domain */
	struct prog *p;
	struct dmt_run *run;
	spinlock_t lock;	/* protects all fields below; taken with irqs off */
	enum tx_state state;
	bool refused;		/* prep or submit failed; writers also hold depend_lock */
	bool finished;		/* complete, and the callback block has ended */
	bool doomed;		/* was submitted when a terminate began */
	struct dma_async_tx_descriptor *desc; /* while we may access it, see tx.c; else NULL */
	dma_cookie_t cookie;
	u32 gen;
	u32 parked_step;	/* the SUBMIT step that waits for the parent */
	u64 submit_ns, done_ns;
	struct tx *next;	/* used by who made it BUSY */
	struct tx_slot slots[TX_SLOTS];
	wait_queue_head_t wq;
};

struct operand {
	u32 on, obj, entry, off, len;
};

struct block {
	u32 kind, first, nr, ctx;
	u32 thread;		/* number of the THREAD block; in an IN block of its thread */
};

struct step {
	u16 op, flags;
	u32 obj, arg0, arg1;
};

struct prog {
	u64 seed;
	u32 flags, repeat, timeout_ms, wait_ms, keep_first, keep_bad, nr_barriers;
	u32 nr_engines, nr_buffers, nr_maps, nr_txs, nr_operands, nr_blocks, nr_steps;
	u32 nr_threads;
	u32 max_records;	/* of one iteration */
	bool has_stack;		/* buffers on a stack */
	struct eng *engines;
	struct buf *buffers;
	struct map *maps;
	struct tx *txs;
	struct operand *operands;
	struct block *blocks;
	struct step *steps;
	u32 barrier_parties[DMT_MAX_BARRIERS];
	spinlock_t depend_lock;	/* orders a parent's end and a child's parking; before tx.lock */
	atomic_t submits;	/* submits that the provider has taken */
	bool lost;		/* an engine may use its memory for ever, so nothing is freed */
	dmt_xor_fn *xor;	/* for CPU_XOR steps; NULL: the program has none */
	struct module *xor_owner;	/* the module of xor */
};

struct barrier {
	spinlock_t lock;	/* protects arrived and round */
	u32 parties, arrived, round;
	wait_queue_head_t wq;
};

struct counters {
	atomic64_t steps, steps_failed, checks, checks_bad, maps, maps_bounced;
	atomic64_t foreign_maps;
};

/* One DMT_IOC_RUN. */
struct dmt_run {
	struct prog *p;
	ktime_t start;
	int abort;		/* 0, or a negative errno: why it was aborted */
	wait_queue_head_t aborted;	/* wakes sleepers that nothing else would wake */
	bool stop;		/* tells threads to begin no further iteration */
	u32 iteration;
	u32 iterations;		/* completed */
	atomic_t bad;		/* a check or a step failed in this iteration */
	u32 kept_bad;
	u32 first_bad;
	u32 leftover_maps, leftover_txs;
	atomic_t wrong_taken;	/* a check was wrong, and its first bytes are kept */
	u32 wrong_step, wrong_offset;
	u8 wanted[DMT_WRONG_BYTES], found[DMT_WRONG_BYTES];
	spinlock_t atomic_lock;	/* held by `in atomic` blocks */
	struct barrier begin, end;	/* of an iteration */
	struct barrier barriers[DMT_MAX_BARRIERS];
	struct counters n;
	/* records */
	struct dmt_record *records;
	u32 capacity;	/* room for the kept records and those of one iteration */
	u32 keep_max;	/* how many may be kept */
	u32 base;	/* first record of the current iteration */
	atomic_t used;
	u32 lost, digest;
	/* threads */
	struct completion done;
	atomic_t running;
};

/* The executing context: a thread, or a callback that the engine's provider calls. */
struct exec {
	struct dmt_run *run;
	u8 thread;		/* 0xff in a callback */
	bool atomic;		/* may not sleep */
	u64 prng;
};

/* crash.c: enum dmt_crash. Any context. */
void dmt_do_crash(u32 how);

/* load.c: makes a program from its wire form. NULL on an error, with @reason filled. May sleep. */
struct prog *dmt_load(const void *wire, size_t len, struct dmt_reason *reason);
void dmt_unload(struct prog *p);

/* rules.c: the rules that a program as a whole must obey. */
struct loader {
	const u8 *wire;
	struct dmt_reason *reason;
	u32 steps_at, step_size;	/* of the step table, for messages */
	u32 maps_at, map_size;
	u32 txs_at, tx_size;
	u32 blocks_at, block_size;
};

int dmt_refuse(struct loader *l, u32 offset, const char *fmt, ...) __printf(3, 4);
int dmt_no_memory(struct loader *l);
int dmt_check_rules(struct loader *l, struct prog *p);
bool dmt_may_sleep(const struct block *b);
u32 dmt_step_at(const struct loader *l, u32 step);

/* rules_wrong.c: the rules that even a program that breaks the API's rules must obey. */
int dmt_check_memory(struct loader *l, struct prog *p);
int dmt_check_wrong(struct loader *l, const struct prog *p, u32 step);
int dmt_check_alone(struct loader *l, const struct prog *p);
u32 dmt_map_len(const struct prog *p, const struct map *m, u32 entry);

/* cost.c: limits chains of callbacks, and how long interrupts stay off. */
int dmt_check_cost(struct loader *l, struct prog *p);

/* run.c: dmt_run() runs @p to its end and sleeps. It fills @sums; records stay in @run. */
int dmt_run_init(struct dmt_run *run, struct prog *p);
void dmt_run_free(struct dmt_run *run);
void dmt_run(struct dmt_run *run, struct dmt_sums *sums);
void dmt_abort(struct dmt_run *run, int why);

static inline bool dmt_aborted(const struct dmt_run *run)
{
	return READ_ONCE(run->abort);
}

/*
 * Waits until all parties have arrived. Returns 0, or -EINTR when @run was aborted; with
 * @run NULL it cannot be aborted. Sleeps.
 */
int dmt_barrier(struct barrier *b, struct dmt_run *run);

/*
 * fail.c: allocations of this task between take and give count for fail_nth. Any context; in
 * an interrupt they do nothing.
 */
#ifdef CONFIG_FAULT_INJECTION
void dmt_fail_take(void);
void dmt_fail_give(void);
#else
static inline void dmt_fail_take(void) { }
static inline void dmt_fail_give(void) { }
#endif

/* steps.c */
struct step_type {
	u32 number, object, flags, max0, max1;
};

extern const struct step_type dmt_step_types[DMT_STEP__COUNT];	/* uapi/steps.h */
void dmt_exec_block(struct exec *x, const struct block *b);

/* exec.c */
int dmt_exec_step(struct exec *x, const struct step *s, u64 *value);

/* context.c */
int dmt_exec_in(struct exec *x, const struct block *b);

/* tx.c: these return the status, and give the @value, that uapi/dmatorture.h lists. */
int dmt_tx_prep(struct exec *x, struct tx *tx);
int dmt_tx_submit(struct exec *x, struct tx *tx, u32 step, u64 *value);
int dmt_tx_submit_again(struct exec *x, struct tx *tx, u64 *value);
int dmt_tx_forget(struct tx *tx);
int dmt_tx_submit_now(struct exec *x, struct tx *tx, enum tx_state from, dma_cookie_t *cookie);
int dmt_tx_wait(struct exec *x, struct tx *tx, u32 ms, u64 *value);
int dmt_tx_status(struct tx *tx, u64 *value);
int dmt_tx_ack(struct tx *tx);
void dmt_tx_poll(struct tx *tx);
void dmt_tx_refuse(struct tx *tx);
void dmt_tx_refused(struct tx *tx);

/* depend.c */
int dmt_tx_park(struct dmt_run *run, struct tx *tx, u32 step);
void dmt_run_children(struct exec *x, struct tx *parent, int err);

/* settle.c */
int dmt_tx_terminate(struct dmt_run *run, struct exec *x, struct eng *e);
void dmt_tx_reset(struct dmt_run *run);
int dmt_tx_synchronize(struct eng *e);
void dmt_tx_drop_channel(struct prog *p, const struct eng *e);
bool dmt_map_in_use(struct prog *p, u32 map);
int dmt_tx_settle(struct dmt_run *run);

/* channel.c: dmt_get_channels() returns 0, or a negative errno with sums->reason. May sleep. */
int dmt_get_channels(struct prog *p, struct dmt_sums *sums);
void dmt_put_channels(struct prog *p);
/* Notes that @e has @chan now, or NULL. */
void dmt_channel_taken(struct eng *e, struct dma_chan *chan);
enum dma_transaction_type dmt_native_cap(u32 cap);
bool dmt_can_terminate(const struct eng *e);
int dmt_release_channel(struct dmt_run *run, struct eng *e);
int dmt_retake_channels(struct prog *p);

/*
 * pick.c: dmt_pick_channels() chooses for the engines with DMT_PICK_FREE, as dmt_get_channels() does
 * for the others, which have theirs already. May sleep.
 */
int dmt_pick_channels(struct prog *p, struct dmt_sums *sums);
/* Fills e->about. The engine has a channel. */
void dmt_ask_engine(struct eng *e);
/* Has it announced that it can do this? @all: all addresses and the length, or-ed. Any context. */
bool dmt_engine_can(const struct eng *e, u32 nr_src, dma_addr_t all);

/* memory.c */
int dmt_buf_alloc(struct buf *b);
void dmt_buf_free(struct buf *b);
void dmt_buf_drop(struct buf *b);
int dmt_buf_give_back(struct prog *p, u32 buffer);
void dmt_buf_fill(struct dmt_run *run, u32 i);
/* Places the STACK buffers in @mem, on the caller's stack; it has 2 * DMT_MAX_STACK_BYTES. */
void dmt_buf_on_stack(struct prog *p, u8 *mem);
/* Returns NULL when the memory was freed by a step. */
u8 *dmt_operand_mem(const struct prog *p, const struct operand *o);
int dmt_cpu_read(struct prog *p, const struct operand *o, u64 *value);
int dmt_cpu_write(struct exec *x, const struct operand *o, u32 fill, u32 value);
int dmt_check(struct exec *x, const struct step *s, u64 *value);

/* cpu.c: refuses a program with CPU_XOR steps when dmtcpu.ko is not loaded. */
int dmt_cpu_get(struct loader *l, struct prog *p, u32 step);
void dmt_cpu_put(struct prog *p);
int dmt_cpu_copy(struct prog *p, const struct step *s);
int dmt_cpu_xor(struct prog *p, const struct step *s);

/* map.c */
int dmt_list_alloc(struct prog *p, struct map *m);
void dmt_list_free(struct map *m);
/* Points the lists to the buffers' memory. Call it whenever that was allocated or has changed. */
void dmt_lists_fill(struct prog *p);
/* The same for PAGE and SINGLE maps; call it also when memory was freed. */
void dmt_maps_place(struct prog *p);
int dmt_map(struct exec *x, struct map *m, u64 *value);
int dmt_unmap(struct exec *x, struct map *m, u32 how, u32 arg);
int dmt_forget_map(struct map *m);
int dmt_mapping_error(struct exec *x, struct map *m, u64 *value);
int dmt_sync(struct exec *x, const struct step *s, bool for_cpu);
int dmt_resolve(struct prog *p, const struct operand *o, bool stale, dma_addr_t *addr);
void dmt_unmap_leftovers(struct dmt_run *run);

/* own.c: maps with memory of their own */
int dmt_pools_create(struct prog *p);
void dmt_pools_destroy(struct prog *p);
bool dmt_own_alloc(struct exec *x, struct map *m, struct device *dev);
void dmt_pools_renew(struct prog *p);
int dmt_own_free(struct prog *p, struct map *m, u32 how, u32 arg);

/* record.c */
int dmt_records_init(struct dmt_run *run);
/* Records a step that ended @now. Any context. */
void dmt_record(struct exec *x, u32 step, int status, u64 value, ktime_t now);
/* Call it after the last record of an iteration: digests its records, keeps or drops them. */
void dmt_records_end_iteration(struct dmt_run *run);

/* domain.c: gives engines of the same mapping domain the same number. */
void dmt_find_domains(struct prog *p);
/* May the one use the DMA addresses of the other? May sleep. */
bool dmt_same_domain(struct device *a, struct device *b);
/*
 * Marks the txs that use an address of another domain. -EXDEV, with @reason, if there are some;
 * -EPERM if an engine would take an IOMMU's address for memory.
 */
int dmt_check_foreign(struct prog *p, char *reason, size_t size);

/* splitmix64: all random choices come from the program's seed. */
static inline u64 dmt_random(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* A seed made from the program's seed, the iteration, and object @which of kind @what. */
static inline u64 dmt_seed(const struct dmt_run *run, u32 what, u32 which)
{
	u64 s = run->p->seed ^ ((u64)run->iteration << 32 | what << 24 | which);

	return dmt_random(&s);
}

#endif
