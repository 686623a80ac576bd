/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by parse_*.c. */
#ifndef HARNESS_PARSER_H
#define HARNESS_PARSER_H

#include "ast.h"
#include "lex.h"

/* Where each statement begins that the parser came to, in the order of the text. */
struct begins {
	struct pos *v;
	size_t nr, room;
};

/*
 * A recursive-descent parser. After the first error the current token stays END, so that every
 * loop ends and callers need not check for errors.
 */
struct parser {
	struct lexer lx;
	struct token t;		/* the current one */
	struct scenario *s;
	struct diag *diag;
	int depth;		/* of blocks and of parentheses */
	int operators;		/* number of operators in this expression */
	struct begins *begins;	/* NULL: nobody asks */
};

#define NEW(p, type) ((type *)arena_alloc(&(p)->s->arena, sizeof(type)))

/*
 * Appends to a list that ends with NULL; a list as long as @max fails.
 * Typed by hand as C has no lists: @type is the node's.
 */
#define APPEND_NODE(p, type, head, node, max, what) do {			\
	type **at_ = (head);							\
	size_t n_ = 0;								\
										\
	for (; *at_; at_ = &(*at_)->next)					\
		n_++;								\
	if (n_ >= (max))							\
		parse_fail(p, "more than %d %s", (int)(max), what);		\
	*at_ = (node);								\
} while (0)

/* parse_value.c */
void parse_fail(struct parser *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void parse_fail_at(struct parser *p, struct pos pos, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void advance(struct parser *p);
struct pos here(const struct parser *p);
/* The current token for messages: "'word'", "the end of the file". */
const char *found(const struct parser *p, char out[64]);
char *token_dup(struct parser *p);
/* Takes @text if it is the next token. */
bool accept(struct parser *p, const char *text);
/* A statement begins at the current token. */
void begin_stmt(struct parser *p);
/* Takes @text, or fails with a message that says what it is for. */
void expect_text(struct parser *p, const char *text, const char *why);
/* Is the next token a name, and not the keyword that begins the next statement? */
bool at_name(const struct parser *p);
bool at_word(const struct parser *p, const char *const *words);
/* Parses a name that is not a keyword; "" after a failure. */
const char *parse_name(struct parser *p, const char *what);
/* Parses one of @words; returns its index, 0 after a failure. */
int parse_word(struct parser *p, const char *const *words, const char *what);
/* Parses one or more of @words; returns them as bits. */
unsigned int parse_bits(struct parser *p, const char *const *words, const char *what);
/* A literal, a $param or a (sum). */
struct expr *parse_value(struct parser *p, const char *what);
/* The same, in places where a sum needs no parentheses because something closes it. */
struct expr *parse_sum(struct parser *p, const char *what);
/* A word, keyword or not, or a $param. */
struct expr *parse_word_value(struct parser *p, const char *what);

/* parse.c */
extern const char *const top_words[];
/*
 * scenario_parse(), which also says in @begins where statements begin. @headless: the text has no
 * header, and the scenario gets none.
 */
int scenario_try(const char *file, const char *text, size_t len, bool headless,
		 struct scenario **scenario, struct diag *diag, struct begins *begins);

/* parse_engine.c */
void parse_engine(struct parser *p);

/* parse_workload.c */
void parse_workload(struct parser *p);
void parse_observe(struct parser *p);
void check_watched(struct parser *p);
void parse_require(struct parser *p);
void parse_allowed(struct parser *p);
const char *parse_config(struct parser *p);
void check_workload(struct parser *p);

/* parse_expect.c */
void parse_expect(struct parser *p);

/* parse_steps.c: a reference; statements up to the closing brace, which is taken */
struct ref *parse_ref(struct parser *p, const char *what);
struct stmt *parse_body(struct parser *p);

#endif /* HARNESS_PARSER_H */
