// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cipher or a hash of the driver under test, and the kernel's own of the same name. Both
 * must give the same result for a request.
 */
#include <crypto/hash.h>
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "client.h"

#define MAX_IV		16
#define MAX_KEY		64
#define MAX_DIGEST	64

struct work {
	struct crypto_skcipher *cipher, *ref_cipher;
	struct crypto_ahash *hash;
	struct crypto_shash *ref_hash;
	struct skcipher_request *req, *ref_req;
	struct ahash_request *hash_req;
	struct crypto_wait wait;
	u8 key[MAX_KEY];
};

static void make_key(struct work *w)
{
	unsigned int i;

	for (i = 0; i < MAX_KEY; i++)
		w->key[i] = i * 29 + 7;
}

/* Opens the algorithm as a cipher. -ENOENT: it is none, and may be a hash. */
static int open_cipher(struct work *w)
{
	int err;

	w->cipher = crypto_alloc_skcipher(par.driver, 0, 0);
	if (IS_ERR(w->cipher))
		return PTR_ERR(w->cipher);
	/* Asking for a synchronous one gives the kernel's own. */
	w->ref_cipher = crypto_alloc_skcipher(par.alg, 0, CRYPTO_ALG_ASYNC);
	if (IS_ERR(w->ref_cipher))
		return PTR_ERR(w->ref_cipher);
	if (crypto_skcipher_ivsize(w->cipher) > MAX_IV)
		return -EINVAL;
	err = crypto_skcipher_setkey(w->cipher, w->key, par.keylen);
	if (!err)
		err = crypto_skcipher_setkey(w->ref_cipher, w->key, par.keylen);
	if (err)
		return err;
	w->req = skcipher_request_alloc(w->cipher, GFP_KERNEL);
	w->ref_req = skcipher_request_alloc(w->ref_cipher, GFP_KERNEL);
	return w->req && w->ref_req ? 0 : -ENOMEM;
}

static int open_hash(struct work *w)
{
	int err = 0;

	w->hash = crypto_alloc_ahash(par.driver, 0, 0);
	if (IS_ERR(w->hash))
		return PTR_ERR(w->hash);
	w->ref_hash = crypto_alloc_shash(par.alg, 0, 0);
	if (IS_ERR(w->ref_hash))
		return PTR_ERR(w->ref_hash);
	if (crypto_ahash_digestsize(w->hash) > MAX_DIGEST)
		return -EINVAL;
	if (strstarts(par.alg, "hmac")) {
		err = crypto_ahash_setkey(w->hash, w->key, par.keylen);
		if (!err)
			err = crypto_shash_setkey(w->ref_hash, w->key, par.keylen);
	}
	if (err)
		return err;
	w->hash_req = ahash_request_alloc(w->hash, GFP_KERNEL);
	return w->hash_req ? 0 : -ENOMEM;
}

void work_free(struct work *w)
{
	skcipher_request_free(w->req);
	skcipher_request_free(w->ref_req);
	ahash_request_free(w->hash_req);
	if (!IS_ERR_OR_NULL(w->cipher))
		crypto_free_skcipher(w->cipher);
	if (!IS_ERR_OR_NULL(w->ref_cipher))
		crypto_free_skcipher(w->ref_cipher);
	if (!IS_ERR_OR_NULL(w->hash))
		crypto_free_ahash(w->hash);
	if (!IS_ERR_OR_NULL(w->ref_hash))
		crypto_free_shash(w->ref_hash);
	kfree(w);
}

struct work *work_alloc(void)
{
	struct work *w = kzalloc(sizeof(*w), GFP_KERNEL);
	int err;

	if (!w)
		return ERR_PTR(-ENOMEM);
	make_key(w);
	err = open_cipher(w);
	if (err == -ENOENT)
		err = open_hash(w);
	if (!err)
		return w;
	work_free(w);
	return ERR_PTR(err);
}

/* ---- ciphers ---- */

static int reference(struct work *w, struct arena *a, bool encrypt, u8 *iv)
{
	struct scatterlist in, out;

	sg_init_one(&in, a->in, a->src.len);
	sg_init_one(&out, a->out, a->src.len);
	skcipher_request_set_callback(w->ref_req, 0, NULL, NULL);
	skcipher_request_set_crypt(w->ref_req, &in, &out, a->src.len, iv);
	return encrypt ? crypto_skcipher_encrypt(w->ref_req) : crypto_skcipher_decrypt(w->ref_req);
}

static int do_cipher(struct work *w, struct arena *a, enum shape how, bool *right)
{
	unsigned int block = crypto_skcipher_blocksize(w->cipher), len, i;
	unsigned int ivsize = crypto_skcipher_ivsize(w->cipher);
	u8 iv[MAX_IV] = { 0 }, ref_iv[MAX_IV] = { 0 };
	bool encrypt;
	int err;

	len = block * (1 + draw(&a->prng, par.size / block));
	arena_draw(a, how, len);
	encrypt = draw(&a->prng, 2);
	for (i = 0; i < ivsize; i++)
		iv[i] = draw(&a->prng, 256);
	memcpy(ref_iv, iv, sizeof(iv));
	arena_gather(a);
	err = reference(w, a, encrypt, ref_iv);
	if (err)
		return err;
	arena_expect(a);

	crypto_init_wait(&w->wait);
	skcipher_request_set_callback(w->req, CRYPTO_TFM_REQ_MAY_BACKLOG | CRYPTO_TFM_REQ_MAY_SLEEP,
				      crypto_req_done, &w->wait);
	skcipher_request_set_crypt(w->req, a->src.sg, a->dst.sg, len, iv);
	err = crypto_wait_req(encrypt ? crypto_skcipher_encrypt(w->req) :
					crypto_skcipher_decrypt(w->req), &w->wait);
	/* In chaining modes the request leaves the next IV. */
	*right = !err && arena_is_right(a) && !memcmp(iv, ref_iv, ivsize);
	atomic64_add(len, &sums.bytes);
	return err;
}

/* ---- hashes ---- */

static int step(struct work *w, int err)
{
	return crypto_wait_req(err, &w->wait);
}

/* Hashes the source's list in order, in several updates of a drawn number of pieces. */
static int do_updates(struct work *w, struct arena *a, u8 *digest)
{
	unsigned int left = a->src.nr, at = 0;
	int err = step(w, crypto_ahash_init(w->hash_req));

	while (!err && left) {
		unsigned int n = 1 + draw(&a->prng, left), i, len = 0;
		struct scatterlist *sg = &a->src.sg[at];

		for (i = 0; i < n; i++)
			len += sg[i].length;
		sg_mark_end(&sg[n - 1]);
		ahash_request_set_crypt(w->hash_req, sg, digest, len);
		err = step(w, crypto_ahash_update(w->hash_req));
		at += n;
		left -= n;
	}
	ahash_request_set_crypt(w->hash_req, NULL, digest, 0);
	return err ?: step(w, crypto_ahash_final(w->hash_req));
}

static int do_hash(struct work *w, struct arena *a, enum shape how, bool *right)
{
	unsigned int size = crypto_ahash_digestsize(w->hash), len = 1 + draw(&a->prng, par.size);
	u8 *digest = a->out + MAX_DIGEST, *want = a->out;	/* it is mapped: no stack memory */
	int err;

	arena_draw(a, how, len);
	arena_gather(a);
	err = crypto_shash_tfm_digest(w->ref_hash, a->in, len, want);
	if (err)
		return err;
	crypto_init_wait(&w->wait);
	ahash_request_set_callback(w->hash_req, CRYPTO_TFM_REQ_MAY_BACKLOG | CRYPTO_TFM_REQ_MAY_SLEEP,
				   crypto_req_done, &w->wait);
	if (draw(&a->prng, 2)) {
		ahash_request_set_crypt(w->hash_req, a->src.sg, digest, len);
		err = step(w, crypto_ahash_digest(w->hash_req));
	} else {
		err = do_updates(w, a, digest);
	}
	*right = !err && !memcmp(digest, want, size) && arena_is_right(a);
	atomic64_add(len, &sums.bytes);
	return err;
}

int work_do(struct work *w, struct arena *a, bool *right)
{
	enum shape how = par.shape >= 0 ? par.shape : draw(&a->prng, SHAPE__COUNT);

	*right = false;
	return w->req ? do_cipher(w, a, how, right) : do_hash(w, a, how, right);
}
