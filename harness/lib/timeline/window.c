// SPDX-License-Identifier: GPL-2.0-only
/* Collects the calls and bars around a finding in one pass, and forgets what is far from it. */
#include "window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/judge/recording.h"

/* After the finding, the ends of its parties are waited for up to so many times what was before. */
#define MAX_AFTER	20
#define MIN_AFTER_NS	2000000
#define MIN_PAD_NS	5000

struct collector {
	struct window *w;
	struct bars *bars;
	uint64_t around_ns, latest_ns, pad_ns;
	size_t cap_calls, cap_bars;
	size_t calls_after, bars_after;		/* kept, of no party, after the finding */
	bool started;
};

/* ---- parties ---- */

static void add_party(struct window *w, const struct finding_map *map, const struct finding_tx *tx,
		      const char *role)
{
	struct window_party *p = &w->parties[w->nr_parties];

	if (tx && !tx->has_desc)
		return;
	p->letter = (char)('A' + w->nr_parties++);
	p->is_tx = tx != NULL;
	p->map = map;
	p->tx = tx;
	p->role = role;
}

static void add_parties(struct window *w, const struct finding *f)
{
	if (f->has_map)
		add_party(w, &f->map, NULL, f->has_other ? "this mapping" : "the mapping");
	if (f->has_other)
		add_party(w, &f->other, NULL, "the other mapping");
	if (f->has_tx)
		add_party(w, NULL, &f->tx, "the descriptor");
	if (f->has_other_tx)
		add_party(w, NULL, &f->other_tx, "the other descriptor");
	if (f->in_callback)
		add_party(w, NULL, &f->callback, "its callback runs");
}

static bool is_tx(const struct finding_tx *tx, uint64_t desc, uint64_t from_ns, uint64_t submit_ns)
{
	uint64_t ns = tx->prep_ns ? tx->prep_ns : tx->submit_ns;

	return tx->desc == desc && ns && (ns == from_ns || ns == submit_ns);
}

static bool is_party(const struct window_party *p, const struct bar *b)
{
	switch (b->kind) {
	case BAR_MAP:
	case BAR_ALLOC:
		return p->map && p->map->seq == b->seq;
	case BAR_LENT:
		return p->map && p->map->seq == b->of;
	case BAR_TX:
		return p->tx && is_tx(p->tx, b->obj, b->from_ns, b->submit_ns);
	case BAR_CALLBACK:
		return p->tx && b->of && is_tx(p->tx, b->of_obj, b->of_ns, b->of_ns);
	}
	return false;
}

char window_letter(const struct window *w, const struct bar *b)
{
	for (unsigned int i = 0; i < w->nr_parties; i++)
		if (is_party(&w->parties[i], b))
			return w->parties[i].letter;
	return 0;
}

/* When a party began; 0: not known. */
static uint64_t begun(const struct window_party *p)
{
	if (p->map)
		return p->map->made_ns;
	if (!p->tx)
		return 0;
	return p->tx->prep_ns ? p->tx->prep_ns : p->tx->submit_ns;
}

/* ---- bounds ---- */

static uint64_t minus(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

static void set_bounds(struct collector *c)
{
	struct window *w = c->w;
	uint64_t first, before;

	if (!w->f) {
		w->to_ns = c->latest_ns = UINT64_MAX;
		return;
	}
	first = w->f->time_ns;
	if (c->around_ns) {
		w->from_ns = minus(first, c->around_ns);
		w->to_ns = c->latest_ns = plus(first, c->around_ns);
		return;
	}
	for (unsigned int i = 0; i < w->nr_parties; i++)
		if (begun(&w->parties[i]) && begun(&w->parties[i]) < first)
			first = begun(&w->parties[i]);
	before = w->f->time_ns - first;
	c->pad_ns = before / 8 > MIN_PAD_NS ? before / 8 : MIN_PAD_NS;
	w->from_ns = minus(first, c->pad_ns);
	w->to_ns = plus(w->f->time_ns, c->pad_ns);
	c->latest_ns = before > UINT64_MAX / 2 / MAX_AFTER ? UINT64_MAX
			: plus(w->f->time_ns, before * MAX_AFTER + MIN_AFTER_NS);
}

static bool is_after(const struct collector *c, uint64_t ns)
{
	return !c->w->f || ns > c->w->f->time_ns;
}

/* The window goes on until its parties have ended. */
static void reach(struct collector *c, uint64_t ns)
{
	uint64_t to = plus(ns, c->pad_ns);

	if (c->around_ns || !c->w->f || ns > c->latest_ns)
		return;
	if (to > c->w->to_ns)
		c->w->to_ns = to;
}

/* ---- calls ---- */

/* Is this event a call that has a place in a context's lane? */
static bool is_call(uint16_t type)
{
	switch (type) {
	case OBS_LOST ... OBS_DEVICE_INFO:
	case OBS_BIND:
	case OBS_MAP_SG_ENTRY:
	case OBS_PREP_ADDR:
	case OBS_SUBMIT:	/* SUBMIT_ENTER is there */
	case OBS_CHAN_INFO:
	case OBS_CB_EXIT:
	case OBS_RUN_DEPS_EXIT:
	case OBS_TERMINATE_ENTER:
	case OBS_COOKIE:
	case OBS_MEM_FREE:
	case OBS_NEED_UNMAP:
		return false;
	default:
		return true;
	}
}

/* Before the finding only the last calls matter: drops half of those of no party. */
static void drop_old_calls(struct collector *c)
{
	struct window *w = c->w;
	size_t half = w->nr_calls / 2, to = 0;

	for (size_t i = 0; i < w->nr_calls; i++)
		if (i >= half || w->calls[i].party)
			w->calls[to++] = w->calls[i];
	w->left_out += w->nr_calls - to;
	w->nr_calls = to;
}

static void add_call(struct collector *c, const struct obs_event *e, char party)
{
	struct window *w = c->w;

	if (is_after(c, e->time_ns) && !party && ++c->calls_after > WINDOW_KEEP) {
		w->left_out++;
		return;
	}
	if (w->nr_calls == c->cap_calls) {
		if (c->cap_calls >= 2 * WINDOW_KEEP && !is_after(c, e->time_ns))
			drop_old_calls(c);
		if (w->nr_calls >= c->cap_calls - c->cap_calls / 4) {
			c->cap_calls = c->cap_calls ? 2 * c->cap_calls : 256;
			w->calls = xrealloc(w->calls, c->cap_calls * sizeof(*w->calls));
		}
	}
	w->calls[w->nr_calls++] = (struct window_call){
		.ns = e->time_ns, .seq = e->seq, .dev = names_of(&w->names, e), .type = e->type,
		.cpu = e->cpu, .level = e->level, .task = e->task,
		.failed = e->flags & OBS_F_FAILED, .party = party,
	};
}

static void take_call(struct collector *c, const struct obs_event *e)
{
	const struct bar *const *touched;
	struct window *w = c->w;
	bool found = w->f && w->f->seq == e->seq;
	char party = 0;
	size_t nr;

	touched = bars_touched(c->bars, &nr);
	for (size_t i = 0; i < nr && !party; i++)
		party = window_letter(w, touched[i]);
	if (party)
		reach(c, e->time_ns);
	if (e->time_ns < w->from_ns || e->time_ns > c->latest_ns)
		return;
	if (is_call(e->type) || (found && e->type >= OBS_MAP))
		add_call(c, e, party);
}

/* ---- bars ---- */

static void drop_old_bars(struct window *w)
{
	size_t half = w->nr_bars / 2, to = 0;

	for (size_t i = 0; i < w->nr_bars; i++)
		if (i >= half || window_letter(w, &w->bars[i]))
			w->bars[to++] = w->bars[i];
	w->nr_bars = to;
}

static void take_bar(void *arg, const struct bar *b)
{
	struct collector *c = arg;
	struct window *w = c->w;

	if (b->to_ns < w->from_ns || b->from_ns > c->latest_ns)
		return;
	if (is_after(c, b->to_ns) && !window_letter(w, b) && ++c->bars_after > 2 * WINDOW_KEEP)
		return;
	if (w->nr_bars == c->cap_bars) {
		if (c->cap_bars >= 2 * WINDOW_KEEP && !is_after(c, b->to_ns))
			drop_old_bars(w);
		if (w->nr_bars >= c->cap_bars - c->cap_bars / 4) {
			c->cap_bars = c->cap_bars ? 2 * c->cap_bars : 256;
			w->bars = xrealloc(w->bars, c->cap_bars * sizeof(*w->bars));
		}
	}
	w->bars[w->nr_bars++] = *b;
}

/* ---- the pass ---- */

static void take(void *arg, const struct obs_event *e)
{
	struct collector *c = arg;

	if (!c->started) {
		c->w->start_ns = e->time_ns;
		if (!c->w->f)
			c->w->from_ns = e->time_ns;
	}
	c->started = true;
	names_take(&c->w->names, e);
	bars_event(c->bars, e);
	take_call(c, e);
}

static int by_time(const void *a, const void *b)
{
	const struct window_call *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* Drops what lies behind the end of the window, which is known only now. */
static void trim(struct window *w)
{
	size_t to = 0;

	if (w->nr_calls)
		qsort(w->calls, w->nr_calls, sizeof(*w->calls), by_time);
	if (!w->f)
		w->to_ns = w->nr_calls ? w->calls[w->nr_calls - 1].ns : w->from_ns;
	while (w->nr_calls && w->calls[w->nr_calls - 1].ns > w->to_ns)
		w->nr_calls--;
	for (size_t i = 0; i < w->nr_bars; i++)
		if (w->bars[i].from_ns <= w->to_ns)
			w->bars[to++] = w->bars[i];
	w->nr_bars = to;
}

int window_read(struct window *w, FILE *file, const struct finding *f, uint64_t around_ns)
{
	struct collector c = { .w = w, .around_ns = around_ns };
	struct evstream *s;
	char why[256];

	*w = (struct window){ .f = f };
	if (fseek(file, 0, SEEK_SET))
		return -errno;
	if (f)
		add_parties(w, f);
	set_bounds(&c);
	s = evstream_new(NULL);
	c.bars = bars_new(take_bar, &c);
	evstream_listen(s, take, &c);
	recording_read(file, s, why);
	bars_finish(c.bars);
	bars_free(c.bars);
	evstream_free(s);
	trim(w);
	return 0;
}

void window_free(struct window *w)
{
	free(w->calls);
	free(w->bars);
	names_free(&w->names);
	*w = (struct window){ 0 };
}
