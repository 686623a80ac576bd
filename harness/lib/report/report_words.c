// SPDX-License-Identifier: GPL-2.0-only
/* Event types, levels, directions, operations and attributes as words. */
#include "report_words.h"

#include <stdio.h>

#include "bpf/events.h"

static const char *const calls[] = {
	[OBS_UNBIND] = "the driver has gone",
	[OBS_MAP] = "dma_map_page", [OBS_UNMAP] = "dma_unmap_page",
	[OBS_MAP_SG] = "dma_map_sg", [OBS_MAP_SG_ENTRY] = "dma_map_sg",
	[OBS_UNMAP_SG] = "dma_unmap_sg",
	[OBS_SYNC_CPU] = "dma_sync_single_for_cpu",
	[OBS_SYNC_DEVICE] = "dma_sync_single_for_device",
	[OBS_SYNC_SG_CPU] = "dma_sync_sg_for_cpu",
	[OBS_SYNC_SG_DEVICE] = "dma_sync_sg_for_device",
	[OBS_IOVA_ALLOC] = "dma_iova_try_alloc", [OBS_IOVA_SYNC] = "dma_iova_sync",
	[OBS_IOVA_FREE] = "dma_iova_destroy or dma_iova_free",
	[OBS_ALLOC] = "dma_alloc", [OBS_FREE] = "dma_free",
	[OBS_POOL_DESTROY] = "dma_pool_destroy", [OBS_MEM_FREE] = "the memory is freed",
	[OBS_UNREGISTER] = "dma_async_device_unregister",
	[OBS_CHAN_GET] = "a channel is got", [OBS_CHAN_PUT] = "a channel is put",
	[OBS_PREP] = "prep", [OBS_PREP_ADDR] = "prep", [OBS_SUBMIT] = "tx_submit",
	[OBS_ISSUE] = "issue_pending", [OBS_CB_ENTER] = "a callback begins",
	[OBS_STATUS] = "tx_status", [OBS_TERMINATE_ENTER] = "terminate_all",
	[OBS_TERMINATE] = "terminate_all", [OBS_SYNCHRONIZE] = "synchronize",
	[OBS_COOKIE] = "a completed cookie", [OBS_ASYNC_SUBMIT] = "async_tx_submit",
	[OBS_RUN_DEPS] = "dma_run_dependencies", [OBS_ASYNC_WAIT] = "dma_sync_wait",
	[OBS_UD_PUT] = "dmaengine_unmap_put", [OBS_HW_START] = "the engine starts",
	[OBS_HW_DONE] = "the engine is done", [OBS_HW_DROP] = "the engine gives up",
	[OBS_CPU_ACCESS] = "the CPU",
};

const char *report_call(uint16_t type, uint8_t kind)
{
	const char *call = type < sizeof(calls) / sizeof(calls[0]) ? calls[type] : NULL;

	if (kind == OBS_MAP_RESOURCE && type == OBS_MAP)
		return "dma_map_resource";
	if (kind == OBS_MAP_RESOURCE && type == OBS_UNMAP)
		return "dma_unmap_resource";
	if (kind == OBS_MAP_LINK)
		return type == OBS_MAP ? "dma_iova_link" : "dma_iova_unlink";
	return call ? call : "the observation ends";
}

const char *report_level(uint8_t level)
{
	static const char *const names[] = { "task", "softirq", "hardirq", "NMI" };

	return level < 4 ? names[level] : "?";
}

const char *report_dir(uint32_t dir)
{
	static const char *const names[] = { "BIDIRECTIONAL", "TO_DEVICE", "FROM_DEVICE" };

	return dir < 3 ? names[dir] : "NONE";
}

const char *report_op(uint32_t op)
{
	static const char *const names[] = {
		"memcpy", "xor", "pq", "xor_val", "pq_val", "memset", "interrupt", "slave sg",
		"cyclic",
	};

	return op < 9 ? names[op] : "operation";
}

/* Bits as in include/linux/dma-mapping.h. */
void report_attrs(uint32_t attrs, char *out)
{
	static const char *const names[] = {
		"1", "WEAK_ORDERING", "WRITE_COMBINE", "8", "NO_KERNEL_MAPPING", "SKIP_CPU_SYNC",
		"FORCE_CONTIGUOUS", "ALLOC_SINGLE_PAGES", "NO_WARN", "PRIVILEGED", "MMIO",
	};
	int n = 0;

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (attrs & 1u << i)
			n += snprintf(out + n, 128 - n, "%s%s", n ? "|" : "", names[i]);
	if (!n)
		snprintf(out, 128, attrs ? "0x%x" : "none", attrs);
}
