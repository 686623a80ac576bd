/* SPDX-License-Identifier: GPL-2.0-only */
/* A program that runs beside a loop that never waits for it. */
#ifndef HARNESS_CHILD_H
#define HARNESS_CHILD_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "lib/base/strbuf.h"

struct child {
	pid_t pid;		/* 0: it does not run */
	int in, out, err;	/* our ends; -1: closed */
	const struct strbuf *input;
	size_t written;		/* of @input */
	int code;		/* when it has ended: its exit code, or 128 + its signal */
	time_t since;		/* when it was started, CLOCK_MONOTONIC in seconds */
	time_t told_to_end;	/* 0: it was not */
};

#define CHILD_NONE	{ .in = -1, .out = -1, .err = -1 }

/*
 * Starts @argv, found in PATH, in a process group of its own, which dies with this process. @input
 * (NULL: nothing) becomes its standard input and must live until its end. Returns 0 or a negative
 * errno; that the program is not there shows as exit code 127.
 */
int child_start(struct child *c, char **argv, const struct strbuf *input);

/*
 * Takes what it has said (@out, @err may be NULL: that is thrown away) and gives it what it wants
 * to read. True when it has ended, and all was taken: then @c->code is known.
 */
bool child_step(struct child *c, struct strbuf *out, struct strbuf *err);

bool child_runs(const struct child *c);

/* Tells it, and all that it started, to end. child_step() kills it if it does not within 3 s. */
void child_end(struct child *c);
/* Kills it, and waits. */
void child_kill(struct child *c);

#endif /* HARNESS_CHILD_H */
