// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's generic code for single blocks, from lib/crypto where possible. Drivers of
 * accelerators are avoided: they may want the FPU or sleep, and talitos, which is under
 * test, is one of them.
 */
#include <crypto/aes.h>
#include <crypto/des.h>
#include <crypto/hash.h>
#include <crypto/md5.h>
#include <crypto/sha1.h>
#include <crypto/sha2.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "kcrypto.h"

struct kcrypto {
#ifdef HAVE_AES_PREPAREKEY
	struct aes_key aes;
#else
	struct crypto_aes_ctx aes;
#endif
	struct des_ctx des;
	struct des3_ede_ctx des3;
	bool triple;
#ifdef HAVE_MD5_CTX
	struct md5_ctx md5;
#else
	struct crypto_shash *md5;
	struct shash_desc *md5_desc;
	struct md5_state *md5_state;		/* room for all that an export writes */
#endif
#ifdef HAVE_SHA1_CTX
	struct sha1_ctx sha1;
#else
	u32 sha1_w[SHA1_WORKSPACE_WORDS];
#endif
#ifdef HAVE_SHA256_CTX
	struct __sha256_ctx sha256;
#else
	struct sha256_state sha256;
#endif
#ifdef HAVE_SHA512_CTX
	struct __sha512_ctx sha512;
#else
	struct shash_desc *sha512_desc;		/* only its context is used */
#endif
};

static int aes_key(void *priv, const u8 *key, u32 len)
{
	struct kcrypto *k = priv;

#ifdef HAVE_AES_PREPAREKEY
	return aes_preparekey(&k->aes, key, len);
#else
	return aes_expandkey(&k->aes, key, len);
#endif
}

static void aes_block(void *priv, bool encrypt, u8 *out, const u8 *in)
{
	struct kcrypto *k = priv;

	if (encrypt)
		aes_encrypt(&k->aes, out, in);
	else
		aes_decrypt(&k->aes, out, in);
}

/* The key is set even when -ENOKEY says that it is weak. */
static int des_key(void *priv, const u8 *key, u32 len)
{
	struct kcrypto *k = priv;
	int err;

	k->triple = len == DES3_EDE_KEY_SIZE;
	err = k->triple ? des3_ede_expand_key(&k->des3, key, len) :
			  des_expand_key(&k->des, key, len);
	return err == -ENOKEY ? 0 : err;
}

static void des_block(void *priv, bool encrypt, u8 *out, const u8 *in)
{
	struct kcrypto *k = priv;

	if (k->triple && encrypt)
		des3_ede_encrypt(&k->des3, out, in);
	else if (k->triple)
		des3_ede_decrypt(&k->des3, out, in);
	else if (encrypt)
		des_encrypt(&k->des, out, in);
	else
		des_decrypt(&k->des, out, in);
}

/*
 * Newer kernels have a context for each digest, in which @state goes in and out in the digest's
 * byte order. Whole blocks leave nothing behind in the context but the state.
 */
#define BLOCKS(digest, update, bits, order, block)						\
static void digest##_blocks(struct kcrypto *k, u8 *state, const u8 *data, u32 n)		\
{												\
	const u32 word = (bits) / 8;								\
	unsigned int i;										\
												\
	memset(&k->digest, 0, sizeof(k->digest));						\
	for (i = 0; i < ARRAY_SIZE(k->digest.state.h); i++)					\
		k->digest.state.h[i] = get_unaligned_##order##bits(state + word * i);		\
	update(&k->digest, data, n * (block));							\
	for (i = 0; i < ARRAY_SIZE(k->digest.state.h); i++)					\
		put_unaligned_##order##bits(k->digest.state.h[i], state + word * i);		\
}

#ifdef HAVE_MD5_CTX
BLOCKS(md5, md5_update, 32, le, MD5_HMAC_BLOCK_SIZE)
#else
static void md5_blocks(struct kcrypto *k, u8 *state, const u8 *data, u32 n)
{
	struct md5_state *m = k->md5_state;
	int i;

	memset(m, 0, sizeof(*m));
	for (i = 0; i < MD5_HASH_WORDS; i++)
		m->hash[i] = get_unaligned_le32(state + 4 * i);
	crypto_shash_import(k->md5_desc, m);
	crypto_shash_update(k->md5_desc, data, n * MD5_HMAC_BLOCK_SIZE);
	crypto_shash_export(k->md5_desc, m);
	for (i = 0; i < MD5_HASH_WORDS; i++)
		put_unaligned_le32(m->hash[i], state + 4 * i);
}
#endif

#ifdef HAVE_SHA1_CTX
BLOCKS(sha1, sha1_update, 32, be, SHA1_BLOCK_SIZE)
#else
static void sha1_blocks(struct kcrypto *k, u8 *state, const u8 *data, u32 n)
{
	u32 words[SHA1_DIGEST_SIZE / 4];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = get_unaligned_be32(state + 4 * i);
	for (; n; n--, data += SHA1_BLOCK_SIZE)
		sha1_transform(words, data, k->sha1_w);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		put_unaligned_be32(words[i], state + 4 * i);
}
#endif

#ifdef HAVE_SHA256_CTX
BLOCKS(sha256, __sha256_update, 32, be, SHA256_BLOCK_SIZE)
#else
static void sha256_blocks(struct kcrypto *k, u8 *state, const u8 *data, u32 n)
{
	struct sha256_state *s = &k->sha256;
	unsigned int i;

	s->count = 0;
	for (i = 0; i < ARRAY_SIZE(s->state); i++)
		s->state[i] = get_unaligned_be32(state + 4 * i);
	sha256_update(s, data, n * SHA256_BLOCK_SIZE);
	for (i = 0; i < ARRAY_SIZE(s->state); i++)
		put_unaligned_be32(s->state[i], state + 4 * i);
}
#endif

#ifdef HAVE_SHA512_CTX
BLOCKS(sha512, __sha512_update, 64, be, SHA512_BLOCK_SIZE)
#else
static void sha512_blocks(struct kcrypto *k, u8 *state, const u8 *data, u32 n)
{
	struct sha512_state *s = shash_desc_ctx(k->sha512_desc);
	unsigned int i;

	s->count[0] = 0;
	s->count[1] = 0;
	for (i = 0; i < ARRAY_SIZE(s->state); i++)
		s->state[i] = get_unaligned_be64(state + 8 * i);
	crypto_sha512_update(k->sha512_desc, data, n * SHA512_BLOCK_SIZE);
	for (i = 0; i < ARRAY_SIZE(s->state); i++)
		put_unaligned_be64(s->state[i], state + 8 * i);
}
#endif

static void hash_blocks(void *priv, enum sec_digest digest, u8 *state, const u8 *data, u32 n)
{
	switch (digest) {
	case SEC_MD5:
		md5_blocks(priv, state, data, n);
		break;
	case SEC_SHA1:
		sha1_blocks(priv, state, data, n);
		break;
	case SEC_SHA224:
	case SEC_SHA256:
		sha256_blocks(priv, state, data, n);
		break;
	default:
		sha512_blocks(priv, state, data, n);
	}
}

#ifdef HAVE_MD5_CTX
static int md5_get(struct kcrypto *k)
{
	return 0;
}

static void md5_put(struct kcrypto *k)
{
}
#else
static int md5_get(struct kcrypto *k)
{
	k->md5 = crypto_alloc_shash("md5-generic", 0, 0);
	if (IS_ERR(k->md5)) {
		int err = PTR_ERR(k->md5);

		k->md5 = NULL;
		return err;
	}
	k->md5_desc = kzalloc(sizeof(*k->md5_desc) + crypto_shash_descsize(k->md5), GFP_KERNEL);
	k->md5_state = kzalloc(max_t(size_t, sizeof(*k->md5_state), crypto_shash_statesize(k->md5)),
			       GFP_KERNEL);
	if (!k->md5_desc || !k->md5_state)
		return -ENOMEM;
	k->md5_desc->tfm = k->md5;
	return 0;
}

static void md5_put(struct kcrypto *k)
{
	kfree(k->md5_state);
	kfree(k->md5_desc);
	if (k->md5)
		crypto_free_shash(k->md5);
}
#endif

#ifdef HAVE_SHA512_CTX
static int sha512_get(struct kcrypto *k)
{
	return 0;
}

static void sha512_put(struct kcrypto *k)
{
}
#else
static int sha512_get(struct kcrypto *k)
{
	k->sha512_desc = kzalloc(sizeof(*k->sha512_desc) + sizeof(struct sha512_state), GFP_KERNEL);
	return k->sha512_desc ? 0 : -ENOMEM;
}

static void sha512_put(struct kcrypto *k)
{
	kfree(k->sha512_desc);
}
#endif

void fsl_kcrypto_exit(struct sec_crypto *x)
{
	struct kcrypto *k = x->priv;

	if (!k)
		return;
	x->priv = NULL;
	md5_put(k);
	sha512_put(k);
	kfree_sensitive(k);
}

int fsl_kcrypto_init(struct sec_crypto *x)
{
	struct kcrypto *k = kzalloc(sizeof(*k), GFP_KERNEL);
	int err;

	if (!k)
		return -ENOMEM;
	*x = (struct sec_crypto) {
		.aes_key = aes_key,
		.aes_block = aes_block,
		.des_key = des_key,
		.des_block = des_block,
		.hash_blocks = hash_blocks,
		.priv = k,
	};
	err = md5_get(k) ?: sha512_get(k);
	if (err)
		fsl_kcrypto_exit(x);
	return err;
}
