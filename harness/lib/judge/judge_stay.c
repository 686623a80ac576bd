// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings that may end without an unmap. Since 6.16 a driver may ask dma_need_unmap(), and where
 * an unmap would do nothing (a coherent device without an IOMMU) leaves it out; NVMe does. Nobody
 * can tell when such a mapping ended, so no rule may build on its being alive. A driver that does
 * not ask must unmap, on the same kind of device too, and is judged as ever.
 */
#include "judge_state.h"

/* More than these are swept; it only limits the memory for a driver that maps all of a machine. */
#define MAX_STAYING 65536

static void sweep(struct judge *j, struct jdev *d)
{
	uint32_t keep = MAX_STAYING / 2;
	struct jmap *m, *next;

	for (m = d->maps; m; m = next) {	/* the newest is the first */
		next = m->next;
		if (!m->may_stay)
			continue;
		if (keep)
			keep--;
		else
			map_end(j, m, NULL, true);
	}
}

void map_may_stay(struct judge *j, struct jmap *m)
{
	if (m->may_stay)
		return;
	m->may_stay = true;
	if (++m->dev->staying > MAX_STAYING)
		sweep(j, m->dev);
}

/* The bytes are mapped anew, so what may have ended there has, as far as anybody can tell. */
void end_stayers(struct judge *j, struct jdev *d, uint64_t dma, uint64_t len)
{
	uint64_t last = last_of(dma, len);
	struct itree_node *n = itree_first(&d->bus, dma, last);

	while (n) {
		struct jmap *m = table_entry(n, struct jmap, bus);

		if (!m->may_stay) {
			n = itree_next(n, dma, last);
			continue;
		}
		map_end(j, m, NULL, true);
		n = itree_first(&d->bus, dma, last);
	}
}

void on_need_unmap(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);

	d->may_stay = !e->arg;
	if (!d->may_stay)
		return;		/* those that were made before may still stay */
	for (struct jmap *m = d->maps, *next; m; m = next) {
		next = m->next;
		if (m->kind == MAP_PAGE && !m->may_stay) {
			m->may_stay = true;
			d->staying++;
		}
	}
	if (d->staying > MAX_STAYING)
		sweep(j, d);
}
