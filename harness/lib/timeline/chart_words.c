// SPDX-License-Identifier: GPL-2.0-only
/* What drawings say of bars, times, and what they left out. */
#include <stdlib.h>

#include "chart_internal.h"
#include "lib/report/report_words.h"

typedef unsigned long long ull;

static void describe_bar(const struct bar *b, struct strbuf *out)
{
	switch (b->kind) {
	case BAR_TX:
		strbuf_addf(out, "%s of %llu bytes", b->word, (ull)b->len);
		if (b->cookie)
			strbuf_addf(out, ", cookie %d", b->cookie);
		break;
	case BAR_CALLBACK:
		strbuf_addf(out, "%s runs", b->word);
		break;
	case BAR_LENT:
		strbuf_addf(out, "%llu bytes lent to the CPU", (ull)b->len);
		break;
	default:
		strbuf_addf(out, "%s of %llu bytes", b->word, (ull)b->len);
		if (b->kind == BAR_MAP)
			strbuf_addf(out, " %s", report_dir(b->dir));
		strbuf_addf(out, ", DMA address 0x%llx", (ull)b->dma);
	}
}

void chart_describe(const struct chart_piece *p, struct strbuf *out)
{
	if (p->bar)
		describe_bar(p->bar, out);
	else
		strbuf_addf(out, "the CPU owns 0x%llx-0x%llx", (ull)p->phys,
			    (ull)(p->phys + (p->len ? p->len - 1 : 0)));
}

void chart_while(const struct window *w, const struct chart_piece *p, struct strbuf *out)
{
	if (!p->bar)
		return;
	strbuf_adds(out, ", from ");
	chart_time(w, p->bar->from_ns, out);
	strbuf_adds(out, p->bar->ended ? " to " : " on");
	if (p->bar->ended)
		chart_time(w, p->bar->to_ns, out);
}

static const struct chart_piece *piece_of(const struct chart_lane *l, char letter)
{
	for (size_t i = 0; i < l->nr_pieces && l->kind == LANE_DEVICE; i++)
		if (l->pieces[i].letter == letter)
			return &l->pieces[i];
	return NULL;
}

void chart_party(const struct chart *c, const struct window_party *party, struct strbuf *out)
{
	strbuf_addf(out, "%c: %s, ", party->letter, party->role);
	for (size_t i = 0; i < c->nr_lanes; i++) {
		const struct chart_piece *p = piece_of(&c->lanes[i], party->letter);

		if (!p)
			continue;
		strbuf_addf(out, "%s: ", c->lanes[i].title);
		chart_describe(p, out);
		chart_while(c->w, p, out);
		return;
	}
	strbuf_adds(out, "which is not in the recording at this time");
}

void chart_time(const struct window *w, uint64_t ns, struct strbuf *out)
{
	uint64_t zero = w->f ? w->f->time_ns : w->start_ns;
	uint64_t d = ns < zero ? zero - ns : ns - zero;
	const char *sign = ns < zero ? "-" : "+";

	if (!d)
		strbuf_adds(out, "0");
	else if (d < 10000)
		strbuf_addf(out, "%s%llu ns", sign, (ull)d);
	else if (d < 10000000)
		strbuf_addf(out, "%s%llu us", sign, (ull)d / 1000);
	else if (d < 10000000000)
		strbuf_addf(out, "%s%llu ms", sign, (ull)d / 1000000);
	else
		strbuf_addf(out, "%s%llu s", sign, (ull)d / 1000000000);
}

void chart_left_out(const struct chart *c, struct strbuf *out)
{
	unsigned int bars = 0;

	for (size_t i = 0; i < c->nr_lanes; i++)
		bars += c->lanes[i].left_out;
	if (c->calls_left_out)
		strbuf_addf(out, "%llu calls in this time are not drawn\n", (ull)c->calls_left_out);
	if (bars)
		strbuf_addf(out, "%u bars are not drawn: their lanes are full\n", bars);
	if (c->standing)
		strbuf_addf(out, "%u mappings that stay all the time are not drawn\n", c->standing);
	if (c->lanes_left_out)
		strbuf_addf(out, "%u lanes of others are not drawn\n", c->lanes_left_out);
}
