/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers for a stream into which more events come between those that have numbers already. One
 * that comes gets the number behind all that were seen, and each later one moves up. It can come
 * only where no number is missing: of two interrupts the later may have written its event first,
 * and then the other one's number is still to come.
 */
#ifndef OBSERVER_MERGE_H
#define OBSERVER_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#define MERGE_EARLY	64	/* numbers that came before a lower one; more, and that is lost */

struct merge {
	uint64_t next;		/* the lowest number that was not seen */
	uint64_t shift;		/* events that came in between, ever */
	uint64_t early[MERGE_EARLY];
	unsigned int nr;
};

/* The event with this number is handed on now. Returns its new number. */
uint64_t merge_took(struct merge *m, uint64_t seq);
/* Can one come in behind the event @after, and all before it? */
bool merge_fits(const struct merge *m, uint64_t after);
/* One comes in. Returns its number. */
uint64_t merge_put(struct merge *m);
/* What is missing up to the number @last is lost. */
void merge_skip(struct merge *m, uint64_t last);

#endif /* OBSERVER_MERGE_H */
