/* SPDX-License-Identifier: GPL-2.0-only */
/* What operations compute, on bytes an engine has resolved. No context needed. */
#ifndef SOFTDMA_COMPUTE_H
#define SOFTDMA_COMPUTE_H

#include <linux/dmaengine.h>
#include <linux/types.h>

/*
 * @dst = the XOR of @nr blocks of @len bytes, 1.. of each. @dst may be one of @src,
 * and any alignment will do: as for all of these.
 */
void softdma_xor(u8 *dst, u8 *const *src, u32 nr, u32 len);

/* SUM_CHECK_P_RESULT when the XOR of @nr blocks is not all zeroes, else 0. */
enum sum_check_flags softdma_xor_val(u8 *const *src, u32 nr, u32 len);

/*
 * RAID6's syndrome in GF(2^8) of polynomial 0x11d, as lib/raid6 has it:
 * P = the sum of @src, Q = the sum of @src times their @coef. @pq[0] is P, @pq[1] Q,
 * NULL: not asked for. @again: they are added to what is there.
 */
void softdma_pq(u8 *const *pq, u8 *const *src, const u8 *coef, u32 nr, u32 len, bool again);

/* Which of @pq, if not NULL, are not the syndrome of @src. */
enum sum_check_flags softdma_pq_val(u8 *const *pq, u8 *const *src, const u8 *coef, u32 nr,
				    u32 len);

#endif
