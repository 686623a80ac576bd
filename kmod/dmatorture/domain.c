// SPDX-License-Identifier: GPL-2.0-only
/* Mapping domains: which engines may use one another's DMA addresses. */
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/iommu.h>
#include <linux/platform_device.h>

#include "dmt.h"

/*
 * The shared order is legal within an IOMMU domain, or where both devices translate
 * addresses alike. dma-direct does if both have the same range map. Other dma_map_ops are
 * assumed to if both devices have the same parent: such buses are built this way, and so are
 * softdma's named domains.
 */
bool dmt_same_domain(struct device *a, struct device *b)
{
	struct iommu_domain *da, *db;

	if (a == b)
		return true;
	da = iommu_get_domain_for_dev(a);
	db = iommu_get_domain_for_dev(b);
	if (da || db)
		return da == db;
	if (get_dma_ops(a) != get_dma_ops(b))
		return false;
	if (!get_dma_ops(a))
		return a->dma_range_map == b->dma_range_map;
	return a->parent && a->parent == b->parent && a->parent != &platform_bus;
}

void dmt_find_domains(struct prog *p)
{
	u32 i, k;

	for (i = 0; i < p->nr_engines; i++) {
		p->engines[i].domain = i;
		for (k = 0; k < i; k++) {
			if (!dmt_same_domain(p->engines[k].dev, p->engines[i].dev))
				continue;
			p->engines[i].domain = p->engines[k].domain;
			break;
		}
	}
}

/* An address of an IOMMU, taken for one of memory, is anybody's memory. */
static bool is_harmful(const struct eng *e, const struct eng *mapped_for)
{
	return mapped_for->about.translation != DMT_UNTRANSLATED &&
	       e->about.translation == DMT_UNTRANSLATED;
}

int dmt_check_foreign(struct prog *p, char *reason, size_t size)
{
	int err = 0;
	u32 i, k;

	for (i = 0; i < p->nr_txs; i++) {
		struct tx *tx = &p->txs[i];
		const struct eng *e = tx->e;

		for (k = 0; k <= tx->nr_src; k++) {
			u32 o = k < tx->nr_src ? tx->first_src + k : tx->dst;
			const struct eng *m = p->maps[p->operands[o].obj].e;

			if (!k)
				tx->foreign = false;
			if (m->domain == e->domain)
				continue;
			tx->foreign = true;
			if (err == -EPERM)
				continue;
			if (is_harmful(e, m))
				err = -EPERM;
			else if (!err)
				err = -EXDEV;
			else
				continue;
			snprintf(reason, size, "%s would use an address mapped for %s: %s and %s are different mapping domains",
				 e->name, m->name, dev_name(e->dev), dev_name(m->dev));
		}
	}
	return err;
}
