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

static struct ref *parse_refs(struct parser *p, const char *what)
{
	struct ref *first = parse_ref(p, what), **at = &first->next;

	while (at_name(p)) {
		*at = parse_ref(p, what);
		at = &(*at)->next;
	}
	return first;
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
	parse_engine_name(p, st, "the engine to map for");
	st->refs = parse_ref(p, "the buffer to map");
	st->word = parse_word(p, dir_words, "direction");
	if (at_word(p, kind_words))
		st->kind = parse_word(p, kind_words, "kind of map");
	if (accept(p, "attrs"))
		st->flags = parse_bits(p, attr_words, "attribute");
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
