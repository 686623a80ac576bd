/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The contract between a guest and QEMU's plugin that sees the loads and stores of its processors
 * (harness/vm/plugin): what the guest tells it, and what it answers.
 *
 * The plugin sees addresses, and no values. So the guest speaks by a page of its user space at an
 * address that nobody else uses, the mail: it fills the page, and its last store, to the bell, is
 * what the plugin sees. By then the page can be read in the guest's memory. The plugin answers by
 * writing into the page before the next instruction; without a plugin nothing ever answers.
 *
 * What it needs to know of ownership it reads in the observer's ring, in the guest's memory, as
 * the ring grows: at each access all events before it are known. What it sees goes into the out
 * pages, from which the guest takes it.
 */
#ifndef BPF_CPU_H
#define BPF_CPU_H

#include "events.h"

#define CPU_VERSION		1
#define CPU_PAGE		4096
#define CPU_MAIL_AT		0x646d74000000ULL
#define CPU_MAIL_MAGIC		0x75706320616d64ULL
#define CPU_MAX_CPUS		8

enum cpu_mail_kind {
	CPU_MAIL_RING	= 1,	/* v: numbers of the ring's pages from @first on: that of the
				 * writers' position, then those of the data
				 */
	CPU_MAIL_OUT	= 2,	/* the same of the out pages */
	CPU_MAIL_LAYOUT	= 3,	/* layout */
	CPU_MAIL_GO	= 4,	/* all was told: watch from here on */
	CPU_MAIL_FLUSH	= 5,	/* put what is held back into the out pages */
	CPU_MAIL_STOP	= 6,
};

/*
 * Calls of the mapping API, each with a number of its own. What the CPU touches in them, bounce
 * buffers' copies for instance, is the kernel's work for the device. An X-macro: function.
 */
#define CPU_CALLS(X)							\
	X(dma_map_page_attrs)						\
	X(dma_map_phys)							\
	X(__dma_map_sg_attrs)						\
	X(dma_unmap_page_attrs)						\
	X(dma_unmap_phys)						\
	X(dma_unmap_sg_attrs)						\
	X(__dma_sync_single_for_cpu)					\
	X(__dma_sync_single_for_device)					\
	X(__dma_sync_sg_for_cpu)					\
	X(__dma_sync_sg_for_device)					\
	X(dma_sync_single_for_cpu)					\
	X(dma_sync_single_for_device)					\
	X(dma_sync_sg_for_cpu)						\
	X(dma_sync_sg_for_device)					\
	X(dma_iova_link)						\
	X(dma_iova_unlink)						\
	X(dma_iova_destroy)						\
	X(dma_iova_sync)

enum cpu_call {
#define CPU_CALL(function)	CPU_CALL_##function,
	CPU_CALLS(CPU_CALL)
#undef CPU_CALL
	CPU_CALL__COUNT
};

/*
 * Stores to these words are marks: this processor, in this task or interrupt, enters a call of
 * that number, or leaves it. The value says nothing.
 */
struct cpu_marks {
	__u64 enter[32];
	__u64 leave[32];
};

/* The same of an engine that moves its data with the processor: kmod/softdma/marks.c. */
struct cpu_engine_marks {
	__u64 begin, end;
};

/* Where things are; addresses are the kernel's virtual ones. */
struct cpu_layout {
	__u64 page_offset;	/* of the mapping of all memory; */
	__u64 marks;		/* struct cpu_marks */
	__u64 engine_marks;	/* struct cpu_engine_marks; 0: there are none now */
	__u64 preempt_count[CPU_MAX_CPUS], current[CPU_MAX_CPUS];
	__u32 nr_cpus;
	__u32 hardirq_shift;	/* in preempt_count: bpf/core.bpf.h */
	__u32 pid_at, flags_at;	/* in struct task_struct */
};

struct cpu_mail {
	__u64 magic, nonce;	/* nonce: random, to know the page again */
	__u32 version, kind;	/* enum cpu_mail_kind */
	__u32 first, nr;
	__u32 total;		/* RING, OUT: pages in all */
	__u32 reserved;
	__u64 answer;		/* the plugin's: ~nonce, or 0 when it does not understand */
	union {
		struct cpu_layout layout;
		__u64 v[490];
	};
	__u64 bell[16];
};

#define CPU_MAIL_MANY	490	/* page numbers in one mail */
#define CPU_PATH	16

/* An access, or several of one instruction that follow each other in memory. */
struct cpu_record {
	__u64 after;		/* number of the last event before it; 0: none since GO */
	struct obs_event e;	/* CPU_ACCESS without number and stack */
	__u32 nr;
	__u32 reserved;
	__u64 path[CPU_PATH];	/* where that processor came from, the newest first */
};

/* The first of the out pages; struct cpu_record fill the others, as a ring. */
struct cpu_out {
	__u64 head;		/* the plugin's: records written, ever */
	__u64 lost;		/* the plugin's: that found no room */
	__u64 tail;		/* the guest's: records taken */
	__u64 accesses;		/* the plugin's: accesses that were looked at, for people */
};

#define CPU_OUT_PAGES	512
#define CPU_PER_PAGE	(CPU_PAGE / sizeof(struct cpu_record))

#endif /* BPF_CPU_H */
