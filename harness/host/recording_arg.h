/* SPDX-License-Identifier: GPL-2.0-only */
/* What the verbs share that read a recording: how it is named, read, and what its state means. */
#ifndef HARNESS_RECORDING_ARG_H
#define HARNESS_RECORDING_ARG_H

#include <argp.h>
#include <stdio.h>

#include "lib/judge/evstream.h"

/* The class that --class names; a name that is none ends the program by @state. */
const struct violation *class_arg(struct argp_state *state, const char *name);

/*
 * What a verb's parser leaves to this one: the FILE, which it must be given, once. Returns 0, or
 * ARGP_ERR_UNKNOWN for any other key.
 */
error_t recording_key(int key, char *arg, struct argp_state *state, const char **file);

/* Opens a recording; NULL with a line on stderr, and the exit code is 2 then. */
FILE *recording_open(const char *path);
/* Has @use read the recording @path, and returns what it does; 2 when there is none. */
int recording_use(const char *path, int (*use)(const void *args, FILE *f), const void *args);
/*
 * Reads @f to its end into @s. What is wrong with it is said on stderr, with its @path. Returns
 * false when nothing was read that could be shown: the exit code is 3 then.
 */
bool recording_take(FILE *f, const char *path, struct evstream *s);

#endif /* HARNESS_RECORDING_ARG_H */
