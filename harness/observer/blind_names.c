// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which functions of a kernel are its mapping API, by their names, and which of these need no
 * probe, each with its reason. Functions that a probe is attached to are not listed: the programs
 * themselves say which these are.
 */
#include "blind.h"

#include <string.h>

/* One of these words, between underscores, makes a name that of a mapping function. */
static const char *const words[] = {
	"map", "unmap", "remap", "iova", "alloc", "free", "sync", "pool", "link", "unlink",
};

/* A name, or with a '*' at its end all that begin so. */
static const struct {
	const char *name, *why;
} known[] = {
	{ "dma_buf_*", "maps by what the exporter calls" },
	{ "dma_fence_*", "no memory" },
	{ "dma_resv_*", "no memory" },
	{ "dma_heap_*", "no mapping" },
	{ "dma_async_*", "dmaengine, by the provider's functions" },
	{ "dma_direct_*", "called by the API's functions alone" },
	{ "dma_common_*", "called by implementations of dma_map_ops" },
	{ "dma_dummy_*", "refuses" },
	{ "dma_map_sg_attrs", "fe_map_sg probes what it and dma_map_sgtable call" },
	{ "dma_map_sgtable", "the same" },
	{ "__dma_map_cont", "of the GART's dma_map_ops" },
	{ "__dma_need_sync", "only asks" },
	{ "dma_need_sync", "only asks" },
	{ "dma_need_unmap", "only asks" },
	{ "__dma_alloc_pages", "called by dma_alloc_pages and dma_alloc_noncontiguous" },
	{ "__dma_free_pages", "called by dma_free_pages and dma_free_noncontiguous" },
	{ "__dma_atomic_pool_init", "at boot" },
	{ "dma_atomic_pool_init", "at boot" },
	{ "dma_alloc_from_pool", "called by dma-direct and the IOMMU layer" },
	{ "dma_free_from_pool", "called by dma-direct and the IOMMU layer" },
	{ "dma_free_from_pool_page", "called by dma-direct, from 7.3 on" },
	{ "dma_alloc_from_dev_coherent", "called by dma_alloc_attrs" },
	{ "dma_alloc_from_global_coherent", "called by dma-direct" },
	{ "dma_alloc_contiguous", "memory without a mapping" },
	{ "dma_alloc_from_contiguous", "memory without a mapping" },
	{ "dma_free_contiguous", "memory without a mapping" },
	{ "dmam_alloc_attrs", "calls dma_alloc_attrs" },
	{ "dmam_free_coherent", "calls dma_free_attrs" },
	{ "dmam_pool_*", "calls dma_pool_create and dma_pool_destroy" },
	{ "dma_pte_*", "page tables of the IOMMU layer" },
};

bool blind_is_mapping_name(const char *name)
{
	const char *at = name + strspn(name, "_");

	if (strncmp(at, "dma_", 4) && strncmp(at, "dmam_", 5))
		return false;
	for (at += strcspn(at, "_"); *at == '_'; at += strcspn(at, "_")) {
		at++;
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strcspn(at, "_") == strlen(words[i]) &&
			    !strncmp(at, words[i], strlen(words[i])))
				return true;
	}
	return false;
}

const char *blind_known(const char *name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t n = strlen(known[i].name);
		bool begins = known[i].name[n - 1] == '*';

		if (begins ? !strncmp(name, known[i].name, n - 1) : !strcmp(name, known[i].name))
			return known[i].why;
	}
	return NULL;
}

static bool is_one_of(char *const *names, size_t nr, const char *name)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

size_t blind_global(FILE *kallsyms, char *const *names, size_t nr,
		    void (*found)(void *arg, const char *name), void *arg)
{
	char line[512];
	size_t n = 0;

	/* "ADDRESS TYPE NAME", and "\t[MODULE]"; not by sscanf(), as there are 200000 lines. */
	while (fgets(line, sizeof(line), kallsyms)) {
		char *type = strchr(line, ' '), *name = type ? type + 3 : NULL;

		if (!name || (type[1] != 'T' && type[1] != 'W') || type[2] != ' ')
			continue;
		name[strcspn(name, "\n")] = '\0';
		if (!is_one_of(names, nr, name))
			continue;
		found(arg, name);
		n++;
	}
	return n;
}
