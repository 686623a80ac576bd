/* SPDX-License-Identifier: GPL-2.0-only */
/* What engines can be like: kmod/uapi/personalities.h, the rows, as scenarios use them. */
#ifndef HARNESS_PERSONALITY_H
#define HARNESS_PERSONALITY_H

#include <stdbool.h>
#include <stddef.h>

#include "uapi/softdma.h"

#define SMALL_SOURCES	3	/* of the RAID-XOR descriptor, before SEC 3.0 */

/* Of all that there are; the list ends with NULL and has their order. */
extern const char *const personality_words[];
/* That of its word in the list. */
const struct softdma_personality *personality_get(size_t i);
/*
 * May an engine of capability @cap (enum dmt_cap, or CAP_RAID) be like it? CAP_RAID has
 * every operation; such an engine is async_tx's, and no program's.
 */
bool personality_serves(const struct softdma_personality *p, int cap);
/* Those that may, as "a, b or c", cut to @size. */
void personality_list(char *out, size_t size, int cap);

#endif /* HARNESS_PERSONALITY_H */
