// SPDX-License-Identifier: GPL-2.0-only
/* Prints the results of sweeps: a row for each scenario, a column for each kind of call. */
#include <stdio.h>
#include <string.h>

#include "print_sweeps.h"

struct sum {
	unsigned int cells, ran, calls, runs, timed_out, cleaned;
};

static void add(struct sum *sum, const struct sweep_result *sw)
{
	sum->cells++;
	if (!sw)
		return;
	sum->ran++;
	sum->calls += sw->reached;
	sum->runs += sw->runs;
	sum->timed_out += sw->timed_out;
	sum->cleaned += sw->cleaned;
}

static void print_row(const struct run *run, uint32_t first, const bool kinds[SWEEP__COUNT],
		      int width)
{
	const char *name = run->cells[first].scenario;
	enum outcome worst = OUTCOME_PASS;

	printf("%-*s", width, name);
	for (int k = 0; k < SWEEP__COUNT; k++) {
		struct sum sum = { 0 };

		for (uint32_t i = first; i < run->nr_cells; i++) {
			if (run->cells[i].sweep != k || strcmp(run->cells[i].scenario, name))
				continue;
			add(&sum, run->results[i].sweep);
			if (run->verdicts[i].outcome > worst)
				worst = run->verdicts[i].outcome;
		}
		if (sum.ran)
			printf("  %8u", sum.calls);
		else if (kinds[k])
			printf("  %8s", sum.cells ? "skip" : "-");
	}
	printf("  %s\n", outcome_name(worst));
}

static bool is_first(const struct run *run, uint32_t i)
{
	for (uint32_t k = 0; k < i; k++)
		if (!strcmp(run->cells[k].scenario, run->cells[i].scenario))
			return false;
	return true;
}

void print_sweeps(const struct run *run)
{
	bool kinds[SWEEP__COUNT] = { false };
	struct sum all = { 0 };
	int width = 8;

	for (uint32_t i = 0; i < run->nr_cells; i++) {
		int n = strlen(run->cells[i].scenario);

		kinds[run->cells[i].sweep] = true;
		width = n > width ? n : width;
		add(&all, run->results[i].sweep);
	}
	printf("%-*s", width, "calls that failed");
	for (int k = 0; k < SWEEP__COUNT; k++)
		if (kinds[k])
			printf("  %8s", sweep_name(k));
	printf("  verdict\n");
	for (uint32_t i = 0; i < run->nr_cells; i++)
		if (is_first(run, i))
			print_row(run, i, kinds, width);
	printf("\n%u calls failed, one a run, in %u runs of %u cells; in %u a wait timed out, after %u the executor cleaned up\n",
	       all.calls, all.runs, all.ran, all.timed_out, all.cleaned);
}
