// SPDX-License-Identifier: GPL-2.0-only
/* The rules for a program as a whole: objects of steps, contexts, structure. */
#include <linux/kernel.h>
#include <linux/slab.h>

#include "dmt.h"

u32 dmt_step_at(const struct loader *l, u32 i)
{
	return l->steps_at + i * l->step_size;
}

static bool object_exists(const struct prog *p, const struct step *s)
{
	switch (dmt_step_types[s->op].object) {
	case DMT_A_BUFFER:
		return s->obj < p->nr_buffers;
	case DMT_A_MAP:
		return s->obj < p->nr_maps;
	case DMT_A_TX:
		return s->obj < p->nr_txs;
	case DMT_AN_ENGINE:
		return s->obj < p->nr_engines;
	case DMT_OF_A_MAP:
		return s->obj < p->nr_operands && p->operands[s->obj].on == DMT_ON_MAP;
	case DMT_OF_A_BUFFER:
		return s->obj < p->nr_operands && p->operands[s->obj].on == DMT_ON_BUFFER;
	case DMT_A_BLOCK:
		return s->obj < p->nr_blocks && p->blocks[s->obj].kind == DMT_BLOCK_CONTEXT;
	default:
		return !s->obj;
	}
}

static int check_sources(struct loader *l, const struct prog *p, u32 i)
{
	const struct step *s = &p->steps[i];
	u32 k;

	if (!s->arg1 || s->arg1 > DMT_MAX_SOURCES || s->arg0 >= p->nr_operands ||
	    s->arg1 > p->nr_operands - s->arg0)
		return dmt_refuse(l, dmt_step_at(l, i), "step %u: sources are operands %u+%u of %u",
				  i, s->arg0, s->arg1, p->nr_operands);
	for (k = 0; k < s->arg1; k++) {
		const struct operand *o = &p->operands[s->arg0 + k];

		if (o->on != DMT_ON_BUFFER || o->len != p->operands[s->obj].len)
			return dmt_refuse(l, dmt_step_at(l, i),
					  "step %u: operand %u is no buffer of %u bytes", i,
					  s->arg0 + k, p->operands[s->obj].len);
	}
	return 0;
}

static bool xor_fits(const struct prog *p, const struct operand *o)
{
	const struct buf *b = &p->buffers[o->obj];

	return b->memory == DMT_MEMORY_PAGES &&
	       !((b->offset | o->off | o->len) % DMT_XOR_ALIGN);
}

/* Checks a CPU_COPY or CPU_XOR step. */
static int check_cpu(struct loader *l, struct prog *p, u32 i)
{
	const struct step *s = &p->steps[i];
	u32 k;

	if (p->buffers[p->operands[s->obj].obj].memory == DMT_MEMORY_RODATA)
		return dmt_refuse(l, dmt_step_at(l, i), "step %u: writes to rodata", i);
	if (s->op == DMT_STEP_CPU_COPY)
		return 0;
	for (k = 0; k < s->arg1; k++)
		if (!xor_fits(p, &p->operands[s->arg0 + k]) ||
		    !xor_fits(p, &p->operands[s->obj]))
			return dmt_refuse(l, dmt_step_at(l, i),
					  "step %u: xor of blocks that are no multiples of %u in pages",
					  i, DMT_XOR_ALIGN);
	return dmt_cpu_get(l, p, i);
}

/* What arguments must keep besides being no larger than the row's. */
static int check_args(struct loader *l, struct prog *p, u32 i)
{
	const struct step *s = &p->steps[i];
	const struct step_type *t = &dmt_step_types[s->op];
	bool bad = s->arg0 > t->max0 || s->arg1 > t->max1;
	int err;

	if (!bad && t->flags & DMT_SOURCES) {
		err = check_sources(l, p, i);
		if (err)
			return err;
	}
	switch (s->op) {
	case DMT_STEP_CPU_WRITE:
		bad |= p->buffers[p->operands[s->obj].obj].memory == DMT_MEMORY_RODATA;
		break;
	case DMT_STEP_DELAY:
		bad |= s->arg0 > s->arg1;
		break;
	case DMT_STEP_BARRIER:
		bad |= s->arg0 >= p->nr_barriers || !s->arg1;
		break;
	case DMT_STEP_CRASH:
		if (!dmt_crash)
			return dmt_refuse(l, dmt_step_at(l, i),
					  "step %u: crash; load dmatorture with crash=1", i);
		break;
	}
	if (bad)
		return dmt_refuse(l, dmt_step_at(l, i), "step %u: arguments %u, %u of operation %u out of range",
				  i, s->arg0, s->arg1, s->op);
	switch (s->op) {
	case DMT_STEP_CPU_COPY:
	case DMT_STEP_CPU_XOR:
		return check_cpu(l, p, i);
	case DMT_STEP_UNMAP:
	case DMT_STEP_SYNC_CPU:
	case DMT_STEP_SYNC_DEVICE:
	case DMT_STEP_FREE:
	case DMT_STEP_FORGET_MAP:
	case DMT_STEP_SUBMIT:
		return dmt_check_wrong(l, p, i);
	default:
		return 0;
	}
}

bool dmt_may_sleep(const struct block *b)
{
	return b->kind == DMT_BLOCK_THREAD ||
	       (b->kind == DMT_BLOCK_CONTEXT &&
		(b->ctx == DMT_CTX_TASK || b->ctx == DMT_CTX_WORKQUEUE));
}

static int check_step(struct loader *l, struct prog *p, const struct block *b, u32 i)
{
	const struct step *s = &p->steps[i];

	if (s->op >= DMT_STEP__COUNT)
		return dmt_refuse(l, dmt_step_at(l, i), "step %u: operation %u, want 0..%u", i, s->op,
				  DMT_STEP__COUNT - 1);
	if (!object_exists(p, s))
		return dmt_refuse(l, dmt_step_at(l, i), "step %u: operation %u on %u: no such object", i,
				  s->op, s->obj);
	if (dmt_step_types[s->op].flags & DMT_IN_THREAD && b->kind != DMT_BLOCK_THREAD)
		return dmt_refuse(l, dmt_step_at(l, i), "step %u: operation %u is for threads only", i,
				  s->op);
	if (dmt_step_types[s->op].flags & DMT_MAY_SLEEP && !dmt_may_sleep(b))
		return dmt_refuse(l, dmt_step_at(l, i), "step %u: operation %u may sleep, this block may not",
				  i, s->op);
	if (s->op == DMT_STEP_DELAY && !dmt_may_sleep(b) && s->arg1 > DMT_MAX_ATOMIC_DELAY_NS)
		return dmt_refuse(l, dmt_step_at(l, i), "step %u: delay of %u ns where %u is the most",
				  i, s->arg1, DMT_MAX_ATOMIC_DELAY_NS);
	return check_args(l, p, i);
}

/* Each step belongs to one block, and each block to one tx, one IN step, or a thread. */
static int check_blocks(struct loader *l, struct prog *p, u8 *step_used, u8 *block_used)
{
	u32 i, k;
	int err;

	for (i = 0; i < p->nr_blocks; i++) {
		const struct block *b = &p->blocks[i];

		for (k = b->first; k < b->first + b->nr; k++) {
			if (step_used[k]++)
				return dmt_refuse(l, dmt_step_at(l, k), "step %u is in two blocks", k);
			err = check_step(l, p, b, k);
			if (err)
				return err;
		}
	}
	for (i = 0; i < p->nr_steps; i++) {
		if (!step_used[i])
			return dmt_refuse(l, dmt_step_at(l, i), "step %u is in no block", i);
		if (p->steps[i].op == DMT_STEP_IN && block_used[p->steps[i].obj]++)
			return dmt_refuse(l, dmt_step_at(l, i), "step %u: block %u is used twice", i,
					  p->steps[i].obj);
	}
	for (i = 0; i < p->nr_txs; i++) {
		u32 c = p->txs[i].callback;

		if (c == DMT_NONE)
			continue;
		if (p->blocks[c].kind != DMT_BLOCK_CALLBACK || block_used[c]++)
			return dmt_refuse(l, l->txs_at + i * l->tx_size,
					  "tx %u: block %u is no callback, or another's", i, c);
		if (!(p->txs[i].flags & (DMT_TX_INTERRUPT | DMT_TX_CALLBACK)))
			return dmt_refuse(l, l->txs_at + i * l->tx_size,
					  "tx %u: a callback needs the INTERRUPT flag, or CALLBACK", i);
	}
	for (i = 0; i < p->nr_blocks; i++)
		if (p->blocks[i].kind != DMT_BLOCK_THREAD && !block_used[i])
			return dmt_refuse(l, l->blocks_at + i * l->block_size,
					  "block %u is used by no step and no tx", i);
	if (!p->nr_threads)
		return dmt_refuse(l, l->blocks_at, "no block is a thread");
	return 0;
}

/*
 * May @len bytes be read from the start of @o, of which a part is not mapped? Only where they are
 * of one buffer, so that the engine, which goes on by DMA address, reads harmless memory.
 */
static bool may_read_beyond(const struct prog *p, const struct operand *o, u32 len)
{
	const struct map *m = &p->maps[o->obj];
	const struct operand *in = &p->operands[m->first];
	const struct buf *b = &p->buffers[in->obj];

	return (m->kind == DMT_MAP_PAGE || m->kind == DMT_MAP_SINGLE) &&
	       b->memory == DMT_MEMORY_PAGES && (u64)in->off + o->off + len <= b->size;
}

static int check_txs(struct loader *l, struct prog *p)
{
	u32 i, k;

	for (i = 0; i < p->nr_txs; i++) {
		struct tx *tx = &p->txs[i];
		u32 at = l->txs_at + i * l->tx_size, up, hops = 0;

		for (k = 0; k <= tx->nr_src; k++) {
			u32 o = k < tx->nr_src ? tx->first_src + k : tx->dst;

			if (p->operands[o].on != DMT_ON_MAP || p->operands[o].entry == DMT_NONE)
				return dmt_refuse(l, at, "tx %u: operand %u is no place in a map", i, o);
			if (tx->len && k < tx->nr_src && tx->flags & DMT_TX_BEYOND &&
			    may_read_beyond(p, &p->operands[o], tx->len))
				continue;
			if (!tx->len || p->operands[o].len < tx->len)
				return dmt_refuse(l, at, "tx %u: %u bytes, operand %u has %u", i,
						  tx->len, o, p->operands[o].len);
		}
		if (p->maps[p->operands[tx->dst].obj].rodata)
			return dmt_refuse(l, at, "tx %u: would write to rodata", i);
		for (up = tx->depend; up != DMT_NONE; up = p->txs[up].depend)
			if (hops++ > p->nr_txs)
				return dmt_refuse(l, at, "tx %u: depends on itself", i);
		if (tx->depend == DMT_NONE)
			continue;
		if (!(p->txs[tx->depend].flags & DMT_TX_INTERRUPT))
			return dmt_refuse(l, at, "tx %u: its parent needs the INTERRUPT flag", i);
		p->txs[tx->depend].has_children = true;
	}
	return 0;
}

/* All threads that use a barrier must use it equally often, and parties must be their number. */
static int check_barriers(struct loader *l, struct prog *p)
{
	u32 bar, i, k;

	for (bar = 0; bar < p->nr_barriers; bar++) {
		u32 threads = 0, uses = 0, last = 0, parties = 0;

		for (i = 0; i < p->nr_blocks; i++) {
			const struct block *b = &p->blocks[i];
			u32 n = 0;

			for (k = b->first; k < b->first + b->nr; k++) {
				const struct step *s = &p->steps[k];

				if (s->op != DMT_STEP_BARRIER || s->arg0 != bar)
					continue;
				if (parties && s->arg1 != parties)
					return dmt_refuse(l, dmt_step_at(l, k),
							  "step %u: barrier %u has %u parties elsewhere",
							  k, bar, parties);
				parties = s->arg1;
				last = k;
				n++;
			}
			if (!n)
				continue;
			if (threads++ && n != uses)
				return dmt_refuse(l, dmt_step_at(l, last),
						  "barrier %u: one thread meets it %u times, another %u",
						  bar, n, uses);
			uses = n;
		}
		if (threads && threads != parties)
			return dmt_refuse(l, dmt_step_at(l, last), "barrier %u: %u parties, but %u threads",
					  bar, parties, threads);
		p->barrier_parties[bar] = parties;
	}
	return 0;
}

int dmt_check_rules(struct loader *l, struct prog *p)
{
	u8 *used = kvcalloc(p->nr_steps + p->nr_blocks, 1, GFP_KERNEL);
	int err;

	if (!used)
		return dmt_no_memory(l);
	err = dmt_check_memory(l, p);
	if (!err)
		err = check_blocks(l, p, used, used + p->nr_steps);
	if (!err)
		err = check_txs(l, p);
	if (!err)
		err = dmt_check_alone(l, p);
	if (!err)
		err = check_barriers(l, p);
	if (!err)
		err = dmt_check_cost(l, p);
	kvfree(used);
	return err;
}
