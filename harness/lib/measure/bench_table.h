/* SPDX-License-Identifier: GPL-2.0-only */
/* The results of a benchmark with orders side by side, computed from its samples only. */
#ifndef HARNESS_BENCH_TABLE_H
#define HARNESS_BENCH_TABLE_H

#include <stdio.h>

#include "bench.h"
#include "samples.h"

/*
 * The default values of the parameters. A cell that lacks a parameter (the CPU's cells have no
 * completion context) belongs to the points where it has the default value.
 */
#define ABOUT_BASE	"base"	/* "size=4K sources=3 context=softirq" */

enum bench_order { ORDER_LEGACY, ORDER_SPLIT, ORDER_SHARED, ORDER_CPU, ORDER__COUNT };

extern const char *const order_words[];

struct bench_point {
	struct bench_id id;	/* of the first order that was measured */
	const struct samples_series *of[ORDER__COUNT][BENCH__COUNT];	/* NULL: not measured */
};

struct bench_points {
	struct bench_point *v;	/* sorted by world, then by size and the other params */
	size_t nr;
};

/* Fills @points, which refer to @s: keep @s as long. */
void bench_points_find(const struct samples *s, struct bench_points *points);
void bench_points_free(struct bench_points *points);

/* @to / @from: for each round the ratio of the medians; of these ratios the median. */
void bench_ratio(const struct samples_series *from, const struct samples_series *to,
		 struct ratio *ratio);

/* The same of the chains of @order to those of legacy. False: one was not measured. */
bool bench_to_legacy(const struct bench_point *p, enum bench_order order, struct ratio *ratio);

/* Reads a size such as "4K", which is 4096; 0: it is no size. */
double bench_size(const char *text);

/* Does parameter @name differ between points? */
bool bench_varies(const struct bench_points *points, const char *name);

/* Prints the table of orders for one metric, and from which size on offload pays. */
void bench_print_orders(const struct samples *s, enum bench_metric metric, FILE *out);
/* Prints our copies beside those of the kernel's dmatest, where both were measured. */
void bench_print_dmatest(const struct samples *s, FILE *out);
/* Prints p50 p90 p99 p99.9 max of every series. */
void bench_print_percentiles(const struct samples *s, FILE *out);

/*
 * Returns the smallest measured size from which on offload in @order costs the client's CPU
 * less than no offload, with the other parameters as in @like; NULL: no size does. *@below is
 * the largest size that does not, or NULL.
 */
const char *bench_break_even(const struct bench_points *points, const struct bench_point *like,
			     enum bench_order order, const char **below);

#endif /* HARNESS_BENCH_TABLE_H */
