/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * softdma's worlds for devices of other modules. Such a platform device gets a mapping
 * domain and, in the strict world, softdma's dma_map_ops. Its model reaches memory by DMA
 * address alone, through softdma_world_reach().
 */
#ifndef SOFTDMA_WORLD_H
#define SOFTDMA_WORLD_H

#include <linux/platform_device.h>
#include <linux/types.h>

/*
 * Call it before platform_device_add(); it sets the device's parent and platform data.
 * @domain: the name of a domain, shared with the engines in it, or "" for a domain of its
 * own. Returns 0 or a negative errno. May sleep.
 */
int softdma_world_join(struct platform_device *pdev, const char *domain, bool strict);
/*
 * Call it after the device was unregistered, or when it was never added. Frees the
 * mappings that were never unmapped. May sleep.
 */
void softdma_world_leave(struct platform_device *pdev);

/*
 * Returns the bytes that the device sees at @addr, if it may read (or @write) @len bytes
 * there, at least 1; else NULL, with the reason in *@why. Call it between
 * softdma_world_lock() and softdma_world_unlock(); the pointer is valid until the unlock.
 * Any context, interrupts off.
 */
void *softdma_world_reach(struct device *dev, dma_addr_t addr, u32 len, bool write,
			  const char **why);
/* Held around softdma_world_reach() and the use of its result. Take no other lock inside. */
unsigned long softdma_world_lock(struct device *dev);
void softdma_world_unlock(struct device *dev, unsigned long flags);

/* Parses "interval,probability,space,times", the numbers of the kernel's fault-inject. */
struct softdma_fault;
int softdma_fault_read(struct softdma_fault *fault, const char *s);

#endif
