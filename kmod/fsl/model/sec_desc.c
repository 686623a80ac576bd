// SPDX-License-Identifier: GPL-2.0-only
/* Descriptors by type: what each pointer is for, and which unit works on it. */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "sec_parts.h"

static bool in_mask(u32 mask, u32 bit)
{
	return bit < 32 && mask >> bit & 1;
}

static bool is_cipher(u32 sel)
{
	return sel == SEC_SEL_AESU || sel == SEC_SEL_DEU;
}

static bool is_mdeu(u32 sel)
{
	return sel == SEC_SEL_MDEU_A || sel == SEC_SEL_MDEU_B;
}

/*
 * May descriptors of this type name these units? This, and the use of the pointers below, is
 * taken from the driver and from Freescale's AN2755.
 */
static bool fit_together(u32 type, u32 sel0, u32 sel1)
{
	switch (type) {
	case SEC_TYPE_AESU_CTR:
	case SEC_TYPE_RAID_XOR:
		return sel0 == SEC_SEL_AESU && !sel1;
	case SEC_TYPE_NONSNOOP:
		return (is_cipher(sel0) || is_mdeu(sel0)) && !sel1;
	default:
		return is_cipher(sel0) && is_mdeu(sel1);
	}
}

u32 sec_desc_check(struct sec *s, u32 hdr)
{
	u32 type = SEC_HDR_TYPE(hdr), sel0 = SEC_HDR_SEL0(hdr), sel1 = SEC_HDR_SEL1(hdr);

	if (!in_mask(s->kind->types, type))
		return SEC_ERR_IDH;
	switch (type) {
	case SEC_TYPE_AESU_CTR:
	case SEC_TYPE_IPSEC_ESP:
	case SEC_TYPE_NONSNOOP:
	case SEC_TYPE_HMAC_SNOOP:
	case SEC_TYPE_RAID_XOR:
		break;
	default:
		sec_say(s, "a descriptor type that the model does not support");
		return SEC_ERR_IDH;
	}
	if (!in_mask(s->kind->units, sel0) || (sel1 && !in_mask(s->kind->units, sel1)) ||
	    !fit_together(type, sel0, sel1))
		return SEC_ERR_IEU;
	return 0;
}

u32 sec_desc_bytes(const struct sec_chan *c)
{
	u32 sum = 0;
	unsigned int i;

	for (i = 0; i < SEC_DESC_PTRS; i++)
		sum += sec_ptr(c, i).len + sec_ptr(c, i).extent;
	return sum;
}

/* ---- common nonsnoop, AESU CTR: 1 IV, 2 key, 3 in, 4 out, 5 IV out ---- */

static u32 run_cipher(struct sec *s, struct sec_chan *c, u32 hdr)
{
	u32 sel = SEC_HDR_SEL0(hdr), n, out, err;
	struct sec_ptr in_ptr = sec_ptr(c, 3), out_ptr = sec_ptr(c, 4);
	struct sec_stream in, to;
	struct sec_cipher ci;
	u8 *buf = (u8 *)s->chunk[0];

	err = sec_cipher_start(&ci, s, c, sel, SEC_HDR_MODE0(hdr), sec_ptr(c, 1), sec_ptr(c, 2));
	if (err)
		return err;
	if (SEC_HDR_TYPE(hdr) == SEC_TYPE_AESU_CTR && ci.mode != SEC_AESU_CTR)
		return sec_unit_error(s, sel, SEC_EU_ME);
	/*
	 * The input is whole blocks in every mode: 416b846757bc ("crypto: talitos - Work around
	 * SEC6 ERRATA (AES-CTR mode data size error)"). In CTR the output may be shorter.
	 */
	if (!in_ptr.len || in_ptr.len % ci.block || in_ptr.extent || out_ptr.extent ||
	    out_ptr.len > in_ptr.len || (ci.mode != SEC_AESU_CTR && out_ptr.len != in_ptr.len))
		return sec_unit_error(s, sel, SEC_EU_DSE);
	sec_open(&in, s, c, in_ptr, false);
	sec_open(&to, s, c, out_ptr, true);
	while (in.left) {
		n = sec_min(in.left, sizeof(s->chunk[0]));
		err = sec_get(&in, buf, n);
		if (err)
			return err;
		sec_cipher_blocks(&ci, buf, n);
		out = sec_min(n, to.left);
		err = sec_put(&to, buf, out);
		if (err)
			return err;
	}
	err = sec_close(&in);
	if (!err)
		err = sec_close(&to);
	if (!err)
		err = sec_cipher_finish(&ci, c, sec_ptr(c, 5));
	s->stats.ciphers += !err;
	return err;
}

/* ---- common nonsnoop, MDEU: 1 context, 2 key, 3 in, 5 context or digest out ---- */

static u32 hash_all(struct sec *s, struct sec_chan *c, struct sec_ptr p)
{
	struct sec_stream in;
	u32 n, err;

	sec_open(&in, s, c, p, false);
	while (in.left) {
		n = sec_min(in.left, sizeof(s->chunk[0]));
		err = sec_get(&in, (u8 *)s->chunk[0], n);
		if (err)
			return err;
		sec_hash_update(s, (u8 *)s->chunk[0], n);
	}
	return sec_close(&in);
}

static u32 run_hash(struct sec *s, struct sec_chan *c, u32 hdr)
{
	u32 sel = SEC_HDR_SEL0(hdr), err;
	struct sec_ptr out = sec_ptr(c, 5);
	u8 mode = SEC_HDR_MODE0(hdr);
	u8 context[72];

	/* An integrity check needs a descriptor type with a pointer for it; this has none. */
	if (mode & SEC_MDEU_CICV)
		return sec_unit_error(s, sel, SEC_EU_ME);
	err = sec_hash_start(s, c, sel, mode, sec_ptr(c, 1), sec_ptr(c, 2));
	if (!err)
		err = hash_all(s, c, sec_ptr(c, 3));
	if (!err)
		err = sec_hash_finish(s, sel, mode);
	if (err)
		return err;
	if (!out.len || out.extent || out.len > sec_hash_context(s, context) ||
	    sec_ptr(c, 4).len)
		return sec_unit_error(s, sel, SEC_EU_DSE);
	err = sec_put_all(s, c, out, context);
	s->stats.digests += !err;
	return err;
}

/* ---- a cipher, and an HMAC of what is or was encrypted ---- */

struct aead {
	struct sec_ptr hmac_key, assoc, iv, key, in, out, iv_out, icv;
	bool icv_apart;		/* the ICV has its own pointer and is no extent */
};

static struct aead parse_aead(const struct sec_chan *c, u32 type)
{
	bool esp = type == SEC_TYPE_IPSEC_ESP;

	return (struct aead) {
		.hmac_key = sec_ptr(c, 0),
		.assoc = sec_ptr(c, 1),
		.iv = sec_ptr(c, esp ? 2 : 3),
		.key = sec_ptr(c, esp ? 3 : 2),
		.in = sec_ptr(c, 4),
		.out = sec_ptr(c, 5),
		.iv_out = esp ? sec_ptr(c, 6) : (struct sec_ptr) { .len = 0 },
		.icv = esp ? (struct sec_ptr) { .len = 0 } : sec_ptr(c, 6),
		.icv_apart = !esp,
	};
}

static u32 run_data(struct sec *s, struct sec_cipher *ci, struct sec_stream *in,
		    struct sec_stream *out, u32 len, bool inbound)
{
	u8 *buf = (u8 *)s->chunk[0];
	u32 n, err;

	for (; len; len -= n) {
		n = sec_min(len, sizeof(s->chunk[0]));
		err = sec_get(in, buf, n);
		if (err)
			return err;
		if (inbound)
			sec_hash_update(s, buf, n);
		sec_cipher_blocks(ci, buf, n);
		if (!inbound)
			sec_hash_update(s, buf, n);
		err = sec_put(out, buf, n);
		if (err)
			return err;
	}
	return 0;
}

/* Compares the ICV that came with the message with the one that MDEU computed. */
static u32 compare_icv(struct sec *s, struct sec_chan *c, u32 sel, const u8 *theirs,
		       const u8 *ours, u32 len)
{
	bool same = !memcmp(theirs, ours, len);

	c->hdr_lo = (c->hdr_lo & ~SEC_HDR_LO_ICV1) |
		    (same ? SEC_HDR_LO_ICV1_PASS : SEC_HDR_LO_ICV1_FAIL);
	if (same || s->unit[SEC_U_MDEU].icr & SEC_EU_ICE)
		return 0;
	return sec_unit_error(s, sel, SEC_EU_ICE);
}

static u32 run_icv(struct sec *s, struct sec_chan *c, const struct aead *a, u32 hdr,
		   struct sec_stream *in, struct sec_stream *out)
{
	bool check = SEC_HDR_MODE1(hdr) & SEC_MDEU_CICV;
	u32 sel = SEC_HDR_SEL1(hdr), err;
	u8 ours[72], theirs[72];
	u32 len, room = sec_hash_context(s, ours);

	len = a->icv_apart ? a->icv.len : check ? a->in.extent : a->out.extent;
	if (!len || len > room || a->icv.extent)
		return sec_unit_error(s, sel, SEC_EU_DSE);
	if (!check)
		return a->icv_apart ? sec_put_all(s, c, a->icv, ours) : sec_put(out, ours, len);
	err = a->icv_apart ? sec_get_all(s, c, a->icv, theirs) : sec_get(in, theirs, len);
	return err ? err : compare_icv(s, c, sel, theirs, ours, len);
}

static u32 start_aead(struct sec *s, struct sec_chan *c, const struct aead *a, u32 hdr,
		      struct sec_cipher *ci)
{
	bool check = SEC_HDR_MODE1(hdr) & SEC_MDEU_CICV, inbound = hdr & SEC_HDR_IN;
	u32 sel0 = SEC_HDR_SEL0(hdr), sel1 = SEC_HDR_SEL1(hdr);
	u8 mode1 = SEC_HDR_MODE1(hdr);
	u32 err;

	if (!(mode1 & SEC_MDEU_INIT) || !(mode1 & SEC_MDEU_PAD) || (check && !inbound))
		return sec_unit_error(s, sel1, SEC_EU_ME);
	err = sec_cipher_start(ci, s, c, sel0, SEC_HDR_MODE0(hdr), a->iv, a->key);
	if (err)
		return err;
	if (ci->encrypt == inbound && ci->mode != SEC_AESU_CTR)
		return sec_unit_error(s, sel0, SEC_EU_ME);
	if (a->in.len != a->out.len || a->in.len % ci->block || a->assoc.extent)
		return sec_unit_error(s, sel0, SEC_EU_DSE);
	return sec_hash_start(s, c, sel1, mode1 & ~SEC_MDEU_CICV, (struct sec_ptr) { .len = 0 },
			      a->hmac_key);
}

static u32 run_aead(struct sec *s, struct sec_chan *c, u32 hdr)
{
	struct aead a = parse_aead(c, SEC_HDR_TYPE(hdr));
	struct sec_stream in, out;
	struct sec_cipher ci;
	u32 err;

	err = start_aead(s, c, &a, hdr, &ci);
	if (!err)
		err = hash_all(s, c, a.assoc);
	if (err)
		return err;
	sec_open(&in, s, c, a.in, false);
	sec_open(&out, s, c, a.out, true);
	err = run_data(s, &ci, &in, &out, a.in.len, hdr & SEC_HDR_IN);
	if (!err)
		err = sec_hash_finish(s, SEC_HDR_SEL1(hdr), SEC_HDR_MODE1(hdr) & ~SEC_MDEU_CICV);
	if (!err)
		err = run_icv(s, c, &a, hdr, &in, &out);
	if (!err)
		err = sec_close(&in);
	if (!err)
		err = sec_close(&out);
	if (!err)
		err = sec_cipher_finish(&ci, c, a.iv_out);
	s->stats.aeads += !err;
	return err;
}

/* ---- RAID XOR: 6 out, sources from 5 downwards ---- */

static u32 xor_chunk(struct sec *s, struct sec_stream *in, unsigned int nr, u32 n)
{
	u64 *sum = s->chunk[0], *more = s->chunk[1];
	unsigned int i, w;
	u32 err;

	memset(sum, 0, sizeof(s->chunk[0]));
	for (i = 0; i < nr; i++) {
		err = sec_get(&in[i], (u8 *)more, n);
		if (err)
			return err;
		for (w = 0; w < (n + 7) / 8; w++)
			sum[w] ^= more[w];
	}
	return 0;
}

static u32 open_sources(struct sec *s, struct sec_chan *c, struct sec_ptr out,
			struct sec_stream *in, unsigned int *nr)
{
	unsigned int i;

	*nr = 0;
	for (i = 0; i < SEC_MAX_XOR; i++) {
		struct sec_ptr p = sec_ptr(c, 5 - i);

		if (!p.len && !p.extent)
			continue;
		if (i >= s->kind->max_xor || p.len != out.len || p.extent)
			return sec_unit_error(s, SEC_SEL_AESU, SEC_EU_DSE);
		sec_open(&in[(*nr)++], s, c, p, false);
	}
	return *nr && out.len && !out.extent ? 0 : sec_unit_error(s, SEC_SEL_AESU, SEC_EU_DSE);
}

static u32 run_xor(struct sec *s, struct sec_chan *c, u32 hdr)
{
	struct sec_ptr out = sec_ptr(c, 6);
	struct sec_stream in[SEC_MAX_XOR], to;
	unsigned int nr, i;
	u32 n, err;

	if (SEC_HDR_MODE0(hdr) != SEC_AESU_XOR)
		return sec_unit_error(s, SEC_SEL_AESU, SEC_EU_ME);
	err = open_sources(s, c, out, in, &nr);
	if (err)
		return err;
	sec_open(&to, s, c, out, true);
	while (to.left) {
		n = sec_min(to.left, sizeof(s->chunk[0]));
		err = xor_chunk(s, in, nr, n);
		if (!err)
			err = sec_put(&to, (u8 *)s->chunk[0], n);
		if (err)
			return err;
	}
	for (i = 0; i < nr && !err; i++)
		err = sec_close(&in[i]);
	if (!err)
		err = sec_close(&to);
	s->stats.xors += !err;
	return err;
}

u32 sec_desc_run(struct sec *s, struct sec_chan *c)
{
	u32 hdr = sec_be32(c->desc);

	switch (SEC_HDR_TYPE(hdr)) {
	case SEC_TYPE_RAID_XOR:
		return run_xor(s, c, hdr);
	case SEC_TYPE_IPSEC_ESP:
	case SEC_TYPE_HMAC_SNOOP:
		return run_aead(s, c, hdr);
	default:
		return is_mdeu(SEC_HDR_SEL0(hdr)) ? run_hash(s, c, hdr) : run_cipher(s, c, hdr);
	}
}
