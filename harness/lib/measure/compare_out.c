// SPDX-License-Identifier: GPL-2.0-only
/* A comparison as a table for people, and as JSON for programs. */
#include "compare.h"

#include <math.h>
#include <string.h>

#include "lib/base/json_text.h"
#include "lib/base/terminal.h"

const char *figure(double x, char buf[32])
{
	if (!isfinite(x))
		strcpy(buf, "-");
	else if (fabs(x) >= 1000 && fabs(x) < 1e15)
		snprintf(buf, 32, "%.0f", x);
	else
		snprintf(buf, 32, "%.4g", x);
	return buf;
}

static const char *interval(const struct ratio *r, char buf[32])
{
	if (isfinite(r->lo) && isfinite(r->hi))
		snprintf(buf, 32, "%.4f..%.4f", r->lo, r->hi);
	else
		strcpy(buf, "-");
	return buf;
}

static const char *small(double p, char buf[32])
{
	if (!isfinite(p))
		strcpy(buf, "-");
	else if (p < 1e-4)
		snprintf(buf, 32, "%.0e", p);
	else
		snprintf(buf, 32, "%.4f", p);
	return buf;
}

static const char *color_of(enum compared verdict)
{
	static const char *const codes[COMPARED__COUNT] = {
		"", TERMINAL_GREEN, TERMINAL_RED, TERMINAL_YELLOW,
	};

	return codes[verdict];
}

static void print_metric(const struct compared_metric *m, FILE *out, bool color, int width)
{
	char n[48], name[128], b[6][32];

	snprintf(n, sizeof(n), "%llu/%llu", (unsigned long long)m->nr_a,
		 (unsigned long long)m->nr_b);
	snprintf(name, sizeof(name), "%s, %s", m->metric, m->unit);
	if (isfinite(m->ratio.ratio))
		snprintf(b[2], sizeof(b[2]), "%.4f", m->ratio.ratio);
	else
		strcpy(b[2], "-");
	fprintf(out, "  %-*s %9s %12s %12s %8s %16s %7s %+6.2f  ", width, name, n,
		figure(m->a, b[0]), figure(m->b, b[1]), b[2], interval(&m->ratio, b[3]),
		small(m->adjusted, b[4]), isfinite(m->delta) ? m->delta : 0);
	terminal_control(out, color ? color_of(m->verdict) : "");
	fputs(compared_name(m->verdict), out);
	terminal_control(out, color && *color_of(m->verdict) ? TERMINAL_PLAIN : "");
	fprintf(out, "%s%s\n", m->why ? ": " : "", m->why ? m->why : "");
}

static int name_width(const struct comparison *c)
{
	int width = 12;

	for (size_t i = 0; i < c->nr; i++) {
		int n = strlen(c->metrics[i].metric) + strlen(c->metrics[i].unit) + 2;

		if (n > width)
			width = n;
	}
	return width < 40 ? width : 40;
}

void comparison_table(const struct comparison *c, FILE *out, bool color)
{
	const char *cell = NULL;
	int width = name_width(c);

	if (c->nr)
		fprintf(out, "  %-*s %9s %12s %12s %8s %16s %7s %6s  %s\n", width, "", "n", "A",
			"B", "B/A", "95 % interval", "p", "effect", "verdict");
	for (size_t i = 0; i < c->nr; i++) {
		if (!cell || strcmp(cell, c->metrics[i].cell))
			fprintf(out, "%s\n", c->metrics[i].cell);
		cell = c->metrics[i].cell;
		print_metric(&c->metrics[i], out, color, width);
	}
	fprintf(out, "\n%zu metrics:", c->nr);
	for (int v = 0; v < COMPARED__COUNT; v++)
		if (c->count[v])
			fprintf(out, " %u %s", c->count[v], compared_name(v));
	fprintf(out, " (an effect is more than %g %%, and p below %g, Holm over %zu)\n",
		c->floor * 100, c->alpha, c->tested);
	if (c->doubt)
		fprintf(out, "inconclusive: %s\n", c->doubt);
}

static json_t *number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static json_t *metric_json(const struct compared_metric *m)
{
	json_t *o = json_pack("{s:o s:o s:o s:o s:[I,I] s:o}", "metric", json_text(m->metric),
			      "unit", json_text(m->unit), "cell", json_text(m->cell),
			      "better", json_text(m->higher ? "higher" : "lower"),
			      "n", (json_int_t)m->nr_a, (json_int_t)m->nr_b,
			      "verdict", json_text(compared_name(m->verdict)));

	json_object_set_new(o, "a", number(m->a));
	json_object_set_new(o, "b", number(m->b));
	json_object_set_new(o, "shift", number(m->shift));
	json_object_set_new(o, "ratio", number(m->ratio.ratio));
	json_object_set_new(o, "interval", json_pack("[o,o]", number(m->ratio.lo),
						     number(m->ratio.hi)));
	json_object_set_new(o, "p", number(m->p));
	json_object_set_new(o, "p_adjusted", number(m->adjusted));
	json_object_set_new(o, "cliffs_delta", number(m->delta));
	if (m->why)
		json_object_set_new(o, "why", json_text(m->why));
	return o;
}

json_t *comparison_json(const struct comparison *c)
{
	json_t *o = json_object(), *counts = json_object(), *metrics = json_array();

	for (int v = 0; v < COMPARED__COUNT; v++)
		json_object_set_new(counts, compared_name(v), json_integer(c->count[v]));
	for (size_t i = 0; i < c->nr; i++)
		json_array_append_new(metrics, metric_json(&c->metrics[i]));
	json_object_set_new(o, "schema", json_text("dmatorture-compare-1"));
	json_object_set_new(o, "exit_code", json_integer(comparison_exit_code(c)));
	json_object_set_new(o, "floor", json_real(c->floor));
	json_object_set_new(o, "alpha", json_real(c->alpha));
	json_object_set_new(o, "tested", json_integer(c->tested));
	json_object_set_new(o, "exact", json_boolean(c->exact));
	if (c->doubt)
		json_object_set_new(o, "inconclusive", json_text(c->doubt));
	json_object_set_new(o, "verdicts", counts);
	json_object_set_new(o, "metrics", metrics);
	return o;
}
