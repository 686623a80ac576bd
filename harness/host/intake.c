// SPDX-License-Identifier: GPL-2.0-only
/* Takes the frames and consoles of guests into the results of cells. */
#include "intake.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/witness/console.h"
#include "progress.h"
#include "surprise.h"

#define MAX_EVENTS	16384	/* console events of one guest */

void intake_begin(struct intake *in, struct run *run, struct boot *boot)
{
	*in = (struct intake){ .run = run, .boot = boot, .current = NO_CELL };
}

void intake_judge(struct run *run, uint32_t i)
{
	verdict_free(&run->verdicts[i]);
	verdict_judge(&run->verdicts[i], &run->cells[i], &run->results[i],
		      &run->env);
}

static void take_leak(struct intake *in, const struct frame *f)
{
	char *title = xasprintf("%.*s", (int)f->len, (const char *)f->data);

	splats_add(&in->boot->leaks, WITNESS_KMEMLEAK, title);
	free(title);
}

static void take_kmemleak(struct intake *in, const struct frame *f)
{
	char *line = xasprintf("%.*s", (int)f->len, (const char *)f->data);
	struct witness_state state;
	enum witness which;

	if (witness_read(line, &which, &state) && which == WITNESS_KMEMLEAK)
		in->boot->kmemleak = state;
	free(line);
}

/* What the observer lost between the cells is of one of them. */
static void take_doubt(struct intake *in, const struct frame *f)
{
	char *line = xasprintf("%.*s", (int)f->len, (const char *)f->data);
	uint32_t first, last;
	int why = 0;

	sscanf(line, "%u %u %n", &first, &last, &why);
	for (uint32_t i = 0; why && i < in->boot->nr_cells; i++) {
		uint32_t c = in->boot->cells[i];
		struct cell_result *r = &in->run->results[c];

		if (c < first || c > last || r->boot != in->boot->name || r->doubt)
			continue;
		r->doubt = xstrdup(line + why);
		intake_judge(in->run, c);
	}
	free(line);
}

static void begin_sweep(const struct cell *cell, struct cell_result *r)
{
	if (!cell->sweep)
		return;
	sweep_free(r->sweep);
	r->sweep = xcalloc(1, sizeof(*r->sweep));
	r->sweep->kind = cell->sweep;
}

/* Adds a splat; the first one of a title says which call failed. */
static void take_splat(struct cell_result *r, const struct console_event *e)
{
	struct splat *s = splats_add(&r->splats, e->witness, e->title);

	if (s->count == 1)
		s->call = e->call;
}

/* Shows it, and notes whether the run ends with it. */
static void take_verdict(struct run *run, uint32_t i)
{
	if (run->stopped)
		return;
	progress_cell(run, i);
	run->stopped |= run->fail_fast && progress_is_bad(run, i);
}

void intake_frame(void *arg, const struct frame *f)
{
	struct intake *in = arg;
	struct run *run = in->run;
	uint32_t i;

	/* What came after the cell that ended the run stays in the channel, for --resume. */
	if (run->stopped)
		return;
	switch (f->type) {
	case FRAME_CELL:
	case FRAME_AGAIN:
	case FRAME_CELL_END:
		if (f->len != 4)
			return;
		i = f->data[0] | f->data[1] << 8 | f->data[2] << 16 |
		    (uint32_t)f->data[3] << 24;
		if (i >= run->nr_cells)
			return;
		if (f->type == FRAME_AGAIN) {
			result_again(&run->results[i]);
			return;
		}
		if (f->type == FRAME_CELL) {
			in->current = i;
			in->begun++;
			run->results[i].state = CELL_BEGUN;
			run->results[i].boot = in->boot->name;
			clock_gettime(CLOCK_MONOTONIC, &in->cell_began);
			begin_sweep(&run->cells[i], &run->results[i]);
			if (!in->silent)
				progress_cell_begins(run, i);
			return;
		}
		result_frame(&run->results[i], f);
		surprise_note(run, i);
		result_settle(&run->results[i], &run->cells[i], &run->env);
		in->current = NO_CELL;
		run->results[i].wall_s = in->silent ? 0 : seconds_since(&in->cell_began);
		intake_judge(run, i);
		if (!in->silent)
			take_verdict(run, i);
		return;
	case FRAME_LEAK:
		take_leak(in, f);
		return;
	case FRAME_DOUBT:
		take_doubt(in, f);
		return;
	case FRAME_END:
		in->end = true;
		return;
	case FRAME_FRESH:
		in->fresh = true;
		return;
	default:
		if (f->type == FRAME_WITNESS && in->current == NO_CELL)
			take_kmemleak(in, f);
		else if (in->current != NO_CELL)
			result_frame(&run->results[in->current], f);
	}
}

/* Takes the guest's fate from its console, if nobody saw the guest end. */
static void take_death(struct intake *in, const struct console_event *e)
{
	static const enum vm_fate fates[] = {
		[CONSOLE_OOPS] = VM_OOPS, [CONSOLE_HANG] = VM_HANG, [CONSOLE_PANIC] = VM_PANIC,
	};

	if (in->boot->fate != VM_RUNNING || in->end)
		return;
	in->death = fates[e->kind];
	free(in->boot->title);
	in->boot->title = xstrdup(e->title);
}

/*
 * Gives each console event to the cell in which it happened. Returns true when the kernel died
 * before any cell.
 */
static bool take_console(struct intake *in, const char *dir)
{
	struct console_event *events = xcalloc(MAX_EVENTS, sizeof(*events));
	struct strbuf log = STRBUF_INIT;
	char *path = xasprintf("%s/console.log", dir);
	bool died_early = false;
	size_t n = 0;

	if (!strbuf_read_file(&log, path))
		n = console_scan(strbuf_str(&log), log.len, events, MAX_EVENTS);
	for (size_t i = 0; i < n; i++) {
		long c = events[i].cell;

		died_early |= c < 0 && events[i].kind > CONSOLE_SPLAT;
		if (events[i].kind > CONSOLE_SPLAT)
			take_death(in, &events[i]);
		if (events[i].kind != CONSOLE_CLEAN && c >= 0 &&
		    c < (long)in->run->nr_cells && in->run->results[c].boot == in->boot->name)
			take_splat(&in->run->results[c], &events[i]);
	}
	strbuf_free(&log);
	free(path);
	free(events);
	return died_early;
}

bool intake_end(struct intake *in, const char *dir)
{
	struct run *run = in->run;
	bool died_early = take_console(in, dir);

	if (in->boot->fate == VM_RUNNING)
		in->boot->fate = in->end ? VM_DONE : in->death ? in->death : VM_INTERRUPTED;

	for (uint32_t i = 0; i < in->boot->nr_cells; i++) {
		uint32_t c = in->boot->cells[i];
		struct cell_result *r = &run->results[c];

		if (r->state == CELL_NOT_RUN)
			continue;
		if (r->state == CELL_BEGUN) {
			r->fate = in->boot->fate;
			if (in->boot->title[0] && !r->splats.nr)
				splats_add(&r->splats, WITNESS_BUG, in->boot->title);
			result_settle(r, &run->cells[c], &run->env);
		}
		intake_judge(run, c);
	}
	if (in->current != NO_CELL && !in->silent)
		take_verdict(run, in->current);
	return died_early;
}
