/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory: the current stack, and frees of mapped memory.
 *
 * A bit for each page frame says that it was mapped since it was last free. It only reduces the
 * number of events; the judge knows whether a mapping is live.
 */
#ifndef BPF_MEMORY_H
#define BPF_MEMORY_H

#include "stack.bpf.h"

#define MARK_WORDS	(1u << 19)	/* of 64 pages: 128 GiB, then it wraps */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MARK_WORDS);
	__type(key, __u32);
	__type(value, __u64);
} marks SEC(".maps");

static __always_inline __u64 *mark_word(__u64 pfn)
{
	__u32 i = (pfn >> 6) & (MARK_WORDS - 1);

	return bpf_map_lookup_elem(&marks, &i);
}

struct mark_loop {
	__u64 pfn, last;
	bool seen;
};

/* Each step of the loop sets the bits of one word. */
static long mark_step(__u32 i, struct mark_loop *l)
{
	__u64 *word = mark_word(l->pfn);
	__u64 first = l->pfn & 63, bits = ~0ULL << first;
	__u64 end = (l->pfn | 63);

	if (end >= l->last)
		bits &= ~0ULL >> (63 - (l->last & 63));
	if (word)
		__sync_fetch_and_or(word, bits);
	l->pfn = end + 1;
	return l->pfn > l->last;
}

/* Global: see meet(). */
__noinline int mark(__u64 phys, __u64 len)
{
	struct mark_loop l = {
		.pfn = phys >> PAGE_SHIFT,
		.last = (phys + (len ? len - 1 : 0)) >> PAGE_SHIFT,
	};
	__u64 bit = 1ULL << (l.pfn & 63);
	__u64 *word;

	if (l.pfn != l.last) {
		bpf_loop(((l.last - l.pfn) >> 6) + 2, mark_step, &l, 0);
		return 0;
	}
	word = mark_word(l.pfn);
	if (word && !(*word & bit))
		__sync_fetch_and_or(word, bit);
	return 0;
}

static long unmark_step(__u32 i, struct mark_loop *l)
{
	__u64 *word = mark_word(l->pfn);
	__u64 bits = ~0ULL << (l->pfn & 63);
	__u64 end = l->pfn | 63;

	if (end >= l->last)
		bits &= ~0ULL >> (63 - (l->last & 63));
	if (word && *word & bits) {
		l->seen = true;
		__sync_fetch_and_and(word, ~bits);
	}
	l->pfn = end + 1;
	return l->pfn > l->last;
}

/* ---- the current stack ---- */

#define STACK_PAGES_MAX	8

static __always_inline __u32 stack_pages(void)
{
	__u32 n = state.stack_bytes / PAGE_SIZE;

	return n < STACK_PAGES_MAX ? n : STACK_PAGES_MAX;
}

/* Is it a page of the current stack? It works with and without VMAP_STACK. */
static __always_inline bool is_stack(__u64 phys)
{
	const struct task_struct *task = (void *)bpf_get_current_task_btf();
	__u64 stack = virt_to_phys((__u64)task->stack);
	const struct vm_struct *area;
	struct page *pages[STACK_PAGES_MAX];
	__u32 n = stack_pages();

	if (stack)
		return phys >= stack && phys < stack + n * PAGE_SIZE;
	if (!bpf_core_field_exists(task->stack_vm_area))
		return false;
	area = task->stack_vm_area;
	if (!area || bpf_probe_read_kernel(pages, n * sizeof(pages[0]), area->pages))
		return false;
	phys &= ~(PAGE_SIZE - 1);
	for (__u32 i = 0; i < STACK_PAGES_MAX; i++)
		if (i < n && phys == page_to_phys(pages[i]))
			return true;
	return false;
}

/* ---- frees ---- */

static __always_inline int tell_free(void *ctx, __u64 phys, __u64 len, __u64 how)
{
	struct obs_event *e;

	begin(e, WAY_TRACEPOINT, OBS_MEM_FREE, 0);
	e->phys = phys;
	e->len = len;
	e->arg = how;
	take_stack(ctx, e);
	done(e);
	return 0;
}

static __always_inline bool is_marked(__u64 phys)
{
	const __u64 *word = phys ? mark_word(phys >> PAGE_SHIFT) : NULL;

	return word && *word & 1ULL << (phys >> PAGE_SHIFT & 63);
}

static __always_inline __u64 read_number(const void *at)
{
	__u64 v = 0;

	bpf_probe_read_kernel(&v, sizeof(v), at);
	return v;
}

/*
 * The first of the pages that @page was allocated with. The word that tells is the head's address
 * + 1, or, since 7.0 on kernels with HUGETLB_PAGE_OPTIMIZE_VMEMMAP, a mask + 1 that makes it of the
 * page's own address (include/linux/page-flags.h: _compound_head()). No struct page lies as high as
 * a mask is as a number.
 */
#define LOWEST_MASK	0xffffff0000000000ULL

static __always_inline const struct page *head_of(const struct page *page)
{
	__u64 word;

	if (bpf_core_field_exists(page->compound_head)) {
		word = read_number(&page->compound_head);
		return word & 1 ? (void *)(word - 1) : page;
	}
	if (!bpf_core_field_exists(page->compound_info))
		return page;
	word = read_number(&page->compound_info);
	if (!(word & 1))
		return page;
	return word >= LOWEST_MASK ? (void *)((__u64)page & word) : (void *)(word - 1);
}

static __always_inline bool is_slab(const struct page *head)
{
	__u32 type = 0;

	if (bpf_core_enum_value_exists(enum pageflags, PG_slab)) {
		__u64 bit = bpf_core_enum_value(enum pageflags, PG_slab);

		return read_number(&head->flags) & 1ULL << bit;
	}
	if (!bpf_core_enum_value_exists(enum pagetype, PGTY_slab))
		return false;
	bpf_probe_read_kernel(&type, sizeof(type), &head->page_type);
	return type >> 24 == bpf_core_enum_value(enum pagetype, PGTY_slab);
}

static __always_inline __u64 object_size(const struct kmem_cache *cache)
{
	__u32 size = 0;

	bpf_probe_read_kernel(&size, sizeof(size), &cache->object_size);
	return size ?: 1;
}

/*
 * How long the object at @phys is; 1 where it is none of a slab. Those go back to the page
 * allocator, which is told by itself.
 */
static __always_inline __u64 object_at(__u64 phys)
{
	__u64 page = phys_to_page(phys);
	const struct page *head = head_of((void *)page);

	if (!is_slab(head))
		return 1;
	return object_size((void *)read_number(&((struct slab *)head)->slab_cache));
}

/* The mark stays set, as other objects of the slab may still be mapped. */
SEC("raw_tp/kfree")
int BPF_PROG(tp_kfree, unsigned long call_site, const void *ptr)
{
	__u64 phys = virt_to_phys((__u64)ptr);

	if (is_marked(phys))
		tell_free(ctx, phys, object_at(phys), OBS_FREE_KFREE);
	return 0;
}

SEC("raw_tp/kmem_cache_free")
int BPF_PROG(tp_cache_free, unsigned long call_site, const void *ptr,
	     const struct kmem_cache *cache)
{
	__u64 phys = virt_to_phys((__u64)ptr);

	if (is_marked(phys))
		tell_free(ctx, phys, object_size(cache), OBS_FREE_CACHE);
	return 0;
}

SEC("raw_tp/mm_page_free")
int BPF_PROG(tp_mm_page_free, const void *page, unsigned int order)
{
	__u64 phys = page_to_phys(page);
	struct mark_loop l = {
		.pfn = phys >> PAGE_SHIFT,
		.last = (phys >> PAGE_SHIFT) + (1ULL << (order & 31)) - 1,
	};

	if (order)
		bpf_loop((1u << (order & 31) >> 6) + 2, unmark_step, &l, 0);
	else
		unmark_step(0, &l);
	if (l.seen)
		tell_free(ctx, phys, PAGE_SIZE << (order & 31), OBS_FREE_PAGES);
	return 0;
}

#endif /* BPF_MEMORY_H */
