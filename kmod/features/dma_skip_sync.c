// SPDX-License-Identifier: GPL-2.0-only
/* 6.10, f406c8e4b770 ("dma: avoid redundant calls for sync operations") */
#include <linux/device.h>

bool feature(struct device *dev);

bool feature(struct device *dev)
{
	dev->dma_skip_sync = false;
	return dev->dma_skip_sync;
}
