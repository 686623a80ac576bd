/* SPDX-License-Identifier: GPL-2.0-only */
/* Injected faults of a register model. The numbers are those of the kernel's fault-inject. */
#ifndef FSL_FAULT_H
#define FSL_FAULT_H

#include "model.h"

struct fsl_fault {
	u32 interval;		/* only every interval-th call may fail; 0: off */
	u32 probability;	/* percent */
	s32 space;		/* bytes that pass before the first failure */
	s32 times;		/* failures at most; -1: no limit */
	u32 count;
	u64 hits;
};

/* Draws with xorshift64*; *@state must not be 0. */
static inline u32 fsl_draw(u64 *state)
{
	u64 x = *state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return (x * 0x2545f4914f6cdd1dULL) >> 32;
}

/* Shall the fault hit an operation of @len bytes? Counts each hit. */
static inline bool fsl_fault_hits(struct fsl_fault *f, u64 *prng, u32 len)
{
	if (!f->interval || !f->probability || !f->times)
		return false;
	if (f->space > 0) {
		f->space -= f->space < (s64)len ? f->space : (s32)len;
		return false;
	}
	if (++f->count % f->interval)
		return false;
	if (f->probability < 100 && ((u64)fsl_draw(prng) * 100 >> 32) >= f->probability)
		return false;
	if (f->times > 0)
		f->times--;
	f->hits++;
	return true;
}

#endif
