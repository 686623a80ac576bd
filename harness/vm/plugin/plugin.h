/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The plugin's parts. All is called with the plugin's lock held, by the thread of a processor,
 * unless it says otherwise. "ram" is a place in the guest's memory as QEMU counts it: the physical
 * address, without the hole below 4 GiB.
 */
#ifndef PLUGIN_H
#define PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/cpu.h"

/* ---- guest.c: the guest's memory ---- */

#define NOWHERE	(~0ull)

/* @bytes of memory, of which @low lie below the hole. Returns 0 or a negative errno. */
int guest_init(uint64_t bytes, uint64_t low);
/* The mail at @ram; NULL: there is none. The first one shows where the guest has its memory. */
struct cpu_mail *guest_mail(uint64_t ram);
/* NOWHERE: there is no memory. Any context. */
uint64_t guest_ram_of(uint64_t phys);
uint64_t guest_phys_of(uint64_t ram);
uint64_t guest_bytes(void);
/* Where @ram can be read and written, up to the end of its page; NULL: there is none. */
void *guest_at(uint64_t ram);

/* ---- watch.c: which memory is watched, by the observer's events ---- */

int watch_init(void);
/* Forgets all. */
void watch_reset(void);
/* The page of the writers' position is the first; then come those of the data. */
bool watch_ring_page(uint32_t index, uint64_t pfn, uint32_t total);
/* From here on. False: not all pages were told. */
bool watch_begin(void);
/* Takes in the events that came since. Returns whether any did. */
bool watch_take(void);
/* The last event that was taken in: its number and its time. */
uint64_t watch_last(void);
uint64_t watch_time(void);

/*
 * What the fast way looks at, without the lock: is there a new event, is anything watched, and is
 * this line of 64 bytes?
 */
struct watch_fast {
	const volatile uint64_t *producer;	/* NULL: nothing is watched, ever */
	uint64_t seen;
	bool held;		/* an event is being written: look again */
	unsigned int live;	/* mappings */
	uint16_t *lines;	/* mappings of each line of memory */
};

extern struct watch_fast watch;

/* ---- context.c: who runs, and whether it is in a call or an engine ---- */

/* Who made an access. */
struct context {
	uint64_t key;		/* the same only for the same task, or interrupt of a processor */
	uint8_t level;		/* enum obs_level */
	uint8_t flags;		/* OBS_F_KTHREAD */
	uint32_t task;
};

/* Takes the layout that the guest told. False: it is not plausible. */
bool context_layout(const struct cpu_layout *l);
void context_reset(void);
struct context context_of(unsigned int cpu);
/* Enters or leaves what has the number @what, below 64. */
void context_enter(const struct context *c, unsigned int what);
void context_leave(const struct context *c, unsigned int what);
bool context_inside(const struct context *c);

/* ---- out.c: what is reported ---- */

void out_reset(void);
bool out_page(uint32_t index, uint64_t pfn, uint32_t total);
bool out_ready(void);
struct access {
	unsigned int cpu;
	uint64_t pc, ram;
	uint32_t size;		/* bytes, within a page */
	bool store;
	struct context who;
	const uint64_t *path;	/* CPU_PATH of them, a ring; */
	unsigned int path_at;	/* the newest */
};
void out_access(const struct access *a);
/* What was held back, as more of it might follow, goes to the guest. */
void out_flush(void);

#endif /* PLUGIN_H */
