/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Force-included before a driver of the kernel tree (drivers/dma/fsldma.c,
 * drivers/crypto/talitos.c) that is compiled, unmodified, for a machine without its
 * hardware. Accesses to registers, interrupts and device tree go to fslmodel. The kernel's
 * headers are included first, so that only the driver's own uses are redirected.
 */
#ifndef FSL_SHIM_H
#define FSL_SHIM_H

#include <linux/device.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/irqdomain.h>
#include <linux/log2.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/property.h>

#include "fsl/mmio.h"

/* ---- accessors: powerpc's own (arch/powerpc/include/asm/io.h), and the portable ones ---- */

#undef in_be32
#undef in_le32
#undef out_be32
#undef out_le32
#undef ioread32
#undef ioread32be
#undef iowrite32
#undef iowrite32be
#define in_be32(at)		fsl_mmio_read(at, true)
#define in_le32(at)		fsl_mmio_read(at, false)
#define out_be32(at, v)		fsl_mmio_write(at, v, true)
#define out_le32(at, v)		fsl_mmio_write(at, v, false)
#define ioread32be(at)		in_be32(at)
#define ioread32(at)		in_le32(at)
#define iowrite32be(v, at)	out_be32(at, v)
#define iowrite32(v, at)	out_le32(at, v)

#undef setbits32
#undef clrbits32
#define setbits32(at, bits)	out_be32(at, in_be32(at) | (bits))
#define clrbits32(at, bits)	out_be32(at, in_be32(at) & ~(bits))

/*
 * fsldma.h has these for powerpc and arm only. A 64-bit access is two accesses; the word at
 * the lower address comes last.
 */
#define fsl_ioread32(at)	in_le32(at)
#define fsl_ioread32be(at)	in_be32(at)
#define fsl_iowrite32(v, at)	out_le32(at, v)
#define fsl_iowrite32be(v, at)	out_be32(at, v)

static inline u64 fsl_shim_read64(const void __iomem *at, bool big_endian)
{
	u32 first = fsl_mmio_read(at, big_endian), second = fsl_mmio_read(at + 4, big_endian);

	return big_endian ? (u64)first << 32 | second : (u64)second << 32 | first;
}

static inline void fsl_shim_write64(void __iomem *at, u64 value, bool big_endian)
{
	if (big_endian) {
		fsl_mmio_write(at, value >> 32, true);
		fsl_mmio_write(at + 4, value, true);
	} else {
		fsl_mmio_write(at + 4, value >> 32, false);
		fsl_mmio_write(at, value, false);
	}
}

#define fsl_ioread64(at)	fsl_shim_read64(at, false)
#define fsl_ioread64be(at)	fsl_shim_read64(at, true)
#define fsl_iowrite64(v, at)	fsl_shim_write64(at, v, false)
#define fsl_iowrite64be(v, at)	fsl_shim_write64(at, v, true)

#undef __ilog2
#define __ilog2(n)		((n) ? (int)__ilog2_u32(n) : -1)

/* ---- registers, interrupts and device tree: the nodes are fslmodel's ---- */

#undef of_iomap
#undef iounmap
#define of_iomap(np, index)	fsl_of_iomap(np, index)
#define iounmap(at)		((void)(at))
#undef devm_ioremap
#define devm_ioremap(dev, start, size) fsl_ioremap(dev, start, size)
#undef devm_platform_ioremap_resource
#define devm_platform_ioremap_resource(pdev, index) fsl_shim_ioremap(pdev, index)
#undef irq_dispose_mapping
#define irq_dispose_mapping(virq)	((void)(virq))	/* the mapping is fslmodel's and stays */

/* talitos since 7.1 asks for its registers in one call. */
static inline void __iomem *fsl_shim_ioremap(struct platform_device *pdev, unsigned int index)
{
	struct resource *res = platform_get_resource(pdev, IORESOURCE_MEM, index);
	void __iomem *at = res ? fsl_ioremap(&pdev->dev, res->start, resource_size(res)) : NULL;

	return at ?: (void __iomem *)ERR_PTR(res ? -ENOMEM : -EINVAL);
}

#ifndef CONFIG_OF	/* with it, the nodes are on the kernel's device tree */
#undef of_address_to_resource
#define of_address_to_resource(np, index, res) fsl_of_address_to_resource(np, index, res)

#undef irq_of_parse_and_map
#define irq_of_parse_and_map(np, index) fsl_irq_of_parse_and_map(np, index)

/* talitos since 7.3 asks for interrupts by its platform device; a missing one is an error, not 0. */
static inline int fsl_shim_get_irq(struct platform_device *pdev, unsigned int index)
{
	unsigned int virq = irq_of_parse_and_map(pdev->dev.of_node, index);

	return virq ? (int)virq : -ENXIO;
}

#undef platform_get_irq
#undef platform_get_irq_optional
#define platform_get_irq(pdev, index)		fsl_shim_get_irq(pdev, index)
#define platform_get_irq_optional(pdev, index)	fsl_shim_get_irq(pdev, index)

#undef of_device_is_compatible
#undef of_get_next_child
#undef of_property_read_u32
#undef of_get_property
#define of_device_is_compatible(np, name)	fsl_of_device_is_compatible(np, name)
#define of_get_next_child(np, prev)		fsl_of_get_next_child(np, prev)
#define of_property_read_u32(np, name, value)	fsl_of_property_read_u32(np, name, value)
#define of_get_property(np, name, len)		fsl_of_get_property(np, name, len)

#undef for_each_child_of_node
#define for_each_child_of_node(np, child)					\
	for ((child) = of_get_next_child(np, NULL); (child);			\
	     (child) = of_get_next_child(np, child))

/*
 * fsldma finds the width of its addresses in its table of compatibles since commit 00ff4d68a9ae:
 * 32, 36 or 40 bits. Before, it was 36 for all.
 */
static inline const void *fsl_shim_match_data(const struct device *dev)
{
	const struct of_device_id *id = dev->driver->of_match_table;

	for (; id && id->compatible[0]; id++)
		if (of_device_is_compatible(dev->of_node, id->compatible))
			return id->data;
	return NULL;
}

#undef device_get_match_data
#define device_get_match_data(dev)	fsl_shim_match_data(dev)
#endif

#endif
