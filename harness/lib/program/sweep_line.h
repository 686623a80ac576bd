/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the agent reports about each run of a sweep, in FRAME_SWEEP:
 *
 *   begin n=N              N 0: nothing fails
 *   end n=N hit=0|1 maps=M refs=M bounces=M entries=M
 *       [after=STATUS after_failed=M after_checks=M after_bad=M]
 *
 * The frames between these are the same as those of any cell. maps, refs, bounces and entries
 * say how many more there are than before the run: mappings of the strict world that were
 * never unmapped, references to our modules, used slots of swiotlb, entries of dma-debug.
 * after: the result of running the program again, on the same engines, without a failure.
 */
#ifndef HARNESS_SWEEP_LINE_H
#define HARNESS_SWEEP_LINE_H

#include <stdbool.h>
#include <stdint.h>

/* The words of an "end" line. */
struct sweep_end {
	uint32_t n;
	bool hit, ran_after;
	int64_t maps, refs, bounces, entries;
	int64_t after;			/* status */
	uint64_t after_failed, after_checks, after_bad;
};

/* Reads an "end" line. False when @line is not one. */
bool sweep_read_end(const char *line, struct sweep_end *end);

#endif /* HARNESS_SWEEP_LINE_H */
