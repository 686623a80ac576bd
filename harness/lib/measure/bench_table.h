/* SPDX-License-Identifier: GPL-2.0-only */
/* What a benchmark found, orders side by side; from its samples alone. */
#ifndef HARNESS_BENCH_TABLE_H
#define HARNESS_BENCH_TABLE_H

#include <stdio.h>

#include "bench.h"
#include "samples.h"

/*
 * What the parameters are where nothing else is said: a cell that has not all of them
 * (the CPU's, which knows no completion context) belongs to the points with these.
 */
#define ABOUT_BASE	"base"	/* "size=4K sources=3 context=softirq" */

enum bench_order { ORDER_LEGACY, ORDER_SPLIT, ORDER_SHARED, ORDER_CPU, ORDER__COUNT };

extern const char *const order_words[];

struct bench_point {
	struct bench_id id;	/* of the first order that is there */
	const struct samples_series *of[ORDER__COUNT][BENCH__COUNT];	/* NULL: not measured */
};

struct bench_points {
	struct bench_point *v;	/* worlds together; in the order of size and the other params */
	size_t nr;
};

/* Refers to @s. */
void bench_points_find(const struct samples *s, struct bench_points *points);
void bench_points_free(struct bench_points *points);

/* @to / @from: the median over the rounds of the ratio of their medians. */
void bench_ratio(const struct samples_series *from, const struct samples_series *to,
		 struct ratio *ratio);

/* "4K" is 4096; 0: it is no size. */
double bench_size(const char *text);

/* Is @name not the same in all points? */
bool bench_varies(const struct bench_points *points, const char *name);

/* The table of orders by one metric, and where offload begins to pay. */
void bench_print_orders(const struct samples *s, enum bench_metric metric, FILE *out);
/* What copies of ours do beside those of the kernel's dmatest, where both were measured. */
void bench_print_dmatest(const struct samples *s, FILE *out);
/* p50 p90 p99 p99.9 max of everything. */
void bench_print_percentiles(const struct samples *s, FILE *out);

/*
 * The smallest measured size from which on the client's CPU works less with offload in that
 * order than without, all other things being as in @like; NULL: with none of them.
 * @below: the largest with which it does not, or NULL when there is none.
 */
const char *bench_break_even(const struct bench_points *points, const struct bench_point *like,
			     enum bench_order order, const char **below);

#endif /* HARNESS_BENCH_TABLE_H */
