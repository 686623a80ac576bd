/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A SEC on a bus of its own, without a kernel: memory, mappings, a clock that only the tests
 * advance, two interrupt lines.
 */
#ifndef TESTS_SEC_BUS_H
#define TESTS_SEC_BUS_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/aes.h>
#include <openssl/des.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

#include "fsl/model/sec.h"

#define BUS_BASE	0x512340000ull	/* needs more than 32 bits */
#define BUS_SIZE	(1u << 20)

struct hole {
	uint32_t from, to;	/* offsets that are not mapped, or if @readable, read-only */
	bool readable;
};

struct bus {
	struct sec sec;
	struct fsl_host host;
	uint64_t now, wake;
	bool line[2];
	unsigned int rises[2], refused;
	uint32_t longest;	/* access, in bytes */
	char said[128];
	struct hole holes[4];
	unsigned int nr_holes;
	uint32_t used;
	uint8_t *mem;
};

static inline struct bus *to_bus(struct fsl_host *host)
{
	return (struct bus *)((char *)host - offsetof(struct bus, host));
}

/* ---- the host ---- */

static inline void *bus_reach(struct fsl_host *host, u64 addr, u32 len, bool write)
{
	struct bus *b = to_bus(host);
	u64 at = addr - BUS_BASE;

	assert_true(len > 0);
	if (len > b->longest)
		b->longest = len;
	if (addr < BUS_BASE || at >= BUS_SIZE || len > BUS_SIZE - at) {
		b->refused++;
		return NULL;
	}
	for (unsigned int i = 0; i < b->nr_holes; i++)
		if (at < b->holes[i].to && at + len > b->holes[i].from &&
		    (write || !b->holes[i].readable)) {
			b->refused++;
			return NULL;
		}
	return b->mem + at;
}

static inline void bus_irq(struct fsl_host *host, unsigned int line, bool level)
{
	struct bus *b = to_bus(host);

	assert_true(line < b->sec.kind->nr_irqs);
	assert_true(level != b->line[line]);
	b->line[line] = level;
	b->rises[line] += level;
}

static inline u64 bus_now(struct fsl_host *host)
{
	return to_bus(host)->now;
}

static inline void bus_wake(struct fsl_host *host, u64 when)
{
	to_bus(host)->wake = when;
}

static inline void bus_say(struct fsl_host *host, const char *what)
{
	snprintf(to_bus(host)->said, sizeof(to_bus(host)->said), "%s", what);
}

/* ---- libcrypto ---- */

struct keys {
	AES_KEY enc, dec;
	DES_key_schedule des[3];
	bool triple;
};

static inline int x_aes_key(void *priv, const u8 *key, u32 len)
{
	struct keys *k = priv;

	if (len != 16 && len != 24 && len != 32)
		return -EINVAL;
	AES_set_encrypt_key(key, len * 8, &k->enc);
	AES_set_decrypt_key(key, len * 8, &k->dec);
	return 0;
}

static inline void x_aes_block(void *priv, bool encrypt, u8 *out, const u8 *in)
{
	struct keys *k = priv;

	if (encrypt)
		AES_encrypt(in, out, &k->enc);
	else
		AES_decrypt(in, out, &k->dec);
}

static inline int x_des_key(void *priv, const u8 *key, u32 len)
{
	struct keys *k = priv;

	if (len != 8 && len != 24)
		return -EINVAL;
	k->triple = len == 24;
	for (u32 i = 0; i < len / 8; i++)
		DES_set_key_unchecked((const_DES_cblock *)(key + 8 * i), &k->des[i]);
	return 0;
}

static inline void x_des_block(void *priv, bool encrypt, u8 *out, const u8 *in)
{
	struct keys *k = priv;

	if (k->triple)
		DES_ecb3_encrypt((const_DES_cblock *)in, (DES_cblock *)out, &k->des[0], &k->des[1],
				 &k->des[2], encrypt);
	else
		DES_ecb_encrypt((const_DES_cblock *)in, (DES_cblock *)out, &k->des[0], encrypt);
}

/* libcrypto's states consist of words in the machine's byte order. */
static inline void x_hash_blocks(void *priv, enum sec_digest digest, u8 *state, const u8 *data,
				 u32 n)
{
	MD5_CTX md5;
	SHA_CTX sha1;
	SHA256_CTX sha256;
	SHA512_CTX sha512;

	(void)priv;
	for (; n; n--, data += digest >= SEC_SHA384 ? 128 : 64)
		switch (digest) {
		case SEC_MD5:
			memset(&md5, 0, sizeof(md5));
			memcpy(&md5.A, state, 16);	/* little endian both */
			MD5_Transform(&md5, data);
			memcpy(state, &md5.A, 16);
			break;
		case SEC_SHA1:
			memset(&sha1, 0, sizeof(sha1));
			for (int i = 0; i < 5; i++)
				(&sha1.h0)[i] = __builtin_bswap32(((uint32_t *)state)[i]);
			SHA1_Transform(&sha1, data);
			for (int i = 0; i < 5; i++)
				((uint32_t *)state)[i] = __builtin_bswap32((&sha1.h0)[i]);
			break;
		case SEC_SHA224:
		case SEC_SHA256:
			memset(&sha256, 0, sizeof(sha256));
			for (int i = 0; i < 8; i++)
				sha256.h[i] = __builtin_bswap32(((uint32_t *)state)[i]);
			SHA256_Transform(&sha256, data);
			for (int i = 0; i < 8; i++)
				((uint32_t *)state)[i] = __builtin_bswap32(sha256.h[i]);
			break;
		default:
			memset(&sha512, 0, sizeof(sha512));
			for (int i = 0; i < 8; i++)
				sha512.h[i] = __builtin_bswap64(((uint64_t *)state)[i]);
			SHA512_Transform(&sha512, data);
			for (int i = 0; i < 8; i++)
				((uint64_t *)state)[i] = __builtin_bswap64(sha512.h[i]);
		}
}

/* ---- a bus with a SEC that the driver has initialised ---- */

static inline uint32_t rd(struct bus *b, uint32_t off)
{
	return b->sec.model.ops->read(&b->sec.model, off);
}

static inline void wr(struct bus *b, uint32_t off, uint32_t value)
{
	b->sec.model.ops->write(&b->sec.model, off, value);
}

/* The offset of a register of channel @ch while the channel is not remapped. */
static inline uint32_t at(int ch, uint32_t reg)
{
	return SEC_CHAN_MAPPED + SEC_CHAN(ch) + reg;
}

static inline void bus_enable(struct bus *b)
{
	for (int ch = 0; ch < SEC_CHANNELS; ch++)
		wr(b, at(ch, SEC_CCCR + SEC_LO),
		   SEC_CCCR_LO_EAE | SEC_CCCR_LO_CDWE | SEC_CCCR_LO_CDIE);
	wr(b, SEC_IMR, 0x100ff);
	wr(b, SEC_IMR + SEC_LO, SEC_INT_LO_RNGU);
}

static inline struct bus *bus_new_with(const struct sec_config *cfg)
{
	static const struct fsl_host_ops ops = { bus_reach, bus_irq, bus_now, bus_wake, bus_say };
	static struct keys keys;
	static const struct sec_crypto crypto = {
		x_aes_key, x_aes_block, x_des_key, x_des_block, x_hash_blocks, &keys,
	};
	struct bus *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->mem = calloc(1, BUS_SIZE);
	assert_non_null(b->mem);
	b->host.ops = &ops;
	b->now = 1000;
	sec_init(&b->sec, cfg, &crypto, &b->host);
	bus_enable(b);
	return b;
}

static inline struct bus *bus_new(enum sec_version version)
{
	return bus_new_with(&(struct sec_config) { .version = version, .setup_ns = 100 });
}

static inline void bus_free(struct bus *b)
{
	assert_string_equal(b->said, "");
	free(b->mem);
	free(b);
}

/* Runs until nothing is left to do. */
static inline void bus_run(struct bus *b)
{
	while (b->wake) {
		if (b->wake > b->now)
			b->now = b->wake;
		b->sec.model.ops->step(&b->sec.model);
	}
}

/* ---- memory ---- */

static inline uint8_t *mem(struct bus *b, uint32_t len)
{
	uint8_t *p = b->mem + b->used;

	b->used += (len + 15) & ~15u;
	assert_true(b->used <= BUS_SIZE);
	return p;
}

static inline uint8_t *mem_of(struct bus *b, const void *data, uint32_t len)
{
	return memcpy(mem(b, len), data, len);
}

static inline uint8_t *random_mem(struct bus *b, uint32_t len, unsigned int seed)
{
	uint8_t *p = mem(b, len);

	srandom(seed);
	for (uint32_t i = 0; i < len; i++)
		p[i] = random();
	return p;
}

static inline uint64_t bus_addr(struct bus *b, const uint8_t *p)
{
	return BUS_BASE + (p - b->mem);
}

static inline void protect(struct bus *b, const uint8_t *p, uint32_t len, bool readable)
{
	b->holes[b->nr_holes++] = (struct hole) { p - b->mem, p - b->mem + len, readable };
}

/* ---- descriptors and link tables ---- */

static inline void put32(uint8_t *p, uint32_t v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

static inline void set_entry(struct bus *b, uint8_t *entry, const uint8_t *data, uint32_t len,
			     uint8_t flags)
{
	uint64_t addr = data ? bus_addr(b, data) : 0;

	entry[0] = len >> 8;
	entry[1] = len;
	entry[2] = flags;
	entry[3] = addr >> 32;
	put32(entry + 4, addr);
}

static inline uint8_t *desc(struct bus *b, uint32_t hdr)
{
	uint8_t *d = mem(b, SEC_DESC_SIZE);

	memset(d, 0, SEC_DESC_SIZE);
	put32(d, hdr);
	return d;
}

static inline void set_ptr(struct bus *b, uint8_t *d, int i, const uint8_t *data, uint32_t len,
			   uint8_t flags)
{
	set_entry(b, d + 8 + 8 * i, data, len, flags);
}

static inline uint32_t hdr(uint32_t type, uint32_t sel0, uint32_t mode0)
{
	return sel0 << 28 | mode0 << 20 | type << 3 | SEC_HDR_DN;
}

static inline void submit(struct bus *b, int ch, const uint8_t *d)
{
	uint64_t addr = d ? bus_addr(b, d) : 0;

	wr(b, at(ch, SEC_FF), addr >> 32);
	wr(b, at(ch, SEC_FF + SEC_LO), addr);
}

static inline bool is_done(const uint8_t *d)
{
	return d[0] == 0xff;
}

/* Runs a descriptor on channel 0 to its end. Returns the errors in CCPSR. */
static inline uint32_t run_desc(struct bus *b, const uint8_t *d)
{
	uint32_t errors;

	submit(b, 0, d);
	bus_run(b);
	errors = rd(b, at(0, SEC_CCPSR + SEC_LO));
	if (d)
		assert_int_equal(is_done(d), !errors);
	assert_int_equal(rd(b, SEC_ISR), errors ? SEC_INT_ERR(0) : SEC_INT_DONE(0));
	assert_true(b->line[0]);
	wr(b, SEC_ICR, rd(b, SEC_ISR));
	assert_false(b->line[0]);
	return errors;
}

/* Lets channel 0 go on after an error. Returns what the unit's interrupt status was before. */
static inline uint32_t resume(struct bus *b, uint32_t unit)
{
	uint32_t isr = unit ? rd(b, unit + SEC_EUISR + SEC_LO) : 0;

	wr(b, at(0, SEC_CCCR), SEC_CCCR_CONT);
	assert_int_equal(rd(b, at(0, SEC_CCCR)), 0);
	assert_int_equal(rd(b, at(0, SEC_CCPSR + SEC_LO)), 0);
	bus_run(b);
	return isr;
}

#endif
