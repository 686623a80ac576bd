// SPDX-License-Identifier: GPL-2.0-only
/*
 * Platform devices and their driver: dmaengine wants a device with a driver
 * bound. An engine can be removed at any moment; its clients keep their
 * channels, which then refuse all work, and the memory stays until the last
 * client let go (device_release).
 */
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "compat.h"
#include "softdma.h"

struct softdma_dev *softdma_from_device(struct device *dev)
{
	return dev_get_drvdata(dev);
}

static void softdma_free(struct softdma_dev *sd)
{
	unsigned int i;

	for (i = 0; i < sd->nr_chans; i++)
		softdma_chan_exit(&sd->chans[i]);
	softdma_domain_put(sd->domain);
	put_device(sd->dev);
	kfree(sd);
}

/* The last client is gone. */
static void softdma_release(struct dma_device *ddev)
{
	softdma_free(container_of(ddev, struct softdma_dev, ddev));
}

static int add_channels(struct softdma_dev *sd)
{
	unsigned int i;
	int err;

	INIT_LIST_HEAD(&sd->ddev.channels);
	for (i = 0; i < sd->cfg.channels; i++) {
		sd->nr_chans = i + 1;
		err = softdma_chan_init(sd, &sd->chans[i]);
		if (err)
			return err;
		list_add_tail(&sd->chans[i].chan.device_node, &sd->ddev.channels);
	}
	return 0;
}

static int softdma_probe(struct platform_device *pdev)
{
	const struct softdma_pdata *pdata = dev_get_platdata(&pdev->dev);
	struct softdma_dev *sd;
	int err;

	if (!pdata)
		return -EINVAL;
	sd = kzalloc(struct_size(sd, chans, pdata->cfg->channels), GFP_KERNEL);
	if (!sd)
		return -ENOMEM;
	sd->cfg = *pdata->cfg;
	if (!sd->cfg.max_len)
		sd->cfg.max_len = sd->cfg.personality == SOFTDMA_TALITOS ? 0xffff : 0x3ffffff;
	sd->dev = get_device(&pdev->dev);
	sd->domain = pdata->domain;
	softdma_faults_init(&sd->faults);
	memcpy(sd->faults.fault, pdata->faults->fault, sizeof(sd->faults.fault));
	sd->faults.delay_ns = pdata->faults->delay_ns;
	sd->faults.prng = ~sd->cfg.seed;
	refcount_inc(&sd->domain->users);
	platform_set_drvdata(pdev, sd);

	if (sd->cfg.ops == SOFTDMA_STRICT)
		set_dma_ops(&pdev->dev, &softdma_strict_ops);
	err = dma_coerce_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(sd->cfg.mask_bits));
	if (err)
		goto err;
	err = add_channels(sd);
	if (err)
		goto err;
	sd->ddev.dev = &pdev->dev;
	sd->ddev.device_release = softdma_release;
	softdma_set_ops(sd);
	err = dma_async_device_register(&sd->ddev);
	if (err)
		goto err;
	return 0;
err:
	platform_set_drvdata(pdev, NULL);
	softdma_free(sd);
	return err;
}

static COMPAT_REMOVE_T softdma_remove(struct platform_device *pdev)
{
	struct softdma_dev *sd = platform_get_drvdata(pdev);
	unsigned long flags;
	unsigned int i;

	for (i = 0; i < sd->nr_chans; i++) {
		spin_lock_irqsave(&sd->chans[i].lock, flags);
		sd->gone = true;
		spin_unlock_irqrestore(&sd->chans[i].lock, flags);
		softdma_terminate_all(&sd->chans[i].chan);
		softdma_synchronize(&sd->chans[i].chan);
	}
	/* Clients that are left still unmap: drvdata and the ops must stay. */
	dma_async_device_unregister(&sd->ddev);
	return COMPAT_REMOVED;
}

static struct platform_driver softdma_driver = {
	.driver = {
		.name = "softdma",
		/* Only configfs makes and removes engines. */
		.suppress_bind_attrs = true,
	},
	.probe = softdma_probe,
	.remove = softdma_remove,
};

int softdma_device_init(void)
{
	return platform_driver_register(&softdma_driver);
}

void softdma_device_exit(void)
{
	platform_driver_unregister(&softdma_driver);
}
