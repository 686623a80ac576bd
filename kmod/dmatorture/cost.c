// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits a program's cost: callbacks that lead back to themselves would never end, and a
 * block that may not sleep keeps a CPU busy. Also computes how many records an iteration
 * makes at most.
 */
#include <linux/kernel.h>
#include <linux/slab.h>

#include "dmt.h"

#define CEILING DMT_MAX_KEPT_RECORDS	/* counting stops here */

struct cost {
	struct prog *p;
	u32 *leads;	/* for each tx: txs that lead to it and were not visited yet */
	u32 *submits;	/* for each tx: how often an iteration submits it at most */
	u32 *queue;
	u32 queued;
};

static u32 add_capped(u32 a, u64 b)
{
	return min_t(u64, a + b, CEILING);
}

static void count_lead(struct cost *c, u32 from, u32 to, bool submit)
{
	c->leads[to]++;
}

static void walk_lead(struct cost *c, u32 from, u32 to, bool submit)
{
	if (submit)
		c->submits[to] = add_capped(c->submits[to], c->submits[from]);
	if (!--c->leads[to])
		c->queue[c->queued++] = to;
}

/* Calls @fn for each tx that the end of @from leads to: its callback's txs and its children. */
static void each_lead(struct cost *c, u32 from,
		      void (*fn)(struct cost *c, u32 from, u32 to, bool submit))
{
	const struct prog *p = c->p;
	u32 i;

	if (p->txs[from].callback != DMT_NONE) {
		const struct block *b = &p->blocks[p->txs[from].callback];

		for (i = b->first; i < b->first + b->nr; i++)
			if (p->steps[i].op == DMT_STEP_PREP || p->steps[i].op == DMT_STEP_SUBMIT)
				fn(c, from, p->steps[i].obj, p->steps[i].op == DMT_STEP_SUBMIT);
	}
	for (i = 0; p->txs[from].has_children && i < p->nr_txs; i++)
		if (p->txs[i].depend == from)
			fn(c, from, i, false);
}

static void count_tx_records(struct cost *c, u32 i)
{
	struct prog *p = c->p;
	const struct tx *tx = &p->txs[i];

	if (tx->callback != DMT_NONE)
		p->max_records = add_capped(p->max_records,
					    (u64)c->submits[i] * p->blocks[tx->callback].nr);
	/* A parked submit is recorded twice: when it is parked, and when it is carried out. */
	if (tx->depend != DMT_NONE)
		p->max_records = add_capped(p->max_records, c->submits[i]);
}

static int check_circles(struct loader *l, struct cost *c)
{
	struct prog *p = c->p;
	u32 i, k, done;

	p->max_records = 1;
	for (i = 0; i < p->nr_blocks; i++) {
		const struct block *b = &p->blocks[i];

		if (b->kind == DMT_BLOCK_CALLBACK)
			continue;
		p->max_records = add_capped(p->max_records, b->nr);
		for (k = b->first; k < b->first + b->nr; k++)
			if (p->steps[k].op == DMT_STEP_SUBMIT)
				c->submits[p->steps[k].obj]++;
	}
	for (i = 0; i < p->nr_txs; i++)
		each_lead(c, i, count_lead);
	for (i = 0; i < p->nr_txs; i++)
		if (!c->leads[i])
			c->queue[c->queued++] = i;
	for (done = 0; done < c->queued; done++) {
		count_tx_records(c, c->queue[done]);
		each_lead(c, c->queue[done], walk_lead);
	}
	for (i = 0; i < p->nr_txs; i++)
		if (c->leads[i])
			return dmt_refuse(l, l->txs_at + i * l->tx_size,
					  "tx %u: a circle of callbacks and dependencies leads to it: it would never end",
					  i);
	return 0;
}

static u64 map_bytes(const struct prog *p, const struct map *m)
{
	u64 sum = m->size;
	u32 i;

	for (i = 0; i < m->nr; i++)
		sum += p->operands[m->first + i].len;
	return sum;
}

/* Bytes that a step reads, writes or may bounce. */
static u64 bytes_of(const struct prog *p, const struct step *s)
{
	const struct step_type *t = &dmt_step_types[s->op];

	if (!(t->flags & DMT_MOVES))
		return 0;
	switch (t->object) {
	case DMT_A_BUFFER:
		return p->buffers[s->obj].size;
	case DMT_A_MAP:
		return map_bytes(p, &p->maps[s->obj]);
	case DMT_OF_A_MAP:
		return map_bytes(p, &p->maps[p->operands[s->obj].obj]);
	case DMT_OF_A_BUFFER:
		return (u64)p->operands[s->obj].len * (t->flags & DMT_SOURCES ? s->arg1 + 1 : 1);
	default:
		return 0;
	}
}

static int check_atomic(struct loader *l, const struct prog *p, u32 block)
{
	const struct block *b = &p->blocks[block];
	u32 at = l->blocks_at + block * l->block_size, i;
	u64 ns = 0, bytes = 0;

	for (i = b->first; i < b->first + b->nr; i++) {
		if (p->steps[i].op == DMT_STEP_DELAY)
			ns += p->steps[i].arg1;
		bytes += bytes_of(p, &p->steps[i]);
	}
	if (ns > DMT_MAX_ATOMIC_BLOCK_NS)
		return dmt_refuse(l, at, "block %u: may not sleep, but delays %llu ns; want %u at most",
				  block, ns, DMT_MAX_ATOMIC_BLOCK_NS);
	if (bytes > DMT_MAX_ATOMIC_BLOCK_BYTES)
		return dmt_refuse(l, at, "block %u: may not sleep, but goes over %llu bytes; want %u at most",
				  block, bytes, DMT_MAX_ATOMIC_BLOCK_BYTES);
	return 0;
}

int dmt_check_cost(struct loader *l, struct prog *p)
{
	struct cost c = { .p = p };
	int err = 0;
	u32 i;

	for (i = 0; i < p->nr_blocks && !err; i++)
		if (!dmt_may_sleep(&p->blocks[i]))
			err = check_atomic(l, p, i);
	if (err)
		return err;
	c.leads = kvcalloc(max(p->nr_txs, 1U), 3 * sizeof(u32), GFP_KERNEL);
	if (!c.leads)
		return dmt_no_memory(l);
	c.submits = c.leads + p->nr_txs;
	c.queue = c.submits + p->nr_txs;
	err = check_circles(l, &c);
	kvfree(c.leads);
	return err;
}
