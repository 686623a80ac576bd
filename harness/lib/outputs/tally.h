/* SPDX-License-Identifier: GPL-2.0-only */
/* What cells of a table's field came to, and the words for it that say whether it was expected. */
#ifndef HARNESS_TALLY_H
#define HARNESS_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "lib/verdict/result.h"

struct tally {
	unsigned int cells;
	unsigned int outcome[OUTCOME__COUNT];
	unsigned int intact, corrupt;	/* cells whose data were checked */
	unsigned int spared;		/* intact, where corrupt was expected */
	unsigned int surprised;		/* corrupt, where that was not expected */
	unsigned int found;		/* a violation was expected, and the cell passed */
	uint64_t checks, bad;
};

/* What of a cell's expectations a table tells. */
struct tally_wants {
	bool corrupt, violation;
};

void tally_add(struct tally *t, enum outcome outcome, enum data_state data, uint64_t checks,
	       uint64_t bad, const struct tally_wants *wants);
/* Adds what @from has to @t. */
void tally_join(struct tally *t, const struct tally *from);
/* The worst outcome; a skip only when all were skipped. */
enum outcome tally_worst(const struct tally *t);

/*
 * The words for a field: "intact", "corrupt", "fail: corrupt 3/180", "-" without cells. What stands
 * beside a pass should also have tally_expected(). @size: of @out, 64 will do.
 */
void tally_words(const struct tally *t, char *out, size_t size);
/* The same in full: "corrupt 180/180, as expected". */
void tally_full_words(const struct tally *t, char *out, size_t size);
/* What of a pass looks like a failure: "corrupt, as expected"; "" when nothing does. */
const char *tally_expected(const struct tally *t);

#endif /* HARNESS_TALLY_H */
