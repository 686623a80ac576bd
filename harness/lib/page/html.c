// SPDX-License-Identifier: GPL-2.0-only
/* Writes HTML: literals unchanged, text escaped, and drawings that passed a check (html_svg). */
#include "html.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/visible.h"
#include "lib/timeline/draw.h"

struct html {
	struct strbuf out;
};

struct html *html_new(void)
{
	return xcalloc(1, sizeof(struct html));
}

void html_literal_(const char *literal, struct html *html)
{
	strbuf_adds(&html->out, literal);
}

void html_text(struct html *html, const char *s)
{
	char *text = visible(s, VISIBLE_LINES);

	markup_add(&html->out, text);
	free(text);
}

void html_textf(struct html *html, const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	html_text(html, strbuf_str(&sb));
	strbuf_free(&sb);
}

void html_finish(struct html *html, struct strbuf *out)
{
	strbuf_add(out, strbuf_str(&html->out), html->out.len);
	strbuf_free(&html->out);
	free(html);
}

/* ---- drawings ---- */

static bool is_word(const char *const *words, const char *s, size_t len)
{
	for (; *words; words++)
		if (strlen(*words) == len && !memcmp(*words, s, len))
			return true;
	return false;
}

static size_t name_length(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '-' || s[n] == ':' || s[n] == '_')
		n++;
	return n;
}

/* Checks the attribute at *@at, and moves *@at behind it. */
static bool attribute_ok(const char **at)
{
	static const char *const known[] = {
		"class", "color", "cx", "cy", "d", "dx", "dy", "fill", "fill-opacity", "filter", "filterUnits",
		"flood-color", "flood-opacity", "font-family", "font-size", "font-style", "font-weight",
		"height", "id", "in", "in2", "opacity", "operator", "points", "r", "result", "role", "rx", "ry",
		"shape-rendering", "stroke",
		"stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-opacity", "stroke-width",
		"text-anchor", "transform", "version", "viewBox", "width", "x", "x1", "x2",
		"xml:space", "xmlns", "xmlns:xlink", "y", "y1", "y2", NULL
	};
	static const char *const references[] = { "xlink:href", NULL };
	const char *name = *at, *value, *url;
	size_t len = name_length(name);

	value = name + len + strspn(name + len, " ");	/* gnuplot has spaces around some of them */
	if (!len || *value != '=')
		return false;
	value += 1 + strspn(value + 1, " ");
	if (*value != '"' && *value != '\'')
		return false;
	*at = strchr(value + 1, *value);
	value++;
	if (!*at)
		return false;
	/* Allow only references to parts of the drawing, so that a browser fetches nothing. */
	for (url = value; (url = strstr(url, "url(")) && url < *at; url += 4)
		if (url[4] != '#')
			return false;
	++*at;
	if (is_word(references, name, len))
		return *value == '#';
	return is_word(known, name, len);
}

/* Checks the tag at *@at, and moves *@at behind it. */
static bool tag_ok(const char **at)
{
	static const char *const known[] = {
		"circle", "clipPath", "defs", "desc", "ellipse", "feComposite", "feFlood", "filter", "g",
		"line", "path", "polygon", "polyline", "rect", "svg", "text", "title", "tspan", "use", NULL
	};
	const char *p = *at + 1;
	size_t len;

	p += *p == '/';
	len = name_length(p);
	if (!is_word(known, p, len))
		return false;
	p += len;
	for (;;) {
		p += strspn(p, " \t\r\n");
		if (*p == '/')
			p++;
		if (*p == '>')
			break;
		if (!attribute_ok(&p))
			return false;
	}
	*at = p + 1;
	return true;
}

/* Moves *@at behind the style of a timeline. Any other style could fetch things, or hide them. */
static bool style_ok(const char **at)
{
	static const char begin[] = "<style>", end[] = "</style>";
	const char *p = *at;

	if (strncmp(p, begin, strlen(begin)))
		return false;
	p += strlen(begin);
	if (strncmp(p, chart_style, strlen(chart_style)))
		return false;
	p += strlen(chart_style);
	if (strncmp(p, end, strlen(end)))
		return false;
	*at = p + strlen(end);
	return true;
}

int html_svg(struct html *html, const char *svg)
{
	const char *begin = strstr(svg, "<svg");
	char *text;

	if (!begin)
		return -EBADMSG;
	for (const char *p = begin; (p = strchr(p, '<')); )
		if (!style_ok(&p) && !tag_ok(&p))
			return -EBADMSG;
	text = visible(begin, VISIBLE_LINES);
	strbuf_adds(&html->out, text);
	free(text);
	return 0;
}
