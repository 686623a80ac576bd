// SPDX-License-Identifier: GPL-2.0-only
/* Prints progress while guests run: a live line on a terminal, else a line now and then. */
#include "progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/terminal.h"
#include "usual.h"

#define LOG_S		30	/* between lines where nobody watches */
#define LOG_PARTS	10	/* or after each such part of the cells, */
#define SHORT_S		2	/* but not sooner than that */
#define WAIT_S		2	/* before that, how fast cells are says little */

static struct {
	const struct run *run;
	struct timespec start;		/* of the first cell */
	bool started;
	struct timespec last;
	bool *done;		/* by cell */
	double *usual;		/* what each cell usually takes, in seconds; of cells to run only */
	double all, over;	/* sums of it: of all cells, of those that are done */
	uint32_t nr, nr_done, nr_bad;
	uint32_t part_said;	/* of LOG_PARTS */
	uint32_t current;	/* the cell that began last */
} p;

static bool live(void)
{
	static int tty = -1;

	if (tty < 0)
		tty = terminal_is_live(STDERR_FILENO);
	return tty;
}

static void wipe(void)
{
	if (live())
		terminal_control(stderr, TERMINAL_WIPE);
}

/* What cells are expected to take: as before on this machine, or like the others. */
static void expect_times(const struct run *run)
{
	struct usual *usual = usual_load();
	double known = 0;
	uint32_t nr = 0;

	for (uint32_t i = 0; i < run->nr_cells; i++) {
		p.done[i] = run->results[i].state != CELL_NOT_RUN ||
			    !verdict_can_run(&run->cells[i], &run->env);
		if (p.done[i])
			continue;
		p.nr++;
		p.usual[i] = usual_cell(usual, run->kernel, run->cells[i].scenario,
					run->cells[i].world);
		if (p.usual[i] >= 0) {
			known += p.usual[i];
			nr++;
		}
	}
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		if (p.usual[i] < 0)
			p.usual[i] = nr ? known / nr : 1;
		p.all += p.usual[i];
	}
	usual_free(usual);
}

void progress_begin(const struct run *run)
{
	free(p.done);
	free(p.usual);
	memset(&p, 0, sizeof(p));
	if (run->quiet)
		return;
	p.run = run;
	p.current = UINT32_MAX;
	p.done = xcalloc(run->nr_cells + 1, sizeof(*p.done));
	p.usual = xcalloc(run->nr_cells + 1, sizeof(*p.usual));
	clock_gettime(CLOCK_MONOTONIC, &p.last);
	expect_times(run);
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

bool progress_is_bad(const struct run *run, uint32_t i)
{
	return run->verdicts[i].outcome > OUTCOME_SKIP && !wants_fate(&run->cells[i]);
}

/* "about 3 min left", or "" while it cannot be said. */
static void time_left(char out[48])
{
	double took, left;

	out[0] = '\0';
	took = p.started ? seconds_since(&p.start) : 0;
	if (took < WAIT_S || p.over <= 0 || p.nr_done < 3 || p.nr_done >= p.nr)
		return;
	left = took * (p.all - p.over) / p.over;
	if (left >= 90)
		snprintf(out, 48, ", about %.0f min left", left / 60);
	else
		snprintf(out, 48, ", about %.0f s left", left < 1 ? 1 : left);
}

static void make_line(struct strbuf *out)
{
	char left[48];

	time_left(left);
	strbuf_addf(out, "  [%u/%u]", p.nr_done, p.nr);
	if (p.nr_bad)
		strbuf_addf(out, " %u not as expected", p.nr_bad);
	strbuf_addf(out, "%s%s", left[0] && !p.nr_bad ? left + 1 : left,
		    p.nr_bad || left[0] ? ": " : " ");
	strbuf_adds(out, p.current < p.run->nr_cells ? p.run->cells[p.current].id : "booting");
}

static void log_line(uint32_t part)
{
	struct strbuf line = STRBUF_INIT;

	make_line(&line);
	fprintf(stderr, "%s\n", strbuf_str(&line));
	strbuf_free(&line);
	clock_gettime(CLOCK_MONOTONIC, &p.last);
	p.part_said = part;
}

void progress_cell_begins(const struct run *run, uint32_t i)
{
	if (run->quiet)
		return;
	p.current = i;
	/* Before that guests booted, which says nothing of what cells take. */
	if (!p.started)
		clock_gettime(CLOCK_MONOTONIC, &p.start);
	p.started = true;
}

void progress_cell(const struct run *run, uint32_t i)
{
	const struct verdict *v = &run->verdicts[i];
	uint32_t part;

	if (run->quiet || p.run != run)
		return;
	if (!p.done[i]) {
		p.done[i] = true;
		p.nr_done++;
		p.over += p.usual[i];
	}
	if (progress_is_bad(run, i)) {
		p.nr_bad++;
		wipe();
		fprintf(stderr, "  %s: %s: %s\n", outcome_name(v->outcome),
			run->cells[i].id, v->nr_messages ? v->messages[0] : "");
	}
	if (live())
		return;
	part = (uint64_t)p.nr_done * LOG_PARTS / p.nr;
	if (seconds_since(&p.last) >= LOG_S ||
	    (part != p.part_said && (p.nr_done == p.nr || seconds_since(&p.last) >= SHORT_S)))
		log_line(part);
}

static unsigned int width(void)
{
	struct winsize size;

	return !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col > 20 ? size.ws_col : 80;
}

void progress_tick(const struct run *run)
{
	struct strbuf line = STRBUF_INIT;

	if (run->quiet || p.run != run || !live() || seconds_since(&p.last) < 0.5)
		return;
	clock_gettime(CLOCK_MONOTONIC, &p.last);
	make_line(&line);
	terminal_control(stderr, TERMINAL_WIPE);
	fprintf(stderr, "%.*s", (int)width() - 1, strbuf_str(&line));
	fflush(stderr);
	strbuf_free(&line);
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
	p.run = NULL;
}
