// SPDX-License-Identifier: GPL-2.0-only
/*
 * newapi: exports a mapping function that no observer knows, and calls it as often as is written to
 * its parameter. It is for tests: the observer must say that it is blind to it.
 */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

dma_addr_t dma_map_unknown_thing(struct device *dev, phys_addr_t phys, size_t size);

noinline dma_addr_t dma_map_unknown_thing(struct device *dev, phys_addr_t phys, size_t size)
{
	/* Else the compiler may move the work to the caller. */
	barrier();
	return phys;
}
EXPORT_SYMBOL_GPL(dma_map_unknown_thing);

static int call(const char *value, const struct kernel_param *kp)
{
	unsigned int n;
	int err;

	err = kstrtouint(value, 0, &n);
	if (err)
		return err;
	if (n > 1000)
		return -ERANGE;
	while (n--)
		dma_map_unknown_thing(NULL, PAGE_SIZE, PAGE_SIZE);
	return 0;
}

static const struct kernel_param_ops call_ops = { .set = call };
module_param_cb(calls, &call_ops, NULL, 0200);
MODULE_PARM_DESC(calls, "how often the function is called now, at most 1000");

MODULE_DESCRIPTION("a mapping function that is newer than the observer, for tests");
MODULE_LICENSE("GPL");
