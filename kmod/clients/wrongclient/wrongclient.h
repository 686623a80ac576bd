/* SPDX-License-Identifier: GPL-2.0-only */
/* wrongclient: what its cases, its provider and its mapping functions share. */
#ifndef WRONGCLIENT_H
#define WRONGCLIENT_H

#include <linux/dmaengine.h>
#include <linux/dma-map-ops.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#define WC_LEN		PAGE_SIZE
#define WC_CHANNELS	2
#define WC_DESCS	16

/* What the provider is to do wrong. */
struct wc_faults {
	bool calls_in_terminate;	/* it calls back what it aborts, inside terminate_all */
	bool keeps_mappings;		/* it does not undo the mappings of what it aborts */
};

struct wc_desc {
	struct dma_async_tx_descriptor tx;
	struct list_head node;
};

struct wc_chan {
	struct dma_chan chan;
	spinlock_t lock;		/* of queue and of cookies */
	struct list_head queue;		/* submitted, not issued */
	struct wc_desc descs[WC_DESCS];
	unsigned int used;		/* none is used twice */
};

struct wc_provider {
	struct dma_device ddev;
	struct wc_chan chans[WC_CHANNELS];
	struct wc_faults faults;
	bool registered;
};

/* provider.c: may sleep */
int wc_register(struct wc_provider *p, struct device *dev);
void wc_unregister(struct wc_provider *p);

/* ops.c: dma_map_ops; addresses are beyond any 32-bit mask while this is set */
extern const struct dma_map_ops wc_ops;
extern bool wc_maps_too_high;

/* cases.c */
struct wc_work {
	struct device *dev;
	struct wc_provider *p;
	bool wrong;
	struct page *src, *dst;
	bool leaves;			/* something may still be mapped: keep the pages */
};

struct wc_case {
	const char *name;		/* its class, or what it is about */
	int (*run)(struct wc_work *w);
	bool own_ops;			/* the device has wc_ops and a mask of 32 bits */
};

/* A first copy, so that the observer meets what it can probe only then. May sleep. */
int wc_warm_up(struct wc_work *w);
const struct wc_case *wc_find(const char *name);

#endif
