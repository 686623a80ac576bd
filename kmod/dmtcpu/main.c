// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives the executor the kernel's xor_blocks(). It is a module of its own so that the executor
 * itself does not need xor.ko.
 */
#include <linux/module.h>
#include <linux/raid/xor.h>

#include "dmatorture/cpu.h"

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
MODULE_DESCRIPTION("xor_blocks for programs of dmatorture");
MODULE_LICENSE("GPL");
