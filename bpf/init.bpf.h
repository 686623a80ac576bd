/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs that the loader calls: once at the start, and to find names of addresses. */
#ifndef BPF_INIT_H
#define BPF_INIT_H

#include "async.bpf.h"
#include "blind.bpf.h"

struct device_loop {
	const struct list_head *head, *at;
};

static long device_step(__u32 i, struct device_loop *l)
{
	if (!l->at || l->at == l->head)
		return 1;
	on_register(WAY_FENTRY,
		    (const void *)l->at - bpf_core_field_offset(struct dma_device, global_node));
	l->at = next_of(l->at);
	return 0;
}

/* Reads the bases for address arithmetic, and sends the providers that exist already. */
SEC("syscall")
int init(void *unused)
{
	struct device_loop l = {};

	find_layout();
	state.stack_bytes = find_stack_bytes();
	state.windows = WINDOWS_FIRST;
	tell_all_exports(address_of("modules", sizeof("modules")));
	state.device_list = address_of("dma_device_list", sizeof("dma_device_list"));
	if (!state.device_list)
		return 0;
	l.head = (void *)state.device_list;
	l.at = next_of(l.head);
	bpf_loop(1024, device_step, &l, 0);
	return 0;
}

SEC("syscall")
int name_address(struct obs_name *n)
{
	static const char fmt[] = "%pS";
	char text[sizeof(n->text)] = "";
	__u64 args[1] = { n->address };

	bpf_snprintf(text, sizeof(text), fmt, args, sizeof(args));
	__builtin_memcpy(n->text, text, sizeof(text));
	return 0;
}

SEC("syscall")
int find_address(struct obs_name *n)
{
	char text[sizeof(n->text)];
	__u64 address = 0;

	__builtin_memcpy(text, n->text, sizeof(text));
	text[sizeof(text) - 1] = '\0';
	if (bpf_kallsyms_lookup_name(text, sizeof(text), 0, &address))
		address = 0;
	n->address = address;
	return 0;
}

/*
 * A module came: functions of its may be waited for. One goes: its probes are dead,
 * even if another module comes to the same addresses.
 */
static __always_inline int tell_module(__u32 what, const struct module *mod, __u64 *lost)
{
	struct obs_request *r = bpf_ringbuf_reserve(&requests, sizeof(*r), 0);

	if (!r) {
		count(&state.asked_lost);
		count(lost);
		return 0;
	}
	r->address = 0;
	r->func = what;
	r->reserved = 0;
	bpf_probe_read_kernel_str(r->text, sizeof(r->text), mod->name);
	bpf_ringbuf_submit(r, 0);
	return 0;
}

SEC("raw_tp/module_load")
int BPF_PROG(tp_module_load, const struct module *mod)
{
	tell_exports(mod);
	return tell_module(REQUEST_MODULE_CAME, mod, &state.came_lost);
}

SEC("raw_tp/module_free")
int BPF_PROG(tp_module_free, const struct module *mod)
{
	count(&state.stale);
	return tell_module(REQUEST_MODULE_GOES, mod, &state.goes_lost);
}

/*
 * Counts kprobes that were hit, in an interrupt, while another one ran on the same CPU: the
 * kernel does not run them, and nothing more can be known about them.
 */
SEC("fentry/kprobes_inc_nmissed_count")
int BPF_PROG(fe_missed)
{
	struct obs_event *e;

	count(&state.lost_probe);
	begin(e, WAY_FENTRY, OBS_LOST, 0);
	e->len = 1;
	e->arg = 2;
	done(e);
	return 0;
}

/*
 * A kretprobe that finds no free instance when its function is entered does not see the return.
 * The kernel counts it in a place that is read nowhere before 6.7 for a probe of perf.
 */
SEC("syscall")
int count_missed(struct obs_missed *m)
{
	const struct task_struct *task = (void *)bpf_get_current_task();
	struct file **files = BPF_CORE_READ(task, files, fdt, fd), *file = NULL;
	const struct trace_probe_event *tpe;
	const struct perf_event *event;
	const struct trace_kprobe *tk;

	m->drops_counted = bpf_core_field_exists(struct bpf_link_info___obs,
						 perf_event.kprobe.missed);
	m->known = 0;
	if (!bpf_core_field_exists(struct trace_kprobe, rp.nmissed) ||
	    !bpf_core_field_exists(struct trace_kprobe, tp.list) ||
	    !bpf_core_field_exists(struct trace_probe_event, probes) ||
	    !bpf_core_field_exists(struct perf_event, tp_event))
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), files + m->fd);
	event = BPF_CORE_READ(file, private_data);
	tpe = (void *)BPF_CORE_READ(event, tp_event) -
	      bpf_core_field_offset(struct trace_probe_event, call);
	tk = (void *)BPF_CORE_READ(tpe, probes.next) -
	     bpf_core_field_offset(struct trace_kprobe, tp) -
	     bpf_core_field_offset(struct trace_probe, list);
	m->missed = (__u32)BPF_CORE_READ(tk, rp.nmissed);
	m->known = 1;
	return 0;
}

/* What the tracepoint itself adds is found by calibrate_tracepoint(). */
SEC("raw_tp/softirq_entry")
int BPF_PROG(tp_softirq)
{
	__u32 zero = 0, *base = bpf_map_lookup_elem(&softirq_base, &zero);

	if (base)
		*base = (read_preempt_count() & 0xff) + 1;
	return 0;
}

/* Finds preempt_count where no lock is held, in a system call of the loader. */
SEC("kprobe")
int calibrate_entry(void *ctx)
{
	state.preempt_count[WAY_KPROBE] = read_preempt_count() + 1;
	return 0;
}

SEC("kretprobe")
int calibrate_return(void *ctx)
{
	state.preempt_count[WAY_KRETPROBE] = read_preempt_count() + 1;
	return 0;
}

/* The same for fentry. System calls are not in BTF; the kernel calls this function for tests. */
SEC("fentry/bpf_fentry_test1")
int calibrate_fentry(void *ctx)
{
	state.preempt_count[WAY_FENTRY] = read_preempt_count() + 1;
	return 0;
}

/* And for tracepoints: it is hit where the test function for fentry has been called. */
SEC("raw_tp/bpf_test_finish")
int calibrate_tracepoint(void *ctx)
{
	state.preempt_count[WAY_TRACEPOINT] = read_preempt_count() + 1;
	return 0;
}

#endif /* BPF_INIT_H */
