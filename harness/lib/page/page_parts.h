/* SPDX-License-Identifier: GPL-2.0-only */
/* What all pages share: their head, and parts that more than one of them has. */
#ifndef HARNESS_PAGE_PARTS_H
#define HARNESS_PAGE_PARTS_H

#include <jansson.h>

#include "html.h"
#include "plot.h"

/*
 * Begins a page: its style, for light and dark, a phone and paper, and its <title>. No script and
 * no file from elsewhere; what is folded is <details>.
 */
void page_begin(struct html *html, const char *title);
void page_end(struct html *html);

/*
 * Adds the plots' SVGs from @dir, in a grid; @no_plots: why there are none, or NULL. Returns 0 or a
 * negative errno.
 */
int page_plots(struct html *html, const struct plots *plots, const char *dir, const char *no_plots);

/* Adds percentiles of each series. One value has none: it is shown as it is. */
void page_percentiles(struct html *html, const struct samples *s);

/* Adds a command line as a shell reads it; @arguments: an array of strings. */
void page_command(struct html *html, const json_t *arguments);

#endif /* HARNESS_PAGE_PARTS_H */
