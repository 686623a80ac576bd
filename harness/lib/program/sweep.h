/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sweep: a cell runs with its first call of a kind failing, then with its second, until
 * one is never reached. What a client then must not do is leak, hang or crash. Here is what
 * a user wishes for and the cell that is made of it; sweep_line.h has what the agent says.
 */
#ifndef HARNESS_SWEEP_H
#define HARNESS_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "cell.h"

enum sweep_kind {
	SWEEP_NONE,
	SWEEP_MAP,		/* dma_map_*, dma_alloc_*: of the strict world */
	SWEEP_PREP,		/* the provider's prep gives NULL */
	SWEEP_SUBMIT,		/* tx_submit gives a negative cookie */
	SWEEP_SLAB,		/* the kernel's failslab */
	SWEEP_PAGE,		/* fail_page_alloc */
	SWEEP__COUNT
};

const char *sweep_name(enum sweep_kind kind);

/* What a command line wants to be swept. */
struct sweep_wish {
	bool kinds[SWEEP__COUNT];
	uint32_t only[SWEEP__COUNT];	/* this call alone; 0: all */
};

#define SWEEP_MAX_CALLS	4096

/* "map,prep:7". 0, or -EINVAL with @why filled. */
int sweep_parse(const char *list, struct sweep_wish *wish, char why[256]);
/* Does it sweep anything? */
bool sweep_any(const struct sweep_wish *wish);

/* Makes @cell, compiled with one iteration, one that is swept; or one that says why not. */
void sweep_make(struct cell *cell, enum sweep_kind kind, uint32_t only);

/* The kernel's symbol without which it cannot be, or NULL. */
const char *sweep_symbol(enum sweep_kind kind);

#endif /* HARNESS_SWEEP_H */
