// SPDX-License-Identifier: GPL-2.0-only
/* What is probed, and the ways to do it, the best first. */
#include <string.h>

#include "internal.h"

/*
 * VITAL: without it a verdict is incomplete. WANTED: some rules do not work without it. LATE: in
 * a module, or only in debug kernels; attached when it comes.
 */
const struct probe probe_table[] = {
	{ "map", PROBE_VITAL, { "tp_map_phys", "tp_map_page", "fx_map_phys", "fx_map_page",
				"kp_map_phys+kr_map_phys", "kp_map_page+kr_map_page" } },
	{ "unmap", PROBE_VITAL, { "fe_unmap_phys", "fe_unmap_page", "kp_unmap_phys",
				  "kp_unmap_page" } },
	{ "map_resource", PROBE_WANTED, { "tp_map_resource", "fx_map_resource",
					  "kp_map_resource+kr_map_resource" } },
	{ "unmap_resource", PROBE_WANTED, { "fe_unmap_resource", "kp_unmap_resource" } },
	{ "need_unmap", PROBE_WANTED, { "fx_need_unmap", "kp_need_unmap+kr_need_unmap" } },
	{ "iova_alloc", PROBE_WANTED, { "fx_iova_alloc", "kp_iova_alloc+kr_iova_alloc" } },
	{ "iova_link", PROBE_WANTED, { "fx_iova_link", "kp_iova_link+kr_iova_link" } },
	{ "iova_sync", PROBE_WANTED, { "fx_iova_sync", "kp_iova_sync" } },
	{ "iova_unlink", PROBE_WANTED, { "fe_iova_unlink", "kp_iova_unlink" } },
	{ "iova_destroy", PROBE_WANTED, { "fe_iova_destroy", "kp_iova_destroy" } },
	{ "iova_free", PROBE_WANTED, { "fe_iova_free", "kp_iova_free" } },
	{ "map_sg", PROBE_VITAL, { "fx_map_sg", "kp_map_sg+kr_map_sg" } },
	{ "unmap_sg", PROBE_VITAL, { "fe_unmap_sg", "kp_unmap_sg" } },
	{ "sync_for_cpu", PROBE_VITAL, { "fe_sync_cpu", "fe_sync_old_cpu", "kp_sync_cpu",
					 "kp_sync_old_cpu" } },
	{ "sync_for_device", PROBE_VITAL, { "fe_sync_device", "fe_sync_old_device",
					    "kp_sync_device", "kp_sync_old_device" } },
	{ "sync_sg_for_cpu", PROBE_VITAL, { "fe_sync_sg_cpu", "fe_sync_sg_old_cpu",
					    "kp_sync_sg_cpu", "kp_sync_sg_old_cpu" } },
	{ "sync_sg_for_device", PROBE_VITAL, { "fe_sync_sg_device", "fe_sync_sg_old_device",
					       "kp_sync_sg_device",
					       "kp_sync_sg_old_device" } },
	{ "mapping_error", PROBE_LATE, { "fe_mapping_error" } },
	{ "alloc", PROBE_WANTED, { "fx_alloc", "kp_alloc+kr_alloc" } },
	{ "free", PROBE_WANTED, { "kp_free" } },
	{ "alloc_pages", PROBE_WANTED, { "fx_alloc_pages", "kp_alloc_pages+kr_alloc_pages" } },
	{ "free_pages", PROBE_WANTED, { "kp_free_pages" } },
	{ "alloc_sgt", PROBE_WANTED, { "tp_alloc_sgt", "fx_alloc_sgt", "kp_alloc_sgt+kr_alloc_sgt" } },
	{ "free_sgt", PROBE_WANTED, { "kp_free_sgt" } },
	{ "pool_create", PROBE_WANTED, { "fx_pool_create_node", "fx_pool_create",
					    "kp_pool_create_node+kr_pool_create_node",
					    "kp_pool_create+kr_pool_create" } },
	{ "pool_destroy", PROBE_WANTED, { "fe_pool_destroy", "kp_pool_destroy" } },
	{ "pool_alloc", PROBE_WANTED, { "fx_pool_alloc", "kp_pool_alloc+kr_pool_alloc" } },
	{ "pool_free", PROBE_WANTED, { "fe_pool_free", "kp_pool_free" } },
	{ "bind", PROBE_WANTED, { "fe_bind", "kp_bind" } },
	{ "unbind", PROBE_WANTED, { "fx_unbind", "kp_unbind+kr_unbind" } },
	{ "kfree", PROBE_WANTED, { "tp_kfree" } },
	{ "cache_free", PROBE_WANTED, { "tp_cache_free" } },
	{ "page_free", PROBE_WANTED, { "tp_mm_page_free" } },
	{ "register", PROBE_VITAL, { "fx_register", "kp_register+kr_register" } },
	{ "unregister", PROBE_WANTED, { "fe_unregister", "kp_unregister" } },
	{ "chan_get", PROBE_WANTED, { "fx_chan_get", "kp_chan_get+kr_chan_get" } },
	{ "chan_put", PROBE_WANTED, { "fe_chan_put", "kp_chan_put" } },
	{ "run_dependencies", PROBE_VITAL, { "fe_run_deps+fx_run_deps",
					    "kp_run_deps+kr_run_deps" } },
	{ "async_wait", PROBE_WANTED, { "fe_async_wait", "kp_async_wait" } },
	{ "sync_wait", PROBE_WANTED, { "fe_sync_wait", "kp_sync_wait" } },
	{ "unmap_data_get", PROBE_WANTED, { "fx_ud_get", "kp_ud_get+kr_ud_get" } },
	{ "unmap_data_put", PROBE_WANTED, { "fe_ud_put", "kp_ud_put" } },
	{ "async_tx_submit", PROBE_LATE, { "kp_async_submit" } },
	{ "hw_start", PROBE_LATE, { "tp_hw_start", "kp_hw_start" } },
	{ "hw_done", PROBE_LATE, { "tp_hw_done", "kp_hw_done" } },
	{ "hw_drop", PROBE_LATE, { "tp_hw_drop", "kp_hw_drop" } },
	{ "missed_kprobes", PROBE_WANTED, { "fe_missed" } },
	{ "softirq", PROBE_WANTED, { "tp_softirq" } },
	{ "module_load", PROBE_WANTED, { "tp_module_load" } },
	{ "module_free", PROBE_WANTED, { "tp_module_free" } },
};

/*
 * Functions whose calls end in another one that is probed, where the kernel has that: another probe
 * here would see them twice.
 */
static const struct {
	const char *probe, *function;
} parts[] = {
	{ "map_resource", "dma_map_phys" },	/* with DMA_ATTR_MMIO */
	{ "unmap_resource", "dma_unmap_phys" },
};

bool is_part(const struct observer *o, const struct probe *p)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(parts[i].probe, p->name))
			return has_function(o, parts[i].function);
	return false;
}

const unsigned int nr_probes = sizeof(probe_table) / sizeof(probe_table[0]);

_Static_assert(sizeof(probe_table) / sizeof(probe_table[0]) <= MAX_PROBES, "probes");
