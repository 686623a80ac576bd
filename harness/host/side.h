/* SPDX-License-Identifier: GPL-2.0-only */
/* The sides of a comparison, as the user names them: run directories and baselines. */
#ifndef HARNESS_SIDE_H
#define HARNESS_SIDE_H

#include "lib/measure/samples.h"

/*
 * Adds the samples of @what to @s. @what is a run directory, a directory of run directories, a
 * samples file, or the name of a baseline below @results. Returns 0, or -ENOENT with a line on
 * stderr when @what does not exist. When samples are missing or damaged, it returns 0 too, and
 * s->incomplete says which.
 */
int side_load(const char *what, const char *results, struct samples *s);

/*
 * Returns the arguments of the verb that made @what, from its samples, else from env.json; argv[0]
 * is "dmatorture run". The array is NULL-terminated; free it with side_free_arguments(). NULL,
 * with a line on stderr, when they are not known.
 */
char **side_arguments(const char *what, const struct samples *s);
void side_free_arguments(char **argv);

/* <results>/baselines/<name>.samples. */
char *baseline_path(const char *results, const char *name);
bool baseline_name_ok(const char *name);

#endif /* HARNESS_SIDE_H */
