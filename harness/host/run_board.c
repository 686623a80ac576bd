// SPDX-License-Identifier: GPL-2.0-only
/* Makes the board of a run ready, and says what it cannot do. */
#include "run_board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/visible.h"
#include "stop.h"

static void say_without(const struct board *b)
{
	char *text = xstrdup(strbuf_str(&b->facts.without)), *line, *save = NULL;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *safe = visible(line, 0);

		fprintf(stderr, "  [board] without %s\n", safe);
		free(safe);
	}
	free(text);
}

int run_board_open(struct run_board *rb, struct run *run, const struct board_wish *wish,
		   struct vm_opts *vm)
{
	char why[BOARD_WHY] = "";
	bool known[WORLD__COUNT] = { false };
	int err;

	*rb = (struct run_board){ .board = NULL };
	run->target = wish->target;
	if (board_is_vm(wish->target))
		return 0;
	rb->board = board_open(wish, why);
	if (!rb->board) {
		fprintf(stderr, "dmatorture: %s\n", why);
		return 2;
	}
	vm->board = rb->board;
	run->accel = "board";
	run->free_running = true;
	run->env.no_workload = "md, async_tx, crypto and dmatest run in guests only: they take disks and load the kernel's own modules";
	fprintf(stderr, "  [board] %s: is it there, and what can it do?\n", wish->target);
	stop_catch();
	rb->board->stop = stop_wanted;
	err = target_board.prepare(rb->board, vm, why);
	rb->board->stop = NULL;
	stop_release();
	if (err) {
		char *safe = visible(why, 0);

		fprintf(stderr, "dmatorture: %s\n", safe);
		free(safe);
		return 3;
	}
	say_without(rb->board);
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		enum world w = run->cells[i].world;

		if (!known[w])
			rb->no_world[w] = board_facts_no_world(&rb->board->facts,
				vm->machine ? vm->machine : machine_default(), w);
		known[w] = true;
		run->env.no_world[w] = rb->no_world[w];
	}
	return 0;
}

void run_board_close(struct run_board *rb)
{
	for (int w = 0; w < WORLD__COUNT; w++)
		free(rb->no_world[w]);
	board_close(rb->board);
	*rb = (struct run_board){ .board = NULL };
}
