// SPDX-License-Identifier: GPL-2.0-only
/*
 * XOR and RAID6's P and Q, computed a word at a time. lib/raid6 has tables for this, but
 * the module that exports them measures algorithms for a quarter of a second when it is
 * loaded, and every guest and board would need that module for one personality.
 */
#include <linux/minmax.h>
#include <linux/string.h>

#include "compat.h"
#include "compute.h"

#define WORD	sizeof(u64)

static u64 word(const u8 *p)
{
	return get_unaligned((const u64 *)p);
}

/* The first @n bytes of a word; the others are 0. */
static u64 load(const u8 *p, u32 n)
{
	u64 w = 0;

	if (n == WORD)
		return word(p);
	memcpy(&w, p, n);
	return w;
}

static void store(u8 *p, u64 w, u32 n)
{
	if (n == WORD)
		put_unaligned(w, (u64 *)p);
	else
		memcpy(p, &w, n);
}

/* @dst may be a source: each chunk is read from all sources before it is written. */
void softdma_xor(u8 *dst, u8 *const *src, u32 nr, u32 len)
{
	u32 i = 0, k;

	for (; len - i >= 32; i += 32) {
		const u8 *s = src[0] + i;
		u64 a = word(s), b = word(s + 8), c = word(s + 16), d = word(s + 24);

		for (k = 1; k < nr; k++) {
			s = src[k] + i;
			a ^= word(s);
			b ^= word(s + 8);
			c ^= word(s + 16);
			d ^= word(s + 24);
		}
		put_unaligned(a, (u64 *)(dst + i));
		put_unaligned(b, (u64 *)(dst + i + 8));
		put_unaligned(c, (u64 *)(dst + i + 16));
		put_unaligned(d, (u64 *)(dst + i + 24));
	}
	for (; i < len; i++) {
		u8 x = src[0][i];

		for (k = 1; k < nr; k++)
			x ^= src[k][i];
		dst[i] = x;
	}
}

enum sum_check_flags softdma_xor_val(u8 *const *src, u32 nr, u32 len)
{
	u64 any = 0;
	u32 i, k;

	for (i = 0; i < len; i += WORD) {
		u32 n = min_t(u32, len - i, WORD);
		u64 w = 0;

		for (k = 0; k < nr; k++)
			w ^= load(src[k] + i, n);
		any |= w;
	}
	return any ? SUM_CHECK_P_RESULT : 0;
}

/* Multiplies each of eight bytes by 2 in the field (reduced by 0x11d on overflow). */
static u64 times_two(u64 w)
{
	u64 over = (w >> 7) & 0x0101010101010101ULL;

	return ((w << 1) & 0xfefefefefefefefeULL) ^ over * 0x1d;
}

static u64 times(u64 w, u8 coef)
{
	u64 sum = 0;

	for (; coef; coef >>= 1) {
		if (coef & 1)
			sum ^= w;
		w = times_two(w);
	}
	return sum;
}

struct syndrome {
	u64 p, q;
};

/* P and Q of the @n bytes (1..8) from offset @at on. */
static struct syndrome syndrome(u8 *const *src, const u8 *coef, u32 nr, u32 at, u32 n)
{
	struct syndrome s = { 0 };
	u32 k;

	for (k = 0; k < nr; k++) {
		u64 w = load(src[k] + at, n);

		s.p ^= w;
		s.q ^= times(w, coef[k]);
	}
	return s;
}

void softdma_pq(u8 *const *pq, u8 *const *src, const u8 *coef, u32 nr, u32 len, bool again)
{
	u32 i;

	for (i = 0; i < len; i += WORD) {
		u32 n = min_t(u32, len - i, WORD);
		struct syndrome s = syndrome(src, coef, nr, i, n);

		if (again && pq[0])
			s.p ^= load(pq[0] + i, n);
		if (again && pq[1])
			s.q ^= load(pq[1] + i, n);
		if (pq[0])
			store(pq[0] + i, s.p, n);
		if (pq[1])
			store(pq[1] + i, s.q, n);
	}
}

enum sum_check_flags softdma_pq_val(u8 *const *pq, u8 *const *src, const u8 *coef, u32 nr,
				    u32 len)
{
	enum sum_check_flags bad = 0;
	u32 i;

	for (i = 0; i < len; i += WORD) {
		u32 n = min_t(u32, len - i, WORD);
		struct syndrome s = syndrome(src, coef, nr, i, n);

		if (pq[0] && load(pq[0] + i, n) != s.p)
			bad |= SUM_CHECK_P_RESULT;
		if (pq[1] && load(pq[1] + i, n) != s.q)
			bad |= SUM_CHECK_Q_RESULT;
	}
	return bad;
}
