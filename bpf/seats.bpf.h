/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seats of fentry, fexit and raw tracepoint programs: see seats.h. A seat finds out whether
 * another seat took this hit before it; if not, it calls the body as a tail call, which the kernel
 * does not count as a program of its own.
 */
#ifndef BPF_SEATS_BPF_H
#define BPF_SEATS_BPF_H

#include "stack.bpf.h"

/*
 * The hit that a context is in: which seats were there already. The seats of one hit run without
 * another hit of the same context between them. So it is a new hit if it is of another body, if
 * its argument differs, or if this seat was there already.
 *
 * Frees are the exception, and so have a record of their own. Between two seats of a function the
 * kernel leaves a BPF program, and if the task was preempted inside it, migrate_enable() may free
 * what the task's affinity was; on 6.1 it calls kfree(NULL) there, which kfree's tracepoint tells.
 */
struct seat_hit {
	__u64 arg;
	__u32 kind;		/* enum seat_kind + 1; 0: every seat was there, the hit is over */
	__u32 been;		/* a bit for each seat */
};

/* Of a processor. A task has its own in seat_tasks, if it may be preempted and move. */
struct seat_cpu {
	struct seat_hit hit[OBS_NMI + 1];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct seat_cpu);
} seat_cpus SEC(".maps");

/*
 * Tasks that are in a hit now, by their id: a task has one of the SEAT_WAYS places of its set. A
 * hash table of BPF would cost four times as much.
 */
#define SEAT_SETS	4096
#define SEAT_WAYS	4

struct seat_task {
	__u64 task;		/* 0: free */
	struct seat_hit hit, free;
};

struct seat_task seat_tasks[SEAT_SETS * SEAT_WAYS] SEC(".data.seat_tasks");

/* For lost_in_seats(). A line of its own for each processor keeps them from sharing. */
struct seat_count seat_counts[SEATS_SHARDS][SEATS__COUNT] SEC(".data.seats");

static __always_inline bool seat_is_new(const struct seat_hit *hit, __u32 kind, __u64 arg,
					__u32 bit)
{
	return hit->kind != kind + 1 || hit->arg != arg || hit->been & bit;
}

static __always_inline bool seat_is_first(struct seat_hit *hit, __u32 kind, __u64 arg, __u32 bit,
					  __u32 all)
{
	if (seat_is_new(hit, kind, arg, bit)) {
		hit->arg = arg;
		hit->kind = kind + 1;
		hit->been = bit;
		return true;
	}
	hit->been |= bit;
	if (hit->been == all)
		hit->kind = 0;
	return false;
}

static __always_inline struct seat_task *seat_task(void)
{
	__u64 me = bpf_get_current_task();
	__u32 set = (__u32)bpf_get_current_pid_tgid() & (SEAT_SETS - 1);
	struct seat_task *t = &seat_tasks[set * SEAT_WAYS];

	/* The verifier of 6.1 wants this without a loop. */
	if (t[0].task == me)
		return &t[0];
	if (t[1].task == me)
		return &t[1];
	if (t[2].task == me)
		return &t[2];
	if (t[3].task == me)
		return &t[3];
	if (!t[0].task && !__sync_val_compare_and_swap(&t[0].task, 0, me))
		return &t[0];
	if (!t[1].task && !__sync_val_compare_and_swap(&t[1].task, 0, me))
		return &t[1];
	if (!t[2].task && !__sync_val_compare_and_swap(&t[2].task, 0, me))
		return &t[2];
	if (!t[3].task && !__sync_val_compare_and_swap(&t[3].task, 0, me))
		return &t[3];
	return NULL;
}

static __always_inline bool seat_frees(__u32 kind)
{
	return kind == SEATS_OF_tp_kfree || kind == SEATS_OF_tp_cache_free ||
	       kind == SEATS_OF_tp_mm_page_free;
}

static __always_inline bool seat_of_task(__u32 kind, __u64 arg, __u32 bit, __u32 all)
{
	struct seat_task *t = seat_task();
	bool first;

	if (!t) {	/* the next seat would take it again: so nobody does */
		count(&state.lost_table);
		return false;
	}
	first = seat_is_first(seat_frees(kind) ? &t->free : &t->hit, kind, arg, bit, all);
	if (!t->hit.kind && !t->free.kind)
		*(volatile __u64 *)&t->task = 0;
	return first;
}

/* Does this seat take the hit? */
static __always_inline bool seat_takes(__u32 kind, __u32 seat, __u64 arg,
				       enum seat_calls calls)
{
	__u32 all = config.seats[calls], zero = 0;
	struct seat_count *n = &seat_counts[bpf_get_smp_processor_id() & (SEATS_SHARDS - 1)][kind];
	struct seat_cpu *cpu = bpf_map_lookup_elem(&seat_cpus, &zero);
	__u32 level = level_of(read_preempt_count()) & OBS_NMI;
	bool takes;

	if (!cpu)
		return false;
	if (!seat)
		count(&n->first);
	takes = config.preemptible && level == OBS_TASK ?
		seat_of_task(kind, arg, 1u << seat, all) :
		seat_is_first(&cpu->hit[level], kind, arg, 1u << seat, all);
	if (takes)
		count(&n->taken);
	return takes;
}

#define SEAT(n, body, section, index, calls)						\
SEC(section)										\
int body##_##n(__u64 *ctx)								\
{											\
	if (seat_takes(SEATS_OF_##body, n, ctx[index], calls))				\
		bpf_tail_call(ctx, &body##_body, 0);					\
	return 0;									\
}

#define SEATS(body, section, index, calls)						\
SEAT(0, body, section, index, calls)							\
SEAT(1, body, section, index, calls)							\
SEAT(2, body, section, index, calls)							\
SEAT(3, body, section, index, calls)							\
SEAT(4, body, section, index, calls)							\
SEAT(5, body, section, index, calls)							\
SEAT(6, body, section, index, calls)							\
SEAT(7, body, section, index, calls)

SEATS_ALL(SEATS)

_Static_assert(SEATS_MAX == 8, "SEATS() makes as many");

#endif /* BPF_SEATS_BPF_H */
