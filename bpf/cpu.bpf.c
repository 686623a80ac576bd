// SPDX-License-Identifier: GPL-2.0-only
/*
 * What QEMU's plugin needs of a guest (cpu.h): marks at the entry and the return of each call of
 * the mapping API, and where the kernel has its things. An object of its own, loaded only where
 * the accesses of the CPU are watched.
 *
 * A mark is one store. It does not matter how often it is made, so each place has three programs
 * that make it: the kernel leaves a program out that runs already on that processor, and in a
 * task, a softirq and a hard interrupt on top of each other one of three still runs.
 */
#include <linux/types.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "cpu.h"

struct task_struct {
	int pid;
	unsigned int flags;
} __attribute__((preserve_access_index));

struct pcpu_hot {
	int preempt_count;
	struct task_struct *current_task;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, CPU_OUT_PAGES);
	__type(key, __u32);
	__type(value, char[CPU_PAGE]);
} cpu_out SEC(".maps");

volatile struct cpu_marks marks SEC(".data.marks");

#define MARK(n, function)						\
SEC("fentry/" #function)						\
int enter_##function##_##n(void *ctx)					\
{									\
	marks.enter[CPU_CALL_##function] = 1;				\
	return 0;							\
}									\
SEC("fexit/" #function)							\
int leave_##function##_##n(void *ctx)					\
{									\
	marks.leave[CPU_CALL_##function] = 1;				\
	return 0;							\
}

#define MARKS(function) MARK(0, function) MARK(1, function) MARK(2, function)

CPU_CALLS(MARKS)

_Static_assert(CPU_CALL__COUNT <= 32, "struct cpu_marks has a word for each");

extern const int __preempt_count __ksym __weak;
extern struct task_struct *const current_task __ksym __weak;
extern const struct pcpu_hot pcpu_hot __ksym __weak;

static __always_inline __u64 number(const volatile void *p)
{
	__u64 n = 0;

	bpf_probe_read_kernel(&n, sizeof(n), &p);
	return n;
}

static __always_inline __u64 address_of(const char *name, __u32 size)
{
	__u64 address = 0;

	bpf_kallsyms_lookup_name(name, size, 0, &address);
	return address;
}

#define ADDRESS_OF(name) address_of(name, sizeof(name))

#define PAGE_OFFSET_BASE_L4	0xffff888000000000ULL	/* where it is not random */

static __always_inline void describe_cpu(struct cpu_layout *l, __u32 cpu)
{
	if (bpf_core_type_exists(struct pcpu_hot)) {
		const struct pcpu_hot *hot = bpf_per_cpu_ptr(&pcpu_hot, cpu);

		if (!hot)
			return;
		l->preempt_count[cpu] = number(hot) +
					bpf_core_field_offset(struct pcpu_hot, preempt_count);
		l->current[cpu] = number(hot) +
				  bpf_core_field_offset(struct pcpu_hot, current_task);
	} else {
		const void *count = bpf_per_cpu_ptr(&__preempt_count, cpu);
		const void *task = bpf_per_cpu_ptr(&current_task, cpu);

		if (!count || !task)
			return;
		l->preempt_count[cpu] = number(count);
		l->current[cpu] = number(task);
	}
	l->nr_cpus = cpu + 1;
}

/* Fills in all but hardirq_shift. */
SEC("syscall")
int describe(struct cpu_layout *l)
{
	__u64 base = ADDRESS_OF("page_offset_base"), page_offset = PAGE_OFFSET_BASE_L4;

	if (base)
		bpf_probe_read_kernel(&page_offset, sizeof(page_offset), (void *)base);
	l->page_offset = page_offset;
	l->marks = number(&marks);
	l->engine_marks = ADDRESS_OF("softdma_marks");
	l->pid_at = bpf_core_field_offset(struct task_struct, pid);
	l->flags_at = bpf_core_field_offset(struct task_struct, flags);
	l->nr_cpus = 0;
	describe_cpu(l, 0);
	describe_cpu(l, 1);
	describe_cpu(l, 2);
	describe_cpu(l, 3);
	describe_cpu(l, 4);
	describe_cpu(l, 5);
	describe_cpu(l, 6);
	describe_cpu(l, 7);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
