// SPDX-License-Identifier: GPL-2.0-only
/* 6.12, 5f60d5f6bbc1 ("move asm/unaligned.h to linux/unaligned.h") */
#include <linux/unaligned.h>

int feature(void);

int feature(void)
{
	return 0;
}
