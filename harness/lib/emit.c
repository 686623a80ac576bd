// SPDX-License-Identifier: GPL-2.0-only
/* Statements to steps. */
#include <endian.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"

static struct dmt_step *add_step(struct compiler *c, uint32_t block, const struct stmt *st,
				 const char *object, uint32_t obj, char *text)
{
	struct cblock *b = &c->blocks[block];
	struct cstep *step;

	b->steps = xrealloc(b->steps, (b->nr + 1) * sizeof(*b->steps));
	step = &b->steps[b->nr++];
	memset(step, 0, sizeof(*step));
	step->verb = st->verb;
	step->object = object;
	step->text = text;
	step->wire.op = htole16(verbs[st->verb].step);
	step->wire.obj = htole32(obj);
	step->wire.line = htole32(st->pos.line);
	return &step->wire;
}

/* "NAME", "NAME[2]", with "#3" for a further instance. */
static char *element_name(const struct compiler *c, const struct sym *sym, uint32_t i)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_adds(&sb, sym->name);
	if (sym->array)
		strbuf_addf(&sb, "[%u]", i);
	if (c->nr_instances > 1)
		strbuf_addf(&sb, "#%u", c->instance);
	return strbuf_detach(&sb);
}

static char *step_text(const struct compiler *c, const struct stmt *st,
		       const struct sym *sym, uint32_t i, const char *more)
{
	char *name = element_name(c, sym, i), *text;

	text = xasprintf("%s %s%s", verbs[st->verb].word, name, more);
	free(name);
	return text;
}

static const struct sym *need_sym(struct compiler *c, const struct syms *syms,
				  const struct ref *r, const char *what)
{
	const struct sym *sym = find_sym(syms, r->name);

	if (!sym)
		cfail(c, r->pos, "there is no %s '%s'", what, r->name);
	return sym;
}

static void emit_map(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const struct sym *sym = find_sym(&c->map_syms, st->name);
	uint32_t n = sym->sg ? sym->count > 0 : sym->count;
	struct strbuf more = STRBUF_INIT;

	strbuf_addf(&more, " = %s ", st->engine);
	print_ref(st->refs, &more);
	strbuf_addf(&more, " %s", dir_words[st->word]);
	for (uint32_t i = 0; i < n; i++)
		add_step(c, block, st, st->name, sym->base + i,
			 sym->sg ? xasprintf("map %s%s sg", st->name, strbuf_str(&more))
				 : step_text(c, st, sym, i, strbuf_str(&more)));
	strbuf_free(&more);
}

/* unmap, mapping_error: whole maps. */
static void emit_maps(struct compiler *c, const struct stmt *st, uint32_t block)
{
	for (const struct ref *r = st->refs; r && !failed(c); r = r->next) {
		const struct sym *sym = need_sym(c, &c->map_syms, r, "map");
		uint32_t index, n;

		if (!sym || !ref_index(c, r, sym, &index))
			return;
		if (r->off || (sym->sg && r->index)) {
			cfail(c, r->pos, "'%s' is mapped as a whole; a part of it cannot be named here",
			      r->name);
			return;
		}
		n = sym->sg ? sym->count > 0 : sym->count;
		for (uint32_t i = 0; i < n; i++)
			if (index == UINT32_MAX || i == index)
				add_step(c, block, st, r->name, sym->base + i,
					 sym->sg ? xasprintf("%s %s", verbs[st->verb].word, r->name)
						 : step_text(c, st, sym, i, ""));
	}
}

static void emit_sync(struct compiler *c, const struct stmt *st, uint32_t block)
{
	for (const struct ref *r = st->refs; r && !failed(c); r = r->next) {
		const struct sym *sym = need_sym(c, &c->map_syms, r, "map");
		uint32_t nr, first = c->nr_operands;

		if (!sym)
			return;
		if (sym->sg) {
			if (r->index || r->off) {
				cfail(c, r->pos, "an sg map is synced as a whole");
				return;
			}
			if (sym->count)
				add_step(c, block, st, r->name,
					 add_operand(c, DMT_ON_MAP, sym->base, DMT_NONE, 0, 1),
					 xasprintf("%s %s", verbs[st->verb].word, r->name));
			continue;
		}
		if (!add_map_operands(c, r, &nr))
			return;
		for (uint32_t i = 0; i < nr; i++) {
			struct strbuf text = STRBUF_INIT;

			strbuf_addf(&text, "%s ", verbs[st->verb].word);
			print_ref(r, &text);
			add_step(c, block, st, r->name, first + i, strbuf_detach(&text));
		}
	}
}

static void emit_txs(struct compiler *c, const struct stmt *st, uint32_t block)
{
	uint64_t ns = 0;

	if (st->a && !eval_number(&c->env, st->a, "the timeout", UNIT_TIME, 1000000,
				  (uint64_t)DMT_MAX_TIMEOUT_MS * 1000000, &ns))
		return;
	for (const struct ref *r = st->refs; r && !failed(c); r = r->next) {
		const struct sym *sym = need_sym(c, &c->tx_syms, r, "transaction");
		struct dmt_step *w;

		if (!sym)
			return;
		if (r->index || r->off) {
			cfail(c, r->pos, "a transaction has no parts");
			return;
		}
		w = add_step(c, block, st, r->name, sym->base, step_text(c, st, sym, 0, ""));
		w->arg0 = htole32(ns / 1000000);
	}
}

static void emit_prep(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const struct sym *sym = find_sym(&c->tx_syms, st->name);
	struct strbuf text = STRBUF_INIT;

	print_stmt_head(st, &text);
	if (c->nr_instances > 1)
		strbuf_addf(&text, " #%u", c->instance);
	add_step(c, block, st, st->name, sym->base, strbuf_detach(&text));
}

static void emit_engines(struct compiler *c, const struct stmt *st, uint32_t block)
{
	for (const struct ref *r = st->refs; r; r = r->next) {
		int i = find_engine(c->s, r->name);

		if (i < 0 || r->index || r->off) {
			cfail(c, r->pos, "there is no engine '%s'", r->name);
			return;
		}
		add_step(c, block, st, r->name, i, xasprintf("%s %s", verbs[st->verb].word, r->name));
	}
}

static void emit_buffers(struct compiler *c, const struct stmt *st, uint32_t block)
{
	uint64_t value = 0;

	if (st->a && !eval_number(&c->env, st->a, "the byte", UNIT_NONE, 0, 255, &value))
		return;
	for (const struct ref *r = st->refs; r && !failed(c); r = r->next) {
		uint32_t first = c->nr_operands, nr;

		if (!add_buffer_operands(c, r, &nr))
			return;
		for (uint32_t i = 0; i < nr; i++) {
			struct strbuf text = STRBUF_INIT;
			struct dmt_step *w;

			strbuf_addf(&text, "%s ", verbs[st->verb].word);
			print_ref(r, &text);
			w = add_step(c, block, st, r->name, first + i, strbuf_detach(&text));
			if (st->verb == VERB_CPU_WRITE) {
				w->arg0 = htole32(st->word);
				w->arg1 = htole32(value);
			}
		}
	}
}

static void emit_check(struct compiler *c, const struct stmt *st, uint32_t block)
{
	uint32_t dst = c->nr_operands, first, nr, sum = 0;
	struct strbuf text = STRBUF_INIT;
	struct dmt_step *w;

	if (!add_buffer_operands(c, st->dst, &nr))
		return;
	if (nr != 1) {
		cfail(c, st->dst->pos, "'%s' is %u buffers, a check is of one: name it with [ ]",
		      st->dst->name, nr);
		return;
	}
	first = c->nr_operands;
	for (const struct ref *r = st->refs; r; r = r->next) {
		if (!add_buffer_operands(c, r, &nr))
			return;
		sum += nr;
		for (uint32_t i = c->nr_operands - nr; i < c->nr_operands; i++)
			if (operand_len(c, i) != operand_len(c, dst)) {
				cfail(c, r->pos, "'%s' is %u bytes, what is checked %u; use @OFFSET+LENGTH",
				      r->name, operand_len(c, i), operand_len(c, dst));
				return;
			}
	}
	if (!sum || sum > DMT_MAX_SOURCES) {
		cfail(c, st->refs->pos, "%u buffers to compare with, want 1 to %d", sum, DMT_MAX_SOURCES);
		return;
	}
	print_stmt_head(st, &text);
	w = add_step(c, block, st, st->dst->name, dst, strbuf_detach(&text));
	w->arg0 = htole32(first);
	w->arg1 = htole32(sum);
}

/* May the steps of @block sleep? What the executor's rules.c says. */
static bool may_sleep(const struct cblock *b)
{
	return b->kind == DMT_BLOCK_THREAD ||
	       (b->kind == DMT_BLOCK_CONTEXT &&
		(b->ctx == DMT_CTX_TASK || b->ctx == DMT_CTX_WORKQUEUE));
}

static void emit_delay(struct compiler *c, const struct stmt *st, uint32_t block)
{
	uint64_t max = may_sleep(&c->blocks[block]) ? DMT_MAX_DELAY_NS : DMT_MAX_ATOMIC_DELAY_NS;
	uint64_t from, to;
	struct strbuf text = STRBUF_INIT;
	struct dmt_step *w;

	if (!eval_number(&c->env, st->a, "the delay", UNIT_TIME, 0, max, &from))
		return;
	to = from;
	if (st->b && !eval_number(&c->env, st->b, "the longest delay", UNIT_TIME, from, max, &to))
		return;
	print_stmt_head(st, &text);
	w = add_step(c, block, st, NULL, 0, strbuf_detach(&text));
	w->arg0 = htole32(from);
	w->arg1 = htole32(to);
}

static void emit_barrier(struct compiler *c, const struct stmt *st, uint32_t block)
{
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
	w = add_step(c, block, st, st->name, 0, xasprintf("barrier %s", st->name));
	/* Barriers of one name lie together: instance 0, 1, ... */
	w->arg0 = htole32(i * c->nr_instances + c->instance);
}

static void emit_on_complete(struct compiler *c, const struct stmt *st)
{
	const struct sym *sym = need_sym(c, &c->tx_syms, st->refs, "transaction");
	uint32_t block;

	if (!sym)
		return;
	if (le32toh(c->txs[sym->base].callback) != DMT_NONE) {
		cfail(c, st->refs->pos, "'%s' has an on_complete already", st->refs->name);
		return;
	}
	if (!(sym->stmt->flags & DMT_TX_INTERRUPT)) {
		cfail(c, st->refs->pos, "'%s' needs the INTERRUPT flag to have an on_complete", st->refs->name);
		return;
	}
	block = add_block(c, DMT_BLOCK_CALLBACK, 0);
	c->txs[sym->base].callback = htole32(block);
	emit_body(c, st->body, block);
}

static void emit_in(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const char *word = eval_word(&c->env, st->a);
	int ctx = word_index(ctx_words, word, strlen(word));
	uint32_t inner;

	if (ctx < 0) {
		cfail(c, st->a->pos, "in '%s': want task, softirq, hardirq, workqueue or atomic", word);
		return;
	}
	inner = add_block(c, DMT_BLOCK_CONTEXT, ctx);
	add_step(c, block, st, NULL, inner, xasprintf("in %s", word));
	emit_body(c, st->body, inner);
}

static bool is_allowed(struct compiler *c, const struct stmt *st, uint32_t block)
{
	const struct cblock *b = &c->blocks[block];

	if (verbs[st->verb].thread_only && b->kind != DMT_BLOCK_THREAD)
		return cfail(c, st->pos, "%s stands directly in a thread, not in on_complete or in { }",
			     verbs[st->verb].word);
	if (verbs[st->verb].sleeps && !may_sleep(b))
		return cfail(c, st->pos, "%s may sleep, which this context may not", verbs[st->verb].word);
	return true;
}

void emit_body(struct compiler *c, const struct stmt *body, uint32_t block)
{
	for (const struct stmt *st = body; st && !failed(c); st = st->next) {
		if (!is_allowed(c, st, block))
			return;
		switch (st->verb) {
		case VERB_MAP:
			emit_map(c, st, block);
			break;
		case VERB_UNMAP:
		case VERB_MAPPING_ERROR:
			emit_maps(c, st, block);
			break;
		case VERB_SYNC_CPU:
		case VERB_SYNC_DEVICE:
			emit_sync(c, st, block);
			break;
		case VERB_PREP:
			emit_prep(c, st, block);
			break;
		case VERB_SUBMIT:
		case VERB_WAIT:
		case VERB_STATUS:
		case VERB_ACK:
			emit_txs(c, st, block);
			break;
		case VERB_ISSUE:
		case VERB_TERMINATE:
		case VERB_SYNCHRONIZE:
			emit_engines(c, st, block);
			break;
		case VERB_CPU_READ:
		case VERB_CPU_WRITE:
			emit_buffers(c, st, block);
			break;
		case VERB_CHECK:
			emit_check(c, st, block);
			break;
		case VERB_DELAY:
			emit_delay(c, st, block);
			break;
		case VERB_BARRIER:
			emit_barrier(c, st, block);
			break;
		case VERB_CRASH:
			add_step(c, block, st, crash_words[st->word], 0,
				 xasprintf("crash %s", crash_words[st->word]))->arg0 = htole32(st->word);
			break;
		case VERB_ON_COMPLETE:
			emit_on_complete(c, st);
			break;
		case VERB_IN:
			emit_in(c, st, block);
			break;
		default:
			break;
		}
	}
}
