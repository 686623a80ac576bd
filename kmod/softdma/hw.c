// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the engine does with memory, and when: on real hardware only a bus analyser would
 * show it. An observer probes these functions, or uses the trace event in each where
 * kprobes are missed too often. They pass the cookie because the client may by then use
 * the descriptor for something else.
 *
 * A submitted descriptor is either done or dropped, and only once. Done means that the
 * engine does not touch its memory any more, whatever the client is told and when.
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

/* The engine's last access is over. @error: 0 or a negative errno. Any context, irqs off. */
noinline void dmt_hw_done(struct dma_async_tx_descriptor *tx, dma_cookie_t cookie, int error)
{
	barrier();
	trace_dmt_hw_done(tx, cookie, error);
}

/*
 * The descriptor was terminated, or its engine removed. The engine does not touch its
 * memory any more. Any context, irqs off.
 */
noinline void dmt_hw_drop(struct dma_async_tx_descriptor *tx, dma_cookie_t cookie)
{
	barrier();
	trace_dmt_hw_drop(tx, cookie, 0);
}
