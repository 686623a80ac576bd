// SPDX-License-Identifier: GPL-2.0-only
/*
 * All errors of a scenario. The parser and the compiler stop at the first one, so the statement
 * that has it is blanked, which moves nothing, and the text is read again. What then follows only
 * from the blank is not told: a name that stood in it, and rules about the scenario as a whole.
 */
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "parser.h"
#include "verbs.h"

#define MAX_TURNS	64	/* bounds what a bad file can cost */
#define MAX_ERRORS	20

struct reading {
	const char *file;
	struct strbuf text;	/* with what was blanked */
	struct strbuf gone;	/* the words that were in it, each between newlines */
	struct begins begins;
	struct diags *diags;
	bool headless;		/* the header was blanked */
};

static bool is_at(struct pos a, struct pos b)
{
	return a.line == b.line && a.col == b.col;
}

static bool is_after(struct pos a, struct pos b)
{
	return a.line != b.line ? a.line > b.line : a.col > b.col;
}

static struct pos pos_of(const struct token *t)
{
	return (struct pos){ t->line, t->col };
}

static bool is_gone(const struct reading *r, const char *name)
{
	char *word = xasprintf("\n%s\n", name);
	bool is = strstr(strbuf_str(&r->gone), word);

	free(word);
	return is;
}

/* The statement that @pos is in: the last that begins there or before. NULL: before all. */
static const struct pos *statement_at(const struct reading *r, struct pos pos)
{
	const struct pos *at = NULL;

	for (size_t i = 0; i < r->begins.nr; i++)
		if (!is_after(r->begins.v[i], pos))
			at = &r->begins.v[i];
	return at;
}

/* A lexer that stands at @pos of the text. */
static void lex_at(const struct reading *r, struct pos pos, struct lexer *lx)
{
	const char *nl;

	lex_init(lx, r->text.s, r->text.len);
	while (lx->line < pos.line && (nl = memchr(lx->p, '\n', lx->end - lx->p))) {
		lx->p = lx->line_start = nl + 1;
		lx->line++;
	}
	lx->p = lx->line_start + pos.col - 1;
}

static bool is_first_of_line(const struct token *t)
{
	const char *line = t->s - (t->col - 1);

	return (size_t)(t->col - 1) == strspn(line, " \t");
}

/* May a statement begin at @t, behind one that begins at @begin and has an error at @error? */
static bool may_begin(const struct reading *r, const struct token *t, struct pos begin,
		      struct pos error)
{
	struct pos pos = pos_of(t);

	if (t->kind != TOK_WORD || is_at(pos, begin) || is_after(error, pos) ||
	    !is_first_of_line(t))
		return false;
	/* The title of a header may stand in a line of its own. */
	return !is_at(begin, r->begins.v[0]) || r->headless ||
	       word_index(top_words, t->s, t->len) >= 0;
}

static bool is_end(const struct reading *r, const struct token *t, struct pos begin,
		   struct pos error)
{
	return (token_is(t, "}") && !is_at(pos_of(t), begin)) || may_begin(r, t, begin, error);
}

static bool opens_block(const struct token *t)
{
	static const char *const words[] = { "thread", "workload", "on_complete", "in", NULL };

	return t->kind == TOK_WORD && word_index(words, t->s, t->len) >= 0;
}

/*
 * Blanks the statement at @begin: to where the next may begin, or to the brace that closes what
 * it is in. False when what is behind it could not be understood without it.
 */
static bool blank(struct reading *r, struct pos begin, struct pos error)
{
	struct token t, first = { .kind = TOK_END };
	unsigned int depth = 0;
	bool opened = false;
	struct lexer lx;
	char *from, *to;

	lex_at(r, begin, &lx);
	from = (char *)lx.p;
	for (;;) {
		lex_next(&lx, &t);
		if (first.kind == TOK_END)
			first = t;
		if (t.kind == TOK_END || (!depth && is_end(r, &t, begin, error)))
			break;
		depth += token_is(&t, "{");
		depth -= depth && token_is(&t, "}");
		opened |= token_is(&t, "{");
		if (t.kind == TOK_WORD)
			strbuf_addf(&r->gone, "%.*s\n", (int)t.len, t.s);
		if (t.kind == TOK_BAD && lx.p == t.s && lx.p < lx.end)
			lx.p++;
	}
	to = t.kind == TOK_END ? r->text.s + r->text.len : (char *)t.s;
	if (opens_block(&first) && !opened)
		return false;
	for (char *p = from; p < to; p++)
		if (*p != '\n')
			*p = ' ';
	return to > from;
}

/* Reads once. True: there may be more errors. */
static bool turn(struct reading *r)
{
	struct pos at, begin;
	const struct pos *found;
	struct scenario *s;
	struct diag diag;

	r->begins.nr = 0;
	if (!scenario_try(r->file, r->text.s, r->text.len, r->headless, &s, &diag, &r->begins)) {
		scenario_free(s);
		return false;
	}
	if (diag.whole && r->gone.len > 1)
		return false;
	if ((!diag.lacks[0] || !is_gone(r, diag.lacks)) && !diags_add(r->diags, &diag))
		return false;
	at = (struct pos){ diag.line, diag.col };
	found = statement_at(r, at);
	if (!found || diag.whole)
		return false;
	begin = *found;
	if (!blank(r, begin, at))
		return false;
	r->headless |= is_at(begin, r->begins.v[0]);
	return true;
}

/* Each choice of parameters in each world: a number may be wrong in some of them only. */
static void compile_all(const struct scenario *s, struct diags *diags)
{
	for (int w = 0; w < WORLD__COUNT; w++)
		for (size_t v = 0; v < scenario_variants(s) && diags->nr < MAX_ERRORS; v++) {
			const struct compile_opts opts = { .variant = v, .world = w };
			struct cell cell;
			struct diag diag;

			if (!(scenario_worlds(s) & 1u << w))
				continue;
			if (scenario_compile(s, &opts, &cell, &diag))
				diags_add(diags, &diag);
			else
				cell_free(&cell);
		}
}

size_t scenario_errors(const char *file, const char *text, size_t len, struct diags *diags)
{
	struct reading r = { .file = file, .diags = diags };
	struct scenario *s;
	struct diag diag;
	int turns = 0;

	if (!scenario_parse(file, text, len, &s, &diag)) {
		compile_all(s, diags);
		scenario_free(s);
		return diags->nr;
	}
	strbuf_add(&r.text, text, len);
	strbuf_addc(&r.gone, '\n');
	while (len && len <= MAX_TEXT && turn(&r) && ++turns < MAX_TURNS && diags->nr < MAX_ERRORS)
		;
	if (!diags->nr)
		diags_add(diags, &diag);
	strbuf_free(&r.text);
	strbuf_free(&r.gone);
	free(r.begins.v);
	return diags->nr;
}
