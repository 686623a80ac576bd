/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where kernels from 6.1 to the newest differ. HAVE_... come from features/: each file there is
 * compiled against the kernel's headers, and says which commit or release made the difference.
 */
#ifndef DMATORTURE_COMPAT_H
#define DMATORTURE_COMPAT_H

#include <linux/device.h>
#include <linux/platform_device.h>

#include "features.h"

#ifdef HAVE_UNALIGNED_H
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#ifdef HAVE_HEX_H
#include <linux/hex.h>
#endif

/* A driver defines its remove with this, and returns COMPAT_REMOVED. */
#ifdef HAVE_REMOVE_VOID
#define COMPAT_REMOVE_T		void
#define COMPAT_REMOVED
#else
#define COMPAT_REMOVE_T		int
#define COMPAT_REMOVED		0
#endif

#include <linux/dma-direction.h>
#ifdef HAVE_DMA_KMALLOC_BOUNCE
#include <linux/dma-map-ops.h>
#endif

#ifdef HAVE_HRTIMER_BASES_H
#include <linux/hrtimer_bases.h>
#endif

/* Without a target, a fragment's target-path is what it says. */
#ifdef HAVE_OVERLAY_TARGET
#define compat_overlay_apply(fdt, size, id)	of_overlay_fdt_apply(fdt, size, id, NULL)
#else
#define compat_overlay_apply(fdt, size, id)	of_overlay_fdt_apply(fdt, size, id)
#endif

/*
 * The mode of the timers that are the engines' hardware. They end in a hard interrupt; on PREEMPT_RT
 * in a thread, as interrupt handlers of drivers do there, because spinlocks sleep.
 */
#ifdef CONFIG_PREEMPT_RT
#define DMT_CLOCK_REL	HRTIMER_MODE_REL_SOFT
#define DMT_CLOCK_ABS	HRTIMER_MODE_ABS_SOFT
#else
#define DMT_CLOCK_REL	HRTIMER_MODE_REL_HARD
#define DMT_CLOCK_ABS	HRTIMER_MODE_ABS_HARD
#endif

#ifndef HAVE_HRTIMER_SETUP
#define hrtimer_setup(timer, fn, clock, mode)	\
	do { hrtimer_init(timer, clock, mode); (timer)->function = (fn); } while (0)
#endif

#ifndef HAVE_TIMER_DELETE_SYNC
#define timer_delete_sync(timer)	del_timer_sync(timer)
#endif

/*
 * From 6.10 on dma_sync_*() calls nothing for a coherent device, so nobody can see who owns a
 * mapping. After this it does. Call it after the last dma_set_mask() of @dev, which decides anew.
 */
static inline void compat_show_syncs(struct device *dev)
{
#if defined(HAVE_DMA_SKIP_SYNC_FLAG)
	dev_clear_dma_skip_sync(dev);
#elif defined(HAVE_DMA_SKIP_SYNC)
	dev->dma_skip_sync = false;
#endif
}

/*
 * Software that copies by the CPU is coherent. Where the kernel takes a device for one that is not,
 * it hands out memory that the CPU does not cache, which such an engine would write behind the
 * caches, and it bounces small buffers. Call it before @dev's first mapping.
 */
static inline void compat_be_coherent(struct device *dev)
{
#if defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE) || defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU)
#if defined(HAVE_DMA_COHERENT_FLAG)
	dev_set_dma_coherent(dev);
#elif defined(HAVE_DMA_COHERENT)
	dev->dma_coherent = true;
#endif
#endif
}

/*
 * Does the kernel bounce a map for its size alone? So it does, in any world, for what is no multiple
 * of a cache line and a device that is not coherent.
 */
static inline bool compat_bounces_small(struct device *dev, size_t len, enum dma_data_direction dir)
{
#ifdef HAVE_DMA_KMALLOC_BOUNCE
	return dma_kmalloc_needs_bounce(dev, len, dir);
#else
	return false;
#endif
}

#endif
