// SPDX-License-Identifier: GPL-2.0-only
/* Statements to steps. */
#include <endian.h>
#include <string.h>

#include "lib/program/steps.h"
#include "verbs.h"

uint32_t add_block(struct compiler *c, struct pos pos, uint32_t kind, uint32_t ctx)
{
	struct cblock *b;

	c->nr_threads += kind == DMT_BLOCK_THREAD;
	if (c->nr_threads > DMT_MAX_THREADS)
		cfail(c, pos, "more than %d threads in all", DMT_MAX_THREADS);
	if (c->nr_blocks == DMT_MAX_BLOCKS) {
		cfail(c, pos, "too large: more than %d blocks in all", DMT_MAX_BLOCKS);
		return 0;
	}
	b = APPEND(c->blocks, c->nr_blocks);
	b->pos = pos;
	b->kind = kind;
	b->ctx = ctx;
	return c->nr_blocks - 1;
}

struct dmt_step *add_step(struct compiler *c, uint32_t block, const struct stmt *st,
			  const struct about *about, uint32_t obj)
{
	const struct print_as as = {
		.env = &c->env,
		.instance = c->nr_instances > 1 ? c->instance + 1 : 0,
		.only = about->ref,
		.element = about->element,
	};
	struct cblock *b = &c->blocks[block];
	struct strbuf text = STRBUF_INIT;
	struct cstep *step;

	if (failed(c))
		return NULL;
	if (c->nr_steps == DMT_MAX_STEPS) {
		cfail(c, st->pos, "too large: more than %d steps in all", DMT_MAX_STEPS);
		return NULL;
	}
	c->nr_steps++;
	step = APPEND(b->steps, b->nr);
	step->verb = st->verb;
	step->pos = st->pos;
	step->object = about->object;
	step->element = about->element;
	print_stmt(st, &as, &text);
	step->text = strbuf_detach(&text);
	step->wire.op = htole16(st->verb->step);
	step->wire.obj = htole32(obj);
	step->wire.line = htole32(st->pos.line);
	return &step->wire;
}

struct about about_ref(const struct ref *r, bool array, uint32_t i)
{
	return (struct about) { r->name, r, array ? i : DMT_NONE };
}

static struct about about_name(const char *name)
{
	return (struct about) { name, NULL, DMT_NONE };
}

void emit_map(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const struct sym *sym = find_sym(&c->map_syms, st->name);
	uint32_t n = sym->sg ? sym->count > 0 : sym->count;

	for (uint32_t i = 0; i < n; i++) {
		const struct about about = {
			st->name, NULL, sym->array && !sym->sg ? i : DMT_NONE
		};

		add_step(c, block, st, &about, sym->base + i);
	}
}

static void set_args(struct dmt_step *w, uint32_t arg0, uint32_t arg1)
{
	if (!w)
		return;
	w->arg0 = htole32(arg0);
	w->arg1 = htole32(arg1);
}

/* Emits steps that take whole maps: unmap, free_*, mapping_error. */
void emit_maps(struct compiler *c, const struct stmt *st, uint32_t block)
{
	for (const struct ref *r = st->refs; r && !failed(c); r = r->next) {
		const struct sym *sym = need_sym(c, &c->map_syms, r->name, r->pos, "map");
		uint32_t index, n, how = 0, arg = 0;

		if (!sym || !ref_index(c, r, sym, &index))
			return;
		if (st->verb->step == DMT_STEP_UNMAP && !check_unmap(c, st, r, sym))
			return;
		if (r->off || (sym->sg && r->index)) {
			cfail(c, r->pos, "'%s' is mapped as a whole; a part of it cannot be named here",
			      r->name);
			return;
		}
		n = sym->sg ? sym->count > 0 : sym->count;
		if (n && !wrong_args(c, st, r, sym, &how, &arg))
			return;
		for (uint32_t i = 0; i < n; i++) {
			const struct about about = about_ref(r, sym->array && !sym->sg, i);

			if (index == DMT_NONE || i == index)
				set_args(add_step(c, block, st, &about, sym->base + i), how, arg);
		}
	}
}

static void emit_sync_sg(struct compiler *c, const struct stmt *st, const struct ref *r,
			 const struct sym *sym, uint32_t block)
{
	const struct dmt_operand whole = { DMT_ON_MAP, sym->base, DMT_NONE, 0, 1, 0 };
	const struct about about = about_ref(r, false, 0);
	uint32_t how, arg;

	if (r->index || r->off)
		cfail(c, r->pos, "an sg map is synced as a whole");
	else if (sym->count && wrong_args(c, st, r, sym, &how, &arg))
		set_args(add_step(c, block, st, &about, add_operand(c, r->pos, &whole)), how, arg);
}

void emit_sync(struct compiler *c, const struct stmt *st, uint32_t block)
{
	for (const struct ref *r = st->refs; r && !failed(c); r = r->next) {
		const struct sym *sym = need_sym(c, &c->map_syms, r->name, r->pos, "map");
		uint32_t first = c->nr_operands, nr, how, arg;

		if (!sym || !check_sync(c, r, sym))
			return;
		if (sym->sg) {
			emit_sync_sg(c, st, r, sym, block);
			continue;
		}
		if (!add_map_operands(c, r, &nr) || (nr && !wrong_args(c, st, r, sym, &how, &arg)))
			return;
		for (uint32_t i = 0; i < nr; i++) {
			uint32_t map = le32toh(c->operands[first + i].obj);
			const struct about about = about_ref(r, sym->array, map - sym->base);

			set_args(add_step(c, block, st, &about, first + i), how, arg);
		}
	}
}

void emit_txs(struct compiler *c, const struct stmt *st, uint32_t block)
{
	uint64_t ns = 0;

	if (st->a && !eval_number(&c->env, st->a, "the timeout", UNIT_TIME, 1000000,
				  (uint64_t)DMT_MAX_TIMEOUT_MS * 1000000, &ns))
		return;
	for (const struct ref *r = st->refs; r && !failed(c); r = r->next) {
		const struct sym *sym = need_sym(c, &c->tx_syms, r->name, r->pos, "transaction");
		const struct about about = about_ref(r, false, 0);
		struct dmt_step *w;

		if (!sym)
			return;
		if (r->index || r->off) {
			cfail(c, r->pos, "a transaction has no parts");
			return;
		}
		w = add_step(c, block, st, &about, sym->base);
		set_args(w, st->verb->step == DMT_STEP_WAIT ? ns / 1000000
							     : st->wrong == DMT_WRONG_AGAIN, 0);
	}
}

void emit_prep(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const struct about about = about_name(st->name);

	add_step(c, block, st, &about, find_sym(&c->tx_syms, st->name)->base);
}

void emit_engines(struct compiler *c, const struct stmt *st, uint32_t block)
{
	for (const struct ref *r = st->refs; r && !failed(c); r = r->next) {
		struct about about = about_ref(r, false, 0);
		int i = need_engine(c, r->name, r->pos);

		if (i < 0)
			return;
		if (r->index || r->off) {
			cfail(c, r->pos, "an engine has no parts");
			return;
		}
		add_step(c, block, st, &about, i);
	}
}

/* Emits cpu_read and cpu_write. */
void emit_buffers(struct compiler *c, const struct stmt *st, uint32_t block)
{
	uint64_t value = 0;

	if (st->a && !eval_number(&c->env, st->a, "the byte", UNIT_NONE, 0, 255, &value))
		return;
	for (const struct ref *r = st->refs; r && !failed(c); r = r->next) {
		uint32_t first = c->nr_operands, nr;
		const struct sym *sym;

		if (!add_buffer_operands(c, r, &nr))
			return;
		sym = find_sym(&c->buf_syms, r->name);
		if (st->verb->step == DMT_STEP_CPU_WRITE && nr &&
		    le32toh(c->buffers[sym->base].memory) == DMT_MEMORY_RODATA) {
			cfail(c, r->pos, "'%s' is rodata: it is not to be written", r->name);
			return;
		}
		for (uint32_t i = 0; i < nr; i++) {
			uint32_t buffer = le32toh(c->operands[first + i].obj);
			const struct about about = about_ref(r, sym->array, buffer - sym->base);

			set_args(add_step(c, block, st, &about, first + i), st->word, value);
		}
	}
}

/* Adds operands for a buffer and for others that must have the same length. */
static bool add_equal_operands(struct compiler *c, const struct stmt *st, uint32_t *to,
			       uint32_t *from, uint32_t *many)
{
	uint32_t dst = c->nr_operands, first, nr, sum = 0;
	bool is_check = st->verb->step == DMT_STEP_CHECK;
	const char *done = is_check ? "checked" : "written";

	if (!add_buffer_operands(c, st->dst, &nr))
		return false;
	if (nr != 1)
		return cfail(c, st->dst->pos, "'%s' is %u buffers, a %s is of one: name it with [ ]",
			     st->dst->name, nr, st->verb->word);
	first = c->nr_operands;
	for (const struct ref *r = st->refs; r; r = r->next) {
		if (!add_buffer_operands(c, r, &nr))
			return false;
		sum += nr;
		for (uint32_t i = c->nr_operands - nr; i < c->nr_operands; i++)
			if (operand_len(c, i) != operand_len(c, dst))
				return cfail(c, r->pos, "'%s' is %u bytes, what is %s %u; use @OFFSET+LENGTH",
					     r->name, operand_len(c, i), done, operand_len(c, dst));
	}
	if (!sum || sum > DMT_MAX_SOURCES)
		return cfail(c, st->refs->pos, "%u buffers to %s, want 1 to %d", sum,
			     is_check ? "compare with" : "read", DMT_MAX_SOURCES);
	*to = dst;
	*from = first;
	*many = sum;
	return true;
}

void emit_check(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const struct about about = about_name(st->dst->name);
	uint32_t dst, first, sum;

	if (add_equal_operands(c, st, &dst, &first, &sum))
		set_args(add_step(c, block, st, &about, dst), first, sum);
}

/* Can xor_blocks() work on operand @i? The same rule as in the executor's rules.c. */
static bool xor_fits(const struct compiler *c, uint32_t i)
{
	const struct dmt_operand *o = &c->operands[i];
	const struct dmt_buffer *b = &c->buffers[le32toh(o->obj)];
	uint32_t bits = le32toh(b->offset) | le32toh(o->off) | le32toh(o->len);

	return le32toh(b->memory) == DMT_MEMORY_PAGES && bits % DMT_XOR_ALIGN == 0;
}

/* Emits cpu_copy and cpu_xor. */
void emit_cpu_op(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const struct about about = about_name(st->dst->name);
	uint32_t dst, first, sum;

	if (!add_equal_operands(c, st, &dst, &first, &sum))
		return;
	if (le32toh(c->buffers[le32toh(c->operands[dst].obj)].memory) == DMT_MEMORY_RODATA)
		cfail(c, st->dst->pos, "'%s' is rodata: it is not to be written", st->dst->name);
	if (st->verb->step == DMT_STEP_CPU_COPY && sum != 1)
		cfail(c, st->refs->pos, "a copy has one source, not %u", sum);
	for (uint32_t i = dst; st->verb->step == DMT_STEP_CPU_XOR && i < first + sum; i++)
		if (!xor_fits(c, i)) {
			cfail(c, st->pos, "the kernel's xor takes multiples of %d bytes at such multiples, in pages",
			      DMT_XOR_ALIGN);
			return;
		}
	set_args(add_step(c, block, st, &about, dst), first, sum);
}

/* May the steps of the block sleep? The same rule as in the executor's rules.c. */
bool may_sleep(const struct cblock *b)
{
	return b->kind == DMT_BLOCK_THREAD ||
	       (b->kind == DMT_BLOCK_CONTEXT &&
		(b->ctx == DMT_CTX_TASK || b->ctx == DMT_CTX_WORKQUEUE));
}

void emit_delay(struct compiler *c, const struct stmt *st, uint32_t block)
{
	bool sleeps = may_sleep(&c->blocks[block]);
	uint64_t max = sleeps ? DMT_MAX_DELAY_NS : DMT_MAX_ATOMIC_DELAY_NS, from, to;
	const char *what = sleeps ? "the delay" : "the delay (in a context that may not sleep)";
	const struct about about = about_name(NULL);

	if (!eval_number(&c->env, st->a, what, UNIT_TIME, 0, max, &from))
		return;
	to = from;
	if (st->b && !eval_number(&c->env, st->b, what, UNIT_TIME, from, max, &to))
		return;
	set_args(add_step(c, block, st, &about, 0), from, to);
}

void emit_barrier(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const struct about about = about_name(st->name);
	struct dmt_step *w;
	uint32_t i;

	for (i = 0; i < c->nr_barriers; i++)
		if (!strcmp(c->barriers[i], st->name))
			break;
	if (i == c->nr_barriers) {
		if ((i + 1) * c->nr_instances > DMT_MAX_BARRIERS) {
			cfail(c, st->pos, "more than %d barriers in all", DMT_MAX_BARRIERS);
			return;
		}
		c->barriers[c->nr_barriers++] = st->name;
	}
	w = add_step(c, block, st, &about, 0);
	/* Barriers of the same name have consecutive numbers: instance 0, 1, ... */
	if (w)
		w->arg0 = htole32(i * c->nr_instances + c->instance);
}

void emit_crash(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const struct about about = about_name(crash_words[st->word]);
	struct dmt_step *w = add_step(c, block, st, &about, 0);

	if (w)
		w->arg0 = htole32(st->word);
}

void emit_on_complete(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const struct ref *r = st->refs;
	const struct sym *sym = need_sym(c, &c->tx_syms, r->name, r->pos, "transaction");

	if (!sym)
		return;
	if (r->index || r->off)
		cfail(c, r->pos, "a transaction has no parts");
	if (le32toh(c->txs[sym->base].callback) != DMT_NONE)
		cfail(c, r->pos, "'%s' has an on_complete already", r->name);
	if (!(sym->stmt->flags & (DMT_TX_INTERRUPT | DMT_TX_CALLBACK)))
		cfail(c, r->pos, "'%s' needs the INTERRUPT flag to have an on_complete", r->name);
	if (failed(c))
		return;
	block = add_block(c, st->pos, DMT_BLOCK_CALLBACK, 0);
	c->txs[sym->base].callback = htole32(block);
	emit_body(c, st->body, block);
}

void emit_in(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const char *word = eval_word(&c->env, st->a);
	const struct about about = about_name(word);
	int ctx = word_index(ctx_words, word, strlen(word));
	uint32_t inner;

	if (ctx < 0) {
		cfail(c, st->a->pos, "in '%s': want task, softirq, hardirq, workqueue or atomic", word);
		return;
	}
	inner = add_block(c, st->pos, DMT_BLOCK_CONTEXT, ctx);
	if (add_step(c, block, st, &about, inner))
		emit_body(c, st->body, inner);
}

static bool is_allowed(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const struct cblock *b = &c->blocks[block];
	uint32_t flags = step_type(st->verb->step)->flags;

	/* An on_complete is no step, and neither stands in another nor in an `in`. */
	if ((flags & DMT_IN_THREAD || st->verb->step == DMT_STEP_NOP) &&
	    b->kind != DMT_BLOCK_THREAD)
		return cfail(c, st->pos, "'%s' stands directly in a thread, not inside on_complete or in",
			     st->verb->word);
	if (flags & DMT_MAY_SLEEP && !may_sleep(b))
		return cfail(c, st->pos, "'%s' may sleep, which this context may not; put it into the thread, or in task or workqueue",
			     st->verb->word);
	return true;
}

void emit_stmt(struct compiler *c, const struct stmt *st, uint32_t block)
{
	if (is_allowed(c, st, block))
		st->verb->emit(c, st, block);
}

void emit_body(struct compiler *c, const struct stmt *body, uint32_t block)
{
	for (const struct stmt *st = body; st && !failed(c); st = st->next)
		emit_stmt(c, st, block);
}
