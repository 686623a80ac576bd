/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a register model is to the bus it sits on, and the bus to a model. Plain C:
 * a model is compiled into a module, and into unit tests that boot nothing.
 *
 * Every call, in either direction, is made with the bus's lock of that model held and
 * interrupts off: a model has no locks, does not sleep and does not allocate.
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
	 * As bus master: @len bytes (1 or more) at bus address @addr, to be read or written
	 * before the model returns. NULL: no live mapping of this device allows that; the
	 * bus has counted and said it, the model does what its hardware does.
	 */
	void *(*reach)(struct fsl_host *host, u64 addr, u32 len, bool write);
	/* The level of interrupt line @line, 0 on, as the node lists them. */
	void (*irq)(struct fsl_host *host, unsigned int line, bool level);
	/* ns, monotonic */
	u64 (*now)(struct fsl_host *host);
	/* ->step() is called at @when or soon after; the last call counts. 0: not at all. */
	void (*wake)(struct fsl_host *host, u64 when);
	/* What the driver did that the manual forbids, one line without newline. */
	void (*say)(struct fsl_host *host, const char *what);
};

struct fsl_host {
	const struct fsl_host_ops *ops;
};

struct fsl_model_ops {
	/*
	 * A 32-bit register at byte offset @off of the block, its value as the manual numbers
	 * the bits. The bus swaps where the driver's accessor and the block's order differ.
	 */
	u32 (*read)(struct fsl_model *model, u32 off);
	void (*write)(struct fsl_model *model, u32 off, u32 value);
	void (*step)(struct fsl_model *model);
};

struct fsl_model {
	const struct fsl_model_ops *ops;
	struct fsl_host *host;
	bool big_endian;	/* the registers' order on the bus */
};

#endif
