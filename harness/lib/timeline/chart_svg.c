// SPDX-License-Identifier: GPL-2.0-only
/*
 * A chart as SVG. It is 400 units wide, about a phone's pixels, so that letters of 10 units can be
 * read there; a wide screen gets smaller letters and more of them.
 */
#include <stdlib.h>
#include <string.h>

#include "chart_internal.h"
#include "draw.h"
#include "event_words.h"
#include "lib/base/visible.h"

#define WIDTH	400.0
#define LEFT	5.0
#define INNER	(WIDTH - 2 * LEFT)
#define LINE	13.0		/* from one line of text to the next */
#define ROW	14.0
#define BAR	10.5
#define LETTER	6.1		/* width of a letter of 10 units */
#define SMALL	3.4		/* and of those that only a wide screen has */

struct svg {
	const struct chart *c;
	struct strbuf *out;
	double y;
};

/*
 * Plain colours, for there are viewers that know no variables of CSS. Each rule is of the class
 * timeline alone, as the drawing may stand in a page with classes of its own.
 */
const char chart_style[] =
	".timeline{max-width:1000px;height:auto}"
	".timeline text{font:10px ui-monospace,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;"
	"fill:#1b1f24}"
	".timeline .bg{fill:#fff}.timeline .d{fill:#57606a}.timeline .h{font-weight:bold}"
	".timeline .s{display:none}.timeline .p0{fill:#b7c4cf}.timeline .p1{fill:#8ec1f0}"
	".timeline .p2{fill:#f2b36b}.timeline .p3{fill:#d9d9d9}"
	".timeline .p4{fill:#b7c4cf;stroke:#1b1f24;stroke-width:.5;stroke-dasharray:2 1}"
	".timeline .p5{fill:#c9a9ee}.timeline .p6{fill:#8fd19e}.timeline .m{fill:#1b1f24}"
	".timeline .x{stroke:#c8102e;stroke-width:1.4}.timeline .v{stroke:#c8102e;stroke-width:1.2}"
	".timeline .b{fill:#c8102e}.timeline .t{stroke:#1b1f24;stroke-width:.8}"
	".timeline .g{stroke:#57606a;stroke-width:.3}"
	"@media (prefers-color-scheme:dark){.timeline text,.timeline .m{fill:#e6e9ec}"
	".timeline .bg{fill:#14171a}.timeline .d{fill:#9da7b1}.timeline .p0{fill:#4a5864}"
	".timeline .p1{fill:#2f6ca3}.timeline .p2{fill:#a5671d}.timeline .p3{fill:#4a4a4a}"
	".timeline .p4{fill:#4a5864;stroke:#e6e9ec}.timeline .p5{fill:#6f4a9c}"
	".timeline .p6{fill:#2f7a42}.timeline .x,.timeline .v{stroke:#ff6b7d}"
	".timeline .b{fill:#ff6b7d}.timeline .t{stroke:#e6e9ec}.timeline .g{stroke:#9da7b1}}"
	"@media (min-width:700px){.timeline text{font-size:7px}"
	".timeline .s{display:inline;font-size:5.6px}}";

/* ---- parts ---- */

static void add_text(struct svg *s, double x, double y, const char *class, const char *text)
{
	strbuf_addf(s->out, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, class);
	markup_add(s->out, text);
	strbuf_adds(s->out, "</text>\n");
}

/* A time near the right edge is written to the left of its place. */
static void add_text_before(struct svg *s, double x, double y, const char *class, const char *text)
{
	strbuf_addf(s->out, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"end\">", x, y, class);
	markup_add(s->out, text);
	strbuf_adds(s->out, "</text>\n");
}

/* The bytes of @text with at most @max letters, up to a space if there is one in the last third. */
static size_t cut(const char *text, size_t max)
{
	size_t n = 0, nr = 0, space = 0;

	while (text[n]) {
		size_t next = n + 1;

		while (((unsigned char)text[next] & 0xc0) == 0x80)
			next++;
		if (++nr > max)
			return space > max * 2 / 3 ? space : n;
		if (text[n] == ' ')
			space = next;
		n = next;
	}
	return n;
}

/* Lines of text over the whole width, with what follows the first line set in. */
static void add_lines(struct svg *s, const char *class, const char *text)
{
	size_t max = (size_t)(INNER / LETTER);
	double x = LEFT;

	while (*text) {
		size_t n = cut(text, max);
		char *line = strndup(text, n);

		if (!line)
			out_of_memory();
		add_text(s, x, s->y + LINE - 3, class, line);
		free(line);
		s->y += LINE;
		text += n;
		x = LEFT + 2 * LETTER;
		max = (size_t)(INNER / LETTER) - 2;
	}
}

static void add_visible_lines(struct svg *s, const char *class, const char *text)
{
	char *v = visible(text, 0);

	add_lines(s, class, v);
	free(v);
}

static double at(double x)
{
	return LEFT + x * INNER;
}

static void add_tip(struct svg *s, const struct strbuf *text)
{
	strbuf_adds(s->out, "<title>");
	markup_add(s->out, strbuf_str(text));
	strbuf_adds(s->out, "</title>");
}

/* ---- bars ---- */

static void add_moment(struct svg *s, const struct chart_piece *p, uint64_t ns, double y)
{
	double x = at(chart_x(s->c, ns));

	if (ns && ns >= p->bar->from_ns && ns <= p->bar->to_ns)
		strbuf_addf(s->out, "<path class=\"t\" d=\"M%.1f %.1fv3\"/>", x, y + BAR - 3);
}

static void add_piece(struct svg *s, const struct chart_piece *p, double y)
{
	double x0 = at(p->x0), w = at(p->x1) - x0 > 1.2 ? at(p->x1) - x0 : 1.2;
	struct strbuf tip = STRBUF_INIT;
	size_t max;

	chart_describe(p, &tip);
	chart_while(s->c->w, p, &tip);
	strbuf_addf(s->out, "<g><rect class=\"p%d%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"1.5\"/>",
		    p->kind, p->letter ? " x" : "", x0, y, w, BAR);
	if (p->kind == PIECE_TX) {
		add_moment(s, p, p->bar->submit_ns, y);
		add_moment(s, p, p->bar->issue_ns, y);
		add_moment(s, p, p->bar->start_ns, y);
		add_moment(s, p, p->bar->done_ns, y);
	}
	add_tip(s, &tip);
	strbuf_adds(s->out, "</g>\n");
	if (p->letter) {
		const char text[] = { p->letter, '\0' };
		double beside = x0 + w + 1;

		/* In the bar if it has room, else beside it. */
		if (w > LETTER + 2)
			beside = x0 + 2;
		else if (beside + LETTER > WIDTH - LEFT)
			beside = x0 - LETTER - 1;
		add_text(s, beside, y + 8.4, "h", text);
	}
	max = (size_t)((w - 10) / SMALL);
	if (p->kind != PIECE_LENT && w > 40) {
		tip.s[cut(tip.s, max)] = '\0';
		add_text(s, x0 + (p->letter ? 9 : 2), y + 7.4, "s", tip.s);
	}
	strbuf_free(&tip);
}

/* ---- calls ---- */

static void add_mark(struct svg *s, const struct chart_mark *m, double y)
{
	const struct window_call *call = m->call;
	const struct finding *f = s->c->w->f;
	struct strbuf tip = STRBUF_INIT;
	bool found = f && call->seq == f->seq;

	strbuf_addf(&tip, "%s, ", event_word(call->type)->word ? event_word(call->type)->word : "?");
	chart_device(s->c->w, call->dev, &tip);
	strbuf_adds(&tip, ", ");
	chart_time(s->c->w, call->ns, &tip);
	strbuf_addf(s->out, "<g><rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"1.6\" height=\"%.1f\"/>",
		    found ? "b" : "m", at(m->x) - 0.8, y + 1, BAR - 2);
	add_tip(s, &tip);
	strbuf_adds(s->out, "</g>\n");
	strbuf_free(&tip);
}

/* The words of calls that have room up to the next call. */
static void add_words(struct svg *s, const struct chart_lane *l, double y)
{
	for (size_t i = 0; i < l->nr_marks; i++) {
		const char *word = event_word(l->marks[i].call->type)->word;
		double next = i + 1 < l->nr_marks ? at(l->marks[i + 1].x) : WIDTH - LEFT;
		double x = at(l->marks[i].x) + 1.5;

		if (word && x + (double)strlen(word) * SMALL < next)
			add_text(s, x, y + 7.2, "s", word);
	}
}

static void add_lane(struct svg *s, const struct chart_lane *l)
{
	strbuf_addf(s->out, "<path class=\"g\" d=\"M%.1f %.1fh%.1f\"/>", LEFT, s->y, INNER);
	add_lines(s, "h", l->title);
	for (size_t i = 0; i < l->nr_pieces; i++)
		add_piece(s, &l->pieces[i], s->y + l->pieces[i].row * ROW);
	s->y += l->rows * ROW;
	if (l->nr_marks) {
		for (size_t i = 0; i < l->nr_marks; i++)
			add_mark(s, &l->marks[i], s->y);
		add_words(s, l, s->y);
		s->y += ROW;
	}
	s->y += 3;
}

/* ---- the axis and the finding ---- */

static void add_axis(struct svg *s)
{
	const struct finding *f = s->c->w->f;
	double used = -1, end = at(1), mark = f ? at(chart_x(s->c, f->time_ns)) : -100;
	struct strbuf text = STRBUF_INIT;

	chart_time(s->c->w, s->c->w->to_ns, &text);
	add_text_before(s, end, s->y + LINE - 3, "d", strbuf_str(&text));
	end -= (double)text.len * LETTER + 6;
	for (size_t i = 0; i < s->c->nr_points; i++) {
		double x = at(s->c->points[i].x), w;

		strbuf_reset(&text);
		chart_time(s->c->w, s->c->points[i].ns, &text);
		w = (double)text.len * LETTER + 6;
		/* The finding's own time, 0, has its place. */
		if (x < used || x + w > end || (x + w > mark - 4 && x < mark))
			continue;
		add_text(s, x, s->y + LINE - 3, "d", strbuf_str(&text));
		used = x + w + 40;
	}
	strbuf_free(&text);
	s->y += LINE + 2;
}

static void add_finding(struct svg *s, double from)
{
	double x;

	if (!s->c->w->f)
		return;
	x = at(chart_x(s->c, s->c->w->f->time_ns));
	strbuf_addf(s->out, "<path class=\"v\" d=\"M%.1f %.1fV%.1f\"/><path class=\"b\" d=\"M%.1f %.1fl-4 -6h8z\"/>\n",
		    x, from, s->y, x, from);
}

/* ---- the key ---- */

static void add_sample(struct svg *s, enum piece_kind kind, double x, const char *text)
{
	strbuf_addf(s->out, "<rect class=\"p%d\" x=\"%.1f\" y=\"%.1f\" width=\"10\" height=\"8\"/>", kind, x,
		    s->y + 2.5);
	add_text(s, x + 13, s->y + LINE - 3, "d", text);
}

static void add_key(struct svg *s)
{
	static const struct { enum piece_kind kind; const char *text; } key[] = {
		{ PIECE_CPU, "the CPU owns the bytes" }, { PIECE_LENT, "lent to the CPU" },
		{ PIECE_READS, "the device may read" }, { PIECE_WRITES, "the device may write" },
		{ PIECE_TX, "a descriptor" }, { PIECE_CALLBACK, "a callback runs" },
		{ PIECE_MEMORY, "an allocation" },
	};
	size_t nr = sizeof(key) / sizeof(key[0]);

	for (size_t i = 0; i < nr; i++) {
		add_sample(s, key[i].kind, i % 2 ? WIDTH / 2 : LEFT, key[i].text);
		if (i % 2 || i == nr - 1)
			s->y += LINE;
	}
}

static void add_parties(struct svg *s)
{
	const struct window *w = s->c->w;

	for (unsigned int i = 0; i < w->nr_parties; i++) {
		struct strbuf line = STRBUF_INIT;

		chart_party(s->c, &w->parties[i], &line);
		add_lines(s, "", strbuf_str(&line));
		strbuf_free(&line);
	}
}

static void add_left_out(struct svg *s)
{
	struct strbuf text = STRBUF_INIT;
	char *save, *line;

	chart_left_out(s->c, &text);
	strbuf_adds(&text, "Not to scale: each call has room.\n");
	for (line = strtok_r(text.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		add_lines(s, "d", line);
	strbuf_free(&text);
}

static void add_body(struct svg *s, const struct chart_caption *caption)
{
	double from;

	s->y = 2;
	add_visible_lines(s, "h", caption->title);
	if (caption->number) {
		char *text = xasprintf("finding %zu of %zu; times before and after it", caption->number,
				       caption->nr);

		add_lines(s, "d", text);
		free(text);
	}
	add_axis(s);
	s->y += 4;
	from = s->y;
	for (size_t i = 0; i < s->c->nr_lanes; i++)
		add_lane(s, &s->c->lanes[i]);
	add_finding(s, from);
	s->y += 2;
	add_parties(s);
	add_key(s);
	add_left_out(s);
}

void chart_svg(const struct chart *c, const struct chart_caption *caption, struct strbuf *out)
{
	struct strbuf body = STRBUF_INIT;
	struct svg s = { .c = c, .out = &body };
	char *title = visible(caption->title, 0);

	add_body(&s, caption);
	strbuf_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"timeline\" viewBox=\"0 0 %.0f %.0f\" width=\"100%%\" role=\"img\">\n<title>",
		    WIDTH, s.y + 4);
	markup_add(out, title);
	strbuf_adds(out, "</title>\n");
	strbuf_addf(out, "<style>%s</style>\n", chart_style);
	strbuf_addf(out, "<rect class=\"bg\" width=\"100%%\" height=\"100%%\"/>\n");
	strbuf_add(out, body.s, body.len);
	strbuf_adds(out, "</svg>\n");
	strbuf_free(&body);
	free(title);
}
