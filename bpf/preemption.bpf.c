// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads an int of the kernel by its name. It is an object of its own, as it runs before the
 * observer's programs are chosen (harness/observer/preemption.c).
 */
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "shared.h"

/* -1: there is none of this name. */
SEC("syscall")
int read_variable(struct obs_name *n)
{
	char text[sizeof(n->text)];
	__u64 address = 0;
	int value = -1;

	__builtin_memcpy(text, n->text, sizeof(text));
	text[sizeof(text) - 1] = '\0';
	if (!bpf_kallsyms_lookup_name(text, sizeof(text), 0, &address) &&
	    bpf_probe_read_kernel(&value, sizeof(value), (void *)address))
		value = -1;
	n->address = (__s64)value;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
