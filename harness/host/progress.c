// SPDX-License-Identifier: GPL-2.0-only
/* Prints progress while guests run: a live line on a terminal, and lines about cells. */
#include "progress.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/terminal.h"

static unsigned int done, bad;
static const char *last_scenario;

static bool live(void)
{
	static int tty = -1;

	if (tty < 0)
		tty = isatty(STDERR_FILENO);
	return tty;
}

static void wipe(void)
{
	if (live())
		terminal_control(stderr, TERMINAL_WIPE);
}

void progress_boot(const struct run *run, const struct boot *boot)
{
	if (run->quiet)
		return;
	wipe();
	fprintf(stderr, "  [boot] %s %s (%s, %u cpus): %u cells\n", run->release,
		boot->name, run->accel, run->smp, boot->nr_cells);
}

/* Does the cell expect an outcome of the guest? That is known only after the guest has ended. */
static bool wants_fate(const struct cell *cell)
{
	for (unsigned int i = 0; i < cell->nr_expects; i++)
		if (cell->expects[i].kind == EXPECT_OUTCOME)
			return true;
	return false;
}

void progress_cell(const struct run *run, uint32_t i)
{
	const struct verdict *v = &run->verdicts[i];

	if (run->quiet)
		return;
	done++;
	if (v->outcome > OUTCOME_SKIP && !wants_fate(&run->cells[i])) {
		bad++;
		wipe();
		fprintf(stderr, "  %s: %s: %s\n", outcome_name(v->outcome),
			run->cells[i].id, v->nr_messages ? v->messages[0] : "");
	}
	if (!live() && last_scenario && strcmp(last_scenario, run->cells[i].scenario))
		fprintf(stderr, "  [%u/%u] %s\n", done, run->nr_cells,
			run->cells[i].scenario);
	last_scenario = run->cells[i].scenario;
}

void progress_tick(const struct run *run)
{
	static time_t last;
	time_t now = time(NULL);

	if (run->quiet || !live() || now == last)
		return;
	last = now;
	terminal_control(stderr, TERMINAL_WIPE);
	fprintf(stderr, "  [%u/%u] %u not as expected  %.50s", done,
		run->nr_cells, bad, last_scenario ? last_scenario : "booting");
	fflush(stderr);
}

void progress_fate(const struct run *run, const struct boot *boot)
{
	if (run->quiet)
		return;
	wipe();
	fprintf(stderr, "  [boot] %s ended: %s%s%s\n", boot->name,
		vm_fate_name(boot->fate), boot->title[0] ? ": " : "", boot->title);
}

void progress_end(void)
{
	wipe();
}
