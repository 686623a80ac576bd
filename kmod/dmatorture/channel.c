// SPDX-License-Identifier: GPL-2.0-only
/* The dmaengine channels of a run. */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "dmt.h"

static bool is_wanted(struct dma_chan *chan, void *param)
{
	const struct eng *e = param;

	return !strcmp(dev_name(chan->device->dev), e->device) && chan->chan_id == e->channel;
}

enum dma_transaction_type dmt_native_cap(u32 cap)
{
	return cap == DMT_CAP_XOR ? DMA_XOR : DMA_MEMCPY;
}

bool dmt_can_terminate(const struct eng *e)
{
	return e->chan->device->device_terminate_all && !dmt_no_terminate;
}

/* Engines of one program may share a channel; two programs may not. */
static struct eng *first_on_channel(struct prog *p, u32 i)
{
	const struct eng *e = &p->engines[i];
	u32 k;

	for (k = 0; k < i; k++) {
		struct eng *other = &p->engines[k];

		if (!(other->pick & DMT_PICK_FREE) && other->channel == e->channel &&
		    !strcmp(other->device, e->device))
			break;
	}
	return &p->engines[k];
}

void dmt_channel_taken(struct eng *e, struct dma_chan *chan)
{
	e->chan = chan;
	e->owner = chan;
	e->unsynced = false;
	e->released = false;
	e->retake = false;
	atomic_set(&e->terminating, 0);
	atomic_set(&e->terminated, 0);
}

static void request(struct eng *e)
{
	dma_cap_mask_t mask;

	dma_cap_zero(mask);
	dma_cap_set(dmt_native_cap(e->cap), mask);
	dmt_channel_taken(e, dma_request_channel(mask, is_wanted, e));
}

static int get_channel(struct prog *p, u32 i, struct dmt_sums *sums)
{
	struct eng *e = &p->engines[i];

	e->first = first_on_channel(p, i);
	if (e->first == e)
		request(e);
	else
		e->chan = e->first->chan;
	if (!e->chan) {
		snprintf(sums->reason, sizeof(sums->reason),
			 "engine %s: no free channel %u of device %.40s", e->name,
			 e->channel, e->device);
		return -ENODEV;
	}
	if (!dma_has_cap(dmt_native_cap(e->cap), e->chan->device->cap_mask)) {
		snprintf(sums->reason, sizeof(sums->reason), "engine %s: %.40s cannot %s",
			 e->name, e->device, e->cap == DMT_CAP_XOR ? "xor" : "copy");
		return -ENODEV;
	}
	/* Hold the device: a channel may be released while something is still mapped. */
	e->dev = get_device(e->chan->device->dev);
	return 0;
}

int dmt_get_channels(struct prog *p, struct dmt_sums *sums)
{
	int err = 0;
	u32 i;

	for (i = 0; i < p->nr_engines; i++)
		p->engines[i].about.device[0] = '\0';
	for (i = 0; i < p->nr_engines && !err; i++)
		if (!(p->engines[i].pick & DMT_PICK_FREE))
			err = get_channel(p, i, sums);
	if (!err)
		err = dmt_pick_channels(p, sums);
	for (i = 0; i < p->nr_engines && !err; i++)
		dmt_ask_engine(&p->engines[i]);
	return err;
}

/* A lost program keeps its channels: a release would free what the engine may still use. */
void dmt_put_channels(struct prog *p)
{
	u32 i;

	for (i = 0; i < p->nr_engines && !p->lost; i++) {
		struct eng *e = &p->engines[i];

		if (e->owner && !e->released) {
			/* terminate_sync() would not wait if the engine cannot terminate. */
			dmaengine_terminate_async(e->chan);
			dmaengine_synchronize(e->chan);
			dma_release_channel(e->chan);
		}
		put_device(e->dev);
		e->dev = NULL;
		e->chan = NULL;
		e->owner = false;
	}
}

/* RELEASE step: the channel goes with all descriptors, in flight or only prepared. May sleep. */
int dmt_release_channel(struct dmt_run *run, struct eng *e)
{
	e = e->first;
	if (e->released)
		return -ENXIO;
	e->released = true;
	dma_release_channel(e->chan);
	dmt_tx_drop_channel(run->p, e);
	return 0;
}

/*
 * Called between iterations: requests released channels again, and releases and requests
 * those with forgotten descriptors. -ENODEV when someone else has taken one. May sleep.
 */
int dmt_retake_channels(struct prog *p)
{
	u32 i;

	for (i = 0; i < p->nr_engines; i++) {
		struct eng *e = &p->engines[i];

		if (e->first != e || !(e->released || e->retake))
			continue;
		if (!e->released)
			dma_release_channel(e->chan);
		request(e);
		if (!e->chan || e->chan->device->dev != e->dev)
			return -ENODEV;
	}
	for (i = 0; i < p->nr_engines; i++)
		p->engines[i].chan = p->engines[i].first->chan;
	return 0;
}
