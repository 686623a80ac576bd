/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A suite as a list of parts that know nothing of each other: the cells of one kernel,
 * group, world and kind of engines. Who runs them, where and when is somebody else's
 * business; merge.h joins what came of them.
 */
#ifndef HARNESS_PARTS_H
#define HARNESS_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/program/cell.h"

struct part {
	char *kernel;		/* "debian:6.12" */
	char *group;		/* "order" */
	enum world world;
	bool drivers;		/* real drivers on register models */
	char **scenarios;	/* "order/legacy", each once, in order */
	size_t nr_scenarios;
	char **cells;		/* ids */
	size_t nr_cells;
};

struct parts {
	struct part *v;
	size_t nr;
	bool has_seed;
	uint64_t seed;
	uint32_t repeat;	/* 0: the scenarios' */
};

/* Appends the parts of @kernel that hold these cells. */
void parts_add(struct parts *parts, const char *kernel, bool drivers, const struct cell *cells,
	       size_t nr);
/* "debian:6.12 order @bounce"; the caller frees it. */
char *part_name(const struct part *part);
/* harness/tests/plan.schema.json. The caller frees the text. */
char *parts_json(const struct parts *parts);
/* 0, or -EINVAL with @why filled and @parts empty. */
int parts_read(struct parts *parts, const char *text, char why[256]);
void parts_free(struct parts *parts);

#endif /* HARNESS_PARTS_H */
