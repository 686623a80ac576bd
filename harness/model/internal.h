/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the model share. A program is read once and never changes (struct mprog). A
 * state is all that it has come to (struct state); explore.c goes from state to state. Memory is
 * cut into pieces that every operation takes as a whole (cut.c), and a piece has one value.
 */
#ifndef MODEL_INTERNAL_H
#define MODEL_INTERNAL_H

#include "model.h"

enum {
#define RULE(id, ...)	RULE_##id,
#define UNSEEN(id, ...)	RULE_##id,
#include "rule_rows.h"
	NR_RULES
};

bool rule_is_unseen(unsigned int rule);

#define NONE		DMT_NONE
#define MAX_PIECES	2048	/* of all memory; a program that needs more is not decided */
#define MAX_STRAND	4096	/* steps of all threads and callbacks */
#define MAX_CLAIMS	(64 * CLAIM_WORDS)
#define CLAIM_WORDS	8

/* Times in us. A step takes no longer than this in a guest that the host does not starve. */
#define STEP_US		120u
#define ELSEWHERE_US	500u	/* until a step in an interrupt or a workqueue */
#define SLICE_US	10000u	/* while another thread has the processor */
#define TIME_CAP	4000000u
/* A terminate or a release so soon after the submit is an error path; later it is none. */
#define SOON_US		10000u

/* ---- the program ---- */

struct area {			/* a buffer, or memory of a map's own */
	uint32_t size, fill, value, memory;
	uint32_t piece, nr_pieces;
};

struct piece {
	uint32_t area, off, len;
};

struct span {			/* bytes of an area, and after cut.c its pieces */
	uint32_t area, off, len;
	uint32_t piece, nr;
};

struct mmap {
	uint32_t engine, kind, dir, attrs;
	uint32_t list;		/* maps of one scatterlist have the same number */
	uint32_t span, nr_spans; /* in mprog.spans: one, or one for each entry */
	uint32_t len;
	uint32_t cell, nr_cells; /* its pieces, in order: indices into mprog.cells */
	bool own, stack;
	bool unusual;		/* memory that bounce32 may or may not bounce */
	bool unsettled;		/* it hangs on the kernel whether it can be mapped */
};

struct use {			/* a part of a map that something uses */
	uint32_t map;
	uint32_t entry;		/* of a list */
	struct span span;	/* of its memory */
	uint32_t cell, nr_cells; /* the part that is mapped */
};

struct mtx {
	uint32_t engine, op, flags, depend, strand;
	struct use dst;
	struct use *src;
	uint32_t nr_src;
	uint32_t cost_us;	/* what its engine takes at least */
};

struct mengine {
	char name[32];
	uint32_t domain;	/* equal numbers: one mapping domain, in strict */
	uint32_t max_len, max_xor, mask, ring;
	uint64_t setup_ns, rate;
	bool hardirq, syncs_told;
	uint64_t faults;	/* a bit for each of fault_words[] that is planted */
};

struct instr {
	uint8_t op, ctx;
	uint32_t obj, arg0, arg1, step;
};

struct strand {			/* a thread, or the callback of a transaction */
	uint32_t tx;		/* NONE: a thread */
	uint32_t block;
	struct instr *code;
	uint32_t nr;
	uint32_t component;	/* threads that share nothing are tried apart */
};

struct mprog {
	enum world world;
	bool copies, strict;	/* a mapping is a copy; engines meet faults */
	/* These two are tried both ways: do unusual mappings copy, do unsettled ones fail? */
	bool copies_unusual, unsettled_fail;
	bool foreign_ok;
	uint32_t repeat, wait_ms;
	uint64_t off;		/* rules that are switched off */
	struct mengine engines[DMT_MAX_ENGINES];
	uint32_t nr_engines, nr_areas, nr_buffers, nr_maps, nr_txs, nr_spans, nr_operands;
	uint32_t nr_strands, nr_pieces, nr_cells, nr_components;
	struct area *areas;
	struct mmap *maps;
	struct mtx *txs;
	struct span *spans;
	struct use *operands;	/* of steps; on a buffer: map is NONE */
	struct strand *strands;
	struct piece *pieces;
	uint32_t *cells;	/* the piece of each cell */
	const struct cell *cell;
	bool shared[DMT_MAX_ENGINES]; /* its channel is used by several components */
	const char *undecided;
};

/* Reads the cell's program. Returns 0, or -EINVAL where it is none. Free it in any case. */
int program_read(struct mprog *p, const struct cell *cell);
void program_free(struct mprog *p);
/* Reads the engines' attributes from the cell's setup. */
void engines_read(struct mprog *p, const char *setup);
/* Cuts memory into pieces. False: too many. */
bool program_cut(struct mprog *p);
/* Which threads share anything: sets their components. */
void program_split(struct mprog *p);

static inline bool dir_writes(uint32_t dir)
{
	return dir != DMT_TO_DEVICE;
}

static inline bool dir_reads(uint32_t dir)
{
	return dir != DMT_FROM_DEVICE;
}

/* Is the mapping a copy in this world? */
static inline bool has_copy(const struct mprog *p, const struct mmap *m)
{
	if (m->kind == DMT_MAP_NONCOHERENT)
		return p->strict;
	if (m->own || m->kind == DMT_MAP_RESOURCE)
		return false;
	return m->unusual ? p->copies_unusual : p->copies;
}

/* ---- values: of a piece ---- */

#define VALUE_ANY	(1ull << 63 | 0x5a17)	/* nobody knows */
#define POISON_BYTE	0xd5

/* ---- states ---- */

enum {				/* struct map_state.flags */
	M_LIVE		= 1,	/* as the client takes it */
	M_MAPPED	= 2,	/* as the kernel takes it */
	M_UNDEF		= 4,	/* a wrong call was made: nobody knows what it left */
	M_EVER		= 8,	/* it has, or had, an address */
	M_ASKED		= 16,	/* mapping_error() was called */
	M_REUSED	= 32,	/* unmapped, and its address may be another's now */
};

enum {				/* of a cell */
	C_DEVICE	= 1,	/* the device owns it */
	C_DIRTY		= 2,	/* the CPU wrote it, and the device was not told */
	C_DOUBT		= 4,	/* a sync of another mapping at this address may be of this one */
};

enum tx_is {
	T_NONE, T_PREPARED, T_PARKED, T_SUBMITTED, T_ISSUED, T_MOVED, T_DONE, T_FAILED,
	T_TERMINATED,
};

enum {				/* struct tx_state.flags */
	X_REFUSED	= 1,
	X_TOLD		= 2,	/* the client knows that it is complete */
	X_BACK		= 4,	/* its callback block runs */
	X_LINGERS	= 8,	/* terminated, and the engine may still work on it */
	X_BAD		= 16,	/* it met a fault */
	X_LATE_ISSUE	= 32,	/* issued between terminate and synchronize */
	X_UNISSUED	= 64,	/* it was terminated before it was issued */
	X_ACKED		= 128,
};

struct map_state {
	uint8_t flags;
};

struct tx_state {
	uint8_t is, flags;
	uint16_t order;		/* of its submit, in its channel */
	uint32_t age_min, age_max; /* us since it was submitted, or could begin; up to TIME_CAP */
	uint64_t stale;		/* operands whose map was unmapped since the prep; bit 0: dst */
};

struct engine_state {
	uint16_t orders;
	uint8_t released, unsynced;
	uint8_t worked;		/* it has moved bytes */
	uint8_t known;		/* something was mapped for its device */
	uint8_t reserved[2];
};

struct state {
	uint64_t *mem;		/* by piece */
	uint64_t *copy;		/* by cell */
	struct tx_state *txs;
	struct engine_state *engines;
	uint16_t *pc;		/* by strand; an idle callback's is NOT_RUNNING */
	uint8_t *owner;		/* by cell */
	struct map_state *maps;
	uint8_t *freed;		/* by area */
	size_t size;
	uint64_t data[];
};

#define NOT_RUNNING	0xffff

/* With the threads of @component alone; NONE: with all. The caller frees it. */
struct state *state_new(const struct mprog *p, uint32_t component);
struct state *state_alloc(const struct mprog *p);
void state_copy(struct state *to, const struct state *from);

/* ---- claims ---- */

struct claims {			/* all that were ever made, of one prediction */
	struct model_claim v[MAX_CLAIMS];
	uint32_t nr;
	bool full;
};

struct bits {
	uint64_t w[CLAIM_WORDS];
};

/* The first claims are of no rule: */
enum {
	CLAIM_CHECKED, CLAIM_WRONG, CLAIM_UNSURE,
	CLAIM_FAULT,	/* and one for each engine */
	NR_FIXED = CLAIM_FAULT + DMT_MAX_ENGINES
};

/* One transition: it changes the state, and what it claims is gathered. */
struct turn {
	const struct mprog *p;
	struct state *s;
	struct claims *claims;
	struct bits sure, maybe;
	const struct instr *at;		/* the step, or NULL */
	uint32_t strand;		/* whose step it is */
	uint32_t wrong_step;		/* the check that was wrong or unsure, or NONE */
	bool fault;
};

static inline bool on(const struct mprog *p, unsigned int rule)
{
	return !(p->off >> rule & 1);
}

static inline void bit_set(struct bits *b, uint32_t i)
{
	b->w[i / 64] |= 1ull << i % 64;
}

static inline bool bit_test(const struct bits *b, uint32_t i)
{
	return b->w[i / 64] >> i % 64 & 1;
}

/* The rule is broken here: surely, or where the documents or the time do not say for sure. */
void claim(struct turn *t, unsigned int rule, bool sure, enum model_on what, uint32_t object);
void claim_fixed(struct turn *t, uint32_t i, bool sure);

/* memory.c: what happens to bytes */
void memory_map(struct turn *t, uint32_t map);
void memory_unmap(struct turn *t, uint32_t map);
/* After a wrong unmap: with @dir, if it was one. */
void memory_unknown(struct turn *t, uint32_t map);
void memory_sync(struct turn *t, const struct use *u, uint32_t dir, bool for_cpu);
void memory_move(struct turn *t, uint32_t tx);
void memory_write(struct turn *t, const struct span *to, uint32_t fill, uint32_t value,
		  uint32_t operand);
void memory_xor(struct turn *t, const struct span *to, const struct use *from, uint32_t nr);
void memory_check(struct turn *t, const struct span *a, const struct use *from, uint32_t nr);

/* step_map.c, step_tx.c: the steps */
void step_map(struct turn *t, uint32_t map);
void step_unmap(struct turn *t, uint32_t map, uint32_t how, uint32_t arg);
void step_sync(struct turn *t, const struct use *u, uint32_t how, uint32_t arg, bool for_cpu);
void step_forget_map(struct turn *t, uint32_t map);
void step_free(struct turn *t, uint32_t buffer);
void step_prep(struct turn *t, uint32_t tx);
void step_submit(struct turn *t, uint32_t tx, bool again);
void step_issue(struct turn *t, uint32_t engine);
void step_status(struct turn *t, uint32_t tx);
void step_ack(struct turn *t, uint32_t tx);
void step_forget_tx(struct turn *t, uint32_t tx);
void step_terminate(struct turn *t, uint32_t engine);
void step_synchronize(struct turn *t, uint32_t engine);
void step_release(struct turn *t, uint32_t engine);
void tx_complete(struct turn *t, uint32_t tx, bool failed);
void know_complete(struct turn *t, uint32_t tx);
bool tx_uses(const struct mtx *tx, uint32_t map);
/* rules_tx.c: can events tell that the operand is this mapping, and no other one? */
bool is_ambiguous(const struct turn *t, const struct use *u, bool writes);
bool is_sure_use(const struct turn *t, uint32_t tx, const struct use *u);
bool tells_completion(const struct turn *t, uint32_t tx);
bool shares_bytes(const struct mprog *p, uint32_t map, const struct span *span);
bool tx_in_flight(const struct tx_state *s);
bool tx_is_settled(const struct mprog *p, const struct state *s, uint32_t tx);

/* rules_map.c, rules_tx.c: the rules, a function each, asked before the step changes anything */
void rules_map(struct turn *t, uint32_t map);
/* @right: all its parameters are. */
void rules_unmap(struct turn *t, uint32_t map, bool right);
bool may_hit(const struct turn *t, uint32_t map, uint32_t how, uint32_t arg, uint32_t other);
void rules_wrong_unmap(struct turn *t, uint32_t map, uint32_t how, uint32_t arg);
void rules_sync(struct turn *t, const struct use *u, uint32_t how, uint32_t arg);
void rules_free(struct turn *t, uint32_t area);
void rules_cpu(struct turn *t, const struct span *span, bool writes);
/* The mapping is left: it is never unmapped. */
void rules_left(struct turn *t, uint32_t map);
void rules_end_maps(struct turn *t);
void rules_prep(struct turn *t, uint32_t tx);
void rules_submit(struct turn *t, uint32_t tx, bool again);
void rules_issue(struct turn *t, uint32_t engine);
void rules_terminate(struct turn *t, uint32_t engine);
void rules_synchronize(struct turn *t, uint32_t engine);
void rules_release(struct turn *t, uint32_t engine);
void rules_complete(struct turn *t, uint32_t tx);
void rules_forget_tx(struct turn *t, uint32_t tx);
void rules_end_txs(struct turn *t);
/* Is the submit of @tx in the completion context of another channel? */
void rule_foreign_submit(struct turn *t, uint32_t tx, uint32_t context_engine);

/* turn.c: what may come next. choices() returns how many, at most MAX_CHOICES. */
struct choice {
	struct model_turn turn;
	bool fails;		/* of COMPLETES: with an error, as a planted fault has it */
};

#define MAX_CHOICES	512
uint32_t choices(const struct mprog *p, const struct state *s, struct choice *out);
/* Makes one turn; t->s is changed. */
void take_turn(struct turn *t, const struct choice *c);
/* What is left when nothing can go on: what the executor does at the end, and the rules for it. */
void take_end(struct turn *t);

struct result {			/* of all ways on from a state */
	struct bits may, must;
};

/* explore.c: tries all orders of the threads of @component. */
struct result explore(const struct mprog *p, uint32_t component, struct claims *claims,
		      uint64_t *states, uint64_t max_states, bool *partial);
/* orders.c: the outcomes of all orders of all threads, each with the shortest schedule. */
void find_outcomes(const struct mprog *p, uint64_t max_states, struct prediction *out);

#endif /* MODEL_INTERNAL_H */
