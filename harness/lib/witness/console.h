/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds in a console log what went wrong, by a table of patterns, and gives each report a
 * stable title. Pure: works on canned logs.
 */
#ifndef HARNESS_CONSOLE_H
#define HARNESS_CONSOLE_H

#include <stddef.h>

#include "witness.h"

enum console_kind {
	CONSOLE_CLEAN,
	CONSOLE_SPLAT,		/* WARNING, BUG, KASAN, lockdep...: the guest went on */
	CONSOLE_OOPS,
	CONSOLE_HANG,		/* soft lockup, hung task, RCU stall */
	CONSOLE_PANIC,
};

struct console_event {
	enum console_kind kind;
	enum witness witness;
	char title[200];	/* stable: no times, addresses, pids */
	size_t offset;		/* bytes from the start of the text */
	size_t len;		/* of the report, with all its lines */
	long cell;		/* index of the cell in which it happened, as the agent's
				 * lines "dmatorture: cell N" in the log say; -1: in no
				 * cell (the agent writes -1 before it looks for leaks)
				 */
	long call;		/* C of "dmatorture: cell N call C", else 0 */
};

/*
 * Finds the events of @text (text[len] is NUL), at most @max, in order, and returns how many. A
 * report counts once: an oops and the panic that follows from it are one event of kind
 * CONSOLE_OOPS.
 */
size_t console_scan(const char *text, size_t len, struct console_event *events,
		    size_t max);

#endif /* HARNESS_CONSOLE_H */
