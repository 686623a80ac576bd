/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dmaengine: providers, channels, descriptors. A client's calls are inlined and go through
 * function pointers, so the functions behind the pointers are probed. Their addresses are read
 * from each dma_device when it registers, and from descriptors, and sent to the loader as
 * requests. The loader attaches the programs that have no section target here to these
 * addresses.
 */
#ifndef BPF_ENGINE_H
#define BPF_ENGINE_H

#include "alloc.bpf.h"

/* Addresses that are probed (value 1) or were requested (value 0). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u32);
} watched SEC(".maps");

/*
 * Returns true when the address is probed; else requests a probe, once. While the loader still
 * has to forget the probes of a module that went, the address may belong to another module, or
 * to the same one loaded again: then it is requested again, and the loader handles that after it
 * has forgotten them.
 */
__noinline int want(__u64 address, __u32 func)
{
	const __u32 *is = bpf_map_lookup_elem(&watched, &address);
	struct obs_request *r;
	__u32 asked = 0;

	if (is && !state.stale)
		return *is;
	if (!is && bpf_map_update_elem(&watched, &address, &asked, BPF_NOEXIST))
		return false;
	r = bpf_ringbuf_reserve(&requests, sizeof(*r), 0);
	if (!r) {
		count(&state.asked_lost);
		if (!is)	/* to be asked for again */
			bpf_map_delete_elem(&watched, &address);
		return false;
	}
	r->address = address;
	r->func = func;
	r->reserved = 0;
	r->text[0] = '\0';
	bpf_ringbuf_submit(r, 0);
	return false;
}

static __always_inline const struct device *chan_dev(const struct dma_chan *chan)
{
	return BPF_CORE_READ(chan, device, dev);
}

/* Like begin(), for a channel; it also returns 0 when the channel's device is not observed. */
#define begin_chan(e, way, type, chan) do {					\
	const struct device *dev_ = chan_dev(chan);				\
										\
	if (!watch(way, dev_))							\
		return 0;							\
	begin(e, way, type, (__u64)dev_);					\
	(e)->arg2 = (__u64)(chan);						\
} while (0)

/* ---- providers ---- */

static __always_inline void want_op(const void *address, __u32 func)
{
	if (address)
		want((__u64)address, func);
}

static __always_inline void want_ops(const struct dma_device *d)
{
	want_op(BPF_CORE_READ(d, device_alloc_chan_resources), FUNC_ALLOC_CHAN);
	want_op(BPF_CORE_READ(d, device_free_chan_resources), FUNC_FREE_CHAN);
	want_op(BPF_CORE_READ(d, device_prep_dma_memcpy), FUNC_PREP_MEMCPY);
	want_op(BPF_CORE_READ(d, device_prep_dma_xor), FUNC_PREP_XOR);
	want_op(BPF_CORE_READ(d, device_prep_dma_xor_val), FUNC_PREP_XOR_VAL);
	want_op(BPF_CORE_READ(d, device_prep_dma_pq), FUNC_PREP_PQ);
	want_op(BPF_CORE_READ(d, device_prep_dma_pq_val), FUNC_PREP_PQ_VAL);
	want_op(BPF_CORE_READ(d, device_prep_dma_memset), FUNC_PREP_MEMSET);
	want_op(BPF_CORE_READ(d, device_prep_dma_interrupt), FUNC_PREP_INTERRUPT);
	want_op(BPF_CORE_READ(d, device_prep_slave_sg), FUNC_PREP_SLAVE_SG);
	want_op(BPF_CORE_READ(d, device_prep_dma_cyclic), FUNC_PREP_CYCLIC);
	want_op(BPF_CORE_READ(d, device_terminate_all), FUNC_TERMINATE);
	want_op(BPF_CORE_READ(d, device_synchronize), FUNC_SYNCHRONIZE);
	want_op(BPF_CORE_READ(d, device_tx_status), FUNC_STATUS);
	want_op(BPF_CORE_READ(d, device_issue_pending), FUNC_ISSUE);
}

static __always_inline const struct list_head *next_of(const struct list_head *l)
{
	return BPF_CORE_READ(l, next);
}

struct chan_loop {
	enum obs_way way;
	const struct dma_device *device;
	const struct list_head *head, *at;
};

static long chan_step(__u32 i, struct chan_loop *l)
{
	const struct dma_chan *chan;
	struct obs_event *e;

	if (!l->at || l->at == l->head)
		return 1;
	chan = (const void *)l->at - bpf_core_field_offset(struct dma_chan, device_node);
	l->at = next_of(l->at);
	begin(e, l->way, OBS_CHAN_INFO, (__u64)chan_dev(chan));
	e->obj = (__u64)chan;
	e->arg = (__u64)l->device;
	e->len = BPF_CORE_READ(chan, chan_id);
	done(e);
	return 0;
}

#define DMA_PRIVATE	8	/* include/linux/dmaengine.h */

/* Its value differs between kernels; CO-RE fills it in. */
enum dma_transaction_type {
	DMA_COMPLETION_NO_ORDER___obs,
};

static __always_inline int tell_register(enum obs_way way, const struct dma_device *d)
{
	const struct device *dev = BPF_CORE_READ(d, dev);
	struct obs_event *e;

	begin(e, way, OBS_REGISTER, (__u64)dev);
	e->obj = (__u64)d;
	e->arg = BPF_CORE_READ(d, cap_mask.bits[0]);
	e->len = BPF_CORE_READ(d, max_xor);
	e->phys = BPF_CORE_READ(d, max_pq);
	e->dma = OBS_OPS_TOLD |
		 (BPF_CORE_READ(d, device_terminate_all) ? OBS_OPS_TERMINATE : 0) |
		 (BPF_CORE_READ(d, device_synchronize) ? OBS_OPS_SYNCHRONIZE : 0) |
		 (BPF_CORE_READ(d, device_release) ? OBS_OPS_RELEASE : 0);
	e->attrs = (BPF_CORE_READ(d, copy_align) & 0xff) |
		   (BPF_CORE_READ(d, xor_align) & 0xff) << 8 |
		   (BPF_CORE_READ(d, pq_align) & 0xff) << 16 |
		   (__u32)BPF_CORE_READ(d, fill_align) << 24;
	if (bpf_core_enum_value_exists(enum dma_transaction_type,
				       DMA_COMPLETION_NO_ORDER___obs))
		e->arg2 = e->arg >> bpf_core_enum_value(enum dma_transaction_type,
					DMA_COMPLETION_NO_ORDER___obs) & 1;
	done(e);
	return 0;
}

static __always_inline int on_register(enum obs_way way, const struct dma_device *d)
{
	struct chan_loop l = { .way = way, .device = d };

	want_ops(d);
	if (!watch(way, BPF_CORE_READ(d, dev)))
		return 0;
	tell_register(way, d);
	l.head = (const void *)d + bpf_core_field_offset(struct dma_device, channels);
	l.at = next_of(l.head);
	bpf_loop(OBS_MAX_CHANS, chan_step, &l, 0);
	return 0;
}

SEC("kprobe/dma_async_device_register")
int BPF_KPROBE(kp_register, __u64 device)
{
	struct stash s = { .v = { device } };

	stash_put(KIND_REGISTER, &s);
	return 0;
}

SEC("fexit/dma_async_device_register")
int BPF_PROG(fx_register, const struct dma_device *d, int ret)
{
	return ret ? 0 : on_register(WAY_FENTRY, d);
}

SEC("kretprobe/dma_async_device_register")
int BPF_KRETPROBE(kr_register, int ret)
{
	struct stash s;

	if (!stash_take(KIND_REGISTER, &s) || ret)
		return 0;
	return on_register(WAY_KRETPROBE, (void *)s.v[0]);
}

static __always_inline int on_unregister(void *ctx, enum obs_way way, const struct dma_device *d)
{
	const struct device *dev = BPF_CORE_READ(d, dev);
	struct obs_event *e;

	if (!watch(way, dev))
		return 0;
	begin(e, way, OBS_UNREGISTER, (__u64)dev);
	e->obj = (__u64)d;
	take_stack(ctx, e);
	done(e);
	return 0;
}

SEC("fentry/dma_async_device_unregister")
int BPF_PROG(fe_unregister, const struct dma_device *d)
{
	return on_unregister(ctx, WAY_FENTRY, d);
}

SEC("kprobe/dma_async_device_unregister")
int BPF_KPROBE(kp_unregister, const struct dma_device *d)
{
	return on_unregister(ctx, WAY_KPROBE, d);
}

/* ---- channels ---- */

static __always_inline int on_chan(void *ctx, enum obs_way way, __u16 type,
				   const struct dma_chan *chan)
{
	const struct device *dev = chan_dev(chan);
	struct obs_event *e;

	if (!watch(way, dev))
		return 0;
	begin(e, way, type, (__u64)dev);
	e->obj = (__u64)chan;
	e->arg = BPF_CORE_READ(chan, client_count);
	e->arg2 = !(BPF_CORE_READ(chan, device, cap_mask.bits[0]) >> DMA_PRIVATE & 1);
	take_stack(ctx, e);
	done(e);
	return 0;
}

SEC("fexit/dma_chan_get")
int BPF_PROG(fx_chan_get, const struct dma_chan *chan, int ret)
{
	return ret ? 0 : on_chan(ctx, WAY_FENTRY, OBS_CHAN_GET, chan);
}

SEC("kprobe/dma_chan_get")
int BPF_KPROBE(kp_chan_get, __u64 chan)
{
	struct stash s = { .v = { chan } };

	stash_put(KIND_CHAN_GET, &s);
	return 0;
}

SEC("kretprobe/dma_chan_get")
int BPF_KRETPROBE(kr_chan_get, int ret)
{
	struct stash s;

	if (!stash_take(KIND_CHAN_GET, &s) || ret)
		return 0;
	return on_chan(ctx, WAY_KRETPROBE, OBS_CHAN_GET, (void *)s.v[0]);
}

SEC("fentry/dma_chan_put")
int BPF_PROG(fe_chan_put, const struct dma_chan *chan)
{
	return on_chan(ctx, WAY_FENTRY, OBS_CHAN_PUT, chan);
}

SEC("kprobe/dma_chan_put")
int BPF_KPROBE(kp_chan_put, const struct dma_chan *chan)
{
	return on_chan(ctx, WAY_KPROBE, OBS_CHAN_PUT, chan);
}

SEC("kprobe")
int BPF_KPROBE(op_alloc_chan, const struct dma_chan *chan)
{
	return on_chan(ctx, WAY_KPROBE, OBS_CHAN_ALLOC, chan);
}

SEC("kprobe")
int BPF_KPROBE(op_free_chan, const struct dma_chan *chan)
{
	return on_chan(ctx, WAY_KPROBE, OBS_CHAN_FREE, chan);
}

/* ---- calls without arguments of interest ---- */

static __always_inline int on_call(void *ctx, enum obs_way way, __u16 type,
				   const struct dma_chan *chan, bool failed)
{
	struct obs_event *e;

	begin_chan(e, way, type, chan);
	if (failed)
		e->flags |= OBS_F_FAILED;
	take_stack(ctx, e);
	done(e);
	return 0;
}

#define KIND(func)	(0x200 + (func))

static __always_inline void stash_chan(__u32 func, const struct dma_chan *chan)
{
	struct stash s = { .v = { (__u64)chan } };

	stash_put(KIND(func), &s);
}

/*
 * The return of issue_pending is not probed: the engine that it starts may interrupt the return
 * probe, and a kprobe that is hit while another one runs on the CPU is missed.
 */
SEC("kprobe")
int BPF_KPROBE(op_issue, const struct dma_chan *chan)
{
	return on_call(ctx, WAY_KPROBE, OBS_ISSUE, chan, false);
}

SEC("kprobe")
int BPF_KPROBE(op_terminate, const struct dma_chan *chan)
{
	stash_chan(FUNC_TERMINATE, chan);
	return on_call(ctx, WAY_KPROBE, OBS_TERMINATE_ENTER, chan, false);
}

SEC("kretprobe")
int BPF_KRETPROBE(op_terminate_exit, int ret)
{
	struct stash s;

	if (!stash_take(KIND(FUNC_TERMINATE), &s))
		return 0;
	return on_call(ctx, WAY_KRETPROBE, OBS_TERMINATE, (void *)s.v[0], ret);
}

SEC("kprobe")
int BPF_KPROBE(op_synchronize, const struct dma_chan *chan)
{
	stash_chan(FUNC_SYNCHRONIZE, chan);
	return 0;
}

SEC("kretprobe")
int BPF_KRETPROBE(op_synchronize_exit)
{
	struct stash s;

	if (!stash_take(KIND(FUNC_SYNCHRONIZE), &s))
		return 0;
	return on_call(ctx, WAY_KRETPROBE, OBS_SYNCHRONIZE, (void *)s.v[0], false);
}

/* ---- status: pollers ask thousands of times, so an event is sent only for a new answer ---- */

struct answer {
	__u64 seq;		/* of the event that had it; if before a mark, send it again */
	__u32 cookie, residue;
	__s32 completed;
	__u32 status;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, OBS_MAX_CHANS);
	__type(key, __u64);
	__type(value, struct answer);
} answers SEC(".maps");

SEC("kprobe")
int BPF_KPROBE(op_status, __u64 chan, __u64 cookie, __u64 txstate)
{
	struct stash s = { .v = { chan, cookie, txstate } };

	stash_put(KIND(FUNC_STATUS), &s);
	return 0;
}

SEC("kretprobe")
int BPF_KRETPROBE(op_status_exit, __u32 status)
{
	const struct dma_tx_state *txstate;
	const struct dma_chan *chan;
	const struct answer *before;
	struct answer a = { .status = status };
	struct obs_event *e;
	struct stash s;

	if (!stash_take(KIND(FUNC_STATUS), &s))
		return 0;
	chan = (void *)s.v[0];
	txstate = (void *)s.v[2];
	a.cookie = s.v[1];
	a.completed = BPF_CORE_READ(chan, completed_cookie);
	if (txstate)
		a.residue = BPF_CORE_READ(txstate, residue);
	before = bpf_map_lookup_elem(&answers, &s.v[0]);
	if (before && before->seq > state.marked && before->cookie == a.cookie &&
	    before->residue == a.residue && before->completed == a.completed &&
	    before->status == a.status)
		return 0;
	begin_chan(e, WAY_KRETPROBE, OBS_STATUS, chan);
	a.seq = e->seq;
	bpf_map_update_elem(&answers, &s.v[0], &a, BPF_ANY);
	e->arg = (__s64)(__s32)a.cookie;
	e->dma = a.status;
	e->len = a.residue;
	e->phys = (__s64)a.completed;
	take_stack(ctx, e);
	done(e);
	return 0;
}

#endif /* BPF_ENGINE_H */
