// SPDX-License-Identifier: GPL-2.0-only
/* Devices: names, mapping domains, and drivers that unbind. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge_state.h"
#include "lib/base/strbuf.h"

static struct jdev *dev_new(struct judge *j, uint64_t addr)
{
	struct jdev *d = xcalloc(1, sizeof(*d));

	d->addr = addr;
	d->bus.rand = (uint32_t)addr | 1;
	d->next = j->all_devs;
	j->all_devs = d;
	table_add(&j->devs, &d->node, addr);
	return d;
}

struct jdev *dev_get(struct judge *j, uint64_t addr)
{
	struct table_node *n;

	if (j->last_dev && j->last_dev->addr == addr)
		return j->last_dev;
	n = table_first(&j->devs, addr);
	j->last_dev = n ? table_entry(n, struct jdev, node) : dev_new(j, addr);
	return j->last_dev;
}

/* Numbers differ from run to run. */
static void name_kind(struct jdev *d)
{
	size_t n = 0;

	for (const char *p = d->name; *p; p++)
		if (!isdigit((unsigned char)*p))
			d->kind[n++] = *p;
		else if (!n || d->kind[n - 1] != 'N')
			d->kind[n++] = 'N';
	d->kind[n] = '\0';
}

const char *dev_kind(const struct jdev *d)
{
	if (d && d->driver[0])
		return d->driver;
	/* Events of async_tx name channels only, so a device may have no name. */
	return d && d->kind[0] ? d->kind : "a device";
}

bool dev_sure(const struct judge *j, const struct jdev *d)
{
	return d->bound && d->bound_epoch == j->epoch;
}

int same_domain(const struct jdev *a, const struct jdev *b)
{
	if (a == b)
		return 1;
	if (!a->info || !b->info)
		return -1;
	if (a->domain || b->domain)
		return a->domain == b->domain;
	if ((a->flags | b->flags) & OBS_DEV_OWN_OPS)
		return (a->flags & b->flags & OBS_DEV_OWN_OPS) && a->parent &&
		       a->parent == b->parent;
	return 1;
}

/* ---- events ---- */

static void drop_maps(struct judge *j, struct jdev *d)
{
	while (d->maps)
		map_end(j, d->maps, NULL, true);
}

static void on_name(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);

	if (d->name[0] && strncmp(d->name, e->name, sizeof(d->name) - 1)) {
		/* another device has this address now; findings may still name the old one */
		drop_maps(j, d);
		table_del(&j->devs, &d->node);
		j->last_dev = NULL;
		d = dev_new(j, e->dev);
		j->last_dev = d;
	}
	snprintf(d->name, sizeof(d->name), "%.55s", e->name);
	name_kind(d);
}

static void on_info(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);

	d->info = true;
	d->parent = e->obj;
	d->mask = e->phys;
	d->coherent_mask = e->dma;
	d->max_seg = e->len;
	d->boundary = e->arg;
	d->flags = e->attrs;
	d->domain = e->arg2;
}

static const struct jud *ud_alive(struct judge *j, uint64_t ud)
{
	const struct jud *u = ud ? ud_find(j, ud) : NULL;

	return u && !u->gone ? u : NULL;
}

/*
 * Reports a mapping that was left, by who should have unmapped it. A client's own mapping is a
 * leak. Unmap data should have been put by the provider if it aborted the descriptor; else
 * someone kept a reference.
 */
static void report_leak(struct judge *j, const struct jmap *m, const struct obs_event *e)
{
	struct report r = report_of(V_LEAK, e);

	r.ud = ud_alive(j, m->ud);
	if (r.ud)
		r.id = m->aborted ? V_ABORTED_NOT_UNMAPPED : V_UNMAP_DATA_REF;
	r.map = m;
	/* The stack of the map call tells more than that of the unbind. */
	r.stack = m->stack;
	if (r.id == V_LEAK)
		say(&r, "%s %s of %s is still there when its driver has gone",
		    m->kind < MAP_COHERENT ? "a mapped" : "an allocated", map_kind_name(m),
		    dev_kind(m->dev));
	else
		say(&r, "a mapping in unmap data of %s is still there when its driver has gone",
		    dev_kind(m->dev));
	detail(&r, "%llu bytes at DMA address 0x%llx", (unsigned long long)m->len,
	       (unsigned long long)m->dma);
	judge_report(j, &r);
}

static void on_unbind(struct judge *j, const struct obs_event *e)
{
	struct jdev *d = dev_get(j, e->dev);
	struct obs_event at = *e;

	at.stack = -1;
	for (struct jmap *m = d->maps; m; m = m->next) {
		if (m->epoch != j->epoch)
			unknown(j, UNKNOWN_LOST);
		else if (m->may_stay)
			unknown(j, UNKNOWN_MAY_STAY);
		else if (!pool_is_left(j, m))
			report_leak(j, m, &at);
	}
	iovas_unbind(j, d, &at);
	pools_unbind(j, d, &at);
	drop_maps(j, d);
	d->bound = false;
	d->info = false;
	d->may_stay = false;
}

void on_device(struct judge *j, const struct obs_event *e)
{
	struct jdev *d;

	switch (e->type) {
	case OBS_DEVICE:
		on_name(j, e);
		break;
	case OBS_DRIVER:
	case OBS_BIND:
		d = dev_get(j, e->dev);
		snprintf(d->driver, sizeof(d->driver), "%.55s", e->name);
		if (e->type == OBS_BIND) {
			d->bound = true;
			d->bound_epoch = j->epoch;
		}
		break;
	case OBS_DEVICE_INFO:
		on_info(j, e);
		break;
	case OBS_UNBIND:
		on_unbind(j, e);
		break;
	}
}

void free_devs(struct judge *j)
{
	struct jdev *d, *next;

	for (d = j->all_devs; d; d = next) {
		next = d->next;
		free(d);
	}
	free(j->devs.buckets);
}
