// SPDX-License-Identifier: GPL-2.0-only
/* Makes the key of an image: all that a guest depends on until it is saved. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "internal.h"
#include "lib/base/hash64.h"

static void add_content(struct strbuf *key, const char *name, const void *data, size_t len)
{
	strbuf_addf(key, "%s %zu %016llx\n", name, len, (unsigned long long)hash64(0, data, len));
}

static void add_file(struct strbuf *key, const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct strbuf sb = STRBUF_INIT;

	strbuf_read_file(&sb, path);	/* if there is none, QEMU will say so */
	add_content(key, name, strbuf_str(&sb), sb.len);
	strbuf_free(&sb);
	free(path);
}

/* Identify QEMU by its file, not by content, which takes longer to read than QEMU to start. */
static void add_qemu(struct strbuf *key, const char *program)
{
	char *path = xstrdup(getenv("PATH") ? getenv("PATH") : ""), *dir, *save = NULL;
	struct stat st;

	for (dir = strtok_r(path, ":", &save); dir; dir = strtok_r(NULL, ":", &save)) {
		char *file = xasprintf("%s/%s", dir, program);
		bool found = !stat(file, &st);

		if (found)
			strbuf_addf(key, "%s %lld %lld.%09ld %llu\n", file, (long long)st.st_size,
				    (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
				    (unsigned long long)st.st_ino);
		free(file);
		if (found)
			break;
	}
	free(path);
}

void vm_key(struct strbuf *key, const struct vm_opts *opts, const struct strbuf *initrd)
{
	struct vm_opts any = *opts;
	struct qemu_how how = { .role = QEMU_SAVE, .memory = "", .qmp = 0 };
	char **argv;

	any.dir = "";	/* it differs between runs, but does not matter to the guest */
	argv = qemu_argv(&any, &how);
	for (int i = 0; argv[i]; i++)
		strbuf_addf(key, "%s\n", argv[i]);
	qemu_argv_free(argv);
	add_qemu(key, vm_machine(opts)->qemu);
	add_content(key, "initrd", strbuf_str(initrd), initrd->len);
	add_file(key, opts->kernel_dir, "vmlinuz");
}
