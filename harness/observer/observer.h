/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The observer, as its users see it: start, drain, stop. Needs root and a kernel
 * with BTF. One thread at a time may call it.
 */
#ifndef BPF_OBSERVER_H
#define BPF_OBSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/events.h"
#include "lib/base/strbuf.h"

struct observer;

struct observer_options {
	bool no_stacks;
	bool no_frees;		/* do not watch kfree and the page allocator */
	const char *device;	/* dev_name(), or NULL: all. At most 31 bytes */
	const char *driver;	/* likewise */
	size_t ring_bytes;	/* power of two; 0: 32 MiB */
	const char *way;	/* NULL: the best; else "tracepoint", "fentry" or
				 * "kprobe": only this one, for tests
				 */
	const char *without;	/* NULL, or the name of a probe that is not
				 * attached, for tests
				 */
	bool quiet_libbpf;	/* libbpf's own messages are not printed */
};

/* Loads, attaches, and looks for providers. NULL with @why (256 bytes) filled. */
struct observer *observer_start(const struct observer_options *options, char *why);
void observer_stop(struct observer *o);

/*
 * Takes what is in the ring, in the ring's order: @sink is called with runs of
 * events. Returns how many, or what @sink returned if negative.
 */
long observer_drain(struct observer *o, int (*sink)(void *arg, const struct obs_event *e,
						    size_t n), void *arg);

/*
 * The same until all events up to number @last (observer_count()) were taken, a second at most:
 * a processor may still be writing one. What has not come then counts as lost, for its number
 * is missing.
 */
long observer_drain_to(struct observer *o, uint64_t last,
		       int (*sink)(void *arg, const struct obs_event *e, size_t n), void *arg);

/*
 * Readable when the ring is about a quarter full, counted from observer_mark(): the
 * same events wake the reader at the same event, whatever was before. observer_probes() has
 * functions that were met since and had gone before they could be probed.
 */
int observer_fd(const struct observer *o);
void observer_mark(struct observer *o);

/*
 * Attaches to functions that have been met since (providers, callbacks, modules), and
 * to those of modules that are back. Returns how many probes that added that had been
 * missed: not those of a module that is back. Cheap when there is nothing to do.
 */
int observer_settle(struct observer *o);

struct observer_counts {
	uint64_t events;	/* sequence number of the last */
	uint64_t lost;		/* ring full, tables full, probes and returns missed */
	uint64_t lost_stacks;
	uint64_t unwatched;	/* descriptors and callbacks whose functions were
				 * not probed yet when they were met
				 */
};

void observer_count(const struct observer *o, struct observer_counts *c);

/*
 * Lines "NAME WAY" and "NAME missing: REASON", and "NAME not countable: REASON" of losses that
 * nobody sees.
 */
void observer_probes(const struct observer *o, struct strbuf *out);

/* A probe that a verdict needs is missing: which. NULL: none is. */
const char *observer_missing(const struct observer *o);

/*
 * What a judge needs to know of the machine: lines release=, machine=, and the
 * physical ranges ram=, kernel-code=, kernel-rodata=, kernel-data=, kernel-bss= as
 * FIRST-LAST in hexadecimal (/proc/iomem; root sees the numbers).
 */
void observer_meta(struct strbuf *out);

/* Addresses of a stack, at most @max; 0: it is not known. */
unsigned int observer_stack(const struct observer *o, int32_t id, uint64_t *ips, unsigned int max);

/* Which stacks were named, and what they are: the payload of two chunks. */
struct observer_stacks {
	uint8_t bits[16384 / 8];	/* OBS_STACKS */
};

void observer_note_stacks(struct observer_stacks *set, const struct obs_event *e, size_t n);
void observer_describe_stacks(const struct observer *o, const struct observer_stacks *set,
			      struct strbuf *stacks, struct strbuf *symbols);

/*
 * They are new when they come again, and cost what new ones cost. Only when no event
 * that names one is still to be described.
 */
void observer_forget_stacks(struct observer *o, struct observer_stacks *set);

/* "function+0x12/0x34 [module]" of @address, or its number. 120 bytes. */
void observer_name(const struct observer *o, uint64_t address, char *out);

#endif /* BPF_OBSERVER_H */
