/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A suite as a list of independent parts. A part has the cells of one kernel, group, world and
 * kind of engines. The user decides where and when parts run; merge.h joins their results.
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
	uint32_t repeat;	/* 0: as the scenarios have it */
};

/* Divides @cells into parts of @kernel, and appends those. */
void parts_add(struct parts *parts, const char *kernel, bool drivers, const struct cell *cells,
	       size_t nr);
/* Returns a name such as "debian:6.12 order @bounce"; the caller frees it. */
char *part_name(const struct part *part);
/* Returns JSON as in harness/tests/plan.schema.json; the caller frees it. */
char *parts_json(const struct parts *parts);
/* Reads such JSON. Returns 0, or -EINVAL with the reason in @why and @parts empty. */
int parts_read(struct parts *parts, const char *text, char why[256]);
void parts_free(struct parts *parts);

#endif /* HARNESS_PARTS_H */
