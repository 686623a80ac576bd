// SPDX-License-Identifier: GPL-2.0-only
/* The sections on violations, the kernel's own reports, known issues and skips. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/verdict/known.h"
#include "lib/verdict/run.h"
#include "run_page_internal.h"

#define SOON_DAYS	45	/* before its end a known issue is named, hit or not */

static void add_titles(struct html *html, const struct fact_titles *t)
{
	html_literal(html, "<ul>\n");
	for (size_t i = 0; i < t->nr; i++) {
		html_elementf(html, "li", "%s (%llu times)", t->v[i].title,
			      (unsigned long long)t->v[i].times);
		html_literal(html, "\n");
	}
	if (t->more)
		html_elementf(html, "li", "and others, %u times in cells", t->more);
	html_literal(html, "</ul>\n");
}

/* ---- violations ---- */

static void add_count(struct html *html, const struct fact_count *n)
{
	if (!n->cells) {
		html_literal(html, "<td>-</td>");
		return;
	}
	html_literal(html, "<td>");
	html_textf(html, "%llu ", (unsigned long long)n->times);
	html_elementf(html, "small", "in %u cells", n->cells);
	html_literal(html, "</td>");
}

static void add_class(struct html *html, const struct fact_class *c)
{
	html_literal(html, "<tr><td><b>");
	html_text(html, c->name);
	html_literal(html, "</b>");
	if (c->class) {
		html_literal(html, " ");
		html_element(html, "small", c->class->code);
	}
	html_literal(html, "</td>");
	add_count(html, &c->expected);
	add_count(html, &c->known);
	if (c->unexpected.cells) {
		html_literal(html, "<td class=\"fail\">");
		html_textf(html, "%llu in %u cells", (unsigned long long)c->unexpected.times,
			   c->unexpected.cells);
		html_literal(html, "</td>");
	} else {
		html_literal(html, "<td>-</td>");
	}
	html_literal(html, "<td class=\"text\">");
	html_text(html, c->class ? c->class->definition : "a class that this dmatorture does not know");
	html_literal(html, "<details><summary class=\"dim\">as it was reported</summary>");
	add_titles(html, &c->titles);
	html_literal(html, "</details></td></tr>\n");
}

/* What nobody expects comes first, then what is found most. */
static int by_weight(const void *a, const void *b)
{
	const struct fact_class *x = *(const struct fact_class *const *)a;
	const struct fact_class *y = *(const struct fact_class *const *)b;

	if (!x->unexpected.cells != !y->unexpected.cells)
		return x->unexpected.cells ? -1 : 1;
	if (x->expected.cells != y->expected.cells)
		return x->expected.cells > y->expected.cells ? -1 : 1;
	return strcmp(x->name, y->name);
}

void run_violations_html(struct html *html, const struct facts *f)
{
	const struct fact_class **sorted;

	html_literal(html, "<h2>Violations that were found</h2>\n");
	if (!f->nr_classes) {
		html_literal(html, "<p>None.</p>\n");
		return;
	}
	html_literal(html, "<p>Most scenarios break a rule on purpose, so that it can be seen whether that is "
		    "found: what was expected is what was to be shown.</p>\n"
		    "<div class=\"wide\"><table class=\"words\">\n<tr><th>class</th><th>as expected</th>"
		    "<th>known issue</th><th>not expected</th><th>what it is</th></tr>\n");
	sorted = xcalloc(f->nr_classes, sizeof(*sorted));
	for (size_t i = 0; i < f->nr_classes; i++)
		sorted[i] = &f->classes[i];
	qsort(sorted, f->nr_classes, sizeof(*sorted), by_weight);
	for (size_t i = 0; i < f->nr_classes; i++)
		add_class(html, sorted[i]);
	html_literal(html, "</table></div>\n");
	free(sorted);
}

/* ---- witnesses ---- */

void run_witnesses_html(struct html *html, const struct facts *f)
{
	bool any = false;

	html_literal(html, "<h2>What the kernel itself reported</h2>\n");
	for (int w = WITNESS_NONE + 1; w < WITNESS__COUNT; w++) {
		const struct fact_witness *x = &f->witnesses[w];

		if (!x->ran && !x->off && !x->titles.nr)
			continue;
		any = true;
		html_element(html, "h3", witness_name(w));
		html_literal(html, "<p>");
		if (x->ran)
			html_textf(html, "It was awake in %u cells. ", x->ran);
		if (x->off)
			html_textf(html, "It was off in %u cells: %s. ", x->off, x->why_off);
		html_text(html, x->titles.nr ? "It reported:" : "It reported nothing.");
		html_literal(html, "</p>\n");
		if (x->titles.nr)
			add_titles(html, &x->titles);
	}
	if (!any)
		html_literal(html, "<p>Nothing: the console is clean, and this kernel has no checkers (dma-debug, "
			    "lockdep, KASAN) that tell whether they were awake.</p>\n");
}

/* ---- known issues ---- */

/* Days from "2026-11-30" to the day @to; -1 when one of them is no day. */
static long days_between(const char *from, const char *to)
{
	struct tm a = { 0 }, b = { 0 };

	if (!strptime(from, "%Y-%m-%d", &a) || !strptime(to, "%Y-%m-%d", &b))
		return -1;
	return (long)((timegm(&b) - timegm(&a)) / 86400);
}

static unsigned int cells_of(const struct facts *f, const char *issue)
{
	for (size_t i = 0; i < f->nr_issues; i++)
		if (!strcmp(f->issues[i].name, issue))
			return f->issues[i].cells;
	return 0;
}

static void add_issue(struct html *html, const struct known_issue *k, unsigned int cells, long left)
{
	html_literal(html, "<tr><td>");
	html_text(html, k->name);
	html_literal(html, "</td>");
	html_elementf(html, "td", "%u", cells);
	html_element(html, "td", k->expires);
	if (left < 0)
		html_literal(html, "<td>-</td>");
	else if (left < SOON_DAYS)
		html_elementf(html, "td", "%ld days: look at it soon", left);
	else
		html_elementf(html, "td", "%ld days", left);
	html_literal(html, "<td class=\"text\">");
	if (k->show)
		html_element(html, "code", k->show);
	if (k->patch)
		html_elementf(html, "span", " patch: %s", k->patch);
	html_literal(html, "</td></tr>\n");
}

/* Those that excused something, and those of this kernel that end soon. */
static void add_issues(struct html *html, const struct facts *f, const struct known_issues *known,
		       const char *today)
{
	html_literal(html, "<div class=\"wide\"><table class=\"words\">\n<tr><th>issue</th>"
		    "<th>cells excused</th><th>counts until</th><th>left</th><th>what shows it</th></tr>\n");
	for (size_t i = 0; i < known->nr; i++) {
		const struct known_issue *k = &known->v[i];
		unsigned int cells = cells_of(f, k->name);
		long left = days_between(today, k->expires);

		if (cells || (left >= 0 && left < SOON_DAYS &&
			      known_counts(k, f->run->release, today)))
			add_issue(html, k, cells, left);
	}
	html_literal(html, "</table></div>\n");
}

static bool ends_soon(const struct facts *f, const struct known_issues *known, const char *today)
{
	for (size_t i = 0; i < known->nr; i++) {
		long left = days_between(today, known->v[i].expires);

		if (left >= 0 && left < SOON_DAYS &&
		    known_counts(&known->v[i], f->run->release, today))
			return true;
	}
	return false;
}

void run_issues_html(struct html *html, const struct facts *f)
{
	char *path = xasprintf("%s/" RUN_PLAN_DIR "/KNOWN-ISSUES", f->run->dir), today[11] = "";
	struct strbuf text = STRBUF_INIT;
	struct known_issues known = { 0 };
	bool read = !strbuf_read_file(&text, path);
	struct diag diag;

	if (read)
		read = !known_parse(&known, path, strbuf_str(&text), &diag);
	snprintf(today, sizeof(today), "%s", f->run->ended ? f->run->ended : "");
	html_literal(html, "<h2>Known issues</h2>\n");
	if (read && (f->nr_issues || ends_soon(f, &known, today))) {
		add_issues(html, f, &known, today);
	} else if (f->nr_issues) {
		html_literal(html, "<ul>\n");
		for (size_t i = 0; i < f->nr_issues; i++)
			html_elementf(html, "li", "%s: %u cells", f->issues[i].name, f->issues[i].cells);
		html_literal(html, "</ul>\n<p class=\"dim\">The run keeps no list of them that says how long they "
			    "count.</p>\n");
	} else {
		html_element(html, "p", read ? "None excused anything, and none of this kernel ends soon."
					     : "None excused anything.");
	}
	known_free(&known);
	strbuf_free(&text);
	free(path);
}

/* ---- skips ---- */

void run_skips_html(struct html *html, const struct facts *f)
{
	if (!f->nr_skips)
		return;
	html_literal(html, "<h2>Skipped</h2>\n<ul>\n");
	for (size_t i = 0; i < f->nr_skips; i++) {
		const struct fact_skip *s = &f->skips[i];

		html_literal(html, "<li>");
		html_textf(html, "%u cells: %s", s->nr, s->why);
		html_literal(html, "<details><summary class=\"dim\">which</summary>");
		for (unsigned int k = 0; k < s->nr_same; k++)
			html_textf(html, "%s%s", k ? ", " : "", s->same[k]);
		if (s->nr_same == FACTS_SAME)
			html_text(html, ", and perhaps more");
		html_literal(html, "</details></li>\n");
	}
	html_literal(html, "</ul>\n");
}
