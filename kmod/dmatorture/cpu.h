/* SPDX-License-Identifier: GPL-2.0-only */
/* What dmtcpu.ko gives the executor. */
#ifndef DMT_CPU_H
#define DMT_CPU_H

#include <linux/module.h>

/* xor_blocks() of <linux/raid/xor.h>. */
typedef void dmt_xor_fn(unsigned int nr, unsigned int bytes, void *dst, void **src);

/* Registers the function; NULL removes it. Programs that use it hold a reference to @owner. */
void dmt_set_xor(dmt_xor_fn *fn, struct module *owner);

#endif
