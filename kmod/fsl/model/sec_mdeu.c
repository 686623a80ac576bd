// SPDX-License-Identifier: GPL-2.0-only
/* MDEU: message digests and HMAC, in one descriptor or several. */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "sec_parts.h"

static const struct {
	u32 block, state;	/* bytes */
	bool little;		/* the length at the end of the padding is little endian */
	u32 words[16];		/* initial state, high words first; FIPS 180-4, RFC 1321 */
} digests[SEC_NR_DIGESTS] = {
	[SEC_MD5] = { 64, 16, true, { 0x01234567, 0x89abcdef, 0xfedcba98, 0x76543210 } },
	[SEC_SHA1] = { 64, 20, false, { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
					0xc3d2e1f0 } },
	[SEC_SHA224] = { 64, 32, false, { 0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939,
					  0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4 } },
	[SEC_SHA256] = { 64, 32, false, { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
					  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 } },
	[SEC_SHA384] = { 128, 64, false, { 0xcbbb9d5d, 0xc1059ed8, 0x629a292a, 0x367cd507,
					   0x9159015a, 0x3070dd17, 0x152fecd8, 0xf70e5939,
					   0x67332667, 0xffc00b31, 0x8eb44a87, 0x68581511,
					   0xdb0c2e0d, 0x64f98fa7, 0x47b5481d, 0xbefa4fa4 } },
	[SEC_SHA512] = { 128, 64, false, { 0x6a09e667, 0xf3bcc908, 0xbb67ae85, 0x84caa73b,
					   0x3c6ef372, 0xfe94f82b, 0xa54ff53a, 0x5f1d36f1,
					   0x510e527f, 0xade682d1, 0x9b05688c, 0x2b3e6c1f,
					   0x1f83d9ab, 0xfb41bd6b, 0x5be0cd19, 0x137e2179 } },
};

/* The digest in the mode's alg field; MDEU-B has the long digests instead of MD5 and SHA-1. */
static enum sec_digest digest_of(u32 sel, u8 mode)
{
	static const enum sec_digest a[] = { SEC_SHA1, SEC_SHA256, SEC_MD5, SEC_SHA224 };
	static const enum sec_digest b[] = { SEC_SHA384, SEC_SHA256, SEC_SHA512, SEC_SHA224 };

	return (sel == SEC_SEL_MDEU_B ? b : a)[mode & SEC_MDEU_ALG];
}

static u32 block_size(const struct sec_hash *h)
{
	return digests[h->digest].block;
}

/* Offset of the length in the context registers; the state before it takes 32 or 64 bytes. */
static u32 length_at(const struct sec_hash *h)
{
	return block_size(h) == 64 ? 32 : 64;
}

static void restart(struct sec_hash *h)
{
	u32 i;

	memset(h->state, 0, sizeof(h->state));
	for (i = 0; i < digests[h->digest].state / 4; i++)
		sec_put_be32(h->state + 4 * i, digests[h->digest].words[i]);
	h->bytes = 0;
	h->fill = 0;
}

void sec_hash_update(struct sec *s, const u8 *data, u32 n)
{
	const struct sec_crypto *x = s->crypto;
	struct sec_hash *h = &s->hash;
	u32 block = block_size(h);
	u32 part;

	h->bytes += n;
	if (h->fill) {
		part = sec_min(n, block - h->fill);
		memcpy(h->partial + h->fill, data, part);
		h->fill += part;
		data += part;
		n -= part;
		if (h->fill < block)
			return;
		x->hash_blocks(x->priv, h->digest, h->state, h->partial, 1);
		h->fill = 0;
	}
	part = n & ~(block - 1);
	if (part)
		x->hash_blocks(x->priv, h->digest, h->state, data, part / block);
	memcpy(h->partial, data + part, n - part);
	h->fill = n - part;
}

static void update_key(struct sec *s, u8 with)
{
	u8 pad[128];
	u32 i;

	for (i = 0; i < block_size(&s->hash); i++)
		pad[i] = s->hash.key[i] ^ with;
	sec_hash_update(s, pad, block_size(&s->hash));
}

static void pad(struct sec *s)
{
	struct sec_hash *h = &s->hash;
	u32 block = block_size(h), room = block / 8;
	u64 bits = h->bytes * 8;
	u8 end[2 * 128] = { 0x80 };
	u32 n = block - h->fill, i;

	if (n < room + 1)
		n += block;
	for (i = 0; i < 8; i++) {
		u8 byte = bits >> 8 * i;

		end[digests[h->digest].little ? n - 8 + i : n - 1 - i] = byte;
	}
	sec_hash_update(s, end, n);
}

static u32 load_context(struct sec *s, struct sec_chan *c, u32 sel, struct sec_ptr p)
{
	struct sec_hash *h = &s->hash;
	u32 at = length_at(h);
	u8 context[72];
	u32 err;

	if (p.extent || p.len != at + 8)
		return sec_unit_error(s, sel, SEC_EU_CE);
	err = sec_get_all(s, c, p, context);
	if (err)
		return err;
	memcpy(h->state, context, at);
	h->bytes = ((u64)sec_be32(context + at) << 32 | sec_be32(context + at + 4)) / 8;
	h->fill = 0;
	/* A context that was saved before the end covers whole blocks only. */
	if (h->bytes % block_size(h))
		return sec_unit_error(s, sel, SEC_EU_CE);
	return 0;
}

static bool is_legal(u8 mode)
{
	bool first = mode & SEC_MDEU_INIT, last = mode & SEC_MDEU_PAD;

	if (mode & SEC_MDEU_RESERVED || (last && mode & SEC_MDEU_CONT))
		return false;
	/* HMAC uses the key before the first block and after the last. */
	return !(mode & SEC_MDEU_HMAC) || first || last;
}

u32 sec_hash_start(struct sec *s, struct sec_chan *c, u32 sel, u8 mode, struct sec_ptr context,
		   struct sec_ptr key)
{
	struct sec_hash *h = &s->hash;
	u32 err;

	if (!is_legal(mode))
		return sec_unit_error(s, sel, SEC_EU_ME);
	h->digest = digest_of(sel, mode);
	memset(h->key, 0, sizeof(h->key));
	if (mode & SEC_MDEU_HMAC) {
		if (!key.len || key.extent || key.len > block_size(h))
			return sec_unit_error(s, sel, SEC_EU_KSE);
		err = sec_get_all(s, c, key, h->key);
		if (err)
			return err;
	}
	if (!(mode & SEC_MDEU_INIT))
		return load_context(s, c, sel, context);
	restart(h);
	if (mode & SEC_MDEU_HMAC)
		update_key(s, 0x36);
	return 0;
}

u32 sec_hash_finish(struct sec *s, u32 sel, u8 mode)
{
	struct sec_hash *h = &s->hash;
	u8 inner[64];

	if (!(mode & SEC_MDEU_PAD))
		return h->fill ? sec_unit_error(s, sel, SEC_EU_DSE) : 0;
	pad(s);
	if (mode & SEC_MDEU_HMAC) {
		u32 size = digests[h->digest].state;

		if (h->digest == SEC_SHA224)
			size = 28;
		if (h->digest == SEC_SHA384)
			size = 48;
		memcpy(inner, h->state, size);
		restart(h);
		update_key(s, 0x5c);
		sec_hash_update(s, inner, size);
		pad(s);
	}
	return 0;
}

u32 sec_hash_context(const struct sec *s, u8 out[72])
{
	const struct sec_hash *h = &s->hash;
	u32 at = length_at(h);
	u64 bits = h->bytes * 8;

	memset(out, 0, 72);
	memcpy(out, h->state, digests[h->digest].state);
	sec_put_be32(out + at, bits >> 32);
	sec_put_be32(out + at + 4, bits);
	return at + 8;
}
