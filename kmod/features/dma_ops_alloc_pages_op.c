// SPDX-License-Identifier: GPL-2.0-only
/* 6.10, 8a2f11878771 ("change alloc_pages name in dma_map_ops to avoid name conflicts") */
#include <linux/dma-map-ops.h>

bool feature(const struct dma_map_ops *ops);

bool feature(const struct dma_map_ops *ops)
{
	return ops->alloc_pages_op;
}
