// SPDX-License-Identifier: GPL-2.0-only
/* Takes a failure's report.txt apart and shows it: paragraphs as boxes, stacks folded. */
#include <stdlib.h>
#include <string.h>

#include "run_page_internal.h"

#define MAX_LINES	600	/* of a report; one with many findings is longer */

struct writer {
	struct html *html;
	struct run_lines *lines;
	bool in_parts, in_part, in_stack;
	unsigned int frames;		/* of the stack that is open */
	char *wanted;			/* the line of the bytes that were wanted */
};

void run_lines_add(struct run_lines *lines, unsigned int line)
{
	for (unsigned int i = 0; i < lines->nr; i++)
		if (lines->v[i] == line)
			return;
	if (line && lines->nr < sizeof(lines->v) / sizeof(lines->v[0]))
		lines->v[lines->nr++] = line;
}

static void end_stack(struct writer *w)
{
	if (w->in_stack)
		html_literal(w->html, "</pre></details>\n");
	w->in_stack = false;
}

static void end_part(struct writer *w)
{
	end_stack(w);
	if (w->in_part)
		html_literal(w->html, "</div>\n");
	w->in_part = false;
}

static void end_parts(struct writer *w)
{
	end_part(w);
	if (w->in_parts)
		html_literal(w->html, "</div>\n");
	w->in_parts = false;
}

/* Is it a frame of a stack? " dmt_map+0xde/0x3e0 [dmatorture]" or " 0xffff...". */
static bool is_frame(const char *line)
{
	const char *plus = strstr(line, "+0x");

	return line[0] == ' ' && line[1] && (!strncmp(line, " 0x", 3) ||
	       (plus && plus == line + 1 + strcspn(line + 1, " +")));
}

static void add_frame(struct writer *w, const char *line)
{
	if (!w->in_stack) {
		html_literal(w->html, "<details><summary>stack: <code>");
		html_text(w->html, line + 1);
		html_literal(w->html, "</code></summary><pre>");
		w->in_stack = true;
	}
	html_textf(w->html, "%s\n", line + 1);
}

/* " step FILE:LINE: STATEMENT". A file's name may have colons, a statement has them after spaces. */
static void add_step(struct writer *w, const char *line)
{
	const char *at = line + strlen(" step "), *text = strstr(at, ": "), *number = text;
	unsigned long n = 0;

	end_stack(w);
	while (number && number > at && number[-1] >= '0' && number[-1] <= '9')
		number--;
	if (text && number < text && number > at && number[-1] == ':')
		n = strtoul(number, NULL, 10);
	if (!n || n > 1000000) {
		html_element(w->html, "p", at);
		return;
	}
	run_lines_add(w->lines, n);
	html_literal(w->html, "<p>");
	html_textf(w->html, "line %lu: ", n);
	html_literal(w->html, "<code>");
	html_text(w->html, text + 2);
	html_literal(w->html, "</code></p>\n");
}

/* Adds bytes, and marks those that are others than in @other. */
static void add_bytes(struct writer *w, const char *line, const char *other)
{
	html_textf(w->html, "%-7.7s", line);
	line += strcspn(line, " ");
	other += strcspn(other, " ");
	while (*line) {
		size_t n, m;

		line += strspn(line, " ");
		other += strspn(other, " ");
		n = strcspn(line, " ");
		m = strcspn(other, " ");
		if (!n)
			break;
		html_literal(w->html, " ");
		if (n == m && !memcmp(line, other, n)) {
			html_textf(w->html, "%.*s", (int)n, line);
		} else {
			html_literal(w->html, "<b class=\"fail\">");
			html_textf(w->html, "%.*s", (int)n, line);
			html_literal(w->html, "</b>");
		}
		line += n;
		other += m;
	}
	html_literal(w->html, "\n");
}

/* " wanted 00 11", and after it " found  22 33". */
static bool add_data(struct writer *w, const char *line)
{
	if (!strncmp(line, " wanted ", 8)) {
		free(w->wanted);
		w->wanted = xstrdup(line + 1);
		return true;
	}
	if (strncmp(line, " found ", 7) || !w->wanted)
		return false;
	html_literal(w->html, "<pre>");
	add_bytes(w, w->wanted, line + 1);
	add_bytes(w, line + 1, w->wanted);
	html_literal(w->html, "</pre>\n");
	free(w->wanted);
	w->wanted = NULL;
	return true;
}

static void add_rule(struct writer *w, const char *what, const char *text)
{
	end_parts(w);
	html_literal(w->html, "<p><b>");
	html_text(w->html, what);
	html_literal(w->html, "</b> ");
	html_text(w->html, text);
	html_literal(w->html, "</p>\n");
}

/* What stands alone: the two mappings are beside each other, and nothing else is. */
static bool begins_row(const char *line)
{
	static const char *const begins[] = { "this mapping,", "in common: ", "between them: ",
					      "then, of the same:", "the descriptor: " };

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (!strncmp(line, begins[i], strlen(begins[i])))
			return true;
	return false;
}

static void add_plain(struct writer *w, const char *line)
{
	if (!w->in_part && begins_row(line))
		end_parts(w);
	if (!w->in_parts)
		html_literal(w->html, "<div class=\"parts\">\n");
	w->in_parts = true;
	end_stack(w);
	if (!w->in_part) {
		html_literal(w->html, "<div><p class=\"first\">");
		html_text(w->html, line);
		html_literal(w->html, "</p>\n");
		w->in_part = true;
		return;
	}
	html_element(w->html, "p", line);
	html_literal(w->html, "\n");
}

static void add_line(struct writer *w, const char *line)
{
	static const char bug[] = "BUG: dmatorture: ";

	if (!*line) {
		end_part(w);
	} else if (!strncmp(line, "====", 4)) {
		end_parts(w);
	} else if (!strncmp(line, bug, strlen(bug))) {
		end_parts(w);
		html_element(w->html, "h4", line + strlen(bug));
		html_literal(w->html, "\n");
	} else if (!strncmp(line, "rule: ", 6)) {
		add_rule(w, "The rule that was broken:", line + 6);
	} else if (!strncmp(line, "doc: ", 5)) {
		add_rule(w, "It stands in", line + 5);
	} else if (!strncmp(line, "again: ", 7)) {
		;		/* the page has its own command */
	} else if (!w->in_part && (!strncmp(line, "seen ", 5) || !strncmp(line, "events: ", 8))) {
		end_parts(w);
		html_literal(w->html, "<p class=\"dim\">");
		html_text(w->html, line);
		html_literal(w->html, "</p>\n");
	} else if (w->in_part && !strncmp(line, " step ", 6)) {
		add_step(w, line);
	} else if (w->in_part && is_frame(line)) {
		add_frame(w, line);
	} else if (!w->in_part || !add_data(w, line)) {
		add_plain(w, line);
	}
}

void run_report_html(struct html *html, const char *text, struct run_lines *lines)
{
	struct writer w = { .html = html, .lines = lines };
	unsigned int nr = 0;

	while (*text && nr++ < MAX_LINES) {
		size_t n = strcspn(text, "\n");
		char *line = xasprintf("%.*s", (int)n, text);

		add_line(&w, line);
		free(line);
		text += n + (text[n] == '\n');
	}
	end_parts(&w);
	if (*text)
		html_literal(html, "<p class=\"dim\">There is more: report.txt has all of it.</p>\n");
	free(w.wanted);
}
