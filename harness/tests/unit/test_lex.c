// SPDX-License-Identifier: GPL-2.0-only
/* Tests tokens and their positions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/language/lex.h"

struct want {
	enum token_kind kind;
	const char *s;
	unsigned int line, col;
};

static void check_tokens(const char *text, size_t len, const struct want *want)
{
	/* A copy without a NUL: reading beyond the end shows under ASan. */
	char *copy = malloc(len ? len : 1);
	struct lexer lx;
	struct token t;

	memcpy(copy, text, len);
	lex_init(&lx, copy, len);
	for (; ; want++) {
		lex_next(&lx, &t);
		assert_int_equal(t.kind, want->kind);
		assert_int_equal(t.line, want->line);
		assert_int_equal(t.col, want->col);
		if (t.kind == TOK_BAD)
			assert_non_null(t.wrong);
		if (want->s) {
			assert_int_equal(t.len, strlen(want->s));
			assert_memory_equal(t.s, want->s, t.len);
		}
		if (t.kind == TOK_END || t.kind == TOK_BAD)
			break;
	}
	free(copy);
}

#define TOKENS(text, ...) \
	check_tokens(text, sizeof(text) - 1, (const struct want[]) { __VA_ARGS__ })

/* Catches: a dash that ends a word, or one that swallows the minus behind it. */
static void test_dash(void **state)
{
	(void)state;
	TOKENS("fsl-dma n - 1 a- b--c",
	       { TOK_WORD, "fsl-dma", 1, 1 }, { TOK_WORD, "n", 1, 9 }, { TOK_PUNCT, "-", 1, 11 },
	       { TOK_NUMBER, "1", 1, 13 }, { TOK_WORD, "a", 1, 15 }, { TOK_PUNCT, "-", 1, 16 },
	       { TOK_WORD, "b", 1, 18 }, { TOK_PUNCT, "-", 1, 19 }, { TOK_PUNCT, "-", 1, 20 },
	       { TOK_WORD, "c", 1, 21 }, { TOK_END, "", 1, 22 });
}

/* Catches: a range of durations read as a version, a version as two numbers. */
static void test_numbers(void **state)
{
	(void)state;
	TOKENS("10us..20us 6.12 0x1fK 1.x",
	       { TOK_NUMBER, "10us", 1, 1 }, { TOK_PUNCT, "..", 1, 5 }, { TOK_NUMBER, "20us", 1, 7 },
	       { TOK_VERSION, "6.12", 1, 12 }, { TOK_NUMBER, "0x1fK", 1, 17 },
	       { TOK_NUMBER, "1", 1, 23 }, { TOK_BAD, NULL, 1, 24 });
}

/* Catches: `<-` cut into `<` and `-`, `==` into two. */
static void test_punctuation(void **state)
{
	(void)state;
	TOKENS("a<-b==c<=d>=e<f@0+1$x",
	       { TOK_WORD, "a", 1, 1 }, { TOK_PUNCT, "<-", 1, 2 }, { TOK_WORD, "b", 1, 4 },
	       { TOK_PUNCT, "==", 1, 5 }, { TOK_WORD, "c", 1, 7 }, { TOK_PUNCT, "<=", 1, 8 },
	       { TOK_WORD, "d", 1, 10 }, { TOK_PUNCT, ">=", 1, 11 }, { TOK_WORD, "e", 1, 13 },
	       { TOK_PUNCT, "<", 1, 14 }, { TOK_WORD, "f", 1, 15 }, { TOK_PUNCT, "@", 1, 16 },
	       { TOK_NUMBER, "0", 1, 17 }, { TOK_PUNCT, "+", 1, 18 }, { TOK_NUMBER, "1", 1, 19 },
	       { TOK_PUNCT, "$", 1, 20 }, { TOK_WORD, "x", 1, 21 }, { TOK_END, "", 1, 22 });
}

/* Catches: lines counted wrong behind a comment, a CR, an empty line. */
static void test_lines(void **state)
{
	(void)state;
	TOKENS("a # b \"c\n\n\tb\r\n# last",
	       { TOK_WORD, "a", 1, 1 }, { TOK_WORD, "b", 3, 2 }, { TOK_END, "", 4, 7 });
	TOKENS("", { TOK_END, "", 1, 1 });
}

/* Catches: a string without an end, quotes in a string's text, control bytes. */
static void test_strings(void **state)
{
	(void)state;
	TOKENS("\"a # b\" \"\"", { TOK_STRING, "a # b", 1, 1 }, { TOK_STRING, "", 1, 9 },
	       { TOK_END, "", 1, 11 });
	TOKENS("\"a\nb\"", { TOK_BAD, NULL, 1, 1 });
	TOKENS("\"a", { TOK_BAD, NULL, 1, 1 });
	TOKENS("\"a\033[2J\"", { TOK_BAD, NULL, 1, 1 });
	TOKENS("\"\xc3\xa9\"", { TOK_BAD, NULL, 1, 1 });
}

/* Catches: a NUL taken for the end, a byte above 127 as an index below 0. */
static void test_any_byte(void **state)
{
	(void)state;
	TOKENS("a\0b", { TOK_WORD, "a", 1, 1 }, { TOK_BAD, NULL, 1, 2 });
	TOKENS("\xff", { TOK_BAD, NULL, 1, 1 });
	for (int c = 0; c < 256; c++) {
		char text[2] = { (char)c, (char)c };
		struct lexer lx;
		struct token t;

		lex_init(&lx, text, 2);
		for (int n = 0; ; n++) {
			assert_true(n < 3);	/* each call takes something */
			lex_next(&lx, &t);
			if (t.kind == TOK_END || t.kind == TOK_BAD)
				break;
		}
	}
}

/* Catches: a URL that ends at its # or //, or takes the next line with it. */
static void test_url(void **state)
{
	static const char text[] = " https://a.b/c?d=1#e,f\nengine";
	struct lexer lx;
	struct token t;

	(void)state;
	lex_init(&lx, text, sizeof(text) - 1);
	lex_raw(&lx, &t);
	assert_int_equal(t.kind, TOK_STRING);
	assert_int_equal(t.len, strlen("https://a.b/c?d=1#e,f"));
	lex_next(&lx, &t);
	assert_true(token_is(&t, "engine"));
	assert_int_equal(t.line, 2);
	lex_raw(&lx, &t);
	assert_int_equal(t.kind, TOK_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dash),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_punctuation),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_any_byte),
		cmocka_unit_test(test_url),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
