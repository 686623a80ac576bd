// SPDX-License-Identifier: GPL-2.0-only
/* Which mappings and descriptors of a recording a finding is about, and what was done with them. */
#include "distill.h"

#include <errno.h>
#include <stdlib.h>

static void add_device(struct distilled *d, uint64_t dev)
{
	for (unsigned int i = 0; i < d->nr_devices; i++)
		if (d->device[i] == dev)
			return;
	if (dev && d->nr_devices < DISTILL_DEVICES)
		d->device[d->nr_devices++] = dev;
}

void distill_begin(struct distilled *d, const struct finding *f)
{
	*d = (struct distilled) { .finding = f };
	for (int i = 0; i < 256; i++)
		d->callback[i] = -1;
	if (f->has_map)
		add_device(d, f->map.dev);
	if (f->has_other)
		add_device(d, f->other.dev);
	if (f->has_tx)
		add_device(d, f->tx.dev);
	if (f->has_other_tx)
		add_device(d, f->other_tx.dev);
	if (f->in_callback)
		add_device(d, f->callback.dev);
}

/* The device's number, or -1: the finding is not about it. */
static int device_of(const struct distilled *d, uint64_t dev)
{
	for (unsigned int i = 0; i < d->nr_devices; i++)
		if (d->device[i] == dev)
			return i;
	return -1;
}

static struct distill_act *act(struct distilled *d, int what, const struct obs_event *e,
			       unsigned int dev)
{
	struct distill_act *a;

	d->acts = xrealloc(d->acts, (d->nr_acts + 1) * sizeof(*d->acts));
	a = &d->acts[d->nr_acts++];
	*a = (struct distill_act) {
		.what = what, .seq = e->seq, .map = -1, .tx = -1, .dma = e->dma, .len = e->len,
		.dir = e->dir, .dev = dev, .level = e->level, .flags = e->flags,
		.callback = d->callback[e->cpu & 255],
	};
	return a;
}

static void add_map(struct distilled *d, const struct obs_event *e, unsigned int dev,
		    enum distill_own own, uint64_t list)
{
	struct distill_act *a;

	d->maps = xrealloc(d->maps, (d->nr_maps + 1) * sizeof(*d->maps));
	d->maps[d->nr_maps] = (struct distill_map) {
		.dma = e->dma, .phys = e->phys, .len = e->len, .seq = e->seq, .list = list,
		.dir = e->dir, .attrs = e->attrs, .dev = dev, .own = own, .buffer = -1,
	};
	a = act(d, DISTILL_MAP, e, dev);
	a->map = d->nr_maps++;
}

static bool holds(const struct distill_map *m, uint64_t dma, uint64_t len)
{
	return m->dma <= dma && dma - m->dma < m->len && len <= m->len - (dma - m->dma);
}

/*
 * The mapping that a call means: of this device at this address, with this length and direction
 * if there is one; else one that holds it, else one of another device, else one that has ended.
 */
#define MEANT	7

static int meant(const struct distilled *d, const struct obs_event *e, unsigned int dev)
{
	int best = -1, score = 0;

	for (size_t i = d->nr_maps; i-- > 0 && score < MEANT; ) {
		const struct distill_map *m = &d->maps[i];
		bool same = m->dma == e->dma, mine = m->dev == dev;
		int n = 0;

		if (mine && !m->end && same)
			n = 5 + (m->len == e->len) + (m->dir == e->dir);
		else if (mine && !m->end && holds(m, e->dma, 1))
			n = 4;
		else if (!mine && !m->end && same)
			n = 3;
		else if (mine && same)
			n = 2;
		if (n > score) {
			best = i;
			score = n;
		}
	}
	return best;
}

static void end_map(struct distilled *d, const struct obs_event *e, unsigned int dev)
{
	int m = meant(d, e, dev);
	struct distill_act *a;

	if (m < 0)
		return;
	a = act(d, DISTILL_UNMAP, e, dev);
	a->map = m;
	if (!d->maps[m].end)
		d->maps[m].end = e->seq;
}

/* Other processors' mappings may lie between the entries of a list, but not many. */
#define LIST_REACH	2048

static size_t list_begin(int first)
{
	return first > LIST_REACH ? first - LIST_REACH : 0;
}

static size_t list_end(const struct distilled *d, int first)
{
	return d->nr_maps < (size_t)first + LIST_REACH ? d->nr_maps : (size_t)first + LIST_REACH;
}

/* Each entry of a list is a mapping of its own here. */
static void end_list(struct distilled *d, const struct obs_event *e, unsigned int dev)
{
	int first = meant(d, e, dev);

	if (first < 0)
		return;
	if (!d->maps[first].list && !d->maps[first].end) {
		struct distill_act *a = act(d, DISTILL_UNMAP, e, dev);

		a->map = first;
		a->as_list = true;
		d->maps[first].end = e->seq;
		return;
	}
	for (size_t i = list_begin(first); i < list_end(d, first); i++) {
		struct distill_map *m = &d->maps[i];
		struct distill_act *a;

		if (m->dev != dev || m->end || !m->list || m->list != d->maps[first].list)
			continue;
		a = act(d, DISTILL_UNMAP, e, dev);
		a->map = i;
		a->dma = m->dma;
		a->len = m->len;
		a->dir = e->dir;
		m->end = e->seq;
	}
}

static void sync_map(struct distilled *d, const struct obs_event *e, unsigned int dev)
{
	bool cpu = e->type == OBS_SYNC_CPU || e->type == OBS_SYNC_SG_CPU;
	bool list = e->type == OBS_SYNC_SG_CPU || e->type == OBS_SYNC_SG_DEVICE;
	int first = meant(d, e, dev);

	if (first < 0)
		return;
	for (size_t i = list ? list_begin(first) : (size_t)first;
	     i < (list ? list_end(d, first) : (size_t)first + 1); i++) {
		const struct distill_map *m = &d->maps[i];
		struct distill_act *a;

		if (list ? m->end || m->list != d->maps[first].list : (int)i != first)
			continue;
		a = act(d, cpu ? DISTILL_SYNC_CPU : DISTILL_SYNC_DEVICE, e, dev);
		a->map = i;
		if (list) {
			a->dma = m->dma;
			a->len = m->len;
		}
	}
}

static int tx_of(const struct distilled *d, uint64_t desc)
{
	for (size_t i = d->nr_txs; i-- > 0; )
		if (d->txs[i].desc == desc)
			return i;
	return -1;
}

static void prep(struct distilled *d, const struct obs_event *e, unsigned int dev)
{
	unsigned int from = e->arg >> 8 & 0xffff, to = e->arg & 0xff;

	if (!e->obj)
		return;
	if ((e->dir != OBS_OP_MEMCPY && e->dir != OBS_OP_XOR) || to != 1 ||
	    from > DISTILL_SOURCES) {
		d->left_out = true;
		return;
	}
	d->txs = xrealloc(d->txs, (d->nr_txs + 1) * sizeof(*d->txs));
	d->txs[d->nr_txs++] = (struct distill_tx) {
		.desc = e->obj, .op = e->dir, .flags = e->attrs, .want = 1 + from, .dev = dev,
	};
	d->xor[dev] |= e->dir == OBS_OP_XOR;
	act(d, DISTILL_PREP, e, dev)->tx = d->nr_txs - 1;
}

/* The mapping of an operand: a live one that holds it and lets it, else any, else an ended one. */
static int operand_map(const struct distilled *d, const struct obs_event *e, bool *stale)
{
	int best = -1, score = 0;

	for (size_t i = d->nr_maps; i-- > 0 && score < 4; ) {
		const struct distill_map *m = &d->maps[i];
		bool fits = !m->dir || !e->dir || m->dir == e->dir;
		int n = holds(m, e->dma, e->len) ? 1 + 2 * !m->end + (!m->end && fits) : 0;

		if (n > score) {
			best = i;
			score = n;
		}
	}
	*stale = best >= 0 && d->maps[best].end;
	return best;
}

static void operand(struct distilled *d, const struct obs_event *e)
{
	int n = tx_of(d, e->obj);
	struct distill_tx *t = n < 0 ? NULL : &d->txs[n];
	struct distill_use *u;

	if (!t || t->nr >= t->want)
		return;
	u = &t->use[t->nr++];
	*u = (struct distill_use) { .dma = e->dma, .len = e->len };
	u->map = operand_map(d, e, &u->stale);
}

static void submit(struct distilled *d, const struct obs_event *e, unsigned int dev)
{
	int n = tx_of(d, e->obj);

	if (n < 0)
		return;
	d->txs[n].func = e->dma;
	d->txs[n].param = e->phys;
	d->txs[n].submitted = true;
	act(d, DISTILL_SUBMIT, e, dev)->tx = n;
}

static void callback(struct distilled *d, const struct obs_event *e)
{
	int *of = &d->callback[e->cpu & 255];

	if (e->type == OBS_CB_EXIT) {
		int tx = *of;

		*of = -1;
		if (tx >= 0)
			act(d, DISTILL_CALLBACK, e, d->txs[tx].dev)->tx = tx;
		return;
	}
	for (size_t i = 0; i < d->nr_txs; i++) {
		struct distill_tx *t = &d->txs[i];

		if (!t->submitted || t->done || t->func != e->dma || t->param != e->phys)
			continue;
		t->done = true;
		*of = i;
		return;
	}
}

static void device_event(struct distilled *d, const struct obs_event *e, unsigned int dev)
{
	static const enum distill_own kinds[] = {
		[OBS_ALLOC_COHERENT] = DISTILL_COHERENT, [OBS_ALLOC_NONCOHERENT] = DISTILL_PAGES,
		[OBS_ALLOC_POOL] = DISTILL_POOL, [OBS_ALLOC_NONCONTIGUOUS] = DISTILL_PAGES,
	};

	switch (e->type) {
	case OBS_MAP:
		add_map(d, e, dev, DISTILL_STREAM, 0);
		break;
	case OBS_MAP_SG:
		d->list = e->seq;
		break;
	case OBS_MAP_SG_ENTRY:
		add_map(d, e, dev, DISTILL_STREAM, d->list);
		break;
	case OBS_UNMAP:
	case OBS_FREE:
		end_map(d, e, dev);
		break;
	case OBS_UNMAP_SG:
		end_list(d, e, dev);
		break;
	case OBS_SYNC_CPU:
	case OBS_SYNC_DEVICE:
	case OBS_SYNC_SG_CPU:
	case OBS_SYNC_SG_DEVICE:
		sync_map(d, e, dev);
		break;
	case OBS_ALLOC:
		add_map(d, e, dev, kinds[e->arg & 3], 0);
		break;
	case OBS_PREP:
		prep(d, e, dev);
		break;
	case OBS_PREP_ADDR:
		operand(d, e);
		break;
	case OBS_SUBMIT_ENTER:
		submit(d, e, dev);
		break;
	case OBS_ISSUE:
		act(d, DISTILL_ISSUE, e, dev);
		break;
	case OBS_TERMINATE_ENTER:
		act(d, DISTILL_TERMINATE, e, dev);
		break;
	case OBS_SYNCHRONIZE:
		act(d, DISTILL_SYNCHRONIZE, e, dev);
		break;
	default:
		break;
	}
}

void distill_event(void *arg, const struct obs_event *e)
{
	struct distilled *d = arg;
	int dev;

	if (e->seq > d->finding->seq || e->flags & OBS_F_FAILED)
		return;
	if (e->type == OBS_CB_ENTER || e->type == OBS_CB_EXIT) {
		callback(d, e);
		return;
	}
	if (e->type == OBS_MEM_FREE && e->seq == d->finding->seq) {
		act(d, DISTILL_FREE_MEMORY, e, 0);
		return;
	}
	/* The fields of an event with a name are none. */
	dev = e->type < OBS_MAP ? -1 : device_of(d, e->dev);
	if (dev >= 0)
		device_event(d, e, dev);
}

/* ---- what belongs to the finding ---- */

static int find_map(struct distilled *d, const struct finding_map *f, int except)
{
	for (size_t i = d->nr_maps; i-- > 0; )
		if ((int)i != except && d->maps[i].dma == f->dma && d->maps[i].len == f->len &&
		    d->device[d->maps[i].dev] == f->dev)
			return i;
	return -1;
}

static void want(struct distilled *d, int map, bool of_finding)
{
	if (map < 0)
		return;
	d->maps[map].wanted = true;
	d->maps[map].of_finding |= of_finding;
}

static void want_tx(struct distilled *d, const struct finding_tx *f)
{
	int n = tx_of(d, f->desc);

	if (n >= 0)
		d->txs[n].wanted = true;
}

static bool share_memory(const struct distill_map *a, const struct distill_map *b)
{
	return a->phys && a->phys < b->phys + b->len && b->phys < a->phys + a->len;
}

/* Do they have memory in common, at the same time? */
static bool meet(const struct distill_map *a, const struct distill_map *b)
{
	return a->own == DISTILL_STREAM && b->own == DISTILL_STREAM && share_memory(a, b) &&
	       (!a->end || a->end > b->seq) && (!b->end || b->end > a->seq);
}

static void want_what_meets(struct distilled *d)
{
	for (size_t i = 0; i < d->nr_maps; i++)
		for (size_t k = 0; k < d->nr_maps && d->maps[i].of_finding; k++)
			if (meet(&d->maps[i], &d->maps[k]))
				want(d, k, false);
}

/* The descriptors that use the finding's mappings, with all their operands. */
static void want_users(struct distilled *d)
{
	for (size_t i = 0; i < d->nr_txs; i++) {
		struct distill_tx *t = &d->txs[i];

		for (unsigned int k = 0; k < t->nr; k++)
			t->wanted |= t->use[k].map >= 0 && d->maps[t->use[k].map].of_finding;
		for (unsigned int k = 0; k < t->nr; k++)
			t->wanted &= t->use[k].map >= 0;
		for (unsigned int k = 0; k < t->nr && t->wanted; k++)
			want(d, t->use[k].map, false);
	}
}

int distill_choose(struct distilled *d)
{
	const struct finding *f = d->finding;
	int map = f->has_map ? find_map(d, &f->map, -1) : -1;

	want(d, map, true);
	if (f->has_other)
		want(d, find_map(d, &f->other, map), true);
	if (f->has_tx)
		want_tx(d, &f->tx);
	if (f->has_other_tx)
		want_tx(d, &f->other_tx);
	if (f->in_callback)
		want_tx(d, &f->callback);
	want_what_meets(d);
	want_users(d);
	for (size_t i = 0; i < d->nr_maps; i++)
		if (d->maps[i].wanted)
			return 0;
	return -ENOENT;
}

void distill_free(struct distilled *d)
{
	free(d->maps);
	free(d->txs);
	free(d->acts);
}
