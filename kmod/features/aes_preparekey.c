// SPDX-License-Identifier: GPL-2.0-only
/* 7.0: lib/crypto has struct aes_key, which aes_encrypt() and aes_decrypt() take. */
#include <crypto/aes.h>

int feature(struct aes_key *k, const u8 *b);

int feature(struct aes_key *k, const u8 *b)
{
	return aes_preparekey(k, b, 16);
}
