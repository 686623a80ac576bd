// SPDX-License-Identifier: GPL-2.0-only
/* Where some devices are not coherent, as on arm64; until 7.1 or 7.2, see dma_coherent_flag.c. */
#include <linux/device.h>

bool feature(struct device *dev);

bool feature(struct device *dev)
{
	dev->dma_coherent = true;
	return dev->dma_coherent;
}
