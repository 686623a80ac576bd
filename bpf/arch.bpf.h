/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between architectures: arguments and interrupts in the registers of a kprobe,
 * preempt_count, and the physical address of a pointer and of a struct page. Another architecture
 * takes an answer to each; a guess, an address of 0 say, would make mappings meet that have nothing
 * in common.
 *
 *   ARG6, arg7, arg8	arguments of the function that a kprobe is at, beyond libbpf's five
 *   irqs_off()		were interrupts off? Only the registers of a kprobe tell.
 *   read_preempt_count()
 *   page_to_phys(), phys_to_page(), virt_to_phys()
 *   find_layout()	called once, before any of these three
 */
#ifndef BPF_ARCH_H
#define BPF_ARCH_H

static __always_inline __u64 address_of(const char *name, __u32 size)
{
	__u64 address = 0;

	bpf_kallsyms_lookup_name(name, size, 0, &address);
	return address;
}

static __always_inline __u64 read_u64(__u64 address)
{
	__u64 v = 0;

	if (address)
		bpf_probe_read_kernel(&v, sizeof(v), (void *)address);
	return v;
}

#ifdef __TARGET_ARCH_x86

#include <asm/processor-flags.h>

#define ARG6(ctx) ((ctx)->r9)

static __always_inline __u64 stack_argument(const struct pt_regs *ctx, __u32 at)
{
	__u64 v = 0;

	bpf_probe_read_kernel(&v, sizeof(v), (void *)ctx->rsp + at);
	return v;
}

#define arg7(ctx) stack_argument(ctx, 8)
#define arg8(ctx) stack_argument(ctx, 16)

static __always_inline __u8 irqs_off(const struct pt_regs *ctx)
{
	return ctx->eflags & X86_EFLAGS_IF ? 0 : OBS_F_IRQS_OFF;
}

extern const int __preempt_count __ksym __weak;
extern const struct pcpu_hot pcpu_hot __ksym __weak;

/*
 * Once in each program: for each such load of a variable the kernel goes through all of its BTF
 * (find_btf_percpu_datasec()), some 100000 types.
 */
static __noinline __u32 read_preempt_count(void)
{
	if (bpf_core_type_exists(struct pcpu_hot)) {
		const struct pcpu_hot *hot = bpf_this_cpu_ptr(&pcpu_hot);

		return hot->preempt_count;
	}
	return *(const int *)bpf_this_cpu_ptr(&__preempt_count);
}

/* 64 bytes, on kernels without memory cgroups 56 */
#define PAGE_STRUCT	bpf_core_type_size(struct page)
#define LINEAR_SIZE	(1ULL << 46)

static __always_inline __u64 page_to_phys(const void *page)
{
	return (number(page) - state.vmemmap_base) / PAGE_STRUCT << PAGE_SHIFT;
}

static __always_inline __u64 phys_to_page(__u64 phys)
{
	return state.vmemmap_base + (phys >> PAGE_SHIFT) * PAGE_STRUCT;
}

/* 0 when it is not in the linear mapping. */
static __always_inline __u64 virt_to_phys(__u64 virt)
{
	__u64 off = virt - state.page_offset_base;

	return off < LINEAR_SIZE ? off : 0;
}

/*
 * These are variables in kernels that randomise their memory layout, else constants of
 * arch/x86/include/asm/page_64_types.h and pgtable_64_types.h.
 */
#define PAGE_OFFSET_BASE_L4	0xffff888000000000ULL
#define VMEMMAP_BASE_L4		0xffffea0000000000ULL

static __always_inline __u64 base_of(__u64 variable, __u64 constant)
{
	return variable ? read_u64(variable) : constant;
}

static __always_inline void find_layout(void)
{
	state.vmemmap_base = base_of(address_of("vmemmap_base", sizeof("vmemmap_base")),
				     VMEMMAP_BASE_L4);
	state.page_offset_base = base_of(address_of("page_offset_base",
						    sizeof("page_offset_base")),
					 PAGE_OFFSET_BASE_L4);
}

#elif defined(__TARGET_ARCH_arm64)

#define REGS(ctx) ((const struct user_pt_regs *)(ctx))
#define ARG6(ctx) (REGS(ctx)->regs[5])
#define arg7(ctx) (REGS(ctx)->regs[6])
#define arg8(ctx) (REGS(ctx)->regs[7])

#define PSTATE_I	0x80

/* With pseudo-NMIs, which only the boot line turns on, the interrupt controller masks instead. */
static __always_inline __u8 irqs_off(const void *ctx)
{
	return REGS(ctx)->pstate & PSTATE_I ? OBS_F_IRQS_OFF : 0;
}

/* In the task; arm64 has no variable of a processor for it. */
static __noinline __u32 read_preempt_count(void)
{
	const struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, thread_info.preempt.count);
}

/* The loader has read it from the kernel: harness/observer/layout.c. */
static __always_inline struct obs_layout layout(void)
{
	struct obs_layout l = {
		.page_offset = config.layout.page_offset,
		.linear_size = config.layout.linear_size,
		.phys_offset = config.layout.phys_offset,
		.vmemmap = config.layout.vmemmap,
	};

	return l;
}

static __always_inline __u64 page_to_phys(const void *page)
{
	struct obs_layout l = layout();

	return layout_page_to_phys(&l, number(page), bpf_core_type_size(struct page));
}

static __always_inline __u64 phys_to_page(__u64 phys)
{
	struct obs_layout l = layout();

	return layout_phys_to_page(&l, phys, bpf_core_type_size(struct page));
}

static __always_inline __u64 virt_to_phys(__u64 virt)
{
	struct obs_layout l = layout();

	return layout_virt_to_phys(&l, virt);
}

static __always_inline void find_layout(void)
{
}

#endif
#endif /* BPF_ARCH_H */
