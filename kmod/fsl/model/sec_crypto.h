/* SPDX-License-Identifier: GPL-2.0-only */
/* The primitives that the execution units compute with. Any context, interrupts off. */
#ifndef FSL_SEC_CRYPTO_H
#define FSL_SEC_CRYPTO_H

#include "fsl/model.h"

enum sec_digest {
	SEC_MD5,
	SEC_SHA1,
	SEC_SHA224,
	SEC_SHA256,
	SEC_SHA384,
	SEC_SHA512,
	SEC_NR_DIGESTS
};

/* A cipher uses the last key that was set. */
struct sec_crypto {
	/* @len is 16, 24 or 32; else -EINVAL */
	int (*aes_key)(void *priv, const u8 *key, u32 len);
	void (*aes_block)(void *priv, bool encrypt, u8 *out, const u8 *in);
	/* @len is 8 for DES, 24 for 3DES; else -EINVAL */
	int (*des_key)(void *priv, const u8 *key, u32 len);
	void (*des_block)(void *priv, bool encrypt, u8 *out, const u8 *in);
	/*
	 * Hashes @n whole blocks into the chaining value @state. @state has 16, 20, 32 or 64
	 * bytes, in the byte order of the digest, and is aligned to 8.
	 */
	void (*hash_blocks)(void *priv, enum sec_digest digest, u8 *state, const u8 *data, u32 n);
	void *priv;
};

#endif
