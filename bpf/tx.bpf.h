/* SPDX-License-Identifier: GPL-2.0-only */
/* Descriptors: prep, submit, callback, and what an engine itself reports. */
#ifndef BPF_TX_H
#define BPF_TX_H

#include "engine.bpf.h"

/* ---- prep: the arguments at the entry, the descriptor at the return ---- */

/* Indices in a stash: the arguments of a prep, and where its addresses are. */
enum {
	P_CHAN, P_OP, P_LEN, P_FLAGS,
	P_DST,			/* an address; if P_DST_AT, that of an array */
	P_NR_DST, P_DST_AT,
	P_SRC,			/* likewise */
	P_NR_SRC, P_SRC_AT,
};

static __always_inline void prep_enter(__u64 chan, __u32 op, __u64 dst, __u32 nr_dst, bool dst_at,
				       __u64 src, __u32 nr_src, bool src_at, __u64 len,
				       __u64 flags)
{
	struct stash s;

	s.v[P_CHAN] = chan;
	s.v[P_OP] = op;
	s.v[P_LEN] = len;
	s.v[P_FLAGS] = flags;
	s.v[P_DST] = dst;
	s.v[P_NR_DST] = nr_dst;
	s.v[P_DST_AT] = dst_at;
	s.v[P_SRC] = src;
	s.v[P_NR_SRC] = nr_src;
	s.v[P_SRC_AT] = src_at;
	stash_put(KIND(FUNC_PREP_MEMCPY), &s);
}

SEC("kprobe")
int BPF_KPROBE(op_prep_memcpy, __u64 chan, __u64 dst, __u64 src, __u64 len, __u64 flags)
{
	prep_enter(chan, OBS_OP_MEMCPY, dst, 1, false, src, 1, false, len, flags);
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(op_prep_xor, __u64 chan, __u64 dst, __u64 src, __u32 nr, __u64 len)
{
	prep_enter(chan, OBS_OP_XOR, dst, 1, false, src, nr, true, len, ARG6(ctx));
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(op_prep_xor_val, __u64 chan, __u64 src, __u32 nr, __u64 len)
{
	prep_enter(chan, OBS_OP_XOR_VAL, 0, 0, false, src, nr, true, len, ARG6(ctx));
	return 0;
}

#define DMA_PREP_PQ_DISABLE_P	0x4
#define DMA_PREP_PQ_DISABLE_Q	0x8

SEC("kprobe")
int BPF_KPROBE(op_prep_pq, __u64 chan, __u64 dst, __u64 src, __u32 nr, __u64 scf)
{
	prep_enter(chan, OBS_OP_PQ, dst, 2, true, src, nr, true, ARG6(ctx), arg7(ctx));
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(op_prep_pq_val, __u64 chan, __u64 pq, __u64 src, __u32 nr, __u64 scf)
{
	prep_enter(chan, OBS_OP_PQ_VAL, pq, 2, true, src, nr, true, ARG6(ctx), arg8(ctx));
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(op_prep_memset, __u64 chan, __u64 dst, int value, __u64 len, __u64 flags)
{
	prep_enter(chan, OBS_OP_MEMSET, dst, 1, false, 0, 0, false, len, flags);
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(op_prep_interrupt, __u64 chan, __u64 flags)
{
	prep_enter(chan, OBS_OP_INTERRUPT, 0, 0, false, 0, 0, false, 0, flags);
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(op_prep_slave_sg, __u64 chan, __u64 sg, __u32 nr, int dir, __u64 flags)
{
	prep_enter(chan, OBS_OP_SLAVE_SG, 0, 0, false, 0, 0, false, 0, flags);
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(op_prep_cyclic, __u64 chan, __u64 buf, __u64 len, __u64 period, int dir)
{
	/* enum dma_transfer_direction: 1 memory to device, 2 device to memory */
	prep_enter(chan, OBS_OP_CYCLIC, buf, dir == 2, false, buf, dir == 1, false, len, ARG6(ctx));
	return 0;
}

struct addr_loop {
	__u64 dev, tx, chan, len, at, value;
	__u32 base, nr, dir;
	bool indirect;
};

static long addr_step(__u32 i, struct addr_loop *l)
{
	__u64 dma = l->value;
	struct obs_event *e;

	if (i >= l->nr)
		return 1;
	if (l->indirect)
		bpf_probe_read_kernel(&dma, sizeof(dma), (void *)l->at + 8 * (__u64)i);
	begin(e, WAY_KRETPROBE, OBS_PREP_ADDR, l->dev);
	e->obj = l->tx;
	e->arg2 = l->chan;
	e->dma = dma;
	e->len = l->len;
	e->dir = l->dir;
	e->arg = l->base + i;
	done(e);
	return 0;
}

static __always_inline void tell_addrs(struct addr_loop *l, const struct stash *s, __u32 first)
{
	l->at = s->v[first];
	l->value = s->v[first];
	l->nr = s->v[first + 1];
	l->indirect = s->v[first + 2];
	bpf_loop(l->nr > 1024 ? 1024 : l->nr, addr_step, l, 0);
	l->base += l->nr;
}

SEC("kretprobe")
int BPF_KRETPROBE(op_prep_exit, const struct dma_async_tx_descriptor *tx)
{
	const struct dma_chan *chan;
	struct addr_loop l = {};
	struct obs_event *e;
	struct stash s;

	if (!stash_take(KIND(FUNC_PREP_MEMCPY), &s))
		return 0;
	chan = (void *)s.v[P_CHAN];
	/* its limits first: nothing may have been mapped for this device, which is a fault */
	if (!watch_mapping(WAY_KRETPROBE, chan_dev(chan)))
		return 0;
	begin_chan(e, WAY_KRETPROBE, OBS_PREP, chan);
	e->obj = (__u64)tx;
	e->dir = s.v[P_OP];
	e->len = s.v[P_LEN];
	e->attrs = s.v[P_FLAGS];
	e->arg = s.v[P_NR_SRC] << 8 | s.v[P_NR_DST];
	if (!tx)
		e->flags |= OBS_F_FAILED;
	else if (!want((__u64)BPF_CORE_READ(tx, tx_submit), FUNC_SUBMIT)) {
		e->flags |= OBS_F_UNWATCHED;
		count(&state.unwatched);
	}
	l.dev = e->dev;
	l.tx = e->obj;
	l.chan = e->arg2;
	l.len = e->len;
	take_stack(ctx, e);
	done(e);
	l.dir = s.v[P_OP] == OBS_OP_PQ_VAL ? 1 : 2;	/* compared, not written */
	tell_addrs(&l, &s, P_DST);
	l.dir = 1;
	tell_addrs(&l, &s, P_SRC);
	return 0;
}

/* ---- submit ---- */

/* The channel of each callback, so that its cookie can be read when the callback runs. */
struct cb_key {
	__u64 func, param;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct cb_key);
	__type(value, __u64);		/* channel; 0: several channels have it */
} callbacks SEC(".maps");

enum { S_TX, S_CHAN, S_CB, S_PARAM, S_UNMAP, S_FLAGS, S_BITS };

static __always_inline void note_callback(const struct stash *s)
{
	struct cb_key key = { .func = s->v[S_CB], .param = s->v[S_PARAM] };
	const __u64 *other = bpf_map_lookup_elem(&callbacks, &key);
	__u64 chan = s->v[S_CHAN];

	if (other && *other != chan)
		chan = 0;
	bpf_map_update_elem(&callbacks, &key, &chan, BPF_ANY);
}

static __always_inline int submit_event(void *ctx, enum obs_way way, __u16 type,
					 const struct stash *s, __s32 cookie)
{
	const struct dma_chan *chan = (void *)s->v[S_CHAN];
	struct obs_event *e;

	begin_chan(e, way, type, chan);
	e->obj = s->v[S_TX];
	e->dma = s->v[S_CB];
	e->phys = s->v[S_PARAM];
	e->len = s->v[S_UNMAP];
	e->attrs = s->v[S_FLAGS];
	e->flags |= s->v[S_BITS];
	e->arg = (__s64)cookie;
	if (cookie < 0)
		e->flags |= OBS_F_FAILED;
	take_stack(ctx, e);
	done(e);
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(op_submit, const struct dma_async_tx_descriptor *tx)
{
	__u64 result = (__u64)BPF_CORE_READ(tx, callback_result);
	struct stash s = {};

	s.v[S_TX] = (__u64)tx;
	s.v[S_CHAN] = (__u64)BPF_CORE_READ(tx, chan);
	s.v[S_CB] = result ? result : (__u64)BPF_CORE_READ(tx, callback);
	s.v[S_PARAM] = (__u64)BPF_CORE_READ(tx, callback_param);
	s.v[S_UNMAP] = (__u64)BPF_CORE_READ(tx, unmap);
	s.v[S_FLAGS] = BPF_CORE_READ(tx, flags);
	if (s.v[S_CB]) {
		if (want(s.v[S_CB], result ? FUNC_CALLBACK_RESULT : FUNC_CALLBACK)) {
			note_callback(&s);
		} else {
			s.v[S_BITS] = OBS_F_UNWATCHED;
			count(&state.unwatched);
		}
	}
	stash_put(KIND(FUNC_SUBMIT), &s);
	submit_event(ctx, WAY_KPROBE, OBS_SUBMIT_ENTER, &s, 0);
	return 0;
}

SEC("kretprobe")
int BPF_KRETPROBE(op_submit_exit, int cookie)
{
	struct stash s;

	if (stash_take(KIND(FUNC_SUBMIT), &s))
		submit_event(ctx, WAY_KRETPROBE, OBS_SUBMIT, &s, cookie);
	return 0;
}

/* ---- callbacks ---- */

static __always_inline int tell_cookie(const struct cb_key *key)
{
	const __u64 *found = bpf_map_lookup_elem(&callbacks, key);
	const struct dma_chan *chan = found ? (void *)*found : NULL;
	struct obs_event *e;

	if (!chan)
		return 0;
	begin_chan(e, WAY_KPROBE, OBS_COOKIE, chan);
	e->arg = (__s64)BPF_CORE_READ(chan, completed_cookie);
	e->dma = (__s64)BPF_CORE_READ(chan, cookie);
	done(e);
	return 0;
}

static __always_inline int tell_callback(struct pt_regs *ctx, const struct cb_key *key,
					 __s64 result)
{
	struct obs_event *e;

	begin(e, WAY_KPROBE, OBS_CB_ENTER, 0);
	e->flags |= irqs_off(ctx);
	e->dma = key->func;
	e->phys = key->param;
	e->arg = result;
	take_stack(ctx, e);
	done(e);
	return 0;
}

static __always_inline int callback_enter(struct pt_regs *ctx, __u64 param, __s64 result)
{
	struct cb_key key = { .func = bpf_get_func_ip(ctx), .param = param };
	struct stash s = { .v = { key.func, param } };

	tell_cookie(&key);
	tell_callback(ctx, &key, result);
	stash_put(KIND(FUNC_CALLBACK), &s);
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(op_callback, __u64 param)
{
	return callback_enter(ctx, param, -1);
}

SEC("kprobe")
int BPF_KPROBE(op_callback_result, __u64 param, const struct dmaengine_result *result)
{
	return callback_enter(ctx, param, result ? BPF_CORE_READ(result, result) : 0);
}

SEC("kretprobe")
int BPF_KRETPROBE(op_callback_exit)
{
	struct obs_event *e;
	struct stash s;

	if (!stash_take(KIND(FUNC_CALLBACK), &s))
		return 0;
	begin(e, WAY_KRETPROBE, OBS_CB_EXIT, 0);
	e->dma = s.v[0];
	e->phys = s.v[1];
	done(e);
	return 0;
}

/* ---- engines that report what they do: kmod/softdma/hw.c ---- */

static __always_inline int on_hw(enum obs_way way, __u16 type,
				 const struct dma_async_tx_descriptor *tx, __s32 cookie, __s64 err)
{
	const struct dma_chan *chan = BPF_CORE_READ(tx, chan);
	struct obs_event *e;

	begin_chan(e, way, type, chan);
	e->obj = (__u64)tx;
	e->arg = (__s64)cookie;
	e->dma = err;
	done(e);
	return 0;
}

/*
 * An engine's interrupt may hit the handler of any kprobe: a program on a tracepoint runs there,
 * while a kprobe would be missed. The tracepoint holds its module: see is_ours().
 */
SEC("raw_tp/dmt_hw_start")
int BPF_PROG(tp_hw_start, const struct dma_async_tx_descriptor *tx, int cookie)
{
	return on_hw(WAY_TRACEPOINT, OBS_HW_START, tx, cookie, 0);
}

SEC("raw_tp/dmt_hw_done")
int BPF_PROG(tp_hw_done, const struct dma_async_tx_descriptor *tx, int cookie, int error)
{
	return on_hw(WAY_TRACEPOINT, OBS_HW_DONE, tx, cookie, error);
}

SEC("raw_tp/dmt_hw_drop")
int BPF_PROG(tp_hw_drop, const struct dma_async_tx_descriptor *tx, int cookie)
{
	return on_hw(WAY_TRACEPOINT, OBS_HW_DROP, tx, cookie, 0);
}

SEC("kprobe/dmt_hw_start")
int BPF_KPROBE(kp_hw_start, const struct dma_async_tx_descriptor *tx, int cookie)
{
	return on_hw(WAY_KPROBE, OBS_HW_START, tx, cookie, 0);
}

SEC("kprobe/dmt_hw_done")
int BPF_KPROBE(kp_hw_done, const struct dma_async_tx_descriptor *tx, int cookie, int error)
{
	return on_hw(WAY_KPROBE, OBS_HW_DONE, tx, cookie, error);
}

SEC("kprobe/dmt_hw_drop")
int BPF_KPROBE(kp_hw_drop, const struct dma_async_tx_descriptor *tx, int cookie)
{
	return on_hw(WAY_KPROBE, OBS_HW_DROP, tx, cookie, 0);
}

#endif /* BPF_TX_H */

