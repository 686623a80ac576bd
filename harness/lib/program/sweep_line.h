/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the agent says of each run of a sweep, in FRAME_SWEEP:
 *
 *   begin n=N              N 0: nothing fails
 *   end n=N hit=0|1 maps=M refs=M bounces=M entries=M
 *       [after=STATUS after_failed=M after_checks=M after_bad=M]
 *
 * and between these what is said of any cell. maps: of the strict world, never unmapped;
 * refs: to our modules; bounces: slots of swiotlb; entries: of dma-debug; how many more there
 * are than before. after: the same program once more, on the same engines, without a failure.
 */
#ifndef HARNESS_SWEEP_LINE_H
#define HARNESS_SWEEP_LINE_H

#include <stdbool.h>
#include <stdint.h>

/* The words of an end. */
struct sweep_end {
	uint32_t n;
	bool hit, ran_after;
	int64_t maps, refs, bounces, entries;
	int64_t after;			/* status */
	uint64_t after_failed, after_checks, after_bad;
};

/* Reads "end ...". False when it is none. */
bool sweep_read_end(const char *line, struct sweep_end *end);

#endif /* HARNESS_SWEEP_LINE_H */
