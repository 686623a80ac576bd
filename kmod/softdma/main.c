// SPDX-License-Identifier: GPL-2.0-only
/* softdma: software DMA engines for dmatorture. */
#include <linux/init.h>
#include <linux/module.h>

#include "iova.h"
#include "softdma.h"

static int __init softdma_init(void)
{
	int err = softdma_device_init();

	if (err)
		return err;
	err = softdma_config_init();
	if (err)
		softdma_device_exit();
	return err;
}

/* configfs items and clients hold references to the module, so none is left here. */
static void __exit softdma_exit(void)
{
	softdma_config_exit();
	softdma_device_exit();
	WARN_ON(!softdma_no_mappings());
}

module_init(softdma_init);
module_exit(softdma_exit);
MODULE_DESCRIPTION("Software DMA engines and mapping worlds for dmatorture");
MODULE_LICENSE("GPL");
