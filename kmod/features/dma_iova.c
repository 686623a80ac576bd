// SPDX-License-Identifier: GPL-2.0-only
/* 6.16 ("dma-mapping: Implement link/unlink ranges API") */
#include <linux/dma-mapping.h>

int feature(struct device *dev, struct dma_iova_state *state);

int feature(struct device *dev, struct dma_iova_state *state)
{
	return dma_iova_link(dev, state, 0, 0, PAGE_SIZE, DMA_TO_DEVICE, 0);
}
