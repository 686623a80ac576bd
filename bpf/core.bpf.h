/* SPDX-License-Identifier: GPL-2.0-only */
/* What all programs share: tables, the ring, and the making of events. */
#ifndef BPF_CORE_H
#define BPF_CORE_H

#if !defined(__TARGET_ARCH_x86) && !defined(__TARGET_ARCH_arm64)
#error "the observer is written for x86-64 and arm64: arch.bpf.h says what another architecture takes"
#endif

#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <asm-generic/errno-base.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "kernel.h"
#include "layout.h"
#include "shared.h"
#include "seats.h"

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1ULL << PAGE_SHIFT)

const volatile struct obs_config config SEC(".rodata.config");
struct obs_state state SEC(".data.state");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 24);	/* the loader sets the size */
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} requests SEC(".maps");

/* Devices that were seen: DEVICE_* flags. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, __u8);
} devices SEC(".maps");

/* What is known about a device. */
#define DEVICE_MET	1	/* its name was sent */
#define DEVICE_WANTED	2	/* the filters accept it */
#define DEVICE_TOLD	4	/* its masks and limits were sent: of its first map or prep */
#define DEVICE_MAY_STAY	8	/* dma_need_unmap() said no to its driver */

/* ---- bodies ---- */

/* Where the seats of each body find it: seats.bpf.h. */
#define BODY_MAP(body, section, arg, calls)					\
struct {									\
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);					\
	__uint(max_entries, 1);							\
	__type(key, __u32);							\
	__type(value, __u32);							\
} body##_body SEC(".maps");

SEATS_ALL(BODY_MAP)

/*
 * Each program that is made by BPF_PROG() is a body. Several tasks and interrupts may be in a body
 * at the same time, so it must not have the one private stack that kernels from 6.13 on give to a
 * program (kernel/bpf/verifier.c: bpf_enable_priv_stack()). They do not give it to one that has a
 * tail call; this one is never taken, and the verifier removes it after it has decided that.
 */
#undef BPF_PROG
#define BPF_PROG(name, args...)							\
name(unsigned long long *ctx);							\
static __always_inline typeof(name(0))						\
____##name(unsigned long long *ctx, ##args);					\
typeof(name(0)) name(unsigned long long *ctx)					\
{										\
	if (config.never)							\
		bpf_tail_call(ctx, &name##_body, 0);				\
	_Pragma("GCC diagnostic push")						\
	_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")		\
	return ____##name(___bpf_ctx_cast(args));				\
	_Pragma("GCC diagnostic pop")						\
}										\
static __always_inline typeof(name(0))						\
____##name(unsigned long long *ctx, ##args)

/* ---- context ---- */

/* A pointer as a plain number: the verifier forbids arithmetic on trusted pointers. */
static __always_inline __u64 number(const void *p)
{
	__u64 n = 0;

	bpf_probe_read_kernel(&n, sizeof(n), &p);
	return n;
}

#include "arch.bpf.h"

/*
 * The preempt_count that the softirq running on a CPU found when it began, + 1; 0: not known. It
 * may have interrupted a task that holds a lock, and that lock must not count for the softirq.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} softirq_base SEC(".maps");

/*
 * linux/preempt.h: 8 bits count what disables preemption, 8 softirqs, 4 hard interrupts, 4 NMIs.
 * Since 7.3, 8 bits that count what disables interrupts lie below those of hard interrupts, and
 * NMIs have one bit.
 */
static __always_inline __u8 level_of(__u32 count)
{
	__u32 irq = count >> config.hardirq_shift;

	if (irq & (config.hardirq_shift == 16 ? 0xf0 : 0x10))
		return OBS_NMI;
	if (irq & 0x0f)
		return OBS_HARDIRQ;
	if (count & 0x00000100)
		return OBS_SOFTIRQ;
	return OBS_TASK;
}

#define PF_KTHREAD	0x00200000

/*
 * In hardirq and NMI nothing tells which part of the count belongs to what was interrupted. A
 * tracepoint may lie where its function holds a lock of its own. With PREEMPT_RT a spinlock does
 * not disable preemption, so that only raw ones are seen.
 */
static __always_inline bool is_locked(enum obs_way way, __u32 count)
{
	__u32 own = state.base[way & (WAY__COUNT - 1)], zero = 0, *base;

	if (way == WAY_TRACEPOINT || own == 0xff || level_of(count) > OBS_SOFTIRQ)
		return false;
	if (level_of(count) == OBS_SOFTIRQ) {
		base = bpf_map_lookup_elem(&softirq_base, &zero);
		if (!base || !*base || state.base[WAY_TRACEPOINT] == 0xff)
			return false;
		own += *base - 1 - state.base[WAY_TRACEPOINT];
	}
	return (count & 0xff) > own;
}

static __always_inline __u8 flags_of(enum obs_way way, __u32 count)
{
	const struct task_struct *task = (void *)bpf_get_current_task_btf();
	__u8 flags = 0;

	if (is_locked(way, count))
		flags |= OBS_F_LOCKED;
	if (task->flags & PF_KTHREAD)
		flags |= OBS_F_KTHREAD;
	return flags;
}

/* ---- events ---- */

static __always_inline void count(__u64 *n)
{
	__sync_fetch_and_add(n, 1);
}

/* Fills in the header of a new event; everything else is 0. */
static __always_inline void head(struct obs_event *e, __u64 seq, enum obs_way way, __u16 type,
				 __u64 dev)
{
	__u32 preempt = read_preempt_count();

	e->seq = seq;
	e->time_ns = bpf_ktime_get_ns();
	e->type = type;
	e->cpu = bpf_get_smp_processor_id();
	e->level = level_of(preempt);
	e->flags = flags_of(way, preempt);
	e->reserved = 0;
	e->task = (__u32)bpf_get_current_pid_tgid();
	e->stack = -1;
	e->dev = dev;
	__builtin_memset(e->name, 0, sizeof(e->name));
}

/*
 * Reserves room for an event in @e. If there is none, counts the loss and returns 0 from the
 * calling function. It is a macro because older verifiers (6.1) lose track when a caller checks
 * for NULL a second time.
 */
#define begin(e, way, type, dev) do {						\
	__u64 seq_ = __sync_fetch_and_add(&state.seq, 1) + 1;			\
										\
	(e) = bpf_ringbuf_reserve(&ring, sizeof(*(e)), 0);			\
	if (!(e)) {								\
		count(&state.lost_ring);					\
		return 0;							\
	}									\
	head(e, seq_, way, type, dev);						\
} while (0)

/*
 * Submits the event. The reader is woken by the number of events: a wake-up for each event would
 * cost an interrupt each, and a reader that polls would come at other moments in each run.
 */
static __always_inline void done(struct obs_event *e)
{
	__u64 mask = state.wake_mask;
	bool wake = mask && !((e->seq - state.marked) & mask);

	bpf_ringbuf_submit(e, wake ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

/* ---- devices ---- */

static __always_inline void read_name(char *out, __u32 size, const char *from)
{
	if (from)
		bpf_probe_read_kernel_str(out, size, from);
}

static __always_inline bool wanted(const struct device *dev, const struct device_driver *drv)
{
	const char *init = BPF_CORE_READ(dev, init_name);
	char name[OBS_FILTER_LEN] = "";

	if (config.device[0]) {
		read_name(name, sizeof(name), init ?: BPF_CORE_READ(dev, kobj.name));
		if (bpf_strncmp(name, sizeof(name), (const char *)config.device))
			return false;
	}
	if (config.driver[0]) {
		__builtin_memset(name, 0, sizeof(name));
		if (drv)
			read_name(name, sizeof(name), BPF_CORE_READ(drv, name));
		if (bpf_strncmp(name, sizeof(name), (const char *)config.driver))
			return false;
	}
	return true;
}

/*
 * A bit of a device, which is a field of its own in older kernels and one of dev->flags in newer
 * ones (7.2). False where the kernel has neither.
 */
#define device_bit(dev, field, value)							\
	(bpf_core_enum_value_exists(enum struct_device_flags, value)			\
	 ? !!(BPF_CORE_READ(dev, flags[0]) &						\
	      1UL << bpf_core_enum_value(enum struct_device_flags, value))		\
	 : bpf_core_field_exists((dev)->field) && BPF_CORE_READ_BITFIELD_PROBED(dev, field))

static __always_inline bool elides(const struct device *dev)
{
	return device_bit(dev, dma_skip_sync, DEV_FLAG_DMA_SKIP_SYNC);
}

static __always_inline bool has_own_ops(const struct device *dev)
{
	return bpf_core_field_exists(dev->dma_ops) && BPF_CORE_READ(dev, dma_ops);
}

static __always_inline __u32 device_flags(const struct device *dev)
{
	__u32 flags = 0;

	if (!config.syncs_caches || device_bit(dev, dma_coherent, DEV_FLAG_DMA_COHERENT))
		flags |= OBS_DEV_COHERENT;
	if (elides(dev))
		flags |= OBS_DEV_ELIDES;
	if (has_own_ops(dev))
		flags |= OBS_DEV_OWN_OPS;
	if (!BPF_CORE_READ(dev, dma_mask))
		flags |= OBS_DEV_NO_MASK;
	return flags;
}

/* The parent device. The platform bus does not count, as all its children would be siblings. */
static __always_inline __u64 parent_of(const struct device *dev)
{
	const struct device *parent = BPF_CORE_READ(dev, parent);
	char name[16] = "";

	if (!parent)
		return 0;
	read_name(name, sizeof(name), BPF_CORE_READ(parent, init_name) ?:
				      BPF_CORE_READ(parent, kobj.name));
	return bpf_strncmp(name, sizeof(name), "platform") ? (__u64)parent : 0;
}

static __always_inline int tell_info(enum obs_way way, const struct device *dev)
{
	struct obs_event *e;
	const struct device_dma_parameters *parms = BPF_CORE_READ(dev, dma_parms);
	const __u64 *mask = BPF_CORE_READ(dev, dma_mask);

	begin(e, way, OBS_DEVICE_INFO, (__u64)dev);
	e->obj = parent_of(dev);
	if (mask)
		bpf_probe_read_kernel(&e->phys, sizeof(e->phys), mask);
	e->dma = BPF_CORE_READ(dev, coherent_dma_mask);
	if (parms) {
		e->len = BPF_CORE_READ(parms, max_segment_size);
		e->arg = BPF_CORE_READ(parms, segment_boundary_mask);
	}
	e->attrs = device_flags(dev);
	if (bpf_core_field_exists(dev->iommu_group)) {
		const struct iommu_group *group = BPF_CORE_READ(dev, iommu_group);

		/* a kernel without IOMMUs knows only the structure's name */
		if (group && bpf_core_field_exists(group->domain))
			e->arg2 = (__u64)BPF_CORE_READ(group, domain);
	}
	done(e);
	return 0;
}

static __always_inline int tell_name(enum obs_way way, __u16 type, __u64 dev, const char *name)
{
	struct obs_event *e;

	begin(e, way, type, dev);
	read_name(e->name, sizeof(e->name), name);
	done(e);
	return 0;
}

/* The first event of a device is preceded by who it is. Global, as those
 * below: the verifier looks at it once instead of at every call. */
__noinline int meet(__u32 way, __u64 key, __u64 driver)
{
	const struct device *dev = (void *)key;
	const struct device_driver *drv = (void *)driver;
	const char *init = BPF_CORE_READ(dev, init_name);
	__u8 is = DEVICE_MET | (wanted(dev, drv) ? DEVICE_WANTED : 0);

	if (bpf_map_update_elem(&devices, &key, &is, BPF_ANY))
		count(&state.lost_table);
	if (!(is & DEVICE_WANTED))
		return is;
	tell_name(way, OBS_DEVICE, key, init ?: BPF_CORE_READ(dev, kobj.name));
	tell_name(way, OBS_DRIVER, key, drv ? BPF_CORE_READ(drv, name) : NULL);
	return is;
}

/* Is this device observed? Sends its name if it is new. */
static __always_inline bool watch(enum obs_way way, const struct device *dev)
{
	__u64 key = (__u64)dev;
	const __u8 *is = bpf_map_lookup_elem(&devices, &key);

	return (is ? *is : meet(way, number(dev), (__u64)BPF_CORE_READ(dev, driver))) &
	       DEVICE_WANTED;
}

__noinline int tell_info_once(__u32 way, __u64 key)
{
	const __u8 *found = bpf_map_lookup_elem(&devices, &key);
	__u8 is = (found ? *found : 0) | DEVICE_MET | DEVICE_WANTED | DEVICE_TOLD;

	bpf_map_update_elem(&devices, &key, &is, BPF_ANY);
	return tell_info(way, (void *)key);
}

/* The same for a call that maps, allocates or prepares; sends the device's limits at the first. */
static __always_inline bool watch_mapping(enum obs_way way, const struct device *dev)
{
	__u64 key = (__u64)dev;
	const __u8 *found = bpf_map_lookup_elem(&devices, &key);
	__u8 is = found ? *found :
			  meet(way, number(dev), (__u64)BPF_CORE_READ(dev, driver));

	if ((is & (DEVICE_WANTED | DEVICE_TOLD)) == DEVICE_WANTED)
		tell_info_once(way, number(dev));
	return is & DEVICE_WANTED;
}

static __always_inline bool may_stay(const struct device *dev)
{
	__u64 key = number(dev);
	const __u8 *is = bpf_map_lookup_elem(&devices, &key);

	return is && *is & DEVICE_MAY_STAY;
}

/* ---- from an entry to its return ---- */

/* One for each task, and for each CPU in interrupts; calls of one kind do not nest there. */
struct stash_key {
	__u64 who;
	__u32 level;
	__u32 kind;
};

struct stash {
	__u64 v[10];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct stash_key);
	__type(value, struct stash);
} stashes SEC(".maps");

static __always_inline void stash_key(struct stash_key *key, __u32 kind)
{
	__u8 level = level_of(read_preempt_count());

	key->who = level == OBS_TASK ? bpf_get_current_task() : bpf_get_smp_processor_id();
	key->level = level;
	key->kind = kind;
}

static __always_inline void stash_put(__u32 kind, const struct stash *s)
{
	struct stash_key key;
	long err;

	stash_key(&key, kind);
	err = bpf_map_update_elem(&stashes, &key, s, BPF_NOEXIST);
	if (err == -EEXIST) {	/* the return of an earlier call was missed */
		count(&state.lost_probe);
		err = bpf_map_update_elem(&stashes, &key, s, BPF_ANY);
	}
	if (err)
		count(&state.lost_table);
}

/* Takes what was stashed at the entry. False, and counted as lost, if the entry was not seen. */
static __always_inline bool stash_take(__u32 kind, struct stash *s)
{
	struct stash_key key;
	const struct stash *found;

	stash_key(&key, kind);
	found = bpf_map_lookup_elem(&stashes, &key);
	if (!found) {
		count(&state.lost_probe);
		return false;
	}
	*s = *found;
	bpf_map_delete_elem(&stashes, &key);
	return true;
}

#endif /* BPF_CORE_H */
