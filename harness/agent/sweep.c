// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sweep: runs a cell without a failure, then with its first call failing, then its second,
 * and so on until a run does not reach the call. What each run leaves behind is counted here
 * and judged by the harness.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cells.h"

#define LIMIT		4096	/* calls at most */
#define ADVICE		"\nsweep "

#define SOFT_NTH	"/sys/module/softdma/parameters/fail_nth"
#define EXEC_NTH	"/sys/module/dmatorture/parameters/fail_nth"
#define FAILSLAB	"/sys/kernel/debug/failslab/"
#define FAIL_PAGE	"/sys/kernel/debug/fail_page_alloc/"

bool sweep_wanted(const struct plan_cell *cell)
{
	return memmem(cell->setup, cell->setup_len, ADVICE, strlen(ADVICE));
}

/* ---- the nth call ---- */

/*
 * Configures both failslab and fail_page_alloc, because the task's counter (fail-nth) counts
 * the calls of both. @verbose: log the failure with a stack, for a run with one call only.
 */
static int choose_allocations(bool slab, bool verbose)
{
	const struct {
		const char *path, *value;
	} files[] = {
		{ FAILSLAB "ignore-gfp-wait", "N" },
		{ FAILSLAB "cache-filter", slab ? "N" : "Y" },	/* no cache is marked */
		{ FAILSLAB "verbose", verbose ? "2" : "0" },
		{ FAIL_PAGE "ignore-gfp-wait", "N" },
		{ FAIL_PAGE "ignore-gfp-highmem", "N" },
		{ FAIL_PAGE "min-order", slab ? "99" : "0" },
		{ FAIL_PAGE "verbose", verbose ? "2" : "0" },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int err = write_text(files[i].path, files[i].value);

		if (err) {
			say_text(FRAME_REFUSED, "sweep: %s: %s", files[i].path, strerror(-err));
			return err;
		}
	}
	return 0;
}

static void arm(const struct sweep_run *run)
{
	const char *path = run->allocations ? EXEC_NTH : SOFT_NTH;
	char *text = run->allocations ? xasprintf("%u", run->n) : xasprintf("%s %u", run->kind, run->n);
	int err = write_text(path, text);

	if (err)
		say_text(FRAME_REFUSED, "sweep: %s: %s", path, strerror(-err));
	free(text);
}

static bool disarm(const struct sweep_run *run)
{
	char text[64] = "";
	unsigned int n, calls;

	if (run->allocations) {
		read_line(EXEC_NTH, text, sizeof(text));
		write_text(EXEC_NTH, "0");
		return run->n && !strcmp(text, "0");
	}
	read_line(SOFT_NTH, text, sizeof(text));
	write_text(SOFT_NTH, "off");
	return run->n && sscanf(text, "%*s %u %u", &n, &calls) == 2 && calls >= n;
}

void sweep_program(struct sweep_run *run, const struct plan_cell *cell, struct engines *es)
{
	struct dmt_sums sums;
	int err;

	arm(run);
	run_program(cell, es);
	run->hit = disarm(run);
	run->after[0] = '\0';
	if (!run->again)
		return;
	err = run_program_quietly(cell, es, &sums);
	snprintf(run->after, sizeof(run->after),
		 " after=%d after_failed=%" PRIu64 " after_checks=%" PRIu64 " after_bad=%" PRIu64,
		 err ? err : sums.status, (uint64_t)sums.steps_failed, (uint64_t)sums.checks,
		 (uint64_t)sums.checks_bad);
}

/* ---- what is left behind ---- */

static const char *const left_words[SWEEP_NR_LEFT] = { "maps", "refs", "bounces", "entries" };

static int64_t number_in(const char *path)
{
	char line[64];

	return read_line(path, line, sizeof(line)) ? 0 : strtoll(line, NULL, 10);
}

void sweep_count(struct sweep_run *run, bool after)
{
	const int64_t now[SWEEP_NR_LEFT] = {
		number_in("/sys/module/softdma/parameters/never_unmapped"),
		number_in("/sys/module/softdma/refcnt") + number_in("/sys/module/dmatorture/refcnt"),
		number_in("/sys/kernel/debug/swiotlb/io_tlb_used"),
		witness_live_entries(),
	};

	for (int i = 0; i < SWEEP_NR_LEFT; i++)
		run->left[i] = after ? now[i] - run->left[i] : now[i];
}

/* ---- the loop ---- */

static void say_begin(const struct plan_cell *cell, uint32_t n)
{
	char mark[80];

	/* Mark in the console log which run the lines that follow belong to. */
	snprintf(mark, sizeof(mark), "<4>dmatorture: cell %u call %u\n", cell->index, n);
	write_text("/dev/kmsg", mark);
	say_text(FRAME_SWEEP, "begin n=%u", n);
}

/* Runs the cell with its @n-th call failing. True when that call was made. */
static bool sweep_once(const struct plan_cell *cell, struct sweep_run *run, uint32_t n)
{
	struct strbuf end = STRBUF_INIT;

	run->n = n;
	run->hit = false;
	say_begin(cell, n);
	run_observed(cell, run);
	strbuf_addf(&end, "end n=%u hit=%d", n, run->hit);
	for (int i = 0; i < SWEEP_NR_LEFT; i++)
		strbuf_addf(&end, " %s=%" PRId64, left_words[i], run->left[i]);
	strbuf_adds(&end, run->after);
	send_frame(FRAME_SWEEP, end.s, end.len);
	strbuf_free(&end);
	return run->hit;
}

static void sweep(const struct plan_cell *cell, struct sweep_run *run, uint32_t only)
{
	uint32_t n = 1;

	sweep_once(cell, run, 0);
	if (only) {
		if (sweep_once(cell, run, only))
			sweep_once(cell, run, 0);
		return;
	}
	while (n <= LIMIT && sweep_once(cell, run, n))
		n++;
}

void sweep_cell(const struct plan_cell *cell)
{
	const char *line = memmem(cell->setup, cell->setup_len, ADVICE, strlen(ADVICE));
	struct sweep_run run = { 0 };
	char kind[16] = "";
	uint32_t only = 0;

	if (sscanf(line, "\nsweep %15s %u", kind, &only) < 1)
		return;		/* set_up() will refuse the line */
	run.kind = kind;
	run.allocations = !strcmp(kind, "slab") || !strcmp(kind, "page");
	/* An engine's own faults are used up by the first run of a program. */
	run.again = !memmem(cell->setup, cell->setup_len, "attr fault_", 11);
	if (run.allocations && choose_allocations(!strcmp(kind, "slab"), only))
		return;
	sweep(cell, &run, only);
}
