/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The programs that have seats, and which argument of theirs differs from call to call. Both the
 * programs (seats.bpf.h) and their loader read it.
 *
 * The kernel does not run an fentry, fexit or raw tracepoint program while it is running already
 * on that processor: in a task that was preempted inside it, or below this interrupt. So each of
 * them is a body, which is attached nowhere, and a number of small programs, its seats, which are
 * all attached: each hit is offered to all of them one after the other, and the first that runs
 * calls the body. A hit is lost only where something else is inside each of the seats.
 */
#ifndef BPF_SEATS_H
#define BPF_SEATS_H

#include <linux/types.h>

#define SEATS_MAX	8

/*
 * Where the kernel preempts nothing in kernel code, a task, a softirq and a hard interrupt on top
 * of each other are all there can be on a processor. (An NMI maps nothing.)
 */
#define SEATS_LEVELS	3

/*
 * How a body is called, which says how many seats it has. ALONE: rarely, and never on top of
 * itself where the kernel preempts nothing, as only tasks or only softirqs call it.
 */
enum seat_calls { OFTEN, RARELY, ALONE, SEAT_CALLS };

/* X(body, its section, the argument, how it is called) */
#define SEATS_ALL(X)									\
	X(tp_map_page, "raw_tp/dma_map_page", 2, OFTEN)					\
	X(tp_map_phys, "raw_tp/dma_map_phys", 2, OFTEN)					\
	X(fx_map_page, "fexit/dma_map_page_attrs", 6, OFTEN)				\
	X(fx_map_phys, "fexit/dma_map_phys", 5, OFTEN)					\
	X(tp_map_resource, "raw_tp/dma_map_resource", 2, RARELY)			\
	X(fx_map_resource, "fexit/dma_map_resource", 5, RARELY)				\
	X(fe_unmap_page, "fentry/dma_unmap_page_attrs", 1, OFTEN)			\
	X(fe_unmap_phys, "fentry/dma_unmap_phys", 1, OFTEN)				\
	X(fe_unmap_resource, "fentry/dma_unmap_resource", 1, RARELY)			\
	X(fe_sync_cpu, "fentry/__dma_sync_single_for_cpu", 1, OFTEN)			\
	X(fe_sync_old_cpu, "fentry/dma_sync_single_for_cpu", 1, OFTEN)			\
	X(fe_sync_device, "fentry/__dma_sync_single_for_device", 1, OFTEN)		\
	X(fe_sync_old_device, "fentry/dma_sync_single_for_device", 1, OFTEN)		\
	X(fe_mapping_error, "fentry/debug_dma_mapping_error", 1, OFTEN)			\
	X(fx_map_sg, "fexit/__dma_map_sg_attrs", 1, OFTEN)				\
	X(fe_unmap_sg, "fentry/dma_unmap_sg_attrs", 1, OFTEN)				\
	X(fe_sync_sg_cpu, "fentry/__dma_sync_sg_for_cpu", 1, OFTEN)			\
	X(fe_sync_sg_old_cpu, "fentry/dma_sync_sg_for_cpu", 1, OFTEN)			\
	X(fe_sync_sg_device, "fentry/__dma_sync_sg_for_device", 1, OFTEN)		\
	X(fe_sync_sg_old_device, "fentry/dma_sync_sg_for_device", 1, OFTEN)		\
	X(fx_alloc, "fexit/dma_alloc_attrs", 5, OFTEN)					\
	X(fx_alloc_pages, "fexit/dma_alloc_pages", 5, RARELY)				\
	X(fx_pool_create, "fexit/dma_pool_create", 5, ALONE)				\
	X(fe_pool_destroy, "fentry/dma_pool_destroy", 0, ALONE)			\
	X(fx_pool_alloc, "fexit/dma_pool_alloc", 3, OFTEN)				\
	X(fe_pool_free, "fentry/dma_pool_free", 2, OFTEN)				\
	X(fx_need_unmap, "fexit/dma_need_unmap", 0, OFTEN)				\
	X(fx_pool_create_node, "fexit/dma_pool_create_node", 6, ALONE)			\
	X(fx_alloc_sgt, "fexit/dma_alloc_noncontiguous", 5, RARELY)			\
	X(tp_alloc_sgt, "raw_tp/dma_alloc_sgt", 1, RARELY)				\
	X(fx_iova_alloc, "fexit/dma_iova_try_alloc", 1, OFTEN)				\
	X(fx_iova_link, "fexit/dma_iova_link", 3, OFTEN)				\
	X(fx_iova_sync, "fexit/dma_iova_sync", 2, OFTEN)				\
	X(fe_iova_unlink, "fentry/dma_iova_unlink", 2, OFTEN)				\
	X(fe_iova_destroy, "fentry/dma_iova_destroy", 1, OFTEN)				\
	X(fe_iova_free, "fentry/dma_iova_free", 1, RARELY)				\
	X(fe_bind, "fentry/really_probe", 0, ALONE)					\
	X(fx_unbind, "fexit/devres_release_all", 0, ALONE)				\
	X(tp_kfree, "raw_tp/kfree", 1, OFTEN)						\
	X(tp_cache_free, "raw_tp/kmem_cache_free", 1, OFTEN)				\
	X(tp_mm_page_free, "raw_tp/mm_page_free", 0, OFTEN)				\
	X(fx_register, "fexit/dma_async_device_register", 0, ALONE)			\
	X(fe_unregister, "fentry/dma_async_device_unregister", 0, ALONE)		\
	X(fx_chan_get, "fexit/dma_chan_get", 0, ALONE)					\
	X(fe_chan_put, "fentry/dma_chan_put", 0, ALONE)				\
	X(tp_hw_start, "raw_tp/dmt_hw_start", 0, OFTEN)					\
	X(tp_hw_done, "raw_tp/dmt_hw_done", 0, OFTEN)					\
	X(tp_hw_drop, "raw_tp/dmt_hw_drop", 0, OFTEN)					\
	X(fe_run_deps, "fentry/dma_run_dependencies", 0, OFTEN)				\
	X(fx_run_deps, "fexit/dma_run_dependencies", 0, OFTEN)				\
	X(fe_async_wait, "fentry/dma_wait_for_async_tx", 0, RARELY)			\
	X(fe_sync_wait, "fentry/dma_sync_wait", 0, RARELY)				\
	X(fx_ud_get, "fexit/dmaengine_get_unmap_data", 3, OFTEN)			\
	X(fe_ud_put, "fentry/dmaengine_unmap_put", 0, OFTEN)				\
	X(tp_softirq, "raw_tp/softirq_entry", 0, ALONE)				\
	X(tp_module_load, "raw_tp/module_load", 0, ALONE)				\
	X(tp_module_free, "raw_tp/module_free", 0, ALONE)				\
	X(fe_missed, "fentry/kprobes_inc_nmissed_count", 0, RARELY)

/* Of the seats of a body, on one processor or several. */
#define SEATS_SHARDS	64

struct seat_count {
	__u64 first;	/* hits that the first seat ran for */
	__u64 taken;	/* hits that any of them took */
};

enum seat_kind {
#define SEATS_KIND(body, section, arg, calls) SEATS_OF_##body,
	SEATS_ALL(SEATS_KIND)
#undef SEATS_KIND
	SEATS__COUNT
};

#endif /* BPF_SEATS_H */
