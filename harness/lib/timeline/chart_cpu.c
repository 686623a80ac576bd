// SPDX-License-Identifier: GPL-2.0-only
/* When the CPU owns memory: while no mapping has given it to a device, and while it is lent. */
#include "chart_internal.h"

#include <stdlib.h>

struct span {
	uint64_t from, to;
};

struct spans {
	struct span *v;
	size_t nr;
};

static void add(struct spans *s, uint64_t from, uint64_t to)
{
	s->v = xrealloc(s->v, (s->nr + 1) * sizeof(*s->v));
	s->v[s->nr++] = (struct span){ from, to };
}

static int by_from(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

static uint64_t end_of(uint64_t start, uint64_t len)
{
	return start + len < start ? UINT64_MAX : start + len;
}

static bool shares(uint64_t a, uint64_t a_len, uint64_t b, uint64_t b_len)
{
	return a < end_of(b, b_len) && b < end_of(a, a_len);
}

/* A mapping's time, without the parts in which it is lent. */
static void add_owned(const struct window *w, const struct bar *map, struct spans *out)
{
	struct spans lent = { 0 };
	uint64_t from = map->from_ns;

	for (size_t i = 0; i < w->nr_bars; i++)
		if (w->bars[i].kind == BAR_LENT && w->bars[i].of == map->seq)
			add(&lent, w->bars[i].from_ns, w->bars[i].to_ns);
	if (lent.nr)
		qsort(lent.v, lent.nr, sizeof(*lent.v), by_from);
	for (size_t i = 0; i < lent.nr; i++) {
		if (lent.v[i].from > from)
			add(out, from, lent.v[i].from);
		from = lent.v[i].to;
	}
	add(out, from, map->ended ? map->to_ns : UINT64_MAX);
	free(lent.v);
}

static void add_gap(struct chart *c, struct chart_lane *l, struct span buffer, uint64_t from,
		    uint64_t to)
{
	struct chart_piece *p = chart_piece_new(l);

	p->kind = PIECE_CPU;
	p->phys = buffer.from;
	p->len = buffer.to - buffer.from;
	p->before = from <= c->w->from_ns;
	p->beyond = to >= c->w->to_ns;
	p->x0 = chart_x(c, from);
	p->x1 = chart_x(c, to);
}

/* A row of its own for each buffer, whatever rows its pieces would get. */
static void add_buffer(struct chart *c, struct chart_lane *l, struct span buffer)
{
	const struct window *w = c->w;
	struct spans owned = { 0 };
	uint64_t from = w->from_ns;

	for (size_t i = 0; i < w->nr_bars; i++)
		if (w->bars[i].kind == BAR_MAP && w->bars[i].phys &&
		    shares(w->bars[i].phys, w->bars[i].len, buffer.from, buffer.to - buffer.from))
			add_owned(w, &w->bars[i], &owned);
	if (owned.nr)
		qsort(owned.v, owned.nr, sizeof(*owned.v), by_from);
	for (size_t i = 0; i < owned.nr && from < w->to_ns; i++) {
		if (owned.v[i].from > from)
			add_gap(c, l, buffer, from, owned.v[i].from);
		from = owned.v[i].to > from ? owned.v[i].to : from;
	}
	if (from < w->to_ns)
		add_gap(c, l, buffer, from, w->to_ns);
	free(owned.v);
}

/* Joins a range to the buffers, as far as there is room. */
static void join(struct spans *buffers, uint64_t phys, uint64_t len, unsigned int max)
{
	for (size_t i = 0; i < buffers->nr; i++) {
		struct span *b = &buffers->v[i];

		if (!shares(b->from, b->to - b->from, phys, len))
			continue;
		b->from = phys < b->from ? phys : b->from;
		b->to = end_of(phys, len) > b->to ? end_of(phys, len) : b->to;
		return;
	}
	if (buffers->nr < max)
		add(buffers, phys, end_of(phys, len));
}

void chart_cpu_lane(struct chart *c, const struct chart_limits *limits)
{
	const struct window *w = c->w;
	struct spans buffers = { 0 };
	struct chart_lane *l;

	for (unsigned int i = 0; i < w->nr_parties; i++) {
		const struct finding_map *map = w->parties[i].map;

		if (map && map->phys)
			join(&buffers, map->phys, map->len, limits->rows);
	}
	for (size_t i = 0; !buffers.nr && !w->f && i < w->nr_bars; i++)
		if (w->bars[i].kind == BAR_MAP && w->bars[i].phys)
			join(&buffers, w->bars[i].phys, w->bars[i].len, 1);
	if (buffers.nr) {
		l = chart_lane_new(c, LANE_CPU, 0);
		for (size_t i = 0; i < buffers.nr; i++)
			add_buffer(c, l, buffers.v[i]);
	}
	free(buffers.v);
}
