// SPDX-License-Identifier: GPL-2.0-only
/* Prints the table of verdicts. */
#include "lib/verdict/run.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/terminal.h"

struct tally {
	unsigned int cells;
	unsigned int outcome[OUTCOME__COUNT];
	unsigned int intact, corrupt;
	uint64_t checks, bad;
};

static void tally_cell(struct tally *t, const struct cell_result *r,
		       const struct verdict *v)
{
	t->cells++;
	t->outcome[v->outcome]++;
	t->intact += v->data == DATA_INTACT;
	t->corrupt += v->data == DATA_CORRUPT;
	if (r->has_sums) {
		t->checks += r->sums.checks;
		t->bad += r->sums.checks_bad;
	}
}

/* Says what happened ("intact", "corrupt 480/480"), not whether it was expected. */
static void cell_text(char *out, size_t size, const struct tally *t)
{
	unsigned long long bad = t->bad, checks = t->checks;

	if (!t->cells)
		snprintf(out, size, "-");
	else if (t->outcome[OUTCOME_SKIP] == t->cells)
		snprintf(out, size, "skip");
	else if (t->corrupt)
		snprintf(out, size, "corrupt %llu/%llu", bad, checks);
	else if (t->intact)
		snprintf(out, size, "intact 0/%llu", checks);
	else if (t->outcome[OUTCOME_PANIC])
		snprintf(out, size, "panic");
	else if (t->outcome[OUTCOME_HANG])
		snprintf(out, size, "hang");
	else
		snprintf(out, size, "no data");
}

static enum outcome worst(const struct tally *t)
{
	enum outcome w = OUTCOME_PASS;

	if (t->cells && t->outcome[OUTCOME_SKIP] == t->cells)
		return OUTCOME_SKIP;
	for (int i = OUTCOME_INCOMPLETE; i < OUTCOME__COUNT; i++)
		if (t->outcome[i])
			w = i;
	return w;
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

static void print_row(const struct run *run, uint32_t first, unsigned int worlds,
		      int width, FILE *out, bool color)
{
	const char *name = run->cells[first].scenario;
	struct tally all = { 0 };
	char text[64];

	fprintf(out, "%-*s", width, name);
	for (int w = 0; w < WORLD__COUNT; w++) {
		struct tally t = { 0 };

		if (!(worlds & 1u << w))
			continue;
		for (uint32_t i = first; i < run->nr_cells; i++) {
			if (strcmp(run->cells[i].scenario, name))
				continue;
			if (run->cells[i].world != (enum world)w)
				continue;
			tally_cell(&t, &run->results[i], &run->verdicts[i]);
			tally_cell(&all, &run->results[i], &run->verdicts[i]);
		}
		cell_text(text, sizeof(text), &t);
		fprintf(out, "  %-20s", text);
	}
	fputs("  ", out);
	terminal_control(out, paint(worst(&all), color));
	fputs(outcome_name(worst(&all)), out);
	terminal_control(out, color ? TERMINAL_PLAIN : "");
	fprintf(out, " %u/%u\n", all.outcome[worst(&all)], all.cells);
}

void run_table(const struct run *run, FILE *out, bool color)
{
	unsigned int worlds = 0;
	int width = 8;

	for (uint32_t i = 0; i < run->nr_cells; i++) {
		int n = (int)strlen(run->cells[i].scenario);

		worlds |= 1u << run->cells[i].world;
		width = n > width ? n : width;
	}
	fprintf(out, "%-*s", width, "scenario");
	for (int w = 0; w < WORLD__COUNT; w++)
		if (worlds & 1u << w)
			fprintf(out, "  %-20s", world_name(w));
	fprintf(out, "  verdict\n");
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		uint32_t k;

		for (k = 0; k < i; k++)
			if (!strcmp(run->cells[k].scenario, run->cells[i].scenario))
				break;
		if (k == i)
			print_row(run, i, worlds, width, out, color);
	}
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
