/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two-step API (since 6.16): a range of IOVA is allocated, memory is linked into it, the links
 * are synced, and later unlinked; destroy unlinks and frees in one. A link is a mapping like others
 * (MAP with OBS_MAP_LINK), told when it is made; what ends it is told before it does.
 */
#ifndef BPF_IOVA_H
#define BPF_IOVA_H

#include "mapping.bpf.h"

/* Kernels without the API have no such structure, but kprobes are loaded before that is known. */
static __always_inline __u64 iova_addr(const struct dma_iova_state *iova)
{
	return bpf_core_field_exists(iova->addr) ? BPF_CORE_READ(iova, addr) : 0;
}

/* The highest bit of the size says that bounce buffers are in use. */
static __always_inline __u64 iova_size(const struct dma_iova_state *iova)
{
	return bpf_core_field_exists(iova->__size)
		? BPF_CORE_READ(iova, __size) & ~(1ULL << 63) : 0;
}

static __always_inline int on_iova(void *ctx, enum obs_way way, __u16 type,
				   const struct device *dev, const struct dma_iova_state *iova,
				   __u64 offset, __u64 len, __u64 mapped, __u32 dir, __u64 attrs)
{
	struct obs_event *e;

	if (!watch_mapping(way, dev))
		return 0;
	begin(e, way, type, (__u64)dev);
	e->obj = (__u64)iova;
	e->dma = iova_addr(iova) + offset;
	e->len = len;
	e->dir = dir;
	e->attrs = attrs;
	e->arg = mapped;
	take_stack(ctx, e);
	done(e);
	return 0;
}

static __always_inline int on_link(void *ctx, enum obs_way way, const struct device *dev,
				   const struct dma_iova_state *iova, __u64 phys, __u64 offset,
				   __u64 len, __u32 dir, __u64 attrs, int err)
{
	struct obs_event *e;

	if (!watch_mapping(way, dev))
		return 0;
	begin(e, way, OBS_MAP, (__u64)dev);
	e->obj = (__u64)iova;
	e->phys = phys;
	e->dma = iova_addr(iova) + offset;
	e->len = len;
	e->dir = dir;
	e->attrs = attrs;
	e->arg = OBS_MAP_LINK;
	if (err)
		e->flags |= OBS_F_FAILED;
	if (elides(dev))
		e->flags |= OBS_F_ELIDES;
	if (!(attrs & DMA_ATTR_MMIO))
		mark(phys, len);
	take_stack(ctx, e);
	done(e);
	return 0;
}

static __always_inline int on_unlink(void *ctx, enum obs_way way, const struct device *dev,
				     const struct dma_iova_state *iova, __u64 offset, __u64 len,
				     __u32 dir, __u64 attrs)
{
	return on_unmap(ctx, way, dev, iova_addr(iova) + offset, len, dir, attrs,
			OBS_MAP_LINK);
}

/* ---- fentry ---- */

/* A function that returns bool defines only the lowest byte of the register. */
SEC("fexit/dma_iova_try_alloc")
int BPF_PROG(fx_iova_alloc, const struct device *dev, const struct dma_iova_state *iova,
	     __u64 phys, __u64 len, __u8 got)
{
	return got ? on_iova(ctx, WAY_FENTRY, OBS_IOVA_ALLOC, dev, iova, 0, len, 0, 0, 0) : 0;
}

SEC("fexit/dma_iova_link")
int BPF_PROG(fx_iova_link, const struct device *dev, const struct dma_iova_state *iova,
	     __u64 phys, __u64 offset, __u64 len, int dir, unsigned long attrs, int err)
{
	return on_link(ctx, WAY_FENTRY, dev, iova, phys, offset, len, dir, attrs, err);
}

SEC("fexit/dma_iova_sync")
int BPF_PROG(fx_iova_sync, const struct device *dev, const struct dma_iova_state *iova,
	     __u64 offset, __u64 len, int err)
{
	return err ? 0 : on_iova(ctx, WAY_FENTRY, OBS_IOVA_SYNC, dev, iova, offset, len, 0, 0, 0);
}

SEC("fentry/dma_iova_unlink")
int BPF_PROG(fe_iova_unlink, const struct device *dev, const struct dma_iova_state *iova,
	     __u64 offset, __u64 len, int dir, unsigned long attrs)
{
	return on_unlink(ctx, WAY_FENTRY, dev, iova, offset, len, dir, attrs);
}

SEC("fentry/dma_iova_destroy")
int BPF_PROG(fe_iova_destroy, const struct device *dev, const struct dma_iova_state *iova,
	     __u64 mapped, int dir, unsigned long attrs)
{
	return on_iova(ctx, WAY_FENTRY, OBS_IOVA_FREE, dev, iova, 0, iova_size(iova), mapped,
		       dir, attrs);
}

SEC("fentry/dma_iova_free")
int BPF_PROG(fe_iova_free, const struct device *dev, const struct dma_iova_state *iova)
{
	return on_iova(ctx, WAY_FENTRY, OBS_IOVA_FREE, dev, iova, 0, iova_size(iova), 0, 0, 0);
}

/* ---- kprobes ---- */

SEC("kprobe/dma_iova_try_alloc")
int BPF_KPROBE(kp_iova_alloc, __u64 dev, __u64 iova, __u64 phys, __u64 len)
{
	struct stash s = { .v = { dev, iova, len } };

	stash_put(KIND_IOVA_ALLOC, &s);
	return 0;
}

SEC("kretprobe/dma_iova_try_alloc")
int BPF_KRETPROBE(kr_iova_alloc, __u8 got)
{
	struct stash s;

	if (!stash_take(KIND_IOVA_ALLOC, &s) || !got)
		return 0;
	return on_iova(ctx, WAY_KRETPROBE, OBS_IOVA_ALLOC, (void *)s.v[0], (void *)s.v[1], 0,
		       s.v[2], 0, 0, 0);
}

SEC("kprobe/dma_iova_link")
int BPF_KPROBE(kp_iova_link, __u64 dev, __u64 iova, __u64 phys, __u64 offset, __u64 len)
{
	struct stash s = { .v = { dev, iova, phys, offset, len, ARG6(ctx), arg7(ctx) } };

	stash_put(KIND_IOVA_LINK, &s);
	return 0;
}

SEC("kretprobe/dma_iova_link")
int BPF_KRETPROBE(kr_iova_link, int err)
{
	struct stash s;

	if (!stash_take(KIND_IOVA_LINK, &s))
		return 0;
	return on_link(ctx, WAY_KRETPROBE, (void *)s.v[0], (void *)s.v[1], s.v[2], s.v[3], s.v[4],
		       s.v[5], s.v[6], err);
}

SEC("kprobe/dma_iova_sync")
int BPF_KPROBE(kp_iova_sync, const struct device *dev, const struct dma_iova_state *iova,
	       __u64 offset, __u64 len)
{
	return on_iova(ctx, WAY_KPROBE, OBS_IOVA_SYNC, dev, iova, offset, len, 0, 0, 0);
}

SEC("kprobe/dma_iova_unlink")
int BPF_KPROBE(kp_iova_unlink, const struct device *dev, const struct dma_iova_state *iova,
	       __u64 offset, __u64 len, int dir)
{
	return on_unlink(ctx, WAY_KPROBE, dev, iova, offset, len, dir, ARG6(ctx));
}

SEC("kprobe/dma_iova_destroy")
int BPF_KPROBE(kp_iova_destroy, const struct device *dev, const struct dma_iova_state *iova,
	       __u64 mapped, int dir, unsigned long attrs)
{
	return on_iova(ctx, WAY_KPROBE, OBS_IOVA_FREE, dev, iova, 0, iova_size(iova), mapped,
		       dir, attrs);
}

SEC("kprobe/dma_iova_free")
int BPF_KPROBE(kp_iova_free, const struct device *dev, const struct dma_iova_state *iova)
{
	return on_iova(ctx, WAY_KPROBE, OBS_IOVA_FREE, dev, iova, 0, iova_size(iova), 0, 0, 0);
}

#endif /* BPF_IOVA_H */
