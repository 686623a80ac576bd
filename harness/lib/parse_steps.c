// SPDX-License-Identifier: GPL-2.0-only
/* The steps of a thread. */
#include <string.h>

#include "parser.h"

#define MAX_BLOCKS_DEEP 4

enum verb find_verb(const struct token *t)
{
	if (t->kind == TOK_WORD)
		for (int v = 0; v < VERB__COUNT; v++)
			if (token_is(t, verbs[v].word))
				return v;
	return VERB__COUNT;
}

/* NAME [ index ] @ off + len */
static struct ref *parse_ref(struct parser *p, const char *what)
{
	struct ref *r = NEW(p, struct ref);

	r->pos = here(p);
	r->name = parse_name(p, what);
	if (accept(p, "[")) {
		r->index = parse_value(p, "an index");
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

static void parse_map(struct parser *p, struct stmt *st)
{
	int attr;

	st->name = parse_name(p, "the map's name: map NAME = ENGINE BUFFER DIRECTION");
	expect_text(p, "=", "behind the map's name");
	st->engine_pos = here(p);
	st->engine = parse_name(p, "the engine to map for");
	st->refs = parse_ref(p, "the buffer to map");
	st->word = parse_word(p, dir_words, "direction");
	if (p->t.kind == TOK_WORD && word_index(kind_words, p->t.s, p->t.len) >= 0)
		st->kind = parse_word(p, kind_words, "kind of map");
	if (accept(p, "attrs")) {
		do {
			attr = parse_word(p, attr_words, "attribute");
			st->flags |= 1u << attr;
		} while (p->t.kind == TOK_WORD &&
			 word_index(attr_words, p->t.s, p->t.len) >= 0);
	}
}

static void parse_prep(struct parser *p, struct stmt *st)
{
	st->name = parse_name(p, "the transaction's name: prep NAME = ENGINE memcpy|xor DST <- SRC");
	expect_text(p, "=", "behind the transaction's name");
	st->engine_pos = here(p);
	st->engine = parse_name(p, "the engine");
	st->word = parse_word(p, cap_words, "operation");
	st->dst = parse_ref(p, "the map to write");
	expect_text(p, "<-", "between destination and sources");
	st->refs = parse_refs(p, "the map to read");
	st->flags = DMT_TX_INTERRUPT | DMT_TX_ACK;
	if (accept(p, "flags")) {
		st->has_flags = true;
		st->flags = 0;
		if (!accept(p, "none"))
			do {
				st->flags |= 1u << parse_word(p, txflag_words, "flag (or none)");
			} while (p->t.kind == TOK_WORD &&
				 word_index(txflag_words, p->t.s, p->t.len) >= 0);
	}
	if (accept(p, "after")) {
		st->after_pos = here(p);
		st->after = parse_name(p, "the transaction it depends on");
	}
}

static void parse_block(struct parser *p, struct stmt *st)
{
	if (++p->depth > MAX_BLOCKS_DEEP)
		parse_fail(p, "blocks are nested too deeply");
	expect_text(p, "{", "and the steps of the block");
	st->body = parse_body(p);
	p->depth--;
}

static struct expr *parse_context(struct parser *p)
{
	struct expr *e;

	if (token_is(&p->t, "$"))
		return parse_value(p, "a context");
	e = NEW(p, struct expr);
	e->op = 'l';
	e->pos = here(p);
	e->text = ctx_words[parse_word(p, ctx_words, "context")];
	return e;
}

static void parse_rest(struct parser *p, struct stmt *st)
{
	switch (st->verb) {
	case VERB_MAP:
		parse_map(p, st);
		break;
	case VERB_PREP:
		parse_prep(p, st);
		break;
	case VERB_WAIT:
		st->refs = parse_refs(p, "a transaction");
		if (accept(p, "timeout"))
			st->a = parse_value(p, "a duration such as 10ms");
		break;
	case VERB_CPU_WRITE:
		st->refs = parse_ref(p, "a buffer");
		st->word = parse_word(p, fill_words, "what to write");
		if (st->word == DMT_FILL_BYTE)
			st->a = parse_value(p, "the byte to fill with");
		break;
	case VERB_CHECK:
		st->dst = parse_ref(p, "the buffer to check");
		expect_text(p, "==", "and what it must equal");
		st->refs = parse_ref(p, "a buffer");
		for (struct ref *r = st->refs; accept(p, "^"); r = r->next)
			r->next = parse_ref(p, "a buffer");
		break;
	case VERB_DELAY:
		st->a = parse_value(p, "a duration such as 10us");
		st->b = accept(p, "..") ? parse_value(p, "the longest delay") : NULL;
		break;
	case VERB_BARRIER:
		st->name = parse_name(p, "the barrier's name");
		break;
	case VERB_CRASH:
		st->word = parse_word(p, crash_words, "crash");
		break;
	case VERB_ON_COMPLETE:
		st->refs = parse_ref(p, "a transaction");
		parse_block(p, st);
		break;
	case VERB_IN:
		st->a = parse_context(p);
		parse_block(p, st);
		break;
	default:
		st->refs = parse_refs(p, verbs[st->verb].names == NAMES_ENGINE ? "an engine" :
				      verbs[st->verb].names == NAMES_TX ? "a transaction" :
				      verbs[st->verb].names == NAMES_MAP ? "a map" : "a buffer");
	}
}

static void unknown_step(struct parser *p)
{
	const char *words[VERB__COUNT + 1], *near = NULL;

	if (p->t.kind == TOK_END) {
		parse_fail(p, "the file ends inside { }; a '}' is missing");
		return;
	}
	for (int v = 0; v < VERB__COUNT; v++)
		words[v] = verbs[v].word;
	words[VERB__COUNT] = NULL;
	if (p->t.kind == TOK_WORD)
		near = word_nearest(words, p->t.s, p->t.len);
	if (near)
		parse_fail(p, "'%.*s' is no step; did you mean '%s'?", (int)p->t.len, p->t.s, near);
	else
		parse_fail(p, "want a step (map, prep, submit, issue, wait, unmap, check ...) or '}', found '%.*s'",
			   p->t.len > 40 ? 40 : (int)p->t.len, p->t.s);
}

struct stmt *parse_body(struct parser *p)
{
	struct stmt *first = NULL, **at = &first;

	while (!accept(p, "}")) {
		struct stmt *st;
		enum verb verb = find_verb(&p->t);

		if (verb == VERB__COUNT) {
			unknown_step(p);
			break;
		}
		st = NEW(p, struct stmt);
		st->verb = verb;
		st->pos = here(p);
		advance(p);
		parse_rest(p, st);
		*at = st;
		at = &st->next;
	}
	return first;
}
