// SPDX-License-Identifier: GPL-2.0-only
/* Expectations of a cell. */
#include <string.h>

#include "verbs.h"

static void find_steps(struct compiler *c, const struct expect_def *d, struct expect *e)
{
	uint32_t index = 0, want = DMT_NONE;
	uint64_t n;

	if (d->object->index) {
		if (!eval_number(&c->env, d->object->index, "the index", UNIT_NONE, 0,
				 DMT_MAX_BUFFERS - 1, &n))
			return;
		want = n;
	}
	for (uint32_t i = 0; i < c->nr_blocks; i++)
		for (uint32_t k = 0; k < c->blocks[i].nr; k++, index++) {
			const struct cstep *st = &c->blocks[i].steps[k];

			if (st->verb == d->verb && st->object &&
			    !strcmp(st->object, d->object->name) &&
			    (want == DMT_NONE || st->element == want))
				*APPEND(e->steps, e->nr_steps) = index;
		}
	if (!e->nr_steps)
		cfail(c, d->object->pos, "there is no step '%s %s%s' here", d->verb->word,
		      d->object->name, d->object->index ? "[...]" : "");
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
	switch (d->kind) {
	case EXPECT_STATUS:
		find_steps(c, d, e);
		break;
	case EXPECT_FAULT:
	case EXPECT_INJECTED:
		e->engine = xstrdup(d->object->name);
		need_engine(c, d->object->name, d->object->pos);
		break;
	case EXPECT_OUTCOME:
		e->fate = xstrdup(d->fate);
		break;
	default:
		break;
	}
}

/* The versions a kernel guard lets through, as major * 1000 + minor. */
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

/* May both count in one run? */
static bool overlap(const struct expect_def *a, const struct expect_def *b)
{
	unsigned int low_a, high_a, low_b, high_b;

	kernel_range(a, &low_a, &high_a);
	kernel_range(b, &low_b, &high_b);
	return low_a <= high_b && low_b <= high_a &&
	       (!a->worlds || !b->worlds || a->worlds & b->worlds) &&
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

void add_expects(struct compiler *c, struct cell *cell)
{
	for (const struct expect_def *d = c->s->expects; d && !failed(c); d = d->next)
		add_expect(c, d, APPEND(cell->expects, cell->nr_expects));
	check_contradictions(c);
}
