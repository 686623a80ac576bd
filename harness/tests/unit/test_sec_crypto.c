// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the SEC's model computes, against the published vectors: FIPS 197, SP 800-38A,
 * SP 800-67, FIPS 180-4, RFC 1321, RFC 2202, RFC 4231. Catches a mode, a padding or a
 * context that is not the standard's, and a key or length of the wrong size that goes through.
 */
#include "sec_bus.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

static size_t hex(uint8_t *out, const char *text)
{
	size_t n = strlen(text) / 2;

	for (size_t i = 0; i < n; i++)
		sscanf(text + 2 * i, "%2hhx", &out[i]);
	return n;
}

static uint8_t *mem_hex(struct bus *b, const char *text)
{
	uint8_t *p = mem(b, strlen(text) / 2);

	hex(p, text);
	return p;
}

static void is_hex(const uint8_t *p, const char *text)
{
	uint8_t want[128];
	size_t n = hex(want, text);

	assert_memory_equal(p, want, n);
}

/* ---- ciphers ---- */

struct cipher {
	uint32_t type, sel, mode;
	const char *key, *iv, *plain, *secret, *iv_after;
};

static uint32_t run_cipher(struct bus *b, const struct cipher *c, bool encrypt, uint8_t *out,
			   uint8_t *iv_out)
{
	const char *in = encrypt ? c->plain : c->secret;
	uint32_t n = strlen(in) / 2, iv = strlen(c->iv) / 2, up = c->type ? n : (n + 15) & ~15u;
	uint8_t *d = desc(b, hdr(c->type, c->sel, c->mode | (encrypt ? SEC_CIPHER_ENCRYPT : 0)));

	set_ptr(b, d, 1, iv ? mem_hex(b, c->iv) : NULL, iv, 0);
	set_ptr(b, d, 2, mem_hex(b, c->key), strlen(c->key) / 2, 0);
	set_ptr(b, d, 3, mem_hex(b, in), up, 0);
	set_ptr(b, d, 4, out, n, 0);
	set_ptr(b, d, 5, iv ? iv_out : NULL, iv, 0);
	return run_desc(b, d);
}

static void both_ways(const struct cipher *c)
{
	struct bus *b = bus_new(SEC_3_0);
	uint8_t *out = mem(b, 512), *iv = mem(b, 16);

	assert_int_equal(run_cipher(b, c, true, out, iv), 0);
	is_hex(out, c->secret);
	if (c->iv_after)
		is_hex(iv, c->iv_after);
	assert_int_equal(run_cipher(b, c, false, out, iv), 0);
	is_hex(out, c->plain);
	if (c->iv_after)
		is_hex(iv, c->iv_after);
	assert_int_equal(b->sec.stats.ciphers, 2);
	bus_free(b);
}

#define K128 "2b7e151628aed2a6abf7158809cf4f3c"
#define K192 "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"
#define K256 "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
#define PLAIN "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" \
	      "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
#define IV "000102030405060708090a0b0c0d0e0f"
#define CTR0 "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"

static void aes(void **state)
{
	static const struct cipher c[] = {
		/* FIPS 197, C.1 to C.3 */
		{ 2, 6, 0, "000102030405060708090a0b0c0d0e0f", "",
		  "00112233445566778899aabbccddeeff", "69c4e0d86a7b0430d8cdb78070b4c55a", NULL },
		{ 2, 6, 0, "000102030405060708090a0b0c0d0e0f1011121314151617", "",
		  "00112233445566778899aabbccddeeff", "dda97ca4864cdfe06eaf70a0ec0d7191", NULL },
		{ 2, 6, 0, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "",
		  "00112233445566778899aabbccddeeff", "8ea2b7ca516745bfeafc49904b496089", NULL },
		/* SP 800-38A, F.1.1 */
		{ 2, 6, 0, K128, "", PLAIN,
		  "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
		  "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4", NULL },
		/* F.2.1, F.2.3, F.2.5; the next IV is the last block */
		{ 2, 6, 2, K128, IV, PLAIN,
		  "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
		  "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7",
		  "3ff1caa1681fac09120eca307586e1a7" },
		{ 2, 6, 2, K192, IV, PLAIN,
		  "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"
		  "571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd",
		  "08b0e27988598881d920a9e64f5615cd" },
		{ 2, 6, 2, K256, IV, PLAIN,
		  "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
		  "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b",
		  "b2eb05e2c39be9fcda6c19078c6a9d1b" },
		/* F.5.1, F.5.3, F.5.5, through either type; the counter goes on */
		{ 0, 6, 6, K128, CTR0, PLAIN,
		  "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
		  "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee",
		  "f0f1f2f3f4f5f6f7f8f9fafbfcfdff03" },
		{ 2, 6, 6, K192, CTR0, PLAIN,
		  "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e94"
		  "1e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050",
		  "f0f1f2f3f4f5f6f7f8f9fafbfcfdff03" },
		{ 0, 6, 6, K256, CTR0, PLAIN,
		  "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
		  "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6",
		  "f0f1f2f3f4f5f6f7f8f9fafbfcfdff03" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(*c); i++)
		both_ways(&c[i]);
}

static void des(void **state)
{
	static const struct cipher c[] = {
		/* the classic example, and SP 800-67's B.1 in ECB */
		{ 2, 2, 0, "133457799bbcdff1", "", "0123456789abcdef", "85e813540f0ab405", NULL },
		{ 2, 2, SEC_DEU_3DES, "0123456789abcdef23456789abcdef01456789abcdef0123", "",
		  "5468652071756663", "a826fd8ce53b855f", NULL },
		/* FIPS 81, table C1: CBC */
		{ 2, 2, SEC_DEU_CBC, "0123456789abcdef", "1234567890abcdef",
		  "4e6f77206973207468652074696d6520666f7220616c6c20",
		  "e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6", "683788499a7c05f6" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(*c); i++)
		both_ways(&c[i]);
}

/* The tail of a stream: whole blocks are read, what was asked for is written. */
static void ctr_of_any_length(void **state)
{
	(void)state;
	for (uint32_t n = 1; n <= 33; n += 8) {
		struct bus *b = bus_new(SEC_3_1);
		uint8_t *d = desc(b, hdr(0, 6, 7)), *out = memset(mem(b, 64), 0xa5, 64);

		set_ptr(b, d, 1, mem_hex(b, CTR0), 16, 0);
		set_ptr(b, d, 2, mem_hex(b, K128), 16, 0);
		set_ptr(b, d, 3, mem_hex(b, PLAIN), (n + 15) & ~15u, 0);
		set_ptr(b, d, 4, out, n, 0);
		set_ptr(b, d, 5, mem(b, 16), 16, 0);
		assert_int_equal(run_desc(b, d), 0);
		is_hex(out, "87");
		for (uint32_t i = n; i < 64; i++)
			assert_int_equal(out[i], 0xa5);
		bus_free(b);
	}
}

static void cipher_mistakes(void **state)
{
	static const struct {
		uint32_t type, sel, mode, iv, key, in, out, iv_out, says;
	} m[] = {
		{ 2, 6, 2, 16, 16, 17, 17, 16, SEC_EU_DSE },	/* no whole block */
		{ 2, 6, 6, 16, 16, 17, 17, 16, SEC_EU_DSE },	/* nor in CTR */
		{ 2, 6, 2, 16, 16, 32, 16, 16, SEC_EU_DSE },
		{ 2, 6, 2, 16, 16, 16, 32, 16, SEC_EU_DSE },
		{ 2, 6, 2, 16, 16, 0, 0, 16, SEC_EU_DSE },
		{ 2, 6, 2, 16, 17, 32, 32, 16, SEC_EU_KSE },
		{ 2, 6, 2, 16, 33, 32, 32, 16, SEC_EU_KSE },
		{ 2, 6, 2, 16, 0, 32, 32, 16, SEC_EU_KSE },
		{ 2, 6, 2, 8, 16, 32, 32, 16, SEC_EU_CE },
		{ 2, 6, 2, 0, 16, 32, 32, 16, SEC_EU_CE },
		{ 2, 6, 0, 16, 16, 32, 32, 0, SEC_EU_CE },
		{ 2, 6, 2, 16, 16, 32, 32, 17, SEC_EU_CE },
		{ 2, 6, 4, 16, 16, 32, 32, 16, SEC_EU_ME },	/* OFB */
		{ 2, 6, 0x42, 16, 16, 32, 32, 16, SEC_EU_ME },
		{ 0, 6, 2, 16, 16, 32, 32, 16, SEC_EU_ME },	/* the CTR type, CBC */
		{ 2, 2, 4, 8, 24, 32, 32, 8, SEC_EU_KSE },
		{ 2, 2, 6, 8, 8, 32, 32, 8, SEC_EU_KSE },
		{ 2, 2, 4, 8, 8, 31, 31, 8, SEC_EU_DSE },
		{ 2, 2, 0x14, 8, 8, 32, 32, 8, SEC_EU_ME },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(m) / sizeof(*m); i++) {
		struct bus *b = bus_new(SEC_3_0);
		uint8_t *d = desc(b, hdr(m[i].type, m[i].sel, m[i].mode));

		set_ptr(b, d, 1, mem(b, 64), m[i].iv, 0);
		set_ptr(b, d, 2, mem(b, 64), m[i].key, 0);
		set_ptr(b, d, 3, mem(b, 64), m[i].in, 0);
		set_ptr(b, d, 4, mem(b, 64), m[i].out, 0);
		set_ptr(b, d, 5, mem(b, 64), m[i].iv_out, 0);
		assert_int_equal(run_desc(b, d), SEC_ERR_EU);
		assert_int_equal(resume(b, m[i].sel == 6 ? SEC_AESU : SEC_DEU), m[i].says);
		bus_free(b);
	}
}

/* ---- digests ---- */

struct digest {
	uint32_t sel, alg;
	const char *message, *digest;
};

static uint32_t run_hash(struct bus *b, uint32_t sel, uint32_t mode, const uint8_t *context,
			 const uint8_t *key, uint32_t key_len, const uint8_t *data, uint32_t n,
			 uint8_t *out, uint32_t out_len)
{
	uint8_t *d = desc(b, hdr(SEC_TYPE_NONSNOOP, sel, mode));

	set_ptr(b, d, 1, context, context ? (sel == SEC_SEL_MDEU_B ? 72 : 40) : 0, 0);
	set_ptr(b, d, 2, key, key_len, 0);
	set_ptr(b, d, 3, data, n, 0);
	set_ptr(b, d, 5, out, out_len, 0);
	return run_desc(b, d);
}

static const struct digest digests[] = {
	{ 3, 0, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ 3, 0, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
	{ 3, 1, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ 3, 1, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	{ 3, 2, "abc", "900150983cd24fb0d6963f7d28e17f72" },
	{ 3, 2, "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
	  "57edf4a22be3c955ac49da2e2107b67a" },
	{ 3, 3, "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7" },
	{ 0xb, 0, "abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
			 "8086072ba1e7cc2358baeca134c825a7" },
	{ 0xb, 2, "abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
			 "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	{ 0xb, 2, "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopq"
		  "klmnopqrlmnopqrsmnopqrstnopqrstu",
	  "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
	  "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909" },
};

static void hashes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(digests) / sizeof(*digests); i++) {
		const struct digest *g = &digests[i];
		struct bus *b = bus_new(SEC_3_0);
		uint32_t n = strlen(g->message);
		uint8_t *out = mem(b, 64);

		assert_int_equal(run_hash(b, g->sel, SEC_MDEU_INIT | SEC_MDEU_PAD | g->alg, NULL,
					  NULL, 0, mem_of(b, g->message, n), n, out,
					  strlen(g->digest) / 2),
				 0);
		is_hex(out, g->digest);
		bus_free(b);
	}
}

/* FIPS 180's million a's, in descriptors of many blocks, the context going out and in. */
static void a_million(void **state)
{
	static const struct digest g[] = {
		{ 3, 0, "", "34aa973cd4c4daa4f61eeb2bdbad27316534016f" },
		{ 3, 1, "", "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
		{ 3, 2, "", "7707d6ae4e027c70eea2a935c2296f21" },
		{ 0xb, 2, "", "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
			      "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(g) / sizeof(*g); i++) {
		struct bus *b = bus_new(SEC_3_0);
		uint8_t *data = memset(mem(b, 64000), 'a', 64000), *context = mem(b, 72);
		uint32_t alg = g[i].alg, left = 1000000;
		uint32_t size = g[i].sel == 0xb ? 72 : 40, mode = SEC_MDEU_INIT | SEC_MDEU_CONT;

		for (; left > 64000; left -= 64000) {
			assert_int_equal(run_hash(b, g[i].sel, mode | alg,
						  mode & SEC_MDEU_INIT ? NULL : context, NULL, 0,
						  data, 64000, context, size),
					 0);
			mode = SEC_MDEU_CONT;
		}
		assert_int_equal(run_hash(b, g[i].sel, SEC_MDEU_PAD | alg, context, NULL, 0, data,
					  left, context, strlen(g[i].digest) / 2),
				 0);
		is_hex(context, g[i].digest);
		bus_free(b);
	}
}

static void hmacs(void **state)
{
	static const struct {
		uint32_t sel, alg;
		const EVP_MD *(*md)(void);
	} h[] = {
		{ 3, 0, EVP_sha1 }, { 3, 1, EVP_sha256 }, { 3, 2, EVP_md5 }, { 3, 3, EVP_sha224 },
		{ 0xb, 0, EVP_sha384 }, { 0xb, 2, EVP_sha512 },
	};
	static const uint32_t lengths[] = { 0, 1, 55, 56, 63, 64, 65, 111, 112, 128, 1000 };
	struct bus *b = bus_new(SEC_3_0);
	uint8_t *out = mem(b, 64);

	(void)state;
	/* RFC 2202 and 4231: case 2 */
	assert_int_equal(run_hash(b, 3, 0x1c, NULL, mem_of(b, "Jefe", 4), 4,
				  mem_of(b, "what do ya want for nothing?", 28), 28, out, 20), 0);
	is_hex(out, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	assert_int_equal(run_hash(b, 3, 0x1d, NULL, mem_of(b, "Jefe", 4), 4,
				  mem_of(b, "what do ya want for nothing?", 28), 28, out, 32), 0);
	is_hex(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	bus_free(b);
	for (size_t i = 0; i < sizeof(h) / sizeof(*h); i++)
		for (size_t k = 0; k < sizeof(lengths) / sizeof(*lengths); k++) {
			uint32_t block = h[i].sel == 0xb ? 128 : 64, n = lengths[k],
				 size = EVP_MD_size(h[i].md());
			uint8_t want[64], *data, *key;

			b = bus_new(SEC_3_3);
			data = random_mem(b, n + block, i);
			key = random_mem(b, block, k);
			out = mem(b, 72);
			HMAC(h[i].md(), key, block, data, n, want, NULL);
			assert_int_equal(run_hash(b, h[i].sel, 0x1c | h[i].alg, NULL, key, block,
						  data, n, out, size),
					 0);
			assert_memory_equal(out, want, size);
			/* The same in two: first with INIT and the key, last with the key again. */
			HMAC(h[i].md(), key, block - 1, data, n + block, want, NULL);
			assert_int_equal(run_hash(b, h[i].sel, 0x98 | h[i].alg, NULL, key,
						  block - 1, data, block, out,
						  block == 64 ? 40 : 72),
					 0);
			assert_int_equal(run_hash(b, h[i].sel, 0x0c | h[i].alg, out, key, block - 1,
						  data + block, n, out, size), 0);
			assert_memory_equal(out, want, size);
			bus_free(b);
		}
}

static void hash_mistakes(void **state)
{
	static const struct {
		uint32_t sel, mode, context, key, in, out, says;
	} m[] = {
		{ 3, SEC_MDEU_INIT | SEC_MDEU_CONT, 0, 0, 65, 40, SEC_EU_DSE },
		{ 3, SEC_MDEU_INIT, 0, 0, 63, 40, SEC_EU_DSE },
		{ 3, SEC_MDEU_PAD, 0, 0, 64, 20, SEC_EU_CE },	/* neither INIT nor a context */
		{ 3, SEC_MDEU_PAD, 72, 0, 64, 20, SEC_EU_CE },
		{ 0xb, SEC_MDEU_PAD, 40, 0, 64, 20, SEC_EU_CE },
		{ 3, SEC_MDEU_INIT | SEC_MDEU_PAD, 0, 0, 64, 41, SEC_EU_DSE },
		{ 3, SEC_MDEU_INIT | SEC_MDEU_PAD, 0, 0, 64, 0, SEC_EU_DSE },
		{ 3, SEC_MDEU_INIT | SEC_MDEU_PAD | SEC_MDEU_CONT, 0, 0, 64, 20, SEC_EU_ME },
		{ 3, SEC_MDEU_INIT | SEC_MDEU_PAD | SEC_MDEU_RESERVED, 0, 0, 64, 20, SEC_EU_ME },
		{ 3, SEC_MDEU_INIT | SEC_MDEU_PAD | SEC_MDEU_CICV, 0, 0, 64, 20, SEC_EU_ME },
		{ 3, SEC_MDEU_CONT | SEC_MDEU_HMAC, 40, 16, 64, 40, SEC_EU_ME },
		{ 3, SEC_MDEU_INIT | SEC_MDEU_PAD | SEC_MDEU_HMAC, 0, 65, 64, 20, SEC_EU_KSE },
		{ 3, SEC_MDEU_INIT | SEC_MDEU_PAD | SEC_MDEU_HMAC, 0, 0, 64, 20, SEC_EU_KSE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(m) / sizeof(*m); i++) {
		struct bus *b = bus_new(SEC_3_0);
		uint8_t *d = desc(b, hdr(SEC_TYPE_NONSNOOP, m[i].sel, m[i].mode));

		set_ptr(b, d, 1, mem(b, 80), m[i].context, 0);
		set_ptr(b, d, 2, mem(b, 80), m[i].key, 0);
		set_ptr(b, d, 3, mem(b, 80), m[i].in, 0);
		set_ptr(b, d, 5, mem(b, 80), m[i].out, 0);
		assert_int_equal(run_desc(b, d), SEC_ERR_EU);
		assert_int_equal(resume(b, SEC_MDEU), m[i].says);
		bus_free(b);
	}
	/* SEC 2.1 has no MDEU-B. */
	for (int v = 0; v < 2; v++) {
		struct bus *b = bus_new(v ? SEC_3_0 : SEC_2_1);

		assert_int_equal(run_hash(b, 0xb, SEC_MDEU_INIT | SEC_MDEU_PAD, NULL, NULL, 0,
					  mem(b, 8), 8, mem(b, 48), 48),
				 v ? 0 : SEC_ERR_IEU);
		bus_free(b);
	}
}

/* ---- a cipher and an HMAC ---- */

struct aead {
	uint8_t key[16], hmac_key[20], iv[16], assoc[12], plain[64], secret[64], icv[32];
};

/* As RFC 2406 has it: the check value is over what was encrypted. */
static struct aead reference(uint32_t n)
{
	struct aead a;
	uint8_t all[12 + 64];
	AES_KEY k;
	uint8_t iv[16];

	srandom(n);
	for (size_t i = 0; i < sizeof(a); i++)
		((uint8_t *)&a)[i] = random();
	memcpy(iv, a.iv, 16);
	AES_set_encrypt_key(a.key, 128, &k);
	AES_cbc_encrypt(a.plain, a.secret, n, &k, iv, AES_ENCRYPT);
	memcpy(all, a.assoc, 12);
	memcpy(all + 12, a.secret, n);
	HMAC(EVP_sha256(), a.hmac_key, 20, all, 12 + n, a.icv, NULL);
	return a;
}

static uint8_t *aead_desc(struct bus *b, const struct aead *a, uint32_t type, bool encrypt,
			  uint32_t mode1)
{
	uint32_t h = hdr(type, SEC_SEL_AESU, SEC_AESU_CBC | encrypt) | SEC_SEL_MDEU_A << 16 |
		     (SEC_MDEU_INIT | SEC_MDEU_HMAC | SEC_MDEU_PAD | 1 | mode1) << 8;
	bool esp = type == SEC_TYPE_IPSEC_ESP;
	uint8_t *d = desc(b, h | (encrypt ? 0 : SEC_HDR_IN));

	set_ptr(b, d, 0, mem_of(b, a->hmac_key, 20), 20, 0);
	set_ptr(b, d, 1, mem_of(b, a->assoc, 12), 12, 0);
	set_ptr(b, d, esp ? 2 : 3, mem_of(b, a->iv, 16), 16, 0);
	set_ptr(b, d, esp ? 3 : 2, mem_of(b, a->key, 16), 16, 0);
	return d;
}

static void aead_out(void **state)
{
	(void)state;
	for (int esp = 0; esp < 2; esp++)
		for (uint32_t n = 0; n <= 64; n += 16) {
			struct bus *b = bus_new(SEC_2_1);
			struct aead a = reference(n);
			uint8_t *out = mem(b, 96), *iv = mem(b, 16), *icv = mem(b, 32);
			uint8_t *d = aead_desc(b, &a, esp ? 1 : 4, true, 0);

			set_ptr(b, d, 4, mem_of(b, a.plain, 64), n, 0);
			set_ptr(b, d, 5, out, n, esp ? 12 : 0);
			set_ptr(b, d, 6, esp ? iv : icv, esp ? 16 : 12, 0);
			assert_int_equal(run_desc(b, d), 0);
			assert_memory_equal(out, a.secret, n);
			assert_memory_equal(esp ? out + n : icv, a.icv, 12);
			assert_int_equal((esp ? out + n : icv)[12], 0);
			if (esp)
				assert_memory_equal(iv, n ? a.secret + n - 16 : a.iv, 16);
			assert_int_equal(b->sec.stats.aeads, 1);
			bus_free(b);
		}
}

/* The check value is computed for the driver to compare, behind the data. */
static void aead_in(void **state)
{
	(void)state;
	for (int esp = 0; esp < 2; esp++) {
		struct bus *b = bus_new(SEC_3_0);
		struct aead a = reference(48);
		uint8_t *out = mem(b, 96), *icv = mem(b, 32);
		uint8_t *d = aead_desc(b, &a, esp ? 1 : 4, false, 0);

		set_ptr(b, d, 4, mem_of(b, a.secret, 48), 48, 0);
		set_ptr(b, d, 5, out, 48, esp ? 32 : 0);
		set_ptr(b, d, 6, esp ? mem(b, 16) : icv, esp ? 16 : 32, 0);
		assert_int_equal(run_desc(b, d), 0);
		assert_memory_equal(out, a.plain, 48);
		assert_memory_equal(esp ? out + 48 : icv, a.icv, 32);
		bus_free(b);
	}
}

/* Or the unit compares: an error, or with that masked the result in the header. */
static void aead_checked(void **state)
{
	(void)state;
	for (int bad = 0; bad < 2; bad++)
		for (int mask = 0; mask < 2; mask++) {
			struct bus *b = bus_new(SEC_3_0);
			struct aead a = reference(32);
			uint8_t *in = mem_of(b, a.secret, 64), *d;
			uint32_t err;

			memcpy(in + 32, a.icv, 32);
			in[63] ^= bad;
			d = aead_desc(b, &a, 1, false, SEC_MDEU_CICV);
			set_ptr(b, d, 4, in, 32, 32);
			set_ptr(b, d, 5, mem(b, 32), 32, 0);
			set_ptr(b, d, 6, mem(b, 16), 16, 0);
			wr(b, SEC_MDEU + SEC_EUICR + SEC_LO, mask ? SEC_EU_ICE : 0);
			wr(b, at(0, SEC_CCCR + SEC_LO),
			   rd(b, at(0, SEC_CCCR + SEC_LO)) | SEC_CCCR_LO_IWSE);
			err = run_desc(b, d);
			assert_int_equal(err, bad && !mask ? SEC_ERR_EU : 0);
			if (err)
				assert_int_equal(resume(b, SEC_MDEU), SEC_EU_ICE);
			else
				assert_int_equal(d[5], bad ? 0x10 : 0x08);
			bus_free(b);
		}
}

static void aead_mistakes(void **state)
{
	struct bus *b = bus_new(SEC_3_0);
	struct aead a = reference(32);
	uint8_t *d = aead_desc(b, &a, 1, true, 0);

	(void)state;
	set_ptr(b, d, 4, mem(b, 64), 32, 0);
	set_ptr(b, d, 5, mem(b, 64), 32, 0);		/* no room for the check value */
	assert_int_equal(run_desc(b, d), SEC_ERR_EU);
	assert_int_equal(resume(b, SEC_MDEU), SEC_EU_DSE);
	set_ptr(b, d, 5, mem(b, 64), 31, 12);
	assert_int_equal(run_desc(b, d), SEC_ERR_EU);
	assert_int_equal(resume(b, SEC_AESU), SEC_EU_DSE);
	put32(d, hdr(1, 6, 3));		/* no second unit */
	assert_int_equal(run_desc(b, d), SEC_ERR_IEU);
	resume(b, 0);
	put32(d, hdr(1, 6, 3) | 3 << 16 | SEC_HDR_IN | 0x1c00);	/* encrypts what comes in */
	assert_int_equal(run_desc(b, d), SEC_ERR_EU);
	assert_int_equal(resume(b, SEC_AESU), SEC_EU_ME);
	put32(d, hdr(1, 6, 3) | 3 << 16 | 0x800);	/* neither INIT nor PAD */
	assert_int_equal(run_desc(b, d), SEC_ERR_EU);
	assert_int_equal(resume(b, SEC_MDEU), SEC_EU_ME);
	bus_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aes),
		cmocka_unit_test(des),
		cmocka_unit_test(ctr_of_any_length),
		cmocka_unit_test(cipher_mistakes),
		cmocka_unit_test(hashes),
		cmocka_unit_test(a_million),
		cmocka_unit_test(hmacs),
		cmocka_unit_test(hash_mistakes),
		cmocka_unit_test(aead_out),
		cmocka_unit_test(aead_in),
		cmocka_unit_test(aead_checked),
		cmocka_unit_test(aead_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
