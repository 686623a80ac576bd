// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's BTF by name. libbpf 1.1 compares names from the first to the last, some 100000, for
 * each question, and asks for each program that it loads: that was a fifth of the observer's start.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "lib/base/hash64.h"

struct names {
	const struct btf *btf;
	uint32_t *ids, mask;	/* 0: free. Less than half are taken */
};

static uint32_t place(const struct names *n, const char *name)
{
	return (uint32_t)hash64(0, name, strlen(name)) & n->mask;
}

static bool is_wanted(const struct btf_type *t)
{
	return btf_is_func(t) || btf_is_typedef(t) || btf_is_var(t);
}

struct names *names_open(const struct btf *btf)
{
	struct names *n = xcalloc(1, sizeof(*n));
	uint32_t nr = btf__type_cnt(btf), wanted = 0;

	for (uint32_t id = 1; id < nr; id++)
		wanted += is_wanted(btf__type_by_id(btf, id));
	n->btf = btf;
	n->mask = 1;
	while (n->mask < 2 * wanted)
		n->mask = n->mask << 1 | 1;
	n->ids = xcalloc((size_t)n->mask + 1, sizeof(*n->ids));
	for (uint32_t id = 1; id < nr; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		uint32_t i;

		if (!is_wanted(t))
			continue;
		i = place(n, btf__name_by_offset(btf, t->name_off));
		while (n->ids[i])
			i = (i + 1) & n->mask;
		n->ids[i] = id;
	}
	return n;
}

uint32_t names_find(const struct names *n, const char *name, uint32_t kind)
{
	for (uint32_t i = place(n, name); n->ids[i]; i = (i + 1) & n->mask) {
		const struct btf_type *t = btf__type_by_id(n->btf, n->ids[i]);

		if (btf_kind(t) == kind && !strcmp(btf__name_by_offset(n->btf, t->name_off), name))
			return n->ids[i];
	}
	return 0;
}

void names_close(struct names *n)
{
	if (n)
		free(n->ids);
	free(n);
}

/* ---- for libbpf ---- */

static const char *const sections[] = { "fentry/", "fexit/" };
#define SECTIONS (sizeof(sections) / sizeof(sections[0]))

static int give_id(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	const struct names *n = (const struct names *)cookie;
	const char *target = strchr(bpf_program__section_name(prog), '/') + 1;

	opts->attach_btf_id = names_find(n, target, BTF_KIND_FUNC);
	return opts->attach_btf_id ? 0 : -ESRCH;
}

void names_answer(const struct names *n, int handlers[NAMES_HANDLERS])
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .cookie = (long)n,
		    .prog_prepare_load_fn = give_id);

	_Static_assert(SECTIONS == NAMES_HANDLERS, "one handler for each");
	for (size_t i = 0; i < SECTIONS; i++)
		handlers[i] = libbpf_register_prog_handler(sections[i], BPF_PROG_TYPE_TRACING,
							   i ? BPF_TRACE_FEXIT : BPF_TRACE_FENTRY,
							   &opts);
}

void names_answer_no_more(const int handlers[NAMES_HANDLERS])
{
	for (size_t i = 0; i < SECTIONS; i++)
		if (handlers[i] >= 0)
			libbpf_unregister_prog_handler(handlers[i]);
}
