/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of a run's page share. */
#ifndef HARNESS_RUN_PAGE_INTERNAL_H
#define HARNESS_RUN_PAGE_INTERNAL_H

#include "html.h"
#include "run_facts.h"

#define PAGE_FAILURES	40	/* kinds of failures that are told in full */

/* The scenarios that the run was made of, as its plan/ keeps them. */
struct run_sources {
	struct run_source_file {
		char *scenario, *path;
	} *v;
	size_t nr;
};

/* Reads which scenarios there are; none when the plan is missing. */
void run_sources_find(const char *dir, struct run_sources *sources);
void run_sources_free(struct run_sources *sources);
/* Returns the text of a scenario, or NULL. The caller frees it. */
char *run_sources_text(const struct run_sources *sources, const char *scenario);

/* Adds the section "What failed, and why". */
void run_failures_html(struct html *html, const struct facts *f, const struct run_sources *sources);

/* Lines of a scenario that something tells of. */
struct run_lines {
	unsigned int v[64];
	unsigned int nr;
};

void run_lines_add(struct run_lines *lines, unsigned int line);
/*
 * Adds report.txt of a failure, taken apart: paragraphs beside each other, stacks folded. Adds the
 * scenario's lines that it names to @lines.
 */
void run_report_html(struct html *html, const char *text, struct run_lines *lines);

/* Adds the sections on violations, witnesses, known issues, skips. */
void run_violations_html(struct html *html, const struct facts *f);
void run_witnesses_html(struct html *html, const struct facts *f);
void run_issues_html(struct html *html, const struct facts *f);
void run_skips_html(struct html *html, const struct facts *f);

#endif /* HARNESS_RUN_PAGE_INTERNAL_H */
