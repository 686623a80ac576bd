/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes random traces in which nothing is wrong. They have several devices (dma-direct, own ops,
 * one that elides its syncs), pages and lists, syncs and hand-over between devices, allocations,
 * and descriptors on channels, which complete in order and run callbacks on other CPUs.
 */
#ifndef TESTS_LEGAL_H
#define TESTS_LEGAL_H

#include "trace.h"

#define LEGAL_DEVS	4
#define LEGAL_MAPS	96
#define LEGAL_TXS	8
#define LEGAL_CELL	0x100
#define LEGAL_CELLS	512

struct legal_map {
	bool live, list, alloc, cpu, resource;
	unsigned int dev, users;
	uint64_t phys[4], dma[4], len[4], obj;
	unsigned int n;
	uint32_t dir;
	int32_t stack;
};

struct legal_tx {
	int state;		/* 0 free, 1 prepared, 2 submitted, 3 issued, 4 started, 5 moved */
	uint64_t desc;
	int32_t cookie;
	struct legal_map *src, *dst;
	bool polled;
};

struct legal_chan {
	uint64_t addr;
	unsigned int dev;
	bool hw;
	int32_t cookie;
	struct legal_tx txs[LEGAL_TXS];	/* a ring, in order */
	unsigned int head, tail;
};

struct legal {
	struct trace t;
	uint64_t rng, iova, objs, cpu_busy;
	struct legal_map maps[LEGAL_MAPS];
	struct legal_chan chans[3];
	unsigned int depth;
};

static inline uint32_t legal_rand(struct legal *l, uint32_t n)
{
	l->rng = l->rng * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(l->rng >> 33) % n;
}

static inline uint64_t legal_dev(unsigned int i)
{
	return 0xffff888000010000ull + i * 0x1000;
}

static inline bool legal_elides(unsigned int dev)
{
	return dev == 3;
}

/* ---- events ---- */

static inline void legal_emit(struct legal *l, struct obs_event e)
{
	if (!e.stack)
		e.stack = (int32_t)(e.type * 16 + (e.dev >> 12 & 15));
	trace_emit(&l->t, &e);
}

static inline void legal_context(struct legal *l)
{
	do
		l->t.ctx.cpu = legal_rand(l, 4);
	while (l->cpu_busy >> l->t.ctx.cpu & 1);
	l->t.ctx.task = 100 + l->t.ctx.cpu;
	l->t.ctx.level = OBS_TASK;
}

static inline void legal_start(struct legal *l, uint64_t seed)
{
	memset(l, 0, sizeof(*l));
	l->rng = seed * 2 + 1;
	l->iova = 0x100000000ull;
	l->t.keep_log = true;
	l->t.ctx.time_ns = 1000;
	for (unsigned int i = 0; i < LEGAL_DEVS; i++) {
		struct obs_event e = { .type = OBS_DEVICE, .dev = legal_dev(i) };

		snprintf(e.name, sizeof(e.name), "dev.%u", i);
		legal_emit(l, e);
		e.type = OBS_BIND;
		snprintf(e.name, sizeof(e.name), "driver%u", i);
		legal_emit(l, e);
		e = (struct obs_event){ .type = OBS_DEVICE_INFO, .dev = legal_dev(i),
					.phys = ~0ull, .dma = ~0ull };
		e.attrs = OBS_DEV_COHERENT | (i == 1 ? OBS_DEV_OWN_OPS : 0) |
			  (legal_elides(i) ? OBS_DEV_ELIDES : 0);
		legal_emit(l, e);
	}
	for (unsigned int i = 0; i < 3; i++) {
		struct legal_chan *c = &l->chans[i];

		c->addr = 0xffff888000100000ull + i * 0x100;
		c->dev = i / 2;
		c->hw = c->dev == 0;
		c->cookie = 1;
		legal_emit(l, (struct obs_event){ .type = OBS_REGISTER, .dev = legal_dev(c->dev),
						  .obj = 0xffff888000200000ull + i });
		legal_emit(l, (struct obs_event){ .type = OBS_CHAN_INFO, .dev = legal_dev(c->dev),
						  .obj = c->addr, .len = i,
						  .arg = 0xffff888000200000ull + i });
		legal_emit(l, (struct obs_event){ .type = OBS_CHAN_GET, .dev = legal_dev(c->dev),
						  .obj = c->addr, .arg = 1 });
	}
}

/* ---- mappings ---- */

static inline bool legal_meet(const struct legal_map *a, unsigned int i, const struct legal_map *b)
{
	for (unsigned int k = 0; k < b->n; k++)
		if (a->phys[i] < b->phys[k] + b->len[k] && b->phys[k] < a->phys[i] + a->len[i])
			return true;
	return false;
}

/* Can @m be mapped, or be given back to its device, without a conflict with other mappings? */
static inline bool legal_fits(const struct legal *l, const struct legal_map *m)
{
	for (unsigned int i = 0; i < LEGAL_MAPS; i++) {
		const struct legal_map *o = &l->maps[i];

		if (o == m || !o->live || o->alloc || (o->dir == 1 && m->dir == 1))
			continue;
		for (unsigned int k = 0; k < m->n; k++)
			if (legal_meet(m, k, o) && !o->cpu)
				return false;
	}
	return true;
}

static inline void legal_place(struct legal *l, struct legal_map *m, unsigned int i)
{
	m->len[i] = LEGAL_CELL * (1 + legal_rand(l, 8));
	m->phys[i] = 0x100000 + (uint64_t)LEGAL_CELL * legal_rand(l, LEGAL_CELLS);
	m->dma[i] = m->phys[i];
	if (m->dev == 1) {
		m->dma[i] = l->iova;
		l->iova += 0x10000;
	}
}

static inline bool legal_own_overlap(const struct legal_map *m)
{
	for (unsigned int i = 1; i < m->n; i++)
		for (unsigned int k = 0; k < i; k++)
			if (m->phys[i] < m->phys[k] + m->len[k] &&
			    m->phys[k] < m->phys[i] + m->len[i])
				return true;
	return false;
}

static inline void legal_tell_list(struct legal *l, const struct legal_map *m)
{
	struct obs_event e = { .type = OBS_MAP_SG, .dev = legal_dev(m->dev), .obj = m->obj,
			       .len = m->n, .arg = m->n, .dir = m->dir };

	if (legal_elides(m->dev))
		e.flags = OBS_F_ELIDES;
	legal_emit(l, e);
	for (unsigned int i = 0; i < m->n; i++)
		legal_emit(l, (struct obs_event){
			.type = OBS_MAP_SG_ENTRY, .dev = e.dev, .obj = m->obj, .phys = m->phys[i],
			.len = m->len[i], .dir = m->dir, .arg = i, .dma = m->dma[i],
			.arg2 = m->len[i], .stack = -1 });
}

static inline void legal_do_map(struct legal *l, struct legal_map *m)
{
	struct obs_event e = { .type = OBS_MAP, .dev = legal_dev(m->dev), .phys = m->phys[0],
			       .dma = m->dma[0], .len = m->len[0], .dir = m->dir };

	m->live = true;
	if (m->alloc) {
		e.type = OBS_ALLOC;
		e.obj = m->obj;
		legal_emit(l, e);
	} else if (m->list) {
		legal_tell_list(l, m);
	} else {
		if (legal_elides(m->dev))
			e.flags = OBS_F_ELIDES;
		legal_emit(l, e);
	}
}

static inline void legal_map(struct legal *l)
{
	struct legal_map *m = NULL;

	for (unsigned int i = 0; i < LEGAL_MAPS && !m; i++)
		if (!l->maps[i].live)
			m = &l->maps[i];
	if (!m)
		return;
	memset(m, 0, sizeof(*m));
	m->dev = legal_rand(l, LEGAL_DEVS);
	m->dir = legal_rand(l, 3);
	m->list = !legal_rand(l, 4);
	m->alloc = !m->list && !legal_rand(l, 8);
	m->n = m->list ? 1 + legal_rand(l, 4) : 1;
	m->obj = 0xffff888010000000ull + 64 * l->objs++;
	for (unsigned int i = 0; i < m->n; i++)
		legal_place(l, m, i);
	if (m->alloc) {	/* memory of its own, coherent: it goes both ways */
		m->dir = 0;
		m->dma[0] = 0x40000000 + l->objs * 0x10000;
		m->phys[0] = m->dma[0];
	}
	if (legal_own_overlap(m) || !legal_fits(l, m))
		return;
	legal_do_map(l, m);
}

static inline void legal_unmap(struct legal *l, struct legal_map *m)
{
	struct obs_event e = { .type = OBS_UNMAP, .dev = legal_dev(m->dev), .dma = m->dma[0],
			       .len = m->len[0], .dir = m->dir };

	if (m->alloc) {
		e.type = OBS_FREE;
		e.obj = m->obj;
	} else if (m->list) {
		e.type = OBS_UNMAP_SG;
		e.obj = m->obj;
		e.len = m->n;
		e.phys = m->phys[0];
	}
	m->live = false;
	legal_emit(l, e);
}

static inline struct legal_map *legal_pick(struct legal *l, bool idle)
{
	struct legal_map *m = &l->maps[legal_rand(l, LEGAL_MAPS)];

	return m->live && (!idle || !m->users) ? m : NULL;
}

static inline void legal_sync(struct legal *l)
{
	struct legal_map *m = legal_pick(l, true);
	struct obs_event e = { 0 };

	if (!m || m->alloc || legal_elides(m->dev))
		return;
	if (m->cpu && !legal_fits(l, m))
		return;
	m->cpu = !m->cpu;
	e.dev = legal_dev(m->dev);
	e.dir = m->dir;
	e.dma = m->dma[0];
	if (m->list) {
		e.type = m->cpu ? OBS_SYNC_SG_CPU : OBS_SYNC_SG_DEVICE;
		e.obj = m->obj;
		e.len = m->n;
		e.phys = m->phys[0];
	} else {
		e.type = m->cpu ? OBS_SYNC_CPU : OBS_SYNC_DEVICE;
		e.len = m->len[0];
	}
	legal_emit(l, e);
}

static inline void legal_free_page(struct legal *l)
{
	struct legal_map probe = { .n = 1, .dir = 0 };

	probe.phys[0] = 0x100000 + (uint64_t)LEGAL_CELL * legal_rand(l, LEGAL_CELLS);
	probe.len[0] = LEGAL_CELL;
	for (unsigned int i = 0; i < LEGAL_MAPS; i++)
		if (l->maps[i].live && !l->maps[i].alloc && legal_meet(&probe, 0, &l->maps[i]))
			return;
	legal_emit(l, (struct obs_event){ .type = OBS_MEM_FREE, .phys = probe.phys[0], .len = 1 });
}

/* ---- descriptors ---- */

static inline struct legal_map *legal_operand(struct legal *l, unsigned int dev, bool dst)
{
	for (int tries = 0; tries < 20; tries++) {
		struct legal_map *m = legal_pick(l, true);

		if (m && m->dev == dev && !m->alloc && !m->cpu && m->dir != (dst ? 1 : 2))
			return m;
	}
	return NULL;
}

static inline struct obs_event legal_tx_event(const struct legal_chan *c, const struct legal_tx *tx,
					      uint16_t type)
{
	return (struct obs_event){ .type = type, .dev = legal_dev(c->dev), .obj = tx->desc,
				   .arg2 = c->addr };
}

static inline void legal_prep(struct legal *l, struct legal_chan *c)
{
	struct legal_map *dst = legal_operand(l, c->dev, true);
	struct legal_map *src = legal_operand(l, c->dev, false);
	struct legal_tx *tx = &c->txs[c->head % LEGAL_TXS];
	struct obs_event e;

	if (!dst || !src || dst == src || tx->state)
		return;
	*tx = (struct legal_tx){ .state = 1, .src = src, .dst = dst, .polled = !legal_rand(l, 4) };
	tx->desc = c->addr + 0x100000 * (1 + c->head++ % LEGAL_TXS);
	src->users++;
	dst->users++;
	e = legal_tx_event(c, tx, OBS_PREP);
	e.dir = OBS_OP_MEMCPY;
	e.len = LEGAL_CELL;
	e.attrs = 3;
	e.arg = 1 << 8 | 1;
	legal_emit(l, e);
	e = legal_tx_event(c, tx, OBS_PREP_ADDR);
	e.len = LEGAL_CELL;
	e.stack = -1;
	e.dir = 2;
	e.dma = dst->dma[dst->n - 1];
	legal_emit(l, e);
	e.dir = 1;
	e.dma = src->dma[0];
	e.arg = 1;
	legal_emit(l, e);
}

static inline void legal_submit(struct legal *l, struct legal_chan *c, struct legal_tx *tx)
{
	struct obs_event e = legal_tx_event(c, tx, OBS_SUBMIT_ENTER);

	if (!tx->polled) {
		e.dma = 0xffffffff81000000ull + c->addr % 4096;
		e.phys = tx->desc;
	}
	e.attrs = 3;
	legal_emit(l, e);
	e.type = OBS_SUBMIT;
	tx->cookie = ++c->cookie;
	e.arg = (uint64_t)tx->cookie;
	legal_emit(l, e);
	tx->state = 2;
}

static inline void legal_issue(struct legal *l, struct legal_chan *c)
{
	legal_emit(l, (struct obs_event){ .type = OBS_ISSUE, .dev = legal_dev(c->dev),
					  .arg2 = c->addr });
	for (unsigned int i = c->tail; i != c->head; i++)
		if (c->txs[i % LEGAL_TXS].state == 2)
			c->txs[i % LEGAL_TXS].state = 3;
}

static inline void legal_step(struct legal *l);

static inline void legal_call(struct legal *l, struct legal_chan *c, struct legal_tx *tx)
{
	struct obs_event e = { .type = OBS_CB_ENTER, .phys = tx->desc, .arg = (uint64_t)-1,
			       .dma = 0xffffffff81000000ull + c->addr % 4096 };
	struct obs_event saved;

	legal_context(l);
	l->t.ctx.level = OBS_SOFTIRQ;
	legal_emit(l, e);
	saved = l->t.ctx;
	if (!l->depth && !legal_rand(l, 3)) {
		l->depth++;
		l->cpu_busy |= 1u << saved.cpu;
		legal_step(l);
		l->cpu_busy = 0;
		l->depth--;
		l->t.ctx.cpu = saved.cpu;
		l->t.ctx.level = saved.level;
		l->t.ctx.task = saved.task;
	}
	tx->src->users--;
	tx->dst->users--;
	if (legal_rand(l, 2) && !tx->dst->users && tx->dst->live)
		legal_unmap(l, tx->dst);
	e.type = OBS_CB_EXIT;
	legal_emit(l, e);
}

static inline void legal_poll(struct legal *l, struct legal_chan *c, struct legal_tx *tx)
{
	struct obs_event e = { .type = OBS_STATUS, .dev = legal_dev(c->dev), .arg2 = c->addr,
			       .arg = (uint64_t)tx->cookie, .phys = (uint64_t)tx->cookie };

	legal_emit(l, e);
	tx->src->users--;
	tx->dst->users--;
}

/* Emits the next event of the channel's oldest descriptor. */
static inline void legal_progress(struct legal *l, struct legal_chan *c)
{
	struct legal_tx *tx = &c->txs[c->tail % LEGAL_TXS];
	struct obs_event e = legal_tx_event(c, tx, OBS_HW_START);

	e.arg = (uint64_t)tx->cookie;
	switch (tx->state) {
	case 3:
		if (c->hw)
			legal_emit(l, e);
		tx->state = 4;
		break;
	case 4:
		e.type = OBS_HW_DONE;
		if (c->hw)
			legal_emit(l, e);
		tx->state = 5;
		break;
	case 5:
		tx->state = 6;	/* no other call completes it meanwhile */
		if (tx->polled)
			legal_poll(l, c, tx);
		else
			legal_call(l, c, tx);
		tx->state = 0;
		c->tail++;
		break;
	}
}

static inline void legal_submit_next(struct legal *l, struct legal_chan *c)
{
	for (unsigned int i = c->tail; i != c->head; i++)
		if (c->txs[i % LEGAL_TXS].state == 1) {
			legal_submit(l, c, &c->txs[i % LEGAL_TXS]);
			return;
		}
}

/* A channel has one client, which is always the same task. */
static inline void legal_client(struct legal *l, const struct legal_chan *c)
{
	l->t.ctx.task = 200 + (uint32_t)(c - l->chans);
}

static inline void legal_step(struct legal *l)
{
	struct legal_chan *c = &l->chans[legal_rand(l, 3)];
	struct legal_map *m;

	legal_context(l);
	switch (legal_rand(l, 12)) {
	case 0: case 1: case 2:
		legal_map(l);
		break;
	case 3: case 4:
		m = legal_pick(l, true);
		if (m)
			legal_unmap(l, m);
		break;
	case 5:
		legal_sync(l);
		break;
	case 6:
		legal_free_page(l);
		break;
	case 7:
		legal_client(l, c);
		legal_prep(l, c);
		break;
	case 8:
		legal_client(l, c);
		legal_submit_next(l, c);
		break;
	case 9:
		legal_client(l, c);
		legal_issue(l, c);
		break;
	default:
		legal_client(l, c);
		legal_progress(l, c);
		break;
	}
}

static inline void legal_end(struct legal *l)
{
	l->depth = 1;	/* so that nothing new begins */
	for (unsigned int i = 0; i < 3; i++) {
		struct legal_chan *c = &l->chans[i];

		while (c->tail != c->head) {
			legal_context(l);
			legal_client(l, c);
			legal_submit_next(l, c);
			if (c->txs[c->tail % LEGAL_TXS].state == 2)
				legal_issue(l, c);
			legal_progress(l, c);
		}
	}
	legal_context(l);
	for (unsigned int i = 0; i < LEGAL_MAPS; i++)
		if (l->maps[i].live)
			legal_unmap(l, &l->maps[i]);
	for (unsigned int i = 0; i < 3; i++)
		legal_emit(l, (struct obs_event){ .type = OBS_CHAN_PUT, .obj = l->chans[i].addr,
						  .dev = legal_dev(l->chans[i].dev), .arg = 1 });
	for (unsigned int i = 0; i < LEGAL_DEVS; i++)
		legal_emit(l, (struct obs_event){ .type = OBS_UNBIND, .dev = legal_dev(i) });
}

/* Returns the events of a trace; the caller frees them. */
static inline struct obs_event *legal_trace(uint64_t seed, unsigned int steps, size_t *nr)
{
	static struct legal l;

	legal_start(&l, seed);
	for (unsigned int i = 0; i < steps; i++)
		legal_step(&l);
	legal_end(&l);
	*nr = l.t.nr_log;
	return l.t.log;
}

#endif /* TESTS_LEGAL_H */
