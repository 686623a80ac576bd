// SPDX-License-Identifier: GPL-2.0-only
/* Draws the steps of a thread, each with what has to come before it by the rules. */
#include <string.h>

#include "draw_internal.h"

static const char *const dir_words[] = { "TO_DEVICE", "FROM_DEVICE", "BIDIRECTIONAL" };

/* ---- maps ---- */

/* Gives back what must not be mapped beside a new mapping. False: that is needed still. */
static bool make_room(struct draw *d, const struct map *new)
{
	for (unsigned int i = 0; i < d->nr_map; i++) {
		struct map *m = &d->map[i];
		bool meets = false;

		for (unsigned int e = 0; e < (new->sg ? d->buf[new->buf].nr : 1); e++)
			meets |= map_meets(m, new->buf, new->sg ? e : new->elem, new->off,
					   new->len);
		if (!meets || (m->dir == DIR_TO && new->dir == DIR_TO) ||
		    breaks(d, WRONG_OVERLAP))
			continue;
		if (!give_back(d, i))
			return false;
	}
	return true;
}

/* Maps these bytes, or more of their buffer. Returns the map, or -1. */
static int new_map(struct draw *d, const struct range *r, unsigned int engine, enum dir dir)
{
	struct map m = {
		.live = true, .dir = dir, .engine = engine, .thread = d->thread, .buf = r->buf,
		.elem = r->elem, .off = r->off, .len = r->len, .dying = -1,
	};
	const struct buf *b = &d->buf[r->buf];
	unsigned int n = choose(d->c, 4), kind = choose(d->c, 3);
	int i;

	if (choose_rarely(d->c, 3))
		m.dir = DIR_BIDI;
	if (n >= 2) {
		m.off = 0;
		m.len = b->chunks;
		m.sg = n == 3 && b->array;
		if (m.sg)
			m.elem = 0;
	}
	if (d->nr_map == MAX_MAPS || !make_room(d, &m))
		return -1;
	i = d->nr_map++;
	d->map[i] = m;
	if (m.sg)
		step_anywhere(d, "map m%d = e%u b%d %s sg", i, engine, m.buf, dir_words[m.dir]);
	else if (b->array)
		step_anywhere(d, "map m%d = e%u b%d[%u]@%u+%u %s%s", i, engine, m.buf, m.elem,
			      m.off * d->chunk, m.len * d->chunk, dir_words[m.dir],
			      kind == 2 ? " single" : "");
	else
		step_anywhere(d, "map m%d = e%u b%d@%u+%u %s%s", i, engine, m.buf,
			      m.off * d->chunk, m.len * d->chunk, dir_words[m.dir],
			      kind == 2 ? " single" : "");
	step(d, "mapping_error m%d", i);
	return i;
}

/* Can these bytes be reached through the map by this engine? */
static bool serves(struct draw *d, const struct map *m, const struct range *r,
		   unsigned int engine, bool writes)
{
	if (m->thread != d->thread || m->own || m->buf != r->buf || m->dying >= 0 ||
	    !(m->sg || m->elem == r->elem) || r->off < m->off || r->off + r->len > m->off + m->len)
		return false;
	if (d->eng[m->engine].domain != d->eng[engine].domain && !breaks(d, WRONG_FOREIGN))
		return false;
	if ((writes ? m->dir == DIR_TO : m->dir == DIR_FROM) && !breaks(d, WRONG_DIRECTION))
		return false;
	return m->live || (!d->own && breaks(d, WRONG_STALE));
}

/* Finds a map for an operand, or makes one. False: there can be none now. */
static bool get_map(struct draw *d, struct range *r, unsigned int engine, bool writes)
{
	if (r->buf < 0)
		return true;
	r->map = -1;
	for (unsigned int i = 0; i < d->nr_map && r->map < 0; i++) {
		uint32_t before = d->out->wrongs;

		if (serves(d, &d->map[i], r, engine, writes) && !choose_rarely(d->c, 4))
			r->map = i;
		else
			d->out->wrongs = before;
	}
	if (r->map < 0)
		r->map = new_map(d, r, engine, writes ? DIR_FROM : DIR_TO);
	if (r->map < 0)
		return false;
	d->map[r->map].pinned = true;
	if (d->map[r->map].cpu && d->map[r->map].live && !breaks(d, WRONG_NO_SYNC)) {
		step_anywhere(d, "sync_for_device m%d", r->map);
		d->map[r->map].cpu = false;
		d->map[r->map].dirty = false;
	}
	return true;
}

/* ---- operations ---- */

static int draw_own(struct draw *d, unsigned int engine)
{
	int found = -1;

	for (unsigned int i = 0; i < d->nr_map && d->own; i++)
		if (d->map[i].own && d->map[i].live &&
		    d->eng[d->map[i].engine].domain == d->eng[engine].domain && choose(d->c, 2))
			found = i;
	return found;
}

/* Draws bytes of one of the thread's buffers; @len 0: any number of chunks. */
static bool draw_range(struct draw *d, struct range *r, unsigned int len, int own)
{
	unsigned int n = 0, pick[MAX_BUFS];

	*r = (struct range) { .buf = -1, .map = own };
	if (own >= 0) {
		r->len = len ? len : 1 + choose(d->c, d->map[own].len);
		r->off = r->len <= d->map[own].len ? choose(d->c, d->map[own].len - r->len + 1) : 0;
		return r->len <= d->map[own].len;
	}
	for (unsigned int i = 0; i < d->nr_buf; i++)
		if (d->buf[i].thread == d->thread && d->buf[i].chunks >= len)
			pick[n++] = i;
	if (!n)
		return false;
	r->buf = pick[choose(d->c, n)];
	r->map = -1;
	r->elem = choose(d->c, d->buf[r->buf].nr);
	r->len = len ? len : 1 + choose(d->c, d->buf[r->buf].chunks);
	r->off = choose(d->c, d->buf[r->buf].chunks - r->len + 1);
	return true;
}

static void name_operand(const struct draw *d, const struct range *r, struct strbuf *out)
{
	const struct map *m = &d->map[r->map];

	strbuf_addf(out, "m%d", r->map);
	if (m->sg)
		strbuf_addf(out, "[%u]", r->elem);
	strbuf_addf(out, "@%u+%u", (r->off - m->off) * d->chunk, r->len * d->chunk);
}

/* The bytes hold from now on what the operation will have written. */
static void take_effect(struct draw *d, const struct tx *t)
{
	struct content new[MAX_CHUNKS] = { 0 };
	bool overlap = false;

	for (unsigned int i = 0; i < t->nr_src; i++) {
		overlap |= ranges_meet(&t->src[i], &t->dst);
		for (unsigned int k = 0; k < t->dst.len; k++) {
			const struct content *c = content_at(d, &t->src[i], k);

			new[k].atoms[0] ^= c->atoms[0];
			new[k].atoms[1] ^= c->atoms[1];
			new[k].unknown |= c->unknown;
		}
	}
	for (unsigned int k = 0; k < t->dst.len; k++) {
		new[k].unknown |= overlap;
		*content_at(d, &t->dst, k) = new[k];
	}
}

static void emit_op(struct draw *d, int n, int after)
{
	struct tx *t = &d->tx[n];
	struct strbuf sb = STRBUF_INIT;
	bool stale = false;

	strbuf_addf(&sb, "prep t%d = e%u %s ", n, t->engine,
		    d->eng[t->engine].xor ? "xor" : "memcpy");
	name_operand(d, &t->dst, &sb);
	stale |= !d->map[t->dst.map].live;
	strbuf_adds(&sb, " <-");
	for (unsigned int i = 0; i < t->nr_src; i++) {
		strbuf_addc(&sb, ' ');
		name_operand(d, &t->src[i], &sb);
		stale |= !d->map[t->src[i].map].live;
	}
	strbuf_addf(&sb, " flags INTERRUPT%s%s", t->no_ack ? "" : " ACK", t->fence ? " FENCE" : "");
	if (after >= 0)
		strbuf_addf(&sb, " after t%d", after);
	if (stale)
		strbuf_adds(&sb, " stale");
	step_anywhere(d, "%s", strbuf_str(&sb));
	strbuf_free(&sb);
}

/* The maps that only this operation uses are unmapped in its callback. */
static void add_callback(struct draw *d, int n)
{
	struct strbuf sb = STRBUF_INIT;

	for (unsigned int i = 0; i < d->nr_map; i++) {
		struct map *m = &d->map[i];
		bool alone = m->live && !m->own && m->dying < 0 && tx_takes(&d->tx[n], i);

		for (unsigned int k = 0; k < d->nr_tx && alone; k++)
			alone = (int)k == n || !d->tx[k].flying || !tx_takes(&d->tx[k], i);
		if (!alone)
			continue;
		m->dying = n;
		strbuf_addf(&sb, " m%u", i);
	}
	if (sb.len)
		step(d, "on_complete t%d { unmap%s }", n, strbuf_str(&sb));
	strbuf_free(&sb);
}

/* The last operation of the channel, if a new one can be attached to it. */
static int draw_parent(struct draw *d, unsigned int engine)
{
	for (int i = (int)d->nr_tx - 2; i >= 0; i--)
		if (d->tx[i].engine == engine && d->tx[i].thread == d->thread)
			return d->tx[i].flying && d->tx[i].no_ack && !d->own &&
			       choose(d->c, 2) ? i : -1;
	return -1;
}

static void launch(struct draw *d, int n)
{
	struct tx *t = &d->tx[n];

	t->fence = choose_rarely(d->c, 4);
	t->no_ack = choose_rarely(d->c, 4);
	emit_op(d, n, draw_parent(d, t->engine));
	if (d->callbacks && choose_rarely(d->c, 2))
		add_callback(d, n);
	step_anywhere(d, "submit t%d", n);
	t->flying = true;
	take_effect(d, t);
	if (choose_rarely(d->c, 4))
		return;
	step_anywhere(d, "issue e%u", t->engine);
	for (unsigned int i = 0; i < d->nr_tx; i++)
		if (d->tx[i].engine == t->engine && d->tx[i].thread == d->thread)
			d->tx[i].issued = true;
	if (choose(d->c, 3) < 2)
		wait_tx(d, n);
}

static void draw_op(struct draw *d)
{
	struct tx *t = &d->tx[d->nr_tx];
	unsigned int want;
	bool good;

	*t = (struct tx) { .thread = d->thread, .engine = choose(d->c, d->nr_eng), .nr_src = 1 };
	want = d->eng[t->engine].xor ? 1 + choose(d->c, MAX_SRC) : 1;
	good = draw_range(d, &t->dst, 0, draw_own(d, t->engine));
	for (unsigned int i = 0; i < want && good; i++) {
		good = draw_range(d, &t->src[i], t->dst.len, draw_own(d, t->engine));
		if (good && ranges_meet(&t->src[i], &t->dst))
			good = breaks(d, WRONG_OPERANDS);
		t->nr_src = i + 1;
	}
	if (good) {
		settle_range(d, &t->dst, true, t->engine);
		for (unsigned int i = 0; i < t->nr_src; i++)
			settle_range(d, &t->src[i], false, t->engine);
		good = get_map(d, &t->dst, t->engine, true);
		for (unsigned int i = 0; i < t->nr_src && good; i++)
			good = get_map(d, &t->src[i], t->engine, false);
	}
	for (unsigned int i = 0; i < d->nr_map; i++)
		d->map[i].pinned = false;
	if (good) {
		d->nr_tx++;
		launch(d, d->nr_tx - 1);
	}
}

/* ---- the other steps ---- */

static int draw_live(struct draw *d, bool own)
{
	int pick[MAX_MAPS];
	unsigned int n = 0;

	for (unsigned int i = 0; i < d->nr_map; i++)
		if (d->map[i].live && d->map[i].thread == d->thread && (own || !d->map[i].own))
			pick[n++] = i;
	return n ? pick[choose(d->c, n)] : -1;
}

static void draw_unmap(struct draw *d)
{
	int m = draw_live(d, true);

	if (m >= 0)
		give_back(d, m);
}

static void draw_map(struct draw *d)
{
	struct range r;
	unsigned int engine = choose(d->c, d->nr_eng);

	if (draw_range(d, &r, 0, -1))
		new_map(d, &r, engine, choose(d->c, 2) ? DIR_FROM : DIR_TO);
}

static void sync_otherwise(struct draw *d, int n, const char *which)
{
	static const char *const dirs[] = { "FROM_DEVICE", "TO_DEVICE", "TO_DEVICE" };
	const struct map *m = &d->map[n];

	if (choose(d->c, 2) || m->sg) {
		step_anywhere(d, "%s m%d dir %s", which, n, dirs[m->dir]);
		if (m->dir == DIR_BIDI)
			d->out->wrongs |= 1u << WRONG_SYNC_ONE_WAY;
	} else {
		step_anywhere(d, "%s m%d size %u", which, n, m->len * d->chunk * 2);
	}
}

static void draw_sync(struct draw *d)
{
	int n = draw_live(d, false);
	struct map *m = &d->map[n < 0 ? 0 : n];
	const char *which;

	if (n < 0)
		return;
	if (m->dying >= 0) {
		wait_tx(d, m->dying);
		return;
	}
	if (!m->cpu)
		settle_map(d, n, WRONG_SYNC_ACTIVE);
	which = m->cpu ? "sync_for_device" : "sync_for_cpu";
	if (breaks(d, WRONG_SYNC_OTHERWISE))
		sync_otherwise(d, n, which);
	else
		step_anywhere(d, "%s m%d", which, n);
	m->cpu = !m->cpu;
	m->dirty = false;
}

/* Gets the bytes for the CPU. */
static void take_for_cpu(struct draw *d, const struct range *r, bool writes)
{
	for (unsigned int i = 0; i < d->nr_map; i++) {
		struct map *m = &d->map[i];

		if (!map_meets(m, r->buf, r->elem, r->off, r->len))
			continue;
		if (writes ? m->cpu && m->dir != DIR_FROM : m->cpu || m->dir == DIR_TO) {
			m->dirty |= writes;
			continue;
		}
		if (!breaks(d, WRONG_CPU))
			give_back(d, i);
	}
	settle_range(d, r, writes, MAX_ENGINES);
}

static void draw_cpu_write(struct draw *d)
{
	unsigned int fill = choose(d->c, 2);
	struct range r;

	if (!draw_range(d, &r, 0, -1))
		return;
	take_for_cpu(d, &r, true);
	if (d->buf[r.buf].array)
		step(d, "cpu_write b%d[%u]@%u+%u %s", r.buf, r.elem, r.off * d->chunk,
		     r.len * d->chunk, fill ? "fill 0x5a" : "zero");
	else
		step(d, "cpu_write b%d@%u+%u %s", r.buf, r.off * d->chunk, r.len * d->chunk,
		     fill ? "fill 0x5a" : "zero");
	for (unsigned int k = 0; k < r.len; k++) {
		struct content c = { 0 };

		if (fill)
			c.atoms[FILL_ATOM / 64] |= 1ull << FILL_ATOM % 64;
		*content_at(d, &r, k) = c;
	}
}

static void draw_check(struct draw *d)
{
	struct range r;

	if (!draw_range(d, &r, 0, -1))
		return;
	take_for_cpu(d, &r, false);
	check_range(d, &r);
}

static void draw_alloc(struct draw *d)
{
	struct map *m = &d->map[d->nr_map];
	unsigned int kind = choose(d->c, 2), n = d->nr_map;

	if (!d->own)
		return;
	*m = (struct map) {
		.live = true, .own = kind ? OWN_POOL : OWN_COHERENT, .dir = DIR_BIDI, .dying = -1,
		.engine = choose(d->c, d->nr_eng), .thread = d->thread, .buf = -1,
		.len = 1 + choose(d->c, kind && d->chunk > 1024 ? 1 : MAX_CHUNKS),
	};
	d->nr_map++;
	for (unsigned int k = 0; k < m->len; k++)
		m->c[k].unknown = true;
	if (m->own == OWN_COHERENT)
		step(d, "alloc_coherent m%u = e%u %u", n, m->engine, m->len * d->chunk);
	else if (m->own == OWN_PAGES)
		step(d, "alloc_pages m%u = e%u %u BIDIRECTIONAL", n, m->engine, m->len * d->chunk);
	else
		step(d, "pool_alloc m%u = e%u %u", n, m->engine, m->len * d->chunk);
}

static void draw_terminate(struct draw *d)
{
	unsigned int e = choose(d->c, d->nr_eng);

	if (d->out->threads > 1)
		return;
	/* A callback that runs or not would unmap or not: it is waited for. */
	for (unsigned int i = 0; i < d->nr_map; i++)
		if (d->map[i].live && d->map[i].dying >= 0)
			wait_tx(d, d->map[i].dying);
	step_anywhere(d, "terminate e%u", e);
	if (!breaks(d, WRONG_NO_SYNCHRONIZE))
		step(d, "synchronize e%u", e);
	for (unsigned int i = 0; i < d->nr_tx; i++) {
		struct tx *t = &d->tx[i];

		if (!t->flying || t->engine != e)
			continue;
		t->flying = false;
		for (unsigned int k = 0; k < t->dst.len; k++)
			content_at(d, &t->dst, k)->unknown = true;
	}
}

static void draw_wait(struct draw *d)
{
	for (unsigned int i = 0; i < d->nr_tx; i++)
		if (d->tx[i].flying && d->tx[i].thread == d->thread && choose(d->c, 2))
			wait_tx(d, i);
}

void draw_step(struct draw *d)
{
	switch (choose(d->c, 16)) {
	default:
		draw_op(d);
		break;
	case 6:
	case 7:
		draw_unmap(d);
		break;
	case 8:
		draw_map(d);
		break;
	case 9:
	case 10:
		draw_sync(d);
		break;
	case 11:
		draw_cpu_write(d);
		break;
	case 12:
		draw_check(d);
		break;
	case 13:
		if (d->own)
			draw_alloc(d);
		else
			draw_op(d);
		break;
	case 14:
		draw_terminate(d);
		break;
	case 15:
		draw_wait(d);
		break;
	}
}
