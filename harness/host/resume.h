/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs whose harness was killed: their results, and what they had not come to. */
#ifndef HARNESS_RESUME_H
#define HARNESS_RESUME_H

/*
 * Makes the files of the run in @dir from what its guests had said, and prints the verdicts.
 * An exit code: that of the run; 2 when @dir is no run, one that still goes on, or one that has
 * its result; 3 when its plan is damaged.
 */
int run_recover(const char *dir);

/*
 * Runs the cells of the run in @dir that have no verdict yet, and makes its files of all. The
 * guests must be what they were: kernel, modules, agent, QEMU. An exit code, as above.
 * @timeout_s 0: as the run was begun with.
 */
int run_resume(const char *dir, unsigned int jobs, unsigned int timeout_s);

#endif /* HARNESS_RESUME_H */
