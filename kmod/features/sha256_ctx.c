// SPDX-License-Identifier: GPL-2.0-only
/* 6.17: lib/crypto has a context of its own for SHA-224 and SHA-256. */
#include <crypto/sha2.h>

void feature(struct __sha256_ctx *c, const u8 *b);

void feature(struct __sha256_ctx *c, const u8 *b)
{
	c->state.h[0] = 0;
	__sha256_update(c, b, 64);
}
