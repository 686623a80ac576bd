/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stack of an event. To unwind one takes some 8000 instructions on x86-64, which was most of
 * what the observer cost. Call paths repeat, so a path that was unwound before is recognised by a
 * fingerprint of the raw stack: of the words in it that may be addresses of code, and of its
 * depth. Words that are left over from earlier calls are in it, too: these can make one path
 * look like two, which costs an unwinding, but hardly ever two like one. So that this is no matter
 * of belief, one event in 64 is unwound all the same. Is its stack another than the one found, then
 * the fingerprint becomes finer, the next time all stacks are unwound, and what was observed until
 * then is incomplete.
 */
#ifndef BPF_STACK_H
#define BPF_STACK_H

#include "core.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, OBS_STACKS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, OBS_STACK_DEPTH * sizeof(__u64));
} stacks SEC(".maps");

/*
 * The paths that are known: the fingerprint, whose low bits are replaced by the stack's id. One
 * word, so that it is written at once. A path that finds its place taken, takes it.
 */
#define PATHS		8192
#define ID_BITS		14

_Static_assert(OBS_STACKS == 1 << ID_BITS, "the id of a stack has so many bits");

__u64 paths[PATHS] SEC(".data.paths");

/*
 * As large as the caller's, else what it is without KASAN, which makes it larger
 * (arch/x86/include/asm/page_64_types.h, arch/arm64/include/asm/memory.h).
 */
static __always_inline __u64 find_stack_bytes(void)
{
	const struct task_struct *task = (void *)bpf_get_current_task();

	if (bpf_core_field_exists(task->stack_vm_area) && BPF_CORE_READ(task, stack_vm_area))
		return BPF_CORE_READ(task, stack_vm_area, nr_pages) * PAGE_SIZE;
	if (bpf_core_type_exists(union thread_union))
		return bpf_core_type_size(union thread_union);
	return 4 * PAGE_SIZE;
}

#define CHECK_BITS	6	/* of the numbers of events, mixed: one in 64 is unwound */
#define MIX		0x9e3779b97f4a7c15ULL	/* 2^64 / golden ratio: spreads any bit upwards */

#ifdef __TARGET_ARCH_x86

#define WINDOW		192	/* bytes that are read at a time, as BPF has a stack of 512 */
#define BELOW		64	/* of these under the context: the trampoline's return address */
#define WINDOWS_FIRST	4	/* are read at the nearer end */
#define WINDOWS_MORE	16	/* once that was not enough: 24 callers hardly ever need more */
#define IRQ_STACK_PAGES	4	/* IRQ_STACK_SIZE; with KASAN more, and those are unwound */
#define PT_REGS_BYTES	176	/* are at the end of a task's stack, with what aligns them */

/*
 * Kernel and modules are in the last 2 GiB (Documentation/arch/x86/x86_64/mm.rst). Of numbers near
 * -1, which are there too, few differ from call to call.
 */
static __always_inline __u64 add_words(const __u64 *word, int n, __u64 print)
{
#pragma unroll
	for (int i = 0; i < n; i++)
		if ((__s64)word[i] >> 31 == -1)
			print = (print ^ (word[i] + i)) * MIX;
	return print | 1;
}

/* Adds WINDOW bytes from @at, or what there is until @end. 0: they cannot be read. */
__noinline __u64 add_window(__u64 at, __u64 end, __u64 print)
{
	__u64 word[WINDOW / 8], size = end - at;

	if (size < WINDOW)
		__builtin_memset(word, 0, sizeof(word));
	else
		size = WINDOW;
	if (bpf_probe_read_kernel(word, size, (void *)at))
		return 0;
	return add_words(word, WINDOW / 8, print);
}

/*
 * Adds what lies from @at to @end; of a long one both ends, as the outermost callers say which
 * system call or thread this is, and its length for the rest.
 */
__noinline __u64 add_segment(__u64 at, __u64 end, __u64 print)
{
	if (at >= end)
		return 0;
	print = (print ^ (end - at)) * MIX | 1;
	for (__u64 i = 0; i < WINDOWS_MORE && i < state.windows && print && at < end; i++) {
		print = add_window(at, end, print);
		at += WINDOW;
	}
	if (print && at < end)
		print = add_window(end - at < WINDOW ? at : end - WINDOW, end, print);
	return print;
}

/*
 * Where the stack of an interrupt ends that @at lies in: before its last word, which says where the
 * task's stack goes on, that from @base on (arch/x86/include/asm/irq_stack.h). It ends with a page,
 * and is aligned to no more than that. 0: this is no such stack.
 */
static __always_inline __u64 interrupt_end(__u64 at, __u64 base, __u64 size)
{
	__u64 last = (at | (PAGE_SIZE - 1)) + 1 - sizeof(last);

	for (int i = 0; i < IRQ_STACK_PAGES; i++) {
		if (read_u64(last) - base < size)
			return last;
		last += PAGE_SIZE;
	}
	return 0;
}

/* The fingerprint of the stack that @at lies in. 0: there is none. */
__noinline __u64 path_of(__u64 at)
{
	const struct task_struct *task = (void *)bpf_get_current_task();
	__u64 base = (__u64)BPF_CORE_READ(task, stack), size = state.stack_bytes, last;
	__u64 end = base + size - PT_REGS_BYTES, print = state.path_epoch;

	at -= BELOW;
	if (at - base >= size) {
		last = interrupt_end(at, base, size);
		print = last ? add_segment(at, last, print) : 0;
		if (!print)
			return 0;
		at = read_u64(last);
	}
	return add_segment(at, end, print);
}

#else

/* Not needed elsewhere: arm64 follows its frame pointers, which costs little. */
static __always_inline __u64 path_of(__u64 at)
{
	return 0;
}

#endif

/*
 * Where @ctx is, as a number: written to the event and read again, because the verifier forbids
 * arithmetic on a context. number() would cost sixty instructions more.
 */
static __always_inline __u64 address_of_context(void *ctx, struct obs_event *e)
{
	volatile __u64 *word = (volatile __u64 *)&e->dma;
	__u64 saved = *word, at;

	*(void *volatile *)word = ctx;
	at = *word;
	*word = saved;
	return at;
}

/* Two paths with one fingerprint: from here on it is finer, or all stacks are unwound. */
static __always_inline void differs(void)
{
	count(&state.wrong_paths);
	if (config.paths == OBS_PATHS_ON)
		state.windows = state.windows == WINDOWS_FIRST ? WINDOWS_MORE : 0;
	else
		state.windows = WINDOWS_MORE;
}

static __always_inline void take_stack(void *ctx, struct obs_event *e)
{
	__u64 path = 0, known = 0, *at;
	long id;

	if (!config.stacks)
		return;
	if (config.paths == OBS_PATHS_ALIKE)
		path = 1ULL << 63;
	else if (config.paths && state.windows)
		path = path_of(address_of_context(ctx, e));
	at = &paths[(path >> ID_BITS) & (PATHS - 1)];
	if (path) {
		known = *(volatile __u64 *)at;
		if ((known ^ path) >> ID_BITS)
			known = 0;
		else if ((e->seq * MIX) >> (64 - CHECK_BITS) && config.paths != OBS_PATHS_CHECK) {
			e->stack = known & (OBS_STACKS - 1);
			return;
		}
	}
	id = bpf_get_stackid(ctx, &stacks, 0);
	if (id < 0) {
		count(&state.lost_stack);
		return;
	}
	e->stack = id;
	if (known && (known & (OBS_STACKS - 1)) != id)
		differs();
	if (path)
		*(volatile __u64 *)at = (path & ~(OBS_STACKS - 1ULL)) | id;
}

#endif /* BPF_STACK_H */
