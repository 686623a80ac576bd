// SPDX-License-Identifier: GPL-2.0-only
/* Engines that a program does not name: the executor chooses among the channels that nobody has. */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "dmt.h"

/* What a channel is chosen for. */
struct pick {
	const struct prog *p;
	const struct eng *e;
	u32 skip;	/* so many that would do are passed over */
};

/* Is it an engine that the program names itself? */
static bool is_named(const struct prog *p, const struct device *dev)
{
	u32 i;

	for (i = 0; i < p->nr_engines; i++)
		if (!(p->engines[i].pick & DMT_PICK_FREE) &&
		    !strcmp(p->engines[i].device, dev_name(dev)))
			return true;
	return false;
}

static bool has_name(const struct device *dev, const char *name)
{
	return !strcmp(dev_name(dev), name) || (dev->driver && !strcmp(dev->driver->name, name));
}

/* May @e be @dev, with the devices that other engines have already? */
static bool fits_domains(const struct prog *p, const struct eng *e, struct device *dev)
{
	u32 i;

	for (i = 0; i < p->nr_engines; i++) {
		const struct eng *o = &p->engines[i];

		if (!o->dev || o == e)
			continue;
		if (e->group && o->group == e->group) {
			if (!dmt_same_domain(o->dev, dev))
				return false;
		} else if ((e->pick | o->pick) & DMT_PICK_APART && dmt_same_domain(o->dev, dev)) {
			return false;
		}
	}
	return true;
}

static bool is_fit(struct dma_chan *chan, void *param)
{
	struct pick *k = param;
	struct device *dev = chan->device->dev;

	if (k->e->want[0] ? !has_name(dev, k->e->want) : is_named(k->p, dev))
		return false;
	if (!fits_domains(k->p, k->e, dev))
		return false;
	if (!k->skip)
		return true;
	k->skip--;
	return false;
}

static int pick(struct prog *p, struct eng *e, u32 skip)
{
	struct pick k = { .p = p, .e = e, .skip = skip };
	struct dma_chan *chan;
	dma_cap_mask_t mask;

	dma_cap_zero(mask);
	dma_cap_set(dmt_native_cap(e->cap), mask);
	chan = dma_request_channel(mask, is_fit, &k);
	if (!chan)
		return -ENODEV;
	/* From here on it is an engine with a name. */
	strscpy(e->device, dev_name(chan->device->dev), sizeof(e->device));
	e->channel = chan->chan_id;
	e->first = e;
	e->dev = get_device(chan->device->dev);
	dmt_channel_taken(e, chan);
	return 0;
}

static void give_back(struct eng *e)
{
	dma_release_channel(e->chan);
	put_device(e->dev);
	e->dev = NULL;
	e->chan = NULL;
	e->owner = false;
}

/* Picks the rest of the group of @head. If there is none for one of them, all are given back. */
static int pick_group(struct prog *p, struct eng *head)
{
	struct eng *end = p->engines + p->nr_engines, *e;
	int err = 0;

	for (e = head + 1; head->group && e < end && !err; e++)
		if (e->group == head->group)
			err = pick(p, e, 0);
	if (!err)
		return 0;
	for (e = head + 1; e < end; e++)
		if (e->group == head->group && e->dev)
			give_back(e);
	return err;
}

/* Picks a channel for @e, and for all of its group: one that has no partner will not do. */
static int pick_with_group(struct prog *p, struct eng *e)
{
	u32 skip;

	for (skip = 0; ; skip++) {
		int err = pick(p, e, skip);

		if (err)
			return err;
		if (!pick_group(p, e))
			return 0;
		give_back(e);
	}
}

static void say_none(const struct eng *e, struct dmt_sums *sums)
{
	snprintf(sums->reason, sizeof(sums->reason), "engine %s: no free channel%s%.24s to %s%s",
		 e->name, e->want[0] ? " of " : "", e->want,
		 e->cap == DMT_CAP_XOR ? "xor" : "copy",
		 e->group ? ", in its group's domain" :
		 e->pick & DMT_PICK_APART ? ", in a domain of its own" : "");
}

int dmt_pick_channels(struct prog *p, struct dmt_sums *sums)
{
	u32 i;

	for (i = 0; i < p->nr_engines; i++) {
		struct eng *e = &p->engines[i];

		if (!(e->pick & DMT_PICK_FREE) || e->dev || !pick_with_group(p, e))
			continue;
		say_none(e, sums);
		return -ENODEV;
	}
	return 0;
}

static u32 translation_of(struct device *dev)
{
#ifdef CONFIG_IOMMU_API
	const struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	if (domain && domain->type & __IOMMU_DOMAIN_PAGING)
		return domain->type == IOMMU_DOMAIN_DMA_FQ ? DMT_TRANSLATED_LAZY : DMT_TRANSLATED;
#endif
	return DMT_UNTRANSLATED;
}

void dmt_ask_engine(struct eng *e)
{
	struct dma_device *dd = e->chan->device;
	struct dmt_about *a = &e->about;

	memset(a, 0, sizeof(*a));
	a->channel = e->chan->chan_id;
	strscpy(a->device, dev_name(e->dev), sizeof(a->device));
	strscpy(a->driver, dev_driver_string(e->dev), sizeof(a->driver));
	a->translation = translation_of(e->dev);
	a->can = (dma_has_cap(DMA_MEMCPY, dd->cap_mask) ? DMT_CAN_MEMCPY : 0) |
		 (dma_has_cap(DMA_XOR, dd->cap_mask) ? DMT_CAN_XOR : 0) |
		 (dma_has_cap(DMA_PQ, dd->cap_mask) ? DMT_CAN_PQ : 0) |
		 (dma_has_cap(DMA_PRIVATE, dd->cap_mask) ? DMT_CAN_PRIVATE : 0);
	a->copy_align = 1u << dd->copy_align;
	a->xor_align = 1u << dd->xor_align;
	a->max_xor = dd->max_xor;
	a->max_segment = dma_get_max_seg_size(e->dev);
	a->mask = dma_get_mask(e->dev);
}

bool dmt_engine_can(const struct eng *e, u32 nr_src, dma_addr_t all)
{
	u32 align = e->cap == DMT_CAP_XOR ? e->about.xor_align : e->about.copy_align;

	/* softdma refuses by itself what it cannot do: programs test that. */
	if (!(e->pick & DMT_PICK_FREE))
		return true;
	return !(all & (align - 1)) && (e->cap != DMT_CAP_XOR || nr_src <= e->about.max_xor);
}
