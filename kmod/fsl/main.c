// SPDX-License-Identifier: GPL-2.0-only
/* fslmodel: register models of Freescale hardware, for the kernel's own drivers. */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/string.h>

#include "bus.h"

static const struct fsl_kind *const kinds[] = {
	&fsl_kind_elo, &fsl_kind_eloplus, &fsl_kind_elo3,
	&fsl_kind_sec_2_1, &fsl_kind_sec_3_0, &fsl_kind_sec_3_1, &fsl_kind_sec_3_3,
};

const struct fsl_kind *fsl_kind_find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strlen(kinds[i]->name) == len && !memcmp(kinds[i]->name, name, len))
			return kinds[i];
	return NULL;
}

static int __init fslmodel_init(void)
{
	return fsl_config_init();
}

static void __exit fslmodel_exit(void)
{
	fsl_config_exit();
	fsl_bus_exit();
}

module_init(fslmodel_init);
module_exit(fslmodel_exit);
MODULE_DESCRIPTION("Register models of Freescale DMA and security engines, for dmatorture");
MODULE_LICENSE("GPL");
