/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sweep runs a cell with its first call of a kind failing, then with its second, until a
 * run does not reach the call. The client must not leak, hang or crash in any of these runs.
 * This file has what a user asks for and the cell that is made of it; sweep_line.h has what
 * the agent reports.
 */
#ifndef HARNESS_SWEEP_H
#define HARNESS_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "cell.h"

enum sweep_kind {
	SWEEP_NONE,
	SWEEP_MAP,		/* dma_map_*() and dma_alloc_*() in the strict world */
	SWEEP_PREP,		/* the provider's prep gives NULL */
	SWEEP_SUBMIT,		/* tx_submit gives a negative cookie */
	SWEEP_SLAB,		/* the kernel's failslab */
	SWEEP_PAGE,		/* fail_page_alloc */
	SWEEP__COUNT
};

const char *sweep_name(enum sweep_kind kind);

/* The sweeps that a command line asks for. */
struct sweep_wish {
	bool kinds[SWEEP__COUNT];
	uint32_t only[SWEEP__COUNT];	/* only this call fails; 0: each in turn */
};

#define SWEEP_MAX_CALLS	4096

/* Parses a list such as "map,prep:7". Returns 0, or -EINVAL with the reason in @why. */
int sweep_parse(const char *list, struct sweep_wish *wish, char why[256]);
/* Does @wish ask for any sweep? */
bool sweep_any(const struct sweep_wish *wish);

/*
 * Makes @cell, which is compiled with one iteration, a cell that is swept. If it cannot be
 * swept, its ->skip says why.
 */
void sweep_make(struct cell *cell, enum sweep_kind kind, uint32_t only);

/* The kernel's CONFIG symbol that this sweep needs, or NULL. */
const char *sweep_symbol(enum sweep_kind kind);

#endif /* HARNESS_SWEEP_H */
