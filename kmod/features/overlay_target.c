// SPDX-License-Identifier: GPL-2.0-only
/* 6.6, 47284862bfc7 ("of: overlay: Extend of_overlay_fdt_apply() to specify the target node") */
#include <linux/of.h>

int feature(const void *fdt, int *id);

int feature(const void *fdt, int *id)
{
	return of_overlay_fdt_apply(fdt, 0, id, NULL);
}
