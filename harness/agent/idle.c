// SPDX-License-Identifier: GPL-2.0-only
/* Waits until a guest that has just booted has nothing to do. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"

#define WINDOW_MS	500
#define BUSY_MS		20	/* at most, in a window */
#define WINDOWS		240

/* Time that all processors have been idle, in units of sysconf(_SC_CLK_TCK); -1: not known. */
static long long idle_ticks(void)
{
	long long idle = -1, wait = 0;
	FILE *f = fopen("/proc/stat", "re");

	if (!f)
		return -1;
	/* proc_stat(5): user, nice, system, idle, iowait */
	if (fscanf(f, "cpu %*d %*d %*d %lld %lld", &idle, &wait) != 2)
		idle = -1;
	fclose(f);
	return idle < 0 ? -1 : idle + wait;
}

void machine_wait_idle(void)
{
	const struct timespec window = { WINDOW_MS / 1000, WINDOW_MS % 1000 * 1000000 };
	long long ms = 1000 / sysconf(_SC_CLK_TCK), before = idle_ticks();

	for (int i = 0; i < WINDOWS && before >= 0; i++) {
		long long now;

		nanosleep(&window, NULL);
		now = idle_ticks();
		if ((now - before) * ms >= WINDOW_MS - BUSY_MS)
			return;
		before = now;
	}
}
