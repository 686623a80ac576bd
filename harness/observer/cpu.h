/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's side of bpf/cpu.h: asks QEMU's plugin to watch the CPU's accesses, and takes what
 * it reports into the stream of events, where each belongs.
 */
#ifndef OBSERVER_CPU_H
#define OBSERVER_CPU_H

#include "bpf/cpu.h"
#include "lib/base/strbuf.h"

struct observer;
struct cpu_watch;

/* Paths of accesses have ids of stacks from OBS_STACKS on, so many at most. */
#define CPU_PATHS	4096

/* NULL, with the reason in @why (256 bytes), when nothing watches. */
struct cpu_watch *cpu_watch_start(const struct observer *o, char *why);
void cpu_watch_stop(struct cpu_watch *w);
/* A module came or went, and with it engines. */
void cpu_watch_again(struct cpu_watch *w);

/* The next record that belongs before what follows the event @seq; NULL: there is none now. */
const struct cpu_record *cpu_watch_next(struct cpu_watch *w);
void cpu_watch_took(struct cpu_watch *w);
/* Makes the plugin report what it holds back. */
void cpu_watch_flush(struct cpu_watch *w);
/* Records that found no room. */
uint64_t cpu_watch_lost(const struct cpu_watch *w);

/* The id of the path of @r, or -1 when there are too many. */
int32_t cpu_watch_path(struct cpu_watch *w, const struct observer *o, const struct cpu_record *r);
unsigned int cpu_watch_stack(const struct cpu_watch *w, int32_t id, uint64_t *ips,
			     unsigned int max);
void cpu_watch_forget_paths(struct cpu_watch *w);

#endif /* OBSERVER_CPU_H */
