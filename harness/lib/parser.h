/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by parse.c and parse_steps.c. */
#ifndef HARNESS_PARSER_H
#define HARNESS_PARSER_H

#include "ast.h"
#include "lex.h"

/*
 * A recursive-descent parser whose error is sticky: after the first one the
 * current token is END for good, so every loop ends and no caller has to ask.
 */
struct parser {
	struct lexer lx;
	struct token t;		/* the current one */
	struct scenario *s;
	struct diag *diag;
	int depth;
};

void parse_fail(struct parser *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void parse_fail_at(struct parser *p, struct pos pos, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void advance(struct parser *p);
struct pos here(const struct parser *p);
/* Takes @text if it is next. */
bool accept(struct parser *p, const char *text);
/* Takes @text or fails, saying what it is for. */
void expect_text(struct parser *p, const char *text, const char *why);
/* A name that is no keyword; "" after a failure. */
const char *parse_name(struct parser *p, const char *what);
/* One of @words; its index, 0 after a failure. */
int parse_word(struct parser *p, const char *const *words, const char *what);
/* A name is next, not the keyword that begins the next statement. */
bool at_name(const struct parser *p);
struct expr *parse_value(struct parser *p, const char *what);
/* Statements up to the closing brace, which is taken. */
struct stmt *parse_body(struct parser *p);
enum verb find_verb(const struct token *t);

#define NEW(p, type) ((type *)arena_alloc(&(p)->s->arena, sizeof(type)))

#endif /* HARNESS_PARSER_H */
