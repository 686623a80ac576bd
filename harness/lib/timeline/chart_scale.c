// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scale of time. Calls come in bursts of microseconds that lie milliseconds apart; on an even
 * scale a burst would be one line. So each point has room, and a longer wait only somewhat more.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart_internal.h"

static void add_point(struct chart *c, uint64_t ns)
{
	c->points[c->nr_points++].ns = ns;
}

static int by_ns(const void *a, const void *b)
{
	const struct chart_point *x = a, *y = b;

	return x->ns < y->ns ? -1 : x->ns > y->ns;
}

/* The finding's calls, and of the others those that are nearest to it. */
static void choose(struct chart *c, unsigned int max, size_t middle)
{
	const struct window *w = c->w;
	size_t before = middle, after = middle, room = max;

	for (size_t i = 0; i < w->nr_calls && room; i++)
		if (w->calls[i].party) {
			add_point(c, w->calls[i].ns);
			room--;
		}
	while (room && (before > 0 || after < w->nr_calls)) {
		if (after < w->nr_calls) {
			if (!w->calls[after].party && room--)
				add_point(c, w->calls[after].ns);
			after++;
		}
		if (before > 0 && room) {
			before--;
			if (!w->calls[before].party && room--)
				add_point(c, w->calls[before].ns);
		}
	}
}

static void place(struct chart *c)
{
	double sum = 0;
	size_t to = 0;

	qsort(c->points, c->nr_points, sizeof(*c->points), by_ns);
	for (size_t i = 0; i < c->nr_points; i++)
		if (!to || c->points[i].ns != c->points[to - 1].ns)
			c->points[to++] = c->points[i];
	c->nr_points = to;
	c->points[0].x = 0;
	for (size_t i = 1; i < to; i++) {
		double us = (double)(c->points[i].ns - c->points[i - 1].ns) / 1000;

		sum += 1 + fmin(log10(1 + us), 3) / 2;
		c->points[i].x = sum;
	}
	for (size_t i = 0; i < to && sum > 0; i++)
		c->points[i].x /= sum;
}

void chart_scale(struct chart *c, unsigned int max)
{
	const struct window *w = c->w;
	size_t middle = 0, kept = 0;

	c->points = xcalloc(w->nr_calls + 4 + max, sizeof(*c->points));
	while (w->f && middle < w->nr_calls && w->calls[middle].ns < w->f->time_ns)
		middle++;
	add_point(c, w->from_ns);
	add_point(c, w->to_ns);
	if (w->f)
		add_point(c, w->f->time_ns);
	choose(c, max, middle);
	place(c);
	for (size_t i = 0; i < w->nr_calls; i++)
		kept += chart_has_point(c, w->calls[i].ns);
	c->calls_left_out = w->left_out + w->nr_calls - kept;
}

/* The last point that is not after @ns. */
static size_t point_of(const struct chart *c, uint64_t ns)
{
	size_t low = 0, high = c->nr_points;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (c->points[mid].ns <= ns)
			low = mid;
		else
			high = mid;
	}
	return low;
}

bool chart_has_point(const struct chart *c, uint64_t ns)
{
	return c->points[point_of(c, ns)].ns == ns;
}

double chart_x(const struct chart *c, uint64_t ns)
{
	size_t i = point_of(c, ns);
	const struct chart_point *a = &c->points[i], *b = a + 1;

	if (ns <= c->points[0].ns)
		return 0;
	if (i + 1 >= c->nr_points)
		return c->points[c->nr_points - 1].x;
	return a->x + (b->x - a->x) * (double)(ns - a->ns) / (double)(b->ns - a->ns);
}
