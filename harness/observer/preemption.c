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

/* The BPF object, which object.S includes in the program. */
extern const char preemption_object[], preemption_object_end[];

/* Reads an int of the kernel. -1: it is not known. */
static int read_variable(const char *name)
{
	struct obs_name n = { .address = 0 };
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &n, .ctx_size_in = sizeof(n));
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "dmt_preemption");
	struct bpf_object *object = bpf_object__open_mem(preemption_object,
							 preemption_object_end - preemption_object,
							 &opts);
	const struct bpf_program *prog;
	int value = -1;

	if (!object)
		return -1;
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
