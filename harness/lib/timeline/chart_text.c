// SPDX-License-Identifier: GPL-2.0-only
/* A chart as text of 80 columns. */
#include <stdlib.h>
#include <string.h>

#include "chart_internal.h"
#include "lib/base/visible.h"
#include "event_words.h"

#define WIDTH	76
#define INDENT	"  "

static unsigned int column(double x)
{
	return (unsigned int)(x * (WIDTH - 1) + 0.5);
}

static void add_line(const char *cells, struct strbuf *out)
{
	size_t len = WIDTH;

	while (len && cells[len - 1] == ' ')
		len--;
	strbuf_addf(out, "%s%.*s\n", len ? INDENT : "", (int)len, cells);
}

/* Appends text, broken at spaces so that no line is longer than 80 columns. */
static void wrap(const char *text, const char *indent, struct strbuf *out)
{
	size_t at = 0, set_in = 0;

	while (*text) {
		size_t word = strcspn(text, " "), n = word + strspn(text + word, " ");
		bool gap = at > set_in;

		if (gap && at + 1 + word > 80) {
			strbuf_addf(out, "\n%s", indent);
			at = set_in = strlen(indent);
			gap = false;
		}
		strbuf_addf(out, "%s%.*s", gap ? " " : "", (int)word, text);
		at += word + gap;
		text += n;
	}
	strbuf_addc(out, '\n');
}

/* The finding goes through all lanes. */
static void blank(const struct chart *c, char *cells)
{
	memset(cells, ' ', WIDTH);
	cells[WIDTH] = '\0';
	if (c->w->f)
		cells[column(chart_x(c, c->w->f->time_ns))] = '|';
}

static void moment(const struct chart *c, char *cells, const struct chart_piece *p, uint64_t ns,
		   char what)
{
	double x = chart_x(c, ns);

	if (ns && ns >= c->w->from_ns && ns <= c->w->to_ns && x >= p->x0 && x <= p->x1)
		cells[column(x)] = what;
}

static void draw_tx(const struct chart *c, char *cells, const struct chart_piece *p)
{
	moment(c, cells, p, p->bar->submit_ns, 's');
	moment(c, cells, p, p->bar->issue_ns, 'i');
	moment(c, cells, p, p->bar->start_ns, 'r');
	moment(c, cells, p, p->bar->done_ns, 'd');
	if (!p->beyond)
		cells[column(p->x1)] = p->bar->call_ns ? 'c' : ']';
}

static void draw_piece(const struct chart *c, char *cells, const struct chart_piece *p)
{
	static const char fill[] = { '#', '=', '=', '~', ':', '-', '*' };
	unsigned int from = column(p->x0), to = column(p->x1);

	for (unsigned int i = from; i <= to; i++)
		cells[i] = fill[p->kind];
	if (p->kind == PIECE_LENT || p->kind == PIECE_CALLBACK || p->kind == PIECE_CPU)
		return;
	cells[from] = p->before ? '<' : p->kind == PIECE_TX ? 'p' : '[';
	if (to > from)
		cells[to] = p->beyond ? '>' : ']';
	if (p->kind == PIECE_TX)
		draw_tx(c, cells, p);
	if (p->letter && to - from > 2)
		cells[from + 1] = p->letter;
}

static void add_rows(const struct chart *c, const struct chart_lane *l, struct strbuf *out)
{
	char cells[WIDTH + 1];

	for (unsigned int row = 0; row < l->rows; row++) {
		blank(c, cells);
		for (size_t i = 0; i < l->nr_pieces; i++)
			if (l->pieces[i].row == row)
				draw_piece(c, cells, &l->pieces[i]);
		add_line(cells, out);
	}
}

/* The letter of a call in the lane of its context. */
static char letter_of(uint16_t type)
{
	switch (type) {
	case OBS_MAP:
	case OBS_MAP_SG:
		return 'M';
	case OBS_UNMAP:
	case OBS_UNMAP_SG:
		return 'U';
	case OBS_SYNC_CPU ... OBS_SYNC_SG_DEVICE:
		return 'Y';
	case OBS_ALLOC:
		return 'A';
	case OBS_FREE:
		return 'F';
	case OBS_PREP:
		return 'P';
	case OBS_SUBMIT_ENTER:
		return 'S';
	case OBS_ISSUE:
		return 'I';
	case OBS_CB_ENTER:
		return 'C';
	case OBS_HW_START:
		return 'R';
	case OBS_HW_DONE:
	case OBS_HW_DROP:
		return 'D';
	default:
		return 'o';
	}
}

static void add_marks(const struct chart *c, const struct chart_lane *l, struct strbuf *out)
{
	const struct finding *f = c->w->f;
	char cells[WIDTH + 1];

	blank(c, cells);
	for (size_t i = 0; i < l->nr_marks; i++)
		cells[column(l->marks[i].x)] = letter_of(l->marks[i].call->type);
	for (size_t i = 0; f && i < l->nr_marks; i++)
		if (l->marks[i].call->seq == f->seq)
			cells[column(l->marks[i].x)] = '!';
	add_line(cells, out);
}

/* Times below each other do not meet: the finding's, the ends', then what fits between. */
static void add_axis(const struct chart *c, struct strbuf *out)
{
	char cells[WIDTH + 1];
	unsigned int free_from = 0;

	memset(cells, ' ', WIDTH);
	cells[WIDTH] = '\0';
	for (size_t i = 0; i < c->nr_points; i++) {
		struct strbuf text = STRBUF_INIT;
		unsigned int at = column(c->points[i].x);

		chart_time(c->w, c->points[i].ns, &text);
		if (at >= free_from && at + 1 + text.len <= WIDTH) {
			cells[at] = '\'';
			memcpy(cells + at + 1, text.s, text.len);
			free_from = at + (unsigned int)text.len + 5;
		}
		strbuf_free(&text);
	}
	add_line(cells, out);
}

/* ---- the words below ---- */

static void add_party(const struct chart *c, const struct window_party *party, struct strbuf *out)
{
	struct strbuf line = STRBUF_INIT;

	chart_party(c, party, &line);
	wrap(strbuf_str(&line), "   ", out);
	strbuf_free(&line);
}

static const char key[] =
	"bars:  [===] a device owns the bytes   :: lent to the CPU   ### the CPU owns it\n"
	"       ~~~ an allocation   < > it was there before, goes on   ** a callback runs\n"
	"       p-s-i-r-d-c a descriptor: prep, submit, issue, runs, done, callback\n"
	"calls: Map Unmap sYnc Alloc Free Prep Submit Issue Runs Done Callback other\n";

void chart_text(const struct chart *c, const struct chart_caption *caption, struct strbuf *out)
{
	const struct window *w = c->w;
	char *title = visible(caption->title, 0);

	wrap(title, "", out);
	free(title);
	if (caption->number)
		strbuf_addf(out, "finding %zu of %zu, at +%llu.%09llu s (! and |); times are before and after it\n",
			    caption->number, caption->nr,
			    (unsigned long long)(w->f->time_ns - w->start_ns) / 1000000000,
			    (unsigned long long)(w->f->time_ns - w->start_ns) % 1000000000);
	strbuf_adds(out, "not to scale: each call has room\n\n");
	add_axis(c, out);
	for (size_t i = 0; i < c->nr_lanes; i++) {
		wrap(c->lanes[i].title, INDENT, out);
		add_rows(c, &c->lanes[i], out);
		if (c->lanes[i].nr_marks)
			add_marks(c, &c->lanes[i], out);
	}
	strbuf_addc(out, '\n');
	for (unsigned int i = 0; i < w->nr_parties; i++)
		add_party(c, &w->parties[i], out);
	strbuf_adds(out, key);
	chart_left_out(c, out);
}
