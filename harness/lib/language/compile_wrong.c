// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps that break rules on purpose, and the limits that even they have: the same as in the
 * executor's rules_wrong.c, but with the scenario's line in the message.
 */
#include <endian.h>
#include <string.h>

#include "verbs.h"

static bool owns_memory(int kind)
{
	return kind >= DMT_MAP_COHERENT;
}

/* The word that frees an allocation. */
static const char *free_word(int kind)
{
	return kind == DMT_MAP_COHERENT ? "free_coherent" :
	       kind == DMT_MAP_NONCOHERENT ? "free_pages" : "pool_free";
}

static bool is_rodata(const struct compiler *c, const struct dmt_map *m)
{
	for (uint32_t i = 0; i < le32toh(m->nr_operands); i++) {
		const struct dmt_operand *o = &c->operands[le32toh(m->first_operand) + i];

		if (le32toh(c->buffers[le32toh(o->obj)].memory) == DMT_MEMORY_RODATA)
			return true;
	}
	return false;
}

static bool number(struct compiler *c, const struct stmt *st, const char *what, uint64_t max,
		   uint32_t *arg)
{
	uint64_t n;

	if (!eval_number(&c->env, st->a, what, UNIT_SIZE, 1, max, &n))
		return false;
	*arg = n;
	return true;
}

static bool wrong_kind(struct compiler *c, const struct stmt *st, const struct ref *r,
		       const struct sym *sym, uint32_t *arg)
{
	int is = sym->stmt->kind;

	*arg = st->kind;
	if (st->kind == DMT_MAP_PAGE &&
	    (is == DMT_MAP_COHERENT || (is == DMT_MAP_SG && sym->count == 1)))
		return true;
	if (st->kind == DMT_MAP_SG && (is == DMT_MAP_PAGE || is == DMT_MAP_SINGLE))
		return true;
	return cfail(c, r->pos, "'%s' cannot be unmapped as %s: an sg map of one entry and coherent memory can as page, a page or single map as sg",
		     r->name, kind_words[st->kind]);
}

static bool streaming_args(struct compiler *c, const struct stmt *st, const struct ref *r,
			   const struct sym *sym, uint32_t *arg)
{
	bool sg = sym->sg;
	int engine;

	switch (st->wrong) {
	case DMT_WRONG_ENGINE:
		engine = need_engine(c, st->engine, st->engine_pos);
		*arg = engine;
		return engine >= 0;
	case DMT_WRONG_DIR:
		*arg = st->word;
		if (st->word != DMT_TO_DEVICE && is_rodata(c, &c->maps[sym->base]))
			return cfail(c, r->pos, "'%s' is rodata: in any direction but TO_DEVICE it would be written",
				     r->name);
		return true;
	case DMT_WRONG_AGAIN:
		return true;
	case DMT_WRONG_LOW:
		if (sg)
			return cfail(c, r->pos, "'%s' is an sg map: its addresses are those of its list",
				     r->name);
		return true;
	case DMT_WRONG_NENTS:
		if (!sg)
			return cfail(c, r->pos, "'%s' is no sg map: it has no entries", r->name);
		return number(c, st, "the number of entries", sym->count, arg);
	default:
		if (sg)
			return cfail(c, r->pos, "'%s' is an sg map: its size and address are those of its list",
				     r->name);
		return number(c, st, st->wrong == DMT_WRONG_SIZE ? "the size" : "what is added",
			      DMT_MAX_BUFFER_SIZE, arg);
	}
}

static uint32_t dmt_pages(uint64_t size)
{
	return (size + DMT_PAGE - 1) / DMT_PAGE;
}

/* A wrong free must free the pages that the right one frees: the executor's wrong_free_fits(). */
static bool free_args(struct compiler *c, const struct stmt *st, const struct ref *r,
		      const struct sym *sym, uint32_t *arg)
{
	uint32_t size = le32toh(c->maps[sym->base].size);

	if (st->wrong == DMT_WRONG_SIZE && st->kind == DMT_MAP_POOL)
		return cfail(c, r->pos, "'%s' is of a pool, whose free takes no size", r->name);
	if (st->wrong == DMT_WRONG_SIZE) {
		if (!number(c, st, "the size", DMT_MAX_BUFFER_SIZE, arg))
			return false;
		if (dmt_pages(*arg) == dmt_pages(size))
			return true;
		return cfail(c, r->pos, "'%s' with %u bytes: other memory would be freed; want as many pages of 4K as its %u bytes have",
			     r->name, *arg, size);
	}
	if (!number(c, st, "what is added", DMT_PAGE, arg))
		return false;
	if (st->kind == DMT_MAP_POOL && (*arg % 8 || size + *arg > DMT_PAGE))
		return cfail(c, r->pos, "'%s' at +%u: other memory would be written; want a multiple of 8, and with its size at most 4K",
			     r->name, *arg);
	if (st->kind == DMT_MAP_COHERENT && dmt_pages((uint64_t)size + *arg) != dmt_pages(size))
		return cfail(c, r->pos, "'%s' at +%u: other memory would be freed; want its %u bytes to end in the same page of 4K as before",
			     r->name, *arg, size);
	return true;
}

bool wrong_args(struct compiler *c, const struct stmt *st, const struct ref *r,
		const struct sym *sym, uint32_t *how, uint32_t *arg)
{
	int kind = sym->stmt->kind;

	*how = st->wrong;
	*arg = 0;
	if (st->wrong == DMT_WRONG_KIND)
		return wrong_kind(c, st, r, sym, arg);
	if (!st->wrong)
		return true;
	if (owns_memory(kind) && st->verb->parse != parse_unmap)
		return free_args(c, st, r, sym, arg);
	if (owns_memory(kind) || kind == DMT_MAP_RESOURCE)
		return cfail(c, r->pos, "'%s' is no streaming mapping: the kernel would not survive it",
			     r->name);
	return streaming_args(c, st, r, sym, arg);
}

/* Do unmap and free_* name the right kind of object? */
bool check_unmap(struct compiler *c, const struct stmt *st, const struct ref *r,
		 const struct sym *sym)
{
	int kind = sym->stmt->kind;
	bool frees = st->verb->parse != parse_unmap;

	if (owns_memory(kind) && (frees ? st->kind != kind : !st->wrong))
		return cfail(c, r->pos, "'%s' was not mapped: %s %s", r->name, free_word(kind), r->name);
	if (!owns_memory(kind) && frees)
		return cfail(c, r->pos, "'%s' is a mapping: unmap %s", r->name, r->name);
	return true;
}

bool check_sync(struct compiler *c, const struct ref *r, const struct sym *sym)
{
	int kind = sym->stmt->kind;

	if (kind == DMT_MAP_COHERENT || kind == DMT_MAP_POOL || kind == DMT_MAP_RESOURCE)
		return cfail(c, r->pos, "'%s' is not synced: only streaming mappings and alloc_pages are",
			     r->name);
	return true;
}

void emit_free(struct compiler *c, const struct stmt *st, uint32_t block)
{
	for (const struct ref *r = st->refs; r && !failed(c); r = r->next) {
		const struct sym *sym = need_sym(c, &c->buf_syms, r->name, r->pos, "buffer");
		uint32_t index, memory;

		if (!sym || !ref_index(c, r, sym, &index))
			return;
		if (r->off) {
			cfail(c, r->pos, "memory is freed as a whole; a part of it cannot be named here");
			return;
		}
		memory = sym->count ? le32toh(c->buffers[sym->base].memory) : 0;
		if (memory == DMT_MEMORY_STACK || memory == DMT_MEMORY_RODATA) {
			cfail(c, r->pos, "'%s' is %s: that cannot be freed", r->name,
			      memory_words[memory]);
			return;
		}
		for (uint32_t i = 0; i < sym->count; i++) {
			const struct about about = about_ref(r, sym->array, i);

			if (index == DMT_NONE || i == index)
				add_step(c, block, st, &about, sym->base + i);
		}
	}
}

static void forget_tx(struct compiler *c, const struct stmt *st, const struct ref *r,
		      const struct sym *sym, uint32_t block)
{
	const struct about about = about_ref(r, false, 0);
	struct dmt_step *w;

	if (r->index || r->off) {
		cfail(c, r->pos, "a transaction has no parts");
		return;
	}
	w = add_step(c, block, st, &about, sym->base);
	if (w)
		w->op = htole16(DMT_STEP_FORGET_TX);
}

static void forget_map(struct compiler *c, const struct stmt *st, const struct ref *r,
		       const struct sym *sym, uint32_t block)
{
	uint32_t n = sym->sg ? sym->count > 0 : sym->count, index;

	if (!ref_index(c, r, sym, &index))
		return;
	if (r->off || (sym->sg && r->index)) {
		cfail(c, r->pos, "'%s' is mapped as a whole; a part of it cannot be named here", r->name);
		return;
	}
	if (owns_memory(sym->stmt->kind)) {
		cfail(c, r->pos, "'%s' is memory of its own: forgotten, it would never be freed", r->name);
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		const struct about about = about_ref(r, sym->array && !sym->sg, i);

		if (index == DMT_NONE || i == index)
			add_step(c, block, st, &about, sym->base + i);
	}
}

/* Emits forget. If both a map and a transaction have the name, the map is meant. */
void emit_forget(struct compiler *c, const struct stmt *st, uint32_t block)
{
	for (const struct ref *r = st->refs; r && !failed(c); r = r->next) {
		const struct sym *tx = find_sym(&c->tx_syms, r->name);
		const struct sym *map = find_sym(&c->map_syms, r->name);

		if (tx && !map)
			forget_tx(c, st, r, tx, block);
		else if (need_sym(c, &c->map_syms, r->name, r->pos, "map or transaction"))
			forget_map(c, st, r, map, block);
	}
}

/* ---- programs in which memory or channels go away ---- */

static bool is_freed(const struct compiler *c, uint32_t buffer)
{
	for (uint32_t i = 0; i < c->nr_blocks; i++)
		for (uint32_t k = 0; k < c->blocks[i].nr; k++) {
			const struct dmt_step *s = &c->blocks[i].steps[k].wire;

			if (le16toh(s->op) == DMT_STEP_FREE && le32toh(s->obj) == buffer)
				return true;
		}
	return false;
}

static bool goes_away(const struct compiler *c, uint32_t operand)
{
	const struct dmt_map *m = &c->maps[le32toh(c->operands[operand].obj)];

	if (owns_memory(le32toh(m->kind)))
		return true;
	for (uint32_t i = 0; i < le32toh(m->nr_operands); i++)
		if (is_freed(c, le32toh(c->operands[le32toh(m->first_operand) + i].obj)))
			return true;
	return false;
}

static bool tx_goes_away(const struct compiler *c, const struct dmt_tx *tx)
{
	for (uint32_t k = 0; k < le32toh(tx->nr_src); k++)
		if (goes_away(c, le32toh(tx->first_src) + k))
			return true;
	return goes_away(c, le32toh(tx->dst));
}

static bool is_again(const struct dmt_step *s)
{
	return le16toh(s->op) == DMT_STEP_SUBMIT && s->arg0;
}

static void check_stale(struct compiler *c, const struct cstep *step)
{
	const struct dmt_step *s = &step->wire;
	uint16_t op = le16toh(s->op);
	const struct dmt_tx *tx;

	if (op != DMT_STEP_PREP && op != DMT_STEP_SUBMIT)
		return;
	tx = &c->txs[le32toh(s->obj)];
	if (is_again(s) && le32toh(tx->flags) & DMT_TX_ACK)
		cfail(c, step->pos, "'%s' is acked, its descriptor may be another's by then; prepare it with flags INTERRUPT",
		      step->object);
	else if ((is_again(s) || (op == DMT_STEP_PREP && le32toh(tx->flags) & DMT_TX_STALE)) &&
		 tx_goes_away(c, tx))
		cfail(c, step->pos, "'%s': its memory is freed in this program and may be another's by then",
		      step->object);
}

typedef bool is_fn(const struct compiler *c, const struct dmt_step *s);

static const struct cstep *find_step(const struct compiler *c, is_fn *is)
{
	for (uint32_t i = 0; i < c->nr_blocks; i++)
		for (uint32_t k = 0; k < c->blocks[i].nr; k++)
			if (is(c, &c->blocks[i].steps[k].wire))
				return &c->blocks[i].steps[k];
	return NULL;
}

static bool is_free(const struct compiler *c, const struct dmt_step *s)
{
	(void)c;
	return le16toh(s->op) == DMT_STEP_FREE;
}

static bool is_release(const struct compiler *c, const struct dmt_step *s)
{
	(void)c;
	return le16toh(s->op) == DMT_STEP_RELEASE;
}

static bool is_own(const struct compiler *c, const struct dmt_step *s)
{
	return le16toh(s->op) == DMT_STEP_MAP &&
	       owns_memory(le32toh(c->maps[le32toh(s->obj)].kind));
}

static bool makes_alone(const struct compiler *c, const struct dmt_step *s)
{
	return is_free(c, s) || is_release(c, s) || is_own(c, s) || is_again(s);
}

static bool is_address(const struct compiler *c, const struct dmt_step *s)
{
	uint16_t op = le16toh(s->op);

	(void)c;
	return (op == DMT_STEP_UNMAP || op == DMT_STEP_SYNC_CPU || op == DMT_STEP_SYNC_DEVICE) &&
	       le32toh(s->arg0) == DMT_WRONG_ADDRESS;
}

/* Refuses pairs of steps that are harmless only one without the other. */
static void check_together(struct compiler *c)
{
	const struct cstep *step = find_step(c, is_address);

	if (step && find_step(c, is_free))
		cfail(c, step->pos, "another address, where memory is freed: it could be that of a leaked mapping of memory that is another's by then");
	step = find_step(c, is_own);
	if (step && find_step(c, is_release))
		cfail(c, step->pos, "memory of its own does not go with release: with its channel goes what keeps a removed engine's memory");
}

void check_alone(struct compiler *c)
{
	const struct cstep *step = find_step(c, makes_alone);
	bool others = c->nr_threads > 1;

	for (uint32_t i = 0; i < c->nr_txs; i++)
		others |= le32toh(c->txs[i].callback) != DMT_NONE ||
			  le32toh(c->txs[i].depend) != DMT_NONE;
	if (step && others) {
		cfail(c, step->pos, "memory, a channel or a descriptor changes hands here: such a program has one thread, no on_complete and no after, or it would not be safe");
		return;
	}
	for (uint32_t i = 0; i < c->nr_blocks && !failed(c); i++)
		for (uint32_t k = 0; k < c->blocks[i].nr && !failed(c); k++)
			check_stale(c, &c->blocks[i].steps[k]);
	if (!failed(c))
		check_together(c);
}
