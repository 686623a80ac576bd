/* SPDX-License-Identifier: GPL-2.0-only */
/* The personalities of engines (rows: kmod/uapi/personalities.h) as scenarios use them. */
#ifndef HARNESS_PERSONALITY_H
#define HARNESS_PERSONALITY_H

#include <stdbool.h>
#include <stddef.h>

#include "uapi/softdma.h"

#define SMALL_SOURCES	3	/* sources of a RAID-XOR descriptor before SEC 3.0 */

/* The words of all personalities, in their order; NULL ends the list. */
extern const char *const personality_words[];
/* The personality at index @i of that list. */
const struct softdma_personality *personality_get(size_t i);
/*
 * May an engine of capability @cap (enum dmt_cap, or CAP_RAID) have this personality? A
 * CAP_RAID engine has every operation; async_tx uses it, and programs do not.
 */
bool personality_serves(const struct softdma_personality *p, int cap);
/* Writes the personalities that may be used for @cap as "a, b or c", cut to @size. */
void personality_list(char *out, size_t size, int cap);

#endif /* HARNESS_PERSONALITY_H */
