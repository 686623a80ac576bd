// SPDX-License-Identifier: GPL-2.0-only
/*
 * iovaclient: uses parts of the mapping API that no engine has, once, on QEMU's edu device, right or
 * with one planted mistake: case=NAME. It is for tests of the observer. The IOVA API wants an IOMMU;
 * without one, or on a kernel without the API, it says so and does nothing. The device itself is
 * never started.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "compat.h"

#define LEN (2 * PAGE_SIZE)

static char *what = "right";
module_param_named(case, what, charp, 0444);
MODULE_PARM_DESC(case, "what is done: see the tables");

struct work {
	struct device *dev;
	void *memory;
	phys_addr_t phys;
};

#ifdef HAVE_DMA_IOVA
/* Allocates IOVA for two pages and links the first @pages of them. */
static int link_pages(struct work *w, struct dma_iova_state *iova, unsigned int pages)
{
	unsigned int i;
	int err;

	memset(iova, 0, sizeof(*iova));
	if (!dma_iova_try_alloc(w->dev, iova, w->phys, LEN))
		return -EOPNOTSUPP;
	for (i = 0; i < pages; i++) {
		err = dma_iova_link(w->dev, iova, w->phys + i * PAGE_SIZE, i * PAGE_SIZE,
				    PAGE_SIZE, DMA_TO_DEVICE, 0);
		if (err) {
			dma_iova_destroy(w->dev, iova, i * PAGE_SIZE, DMA_TO_DEVICE, 0);
			return err;
		}
	}
	if (!pages)
		return 0;
	err = dma_iova_sync(w->dev, iova, 0, pages * PAGE_SIZE);
	if (err)
		dma_iova_destroy(w->dev, iova, pages * PAGE_SIZE, DMA_TO_DEVICE, 0);
	return err;
}

static int iova_right(struct work *w)
{
	struct dma_iova_state iova;
	int err = link_pages(w, &iova, 2);

	if (err)
		return err;
	dma_iova_unlink(w->dev, &iova, 0, LEN, DMA_TO_DEVICE, 0);
	dma_iova_free(w->dev, &iova);
	err = link_pages(w, &iova, 2);
	if (!err)
		dma_iova_destroy(w->dev, &iova, LEN, DMA_TO_DEVICE, 0);
	return err;
}

/* The link fails, or takes the place of the first: the kernel's IOMMU drivers differ. */
static int iova_twice(struct work *w)
{
	struct dma_iova_state iova;
	int err = link_pages(w, &iova, 1);

	if (err)
		return err;
	err = dma_iova_link(w->dev, &iova, w->phys + PAGE_SIZE, 0, PAGE_SIZE, DMA_TO_DEVICE, 0);
	pr_info("the second link: %d\n", err);
	dma_iova_destroy(w->dev, &iova, PAGE_SIZE, DMA_TO_DEVICE, 0);
	return 0;
}

/* The second page's link is left behind. */
static int iova_short(struct work *w)
{
	struct dma_iova_state iova;
	int err = link_pages(w, &iova, 2);

	if (!err)
		dma_iova_destroy(w->dev, &iova, PAGE_SIZE, DMA_TO_DEVICE, 0);
	return err;
}

static int iova_direction(struct work *w)
{
	struct dma_iova_state iova;
	int err = link_pages(w, &iova, 2);

	if (!err)
		dma_iova_destroy(w->dev, &iova, LEN, DMA_FROM_DEVICE, 0);
	return err;
}

static int iova_leak(struct work *w)
{
	struct dma_iova_state iova;

	return link_pages(w, &iova, 0);
}

static int iova_link_leak(struct work *w)
{
	struct dma_iova_state iova;

	return link_pages(w, &iova, 1);
}
#endif

static int sgt_do(struct work *w, bool leave)
{
	struct sg_table *sgt = dma_alloc_noncontiguous(w->dev, LEN, DMA_BIDIRECTIONAL, GFP_KERNEL,
						       0);

	if (!sgt)
		return -ENOMEM;
	if (!leave)
		dma_free_noncontiguous(w->dev, LEN, sgt, DMA_BIDIRECTIONAL);
	return 0;
}

static int sgt_right(struct work *w)
{
	return sgt_do(w, false);
}

static int sgt_leak(struct work *w)
{
	return sgt_do(w, true);
}

/*
 * The mistake of virt_to_page() of vmalloc() memory: it gives a page that does not exist. Nothing
 * reaches what was mapped, so this does no harm.
 */
static int sg_vmalloc(struct work *w)
{
	void *memory = vmalloc(PAGE_SIZE);
	struct scatterlist sg;
	int nents;

	if (!memory)
		return -ENOMEM;
	sg_init_table(&sg, 1);
	sg_set_page(&sg, virt_to_page(memory), PAGE_SIZE, 0);
	nents = dma_map_sg(w->dev, &sg, 1, DMA_TO_DEVICE);
	if (nents)
		dma_unmap_sg(w->dev, &sg, 1, DMA_TO_DEVICE);
	vfree(memory);
	return nents ? 0 : -EIO;
}

static const struct {
	const char *name;
	int (*run)(struct work *w);
} cases[] = {
#ifdef HAVE_DMA_IOVA
	{ "right", iova_right },
	{ "twice", iova_twice },
	{ "short", iova_short },
	{ "direction", iova_direction },
	{ "leak", iova_leak },
	{ "link-leak", iova_link_leak },
#endif
	{ "sgt-right", sgt_right },
	{ "sgt-leak", sgt_leak },
	{ "sg-vmalloc", sg_vmalloc },
};

static int run(struct work *w)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (!strcmp(cases[i].name, what))
			return cases[i].run(w);
	return -EOPNOTSUPP;
}

/* Memory that is leaked on purpose is not freed either: the device may still reach it. */
static bool leaves_memory(void)
{
	return strstr(what, "leak") || !strcmp(what, "short");
}

static int iovaclient_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct work w = { .dev = &pdev->dev };
	int err;

	err = dma_set_mask_and_coherent(w.dev, DMA_BIT_MASK(strcmp(what, "sg-vmalloc") ? 32 : 64));
	if (err)
		return err;
	w.memory = kzalloc(LEN, GFP_KERNEL);
	if (!w.memory)
		return -ENOMEM;
	w.phys = virt_to_phys(w.memory);
	err = run(&w);
	pr_info("iovaclient: case=%s: %d\n", what, err);
	if (!leaves_memory())
		kfree(w.memory);
	return err;
}

/* Without a remove function the driver could not be unbound. */
static void iovaclient_remove(struct pci_dev *pdev)
{
}

static const struct pci_device_id iovaclient_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },		/* QEMU's edu */
	{ }
};
MODULE_DEVICE_TABLE(pci, iovaclient_ids);

static struct pci_driver iovaclient_driver = {
	.name = "iovaclient",
	.id_table = iovaclient_ids,
	.probe = iovaclient_probe,
	.remove = iovaclient_remove,
};
module_pci_driver(iovaclient_driver);

MODULE_DESCRIPTION("the IOVA API and noncontiguous memory, right and wrong, for tests");
MODULE_LICENSE("GPL");
