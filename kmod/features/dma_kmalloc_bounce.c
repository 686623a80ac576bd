// SPDX-License-Identifier: GPL-2.0-only
/* 6.5, 370645f41e6e ("dma-mapping: force bouncing if the kmalloc() size is not cache-line-aligned") */
#include <linux/dma-map-ops.h>

bool feature(struct device *dev);

bool feature(struct device *dev)
{
	return dma_kmalloc_needs_bounce(dev, 1, DMA_FROM_DEVICE);
}
