// SPDX-License-Identifier: GPL-2.0-only
/*
 * Platform devices and their driver: dmaengine wants a device with a driver
 * bound.
 *
 * An engine can be removed at any moment. Its descriptors are terminated. Clients
 * that still hold a channel keep it; the channel refuses all new work, and they may
 * still unmap. The engine's memory is freed when the last client has released its
 * channel.
 */
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "compat.h"
#include "iova.h"
#include "softdma.h"

static DEFINE_IDA(ids);
static struct workqueue_struct *free_wq;

static void softdma_free(struct softdma_dev *sd)
{
	unsigned int i;

	for (i = 0; i < sd->nr_chans; i++) {
		softdma_chan_exit(&sd->chans[i]);
		if (sd->chans[i].chan.dev)
			put_device(&sd->chans[i].chan.dev->device);
	}
	softdma_remember(sd);
	softdma_forget_mappings(sd->dev);
	put_device(sd->dev);
	softdma_domain_put(sd->domain);
	kfree(sd);
}

static bool no_channel(struct dma_chan *chan, void *unused)
{
	return false;
}

static void softdma_free_work(struct work_struct *work)
{
	struct softdma_dev *sd = container_of(work, struct softdma_dev, free_work);
	dma_cap_mask_t any;

	wait_for_completion(&sd->unbound);
	/*
	 * dma_release_channel() still writes to the device after the put that called
	 * softdma_release(), until it unlocks dma_list_mutex. A request takes that
	 * mutex, so the writes are over when it returns; this one matches no channel.
	 * And dma_issue_pending_all() may be walking the channels under RCU.
	 */
	dma_cap_zero(any);
	dma_request_channel(any, no_channel, NULL);
	synchronize_rcu();
	softdma_free(sd);
}

/* Called when the last client is gone, with dma_list_mutex held. */
static void softdma_release(struct dma_device *ddev)
{
	queue_work(free_wq, &container_of(ddev, struct softdma_dev, ddev)->free_work);
}

static int add_channels(struct softdma_dev *sd)
{
	unsigned int i;
	int err;

	INIT_LIST_HEAD(&sd->ddev.channels);
	for (i = 0; i < sd->cfg.channels; i++) {
		err = softdma_chan_init(sd, &sd->chans[i]);
		if (err)
			return err;
		sd->nr_chans = i + 1;
		list_add_tail(&sd->chans[i].chan.device_node, &sd->ddev.channels);
	}
	return 0;
}

static struct softdma_dev *new_engine(struct platform_device *pdev,
				      const struct softdma_pdata *pdata)
{
	struct softdma_dev *sd;

	sd = kzalloc(struct_size(sd, chans, pdata->cfg->channels), GFP_KERNEL);
	if (!sd)
		return NULL;
	sd->cfg = *pdata->cfg;
	softdma_config_defaults(&sd->cfg);
	sd->dev = get_device(&pdev->dev);
	sd->domain = pdata->domain;
	softdma_domain_hold(sd->domain);
	softdma_faults_init(&sd->faults);
	memcpy(sd->faults.fault, pdata->faults->fault, sizeof(sd->faults.fault));
	sd->faults.delay_ns = pdata->faults->delay_ns;
	sd->faults.prng = ~sd->cfg.seed;
	init_completion(&sd->unbound);
	INIT_WORK(&sd->free_work, softdma_free_work);
	return sd;
}

static int softdma_probe(struct platform_device *pdev)
{
	const struct softdma_pdata *pdata = dev_get_platdata(&pdev->dev);
	struct softdma_dev *sd;
	unsigned int i;
	int err;

	if (!pdata)
		return -EINVAL;
	sd = new_engine(pdev, pdata);
	if (!sd)
		return -ENOMEM;

	compat_be_coherent(&pdev->dev);
	if (sd->cfg.ops == SOFTDMA_STRICT)
		set_dma_ops(&pdev->dev, &softdma_strict_ops);
	err = dma_coerce_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(sd->cfg.mask_bits));
	if (err)
		goto err_free;
	if (sd->cfg.syncs)
		compat_show_syncs(&pdev->dev);
	dma_set_max_seg_size(&pdev->dev, sd->cfg.max_len);
	err = add_channels(sd);
	if (err)
		goto err_free;
	sd->ddev.dev = &pdev->dev;
	sd->ddev.device_release = softdma_release;
	softdma_set_ops(sd);
	platform_set_drvdata(pdev, sd);
	err = dma_async_device_register(&sd->ddev);
	if (err)
		goto err_drvdata;
	/* Unregistering drops these, but clients that hold a channel may still use them. */
	for (i = 0; i < sd->nr_chans; i++)
		get_device(&sd->chans[i].chan.dev->device);
	return 0;

err_drvdata:
	platform_set_drvdata(pdev, NULL);
	for (i = 0; i < sd->nr_chans; i++)
		sd->chans[i].chan.dev = NULL;	/* no reference was taken */
err_free:
	softdma_free(sd);
	return err;
}

static COMPAT_REMOVE_T softdma_remove(struct platform_device *pdev)
{
	struct softdma_dev *sd = platform_get_drvdata(pdev);
	unsigned int i;

	/* Visible to everyone who takes a channel's lock after softdma_drop_all() had it. */
	WRITE_ONCE(sd->gone, true);
	for (i = 0; i < sd->nr_chans; i++) {
		softdma_drop_all(&sd->chans[i]);
		softdma_wait_idle(&sd->chans[i]);
	}
	dma_async_device_unregister(&sd->ddev);
	return COMPAT_REMOVED;
}

static struct platform_driver softdma_driver = {
	.driver = {
		.name = "softdma",
		/* Only configfs makes and removes engines; it waits for the probe. */
		.suppress_bind_attrs = true,
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	},
	.probe = softdma_probe,
	.remove = softdma_remove,
};

struct platform_device *softdma_device_add(const struct softdma_config *cfg,
					   const struct softdma_faults *faults)
{
	struct softdma_pdata pdata = { .cfg = cfg, .faults = faults };
	struct platform_device *pdev;
	int id, err;

	pdata.domain = softdma_domain_get(cfg->domain);
	if (IS_ERR(pdata.domain))
		return ERR_CAST(pdata.domain);
	pdata.domain_id = pdata.domain->id;
	id = ida_alloc(&ids, GFP_KERNEL);
	if (id < 0) {
		err = id;
		goto err_domain;
	}
	pdev = platform_device_alloc("softdma", id);
	if (!pdev) {
		err = -ENOMEM;
		goto err_id;
	}
	pdev->dev.parent = pdata.domain->root;
	err = platform_device_add_data(pdev, &pdata, sizeof(pdata));
	if (!err)
		err = platform_device_add(pdev);
	if (err) {
		platform_device_put(pdev);
		goto err_id;
	}
	/* platform_device_add() succeeds even when the probe fails. */
	if (!platform_get_drvdata(pdev)) {
		platform_device_unregister(pdev);
		err = -ENXIO;
		goto err_id;
	}
	softdma_domain_put(pdata.domain);	/* the engine has its own reference */
	return pdev;

err_id:
	ida_free(&ids, id);
err_domain:
	softdma_domain_put(pdata.domain);
	return ERR_PTR(err);
}

void softdma_device_remove(struct platform_device *pdev)
{
	struct softdma_dev *sd = platform_get_drvdata(pdev);
	int id = pdev->id;

	platform_device_unregister(pdev);
	complete(&sd->unbound);
	ida_free(&ids, id);
	/* If no client is left, everything is freed when this returns. */
	flush_workqueue(free_wq);
}

int softdma_device_init(void)
{
	int err;

	free_wq = alloc_workqueue("softdma", WQ_UNBOUND, 0);
	if (!free_wq)
		return -ENOMEM;
	err = platform_driver_register(&softdma_driver);
	if (err)
		destroy_workqueue(free_wq);
	return err;
}

void softdma_device_exit(void)
{
	platform_driver_unregister(&softdma_driver);
	destroy_workqueue(free_wq);	/* waits for engines still being freed */
	ida_destroy(&ids);
}
