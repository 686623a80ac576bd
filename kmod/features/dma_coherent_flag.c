// SPDX-License-Identifier: GPL-2.0-only
/* 7.1 or 7.2: dev->dma_coherent became a bit of dev->flags. */
#include <linux/device.h>

void feature(struct device *dev);

void feature(struct device *dev)
{
	dev_set_dma_coherent(dev);
}
