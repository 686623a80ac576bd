// SPDX-License-Identifier: GPL-2.0-only
/* A kernel's memory layout, as its vmcoreinfo tells it. */
#include "layout_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The value of a line "KEY=VALUE", decimal or 0x and hexadecimal. */
static bool value_of(const char *text, const char *key, uint64_t *value)
{
	size_t len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		char *end;

		line += *line == '\n';
		if (strncmp(line, key, len) || line[len] != '=')
			continue;
		*value = strtoull(line + len + 1, &end, 0);
		return end != line + len + 1 && (*end == '\n' || !*end);
	}
	return false;
}

/*
 * arch/arm64/kernel/vmcore_info.c (crash_core.c in older kernels). A kernel that is configured for
 * 52 bits begins the linear mapping where these do, and ends it where it ends with 48
 * (PAGE_OFFSET and PAGE_END in asm/memory.h): on a processor with 48 it uses only the end, and
 * counts PHYS_OFFSET so that it fits.
 */
#define VA_BITS_MIN	48

int layout_parse(const char *text, struct obs_layout *l, char why[128])
{
	static const char *const keys[] = {
		"PAGESIZE", "NUMBER(VA_BITS)", "NUMBER(PHYS_OFFSET)", "NUMBER(VMEMMAP_START)"
	};
	uint64_t v[4], end;

	for (int i = 0; i < 4; i++)
		if (!value_of(text, keys[i], &v[i])) {
			snprintf(why, 128, "the kernel's vmcoreinfo does not tell %s", keys[i]);
			return -1;
		}
	if (v[0] != 1u << LAYOUT_PAGE_SHIFT) {
		snprintf(why, 128, "pages of %llu bytes; only those of 4096 are known",
			 (unsigned long long)v[0]);
		return -1;
	}
	if (v[1] < 36 || v[1] > 56) {
		snprintf(why, 128, "addresses of %llu bits are not possible", (unsigned long long)v[1]);
		return -1;
	}
	end = 1ull << ((v[1] < VA_BITS_MIN ? v[1] : VA_BITS_MIN) - 1);
	*l = (struct obs_layout){
		.page_offset = -(1ull << v[1]),
		.linear_size = (1ull << v[1]) - end,
		.phys_offset = v[2],
		.vmemmap = v[3],
	};
	return 0;
}
