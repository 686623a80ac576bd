// SPDX-License-Identifier: GPL-2.0-only
/* AESU and DEU: modes of operation over block ciphers. */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "sec_parts.h"

/* Translates the mode of AESU or DEU to the names of AESU's modes. */
static u32 set_mode(struct sec_cipher *ci, u8 mode)
{
	ci->encrypt = mode & SEC_CIPHER_ENCRYPT;
	if (ci->sel == SEC_SEL_DEU) {
		ci->block = 8;
		ci->mode = mode & SEC_DEU_CBC ? SEC_AESU_CBC : SEC_AESU_ECB;
		mode &= ~(SEC_CIPHER_ENCRYPT | SEC_DEU_CBC | SEC_DEU_3DES);
		return mode ? sec_unit_error(ci->s, ci->sel, SEC_EU_ME) : 0;
	}
	ci->block = 16;
	ci->mode = mode & SEC_AESU_MODE;
	if (mode & ~(SEC_CIPHER_ENCRYPT | SEC_AESU_MODE) ||
	    (ci->mode != SEC_AESU_ECB && ci->mode != SEC_AESU_CBC && ci->mode != SEC_AESU_CTR))
		return sec_unit_error(ci->s, ci->sel, SEC_EU_ME);
	return 0;
}

static u32 set_key(struct sec_cipher *ci, struct sec_chan *c, u8 mode, struct sec_ptr p)
{
	const struct sec_crypto *x = ci->s->crypto;
	bool triple = ci->sel == SEC_SEL_DEU && mode & SEC_DEU_3DES;
	u8 key[32];
	u32 err;

	if (p.len > sizeof(key) || p.extent ||
	    (ci->sel == SEC_SEL_DEU && p.len != (triple ? 24 : 8)))
		return sec_unit_error(ci->s, ci->sel, SEC_EU_KSE);
	err = sec_get_all(ci->s, c, p, key);
	if (err)
		return err;
	if (ci->sel == SEC_SEL_DEU ? x->des_key(x->priv, key, p.len) :
				     x->aes_key(x->priv, key, p.len))
		return sec_unit_error(ci->s, ci->sel, SEC_EU_KSE);
	return 0;
}

u32 sec_cipher_start(struct sec_cipher *ci, struct sec *s, struct sec_chan *c, u32 sel, u8 mode,
		     struct sec_ptr iv, struct sec_ptr key)
{
	u32 err;

	*ci = (struct sec_cipher) { .s = s, .sel = sel };
	err = set_mode(ci, mode);
	if (err)
		return err;
	if (iv.extent || iv.len != (ci->mode == SEC_AESU_ECB ? 0 : ci->block))
		return sec_unit_error(s, sel, SEC_EU_CE);
	err = sec_get_all(s, c, iv, ci->iv);
	return err ? err : set_key(ci, c, mode, key);
}

static void block(struct sec_cipher *ci, bool encrypt, u8 *out, const u8 *in)
{
	const struct sec_crypto *x = ci->s->crypto;

	if (ci->sel == SEC_SEL_DEU)
		x->des_block(x->priv, encrypt, out, in);
	else
		x->aes_block(x->priv, encrypt, out, in);
}

static void xor_into(u8 *a, const u8 *b, u32 n)
{
	while (n--)
		*a++ ^= *b++;
}

static void count_up(u8 counter[16])
{
	int i = 16;

	while (i-- && !++counter[i])
		;
}

static void one_block(struct sec_cipher *ci, u8 *data)
{
	u8 tmp[16];

	if (ci->mode == SEC_AESU_CTR) {
		block(ci, true, tmp, ci->iv);
		xor_into(data, tmp, ci->block);
		count_up(ci->iv);
	} else if (ci->mode == SEC_AESU_ECB) {
		block(ci, ci->encrypt, tmp, data);
		memcpy(data, tmp, ci->block);
	} else if (ci->encrypt) {
		xor_into(data, ci->iv, ci->block);
		block(ci, true, ci->iv, data);
		memcpy(data, ci->iv, ci->block);
	} else {
		block(ci, false, tmp, data);
		xor_into(tmp, ci->iv, ci->block);
		memcpy(ci->iv, data, ci->block);
		memcpy(data, tmp, ci->block);
	}
}

void sec_cipher_blocks(struct sec_cipher *ci, u8 *data, u32 n)
{
	for (; n; n -= ci->block, data += ci->block)
		one_block(ci, data);
}

u32 sec_cipher_finish(struct sec_cipher *ci, struct sec_chan *c, struct sec_ptr iv)
{
	if (iv.extent || (iv.len && (iv.len != ci->block || ci->mode == SEC_AESU_ECB)))
		return sec_unit_error(ci->s, ci->sel, SEC_EU_CE);
	return sec_put_all(ci->s, c, iv, ci->iv);
}
