// SPDX-License-Identifier: GPL-2.0-only
/* Samples as text that can be read, edited and turned back. */
#include "samples.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/diag.h"

struct text {
	const char *file;
	struct samples_writer *w;
	struct diag *diag;
	unsigned int line;
	const char *start, *p, *end;	/* the line: begin, position, end */
	int series;			/* -1: none yet */
	uint32_t round;
	int err;
};

static bool wrong(struct text *t, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static bool wrong(struct text *t, const char *at, const char *fmt, ...)
{
	struct pos pos = { t->line, at - t->start + 1 };
	va_list ap;

	va_start(ap, fmt);
	diag_verror(t->diag, t->file, pos, fmt, ap);
	va_end(ap);
	t->err = -EINVAL;
	return false;
}

static bool written(struct text *t, int err)
{
	if (err == -EINVAL)
		return wrong(t, t->start, "cannot be kept: the words must be printable ASCII, and a metric and a unit keep their direction");
	if (err < 0) {
		wrong(t, t->start, "cannot be written: %s", strerror(-err));
		t->err = err;
	}
	return err >= 0;
}

static void skip_blanks(struct text *t)
{
	while (t->p < t->end && isblank((unsigned char)*t->p))
		t->p++;
	if (t->p < t->end && *t->p == '#')
		t->p = t->end;
}

/* Returns the next word of the line, which the caller frees, or NULL at the line's end. */
static char *next_word(struct text *t, const char **at)
{
	const char *start;

	skip_blanks(t);
	start = *at = t->p;
	while (t->p < t->end && !isblank((unsigned char)*t->p))
		t->p++;
	return t->p > start ? strndup(start, t->p - start) : NULL;
}

/* Returns the rest of the line without comment and blanks; the caller frees it. */
static char *rest(struct text *t)
{
	const char *start, *end;

	skip_blanks(t);
	start = end = t->p;
	while (end < t->end && !(*end == '#' && isblank((unsigned char)end[-1])))
		end++;
	t->p = t->end;
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	return strndup(start, end - start);
}

static bool about_line(struct text *t)
{
	const char *at;
	char *key = next_word(t, &at), *value = rest(t);
	bool ok = key ? written(t, samples_about(t->w, key, value))
		      : wrong(t, at, "about what? about KEY VALUE");

	free(key);
	free(value);
	return ok;
}

static bool series_line(struct text *t)
{
	const char *at, *word_at;
	char *metric = next_word(t, &at), *unit = next_word(t, &at),
	     *better = next_word(t, &word_at);
	char *cell = rest(t);
	bool ok = false;

	if (!better) {
		wrong(t, word_at, "want series METRIC UNIT lower|higher CELL");
	} else if (strcmp(better, "lower") && strcmp(better, "higher")) {
		wrong(t, word_at, "'%s': which is better, lower or higher?", better);
	} else {
		const struct series_id id = { metric, unit, cell, *better == 'h' };

		t->series = samples_series(t->w, &id);
		ok = written(t, t->series);
		t->round = 0;
	}
	free(metric);
	free(unit);
	free(better);
	free(cell);
	return ok;
}

static bool round_line(struct text *t)
{
	const char *at;
	char *word = next_word(t, &at), *end = word;
	unsigned long n = word ? strtoul(word, &end, 10) : 0;
	bool ok = word && end > word && !*end && *word != '-' && n < SAMPLES_ROUNDS_MAX;

	if (!ok)
		wrong(t, at, "want round N, from 0 to %u", SAMPLES_ROUNDS_MAX - 1);
	t->round = n;
	free(word);
	return ok;
}

/* Parses VALUE or VALUE*TIMES. */
static bool value_word(struct text *t, const char *word, const char *at, double *value,
		       uint64_t *times)
{
	char *end;

	*times = 0;
	*value = strtod(word, &end);
	if (end == word || !isfinite(*value))
		return wrong(t, at, "'%s' is no number; a line is about, series, round, end or numbers", word);
	if (*end == '*') {
		const char *count = end + 1;

		*times = strtoull(count, &end, 10);
		if (!isdigit((unsigned char)*count) || !*times || *value < 0 ||
		    *value != floor(*value) || *value >= 0x1p53)
			return wrong(t, at, "'%s': want a whole number, an asterisk and how often", word);
	}
	if (*end)
		return wrong(t, at + (end - word), "'%s': a number and then '%s'", word, end);
	return true;
}

static bool value_line(struct text *t)
{
	struct hist *h = NULL;
	double *values = NULL, value;
	size_t nr = 0;
	uint64_t times;
	const char *at;
	bool ok = true;
	char *word;

	for (; ok && (word = next_word(t, &at)); free(word)) {
		ok = value_word(t, word, at, &value, &times);
		if (ok && t->series < 0)
			ok = wrong(t, at, "numbers of what? a line series METRIC UNIT lower|higher CELL comes first");
		if (ok && times) {
			if (!h)
				h = hist_new();
			hist_add(h, value, times);
		} else if (ok) {
			values = xrealloc(values, (nr + 1) * sizeof(*values));
			values[nr++] = value;
		}
	}
	if (ok && nr)
		ok = written(t, samples_values(t->w, t->series, t->round, values, nr));
	if (ok && h)
		ok = written(t, samples_counts(t->w, t->series, t->round, h));
	free(values);
	free(h);
	return ok;
}

static bool one_line(struct text *t)
{
	static const struct {
		const char *word;
		bool (*fn)(struct text *t);
	} lines[] = {
		{ "about", about_line }, { "series", series_line }, { "round", round_line },
	};
	const char *at;
	char *word = next_word(t, &at);
	bool ok = true, found = !word;

	for (size_t i = 0; word && i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (strcmp(word, lines[i].word))
			continue;
		found = true;
		ok = lines[i].fn(t);
	}
	if (!found && !strcmp(word, "end")) {
		ok = written(t, samples_end(t->w));
	} else if (!found) {
		t->p = at;
		ok = value_line(t);
	}
	free(word);
	skip_blanks(t);
	if (ok && t->p < t->end)
		ok = wrong(t, t->p, "the line should end here");
	return ok;
}

int samples_parse(const char *file, const char *text, struct samples_writer *w,
		  struct diag *diag)
{
	struct text t = { .file = file, .w = w, .diag = diag, .series = -1 };

	memset(diag, 0, sizeof(*diag));
	while (*text) {
		t.line++;
		t.start = t.p = text;
		t.end = text + strcspn(text, "\n");
		if (!one_line(&t))
			return t.err;
		text = *t.end ? t.end + 1 : t.end;
	}
	return 0;
}

static void print_round(const struct samples_round *round, struct strbuf *out)
{
	unsigned int n = 0;

	strbuf_addf(out, "round %u", round->round);
	for (size_t i = 0; i < round->nr; i++)
		strbuf_addf(out, "%c%.17g", n++ % 10 ? ' ' : '\n', round->values[i]);
	for (uint32_t i = 0; round->hist && i < HIST_BUCKETS; i++)
		if (round->hist->n[i])
			strbuf_addf(out, "%c%llu*%llu", n++ % 10 ? ' ' : '\n',
				    (unsigned long long)hist_value(i),
				    (unsigned long long)round->hist->n[i]);
	strbuf_addc(out, '\n');
}

void samples_print(const struct samples *s, struct strbuf *out)
{
	for (size_t i = 0; i < s->nr_about; i++)
		strbuf_addf(out, "about %s %s\n", s->about[i].key, s->about[i].value);
	for (size_t i = 0; i < s->nr_series; i++) {
		const struct samples_series *series = &s->series[i];

		strbuf_addf(out, "series %s %s %s %s\n", series->metric, series->unit,
			    series->higher ? "higher" : "lower", series->cell);
		for (size_t k = 0; k < series->nr_rounds; k++)
			print_round(&series->rounds[k], out);
	}
	strbuf_adds(out, s->incomplete ? "# no end: interrupted\n" : "end\n");
}
