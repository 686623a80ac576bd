/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mapping functions that no other program covers, because they are newer than this observer. The
 * loader finds them by their names (observer/blind.c) and has their calls counted here: what such
 * a call maps or unmaps nobody knows, and the judge must know that it does not.
 */
#ifndef BPF_BLIND_H
#define BPF_BLIND_H

#include "engine.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, OBS_MAX_BLIND);
	__type(key, __u32);
	__type(value, struct obs_blind);
} blind_names SEC(".maps");

/* @first: the first argument, which is the device in most functions of the API. */
static __always_inline int on_blind(void *ctx, enum obs_way way, __u64 cookie, __u64 first)
{
	const __u8 *is = bpf_map_lookup_elem(&devices, &first);
	const struct obs_blind *function;
	struct obs_event *e;
	__u32 i = cookie;

	function = bpf_map_lookup_elem(&blind_names, &i);
	if (!function || (is && !(*is & DEVICE_WANTED)))
		return 0;
	begin(e, way, OBS_BLIND, is ? first : 0);
	__builtin_memcpy(e->name, function->name, sizeof(e->name));
	take_stack(ctx, e);
	done(e);
	return 0;
}

SEC("kprobe")
int BPF_KPROBE(kp_blind, __u64 first)
{
	return on_blind(ctx, WAY_KPROBE, bpf_get_attach_cookie(ctx), first);
}

/* ---- what modules export: a mapping function that is not the kernel's own may be among it ---- */

static __always_inline bool is_dma_name(const char *name)
{
	return !bpf_strncmp(name, 4, "dma_") || !bpf_strncmp(name, 5, "dmam_") ||
	       !bpf_strncmp(name, 6, "__dma_");
}

struct export_loop {
	__u64 at;		/* the struct kernel_symbol that is next */
};

/* Symbols are stored as offsets from the place that holds them (CONFIG_..._PREL32_RELOCATIONS). */
static __always_inline __u64 from_offset(__u64 at)
{
	__s32 offset = 0;

	bpf_probe_read_kernel(&offset, sizeof(offset), (void *)at);
	return at + offset;
}

static long export_step(__u32 i, struct export_loop *l)
{
	__u64 name_at = l->at + bpf_core_field_offset(struct kernel_symbol, name_offset);
	__u64 value_at = l->at + bpf_core_field_offset(struct kernel_symbol, value_offset);
	struct obs_request *r;
	char name[8] = "";

	l->at += bpf_core_type_size(struct kernel_symbol);
	bpf_probe_read_kernel(name, sizeof(name), (void *)from_offset(name_at));
	if (!is_dma_name(name))
		return 0;
	r = bpf_ringbuf_reserve(&requests, sizeof(*r), 0);
	if (!r) {
		count(&state.asked_lost);
		return 0;
	}
	r->address = from_offset(value_at);
	r->func = REQUEST_EXPORT;
	r->reserved = 0;
	bpf_probe_read_kernel_str(r->text, sizeof(r->text), (void *)from_offset(name_at));
	bpf_ringbuf_submit(r, 0);
	return 0;
}

#define MAX_EXPORTS	8192
#define MAX_MODULES	4096

static __always_inline void tell_exports(const struct module *mod)
{
	struct export_loop l = { .at = (__u64)BPF_CORE_READ(mod, syms) };

	if (!bpf_core_field_exists(struct kernel_symbol, name_offset))
		return;
	bpf_loop(BPF_CORE_READ(mod, num_syms) & (MAX_EXPORTS - 1), export_step, &l, 0);
	if (!bpf_core_field_exists(mod->gpl_syms))
		return;
	l.at = (__u64)BPF_CORE_READ(mod, gpl_syms);
	bpf_loop(BPF_CORE_READ(mod, num_gpl_syms) & (MAX_EXPORTS - 1), export_step, &l, 0);
}

struct module_loop {
	const struct list_head *head, *at;
};

static long module_step(__u32 i, struct module_loop *l)
{
	if (!l->at || l->at == l->head)
		return 1;
	tell_exports((const void *)l->at - bpf_core_field_offset(struct module, list));
	l->at = next_of(l->at);
	return 0;
}

/* @head: the kernel's list of modules. */
static __always_inline void tell_all_exports(__u64 head)
{
	struct module_loop l = { .head = (void *)head };

	if (!head)
		return;
	l.at = next_of(l.head);
	bpf_loop(MAX_MODULES, module_step, &l, 0);
}

#endif /* BPF_BLIND_H */
