/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the shim gives a driver in the place of its registers and its device tree. Cookies
 * of registers are no addresses that any machine has: an access past the shim faults.
 */
#ifndef FSL_MMIO_H
#define FSL_MMIO_H

#include <linux/ioport.h>
#include <linux/of.h>

struct device;

/* A register, by an accessor of big or little endian. Any context. */
u32 fsl_mmio_read(const void __iomem *at, bool big_endian);
void fsl_mmio_write(void __iomem *at, u32 value, bool big_endian);

/* NULL: @index is no register block of the node. */
void __iomem *fsl_of_iomap(struct device_node *np, int index);
/* NULL: @start is none of @dev's. */
void __iomem *fsl_ioremap(struct device *dev, resource_size_t start, resource_size_t size);

/* Without CONFIG_OF only: elsewhere the kernel's own do. */
int fsl_of_address_to_resource(struct device_node *np, int index, struct resource *res);
/* 0: the node has no such interrupt. */
unsigned int fsl_irq_of_parse_and_map(struct device_node *np, int index);

int fsl_of_device_is_compatible(const struct device_node *np, const char *name);
struct device_node *fsl_of_get_next_child(const struct device_node *np, struct device_node *prev);
int fsl_of_property_read_u32(const struct device_node *np, const char *name, u32 *value);
/* "compatible" alone. */
const void *fsl_of_get_property(const struct device_node *np, const char *name, int *len);

/* Is fault @kind (enum fsl_fault_kind) of the device to happen now? Any context. */
bool fsl_driver_fault(struct device *dev, int kind, u32 len);

#endif
