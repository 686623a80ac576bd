/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads what messages of the verdict say about violations: a page is made of result.json. */
#ifndef HARNESS_SAID_H
#define HARNESS_SAID_H

enum said_kind {
	SAID_OTHER,		/* not about a class of violations */
	SAID_UNEXPECTED,	/* it was found, or perhaps found, and nobody expects it */
	SAID_KNOWN,		/* a known issue excuses it */
};

struct said {
	enum said_kind kind;
	char class[64];		/* its name; of SAID_KNOWN "" when it is about a report of the kernel */
	char issue[64];		/* of SAID_KNOWN: its name */
};

/* Reads a message that verdict_violations() or verdict_witnesses() made. */
void said_read(const char *message, struct said *said);

#endif /* HARNESS_SAID_H */
