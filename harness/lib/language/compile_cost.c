// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits a program's cost, as the executor's cost.c does: callbacks that lead back to
 * themselves would never end, and a block that may not sleep keeps a CPU busy.
 */
#include <endian.h>
#include <stdlib.h>

#include "compiler.h"
#include "lib/program/steps.h"

/* A walk over the graph of txs whose end leads to others. */
struct leads {
	struct compiler *c;
	uint32_t *to;		/* for each tx: how many lead to it and were not visited yet */
	uint32_t *queue;	/* txs that no such tx leads to */
	uint32_t queued;
};

static void count_lead(struct leads *l, uint32_t to)
{
	l->to[to]++;
}

static void walk_lead(struct leads *l, uint32_t to)
{
	if (!--l->to[to])
		l->queue[l->queued++] = to;
}

/* Calls @fn for each tx that the end of @from leads to: its callback's txs and its children. */
static void each_lead(struct leads *l, uint32_t from, void (*fn)(struct leads *l, uint32_t to))
{
	const struct compiler *c = l->c;
	uint32_t callback = le32toh(c->txs[from].callback);

	if (callback != DMT_NONE) {
		const struct cblock *b = &c->blocks[callback];

		for (uint32_t i = 0; i < b->nr; i++) {
			uint16_t op = le16toh(b->steps[i].wire.op);

			if (op == DMT_STEP_PREP || op == DMT_STEP_SUBMIT)
				fn(l, le32toh(b->steps[i].wire.obj));
		}
	}
	for (uint32_t i = 0; i < c->nr_txs; i++)
		if (le32toh(c->txs[i].depend) == from)
			fn(l, i);
}

static void check_circles(struct compiler *c)
{
	struct leads l = { .c = c };
	const struct cblock *in_circle = NULL;

	l.to = xcalloc(c->nr_txs + 1, sizeof(*l.to));
	l.queue = xcalloc(c->nr_txs + 1, sizeof(*l.queue));
	for (uint32_t i = 0; i < c->nr_txs; i++)
		each_lead(&l, i, count_lead);
	for (uint32_t i = 0; i < c->nr_txs; i++)
		if (!l.to[i])
			l.queue[l.queued++] = i;
	for (uint32_t i = 0; i < l.queued; i++)
		each_lead(&l, l.queue[i], walk_lead);
	/* Dependencies alone cannot make a circle, so it has an on_complete. */
	for (uint32_t i = 0; i < c->nr_txs && !in_circle; i++)
		if (l.to[i] && le32toh(c->txs[i].callback) != DMT_NONE)
			in_circle = &c->blocks[le32toh(c->txs[i].callback)];
	free(l.to);
	free(l.queue);
	if (in_circle)
		cfail(c, in_circle->pos,
		      "what this starts leads back to it: the iteration would never end");
}

static uint64_t map_bytes(const struct compiler *c, const struct dmt_map *m)
{
	uint64_t sum = le32toh(m->size);

	for (uint32_t i = 0; i < le32toh(m->nr_operands); i++)
		sum += operand_len(c, le32toh(m->first_operand) + i);
	return sum;
}

/* How many bytes a step reads, writes or may bounce. */
static uint64_t step_bytes(const struct compiler *c, const struct dmt_step *s)
{
	uint32_t obj = le32toh(s->obj);
	const struct step_type *t = step_type(le16toh(s->op));

	if (!(t->flags & DMT_MOVES))
		return 0;
	switch (t->object) {
	case DMT_A_BUFFER:
		return le32toh(c->buffers[obj].size);
	case DMT_A_MAP:
		return map_bytes(c, &c->maps[obj]);
	case DMT_OF_A_MAP:
		return map_bytes(c, &c->maps[le32toh(c->operands[obj].obj)]);
	case DMT_OF_A_BUFFER:
		return (uint64_t)operand_len(c, obj) *
		       (t->flags & DMT_SOURCES ? le32toh(s->arg1) + 1 : 1);
	default:
		return 0;
	}
}

static void check_atomic(struct compiler *c, const struct cblock *b)
{
	uint64_t ns = 0, bytes = 0;

	for (uint32_t i = 0; i < b->nr; i++) {
		if (le16toh(b->steps[i].wire.op) == DMT_STEP_DELAY)
			ns += le32toh(b->steps[i].wire.arg1);
		bytes += step_bytes(c, &b->steps[i].wire);
	}
	if (ns > DMT_MAX_ATOMIC_BLOCK_NS)
		cfail(c, b->pos, "a block that may not sleep delays for %llu us in all, at most %u",
		      (unsigned long long)(ns + 999) / 1000, DMT_MAX_ATOMIC_BLOCK_NS / 1000);
	else if (bytes > DMT_MAX_ATOMIC_BLOCK_BYTES)
		cfail(c, b->pos, "a block that may not sleep goes over %llu bytes in all, at most %u",
		      (unsigned long long)bytes, DMT_MAX_ATOMIC_BLOCK_BYTES);
}

void check_cost(struct compiler *c)
{
	for (uint32_t i = 0; i < c->nr_blocks && !failed(c); i++)
		if (!may_sleep(&c->blocks[i]))
			check_atomic(c, &c->blocks[i]);
	if (!failed(c))
		check_circles(c);
}
