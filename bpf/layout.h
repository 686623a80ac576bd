/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a kernel has its memory, and the arithmetic from its addresses to physical ones, for
 * architectures on which the kernel tells its layout in its vmcoreinfo (x86-64 has variables:
 * arch.bpf.h). The observer's programs and their loader share it, and so do the units.
 */
#ifndef BPF_LAYOUT_H
#define BPF_LAYOUT_H

#include <linux/types.h>

#define LAYOUT_PAGE_SHIFT	12	/* the observer knows no other pages */

struct obs_layout {
	__u64 page_offset;	/* the linear mapping begins here, */
	__u64 linear_size;	/* has so many bytes, */
	__u64 phys_offset;	/* and is of physical memory from here on: modulo 2^64, as the
				 * kernel may count from far below
				 */
	__u64 vmemmap;		/* the struct page of phys_offset */
};

/* 0: @virt is not in the linear mapping. */
static inline __attribute__((always_inline)) __u64 layout_virt_to_phys(const struct obs_layout *l,
								       __u64 virt)
{
	__u64 off = virt - l->page_offset;

	return off < l->linear_size ? off + l->phys_offset : 0;
}

/* @size: of struct page */
static inline __attribute__((always_inline)) __u64 layout_page_to_phys(const struct obs_layout *l,
								       __u64 page, __u64 size)
{
	return ((page - l->vmemmap) / size << LAYOUT_PAGE_SHIFT) + l->phys_offset;
}

static inline __attribute__((always_inline)) __u64 layout_phys_to_page(const struct obs_layout *l,
								       __u64 phys, __u64 size)
{
	return l->vmemmap + ((phys - l->phys_offset) >> LAYOUT_PAGE_SHIFT) * size;
}

#endif /* BPF_LAYOUT_H */
