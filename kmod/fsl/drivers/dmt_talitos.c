// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SEC's driver, unmodified from the kernel tree under test. It is
 * drivers/crypto/talitos.c, or in newer trees the files of drivers/crypto/talitos/, of which
 * harness/kernels/build-drivers makes talitos_unit.h: one unit. If that driver has no XOR, ours is
 * compiled in the same unit, where it can call the driver's static functions.
 */
#ifdef DMT_TALITOS_XOR
#include <linux/module.h>
#include <linux/platform_device.h>

/* talitos_xor.c registers the driver, with its own probe and remove around the driver's. */
#undef module_platform_driver
#define module_platform_driver(...)
#endif

#include "talitos_unit.h"

#ifdef DMT_TALITOS_XOR
#include "fsl/talitos_xor.c"
#endif
