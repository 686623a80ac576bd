// SPDX-License-Identifier: GPL-2.0-only
/* 7.1: xor_gen() of lib/raid replaces xor_blocks(). */
#include <linux/raid/xor.h>

void feature(void *dst, void **src);

void feature(void *dst, void **src)
{
	xor_gen(dst, src, 2, 512);
}
