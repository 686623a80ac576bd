/* SPDX-License-Identifier: GPL-2.0-only */
/* A failure again, on a board: a seed does not fix the interleaving there. */
#ifndef HARNESS_REPRO_BOARD_H
#define HARNESS_REPRO_BOARD_H

#include <stdbool.h>
#include <stdint.h>

/* Was the run in @run_dir on a board? */
bool repro_is_of_board(const char *run_dir);

/*
 * Runs cell @index of the run in @run_dir, on the same board, until it does not pass, at most
 * @tries times. Returns an exit code: 0 it failed again, 1 it did not, 2 or 3 it could not be
 * tried, with a line on stderr.
 */
int repro_on_board(const char *run_dir, uint32_t index, unsigned int tries,
		   unsigned int timeout_s);

#endif /* HARNESS_REPRO_BOARD_H */
