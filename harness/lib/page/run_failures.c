// SPDX-License-Identifier: GPL-2.0-only
/* Tells what failed: each kind of failure once, in full, and how to see it again. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/shell.h"
#include "lib/verdict/run.h"
#include "lib/verdict/said.h"
#include "page_parts.h"
#include "run_page_internal.h"

#define MAX_FILE	(1u << 20)	/* bytes of a file that is shown, else it is not */

/* Reads a file of a failure. False: it is missing, or far too long. */
static bool read_failure(const char *dir, const char *slug, const char *name, struct strbuf *text)
{
	char *path = xasprintf("%s/failures/%s/%s", dir, slug, name);
	struct stat st;
	bool ok = !stat(path, &st) && S_ISREG(st.st_mode) && st.st_size <= MAX_FILE &&
		  !strbuf_read_file(text, path);

	free(path);
	return ok;
}

/* ---- why, in words ---- */

static void add_messages(struct html *html, const struct out_cell *c)
{
	html_literal(html, "<ul>\n");
	for (size_t i = 0; i < c->nr_messages; i++) {
		html_element(html, "li", c->messages[i]);
		html_literal(html, "\n");
	}
	html_literal(html, "</ul>\n");
}

/* Where a report is missing, what the messages name is told at least. */
static void add_rules(struct html *html, const struct out_cell *c)
{
	for (size_t i = 0; i < c->nr_messages; i++) {
		const struct violation *v;
		struct said said;

		said_read(c->messages[i], &said);
		v = said.kind == SAID_UNEXPECTED ? violation_find(said.class) : NULL;
		if (!v)
			continue;
		html_literal(html, "<p><b>The rule that was broken:</b> ");
		html_textf(html, "%s: %s (%s)", v->name, v->definition, v->doc);
		html_literal(html, "</p>\n");
	}
}

/* Lines that messages name: "line 23: expect double-unmap m: it was not found". */
static void find_lines(const struct out_cell *c, struct run_lines *lines)
{
	for (size_t i = 0; i < c->nr_messages; i++)
		if (!strncmp(c->messages[i], "line ", 5) &&
		    isdigit((unsigned char)c->messages[i][5])) {
			unsigned long n = strtoul(c->messages[i] + 5, NULL, 10);

			run_lines_add(lines, n < 1000000 ? n : 0);
		}
}

/* ---- the scenario ---- */

static bool is_marked(const struct run_lines *lines, unsigned int line)
{
	for (unsigned int i = 0; i < lines->nr; i++)
		if (lines->v[i] == line)
			return true;
	return false;
}

static void add_lines(struct html *html, const char *text, const struct run_lines *lines)
{
	html_literal(html, "<pre>");
	for (unsigned int line = 1; *text; line++) {
		size_t n = strcspn(text, "\n");
		bool marked = is_marked(lines, line);

		if (marked)
			html_literal(html, "<mark>");
		html_textf(html, "%4u%s %.*s", line, marked ? " >" : "  ", (int)n, text);
		if (marked)
			html_literal(html, "</mark>");
		html_literal(html, "\n");
		text += n + (text[n] == '\n');
	}
	html_literal(html, "</pre>");
}

static void add_scenario(struct html *html, const struct run_sources *sources,
			 const struct out_cell *c, const char *slug, const struct run_lines *lines)
{
	char *text = run_sources_text(sources, c->scenario);
	struct strbuf repro = STRBUF_INIT;
	const struct run_lines none = { .nr = 0 };

	if (text) {
		html_literal(html, "<details open><summary>The scenario");
		html_text(html, lines->nr ? ", with the lines that are told of above marked" : "");
		html_literal(html, "</summary>\n");
		add_lines(html, text, lines);
		html_literal(html, "</details>\n");
	} else if (read_failure(c->run->dir, slug, "repro.dma", &repro)) {
		html_literal(html, "<details open><summary>The scenario of this cell alone</summary>\n");
		add_lines(html, strbuf_str(&repro), &none);
		html_literal(html, "</details>\n");
	}
	strbuf_free(&repro);
	free(text);
}

/* ---- a failure ---- */

/* Adds the drawing of what happened, if somebody made one and it is one of ours. */
static void add_timeline(struct html *html, const char *dir, const char *slug)
{
	struct strbuf svg = STRBUF_INIT;
	struct html *drawing;
	struct strbuf checked = STRBUF_INIT;

	if (!read_failure(dir, slug, "timeline.svg", &svg)) {
		strbuf_free(&svg);
		return;
	}
	drawing = html_new();
	if (html_svg(drawing, strbuf_str(&svg))) {
		html_literal(html, "<p class=\"dim\">timeline.svg is not shown: it has what no drawing "
				   "of dmatorture's has.</p>\n");
	} else {
		html_literal(html, "<figure role=\"img\" aria-label=\"what happened when\" class=\"wide\">\n");
		html_svg(html, strbuf_str(&svg));
		html_literal(html, "</figure>\n");
	}
	html_finish(drawing, &checked);
	strbuf_free(&checked);
	strbuf_free(&svg);
}

static void add_again(struct html *html, const struct out_cell *c, const char *slug)
{
	char *path = xasprintf("%s/failures/%s", c->run->dir, slug);
	char *word = shell_word(path);
	struct stat st;

	if (!stat(path, &st)) {
		html_literal(html, "<p><b>To see it again:</b></p><pre class=\"command\">");
		html_textf(html, "dmatorture repro %s", word);
		html_literal(html, "</pre>\n");
	} else if (*facts_text(c->json, "boot")) {
		html_literal(html, "<p class=\"dim\">");
		html_textf(html, "%s is missing: no stacks, and nothing to repeat it with.", path);
		html_literal(html, "</p>\n");
	}
	free(word);
	free(path);
}

static void add_same(struct html *html, const struct fact_failure *x)
{
	unsigned int listed = x->nr < FACTS_SAME ? x->nr : FACTS_SAME;

	if (x->nr < 2)
		return;
	html_literal(html, "<details><summary>");
	html_textf(html, "%u more cells fail in the same way", x->nr - 1);
	html_literal(html, "</summary><ul>\n");
	for (unsigned int i = 1; i < listed; i++) {
		html_element(html, "li", x->same[i]->id);
		html_literal(html, "\n");
	}
	if (listed < x->nr)
		html_elementf(html, "li", "and %u more, which result.json has", x->nr - listed);
	html_literal(html, "</ul></details>\n");
}

static void add_failure(struct html *html, const struct fact_failure *x,
			const struct run_sources *sources, bool open)
{
	const struct out_cell *c = x->cell;
	struct strbuf report = STRBUF_INIT;
	struct run_lines lines = { .nr = 0 };
	char *slug = cell_slug(c->id);

	if (open)
		html_literal(html, "<details class=\"failure\" open><summary>");
	else
		html_literal(html, "<details class=\"failure\"><summary>");
	html_textf(html, "%s: %s", outcome_name(c->outcome), c->id);
	if (x->nr > 1)
		html_textf(html, " and %u more cells", x->nr - 1);
	html_literal(html, "</summary>\n");
	add_messages(html, c);
	find_lines(c, &lines);
	add_again(html, c, slug);
	add_timeline(html, c->run->dir, slug);
	if (read_failure(c->run->dir, slug, "report.txt", &report))
		run_report_html(html, strbuf_str(&report), &lines);
	else
		add_rules(html, c);
	add_scenario(html, sources, c, slug, &lines);
	add_same(html, x);
	html_literal(html, "</details>\n");
	strbuf_free(&report);
	free(slug);
}

static void add_rest(struct html *html, const struct facts *f)
{
	html_literal(html, "<details><summary>");
	html_textf(html, "%zu more kinds of failures", f->nr_failures - PAGE_FAILURES);
	html_literal(html, "</summary><ul>\n");
	for (size_t i = PAGE_FAILURES; i < f->nr_failures; i++) {
		const struct fact_failure *x = &f->failures[i];

		html_literal(html, "<li>");
		html_textf(html, "%s: %s%s%s", outcome_name(x->cell->outcome), x->cell->id,
			   x->cell->nr_messages ? ": " : "",
			   x->cell->nr_messages ? x->cell->messages[0] : "");
		if (x->nr > 1)
			html_textf(html, ", and %u more cells", x->nr - 1);
		html_literal(html, "</li>\n");
	}
	html_literal(html, "</ul></details>\n");
}

void run_failures_html(struct html *html, const struct facts *f, const struct run_sources *sources)
{
	if (!f->nr_failures)
		return;
	html_literal(html, "<h2>What failed, and why</h2>\n");
	for (size_t i = 0; i < f->nr_failures && i < PAGE_FAILURES; i++)
		add_failure(html, &f->failures[i], sources, i < 3);
	if (f->nr_failures > PAGE_FAILURES)
		add_rest(html, f);
	if (f->more_failures)
		html_elementf(html, "p", "%u more cells failed, each in its own way: result.json has them.",
			      f->more_failures);
}
