/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An engine moves its data with the processor. Who watches the processor's loads and stores
 * (harness/vm/plugin) has to tell these from the driver's, so an engine says when it begins and
 * ends: it stores to one of these two words, and the store is what is seen. Whatever this task or
 * interrupt touches in between is the device's access. An interrupt on top of it is not.
 */
#ifndef SOFTDMA_MARKS_H
#define SOFTDMA_MARKS_H

#include <linux/compiler.h>
#include <linux/types.h>

struct softdma_marks {		/* struct cpu_engine_marks of bpf/cpu.h */
	u64 begin, end;
};

extern struct softdma_marks softdma_marks;

/* Any context in which neither task nor processor changes before the other one is called. */
static inline void softdma_mark_begin(void)
{
	WRITE_ONCE(softdma_marks.begin, 1);
	barrier();
}

static inline void softdma_mark_end(void)
{
	barrier();
	WRITE_ONCE(softdma_marks.end, 1);
}

#endif
