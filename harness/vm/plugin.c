// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plugin of QEMU that watches the CPU (harness/vm/plugin): which one this QEMU can load. QEMU
 * asks a plugin for the number of the interface that it was made for, and refuses what is too old
 * or too new, so there is one for each generation; and whether plugins are built in at all only
 * an attempt tells.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"
#include "lib/base/tree.h"

extern char **environ;

static const char *const plugins[] = { "plugin/cpu-1.so", "plugin/cpu-2.so" };

#define NR_PLUGINS (sizeof(plugins) / sizeof(plugins[0]))

/* Does this QEMU load it? The plugin then ends QEMU with 0 at once. */
static bool loads(const char *qemu, const char *path)
{
	char *arg = xasprintf("%s,probe=on", path);
	char *argv[] = { (char *)qemu, "-M", "none", "-nodefaults", "-display", "none", "-plugin",
			 arg, NULL };
	posix_spawn_file_actions_t to;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&to);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&to, fd, "/dev/null", O_RDWR, 0);
	if (!posix_spawnp(&pid, qemu, &to, NULL, argv, environ))
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	else
		status = -1;
	posix_spawn_file_actions_destroy(&to);
	free(arg);
	return status != -1 && WIFEXITED(status) && !WEXITSTATUS(status);
}

const char *vm_plugin(const struct vm_opts *opts)
{
	static const char *found, *asked;
	const struct machine *m = vm_machine(opts);

	/* The plugin reads the kernel's data as they are on x86-64. KVM runs no plugin. */
	if (!opts->watch_cpu || opts->kvm || strcmp(m->name, "x86_64"))
		return NULL;
	if (asked && !strcmp(asked, m->qemu))
		return found;
	asked = m->qemu;
	found = NULL;
	for (size_t i = 0; i < NR_PLUGINS && !found; i++) {
		const char *path = tree_build(plugins[i]);

		/* A comma would end the name in QEMU's option. */
		if (!strchr(path, ',') && !access(path, R_OK) && loads(m->qemu, path))
			found = path;
	}
	return found;
}
