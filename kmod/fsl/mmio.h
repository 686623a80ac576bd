/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the shim gives a driver in place of its registers and its device tree. The cookies
 * that stand for registers are not valid addresses on any machine, so that an access that
 * bypasses the shim faults.
 */
#ifndef FSL_MMIO_H
#define FSL_MMIO_H

#include <linux/ioport.h>
#include <linux/of.h>

struct device;

/* Access a 32-bit register as a big or little endian accessor would. Any context. */
u32 fsl_mmio_read(const void __iomem *at, bool big_endian);
void fsl_mmio_write(void __iomem *at, u32 value, bool big_endian);

/* Returns NULL when the node has no register block @index. */
void __iomem *fsl_of_iomap(struct device_node *np, int index);
/* Returns NULL when @start is not a register of @dev. */
void __iomem *fsl_ioremap(struct device *dev, resource_size_t start, resource_size_t size);

/* The rest is for kernels without CONFIG_OF; with it the kernel's own functions are used. */
int fsl_of_address_to_resource(struct device_node *np, int index, struct resource *res);
/* Returns 0 when the node has no such interrupt. */
unsigned int fsl_irq_of_parse_and_map(struct device_node *np, int index);

int fsl_of_device_is_compatible(const struct device_node *np, const char *name);
struct device_node *fsl_of_get_next_child(const struct device_node *np, struct device_node *prev);
int fsl_of_property_read_u32(const struct device_node *np, const char *name, u32 *value);
/* Knows the property "compatible" only. */
const void *fsl_of_get_property(const struct device_node *np, const char *name, int *len);

/* Shall fault @kind (enum fsl_fault_kind) of the device hit @len bytes now? Any context. */
bool fsl_driver_fault(struct device *dev, int kind, u32 len);

#endif
