/* SPDX-License-Identifier: GPL-2.0-only */
/* The run directory: harness/README.md#outcomes. */
#ifndef HARNESS_RUNDIR_H
#define HARNESS_RUNDIR_H

#include <stddef.h>

#include "lib/verdict/run.h"

/*
 * Makes <base>/<UTC time>-<kernel> with boots/ and failures/, and points
 * <base>/latest at it. The caller frees *@dir. 0, or a negative errno with a
 * line on stderr.
 */
int rundir_create(const char *base, const char *kernel, char **dir);

/*
 * Writes result.json, ktap.txt, junit.xml, kcidb.json, console.log, env.json and the failures. Each
 * file is whole or not there. Tries all of them; returns the first error, a
 * negative errno, having said on stderr what could not be kept.
 */
int rundir_write(const struct run *run, const char *env_json);

/* Writes @path through a temporary file beside it. 0 or a negative errno. */
int write_whole(const char *path, const void *data, size_t len);

/* rm -r of a directory tree that is ours; symlinks are not followed. */
int remove_tree(const char *path);

/* failure.c: reports of what the judge found, and the recording it found it in. */
char *failure_report(const struct run *run, uint32_t i);
int failure_recording(const struct run *run, uint32_t i, const char *path);

#endif /* HARNESS_RUNDIR_H */
