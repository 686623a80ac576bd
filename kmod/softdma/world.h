/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * softdma's worlds for devices of other modules: a platform device of theirs gets its
 * mapping domain, and in the strict world softdma's dma_map_ops; and as bus master it
 * reaches memory by DMA address alone.
 */
#ifndef SOFTDMA_WORLD_H
#define SOFTDMA_WORLD_H

#include <linux/platform_device.h>
#include <linux/types.h>

/*
 * Before platform_device_add(); sets the device's parent and platform data. @domain: a
 * name, shared with engines of that name, or "" for one of its own. May sleep.
 */
int softdma_world_join(struct platform_device *pdev, const char *domain, bool strict);
/* After the device was unregistered, or not added: frees what was not unmapped. May sleep. */
void softdma_world_leave(struct platform_device *pdev);

/*
 * What the device has at @addr, @len bytes (1 or more), for a read or a write; NULL, with
 * the reason in @why, where it may not. In the strict world it stays until unlock. Any
 * context, interrupts off.
 */
void *softdma_world_reach(struct device *dev, dma_addr_t addr, u32 len, bool write,
			  const char **why);
/* Around softdma_world_reach() and the use of what it gave. No other lock is taken inside. */
unsigned long softdma_world_lock(struct device *dev);
void softdma_world_unlock(struct device *dev, unsigned long flags);

/* "interval,probability,space,times", as the kernel's fault-inject has them. */
struct softdma_fault;
int softdma_fault_read(struct softdma_fault *fault, const char *s);

#endif
