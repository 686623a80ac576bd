// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the running kernel whether it preempts tasks in kernel code. There a BPF program is
 * interrupted by other tasks, and needs more seats (seats.c).
 */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "internal.h"
#include "preempt.h"

/* Reads an int of the kernel with a program that is loaded alone. -1: it is not known. */
static int read_variable(const char *name)
{
	struct obs_name n = { .address = 0 };
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &n, .ctx_size_in = sizeof(n));
	struct bpf_object *object = open_programs();
	struct bpf_program *prog;
	struct bpf_map *map;
	int value = -1;

	if (!object)
		return -1;
	bpf_object__for_each_program(prog, object)
		bpf_program__set_autoload(prog, !strcmp(bpf_program__name(prog), "read_variable"));
	bpf_object__for_each_map(map, object)
		bpf_map__set_autocreate(map, false);
	snprintf(n.text, sizeof(n.text), "%s", name);
	prog = bpf_object__find_program_by_name(object, "read_variable");
	if (!bpf_object__load(object) && !bpf_prog_test_run_opts(bpf_program__fd(prog), &run))
		value = (int)n.address;
	bpf_object__close(object);
	return value;
}

void find_preemption(struct observer *o)
{
	struct utsname u;
	int mode = -1;

	if (uname(&u))
		u.version[0] = '\0';
	if (strstr(u.version, "PREEMPT_DYNAMIC"))
		mode = read_variable("preempt_dynamic_mode");
	o->preemption = preempt_model(u.version, mode, &o->preemptible);
}
