// SPDX-License-Identifier: GPL-2.0-only
/* Points: a point is the cells of a benchmark that differ only in their order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_table.h"

const char *const order_words[] = { "legacy", "split", "shared", "cpu", NULL };

static int order_of(const char *word)
{
	for (int i = 0; order_words[i]; i++)
		if (!strcmp(order_words[i], word))
			return i;
	return -1;
}

static int metric_of(const struct samples_series *s)
{
	for (int m = 0; m < BENCH__COUNT; m++)
		if (!strcmp(bench_metrics[m].name, s->metric) &&
		    !strcmp(bench_metrics[m].unit, s->unit))
			return m;
	return -1;
}

/* Copies the value of @name from words such as "a=1 b=2"; "" when it is not there. */
static void base_value(const char *base, const char *name, char out[64])
{
	size_t n = strlen(name);

	*out = '\0';
	for (const char *p = base; *p; p += strcspn(p, " "), p += *p == ' ')
		if (!strncmp(p, name, n) && p[n] == '=') {
			snprintf(out, 64, "%.*s", (int)strcspn(p + n + 1, " "), p + n + 1);
			return;
		}
}

/*
 * Does @part belong to the point @whole? Its params must have the same values there; those
 * that it does not have must have the value in @base.
 */
static bool belongs(const struct bench_id *part, const struct bench_id *whole, const char *base)
{
	char value[64];

	if (strcmp(part->world, whole->world))
		return false;
	for (unsigned int i = 0; i < part->nr_params; i++)
		if (strcmp(bench_id_param(whole, part->params[i].name), part->params[i].value))
			return false;
	for (unsigned int i = 0; i < whole->nr_params; i++) {
		if (*bench_id_param(part, whole->params[i].name))
			continue;
		base_value(base, whole->params[i].name, value);
		if (strcmp(value, whole->params[i].value))
			return false;
	}
	return true;
}

double bench_size(const char *text)
{
	char *end;
	double n = strtod(text, &end);

	if (end == text)
		return 0;
	switch (*end) {
	case 'K':
		return n * 1024;
	case 'M':
		return n * 1024 * 1024;
	case '\0':
		return n;
	default:
		return 0;
	}
}

static int by_value(const char *a, const char *b)
{
	double x = bench_size(a), y = bench_size(b);

	if (x > 0 && y > 0)
		return (x > y) - (x < y);
	return strcmp(a, b);
}

static int world_order(const char *name)
{
	enum world world;

	return world_parse(name, &world) ? WORLD__COUNT : (int)world;
}

static int by_point(const void *a, const void *b, void *base)
{
	const struct bench_id *x = &((const struct bench_point *)a)->id;
	const struct bench_id *y = &((const struct bench_point *)b)->id;
	int diff = world_order(x->world) - world_order(y->world);

	/* Sort by the last param first, so that cells in which one param varies are together. */
	for (unsigned int i = x->nr_params; i-- > 0 && !diff; ) {
		const char *name = x->params[i].name, *v = x->params[i].value;
		const char *w = bench_id_param(y, name);
		char first[64];

		base_value(base, name, first);
		if (strcmp(name, "size"))
			diff = !strcmp(w, first) - !strcmp(v, first);
		diff = diff ? diff : by_value(v, w);
	}
	return diff ? diff : strcmp(x->point, y->point);
}

static struct bench_point *find_point(struct bench_points *points, const struct bench_id *id)
{
	for (size_t i = 0; i < points->nr; i++)
		if (!strcmp(points->v[i].id.point, id->point))
			return &points->v[i];
	return NULL;
}

static struct bench_point *add_point(struct bench_points *points, const char *cell)
{
	struct bench_point *p;

	points->v = xrealloc(points->v, (points->nr + 1) * sizeof(*points->v));
	p = &points->v[points->nr++];
	memset(p, 0, sizeof(*p));
	bench_id_parse(cell, &p->id);
	return p;
}

/* Series of the orders, which have all params, make the points. The CPU's series are added. */
static void take_series(struct bench_points *points, const struct samples_series *s,
			const char *base, bool cpu)
{
	int metric = metric_of(s), order;
	struct bench_point *p;
	struct bench_id id;
	bool found = false;

	if (metric < 0 || !bench_id_parse(s->cell, &id))
		return;
	order = order_of(id.order);
	if (order >= 0 && (order == ORDER_CPU) == cpu) {
		for (size_t i = 0; cpu && i < points->nr; i++)
			if (belongs(&id, &points->v[i].id, base)) {
				points->v[i].of[order][metric] = s;
				found = true;
			}
		if (!found) {
			p = find_point(points, &id);
			if (!p)
				p = add_point(points, s->cell);
			p->of[order][metric] = s;
		}
	}
	bench_id_free(&id);
}

void bench_points_find(const struct samples *s, struct bench_points *points)
{
	const char *base = samples_get(s, ABOUT_BASE);

	memset(points, 0, sizeof(*points));
	for (int cpu = 0; cpu < 2; cpu++)
		for (size_t i = 0; i < s->nr_series; i++)
			take_series(points, &s->series[i], base, cpu);
	if (points->nr)
		qsort_r(points->v, points->nr, sizeof(*points->v), by_point, (void *)base);
}

void bench_points_free(struct bench_points *points)
{
	for (size_t i = 0; i < points->nr; i++)
		bench_id_free(&points->v[i].id);
	free(points->v);
	memset(points, 0, sizeof(*points));
}

void bench_ratio(const struct samples_series *from, const struct samples_series *to,
		 struct ratio *ratio)
{
	double *ratios = xmalloc(from->nr_rounds * sizeof(*ratios) + 1);
	size_t nr = 0;

	for (size_t i = 0; i < from->nr_rounds; i++) {
		const struct samples_round *r = samples_same_round(to, from->rounds[i].round);
		double a = samples_figure(from, &from->rounds[i], 0.5);

		if (r && a > 0)
			ratios[nr++] = samples_figure(to, r, 0.5) / a;
	}
	ratio_paired(ratios, nr, 0.95, 1, ratio);
	free(ratios);
}

bool bench_to_legacy(const struct bench_point *p, enum bench_order order, struct ratio *ratio)
{
	const struct samples_series *from = p->of[ORDER_LEGACY][BENCH_CHAIN];
	const struct samples_series *to = p->of[order][BENCH_CHAIN];

	if (!from || !to)
		return false;
	bench_ratio(from, to, ratio);
	return isfinite(ratio->ratio);
}

bool bench_varies(const struct bench_points *points, const char *name)
{
	for (size_t i = 1; i < points->nr; i++)
		if (strcmp(bench_id_param(&points->v[i].id, name),
			   bench_id_param(&points->v[0].id, name)))
			return true;
	return false;
}

/* Are they in the same world, with the same params except the size? */
static bool differ_in_size_only(const struct bench_id *a, const struct bench_id *b)
{
	if (strcmp(a->world, b->world))
		return false;
	for (unsigned int i = 0; i < a->nr_params; i++)
		if (strcmp(a->params[i].name, "size") &&
		    strcmp(bench_id_param(b, a->params[i].name), a->params[i].value))
			return false;
	return true;
}

static double median_of(const struct samples_series *s)
{
	struct dist d;
	double x;

	samples_dist(s, NULL, &d);
	x = dist_median(&d);
	dist_free(&d);
	return x;
}

const char *bench_break_even(const struct bench_points *points, const struct bench_point *like,
			     enum bench_order order, const char **below)
{
	const char *from = NULL;

	*below = NULL;
	for (size_t i = 0; i < points->nr; i++) {	/* sizes ascend */
		const struct bench_point *p = &points->v[i];
		const struct samples_series *cpu = p->of[ORDER_CPU][BENCH_CLIENT];
		const struct samples_series *of = p->of[order][BENCH_CLIENT];
		const char *size = bench_id_param(&p->id, "size");

		if (!cpu || !of || !differ_in_size_only(&like->id, &p->id))
			continue;
		if (median_of(of) < median_of(cpu)) {
			from = from ? from : size;
		} else {
			from = NULL;
			*below = size;
		}
	}
	return from;
}
