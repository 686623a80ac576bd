// SPDX-License-Identifier: GPL-2.0-only
/* The table of machines. The first is the default. */
#include "machine.h"

#include <stdio.h>
#include <string.h>

static const struct machine machines[] = {
	{
		.name = "x86_64", .uname = "x86_64", .qemu = "qemu-system-x86_64", .cpu = "qemu64",
		.console = "ttyS0", .bounce = "swiotlb=force",
		.panic = "pvpanic-pci", .panic_module = "pvpanic_pci", .watchdog = "ib700",
		.idle_text = "HLT=1", .word_bytes = 8,
		/* In QEMU only q35 can have an IOMMU. */
		.iommu = {
			{ "q35", "intel-iommu", "intel_iommu=on iommu.strict=1", NULL, "CONFIG_INTEL_IOMMU" },
			{ "q35", "intel-iommu", "intel_iommu=on iommu.strict=0", NULL, "CONFIG_INTEL_IOMMU" },
			{ "q35", "virtio-iommu-pci", NULL, "virtio_iommu", "CONFIG_VIRTIO_IOMMU" },
		},
	},
	{
		.name = "arm64", .uname = "aarch64", .qemu = "qemu-system-aarch64", .type = "virt",
		.cpu = "cortex-a57", .console = "ttyAMA0",
		/*
		 * With memory below 4 GiB only, arm64 makes the swiotlb 1 MiB for each GiB of it,
		 * unless the boot line names another size than the default of 32768 slots.
		 */
		.bounce = "swiotlb=33024,force",
		.watchdog = "i6300esb", .idle_pc = "PC=", .idle_insn = 0xd503207f,	/* wfi */
		/* Debian's has no driver of pvpanic: the reset that panic=-1 asks for ends QEMU. */
		.word_bytes = 8,
	},
};

#define NR	(sizeof(machines) / sizeof(machines[0]))

const struct machine *machine_at(size_t i)
{
	return i < NR ? &machines[i] : NULL;
}

const struct machine *machine_find(const char *name)
{
	for (size_t i = 0; i < NR; i++)
		if (!strcmp(machines[i].name, name))
			return &machines[i];
	return NULL;
}

const struct machine_iommu *machine_iommu(const struct machine *m, enum world world)
{
	const struct machine_iommu *iommu;

	if (!world_has_masters(world))
		return NULL;
	iommu = &m->iommu[world - WORLD_IOMMU];
	return iommu->config ? iommu : NULL;
}

const struct machine *machine_default(void)
{
	return &machines[0];
}

const char *machine_names(void)
{
	static char names[64];
	size_t len = 0;

	if (!names[0])
		for (size_t i = 0; i < NR; i++)
			len += snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "",
					machines[i].name);
	return names;
}

const struct machine *machine_of_kernel(const char *kernel, const char **rest)
{
	const char *slash = strchr(kernel, '/'), *colon = strchr(kernel, ':');
	char name[32];

	/* A path may have a slash too, but has a colon before it: tree:PATH. */
	if (!slash || (colon && colon < slash)) {
		if (rest)
			*rest = kernel;
		return machine_default();
	}
	if (rest)
		*rest = slash + 1;
	if (slash - kernel >= (long)sizeof(name))
		return NULL;
	snprintf(name, sizeof(name), "%.*s", (int)(slash - kernel), kernel);
	return machine_find(name);
}
