// SPDX-License-Identifier: GPL-2.0-only
/* Always compiles: if it does not, the fault is in the compiler or the headers. */
#include <linux/module.h>

int feature(void);

int feature(void)
{
	return THIS_MODULE ? 0 : 1;
}
