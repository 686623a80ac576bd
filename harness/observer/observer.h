/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The observer's interface: start, drain, stop. It needs root and a kernel with BTF. Only one
 * thread at a time may call it.
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
	const char *paths;	/* NULL: a stack that was unwound before is found by a fingerprint;
				 * for tests "off", "check": and unwound again each time, and
				 * "alike": all fingerprints are the same
				 */
	bool quiet_libbpf;	/* libbpf's own messages are not printed */
};

/* Loads, attaches, looks for providers. On failure NULL, with the reason in @why (256 bytes). */
struct observer *observer_start(const struct observer_options *options, char *why);
void observer_stop(struct observer *o);

/*
 * Takes the events in the ring, in its order, and calls @sink with runs of them. Returns how
 * many, or a negative result of @sink.
 */
long observer_drain(struct observer *o, int (*sink)(void *arg, const struct obs_event *e,
						    size_t n), void *arg);

/*
 * The same until all events up to number @last (observer_count()) were taken, for a second at
 * most: a processor may still be writing one. An event that has not come by then counts as lost,
 * because its number is missing.
 */
long observer_drain_to(struct observer *o, uint64_t last,
		       int (*sink)(void *arg, const struct obs_event *e, size_t n), void *arg);

/*
 * A file descriptor that is readable when the ring is about a quarter full, counted from
 * observer_mark(): so the same events wake the reader at the same event, whatever came before
 * the mark. From the mark on, observer_probes() also lists functions that were met and had gone
 * before they could be probed.
 */
int observer_fd(const struct observer *o);
void observer_mark(struct observer *o);

/*
 * The loads and stores of the CPU to mapped memory become events too, if QEMU has the plugin for
 * it; observer_probes() says whether, and why not. Call it after observer_start(), before anything
 * is drained whose numbers are kept.
 */
void observer_watch_cpu(struct observer *o);

/*
 * Attaches to functions that were met since the last call (providers, callbacks, modules), and
 * to those of modules that are back. Returns how many probes are new; those of a module that is
 * back do not count. Cheap when there is nothing to do.
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

/* Asks the kernel for the losses of each program, which is some 100 system calls. */
void observer_count(const struct observer *o, struct observer_counts *c);
/* The same without what takes long to count: probes that were missed. */
void observer_count_quickly(const struct observer *o, struct observer_counts *c);

/* The sequence number of the last event. */
uint64_t observer_events(const struct observer *o);

/*
 * Appends where the ring is in physical memory, in the form of FRAME_RING. Needs CAP_SYS_ADMIN.
 * 0 or a negative errno, and then what was appended is no use.
 */
int observer_place(const struct observer *o, struct strbuf *out);

/*
 * Lines "NAME WAY" and "NAME missing: REASON", and "NAME not countable: REASON" of losses that
 * nobody sees.
 */
void observer_probes(const struct observer *o, struct strbuf *out);

/*
 * Lines "blind to NAME: ...": mapping functions of this kernel and its modules that no probe covers.
 * More may come with a module.
 */
void observer_blind(const struct observer *o, struct strbuf *out);

/* The name of a vital probe that is missing; NULL: none is. */
const char *observer_missing(const struct observer *o);

/*
 * Appends what a judge needs to know about the machine: lines release=, machine=, and the
 * physical ranges ram=, kernel-code=, kernel-rodata=, kernel-data=, kernel-bss= as FIRST-LAST in
 * hexadecimal (from /proc/iomem, which shows the numbers to root only).
 */
void observer_meta(struct strbuf *out);

/* Gets at most @max addresses of a stack. Returns how many; 0: the stack is not known. */
unsigned int observer_stack(const struct observer *o, int32_t id, uint64_t *ips, unsigned int max);

/* A set of stacks that events named; below, the payload of the chunks that describe them. */
struct observer_stacks {
	uint8_t bits[(16384 + 4096) / 8];	/* OBS_STACKS, and CPU_PATHS behind them */
};

void observer_note_stacks(struct observer_stacks *set, const struct obs_event *e, size_t n);
void observer_describe_stacks(const struct observer *o, const struct observer_stacks *set,
			      struct strbuf *stacks, struct strbuf *symbols);

/*
 * Forgets the stacks of the set, so that they cost again what new ones cost. Call it only when
 * all events that name one of them have been described.
 */
void observer_forget_stacks(struct observer *o, struct observer_stacks *set);

/*
 * How often, since the mark, a stack that was found by its fingerprint was another one. What was
 * observed may have wrong stacks then; a second time the fingerprints are finer.
 */
uint64_t observer_wrong_paths(const struct observer *o);

/* Writes "function+0x12/0x34 [module]" for @address, or its number. @out has 120 bytes. */
void observer_name(const struct observer *o, uint64_t address, char *out);

#endif /* BPF_OBSERVER_H */
