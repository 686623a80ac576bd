// SPDX-License-Identifier: GPL-2.0-only
/* An unmap of an address that its device has not mapped: finds the most likely mistake. */
#include <string.h>

#include "judge_state.h"

static const char *hex(uint64_t n, char out[24])
{
	static const char digits[] = "0123456789abcdef";
	char *p = out + 23;

	*p = '\0';
	do {
		*--p = digits[n & 15];
		n >>= 4;
	} while (n);
	*--p = 'x';
	*--p = '0';
	return p;
}

static struct jmap *of_other_device(struct judge *j, const struct jdev *d,
				    const struct obs_event *e)
{
	struct table_node *n = table_first(&j->maps, map_key(e->dma));

	for (; n; n = table_next(n)) {
		struct jmap *m = table_entry(n, struct jmap, node);

		if (m->live && m->dev != d && m->dma == e->dma && m->len == e->len &&
		    m->dir == e->dir && m->epoch == j->epoch)
			return m;
	}
	return NULL;
}

struct jmap *map_of_whole_address(struct judge *j, const struct jdev *d, uint64_t dma)
{
	struct table_node *n = table_first(&j->maps, map_key(dma));

	for (; n && dma <= UINT32_MAX; n = table_next(n)) {
		struct jmap *m = table_entry(n, struct jmap, node);

		if (m->live && m->dev == d && m->dma > UINT32_MAX && m->epoch == j->epoch)
			return m;
	}
	return NULL;
}

/* Reports and ends the mapping, whose own unmap may or may not still come. */
static void report_end(struct judge *j, struct report *r, struct jmap *m)
{
	r->map = m;
	judge_report(j, r);
	map_end(j, m, r->e, true);
}

static bool as_other_device(struct judge *j, const struct obs_event *e, struct jdev *d,
			    const char *call)
{
	struct report r = report_of(V_UNMAP_WRONG_DEVICE, e);
	struct jmap *m = of_other_device(j, d, e);

	if (!m)
		return false;
	say(&r, "%s %s what %s mapped", dev_kind(d), call,
	    !strcmp(dev_kind(d), dev_kind(m->dev)) ? "another device" : dev_kind(m->dev));
	detail(&r, "unmapped for %s", d->name[0] ? d->name : "a device");
	report_end(j, &r, m);
	return true;
}

static bool as_truncated(struct judge *j, const struct obs_event *e, struct jdev *d,
			 const char *call)
{
	struct report r = report_of(V_TRUNCATED_ADDRESS, e);
	struct jmap *m = map_of_whole_address(j, d, e->dma);
	char a[24], b[24];

	if (!m)
		return false;
	say(&r, "%s %s only the low 32 bits of a DMA address", dev_kind(d), call);
	detail(&r, "mapped at %s, unmapped at %s", hex(m->dma, a), hex(e->dma, b));
	report_end(j, &r, m);
	return true;
}

static bool as_inside(struct judge *j, const struct obs_event *e, struct jdev *d, const char *call)
{
	struct report r = report_of(V_UNMAP_WRONG_ADDRESS, e);
	struct jmap *m = map_containing(d, e->dma, 1);
	char a[24], b[24];

	if (!m || m->epoch != j->epoch || m->kind >= MAP_COHERENT)
		return false;
	say(&r, "%s %s an address inside a mapping", dev_kind(d), call);
	detail(&r, "mapped at %s, unmapped at %s", hex(m->dma, a), hex(e->dma, b));
	report_end(j, &r, m);
	return true;
}

static void as_nothing(struct judge *j, const struct obs_event *e, struct jdev *d,
		       const char *call)
{
	const struct jmap *ghost = ghost_find(j, d, e->dma);
	struct report r = report_of(ghost ? V_DOUBLE_UNMAP : V_UNMAP_WRONG_ADDRESS, e);
	char a[24];

	if (ghost && ghost->excused)
		return;
	r.map = ghost;
	if (ghost)
		say(&r, "%s %s a %s a second time", dev_kind(d), call, map_kind_name(ghost));
	else
		say(&r, "%s %s an address that was never mapped", dev_kind(d), call);
	detail(&r, "DMA address %s", hex(e->dma, a));
	judge_report(j, &r);
}

static void as_error(struct judge *j, const struct obs_event *e, const struct jdev *d,
		     const char *call)
{
	struct report r = report_of(V_ERROR_ADDRESS_USED, e);

	say(&r, "%s %s DMA_MAPPING_ERROR", dev_kind(d), call);
	judge_report(j, &r);
}

/* Tries the most specific explanation first. */
void unmatched_unmap(struct judge *j, const struct obs_event *e, struct jdev *d, const char *call)
{
	if (e->dma == OBS_DMA_ERROR) {
		as_error(j, e, d, call);
		return;
	}
	if (!dev_sure(j, d)) {
		unknown(j, j->epoch ? UNKNOWN_LOST : UNKNOWN_BEFORE);
		return;
	}
	if (d->may_stay) {	/* one that was taken for ended may have been meant */
		unknown(j, UNKNOWN_MAY_STAY);
		return;
	}
	if (ghost_find(j, d, e->dma)) {
		as_nothing(j, e, d, call);
		return;
	}
	if (!as_other_device(j, e, d, call) && !as_truncated(j, e, d, call) &&
	    !as_inside(j, e, d, call))
		as_nothing(j, e, d, call);
}
