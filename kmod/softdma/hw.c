// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the engine does and no one could see from outside: a bus analyser would.
 * Functions for an observer to probe, and a trace event in each, for where a kprobe is missed
 * too often; the cookie is passed as the client may have the descriptor for something else by
 * then.
 *
 * A descriptor that was submitted is either done or dropped, once: done means that
 * the engine touches its memory no more, whatever the client is told and when.
 */
#include "softdma.h"

#define CREATE_TRACE_POINTS
#include "hw_trace.h"

/* The engine begins to move the data. Any context, irqs off. */
noinline void dmt_hw_start(struct dma_async_tx_descriptor *tx, dma_cookie_t cookie)
{
	barrier();
	trace_dmt_hw_start(tx, cookie, 0);
}

/* Its last access is over. @error: 0 or a negative errno. The same contexts. */
noinline void dmt_hw_done(struct dma_async_tx_descriptor *tx, dma_cookie_t cookie, int error)
{
	barrier();
	trace_dmt_hw_done(tx, cookie, error);
}

/* Given up: terminated, or the engine went. It is touched no more. The same contexts. */
noinline void dmt_hw_drop(struct dma_async_tx_descriptor *tx, dma_cookie_t cookie)
{
	barrier();
	trace_dmt_hw_drop(tx, cookie, 0);
}
