// SPDX-License-Identifier: GPL-2.0-only
/* Plots of the orders: throughput by size, latencies, ratios. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_internal.h"

#define WIDTH		640
#define HEIGHT		480
#define MAX_SIZES	32
#define CDF_POINTS	300
/* Tics for a logarithmic axis, enough for one that shows less than two decades. */
#define TICS "(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000)"

/* Are both in the same world, with the same params except for the size? */
static bool is_sibling(const struct bench_point *a, const struct bench_point *b)
{
	if (strcmp(a->id.world, b->id.world))
		return false;
	for (unsigned int i = 0; i < a->id.nr_params; i++)
		if (strcmp(a->id.params[i].name, "size") &&
		    strcmp(a->id.params[i].value, bench_id_param(&b->id, a->id.params[i].name)))
			return false;
	return true;
}

static size_t next_world(const struct bench_points *points, size_t first)
{
	size_t end = first + 1;

	while (end < points->nr && !strcmp(points->v[end].id.world, points->v[first].id.world))
		end++;
	return end;
}

/* ---- throughput ---- */

static void add_sizes(struct strbuf *out, const struct bench_points *points, size_t first,
		      size_t end)
{
	const char *comma = "";

	strbuf_adds(out, "set xtics (");
	for (size_t i = first; i < end; i++) {
		const char *size = bench_id_param(&points->v[i].id, "size");

		if (!is_sibling(&points->v[first], &points->v[i]))
			continue;
		strbuf_adds(out, comma);
		plot_quote(out, size);
		strbuf_addf(out, " %.0f", bench_size(size));
		comma = ", ";
	}
	strbuf_adds(out, ")\n");
}

/* Adds lines "SIZE P25 P50 P75", in 10^6 bytes per second. */
static unsigned int add_rates(struct strbuf *out, const struct bench_points *points, size_t first,
			      size_t end, int order)
{
	unsigned int nr = 0;

	strbuf_addf(out, "$%s << EOD\n", order_words[order]);
	for (size_t i = first; i < end; i++) {
		const struct samples_series *s = points->v[i].of[order][BENCH_BYTES];
		struct dist d;

		if (!s || !is_sibling(&points->v[first], &points->v[i]))
			continue;
		samples_dist(s, NULL, &d);
		if (d.total < 2) {	/* one value has no spread: the table has it */
			dist_free(&d);
			continue;
		}
		strbuf_addf(out, "%.0f %.6g %.6g %.6g\n",
			    bench_size(bench_id_param(&points->v[i].id, "size")),
			    dist_quantile(&d, 0.25) / 1e6, dist_median(&d) / 1e6,
			    dist_quantile(&d, 0.75) / 1e6);
		dist_free(&d);
		nr++;
	}
	strbuf_adds(out, "EOD\n");
	return nr;
}

static void plot_rates(struct plots *plots, const struct bench_points *points, size_t first,
		       size_t end)
{
	const char *world = points->v[first].id.world, *comma = "";
	struct strbuf data = STRBUF_INIT, lines = STRBUF_INIT;
	struct plot *p;
	bool any = false;

	for (int o = 0; o < ORDER__COUNT; o++) {
		if (add_rates(&data, points, first, end, o) < 2)
			continue;
		strbuf_addf(&lines, "%s $%s using 1:3:2:4 with yerrorlines ls %d title ", comma,
			    order_words[o], PLOT_ORDER(o));
		plot_quote(&lines, o == ORDER_CPU ? "cpu (no offload)" : order_words[o]);
		comma = ",";
		any = true;
	}
	if (any) {
		p = plot_new(plots, xasprintf("throughput_%s", world),
			     xasprintf("Throughput by size, world %s", world), WIDTH, HEIGHT);
		p->of_orders = true;
		strbuf_add(&p->body, data.s, data.len);
		add_sizes(&p->body, points, first, end);
		strbuf_addf(&p->body, "set logscale x 2\nset logscale y 10\nset autoscale yfix\nset offsets graph 0.03, graph 0.03, graph 0.05, graph 0.05\n"
			    "set ytics " TICS "\n"
			    "set xlabel 'bytes of a chain''s block (logarithmic)'\n"
			    "set ylabel 'MB/s, 10⁶ bytes a second'\n"
			    "plot%s\n", strbuf_str(&lines));
	}
	strbuf_free(&data);
	strbuf_free(&lines);
}

void plot_throughput(struct plots *plots, const struct bench_points *points)
{
	for (size_t i = 0; i < points->nr; i = next_world(points, i))
		plot_rates(plots, points, i, next_world(points, i));
}

/* ---- latencies ---- */

/* False: there are not two values of which a curve could be drawn. */
static bool add_cdf(struct strbuf *out, const struct samples_series *s, int order)
{
	struct dist d;

	samples_dist(s, NULL, &d);
	if (d.total < 2) {
		dist_free(&d);
		return false;
	}
	strbuf_addf(out, "$%s << EOD\n", order_words[order]);
	for (int i = 0; i <= CDF_POINTS; i++) {
		double part = (double)i / CDF_POINTS;

		strbuf_addf(out, "%.6g %.4f\n", dist_quantile(&d, part) / 1e3, part);
	}
	strbuf_adds(out, "EOD\n");
	dist_free(&d);
	return true;
}

static void plot_cdf(struct plots *plots, const struct bench_point *point)
{
	struct strbuf data = STRBUF_INIT, lines = STRBUF_INIT;
	const char *comma = "";
	struct plot *p;

	for (int o = 0; o < ORDER__COUNT; o++) {
		if (!point->of[o][BENCH_CHAIN] || !add_cdf(&data, point->of[o][BENCH_CHAIN], o))
			continue;
		strbuf_addf(&lines, "%s $%s using 1:2 with lines ls %d title ", comma, order_words[o],
			    PLOT_ORDER(o));
		plot_quote(&lines, o == ORDER_CPU ? "cpu (no offload)" : order_words[o]);
		comma = ",";
	}
	if (lines.len) {
		p = plot_new(plots, xasprintf("latency_%s", point->id.world),
			     xasprintf("Time of a whole chain of %s, world %s",
				       bench_id_param(&point->id, "size"), point->id.world),
			     WIDTH, HEIGHT);
		p->of_orders = true;
		strbuf_add(&p->body, data.s, data.len);
		strbuf_addf(&p->body, "set logscale x 10\nset autoscale xfix\nset xtics " TICS "\nset yrange [0:1]\n"
			    "set xlabel 'µs (logarithmic)'\n"
			    "set ylabel 'share of chains within it'\n"
			    "plot%s\n", strbuf_str(&lines));
	}
	strbuf_free(&data);
	strbuf_free(&lines);
}

/* Plots the point of size 4K of each world, else the world's first point. */
void plot_latency(struct plots *plots, const struct bench_points *points)
{
	for (size_t i = 0, end; i < points->nr; i = end) {
		const struct bench_point *point = &points->v[i];

		end = next_world(points, i);
		for (size_t k = i; k < end; k++)
			if (is_sibling(&points->v[i], &points->v[k]) &&
			    !strcmp(bench_id_param(&points->v[k].id, "size"), "4K"))
				point = &points->v[k];
		plot_cdf(plots, point);
	}
}

/* ---- ratios ---- */

char *bench_point_label(const struct bench_point *p, const char *base)
{
	struct strbuf sb = STRBUF_INIT;

	for (unsigned int i = 0; i < p->id.nr_params; i++) {
		char *word = xasprintf(" %s=%s ", p->id.params[i].name, p->id.params[i].value);
		char *whole = xasprintf(" %s ", base);

		if (!strstr(whole, word))
			strbuf_addf(&sb, "%s%s %s", sb.len ? ", " : "", p->id.params[i].name,
				    p->id.params[i].value);
		free(word);
		free(whole);
	}
	if (!sb.len)
		strbuf_addf(&sb, "%s %s (base)", p->id.nr_params ? p->id.params[0].name : "",
			    p->id.nr_params ? p->id.params[0].value : "");
	return strbuf_detach(&sb);
}

/* Adds lines "ROW RATIO LO HI". */
static void add_ratios(struct strbuf *out, const struct bench_points *points, size_t first,
		       size_t end, int order, double above)
{
	strbuf_addf(out, "$%s << EOD\n", order_words[order]);
	for (size_t i = first; i < end; i++) {
		struct ratio r;

		if (bench_to_legacy(&points->v[i], order, &r))
			strbuf_addf(out, "%.2f %.5f %.5f %.5f\n", i - first + above, r.ratio, r.lo, r.hi);
	}
	strbuf_adds(out, "EOD\n");
}

/* Widens @range, the axis of all worlds, by the intervals of an order. */
static void widen(const struct bench_points *points, int order, double range[2])
{
	for (size_t i = 0; i < points->nr; i++) {
		struct ratio r;

		if (!bench_to_legacy(&points->v[i], order, &r))
			continue;
		range[0] = fmin(range[0], fmin(r.ratio, r.lo));
		range[1] = fmax(range[1], fmax(r.ratio, r.hi));
	}
}

/* The distance of tics, of which at most six fit without touching each other. */
static double tic_step(double width)
{
	static const double steps[] = { 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5 };
	size_t i = 0;

	while (i + 1 < sizeof(steps) / sizeof(steps[0]) && width / steps[i] > 5)
		i++;
	return width / steps[i] > 5 ? width / 5 : steps[i];
}

static void plot_world_ratios(struct plots *plots, const struct bench_points *points, size_t first,
			      size_t end, const char *base, const double range[2])
{
	const char *world = points->v[first].id.world;
	struct plot *p = plot_new(plots, xasprintf("ratios_%s", world),
				  xasprintf("Split and shared against legacy, world %s", world), WIDTH,
				  260 + 36 * (int)(end - first));
	double step = tic_step(range[1] - range[0]);

	p->of_orders = true;
	add_ratios(&p->body, points, first, end, ORDER_SPLIT, -0.14);
	add_ratios(&p->body, points, first, end, ORDER_SHARED, 0.14);
	strbuf_adds(&p->body, "set ytics (");
	for (size_t i = first; i < end; i++) {
		char *label = bench_point_label(&points->v[i], base);

		strbuf_adds(&p->body, i > first ? ", " : "");
		plot_quote(&p->body, label);
		strbuf_addf(&p->body, " %zu", i - first);
		free(label);
	}
	strbuf_addf(&p->body, ")\nset xrange [%.5f:%.5f]\nset xtics %.5f\nset format x '%%g'\n",
		    range[0] - step / 4, range[1] + step / 4, step);
	strbuf_addf(&p->body, "set yrange [%zu.6:-0.6]\nset offsets 0, 0, 0, 0\n"
		    "set arrow from 1, graph 0 to 1, graph 1 nohead lw 1.5 lc rgb '#444444'\n"
		    "set xlabel 'chain time / legacy, 95 %% interval; below 1: faster'\n"
		    "plot $split using 2:1:3:4 with xerrorbars ls %d dt 1 title 'split', "
		    "$shared using 2:1:3:4 with xerrorbars ls %d dt 1 title 'shared'\n",
		    end - first - 1, PLOT_ORDER(ORDER_SPLIT), PLOT_ORDER(ORDER_SHARED));
}

static bool has_ratios(const struct bench_points *points, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		if (points->v[i].of[ORDER_LEGACY][BENCH_CHAIN] &&
		    (points->v[i].of[ORDER_SPLIT][BENCH_CHAIN] ||
		     points->v[i].of[ORDER_SHARED][BENCH_CHAIN]))
			return true;
	return false;
}

void plot_ratios(struct plots *plots, const struct bench_points *points, const char *base)
{
	double range[2] = { 1, 1 };	/* legacy itself */

	widen(points, ORDER_SPLIT, range);
	widen(points, ORDER_SHARED, range);
	for (size_t i = 0; i < points->nr; i = next_world(points, i))
		if (has_ratios(points, i, next_world(points, i)))
			plot_world_ratios(plots, points, i, next_world(points, i), base, range);
}
