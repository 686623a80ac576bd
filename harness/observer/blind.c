// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mapping functions that no probe covers. The API grows, and a function that this observer does not
 * know would be silent: snoop would say that all is well while it sees a tenth of the mappings. So
 * every function of the kernel with a name like one of the API's must be the target of a program,
 * or blind_names.c says why it need not be. Calls of any other one are counted and told.
 *
 * The kernel's own are taken from its BTF. Static ones are nobody's API; only kallsyms tells which
 * these are, and it is read only when there is a name to look for. Of modules what they export is
 * taken, when they come (blind.bpf.h).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Is it what a program of ours is attached to, or could be on another kernel? */
static bool is_target(const struct observer *o, const char *name)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, o->object) {
		const char *target = strchr(bpf_program__section_name(prog), '/');

		if (target && !strcmp(target + 1, name))
			return true;
	}
	return false;
}

static bool is_unknown(const struct observer *o, const char *name)
{
	return blind_is_mapping_name(name) && !blind_known(name) && !is_target(o, name);
}

/* ---- counting the calls ---- */

static void count_calls(struct observer *o, struct blind *b)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(o->object, "kp_blind");
	struct obs_blind name = { "" };
	uint32_t i = b - o->blind;

	memcpy(name.name, b->name, sizeof(name.name));
	if (bpf_map_update_elem(o->blind_fd, &i, &name, BPF_ANY))
		b->err = -errno;
	else
		b->err = attach_blind(o, prog, b->address ? NULL : b->name, b->address, i,
				      &b->link);
}

/* @address is 0 for a function of the kernel itself. */
static void add_blind(struct observer *o, const char *name, uint64_t address, const char *module)
{
	struct blind *b = NULL;

	for (unsigned int i = 0; i < o->nr_blind && !b; i++)
		if (!strcmp(o->blind[i].name, name) && !strcmp(o->blind[i].module, module))
			b = &o->blind[i];
	if (b && b->link)
		return;
	if (!b && o->nr_blind == OBS_MAX_BLIND) {
		o->blind_more = true;
		return;
	}
	if (!b) {
		b = &o->blind[o->nr_blind++];
		o->added++;
	}
	snprintf(b->name, sizeof(b->name), "%s", name);
	snprintf(b->module, sizeof(b->module), "%s", module);
	b->address = address;
	count_calls(o, b);
}

void blind_export(struct observer *o, const struct obs_request *r)
{
	char name[sizeof(r->text)], where[120], module[56] = "?", *open;

	snprintf(name, sizeof(name), "%s", r->text);
	if (!is_unknown(o, name))
		return;
	observer_name(o, r->address, where);
	open = strchr(where, '[');
	if (open)
		snprintf(module, sizeof(module), "%.*s", (int)strcspn(open + 1, "]"), open + 1);
	add_blind(o, name, r->address, module);
}

void blind_forget(struct observer *o, const char *module)
{
	for (unsigned int i = 0; i < o->nr_blind; i++) {
		struct blind *b = &o->blind[i];

		if (!b->module[0] || (module && strcmp(b->module, module)))
			continue;
		drop_link(o, b->link);
		b->link = NULL;
		b->err = 0;
	}
}

void blind_stop(struct observer *o)
{
	for (unsigned int i = 0; i < o->nr_blind; i++)
		drop_link(o, o->blind[i].link);
	o->nr_blind = 0;
}

/* ---- the kernel's own functions ---- */

static void add_global(void *arg, const char *name)
{
	add_blind(arg, name, 0, "");
}

void blind_start(struct observer *o)
{
	char **names = NULL;
	size_t nr = 0;
	FILE *f;

	for (uint32_t i = 1; i < btf__type_cnt(o->btf); i++) {
		const struct btf_type *t = btf__type_by_id(o->btf, i);
		const char *name = btf_is_func(t) ? btf__name_by_offset(o->btf, t->name_off) : NULL;

		if (!name || !is_unknown(o, name))
			continue;
		names = xrealloc(names, (nr + 1) * sizeof(*names));
		names[nr++] = (char *)name;
	}
	f = nr ? fopen("/proc/kallsyms", "re") : NULL;
	if (f) {
		blind_global(f, names, nr, add_global, o);
		fclose(f);
	}
	free(names);
}

/* ---- what is said ---- */

void observer_blind(const struct observer *o, struct strbuf *out)
{
	for (unsigned int i = 0; i < o->nr_blind; i++) {
		const struct blind *b = &o->blind[i];

		if (b->err)
			strbuf_addf(out, "blind to %s: missing: no probe covers it, and its calls cannot be counted: %s\n",
				    b->name, strerror(-b->err));
		else if (b->link)
			strbuf_addf(out, "blind to %s: no probe covers it; a result in which it was called is incomplete\n",
				    b->name);
	}
	if (o->blind_more)
		strbuf_addf(out, "blind to more: missing: there are more than %d such functions\n",
			    OBS_MAX_BLIND);
}
