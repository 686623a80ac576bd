// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cuts memory into pieces, so that whatever a program maps, syncs, moves, writes or checks is a
 * number of whole pieces. Where one range is copied to another, each has the other's cuts too.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "lib/base/strbuf.h"

struct cuts {			/* of one area: where pieces begin, rising; and its size */
	uint32_t *at;
	uint32_t nr;
};

struct cutter {
	struct mprog *p;
	struct cuts *areas;
	uint32_t total;
	bool changed;
};

static void cut(struct cutter *c, uint32_t area, uint32_t off)
{
	struct cuts *a = &c->areas[area];
	uint32_t i = a->nr;

	while (i && a->at[i - 1] >= off)
		i--;
	if ((i < a->nr && a->at[i] == off) || c->total > MAX_PIECES)
		return;
	if (!(a->nr & (a->nr - 1)))
		a->at = xrealloc(a->at, (a->nr ? 2 * (size_t)a->nr : 1) * sizeof(*a->at));
	memmove(a->at + i + 1, a->at + i, (a->nr - i) * sizeof(*a->at));
	a->at[i] = off;
	a->nr++;
	c->total++;
	c->changed = true;
}

static void cut_span(struct cutter *c, const struct span *s)
{
	if (!s->len)
		return;
	cut(c, s->area, s->off);
	cut(c, s->area, s->off + s->len);
}

/* Gives @b the cuts that @a has. */
static void cut_alike(struct cutter *c, const struct span *a, const struct span *b)
{
	const struct cuts *from = &c->areas[a->area];

	for (uint32_t i = 0; i < from->nr; i++)
		if (from->at[i] > a->off && from->at[i] < a->off + a->len)
			cut(c, b->area, from->at[i] - a->off + b->off);
}

static void cut_both(struct cutter *c, const struct span *a, const struct span *b)
{
	cut_alike(c, a, b);
	cut_alike(c, b, a);
}

static uint32_t sources(const struct instr *at)
{
	switch (at->op) {
	case DMT_STEP_CHECK:
	case DMT_STEP_CPU_XOR:
		return at->arg1;
	case DMT_STEP_CPU_COPY:
		return 1;
	default:
		return 0;
	}
}

static void cut_parallel(struct cutter *c)
{
	const struct mprog *p = c->p;

	for (uint32_t i = 0; i < p->nr_txs; i++)
		for (uint32_t k = 0; k < p->txs[i].nr_src; k++)
			cut_both(c, &p->txs[i].dst.span, &p->txs[i].src[k].span);
	for (uint32_t i = 0; i < p->nr_strands; i++)
		for (uint32_t k = 0; k < p->strands[i].nr; k++) {
			const struct instr *at = &p->strands[i].code[k];

			for (uint32_t n = 0; n < sources(at); n++)
				cut_both(c, &p->operands[at->obj].span,
					 &p->operands[at->arg0 + n].span);
		}
}

static void cut_all(struct cutter *c)
{
	struct mprog *p = c->p;

	for (uint32_t i = 0; i < p->nr_areas; i++) {
		cut(c, i, 0);
		cut(c, i, p->areas[i].size);
	}
	for (uint32_t i = 0; i < p->nr_spans; i++)
		cut_span(c, &p->spans[i]);
	for (uint32_t i = 0; i < p->nr_operands; i++)
		cut_span(c, &p->operands[i].span);
	for (uint32_t i = 0; i < p->nr_txs; i++) {
		cut_span(c, &p->txs[i].dst.span);
		for (uint32_t k = 0; k < p->txs[i].nr_src; k++)
			cut_span(c, &p->txs[i].src[k].span);
	}
	do {
		c->changed = false;
		cut_parallel(c);
	} while (c->changed && c->total <= MAX_PIECES);
}

static void make_pieces(struct cutter *c)
{
	struct mprog *p = c->p;

	p->pieces = xcalloc(c->total + 1, sizeof(*p->pieces));
	for (uint32_t i = 0; i < p->nr_areas; i++) {
		const struct cuts *a = &c->areas[i];

		p->areas[i].piece = p->nr_pieces;
		p->areas[i].nr_pieces = a->nr - 1;
		for (uint32_t k = 0; k + 1 < a->nr; k++)
			p->pieces[p->nr_pieces++] = (struct piece) {
				i, a->at[k], a->at[k + 1] - a->at[k]
			};
	}
}

static void find_pieces(const struct mprog *p, struct span *s)
{
	const struct area *a = &p->areas[s->area];

	if (!s->len)
		return;
	s->piece = a->piece;
	while (p->pieces[s->piece].off < s->off)
		s->piece++;
	s->nr = 0;
	while (s->piece + s->nr < a->piece + a->nr_pieces &&
	       p->pieces[s->piece + s->nr].off < s->off + s->len)
		s->nr++;
}

/* Where the pieces of the use lie among the cells of its map, and how many are mapped. */
static void find_cells(const struct mprog *p, struct use *u)
{
	const struct span *whole;
	const struct mmap *m;

	if (u->map == NONE)
		return;
	m = &p->maps[u->map];
	u->cell = m->cell;
	u->nr_cells = m->nr_cells;
	if (!u->span.len)	/* all of a list */
		return;
	for (uint32_t k = 0; k < u->entry; k++)
		u->cell += p->spans[m->span + k].nr;
	whole = &p->spans[m->span + u->entry];
	u->cell += u->span.piece - whole->piece;
	u->nr_cells = whole->piece + whole->nr - u->span.piece;
	if (u->nr_cells > u->span.nr)
		u->nr_cells = u->span.nr;
}

static void make_cells(struct mprog *p)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < p->nr_spans; i++)
		nr += p->spans[i].nr;
	p->cells = xcalloc(nr + 1, sizeof(*p->cells));
	for (uint32_t i = 0; i < p->nr_maps; i++) {
		struct mmap *m = &p->maps[i];

		m->cell = p->nr_cells;
		for (uint32_t k = 0; k < m->nr_spans; k++)
			for (uint32_t n = 0; n < p->spans[m->span + k].nr; n++)
				p->cells[p->nr_cells++] = p->spans[m->span + k].piece + n;
		m->nr_cells = p->nr_cells - m->cell;
	}
}

bool program_cut(struct mprog *p)
{
	struct cutter c = { .p = p };

	c.areas = xcalloc(p->nr_areas + 1, sizeof(*c.areas));
	cut_all(&c);
	if (c.total <= MAX_PIECES) {
		make_pieces(&c);
		for (uint32_t i = 0; i < p->nr_spans; i++)
			find_pieces(p, &p->spans[i]);
		make_cells(p);
		for (uint32_t i = 0; i < p->nr_operands; i++) {
			find_pieces(p, &p->operands[i].span);
			find_cells(p, &p->operands[i]);
		}
		for (uint32_t i = 0; i < p->nr_txs; i++) {
			find_pieces(p, &p->txs[i].dst.span);
			find_cells(p, &p->txs[i].dst);
			for (uint32_t k = 0; k < p->txs[i].nr_src; k++) {
				find_pieces(p, &p->txs[i].src[k].span);
				find_cells(p, &p->txs[i].src[k]);
			}
		}
	}
	for (uint32_t i = 0; i < p->nr_areas; i++)
		free(c.areas[i].at);
	free(c.areas);
	return c.total <= MAX_PIECES;
}
