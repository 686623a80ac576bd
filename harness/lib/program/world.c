// SPDX-License-Identifier: GPL-2.0-only
/* The names of the worlds. */
#include <errno.h>
#include <string.h>

#include "cell.h"
#include "words.h"

const char *const world_words[] = {
	[WORLD_COHERENT] = "coherent",
	[WORLD_BOUNCE]	 = "bounce",
	[WORLD_BOUNCE32] = "bounce32",
	[WORLD_STRICT]	 = "strict",
	[WORLD_IOMMU]	 = "iommu",
	[WORLD_IOMMU_LAZY] = "iommu-lazy",
	[WORLD_IOMMU_VIRTIO] = "iommu-virtio",
	[WORLD__COUNT]	 = NULL,
};

const char *world_name(enum world world)
{
	return world < WORLD__COUNT ? world_words[world] : NULL;
}

int world_parse(const char *name, enum world *world)
{
	int i = word_index(world_words, name, strlen(name));

	if (i < 0)
		return -EINVAL;
	*world = i;
	return 0;
}
