// SPDX-License-Identifier: GPL-2.0-only
/* Sweeps, before a guest runs them: what the user asks for, and the cell made of it. */
#include "sweep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"
#include "workload.h"

static const char *const kind_names[] = { "", "map", "prep", "submit", "slab", "page", NULL };

const char *sweep_name(enum sweep_kind kind)
{
	return kind_names[kind];
}

const char *sweep_symbol(enum sweep_kind kind)
{
	switch (kind) {
	case SWEEP_SLAB:
		return "CONFIG_FAILSLAB";
	case SWEEP_PAGE:
		return "CONFIG_FAIL_PAGE_ALLOC";
	default:
		return NULL;
	}
}

/* ---- what the user asks for ---- */

static int parse_kind(const char *word, size_t len, struct sweep_wish *wish, char why[256])
{
	const char *colon = memchr(word, ':', len);
	size_t n = colon ? (size_t)(colon - word) : len;
	int kind = n ? word_index(kind_names, word, n) : -1;
	unsigned long only = 0;
	char list[80], *end;

	if (kind < 0) {
		word_list(list, sizeof(list), kind_names + 1);
		snprintf(why, 256, "'%.*s': want %s", (int)n, word, list);
		return -EINVAL;
	}
	if (colon) {
		only = strtoul(colon + 1, &end, 10);
		if (end != word + len || end == colon + 1 || colon[1] == '-' || !only ||
		    only > SWEEP_MAX_CALLS) {
			snprintf(why, 256, "'%.*s': want the number of a call, 1 to %d",
				 (int)(word + len - colon - 1), colon + 1, SWEEP_MAX_CALLS);
			return -EINVAL;
		}
	}
	if (wish->kinds[kind]) {
		snprintf(why, 256, "%s twice", kind_names[kind]);
		return -EINVAL;
	}
	wish->kinds[kind] = true;
	wish->only[kind] = only;
	return 0;
}

int sweep_parse(const char *list, struct sweep_wish *wish, char why[256])
{
	int err = 0;

	memset(wish, 0, sizeof(*wish));
	for (const char *p = list; !err; p++) {
		size_t len = strcspn(p, ",");

		err = parse_kind(p, len, wish, why);
		p += len;
		if (!*p)
			break;
	}
	return err;
}

bool sweep_any(const struct sweep_wish *wish)
{
	for (int k = 0; k < SWEEP__COUNT; k++)
		if (wish->kinds[k])
			return true;
	return false;
}

/* ---- the cell ---- */

static bool dies(const struct cell *cell)
{
	for (unsigned int i = 0; i < cell->nr_expects; i++)
		if (cell->expects[i].kind == EXPECT_OUTCOME && strcmp(cell->expects[i].fate, "splat"))
			return true;
	return false;
}

static const char *why_not(const struct cell *cell, enum sweep_kind kind)
{
	if (cell->workload)
		return "a workload is the kernel's own code: only programs are swept";
	if (cell->drivers)
		return "a sweep is of software engines";
	if (dies(cell))
		return "its guest is to die: there would be no next call";
	if (kind == SWEEP_MAP && cell->world != WORLD_STRICT)
		return "maps are made to fail in the strict world alone";
	return NULL;
}

void sweep_make(struct cell *cell, enum sweep_kind kind, uint32_t only)
{
	char *at = strrchr(cell->id, '@'), *id;
	const char *why = why_not(cell, kind);

	id = xasprintf("%.*ssweep=%s %s", (int)(at - cell->id), cell->id, kind_names[kind], at);
	free(cell->id);
	cell->id = id;
	cell->sweep = kind;
	cell->sweep_only = only;
	if (why && !cell->skip)
		cell->skip = xstrdup(why);
	strbuf_addf(&cell->setup, "sweep %s", kind_names[kind]);
	if (only)
		strbuf_addf(&cell->setup, " %u", only);
	strbuf_addc(&cell->setup, '\n');
}
