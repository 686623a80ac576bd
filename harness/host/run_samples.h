/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_RUN_SAMPLES_H
#define HARNESS_RUN_SAMPLES_H

#include "lib/verdict/run.h"
#include "lib/measure/samples.h"

/*
 * Writes samples.bin of a run: for each cell that passed the guest's time of one iteration, and
 * what fio measured. @config is the text of the kernel's config. The file gets an END only if
 * the run was complete. Returns 0, or a negative errno with a line on stderr.
 */
int run_samples_write(const struct run *run, const char *config, int argc, char **argv);

/* Writes the ABOUT keys of samples.h for a run; other writers use it too. */
int run_samples_about(const struct run *run, const char *config, int argc, char **argv,
		      struct samples_writer *w);

/* What a series calls a cell: its id, and which engines when not software. Caller frees. */
char *run_samples_cell(const struct cell *cell);

#endif /* HARNESS_RUN_SAMPLES_H */
