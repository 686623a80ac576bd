// SPDX-License-Identifier: GPL-2.0-only
/* Prints the table of verdicts. */
#include "lib/verdict/run.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/terminal.h"
#include "lib/statistics/stats.h"
#include "tally.h"

struct row {
	const char *scenario;
	struct tally of[WORLD__COUNT], all;
};

static struct row *find_row(struct row **rows, size_t *nr, const char *scenario)
{
	for (size_t i = *nr; i--;)	/* most cells belong to the last one */
		if (!strcmp((*rows)[i].scenario, scenario))
			return &(*rows)[i];
	*rows = xrealloc(*rows, (*nr + 1) * sizeof(**rows));
	(*rows)[*nr] = (struct row){ .scenario = scenario };
	return &(*rows)[(*nr)++];
}

static struct tally_wants wants_of(const struct run *run, const struct cell *cell)
{
	struct tally_wants wants = { false, false };

	for (unsigned int i = 0; i < cell->nr_expects; i++) {
		const struct expect *e = &cell->expects[i];

		if (!verdict_guards_hold(e, cell, &run->env))
			continue;
		wants.corrupt |= e->kind == EXPECT_DATA_CORRUPT;
		wants.violation |= e->kind == EXPECT_VIOLATION && !e->allowed;
	}
	return wants;
}

static struct row *make_rows(const struct run *run, size_t *nr)
{
	struct row *rows = NULL;

	*nr = 0;
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		const struct cell *cell = &run->cells[i];
		const struct cell_result *r = &run->results[i];
		const struct verdict *v = &run->verdicts[i];
		struct tally_wants wants = wants_of(run, cell);
		struct row *row = find_row(&rows, nr, cell->scenario);

		tally_add(&row->of[cell->world], v->outcome, v->data,
			  r->has_sums ? r->sums.checks : 0, r->has_sums ? r->sums.checks_bad : 0,
			  &wants);
	}
	for (size_t i = 0; i < *nr; i++)
		for (int w = 0; w < WORLD__COUNT; w++)
			tally_join(&rows[i].all, &rows[i].of[w]);
	return rows;
}

static const char *paint(enum outcome outcome, bool color)
{
	if (!color)
		return "";
	switch (outcome) {
	case OUTCOME_PASS:
		return TERMINAL_GREEN;
	case OUTCOME_SKIP:
	case OUTCOME_INCOMPLETE:
		return TERMINAL_YELLOW;
	default:
		return TERMINAL_RED;
	}
}

struct widths {
	int name, of[WORLD__COUNT];	/* 0: no cell is in that world */
};

static void widen(int *width, const char *text)
{
	int n = (int)strlen(text);

	*width = n > *width ? n : *width;
}

static void find_widths(const struct row *rows, size_t nr, struct widths *widths)
{
	char text[64];

	memset(widths, 0, sizeof(*widths));
	widen(&widths->name, "scenario");
	for (size_t i = 0; i < nr; i++) {
		widen(&widths->name, rows[i].scenario);
		for (int w = 0; w < WORLD__COUNT; w++) {
			if (!rows[i].of[w].cells)
				continue;
			tally_words(&rows[i].of[w], text, sizeof(text));
			widen(&widths->of[w], world_name(w));
			widen(&widths->of[w], text);
		}
	}
}

static void print_row(const struct row *row, const struct widths *widths, FILE *out, bool color)
{
	enum outcome worst = tally_worst(&row->all);
	char text[64];

	fprintf(out, "%-*s", widths->name, row->scenario);
	for (int w = 0; w < WORLD__COUNT; w++) {
		if (!widths->of[w])
			continue;
		tally_words(&row->of[w], text, sizeof(text));
		fprintf(out, "  %-*s", widths->of[w], text);
	}
	fputs("  ", out);
	terminal_control(out, paint(worst, color));
	fputs(outcome_name(worst), out);
	terminal_control(out, color ? TERMINAL_PLAIN : "");
	fprintf(out, " %u/%u%s%s\n", row->all.outcome[worst], row->all.cells,
		*tally_expected(&row->all) ? ": " : "", tally_expected(&row->all));
}

/*
 * Where no seed fixes the interleaving: how often a cell was wrong, and what that may be in truth.
 * Only of those that were wrong in some of their checks.
 */
static void print_shares(const struct run *run, FILE *out)
{
	double low, high;

	for (uint32_t i = 0; run->free_running && i < run->nr_cells; i++) {
		const struct dmt_sums *s = &run->results[i].sums;

		if (!run->results[i].has_sums || !s->checks_bad || s->checks_bad == s->checks)
			continue;
		share_interval(s->checks_bad, s->checks, &low, &high);
		fprintf(out, "%s: wrong %llu of %llu, %.1f %% to %.1f %% at 95 %%\n", run->cells[i].id,
			(unsigned long long)s->checks_bad, (unsigned long long)s->checks,
			100 * low, 100 * high);
	}
}

void run_table(const struct run *run, FILE *out, bool color)
{
	struct tally all = { 0 };
	struct widths widths;
	struct row *rows;
	size_t nr;

	rows = make_rows(run, &nr);
	find_widths(rows, nr, &widths);
	fprintf(out, "%-*s", widths.name, "scenario");
	for (int w = 0; w < WORLD__COUNT; w++)
		if (widths.of[w])
			fprintf(out, "  %-*s", widths.of[w], world_name(w));
	fprintf(out, "  verdict\n");
	for (size_t i = 0; i < nr; i++) {
		print_row(&rows[i], &widths, out, color);
		tally_join(&all, &rows[i].all);
	}
	if (all.bad)
		fprintf(out, "\nwrong results: %llu of %llu that were checked%s\n",
			(unsigned long long)all.bad, (unsigned long long)all.checks,
			all.surprised ? "" : ", all of them where that is expected");
	print_shares(run, out);
	free(rows);
}

char *cell_slug(const char *id)
{
	struct strbuf sb = STRBUF_INIT;

	for (; *id; id++)
		if (*id == ' ' && id[1] == '@')
			continue;
		else if (*id == '/')
			strbuf_addc(&sb, '+');
		else if (*id == ' ')
			strbuf_addc(&sb, ',');
		else
			strbuf_addc(&sb, *id);
	return strbuf_detach(&sb);
}
