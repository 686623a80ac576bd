/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the smallest scenario that still shows something. */
#ifndef HARNESS_REDUCE_H
#define HARNESS_REDUCE_H

#include "lib/fuzz/draw.h"
#include "oracle.h"

enum keep {
	KEEP_DEFAULT,		/* of a finding of fuzz the disagreement, else the outcome */
	KEEP_CLASS,		/* a class of violations is found */
	KEEP_OUTCOME,		/* verdict, data, faults and reports of the kernel are the same */
	KEEP_DOUBT,
};

struct reduction {
	/* given */
	struct trials *trials;
	enum keep keep;
	enum violation_id class;	/* KEEP_CLASS */
	unsigned int max_tries;
	/* found */
	struct strbuf text;	/* the reduced scenario */
	char what[400];		/* what it shows, in words */
	enum world world;	/* where; not KEEP_DOUBT */
	unsigned int tries, rounds;
	unsigned int steps_before, steps_after;
	uint32_t wrongs;	/* of a drawn program */
	/* private */
	struct doubt doubt;
	struct trial_seen like;
	enum draw_mode mode;
	unsigned int worlds;	/* where candidates run */
};

/*
 * Reduces @text, which came from @file. Returns 0; -ENOENT when it does not show what is to be
 * kept; -EINVAL when it is no scenario; or another negative errno: each with a line on stderr. The
 * best that was found before an error is in @r->text.
 */
int reduce(struct reduction *r, const char *file, const struct strbuf *text);
void reduction_free(struct reduction *r);

/* reduce_text.c: of a scenario that somebody wrote. @shows says whether a trial shows it. */
int reduce_text(struct reduction *r, bool (*shows)(const struct reduction *r,
						   const struct trial *t));

#endif /* HARNESS_REDUCE_H */
