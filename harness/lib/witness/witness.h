/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Witnesses: parts of the kernel that report mistakes themselves. Their reports are recorded
 * under their own names and never mixed into the judge's findings. Reports are read from the
 * console (console.h); the agent tells for each cell whether a witness was awake.
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
	WITNESS_ATOMIC,		/* sleeping or scheduling where that is forbidden */
	WITNESS_KMEMLEAK,
	WITNESS_IOMMU,
	WITNESS_RCU,		/* stalls */
	WITNESS_WARN,
	WITNESS_BUG,		/* worse than a warning; includes lists and refcounts */
	WITNESS__COUNT
};

/* The witness's name such as "dma-debug"; "" for WITNESS_NONE. */
const char *witness_name(enum witness witness);

/* "CONFIG_DMA_API_DEBUG": the symbol that a kernel with this witness has. NULL: all have it. */
const char *witness_symbol(enum witness witness);

/* What the agent reports about a witness, for a cell or (kmemleak) for a whole guest. */
struct witness_state {
	bool said;
	bool ran;		/* it was on from the beginning to the end */
	uint64_t reports;	/* by the witness's own counter, printed or not */
	char why[80];		/* why it did not run */
	char filter[32];	/* the only driver that it checks, or "" */
};

/*
 * Reads a line such as "name=dma-debug ran=1 reports=3 filter=x" or "name=lockdep ran=0 why=it
 * turned itself off"; why comes last. False when it is no such line.
 */
bool witness_read(const char *line, enum witness *which, struct witness_state *state);

#endif /* HARNESS_WITNESS_H */
