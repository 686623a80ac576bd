/* SPDX-License-Identifier: GPL-2.0-only */
/* The judge's internal state: what its parts share. */
#ifndef HARNESS_JUDGE_STATE_H
#define HARNESS_JUDGE_STATE_H

#include "lib/base/itree.h"
#include "lib/base/strbuf.h"
#include "judge.h"
#include "lib/base/table.h"

enum {	/* enum dma_data_direction */
	DIR_BIDI	= 0,
	DIR_TO		= 1,
	DIR_FROM	= 2,
};

#define ATTR_SKIP_CPU_SYNC	(1u << 5)
#define ATTR_MMIO		(1u << 10)
#define ATTR_IGNORE_CACHELINES	(1u << 11)
#define ATTR_REQUIRE_COHERENT	(1u << 12)
#define ATTR_CC_SHARED		(1u << 13)

enum {	/* enum dma_ctrl_flags */
	CTRL_INTERRUPT	= 1 << 0,
	CTRL_ACK	= 1 << 1,
	CTRL_DISABLE_P	= 1 << 2,
	CTRL_DISABLE_Q	= 1 << 3,
	CTRL_CONTINUE	= 1 << 4,
	CTRL_FENCE	= 1 << 5,
	CTRL_REUSE	= 1 << 6,
};

enum {	/* enum dma_status */
	STATUS_COMPLETE = 0,
	STATUS_ERROR	= 3,
};

enum {	/* bits of the capability mask for operations whose prep is not probed */
	CAP_MEMSET_SG	= 6,
	CAP_SLAVE	= 10,
	CAP_INTERLEAVE	= 12,
};

/* ---- devices ---- */

struct jdev {
	struct table_node node;		/* by address */
	struct jdev *next;		/* of all devices, also those that are gone */
	uint64_t addr;
	char name[56];
	char driver[56];
	char kind[56];			/* the name without its numbers */
	bool bound;			/* its BIND was seen */
	uint64_t bound_epoch;
	bool info;
	uint32_t flags;			/* OBS_DEV_* */
	uint64_t elided;		/* questions that only its untold syncs answer */
	uint64_t parent, mask, coherent_mask, max_seg, boundary, domain;
	struct itree bus;		/* its mappings and allocations by DMA address */
	bool may_stay;			/* its driver need not unmap */
	uint32_t staying;		/* its live mappings that may stay */
	struct jmap *maps;
};

/* ---- mappings ---- */

enum map_kind {
	MAP_PAGE,
	MAP_RESOURCE,
	MAP_LINK,		/* of the two-step API */
	MAP_SG,
	MAP_COHERENT,
	MAP_NONCOHERENT,
	MAP_POOL,
	MAP_NONCONTIGUOUS,
};

enum owner {
	OWNER_DEVICE,
	OWNER_CPU,
	OWNER_UNKNOWN,
	OWNER_CPU_WROTE,	/* the CPU's, and it has written there since it has them */
};

struct span {
	uint64_t start, end;
	enum owner owner;
};

/* The owner of each byte of a mapping: a base, and sorted spans that have another owner. */
struct owners {
	enum owner base;
	uint16_t nr, cap;
	struct span *spans;
};

#define EPOCH_UNSURE	UINT64_MAX	/* of a mapping about which nothing may be said any more */

struct jmap {
	struct table_node node;		/* by the low half of the DMA address */
	struct itree_node phys;		/* not for resources and allocations */
	struct itree_node bus;
	struct jmap *prev, *next;	/* in the device's list, or in that of ghosts */
	struct jdev *dev;
	enum map_kind kind;
	bool live;			/* false: a ghost, unmapped and remembered for a while */
	bool excused;			/* a ghost whose unmap was already reported */
	bool in_phys;
	bool elided;
	bool checked;			/* dma_mapping_error() was called */
	bool freed;			/* the free of its memory was reported */
	bool aborted;			/* the last descriptor to use it was aborted */
	bool used;			/* a descriptor that used it has completed */
	bool synced;			/* a link: dma_iova_sync() was called */
	bool may_stay;			/* it may have ended without an unmap */
	int32_t wrote_stack;		/* of the last access that made OWNER_CPU_WROTE */
	bool reused;			/* its address was given out before it was seen unmapped */
	uint64_t phys_addr, dma, len;
	uint64_t obj;			/* allocation: its CPU address; pool: the pool's address */
	uint64_t pool;			/* coherent memory: the pool that it is cut up by, or 0 */
	uint32_t dir, attrs;
	uint64_t epoch, seq, time, unmap_seq, unmap_time;
	uint32_t task;
	uint16_t cpu;
	uint8_t level;
	int32_t stack, unmap_stack;
	struct jsite *site;		/* judge_grow.c; NULL: it is not counted */
	struct jsg *sg;
	uint32_t index;			/* in its list */
	uint64_t ud;			/* unmap data of the last descriptor to use it */
	struct owners owners;
	struct juse *uses;
};

struct jseg {
	uint64_t dma, len;
};

/* A mapped scatterlist. */
struct jsg {
	struct table_node node;		/* by its pointer */
	struct jdev *dev;
	uint64_t obj;
	uint32_t nents, mapped, got, live;
	uint32_t dir, attrs;
	uint64_t epoch, seq, max_seg, boundary;
	bool elided;
	int32_t stack;
	const struct jsg *remaps;	/* list that it maps again; may dangle, only compared */
	struct jmap **entries;		/* nents of them */
	struct jseg *segs;		/* mapped of them */
	uint32_t cur;			/* the segment that the next entry is in */
	uint64_t off;
};

/* ---- contexts ---- */

#define MAX_FRAMES 8

/* A callback, or dma_run_dependencies(), that is running. */
struct frame {
	bool deps;
	uint64_t func, param;		/* deps: the descriptor, and 0 */
	struct jchan *chan;		/* NULL: unknown */
	struct finding_tx tx;
	bool has_tx;
	uint64_t seq;
	int32_t stack;
};

/* A task, or a CPU at a level. Exists while something is going on in it. */
struct jctx {
	struct table_node node;
	uint64_t key;
	struct frame frames[MAX_FRAMES];
	unsigned int nr;
	struct jsg *sg;			/* list whose entries come next */
	struct jtx *tx;			/* descriptor whose addresses come next */
	uint32_t tx_left;
	int32_t hint_cookie;		/* the cookie that had completed on it */
	struct jchan *hint;		/* from COOKIE: the next callback is this channel's */
};

/* ---- dmaengine ---- */

struct jprov {
	struct table_node node;		/* by the dma_device */
	uint64_t addr;
	struct jdev *dev;
	uint64_t caps;
	uint32_t max_xor, max_pq, align, ops;
	bool no_order;
	bool gone;			/* unregistered */
	bool issue_seen, sync_seen;
};

struct cookie_at {
	int32_t cookie;			/* 0: none */
	uint16_t cpu;
	uint64_t time;
};

struct jchan {
	struct table_node node;		/* by the dma_chan */
	uint64_t addr;
	struct jdev *dev;
	struct jprov *prov;		/* NULL: not known */
	uint32_t id;
	int64_t clients;
	bool unwatched;			/* one in flight has a submit that is not probed */
	bool told;
	bool hw;			/* its engine reports what it does (engine events) */
	struct jtx *first, *last;	/* submitted, in this order */
	struct jtx *prepped;		/* not submitted yet */
	uint32_t queued;
	uint64_t term_enter;		/* seq of a TERMINATE that has not returned, or 0 */
	uint64_t term_ctx;		/* where it was called */
	bool unsynced;			/* terminated, and no SYNCHRONIZE since */
	bool issued_since;		/* an ISSUE since then has issued something */
	struct finding_tx issued_tx;
	struct obs_event issue_event;
	struct finding *late;		/* reported if the provider has a SYNCHRONIZE */
	unsigned int nr_late;
	uint64_t issue_time, issue_ctx;
	uint64_t epoch;
	struct cookie_at completed;	/* the last completed cookie that an event gave */
	struct cookie_at called;	/* that of the last callback */
	uint64_t called_ctx;
	bool called_done;		/* that callback has returned */
	int32_t residue_cookie;
	uint64_t residue;
	uint16_t residue_cpu;
};

/* One operand: a piece of a mapping that a descriptor uses. */
struct juse {
	struct juse *prev, *next;	/* in the mapping's list */
	struct jtx *tx;
	struct jmap *map;		/* NULL: not known */
	uint64_t dma, len;
	uint8_t dir;			/* as in PREP_ADDR: 1 source, 2 destination, 0 both */
	bool told;			/* something was reported about it */
	bool dead;			/* it was not mapped any more when it was prepared */
};

enum tx_state {
	TX_PREPPED,
	TX_SUBMITTED,
	TX_DONE,
};

struct jtx {
	struct table_node node;		/* by the descriptor */
	struct table_node cb_node;	/* by its callback, while that may come */
	bool in_cb;
	struct table_node ud_node;	/* by its unmap data, until the last put */
	bool in_ud;
	struct jtx *prev, *next;	/* in the channel's list, or in that of done ones */
	struct jchan *chan;
	uint64_t desc;
	enum tx_state state;
	uint32_t op, prep_flags, flags;
	uint64_t len;
	bool prep_seen, unwatched, cb_unwatched, returned, issued, issue_maybe, started;
	bool hw_done;			/* the engine reported it done, or dropped */
	bool told;			/* the client can know that it is complete */
	bool called;			/* its callback was called */
	bool aborted, synced;
	bool unsure;			/* it may have ended unseen: conclude nothing from it */
	bool again;			/* submitted a second time without a prep */
	bool refused;			/* its submit failed */
	bool missed;			/* it was reported that it was not called */
	bool async;			/* async_tx was given it */
	int32_t old_cookie;
	int64_t hw_error;
	int32_t cookie;
	uint64_t epoch, prep_seq, prep_time, submit_seq, submit_time, told_time;
	uint64_t submit_ctx;
	uint64_t func, param, ud;
	uint32_t task;
	int32_t prep_stack, submit_stack;
	struct jtx *parent;		/* ASYNC_SUBMIT: may dangle, only compared, and only */
	uint64_t parent_seq;		/* while its prep_seq is this */
	uint64_t child_seq;		/* prep_seq of a child that waits, or 0 */
	uint64_t child;			/* its descriptor */
	uint32_t nr, cap, want;
	struct juse *uses;
};

struct jud {
	struct table_node node;		/* by the unmap data */
	uint64_t obj;
	bool gone;			/* its last reference was put */
	uint64_t epoch;
	struct finding_ud life;
};

/* ---- the judge ---- */

#define MAX_GHOSTS	4096
#define MAX_DONE	8192
#define MAX_QUEUED	65536	/* of one channel */
#define MAX_LATE	32
#define MAX_UDS		65536

struct range {
	enum judge_range_kind kind;
	uint64_t first, last;
};

struct judge {
	struct judge_options opts;
	struct judge_counters n;
	uint64_t last_seq, now;
	uint64_t announced;		/* losses that will also show as a gap */
	uint64_t epoch;			/* counts losses */
#define EPOCH_NEVER	(~0ull)		/* of what nothing is concluded from */
	struct strbuf blind;		/* names of functions */
	bool no_syncs, no_locks;
	uint64_t asked_seq;		/* of the first MAPPING_ERROR; more will follow */
	unsigned int nr_ranges;
	struct range *ranges;

	struct table devs;
	struct jdev *all_devs, *last_dev;

	struct itree phys;
	struct table maps;		/* live ones and ghosts */
	struct table iovas;
	struct table pools;
	struct table sgs;
	struct jmap *free_maps;
	struct jmap *ghost_first, *ghost_last;
	unsigned int ghosts;

	struct table ctxs;
	unsigned int irq_ctxs;
	struct jctx *free_ctxs;

	struct table provs, chans, txs, cbs, uds, ud_txs, sites;
	struct jtx *free_txs, *done_first, *done_last;
	unsigned int done;
	uint64_t wait_ctx, wait_chan;	/* of the last dma_wait_for_async_tx() */

	struct finding *findings;
	size_t nr_findings, cap_findings;
	struct finding_subject *subjects;
	size_t nr_subjects, cap_subjects;
	struct table finding_index, subject_index;
};

/* ---- rules that have their event to themselves: violation_rows.h ---- */

typedef void handler_fn(struct judge *j, const struct obs_event *e);

#define SEEN(...)
#define SEEN_IF(...)
#define SEEN_ON(code, id, name, event, function, ...)	handler_fn function;
#define UNSEEN(...)
#include "violation_rows.h"

/* ---- findings: judge_find.c ---- */

struct report {
	enum violation_id id;
	const struct obs_event *e;
	int32_t stack;			/* of the call, if the event has none */
	const struct jmap *map, *other;
	const struct jtx *tx, *other_tx;
	const struct jud *ud;
	const struct jchan *chan;	/* if there is no tx */
	char what[FINDING_TEXT];
	char detail[FINDING_TEXT];
};

struct report report_of(enum violation_id id, const struct obs_event *e);
void say(struct report *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void detail(struct report *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void make_finding(struct judge *j, const struct report *r, struct finding *f);
void file_finding(struct judge *j, const struct finding *f);
void judge_report(struct judge *j, const struct report *r);
void describe_tx(struct finding_tx *out, const struct jchan *chan, const struct jtx *tx);
void unknown(struct judge *j, enum judge_unknown why);
/* Was a spinlock held? Ask last, where the answer alone decides: it may count as not judged. */
bool is_locked(struct judge *j, const struct obs_event *e);
void free_findings(struct judge *j);

/* ---- devices: judge_dev.c ---- */

struct jdev *dev_get(struct judge *j, uint64_t addr);
const char *dev_kind(const struct jdev *d);	/* driver, or name without numbers */
bool dev_sure(const struct judge *j, const struct jdev *d);
/* May a device use what was mapped for the other? 1 yes, 0 no, -1 unknown. */
int same_domain(const struct jdev *a, const struct jdev *b);
void on_device(struct judge *j, const struct obs_event *e);
void on_need_unmap(struct judge *j, const struct obs_event *e);	/* judge_stay.c */
void map_may_stay(struct judge *j, struct jmap *m);
void end_stayers(struct judge *j, struct jdev *d, uint64_t dma, uint64_t len);
void on_iova(struct judge *j, const struct obs_event *e);		/* judge_iova.c */
void on_unlink(struct judge *j, const struct obs_event *e);
void check_link(struct judge *j, struct jdev *d, const struct obs_event *e);
void check_link_used(struct judge *j, const struct jmap *m, const struct obs_event *e);
void iovas_unbind(struct judge *j, const struct jdev *d, const struct obs_event *e);
void free_iovas(struct judge *j);
void on_blind(struct judge *j, const struct obs_event *e);	/* judge_blind.c */
void free_devs(struct judge *j);

/* ---- pools: judge_pool.c ---- */

void on_pool_create(struct judge *j, const struct obs_event *e);
void on_pool_destroy(struct judge *j, const struct obs_event *e);
void pool_takes(struct jmap *block);
/* Is it a block, or memory, of a pool that was not destroyed? */
bool pool_is_left(struct judge *j, const struct jmap *m);
void pools_unbind(struct judge *j, const struct jdev *d, const struct obs_event *e);
void free_pools(struct judge *j);

/* ---- contexts: judge_ctx.c ---- */

uint64_t ctx_key(const struct obs_event *e);
struct jctx *ctx_find(struct judge *j, const struct obs_event *e);	/* NULL */
struct jctx *ctx_get(struct judge *j, const struct obs_event *e);
void ctx_put(struct judge *j, struct jctx *c);	/* frees it when it is idle */
void ctx_heal(struct judge *j, const struct obs_event *e);
void ctx_forget(struct judge *j);
struct frame *ctx_push(struct judge *j, struct jctx *c);
const struct frame *ctx_frame(struct judge *j, const struct obs_event *e);
void ctx_pop(struct judge *j, const struct obs_event *e, bool deps, uint64_t func, uint64_t param);
void ctx_forget_tx(struct judge *j, const struct jtx *tx);
void free_ctxs(struct judge *j);

/* ---- mappings ---- */

const char *map_kind_name(const struct jmap *m);
const char *dir_name(uint32_t dir);
bool writes(const struct jmap *m);
uint64_t map_key(uint64_t dma);
static inline uint64_t last_of(uint64_t start, uint64_t len)
{
	return len ? start + len - 1 : start;
}

/*
 * A mapping says whether the device elides its syncs now: the kernel ends that with the first
 * mapping that bounces (dma_reset_need_sync()), long after the device was met.
 */
void dev_elides(struct jdev *dev, bool elides);
struct jmap *map_new(struct judge *j, struct jdev *dev, enum map_kind kind,
		     const struct obs_event *e, uint64_t phys, uint64_t dma, uint64_t len);
void map_insert(struct judge *j, struct jmap *m);
/* Ends a mapping. @e: the unmap; NULL: it ended unseen, and nothing is concluded. */
void map_end(struct judge *j, struct jmap *m, const struct obs_event *e, bool excused);
struct jmap *map_for_use(const struct jdev *d, uint64_t dma, uint64_t len, uint8_t use);
struct jmap *map_containing(const struct jdev *d, uint64_t dma, uint64_t len);
struct jmap *ghost_find(struct judge *j, const struct jdev *d, uint64_t dma);
struct jmap *ghost_containing(struct judge *j, const struct jdev *d, uint64_t dma, uint64_t len);
uint64_t drop_stale(struct judge *j, const struct jdev *d, uint64_t dma, uint64_t phys,
		    bool *reused);
void on_map(struct judge *j, const struct obs_event *e);
void on_unmap(struct judge *j, const struct obs_event *e);
void unmatched_unmap(struct judge *j, const struct obs_event *e, struct jdev *d, const char *call);
void on_mapping_error(struct judge *j, const struct obs_event *e);
void on_mem_free(struct judge *j, const struct obs_event *e);
void free_maps(struct judge *j);

void check_new_map(struct judge *j, struct jmap *m, const struct obs_event *e);
void check_overlaps(struct judge *j, const struct jmap *m, const struct obs_event *e);
bool in_range(const struct judge *j, enum judge_range_kind kind, uint64_t phys, uint64_t len);
bool knows_ram(const struct judge *j);

bool owners_wrote(const struct owners *o, uint64_t start, uint64_t end);
void owners_set(struct owners *o, uint64_t len, uint64_t start, uint64_t end, enum owner to);
/* DEVICE if any byte is the device's, else UNKNOWN if any byte is unknown, else CPU. */
enum owner owners_of(const struct owners *o, uint64_t start, uint64_t end);

void on_map_sg(struct judge *j, const struct obs_event *e);
void on_map_sg_entry(struct judge *j, const struct obs_event *e);
void on_unmap_sg(struct judge *j, const struct obs_event *e);
void on_sync_sg(struct judge *j, const struct obs_event *e);
void sg_lost_entry(struct judge *j, struct jmap *m);
void free_sgs(struct judge *j);

void on_sync(struct judge *j, const struct obs_event *e);
void sync_map(struct judge *j, struct jmap *m, const struct obs_event *e, bool for_cpu,
	      uint64_t off, uint64_t len);

void on_alloc(struct judge *j, const struct obs_event *e);
void on_free(struct judge *j, const struct obs_event *e);

/* ---- dmaengine ---- */

struct jchan *chan_get(struct judge *j, uint64_t addr, uint64_t dev);
struct jchan *chan_find(struct judge *j, uint64_t addr);
void on_provider(struct judge *j, const struct obs_event *e);
void on_chan(struct judge *j, const struct obs_event *e);
void on_issue(struct judge *j, const struct obs_event *e);
void on_terminate(struct judge *j, const struct obs_event *e);
void check_forgotten(struct judge *j, struct jchan *c, const struct obs_event *e, uint64_t age);
bool provider_synchronizes(const struct jchan *c);
void late_finding(struct judge *j, struct jchan *c, const struct report *r);
void chans_lost(struct judge *j);
void chans_end(struct judge *j, const struct obs_event *e);
void free_chans(struct judge *j);

struct jtx *tx_find(struct judge *j, uint64_t desc);
void tx_told(struct judge *j, struct jtx *tx);
void tx_told_until(struct judge *j, struct jtx *tx);	/* all before it too, where order is kept */
void tx_called(struct judge *j, struct jtx *tx);
void tx_ud_unlink(struct judge *j, struct jtx *tx);
void tx_finish(struct judge *j, struct jtx *tx);	/* nothing more is expected of it */
bool tx_moves_memory(uint32_t op);	/* false for slave operations */
bool tx_ordered(const struct jchan *c);
/* Surely in flight: an event would have shown its completion, and none did. */
bool tx_surely_active(const struct judge *j, const struct jtx *tx);
void on_prep(struct judge *j, const struct obs_event *e);
void on_prep_addr(struct judge *j, const struct obs_event *e);
void on_submit(struct judge *j, const struct obs_event *e);
void use_unlink(struct juse *u);
bool use_resolve(struct judge *j, struct juse *u);
bool use_fits(const struct jmap *m, const struct juse *u);	/* by the direction */
bool use_has_other(const struct juse *u, struct jmap **other);
void use_move(struct juse *u, struct jmap *to);
const char *op_name(uint32_t op);
void free_txs(struct judge *j);

void check_prep(struct judge *j, struct jtx *tx, const struct obs_event *e);
void check_operands(struct judge *j, struct jtx *tx, const struct obs_event *e);
/*
 * A live mapping of @d above 4 GiB whose address ends in these 32 bits: @dma may be it, cut. NULL
 * when there is none.
 */
struct jmap *map_of_whole_address(struct judge *j, const struct jdev *d, uint64_t dma);
void check_unresolved(struct judge *j, const struct jtx *tx, struct juse *u,
		      const struct obs_event *e);
void check_operand_direction(struct judge *j, const struct jtx *tx, struct juse *u,
			     const struct obs_event *e);
void check_operand_device(struct judge *j, const struct jtx *tx, struct juse *u,
			  const struct obs_event *e);
void check_submit(struct judge *j, struct jtx *tx, const struct obs_event *e);
/* Does a descriptor that has surely not completed use some of these bytes, from the map's start? */
bool used_in_flight(const struct judge *j, const struct jmap *m, uint64_t start, uint64_t end);
void own_operands(struct jtx *tx, enum owner owner);
void check_uses_at_unmap(struct judge *j, struct jmap *m, const struct obs_event *e);
void check_uses_at_sync(struct judge *j, struct jmap *m, const struct obs_event *e, uint64_t off,
			uint64_t len);

void on_cpu_access(struct judge *j, const struct obs_event *e);	/* judge_cpu.c */
void check_wrote_at_submit(struct judge *j, struct jtx *tx, const struct obs_event *e);
void check_wrote_at_unmap(struct judge *j, const struct jmap *m, const struct obs_event *e);

void on_callback(struct judge *j, const struct obs_event *e);
void on_status(struct judge *j, const struct obs_event *e);
void on_cookie(struct judge *j, const struct obs_event *e);
void on_hw(struct judge *j, const struct obs_event *e);

void on_async(struct judge *j, const struct obs_event *e);
void site_mapped(struct judge *j, struct jmap *m);	/* judge_grow.c */
void site_unmapped(struct jmap *m);
void free_sites(struct judge *j);
struct jud *ud_find(struct judge *j, uint64_t obj);
void on_unmap_data(struct judge *j, const struct obs_event *e);
void free_uds(struct judge *j);

#endif /* HARNESS_JUDGE_STATE_H */
