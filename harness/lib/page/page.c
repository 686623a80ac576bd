// SPDX-License-Identifier: GPL-2.0-only
/* The report page: tables and plots of what runs measured, as HTML. */
#include "page.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<style>\n"
	"body{font:16px/1.45 system-ui,sans-serif;color:#111;background:#fff;max-width:76rem;"
	"margin:0 auto;padding:1rem}\n"
	"h1{font-size:1.5rem}h2{font-size:1.2rem;border-bottom:1px solid #bbb;margin-top:2rem}\n"
	"h3{font-size:1rem;margin-bottom:.3rem}\n"
	".plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,34rem),1fr));gap:1rem}\n"
	"figure{margin:0}figure svg{width:100%;height:auto}\n"
	".wide{overflow-x:auto}\n"
	"table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}\n"
	"th,td{padding:.15rem .6rem;text-align:right;border-bottom:1px solid #ddd;white-space:nowrap}\n"
	"th:first-child,td:first-child{text-align:left}\n"
	"td small{color:#555}\n.slower{color:#a03c00;font-weight:bold}.faster{color:#005a8c;font-weight:bold}"
	".inconclusive{color:#7a5200}\n"
	"dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:0}dt{color:#555}"
	"dd{margin:0;overflow-wrap:anywhere}\n"
	"pre{font-size:.8rem;overflow-x:auto}\n"
	"@media print{body{font-size:10pt;max-width:none;padding:0}figure,tr{break-inside:avoid}"
	".wide{overflow:visible}table{font-size:7.5pt}.plots{grid-template-columns:1fr 1fr}}\n"
	"</style>\n";

static void add_escaped(struct strbuf *out, const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '<':
			strbuf_adds(out, "&lt;");
			break;
		case '>':
			strbuf_adds(out, "&gt;");
			break;
		case '&':
			strbuf_adds(out, "&amp;");
			break;
		case '"':
			strbuf_adds(out, "&quot;");
			break;
		default:
			strbuf_addc(out, *s);
		}
	}
}

static void add_tag(struct strbuf *out, const char *tag, const char *text)
{
	strbuf_addf(out, "<%s>", tag);
	add_escaped(out, text);
	strbuf_addf(out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

/* ---- what was run ---- */

static void add_about(struct strbuf *out, const struct samples *s, const char *name)
{
	static const char *const keys[] = {
		ABOUT_TIME, ABOUT_RELEASE, ABOUT_ACCEL, ABOUT_MACHINE, ABOUT_CONFIG, ABOUT_BASE,
		ABOUT_ARGUMENTS,
	};

	add_tag(out, "h3", name);
	strbuf_adds(out, "<dl>\n");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!*samples_get(s, keys[i]))
			continue;
		add_tag(out, "dt", keys[i]);
		add_tag(out, "dd", samples_get(s, keys[i]));
		strbuf_adds(out, "\n");
	}
	strbuf_adds(out, "</dl>\n");
	if (s->incomplete) {
		strbuf_adds(out, "<p class=\"inconclusive\">incomplete: ");
		add_escaped(out, s->incomplete);
		strbuf_adds(out, "</p>\n");
	}
}

/* How far the figures go. */
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

/* Without the XML declaration and document type, which have no place inside a page. */
static int add_svg(struct strbuf *out, const char *dir, const struct plot *p)
{
	char *path = xasprintf("%s/%s.svg", dir, p->name);
	struct strbuf svg = STRBUF_INIT;
	int err = strbuf_read_file(&svg, path);
	const char *at = err ? NULL : strstr(strbuf_str(&svg), "<svg");

	if (!err && !at)
		err = -EBADMSG;
	if (!err) {
		strbuf_adds(out, "<figure role=\"img\" aria-label=\"");
		add_escaped(out, p->title);
		strbuf_addf(out, "\">\n%s</figure>\n", at);
	}
	strbuf_free(&svg);
	free(path);
	return err;
}

static int add_plots(struct strbuf *out, const struct page *page)
{
	int err = 0;

	if (page->no_plots) {
		strbuf_adds(out, "<p>No plots: ");
		add_escaped(out, page->no_plots);
		strbuf_adds(out, "</p>\n");
		return 0;
	}
	strbuf_adds(out, "<div class=\"plots\">\n");
	for (size_t i = 0; i < page->plots->nr && !err; i++)
		err = add_svg(out, page->dir, &page->plots->v[i]);
	strbuf_adds(out, "</div>\n");
	return err;
}

/* ---- tables ---- */

static void add_median(struct strbuf *out, const struct samples_series *s)
{
	struct dist d;
	char b[32];

	if (!s) {
		strbuf_adds(out, "<td>-</td>");
		return;
	}
	samples_dist(s, NULL, &d);
	strbuf_addf(out, "<td>%s</td>", figure(dist_median(&d), b));
	dist_free(&d);
}

static void add_ratio(struct strbuf *out, const struct samples_series *from,
		      const struct samples_series *to)
{
	struct ratio r = { NAN, NAN, NAN };

	if (from && to)
		bench_ratio(from, to, &r);
	if (isfinite(r.ratio))
		strbuf_addf(out, "<td>%.3f <small>%.3f..%.3f</small></td>", r.ratio, r.lo, r.hi);
	else
		strbuf_adds(out, "<td>-</td>");
}

static void add_orders(struct strbuf *out, const struct bench_points *points, size_t first,
		       size_t end, const char *base, enum bench_metric metric)
{
	strbuf_adds(out, "<div class=\"wide\"><table>\n<tr><th></th><th>legacy, ns</th>"
		    "<th>split / legacy</th><th>shared / legacy</th><th>cpu / legacy</th></tr>\n");
	for (size_t i = first; i < end; i++) {
		const struct bench_point *p = &points->v[i];
		char *label = bench_point_label(p, base);

		strbuf_adds(out, "<tr>");
		add_tag(out, "td", label);
		add_median(out, p->of[ORDER_LEGACY][metric]);
		for (int o = ORDER_SPLIT; o < ORDER__COUNT; o++)
			add_ratio(out, p->of[ORDER_LEGACY][metric], p->of[o][metric]);
		strbuf_adds(out, "</tr>\n");
		free(label);
	}
	strbuf_adds(out, "</table></div>\n");
}

static size_t next_world(const struct bench_points *points, size_t first)
{
	size_t end = first + 1;

	while (end < points->nr && !strcmp(points->v[end].id.world, points->v[first].id.world))
		end++;
	return end;
}

static void add_bench(struct strbuf *out, const struct samples *s)
{
	static const enum bench_metric shown[] = { BENCH_CHAIN, BENCH_MAP, BENCH_UNMAP, BENCH_CLIENT };
	const char *base = samples_get(s, ABOUT_BASE);
	struct bench_points points;

	bench_points_find(s, &points);
	if (points.nr) {
		strbuf_adds(out, "<h2>The orders side by side</h2>\n<p>Medians (p50) of the legacy order; of "
			    "the others the ratio to it, median over the rounds of one boot, with the 95 % "
			    "bootstrap interval. ");
		add_escaped(out, caution(s));
		strbuf_adds(out, "</p>\n");
	}
	for (size_t i = 0; i < points.nr; i = next_world(&points, i))
		for (size_t m = 0; m < sizeof(shown) / sizeof(shown[0]); m++) {
			strbuf_addf(out, "<h3>%s: %s</h3>\n", points.v[i].id.world,
				    bench_metrics[shown[m]].title);
			add_orders(out, &points, i, next_world(&points, i), base, shown[m]);
		}
	bench_points_free(&points);
}

static void add_comparison(struct strbuf *out, const struct comparison *c)
{
	char b[2][32];

	strbuf_adds(out, "<h2>B against A</h2>\n<p>");
	for (int v = 0; v < COMPARED__COUNT; v++)
		if (c->count[v])
			strbuf_addf(out, "%u <span class=\"%s\">%s</span> ", c->count[v],
				    compared_name(v), compared_name(v));
	strbuf_addf(out, "of %zu metrics. An effect is more than %g %%, and p below %g, Holm over %zu.</p>\n",
		    c->nr, c->floor * 100, c->alpha, c->tested);
	if (c->doubt) {
		strbuf_adds(out, "<p class=\"inconclusive\">inconclusive: ");
		add_escaped(out, c->doubt);
		strbuf_adds(out, "</p>\n");
	}
	strbuf_adds(out, "<div class=\"wide\"><table>\n<tr><th>cell</th><th>metric</th><th>A</th><th>B</th>"
		    "<th>B/A</th><th>95 % interval</th><th>verdict</th></tr>\n");
	for (size_t i = 0; i < c->nr; i++) {
		const struct compared_metric *m = &c->metrics[i];

		strbuf_adds(out, "<tr>");
		add_tag(out, "td", m->cell);
		strbuf_addf(out, "<td>%s, %s</td><td>%s</td><td>%s</td>", m->metric, m->unit,
			    figure(m->a, b[0]), figure(m->b, b[1]));
		if (isfinite(m->ratio.ratio))
			strbuf_addf(out, "<td>%.4f</td><td>%.4f..%.4f</td>", m->ratio.ratio, m->ratio.lo,
				    m->ratio.hi);
		else
			strbuf_adds(out, "<td>-</td><td>-</td>");
		strbuf_addf(out, "<td class=\"%s\">%s", compared_name(m->verdict), compared_name(m->verdict));
		if (m->why) {
			strbuf_adds(out, ": ");
			add_escaped(out, m->why);
		}
		strbuf_adds(out, "</td></tr>\n");
	}
	strbuf_adds(out, "</table></div>\n");
}

static void add_percentiles(struct strbuf *out, const struct samples *s)
{
	static const double parts[] = { 0.5, 0.9, 0.99, 0.999, 1 };
	char b[32];

	strbuf_adds(out, "<h2>Percentiles</h2>\n<div class=\"wide\"><table>\n<tr><th>cell</th><th>metric</th>"
		    "<th>n</th><th>p50</th><th>p90</th><th>p99</th><th>p99.9</th><th>max</th></tr>\n");
	for (size_t i = 0; i < s->nr_series; i++) {
		const struct samples_series *of = &s->series[i];
		struct dist d;

		samples_dist(of, NULL, &d);
		strbuf_adds(out, "<tr>");
		add_tag(out, "td", of->cell);
		strbuf_addf(out, "<td>%s, %s</td><td>%llu</td>", of->metric, of->unit,
			    (unsigned long long)d.total);
		for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++)
			strbuf_addf(out, "<td>%s</td>", figure(dist_quantile(&d, parts[k]), b));
		strbuf_adds(out, "</tr>\n");
		dist_free(&d);
	}
	strbuf_adds(out, "</table></div>\n");
}

int page_html(const struct page *page, struct strbuf *out)
{
	char *title = page->c ? xasprintf("dmatorture: %s against %s", page->name[1], page->name[0])
			      : xasprintf("dmatorture: %s", page->name[0]);
	int err;

	strbuf_adds(out, head);
	add_tag(out, "title", title);
	strbuf_adds(out, "\n</head>\n<body>\n");
	add_tag(out, "h1", title);
	for (int i = 0; i < (page->c ? 2 : 1); i++)
		add_about(out, page->s[i], page->name[i]);
	strbuf_adds(out, "<h2>Plots</h2>\n");
	err = add_plots(out, page);
	if (page->c) {
		add_comparison(out, page->c);
	} else {
		add_bench(out, page->s[0]);
		if (page->hot) {
			strbuf_adds(out, "<h2>Hot functions</h2>\n");
			add_tag(out, "pre", page->hot);
		}
		add_percentiles(out, page->s[0]);
	}
	strbuf_adds(out, "</body>\n</html>\n");
	free(title);
	return err;
}
