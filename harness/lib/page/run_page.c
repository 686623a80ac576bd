// SPDX-License-Identifier: GPL-2.0-only
/* Writes the page of a run: its verdict, the table, how long it took, and what it was. */
#include "run_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/verdict/run.h"
#include "page_parts.h"
#include "run_page_internal.h"

#define OPEN_ROWS	60	/* a table with more rows is folded by group */

/* ---- the verdict ---- */

static enum outcome worst_of(const struct facts *f)
{
	return tally_worst(&f->all);
}

/* One sentence that says what came out. */
static void add_verdict_words(struct html *html, const struct facts *f)
{
	size_t bad = f->count[OUTCOME_FAIL] + f->count[OUTCOME_HANG] + f->count[OUTCOME_PANIC];
	size_t open = f->count[OUTCOME_INCOMPLETE];

	html_text(html, outcome_name(worst_of(f)));
	html_literal(html, "</b>: ");
	if (bad)
		html_textf(html, "of %zu cells %zu did not come out as expected", f->run->nr, bad);
	else if (open)
		html_textf(html, "nothing was found wrong, but of %zu cells %zu could not be judged",
			   f->run->nr, open);
	else if (f->count[OUTCOME_SKIP] == f->run->nr)
		html_textf(html, "all %zu cells were skipped", f->run->nr);
	else
		html_textf(html, "all %u cells that ran came out as expected", f->count[OUTCOME_PASS]);
	if (bad && open)
		html_textf(html, ", and %zu could not be judged", open);
	if (f->count[OUTCOME_SKIP] && f->count[OUTCOME_SKIP] < f->run->nr)
		html_textf(html, "; %u skipped", f->count[OUTCOME_SKIP]);
	html_text(html, ".");
}

static void add_not_run(struct html *html, const struct facts *f)
{
	if (json_is_true(json_object_get(f->run->env, "recovered")))
		html_literal(html, "<p>The run was stopped; what its guests had said by then was judged, or it "
			    "was resumed.</p>\n");
	if (f->not_run)
		html_elementf(html, "p", "%u cells were never run: the run was stopped, or their guest ended, before it came to them.",
			      f->not_run);
}

static void add_verdict(struct html *html, const struct facts *f)
{
	enum outcome worst = worst_of(f);
	json_int_t code = json_integer_value(json_object_get(f->run->result, "exit_code"));

	html_literal(html, "<div class=\"lead ");
	html_text(html, outcome_name(worst));
	html_literal(html, "\"><p><b class=\"");
	html_text(html, outcome_name(worst));
	html_literal(html, "\">");
	add_verdict_words(html, f);
	html_literal(html, "</p>\n");
	if (f->all.bad)
		html_elementf(html, "p", "Wrong results: %llu of %llu that were checked%s.",
			      (unsigned long long)f->all.bad, (unsigned long long)f->all.checks,
			      f->all.surprised ? "" : ", all of them where that is expected");
	add_not_run(html, f);
	if (code == 5 && worst != OUTCOME_PANIC)
		html_element(html, "p", "The kernel reported a leak at the end of a guest: see below.");
	html_literal(html, "<p class=\"dim\">");
	html_textf(html, "Linux %s, %s, seed %s", f->run->release, f->run->accel,
		   facts_text(f->run->result, "seed"));
	if (f->run->ended)
		html_textf(html, ", ended %s", f->run->ended);
	html_literal(html, "</p></div>\n");
}

/* ---- the table ---- */

static void add_field(struct html *html, const struct tally *t)
{
	enum outcome worst = tally_worst(t);
	char text[64];

	tally_full_words(t, text, sizeof(text));
	if (t->cells && worst != OUTCOME_PASS) {
		html_literal(html, "<td class=\"");
		html_text(html, outcome_name(worst));
		html_literal(html, "\">");
		html_text(html, text);
		html_literal(html, "</td>");
	} else {
		html_element(html, "td", text);
	}
}

static void add_row(struct html *html, const struct facts *f, const struct fact_row *row)
{
	enum outcome worst = tally_worst(&row->all);

	html_literal(html, "<tr>");
	html_element(html, "td", row->scenario);
	for (int w = 0; w < WORLD__COUNT; w++)
		if (f->worlds[w])
			add_field(html, &row->of[w]);
	html_literal(html, "<td class=\"");
	html_text(html, outcome_name(worst));
	html_literal(html, "\">");
	html_textf(html, "%s %u/%u", outcome_name(worst), row->all.outcome[worst], row->all.cells);
	html_literal(html, "</td></tr>\n");
}

static size_t group_length(const char *scenario)
{
	return strcspn(scenario, "/");
}

static bool same_group(const struct fact_row *a, const struct fact_row *b)
{
	size_t n = group_length(a->scenario);

	return n == group_length(b->scenario) && !memcmp(a->scenario, b->scenario, n);
}

static bool is_first(const struct facts *f, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_group(&f->rows[k], &f->rows[i]))
			return false;
	return true;
}

static void add_group(struct html *html, const struct facts *f, const struct fact_row *like)
{
	html_literal(html, "<div class=\"wide\"><table class=\"words\">\n<tr><th>scenario</th>");
	for (int w = 0; w < WORLD__COUNT; w++)
		if (f->worlds[w])
			html_element(html, "th", world_name(w));
	html_literal(html, "<th>verdict</th></tr>\n");
	for (size_t i = 0; i < f->nr_rows; i++)
		if (!like || same_group(like, &f->rows[i]))
			add_row(html, f, &f->rows[i]);
	html_literal(html, "</table></div>\n");
}

/* A group is open when something in it did not pass; the orders are what people look for. */
static void add_folded(struct html *html, const struct facts *f, const struct fact_row *like)
{
	struct tally t = { 0 };
	unsigned int rows = 0;
	enum outcome worst;

	for (size_t i = 0; i < f->nr_rows; i++) {
		if (!same_group(like, &f->rows[i]))
			continue;
		tally_join(&t, &f->rows[i].all);
		rows++;
	}
	worst = tally_worst(&t);
	if (worst > OUTCOME_SKIP || !strncmp(like->scenario, "order/", 6))
		html_literal(html, "<details open><summary><b class=\"");
	else
		html_literal(html, "<details><summary><b class=\"");
	html_text(html, outcome_name(worst));
	html_literal(html, "\">");
	html_textf(html, "%.*s", (int)group_length(like->scenario), like->scenario);
	html_literal(html, "</b>");
	html_textf(html, ": %u scenarios, %s %u/%u", rows, outcome_name(worst), t.outcome[worst],
		   t.cells);
	html_literal(html, "</summary>\n");
	add_group(html, f, like);
	html_literal(html, "</details>\n");
}

static void add_table(struct html *html, const struct facts *f)
{
	html_literal(html, "<h2>Scenarios and worlds</h2>\n"
		    "<p>Data that are wrong where the scenario says that they will be are a pass: "
		    "\xe2\x80\x9c" "corrupt, as expected\xe2\x80\x9d.</p>\n");
	if (f->nr_rows <= OPEN_ROWS) {
		add_group(html, f, NULL);
		return;
	}
	for (size_t i = 0; i < f->nr_rows; i++)
		if (is_first(f, i))
			add_folded(html, f, &f->rows[i]);
}

/* ---- time ---- */

static void add_seconds(struct html *html, double s)
{
	if (s >= 120)
		html_textf(html, "%.0f min %.0f s", floor(s / 60), fmod(s, 60));
	else
		html_textf(html, s < 10 ? "%.1f s" : "%.0f s", s);
}

static void add_guests(struct html *html, const struct facts *f)
{
	const json_t *boots = json_object_get(f->run->result, "boots");
	const json_t *walls = json_object_get(f->run->env, "boot_wall_s");

	html_literal(html, "<div class=\"wide\"><table class=\"words\">\n<tr><th>guest</th><th>world</th>"
		    "<th>cells</th><th>how it ended</th><th>host time</th></tr>\n");
	for (size_t i = 0; i < json_array_size(boots); i++) {
		const json_t *boot = json_array_get(boots, i);
		const char *title = facts_text(boot, "title");
		json_t *wall = json_object_get(walls, facts_text(boot, "name"));

		html_literal(html, "<tr>");
		html_element(html, "td", facts_text(boot, "name"));
		html_element(html, "td", facts_text(boot, "world"));
		html_elementf(html, "td", "%lld",
			      (long long)json_integer_value(json_object_get(boot, "cells")));
		html_elementf(html, "td", "%s%s%s", facts_text(boot, "fate"), *title ? ": " : "", title);
		html_literal(html, "<td>");
		if (wall)
			add_seconds(html, json_number_value(wall));
		html_literal(html, "</td></tr>\n");
	}
	html_literal(html, "</table></div>\n");
}

static void add_time(struct html *html, const struct facts *f)
{
	json_t *wall = json_object_get(f->run->env, "wall_s");
	size_t guests = json_array_size(json_object_get(f->run->result, "boots"));

	html_literal(html, "<h2>Time</h2>\n<p>");
	if (wall) {
		html_text(html, "The run took ");
		add_seconds(html, json_number_value(wall));
		html_textf(html, " of the host, in %zu guests. ", guests);
	}
	html_text(html, "By the guests' own clocks the cells took ");
	add_seconds(html, (double)f->virtual_ns / 1e9);
	html_literal(html, ".</p>\n<details><summary>Guests</summary>\n");
	add_guests(html, f);
	html_literal(html, "</details>\n");
}

/* ---- how it was run ---- */

static void add_fact(struct html *html, const char *what, const char *text)
{
	if (!text || !*text)
		return;
	html_element(html, "dt", what);
	html_element(html, "dd", text);
	html_literal(html, "\n");
}

static void add_about(struct html *html, const struct facts *f)
{
	const struct out_run *run = f->run;
	json_t *host = json_object_get(run->env, "host");
	json_t *arguments = json_object_get(run->env, "arguments");

	html_literal(html, "<h2>How it was run</h2>\n<dl>\n");
	if (json_array_size(arguments)) {
		html_literal(html, "<dt>command</dt><dd>");
		page_command(html, arguments);
		html_literal(html, "</dd>\n");
	}
	add_fact(html, "run directory", run->dir);
	add_fact(html, "kernel", run->kernel);
	add_fact(html, "release", run->release);
	add_fact(html, "package", facts_text(run->env, "kernel_package"));
	add_fact(html, "accelerator", run->accel);
	add_fact(html, "seed", facts_text(run->result, "seed"));
	add_fact(html, "dmatorture", facts_text(run->env, "dmatorture"));
	add_fact(html, "QEMU", facts_text(host, "qemu"));
	add_fact(html, "host's kernel", facts_text(host, "kernel"));
	html_literal(html, "</dl>\n<p class=\"dim\">result.json in the run directory has every cell; "
		    "console.log has what the kernels said.</p>\n");
}

/* ---- what was measured ---- */

static bool is_measured(const struct samples *s)
{
	for (size_t i = 0; i < s->nr_series; i++)
		for (size_t r = 0; r < s->series[i].nr_rounds; r++)
			if (s->series[i].rounds[r].nr > 1 || s->series[i].rounds[r].hist)
				return true;
	return false;
}

static int add_measured(struct html *html, const struct run_page *page)
{
	int err = 0;

	if (page->plots && page->plots->nr) {
		html_literal(html, "<h2>Over time</h2>\n");
		err = page_plots(html, page->plots, page->plot_dir, page->no_plots);
	}
	if (page->s && is_measured(page->s)) {
		html_literal(html, "<h2>What was measured</h2>\n<details><summary>Percentiles</summary>\n");
		page_percentiles(html, page->s);
		html_literal(html, "</details>\n");
	}
	return err;
}

int run_page_html(const struct run_page *page, struct strbuf *out)
{
	char *title = xasprintf("dmatorture: %s", page->run->kernel);
	struct html *html = html_new();
	struct run_sources sources;
	struct facts f;
	int err;

	facts_find(page->run, &f);
	run_sources_find(page->run->dir, &sources);
	page_begin(html, title);
	html_element(html, "h1", title);
	add_verdict(html, &f);
	run_failures_html(html, &f, &sources);
	run_violations_html(html, &f);
	add_table(html, &f);
	run_witnesses_html(html, &f);
	run_issues_html(html, &f);
	run_skips_html(html, &f);
	add_time(html, &f);
	err = add_measured(html, page);
	add_about(html, &f);
	page_end(html);
	html_finish(html, out);
	run_sources_free(&sources);
	facts_free(&f);
	free(title);
	return err;
}
