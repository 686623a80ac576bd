/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page of a run: one HTML file. The verdict comes first, then what failed and why, what was
 * found, the table, and what people ask next. It is made of the run's result and of files in its
 * directory, any of which may be missing, damaged or somebody else's.
 */
#ifndef HARNESS_RUN_PAGE_H
#define HARNESS_RUN_PAGE_H

#include "lib/outputs/output.h"
#include "plot.h"

struct run_page {
	const struct out_run *run;	/* its @dir has failures/ and plan/ */
	const struct samples *s;	/* what was measured, or NULL */
	const struct plots *plots;	/* over time; their SVGs are in @plot_dir; or NULL */
	const char *plot_dir;
	const char *no_plots;		/* why there are none, or NULL */
};

/* Writes the page. Returns 0, or a negative errno when a plot could not be read. */
int run_page_html(const struct run_page *page, struct strbuf *out);

#endif /* HARNESS_RUN_PAGE_H */
