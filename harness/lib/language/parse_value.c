// SPDX-License-Identifier: GPL-2.0-only
/* The basics of the parser: errors, names, words, values. */
#include <errno.h>
#include <string.h>

#include "verbs.h"

#define MAX_DEPTH	16
#define MAX_OPERATORS	64

/* Keywords within statements, after a list of names. */
static const char *const inner_words[] = {
	"like", "flags", "after", "attrs", "fault", "offset", "stale", "beyond", NULL
};

static void vfail(struct parser *p, struct pos pos, const char *fmt, va_list ap)
{
	diag_verror(p->diag, p->s->file, pos, fmt, ap);
	p->t.kind = TOK_END;
	p->t.len = 0;
	p->lx.p = p->lx.end;
}

void parse_fail_at(struct parser *p, struct pos pos, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfail(p, pos, fmt, ap);
	va_end(ap);
}

void parse_fail(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfail(p, here(p), fmt, ap);
	va_end(ap);
}

struct pos here(const struct parser *p)
{
	return (struct pos) { p->t.line, p->t.col };
}

void begin_stmt(struct parser *p)
{
	struct begins *b = p->begins;

	if (!b || p->t.kind == TOK_END)
		return;
	if (b->nr == b->room) {
		b->room = b->room ? 2 * b->room : 64;
		b->v = xrealloc(b->v, b->room * sizeof(*b->v));
	}
	b->v[b->nr++] = here(p);
}

void advance(struct parser *p)
{
	lex_next(&p->lx, &p->t);
	if (p->t.kind == TOK_BAD)
		parse_fail(p, "%s", p->t.wrong);
}

const char *found(const struct parser *p, char out[64])
{
	if (p->t.kind == TOK_END)
		snprintf(out, 64, "the end of the file");
	else
		snprintf(out, 64, "'%.*s'", p->t.len > 40 ? 40 : (int)p->t.len, p->t.s);
	return out;
}

char *token_dup(struct parser *p)
{
	return arena_strndup(&p->s->arena, p->t.s, p->t.len);
}

bool accept(struct parser *p, const char *text)
{
	if (!token_is(&p->t, text))
		return false;
	advance(p);
	return true;
}

void expect_text(struct parser *p, const char *text, const char *why)
{
	char have[64];

	if (!accept(p, text))
		parse_fail(p, "want '%s' %s, found %s", text, why, found(p, have));
}

static bool is_keyword(const struct token *t)
{
	return word_index(top_words, t->s, t->len) >= 0 ||
	       word_index(inner_words, t->s, t->len) >= 0 || find_verb(t);
}

bool at_name(const struct parser *p)
{
	return p->t.kind == TOK_WORD && !is_keyword(&p->t);
}

bool at_word(const struct parser *p, const char *const *words)
{
	return p->t.kind == TOK_WORD && word_index(words, p->t.s, p->t.len) >= 0;
}

const char *parse_name(struct parser *p, const char *what)
{
	const char *name;
	char have[64];

	if (!at_name(p)) {
		parse_fail(p, "want %s, found %s%s", what, found(p, have),
			   p->t.kind == TOK_WORD ? ", which is a keyword" : "");
		return "";
	}
	if (p->t.len > MAX_NAME) {
		parse_fail(p, "a name has at most %d characters", MAX_NAME);
		return "";
	}
	name = token_dup(p);
	advance(p);
	return name;
}

int parse_word(struct parser *p, const char *const *words, const char *what)
{
	int i = p->t.kind == TOK_WORD ? word_index(words, p->t.s, p->t.len) : -1;
	const char *near;
	char list[400], have[64];

	if (i >= 0) {
		advance(p);
		return i;
	}
	word_list(list, sizeof(list), words);
	near = p->t.kind == TOK_WORD ? word_nearest(words, p->t.s, p->t.len) : NULL;
	if (near)
		parse_fail(p, "%s: %s is unknown; did you mean '%s'? (%s)", what,
			   found(p, have), near, list);
	else
		parse_fail(p, "%s: want %s, found %s", what, list, found(p, have));
	return 0;
}

unsigned int parse_bits(struct parser *p, const char *const *words, const char *what)
{
	unsigned int bits = 0;

	do
		bits |= 1u << parse_word(p, words, what);
	while (at_word(p, words));
	/* Report a misspelt word here, not as a statement that does not exist. */
	if (at_name(p) && word_nearest(words, p->t.s, p->t.len))
		parse_word(p, words, what);
	return bits;
}

/* ---- values ---- */

static struct expr *new_expr(struct parser *p, char op)
{
	struct expr *e = NEW(p, struct expr);

	e->op = op;
	e->pos = here(p);
	e->text = "";
	return e;
}

static void check_param(struct parser *p, const char *name)
{
	const char *words[MAX_PARAMS + 1], *near;
	size_t n = 0;

	for (const struct param_def *d = p->s->params; d && n < MAX_PARAMS; d = d->next) {
		if (!strcmp(d->name, name))
			return;
		words[n++] = d->name;
	}
	words[n] = NULL;
	near = word_nearest(words, name, strlen(name));
	diag_lacks(p->diag, name);
	if (near)
		parse_fail(p, "there is no param '%s'; did you mean '$%s'?%s", name, near,
			   strchr(name, '-') ? " (a minus needs spaces around it)" : "");
	else
		parse_fail(p, "there is no param '%.40s'; declare it above: param %.40s = ...",
			   name, name);
}

static struct expr *parse_param_use(struct parser *p)
{
	struct expr *e = new_expr(p, 'p');

	advance(p);
	if (p->t.kind != TOK_WORD) {
		parse_fail(p, "want the name of a param behind '$'");
		return e;
	}
	e->text = token_dup(p);
	check_param(p, e->text);
	advance(p);
	return e;
}

static struct expr *parse_number(struct parser *p)
{
	struct expr *e = new_expr(p, 'l');
	struct number n;
	int err;

	e->text = token_dup(p);
	err = number_parse(e->text, &n);
	if (err)
		parse_fail(p, NUMBER_WRONG(err), e->text);
	advance(p);
	return e;
}

static struct expr *parse_atom(struct parser *p, const char *what)
{
	struct expr *e;
	char have[64];

	if (token_is(&p->t, "$"))
		return parse_param_use(p);
	if (p->t.kind == TOK_NUMBER)
		return parse_number(p);
	if (!token_is(&p->t, "(")) {
		parse_fail(p, "want %s, found %s", what, found(p, have));
		return new_expr(p, 'l');
	}
	if (++p->depth > MAX_DEPTH)
		parse_fail(p, "nested too deeply");
	advance(p);
	e = parse_sum(p, what);
	p->depth--;
	expect_text(p, ")", "to close the expression");
	return e;
}

typedef struct expr *operand_fn(struct parser *p, const char *what);

/* Parses OPERAND { OPERATOR OPERAND }, from left to right. */
static struct expr *parse_chain(struct parser *p, const char *what, const char *one,
				const char *other, operand_fn *operand)
{
	struct expr *a = operand(p, what);

	while (token_is(&p->t, one) || token_is(&p->t, other)) {
		struct expr *e = new_expr(p, *p->t.s);

		if (++p->operators > MAX_OPERATORS)
			parse_fail(p, "more than %d operators in one expression", MAX_OPERATORS);
		advance(p);
		e->a = a;
		e->b = operand(p, what);
		a = e;
	}
	return a;
}

static struct expr *parse_product(struct parser *p, const char *what)
{
	return parse_chain(p, what, "*", "/", parse_atom);
}

struct expr *parse_sum(struct parser *p, const char *what)
{
	return parse_chain(p, what, "+", "-", parse_product);
}

/* No sum here: it would take the + of OFFSET+LENGTH. */
struct expr *parse_value(struct parser *p, const char *what)
{
	p->operators = 0;
	return parse_atom(p, what);
}

struct expr *parse_word_value(struct parser *p, const char *what)
{
	struct expr *e;
	char have[64];

	if (token_is(&p->t, "$"))
		return parse_param_use(p);
	e = new_expr(p, 'l');
	if (p->t.kind != TOK_WORD) {
		parse_fail(p, "want %s: a word, found %s", what, found(p, have));
		return e;
	}
	e->text = token_dup(p);
	advance(p);
	return e;
}
