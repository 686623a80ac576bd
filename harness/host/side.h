/* SPDX-License-Identifier: GPL-2.0-only */
/* What a user names to be compared: run directories and baselines. */
#ifndef HARNESS_SIDE_H
#define HARNESS_SIDE_H

#include "lib/measure/samples.h"

/*
 * Adds the samples of @what to @s: a run directory, a directory of run
 * directories, a samples file, or the name of a baseline below @results. 0, also
 * when samples are missing or damaged: then s->incomplete says which. -ENOENT
 * with a line on stderr when there is no such thing.
 */
int side_load(const char *what, const char *results, struct samples *s);

/*
 * The arguments of the verb that made @what, argv[0] being "dmatorture run": of
 * its samples, else of env.json. NULL-terminated; side_free_arguments() ends
 * them. NULL, with a line on stderr, when they are not known.
 */
char **side_arguments(const char *what, const struct samples *s);
void side_free_arguments(char **argv);

/* <results>/baselines/<name>.samples. */
char *baseline_path(const char *results, const char *name);
bool baseline_name_ok(const char *name);

#endif /* HARNESS_SIDE_H */
