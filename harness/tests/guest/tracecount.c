// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts hits of one of the kernel's own tracepoints, to compare with what snoop saw:
 * "tracecount begin iommu/map", later "tracecount end". Only one at a time.
 */
#include <sys/mount.h>

#include "guest.h"

#define TRACING "/sys/kernel/tracing"

static long count(void)
{
	long sum = 0, n;
	char path[128], line[128];
	FILE *f;

	for (int cpu = 0;; cpu++) {
		snprintf(path, sizeof(path), TRACING "/per_cpu/cpu%d/stats", cpu);
		f = fopen(path, "r");
		if (!f)
			return cpu ? sum : -1;
		while (fgets(line, sizeof(line), f))
			if (sscanf(line, "entries: %ld", &n) == 1 ||
			    sscanf(line, "overrun: %ld", &n) == 1)
				sum += n;
		fclose(f);
	}
}

int main(int argc, char **argv)
{
	char path[256];
	long n;

	if (argc > 2 && !strcmp(argv[1], "begin")) {
		snprintf(path, sizeof(path), TRACING "/events/%s/enable", argv[2]);
		mount("tracefs", TRACING, "tracefs", 0, NULL);
		if (put(TRACING "/trace", "\n") || put(path, "1")) {
			printf("tracecount: %s: %s\n", argv[2], strerror(errno));
			return 1;
		}
		return 0;
	}
	n = count();
	printf("tracecount: %ld hits\n", n);
	return n < 0;
}
