// SPDX-License-Identifier: GPL-2.0-only
/* What a recording says of the machine: release, and where RAM and the kernel lie. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "observer.h"

static const struct {
	const char *in_iomem, *key;
} ranges[] = {
	{ "System RAM", "ram" },
	{ "Kernel code", "kernel-code" },
	{ "Kernel rodata", "kernel-rodata" },
	{ "Kernel data", "kernel-data" },
	{ "Kernel bss", "kernel-bss" },
};

void observer_meta(struct strbuf *out)
{
	FILE *f = fopen("/proc/iomem", "re");
	unsigned long long first, last, end = 0;
	struct utsname un;
	char line[256];

	uname(&un);
	strbuf_addf(out, "release=%s\nmachine=%s\n", un.release, un.machine);
	while (f && fgets(line, sizeof(line), f)) {
		const char *name = strstr(line, " : ");

		if (!name || sscanf(line, " %llx-%llx", &first, &last) != 2 || !last)
			continue;
		end = last > end ? last : end;
		line[strcspn(line, "\n")] = '\0';
		for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
			if (!strcmp(name + 3, ranges[i].in_iomem))
				strbuf_addf(out, "%s=%llx-%llx\n", ranges[i].key, first, last);
	}
	if (f)
		fclose(f);
	if (end)
		strbuf_addf(out, "addresses=0-%llx\n", end);
}
