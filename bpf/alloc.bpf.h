/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Coherent and noncoherent memory, pools; drivers that bind and unbind.
 *
 * Frees are watched by kprobes where possible, because only a kprobe's registers tell whether
 * interrupts were on.
 */
#ifndef BPF_ALLOC_H
#define BPF_ALLOC_H

#include "mapping.bpf.h"

/* Memory that is allocated or freed; what a kind does not have is 0. */
struct own {
	__u64 kind;		/* enum obs_alloc_kind */
	__u64 cpu;		/* address, page or sg_table */
	__u64 phys, dma, len, attrs, pool;
	__u32 dir;
};

static __always_inline void fill_own(struct obs_event *e, const struct own *o)
{
	e->obj = o->pool ? o->pool : o->cpu;
	e->arg2 = o->pool ? o->cpu : 0;
	e->phys = o->phys;
	e->dma = o->dma;
	e->len = o->len;
	e->dir = o->dir;
	e->attrs = o->attrs;
	e->arg = o->kind;
}

static __always_inline int on_alloc(void *ctx, enum obs_way way, const struct device *dev,
				    const struct own *o)
{
	struct obs_event *e;

	if (!o->cpu || !watch_mapping(way, dev))
		return 0;
	begin(e, way, OBS_ALLOC, (__u64)dev);
	fill_own(e, o);
	take_stack(ctx, e);
	done(e);
	return 0;
}

static __always_inline int free_event(void *ctx, enum obs_way way, __u64 flags,
				      const struct device *dev, const struct own *o)
{
	struct obs_event *e;

	if (!o->cpu || !watch(way, dev))
		return 0;
	begin(e, way, OBS_FREE, (__u64)dev);
	e->flags |= flags;
	fill_own(e, o);
	take_stack(ctx, e);
	done(e);
	return 0;
}

/* Only a kprobe has the registers that say whether interrupts were on. */
static __always_inline int on_free(struct pt_regs *ctx, const struct device *dev,
				   const struct own *o)
{
	return free_event(ctx, WAY_KPROBE, irqs_off(ctx), dev, o);
}

static __always_inline __u64 read_handle(const __u64 *handle)
{
	__u64 dma = 0;

	bpf_probe_read_kernel(&dma, sizeof(dma), handle);
	return dma;
}

/* ---- dma_alloc_attrs ---- */

static __always_inline int on_alloc_coherent(void *ctx, enum obs_way way,
					     const struct device *dev, __u64 cpu,
					     const __u64 *handle, __u64 len, __u64 attrs)
{
	struct own o = {
		.kind = OBS_ALLOC_COHERENT, .cpu = cpu, .phys = virt_to_phys(cpu),
		.dma = read_handle(handle), .len = len, .attrs = attrs,
	};

	return on_alloc(ctx, way, dev, &o);
}

SEC("fexit/dma_alloc_attrs")
int BPF_PROG(fx_alloc, const struct device *dev, __u64 len, const __u64 *handle, unsigned int gfp,
	     unsigned long attrs, __u64 cpu)
{
	return on_alloc_coherent(ctx, WAY_FENTRY, dev, cpu, handle, len, attrs);
}

SEC("kprobe/dma_alloc_attrs")
int BPF_KPROBE(kp_alloc, __u64 dev, __u64 len, __u64 handle, unsigned int gfp, unsigned long attrs)
{
	struct stash s = { .v = { dev, len, handle, attrs } };

	stash_put(KIND_ALLOC, &s);
	return 0;
}

SEC("kretprobe/dma_alloc_attrs")
int BPF_KRETPROBE(kr_alloc, __u64 cpu)
{
	struct stash s;

	if (!stash_take(KIND_ALLOC, &s))
		return 0;
	return on_alloc_coherent(ctx, WAY_KRETPROBE, (void *)s.v[0], cpu, (void *)s.v[2], s.v[1],
				 s.v[3]);
}

SEC("kprobe/dma_free_attrs")
int BPF_KPROBE(kp_free, const struct device *dev, __u64 len, __u64 cpu, __u64 dma,
	       unsigned long attrs)
{
	struct own o = {
		.kind = OBS_ALLOC_COHERENT, .cpu = cpu, .dma = dma, .len = len, .attrs = attrs,
	};

	return on_free(ctx, dev, &o);
}

/* ---- dma_alloc_pages ---- */

static __always_inline int on_alloc_pages(void *ctx, enum obs_way way, const struct device *dev,
					  __u64 page, const __u64 *handle, __u64 len, __u32 dir)
{
	struct own o = {
		.kind = OBS_ALLOC_NONCOHERENT, .cpu = page, .phys = page_to_phys((void *)page),
		.dma = read_handle(handle), .len = len, .dir = dir,
	};

	return on_alloc(ctx, way, dev, &o);
}

SEC("fexit/dma_alloc_pages")
int BPF_PROG(fx_alloc_pages, const struct device *dev, __u64 len, const __u64 *handle, int dir,
	     unsigned int gfp, __u64 page)
{
	return on_alloc_pages(ctx, WAY_FENTRY, dev, page, handle, len, dir);
}

SEC("kprobe/dma_alloc_pages")
int BPF_KPROBE(kp_alloc_pages, __u64 dev, __u64 len, __u64 handle, int dir)
{
	struct stash s = { .v = { dev, len, handle, dir } };

	stash_put(KIND_ALLOC_PAGES, &s);
	return 0;
}

SEC("kretprobe/dma_alloc_pages")
int BPF_KRETPROBE(kr_alloc_pages, __u64 page)
{
	struct stash s;

	if (!stash_take(KIND_ALLOC_PAGES, &s))
		return 0;
	return on_alloc_pages(ctx, WAY_KRETPROBE, (void *)s.v[0], page, (void *)s.v[2], s.v[1],
			      s.v[3]);
}

SEC("kprobe/dma_free_pages")
int BPF_KPROBE(kp_free_pages, const struct device *dev, __u64 len, __u64 page, __u64 dma, int dir)
{
	struct own o = {
		.kind = OBS_ALLOC_NONCOHERENT, .cpu = page, .dma = dma, .len = len, .dir = dir,
	};

	return on_free(ctx, dev, &o);
}

/* ---- dma_alloc_noncontiguous: one range of DMA addresses, in an sg_table ---- */

static __always_inline __u64 sgt_dma(const struct sg_table *sgt)
{
	return sgt ? BPF_CORE_READ(sgt, sgl, dma_address) : 0;
}

static __always_inline int on_alloc_sgt(void *ctx, enum obs_way way, const struct device *dev,
					__u64 len, const struct sg_table *sgt, __u32 dir)
{
	struct own o = {
		.kind = OBS_ALLOC_NONCONTIGUOUS, .cpu = number(sgt), .dma = sgt_dma(sgt),
		.len = len, .dir = dir,
	};

	return on_alloc(ctx, way, dev, &o);
}

SEC("raw_tp/dma_alloc_sgt")
int BPF_PROG(tp_alloc_sgt, const struct device *dev, const struct sg_table *sgt, __u64 len,
	     int dir)
{
	return on_alloc_sgt(ctx, WAY_TRACEPOINT, dev, len, sgt, dir);
}

SEC("fexit/dma_alloc_noncontiguous")
int BPF_PROG(fx_alloc_sgt, const struct device *dev, __u64 len, int dir, unsigned int gfp,
	     unsigned long attrs, const struct sg_table *sgt)
{
	return on_alloc_sgt(ctx, WAY_FENTRY, dev, len, sgt, dir);
}

SEC("kprobe/dma_alloc_noncontiguous")
int BPF_KPROBE(kp_alloc_sgt, __u64 dev, __u64 len, int dir)
{
	struct stash s = { .v = { dev, len, dir } };

	stash_put(KIND_ALLOC_SGT, &s);
	return 0;
}

SEC("kretprobe/dma_alloc_noncontiguous")
int BPF_KRETPROBE(kr_alloc_sgt, const struct sg_table *sgt)
{
	struct stash s;

	if (!stash_take(KIND_ALLOC_SGT, &s))
		return 0;
	return on_alloc_sgt(ctx, WAY_KRETPROBE, (void *)s.v[0], s.v[1], sgt, s.v[2]);
}

SEC("kprobe/dma_free_noncontiguous")
int BPF_KPROBE(kp_free_sgt, const struct device *dev, __u64 len, const struct sg_table *sgt,
	       int dir)
{
	struct own o = {
		.kind = OBS_ALLOC_NONCONTIGUOUS, .cpu = number(sgt), .dma = sgt_dma(sgt),
		.len = len, .dir = dir,
	};

	return on_free(ctx, dev, &o);
}

/* ---- pools ---- */

static __always_inline __u64 pool_size(const struct dma_pool *pool)
{
	__u64 size = 0;

	bpf_core_read(&size, bpf_core_field_size(pool->size), &pool->size);
	return size;
}

static __always_inline int on_pool_create(void *ctx, enum obs_way way, const struct device *dev,
					  const struct dma_pool *pool)
{
	struct obs_event *e;

	if (!pool || !watch(way, dev))
		return 0;
	begin(e, way, OBS_POOL_CREATE, (__u64)dev);
	e->obj = (__u64)pool;
	e->len = pool_size(pool);
	e->arg = BPF_CORE_READ(pool, boundary);
	take_stack(ctx, e);
	done(e);
	return 0;
}

SEC("fexit/dma_pool_create")
int BPF_PROG(fx_pool_create, const char *name, const struct device *dev, __u64 size, __u64 align,
	     __u64 boundary, const struct dma_pool *pool)
{
	return on_pool_create(ctx, WAY_FENTRY, dev, pool);
}

/* since 7.x, where dma_pool_create() is inline */
SEC("fexit/dma_pool_create_node")
int BPF_PROG(fx_pool_create_node, const char *name, const struct device *dev, __u64 size,
	     __u64 align, __u64 boundary, int node, const struct dma_pool *pool)
{
	return on_pool_create(ctx, WAY_FENTRY, dev, pool);
}

#define POOL_CREATE(suffix)								\
SEC("kprobe/dma_pool_create" #suffix)							\
int BPF_KPROBE(kp_pool_create##suffix, const char *name, __u64 dev)			\
{											\
	struct stash s = { .v = { dev } };						\
											\
	stash_put(KIND_POOL_CREATE, &s);						\
	return 0;									\
}											\
SEC("kretprobe/dma_pool_create" #suffix)						\
int BPF_KRETPROBE(kr_pool_create##suffix, const struct dma_pool *pool)			\
{											\
	struct stash s;									\
											\
	if (!stash_take(KIND_POOL_CREATE, &s))						\
		return 0;								\
	return on_pool_create(ctx, WAY_KRETPROBE, (void *)s.v[0], pool);		\
}

POOL_CREATE()
POOL_CREATE(_node)

static __always_inline int on_pool_destroy(void *ctx, enum obs_way way,
					   const struct dma_pool *pool)
{
	const struct device *dev = pool ? BPF_CORE_READ(pool, dev) : NULL;
	struct obs_event *e;

	if (!dev || !watch(way, dev))
		return 0;
	begin(e, way, OBS_POOL_DESTROY, (__u64)dev);
	e->obj = (__u64)pool;
	take_stack(ctx, e);
	done(e);
	return 0;
}

SEC("fentry/dma_pool_destroy")
int BPF_PROG(fe_pool_destroy, const struct dma_pool *pool)
{
	return on_pool_destroy(ctx, WAY_FENTRY, pool);
}

SEC("kprobe/dma_pool_destroy")
int BPF_KPROBE(kp_pool_destroy, const struct dma_pool *pool)
{
	return on_pool_destroy(ctx, WAY_KPROBE, pool);
}

static __always_inline int on_pool_alloc(void *ctx, enum obs_way way, const struct dma_pool *pool,
					 __u64 cpu, const __u64 *handle)
{
	struct own o = {
		.kind = OBS_ALLOC_POOL, .cpu = cpu, .phys = virt_to_phys(cpu),
		.dma = read_handle(handle), .len = pool_size(pool), .pool = (__u64)pool,
	};

	return on_alloc(ctx, way, BPF_CORE_READ(pool, dev), &o);
}

SEC("fexit/dma_pool_alloc")
int BPF_PROG(fx_pool_alloc, const struct dma_pool *pool, unsigned int gfp, const __u64 *handle,
	     __u64 cpu)
{
	return on_pool_alloc(ctx, WAY_FENTRY, pool, cpu, handle);
}

SEC("kprobe/dma_pool_alloc")
int BPF_KPROBE(kp_pool_alloc, __u64 pool, unsigned int gfp, __u64 handle)
{
	struct stash s = { .v = { pool, handle } };

	stash_put(KIND_POOL_ALLOC, &s);
	return 0;
}

SEC("kretprobe/dma_pool_alloc")
int BPF_KRETPROBE(kr_pool_alloc, __u64 cpu)
{
	struct stash s;

	if (!stash_take(KIND_POOL_ALLOC, &s))
		return 0;
	return on_pool_alloc(ctx, WAY_KRETPROBE, (void *)s.v[0], cpu, (void *)s.v[1]);
}

/* Interrupts give blocks back while a task does: a kprobe would not see these. */
SEC("fentry/dma_pool_free")
int BPF_PROG(fe_pool_free, const struct dma_pool *pool, __u64 cpu, __u64 dma)
{
	struct own o = {
		.kind = OBS_ALLOC_POOL, .cpu = cpu, .dma = dma, .len = pool_size(pool),
		.pool = (__u64)pool,
	};

	return free_event(ctx, WAY_FENTRY, 0, BPF_CORE_READ(pool, dev), &o);
}

SEC("kprobe/dma_pool_free")
int BPF_KPROBE(kp_pool_free, const struct dma_pool *pool, __u64 cpu, __u64 dma)
{
	struct own o = {
		.kind = OBS_ALLOC_POOL, .cpu = cpu, .dma = dma, .len = pool_size(pool),
		.pool = (__u64)pool,
	};

	return on_free(ctx, BPF_CORE_READ(pool, dev), &o);
}

/* ---- drivers ---- */

static __always_inline int on_bind(void *ctx, enum obs_way way, const struct device *dev,
				   const struct device_driver *drv)
{

	if (!(meet(way, number(dev), number(drv)) & DEVICE_WANTED))
		return 0;
	return tell_name(way, OBS_BIND, (__u64)dev, BPF_CORE_READ(drv, name));
}

SEC("fentry/really_probe")
int BPF_PROG(fe_bind, const struct device *dev, const struct device_driver *drv)
{
	return on_bind(ctx, WAY_FENTRY, dev, drv);
}

SEC("kprobe/really_probe")
int BPF_KPROBE(kp_bind, const struct device *dev, const struct device_driver *drv)
{
	return on_bind(ctx, WAY_KPROBE, dev, drv);
}

static __always_inline int tell_unbind(void *ctx, enum obs_way way, __u64 dev)
{
	struct obs_event *e;

	begin(e, way, OBS_UNBIND, dev);
	take_stack(ctx, e);
	done(e);
	return 0;
}

/* Another device may have this address afterwards: forget what was sent about this one. */
static __always_inline int on_unbind(void *ctx, enum obs_way way, const struct device *dev)
{
	__u64 key = number(dev);
	const __u8 *is = bpf_map_lookup_elem(&devices, &key);

	if (!is)
		return 0;
	if (*is & DEVICE_WANTED)
		tell_unbind(ctx, way, key);
	bpf_map_delete_elem(&devices, &key);
	return 0;
}

SEC("fexit/devres_release_all")
int BPF_PROG(fx_unbind, const struct device *dev)
{
	return on_unbind(ctx, WAY_FENTRY, dev);
}

SEC("kprobe/devres_release_all")
int BPF_KPROBE(kp_unbind, __u64 dev)
{
	struct stash s = { .v = { dev } };

	stash_put(KIND_UNBIND, &s);
	return 0;
}

SEC("kretprobe/devres_release_all")
int BPF_KRETPROBE(kr_unbind)
{
	struct stash s;

	if (!stash_take(KIND_UNBIND, &s))
		return 0;
	return on_unbind(ctx, WAY_KRETPROBE, (void *)s.v[0]);
}

#endif /* BPF_ALLOC_H */
