/* SPDX-License-Identifier: GPL-2.0-only */
/* The object behind an engine's configfs directory. */
#ifndef SOFTDMA_CONFIG_H
#define SOFTDMA_CONFIG_H

#include <linux/configfs.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>

#include "softdma.h"

struct engine {
	struct config_item item;
	struct mutex lock;	/* protects all fields below */
	struct softdma_config cfg;
	struct softdma_faults faults;
	struct platform_device *pdev;	/* NULL: not live */
};

static inline struct engine *to_engine(struct config_item *item)
{
	return container_of(item, struct engine, item);
}

static inline struct softdma_dev *live_dev(struct engine *e)
{
	return e->pdev ? platform_get_drvdata(e->pdev) : NULL;
}

/* config_fault.c: the attributes of faults, indexed by enum softdma_fault_kind */
extern struct configfs_attribute *const softdma_fault_attrs[SOFTDMA_NR_FAULTS];
extern struct configfs_attribute softdma_fault_delay_attr;

#endif
