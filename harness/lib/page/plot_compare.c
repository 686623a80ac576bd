// SPDX-License-Identifier: GPL-2.0-only
/* Plots of two runs that are compared, and of a series over many runs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_internal.h"

#define WIDTH		760
#define MAX_ROWS	40

/* The order in which rows are chosen when not all fit; 0 comes first. */
static int weight(enum compared verdict)
{
	static const int weights[COMPARED__COUNT] = {
		[COMPARED_SLOWER] = 0, [COMPARED_FASTER] = 1, [COMPARED_INCONCLUSIVE] = 2,
		[COMPARED_SAME] = 3,
	};

	return weights[verdict];
}

static bool can_show(const struct compared_metric *m)
{
	return isfinite(m->ratio.ratio) && isfinite(m->ratio.lo) && isfinite(m->ratio.hi);
}

static size_t choose(const struct comparison *c, const struct compared_metric *rows[MAX_ROWS])
{
	size_t nr = 0;

	for (int w = 0; w < 4; w++)
		for (size_t i = 0; i < c->nr && nr < MAX_ROWS; i++)
			if (weight(c->metrics[i].verdict) == w && can_show(&c->metrics[i]))
				rows[nr++] = &c->metrics[i];
	return nr;
}

static bool has_word(const char *cell, const char *word, size_t len)
{
	for (const char *p = cell; *p; p += strcspn(p, " "), p += strspn(p, " "))
		if (strcspn(p, " ") == len && !memcmp(p, word, len))
			return true;
	return false;
}

static bool in_all(const struct compared_metric *rows[], size_t nr, const char *word, size_t len)
{
	for (size_t i = 0; i < nr; i++)
		if (!has_word(rows[i]->cell, word, len))
			return false;
	return true;
}

/* The words of @cell that are in the cells of all rows; if not @common, the other words. */
static char *words_of(const struct compared_metric *rows[], size_t nr, const char *cell,
		      bool common)
{
	struct strbuf sb = STRBUF_INIT;

	for (const char *p = cell; *p; p += strcspn(p, " "), p += strspn(p, " ")) {
		size_t len = strcspn(p, " ");

		if (in_all(rows, nr, p, len) == common)
			strbuf_addf(&sb, "%s%.*s", sb.len ? " " : "", (int)len, p);
	}
	return strbuf_detach(&sb);
}

/* Labels each row with its metric and the words that differ: "map, order/legacy sources=3". */
static void add_labels(struct strbuf *out, const struct compared_metric *rows[], size_t nr)
{
	strbuf_adds(out, "set ytics (");
	for (size_t i = 0; i < nr; i++) {
		char *words = words_of(rows, nr, rows[i]->cell, false);
		char *label = xasprintf("%s%s%.48s", rows[i]->metric, *words ? ", " : "", words);

		strbuf_adds(out, i ? ", " : "");
		plot_quote(out, label);
		strbuf_addf(out, " %zu", i);
		free(label);
		free(words);
	}
	strbuf_adds(out, ") font ',12'\n");
}

static void add_verdict(struct strbuf *out, const struct compared_metric *rows[], size_t nr,
			enum compared verdict)
{
	strbuf_addf(out, "$%s << EOD\n", compared_name(verdict));
	for (size_t i = 0; i < nr; i++)
		if (rows[i]->verdict == verdict)
			strbuf_addf(out, "%zu %.6f %.6f %.6f\n", i, rows[i]->ratio.ratio,
				    rows[i]->ratio.lo, rows[i]->ratio.hi);
	strbuf_adds(out, "EOD\n");
}

static bool has(const struct compared_metric *rows[], size_t nr, enum compared verdict)
{
	for (size_t i = 0; i < nr; i++)
		if (rows[i]->verdict == verdict)
			return true;
	return false;
}

void plot_comparison(struct plots *plots, const struct comparison *c)
{
	const struct compared_metric *rows[MAX_ROWS];
	size_t nr = choose(c, rows);
	const char *comma = "";
	struct plot *p;
	char *common;

	if (!nr)
		return;
	common = words_of(rows, nr, rows[0]->cell, true);
	p = plot_new(plots, xstrdup("comparison"),
		     nr < c->nr ? xasprintf("B against A: %zu of %zu metrics", nr, c->nr)
				: xstrdup("B against A"), WIDTH, 170 + 24 * (int)nr);
	if (*common) {
		strbuf_adds(&p->body, "set x2label ");
		plot_quote(&p->body, common);
		strbuf_adds(&p->body, " font ',12'\n");
	}
	free(common);
	for (int v = 0; v < COMPARED__COUNT; v++)
		add_verdict(&p->body, rows, nr, v);
	add_labels(&p->body, rows, nr);
	strbuf_addf(&p->body, "set yrange [%zu.6:-0.6]\n"
		    "set object rectangle from %.5f, graph 0 to %.5f, graph 1 fc rgb '#e4e4e4' fs noborder behind\n"
		    "set arrow from 1, graph 0 to 1, graph 1 nohead lw 1.5 lc rgb '#444444'\n"
		    "set xlabel 'B / A of medians, 95 %% interval; grey: no effect that counts'\n"
		    "plot", nr - 1, 1 / (1 + c->floor), 1 + c->floor);
	for (int v = 0; v < COMPARED__COUNT; v++) {
		if (!has(rows, nr, v))
			continue;
		strbuf_addf(&p->body, "%s $%s using 2:1:3:4 with xerrorbars ls %d title ", comma,
			    compared_name(v), PLOT_VERDICT(v));
		plot_quote(&p->body, compared_name(v));
		comma = ",";
	}
	strbuf_adds(&p->body, "\n");
}

/* Is it a time in the format of samples, which is safe in the data of gnuplot below? */
static bool is_time(const char *s)
{
	return *s && s[strspn(s, "0123456789-:TZ")] == '\0';
}

void plot_history(struct plots *plots, const struct history_point *points, size_t nr)
{
	char *slug = xasprintf("history_%zu", plots->nr);
	struct plot *p = plot_new(plots, slug, xasprintf("%s, %s", points[0].metric, points[0].cell),
				  WIDTH, 380);

	strbuf_adds(&p->body, "$runs << EOD\n");
	for (size_t i = 0; i < nr; i++)
		if (is_time(points[i].time))
			strbuf_addf(&p->body, "%s %.9g %.9g\n", points[i].time, points[i].p50,
				    points[i].p99);
	strbuf_addf(&p->body, "EOD\nset xdata time\nset timefmt '%%Y-%%m-%%dT%%H:%%M:%%SZ'\n"
		    "set format x \"%%Y-%%m-%%d\\n%%H:%%M\"\nset xtics autofreq\n"
		    "set yrange [0:*]\nset format y '%%g'\n"
		    "set xlabel 'time of the run'\nset ylabel ");
	plot_quote(&p->body, points[0].unit);
	strbuf_adds(&p->body, "\nplot $runs using 1:2 with linespoints ls 1 title 'p50', "
		    "$runs using 1:3 with linespoints ls 2 title 'p99'\n");
}
