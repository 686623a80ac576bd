/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_HASH64_H
#define HARNESS_HASH64_H

#include <stddef.h>
#include <stdint.h>

/*
 * Returns a 64-bit hash of @len bytes, to distinguish contents. @seed is a start value, or the hash
 * of the bytes before. It is as fast as memory and the same on every little-endian machine, but it
 * is no protection against contents that were made to have the same hash.
 */
uint64_t hash64(uint64_t seed, const void *data, size_t len);

/* The same, and in @second another hash of the same bytes, for hardly more time. */
uint64_t hash64_two(uint64_t seed, const void *data, size_t len, uint64_t *second);

#endif /* HARNESS_HASH64_H */
