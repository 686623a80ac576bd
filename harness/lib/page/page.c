// SPDX-License-Identifier: GPL-2.0-only
/* Writes the report page: tables and plots of what runs measured, as HTML. */
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page_parts.h"

/* ---- what was run ---- */

static void add_about(struct html *out, const struct samples *s, const char *name)
{
	static const char *const keys[] = {
		ABOUT_TIME, ABOUT_RELEASE, ABOUT_ACCEL, ABOUT_MACHINE, ABOUT_CONFIG, ABOUT_BASE,
	};
	json_t *arguments = json_loads(samples_get(s, ABOUT_ARGUMENTS), 0, NULL);

	html_element(out, "h3", name);
	html_literal(out, "<dl>\n");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!*samples_get(s, keys[i]))
			continue;
		html_element(out, "dt", keys[i]);
		html_element(out, "dd", samples_get(s, keys[i]));
		html_literal(out, "\n");
	}
	if (json_array_size(arguments)) {
		html_literal(out, "<dt>command</dt><dd>");
		page_command(out, arguments);
		html_literal(out, "</dd>\n");
	} else if (*samples_get(s, ABOUT_ARGUMENTS)) {
		html_element(out, "dt", ABOUT_ARGUMENTS);
		html_element(out, "dd", samples_get(s, ABOUT_ARGUMENTS));
	}
	html_literal(out, "</dl>\n");
	json_decref(arguments);
}

static void add_incomplete(struct html *out, const struct samples *s)
{
	if (!s->incomplete)
		return;
	html_literal(out, "<p class=\"inconclusive\">incomplete: ");
	html_text(out, s->incomplete);
	html_literal(out, "</p>\n");
}

/* ---- the result ---- */

/* The smallest and the largest ratio of an order's chains to those of legacy. False: none. */
static bool find_range(const struct bench_points *points, enum bench_order order, double range[2])
{
	bool any = false;

	for (size_t i = 0; i < points->nr; i++) {
		struct ratio r;

		if (!bench_to_legacy(&points->v[i], order, &r))
			continue;
		range[0] = any && range[0] < r.ratio ? range[0] : r.ratio;
		range[1] = any && range[1] > r.ratio ? range[1] : r.ratio;
		any = true;
	}
	return any;
}

/* Says in a sentence what the orders cost. */
static void add_result(struct html *out, const struct samples *s)
{
	struct bench_points points;
	double range[2];
	bool any = false;

	bench_points_find(s, &points);
	html_literal(out, "<div class=\"lead\"><p>");
	for (int o = ORDER_SPLIT; o < ORDER_CPU; o++) {
		if (!find_range(&points, o, range))
			continue;
		html_text(out, any ? "; a chain in the order " : "A chain in the order ");
		html_element(out, "b", order_words[o]);
		html_textf(out, " takes %.3f to %.3f times as long as in the legacy order", range[0],
			   range[1]);
		any = true;
	}
	if (any)
		html_textf(out, " (medians of %zu points; below 1 is faster).", points.nr);
	else
		html_textf(out, "%zu series were measured; none of them compares two orders.",
			   s->nr_series);
	html_literal(out, "</p>");
	add_incomplete(out, s);
	html_literal(out, "</div>\n");
	bench_points_free(&points);
}

/* Says how far the figures can be trusted. */
static const char *caution(const struct samples *s)
{
	const char *accel = samples_get(s, ABOUT_ACCEL);

	if (!strcmp(accel, "tcg-icount"))
		return "Times are of QEMU's instruction clock, 8 ns an instruction whatever it does: they count instructions of the guest, and are the same each time.";
	if (!strcmp(accel, "tcg"))
		return "The guest was emulated (TCG) on a machine that does other things: only ratios within one boot are to be trusted, no absolute time.";
	return "";
}

/* ---- plots ---- */

/* The legend of all plots of orders: lines and points as in add_styles() of plot.c. */
static void add_key(struct html *out, const struct plots *plots)
{
	bool any = false;

	for (size_t i = 0; i < plots->nr; i++)
		any |= plots->v[i].of_orders;
	if (!any)
		return;
#define LINE(colour, dash) "<span><svg viewBox=\"0 0 48 16\"><path d=\"M0 8H48\" fill=\"none\" stroke=\"" \
	colour "\" stroke-width=\"2\" stroke-dasharray=\"" dash "\"/>"
#define POINT(colour, path) "<path d=\"" path "\" fill=\"" colour "\"/></svg> "
	html_literal(out, "<div class=\"key\">"
		     LINE("#0072B2", "none") POINT("#0072B2", "M20 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0") "legacy</span>"
		     LINE("#D55E00", "5 4") POINT("#D55E00", "M20 4h8v8h-8z") "split</span>"
		     LINE("#009E73", "7 3 2 3") POINT("#009E73", "M24 3l5 9h-10z") "shared</span>"
		     LINE("#777777", "2 3") POINT("#777777", "M24 3l5 5l-5 5l-5-5z") "cpu (no offload)</span></div>\n");
#undef LINE
#undef POINT
}

/* ---- tables ---- */

/* Was a metric measured at one of the points? */
static bool has_metric(const struct bench_points *points, size_t first, size_t end,
		       enum bench_metric metric)
{
	for (size_t i = first; i < end; i++)
		for (int o = 0; o < ORDER__COUNT; o++)
			if (points->v[i].of[o][metric])
				return true;
	return false;
}

static void add_median(struct html *out, const struct samples_series *s)
{
	struct dist d;
	char b[32];

	if (!s) {
		html_literal(out, "<td>-</td>");
		return;
	}
	samples_dist(s, NULL, &d);
	html_element(out, "td", figure(dist_median(&d), b));
	dist_free(&d);
}

static void add_ratio(struct html *out, const struct samples_series *from,
		      const struct samples_series *to)
{
	struct ratio r = { NAN, NAN, NAN };

	if (from && to)
		bench_ratio(from, to, &r);
	html_literal(out, "<td>");
	if (isfinite(r.ratio)) {
		html_textf(out, "%.3f ", r.ratio);
		html_elementf(out, "small", "%.3f..%.3f", r.lo, r.hi);
	} else {
		html_text(out, "-");
	}
	html_literal(out, "</td>");
}

static void add_orders(struct html *out, const struct bench_points *points, size_t first,
		       size_t end, const char *base, enum bench_metric metric)
{
	html_literal(out, "<div class=\"wide\"><table>\n<tr><th></th><th>legacy, ns</th>"
		    "<th>split / legacy</th><th>shared / legacy</th><th>cpu / legacy</th></tr>\n");
	for (size_t i = first; i < end; i++) {
		const struct bench_point *p = &points->v[i];
		char *label = bench_point_label(p, base);

		html_literal(out, "<tr>");
		html_element(out, "td", label);
		add_median(out, p->of[ORDER_LEGACY][metric]);
		for (int o = ORDER_SPLIT; o < ORDER__COUNT; o++)
			add_ratio(out, p->of[ORDER_LEGACY][metric], p->of[o][metric]);
		html_literal(out, "</tr>\n");
		free(label);
	}
	html_literal(out, "</table></div>\n");
}

static size_t next_world(const struct bench_points *points, size_t first)
{
	size_t end = first + 1;

	while (end < points->nr && !strcmp(points->v[end].id.world, points->v[first].id.world))
		end++;
	return end;
}

static void add_bench(struct html *out, const struct samples *s)
{
	static const enum bench_metric shown[] = { BENCH_CHAIN, BENCH_MAP, BENCH_UNMAP,
						   BENCH_CLIENT };
	const char *base = samples_get(s, ABOUT_BASE);
	struct bench_points points;

	bench_points_find(s, &points);
	if (points.nr) {
		html_literal(out, "<h2>The orders side by side</h2>\n<p>Medians (p50) of the legacy order; of "
			    "the others the ratio to it, median over the rounds of one boot, with the 95 % "
			    "bootstrap interval. ");
		html_text(out, caution(s));
		html_literal(out, "</p>\n");
	}
	for (size_t i = 0; i < points.nr; i = next_world(&points, i))
		for (size_t m = 0; m < sizeof(shown) / sizeof(shown[0]); m++) {
			if (!has_metric(&points, i, next_world(&points, i), shown[m]))
				continue;
			html_elementf(out, "h3", "%s: %s", points.v[i].id.world,
				      bench_metrics[shown[m]].title);
			html_literal(out, "\n");
			add_orders(out, &points, i, next_world(&points, i), base, shown[m]);
		}
	bench_points_free(&points);
}

/* Adds a verdict in its colour; the name of the CSS class is the verdict itself. */
static void add_verdict(struct html *out, enum compared verdict)
{
	html_literal(out, "<span class=\"");
	html_text(out, compared_name(verdict));
	html_literal(out, "\">");
	html_text(out, compared_name(verdict));
	html_literal(out, "</span>");
}

static void add_comparison(struct html *out, const struct comparison *c)
{
	char b[32];

	html_literal(out, "<h2>B against A</h2>\n<p>");
	for (int v = 0; v < COMPARED__COUNT; v++)
		if (c->count[v]) {
			html_textf(out, "%u ", c->count[v]);
			add_verdict(out, v);
			html_text(out, " ");
		}
	html_textf(out, "of %zu metrics. An effect is more than %g %%, and p below %g, Holm over %zu.",
		   c->nr, c->floor * 100, c->alpha, c->tested);
	html_literal(out, "</p>\n");
	if (c->doubt) {
		html_literal(out, "<p class=\"inconclusive\">inconclusive: ");
		html_text(out, c->doubt);
		html_literal(out, "</p>\n");
	}
	html_literal(out, "<div class=\"wide\"><table>\n<tr><th>cell</th><th>metric</th><th>A</th><th>B</th>"
		    "<th>B/A</th><th>95 % interval</th><th>verdict</th></tr>\n");
	for (size_t i = 0; i < c->nr; i++) {
		const struct compared_metric *m = &c->metrics[i];

		html_literal(out, "<tr>");
		html_element(out, "td", m->cell);
		html_elementf(out, "td", "%s, %s", m->metric, m->unit);
		html_element(out, "td", figure(m->a, b));
		html_element(out, "td", figure(m->b, b));
		if (isfinite(m->ratio.ratio)) {
			html_elementf(out, "td", "%.4f", m->ratio.ratio);
			html_elementf(out, "td", "%.4f..%.4f", m->ratio.lo, m->ratio.hi);
		} else {
			html_literal(out, "<td>-</td><td>-</td>");
		}
		html_literal(out, "<td>");
		add_verdict(out, m->verdict);
		if (m->why) {
			html_literal(out, ": ");
			html_text(out, m->why);
		}
		html_literal(out, "</td></tr>\n");
	}
	html_literal(out, "</table></div>\n");
}

int page_html(const struct page *page, struct strbuf *result)
{
	char *title = page->c ? xasprintf("dmatorture: %s against %s", page->name[1], page->name[0])
			      : xasprintf("dmatorture: %s", page->name[0]);
	struct html *out = html_new();
	int err;

	page_begin(out, title);
	html_element(out, "h1", title);
	if (!page->c)
		add_result(out, page->s[0]);
	for (int i = 0; i < 2 && page->c; i++)
		add_incomplete(out, page->s[i]);
	html_literal(out, "<h2>Plots</h2>\n");
	if (!page->no_plots)
		add_key(out, page->plots);
	err = page_plots(out, page->plots, page->dir, page->no_plots);
	if (page->c) {
		add_comparison(out, page->c);
	} else {
		add_bench(out, page->s[0]);
		if (page->hot) {
			html_literal(out, "<h2>Hot functions</h2>\n");
			html_element(out, "pre", page->hot);
		}
		html_literal(out, "<h2>Percentiles</h2>\n");
		page_percentiles(out, page->s[0]);
	}
	html_literal(out, "<h2>How it was run</h2>\n");
	for (int i = 0; i < (page->c ? 2 : 1); i++)
		add_about(out, page->s[i], page->name[i]);
	page_end(out);
	html_finish(out, result);
	free(title);
	return err;
}
