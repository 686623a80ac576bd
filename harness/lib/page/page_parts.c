// SPDX-License-Identifier: GPL-2.0-only
/* Writes what all pages share: the style, plots, percentiles, command lines. */
#include "page_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/shell.h"


#define LIGHT "--bg:#fff;--fg:#1b1b1b;--dim:#5a5a5a;--line:#d8d8d8;--soft:#f5f5f2;--bad:#a3260b;" \
	"--badbg:#fdeeea;--good:#1c6b3a;--goodbg:#e8f4ec;--warn:#7a5200;--warnbg:#fcf3dc;--mark:#ffe9a8;" \
	"--slower:#a03c00;--faster:#005a8c;"
#define DARK "--bg:#15171a;--fg:#e7e7e5;--dim:#a3a7ab;--line:#353a3f;--soft:#1e2125;--bad:#ff9d86;" \
	"--badbg:#3b1e18;--good:#86d6a2;--goodbg:#173022;--warn:#f0c674;--warnbg:#352b14;--mark:#5a4a12;" \
	"--slower:#ffa06b;--faster:#7cc4f2;"

void page_begin(struct html *html, const char *title)
{
	html_literal(html,
		     "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n"
		     "<style>\n"
		     ":root{" LIGHT "}\n"
		     "@media (prefers-color-scheme:dark){:root{" DARK "}"
		     "figure svg:not(.timeline){filter:invert(.91) hue-rotate(180deg)}}\n"
		     "*{box-sizing:border-box}\n"
		     "body{font:16px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:76rem;"
		     "margin:0 auto;padding:1rem}\n"
		     "h1{font-size:1.35rem;margin:.2rem 0 .6rem;overflow-wrap:anywhere}\n"
		     "h2{font-size:1.15rem;border-bottom:1px solid var(--line);margin:2rem 0 .6rem}\n"
		     "h3{font-size:1rem;margin:1.2rem 0 .3rem;overflow-wrap:anywhere}\n"
		     "h4{font-size:.95rem;margin:1rem 0 .3rem;overflow-wrap:anywhere}\n"
		     "p{margin:.4rem 0;max-width:60rem;overflow-wrap:anywhere}\n"
		     "small,.dim,dt{color:var(--dim)}\n"
		     ".lead{font-size:1.05rem;border-left:.35rem solid var(--line);padding:.5rem .8rem;"
		     "background:var(--soft);max-width:none}\n"
		     ".lead.pass{border-color:var(--good);background:var(--goodbg)}\n"
		     ".lead.fail,.lead.panic,.lead.hang{border-color:var(--bad);background:var(--badbg)}\n"
		     ".lead.incomplete,.lead.skip{border-color:var(--warn);background:var(--warnbg)}\n"
		     "b.pass{color:var(--good)}b.fail,b.panic,b.hang{color:var(--bad)}"
		     "b.incomplete,b.skip{color:var(--warn)}\n"
		     ".slower{color:var(--slower);font-weight:bold}.faster{color:var(--faster);font-weight:bold}"
		     ".inconclusive{color:var(--warn)}\n"
		     ".plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,28rem),1fr));"
		     "gap:1rem}\n"
		     "figure{margin:0}figure svg{width:100%;height:auto;display:block}\n"
		     ".key{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;margin:.4rem 0}"
		     ".key span{white-space:nowrap}.key svg{vertical-align:middle;width:3rem;height:1rem}\n"
		     ".wide{overflow-x:auto}\n"
		     "table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}\n"
		     "th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid var(--line);"
		     "white-space:nowrap;vertical-align:top}\n"
		     "th{font-weight:600}th:first-child,td:first-child,.words td,.words th{text-align:left}\n"
		     ".words td.text{white-space:normal;min-width:14rem}\n"
		     "td.pass{color:var(--good)}td.fail,td.panic,td.hang{color:var(--bad);background:var(--badbg);"
		     "font-weight:600}td.incomplete,td.skip{color:var(--warn)}\n"
		     "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:0}"
		     "dd{margin:0;overflow-wrap:anywhere}\n"
		     "pre,code{font-family:ui-monospace,\"DejaVu Sans Mono\",monospace}\n"
		     "pre{font-size:.8rem;line-height:1.4;overflow-x:auto;background:var(--soft);padding:.5rem .7rem;"
		     "margin:.3rem 0}\n"
		     "code{font-size:.85em;overflow-wrap:anywhere}\n"
		     "pre.command{white-space:pre-wrap;overflow-wrap:anywhere}\n"
		     "mark{background:var(--mark);color:inherit}pre mark{display:inline-block;min-width:100%}\n"
		     "details{margin:.2rem 0}summary{cursor:pointer;overflow-wrap:anywhere}\n"
		     ".failure{border:1px solid var(--line);border-left:.35rem solid var(--bad);"
		     "padding:.4rem .8rem;margin:.8rem 0}.failure>summary{font-weight:600}\n"
		     ".parts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));"
		     "gap:.3rem 1.2rem}.parts>div{min-width:0}.parts p{margin:.1rem 0;font-size:.9rem}\n"
		     ".parts p.first{font-weight:600}\n"
		     "ul{margin:.3rem 0;padding-left:1.3rem}li{overflow-wrap:anywhere}\n"
		     "@media (max-width:40rem){body{padding:.7rem}dl{grid-template-columns:1fr;gap:0}"
		     "dd{margin-bottom:.3rem}th,td{padding:.2rem .4rem}table{font-size:.8rem}}\n"
		     "@media print{:root{" LIGHT "}figure svg{filter:none}body{font-size:10pt;max-width:none;padding:0}"
		     "figure,tr,h2,h3,h4{break-inside:avoid}h2,h3,h4,summary{break-after:avoid}"
		     ".wide,pre{overflow:visible}pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:7.5pt}"
		     "th,td{white-space:normal;padding:.1rem .3rem}table{font-size:7.5pt}"
		     ".plots{grid-template-columns:1fr 1fr}"
		     "details::details-content{content-visibility:visible;display:block;block-size:auto}"
		     "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n"
		     "</style>\n");
	html_element(html, "title", title);
	html_literal(html, "\n</head>\n<body>\n");
}

void page_end(struct html *html)
{
	html_literal(html, "</body>\n</html>\n");
}

/* ---- plots ---- */

static int add_svg(struct html *html, const char *dir, const struct plot *p)
{
	char *path = xasprintf("%s/%s.svg", dir, p->name);
	struct strbuf svg = STRBUF_INIT;
	int err = strbuf_read_file(&svg, path);

	if (!err) {
		html_literal(html, "<figure role=\"img\" aria-label=\"");
		html_text(html, p->title);
		html_literal(html, "\">\n");
		err = html_svg(html, strbuf_str(&svg));
		html_literal(html, "</figure>\n");
	}
	strbuf_free(&svg);
	free(path);
	return err;
}

int page_plots(struct html *html, const struct plots *plots, const char *dir, const char *no_plots)
{
	int err = 0;

	if (no_plots) {
		html_literal(html, "<p>No plots: ");
		html_text(html, no_plots);
		html_literal(html, "</p>\n");
		return 0;
	}
	html_literal(html, "<div class=\"plots\">\n");
	for (size_t i = 0; i < plots->nr && !err; i++)
		err = add_svg(html, dir, &plots->v[i]);
	html_literal(html, "</div>\n");
	return err;
}

/* ---- percentiles ---- */

void page_percentiles(struct html *html, const struct samples *s)
{
	static const double parts[] = { 0.5, 0.9, 0.99, 0.999, 1 };
	size_t nr_parts = sizeof(parts) / sizeof(parts[0]);
	char b[32];

	html_literal(html, "<div class=\"wide\"><table>\n<tr><th>cell</th><th>metric</th>"
		    "<th>n</th><th>p50</th><th>p90</th><th>p99</th><th>p99.9</th><th>max</th></tr>\n");
	for (size_t i = 0; i < s->nr_series; i++) {
		const struct samples_series *of = &s->series[i];
		struct dist d;

		samples_dist(of, NULL, &d);
		html_literal(html, "<tr>");
		html_element(html, "td", of->cell);
		html_elementf(html, "td", "%s, %s", of->metric, of->unit);
		html_elementf(html, "td", "%llu", (unsigned long long)d.total);
		for (size_t k = 0; k < nr_parts && d.total > 1; k++)
			html_element(html, "td", figure(dist_quantile(&d, parts[k]), b));
		if (d.total == 1) {
			html_element(html, "td", figure(dist_median(&d), b));
			html_literal(html, "<td colspan=\"4\" class=\"dim\">one value</td>");
		}
		html_literal(html, "</tr>\n");
		dist_free(&d);
	}
	html_literal(html, "</table></div>\n");
}

/* ---- command lines ---- */

void page_command(struct html *html, const json_t *arguments)
{
	html_literal(html, "<code>");
	for (size_t i = 0; i < json_array_size(arguments); i++) {
		const char *arg = json_string_value(json_array_get(arguments, i));
		/* "dmatorture run", the name of the verb, is the first of them. */
		char *word = i ? shell_word(arg ? arg : "") : xstrdup(arg ? arg : "");

		html_textf(html, "%s%s", i ? " " : "", word);
		free(word);
	}
	html_literal(html, "</code>");
}
