// SPDX-License-Identifier: GPL-2.0-only
/* Mapping domains and the strict world for platform devices of other modules. */
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/export.h>

#include "iova.h"
#include "marks.h"
#include "softdma.h"
#include "world.h"

static const struct softdma_pdata *pdata_of(struct device *dev)
{
	return dev_get_platdata(dev);
}

int softdma_world_join(struct platform_device *pdev, const char *domain, bool strict)
{
	struct softdma_pdata pdata = { .foreign = true, .strict = strict };
	int err;

	pdata.domain = softdma_domain_get(domain);
	if (IS_ERR(pdata.domain))
		return PTR_ERR(pdata.domain);
	pdata.domain_id = pdata.domain->id;
	err = platform_device_add_data(pdev, &pdata, sizeof(pdata));
	if (err) {
		softdma_domain_put(pdata.domain);
		return err;
	}
	pdev->dev.parent = pdata.domain->root;
	if (strict)
		set_dma_ops(&pdev->dev, &softdma_strict_ops);
	return 0;
}
EXPORT_SYMBOL_GPL(softdma_world_join);

void softdma_world_leave(struct platform_device *pdev)
{
	softdma_forget_mappings(&pdev->dev);
	softdma_domain_put(pdata_of(&pdev->dev)->domain);
}
EXPORT_SYMBOL_GPL(softdma_world_leave);

void *softdma_world_reach(struct device *dev, dma_addr_t addr, u32 len, bool write,
			  const char **why)
{
	const struct softdma_pdata *pdata = pdata_of(dev);

	if (pdata->strict)
		return softdma_iova_access(pdata->domain_id, addr, len, write, why);
	return softdma_resolve_direct(dev, addr, len, why);
}
EXPORT_SYMBOL_GPL(softdma_world_reach);

unsigned long softdma_world_lock(struct device *dev)
{
	unsigned long flags = pdata_of(dev)->strict ? softdma_iova_lock() : 0;

	softdma_mark_begin();
	return flags;
}
EXPORT_SYMBOL_GPL(softdma_world_lock);

void softdma_world_unlock(struct device *dev, unsigned long flags)
{
	softdma_mark_end();
	if (pdata_of(dev)->strict)
		softdma_iova_unlock(flags);
}
EXPORT_SYMBOL_GPL(softdma_world_unlock);
