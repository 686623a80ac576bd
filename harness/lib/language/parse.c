// SPDX-License-Identifier: GPL-2.0-only
/* The top level of a scenario: everything outside thread { }. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"

static void parse_link(struct parser *p)
{
	struct link *link = NEW(p, struct link);

	/* The current token is `link`. A URL is not a token, so it is read raw. */
	lex_raw(&p->lx, &p->t);
	if (p->t.kind == TOK_STRING)
		link->url = token_dup(p);
	if (!link->url || !strstr(link->url, "://")) {
		parse_fail(p, "want a URL behind link, such as https://...");
		return;
	}
	advance(p);
	APPEND_NODE(p, struct link, &p->s->links, link, MAX_LINKS, "links");
}

#define MAX_VALUES 256

static void parse_param(struct parser *p)
{
	struct param_def *d = NEW(p, struct param_def);
	struct expr *values[MAX_VALUES];

	d->pos = here(p);
	d->name = parse_name(p, "the param's name");
	for (const struct param_def *o = p->s->params; o; o = o->next)
		if (!strcmp(o->name, d->name))
			parse_fail_at(p, d->pos, "param '%s' is declared twice", d->name);
	expect_text(p, "=", "behind the param's name");
	while (p->t.kind == TOK_NUMBER || at_name(p)) {
		if (d->nr == MAX_VALUES) {
			parse_fail(p, "a param has at most %d values", MAX_VALUES);
			break;
		}
		values[d->nr++] = p->t.kind == TOK_NUMBER ? parse_value(p, "a value")
							   : parse_word_value(p, "a value");
	}
	if (!d->nr)
		parse_fail(p, "want the param's values: param %s = 4K 16K", d->name);
	d->values = arena_alloc(&p->s->arena, (d->nr + 1) * sizeof(*values));
	memcpy(d->values, values, d->nr * sizeof(*values));
	APPEND_NODE(p, struct param_def, &p->s->params, d, MAX_PARAMS, "params");
}

static void parse_worlds(struct parser *p)
{
	p->s->worlds |= parse_bits(p, world_words, "world");
}

static void parse_buffer(struct parser *p)
{
	struct buffer *b = NEW(p, struct buffer);

	b->pos = here(p);
	b->name = parse_name(p, "the buffer's name");
	for (const struct buffer *o = p->s->buffers; o; o = o->next)
		if (!strcmp(o->name, b->name))
			parse_fail_at(p, b->pos, "buffer '%s' is declared twice", b->name);
	if (accept(p, "[")) {
		p->operators = 0;
		b->count = parse_sum(p, "the number of buffers");
		expect_text(p, "]", "behind the number of buffers");
	}
	b->size = parse_value(p, "the buffer's size, such as 4K");
	b->fill = parse_word(p, fill_words, "what the buffer holds");
	if (b->fill == DMT_FILL_BYTE)
		b->value = parse_value(p, "the byte to fill with");
	if (accept(p, "offset"))
		b->offset = parse_value(p, "the offset in the page");
	if (accept(p, "in"))
		b->memory = parse_word(p, memory_words, "kind of memory");
	APPEND_NODE(p, struct buffer, &p->s->buffers, b, DMT_MAX_BUFFERS, "buffers");
}

static void parse_thread(struct parser *p)
{
	struct thread *t = NEW(p, struct thread);

	t->pos = here(p);
	if (at_name(p))
		t->name = parse_name(p, "the thread's name");
	expect_text(p, "{", "and the thread's steps");
	t->body = parse_body(p);
	APPEND_NODE(p, struct thread, &p->s->threads, t, DMT_MAX_THREADS, "threads");
}

static void parse_allow(struct parser *p)
{
	/* This one is also an instruction to the executor. */
	if (accept(p, "foreign-map"))
		p->s->allow_foreign = true;
	else
		parse_allowed(p);
}

static void once(struct parser *p, struct expr **to, const char *what)
{
	if (*to)
		parse_fail(p, "%s is given twice", what);
	*to = parse_value(p, what);
}

static void parse_second_header(struct parser *p)
{
	parse_fail(p, "a file holds one scenario");
}

static void parse_seed(struct parser *p)
{
	once(p, &p->s->seed, "seed");
}

static void parse_repeat(struct parser *p)
{
	once(p, &p->s->repeat, "repeat");
}

static void parse_threads(struct parser *p)
{
	once(p, &p->s->instances, "threads");
}

static void parse_depth(struct parser *p)
{
	once(p, &p->s->depth, "depth");
}

static void parse_timeout(struct parser *p)
{
	once(p, &p->s->timeout, "timeout");
}

static void parse_wait_timeout(struct parser *p)
{
	once(p, &p->s->wait_timeout, "wait-timeout");
}

/* engines soft|drivers: softdma, or real drivers on register models. */
static void parse_engines(struct parser *p)
{
	p->s->drivers_pos = here(p);
	p->s->drivers = parse_word(p, engines_words, "kind of engines");
}

/* Refuses faults of register models on software engines. */
static void check_faults(struct parser *p)
{
	for (const struct engine *e = p->s->engines; e && !p->s->drivers; e = e->next)
		for (int i = NR_SOFT_FAULTS; i < NR_FAULTS; i++)
			if (e->faults[i].interval)
				parse_fail_at(p, e->pos, "fault %s is one of register models: say 'engines drivers' above",
					      fault_words[i]);
}

const char *const top_words[] = {
	"link", "param", "worlds", "seed", "repeat", "threads", "depth", "timeout",
	"wait-timeout", "allow", "engine", "buffer", "thread", "expect",
	"scenario", "workload", "observe", "require", "engines", NULL
};

/* In the order of top_words. */
static void (*const top_fns[])(struct parser *p) = {
	parse_link, parse_param, parse_worlds, parse_seed, parse_repeat, parse_threads,
	parse_depth, parse_timeout, parse_wait_timeout, parse_allow, parse_engine, parse_buffer,
	parse_thread, parse_expect, parse_second_header, parse_workload, parse_observe,
	parse_require, parse_engines,
};

static void parse_top(struct parser *p)
{
	int word = p->t.kind == TOK_WORD ? word_index(top_words, p->t.s, p->t.len) : -1;

	begin_stmt(p);
	if (word < 0) {
		parse_word(p, top_words, "top level");
		return;
	}
	/* parse_link() reads a raw URL; the other functions begin after their keyword. */
	if (top_fns[word] != parse_link)
		advance(p);
	top_fns[word](p);
}

static const char *parse_half_name(struct parser *p)
{
	const char *s;

	if (p->t.kind != TOK_WORD || p->t.len > 2 * MAX_NAME) {
		parse_fail(p, "want the scenario's GROUP/NAME, two names of at most %d characters",
			   2 * MAX_NAME);
		return "";
	}
	s = token_dup(p);
	advance(p);
	return s;
}

static void parse_header(struct parser *p)
{
	const char *group, *name;
	char have[64], both[4 * MAX_NAME + 2];

	if (!accept(p, "scenario"))
		parse_fail(p, "a file begins with: scenario GROUP/NAME \"title\"; found %s",
			   found(p, have));
	group = parse_half_name(p);
	expect_text(p, "/", "between the scenario's group and its name");
	name = parse_half_name(p);
	snprintf(both, sizeof(both), "%s/%s", group, name);
	p->s->name = arena_strndup(&p->s->arena, both, strlen(both));
	if (p->t.kind != TOK_STRING || !p->t.len) {
		parse_fail(p, "want the scenario's title: one line in \"quotes\"");
		return;
	}
	p->s->title = token_dup(p);
	advance(p);
}

static void parse_all(struct parser *p, bool headless)
{
	advance(p);
	begin_stmt(p);
	if (!headless)
		parse_header(p);
	while (p->t.kind != TOK_END)
		parse_top(p);
	if (p->diag->text[0])
		return;
	p->diag->whole = true;
	check_workload(p);
	check_faults(p);
	check_watched(p);
	if (!p->s->engines && !p->s->workload)
		parse_fail(p, "a scenario needs an engine: engine copy memcpy like fsl-dma");
	if (!p->s->threads && !p->s->workload)
		parse_fail(p, "a scenario needs a thread: thread { ... }");
	if (scenario_variants(p->s) > MAX_VARIANTS)
		parse_fail_at(p, p->s->params->pos, "the params make more than %d combinations",
			      MAX_VARIANTS);
	if (!p->diag->text[0])
		p->diag->whole = false;
}

/* Compiles the first cell to find wrong names and ranges that do not depend on parameters. */
static void try_to_compile(const struct scenario *s, struct diag *diag)
{
	const struct compile_opts opts = { .variant = 0, .world = WORLD_COHERENT };
	struct cell cell;

	if (!scenario_compile(s, &opts, &cell, diag))
		cell_free(&cell);
}

int scenario_try(const char *file, const char *text, size_t len, bool headless,
		 struct scenario **out, struct diag *diag, struct begins *begins)
{
	struct scenario *s = xcalloc(1, sizeof(*s));
	struct parser p = { .s = s, .diag = diag, .begins = begins };

	memset(diag, 0, sizeof(*diag));
	*out = NULL;
	s->file = arena_strndup(&s->arena, file, strlen(file));
	s->name = s->title = "";
	lex_init(&p.lx, text, len);
	if (len > MAX_TEXT)
		parse_fail_at(&p, (struct pos) { 0 }, "%zu bytes; a scenario has at most %d",
			      len, MAX_TEXT);
	else
		parse_all(&p, headless);
	if (!diag->text[0])
		try_to_compile(s, diag);
	if (diag->text[0]) {
		scenario_free(s);
		return -EINVAL;
	}
	*out = s;
	return 0;
}

int scenario_parse(const char *file, const char *text, size_t len,
		   struct scenario **out, struct diag *diag)
{
	return scenario_try(file, text, len, false, out, diag, NULL);
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

bool scenario_drivers(const struct scenario *s)
{
	return s->drivers;
}

unsigned int scenario_worlds(const struct scenario *s)
{
	return s->worlds ? s->worlds : WORLDS_DEFAULT;
}

unsigned int scenario_allows(const struct scenario *s)
{
	return s->worlds ? s->worlds : WORLDS_ALL;
}

size_t scenario_classes(const struct scenario *s, const char *classes[SCENARIO_CLASSES])
{
	size_t n = 0, i;

	for (const struct expect_def *e = s->expects; e && n < SCENARIO_CLASSES; e = e->next) {
		if (e->kind != EXPECT_VIOLATION || e->allowed)
			continue;
		for (i = 0; i < n && strcmp(classes[i], e->class); i++)
			;
		if (i == n)
			classes[n++] = e->class;
	}
	return n;
}

size_t scenario_variants(const struct scenario *s)
{
	size_t n = 1;

	for (const struct param_def *d = s->params; d; d = d->next)
		if (__builtin_mul_overflow(n, d->nr, &n))
			return SIZE_MAX;
	return n;
}
