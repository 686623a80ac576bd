// SPDX-License-Identifier: GPL-2.0-only
/* 6.10: dma_map_ops.alloc_pages has another name, because alloc_pages() is a macro there. */
#include <linux/dma-map-ops.h>

bool feature(const struct dma_map_ops *ops);

bool feature(const struct dma_map_ops *ops)
{
	return ops->alloc_pages_op;
}
