/* SPDX-License-Identifier: GPL-2.0-only */
/* Little-endian words at any address. */
#ifndef HARNESS_LE_H
#define HARNESS_LE_H

#include <endian.h>
#include <string.h>

#include "strbuf.h"

static inline uint16_t le16_get(const uint8_t *p)
{
	return p[0] | p[1] << 8;
}

static inline uint32_t le32_get(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t le64_get(const uint8_t *p)
{
	return le32_get(p) | (uint64_t)le32_get(p + 4) << 32;
}

static inline void le32_add(struct strbuf *out, uint32_t n)
{
	n = htole32(n);
	strbuf_add(out, &n, sizeof(n));
}

static inline void le32_put(uint8_t *p, uint32_t n)
{
	n = htole32(n);
	memcpy(p, &n, sizeof(n));
}

static inline void le64_put(uint8_t *p, uint64_t n)
{
	n = htole64(n);
	memcpy(p, &n, sizeof(n));
}

#endif /* HARNESS_LE_H */
