/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What engines do, as trace events of the system softdma. A BPF program on a trace event
 * also runs inside the handler of a kprobe, where a second kprobe would be missed
 * (kprobes_inc_nmissed_count()).
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM softdma

#if !defined(SOFTDMA_HW_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SOFTDMA_HW_TRACE_H

#include <linux/dmaengine.h>
#include <linux/tracepoint.h>

DECLARE_EVENT_CLASS(dmt_hw,
		    TP_PROTO(struct dma_async_tx_descriptor *tx, dma_cookie_t cookie, int error),
		    TP_ARGS(tx, cookie, error),
		    TP_STRUCT__entry(__field(int, dev_id)
				     __field(int, chan_id)
				     __field(dma_cookie_t, cookie)
				     __field(int, error)
		    ),
		    TP_fast_assign(__entry->dev_id = tx->chan->device->dev_id;
				   __entry->chan_id = tx->chan->chan_id;
				   __entry->cookie = cookie;
				   __entry->error = error;
		    ),
		    TP_printk("dma%dchan%d cookie %d error %d", __entry->dev_id, __entry->chan_id,
			      __entry->cookie, __entry->error)
);

DEFINE_EVENT(dmt_hw, dmt_hw_start,
	     TP_PROTO(struct dma_async_tx_descriptor *tx, dma_cookie_t cookie, int error),
	     TP_ARGS(tx, cookie, error)
);

DEFINE_EVENT(dmt_hw, dmt_hw_done,
	     TP_PROTO(struct dma_async_tx_descriptor *tx, dma_cookie_t cookie, int error),
	     TP_ARGS(tx, cookie, error)
);

DEFINE_EVENT(dmt_hw, dmt_hw_drop,
	     TP_PROTO(struct dma_async_tx_descriptor *tx, dma_cookie_t cookie, int error),
	     TP_ARGS(tx, cookie, error)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH softdma
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE hw_trace
#include <trace/define_trace.h>
