// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known (drivers/dma/fsldma.c, drivers/crypto/talitos.c and the device trees of
 * Linux 6.12): which blocks these parts have, EloPlus DMA with all three, SEC 3.3 in the
 * P1020, 3.1 in the P2020, 3.0 in the MPC8572; a link descriptor of 32 bytes that the DMA
 * fetches, one of 64 bytes for the SEC, 65535 bytes at most.
 *
 * What is ASSUMED: all the figures below. No public measurement of either engine was
 * found. They follow from one rule: a DMA channel moves a byte for every eight that the
 * part's memory could at its best, as it reads and writes and is one of several masters;
 * the SEC reads as fast as the DMA copies; the DMA takes 100 cycles of the platform bus
 * until it moves, for a descriptor's fetch and a read's latency, the SEC 400, as it also
 * resets and loads an execution unit. Memory: 32 bits at 667 MT/s, 2.7 GB/s (P1020);
 * 64 bits at 800 MT/s, 6.4 GB/s (P2020); two of these, of which one channel sees one
 * (MPC8572). Bus: 333, 600 and 600 MHz.
 *
 * So a ratio of two orders on one board is to be trusted as far as setup against size
 * goes; the microseconds are not. With figures of your own: setup and rate.
 */
#include "board.h"

#include <stddef.h>
#include <string.h>

#include "uapi/dmatorture.h"

const char *const board_words[] = { "none", "p1020", "p2020", "mpc8572", NULL };

#define MB 1000000ull

static const struct board boards[] = {	/* by board_words */
	{ { [DMT_CAP_MEMCPY] = { 0, 0 },	   [DMT_CAP_XOR] = { 0, 0 } } },
	{ { [DMT_CAP_MEMCPY] = { 300, 330 * MB },  [DMT_CAP_XOR] = { 1200, 330 * MB } } },
	{ { [DMT_CAP_MEMCPY] = { 170, 800 * MB },  [DMT_CAP_XOR] = { 670, 800 * MB } } },
	{ { [DMT_CAP_MEMCPY] = { 170, 800 * MB },  [DMT_CAP_XOR] = { 670, 800 * MB } } },
};

const struct board *board_find(const char *word)
{
	for (size_t i = 0; board_words[i]; i++)
		if (!strcmp(board_words[i], word))
			return &boards[i];
	return NULL;
}

/* All have an EloPlus DMA and a SEC. */
bool board_has(const char *like)
{
	return !strcmp(like, "fsl-dma") || !strcmp(like, "talitos");
}
