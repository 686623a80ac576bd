// SPDX-License-Identifier: GPL-2.0-only
/* 6.19: dma_map_ops.map_phys and unmap_phys replace map_page, unmap_page and map_resource. */
#include <linux/dma-map-ops.h>

bool feature(const struct dma_map_ops *ops);

bool feature(const struct dma_map_ops *ops)
{
	return ops->map_phys && ops->unmap_phys;
}
