/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What engines of some boards cost, so that a software engine gives the pipeline of the
 * board: engine ... board p2020. The CPU's part is the guest's own.
 */
#ifndef HARNESS_BOARD_H
#define HARNESS_BOARD_H

#include <stdbool.h>
#include <stdint.h>

struct board {
	struct {
		uint32_t setup_ns;	/* from the start until the first byte */
		uint64_t rate;		/* bytes a second that it reads */
	} engines[2];			/* by enum dmt_cap: the Elo DMA, the SEC */
};

extern const char *const board_words[];
/* NULL: there is no such board. */
const struct board *board_find(const char *word);
/* Is one of each board's engines like this personality? */
bool board_has(const char *like);

#endif /* HARNESS_BOARD_H */
