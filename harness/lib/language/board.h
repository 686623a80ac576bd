/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Costs of the engines of some boards, so that a software engine has the timing of the board's:
 * engine ... board p2020. The CPU is still the guest's.
 */
#ifndef HARNESS_BOARD_H
#define HARNESS_BOARD_H

#include <stdbool.h>
#include <stdint.h>

struct board {
	struct {
		uint32_t setup_ns;	/* from the start until the first byte */
		uint64_t rate;		/* bytes that it reads per second */
	} engines[2];			/* by enum dmt_cap: the Elo DMA, the SEC */
};

extern const char *const board_words[];
/* NULL: there is no such board. */
const struct board *board_find(const char *word);
/* Is one of each board's engines like this personality? */
bool board_has(const char *like);

#endif /* HARNESS_BOARD_H */
