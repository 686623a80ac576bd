// SPDX-License-Identifier: GPL-2.0-only
/* Newer kernels have hex_asc in <linux/hex.h>, which <linux/kernel.h> of 7.2 does not include. */
#include <linux/hex.h>

int feature(void);

int feature(void)
{
	return 0;
}
