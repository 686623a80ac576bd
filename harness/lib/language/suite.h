/* SPDX-License-Identifier: GPL-2.0-only */
/* Scenario files, and the selection of those that the user names. */
#ifndef HARNESS_SUITE_H
#define HARNESS_SUITE_H

#include "lib/base/diag.h"
#include "scenario.h"

struct suite_entry {
	char *name;		/* "order/legacy" */
	char *path;
};

struct suite {
	struct suite_entry *entries;	/* sorted by name */
	size_t nr;
};

/*
 * Finds the files <group>/<name>.dma below @dir (NULL: $DMATORTURE_SCENARIOS,
 * else the tree's scenarios/) that @names select: a name, a group ("order",
 * "order/"), a glob ("order/leg*"), or the path of a .dma file. No names: all.
 * Returns 0, or a negative errno with a line on stderr: a name selects nothing, a
 * .dma file is at another depth, or @dir cannot be read.
 */
int suite_select(struct suite *suite, const char *dir, char *const *names, int nr_names);

/*
 * Reads and parses entry @i; @text becomes its source, for messages. The file's name must be
 * that of the scenario, unless the file was given as a path. Returns 0, or a negative errno with
 * @diag filled.
 */
int suite_load(const struct suite *suite, size_t i, struct scenario **scenario,
	       struct strbuf *text, struct diag *diag);
/*
 * Prints what is wrong with entry @i: @diag, which loading or compiling it gave, and all other
 * errors of its text (scenario_errors()).
 */
void suite_complain(const struct suite *suite, size_t i, const struct strbuf *text,
		    const struct diag *diag, FILE *out);
void suite_free(struct suite *suite);

#endif /* HARNESS_SUITE_H */
