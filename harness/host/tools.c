// SPDX-License-Identifier: GPL-2.0-only
/* Finds what guests of workloads need besides: fio, mdadm, their libraries, more modules. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/command.h"
#include "lib/base/tree.h"
#include "target.h"

/* What these depend on is added when the guest's image is made, which also orders them. */
const char *const workload_modules[] = {
	"brd", "null_blk", "loop", "virtio_blk", "crc32c_generic", "raid456", "ecb", "ctr",
	"dmatest", NULL
};

static const char *const clients[] = { "asynctx", "cryptoclient", "dmaclient" };

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_files(struct target *t, const char *dir, size_t *nr)
{
	DIR *d = opendir(dir);
	const struct dirent *e;

	if (!d)
		return -errno;
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		t->tools = xrealloc(t->tools, (*nr + 3) * sizeof(char *));
		t->tools[(*nr)++] = xasprintf("%s/%s:%s", dir, e->d_name, e->d_name);
	}
	closedir(d);
	/* The guest's image must not depend on the order of the directory. */
	qsort(t->tools, *nr, sizeof(char *), by_name);
	return 0;
}

int target_tools(struct target *t)
{
	bool other = t->machine != machine_default();
	char *setup[] = { (char *)tree_path("harness/kernels/tools-setup"),
			  other ? (char *)"--arch" : NULL, (char *)t->machine->name, NULL };
	struct strbuf out = STRBUF_INIT;
	size_t nr = 0;
	int err = command_output(setup, &out);

	while (out.len && out.s[out.len - 1] == '\n')
		out.s[--out.len] = '\0';
	if (!err)
		err = add_files(t, strbuf_str(&out), &nr);
	if (!err) {
		for (size_t i = 0; i < sizeof(clients) / sizeof(clients[0]); i++) {
			t->tools = xrealloc(t->tools, (nr + 2) * sizeof(char *));
			t->tools[nr++] = xasprintf("%s/%s.ko:%s.ko", t->module_dir, clients[i],
						   clients[i]);
		}
		t->tools[nr] = NULL;
	} else {
		fprintf(stderr, "dmatorture: fio and mdadm could not be set up\n");
	}
	strbuf_free(&out);
	return err ? -ENODEV : 0;
}

void target_free_tools(struct target *t)
{
	for (char **f = t->tools; f && *f; f++)
		free(*f);
	free(t->tools);
	t->tools = NULL;
}
