// SPDX-License-Identifier: GPL-2.0-only
/* The tables of a program: engines, buffers, maps, transactions, operands. */
#include <endian.h>
#include <string.h>

#include "verbs.h"

/* ---- names ---- */

const struct sym *find_sym(const struct syms *syms, const char *name)
{
	for (uint32_t i = 0; i < syms->nr; i++)
		if (!strcmp(syms->v[i].name, name))
			return &syms->v[i];
	return NULL;
}

static void no_such(struct compiler *c, struct pos pos, const char *what, const char *name,
		    const char *near)
{
	diag_lacks(c->diag, name);
	if (near)
		cfail(c, pos, "there is no %s '%s'; did you mean '%s'?", what, name, near);
	else
		cfail(c, pos, "there is no %s '%s'", what, name);
}

const struct sym *need_sym(struct compiler *c, const struct syms *syms, const char *name,
			   struct pos pos, const char *what)
{
	const struct sym *sym = find_sym(syms, name);
	const char *words[DMT_MAX_BUFFERS + 1];
	uint32_t n;

	if (sym)
		return sym;
	for (n = 0; n < syms->nr && n < DMT_MAX_BUFFERS; n++)
		words[n] = syms->v[n].name;
	words[n] = NULL;
	no_such(c, pos, what, name, word_nearest(words, name, strlen(name)));
	return NULL;
}

int need_engine(struct compiler *c, const char *name, struct pos pos)
{
	const char *words[DMT_MAX_ENGINES + 1];
	int i = 0;

	for (const struct engine *e = c->s->engines; e; e = e->next, i++) {
		if (!strcmp(e->name, name))
			return i;
		words[i] = e->name;
	}
	words[i] = NULL;
	no_such(c, pos, "engine", name, word_nearest(words, name, strlen(name)));
	return -1;
}

/* ---- operands ---- */

uint32_t add_operand(struct compiler *c, struct pos pos, const struct dmt_operand *o)
{
	struct dmt_operand *w;

	if (c->nr_operands == DMT_MAX_OPERANDS) {
		cfail(c, pos, "too large: more than %d operands in all", DMT_MAX_OPERANDS);
		return 0;
	}
	w = APPEND(c->operands, c->nr_operands);
	w->on = htole32(o->on);
	w->obj = htole32(o->obj);
	w->entry = htole32(o->entry);
	w->off = htole32(o->off);
	w->len = htole32(o->len);
	return c->nr_operands - 1;
}

uint32_t operand_len(const struct compiler *c, uint32_t i)
{
	return le32toh(c->operands[i].len);
}

uint32_t map_len(const struct compiler *c, const struct dmt_map *m, uint32_t entry)
{
	uint32_t own = le32toh(m->size);

	return own ? own : operand_len(c, le32toh(m->first_operand) + entry);
}

bool ref_index(struct compiler *c, const struct ref *ref, const struct sym *sym,
	       uint32_t *index)
{
	uint64_t i;

	*index = DMT_NONE;
	if (!ref->index)
		return true;
	if (!sym->array)
		return cfail(c, ref->pos, "'%s' is one thing, not an array; write it without [ ]",
			     ref->name);
	if (!sym->count)
		return cfail(c, ref->pos, "'%s' has no elements here", ref->name);
	if (!eval_number(&c->env, ref->index, "the index", UNIT_NONE, 0, sym->count - 1, &i))
		return false;
	*index = i;
	return true;
}

/* Sets the range of @ref within @whole bytes in @o; without a range it is all of them. */
static bool ref_range(struct compiler *c, const struct ref *ref, uint32_t whole,
		      struct dmt_operand *o)
{
	uint64_t off, len;

	o->off = 0;
	o->len = whole;
	if (!ref->off)
		return true;
	if (!eval_number(&c->env, ref->off, "the offset", UNIT_SIZE, 0, whole - 1, &off) ||
	    !eval_number(&c->env, ref->len, "the length (behind that offset)", UNIT_SIZE,
			 1, whole - off, &len))
		return false;
	o->off = off;
	o->len = len;
	return true;
}

bool add_buffer_operands(struct compiler *c, const struct ref *ref, uint32_t *nr)
{
	const struct sym *sym = need_sym(c, &c->buf_syms, ref->name, ref->pos, "buffer");
	uint32_t index;

	*nr = 0;
	if (!sym || !ref_index(c, ref, sym, &index))
		return false;
	for (uint32_t i = 0; i < sym->count && !failed(c); i++) {
		struct dmt_operand o = { .on = DMT_ON_BUFFER, .obj = sym->base + i };

		if (index != DMT_NONE && i != index)
			continue;
		if (!ref_range(c, ref, le32toh(c->buffers[o.obj].size), &o))
			return false;
		add_operand(c, ref->pos, &o);
		++*nr;
	}
	return !failed(c);
}

bool add_map_operands(struct compiler *c, const struct ref *ref, uint32_t *nr)
{
	const struct sym *sym = need_sym(c, &c->map_syms, ref->name, ref->pos, "map");
	uint32_t index;

	*nr = 0;
	if (!sym || !ref_index(c, ref, sym, &index))
		return false;
	for (uint32_t i = 0; i < sym->count && !failed(c); i++) {
		struct dmt_operand o = {
			.on = DMT_ON_MAP,
			.obj = sym->base + (sym->sg ? 0 : i),
			.entry = sym->sg ? i : 0,
		};

		if (index != DMT_NONE && i != index)
			continue;
		if (!ref_range(c, ref, map_len(c, &c->maps[o.obj], o.entry), &o))
			return false;
		add_operand(c, ref->pos, &o);
		++*nr;
	}
	return !failed(c);
}

/* ---- engines, buffers ---- */

void declare_engines(struct compiler *c)
{
	for (const struct engine *e = c->s->engines; e; e = e->next) {
		const struct expr *channel = e->opts[ENG_CHANNEL],
				  *channels = e->opts[ENG_CHANNELS];
		uint64_t n = 1, k = 0;
		struct dmt_engine *w;

		if (channels && !eval_number(&c->env, channels, "channels", UNIT_NONE, 1, 8, &n))
			return;
		if (channel && !eval_number(&c->env, channel, "the channel (from 0; see channels)",
					    UNIT_NONE, 0, n - 1, &k))
			return;
		w = APPEND(c->engines, c->nr_engines);
		snprintf(w->name, sizeof(w->name), "%s", e->name);
		w->cap = htole32(e->cap);
		w->channel = htole32(k);
		if (is_picked(c, e))
			pick_engine(c, e, w);
	}
}

/* Checks size and offset of each of @count, as not all kinds of memory can have all of them. */
static void check_memory(struct compiler *c, const struct buffer *b, uint64_t count, uint64_t size,
			 uint64_t offset)
{
	const char *word = memory_words[b->memory];
	uint64_t stack = count * size;

	switch (b->memory) {
	case DMT_MEMORY_STACK:
		for (uint32_t i = 0; i < c->nr_buffers; i++)
			if (le32toh(c->buffers[i].memory) == DMT_MEMORY_STACK)
				stack += le32toh(c->buffers[i].size);
		if (stack > DMT_MAX_STACK_BYTES)
			cfail(c, b->pos, "%llu bytes in stack in all, at most %d",
			      (unsigned long long)stack, DMT_MAX_STACK_BYTES);
		/* fall through */
	case DMT_MEMORY_KMALLOC:
		if (offset)
			cfail(c, b->pos, "memory in %s lies where it lies: no offset", word);
		break;
	case DMT_MEMORY_CACHE:
		if (offset)
			cfail(c, b->pos, "memory in %s lies where it lies: no offset", word);
		else if (size > 4096)
			cfail(c, b->pos, "memory in %s is at most 4096 bytes", word);
		break;
	case DMT_MEMORY_RODATA:
		if (b->fill != DMT_FILL_ZERO)
			cfail(c, b->pos, "rodata cannot be filled; write zero");
		/* fall through */
	case DMT_MEMORY_VMALLOC:
		if (offset + size > 4096)
			cfail(c, b->pos, "memory in %s is one page: at most 4096 bytes with the offset", word);
	}
}

static void declare_buffer(struct compiler *c, const struct buffer *b)
{
	uint64_t count = 1, size, offset = 0, value = 0;
	struct sym *sym;

	if ((b->count && !eval_number(&c->env, b->count, "the number of buffers", UNIT_NONE,
				      0, DMT_MAX_BUFFERS, &count)) ||
	    (b->offset && !eval_number(&c->env, b->offset, "the offset in the page", UNIT_SIZE,
				       0, 4095, &offset)) ||
	    (b->value && !eval_number(&c->env, b->value, "the byte", UNIT_NONE, 0, 255, &value)) ||
	    !eval_number(&c->env, b->size, "the buffer's size", UNIT_SIZE, 1,
			 DMT_MAX_BUFFER_SIZE - offset, &size))
		return;
	if (c->nr_buffers + count > DMT_MAX_BUFFERS) {
		cfail(c, b->pos, "more than %d buffers in all", DMT_MAX_BUFFERS);
		return;
	}
	check_memory(c, b, count, size, offset);
	sym = APPEND(c->buf_syms.v, c->buf_syms.nr);
	sym->name = b->name;
	sym->base = c->nr_buffers;
	sym->count = count;
	sym->array = b->count;
	while (count--) {
		struct dmt_buffer *w = APPEND(c->buffers, c->nr_buffers);

		w->size = htole32(size);
		w->offset = htole32(offset);
		w->fill = htole32(b->fill);
		w->value = htole32(value);
		w->memory = htole32(b->memory);
	}
}

/* ---- maps ---- */

static struct dmt_map *add_map(struct compiler *c, const struct stmt *st, int engine,
			       uint32_t first, uint32_t nr)
{
	struct dmt_map *w = APPEND(c->maps, c->nr_maps);

	w->engine = htole32(engine);
	w->kind = htole32(st->kind);
	w->dir = htole32(st->word);
	w->attrs = htole32(st->flags);
	w->first_operand = htole32(first);
	w->nr_operands = htole32(nr);
	return w;
}

/* Adds a map's name. NULL and an error when there are too many, or the name is in use. */
static struct sym *add_map_sym(struct compiler *c, const struct stmt *st, uint32_t nr_maps)
{
	struct sym *sym;

	if (find_sym(&c->map_syms, st->name)) {
		cfail(c, st->pos, "map '%s' is made twice; give the second one its own name", st->name);
		return NULL;
	}
	if (c->nr_maps + nr_maps > DMT_MAX_MAPS || c->map_syms.nr == DMT_MAX_MAPS) {
		cfail(c, st->pos, "more than %d maps in all", DMT_MAX_MAPS);
		return NULL;
	}
	sym = APPEND(c->map_syms.v, c->map_syms.nr);
	sym->name = st->name;
	sym->base = c->nr_maps;
	sym->stmt = st;
	return sym;
}

/* alloc_coherent, alloc_pages, pool_alloc: maps with memory of their own. */
static void declare_own(struct compiler *c, const struct stmt *st)
{
	int engine = need_engine(c, st->engine, st->engine_pos);
	struct sym *sym;
	uint64_t size;

	if (engine < 0 || !eval_number(&c->env, st->a, "its size", UNIT_SIZE, 1,
				       DMT_MAX_BUFFER_SIZE, &size))
		return;
	sym = add_map_sym(c, st, 1);
	if (!sym)
		return;
	sym->count = 1;
	add_map(c, st, engine, 0, 0)->size = htole32(size);
}

/* "map M = again N" maps N's scatterlist itself once more. */
static void declare_again(struct compiler *c, const struct stmt *st)
{
	const struct sym *list = need_sym(c, &c->map_syms, st->list, st->list_pos, "map above this");
	struct dmt_map copy;
	struct sym of, *sym;

	if (!list)
		return;
	if (!list->sg || list->stmt->list) {
		cfail(c, st->list_pos, "'%s' has no list of its own; make it a map with sg", st->list);
		return;
	}
	of = *list;
	sym = add_map_sym(c, st, of.count > 0);
	if (!sym)
		return;
	sym->count = of.count;
	sym->array = of.array;
	sym->sg = true;
	if (!of.count)
		return;
	copy = c->maps[of.base];
	copy.list_of = htole32(of.base + 1);
	*APPEND(c->maps, c->nr_maps) = copy;
}

static bool can_be_mapped(struct compiler *c, const struct stmt *st, uint32_t first, uint32_t nr)
{
	for (uint32_t i = first; i < first + nr; i++) {
		uint32_t memory = le32toh(c->buffers[le32toh(c->operands[i].obj)].memory);

		if (memory == DMT_MEMORY_RODATA && st->word != DMT_TO_DEVICE)
			return cfail(c, st->refs->pos, "'%s' is rodata, which is not to be written: map it TO_DEVICE",
				     st->refs->name);
		if ((memory == DMT_MEMORY_VMALLOC || memory == DMT_MEMORY_STACK) &&
		    st->kind == DMT_MAP_SINGLE)
			return cfail(c, st->refs->pos, "'%s' has no linear address for single; map it by its page",
				     st->refs->name);
	}
	return true;
}

static void declare_buffers_map(struct compiler *c, const struct stmt *st)
{
	int engine = need_engine(c, st->engine, st->engine_pos);
	uint32_t first = c->nr_operands, nr, nr_maps;
	struct sym *sym;

	if (engine < 0 || !add_buffer_operands(c, st->refs, &nr) ||
	    !can_be_mapped(c, st, first, nr))
		return;
	nr_maps = st->kind == DMT_MAP_SG ? nr > 0 : nr;
	if (st->kind == DMT_MAP_SG && nr > DMT_MAX_SG) {
		cfail(c, st->pos, "an sg map has at most %d entries", DMT_MAX_SG);
		return;
	}
	sym = add_map_sym(c, st, nr_maps);
	if (!sym)
		return;
	sym->count = nr;
	sym->array = find_sym(&c->buf_syms, st->refs->name)->array && !st->refs->index;
	sym->sg = st->kind == DMT_MAP_SG;
	for (uint32_t i = 0; i < nr_maps; i++)
		add_map(c, st, engine, first + i, sym->sg ? nr : 1);
}

static void declare_map(struct compiler *c, const struct stmt *st)
{
	if (st->verb->parse != parse_map)
		declare_own(c, st);
	else if (st->list)
		declare_again(c, st);
	else
		declare_buffers_map(c, st);
}

/* False, and an error, if the operand is read-only data. */
static bool may_be_written(struct compiler *c, const struct ref *ref, uint32_t operand)
{
	const struct dmt_map *m = &c->maps[le32toh(c->operands[operand].obj)];

	for (uint32_t i = 0; i < le32toh(m->nr_operands); i++) {
		const struct dmt_operand *o = &c->operands[le32toh(m->first_operand) + i];

		if (le32toh(c->buffers[le32toh(o->obj)].memory) == DMT_MEMORY_RODATA)
			return cfail(c, ref->pos, "'%s' is rodata: no destination", ref->name);
	}
	return true;
}

/* ---- transactions ---- */

static void declare_tx(struct compiler *c, const struct stmt *st)
{
	int engine = need_engine(c, st->engine, st->engine_pos);
	struct dmt_tx *w;
	struct sym *sym;
	uint32_t cap;

	if (engine < 0)
		return;
	if (find_sym(&c->tx_syms, st->name)) {
		cfail(c, st->pos, "transaction '%s' is prepared twice; give the second one its own name",
		      st->name);
		return;
	}
	cap = le32toh(c->engines[engine].cap);
	if ((uint32_t)st->word != cap) {
		cfail(c, st->engine_pos, "engine '%s' does %s, not %s", st->engine,
		      cap_words[cap], cap_words[st->word]);
		return;
	}
	if (c->nr_txs == DMT_MAX_TXS) {
		cfail(c, st->pos, "more than %d transactions in all", DMT_MAX_TXS);
		return;
	}
	sym = APPEND(c->tx_syms.v, c->tx_syms.nr);
	sym->name = st->name;
	sym->base = c->nr_txs;
	sym->count = 1;
	sym->stmt = st;
	w = APPEND(c->txs, c->nr_txs);
	w->engine = htole32(engine);
	w->op = htole32(st->word);
	w->flags = htole32(st->flags);
	w->depend = w->callback = htole32(DMT_NONE);
}

static void fill_depend(struct compiler *c, const struct stmt *st, uint32_t index)
{
	const struct sym *parent = need_sym(c, &c->tx_syms, st->after, st->after_pos,
					    "transaction");

	if (!parent)
		return;
	if (parent->base == index)
		cfail(c, st->after_pos, "'%s' is no other transaction", st->after);
	else if (!(parent->stmt->flags & DMT_TX_INTERRUPT))
		cfail(c, st->after_pos, "'%s' needs the INTERRUPT flag to have dependants", st->after);
	else
		c->txs[index].depend = htole32(parent->base);
}

/* May @len bytes be read from @operand on? The same rule as in the executor's rules.c. */
static bool may_read_beyond(const struct compiler *c, uint32_t operand, uint32_t len)
{
	const struct dmt_operand *o = &c->operands[operand], *in;
	const struct dmt_map *m = &c->maps[le32toh(o->obj)];
	const struct dmt_buffer *b;
	uint32_t kind = le32toh(m->kind);

	if (kind != DMT_MAP_PAGE && kind != DMT_MAP_SINGLE)
		return false;
	in = &c->operands[le32toh(m->first_operand)];
	b = &c->buffers[le32toh(in->obj)];
	return le32toh(b->memory) == DMT_MEMORY_PAGES &&
	       (uint64_t)le32toh(in->off) + le32toh(o->off) + len <= le32toh(b->size);
}

static bool check_source(struct compiler *c, const struct stmt *st, const struct ref *r,
			 uint32_t operand, uint32_t len)
{
	uint32_t has = operand_len(c, operand);

	if (has == len)
		return true;
	if (!(st->flags & DMT_TX_BEYOND) || has > len)
		return cfail(c, r->pos, "'%s' is %u bytes, the destination %u; all must be one length, use @OFFSET+LENGTH",
			     r->name, has, len);
	if (!may_read_beyond(c, operand, len))
		return cfail(c, r->pos, "'%s' is read beyond its map: want a page or single map of a buffer in pages that has %u bytes from there",
			     r->name, len);
	return true;
}

/* Operands of the transactions, once all maps are known. */
static void fill_tx(struct compiler *c, const struct stmt *st)
{
	uint32_t index = find_sym(&c->tx_syms, st->name)->base;
	uint32_t first = c->nr_operands, sum = 0, nr, len;

	if (!add_map_operands(c, st->dst, &nr))
		return;
	if (nr != 1) {
		cfail(c, st->dst->pos, "'%s' is %u places, a destination is one: name it with [ ]",
		      st->dst->name, nr);
		return;
	}
	if (!may_be_written(c, st->dst, first))
		return;
	len = operand_len(c, first);
	for (const struct ref *r = st->refs; r; r = r->next) {
		if (!add_map_operands(c, r, &nr))
			return;
		sum += nr;
		for (uint32_t i = c->nr_operands - nr; i < c->nr_operands; i++)
			if (!check_source(c, st, r, i, len))
				return;
	}
	if (!sum || sum > DMT_MAX_SOURCES || (st->word == DMT_OP_MEMCPY && sum != 1)) {
		cfail(c, st->refs->pos, "%u sources; %s takes %s", sum, cap_words[st->word],
		      st->word == DMT_OP_MEMCPY ? "one" : "1 to 64");
		return;
	}
	c->txs[index].dst = htole32(first);
	c->txs[index].first_src = htole32(first + 1);
	c->txs[index].nr_src = htole32(sum);
	c->txs[index].len = htole32(len);
	if (st->after)
		fill_depend(c, st, index);
}

static void check_cycle(struct compiler *c, const struct stmt *st)
{
	uint32_t up = find_sym(&c->tx_syms, st->name)->base, hops = 0;

	while (up != DMT_NONE && !failed(c)) {
		up = le32toh(c->txs[up].depend);
		if (hops++ > c->nr_txs)
			cfail(c, st->pos, "'%s' depends on itself", st->name);
	}
}

/* ---- all of an instance ---- */

typedef void declare_fn(struct compiler *c, const struct stmt *st);

static void for_each(struct compiler *c, const struct stmt *body, enum dmt_step_op step,
		     declare_fn *fn)
{
	for (const struct stmt *st = body; st && !failed(c); st = st->next) {
		if (st->verb->step == step)
			fn(c, st);
		for_each(c, st->body, step, fn);
	}
}

static void declare_all(struct compiler *c, enum dmt_step_op step, declare_fn *fn)
{
	for (const struct thread *t = c->s->threads; t && !failed(c); t = t->next)
		for_each(c, t->body, step, fn);
}

void declare_objects(struct compiler *c)
{
	for (const struct buffer *b = c->s->buffers; b && !failed(c); b = b->next)
		declare_buffer(c, b);
	declare_all(c, DMT_STEP_MAP, declare_map);
	declare_all(c, DMT_STEP_PREP, declare_tx);
	declare_all(c, DMT_STEP_PREP, fill_tx);
	declare_all(c, DMT_STEP_PREP, check_cycle);
}
