/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Oracles: what must be true of every random program, so that a disagreement between what was
 * drawn, what the judge named and what happened to the data is a mistake of one of them.
 */
#ifndef HARNESS_ORACLE_H
#define HARNESS_ORACLE_H

#include "trial.h"

enum oracle {
	ORACLE_NONE,
	ORACLE_LEGAL,	/* (a) legal: silent, and the data intact, in every world */
	ORACLE_NAMED,	/* (b) corrupt data or an access fault: a violation is named there */
	ORACLE_SAME,	/* (c) the same classes in every world */
	ORACLE_MODEL,	/* (d) what the ownership model predicts */
	ORACLE_WHOLE,	/* (e) no splat, hang, panic, and nothing incomplete */
	ORACLE_DEBUG,	/* (f) where dma-debug speaks, the judge does too */
	ORACLE__COUNT
};

struct doubt {
	enum oracle oracle;
	char key[120];		/* equal for disagreements that are probably the same */
	char what[300];		/* in words */
	unsigned int excused;	/* a bit for each exception that was needed, by its number */
};

/* "a", "b", ...; what must be true, in words. */
const char *oracle_letter(enum oracle oracle);
const char *oracle_text(enum oracle oracle);

/*
 * Asks all oracles about a trial that was run in @worlds. @wrongs: the rules that the program
 * breaks by its drawer's account (lib/fuzz/draw.h). Returns false when they agree.
 */
bool oracle_ask(const struct trial *trial, uint32_t wrongs, unsigned int worlds,
		struct doubt *doubt);

/* Does the program break a rule that no event shows where the CPU is not watched? */
bool oracle_unseen(uint32_t wrongs);

/*
 * The exceptions, by number from 0: the class that may be missing or what is done, the worlds where
 * it holds, and why. False: there are no more.
 */
/* The number of the exception for lost events, which must be rare: nobody looks there. */
unsigned int oracle_exception_lost(void);
bool oracle_exception(unsigned int i, const char **class, unsigned int *worlds, const char **why);

#endif /* HARNESS_ORACLE_H */
