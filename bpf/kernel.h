/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fields of the kernel's structures that the observer reads, and no others. CO-RE finds
 * their offsets in the running kernel. Programs check that a field exists before they read it
 * if some kernels do not have it.
 */
#ifndef BPF_KERNEL_H
#define BPF_KERNEL_H

/* For CO-RE an enum is not an int, so these are needed; their values are not used. */
enum dmaengine_alignment { DMAENGINE_ALIGN_1_BYTE };
enum dma_ctrl_flags { DMA_PREP_INTERRUPT };
enum dmaengine_tx_result { DMA_TRANS_NOERROR };
/* Bits of dev->flags, in kernels that have it instead of one-bit fields. */
enum struct_device_flags {
	DEV_FLAG_DMA_SKIP_SYNC,
	DEV_FLAG_DMA_COHERENT,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
	struct list_head *next, *prev;
};

struct kobject {
	const char *name;
};

struct device_driver {
	const char *name;
};

struct device_dma_parameters {
	unsigned int max_segment_size;
	unsigned long segment_boundary_mask;
};

struct iommu_group {
	void *domain;
};

struct device {
	struct kobject kobj;
	struct device *parent;
	const char *init_name;
	struct device_driver *driver;
	const void *dma_ops;
	__u64 *dma_mask;
	__u64 coherent_dma_mask;
	struct device_dma_parameters *dma_parms;
	struct iommu_group *iommu_group;
	_Bool dma_coherent:1;
	_Bool dma_skip_sync:1;	/* since 6.10 */
	unsigned long flags[1];
};

struct page {
	unsigned long flags;
	unsigned long compound_head;	/* until 7.0 */
	unsigned long compound_info;
	unsigned int page_type;
};

enum pageflags {	/* has it until 6.11 (46df8e73a4a3) */
	PG_slab,
};

enum pagetype {
	PGTY_slab = 0xf5,
};

struct kmem_cache {
	unsigned int object_size;
};

struct slab {
	struct kmem_cache *slab_cache;
};

struct dma_iova_state {
	__u64 addr;
	__u64 __size;
};

struct scatterlist {
	unsigned long page_link;
	unsigned int offset;
	unsigned int length;
	__u64 dma_address;
	unsigned int dma_length;
};

struct sg_table {
	struct scatterlist *sgl;
};

struct dma_pool {
	struct device *dev;
	unsigned int size;	/* size_t in older ones: read by its size */
	unsigned int boundary;
};

struct vm_struct {
	struct page **pages;
	unsigned int nr_pages;
};

/* As large as a stack. */
union thread_union {
	unsigned long stack[1];
};

/* From a file descriptor to what is behind it. */
struct file {
	void *private_data;
};

struct fdtable {
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

/* arm64 has preempt_count here. Elsewhere it is not read. */
struct thread_info {
	struct {
		__u32 count;
	} preempt;
};

struct task_struct {
#ifdef __TARGET_ARCH_arm64
	struct thread_info thread_info;
#endif
	int pid;
	unsigned int flags;
	void *stack;
	struct vm_struct *stack_vm_area;
	struct files_struct *files;
};

/* x86, 6.2 to 6.14: preempt_count lives here; before and after, on its own */
struct pcpu_hot {
	int preempt_count;
};

struct refcount_struct {
	struct {
		int counter;
	} refs;
};

struct kref {
	struct refcount_struct refcount;
};

struct dmaengine_unmap_data {
	__u8 map_cnt;		/* u16 in newer ones: read by its size */
	__u8 to_cnt, from_cnt, bidi_cnt;
	struct device *dev;
	struct kref kref;
};

struct dma_chan;
struct dma_async_tx_descriptor;

struct dma_async_tx_descriptor {
	int cookie;
	enum dma_ctrl_flags flags;
	struct dma_chan *chan;
	int (*tx_submit)(struct dma_async_tx_descriptor *tx);
	void (*callback)(void *param);
	void (*callback_result)(void *param, const void *result);
	void *callback_param;
	struct dmaengine_unmap_data *unmap;
};

typedef struct {
	unsigned long bits[1];
} dma_cap_mask_t;

struct dma_device {
	struct list_head channels;
	struct list_head global_node;
	dma_cap_mask_t cap_mask;
	unsigned short max_xor, max_pq;
	enum dmaengine_alignment copy_align, xor_align, pq_align, fill_align;
	struct device *dev;
	void *device_alloc_chan_resources, *device_free_chan_resources;
	void *device_prep_dma_memcpy, *device_prep_dma_xor, *device_prep_dma_xor_val;
	void *device_prep_dma_pq, *device_prep_dma_pq_val, *device_prep_dma_memset;
	void *device_prep_dma_interrupt, *device_prep_slave_sg, *device_prep_dma_cyclic;
	void *device_terminate_all, *device_synchronize, *device_tx_status;
	void *device_issue_pending;
	void *device_release;
};

struct dma_chan {
	struct dma_device *device;
	int cookie, completed_cookie;
	int chan_id;
	struct list_head device_node;
	int client_count;
};

struct dma_tx_state {
	__u32 residue;
};

struct dmaengine_result {
	enum dmaengine_tx_result result;
};

/* A kprobe of perf: perf_event to trace_kprobe (kernel/trace/trace_kprobe.c). */
struct trace_event_call {
	int flags;
};

struct perf_event {
	struct trace_event_call *tp_event;
};

struct trace_probe_event {
	struct trace_event_call call;
	struct list_head probes;
};

struct trace_probe {
	struct list_head list;
};

struct kretprobe {
	int nmissed;
};

struct trace_kprobe {
	struct kretprobe rp;
	struct trace_probe tp;
};

/* Since 6.7, as is the count of kprobes that are dropped while a BPF program runs. */
struct bpf_link_info___obs {
	struct {
		struct {
			__u64 missed;
		} kprobe;
	} perf_event;
};

struct kernel_symbol {
	int value_offset;
	int name_offset;
};

struct module {
	struct list_head list;
	char name[56];
	const struct kernel_symbol *syms, *gpl_syms;	/* only one array in some kernels */
	unsigned int num_syms, num_gpl_syms;
};

#pragma clang attribute pop

/* include/linux/async_tx.h; async_tx is a module, so this is not in the kernel's BTF. */
struct async_submit_ctl {
	__u32 flags;
	struct dma_async_tx_descriptor *depend_tx;
};

#endif /* BPF_KERNEL_H */
