/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A page of HTML, into which no text comes but escaped: markup is a literal of the source, and
 * everything else, whatever file or guest it is from, is text or the value of an attribute.
 * What is inside a page is known here alone; there is no way to add to it but these.
 */
#ifndef HARNESS_HTML_H
#define HARNESS_HTML_H

#include "lib/base/strbuf.h"

struct html;

/* "" "..." "": only a literal compiles. */
#define html_literal(html, literal)	html_literal_("" literal "", html)
/* <tag>text</tag>, @tag and @text as in the two below. */
#define html_element(html, tag, text) \
	(html_literal(html, "<" tag ">"), html_text(html, text), html_literal(html, "</" tag ">"))
#define html_elementf(html, tag, ...) \
	(html_literal(html, "<" tag ">"), html_textf(html, __VA_ARGS__), \
	 html_literal(html, "</" tag ">"))

struct html *html_new(void);
/* Any bytes; what may not be on a page is shown as \xNN (visible.h). */
void html_text(struct html *html, const char *s);
void html_textf(struct html *html, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/*
 * A drawing, which may have been made of any text: a file of gnuplot. Without the XML
 * declaration and document type. -EBADMSG: it has an element or attribute that gnuplot does not
 * write, or is no SVG; nothing is added then.
 */
int html_svg(struct html *html, const char *svg);
/* Ends it and hands its text to @out. */
void html_finish(struct html *html, struct strbuf *out);

void html_literal_(const char *literal, struct html *html);

#endif /* HARNESS_HTML_H */
