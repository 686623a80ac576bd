/* SPDX-License-Identifier: GPL-2.0-only */
/* Where 6.1 and 6.12 differ, each with the commit that made the difference. */
#ifndef DMATORTURE_COMPAT_H
#define DMATORTURE_COMPAT_H

#include <linux/platform_device.h>
#include <linux/version.h>

/* 5f60d5f6bbc1 ("move asm/unaligned.h to linux/unaligned.h"), 6.12. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

/*
 * 0edb555a65d1 ("platform: Make platform_driver::remove() return void"), 6.11.
 * A driver defines its remove with this, and returns COMPAT_REMOVED.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
#define COMPAT_REMOVE_T		void
#define COMPAT_REMOVED
#else
#define COMPAT_REMOVE_T		int
#define COMPAT_REMOVED		0
#endif

/*
 * 47284862bfc7 ("of: overlay: Extend of_overlay_fdt_apply() to specify the target node"), 6.6:
 * without one, a fragment's target-path is what it says.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define compat_overlay_apply(fdt, size, id)	of_overlay_fdt_apply(fdt, size, id, NULL)
#else
#define compat_overlay_apply(fdt, size, id)	of_overlay_fdt_apply(fdt, size, id)
#endif

#endif
