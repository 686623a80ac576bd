/* SPDX-License-Identifier: GPL-2.0-only */
/* The interface between the observer's programs and their loader; not for other users. */
#ifndef BPF_SHARED_H
#define BPF_SHARED_H

#include "events.h"
#include "layout.h"
#include "seats.h"

#define OBS_STACK_DEPTH	24
#define OBS_STACKS	16384
#define OBS_MAX_CHANS	4096
#define OBS_MAX_BLIND	64
#define OBS_FILTER_LEN	32
#define OBS_NOTE_MAX	4096	/* bytes of vmcoreinfo: a page */

/* How a program is attached: each way has its own base of preempt_count. */
enum obs_way {
	WAY_TRACEPOINT,
	WAY_FENTRY,
	WAY_KPROBE,
	WAY_KRETPROBE,
	WAY__COUNT
};

/* Is a stack that was unwound before found by a fingerprint? stack.bpf.h */
enum obs_paths {
	OBS_PATHS_OFF,
	OBS_PATHS_ON,
	OBS_PATHS_CHECK,		/* and unwound each time all the same */
	OBS_PATHS_ALIKE,		/* all have one fingerprint, so that it must be told */
};

/* Configuration, set before the programs are loaded. */
struct obs_config {
	__u8 stacks;			/* take a stack with the events that have one */
	__u8 paths;			/* enum obs_paths */
	__u8 preemptible;		/* tasks are preempted in kernel code */
	__u8 seats[SEAT_CALLS];		/* a bit for each seat that is attached */
	__u8 never;			/* 0 */
	__u8 hardirq_shift;		/* where preempt_count has the hard interrupts */
	__u8 syncs_caches;		/* some devices are not coherent on this kernel */
	char device[OBS_FILTER_LEN];	/* "": every device */
	char driver[OBS_FILTER_LEN];	/* "": every driver */
	struct obs_layout layout;	/* where the kernel tells it in its vmcoreinfo */
};

/* Written by the programs. */
struct obs_state {
	__u64 seq;			/* of the last event */
	__u64 lost_ring;		/* the ring was full */
	__u64 lost_table;		/* a table was full */
	__u64 lost_probe;		/* returns without their entry */
	__u64 lost_stack;		/* events without their stack */
	__u64 wrong_paths;		/* a stack that its fingerprint found was another */
	__u64 windows;			/* of a stack in its fingerprint; 0: none is made */
	__u64 path_epoch;		/* in each fingerprint; the loader counts it up, which
					 * forgets all
					 */
	__u64 asked_lost;		/* requests that did not fit */
	__u64 unwatched;		/* descriptors and callbacks that were not probed */
	__u64 stale;			/* modules that went and whose probes the loader
					 * still has to forget
					 */
	__u64 came_lost, goes_lost;	/* MODULE_CAME, MODULE_GOES that did not fit */
	__u64 stack_bytes;		/* of a task */
	__u64 vmemmap_base, page_offset_base, device_list;
	__u64 preempt_count[WAY__COUNT]; /* as calibration saw it, + 1 */
	__u64 marked, wake_mask;	/* seq at the last mark; wake the reader where (seq -
					 * marked) & mask is 0; a mask of 0: never
					 */
	__u8 base[WAY__COUNT];		/* of preempt_count & 0xff where nothing is held,
					 * as found by the loader; 0xff: not known
					 */
};

/* The kind of function at a probed address; also the cookie of its probe. */
enum obs_func {
	FUNC_ALLOC_CHAN = 1,
	FUNC_FREE_CHAN,
	FUNC_PREP_MEMCPY,
	FUNC_PREP_XOR,
	FUNC_PREP_XOR_VAL,
	FUNC_PREP_PQ,
	FUNC_PREP_PQ_VAL,
	FUNC_PREP_MEMSET,
	FUNC_PREP_INTERRUPT,
	FUNC_PREP_SLAVE_SG,
	FUNC_PREP_CYCLIC,
	FUNC_TERMINATE,
	FUNC_SYNCHRONIZE,
	FUNC_STATUS,
	FUNC_ISSUE,
	FUNC_SUBMIT,
	FUNC_CALLBACK,
	FUNC_CALLBACK_RESULT,
	FUNC__COUNT
};

/* A request from the programs to the loader: probe this address, or a module came or went. */
struct obs_request {
	__u64 address;
	__u32 func;			/* enum obs_func, or: */
#define REQUEST_MODULE_CAME	0x100
#define REQUEST_MODULE_GOES	0x101
#define REQUEST_EXPORT		0x102	/* a module exports a function whose name begins like DMA */
	__u32 reserved;
	char text[56];			/* MODULE_GOES: its name; EXPORT: the function's */
};

/* A mapping function that no probe covers; its place is the cookie of its probe. */
struct obs_blind {
	char name[56];
};

/* Argument of the programs that find the name of an address, and the address of a name. */
struct obs_name {
	__u64 address;			/* 0: not found */
	char text[120];
};

/* Argument of the program that reads what a kretprobe has missed. */
struct obs_missed {
	__s32 fd;			/* of its perf event, in the caller */
	__u8 known;			/* the kernel's structures are as expected */
	__u8 drops_counted;		/* recursion_misses has kprobes that were dropped */
	__u8 reserved[2];
	__u64 missed;			/* returns without a free instance */
};

#endif /* BPF_SHARED_H */
