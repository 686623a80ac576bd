/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_HASH64_H
#define HARNESS_HASH64_H

#include <stddef.h>
#include <stdint.h>

/*
 * Tells contents apart: 64 bits of @len bytes, @seed to begin with or what came of the bytes
 * before. Fast (memory's speed), the same on every little-endian machine; no defence against
 * somebody who wants two contents to have one value.
 */
uint64_t hash64(uint64_t seed, const void *data, size_t len);

#endif /* HARNESS_HASH64_H */
