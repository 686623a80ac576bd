/* SPDX-License-Identifier: GPL-2.0-only */
/* Scenario text to tokens. */
#ifndef HARNESS_LEX_H
#define HARNESS_LEX_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
	TOK_END,
	TOK_WORD,	/* name or keyword: letters, digits, _ and inner - */
	TOK_NUMBER,	/* digits with a suffix: 4K 0x10 10us */
	TOK_VERSION,	/* 6.12 */
	TOK_STRING,	/* without its quotes */
	TOK_PUNCT,	/* { } ( ) [ ] = == <- ^ @ + - * / , .. < <= > >= $ */
	TOK_BAD,	/* not a token */
};

struct token {
	enum token_kind kind;
	const char *s;		/* points into the text */
	size_t len;
	unsigned int line, col;	/* from 1 */
	const char *wrong;	/* TOK_BAD: what is wrong */
};

struct lexer {
	const char *p, *end;
	const char *line_start;
	unsigned int line;
};

void lex_init(struct lexer *lx, const char *text, size_t len);
void lex_next(struct lexer *lx, struct token *token);
/* Reads everything up to the next white space, such as a URL, as one TOK_STRING. */
void lex_raw(struct lexer *lx, struct token *token);

bool token_is(const struct token *token, const char *text);

#endif /* HARNESS_LEX_H */
