// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's own driver of the SEC, as the tree under test has it: the name is found in
 * its drivers/crypto (harness/kernels/build-drivers). Where that has no XOR of its own, ours is
 * compiled in the same unit, above its static functions.
 */
#ifdef DMT_TALITOS_XOR
#include <linux/module.h>
#include <linux/platform_device.h>

/* It is registered by the companion, with a probe and a remove around the driver's. */
#undef module_platform_driver
#define module_platform_driver(...)
#endif

#include "talitos.c"

#ifdef DMT_TALITOS_XOR
#include "fsl/talitos_xor.c"
#endif
