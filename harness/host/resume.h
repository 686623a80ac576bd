/* SPDX-License-Identifier: GPL-2.0-only */
/* Recovers and resumes runs whose harness was killed. */
#ifndef HARNESS_RESUME_H
#define HARNESS_RESUME_H

/*
 * Makes the files of the run in @dir from what its guests had sent, and prints the verdicts.
 * Returns the run's exit code; 2 when @dir is not a run, or the run still goes on, or has its
 * result already; 3 when its plan is damaged.
 */
int run_recover(const char *dir);

/*
 * Runs the cells of the run in @dir that have no verdict yet, and makes the files of the whole
 * run. Kernel, modules, agent and QEMU must be the same as before. Returns an exit code as above.
 * @timeout_s 0: the one that the run was started with.
 */
int run_resume(const char *dir, unsigned int jobs, unsigned int timeout_s);

#endif /* HARNESS_RESUME_H */
