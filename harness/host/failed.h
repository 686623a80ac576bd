/* SPDX-License-Identifier: GPL-2.0-only */
/* Which cells of an earlier run did not pass, to run these first or alone. */
#ifndef HARNESS_FAILED_H
#define HARNESS_FAILED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct failed {
	char **ids;		/* sorted */
	size_t nr;
	char **scenarios;	/* theirs, each once */
	size_t nr_scenarios;
	char *kernel;		/* "debian:6.12" */
	bool drivers, has_seed;
	uint64_t seed;		/* that was given on the command line, if has_seed */
	uint32_t repeat;	/* 0: none was given */
};

/*
 * Reads the run in @dir; @incomplete: incomplete cells count as failed too. Returns 0, or 2 with a
 * line on stderr when @dir is no run that has ended.
 */
int failed_read(const char *dir, bool incomplete, struct failed *failed);
/* After ids were added by hand. */
void failed_sort(struct failed *failed);
bool failed_has(const struct failed *failed, const char *id);
void failed_free(struct failed *failed);

#endif /* HARNESS_FAILED_H */
