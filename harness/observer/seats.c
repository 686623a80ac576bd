// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loader's side of bpf/seats.h: which seats are loaded and attached, and how many hits found
 * none free.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"
#include "bpf/seats.h"

static const struct body {
	const char *name;
	enum seat_calls calls;
} bodies[SEATS__COUNT] = {
#define BODY(body, section, arg, calls) { #body, calls },
	SEATS_ALL(BODY)
#undef BODY
};

/*
 * A preempted task keeps its seat until it runs again, so where tasks are preempted there are
 * seats for some of them. Each seat costs about 100 instructions a hit.
 */
#define SEATS_RARELY	4

static unsigned int seats(const struct observer *o, enum seat_calls calls)
{
	if (o->preemptible)
		return calls == OFTEN ? SEATS_MAX : SEATS_RARELY;
	return calls == ALONE ? 1 : SEATS_LEVELS;
}

unsigned int seats_mask(const struct observer *o, enum seat_calls calls)
{
	return (1u << seats(o, calls)) - 1;
}

/* The index of a body in the table; -1: none has this name of @len bytes. */
static int find_body(const char *name, size_t len)
{
	for (int i = 0; i < SEATS__COUNT; i++)
		if (!strncmp(bodies[i].name, name, len) && !bodies[i].name[len])
			return i;
	return -1;
}

static int body_of(const struct observer *o, const struct bpf_program *prog)
{
	for (int i = 0; i < SEATS__COUNT; i++)
		if (o->bodies[i] == prog)
			return i;
	return -1;
}

/* The index of the body that @prog is a seat of, and which seat; -1: it is none. */
static int seat_place(const struct bpf_program *prog, unsigned int *seat)
{
	const char *name = bpf_program__name(prog), *last = strrchr(name, '_');

	if (!last || last[1] < '0' || last[1] >= '0' + SEATS_MAX || last[2])
		return -1;
	*seat = last[1] - '0';
	return find_body(name, last - name);
}

unsigned int seats_of(const struct observer *o, const struct bpf_program *prog)
{
	int i = body_of(o, prog);

	return i < 0 ? 0 : seats(o, bodies[i].calls);
}

void seats_choose(const struct observer *o, const struct bpf_program *prog, bool can)
{
	unsigned int n = seats_of(o, prog);

	for (unsigned int i = 0; i < n; i++)
		bpf_program__set_autoload(o->seats[body_of(o, prog)][i], can);
}

void seats_find(struct observer *o)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, o->object) {
		const char *name = bpf_program__name(prog);
		unsigned int seat;
		int body = find_body(name, strlen(name)), i = seat_place(prog, &seat);

		if (body >= 0) {
			o->bodies[body] = prog;
		} else if (i >= 0) {
			o->seats[i][seat] = prog;
			bpf_program__set_autoload(prog, false);
		} else {
			o->alone = xrealloc(o->alone, (o->nr_alone + 1) * sizeof(*o->alone));
			o->alone[o->nr_alone++] = prog;
		}
	}
}

/* Tells the seats where their bodies are. */
int seats_fill(const struct observer *o)
{
	for (int i = 0; i < SEATS__COUNT; i++) {
		const struct bpf_program *body = o->bodies[i];
		uint32_t zero = 0;
		char name[64];
		int fd;

		if (!bpf_program__autoload(body))
			continue;
		snprintf(name, sizeof(name), "%s_body", bodies[i].name);
		fd = bpf_program__fd(body);
		if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(o->object, name), &zero,
					&fd, BPF_ANY))
			return -errno;
	}
	return 0;
}

int attach_seats(struct observer *o, const struct bpf_program *body)
{
	unsigned int before = o->nr_links, n = seats_of(o, body);
	int slot = -ENOENT;

	for (unsigned int i = 0; i < n; i++) {
		slot = attach_one(o, o->seats[body_of(o, body)][i]);
		if (slot < 0) {
			drop_links(o, before);
			break;
		}
	}
	return slot;
}

/* How often the kernel turned this program away. */
static uint64_t misses_of(const struct bpf_program *prog)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);

	if (!bpf_program__autoload(prog) ||
	    bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &len))
		return 0;
	return info.recursion_misses;
}

/* All hits, those that the first seat ran for or was turned away from, less those taken. */
static uint64_t lost_of_body(const struct observer *o, int kind)
{
	uint64_t hits = misses_of(o->seats[kind][0]), taken = 0;

	for (int i = 0; i < SEATS_SHARDS; i++)
		hits += __atomic_load_n(&o->seat_counts[i * SEATS__COUNT + kind].first,
					__ATOMIC_RELAXED);
	for (int i = 0; i < SEATS_SHARDS; i++)
		taken += __atomic_load_n(&o->seat_counts[i * SEATS__COUNT + kind].taken,
					 __ATOMIC_RELAXED);
	return hits > taken ? hits - taken : 0;
}

uint64_t lost_in_seats(const struct observer *o)
{
	uint64_t n = 0;

	for (int i = 0; i < SEATS__COUNT; i++)
		if (bpf_program__autoload(o->seats[i][0]))
			n += lost_of_body(o, i);
	return n;
}

uint64_t lost_without_seats(const struct observer *o)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < o->nr_alone; i++)
		n += misses_of(o->alone[i]);
	return n;
}
