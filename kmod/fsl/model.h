/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interface between a register model and the bus it sits on. Plain C: a model is
 * compiled into a module, and into unit tests that boot nothing.
 *
 * Every call, in either direction, is made with the bus's lock for that model held and
 * interrupts off. A model has no locks of its own, does not sleep and does not allocate.
 */
#ifndef FSL_MODEL_H
#define FSL_MODEL_H

#ifdef __KERNEL__
#include <linux/math64.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
typedef __UINT8_TYPE__ u8;
typedef __UINT16_TYPE__ u16;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;
typedef __INT32_TYPE__ s32;
typedef __INT64_TYPE__ s64;

static inline u64 div64_u64(u64 n, u64 by)
{
	return n / by;
}
#endif

struct fsl_host;
struct fsl_model;

struct fsl_host_ops {
	/*
	 * Bus master access: returns the @len bytes (1 or more) at bus address @addr, valid
	 * until the model returns. Returns NULL when no live mapping of this device allows
	 * the access; the bus has counted and logged that, and the model does what its
	 * hardware would do.
	 */
	void *(*reach)(struct fsl_host *host, u64 addr, u32 len, bool write);
	/* Sets the level of interrupt line @line, counted from 0 in the node's order. */
	void (*irq)(struct fsl_host *host, unsigned int line, bool level);
	/* Monotonic time in ns. */
	u64 (*now)(struct fsl_host *host);
	/* Asks for a call of ->step() at @when (ns) or soon after; 0: none. Replaces the last. */
	void (*wake)(struct fsl_host *host, u64 when);
	/* Logs what the driver did that the manual forbids: one line without newline. */
	void (*say)(struct fsl_host *host, const char *what);
};

struct fsl_host {
	const struct fsl_host_ops *ops;
};

struct fsl_model_ops {
	/*
	 * Access the 32-bit register at byte offset @off of the block. Its bits are those of
	 * the manual: the bus swaps the bytes when the driver's accessor and the block differ
	 * in byte order.
	 */
	u32 (*read)(struct fsl_model *model, u32 off);
	void (*write)(struct fsl_model *model, u32 off, u32 value);
	void (*step)(struct fsl_model *model);
};

struct fsl_model {
	const struct fsl_model_ops *ops;
	struct fsl_host *host;
	bool big_endian;	/* byte order of the registers on the bus */
};

#endif
