// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives the executor the kernel's function for xors. It is a module of its own so that the
 * executor itself does not need xor.ko.
 */
#include <linux/module.h>
#include <linux/raid/xor.h>

#include "compat.h"
#include "dmatorture/cpu.h"

#ifdef HAVE_XOR_GEN
/* It is for tasks alone, and for multiples of 512 bytes (lib/raid/xor). So are our steps. */
static void xor_blocks(unsigned int nr, unsigned int bytes, void *dst, void **src)
{
	xor_gen(dst, src, nr, bytes);
}
#endif

static int __init dmtcpu_init(void)
{
	dmt_set_xor(xor_blocks, THIS_MODULE);
	return 0;
}

static void __exit dmtcpu_exit(void)
{
	dmt_set_xor(NULL, NULL);
}

module_init(dmtcpu_init);
module_exit(dmtcpu_exit);
MODULE_DESCRIPTION("xors by the CPU for programs of dmatorture");
MODULE_LICENSE("GPL");
