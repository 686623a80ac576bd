// SPDX-License-Identifier: GPL-2.0-only
/* dma_sync_*: bytes pass between the CPU and the device. */
#include "judge_state.h"

void sync_map(struct judge *j, struct jmap *m, const struct obs_event *e, bool for_cpu,
	      uint64_t off, uint64_t len)
{
	check_uses_at_sync(j, m, e, off, len);
	/*
	 * A driver that maps with SKIP_CPU_SYNC syncs only the bytes that were received and uses
	 * the rest of the buffer too, so no byte is surely the device's any more.
	 */
	if (for_cpu && m->attrs & ATTR_SKIP_CPU_SYNC)
		owners_set(&m->owners, m->len, 0, m->len, OWNER_UNKNOWN);
	owners_set(&m->owners, m->len, off, off + len, for_cpu ? OWNER_CPU : OWNER_DEVICE);
}

static bool fits(const struct jmap *m, const struct obs_event *e)
{
	return m->dir == DIR_BIDI || m->dir == e->dir;
}

static void report_direction(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	struct report r = report_of(V_SYNC_WRONG_DIRECTION, e);

	if (m->epoch != j->epoch || (!dev_sure(j, m->dev) && m->dir == DIR_TO)) {
		unknown(j, m->epoch != j->epoch ? UNKNOWN_LOST : UNKNOWN_BEFORE);
		return;
	}
	r.map = m;
	say(&r, "%s syncs a %s %s that it mapped %s", dev_kind(m->dev), map_kind_name(m),
	    dir_name(e->dir), dir_name(m->dir));
	judge_report(j, &r);
}

static void report_range(struct judge *j, struct jdev *d, const struct jmap *m,
			 const struct obs_event *e)
{
	struct report r = report_of(V_SYNC_OUT_OF_RANGE, e);

	if (!dev_sure(j, d) || (m && m->epoch != j->epoch)) {
		unknown(j, j->epoch ? UNKNOWN_LOST : UNKNOWN_BEFORE);
		return;
	}
	r.map = m;
	if (m)
		say(&r, "%s syncs bytes beyond its mapping", dev_kind(d));
	else
		say(&r, "%s syncs an address that it has not mapped", dev_kind(d));
	detail(&r, "%llu bytes at 0x%llx", (unsigned long long)e->len, (unsigned long long)e->dma);
	if (!m) {
		r.map = ghost_find(j, d, e->dma);
		if (r.map && r.map->excused)
			return;
	}
	judge_report(j, &r);
}

static void report_error_address(struct judge *j, const struct jdev *d, const struct obs_event *e)
{
	struct report r = report_of(V_ERROR_ADDRESS_USED, e);

	say(&r, "%s syncs DMA_MAPPING_ERROR", dev_kind(d));
	judge_report(j, &r);
}

/*
 * An address may have several mappings that the device reads. A sync is for those that it
 * fits; it is wrong when it fits none.
 */
void on_sync(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);
	uint64_t last = last_of(e->dma, e->len);
	struct jmap *unfit = NULL, *part = NULL;
	struct itree_node *n;
	bool done = false;

	if (e->dma == OBS_DMA_ERROR) {
		report_error_address(j, d, e);
		return;
	}
	for (n = itree_first(&d->bus, e->dma, last); n; n = itree_next(n, e->dma, last)) {
		struct jmap *m = table_entry(n, struct jmap, bus);

		if (n->start > e->dma || n->last < last) {
			/* It is about where it begins, not about what follows that. */
			if (!part || n->start <= e->dma)
				part = m;
		} else if (!fits(m, e)) {
			unfit = m;
		} else {
			sync_map(j, m, e, e->type == OBS_SYNC_CPU, e->dma - m->dma, e->len);
			done = true;
		}
	}
	if (done)
		return;
	if (unfit)
		report_direction(j, unfit, e);
	else
		report_range(j, d, part, e);
}
