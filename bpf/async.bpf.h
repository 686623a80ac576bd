/* SPDX-License-Identifier: GPL-2.0-only */
/* async_tx and unmap data. */
#ifndef BPF_ASYNC_H
#define BPF_ASYNC_H

#include "tx.bpf.h"

/* In a module on most kernels; attached when the module is loaded. */
SEC("kprobe/async_tx_submit")
int BPF_KPROBE(kp_async_submit, const struct dma_chan *chan,
	       const struct dma_async_tx_descriptor *tx, const struct async_submit_ctl *submit)
{
	const struct dma_async_tx_descriptor *parent;
	struct async_submit_ctl ctl = {};
	struct obs_event *e;

	begin_chan(e, WAY_KPROBE, OBS_ASYNC_SUBMIT, chan);
	bpf_probe_read_kernel(&ctl, sizeof(ctl), submit);
	parent = ctl.depend_tx;
	e->obj = (__u64)tx;
	e->arg = (__u64)parent;
	e->attrs = ctl.flags;
	if (parent)
		e->len = BPF_CORE_READ(parent, flags);
	take_stack(ctx, e);
	done(e);
	return 0;
}

/* @tx may be NULL, or belong to a device that is not observed. */
static __always_inline int on_tx(void *ctx, enum obs_way way, __u16 type,
				 const struct dma_async_tx_descriptor *tx)
{
	const struct dma_chan *chan = tx ? BPF_CORE_READ(tx, chan) : NULL;
	struct obs_event *e;

	if (!chan)
		return 0;
	begin_chan(e, way, type, chan);
	e->obj = (__u64)tx;
	take_stack(ctx, e);
	done(e);
	return 0;
}

SEC("fentry/dma_run_dependencies")
int BPF_PROG(fe_run_deps, const struct dma_async_tx_descriptor *tx)
{
	return on_tx(ctx, WAY_FENTRY, OBS_RUN_DEPS, tx);
}

SEC("fexit/dma_run_dependencies")
int BPF_PROG(fx_run_deps, const struct dma_async_tx_descriptor *tx)
{
	return on_tx(ctx, WAY_FENTRY, OBS_RUN_DEPS_EXIT, tx);
}

SEC("kprobe/dma_run_dependencies")
int BPF_KPROBE(kp_run_deps, const struct dma_async_tx_descriptor *tx)
{
	struct stash s = { .v = { (__u64)tx } };

	stash_put(KIND_RUN_DEPS, &s);
	return on_tx(ctx, WAY_KPROBE, OBS_RUN_DEPS, tx);
}

SEC("kretprobe/dma_run_dependencies")
int BPF_KRETPROBE(kr_run_deps)
{
	struct stash s;

	if (!stash_take(KIND_RUN_DEPS, &s))
		return 0;
	return on_tx(ctx, WAY_KRETPROBE, OBS_RUN_DEPS_EXIT, (void *)s.v[0]);
}

SEC("fentry/dma_wait_for_async_tx")
int BPF_PROG(fe_async_wait, const struct dma_async_tx_descriptor *tx)
{
	return on_tx(ctx, WAY_FENTRY, OBS_ASYNC_WAIT, tx);
}

SEC("kprobe/dma_wait_for_async_tx")
int BPF_KPROBE(kp_async_wait, const struct dma_async_tx_descriptor *tx)
{
	return on_tx(ctx, WAY_KPROBE, OBS_ASYNC_WAIT, tx);
}

static __always_inline int on_sync_wait(void *ctx, enum obs_way way, const struct dma_chan *chan,
					int cookie)
{
	struct obs_event *e;

	begin_chan(e, way, OBS_ASYNC_WAIT, chan);
	e->arg = (__s64)cookie;
	take_stack(ctx, e);
	done(e);
	return 0;
}

SEC("fentry/dma_sync_wait")
int BPF_PROG(fe_sync_wait, const struct dma_chan *chan, int cookie)
{
	return on_sync_wait(ctx, WAY_FENTRY, chan, cookie);
}

SEC("kprobe/dma_sync_wait")
int BPF_KPROBE(kp_sync_wait, const struct dma_chan *chan, int cookie)
{
	return on_sync_wait(ctx, WAY_KPROBE, chan, cookie);
}

static __always_inline int on_ud_get(void *ctx, enum obs_way way, const struct device *dev,
				     const struct dmaengine_unmap_data *ud)
{
	struct obs_event *e;

	if (!ud || !watch(way, dev))
		return 0;
	begin(e, way, OBS_UD_GET, (__u64)dev);
	e->obj = (__u64)ud;
	bpf_core_read(&e->arg, bpf_core_field_size(ud->map_cnt), &ud->map_cnt);
	take_stack(ctx, e);
	done(e);
	return 0;
}

SEC("fexit/dmaengine_get_unmap_data")
int BPF_PROG(fx_ud_get, const struct device *dev, int nr, unsigned int gfp,
	     const struct dmaengine_unmap_data *ud)
{
	return on_ud_get(ctx, WAY_FENTRY, dev, ud);
}

SEC("kprobe/dmaengine_get_unmap_data")
int BPF_KPROBE(kp_ud_get, __u64 dev)
{
	struct stash s = { .v = { dev } };

	stash_put(KIND_UD_GET, &s);
	return 0;
}

SEC("kretprobe/dmaengine_get_unmap_data")
int BPF_KRETPROBE(kr_ud_get, const struct dmaengine_unmap_data *ud)
{
	struct stash s;

	if (!stash_take(KIND_UD_GET, &s))
		return 0;
	return on_ud_get(ctx, WAY_KRETPROBE, (void *)s.v[0], ud);
}

static __always_inline int on_ud_put(void *ctx, enum obs_way way,
				     const struct dmaengine_unmap_data *ud)
{
	const struct device *dev = ud ? BPF_CORE_READ(ud, dev) : NULL;
	struct obs_event *e;
	__u64 cnt = 0;

	if (!dev || !watch(way, dev))
		return 0;
	begin(e, way, OBS_UD_PUT, (__u64)dev);
	bpf_core_read(&cnt, bpf_core_field_size(ud->map_cnt), &ud->map_cnt);
	e->obj = (__u64)ud;
	e->arg = BPF_CORE_READ(ud, kref.refcount.refs.counter);
	e->attrs = BPF_CORE_READ(ud, to_cnt) | BPF_CORE_READ(ud, from_cnt) << 8 |
		   BPF_CORE_READ(ud, bidi_cnt) << 16 | (__u32)cnt << 24;
	take_stack(ctx, e);
	done(e);
	return 0;
}

SEC("fentry/dmaengine_unmap_put")
int BPF_PROG(fe_ud_put, const struct dmaengine_unmap_data *ud)
{
	return on_ud_put(ctx, WAY_FENTRY, ud);
}

SEC("kprobe/dmaengine_unmap_put")
int BPF_KPROBE(kp_ud_put, const struct dmaengine_unmap_data *ud)
{
	return on_ud_put(ctx, WAY_KPROBE, ud);
}

#endif /* BPF_ASYNC_H */
