// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which processor of the host a QEMU runs on. One with a fixed instruction clock has two threads
 * that take turns: the guest's, and the main loop, which advances the clock when the guest sleeps.
 * The main loop often looks a second time at once. If it looks in the microsecond in which the
 * guest has halted again and its last instructions are not yet counted, the clock is advanced by
 * these too much (QEMU 7.2: icount_start_warp_timer() against rr_cpu_thread_fn()). That was read,
 * not seen; what was seen, in 1 of some 60 guests on a busy host, is a sleep that was 773
 * instructions too long. On one processor the guest does not run before the main loop has nothing
 * to do, and it was not seen again.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "internal.h"
#include "lib/base/cache.h"

#define SHARERS	64	/* guests of one processor that are told apart */

static bool take(const char *dir, int cpu, int sharer, int *lock)
{
	char *path = xasprintf("%s/%d.%d", dir, cpu, sharer);

	*lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	free(path);
	if (*lock >= 0 && !flock(*lock, LOCK_EX | LOCK_NB))
		return true;
	if (*lock >= 0)
		close(*lock);
	*lock = -1;
	return false;
}

int vm_take_processor(int *lock)
{
	char *dir = cache_dir("processors");
	cpu_set_t mine;
	int cpu = -1;

	*lock = -1;
	if (sched_getaffinity(0, sizeof(mine), &mine))
		CPU_ZERO(&mine);
	for (int sharer = 0; sharer < SHARERS && *lock < 0; sharer++)
		for (cpu = 0; cpu < CPU_SETSIZE && *lock < 0; cpu++)
			if (CPU_ISSET(cpu, &mine))
				take(dir, cpu, sharer, lock);
	free(dir);
	return *lock < 0 ? -1 : cpu - 1;
}

void vm_stay_on(int cpu)
{
	cpu_set_t one;

	if (cpu < 0)
		return;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}
