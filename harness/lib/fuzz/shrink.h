/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes a sequence as small as it gets while it still shows something: shorter is smaller, and
 * of two that are as long, the one with the smaller first number that differs.
 */
#ifndef HARNESS_SHRINK_H
#define HARNESS_SHRINK_H

#include "choices.h"

#define SHRINK_AT_ONCE	64	/* candidates that are tried together */

struct shrink_try {
	uint32_t *v;
	uint32_t nr;
	/*
	 * What the caller made of it: it shows the thing still, and then what was drawn, which
	 * may be shorter than what was given.
	 */
	bool shows;
	struct choices drawn;
};

/*
 * Tries candidates, @nr of them at most SHRINK_AT_ONCE: sets shows, and with it drawn, in each.
 * They may be tried in any order or side by side. A negative errno ends the shrinking.
 */
typedef int (*shrink_fn)(void *arg, struct shrink_try *tries, unsigned int nr);

struct shrink_stats {
	unsigned int tries, rounds;
};

/*
 * Shrinks what @c has drawn, which shows the thing, into @c. The result depends on @c and on what
 * @fn says, and on nothing else. Ends when no smaller candidate shows it, or after about
 * @max_tries. Returns 0, or what @fn returned; @c has the smallest that was found in any case.
 */
int shrink(struct choices *c, shrink_fn fn, void *arg, unsigned int max_tries,
	   struct shrink_stats *stats);

#endif /* HARNESS_SHRINK_H */
