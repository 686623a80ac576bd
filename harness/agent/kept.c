// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cells whose engines stay for the next cell with the same set-up. To make engines and to take
 * them away takes much longer than a small program, and so does counting what the observer has
 * lost: so hundreds of programs share that.
 */
#include <endian.h>
#include <string.h>

#include "cells.h"
#include "workload.h"

#define MAX_SET_UPS	5	/* until the observer has met all functions */

static struct {
	bool live;
	struct engines engines;
	const char *setup;	/* of the plan */
	uint32_t setup_len;
	uint32_t first, last;	/* cells that ran with these engines */
} kept;

bool is_kept(const struct plan_cell *cell)
{
	return cell->setup_len > strlen(KEEP "\n") &&
	       !strncmp(cell->setup, KEEP "\n", strlen(KEEP "\n"));
}

void cells_done(void)
{
	uint64_t lost;

	if (!kept.live)
		return;
	tear_down(&kept.engines);
	kept.live = false;
	lost = observe_kept_end();
	if (lost)
		say_text(FRAME_DOUBT, "%u %u the observer lost %llu events in one of these cells",
			 kept.first, kept.last, (unsigned long long)lost);
}

void kept_for(const struct plan_cell *cell)
{
	if (cell->setup_len != kept.setup_len || memcmp(cell->setup, kept.setup, kept.setup_len))
		cells_done();
}

static int begin(const struct plan_cell *cell, char *why)
{
	for (int i = 0; ; i++) {
		struct workload w = { .nr = 0 };
		int err;

		memset(&kept.engines, 0, sizeof(kept.engines));
		observe_kept_begin();
		err = set_up(&kept.engines, &w, cell, why);
		if (err) {
			tear_down(&kept.engines);
			return err;
		}
		if (!observe_kept_ready() || i >= MAX_SET_UPS)
			break;
		tear_down(&kept.engines);
	}
	kept.live = true;
	kept.setup = cell->setup;
	kept.setup_len = cell->setup_len;
	kept.first = cell->index;
	return 0;
}

void run_kept(const struct plan_cell *cell)
{
	uint32_t index = htole32(cell->index);
	char why[256] = "";

	if (!kept.live && begin(cell, why)) {
		say_text(FRAME_REFUSED, "%s", why);
		return;
	}
	kept.last = cell->index;
	for (int i = 0; ; i++) {
		observe_cell_begin();
		run_program(cell, &kept.engines);
		if (!observe_cell_end(i >= MAX_AGAIN))
			break;
		send_frame(FRAME_AGAIN, &index, sizeof(index));
	}
}
