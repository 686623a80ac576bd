// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fast 64-bit hash: four lanes, each mixes its word in by a multiplication with an odd
 * number and a rotation, so that no word is lost; the lanes are folded with SplitMix64's last
 * steps, which spread every bit.
 */
#include "hash64.h"

#include <string.h>

#define ODD	0x9e3779b97f4a7c15ull	/* 2^64 divided by the golden ratio */

static uint64_t rotate(uint64_t x, unsigned int n)
{
	return x << n | x >> (64 - n);
}

static uint64_t spread(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

/* Mixes the bytes into four lanes, and returns what the lanes are to be folded with. */
static uint64_t fill_lanes(uint64_t lane[4], uint64_t seed, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t sum = spread(seed ^ len);

	for (int i = 0; i < 4; i++)
		lane[i] = sum + i * ODD;
	for (; len >= 32; p += 32, len -= 32)
		for (int i = 0; i < 4; i++) {
			uint64_t w;

			memcpy(&w, p + 8 * i, 8);
			lane[i] = rotate((lane[i] ^ w) * ODD, 29);
		}
	for (int i = 0; len; i = (i + 1) % 4) {
		size_t n = len < 8 ? len : 8;
		uint64_t w = 0;

		memcpy(&w, p, n);
		lane[i] = rotate((lane[i] ^ w) * ODD, 29);
		p += n;
		len -= n;
	}
	return sum;
}

static uint64_t fold(const uint64_t lane[4], uint64_t sum)
{
	for (int i = 0; i < 4; i++)
		sum = spread(sum ^ lane[i]) + ODD;
	return sum;
}

uint64_t hash64(uint64_t seed, const void *data, size_t len)
{
	uint64_t lane[4], sum = fill_lanes(lane, seed, data, len);

	return fold(lane, sum);
}

uint64_t hash64_two(uint64_t seed, const void *data, size_t len, uint64_t *second)
{
	uint64_t lane[4], sum = fill_lanes(lane, seed, data, len);

	*second = fold(lane, ~sum);
	return fold(lane, sum);
}
