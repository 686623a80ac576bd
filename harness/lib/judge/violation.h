/* SPDX-License-Identifier: GPL-2.0-only */
/* The classes of violations: one row each. */
#ifndef HARNESS_VIOLATION_H
#define HARNESS_VIOLATION_H

#include <stdbool.h>
#include <stddef.h>

enum violation_id {
	V_OVERLAP_SAME_DEVICE, V_OVERLAP_CROSS_DEVICE, V_OVERLAP_DIRECTION, V_OVERLAP_ONE_OP,
	V_EARLY_MAP, V_USE_AFTER_UNMAP, V_UNMAP_ACTIVE, V_UNMAP_WRONG_DEVICE,
	V_UNMAP_WRONG_SIZE, V_UNMAP_WRONG_DIRECTION, V_UNMAP_WRONG_ADDRESS, V_DOUBLE_UNMAP,
	V_LEAK, V_UNMAP_WRONG_FUNCTION, V_WRONG_NENTS, V_REMAP_SG,
	V_UNCHECKED_MAPPING_ERROR, V_ERROR_ADDRESS_USED, V_STACK_MEMORY, V_BAD_MEMORY,
	V_FREE_WHILE_MAPPED, V_CACHELINE_SHARED, V_CPU_ACCESS, V_MISSING_SYNC,
	V_SYNC_OUT_OF_RANGE, V_SYNC_WRONG_DIRECTION, V_SYNC_WHILE_ACTIVE, V_SEGMENT_LIMITS,
	V_DMA_MASK, V_MMIO_MISMATCH, V_COHERENT_FREE_ATOMIC, V_DOUBLE_FREE_COHERENT,
	V_TRUNCATED_ADDRESS,

	V_FOREIGN_SUBMIT, V_CALLBACK_SUBMIT, V_CALLBACK_LOCKED, V_CALLBACK_HARDIRQ,
	V_CALLBACK_SLEEPS, V_ASYNC_TX_IN_IRQ, V_PREP_NOT_SUBMITTED, V_PREP_NULL_USED,
	V_NOT_ISSUED, V_START_BEFORE_ISSUE, V_DESC_USE_AFTER_SUBMIT, V_RESUBMIT,
	V_ACK_BEFORE_DEPENDENCY, V_RECYCLED_ACTIVE, V_TWO_CHILDREN, V_DEPENDENCY_LOST,
	V_DEPENDENCY_LOCKED, V_COOKIE_ORDER, V_COMPLETION_NOT_VISIBLE, V_ERROR_AS_SUCCESS,
	V_WRONG_RESIDUE, V_TERMINATE_NO_SYNC, V_ISSUE_WHILE_TERMINATING,
	V_CALLBACK_AFTER_TERMINATE, V_TERMINATE_ATOMIC, V_RELEASE_ACTIVE, V_UNREGISTER_BUSY,
	V_CHAN_REF_IMBALANCE, V_UNMAP_DATA_REF, V_UNMAP_DATA_COUNT, V_ABORTED_NOT_UNMAPPED,
	V_MISSING_INTERRUPT_FLAG, V_MISSING_FENCE, V_CONTINUE_MISUSE, V_ENGINE_LIMITS,
	V_OPERAND_OVERLAP, V_FOREIGN_MAP, V_SHARED_PRIVATE_CHANNEL, V_BUSY_WAIT, V_LOCK_TYPE,
	V_TIMEOUT_REUSE,
	V__COUNT
};

/* What a class needs before it can be seen, besides the observer. */
enum violation_needs {
	NEEDS_NOTHING,
	NEEDS_DEBUG_KERNEL,	/* CONFIG_DMA_API_DEBUG */
	NEEDS_ENGINE_EVENTS,	/* an engine that says when it moves data: softdma, models */
	NEEDS_NON_COHERENT,	/* a device whose caches are not coherent */
	NEEDS_MEMORY_MAP,	/* the machine's memory map in the recording */
	NEEDS_PROVIDER_OPS,	/* REGISTER that tells the provider's optional functions */
};

struct violation {
	enum violation_id id;
	const char *code;	/* harness/README.md#violations: "M5" */
	const char *name;	/* stable */
	const char *definition;
	const char *doc;	/* where the kernel says so */
	const char *rule;	/* over events, with what is deliberately left out */
	bool seen;		/* false: the judge never finds it, and */
	const char *why_not;	/* the reason, and which world or witness can */
	enum violation_needs needs;
};

/* By enum violation_id. */
const struct violation *violation_get(enum violation_id id);
/* NULL when there is none of this name or code. */
const struct violation *violation_find(const char *name);
/* The name nearest to a misspelt one; NULL when none is near. */
const char *violation_nearest(const char *name);
/* "needs ...", "" for NEEDS_NOTHING. */
const char *violation_needs_text(enum violation_needs needs);

#endif /* HARNESS_VIOLATION_H */
