/* SPDX-License-Identifier: GPL-2.0-only */
/* What operations compute, on CPU pointers that an engine has resolved. Any context. */
#ifndef SOFTDMA_COMPUTE_H
#define SOFTDMA_COMPUTE_H

#include <linux/dmaengine.h>
#include <linux/types.h>

/*
 * Writes the XOR of @nr blocks of @len bytes to @dst; @nr and @len are at least 1. @dst
 * may be one of @src. These functions accept any alignment.
 */
void softdma_xor(u8 *dst, u8 *const *src, u32 nr, u32 len);

/* Returns SUM_CHECK_P_RESULT when the XOR of the @nr blocks is not all zeroes, else 0. */
enum sum_check_flags softdma_xor_val(u8 *const *src, u32 nr, u32 len);

/*
 * RAID6's syndrome in GF(2^8) with polynomial 0x11d, as in lib/raid6: P is the sum of
 * @src, Q the sum of each of @src times its @coef. They are written to @pq[0] and @pq[1];
 * NULL there: not wanted. @again: they are added to what @pq holds.
 */
void softdma_pq(u8 *const *pq, u8 *const *src, const u8 *coef, u32 nr, u32 len, bool again);

/* Returns which of @pq (those not NULL) differ from the syndrome of @src; 0: none. */
enum sum_check_flags softdma_pq_val(u8 *const *pq, u8 *const *src, const u8 *coef, u32 nr,
				    u32 len);

#endif
