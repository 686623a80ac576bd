/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_RUN_SAMPLES_H
#define HARNESS_RUN_SAMPLES_H

#include "lib/verdict/run.h"
#include "lib/measure/samples.h"

/*
 * Writes samples.bin of a run: of each cell that passed, the guest's time of one
 * iteration, and what fio measured. @config is the text of the kernel's config. It has
 * an end only when the run came to its own. 0 or a negative errno, with a line on stderr.
 */
int run_samples_write(const struct run *run, const char *config, int argc, char **argv);

/* What samples.h asks to be said of a run; for other writers too. */
int run_samples_about(const struct run *run, const char *config, int argc, char **argv,
		      struct samples_writer *w);

/* What a series calls a cell: its id, and which engines when not software. Caller frees. */
char *run_samples_cell(const struct cell *cell);

#endif /* HARNESS_RUN_SAMPLES_H */
