// SPDX-License-Identifier: GPL-2.0-only
/* The lexer: one token after another, each with its line and column. */
#include "lex.h"

#include <ctype.h>
#include <string.h>

#include "lib/base/diag.h"

void lex_init(struct lexer *lx, const char *text, size_t len)
{
	lx->p = lx->line_start = text + text_mark(text, len);
	lx->end = text + len;
	lx->line = 1;
}

static int peek(const struct lexer *lx, size_t ahead)
{
	return (size_t)(lx->end - lx->p) > ahead ? (unsigned char)lx->p[ahead] : -1;
}

static void skip_space(struct lexer *lx)
{
	while (lx->p < lx->end) {
		if (*lx->p == '\n') {
			lx->line++;
			lx->line_start = lx->p + 1;
		} else if (*lx->p == '#') {
			while (lx->p < lx->end && *lx->p != '\n')
				lx->p++;
			continue;
		} else if (!isspace((unsigned char)*lx->p)) {
			return;
		}
		lx->p++;
	}
}

static bool is_word(int c)
{
	return c == '_' || isalnum(c);
}

static void begin(const struct lexer *lx, struct token *t, enum token_kind kind)
{
	t->kind = kind;
	t->s = lx->p;
	t->len = 0;
	t->line = lx->line;
	t->col = lx->p - lx->line_start + 1;
	t->wrong = NULL;
}

static void take(struct lexer *lx, struct token *t, size_t n)
{
	t->len += n;
	lx->p += n;
}

static void lex_word(struct lexer *lx, struct token *t)
{
	begin(lx, t, TOK_WORD);
	/* A dash belongs to a word when a letter or digit follows: fsl-dma. */
	while (is_word(peek(lx, 0)) || (peek(lx, 0) == '-' && isalnum(peek(lx, 1))))
		take(lx, t, 1);
}

static void lex_number(struct lexer *lx, struct token *t)
{
	begin(lx, t, TOK_NUMBER);
	while (is_word(peek(lx, 0)))
		take(lx, t, 1);
	if (peek(lx, 0) != '.' || !isdigit(peek(lx, 1)))
		return;
	t->kind = TOK_VERSION;
	take(lx, t, 1);
	while (isdigit(peek(lx, 0)))
		take(lx, t, 1);
}

static void lex_string(struct lexer *lx, struct token *t)
{
	begin(lx, t, TOK_STRING);
	lx->p++;
	t->s = lx->p;
	while (peek(lx, 0) != '"') {
		int c = peek(lx, 0);

		if (c < 0 || c == '\n') {
			t->kind = TOK_BAD;
			t->wrong = "this string does not end on its line; close it with \"";
			return;
		}
		if (c < ' ' || c > '~') {
			t->kind = TOK_BAD;
			t->wrong = "a string holds printable ASCII only";
			return;
		}
		take(lx, t, 1);
	}
	lx->p++;
}

static bool lex_punct(struct lexer *lx, struct token *t)
{
	static const char *const two[] = { "==", "<-", "..", "<=", ">=" };

	begin(lx, t, TOK_PUNCT);
	for (size_t i = 0; i < sizeof(two) / sizeof(two[0]); i++)
		if (peek(lx, 0) == two[i][0] && peek(lx, 1) == two[i][1]) {
			take(lx, t, 2);
			return true;
		}
	if (peek(lx, 0) <= 0 || !strchr("{}()[]=^@+-*/,<>$", peek(lx, 0)))
		return false;
	take(lx, t, 1);
	return true;
}

void lex_next(struct lexer *lx, struct token *t)
{
	skip_space(lx);
	if (lx->p == lx->end) {
		begin(lx, t, TOK_END);
	} else if (isdigit(peek(lx, 0))) {
		lex_number(lx, t);
	} else if (is_word(peek(lx, 0))) {
		lex_word(lx, t);
	} else if (peek(lx, 0) == '"') {
		lex_string(lx, t);
	} else if (!lex_punct(lx, t)) {
		begin(lx, t, TOK_BAD);
		t->wrong = "this character begins nothing; comments begin with #";
	}
}

void lex_raw(struct lexer *lx, struct token *t)
{
	skip_space(lx);
	begin(lx, t, TOK_STRING);
	while (peek(lx, 0) > ' ' && peek(lx, 0) < 127)
		take(lx, t, 1);
	if (!t->len)
		t->kind = lx->p == lx->end ? TOK_END : TOK_BAD;
	if (t->kind == TOK_BAD)
		t->wrong = "want a URL";
}

bool token_is(const struct token *t, const char *text)
{
	return (t->kind == TOK_WORD || t->kind == TOK_PUNCT) &&
	       t->len == strlen(text) && !memcmp(t->s, text, t->len);
}
