/* SPDX-License-Identifier: GPL-2.0-only */
/* A run whose target is a board. */
#ifndef HARNESS_RUN_BOARD_H
#define HARNESS_RUN_BOARD_H

#include "board/board.h"
#include "lib/verdict/run.h"

struct run_board {
	struct board *board;	/* NULL: the target is a guest */
	char *no_world[WORLD__COUNT];	/* run->env has these */
};

/*
 * Opens the board of @wish, sees what it is, and fills run->target, run->accel and what it cannot
 * do in run->env; vm->board is set. Nothing when the target is a guest. Returns an exit code, with
 * a line on stderr unless it is 0: 2 the word of --target is wrong, 3 the board cannot be used.
 */
int run_board_open(struct run_board *rb, struct run *run, const struct board_wish *wish,
		   struct vm_opts *vm);
void run_board_close(struct run_board *rb);

#endif /* HARNESS_RUN_BOARD_H */
