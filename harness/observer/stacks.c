// SPDX-License-Identifier: GPL-2.0-only
/* Stacks that events named, in the form of a recording's chunks. */
#include <bpf/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define ALL_STACKS	(OBS_STACKS + CPU_PATHS)

_Static_assert(sizeof(struct observer_stacks) == ALL_STACKS / 8, "a bit for each");

void observer_note_stacks(struct observer_stacks *set, const struct obs_event *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (e[i].stack >= 0 && e[i].stack < ALL_STACKS)
			set->bits[e[i].stack / 8] |= 1u << e[i].stack % 8;
}

void observer_forget_stacks(struct observer *o, struct observer_stacks *set)
{
	for (uint32_t id = 0; id < OBS_STACKS; id++)
		if (set->bits[id / 8] & 1u << id % 8)
			bpf_map_delete_elem(o->stacks_fd, &id);
	cpu_watch_forget_paths(o->cpu);
	memset(set, 0, sizeof(*set));
	o->state->path_epoch++;		/* after that: no path is known by an id that has gone */
}

uint64_t observer_wrong_paths(const struct observer *o)
{
	return o->state->wrong_paths - o->wrong_paths;
}

void say_paths(const struct observer *o, struct strbuf *out)
{
	uint64_t wrong = observer_wrong_paths(o);

	if (wrong)
		strbuf_addf(out, "paths missing: %llu stacks that were found by their fingerprint were of another path\n",
			    (unsigned long long)wrong);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void add_stack(struct strbuf *out, int32_t id, const uint64_t *ips, uint32_t n)
{
	uint32_t head[2] = { id, n };

	strbuf_add(out, head, sizeof(head));
	strbuf_add(out, ips, n * sizeof(*ips));
}

void observer_describe_stacks(const struct observer *o, const struct observer_stacks *set,
			      struct strbuf *stacks, struct strbuf *symbols)
{
	struct strbuf all = STRBUF_INIT;
	uint64_t ips[OBS_STACK_DEPTH], *v;
	char name[120];
	size_t nr;

	for (int32_t id = 0; id < ALL_STACKS; id++) {
		unsigned int n;

		if (!(set->bits[id / 8] & 1u << id % 8))
			continue;
		n = observer_stack(o, id, ips, OBS_STACK_DEPTH);
		add_stack(stacks, id, ips, n);
		strbuf_add(&all, ips, n * sizeof(ips[0]));
	}
	nr = all.len / sizeof(*v);
	v = (uint64_t *)all.s;
	if (nr)
		qsort(v, nr, sizeof(*v), compare);
	for (size_t i = 0; i < nr; i++) {
		if (i && v[i] == v[i - 1])
			continue;
		observer_name(o, v[i], name);
		strbuf_addf(symbols, "%llx %s\n", (unsigned long long)v[i], name);
	}
	strbuf_free(&all);
}
