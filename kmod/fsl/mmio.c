// SPDX-License-Identifier: GPL-2.0-only
/* Register accesses and device tree lookups of the real drivers, led to the models. */
#include <linux/export.h>
#include <linux/io.h>
#include <linux/of_address.h>
#include <linux/string.h>
#include <linux/swab.h>

#include "bus.h"
#include "mmio.h"

u32 fsl_mmio_read(const void __iomem *at, bool big_endian)
{
	u32 off, value;
	struct fsl_device *fd = fsl_device_at((__force unsigned long)at, &off);
	unsigned long flags;

	if (WARN_ON_ONCE(!fd))
		return ~0;
	flags = fsl_enter(fd);
	value = fd->model->ops->read(fd->model, off);
	fsl_leave(fd, flags);
	return big_endian == fd->model->big_endian ? value : swab32(value);
}
EXPORT_SYMBOL_GPL(fsl_mmio_read);

void fsl_mmio_write(void __iomem *at, u32 value, bool big_endian)
{
	u32 off;
	struct fsl_device *fd = fsl_device_at((__force unsigned long)at, &off);
	unsigned long flags;

	if (WARN_ON_ONCE(!fd))
		return;
	flags = fsl_enter(fd);
	fd->model->ops->write(fd->model, off,
			      big_endian == fd->model->big_endian ? value : swab32(value));
	fsl_leave(fd, flags);
}
EXPORT_SYMBOL_GPL(fsl_mmio_write);

void __iomem *fsl_ioremap(struct device *dev, resource_size_t start, resource_size_t size)
{
	struct fsl_device *fd = fsl_device_of(dev);
	u64 first;

	if (!fd)
		return NULL;
	first = fsl_phys(fd, 0);
	if (start < first || start - first + size > fd->kind->size)
		return NULL;
	return (void __iomem *)fsl_cookie(fd, start - first);
}
EXPORT_SYMBOL_GPL(fsl_ioremap);

#ifdef CONFIG_OF
/* The nodes are on the kernel's device tree (overlay.c); its helpers do all the rest. */
void __iomem *fsl_of_iomap(struct device_node *np, int index)
{
	struct resource res;

	if (of_address_to_resource(np, index, &res))
		return NULL;
	return (void __iomem *)fsl_tree_cookie(res.start);
}
EXPORT_SYMBOL_GPL(fsl_of_iomap);
#else
static const struct fsl_node *to_node(const struct device_node *np)
{
	return container_of(np, struct fsl_node, np);
}

void __iomem *fsl_of_iomap(struct device_node *np, int index)
{
	const struct fsl_node *n = to_node(np);

	return index ? NULL : (void __iomem *)fsl_cookie(n->fd, n->reg);
}
EXPORT_SYMBOL_GPL(fsl_of_iomap);

int fsl_of_address_to_resource(struct device_node *np, int index, struct resource *res)
{
	const struct fsl_node *n = to_node(np);
	struct resource block = DEFINE_RES_MEM(fsl_phys(n->fd, n->reg), n->size);

	if (index)
		return -EINVAL;
	*res = block;
	return 0;
}
EXPORT_SYMBOL_GPL(fsl_of_address_to_resource);

unsigned int fsl_irq_of_parse_and_map(struct device_node *np, int index)
{
	const struct fsl_node *n = to_node(np);

	if (index < 0 || index >= n->nr_lines)
		return 0;
	return n->fd->line[n->line + index].virq;
}
EXPORT_SYMBOL_GPL(fsl_irq_of_parse_and_map);

int fsl_of_device_is_compatible(const struct device_node *np, const char *name)
{
	const char *s;

	for (s = to_node(np)->compatible; *s; s += strlen(s) + 1)
		if (!strcmp(s, name))
			return 1;
	return 0;
}
EXPORT_SYMBOL_GPL(fsl_of_device_is_compatible);

struct device_node *fsl_of_get_next_child(const struct device_node *np, struct device_node *prev)
{
	const struct fsl_device *fd = to_node(np)->fd;
	unsigned int i = prev ? to_node(prev) - fd->nodes + 1 : 1;

	return i < fd->nr_nodes ? &fd->nodes[i].np : NULL;
}
EXPORT_SYMBOL_GPL(fsl_of_get_next_child);

int fsl_of_property_read_u32(const struct device_node *np, const char *name, u32 *value)
{
	const struct fsl_node *n = to_node(np);
	int i;

	for (i = 0; i < FSL_MAX_PROPS && n->prop[i].name; i++)
		if (!strcmp(n->prop[i].name, name)) {
			*value = n->prop[i].value;
			return 0;
		}
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(fsl_of_property_read_u32);

const void *fsl_of_get_property(const struct device_node *np, const char *name, int *len)
{
	const char *s = to_node(np)->compatible, *end = s;

	if (strcmp(name, "compatible"))
		return NULL;
	while (*end)
		end += strlen(end) + 1;
	if (len)
		*len = end - s;
	return s;
}
EXPORT_SYMBOL_GPL(fsl_of_get_property);
#endif

bool fsl_driver_fault(struct device *dev, int kind, u32 len)
{
	struct fsl_device *fd = fsl_device_of(dev);
	unsigned long flags;
	bool hit;

	if (!fd || kind < 0 || kind >= FSL_NR_FAULTS)
		return false;
	spin_lock_irqsave(&fd->lock, flags);
	hit = fsl_fault_hits(&fd->cfg.faults[kind], &fd->prng, len);
	spin_unlock_irqrestore(&fd->lock, flags);
	return hit;
}
EXPORT_SYMBOL_GPL(fsl_driver_fault);
