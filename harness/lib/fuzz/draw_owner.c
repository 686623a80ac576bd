// SPDX-License-Identifier: GPL-2.0-only
/* The drawer's account: who owns which bytes, what they hold, and how to get them back. */
#include <string.h>

#include "draw_internal.h"

bool ranges_meet(const struct range *a, const struct range *b)
{
	if (a->buf != b->buf || (a->buf < 0 && a->map != b->map))
		return false;
	return a->elem == b->elem && a->off < b->off + b->len && b->off < a->off + a->len;
}

bool map_meets(const struct map *m, int buf, unsigned int elem, unsigned int off,
	       unsigned int len)
{
	return m->live && m->buf == buf && buf >= 0 && (m->sg || m->elem == elem) &&
	       off < m->off + m->len && m->off < off + len;
}

struct content *content_at(struct draw *d, const struct range *r, unsigned int chunk)
{
	if (r->buf < 0)
		return &d->map[r->map].c[r->off + chunk];
	return &d->buf[r->buf].c[r->elem][r->off + chunk];
}

bool tx_takes(const struct tx *t, int map)
{
	bool uses = t->dst.map == map;

	for (unsigned int i = 0; i < t->nr_src; i++)
		uses |= t->src[i].map == map;
	return uses;
}

void wait_tx(struct draw *d, int n)
{
	struct tx *t = &d->tx[n];

	if (!t->flying)
		return;
	if (!t->issued) {
		step_anywhere(d, "issue e%u", t->engine);
		for (unsigned int i = 0; i < d->nr_tx; i++)
			if (d->tx[i].engine == t->engine && d->tx[i].thread == d->thread)
				d->tx[i].issued = true;
	}
	step(d, "wait t%d", n);
	if (t->no_ack)
		step(d, "ack t%d", n);
	t->flying = false;
	for (unsigned int i = 0; i < d->nr_map; i++)
		if (d->map[i].dying == n)
			d->map[i].live = false;
}

void settle_map(struct draw *d, int m, enum wrong wrong)
{
	for (unsigned int i = 0; i < d->nr_tx; i++)
		if (d->tx[i].flying && tx_takes(&d->tx[i], m) && !breaks(d, wrong))
			wait_tx(d, i);
}

/* Would an operation of @engine on these bytes meet one in flight? */
static bool clashes(const struct tx *t, const struct range *r, bool writes, unsigned int engine)
{
	bool meets = ranges_meet(&t->dst, r);

	for (unsigned int i = 0; i < t->nr_src && writes; i++)
		meets |= ranges_meet(&t->src[i], r);
	/* A channel works in order; a result is there for the next one behind a fence. */
	return meets && !(t->engine == engine && t->fence);
}

void settle_range(struct draw *d, const struct range *r, bool writes, unsigned int engine)
{
	for (unsigned int i = 0; i < d->nr_tx; i++)
		if (d->tx[i].flying && clashes(&d->tx[i], r, writes, engine) &&
		    !breaks(d, WRONG_NO_WAIT))
			wait_tx(d, i);
}

static unsigned int bytes(const struct draw *d, unsigned int chunks)
{
	return chunks * d->chunk;
}

/* Wrong arguments of an unmap. What it does to the bytes is not known then. */
static void unmap_otherwise(struct draw *d, int n)
{
	static const char *const dirs[] = { "FROM_DEVICE", "TO_DEVICE", "TO_DEVICE" };
	const struct map *m = &d->map[n];
	unsigned int how = choose(d->c, 6);

	if (how == 0)
		step_anywhere(d, "unmap m%d again", n);
	else if (how == 1)
		step_anywhere(d, "unmap m%d dir %s", n, dirs[m->dir]);
	else if (m->sg)
		step_anywhere(d, "unmap m%d nents %u", n, d->buf[m->buf].nr > 1 ?
			      d->buf[m->buf].nr - 1 : 2);
	else if (how == 2)
		step_anywhere(d, "unmap m%d size %u", n, (bytes(d, m->len) + 1) / 2);
	else if (how == 3 && d->nr_eng > 1)
		step_anywhere(d, "unmap m%d as e%u", n, (m->engine + 1) % d->nr_eng);
	else if (how == 4 && bytes(d, m->len) > 8)
		step_anywhere(d, "unmap m%d at +8", n);
	else
		step_anywhere(d, "unmap m%d kind sg", n);
	for (unsigned int e = 0; e < d->buf[m->buf].nr; e++)
		for (unsigned int k = 0; k < d->buf[m->buf].chunks; k++)
			d->buf[m->buf].c[e][k].unknown = true;
}

bool give_back(struct draw *d, int n)
{
	struct map *m = &d->map[n];

	if (!m->live)
		return true;
	if (m->pinned)
		return false;
	if (m->dying >= 0) {
		wait_tx(d, m->dying);
		return true;
	}
	settle_map(d, n, WRONG_UNMAP_ACTIVE);
	if (m->dirty && !breaks(d, WRONG_NO_SYNC))	/* else an unmap may write over it */
		step_anywhere(d, "sync_for_device m%d", n);
	m->live = false;
	if (m->own == OWN_COHERENT)
		step(d, "free_coherent m%d", n);
	else if (m->own == OWN_PAGES)
		step(d, "free_pages m%d", n);
	else if (m->own == OWN_POOL)
		step(d, "pool_free m%d", n);
	else if (breaks(d, WRONG_UNMAP_OTHERWISE))
		unmap_otherwise(d, n);
	else
		step_anywhere(d, "unmap m%d", n);
	return true;
}

static void name_range(const struct draw *d, char kind, unsigned int buf, unsigned int elem,
		       unsigned int chunk, struct strbuf *out)
{
	strbuf_addf(out, "%c%u", kind, buf);
	if (d->buf[buf].array)
		strbuf_addf(out, "[%u]", elem);
	strbuf_addf(out, "@%u+%u", bytes(d, chunk), d->chunk);
}

static unsigned int count_atoms(const struct content *c)
{
	return __builtin_popcountll(c->atoms[0]) + __builtin_popcountll(c->atoms[1]);
}

/* One chunk against the xor of what it should hold. */
static void check_chunk(struct draw *d, unsigned int buf, unsigned int elem, unsigned int chunk)
{
	const struct content *c = &d->buf[buf].c[elem][chunk];
	struct strbuf sb = STRBUF_INIT;
	bool first = true;

	if (c->unknown || count_atoms(c) > 16)
		return;
	name_range(d, 'b', buf, elem, chunk, &sb);
	strbuf_adds(&sb, " == ");
	for (unsigned int a = 0; a <= FILL_ATOM; a++) {
		if (!(c->atoms[a / 64] >> a % 64 & 1))
			continue;
		if (!first)
			strbuf_adds(&sb, " ^ ");
		first = false;
		if (a == FILL_ATOM) {
			strbuf_addf(&sb, "fives");
			d->wants_fill = true;
			continue;
		}
		d->buf[a / MAX_CHUNKS / MAX_ELEMS].wanted = true;
		name_range(d, 'r', a / MAX_CHUNKS / MAX_ELEMS, a / MAX_CHUNKS % MAX_ELEMS,
			   a % MAX_CHUNKS, &sb);
	}
	if (first) {
		strbuf_adds(&sb, "zeros");
		d->wants_zero = true;
	}
	step(d, "check %s", strbuf_str(&sb));
	strbuf_free(&sb);
}

void check_range(struct draw *d, const struct range *r)
{
	for (unsigned int k = 0; k < r->len; k++)
		check_chunk(d, r->buf, r->elem, r->off + k);
}

void end_thread(struct draw *d)
{
	unsigned int steps = d->out->steps;

	for (unsigned int i = 0; i < d->nr_tx; i++)
		if (d->tx[i].thread == d->thread)
			wait_tx(d, i);
	for (unsigned int i = 0; i < d->nr_map; i++)
		if (d->map[i].thread == d->thread)
			give_back(d, i);
	for (unsigned int i = 0; i < d->nr_buf; i++)
		for (unsigned int e = 0; e < d->buf[i].nr && d->buf[i].thread == d->thread; e++) {
			struct range r = { i, e, 0, d->buf[i].chunks, -1 };

			check_range(d, &r);
		}
	d->out->steps = steps;
}
