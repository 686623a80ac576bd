// SPDX-License-Identifier: GPL-2.0-only
/* Titles of findings, and groups of findings with the same title. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* Functions on a stack between the one that was probed and the BPF program that took the stack. */
static const char *const probe[] = {
	"bpf_", "__bpf_", "kprobe_", "kretprobe_", "opt_pre_handler", "aggr_pre_handler",
	"pre_handler_kretprobe", "arch_rethook", "rethook_", "__kretprobe", "arch_kprobe",
	"optimized_callback", "ftrace_", "fentry_", "trace_", "__traceiter_", "perf_trace",
};

/* Functions that every driver calls; they tell nothing about who made the mistake. */
static const char *const boring[] = {
	"dma_map_", "__dma_map_", "dma_unmap_", "__dma_unmap_", "dma_sync_", "__dma_sync_",
	"dma_alloc_", "dma_free_", "dmam_", "dma_pool_", "dma_mapping_error",
	"debug_dma_", "iommu_dma_", "swiotlb_", "dma_direct_", "dmaengine_", "dma_chan_",
	"dma_release_channel", "dma_async_", "dma_run_dependencies", "dma_sync_wait",
	"dma_wait_for_async_tx", "kfree", "__kfree", "free_pages", "__free_pages", "free_page",
	"free_unref", "__free_one_page", "__slab_free", "slab_free", "__folio_put", "0xffff",
	"__do_softirq", "asm_", "call_timer", "device_release_driver", "devres_release",
	/* where the CPU touches memory */
	"memcpy", "memset", "memmove", "memcmp", "__memcpy", "__memset", "__memmove", "rep_movs",
	"crc32", "clear_page", "copy_page", "_copy_", "copy_user",
};

static bool begins_with(const char *name, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strncmp(name, words[i], strlen(words[i])))
			return true;
	return false;
}

unsigned int report_stack(const struct evstream *s, int32_t id, const uint64_t **ips)
{
	unsigned int n = evstream_stack(s, id, ips), k = 0;

	while (k < n) {
		const char *name = evstream_symbol(s, (*ips)[k]);

		if (!name || !begins_with(name, probe, sizeof(probe) / sizeof(probe[0])))
			break;
		k++;
	}
	if (k == n)	/* there is nothing else: return the whole stack */
		return n;
	*ips += k;
	return n - k;
}

/* Finds the innermost function of the stack that is not boring, without its offset. */
static bool find_function(const struct evstream *s, int32_t stack, char *out, size_t size)
{
	const uint64_t *ips;
	unsigned int n = report_stack(s, stack, &ips);

	for (unsigned int i = 0; i < n; i++) {
		const char *name = evstream_symbol(s, ips[i]);

		if (!name || begins_with(name, boring, sizeof(boring) / sizeof(boring[0])))
			continue;
		snprintf(out, size, "%.*s", (int)strcspn(name, "+ "), name);
		return true;
	}
	return false;
}

void report_title(const struct evstream *s, const struct finding *f, char title[REPORT_TITLE])
{
	char function[64];

	if (find_function(s, f->stack, function, sizeof(function)))
		snprintf(title, REPORT_TITLE, "%s: %.199s in %.50s", f->class->name, f->what,
			 function);
	else
		snprintf(title, REPORT_TITLE, "%s: %.199s", f->class->name, f->what);
}

static bool same_map(const struct finding_map *a, const struct finding_map *b)
{
	return a->seq == b->seq && a->dma == b->dma && a->dev == b->dev;
}

static bool same_tx(const struct finding_tx *a, const struct finding_tx *b)
{
	return a->has_desc && b->has_desc && a->desc == b->desc && a->prep_ns == b->prep_ns;
}

/*
 * Is @b, which was found later, about the mapping or descriptor of @a? What occurred more often
 * than @a cannot all follow from it.
 */
static bool follows(const struct report_group *b, const struct report_group *a)
{
	const struct finding *f = b->first, *g = a->first;

	if (b->count > a->count)
		return false;
	return (f->has_map && g->has_map && same_map(&f->map, &g->map)) ||
	       (f->has_tx && g->has_tx && same_tx(&f->tx, &g->tx));
}

static void fold(struct report_group *groups, size_t nr)
{
	for (size_t i = 1; i < nr; i++)
		for (size_t k = 0; k < i && !groups[i].follows; k++)
			if (!groups[k].follows && follows(&groups[i], &groups[k]))
				groups[i].follows = k + 1;
}

struct report_group *report_groups(const struct evstream *s, const struct violation *class,
				   size_t *nr)
{
	const struct judge *j = evstream_judge(s);
	struct report_group *groups = xcalloc(judge_findings(j) + 1, sizeof(*groups));
	size_t n = 0;

	for (size_t i = 0; i < judge_findings(j); i++) {
		const struct finding *f = judge_finding(j, i);
		struct report_group *g = &groups[n];
		size_t k = 0;

		if (class && f->class != class)
			continue;
		report_title(s, f, g->title);
		while (k < n && strcmp(groups[k].title, g->title))
			k++;
		groups[k].count += f->count;
		if (k == n) {
			g->first = f;
			n++;
		}
	}
	fold(groups, n);
	*nr = n;
	return groups;
}
