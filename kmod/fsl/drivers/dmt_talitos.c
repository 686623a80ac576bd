// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SEC's driver, unmodified from the kernel tree under test. The include finds it in that
 * tree's drivers/crypto (harness/kernels/build-drivers). If that driver has no XOR, ours is
 * compiled in the same unit, where it can call the driver's static functions.
 */
#ifdef DMT_TALITOS_XOR
#include <linux/module.h>
#include <linux/platform_device.h>

/* talitos_xor.c registers the driver, with its own probe and remove around the driver's. */
#undef module_platform_driver
#define module_platform_driver(...)
#endif

#include "talitos.c"

#ifdef DMT_TALITOS_XOR
#include "fsl/talitos_xor.c"
#endif
