// SPDX-License-Identifier: GPL-2.0-only
/* Puts bars and calls into lanes, and the bars of a lane into rows. */
#include "chart_internal.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/visible.h"
#include "lib/report/report_words.h"

struct chart_lane *chart_lane_new(struct chart *c, enum lane_kind kind, uint64_t key)
{
	struct chart_lane *l;

	c->lanes = xrealloc(c->lanes, (c->nr_lanes + 1) * sizeof(*c->lanes));
	l = &c->lanes[c->nr_lanes++];
	*l = (struct chart_lane){ .kind = kind, .key = key };
	return l;
}

struct chart_piece *chart_piece_new(struct chart_lane *l)
{
	if (l->nr_pieces == l->cap_pieces) {
		l->cap_pieces = l->cap_pieces ? 2 * l->cap_pieces : 16;
		l->pieces = xrealloc(l->pieces, l->cap_pieces * sizeof(*l->pieces));
	}
	l->pieces[l->nr_pieces] = (struct chart_piece){ 0 };
	return &l->pieces[l->nr_pieces++];
}

static struct chart_lane *lane_of(struct chart *c, enum lane_kind kind, uint64_t key)
{
	for (size_t i = 0; i < c->nr_lanes; i++)
		if (c->lanes[i].kind == kind && c->lanes[i].key == key)
			return &c->lanes[i];
	return chart_lane_new(c, kind, key);
}

/* ---- pieces ---- */

static enum piece_kind kind_of(const struct bar *b)
{
	switch (b->kind) {
	case BAR_ALLOC:
		return PIECE_MEMORY;
	case BAR_LENT:
		return PIECE_LENT;
	case BAR_TX:
		return PIECE_TX;
	case BAR_CALLBACK:
		return PIECE_CALLBACK;
	default:
		return b->dir == 1 ? PIECE_READS : PIECE_WRITES;
	}
}

static void add_piece(struct chart *c, struct chart_lane *l, const struct bar *b, char letter)
{
	struct chart_piece *p = chart_piece_new(l);

	p->kind = kind_of(b);
	p->bar = b;
	p->letter = letter;
	p->before = b->from_ns < c->w->from_ns;
	p->beyond = !b->ended || b->to_ns > c->w->to_ns;
	p->x0 = chart_x(c, b->from_ns);
	p->x1 = chart_x(c, b->to_ns);
	l->weight += letter ? 1000000 : 1;
}

static uint64_t context_key(uint8_t level, uint32_t task, uint16_t cpu)
{
	return (uint64_t)level << 32 | (level == OBS_TASK ? task : cpu);
}

/* A mapping that was there before and stays tells nothing about the window. */
static bool stands(const struct chart *c, const struct bar *b)
{
	return b->from_ns < c->w->from_ns && (!b->ended || b->to_ns > c->w->to_ns);
}

static void add_bars(struct chart *c)
{
	const struct window *w = c->w;

	for (size_t i = 0; i < w->nr_bars; i++) {
		const struct bar *b = &w->bars[i];
		char letter = window_letter(w, b);
		uint64_t context = context_key(b->level, b->task, b->cpu);

		if (b->kind == BAR_CALLBACK)
			add_piece(c, lane_of(c, LANE_CONTEXT, context), b, letter);
		else if (stands(c, b) && !letter)
			c->standing += b->kind != BAR_LENT;
		else if (b->kind != BAR_LENT)
			add_piece(c, lane_of(c, LANE_DEVICE, b->dev), b, letter);
	}
}

static void add_marks(struct chart *c)
{
	const struct window *w = c->w;

	for (size_t i = 0; i < w->nr_calls; i++) {
		const struct window_call *call = &w->calls[i];
		struct chart_lane *l;

		if (!chart_has_point(c, call->ns))
			continue;
		l = lane_of(c, LANE_CONTEXT, context_key(call->level, call->task, call->cpu));
		l->marks = xrealloc(l->marks, (l->nr_marks + 1) * sizeof(*l->marks));
		l->marks[l->nr_marks++] = (struct chart_mark){ chart_x(c, call->ns), call };
		l->weight += call->party || (w->f && call->seq == w->f->seq) ? 1000000 : 1;
	}
}

/* ---- rows ---- */

static int by_party_and_time(const void *a, const void *b)
{
	const struct chart_piece *x = a, *y = b;

	if (!x->letter != !y->letter)
		return x->letter ? -1 : 1;
	return x->x0 < y->x0 ? -1 : x->x0 > y->x0;
}

static bool fits(const struct chart_lane *l, size_t n, const struct chart_piece *p,
		 unsigned int row)
{
	for (size_t i = 0; i < n; i++)
		if (l->pieces[i].row == row && p->x0 <= l->pieces[i].x1 && l->pieces[i].x0 <= p->x1)
			return false;
	return true;
}

static void set_rows(struct chart_lane *l, unsigned int max)
{
	size_t kept = 0;

	if (l->nr_pieces)
		qsort(l->pieces, l->nr_pieces, sizeof(*l->pieces), by_party_and_time);
	for (size_t i = 0; i < l->nr_pieces; i++) {
		struct chart_piece p = l->pieces[i];

		for (p.row = 0; p.row < max && !fits(l, kept, &p, p.row); p.row++)
			;
		if (p.row == max) {
			l->left_out++;
			continue;
		}
		l->rows = p.row + 1 > l->rows ? p.row + 1 : l->rows;
		l->pieces[kept++] = p;
	}
	l->nr_pieces = kept;
}

/* The lent parts lie on their mapping, in its row. */
static void add_lent(struct chart *c, struct chart_lane *l)
{
	const struct window *w = c->w;
	size_t nr = l->nr_pieces;

	for (size_t i = 0; i < w->nr_bars; i++)
		for (size_t k = 0; w->bars[i].kind == BAR_LENT && k < nr; k++)
			if (l->pieces[k].bar && l->pieces[k].bar->kind == BAR_MAP &&
			    l->pieces[k].bar->seq == w->bars[i].of) {
				unsigned int row = l->pieces[k].row;

				add_piece(c, l, &w->bars[i], 0);
				l->pieces[l->nr_pieces - 1].row = row;
			}
}

/* ---- lanes ---- */

static void free_lane(struct chart_lane *l)
{
	free(l->title);
	free(l->pieces);
	free(l->marks);
}

static int by_kind_and_weight(const void *a, const void *b)
{
	const struct chart_lane *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

static void keep_lanes(struct chart *c, unsigned int max)
{
	unsigned int of_kind[3] = { 0 };
	size_t kept = 0;

	if (c->nr_lanes)
		qsort(c->lanes, c->nr_lanes, sizeof(*c->lanes), by_kind_and_weight);
	for (size_t i = 0; i < c->nr_lanes; i++) {
		if (of_kind[c->lanes[i].kind]++ < max) {
			c->lanes[kept++] = c->lanes[i];
			continue;
		}
		free_lane(&c->lanes[i]);
		c->lanes_left_out++;
	}
	c->nr_lanes = kept;
}

void chart_device(const struct window *w, uint64_t dev, struct strbuf *out)
{
	const char *name = names_device(&w->names, dev), *driver = names_driver(&w->names, dev);

	if (*name)
		visible_add(out, name, strlen(name), 0);
	else
		strbuf_adds(out, dev ? "a device without a name" : "no device");
	if (!*driver)
		return;
	strbuf_adds(out, " (");
	visible_add(out, driver, strlen(driver), 0);
	strbuf_addc(out, ')');
}

static char *title_of(const struct chart *c, const struct chart_lane *l)
{
	struct strbuf out = STRBUF_INIT;
	uint8_t level = (uint8_t)(l->key >> 32);

	if (l->kind == LANE_CPU)
		strbuf_adds(&out, "CPU: when it owns the bytes");
	else if (l->kind == LANE_DEVICE)
		chart_device(c->w, l->key, &out);
	else if (level == OBS_TASK)
		strbuf_addf(&out, "task %u", (uint32_t)l->key);
	else
		strbuf_addf(&out, "%s on CPU %u", report_level(level), (uint32_t)l->key);
	return strbuf_detach(&out);
}

void chart_lay_out(struct chart *c, const struct window *w, const struct chart_limits *limits)
{
	*c = (struct chart){ .w = w };
	chart_scale(c, limits->points);
	add_bars(c);
	add_marks(c);
	chart_cpu_lane(c, limits);
	keep_lanes(c, limits->lanes);
	for (size_t i = 0; i < c->nr_lanes; i++) {
		set_rows(&c->lanes[i], limits->rows);
		if (c->lanes[i].kind == LANE_DEVICE)
			add_lent(c, &c->lanes[i]);
		c->lanes[i].title = title_of(c, &c->lanes[i]);
	}
}

void chart_free(struct chart *c)
{
	for (size_t i = 0; i < c->nr_lanes; i++)
		free_lane(&c->lanes[i]);
	free(c->lanes);
	free(c->points);
	*c = (struct chart){ 0 };
}
