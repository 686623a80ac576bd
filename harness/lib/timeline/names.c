// SPDX-License-Identifier: GPL-2.0-only
/* The names of devices by their addresses, and the devices of channels. */
#include "names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"

struct dev {
	struct table_node node;		/* by its address */
	char name[sizeof(((struct obs_event *)0)->name) + 1];
	char driver[sizeof(((struct obs_event *)0)->name) + 1];
};

struct chan {
	struct table_node node;		/* by its address */
	uint64_t dev;
	uint32_t id;
};

static struct dev *find_dev(const struct names *n, uint64_t dev)
{
	struct table_node *at = dev ? table_first(&n->devs, dev) : NULL;

	return at ? table_entry(at, struct dev, node) : NULL;
}

static struct chan *find_chan(const struct names *n, uint64_t chan)
{
	struct table_node *at = chan ? table_first(&n->chans, chan) : NULL;

	return at ? table_entry(at, struct chan, node) : NULL;
}

/* The event's name may have no end. */
static void copy_name(char *to, const struct obs_event *e)
{
	size_t len = strnlen(e->name, sizeof(e->name));

	memcpy(to, e->name, len);
	to[len] = '\0';
}

static void take_dev(struct names *n, const struct obs_event *e)
{
	struct dev *d = find_dev(n, e->dev);

	if (!d) {
		d = xcalloc(1, sizeof(*d));
		table_add(&n->devs, &d->node, e->dev);
	}
	if (e->type == OBS_DEVICE) {
		copy_name(d->name, e);
		d->driver[0] = '\0';
	} else {
		copy_name(d->driver, e);
	}
}

static void take_chan(struct names *n, uint64_t addr, const struct obs_event *e)
{
	struct chan *c = find_chan(n, addr);

	if (!c) {
		c = xcalloc(1, sizeof(*c));
		table_add(&n->chans, &c->node, addr);
	}
	c->dev = e->dev;
	if (e->type == OBS_CHAN_INFO)
		c->id = (uint32_t)e->len;
}

void names_take(struct names *n, const struct obs_event *e)
{
	if (!e->dev)
		return;
	switch (e->type) {
	case OBS_DEVICE:
	case OBS_DRIVER:
	case OBS_BIND:
		take_dev(n, e);
		break;
	case OBS_CHAN_INFO:
		take_chan(n, e->obj, e);
		break;
	case OBS_PREP:	/* of a recording whose begin is missing */
		if (e->arg2 && !find_chan(n, e->arg2))
			take_chan(n, e->arg2, e);
		break;
	}
}

const char *names_device(const struct names *n, uint64_t dev)
{
	const struct dev *d = find_dev(n, dev);

	return d ? d->name : "";
}

const char *names_driver(const struct names *n, uint64_t dev)
{
	const struct dev *d = find_dev(n, dev);

	return d ? d->driver : "";
}

uint64_t names_channel(const struct names *n, uint64_t chan, uint32_t *id)
{
	const struct chan *c = find_chan(n, chan);

	if (c && id)
		*id = c->id;
	return c ? c->dev : 0;
}

uint64_t names_of(const struct names *n, const struct obs_event *e)
{
	if (e->dev)
		return e->dev;
	switch (e->type) {
	case OBS_CHAN_ALLOC:
	case OBS_CHAN_FREE:
		return names_channel(n, e->obj, NULL);
	case OBS_ISSUE ... OBS_ASYNC_WAIT:
		if (e->type == OBS_CB_ENTER || e->type == OBS_CB_EXIT)
			return 0;
		return names_channel(n, e->arg2, NULL);
	default:
		return 0;
	}
}

static void free_dev(struct table_node *at)
{
	free(table_entry(at, struct dev, node));
}

static void free_chan(struct table_node *at)
{
	free(table_entry(at, struct chan, node));
}

void names_free(struct names *n)
{
	table_drain(&n->devs, free_dev);
	table_drain(&n->chans, free_chan);
}
