// SPDX-License-Identifier: GPL-2.0-only
/* Pools: from dma_pool_create() to dma_pool_destroy(), and the blocks that are left then. */
#include <stdlib.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

struct jpool {
	struct table_node node;		/* by its address */
	struct jdev *dev;
	uint64_t epoch;
	int32_t stack;			/* of its creation */
};

static struct jpool *pool_find(struct judge *j, uint64_t obj)
{
	struct table_node *n = table_first(&j->pools, obj);

	return n ? table_entry(n, struct jpool, node) : NULL;
}

static void pool_drop(struct judge *j, struct jpool *p)
{
	table_del(&j->pools, &p->node);
	free(p);
}

void on_pool_create(struct judge *j, const struct obs_event *e)
{
	struct jpool *p = pool_find(j, e->obj);

	if (!p) {	/* else the destruction of another at this address was not seen */
		p = xcalloc(1, sizeof(*p));
		table_add(&j->pools, &p->node, e->obj);
	}
	p->dev = dev_get(j, e->dev);
	p->epoch = j->epoch;
	p->stack = e->stack;
}

void on_pool_destroy(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);
	struct jpool *p = pool_find(j, e->obj);
	struct jmap *m, *next;

	if (p)
		pool_drop(j, p);
	for (m = d->maps; m; m = next) {
		struct report r = report_of(V_LEAK, e);

		next = m->next;
		if (m->kind == MAP_COHERENT && m->pool == e->obj)
			m->pool = 0;
		if (m->kind != MAP_POOL || m->obj != e->obj)
			continue;
		if (m->epoch == j->epoch) {
			r.map = m;
			say(&r, "%s destroys a pool whose blocks are in use", dev_kind(d));
			judge_report(j, &r);
		}
		map_end(j, m, NULL, true);
	}
}

/* A block's memory is the pool's: at the driver's end the pool is told, and not that memory too. */
void pool_takes(struct jmap *block)
{
	struct itree *bus = &block->dev->bus;
	struct itree_node *n = itree_first(bus, block->dma, block->dma);

	for (; n; n = itree_next(n, block->dma, block->dma)) {
		struct jmap *m = table_entry(n, struct jmap, bus);

		if (m->kind == MAP_COHERENT)
			m->pool = block->obj;
	}
}

bool pool_is_left(struct judge *j, const struct jmap *m)
{
	return m->kind == MAP_POOL || (m->pool && pool_find(j, m->pool));
}

static void report_left(struct judge *j, const struct jpool *p, const struct obs_event *e)
{
	struct report r = report_of(V_LEAK, e);

	if (p->epoch != j->epoch) {
		unknown(j, UNKNOWN_LOST);
		return;
	}
	r.stack = p->stack;
	say(&r, "a pool of %s is still there when its driver has gone", dev_kind(p->dev));
	judge_report(j, &r);
}

void pools_unbind(struct judge *j, const struct jdev *d, const struct obs_event *e)
{
	for (size_t b = 0; j->pools.buckets && b <= j->pools.mask; b++) {
		struct table_node *n = j->pools.buckets[b], *next;

		for (; n; n = next) {
			struct jpool *p = table_entry(n, struct jpool, node);

			next = n->next;
			if (p->dev != d)
				continue;
			report_left(j, p, e);
			pool_drop(j, p);
		}
	}
}

static void free_pool(struct table_node *n)
{
	free(table_entry(n, struct jpool, node));
}

void free_pools(struct judge *j)
{
	table_drain(&j->pools, free_pool);
}
