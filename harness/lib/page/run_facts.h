/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a page of a run tells, folded from its cells: as large as what there is to tell, however
 * many cells passed. Strings belong to the run's document.
 */
#ifndef HARNESS_RUN_FACTS_H
#define HARNESS_RUN_FACTS_H

#include "lib/judge/violation.h"
#include "lib/outputs/output.h"
#include "lib/outputs/tally.h"
#include "lib/witness/witness.h"

#define FACTS_SAME	200	/* cells that are named of one kind of failure, or of a skip */
#define FACTS_KINDS	1000	/* kinds of failures that are told apart */
#define FACTS_TITLES	20	/* of one class, or of one witness */

/* A row of the table. */
struct fact_row {
	const char *scenario;
	struct tally of[WORLD__COUNT], all;
};

/* How often something was seen, and in how many cells. */
struct fact_count {
	uint64_t times;
	unsigned int cells;
};

struct fact_title {
	const char *title;
	uint64_t times;
};

struct fact_titles {
	struct fact_title *v;
	size_t nr;
	unsigned int more;	/* occurrences of titles that did not fit */
};

struct fact_class {
	const char *name;
	const struct violation *class;	/* NULL: this program does not know it */
	struct fact_count expected, known, unexpected;
	struct fact_titles titles;
};

/* Cells with the same outcome and, numbers aside, the same scenario and messages. */
struct fact_failure {
	const struct out_cell *cell;	/* the first one */
	const struct out_cell *same[FACTS_SAME];
	unsigned int nr;		/* of all, with the first one */
	char *key;
};

struct fact_skip {
	const char *why;
	const char *same[FACTS_SAME];	/* their scenarios, each once */
	unsigned int nr_same, nr;
};

struct fact_witness {
	unsigned int ran, off;	/* cells */
	const char *why_off;	/* the first reason */
	struct fact_titles titles;
};

struct fact_issue {
	char *name;
	unsigned int cells;
};

struct facts {
	const struct out_run *run;
	unsigned int count[OUTCOME__COUNT];
	unsigned int not_run;		/* cells that the run never came to */
	struct tally all;
	bool worlds[WORLD__COUNT];
	struct fact_row *rows;
	size_t nr_rows;
	struct fact_class *classes;
	size_t nr_classes;
	struct fact_failure *failures;	/* the worst outcome first */
	size_t nr_failures;
	unsigned int more_failures;	/* cells beyond FACTS_KINDS */
	struct fact_skip *skips;
	size_t nr_skips;
	struct fact_issue *issues;
	size_t nr_issues;
	struct fact_witness witnesses[WITNESS__COUNT];
	uint64_t virtual_ns;		/* the guests' own time in cells, of all of them */
};

void facts_find(const struct out_run *run, struct facts *facts);
void facts_free(struct facts *facts);

/* The string at @key, "" when there is none. */
const char *facts_text(const json_t *o, const char *key);

#endif /* HARNESS_RUN_FACTS_H */
