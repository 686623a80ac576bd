// SPDX-License-Identifier: GPL-2.0-only
/* Finds out from the kernel's BTF, before the load, which programs can run on it. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

const char *way_of(const struct bpf_program *prog)
{
	const char *section = bpf_program__section_name(prog);

	if (!strncmp(section, "raw_tp/", 7))
		return "tracepoint";
	return section[0] == 'f' ? "fentry" : "kprobe";
}

/*
 * Is it a tracepoint of our own modules? It holds its module while it is attached, which a
 * kprobe does not. So it is used only where KASAN makes the handlers of kprobes so slow that an
 * engine's interrupt hits one in most runs. Attaching shows whether it exists.
 */
static bool is_ours(const char *section)
{
	return !strncmp(section, "raw_tp/dmt_", 11);
}

bool has_function(const struct observer *o, const char *name)
{
	return names_find(o->names, name, BTF_KIND_FUNC);
}

static bool is_present(const struct observer *o, const struct bpf_program *prog)
{
	const char *section = bpf_program__section_name(prog);
	const char *target = strchr(section, '/');
	char name[128];

	if (!target)
		return true;
	if (is_ours(section))
		return has_function(o, "kasan_report");
	if (!strncmp(section, "raw_tp/", 7)) {
		snprintf(name, sizeof(name), "btf_trace_%s", target + 1);
		return names_find(o->names, name, BTF_KIND_TYPEDEF);
	}
	if (section[0] == 'f')
		return o->fentry && has_function(o, target + 1);
	return true;		/* a kprobe: seen when it is attached */
}

static bool is_allowed(const struct observer *o, const struct bpf_program *prog)
{
	const char *name = bpf_program__name(prog);

	if (o->options.no_frees && (!strcmp(name, "tp_kfree") || !strcmp(name, "tp_cache_free") ||
				    !strcmp(name, "tp_mm_page_free")))
		return false;
	return !o->options.way || !strcmp(o->options.way, way_of(prog)) ||
	       !strncmp(name, "op_", 3) || strstr(name, "calibrate");
}

void programs_of(const struct observer *o, const char *way, struct bpf_program *prog[MAX_PARTS + 1])
{
	char names[128], *save = NULL, *name;
	int n = 0;

	snprintf(names, sizeof(names), "%s", way);
	for (name = strtok_r(names, "+", &save); name && n < MAX_PARTS;
	     name = strtok_r(NULL, "+", &save))
		prog[n++] = bpf_object__find_program_by_name(o->object, name);
	prog[n] = NULL;
}

/* Programs are only loaded when they might be attached: each costs verification. */
static void choose(struct observer *o, const struct probe *p)
{
	bool have = is_part(o, p);

	for (int i = 0; i < MAX_WAYS && p->ways[i]; i++) {
		struct bpf_program *prog[MAX_PARTS + 1];
		bool can;

		programs_of(o, p->ways[i], prog);
		can = !have && is_present(o, prog[0]) && is_allowed(o, prog[0]) &&
		      !(o->options.without && !strcmp(o->options.without, p->name));
		for (int k = 0; prog[k]; k++) {
			bpf_program__set_autoload(prog[k], can);
			seats_choose(o, prog[k], can);
		}
		/* Kprobes and our tracepoints may turn out not to exist: load the next way too. */
		if (can && strcmp(way_of(prog[0]), "kprobe") &&
		    !is_ours(bpf_program__section_name(prog[0])))
			have = true;
	}
}

void choose_programs(struct observer *o)
{
	static const char *const calibrates[] = { "calibrate_fentry", "calibrate_tracepoint" };

	seats_find(o);
	for (int i = 0; i < 2; i++) {
		struct bpf_program *p = bpf_object__find_program_by_name(o->object, calibrates[i]);

		bpf_program__set_autoload(p, is_present(o, p));
	}
	for (unsigned int i = 0; i < nr_probes; i++)
		choose(o, &probe_table[i]);
}
