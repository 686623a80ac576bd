/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Streaming mappings (kernel/dma/mapping.c). The event of a map is sent when it is made, that of
 * an unmap before it is undone. For dma_unmap_page and dma_map_sg functions are probed, because
 * the tracepoint of the former comes after the unmap, and that of the latter has only a part of
 * the list.
 */
#ifndef BPF_MAPPING_H
#define BPF_MAPPING_H

#include "memory.bpf.h"

static __always_inline int on_map(void *ctx, enum obs_way way, const struct device *dev, __u64 phys,
				  __u64 dma, __u64 len, __u32 dir, __u64 attrs, __u64 kind)
{
	struct obs_event *e;

	if (!watch_mapping(way, dev))
		return 0;
	begin(e, way, OBS_MAP, (__u64)dev);
	e->phys = phys;
	e->dma = dma;
	e->len = len;
	e->dir = dir;
	e->attrs = attrs;
	e->arg = kind;
	if (dma == OBS_DMA_ERROR)
		e->flags |= OBS_F_FAILED;
	if (elides(dev))
		e->flags |= OBS_F_ELIDES;
	if (may_stay(dev))
		e->flags |= OBS_F_MAY_STAY;
	if (kind == OBS_MAP_PAGE) {
		if (e->level == OBS_TASK && is_stack(phys))
			e->flags |= OBS_F_STACK;
		mark(phys, len);
	}
	take_stack(ctx, e);
	done(e);
	return 0;
}

static __always_inline int on_unmap(void *ctx, enum obs_way way, const struct device *dev,
				    __u64 dma, __u64 len, __u32 dir, __u64 attrs, __u64 kind)
{
	struct obs_event *e;

	if (!watch(way, dev))
		return 0;
	begin(e, way, OBS_UNMAP, (__u64)dev);
	e->dma = dma;
	e->len = len;
	e->dir = dir;
	e->attrs = attrs;
	e->arg = kind;
	take_stack(ctx, e);
	done(e);
	return 0;
}

static __always_inline int on_sync(void *ctx, enum obs_way way, __u16 type,
				   const struct device *dev, __u64 dma, __u64 len, __u32 dir)
{
	struct obs_event *e;

	if (!watch(way, dev))
		return 0;
	begin(e, way, type, (__u64)dev);
	e->dma = dma;
	e->len = len;
	e->dir = dir;
	take_stack(ctx, e);
	done(e);
	return 0;
}

/* ---- map ---- */

SEC("raw_tp/dma_map_page")
int BPF_PROG(tp_map_page, const struct device *dev, __u64 phys, __u64 dma, __u64 len, int dir,
	     unsigned long attrs)
{
	return on_map(ctx, WAY_TRACEPOINT, dev, phys, dma, len, dir, attrs, OBS_MAP_PAGE);
}

/*
 * Since 6.18 dma_map_phys() is behind all functions that map one range, dma_map_resource() too,
 * which adds DMA_ATTR_MMIO.
 */
#define DMA_ATTR_MMIO	(1UL << 10)

static __always_inline __u64 kind_of(unsigned long attrs)
{
	return attrs & DMA_ATTR_MMIO ? OBS_MAP_RESOURCE : OBS_MAP_PAGE;
}

SEC("raw_tp/dma_map_phys")
int BPF_PROG(tp_map_phys, const struct device *dev, __u64 phys, __u64 dma, __u64 len, int dir,
	     unsigned long attrs)
{
	return on_map(ctx, WAY_TRACEPOINT, dev, phys, dma, len, dir, attrs, kind_of(attrs));
}

SEC("fexit/dma_map_phys")
int BPF_PROG(fx_map_phys, const struct device *dev, __u64 phys, __u64 len, int dir,
	     unsigned long attrs, __u64 dma)
{
	return on_map(ctx, WAY_FENTRY, dev, phys, dma, len, dir, attrs, kind_of(attrs));
}

SEC("fexit/dma_map_page_attrs")
int BPF_PROG(fx_map_page, const struct device *dev, const void *page, unsigned long offset,
	     __u64 len, int dir, unsigned long attrs, __u64 dma)
{
	return on_map(ctx, WAY_FENTRY, dev, page_to_phys(page) + offset, dma, len, dir, attrs,
		      OBS_MAP_PAGE);
}

#define KIND_MAP_PAGE	0x100
#define KIND_MAP_RES	0x101
#define KIND_MAP_SG	0x102
#define KIND_ALLOC	0x103
#define KIND_REGISTER	0x104
#define KIND_RUN_DEPS	0x105
#define KIND_UNBIND	0x106
#define KIND_CHAN_GET	0x107
#define KIND_NEED_UNMAP	0x108
#define KIND_IOVA_ALLOC	0x109
#define KIND_IOVA_LINK	0x10a
#define KIND_ALLOC_SGT	0x10b
#define KIND_ALLOC_PAGES	0x10c
#define KIND_POOL_CREATE	0x10d
#define KIND_POOL_ALLOC	0x10e
#define KIND_UD_GET	0x10f

SEC("kprobe/dma_map_phys")
int BPF_KPROBE(kp_map_phys, __u64 dev, __u64 phys, __u64 len, int dir, unsigned long attrs)
{
	struct stash s = { .v = { dev, phys, len, dir, attrs } };

	stash_put(KIND_MAP_PAGE, &s);
	return 0;
}

SEC("kretprobe/dma_map_phys")
int BPF_KRETPROBE(kr_map_phys, __u64 dma)
{
	struct stash s;

	if (!stash_take(KIND_MAP_PAGE, &s))
		return 0;
	return on_map(ctx, WAY_KRETPROBE, (void *)s.v[0], s.v[1], dma, s.v[2], s.v[3], s.v[4],
		      kind_of(s.v[4]));
}

SEC("kprobe/dma_map_page_attrs")
int BPF_KPROBE(kp_map_page, __u64 dev, const void *page, unsigned long offset, __u64 len, int dir)
{
	struct stash s = { .v = { dev, page_to_phys(page) + offset, len, dir, ARG6(ctx) } };

	stash_put(KIND_MAP_PAGE, &s);
	return 0;
}

SEC("kretprobe/dma_map_page_attrs")
int BPF_KRETPROBE(kr_map_page, __u64 dma)
{
	struct stash s;

	if (!stash_take(KIND_MAP_PAGE, &s))
		return 0;
	return on_map(ctx, WAY_KRETPROBE, (void *)s.v[0], s.v[1], dma, s.v[2], s.v[3], s.v[4],
		      OBS_MAP_PAGE);
}

SEC("raw_tp/dma_map_resource")
int BPF_PROG(tp_map_resource, const struct device *dev, __u64 phys, __u64 dma, __u64 len, int dir,
	     unsigned long attrs)
{
	return on_map(ctx, WAY_TRACEPOINT, dev, phys, dma, len, dir, attrs, OBS_MAP_RESOURCE);
}

SEC("fexit/dma_map_resource")
int BPF_PROG(fx_map_resource, const struct device *dev, __u64 phys, __u64 len, int dir,
	     unsigned long attrs, __u64 dma)
{
	return on_map(ctx, WAY_FENTRY, dev, phys, dma, len, dir, attrs, OBS_MAP_RESOURCE);
}

SEC("kprobe/dma_map_resource")
int BPF_KPROBE(kp_map_resource, __u64 dev, __u64 phys, __u64 len, int dir, unsigned long attrs)
{
	struct stash s = { .v = { dev, phys, len, dir, attrs } };

	stash_put(KIND_MAP_RES, &s);
	return 0;
}

SEC("kretprobe/dma_map_resource")
int BPF_KRETPROBE(kr_map_resource, __u64 dma)
{
	struct stash s;

	if (!stash_take(KIND_MAP_RES, &s))
		return 0;
	return on_map(ctx, WAY_KRETPROBE, (void *)s.v[0], s.v[1], dma, s.v[2], s.v[3], s.v[4],
		      OBS_MAP_RESOURCE);
}

/* ---- unmap ---- */

SEC("fentry/dma_unmap_page_attrs")
int BPF_PROG(fe_unmap_page, const struct device *dev, __u64 dma, __u64 len, int dir,
	     unsigned long attrs)
{
	return on_unmap(ctx, WAY_FENTRY, dev, dma, len, dir, attrs, OBS_MAP_PAGE);
}

SEC("kprobe/dma_unmap_page_attrs")
int BPF_KPROBE(kp_unmap_page, const struct device *dev, __u64 dma, __u64 len, int dir,
	       unsigned long attrs)
{
	return on_unmap(ctx, WAY_KPROBE, dev, dma, len, dir, attrs, OBS_MAP_PAGE);
}

/* since 6.18 */
SEC("fentry/dma_unmap_phys")
int BPF_PROG(fe_unmap_phys, const struct device *dev, __u64 dma, __u64 len, int dir,
	     unsigned long attrs)
{
	return on_unmap(ctx, WAY_FENTRY, dev, dma, len, dir, attrs, kind_of(attrs));
}

SEC("kprobe/dma_unmap_phys")
int BPF_KPROBE(kp_unmap_phys, const struct device *dev, __u64 dma, __u64 len, int dir,
	       unsigned long attrs)
{
	return on_unmap(ctx, WAY_KPROBE, dev, dma, len, dir, attrs, kind_of(attrs));
}

SEC("fentry/dma_unmap_resource")
int BPF_PROG(fe_unmap_resource, const struct device *dev, __u64 dma, __u64 len, int dir,
	     unsigned long attrs)
{
	return on_unmap(ctx, WAY_FENTRY, dev, dma, len, dir, attrs, OBS_MAP_RESOURCE);
}

SEC("kprobe/dma_unmap_resource")
int BPF_KPROBE(kp_unmap_resource, const struct device *dev, __u64 dma, __u64 len, int dir,
	       unsigned long attrs)
{
	return on_unmap(ctx, WAY_KPROBE, dev, dma, len, dir, attrs, OBS_MAP_RESOURCE);
}

/* ---- unmaps that are left out ---- */

/*
 * Since 6.16 a driver may ask whether it need unmap at all, and leave it out if not. So the
 * mappings of that device end unseen. Those of any other device do not: nobody asked.
 */
static __always_inline int on_need_unmap(void *ctx, enum obs_way way, const struct device *dev,
					 bool need)
{
	__u64 key = number(dev);
	struct obs_event *e;
	const __u8 *found;
	__u8 is;

	if (may_stay(dev) == !need || !watch(way, dev))
		return 0;
	found = bpf_map_lookup_elem(&devices, &key);
	if (!found)
		return 0;
	is = need ? *found & ~DEVICE_MAY_STAY : *found | DEVICE_MAY_STAY;
	bpf_map_update_elem(&devices, &key, &is, BPF_ANY);
	begin(e, way, OBS_NEED_UNMAP, key);
	e->arg = need;
	take_stack(ctx, e);
	done(e);
	return 0;
}

/* Of a bool only the lowest byte is defined. */
SEC("fexit/dma_need_unmap")
int BPF_PROG(fx_need_unmap, const struct device *dev, __u8 need)
{
	return on_need_unmap(ctx, WAY_FENTRY, dev, need);
}

SEC("kprobe/dma_need_unmap")
int BPF_KPROBE(kp_need_unmap, __u64 dev)
{
	struct stash s = { .v = { dev } };

	stash_put(KIND_NEED_UNMAP, &s);
	return 0;
}

SEC("kretprobe/dma_need_unmap")
int BPF_KRETPROBE(kr_need_unmap, __u8 need)
{
	struct stash s;

	if (!stash_take(KIND_NEED_UNMAP, &s))
		return 0;
	return on_need_unmap(ctx, WAY_KRETPROBE, (void *)s.v[0], need);
}

/* ---- sync; since 6.10 the functions' names begin with two underscores ---- */

#define SYNC(suffix, type)									\
SEC("fentry/__dma_sync_single_for_" #suffix)							\
int BPF_PROG(fe_sync_##suffix, const struct device *dev, __u64 dma, __u64 len, int dir)	\
{												\
	return on_sync(ctx, WAY_FENTRY, type, dev, dma, len, dir);				\
}												\
SEC("fentry/dma_sync_single_for_" #suffix)							\
int BPF_PROG(fe_sync_old_##suffix, const struct device *dev, __u64 dma, __u64 len, int dir)	\
{												\
	return on_sync(ctx, WAY_FENTRY, type, dev, dma, len, dir);				\
}												\
SEC("kprobe/__dma_sync_single_for_" #suffix)							\
int BPF_KPROBE(kp_sync_##suffix, const struct device *dev, __u64 dma, __u64 len, int dir)	\
{												\
	return on_sync(ctx, WAY_KPROBE, type, dev, dma, len, dir);				\
}												\
SEC("kprobe/dma_sync_single_for_" #suffix)							\
int BPF_KPROBE(kp_sync_old_##suffix, const struct device *dev, __u64 dma, __u64 len, int dir)	\
{												\
	return on_sync(ctx, WAY_KPROBE, type, dev, dma, len, dir);				\
}

SYNC(cpu, OBS_SYNC_CPU)
SYNC(device, OBS_SYNC_DEVICE)

/* only on debug kernels; elsewhere dma_mapping_error() is inlined */
SEC("fentry/debug_dma_mapping_error")
int BPF_PROG(fe_mapping_error, const struct device *dev, __u64 dma)
{
	struct obs_event *e;

	if (!watch(WAY_FENTRY, dev))
		return 0;
	begin(e, WAY_FENTRY, OBS_MAPPING_ERROR, (__u64)dev);
	e->dma = dma;
	done(e);
	return 0;
}

#endif /* BPF_MAPPING_H */
