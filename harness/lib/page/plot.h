/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plots, drawn by gnuplot as SVG and PNG. Colours are those of Okabe and Ito, "Color
 * Universal Design" (2008), and no two curves differ by colour alone.
 */
#ifndef HARNESS_PLOT_H
#define HARNESS_PLOT_H

#include "lib/measure/bench_table.h"
#include "lib/measure/compare.h"
#include "lib/measure/history.h"

struct plot {
	char *name;		/* of its files, without .svg and .png */
	char *title;
	int width, height;	/* of the SVG */
	bool of_orders;		/* the SVG has no legend: the page has one for all of them */
	struct strbuf body;	/* gnuplot: data and the plot command */
};

struct plots {
	struct plot *v;
	size_t nr;
};

/* Plots of a benchmark, for each world. They add nothing when there are too few data. */
void plot_throughput(struct plots *plots, const struct bench_points *points);
void plot_latency(struct plots *plots, const struct bench_points *points);
void plot_ratios(struct plots *plots, const struct bench_points *points, const char *base);
/* Plots ratios of two runs with their intervals: differences first, as many as fit. */
void plot_comparison(struct plots *plots, const struct comparison *c);
/* Plots points of one series over time; they must be in order. */
void plot_history(struct plots *plots, const struct history_point *points, size_t nr);

/*
 * Writes plots.gp into @dir and lets gnuplot draw NAME.svg and NAME.png there. Returns 0, -ENOENT
 * without gnuplot, or -EIO when gnuplot failed and said why on stderr.
 */
int plots_draw(const struct plots *plots, const char *dir);
void plots_free(struct plots *plots);

/* How a point differs from the base: "size 16K", else "size 4K (base)". The caller frees it. */
char *bench_point_label(const struct bench_point *p, const char *base);

#endif /* HARNESS_PLOT_H */
