// SPDX-License-Identifier: GPL-2.0-only
/* Leaves things out of a scenario's tree. */
#include "cut.h"

#include <string.h>

#include "verbs.h"

/* Counts items; with drop, says which of them go. */
struct cutter {
	const bool *drop;	/* NULL: only count */
	unsigned int nr;
};

static bool goes(struct cutter *c)
{
	bool drop = c->drop && c->drop[c->nr];

	c->nr++;
	return drop;
}

/* Takes the elements out of a list for which @gone is true. */
#define UNLINK(list, type, gone) do {				\
	type **at_ = &(list);					\
	while (*at_) {						\
		type *it = *at_;				\
		if (gone)					\
			*at_ = it->next;			\
		else						\
			at_ = &it->next;			\
	}							\
} while (0)

/* What is in something that goes is counted too: the numbers are those of the whole. */
static void cut_stmts(struct cutter *c, struct stmt **at)
{
	while (*at) {
		struct stmt *st = *at;
		bool gone = goes(c);

		if (st->refs && st->refs->next)
			UNLINK(st->refs, struct ref, goes(c));
		cut_stmts(c, &st->body);
		if (gone)
			*at = st->next;
		else
			at = &st->next;
	}
}

static void cut_threads(struct cutter *c, struct thread **at)
{
	while (*at) {
		struct thread *t = *at;
		bool gone = goes(c);

		cut_stmts(c, &t->body);
		if (gone)
			*at = t->next;
		else
			at = &t->next;
	}
}

/* ---- what named something that is gone ---- */

static bool is_defined_in(const struct stmt *list, const char *name)
{
	for (const struct stmt *st = list; st; st = st->next)
		if ((st->name && st->verb->step != DMT_STEP_BARRIER && !strcmp(st->name, name)) ||
		    is_defined_in(st->body, name))
			return true;
	return false;
}

static bool is_defined(const struct scenario *s, const char *name)
{
	for (const struct engine *e = s->engines; e; e = e->next)
		if (!strcmp(e->name, name))
			return true;
	for (const struct buffer *b = s->buffers; b; b = b->next)
		if (!strcmp(b->name, name))
			return true;
	for (const struct thread *t = s->threads; t; t = t->next)
		if (is_defined_in(t->body, name))
			return true;
	return false;
}

static unsigned int count_refs(const struct ref *r)
{
	unsigned int n = 0;

	for (; r; r = r->next)
		n++;
	return n;
}

/* Is the statement without sense now? */
static bool is_broken(const struct scenario *s, struct stmt *st)
{
	unsigned int before = count_refs(st->refs), after;

	UNLINK(st->refs, struct ref, !is_defined(s, it->name));
	after = count_refs(st->refs);
	if (st->after && !is_defined(s, st->after))
		st->after = NULL;
	if ((st->dst && !is_defined(s, st->dst->name)) ||
	    (st->engine && !is_defined(s, st->engine)) ||
	    (st->list && !is_defined(s, st->list)))
		return true;
	if (before && !after)
		return true;
	/* A copy of nothing is none, and a comparison with less is another one. */
	if (st->dst && after < before && st->verb->step != DMT_STEP_PREP)
		return true;
	return (!strcmp(st->verb->word, "on_complete") || st->verb->step == DMT_STEP_IN) && !st->body;
}

static bool sweep_stmts(const struct scenario *s, struct stmt **list)
{
	bool changed = false;

	for (struct stmt *st = *list; st; st = st->next)
		changed |= sweep_stmts(s, &st->body);
	UNLINK(*list, struct stmt, is_broken(s, it) ? (changed = true) : false);
	return changed;
}

static bool names(const struct stmt *list, const char *name)
{
	for (const struct stmt *st = list; st; st = st->next) {
		for (const struct ref *r = st->refs; r; r = r->next)
			if (!strcmp(r->name, name))
				return true;
		if ((st->dst && !strcmp(st->dst->name, name)) ||
		    (st->engine && !strcmp(st->engine, name)) || names(st->body, name))
			return true;
	}
	return false;
}

static bool is_named(const struct scenario *s, const char *name)
{
	for (const struct thread *t = s->threads; t; t = t->next)
		if (names(t->body, name))
			return true;
	return false;
}

static void sweep(struct scenario *s)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (struct thread *t = s->threads; t; t = t->next)
			changed |= sweep_stmts(s, &t->body);
	}
	UNLINK(s->threads, struct thread, !it->body);
	if (s->workload)
		return;
	UNLINK(s->buffers, struct buffer, !is_named(s, it->name));
	UNLINK(s->engines, struct engine, !is_named(s, it->name));
	UNLINK(s->expects, struct expect_def, it->object && !is_defined(s, it->object->name));
}

/* ---- items ---- */

static void cut_setting(struct cutter *c, struct expr **e)
{
	if (*e && goes(c))
		*e = NULL;
}

static void cut_engine(struct cutter *c, struct engine *e)
{
	for (int i = 0; i < ENG__COUNT; i++)
		cut_setting(c, &e->opts[i]);
	for (int i = 0; i < NR_FAULTS; i++)
		cut_setting(c, &e->faults[i].interval);
}

static void cut_buffer(struct cutter *c, struct buffer *b)
{
	cut_setting(c, &b->offset);
	if (b->memory && goes(c))
		b->memory = 0;
}

static void cut(struct cutter *c, struct scenario *s)
{
	cut_setting(c, &s->seed);
	cut_setting(c, &s->repeat);
	cut_setting(c, &s->instances);
	cut_setting(c, &s->depth);
	cut_setting(c, &s->timeout);
	cut_setting(c, &s->wait_timeout);
	for (struct engine *e = s->engines; e; e = e->next)
		cut_engine(c, e);
	for (struct buffer *b = s->buffers; b; b = b->next)
		cut_buffer(c, b);
	cut_threads(c, &s->threads);
	UNLINK(s->expects, struct expect_def, goes(c));
}

unsigned int scenario_items(const struct scenario *s)
{
	struct cutter c = { .nr = 0 };

	cut(&c, (struct scenario *)s);	/* changes nothing when nothing goes */
	return c.nr;
}

void scenario_cut(struct scenario *s, const bool *drop)
{
	struct cutter c = { .drop = drop };

	cut(&c, s);
	sweep(s);
}

static unsigned int count_steps(const struct stmt *st)
{
	unsigned int n = 0;

	for (; st; st = st->next)
		n += (st->verb->step != DMT_STEP_NOP && st->verb->step != DMT_STEP_IN) +
		     count_steps(st->body);
	return n;
}

unsigned int scenario_steps(const struct scenario *s)
{
	unsigned int n = 0;

	for (const struct thread *t = s->threads; t; t = t->next)
		n += count_steps(t->body);
	return n;
}

/* ---- numbers ---- */

typedef bool number_fn(void *arg, struct expr *e);

/* Calls @fn for each number until it returns true. */
static bool in_expr(struct expr *e, number_fn *fn, void *arg)
{
	if (!e)
		return false;
	if (e->op == 'l')
		return e->text[0] >= '0' && e->text[0] <= '9' && fn(arg, e);
	return in_expr(e->a, fn, arg) || in_expr(e->b, fn, arg);
}

static bool in_refs(struct ref *r, number_fn *fn, void *arg)
{
	for (; r; r = r->next)
		if (in_expr(r->index, fn, arg) || in_expr(r->off, fn, arg) ||
		    in_expr(r->len, fn, arg))
			return true;
	return false;
}

static bool in_stmts(struct stmt *st, number_fn *fn, void *arg)
{
	for (; st; st = st->next)
		if (in_refs(st->dst, fn, arg) || in_refs(st->refs, fn, arg) ||
		    in_expr(st->a, fn, arg) ||
		    in_expr(st->b, fn, arg) || in_stmts(st->body, fn, arg))
			return true;
	return false;
}

static bool in_scenario(struct scenario *s, number_fn *fn, void *arg)
{
	for (struct engine *e = s->engines; e; e = e->next)
		for (int i = 0; i < ENG__COUNT; i++)
			if (in_expr(e->opts[i], fn, arg))
				return true;
	for (struct buffer *b = s->buffers; b; b = b->next)
		if (in_expr(b->count, fn, arg) || in_expr(b->size, fn, arg) ||
		    in_expr(b->offset, fn, arg))
			return true;
	for (struct thread *t = s->threads; t; t = t->next)
		if (in_stmts(t->body, fn, arg))
			return true;
	return false;
}

#define MAX_NUMBERS	64

struct numbers {
	const char *v[MAX_NUMBERS];
	unsigned int nr;
};

static bool collect(void *arg, struct expr *e)
{
	struct numbers *n = arg;

	for (unsigned int i = 0; i < n->nr; i++)
		if (!strcmp(n->v[i], e->text))
			return false;
	if (n->nr < MAX_NUMBERS)
		n->v[n->nr++] = e->text;
	return false;
}

const char *scenario_number(const struct scenario *s, unsigned int i)
{
	struct numbers n = { .nr = 0 };

	in_scenario((struct scenario *)s, collect, &n);
	return i < n.nr ? n.v[i] : "";
}

static bool replace(void *arg, struct expr *e)
{
	const char **pair = arg;

	if (!strcmp(e->text, pair[0]))
		e->text = pair[1];
	return false;
}

void scenario_renumber(struct scenario *s, const char *from, const char *to)
{
	char copy[64];
	const char *pair[] = { copy, to };

	if (strlen(from) >= sizeof(copy))
		return;
	strcpy(copy, from);
	in_scenario(s, replace, pair);
}

void scenario_restrict(struct scenario *s, unsigned int worlds)
{
	s->worlds = worlds;
	for (struct param_def *d = s->params; d; d = d->next)
		d->nr = 1;
}

void scenario_expect_nothing(struct scenario *s)
{
	s->expects = NULL;
}
