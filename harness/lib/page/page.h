/* SPDX-License-Identifier: GPL-2.0-only */
/* What runs measured, as one HTML page, and as text for a mail. */
#ifndef HARNESS_PAGE_H
#define HARNESS_PAGE_H

#include "plot.h"

struct page {
	const struct samples *s[2];	/* a run; or A and B */
	const struct comparison *c;	/* of the two, or NULL */
	const char *name[2];
	const struct plots *plots;	/* their SVGs lie in @dir */
	const char *dir;
	const char *no_plots;		/* why there are none, or NULL */
	const char *hot;		/* text of a table of hot functions, or NULL */
};

/* The page needs nothing but itself: no scripts, the SVGs are in it. 0 or a negative errno. */
int page_html(const struct page *page, struct strbuf *out);
/* At most 76 columns. */
void page_text(const struct page *page, struct strbuf *out);

#endif /* HARNESS_PAGE_H */
