// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long QEMU could have run and had no processor of the host. A guest on a host with many more
 * runnable threads than processors says nothing for minutes, and is not dead.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define NS_PER_S	1000000000ull

/* Of one thread, in ns. The second number (Documentation/scheduler/sched-stats.rst). */
static uint64_t thread_waited(const char *dir, const char *thread)
{
	char *path = xasprintf("%s/%s/schedstat", dir, thread);
	FILE *f = fopen(path, "re");
	uint64_t ran, waited = 0;

	if (f && fscanf(f, "%" SCNu64 " %" SCNu64, &ran, &waited) != 2)
		waited = 0;
	if (f)
		fclose(f);
	free(path);
	return waited;
}

uint64_t vm_waited_s(const char *proc, pid_t pid)
{
	char *dir = xasprintf("%s/%d/task", proc, (int)pid);
	DIR *d = opendir(dir);
	uint64_t most = 0, waited;
	const struct dirent *e;

	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		waited = thread_waited(dir, e->d_name);
		if (waited > most)
			most = waited;
	}
	if (d)
		closedir(d);
	free(dir);
	return most / NS_PER_S;
}
