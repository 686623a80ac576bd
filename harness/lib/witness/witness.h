/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Witnesses: what in the kernel reports mistakes, beside our judge. They are recorded under
 * their own names and never mixed into its findings. Reports are read from the console
 * (console.h); whether a witness was awake at all, the agent says of each cell.
 */
#ifndef HARNESS_WITNESS_H
#define HARNESS_WITNESS_H

#include <stdbool.h>
#include <stdint.h>

enum witness {
	WITNESS_NONE,
	WITNESS_DMA_DEBUG,
	WITNESS_KASAN,
	WITNESS_KFENCE,
	WITNESS_UBSAN,
	WITNESS_LOCKDEP,	/* also: suspicious RCU usage */
	WITNESS_ATOMIC,		/* sleeping, or scheduling, where that is forbidden */
	WITNESS_KMEMLEAK,
	WITNESS_IOMMU,
	WITNESS_RCU,		/* stalls */
	WITNESS_WARN,
	WITNESS_BUG,		/* what is worse than a warning, lists and refcounts among it */
	WITNESS__COUNT
};

/* "dma-debug"; of WITNESS_NONE "". */
const char *witness_name(enum witness witness);

/* "CONFIG_DMA_API_DEBUG": kernels without have no such witness. NULL: all have it. */
const char *witness_symbol(enum witness witness);

/* What the agent says of one of them, for a cell or (kmemleak) for a whole guest. */
struct witness_state {
	bool said;
	bool ran;		/* from the beginning to the end */
	uint64_t reports;	/* by its own counter, printed or not */
	char why[80];		/* why it did not run */
	char filter[32];	/* the one driver it looks at, or "" */
};

/*
 * "name=dma-debug ran=1 reports=3 filter=x", "name=lockdep ran=0 why=it turned itself off";
 * why is the last word. False when it is nothing of the kind.
 */
bool witness_read(const char *line, enum witness *which, struct witness_state *state);

#endif /* HARNESS_WITNESS_H */
