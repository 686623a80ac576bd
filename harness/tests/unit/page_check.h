/* SPDX-License-Identifier: GPL-2.0-only */
/* What must be true of every page, whatever text it is made of. */
#ifndef TESTS_PAGE_CHECK_H
#define TESTS_PAGE_CHECK_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/visible.h"

/* Checks that text is well-formed UTF-8 without control characters or markup. */
static void is_harmless(const char *what, const char *text)
{
	size_t len = strlen(text), n;
	unsigned int c;

	for (size_t at = 0; at < len; at += n) {
		n = utf8_read(text + at, len - at, &c);
		if (!n || (c != '\n' && c != '\t' && !utf8_is_harmless(c)))
			fail_msg("%s: byte %zu (0x%02x) of\n%s", what, at, (unsigned char)text[at], text);
	}
}

/* Checks that each tag is one that the page or gnuplot writes. */
static void has_only_our_tags(const char *html)
{
	static const char *const ours[] = {
		"!DOCTYPE html", "html", "head", "meta", "style", "title", "body", "h1", "h2", "h3",
		"h4", "dl", "dt", "dd", "p", "div", "ul", "li", "b", "code", "mark", "details",
		"summary", "figure", "table", "tr", "th", "td", "small", "span", "pre", "svg", "desc", "g", "rect", "defs", "circle", "path", "use", "filter",
		"feFlood", "feComposite", "text", "tspan", "polygon", NULL
	};

	for (const char *p = html; (p = strchr(p, '<')); ) {
		size_t n, i;

		p += 1 + (p[1] == '/');
		n = strcspn(p, " >/\n\t");
		for (i = 0; ours[i]; i++)
			if (!strncmp(p, ours[i], n) && (strlen(ours[i]) == n || *p == '!'))
				break;
		if (!ours[i])
			fail_msg("a tag that is none of ours: <%.80s", p);
	}
	for (const char *const *bad = (const char *const[]){ " onload", " onclick", "javascript:",
							     "http://localhost", NULL }; *bad; bad++)
		assert_null(strstr(html, *bad));
}

/* Is the text on the page, as a reader sees it? */
static void finds(const char *html, const char *text)
{
	struct strbuf sb = STRBUF_INIT;
	char *seen = visible(text, VISIBLE_LINES);

	markup_add(&sb, seen);
	if (!strstr(html, strbuf_str(&sb)))
		fail_msg("not on the page: %s", strbuf_str(&sb));
	strbuf_free(&sb);
	free(seen);
}

/* Goes back to the directory @here, and removes @dir. */
static void leave(const char *here, const char *dir)
{
	char *command = xasprintf("rm -rf %s", dir);

	assert_int_equal(chdir(here), 0);
	assert_int_equal(system(command), 0);
	free(command);
}

#endif /* TESTS_PAGE_CHECK_H */
