// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits for programs that break the API's rules on purpose: they may do nothing that the
 * kernel would not survive.
 */
#include <linux/kernel.h>

#include "dmt.h"

static bool is_kind(u32 kind, u32 a, u32 b)
{
	return kind == a || kind == b;
}

/* Read-only data may only be read; SINGLE needs memory with a linear address. */
static bool may_map(const struct prog *p, const struct map *m, u32 memory)
{
	switch (memory) {
	case DMT_MEMORY_RODATA:
		return m->dir == DMT_TO_DEVICE;
	case DMT_MEMORY_VMALLOC:
	case DMT_MEMORY_STACK:
		return m->kind != DMT_MAP_SINGLE;
	default:
		return true;
	}
}

int dmt_check_memory(struct loader *l, struct prog *p)
{
	u32 i, k;

	for (i = 0; i < p->nr_maps; i++) {
		struct map *m = &p->maps[i];

		for (k = 0; k < m->nr; k++) {
			u32 memory = p->buffers[p->operands[m->first + k].obj].memory;

			if (!may_map(p, m, memory))
				return dmt_refuse(l, l->maps_at + i * l->map_size,
						  "map %u: kind %u, direction %u do not go with memory %u",
						  i, m->kind, m->dir, memory);
			m->rodata |= memory == DMT_MEMORY_RODATA;
		}
	}
	return 0;
}

/* Frees this the same pages as a right free? See dmt_own_free(). */
static bool wrong_free_fits(const struct map *m, u32 how, u32 arg)
{
	u64 end = (u64)m->size + arg;

	if (m->kind == DMT_MAP_POOL)
		return how == DMT_WRONG_ADDRESS && arg && !(arg % 8) && end <= DMT_PAGE;
	if (m->kind != DMT_MAP_COHERENT || !arg)
		return false;
	if (how == DMT_WRONG_SIZE)
		return DIV_ROUND_UP((u64)arg, DMT_PAGE) == DIV_ROUND_UP(m->size, DMT_PAGE);
	return how == DMT_WRONG_ADDRESS &&
	       DIV_ROUND_UP(end, DMT_PAGE) == DIV_ROUND_UP(m->size, DMT_PAGE);
}

static bool wrong_unmap_fits(const struct prog *p, const struct map *m, u32 how, u32 arg)
{
	bool sg = m->kind == DMT_MAP_SG;

	if (how == DMT_WRONG_KIND)
		return (arg == DMT_MAP_PAGE && (m->kind == DMT_MAP_COHERENT || (sg && m->nr == 1))) ||
		       (arg == DMT_MAP_SG && is_kind(m->kind, DMT_MAP_PAGE, DMT_MAP_SINGLE));
	if (dmt_owns_memory(m->kind))
		return wrong_free_fits(m, how, arg);
	if (m->kind == DMT_MAP_RESOURCE)
		return false;
	switch (how) {
	case DMT_WRONG_ENGINE:
		return arg < p->nr_engines;
	case DMT_WRONG_SIZE:
	case DMT_WRONG_ADDRESS:
		return !sg && arg && arg <= DMT_MAX_BUFFER_SIZE;
	case DMT_WRONG_DIR:
		return arg < DMT_DIR__COUNT && (!m->rodata || arg == DMT_TO_DEVICE);
	case DMT_WRONG_AGAIN:
		return !arg;
	case DMT_WRONG_LOW:
		return !sg && !arg;
	case DMT_WRONG_NENTS:
		return sg && arg && arg <= m->nr;
	default:
		return false;
	}
}

static bool sync_fits(const struct prog *p, const struct operand *o, u32 how, u32 arg)
{
	const struct map *m = &p->maps[o->obj];

	if (is_kind(m->kind, DMT_MAP_COHERENT, DMT_MAP_POOL) || m->kind == DMT_MAP_RESOURCE)
		return false;
	/* dma_sync_sg_for_*() syncs whole lists only */
	if (m->kind == DMT_MAP_SG && o->entry != DMT_NONE)
		return false;
	switch (how) {
	case DMT_WRONG_NOTHING:
		return !arg;
	case DMT_WRONG_ENGINE:
	case DMT_WRONG_SIZE:
	case DMT_WRONG_ADDRESS:
	case DMT_WRONG_DIR:
		return m->kind != DMT_MAP_NONCOHERENT && wrong_unmap_fits(p, m, how, arg);
	default:
		return false;
	}
}

static bool is_unmap_or_sync(u32 op)
{
	return op == DMT_STEP_UNMAP || op == DMT_STEP_SYNC_CPU || op == DMT_STEP_SYNC_DEVICE;
}

static bool may_free(const struct buf *b)
{
	return b->memory != DMT_MEMORY_STACK && b->memory != DMT_MEMORY_RODATA;
}

/* Are the step's arguments legal? Its object was checked before. */
static bool fits(const struct prog *p, const struct step *s)
{
	switch (s->op) {
	case DMT_STEP_UNMAP:
		return s->arg0 ? wrong_unmap_fits(p, &p->maps[s->obj], s->arg0, s->arg1) : !s->arg1;
	case DMT_STEP_SYNC_CPU:
	case DMT_STEP_SYNC_DEVICE:
		return sync_fits(p, &p->operands[s->obj], s->arg0, s->arg1);
	case DMT_STEP_FREE:
		return !s->arg0 && !s->arg1 && may_free(&p->buffers[s->obj]);
	case DMT_STEP_FORGET_MAP:
		return !s->arg0 && !s->arg1 && !dmt_owns_memory(p->maps[s->obj].kind);
	default:	/* SUBMIT again: the provider must not have recycled the descriptor */
		return s->arg0 <= 1 && !s->arg1 &&
		       !(s->arg0 && p->txs[s->obj].flags & DMT_TX_ACK);
	}
}

int dmt_check_wrong(struct loader *l, const struct prog *p, u32 step)
{
	const struct step *s = &p->steps[step];

	if (fits(p, s))
		return 0;
	return dmt_refuse(l, dmt_step_at(l, step),
			  "step %u: operation %u on %u cannot be done with %u, %u", step, s->op,
			  s->obj, s->arg0, s->arg1);
}

static bool is_freed(const struct prog *p, u32 buffer)
{
	u32 i;

	for (i = 0; i < p->nr_steps; i++)
		if (p->steps[i].op == DMT_STEP_FREE && p->steps[i].obj == buffer)
			return true;
	return false;
}

/* May the memory of @o go away while the program runs? */
static bool goes_away(const struct prog *p, const struct operand *o)
{
	const struct map *m = &p->maps[o->obj];
	u32 i;

	if (dmt_owns_memory(m->kind))
		return true;
	for (i = 0; i < m->nr; i++)
		if (is_freed(p, p->operands[m->first + i].obj))
			return true;
	return false;
}

static bool tx_goes_away(const struct prog *p, const struct tx *tx)
{
	u32 k;

	for (k = 0; k < tx->nr_src; k++)
		if (goes_away(p, &p->operands[tx->first_src + k]))
			return true;
	return goes_away(p, &p->operands[tx->dst]);
}

/* A stale address must not be used if the memory there may belong to someone else by then. */
static int check_stale(struct loader *l, const struct prog *p)
{
	u32 i;

	for (i = 0; i < p->nr_txs; i++)
		if (p->txs[i].flags & DMT_TX_STALE && tx_goes_away(p, &p->txs[i]))
			return dmt_refuse(l, l->txs_at + i * l->tx_size,
					  "tx %u: stale, but its memory is freed", i);
	for (i = 0; i < p->nr_steps; i++) {
		const struct step *s = &p->steps[i];

		if (s->op == DMT_STEP_SUBMIT && s->arg0 && tx_goes_away(p, &p->txs[s->obj]))
			return dmt_refuse(l, dmt_step_at(l, i),
					  "step %u: submitted again, but its memory is freed", i);
	}
	return 0;
}

static bool has_step(const struct prog *p, u32 op)
{
	u32 i;

	for (i = 0; i < p->nr_steps; i++)
		if (p->steps[i].op == op)
			return true;
	return false;
}

static bool has_address(const struct prog *p)
{
	u32 i;

	for (i = 0; i < p->nr_steps; i++)
		if (is_unmap_or_sync(p->steps[i].op) && p->steps[i].arg0 == DMT_WRONG_ADDRESS)
			return true;
	return false;
}

/* Refuses pairs of steps that are harmless only one without the other. */
static int check_together(struct loader *l, const struct prog *p)
{
	u32 i;

	/* The address could be that of a leaked mapping whose memory belongs to someone else. */
	if (has_step(p, DMT_STEP_FREE) && has_address(p))
		return dmt_refuse(l, l->steps_at, "memory is freed: want no unmap or sync at another address");
	/* Only the channel's reference keeps a removed engine and its device. */
	for (i = 0; i < p->nr_maps && has_step(p, DMT_STEP_RELEASE); i++)
		if (dmt_owns_memory(p->maps[i].kind))
			return dmt_refuse(l, l->maps_at + i * l->map_size,
					  "map %u: has memory of its own, but a channel is released", i);
	return 0;
}

/* Does memory or a channel go away, or is a descriptor submitted again? */
static bool must_be_alone(const struct prog *p)
{
	u32 i;

	for (i = 0; i < p->nr_maps; i++)
		if (dmt_owns_memory(p->maps[i].kind))
			return true;
	for (i = 0; i < p->nr_steps; i++) {
		const struct step *s = &p->steps[i];

		if (s->op == DMT_STEP_FREE || s->op == DMT_STEP_RELEASE ||
		    (s->op == DMT_STEP_SUBMIT && s->arg0))
			return true;
	}
	return false;
}

/* If so, nothing else may use it: the program has one thread, no callbacks and no parents. */
int dmt_check_alone(struct loader *l, const struct prog *p)
{
	u32 i;

	if (!must_be_alone(p))
		return 0;
	if (p->nr_threads > 1)
		return dmt_refuse(l, l->blocks_at,
				  "memory or channels go away in this program: want one thread, not %u",
				  p->nr_threads);
	for (i = 0; i < p->nr_txs; i++)
		if (p->txs[i].callback != DMT_NONE || p->txs[i].depend != DMT_NONE)
			return dmt_refuse(l, l->txs_at + i * l->tx_size,
					  "tx %u: memory or channels go away in this program: want no callback, no parent",
					  i);
	return check_stale(l, p) ?: check_together(l, p);
}
