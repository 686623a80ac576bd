/* SPDX-License-Identifier: GPL-2.0-only */
/* Shows what runs measured, as an HTML page and as text for a mail. */
#ifndef HARNESS_PAGE_H
#define HARNESS_PAGE_H

#include "plot.h"

struct page {
	const struct samples *s[2];	/* a run and NULL, or A and B */
	const struct comparison *c;	/* of A and B, or NULL */
	const char *name[2];
	const struct plots *plots;	/* their SVGs are in @dir */
	const char *dir;
	const char *no_plots;		/* why there are none, or NULL */
	const char *hot;		/* text of a table of hot functions, or NULL */
};

/* Writes a page that needs no other files or scripts. Returns 0 or a negative errno. */
int page_html(const struct page *page, struct strbuf *out);
/* Writes text of at most 76 columns. */
void page_text(const struct page *page, struct strbuf *out);

#endif /* HARNESS_PAGE_H */
