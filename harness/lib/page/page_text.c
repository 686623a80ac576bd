// SPDX-License-Identifier: GPL-2.0-only
/* Writes text for a mail to a list: lines have at most 76 columns, and tables are aligned. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/visible.h"
#include "page.h"

#define COLUMNS	76

/* Adds text, with line breaks between words. */
static void add_wrapped(struct strbuf *out, const char *indent, const char *text)
{
	size_t at = 0;

	while (*text) {
		size_t n = strcspn(text, " ");

		if (!at || at + 1 + n > COLUMNS) {
			strbuf_addf(out, "%s%s", at ? "\n" : "", indent);
			at = strlen(indent);
		} else {
			strbuf_addc(out, ' ');
			at++;
		}
		strbuf_add(out, text, n);
		at += n;
		text += n;
		text += strspn(text, " ");
	}
	strbuf_addc(out, '\n');
}

static void add_about(struct strbuf *out, const struct samples *s, const char *name)
{
	char *line = xasprintf("%s: Linux %s, %s, machine %s, %s", name,
			       samples_get(s, ABOUT_RELEASE), samples_get(s, ABOUT_ACCEL),
			       samples_get(s, ABOUT_MACHINE), samples_get(s, ABOUT_TIME));

	add_wrapped(out, "", line);
	free(line);
	if (s->incomplete) {
		line = xasprintf("incomplete: %s", s->incomplete);
		add_wrapped(out, "  ", line);
		free(line);
	}
}

static void add_ratio(struct strbuf *out, const struct samples_series *from,
		      const struct samples_series *to)
{
	struct ratio r = { NAN, NAN, NAN };

	if (from && to)
		bench_ratio(from, to, &r);
	if (isfinite(r.ratio))
		strbuf_addf(out, " %5.3f %5.3f-%-5.3f", r.ratio, r.lo, r.hi);
	else
		strbuf_addf(out, " %5s %11s", "-", "");
}

static void add_point(struct strbuf *out, const struct bench_point *p, const char *base)
{
	const struct samples_series *from = p->of[ORDER_LEGACY][BENCH_CHAIN];
	char *label = bench_point_label(p, base);
	size_t start = out->len;
	struct dist d;

	strbuf_addf(out, "%-17.17s", label);
	free(label);
	if (from) {
		samples_dist(from, NULL, &d);
		strbuf_addf(out, " %6.1f", dist_median(&d) / 1e3);
		dist_free(&d);
	} else {
		strbuf_addf(out, " %6s", "-");
	}
	for (int o = ORDER_SPLIT; o < ORDER_CPU; o++)
		add_ratio(out, from, p->of[o][BENCH_CHAIN]);
	if (from && p->of[ORDER_CPU][BENCH_CHAIN]) {
		struct ratio r;

		bench_ratio(from, p->of[ORDER_CPU][BENCH_CHAIN], &r);
		strbuf_addf(out, " %6.3f", r.ratio);
	}
	while (out->len > start && out->s[out->len - 1] == ' ')
		out->s[--out->len] = '\0';
	strbuf_addc(out, '\n');
}

static void add_bench(struct strbuf *out, const struct samples *s)
{
	const char *base = samples_get(s, ABOUT_BASE);
	const char *world = "";
	struct bench_points points;
	char *line;

	bench_points_find(s, &points);
	if (points.nr) {
		strbuf_addc(out, '\n');
		line = xasprintf("p50 of a chain in the legacy order in us; split, shared and cpu (no offload) as "
				 "ratios to it: median over the rounds of one boot, 95 %% interval. Base: %s.", base);
		add_wrapped(out, "", line);
		free(line);
		if (!strcmp(samples_get(s, ABOUT_ACCEL), "tcg"))
			add_wrapped(out, "", "Emulated (TCG): only the ratios are to be trusted.");
	}
	for (size_t i = 0; i < points.nr; i++) {
		if (strcmp(points.v[i].id.world, world)) {
			world = points.v[i].id.world;
			strbuf_addf(out, "\n%-17s %6s %17s %17s    cpu\n", world, "legacy", "split     ",
				    "shared     ");
		}
		add_point(out, &points.v[i], base);
	}
	bench_points_free(&points);
}

static void add_comparison(struct strbuf *out, const struct comparison *c)
{
	static const enum compared order[] = { COMPARED_SLOWER, COMPARED_FASTER,
					       COMPARED_INCONCLUSIVE };

	strbuf_addf(out, "\n%zu metrics:", c->nr);
	for (int v = 0; v < COMPARED__COUNT; v++)
		if (c->count[v])
			strbuf_addf(out, " %u %s", c->count[v], compared_name(v));
	strbuf_addf(out, "\n(an effect is more than %g %%, p below %g, Holm over %zu)\n", c->floor * 100,
		    c->alpha, c->tested);
	if (c->doubt) {
		char *line = xasprintf("inconclusive: %s", c->doubt);

		add_wrapped(out, "", line);
		free(line);
	}
	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
		for (size_t i = 0; i < c->nr; i++) {
			const struct compared_metric *m = &c->metrics[i];
			char *line;

			if (m->verdict != order[k])
				continue;
			strbuf_addf(out, "\n%-12s %s, %s", compared_name(m->verdict), m->metric, m->unit);
			if (isfinite(m->ratio.ratio))
				strbuf_addf(out, "  %+.1f %% (%+.1f to %+.1f)", (m->ratio.ratio - 1) * 100,
					    (m->ratio.lo - 1) * 100, (m->ratio.hi - 1) * 100);
			strbuf_addc(out, '\n');
			line = xasprintf("%s%s%s", m->cell, m->why ? ": " : "", m->why ? m->why : "");
			add_wrapped(out, "  ", line);
			free(line);
		}
}

static void add_cells(struct strbuf *out, const struct samples *s)
{
	const char *cell = "";
	char b[3][32];

	for (size_t i = 0; i < s->nr_series; i++) {
		const struct samples_series *of = &s->series[i];
		struct dist d;

		if (!strncmp(of->cell, "bench/", 6))
			continue;
		if (strcmp(cell, of->cell)) {
			strbuf_addc(out, '\n');
			add_wrapped(out, "", of->cell);
		}
		cell = of->cell;
		samples_dist(of, NULL, &d);
		strbuf_addf(out, "  %s, %s: p50 %s, p99 %s, max %s of %llu\n", of->metric, of->unit,
			    figure(dist_median(&d), b[0]), figure(dist_quantile(&d, 0.99), b[1]),
			    figure(dist_quantile(&d, 1), b[2]), (unsigned long long)d.total);
		dist_free(&d);
	}
}

static void add_all(struct strbuf *out, const struct page *page)
{
	for (int i = 0; i < (page->c ? 2 : 1); i++)
		add_about(out, page->s[i], page->name[i]);
	if (page->c) {
		add_comparison(out, page->c);
	} else {
		add_bench(out, page->s[0]);
		add_cells(out, page->s[0]);
		if (page->hot)
			strbuf_addf(out, "\n%s", page->hot);
	}
}

void page_text(const struct page *page, struct strbuf *out)
{
	struct strbuf all = STRBUF_INIT;

	add_all(&all, page);
	visible_add(out, strbuf_str(&all), all.len, VISIBLE_LINES);
	strbuf_free(&all);
}
