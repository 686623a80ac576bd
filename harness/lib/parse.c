// SPDX-License-Identifier: GPL-2.0-only
/* The top level of a scenario: everything outside thread { }. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"

#define MAX_DEPTH 32

static const char *const top_words[] = {
	"scenario", "param", "worlds", "seed", "repeat", "threads", "timeout",
	"wait-timeout", "allow", "engine", "buffer", "thread", "expect", "link", NULL
};

static const char *const other_words[] = {
	"like", "flags", "after", "attrs", "fault", "offset", NULL
};

void parse_fail_at(struct parser *p, struct pos pos, const char *fmt, ...)
{
	char text[sizeof(p->diag->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ast_error(p->diag, p->s->file, pos, "%s", text);
	p->t.kind = TOK_END;
	p->t.len = 0;
	p->lx.p = p->lx.end;
}

struct pos here(const struct parser *p)
{
	return (struct pos) { p->t.line, p->t.col };
}

void parse_fail(struct parser *p, const char *fmt, ...)
{
	char text[sizeof(p->diag->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	parse_fail_at(p, here(p), "%s", text);
}

void advance(struct parser *p)
{
	lex_next(&p->lx, &p->t);
	if (p->t.kind == TOK_BAD)
		parse_fail(p, "%s", p->t.wrong);
}

bool accept(struct parser *p, const char *text)
{
	if (!token_is(&p->t, text))
		return false;
	advance(p);
	return true;
}

static const char *found(const struct parser *p, char *out, size_t size)
{
	if (p->t.kind == TOK_END)
		snprintf(out, size, "the end of the file");
	else
		snprintf(out, size, "'%.*s'", p->t.len > 40 ? 40 : (int)p->t.len, p->t.s);
	return out;
}

void expect_text(struct parser *p, const char *text, const char *why)
{
	char have[64];

	if (!accept(p, text))
		parse_fail(p, "want '%s' %s, found %s", text, why,
			   found(p, have, sizeof(have)));
}

static bool is_keyword(const struct token *t)
{
	return word_index(top_words, t->s, t->len) >= 0 ||
	       word_index(other_words, t->s, t->len) >= 0 ||
	       find_verb(t) != VERB__COUNT;
}

bool at_name(const struct parser *p)
{
	return p->t.kind == TOK_WORD && !is_keyword(&p->t);
}

const char *parse_name(struct parser *p, const char *what)
{
	const char *name;
	char have[64];

	if (!at_name(p)) {
		bool keyword = p->t.kind == TOK_WORD;

		parse_fail(p, "want %s, found %s%s", what, found(p, have, sizeof(have)),
			   keyword ? ", which is a keyword" : "");
		return "";
	}
	if (p->t.len > 31) {
		parse_fail(p, "a name has at most 31 characters");
		return "";
	}
	name = arena_strndup(&p->s->arena, p->t.s, p->t.len);
	advance(p);
	return name;
}

int parse_word(struct parser *p, const char *const *words, const char *what)
{
	int i = p->t.kind == TOK_WORD ? word_index(words, p->t.s, p->t.len) : -1;
	const char *near;
	char list[256], have[64];

	if (i >= 0) {
		advance(p);
		return i;
	}
	word_list(list, sizeof(list), words);
	near = p->t.kind == TOK_WORD ? word_nearest(words, p->t.s, p->t.len) : NULL;
	if (near)
		parse_fail(p, "%s: %s is unknown; did you mean '%s'? (%s)", what,
			   found(p, have, sizeof(have)), near, list);
	else
		parse_fail(p, "%s: want %s, found %s", what, list,
			   found(p, have, sizeof(have)));
	return 0;
}

/* ---- values ---- */

static struct expr *new_expr(struct parser *p, char op, struct pos pos)
{
	struct expr *e = NEW(p, struct expr);

	e->op = op;
	e->pos = pos;
	e->text = "";
	return e;
}

static struct expr *parse_sum(struct parser *p, const char *what);

static bool param_exists(const struct parser *p, const char *name)
{
	for (const struct param_def *d = p->s->params; d; d = d->next)
		if (!strcmp(d->name, name))
			return true;
	return false;
}

static struct expr *parse_atom(struct parser *p, const char *what)
{
	struct expr *e = new_expr(p, 'l', here(p));
	char have[64];

	if (accept(p, "$")) {
		e->op = 'p';
		if (p->t.kind != TOK_WORD) {
			parse_fail(p, "want the name of a param behind '$'");
			return e;
		}
		e->text = arena_strndup(&p->s->arena, p->t.s, p->t.len);
		if (!param_exists(p, e->text))
			parse_fail(p, "there is no param '%s'; declare it above: param %s = ...",
				   e->text, e->text);
		advance(p);
	} else if (accept(p, "(")) {
		if (++p->depth > MAX_DEPTH)
			parse_fail(p, "nested too deeply");
		e = parse_sum(p, what);
		p->depth--;
		expect_text(p, ")", "to close the expression");
	} else if (p->t.kind == TOK_NUMBER) {
		e->text = arena_strndup(&p->s->arena, p->t.s, p->t.len);
		advance(p);
	} else {
		parse_fail(p, "want %s, found %s", what, found(p, have, sizeof(have)));
	}
	return e;
}

static struct expr *parse_product(struct parser *p, const char *what)
{
	struct expr *a = parse_atom(p, what);

	while (token_is(&p->t, "*") || token_is(&p->t, "/")) {
		struct expr *e = new_expr(p, *p->t.s, here(p));

		advance(p);
		e->a = a;
		e->b = parse_atom(p, what);
		a = e;
	}
	return a;
}

static struct expr *parse_sum(struct parser *p, const char *what)
{
	struct expr *a = parse_product(p, what);

	while (token_is(&p->t, "+") || token_is(&p->t, "-")) {
		struct expr *e = new_expr(p, *p->t.s, here(p));

		advance(p);
		e->a = a;
		e->b = parse_product(p, what);
		a = e;
	}
	return a;
}

/* A literal, a $param or a (sum): a bare sum would swallow OFF+LEN. */
struct expr *parse_value(struct parser *p, const char *what)
{
	return parse_atom(p, what);
}

/* A word or a $param. */
static struct expr *parse_word_value(struct parser *p, const char *what)
{
	struct expr *e;

	if (p->t.kind != TOK_WORD)
		return parse_atom(p, what);
	e = new_expr(p, 'l', here(p));
	e->text = arena_strndup(&p->s->arena, p->t.s, p->t.len);
	advance(p);
	return e;
}

/* ---- top level ---- */

static void parse_header(struct parser *p)
{
	struct strbuf name = STRBUF_INIT;
	const char *group;

	if (!token_is(&p->t, "scenario")) {
		char have[64];

		parse_fail(p, "a scenario begins with: scenario GROUP/NAME \"title\"; found %s",
			   found(p, have, sizeof(have)));
		return;
	}
	advance(p);
	group = p->t.kind == TOK_WORD ? arena_strndup(&p->s->arena, p->t.s, p->t.len) : "";
	strbuf_adds(&name, group);
	if (p->t.kind == TOK_WORD)
		advance(p);
	expect_text(p, "/", "between the scenario's group and its name");
	if (p->t.kind == TOK_WORD && *group) {
		strbuf_addc(&name, '/');
		strbuf_add(&name, p->t.s, p->t.len);
		advance(p);
	} else {
		parse_fail(p, "want a name behind the slash: scenario GROUP/NAME");
	}
	p->s->name = arena_strndup(&p->s->arena, strbuf_str(&name), name.len);
	strbuf_free(&name);
	if (p->t.kind != TOK_STRING) {
		parse_fail(p, "want the scenario's title: one line in \"quotes\"");
		return;
	}
	p->s->title = arena_strndup(&p->s->arena, p->t.s, p->t.len);
	advance(p);
}

static void parse_link(struct parser *p)
{
	struct link **at = &p->s->links, *link = NEW(p, struct link);

	/* The current token is `link`; the URL is no token of the language. */
	lex_raw(&p->lx, &p->t);
	if (p->t.kind != TOK_STRING) {
		parse_fail(p, "want a URL behind link");
		return;
	}
	link->url = arena_strndup(&p->s->arena, p->t.s, p->t.len);
	while (*at)
		at = &(*at)->next;
	*at = link;
	advance(p);
}

static void parse_param(struct parser *p)
{
	struct param_def **at = &p->s->params, *d = NEW(p, struct param_def);
	struct expr *values[256];

	d->pos = here(p);
	d->name = parse_name(p, "the param's name");
	if (param_exists(p, d->name))
		parse_fail_at(p, d->pos, "param '%s' is declared twice", d->name);
	expect_text(p, "=", "behind the param's name");
	while (p->t.kind == TOK_NUMBER || at_name(p)) {
		if (d->nr == 256) {
			parse_fail(p, "a param has at most 256 values");
			break;
		}
		values[d->nr++] = p->t.kind == TOK_NUMBER ? parse_atom(p, "a value")
							   : parse_word_value(p, "a value");
	}
	if (!d->nr)
		parse_fail(p, "want the param's values: param %s = 4K 16K", d->name);
	d->values = arena_alloc(&p->s->arena, (d->nr + 1) * sizeof(*values));
	memcpy(d->values, values, d->nr * sizeof(*values));
	while (*at)
		at = &(*at)->next;
	*at = d;
}

static unsigned int parse_world_list(struct parser *p)
{
	unsigned int worlds = 0;
	char word[32];
	enum world w;

	do {
		snprintf(word, sizeof(word), "%.*s", p->t.len > 31 ? 31 : (int)p->t.len, p->t.s);
		if (p->t.kind != TOK_WORD || world_parse(word, &w)) {
			parse_fail(p, "want a world: coherent, bounce, bounce32 or strict");
			return 0;
		}
		worlds |= 1u << w;
		advance(p);
		snprintf(word, sizeof(word), "%.*s", p->t.len > 31 ? 31 : (int)p->t.len, p->t.s);
	} while (p->t.kind == TOK_WORD && !world_parse(word, &w));
	return worlds;
}

static void parse_fault(struct parser *p, struct engine *e)
{
	struct strbuf sb = STRBUF_INIT;
	int kind = parse_word(p, fault_words, "fault");
	char num[10];

	if (e->faults[kind])
		parse_fail(p, "fault %s is given twice", fault_words[kind]);
	for (int i = 0; i < 4; i++) {
		if (i)
			expect_text(p, ",", "between the numbers of a fault: interval,probability,space,times");
		if (i == 3 && accept(p, "-"))
			strbuf_adds(&sb, "-");
		snprintf(num, sizeof(num), "%.*s", p->t.len > 9 ? 9 : (int)p->t.len, p->t.s);
		if (p->t.kind != TOK_NUMBER || p->t.len > 9 ||
		    strspn(num, "0123456789") < p->t.len) {
			parse_fail(p, "want four numbers: fault %s interval,probability,space,times (such as 1,100,0,1; times -1: no limit)",
				   fault_words[kind]);
			break;
		}
		strbuf_add(&sb, p->t.s, p->t.len);
		strbuf_adds(&sb, i < 3 ? "," : "");
		if (i == 1 && atoi(num) > 100)
			parse_fail(p, "a probability is in percent, 0 to 100");
		advance(p);
	}
	e->faults[kind] = arena_strndup(&p->s->arena, strbuf_str(&sb), sb.len);
	strbuf_free(&sb);
}

static int find_engine_opt(const struct token *t)
{
	for (int i = 0; i < ENG__COUNT; i++)
		if (token_is(t, engine_opts[i].word))
			return i;
	return -1;
}

static void parse_engine(struct parser *p)
{
	struct engine **at = &p->s->engines, *e = NEW(p, struct engine);
	int opt, like;

	e->pos = here(p);
	e->name = parse_name(p, "the engine's name");
	e->cap = parse_word(p, cap_words, "engine capability");
	expect_text(p, "like", "and a personality: fsl-dma or talitos");
	like = parse_word(p, personality_words, "personality");
	if (like != e->cap)
		parse_fail_at(p, e->pos, "%s engines are like %s", cap_words[e->cap],
			      personality_words[e->cap]);
	e->like = personality_words[like];
	for (;;) {
		if (accept(p, "fault")) {
			parse_fault(p, e);
			continue;
		}
		/* `timeout`, `seed` and the like begin the next statement. */
		opt = p->t.kind == TOK_WORD ? find_engine_opt(&p->t) : -1;
		if (opt < 0)
			break;
		if (e->opts[opt])
			parse_fail(p, "%s is given twice", engine_opts[opt].word);
		advance(p);
		e->opts[opt] = engine_opts[opt].type == 'w' ?
			       parse_word_value(p, engine_opts[opt].word) :
			       parse_value(p, engine_opts[opt].word);
	}
	while (*at) {
		if (!strcmp((*at)->name, e->name))
			parse_fail_at(p, e->pos, "engine '%s' is declared twice", e->name);
		at = &(*at)->next;
	}
	*at = e;
}

static void parse_buffer(struct parser *p)
{
	struct buffer **at = &p->s->buffers, *b = NEW(p, struct buffer);

	b->pos = here(p);
	b->name = parse_name(p, "the buffer's name");
	if (accept(p, "[")) {
		b->count = parse_sum(p, "the number of buffers");
		expect_text(p, "]", "behind the number of buffers");
	}
	b->size = parse_value(p, "the buffer's size, such as 4K");
	b->fill = parse_word(p, fill_words, "what the buffer holds");
	if (b->fill == DMT_FILL_BYTE)
		b->value = parse_value(p, "the byte to fill with");
	if (accept(p, "offset"))
		b->offset = parse_value(p, "the offset in the page");
	while (*at) {
		if (!strcmp((*at)->name, b->name))
			parse_fail_at(p, b->pos, "buffer '%s' is declared twice", b->name);
		at = &(*at)->next;
	}
	*at = b;
}

static void parse_thread(struct parser *p)
{
	struct thread **at = &p->s->threads, *t = NEW(p, struct thread);

	t->pos = here(p);
	if (at_name(p))
		t->name = parse_name(p, "the thread's name");
	expect_text(p, "{", "and the thread's steps");
	t->body = parse_body(p);
	while (*at)
		at = &(*at)->next;
	*at = t;
}

/* ---- expect ---- */

static int parse_errno(struct parser *p)
{
	char name[32];

	snprintf(name, sizeof(name), "%.*s", p->t.len > 31 ? 31 : (int)p->t.len, p->t.s);
	if (p->t.kind == TOK_WORD)
		for (int e = 1; e < 134; e++)
			if (strerrorname_np(e) && !strcmp(strerrorname_np(e), name)) {
				advance(p);
				return e;
			}
	parse_fail(p, "want an error such as ETIMEDOUT, EIO, ENOMEM, ENXIO or ECANCELED");
	return 0;
}

static void parse_kernel_guard(struct parser *p, struct expect_def *e)
{
	static const char *const ops[] = { "<", "<=", ">=", ">", "==" };
	bool ok = false;
	char version[17];

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (accept(p, ops[i])) {
			memcpy(e->kernel_op, ops[i], strlen(ops[i]) + 1);
			ok = true;
			break;
		}
	if (!ok || p->t.kind != TOK_VERSION || p->t.len > 16) {
		parse_fail(p, "want a kernel guard such as: kernel >= 6.6");
		return;
	}
	snprintf(version, sizeof(version), "%.*s", (int)p->t.len, p->t.s);
	e->major = strtoul(version, NULL, 10);
	e->minor = strtoul(strchr(version, '.') + 1, NULL, 10);
	advance(p);
}

static void parse_guards(struct parser *p, struct expect_def *e)
{
	for (;;) {
		if (token_is(&p->t, "in")) {
			advance(p);
			e->printed_worlds = parse_world_list(p);
			e->worlds = e->printed_worlds;
			if (e->worlds & 1u << WORLD_BOUNCE)
				e->worlds |= 1u << WORLD_BOUNCE32;
		} else if (accept(p, "kernel")) {
			parse_kernel_guard(p, e);
		} else if (accept(p, "arch")) {
			e->arch = parse_name(p, "an architecture, as uname -m");
		} else if (accept(p, "config")) {
			e->config = parse_name(p, "a symbol: CONFIG_X");
		} else {
			return;
		}
	}
}

static void parse_expect(struct parser *p)
{
	struct expect_def **at = &p->s->expects, *e = NEW(p, struct expect_def);
	static const char *const data[] = { "intact", "corrupt", NULL };

	e->pos = here(p);
	if (accept(p, "data")) {
		e->kind = parse_word(p, data, "data") ? EXPECT_DATA_CORRUPT
						      : EXPECT_DATA_INTACT;
	} else if (accept(p, "outcome")) {
		e->kind = EXPECT_OUTCOME;
		e->object = fate_words[parse_word(p, fate_words, "outcome")];
	} else if (token_is(&p->t, "fault") || token_is(&p->t, "injected")) {
		e->kind = token_is(&p->t, "fault") ? EXPECT_FAULT : EXPECT_INJECTED;
		advance(p);
		e->object_pos = here(p);
		e->object = parse_name(p, "an engine's name");
	} else if (find_verb(&p->t) != VERB__COUNT && verbs[find_verb(&p->t)].step >= 0) {
		e->kind = EXPECT_STATUS;
		e->verb = find_verb(&p->t);
		advance(p);
		e->object_pos = here(p);
		e->object = parse_name(p, "the step's object, such as t_copy");
		e->err = parse_errno(p);
	} else {
		char have[64];

		parse_fail(p, "%s is no expectation; there are: data intact|corrupt, STEP OBJECT ERRNO, outcome FATE, fault ENGINE, injected ENGINE (violation classes come with the observer)",
			   found(p, have, sizeof(have)));
		return;
	}
	parse_guards(p, e);
	while (*at)
		at = &(*at)->next;
	*at = e;
}

static void once(struct parser *p, struct expr **to, const char *what)
{
	if (*to)
		parse_fail(p, "%s is given twice", what);
	*to = parse_value(p, what);
}

static void parse_top(struct parser *p)
{
	struct pos pos = here(p);
	int word;

	if (token_is(&p->t, "link")) {
		parse_link(p);
		return;
	}
	word = parse_word(p, top_words, "top level");
	switch (word) {
	case 1:
		parse_param(p);
		break;
	case 2:
		p->s->worlds |= parse_world_list(p);
		break;
	case 3:
		once(p, &p->s->seed, "the seed");
		break;
	case 4:
		once(p, &p->s->repeat, "repeat");
		break;
	case 5:
		once(p, &p->s->instances, "threads");
		break;
	case 6:
		once(p, &p->s->timeout, "timeout");
		break;
	case 7:
		once(p, &p->s->wait_timeout, "wait-timeout");
		break;
	case 8:
		expect_text(p, "foreign-map", "behind allow");
		p->s->allow_foreign = true;
		break;
	case 9:
		parse_engine(p);
		break;
	case 10:
		parse_buffer(p);
		break;
	case 11:
		parse_thread(p);
		break;
	case 12:
		parse_expect(p);
		break;
	default:
		if (!p->diag->text[0])
			parse_fail_at(p, pos, "a file holds one scenario");
	}
}

int scenario_parse(const char *file, const char *text, size_t len,
		   struct scenario **out, struct diag *diag)
{
	struct scenario *s = xcalloc(1, sizeof(*s));
	struct parser p = { .s = s, .diag = diag };
	struct cell cell;

	memset(diag, 0, sizeof(*diag));
	*out = NULL;
	s->file = arena_strndup(&s->arena, file, strlen(file));
	s->name = s->title = "";
	lex_init(&p.lx, text, len);
	advance(&p);
	parse_header(&p);
	while (p.t.kind != TOK_END)
		parse_top(&p);
	if (!diag->text[0] && !s->engines)
		parse_fail(&p, "a scenario needs an engine: engine copy memcpy like fsl-dma");
	if (!diag->text[0] && !s->threads)
		parse_fail(&p, "a scenario needs a thread: thread { ... }");

	/* All else that can be wrong shows when it is compiled. */
	if (!diag->text[0]) {
		const struct compile_opts opts = { .variant = 0, .world = WORLD_COHERENT };

		if (!scenario_compile(s, &opts, &cell, diag))
			cell_free(&cell);
	}
	if (diag->text[0]) {
		scenario_free(s);
		return -EINVAL;
	}
	*out = s;
	return 0;
}

void scenario_free(struct scenario *s)
{
	if (!s)
		return;
	arena_free(&s->arena);
	free(s);
}

const char *scenario_name(const struct scenario *s)
{
	return s->name;
}

const char *scenario_title(const struct scenario *s)
{
	return s->title;
}

const char *scenario_file(const struct scenario *s)
{
	return s->file;
}

unsigned int scenario_worlds(const struct scenario *s)
{
	return s->worlds ? s->worlds : (1u << WORLD__COUNT) - 1;
}

size_t scenario_variants(const struct scenario *s)
{
	size_t n = 1;

	for (const struct param_def *d = s->params; d; d = d->next)
		if (__builtin_mul_overflow(n, d->nr, &n))
			return SIZE_MAX;
	return n;
}
