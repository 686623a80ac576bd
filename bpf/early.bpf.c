// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is asked of the kernel before the observer's programs are chosen and configured
 * (harness/observer/early.c): an object of its own, as it has to be loaded before them.
 */
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "shared.h"

/* Reads an int by its name. -1: there is none of this name. */
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

char note[OBS_NOTE_MAX] SEC(".data.note");

/* Reads the page that the pointer of this name points at. Its address; 0: it could not be read. */
SEC("syscall")
int read_note(struct obs_name *n)
{
	char text[sizeof(n->text)];
	__u64 address = 0, page = 0;

	__builtin_memcpy(text, n->text, sizeof(text));
	text[sizeof(text) - 1] = '\0';
	if (bpf_kallsyms_lookup_name(text, sizeof(text), 0, &address) ||
	    bpf_probe_read_kernel(&page, sizeof(page), (void *)address) || !page ||
	    bpf_probe_read_kernel(note, sizeof(note), (void *)page))
		page = 0;
	n->address = page;
	return 0;
}

/* Is attached, and so shows whether any can be. The kernel calls this function for tests only. */
SEC("fentry/bpf_fentry_test1")
int try_fentry(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
