/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A page of HTML, in which all text is escaped. Markup must be a literal of the source code;
 * everything else, whatever file or guest it comes from, is added as text or as the value of an
 * attribute. struct html is private, so that these functions are the only way to add to a page.
 */
#ifndef HARNESS_HTML_H
#define HARNESS_HTML_H

#include "lib/base/strbuf.h"

struct html;

/* Adds a literal; anything else between the "" does not compile. */
#define html_literal(html, literal)	html_literal_("" literal "", html)
/* Adds <tag>text</tag>; @tag must be a literal, @text is escaped. */
#define html_element(html, tag, text) \
	(html_literal(html, "<" tag ">"), html_text(html, text), html_literal(html, "</" tag ">"))
#define html_elementf(html, tag, ...) \
	(html_literal(html, "<" tag ">"), html_textf(html, __VA_ARGS__), \
	 html_literal(html, "</" tag ">"))

struct html *html_new(void);
/* Adds text of any bytes; those that cannot be in a page become \xNN (visible.h). */
void html_text(struct html *html, const char *s);
void html_textf(struct html *html, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/*
 * Adds an SVG made by gnuplot, without its XML declaration and document type. It is checked, as
 * gnuplot may have been given any text. Returns 0, or -EBADMSG when it is no SVG or has an element
 * or attribute that gnuplot does not write; then nothing is added.
 */
int html_svg(struct html *html, const char *svg);
/* Ends the page, moves its text to @out and frees @html. */
void html_finish(struct html *html, struct strbuf *out);

void html_literal_(const char *literal, struct html *html);

#endif /* HARNESS_HTML_H */
