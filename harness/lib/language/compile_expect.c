// SPDX-License-Identifier: GPL-2.0-only
/* Expectations of a cell. */
#include <endian.h>
#include <string.h>

#include "verbs.h"

/* Gets the element that @ref names; DMT_NONE for all elements. */
static bool want_element(struct compiler *c, const struct ref *ref, uint32_t *want)
{
	uint64_t n;

	*want = DMT_NONE;
	if (!ref->index)
		return true;
	if (!eval_number(&c->env, ref->index, "the index", UNIT_NONE, 0, DMT_MAX_BUFFERS - 1, &n))
		return false;
	*want = n;
	return true;
}

static bool names(const struct ref *ref, uint32_t want, const struct cstep *st)
{
	return st->object && !strcmp(st->object, ref->name) &&
	       (want == DMT_NONE || st->element == want);
}

static void find_steps(struct compiler *c, const struct expect_def *d, struct expect *e)
{
	uint32_t index = 0, want;

	if (!want_element(c, d->object, &want))
		return;
	for (uint32_t i = 0; i < c->nr_blocks; i++)
		for (uint32_t k = 0; k < c->blocks[i].nr; k++, index++) {
			const struct cstep *st = &c->blocks[i].steps[k];

			if (st->verb == d->verb && names(d->object, want, st))
				*APPEND(e->steps, e->nr_steps) = index;
		}
	if (e->nr_steps)
		return;
	diag_lacks(c->diag, d->object->name);
	cfail(c, d->object->pos, "there is no step '%s %s%s' here", d->verb->word, d->object->name,
	      d->object->index ? "[...]" : "");
}

/*
 * Finds the objects that @ref names and their steps: steps of type @makes make the objects,
 * and events of steps of type @uses show them to the judge.
 */
static void find_objects(struct compiler *c, const struct ref *ref, enum dmt_step_op makes,
			 enum dmt_step_op uses, struct expect *e)
{
	uint32_t index = 0, want;

	if (!want_element(c, ref, &want))
		return;
	for (uint32_t i = 0; i < c->nr_blocks; i++)
		for (uint32_t k = 0; k < c->blocks[i].nr; k++, index++) {
			const struct cstep *st = &c->blocks[i].steps[k];

			if (!names(ref, want, st))
				continue;
			if (st->verb->step == makes)
				*APPEND(e->objects, e->nr_objects) = le32toh(st->wire.obj);
			if (st->verb->step == uses)
				*APPEND(e->steps, e->nr_steps) = index;
		}
	if (!e->nr_objects)
		cfail(c, ref->pos, "'%s' has no such element here", ref->name);
}

/* Reports an unknown object of a violation, and the nearest name. */
static void unknown_object(struct compiler *c, const struct ref *ref)
{
	const char *words[2 * DMT_MAX_MAPS + DMT_MAX_ENGINES + 1], *near;
	size_t n = 0;

	for (uint32_t i = 0; i < c->map_syms.nr; i++)
		words[n++] = c->map_syms.v[i].name;
	for (uint32_t i = 0; i < c->tx_syms.nr; i++)
		words[n++] = c->tx_syms.v[i].name;
	for (const struct engine *g = c->s->engines; g; g = g->next)
		words[n++] = g->name;
	words[n] = NULL;
	near = word_nearest(words, ref->name, strlen(ref->name));
	diag_lacks(c->diag, ref->name);
	cfail(c, ref->pos, "there is no map, transaction or engine '%s'%s%s%s", ref->name,
	      near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool has_engine(const struct compiler *c, const char *name)
{
	for (const struct engine *g = c->s->engines; g; g = g->next)
		if (!strcmp(g->name, name))
			return true;
	return false;
}

static void find_violation(struct compiler *c, const struct expect_def *d, struct expect *e)
{
	const struct ref *ref = d->object;
	const struct sym *map, *tx;
	bool engine;

	e->class = xstrdup(d->class);
	if (!ref)
		return;
	map = find_sym(&c->map_syms, ref->name);
	tx = find_sym(&c->tx_syms, ref->name);
	engine = has_engine(c, ref->name);
	if (!map + !tx + !engine < 2) {
		cfail(c, ref->pos, "'%s' is %s and %s; give them names of their own", ref->name,
		      map ? "a map" : "a transaction", engine ? "an engine" : "a transaction");
	} else if (map && (!ref->index || (map->array && !map->sg))) {
		e->on = EXPECT_ON_MAP;
		find_objects(c, ref, DMT_STEP_MAP, DMT_STEP_MAP, e);
	} else if (ref->index && (map || tx || engine)) {
		cfail(c, ref->pos, "'%s' is one thing, not an array; write it without [ ]", ref->name);
	} else if (tx) {
		e->on = EXPECT_ON_TX;
		find_objects(c, ref, DMT_STEP_PREP, DMT_STEP_SUBMIT, e);
	} else if (engine) {
		e->on = EXPECT_ON_ENGINE;
		*APPEND(e->objects, e->nr_objects) = need_engine(c, ref->name, ref->pos);
	} else {
		unknown_object(c, ref);
	}
}

static void add_expect(struct compiler *c, const struct expect_def *d, struct expect *e)
{
	e->kind = d->kind;
	e->line = d->pos.line;
	e->text = print_expect(d);
	e->err = d->err;
	e->worlds = d->worlds;
	memcpy(e->kernel.op, d->kernel_op, sizeof(e->kernel.op));
	e->kernel.major = d->major;
	e->kernel.minor = d->minor;
	e->arch = d->arch ? xstrdup(d->arch) : NULL;
	e->config = d->config ? xstrdup(d->config) : NULL;
	e->engines = d->engines;
	e->allowed = d->allowed || d->sometimes;
	switch (d->kind) {
	case EXPECT_STATUS:
		find_steps(c, d, e);
		break;
	case EXPECT_STAGE:
		e->stage = d->stage;
		e->intact = d->intact;
		if (!c->s->workload ||
		    stage_kind(d->stage) != (enum workload_kind)c->s->workload->kind)
			cfail(c, d->pos, "%s is a stage of %s workloads", stage_words[d->stage],
			      workload_words[stage_kind(d->stage)]);
		break;
	case EXPECT_OFFLOAD:
		e->ops = d->ops;
		/* fall through */
	case EXPECT_FAULT:
	case EXPECT_INJECTED:
		e->engine = xstrdup(d->object->name);
		need_engine(c, d->object->name, d->object->pos);
		break;
	case EXPECT_OUTCOME:
		e->fate = xstrdup(d->fate);
		break;
	case EXPECT_WITNESS:
		e->witness = d->witness;
		break;
	case EXPECT_VIOLATION:
		find_violation(c, d, e);
		break;
	default:
		break;
	}
}

/* The range of versions that a kernel guard accepts, as major * 1000 + minor. */
static void kernel_range(const struct expect_def *d, unsigned int *low, unsigned int *high)
{
	unsigned int v = d->major * 1000 + d->minor;

	*low = strchr(d->kernel_op, '<') || !d->kernel_op[0] ? 0 : v;
	*high = strchr(d->kernel_op, '>') || !d->kernel_op[0] ? UINT32_MAX : v;
	if (!strcmp(d->kernel_op, "<"))
		*high = v ? v - 1 : 0;
	if (!strcmp(d->kernel_op, ">"))
		*low = v + 1;
}

/* Can the guards of both hold in the same run? */
static bool overlap(const struct expect_def *a, const struct expect_def *b)
{
	unsigned int low_a, high_a, low_b, high_b;

	kernel_range(a, &low_a, &high_a);
	kernel_range(b, &low_b, &high_b);
	if (a->when && b->when && !strcmp(a->when, b->when) && strcmp(a->value, b->value))
		return false;
	return low_a <= high_b && low_b <= high_a &&
	       (!a->worlds || !b->worlds || a->worlds & b->worlds) &&
	       (!a->engines || !b->engines || a->engines == b->engines) &&
	       (!a->arch || !b->arch || !strcmp(a->arch, b->arch));
}

static void check_contradictions(struct compiler *c)
{
	for (const struct expect_def *a = c->s->expects; a; a = a->next)
		for (const struct expect_def *b = c->s->expects; b != a; b = b->next)
			if (a->kind <= EXPECT_DATA_CORRUPT && b->kind <= EXPECT_DATA_CORRUPT &&
			    a->kind != b->kind && overlap(a, b))
				cfail(c, a->pos, "contradicts line %u: both can hold in one world; give them guards that exclude each other",
				      b->pos.line);
}

static void check_when(struct compiler *c, const struct expect_def *d)
{
	const struct param_def *p = c->s->params;

	for (; p && strcmp(p->name, d->when); p = p->next)
		;
	if (!p) {
		diag_lacks(c->diag, d->when);
		cfail(c, d->when_pos, "there is no parameter '%s'", d->when);
		return;
	}
	for (size_t i = 0; i < p->nr; i++)
		if (!strcmp(p->values[i]->text, d->value))
			return;
	cfail(c, d->when_pos, "parameter '%s' is never %s", d->when, d->value);
}

void add_expects(struct compiler *c, struct cell *cell)
{
	for (const struct expect_def *d = c->s->expects; d; d = d->next)
		if (d->when)
			check_when(c, d);
	for (const struct expect_def *d = c->s->expects; d && !failed(c); d = d->next)
		if (is_when(c->s, c->choice, d))
			add_expect(c, d, APPEND(cell->expects, cell->nr_expects));
	check_contradictions(c);
}
