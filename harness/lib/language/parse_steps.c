// SPDX-License-Identifier: GPL-2.0-only
/* The steps of a thread: what follows each verb. */
#include "verbs.h"

#define MAX_BLOCKS_DEEP 4

struct ref *parse_ref(struct parser *p, const char *what)
{
	struct ref *r = NEW(p, struct ref);

	r->pos = here(p);
	r->name = parse_name(p, what);
	if (accept(p, "[")) {
		p->operators = 0;
		r->index = parse_sum(p, "an index");
		expect_text(p, "]", "behind the index");
	}
	if (accept(p, "@")) {
		r->off = parse_value(p, "an offset in bytes");
		expect_text(p, "+", "between offset and length: NAME@OFFSET+LENGTH");
		r->len = parse_value(p, "a length in bytes");
	}
	return r;
}

/* Parses references up to a token that is not a name, or to one of @end. */
static struct ref *parse_refs_until(struct parser *p, const char *what, const char *const *end)
{
	struct ref *first = parse_ref(p, what), **at = &first->next;

	while (at_name(p) && !at_word(p, end)) {
		*at = parse_ref(p, what);
		at = &(*at)->next;
	}
	return first;
}

static struct ref *parse_refs(struct parser *p, const char *what)
{
	static const char *const none[] = { NULL };

	return parse_refs_until(p, what, none);
}

void parse_maps(struct parser *p, struct stmt *st)
{
	st->refs = parse_refs(p, "a map");
}

void parse_txs(struct parser *p, struct stmt *st)
{
	st->refs = parse_refs(p, "a transaction");
}

void parse_engines(struct parser *p, struct stmt *st)
{
	st->refs = parse_refs(p, "an engine");
}

void parse_buffers(struct parser *p, struct stmt *st)
{
	st->refs = parse_refs(p, "a buffer");
}

static void parse_engine_name(struct parser *p, struct stmt *st, const char *what)
{
	st->engine_pos = here(p);
	st->engine = parse_name(p, what);
}

void parse_map(struct parser *p, struct stmt *st)
{
	st->name = parse_name(p, "the map's name: map NAME = ENGINE BUFFER DIRECTION");
	expect_text(p, "=", "behind the map's name");
	if (accept(p, "again")) {
		st->list_pos = here(p);
		st->list = parse_name(p, "the sg map whose list is mapped again");
		st->kind = DMT_MAP_SG;
		return;
	}
	parse_engine_name(p, st, "the engine to map for");
	st->refs = parse_ref(p, "the buffer to map");
	st->word = parse_word(p, dir_words, "direction");
	if (at_word(p, kind_words))
		st->kind = parse_word(p, kind_words, "kind of map");
	if (accept(p, "attrs"))
		st->flags = parse_bits(p, attr_words, "attribute");
}

static void parse_own(struct parser *p, struct stmt *st, int kind)
{
	st->kind = kind;
	st->name = parse_name(p, "the memory's name, as in: NAME = ENGINE 4K");
	expect_text(p, "=", "behind the memory's name");
	parse_engine_name(p, st, "the engine to allocate for");
	st->a = parse_value(p, "its size, such as 4K");
}

void parse_alloc_coherent(struct parser *p, struct stmt *st)
{
	parse_own(p, st, DMT_MAP_COHERENT);
}

void parse_alloc_pages(struct parser *p, struct stmt *st)
{
	parse_own(p, st, DMT_MAP_NONCOHERENT);
	st->word = parse_word(p, dir_words, "direction");
}

void parse_pool_alloc(struct parser *p, struct stmt *st)
{
	parse_own(p, st, DMT_MAP_POOL);
}

void parse_free_pages(struct parser *p, struct stmt *st)
{
	parse_maps(p, st);
	st->kind = DMT_MAP_NONCOHERENT;
}

/* Parses what follows the names: what is wrong about the step, if anything. */
static void parse_wrong(struct parser *p, struct stmt *st, const char *const *words)
{
	if (!at_word(p, words))
		return;
	st->wrong = 1 + parse_word(p, wrong_words, "what is wrong about it");
	switch (st->wrong) {
	case DMT_WRONG_ENGINE:
		parse_engine_name(p, st, "the engine for which it is done");
		break;
	case DMT_WRONG_SIZE:
		st->a = parse_value(p, "the size, in bytes");
		break;
	case DMT_WRONG_DIR:
		st->word = parse_word(p, dir_words, "direction");
		break;
	case DMT_WRONG_ADDRESS:
		expect_text(p, "+", "and bytes to be added to the address: at +64");
		st->a = parse_value(p, "the bytes to be added");
		break;
	case DMT_WRONG_KIND:
		st->kind = parse_word(p, kind_words, "kind of map");
		break;
	case DMT_WRONG_NENTS:
		st->a = parse_value(p, "a number of entries");
		break;
	}
}

void parse_free_coherent(struct parser *p, struct stmt *st)
{
	static const char *const words[] = { "size", "at", NULL };

	st->refs = parse_refs_until(p, "coherent memory", words);
	parse_wrong(p, st, words);
	st->kind = DMT_MAP_COHERENT;
}

void parse_pool_free(struct parser *p, struct stmt *st)
{
	static const char *const words[] = { "size", "at", NULL };

	st->refs = parse_refs_until(p, "memory of a pool", words);
	parse_wrong(p, st, words);
	st->kind = DMT_MAP_POOL;
}

void parse_unmap(struct parser *p, struct stmt *st)
{
	st->refs = parse_refs_until(p, "a map", wrong_words);
	parse_wrong(p, st, wrong_words);
}

void parse_sync(struct parser *p, struct stmt *st)
{
	static const char *const words[] = { "as", "size", "dir", "at", NULL };

	st->refs = parse_refs_until(p, "a map", words);
	parse_wrong(p, st, words);
}

void parse_submit(struct parser *p, struct stmt *st)
{
	static const char *const words[] = { "again", NULL };

	st->refs = parse_refs_until(p, "a transaction", words);
	if (accept(p, "again"))
		st->wrong = DMT_WRONG_AGAIN;
}

void parse_forget(struct parser *p, struct stmt *st)
{
	st->refs = parse_refs(p, "a map or a transaction");
}

void parse_prep(struct parser *p, struct stmt *st)
{
	st->name = parse_name(p, "the transaction's name: prep NAME = ENGINE memcpy|xor DST <- SRC");
	expect_text(p, "=", "behind the transaction's name");
	parse_engine_name(p, st, "the engine");
	st->word = parse_word(p, cap_words, "operation");
	st->dst = parse_ref(p, "the map to write");
	expect_text(p, "<-", "between destination and sources");
	st->refs = parse_refs(p, "the map to read");
	st->flags = DMT_TX_INTERRUPT | DMT_TX_ACK;
	st->has_flags = accept(p, "flags");
	if (st->has_flags)
		st->flags = accept(p, "none") ? 0 : parse_bits(p, txflag_words, "flag (or none)");
	if (accept(p, "after")) {
		st->after_pos = here(p);
		st->after = parse_name(p, "the transaction it depends on");
	}
	if (accept(p, "stale"))
		st->flags |= DMT_TX_STALE;
	if (accept(p, "beyond"))
		st->flags |= DMT_TX_BEYOND;
}

void parse_wait(struct parser *p, struct stmt *st)
{
	parse_txs(p, st);
	if (accept(p, "timeout"))
		st->a = parse_value(p, "a duration such as 10ms");
}

void parse_cpu_write(struct parser *p, struct stmt *st)
{
	st->refs = parse_ref(p, "a buffer");
	st->word = parse_word(p, fill_words, "what to write");
	if (st->word == DMT_FILL_BYTE)
		st->a = parse_value(p, "the byte to fill with");
}

void parse_cpu_op(struct parser *p, struct stmt *st)
{
	st->dst = parse_ref(p, "the buffer to write");
	expect_text(p, "<-", "between destination and sources");
	st->refs = parse_refs(p, "a buffer to read");
}

void parse_check(struct parser *p, struct stmt *st)
{
	st->dst = parse_ref(p, "the buffer to check");
	expect_text(p, "==", "and what it must equal");
	st->refs = parse_ref(p, "a buffer");
	for (struct ref *r = st->refs; accept(p, "^"); r = r->next)
		r->next = parse_ref(p, "a buffer");
}

void parse_delay(struct parser *p, struct stmt *st)
{
	st->a = parse_value(p, "a duration such as 10us");
	if (accept(p, ".."))
		st->b = parse_value(p, "the longest delay");
}

void parse_barrier(struct parser *p, struct stmt *st)
{
	st->name = parse_name(p, "the barrier's name");
}

void parse_crash(struct parser *p, struct stmt *st)
{
	st->word = parse_word(p, crash_words, "crash");
}

static void parse_block(struct parser *p, struct stmt *st)
{
	if (++p->depth > MAX_BLOCKS_DEEP)
		parse_fail(p, "blocks are nested too deeply");
	expect_text(p, "{", "and the steps of the block");
	st->body = parse_body(p);
	p->depth--;
}

void parse_on_complete(struct parser *p, struct stmt *st)
{
	st->refs = parse_ref(p, "a transaction");
	parse_block(p, st);
}

void parse_in(struct parser *p, struct stmt *st)
{
	struct expr *e;

	if (token_is(&p->t, "$")) {
		st->a = parse_word_value(p, "a context");
	} else {
		st->a = e = NEW(p, struct expr);
		e->op = 'l';
		e->pos = here(p);
		e->text = ctx_words[parse_word(p, ctx_words, "context")];
	}
	parse_block(p, st);
}

static void unknown_step(struct parser *p)
{
	const char *near = nearest_verb(&p->t);
	char have[64];

	if (p->t.kind == TOK_END)
		parse_fail(p, "the file ends inside { }; a '}' is missing");
	else if (at_word(p, top_words))
		parse_fail(p, "%s is said of the whole scenario: it stands at the top level, outside of thread { }",
			   found(p, have));
	else if (near)
		parse_fail(p, "%s is no step; did you mean '%s'?", found(p, have), near);
	else
		parse_fail(p, "want a step (map, prep, submit, issue, wait, unmap, check ...) or '}', found %s",
			   found(p, have));
}

struct stmt *parse_body(struct parser *p)
{
	struct stmt *first = NULL, **at = &first;

	while (!accept(p, "}")) {
		const struct verb *verb = find_verb(&p->t);
		struct stmt *st;

		begin_stmt(p);
		if (!verb) {
			unknown_step(p);
			break;
		}
		st = NEW(p, struct stmt);
		st->verb = verb;
		st->pos = here(p);
		advance(p);
		verb->parse(p, st);
		*at = st;
		at = &st->next;
	}
	return first;
}
