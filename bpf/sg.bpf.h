/* SPDX-License-Identifier: GPL-2.0-only */
/* Scatterlists: an event for the call, then one for each entry. */
#ifndef BPF_SG_H
#define BPF_SG_H

#include "mapping.bpf.h"

#define SG_CHAIN	0x1UL
#define SG_END		0x2UL
#define SG_MAX		65536	/* entries of a list that are sent at most */

struct sg_loop {
	enum obs_way way;
	const struct device *dev;
	const struct scatterlist *first, *sg;
	__u32 dir, mapped;
	__u64 attrs;
};

static __always_inline __u64 sg_phys(const struct scatterlist *sg)
{
	unsigned long link = BPF_CORE_READ(sg, page_link) & ~(SG_CHAIN | SG_END);

	return page_to_phys((const void *)link) + BPF_CORE_READ(sg, offset);
}

static __always_inline const struct scatterlist *sg_next(const struct scatterlist *sg)
{
	unsigned long link;

	if (BPF_CORE_READ(sg, page_link) & SG_END)
		return NULL;
	sg = (const void *)sg + bpf_core_type_size(struct scatterlist);
	link = BPF_CORE_READ(sg, page_link);
	return link & SG_CHAIN ? (const void *)(link & ~(SG_CHAIN | SG_END)) : sg;
}

static __always_inline __u32 sg_dma_len(const struct scatterlist *sg)
{
	return bpf_core_field_exists(sg->dma_length) ? BPF_CORE_READ(sg, dma_length)
						     : BPF_CORE_READ(sg, length);
}

/* Global: see meet(). */
__noinline int tell_sg_entry(struct sg_loop *l, __u32 i)
{
	const struct scatterlist *sg = l ? l->sg : NULL;
	struct obs_event *e;

	if (!sg)
		return 1;
	begin(e, l->way, OBS_MAP_SG_ENTRY, (__u64)l->dev);
	e->obj = (__u64)l->first;
	e->phys = sg_phys(sg);
	e->len = BPF_CORE_READ(sg, length);
	e->dir = l->dir;
	e->attrs = l->attrs;
	e->arg = i;
	if (i < l->mapped) {
		e->dma = BPF_CORE_READ(sg, dma_address);
		e->arg2 = sg_dma_len(sg);
	}
	mark(e->phys, e->len);
	done(e);
	l->sg = sg_next(sg);
	return 0;
}

static long sg_step(__u32 i, struct sg_loop *l)
{
	return tell_sg_entry(l, i) != 0;
}

static __always_inline int on_map_sg(void *ctx, enum obs_way way, const struct device *dev,
				     const struct scatterlist *sg, int nents, int dir,
				     unsigned long attrs, int mapped)
{
	struct sg_loop l = {
		.way = way, .dev = dev, .first = sg, .sg = sg,
		.dir = dir, .attrs = attrs, .mapped = mapped,
	};
	const struct device_dma_parameters *parms;
	struct obs_event *e;

	if (!watch_mapping(way, dev))
		return 0;
	begin(e, way, OBS_MAP_SG, (__u64)dev);
	e->obj = (__u64)sg;
	e->len = nents;
	e->dir = dir;
	e->attrs = attrs;
	if (mapped > 0)
		e->arg = mapped;
	else
		e->flags |= OBS_F_FAILED;
	if (elides(dev))
		e->flags |= OBS_F_ELIDES;
	parms = BPF_CORE_READ(dev, dma_parms);
	if (parms) {
		e->phys = BPF_CORE_READ(parms, max_segment_size);
		e->dma = BPF_CORE_READ(parms, segment_boundary_mask);
	}
	take_stack(ctx, e);
	done(e);
	if (mapped > 0 && nents > 0)
		bpf_loop(nents > SG_MAX ? SG_MAX : nents, sg_step, &l, 0);
	return 0;
}

static __always_inline int on_sg(void *ctx, enum obs_way way, __u16 type, const struct device *dev,
				 const struct scatterlist *sg, int nents, int dir,
				 unsigned long attrs)
{
	struct obs_event *e;

	if (!watch(way, dev))
		return 0;
	begin(e, way, type, (__u64)dev);
	e->obj = (__u64)sg;
	e->len = nents;
	e->dir = dir;
	e->attrs = attrs;
	e->phys = sg_phys(sg);
	e->dma = BPF_CORE_READ(sg, dma_address);
	take_stack(ctx, e);
	done(e);
	return 0;
}

/* A static function that dma_map_sg_attrs() and dma_map_sgtable() call. */
SEC("fexit/__dma_map_sg_attrs")
int BPF_PROG(fx_map_sg, const struct device *dev, const struct scatterlist *sg, int nents, int dir,
	     unsigned long attrs, int mapped)
{
	return on_map_sg(ctx, WAY_FENTRY, dev, sg, nents, dir, attrs, mapped);
}

SEC("kprobe/__dma_map_sg_attrs")
int BPF_KPROBE(kp_map_sg, __u64 dev, __u64 sg, int nents, int dir, unsigned long attrs)
{
	struct stash s = { .v = { dev, sg, nents, dir, attrs } };

	stash_put(KIND_MAP_SG, &s);
	return 0;
}

SEC("kretprobe/__dma_map_sg_attrs")
int BPF_KRETPROBE(kr_map_sg, int mapped)
{
	struct stash s;

	if (!stash_take(KIND_MAP_SG, &s))
		return 0;
	return on_map_sg(ctx, WAY_KRETPROBE, (void *)s.v[0], (void *)s.v[1], s.v[2], s.v[3],
			 s.v[4], mapped);
}

SEC("fentry/dma_unmap_sg_attrs")
int BPF_PROG(fe_unmap_sg, const struct device *dev, const struct scatterlist *sg, int nents,
	     int dir, unsigned long attrs)
{
	return on_sg(ctx, WAY_FENTRY, OBS_UNMAP_SG, dev, sg, nents, dir, attrs);
}

SEC("kprobe/dma_unmap_sg_attrs")
int BPF_KPROBE(kp_unmap_sg, const struct device *dev, const struct scatterlist *sg, int nents,
	       int dir, unsigned long attrs)
{
	return on_sg(ctx, WAY_KPROBE, OBS_UNMAP_SG, dev, sg, nents, dir, attrs);
}

#define SYNC_SG(suffix, type)									\
SEC("fentry/__dma_sync_sg_for_" #suffix)							\
int BPF_PROG(fe_sync_sg_##suffix, const struct device *dev, const struct scatterlist *sg,	\
	     int nents, int dir)								\
{												\
	return on_sg(ctx, WAY_FENTRY, type, dev, sg, nents, dir, 0);				\
}												\
SEC("fentry/dma_sync_sg_for_" #suffix)								\
int BPF_PROG(fe_sync_sg_old_##suffix, const struct device *dev, const struct scatterlist *sg,	\
	     int nents, int dir)								\
{												\
	return on_sg(ctx, WAY_FENTRY, type, dev, sg, nents, dir, 0);				\
}												\
SEC("kprobe/__dma_sync_sg_for_" #suffix)							\
int BPF_KPROBE(kp_sync_sg_##suffix, const struct device *dev, const struct scatterlist *sg,	\
	       int nents, int dir)								\
{												\
	return on_sg(ctx, WAY_KPROBE, type, dev, sg, nents, dir, 0);				\
}												\
SEC("kprobe/dma_sync_sg_for_" #suffix)								\
int BPF_KPROBE(kp_sync_sg_old_##suffix, const struct device *dev, const struct scatterlist *sg,	\
	       int nents, int dir)								\
{												\
	return on_sg(ctx, WAY_KPROBE, type, dev, sg, nents, dir, 0);				\
}

SYNC_SG(cpu, OBS_SYNC_SG_CPU)
SYNC_SG(device, OBS_SYNC_SG_DEVICE)

#endif /* BPF_SG_H */
