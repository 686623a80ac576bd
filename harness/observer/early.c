// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the running kernel what the choice of programs depends on, by an object of its own: the
 * observer's programs are chosen and configured before they are loaded.
 */
#include "early.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* The BPF object, which object.S includes in the program. */
extern const char early_object[], early_object_end[];

#define NOTE	".data.note"

struct early {
	struct bpf_object *object;
	bool fentry;		/* is loaded */
};

static struct bpf_object *open_object(bool fentry)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "dmt_early");
	struct bpf_object *object = bpf_object__open_mem(early_object,
							 early_object_end - early_object, &opts);
	struct bpf_program *try;

	if (!object)
		return NULL;
	try = bpf_object__find_program_by_name(object, "try_fentry");
	bpf_program__set_autoload(try, fentry);
	if (!bpf_object__load(object))
		return object;
	bpf_object__close(object);
	return NULL;
}

/* A kernel may refuse fentry programs as soon as they are loaded. */
struct early *early_open(void)
{
	struct early *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->object = open_object(true);
	e->fentry = e->object;
	if (!e->object)
		e->object = open_object(false);
	if (e->object)
		return e;
	free(e);
	return NULL;
}

void early_close(struct early *e)
{
	if (!e)
		return;
	bpf_object__close(e->object);
	free(e);
}

static int run(const struct early *e, const char *prog, struct obs_name *n)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = n, .ctx_size_in = sizeof(*n));

	return bpf_prog_test_run_opts(
		bpf_program__fd(bpf_object__find_program_by_name(e->object, prog)), &opts);
}

int early_variable(const struct early *e, const char *name)
{
	struct obs_name n = { .address = 0 };

	snprintf(n.text, sizeof(n.text), "%s", name);
	return e && !run(e, "read_variable", &n) ? (int)n.address : -1;
}

bool early_fentry(const struct early *e)
{
	struct bpf_link *link;

	if (!e || !e->fentry)
		return false;
	link = bpf_program__attach_trace(bpf_object__find_program_by_name(e->object,
									  "try_fentry"));
	if (!link)
		return false;
	bpf_link__destroy(link);
	return true;
}

/*
 * A kernel without KALLSYMS_ALL, as Debian's 6.1 for arm64, does not tell where the text is; but
 * /proc/kcore begins with it, in a note.
 */
static void read_kcore(char text[OBS_NOTE_MAX + 1])
{
	static const char name[] = "VMCOREINFO", first[] = "OSRELEASE=";
	static char head[65536];
	FILE *f = fopen("/proc/kcore", "re");
	size_t n = f ? fread(head, 1, sizeof(head), f) : 0;
	char *at = n ? memmem(head, n, name, sizeof(name)) : NULL;

	if (at)
		at = memmem(at, head + n - at, first, sizeof(first) - 1);
	if (at)
		snprintf(text, OBS_NOTE_MAX + 1, "%.*s", (int)(head + n - at), at);
	if (f)
		fclose(f);
}

char *early_vmcoreinfo(const struct early *e)
{
	struct obs_name n = { .text = "vmcoreinfo_data" };
	char *text = calloc(1, OBS_NOTE_MAX + 1);
	uint32_t zero = 0;

	if (text && e && !run(e, "read_note", &n) && n.address)
		bpf_map_lookup_elem(bpf_object__find_map_fd_by_name(e->object, NOTE), &zero, text);
	if (text && !text[0])
		read_kcore(text);
	return text;
}
