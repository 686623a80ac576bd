// SPDX-License-Identifier: GPL-2.0-only
/* A scenario, its parameters chosen, to a cell: objects first, then steps. */
#include <endian.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"

#define APPEND(v, nr) ({						\
	(v) = xrealloc((v), ((size_t)(nr) + 1) * sizeof(*(v)));		\
	memset(&(v)[(nr)], 0, sizeof(*(v)));				\
	&(v)[(nr)++];							\
})

bool cfail(struct compiler *c, struct pos pos, const char *fmt, ...)
{
	char text[sizeof(c->diag->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return ast_error(c->diag, c->s->file, pos, "%s", text);
}

const struct sym *find_sym(const struct syms *syms, const char *name)
{
	for (uint32_t i = 0; i < syms->nr; i++)
		if (!strcmp(syms->v[i].name, name))
			return &syms->v[i];
	return NULL;
}

int find_engine(const struct scenario *s, const char *name)
{
	int i = 0;

	for (const struct engine *e = s->engines; e; e = e->next, i++)
		if (!strcmp(e->name, name))
			return i;
	return -1;
}

uint32_t add_operand(struct compiler *c, uint32_t on, uint32_t obj, uint32_t entry,
		     uint32_t off, uint32_t len)
{
	struct dmt_operand *o = APPEND(c->operands, c->nr_operands);

	o->on = htole32(on);
	o->obj = htole32(obj);
	o->entry = htole32(entry);
	o->off = htole32(off);
	o->len = htole32(len);
	return c->nr_operands - 1;
}

uint32_t operand_len(const struct compiler *c, uint32_t i)
{
	return le32toh(c->operands[i].len);
}

uint32_t buffer_size(const struct compiler *c, uint32_t i)
{
	return le32toh(c->buffers[i].size);
}

uint32_t add_block(struct compiler *c, uint32_t kind, uint32_t ctx)
{
	struct cblock *b = APPEND(c->blocks, c->nr_blocks);

	b->kind = kind;
	b->ctx = ctx;
	return c->nr_blocks - 1;
}

bool ref_index(struct compiler *c, const struct ref *ref, const struct sym *sym,
	       uint32_t *index)
{
	uint64_t i;

	*index = UINT32_MAX;
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

bool ref_range(struct compiler *c, const struct ref *ref, uint32_t whole,
	       uint32_t *off, uint32_t *len)
{
	uint64_t o, n;

	*off = 0;
	*len = whole;
	if (!ref->off)
		return true;
	if (!eval_number(&c->env, ref->off, "the offset", UNIT_SIZE, 0, whole - 1, &o) ||
	    !eval_number(&c->env, ref->len, "the length (behind that offset)", UNIT_SIZE,
			 1, whole - o, &n))
		return false;
	*off = o;
	*len = n;
	return true;
}

static const struct sym *need(struct compiler *c, const struct syms *syms,
			      const struct ref *ref, const char *what)
{
	const struct sym *sym = find_sym(syms, ref->name);
	const char *words[256], *near;
	uint32_t n = 0;

	if (sym)
		return sym;
	for (; n < syms->nr && n < 255; n++)
		words[n] = syms->v[n].name;
	words[n] = NULL;
	near = word_nearest(words, ref->name, strlen(ref->name));
	cfail(c, ref->pos, "there is no %s '%s'%s%s%s", what, ref->name,
	      near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	return NULL;
}

bool add_buffer_operands(struct compiler *c, const struct ref *ref, uint32_t *nr)
{
	const struct sym *sym = need(c, &c->buf_syms, ref, "buffer");
	uint32_t index, off, len;

	*nr = 0;
	if (!sym || !ref_index(c, ref, sym, &index))
		return false;
	for (uint32_t i = 0; i < sym->count; i++) {
		if (index != UINT32_MAX && i != index)
			continue;
		if (!ref_range(c, ref, buffer_size(c, sym->base + i), &off, &len))
			return false;
		add_operand(c, DMT_ON_BUFFER, sym->base + i, 0, off, len);
		++*nr;
	}
	return true;
}

bool add_map_operands(struct compiler *c, const struct ref *ref, uint32_t *nr)
{
	const struct sym *sym = need(c, &c->map_syms, ref, "map");
	uint32_t index, off, len;

	*nr = 0;
	if (!sym || !ref_index(c, ref, sym, &index))
		return false;
	for (uint32_t i = 0; i < sym->count; i++) {
		uint32_t map = sym->base + (sym->sg ? 0 : i), entry = sym->sg ? i : 0;
		uint32_t whole;

		if (index != UINT32_MAX && i != index)
			continue;
		whole = operand_len(c, le32toh(c->maps[map].first_operand) + entry);
		if (!ref_range(c, ref, whole, &off, &len))
			return false;
		add_operand(c, DMT_ON_MAP, map, entry, off, len);
		++*nr;
	}
	return true;
}

/* ---- objects ---- */

static void declare_engines(struct compiler *c)
{
	for (const struct engine *e = c->s->engines; e && !failed(c); e = e->next) {
		struct dmt_engine *w;
		uint64_t channel = 0;

		if (c->nr_engines == DMT_MAX_ENGINES) {
			cfail(c, e->pos, "more than %d engines", DMT_MAX_ENGINES);
			return;
		}
		if (e->opts[ENG_CHANNEL] &&
		    !eval_number(&c->env, e->opts[ENG_CHANNEL], "channel", UNIT_NONE, 0, 7, &channel))
			return;
		w = APPEND(c->engines, c->nr_engines);
		snprintf(w->name, sizeof(w->name), "%s", e->name);
		w->cap = htole32(e->cap);
		w->channel = htole32(channel);
	}
}

static void declare_buffers(struct compiler *c)
{
	for (const struct buffer *b = c->s->buffers; b && !failed(c); b = b->next) {
		uint64_t count = 1, size, offset = 0, value = 0;
		struct sym *sym;

		if (b->count && !eval_number(&c->env, b->count, "the number of buffers",
					     UNIT_NONE, 0, DMT_MAX_BUFFERS, &count))
			return;
		if (b->offset && !eval_number(&c->env, b->offset, "the offset in the page",
					      UNIT_SIZE, 0, 4095, &offset))
			return;
		if (!eval_number(&c->env, b->size, "the buffer's size", UNIT_SIZE, 1,
				 DMT_MAX_BUFFER_SIZE - offset, &size))
			return;
		if (b->value && !eval_number(&c->env, b->value, "the byte", UNIT_NONE, 0, 255, &value))
			return;
		if (c->nr_buffers + count > DMT_MAX_BUFFERS) {
			cfail(c, b->pos, "more than %d buffers in all", DMT_MAX_BUFFERS);
			return;
		}
		sym = APPEND(c->buf_syms.v, c->buf_syms.nr);
		sym->name = b->name;
		sym->base = c->nr_buffers;
		sym->count = count;
		sym->array = b->count;
		for (uint64_t i = 0; i < count; i++) {
			struct dmt_buffer *w = APPEND(c->buffers, c->nr_buffers);

			w->size = htole32(size);
			w->offset = htole32(offset);
			w->fill = htole32(b->fill);
			w->value = htole32(value);
		}
	}
}

static void add_map(struct compiler *c, const struct stmt *st, int engine,
		    uint32_t first, uint32_t nr)
{
	struct dmt_map *w = APPEND(c->maps, c->nr_maps);

	w->engine = htole32(engine);
	w->kind = htole32(st->kind);
	w->dir = htole32(st->word);
	w->attrs = htole32(st->flags);
	w->first_operand = htole32(first);
	w->nr_operands = htole32(nr);
}

static int need_engine(struct compiler *c, const char *name, struct pos pos)
{
	int i = find_engine(c->s, name);

	if (i < 0)
		cfail(c, pos, "there is no engine '%s'; declare it above: engine %s memcpy like fsl-dma",
		      name, name);
	return i;
}

static void declare_map(struct compiler *c, const struct stmt *st)
{
	int engine = need_engine(c, st->engine, st->engine_pos);
	uint32_t first = c->nr_operands, nr;
	const struct sym *buf;
	struct sym *sym;

	if (engine < 0 || !add_buffer_operands(c, st->refs, &nr))
		return;
	buf = find_sym(&c->buf_syms, st->refs->name);
	if (find_sym(&c->map_syms, st->name)) {
		cfail(c, st->pos, "map '%s' is made twice; give the second one its own name", st->name);
		return;
	}
	sym = APPEND(c->map_syms.v, c->map_syms.nr);
	sym->name = st->name;
	sym->base = c->nr_maps;
	sym->count = nr;
	sym->array = buf->array && !st->refs->index;
	sym->sg = st->kind == DMT_MAP_SG;
	sym->stmt = st;
	if (c->nr_maps + nr > DMT_MAX_MAPS)
		cfail(c, st->pos, "more than %d maps in all", DMT_MAX_MAPS);
	else if (sym->sg && nr > DMT_MAX_SG)
		cfail(c, st->pos, "an sg map has at most %d entries", DMT_MAX_SG);
	else if (sym->sg && nr)
		add_map(c, st, engine, first, nr);
	else if (!sym->sg)
		for (uint32_t i = 0; i < nr; i++)
			add_map(c, st, engine, first + i, 1);
}

static void declare_tx(struct compiler *c, const struct stmt *st)
{
	int engine = need_engine(c, st->engine, st->engine_pos);
	struct dmt_tx *w;
	struct sym *sym;

	if (engine < 0)
		return;
	if (find_sym(&c->tx_syms, st->name)) {
		cfail(c, st->pos, "transaction '%s' is prepared twice; give the second one its own name",
		      st->name);
		return;
	}
	if ((uint32_t)st->word != le32toh(c->engines[engine].cap)) {
		cfail(c, st->engine_pos, "engine '%s' does %s, not %s", st->engine,
		      cap_words[le32toh(c->engines[engine].cap)], cap_words[st->word]);
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

typedef void declare_fn(struct compiler *c, const struct stmt *st);

static void for_each_stmt(struct compiler *c, const struct stmt *body, enum verb verb,
			  declare_fn *fn)
{
	for (const struct stmt *st = body; st && !failed(c); st = st->next) {
		if (st->verb == verb)
			fn(c, st);
		for_each_stmt(c, st->body, verb, fn);
	}
}

static void declare_all(struct compiler *c, enum verb verb, declare_fn *fn)
{
	for (const struct thread *t = c->s->threads; t && !failed(c); t = t->next)
		for_each_stmt(c, t->body, verb, fn);
}

/* Operands of the transactions, once all maps are known. */
static void fill_tx(struct compiler *c, const struct stmt *st)
{
	uint32_t index = find_sym(&c->tx_syms, st->name)->base, nr, first, sum = 0, len;

	first = c->nr_operands;
	if (!add_map_operands(c, st->dst, &nr))
		return;
	if (nr != 1) {
		cfail(c, st->dst->pos, "'%s' is %u places, a destination is one: name it with [ ]",
		      st->dst->name, nr);
		return;
	}
	len = operand_len(c, first);
	for (const struct ref *r = st->refs; r; r = r->next) {
		if (!add_map_operands(c, r, &nr))
			return;
		sum += nr;
		for (uint32_t i = c->nr_operands - nr; i < c->nr_operands; i++)
			if (operand_len(c, i) != len) {
				cfail(c, r->pos, "'%s' is %u bytes, the destination %u; all must be one length, use @OFFSET+LENGTH",
				      r->name, operand_len(c, i), len);
				return;
			}
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
	if (st->after) {
		const struct sym *parent = find_sym(&c->tx_syms, st->after);

		if (!parent || parent->base == index)
			cfail(c, st->after_pos, "'%s' is no other transaction", st->after);
		else if (!(parent->stmt->flags & DMT_TX_INTERRUPT))
			cfail(c, st->after_pos, "'%s' needs the INTERRUPT flag to have dependants",
			      st->after);
		else
			c->txs[index].depend = htole32(parent->base);
	}
}

static void check_cycles(struct compiler *c, const struct stmt *st)
{
	uint32_t up = find_sym(&c->tx_syms, st->name)->base, hops = 0;

	while (up != DMT_NONE && !failed(c)) {
		up = le32toh(c->txs[up].depend);
		if (hops++ > c->nr_txs)
			cfail(c, st->after_pos, "'%s' depends on itself", st->name);
	}
}

static void compile_instance(struct compiler *c)
{
	c->buf_syms.nr = c->map_syms.nr = c->tx_syms.nr = 0;
	declare_buffers(c);
	declare_all(c, VERB_MAP, declare_map);
	declare_all(c, VERB_PREP, declare_tx);
	declare_all(c, VERB_PREP, fill_tx);
	declare_all(c, VERB_PREP, check_cycles);
	for (const struct thread *t = c->s->threads; t && !failed(c); t = t->next)
		emit_body(c, t->body, add_block(c, DMT_BLOCK_THREAD, 0));
}

/* ---- the program ---- */

static uint32_t add_table(struct strbuf *out, struct dmt_table *t, const void *v,
			  uint32_t nr, size_t size)
{
	t->offset = htole32(out->len);
	t->count = htole32(nr);
	t->entry_size = htole32(size);
	strbuf_add(out, v, nr * size);
	while (out->len % 8)
		strbuf_addc(out, 0);
	return nr;
}

/* Every thread that meets a barrier counts once, whatever instance. */
static void count_parties(struct compiler *c)
{
	uint32_t parties[DMT_MAX_BARRIERS] = { 0 };

	for (uint32_t i = 0; i < c->nr_blocks; i++) {
		bool seen[DMT_MAX_BARRIERS] = { false };

		for (uint32_t k = 0; k < c->blocks[i].nr; k++) {
			const struct dmt_step *w = &c->blocks[i].steps[k].wire;

			if (le16toh(w->op) != DMT_STEP_BARRIER || seen[le32toh(w->arg0)])
				continue;
			seen[le32toh(w->arg0)] = true;
			parties[le32toh(w->arg0)]++;
		}
	}
	for (uint32_t i = 0; i < c->nr_blocks; i++)
		for (uint32_t k = 0; k < c->blocks[i].nr; k++) {
			struct dmt_step *w = &c->blocks[i].steps[k].wire;

			if (le16toh(w->op) == DMT_STEP_BARRIER)
				w->arg1 = htole32(parties[le32toh(w->arg0)]);
		}
}

static void write_program(struct compiler *c, const struct dmt_header *head,
			  struct strbuf *out)
{
	struct dmt_header h = *head;
	struct dmt_block *blocks = NULL;
	struct dmt_step *steps = NULL;
	uint32_t nr_blocks = 0, nr_steps = 0;

	count_parties(c);
	for (uint32_t i = 0; i < c->nr_blocks; i++) {
		struct dmt_block *b = APPEND(blocks, nr_blocks);

		b->kind = htole32(c->blocks[i].kind);
		b->ctx = htole32(c->blocks[i].ctx);
		b->first_step = htole32(nr_steps);
		b->nr_steps = htole32(c->blocks[i].nr);
		for (uint32_t k = 0; k < c->blocks[i].nr; k++)
			*APPEND(steps, nr_steps) = c->blocks[i].steps[k].wire;
	}
	strbuf_add(out, &h, sizeof(h));
	add_table(out, &h.engines, c->engines, c->nr_engines, sizeof(*c->engines));
	add_table(out, &h.buffers, c->buffers, c->nr_buffers, sizeof(*c->buffers));
	add_table(out, &h.maps, c->maps, c->nr_maps, sizeof(*c->maps));
	add_table(out, &h.txs, c->txs, c->nr_txs, sizeof(*c->txs));
	add_table(out, &h.operands, c->operands, c->nr_operands, sizeof(*c->operands));
	add_table(out, &h.blocks, blocks, nr_blocks, sizeof(*blocks));
	add_table(out, &h.steps, steps, nr_steps, sizeof(*steps));
	h.total_size = htole32(out->len);
	memcpy(out->s, &h, sizeof(h));
	free(blocks);
	free(steps);
}

/* ---- the engines' set-up ---- */

static void write_setup(struct compiler *c, uint64_t seed, struct strbuf *out)
{
	enum world world = c->opts->world;
	uint64_t n, mask;
	unsigned int index = 0;

	for (const struct engine *e = c->s->engines; e && !failed(c); e = e->next, index++) {
		strbuf_addf(out, "engine %s\nattr personality %s\nattr ops %s\nattr seed %llu\n",
			    e->name, e->like, world == WORLD_STRICT ? "strict" : "direct",
			    (unsigned long long)(seed * 16 + index));
		mask = 64;
		for (int i = 0; i < ENG__COUNT; i++) {
			const struct engine_opt_info *o = &engine_opts[i];

			if (!e->opts[i] || !o->attr)
				continue;
			if (o->type == 'w') {
				const char *w = eval_word(&c->env, e->opts[i]);

				if (i == ENG_COMPLETION &&
				    word_index(completion_words, w, strlen(w)) < 0)
					cfail(c, e->opts[i]->pos, "completion '%s': want hardirq, softirq, threaded or workqueue", w);
				if (strlen(w) > 31)
					cfail(c, e->opts[i]->pos, "a name has at most 31 characters");
				strbuf_addf(out, "attr %s %s\n", o->attr, w);
				continue;
			}
			if (!eval_number(&c->env, e->opts[i], o->word,
					 o->type == 't' ? UNIT_TIME : o->type == 's' ? UNIT_SIZE : UNIT_NONE,
					 o->min, o->max, &n))
				return;
			if (i == ENG_MASK)
				mask = n;
			strbuf_addf(out, "attr %s %llu\n", o->attr, (unsigned long long)n);
		}
		if (world == WORLD_BOUNCE32 && mask > 32)
			strbuf_addf(out, "attr mask_bits 32\n");
		for (int i = 0; i < NR_FAULTS; i++)
			if (e->faults[i])
				strbuf_addf(out, "attr fault_%s %s\n", fault_words[i], e->faults[i]);
	}
}

/* ---- expectations ---- */

static void add_expect(struct compiler *c, const struct expect_def *d, struct cell *cell)
{
	struct expect *e;
	uint32_t index = 0;

	if ((d->kind == EXPECT_FAULT || d->kind == EXPECT_INJECTED) &&
	    find_engine(c->s, d->object) < 0) {
		cfail(c, d->object_pos, "there is no engine '%s'", d->object);
		return;
	}
	e = APPEND(cell->expects, cell->nr_expects);
	e->kind = d->kind;
	e->line = d->pos.line;
	e->text = print_expect(d);
	e->err = d->err;
	e->worlds = d->worlds;
	memcpy(e->kernel.op, d->kernel_op, sizeof(e->kernel.op));
	e->kernel.major = d->major;
	e->kernel.minor = d->minor;
	e->arch = d->arch ? xstrdup(d->arch) : NULL;
	e->config = d->config ? xstrdup(d->config) : NULL;
	if (d->kind == EXPECT_FAULT || d->kind == EXPECT_INJECTED)
		e->engine = xstrdup(d->object);
	if (d->kind == EXPECT_OUTCOME)
		e->fate = xstrdup(d->object);
	if (d->kind != EXPECT_STATUS)
		return;
	for (uint32_t i = 0; i < c->nr_blocks; i++)
		for (uint32_t k = 0; k < c->blocks[i].nr; k++, index++) {
			const struct cstep *st = &c->blocks[i].steps[k];

			if (st->verb == d->verb && st->object && !strcmp(st->object, d->object))
				*APPEND(e->steps, e->nr_steps) = index;
		}
	if (!e->nr_steps)
		cfail(c, d->object_pos, "there is no step '%s %s'", verbs[d->verb].word, d->object);
}

static void check_contradictions(struct compiler *c)
{
	for (const struct expect_def *a = c->s->expects; a && !failed(c); a = a->next)
		for (const struct expect_def *b = c->s->expects; b != a; b = b->next) {
			unsigned int wa = a->worlds ? a->worlds : ~0u;
			unsigned int wb = b->worlds ? b->worlds : ~0u;
			bool data = a->kind <= EXPECT_DATA_CORRUPT && b->kind <= EXPECT_DATA_CORRUPT;

			if (data && a->kind != b->kind && wa & wb && !a->kernel_op[0] &&
			    !b->kernel_op[0] && !a->arch && !b->arch && !a->config && !b->config)
				cfail(c, a->pos, "contradicts line %u: in some world both hold", b->pos.line);
		}
}

/* ---- the cell ---- */

static void choose(struct compiler *c)
{
	size_t v = c->opts->variant, i = 0, n = 0;

	for (const struct param_def *d = c->s->params; d; d = d->next)
		n++;
	if (n > 64 || scenario_variants(c->s) > 65536) {
		cfail(c, c->s->params->pos, "more than 64 params or 65536 combinations");
		return;
	}
	/* The last param changes fastest. */
	for (i = n; i-- > 0;) {
		const struct param_def *d = c->s->params;

		for (size_t k = 0; k < i; k++)
			d = d->next;
		c->choice[i] = v % d->nr;
		v /= d->nr;
	}
}

static void name_cell(struct compiler *c, struct cell *cell)
{
	struct strbuf id = STRBUF_INIT;
	size_t i = 0;

	strbuf_adds(&id, c->s->name);
	for (const struct param_def *d = c->s->params; d; d = d->next, i++) {
		struct param *p = APPEND(cell->params, cell->nr_params);

		p->name = xstrdup(d->name);
		p->value = xstrdup(d->values[c->choice[i]]->text);
		strbuf_addf(&id, " %s=%s", p->name, p->value);
	}
	strbuf_addf(&id, " @%s", world_name(c->opts->world));
	cell->id = strbuf_detach(&id);
	cell->scenario = xstrdup(c->s->name);
	cell->file = xstrdup(c->s->file);
	cell->world = c->opts->world;
	cell->skip_foreign = !c->s->allow_foreign;
}

static bool number_or(struct compiler *c, const struct expr *e, const char *what,
		      enum unit unit, uint64_t min, uint64_t max, uint64_t otherwise,
		      uint64_t *out)
{
	*out = otherwise;
	return !e || eval_number(&c->env, e, what, unit, min, max, out);
}

/* How many records the executor must keep so that the verdict sees enough. */
static uint32_t keep_bad(const struct scenario *s, uint32_t repeat)
{
	for (const struct expect_def *e = s->expects; e; e = e->next)
		if (e->kind == EXPECT_STATUS)
			return repeat;	/* every failed step must be accounted for */
	return 4;
}

static void compile_numbers(struct compiler *c, struct cell *cell, struct dmt_header *h)
{
	const uint64_t ms = 1000000, max = (uint64_t)DMT_MAX_TIMEOUT_MS * ms;
	const struct scenario *s = c->s;
	uint64_t seed, repeat, timeout, wait, instances;

	if (!number_or(c, s->seed, "the seed", UNIT_NONE, 0, UINT64_MAX, 1, &seed) ||
	    !number_or(c, s->repeat, "repeat", UNIT_NONE, 1, DMT_MAX_REPEAT, 1, &repeat) ||
	    !number_or(c, s->instances, "threads", UNIT_NONE, 1, DMT_MAX_THREADS, 1, &instances) ||
	    !number_or(c, s->timeout, "timeout", UNIT_TIME, ms, max, 60000 * ms, &timeout) ||
	    !number_or(c, s->wait_timeout, "wait-timeout", UNIT_TIME, ms, max, 1000 * ms, &wait))
		return;
	if (c->opts->has_seed)
		seed = c->opts->seed;
	if (c->opts->repeat)
		repeat = c->opts->repeat;
	cell->seed = seed;
	cell->repeat = repeat;
	c->nr_instances = instances;
	h->magic = htole32(DMT_MAGIC);
	h->version = htole16(DMT_VERSION);
	h->header_size = htole16(sizeof(*h));
	h->flags = htole32(s->allow_foreign ? DMT_F_FOREIGN_MAP : 0);
	h->seed = htole64(seed);
	h->repeat = htole32(repeat);
	h->timeout_ms = htole32(timeout / ms);
	h->wait_ms = htole32(wait / ms);
	h->keep_first = htole32(1);
	h->keep_bad = htole32(keep_bad(s, repeat));
}

static void check_limits(struct compiler *c)
{
	struct pos pos = { 1, 1 };
	uint32_t steps = 0, threads = 0;
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < c->nr_blocks; i++) {
		steps += c->blocks[i].nr;
		threads += c->blocks[i].kind == DMT_BLOCK_THREAD;
	}
	for (uint32_t i = 0; i < c->nr_buffers; i++)
		bytes += (buffer_size(c, i) + le32toh(c->buffers[i].offset) + 4095) & ~4095u;
	if (steps > DMT_MAX_STEPS || c->nr_operands > DMT_MAX_OPERANDS ||
	    c->nr_blocks > DMT_MAX_BLOCKS)
		cfail(c, pos, "too large: %u steps, %u operands, %u blocks; at most %d, %d, %d",
		      steps, c->nr_operands, c->nr_blocks, DMT_MAX_STEPS,
		      DMT_MAX_OPERANDS, DMT_MAX_BLOCKS);
	if (threads > DMT_MAX_THREADS)
		cfail(c, pos, "%u threads in all, at most %d", threads, DMT_MAX_THREADS);
	if (bytes > DMT_MAX_BUFFER_BYTES)
		cfail(c, pos, "buffers of %llu bytes in all, at most %d",
		      (unsigned long long)bytes, DMT_MAX_BUFFER_BYTES);
}

static void take_steps(struct compiler *c, struct cell *cell)
{
	for (uint32_t i = 0; i < c->nr_blocks; i++)
		for (uint32_t k = 0; k < c->blocks[i].nr; k++) {
			*APPEND(cell->step_text, cell->nr_steps) = c->blocks[i].steps[k].text;
			c->blocks[i].steps[k].text = NULL;
		}
	for (const struct engine *e = c->s->engines; e; e = e->next)
		*APPEND(cell->engine_names, cell->nr_engines) = xstrdup(e->name);
}

static void compiler_free(struct compiler *c)
{
	for (uint32_t i = 0; i < c->nr_blocks; i++) {
		for (uint32_t k = 0; k < c->blocks[i].nr; k++)
			free(c->blocks[i].steps[k].text);
		free(c->blocks[i].steps);
	}
	free(c->blocks);
	free(c->engines);
	free(c->buffers);
	free(c->maps);
	free(c->txs);
	free(c->operands);
	free(c->buf_syms.v);
	free(c->map_syms.v);
	free(c->tx_syms.v);
}

int scenario_compile(const struct scenario *s, const struct compile_opts *opts,
		     struct cell *cell, struct diag *diag)
{
	struct compiler c = { .s = s, .opts = opts, .diag = diag };
	struct strbuf repro = STRBUF_INIT;
	struct dmt_header h = { 0 };

	memset(diag, 0, sizeof(*diag));
	memset(cell, 0, sizeof(*cell));
	c.env = (struct env) { .s = s, .choice = c.choice, .diag = diag };
	choose(&c);
	if (!failed(&c))
		compile_numbers(&c, cell, &h);
	if (!failed(&c))
		declare_engines(&c);
	for (; c.instance < c.nr_instances && !failed(&c); c.instance++)
		compile_instance(&c);
	if (!failed(&c))
		check_limits(&c);
	if (!failed(&c)) {
		h.nr_barriers = htole32(c.nr_barriers * c.nr_instances);
		write_program(&c, &h, &cell->program);
		write_setup(&c, cell->seed, &cell->setup);
	}
	for (const struct expect_def *e = s->expects; e && !failed(&c); e = e->next)
		add_expect(&c, e, cell);
	if (!failed(&c))
		check_contradictions(&c);
	if (!failed(&c)) {
		const struct print_cell pc = { c.choice, opts->world, cell->seed, cell->repeat };

		name_cell(&c, cell);
		take_steps(&c, cell);
		print_scenario(s, &pc, &repro);
		cell->repro = strbuf_detach(&repro);
	}
	compiler_free(&c);
	if (!diag->text[0])
		return 0;
	cell_free(cell);
	return -EINVAL;
}
