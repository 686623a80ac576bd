/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The contract between the observer and the readers of its events: the form of an event in
 * the ring and in a recording.
 *
 * All events have the same size and fields; a field that an event type does not list is 0.
 * Addresses of kernel objects (struct device, dma_chan, descriptor) are used as identities
 * and never dereferenced. Integers are in the byte order of the observed machine.
 */
#ifndef BPF_EVENTS_H
#define BPF_EVENTS_H

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif

#define OBS_VERSION	1

/* Where the event happened. */
enum obs_level {
	OBS_TASK	= 0,
	OBS_SOFTIRQ	= 1,	/* serving a softirq; a task with BHs disabled is OBS_TASK */
	OBS_HARDIRQ	= 2,
	OBS_NMI		= 3,
};

#define OBS_F_IRQS_OFF	0x01	/* interrupts were off */
#define OBS_F_LOCKED	0x02	/* a spinlock is held: preemption was disabled more
				 * than @level itself disables it
				 */
#define OBS_F_STACK	0x04	/* MAP: the memory is the running task's stack */
#define OBS_F_ELIDES	0x08	/* the device's syncs do not call the kernel's
				 * functions (dev->dma_skip_sync), so it has no
				 * SYNC events
				 */
#define OBS_F_UNWATCHED	0x10	/* PREP: this descriptor's tx_submit is not probed;
				 * SUBMIT: its callback is not probed. Their events
				 * will be missing
				 */
#define OBS_F_FAILED	0x20	/* the call failed: MAP gave no address, PREP no
				 * descriptor, SUBMIT an error cookie (arg)
				 */
#define OBS_F_KTHREAD	0x40	/* a kernel thread or worker */
#define OBS_F_MAY_STAY	0x80	/* MAP: the device's driver was told that it need not
				 * unmap (NEED_UNMAP)
				 */

struct obs_event {
	__u64 seq;		/* 1, 2, ... over all CPUs; a gap is a loss */
	__u64 time_ns;		/* CLOCK_MONOTONIC */
	__u16 type;		/* enum obs_type */
	__u16 cpu;
	__u8  level;		/* enum obs_level */
	__u8  flags;		/* OBS_F_* */
	__u16 reserved;		/* 0 */
	__u32 task;		/* thread id; in an interrupt that of the interrupted task */
	__s32 stack;		/* stack id; < 0: no stack was taken */
	__u64 dev;		/* struct device */
	union {
		struct {
			__u64 obj;
			__u64 phys;	/* byte address */
			__u64 dma;	/* DMA address */
			__u64 len;	/* bytes */
			__u32 dir;	/* enum dma_data_direction: 0 bidirectional,
					 * 1 to device, 2 from device
					 */
			__u32 attrs;	/* DMA_ATTR_* of the kernel */
			__u64 arg;
			__u64 arg2;
		};
		char name[56];		/* NUL-terminated, cut if longer */
	};
};

#define OBS_DMA_ERROR	(~0ULL)		/* DMA_MAPPING_ERROR */

/* kind of MAP, UNMAP (arg) */
enum obs_map_kind {
	OBS_MAP_PAGE	 = 0,	/* page, single and phys are one function */
	OBS_MAP_RESOURCE = 1,	/* dma_map_resource, or with DMA_ATTR_MMIO */
	OBS_MAP_LINK	 = 2,	/* dma_iova_link, dma_iova_unlink */
};

/* kind of ALLOC and FREE (arg) */
enum obs_alloc_kind {
	OBS_ALLOC_COHERENT    = 0,	/* dma_alloc_attrs */
	OBS_ALLOC_NONCOHERENT = 1,	/* dma_alloc_pages: len bytes, dir */
	OBS_ALLOC_POOL	      = 2,	/* dma_pool_alloc: obj is the pool */
	OBS_ALLOC_NONCONTIGUOUS = 3, /* dma_alloc_noncontiguous: obj is the sg_table; dir */
};

/* what freed memory (arg of MEM_FREE) */
enum obs_free_kind {
	OBS_FREE_KFREE	= 0,	/* len: 1 where the observer does not know how much */
	OBS_FREE_PAGES	= 1,
	OBS_FREE_CACHE	= 2,	/* kmem_cache_free */
};

/* op of PREP (dir) */
enum obs_op {
	OBS_OP_MEMCPY	 = 0,
	OBS_OP_XOR	 = 1,
	OBS_OP_PQ	 = 2,	/* two destinations */
	OBS_OP_XOR_VAL	 = 3,	/* reads only; its result goes to the CPU */
	OBS_OP_PQ_VAL	 = 4,
	OBS_OP_MEMSET	 = 5,
	OBS_OP_INTERRUPT = 6,	/* touches no memory */
	OBS_OP_SLAVE_SG	 = 7,
	OBS_OP_CYCLIC	 = 8,
	OBS_OP_OTHER	 = 9,
};

/* attrs of DEVICE_INFO */
#define OBS_DEV_COHERENT	0x1	/* hardware keeps its caches coherent */
#define OBS_DEV_ELIDES		0x2	/* as OBS_F_ELIDES */
#define OBS_DEV_OWN_OPS		0x4	/* dma_map_ops, not dma-direct */
#define OBS_DEV_NO_MASK		0x8	/* no dma_mask was ever set */

/* dma of REGISTER; 0: not known */
#define OBS_OPS_TOLD		0x1
#define OBS_OPS_TERMINATE	0x2	/* device_terminate_all */
#define OBS_OPS_SYNCHRONIZE	0x4	/* device_synchronize */
#define OBS_OPS_RELEASE		0x8	/* device_release: may be unregistered in use */

/*
 * Order and time. The event of a map comes after the kernel has made it, that of an unmap
 * before the kernel undoes it. So, between two CPUs, no event claims that a range was owned
 * when it was not. ENTER/EXIT pairs nest per task at OBS_TASK, else per CPU and level.
 */
enum obs_type {
	/* the observer itself */
	OBS_LOST	= 1,	/* len events were dropped (arg: 0 ring full,
				 * 1 a table was full, 2 a probe missed)
				 */
	OBS_DEVICE	= 2,	/* dev; name: dev_name(). Before any other event
				 * of the device, and again when another device
				 * has the address
				 */
	OBS_DRIVER	= 3,	/* dev; name: that of its driver; after DEVICE */
	OBS_DEVICE_INFO	= 4,	/* dev; obj parent device, phys dma mask, dma
				 * coherent mask, len max segment size, arg segment
				 * boundary mask, attrs OBS_DEV_*, arg2 iommu domain
				 * (0: none)
				 */
	OBS_UNBIND	= 5,	/* dev; its driver has gone (after the driver's remove
				 * and devres): the device must not own anything now
				 */
	OBS_BIND	= 6,	/* dev; name: a driver is about to probe it. From here on
				 * all mappings of the device are seen
				 */
	OBS_BLIND	= 7,	/* dev, 0 if not known; name: a mapping function that no
				 * probe covers was called. What it did is not known
				 */

	/* mapping */
	OBS_MAP		= 16,	/* dev phys dma len dir attrs; arg kind; arg2
				 * bytes the slab object has beyond (len; 0:
				 * unknown); FAILED: dma is ~0
				 */
	OBS_UNMAP	= 17,	/* dev dma len dir attrs; arg kind; no phys */
	OBS_MAP_SG	= 18,	/* dev dir attrs; obj scatterlist; len entries
				 * given; arg entries mapped; phys and dma: the
				 * device's segment size and boundary mask now,
				 * 0: not told; then len MAP_SG_ENTRY of the same
				 * task, level and obj.
				 * FAILED: arg 0, no entries follow
				 */
	OBS_MAP_SG_ENTRY = 19,	/* dev obj phys len dir attrs: entry arg as the
				 * caller made it; dma and arg2: address and
				 * length of mapped entry arg, 0 beyond the last
				 */
	OBS_UNMAP_SG	= 20,	/* dev dir attrs; obj; len entries given; phys and
				 * dma of the first entry
				 */
	OBS_SYNC_CPU	= 21,	/* dev dma len dir */
	OBS_SYNC_DEVICE	= 22,	/* dev dma len dir */
	OBS_SYNC_SG_CPU	= 23,	/* dev dir; obj; len entries given; phys and dma of
				 * the first
				 */
	OBS_SYNC_SG_DEVICE = 24,
	OBS_MAPPING_ERROR = 25,	/* dev dma: dma_mapping_error() was called (only on debug
				 * kernels)
				 */
	OBS_ALLOC	= 26,	/* dev phys (0: not linear) dma len dir attrs; arg kind;
				 * obj: CPU address, or for a pool the pool and
				 * arg2 the CPU address
				 */
	OBS_FREE	= 27,	/* dev dma len dir attrs; arg kind; obj, arg2 as ALLOC */
	/* 31 to 39: more of mapping */
	OBS_NEED_UNMAP	= 31,	/* dev: its driver asked dma_need_unmap(); arg the
				 * answer. Told when it is the first that is 0, or
				 * another one than the last
				 */
	OBS_IOVA_ALLOC	= 32,	/* dev dma len; obj dma_iova_state: IOVA for links. Between
				 * this and FREE, MAP and UNMAP of OBS_MAP_LINK have the
				 * same obj; a MAP that FAILED has its dma all the same
				 */
	OBS_IOVA_SYNC	= 33,	/* dev dma len; obj: the device may use the links here */
	OBS_IOVA_FREE	= 34,	/* dev dma len dir attrs; obj: free or destroy; arg bytes
				 * from dma on that it unlinks first
				 */
	OBS_POOL_CREATE	= 28,	/* dev; obj pool; len block size; arg boundary */
	OBS_POOL_DESTROY = 29,	/* obj pool */
	OBS_MEM_FREE	= 30,	/* phys len: memory that may be mapped was freed; arg: by what */

	/* providers, channels */
	OBS_REGISTER	= 40,	/* dev; obj dma_device; arg capability mask; len
				 * max_xor; phys max_pq; attrs: alignment shifts
				 * copy | xor << 8 | pq << 16 | fill << 24;
				 * arg2 1: DMA_COMPLETION_NO_ORDER; dma OBS_OPS_*
				 */
	OBS_UNREGISTER	= 41,	/* dev; obj dma_device */
	OBS_CHAN_INFO	= 42,	/* dev; obj dma_chan; arg dma_device; len chan_id.
				 * Before any other event of the channel
				 */
	OBS_CHAN_GET	= 43,	/* dev; obj dma_chan; arg client_count after; arg2 1
				 * public (async_tx, dma_find_channel)
				 */
	OBS_CHAN_PUT	= 44,	/* dev; obj dma_chan; arg client_count before */
	OBS_CHAN_ALLOC	= 45,	/* obj: device_alloc_chan_resources was called */
	OBS_CHAN_FREE	= 46,	/* obj: device_free_chan_resources is called */

	/* descriptors: obj is the dma_async_tx_descriptor, arg2 its dma_chan */
	OBS_PREP	= 50,	/* dev obj arg2; dir op; len bytes; attrs prep flags;
				 * arg number of sources << 8 | destinations; then
				 * that many PREP_ADDR of the same task and level,
				 * destinations first. FAILED: obj 0, the addresses
				 * still follow
				 */
	OBS_PREP_ADDR	= 51,	/* dev obj arg2; dma len; dir 0 both, 1 source, 2
				 * destination; arg index
				 */
	OBS_SUBMIT	= 52,	/* dev obj arg2; arg cookie (negative: FAILED); attrs
				 * tx->flags; dma callback function; phys its
				 * parameter; len the unmap data, 0: none. Told
				 * when tx_submit has returned
				 */
	OBS_SUBMIT_ENTER = 53,	/* dev obj arg2 dma phys len attrs as SUBMIT: tx_submit is
				 * called. A callback may come before SUBMIT does
				 */
	OBS_ISSUE	= 54,	/* dev arg2: issue_pending is called. 55 is free: its return
				 * is not told, see engine.bpf.h
				 */
	OBS_CB_ENTER	= 56,	/* dma callback function; phys its parameter; arg
				 * enum dmaengine_tx_result, -1: not told
				 */
	OBS_CB_EXIT	= 57,	/* as ENTER */
	OBS_STATUS	= 58,	/* dev arg2; arg cookie asked; dma enum dma_status;
				 * len residue; phys the channel's completed_cookie
				 */
	OBS_TERMINATE	= 59,	/* dev arg2: terminate_all has returned; FAILED */
	OBS_SYNCHRONIZE	= 60,	/* dev arg2: synchronize has returned */
	OBS_TERMINATE_ENTER = 61, /* dev arg2 */
	OBS_COOKIE	= 62,	/* dev arg2; arg completed_cookie; dma last cookie:
				 * read when a callback or dependency of the
				 * channel runs, where it is known
				 */

	/* async_tx */
	OBS_ASYNC_SUBMIT = 70,	/* obj arg2; arg parent descriptor or 0; attrs
				 * submit->flags; len the parent's tx->flags
				 */
	OBS_RUN_DEPS	= 71,	/* obj arg2: dma_run_dependencies(obj) */
	OBS_RUN_DEPS_EXIT = 72,
	OBS_ASYNC_WAIT	= 73,	/* obj: dma_wait_for_async_tx or dma_sync_wait (obj
				 * 0, arg2, arg cookie) begins
				 */
	OBS_UD_GET	= 74,	/* dev; obj unmap data; arg addresses it can hold */
	OBS_UD_PUT	= 75,	/* obj; arg references before; attrs to | from << 8 |
				 * bidi << 16 | map_cnt << 24
				 */

	/* an engine that reports what it does: softdma (kmod/softdma/hw.c) */
	OBS_HW_START	= 80,	/* dev obj arg2: it starts to move this descriptor's
				 * data; arg cookie
				 */
	OBS_HW_DONE	= 81,	/* dev obj arg2; arg cookie; dma 0 or the error */
	OBS_HW_DROP	= 82,	/* dev obj arg2; arg cookie: terminated before its end */

	/* a load or store of the CPU, in memory that is mapped: harness/vm/plugin */
	OBS_CPU_ACCESS	= 90,	/* phys len; dir 1: a store; obj the instruction; arg how many
				 * accesses it made of these bytes. stack: where the processor
				 * came from. time_ns: of the event before it
				 */
};

/*
 * The chunks of a recording, or of a guest's frames. Little endian, except events and stacks,
 * which have the byte order of the observed machine.
 */
enum obs_chunk {
	OBS_CHUNK_META	  = 1,	/* text, lines key=value */
	OBS_CHUNK_PROBES  = 2,	/* text, lines "NAME WAY", "NAME missing: REASON",
				 * "NAME not countable: REASON": losses that nobody sees,
				 * "blind to NAME: ...", "paths missing: ...": stacks that
				 * may be wrong
				 */
	OBS_CHUNK_EVENTS  = 3,	/* struct obs_event, many */
	OBS_CHUNK_STACKS  = 4,	/* s32 id, u32 n, u64 address[n]; many */
	OBS_CHUNK_SYMBOLS = 5,	/* text, lines "HEXADDRESS name+0xOFF/0xSIZE [module]" */
	OBS_CHUNK_END	  = 6,	/* u64 last sequence number, u64 events lost */
};

#endif /* BPF_EVENTS_H */
