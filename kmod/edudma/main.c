// SPDX-License-Identifier: GPL-2.0-only
/*
 * edudma: QEMU's device edu as a dmaengine provider that copies. It is a bus master, so it
 * reaches memory by itself, and behind an IOMMU only what is mapped for it.
 *
 * The device can be taken out at any moment. A client that still holds the channel keeps it; every
 * prep gives NULL then. The driver's memory is freed when the channel was released.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "compat.h"
#include "edudma.h"

#define EDU_VENDOR	0x1234
#define EDU_DEVICE	0x11e8
#define REG_ID		0x00
#define IS_EDU		0x00ed	/* low bytes of its version, 0xRRrr00ed */
#define BAR		0

static struct workqueue_struct *free_wq;

/*
 * engine_stats, a file of the PCI device: key=value pairs on one line, as softdma's stats.
 * "nothing" counts chunks after whose read the device's buffer held only zeros, or what it had held
 * before; of memory that was not so, these are reads that were stopped.
 */
static ssize_t engine_stats_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct edu *edu = dev_get_drvdata(dev);
	unsigned long flags;
	ssize_t n;

	spin_lock_irqsave(&edu->lock, flags);
	n = sysfs_emit(buf, "submitted=%llu completed=%llu terminated=%llu bytes=%llu reads=%llu nothing=%llu\n",
		       edu->nr_submitted, edu->nr_completed, edu->nr_terminated, edu->bytes,
		       edu->nr_reads, edu->nr_nothing);
	spin_unlock_irqrestore(&edu->lock, flags);
	return n;
}
static DEVICE_ATTR_RO(engine_stats);

static struct attribute *edu_attrs[] = {
	&dev_attr_engine_stats.attr,
	NULL
};
ATTRIBUTE_GROUPS(edu);

static bool no_channel(struct dma_chan *chan, void *unused)
{
	return false;
}

/* As in softdma: dma_release_channel() still writes to what is freed here until it unlocks. */
static void edu_free_work(struct work_struct *work)
{
	struct edu *edu = container_of(work, struct edu, free_work);
	dma_cap_mask_t any;

	dma_cap_zero(any);
	dma_request_channel(any, no_channel, NULL);
	synchronize_rcu();
	if (edu->chan.dev)
		put_device(&edu->chan.dev->device);
	pci_dev_put(edu->pdev);
	kfree(edu);
}

/* Called when the last client is gone, with dma_list_mutex held. */
static void edu_release(struct dma_device *ddev)
{
	queue_work(free_wq, &container_of(ddev, struct edu, ddev)->free_work);
}

static int edu_map_device(struct edu *edu)
{
	struct pci_dev *pdev = edu->pdev;
	int err = pcim_enable_device(pdev);

	if (err)
		return err;
	edu->regs = pcim_iomap(pdev, BAR, 0);
	if (!edu->regs)
		return -ENOMEM;
	if ((readl(edu->regs + REG_ID) & 0xffff) != IS_EDU) {
		dev_err(&pdev->dev, "edudma: version %#x is none of edu\n",
			readl(edu->regs + REG_ID));
		return -ENODEV;
	}
	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(EDU_MASK_BITS));
	if (err)
		return err;
	/* A coherent device; without this nobody could see who owns a mapping. */
	compat_show_syncs(&pdev->dev);
	dma_set_max_seg_size(&pdev->dev, EDU_MAX_LEN);
	edu->own = dmam_alloc_coherent(&pdev->dev, 2 * EDU_CHUNK, &edu->own_dma, GFP_KERNEL);
	if (!edu->own)
		return -ENOMEM;
	memset(edu->own, EDU_PRIME, EDU_CHUNK);
	return 0;
}

static int edu_take_irq(struct edu *edu)
{
	struct pci_dev *pdev = edu->pdev;
	int err = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_ALL_TYPES);

	if (err < 0)
		return err;
	err = request_irq(pci_irq_vector(pdev, 0), edu_interrupt, IRQF_SHARED, "edudma", edu);
	if (err)
		pci_free_irq_vectors(pdev);
	return err;
}

/* Nothing of the driver is called by the device after this. */
static void edu_quiet(struct edu *edu)
{
	struct pci_dev *pdev = edu->pdev;

	pci_clear_master(pdev);
	free_irq(pci_irq_vector(pdev, 0), edu);
	pci_free_irq_vectors(pdev);
	tasklet_kill(&edu->tasklet);
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct edu *edu = kzalloc(sizeof(*edu), GFP_KERNEL);
	int err;

	if (!edu)
		return -ENOMEM;
	edu->pdev = pci_dev_get(pdev);
	edu_chan_init(edu);
	INIT_WORK(&edu->free_work, edu_free_work);
	pci_set_drvdata(pdev, edu);
	err = edu_map_device(edu);
	if (!err)
		err = edu_take_irq(edu);
	if (err)
		goto err_free;
	pci_set_master(pdev);
	edu->ddev.dev = &pdev->dev;
	edu->ddev.device_release = edu_release;
	err = dma_async_device_register(&edu->ddev);
	if (err)
		goto err_quiet;
	/* Unregistering drops this, but a client that holds the channel may still use it. */
	get_device(&edu->chan.dev->device);
	return 0;

err_quiet:
	edu_quiet(edu);
err_free:
	pci_set_drvdata(pdev, NULL);
	pci_dev_put(pdev);
	kfree(edu);
	return err;
}

static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);
	unsigned long flags;

	spin_lock_irqsave(&edu->lock, flags);
	edu->gone = true;
	spin_unlock_irqrestore(&edu->lock, flags);
	edu_drop_all(edu);
	if (!edu_wait_idle(edu))
		dev_err(&pdev->dev, "edudma: a transfer does not end\n");
	edu_quiet(edu);
	dma_async_device_unregister(&edu->ddev);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(EDU_VENDOR, EDU_DEVICE) },
	{ }
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = "edudma",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
	.dev_groups = edu_groups,
};

static int __init edu_init(void)
{
	int err;

	free_wq = alloc_workqueue("edudma", WQ_UNBOUND, 0);
	if (!free_wq)
		return -ENOMEM;
	err = pci_register_driver(&edu_driver);
	if (err)
		destroy_workqueue(free_wq);
	return err;
}

static void __exit edu_exit(void)
{
	pci_unregister_driver(&edu_driver);
	destroy_workqueue(free_wq);	/* waits for what is still being freed */
}

module_init(edu_init);
module_exit(edu_exit);
MODULE_DESCRIPTION("QEMU's edu as a DMA engine of dmatorture");
MODULE_LICENSE("GPL");
