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

#define OFTEN	true
#define RARELY	false

static const struct body {
	const char *name;
	bool often;
} bodies[SEATS__COUNT] = {
#define BODY(body, section, arg, often) { #body, often },
	SEATS_ALL(BODY)
#undef BODY
};

/*
 * A preempted task keeps its seat until it runs again, so where tasks are preempted there are
 * seats for some of them. Each seat costs about 100 instructions a hit.
 */
#define SEATS_RARELY	4

static unsigned int seats(const struct observer *o, bool often)
{
	if (!o->preemptible)
		return SEATS_LEVELS;
	return often ? SEATS_MAX : SEATS_RARELY;
}

unsigned int seats_mask(const struct observer *o, bool often)
{
	return (1u << seats(o, often)) - 1;
}

static const struct body *find_body(const char *name)
{
	for (int i = 0; i < SEATS__COUNT; i++)
		if (!strcmp(bodies[i].name, name))
			return &bodies[i];
	return NULL;
}

unsigned int seats_of(const struct observer *o, const struct bpf_program *prog)
{
	const struct body *b = find_body(bpf_program__name(prog));

	return b ? seats(o, b->often) : 0;
}

static struct bpf_program *seat_of(const struct observer *o, const char *body,
				   unsigned int seat)
{
	char name[64];

	snprintf(name, sizeof(name), "%s_%u", body, seat);
	return bpf_object__find_program_by_name(o->object, name);
}

void seats_choose(const struct observer *o, const struct bpf_program *prog, bool can)
{
	unsigned int n = seats_of(o, prog);

	for (unsigned int i = 0; i < n; i++)
		bpf_program__set_autoload(seat_of(o, bpf_program__name(prog), i), can);
}

void seats_choose_none(const struct observer *o)
{
	for (int i = 0; i < SEATS__COUNT; i++)
		for (unsigned int k = 0; k < SEATS_MAX; k++)
			bpf_program__set_autoload(seat_of(o, bodies[i].name, k), false);
}

bool is_seat(const struct bpf_program *prog)
{
	const char *name = bpf_program__name(prog), *last = strrchr(name, '_');
	char body[64];

	if (!last || last[1] < '0' || last[1] > '9' || last[2])
		return false;
	snprintf(body, sizeof(body), "%.*s", (int)(last - name), name);
	return find_body(body);
}

/* Tells the seats where their bodies are. */
int seats_fill(const struct observer *o)
{
	for (int i = 0; i < SEATS__COUNT; i++) {
		struct bpf_program *body = bpf_object__find_program_by_name(o->object,
									    bodies[i].name);
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
		slot = attach_one(o, seat_of(o, bpf_program__name(body), i));
		if (slot < 0) {
			drop_links(o, before);
			break;
		}
	}
	return slot;
}

uint64_t misses_of(const struct bpf_program *prog)
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
	uint64_t hits = misses_of(seat_of(o, bodies[kind].name, 0)), taken = 0;

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
		if (bpf_program__autoload(seat_of(o, bodies[i].name, 0)))
			n += lost_of_body(o, i);
	return n;
}
