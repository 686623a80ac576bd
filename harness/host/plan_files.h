/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes a plan as files for a scheduler, from templates that users can read and change. */
#ifndef HARNESS_PLAN_FILES_H
#define HARNESS_PLAN_FILES_H

#include "lib/outputs/parts.h"

/* @dir/{plan.json,part.sbatch,merge.sbatch,submit}. 0 or a negative errno, said on stderr. */
int plan_slurm(const struct parts *parts, const char *dir);
/* @dir/part-N.yaml from @template (NULL: harness/board/ci/lava-job.yaml). The same. */
int plan_lava(const struct parts *parts, const char *dir, const char *template);

#endif /* HARNESS_PLAN_FILES_H */
