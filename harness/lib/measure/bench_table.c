// SPDX-License-Identifier: GPL-2.0-only
/* Prints a benchmark: a row a point, the orders side by side, with their ratios. */
#include "bench_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

#define MAX_SHOWN	8	/* params in a table */

struct shown {
	const char *name[MAX_SHOWN];
	int width[MAX_SHOWN];
	int nr;
};

/* Finds the params that differ between points; the others are printed once, above. */
static void find_shown(const struct bench_points *points, struct shown *shown)
{
	memset(shown, 0, sizeof(*shown));
	if (!points->nr)
		return;
	for (unsigned int i = 0; i < points->v[0].id.nr_params && shown->nr < MAX_SHOWN; i++) {
		const char *name = points->v[0].id.params[i].name;

		if (!bench_varies(points, name) && strcmp(name, "size"))
			continue;
		shown->width[shown->nr] = strlen(name);
		for (size_t k = 0; k < points->nr; k++) {
			int n = strlen(bench_id_param(&points->v[k].id, name));

			if (n > shown->width[shown->nr])
				shown->width[shown->nr] = n;
		}
		shown->name[shown->nr++] = name;
	}
}

static void print_fixed(const struct bench_points *points, FILE *out)
{
	const struct bench_id *id = &points->v[0].id;

	for (unsigned int i = 0; i < id->nr_params; i++)
		if (!bench_varies(points, id->params[i].name) && strcmp(id->params[i].name, "size"))
			fprintf(out, "%s %s, ", id->params[i].name, id->params[i].value);
}

static void print_ratio(const struct samples_series *from, const struct samples_series *to,
			FILE *out)
{
	struct ratio r;

	if (!from || !to) {
		fprintf(out, "  %-24s", "-");
		return;
	}
	bench_ratio(from, to, &r);
	if (isfinite(r.ratio))
		fprintf(out, "  %6.3f [%6.3f, %6.3f]", r.ratio, r.lo, r.hi);
	else
		fprintf(out, "  %-24s", "-");
}

/* Has the point no value of any order, only the CPU's? */
static bool only_cpu(const struct bench_point *p, enum bench_metric metric)
{
	for (int o = 0; o < ORDER_CPU; o++)
		if (p->of[o][metric])
			return false;
	return true;
}

static void print_point(const struct bench_point *p, const struct shown *shown,
			enum bench_metric metric, FILE *out)
{
	const struct samples_series *base = p->of[ORDER_LEGACY][metric];
	struct dist d;
	char b[32];

	for (int i = 0; i < shown->nr; i++)
		fprintf(out, "  %-*s", shown->width[i], bench_id_param(&p->id, shown->name[i]));
	if (base) {
		samples_dist(base, NULL, &d);
		fprintf(out, "  %10s", figure(dist_median(&d), b));
		dist_free(&d);
	} else {
		fprintf(out, "  %10s", "-");
	}
	for (int o = ORDER_SPLIT; o < ORDER__COUNT; o++)
		print_ratio(base, p->of[o][metric], out);
	fprintf(out, "\n");
}

static void print_break_even(const struct bench_points *points, const struct bench_point *like,
			     FILE *out)
{
	bool any = false;

	for (int o = 0; o < ORDER_CPU; o++) {
		const char *below, *from = bench_break_even(points, like, o, &below);

		if (!from && !below)
			continue;
		fprintf(out, "%s %s ", any ? ";" : "  offload costs the client's CPU less than doing the work:",
			order_words[o]);
		if (from && below)
			fprintf(out, "from %s on (not at %s)", from, below);
		else if (from)
			fprintf(out, "at all sizes from %s on", from);
		else
			fprintf(out, "at no size up to %s", below);
		any = true;
	}
	if (any)
		fprintf(out, "\n");
}

static void print_world(const struct bench_points *points, size_t first, size_t end,
			const struct shown *shown, enum bench_metric metric, FILE *out)
{
	const struct bench_metric_info *m = &bench_metrics[metric];

	fprintf(out, "\n%s: %s, %s, p50; to its right, ratios to legacy\n", points->v[first].id.world,
		m->title, m->unit);
	for (int i = 0; i < shown->nr; i++)
		fprintf(out, "  %-*s", shown->width[i], shown->name[i]);
	fprintf(out, "  %10s", "legacy");
	for (int o = ORDER_SPLIT; o < ORDER__COUNT; o++)
		fprintf(out, "  %-24s", order_words[o]);
	fprintf(out, "\n");
	for (size_t i = first; i < end; i++)
		if (!only_cpu(&points->v[i], metric))
			print_point(&points->v[i], shown, metric, out);
	for (size_t i = first; i < end; i++)
		if (points->v[i].of[ORDER_CPU][BENCH_CLIENT]) {
			print_break_even(points, &points->v[i], out);
			break;
		}
}

void bench_print_orders(const struct samples *s, enum bench_metric metric, FILE *out)
{
	struct bench_points points;
	struct shown shown;

	bench_points_find(s, &points);
	find_shown(&points, &shown);
	if (points.nr) {
		print_fixed(&points, out);
		fprintf(out, "%s, %s; ratios: median over the rounds of one boot [95 %% bootstrap interval]\n",
			samples_get(s, ABOUT_RELEASE), samples_get(s, ABOUT_ACCEL));
	}
	for (size_t i = 0, end; i < points.nr; i = end) {
		for (end = i + 1; end < points.nr &&
		     !strcmp(points.v[i].id.world, points.v[end].id.world); end++)
			;
		print_world(&points, i, end, &shown, metric, out);
	}
	bench_points_free(&points);
}

void bench_print_percentiles(const struct samples *s, FILE *out)
{
	static const double parts[] = { 0.5, 0.9, 0.99, 0.999, 1 };
	const char *cell = "";
	char b[32];

	fprintf(out, "  %-8s %-4s %8s %12s %12s %12s %12s %12s\n", "", "", "n", "p50", "p90", "p99",
		"p99.9", "max");
	for (size_t i = 0; i < s->nr_series; i++) {
		const struct samples_series *of = &s->series[i];
		struct dist d;

		if (strcmp(cell, of->cell))
			fprintf(out, "%s\n", of->cell);
		cell = of->cell;
		samples_dist(of, NULL, &d);
		fprintf(out, "  %-8s %-4s %8llu", of->metric, of->unit, (unsigned long long)d.total);
		for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++)
			fprintf(out, " %12s", figure(dist_quantile(&d, parts[k]), b));
		fprintf(out, "\n");
		dist_free(&d);
	}
}
