// SPDX-License-Identifier: GPL-2.0-only
/* 6.11, 0edb555a65d1 ("platform: Make platform_driver::remove() return void") */
#include <linux/platform_device.h>

void feature(struct platform_driver *d, void (*remove)(struct platform_device *pdev));

void feature(struct platform_driver *d, void (*remove)(struct platform_device *pdev))
{
	d->remove = remove;
}
