/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Recordings: what an observer saw, in a file.
 *
 *   "DMTEVT01"  u32 version  u32 bytes of an event  u32 mark  u32 word
 *   chunks:     u32 type  u32 len  u32 crc32 of type, len and payload
 *               len bytes
 *
 * Little endian, except the events, the stacks' addresses and the mark 0x01020304, which have
 * the byte order of the observed machine. word is 8 or 4: the bytes of an address of its kernel;
 * 0, in recordings of before there was this word, is 8. The types are those of enum obs_chunk;
 * END is the last. A reader takes whole chunks as they come and stops at the first one that is
 * incomplete or wrong: what came before it is good, but without END the recording is not complete.
 */
#ifndef HARNESS_RECORDING_H
#define HARNESS_RECORDING_H

#include <stdbool.h>
#include <stdio.h>

#include "evstream.h"

#define RECORDING_VERSION	1
#define RECORDING_CHUNK_MAX	(64u << 20)	/* bytes of payload */

/* The observed machine, as far as a recording depends on it. */
struct recording_from {
	bool other_order;	/* than this machine's */
	unsigned int word_bytes;
};

/* This machine. */
struct recording_from recording_here(void);

/* Write the head and the chunks of a recording. Both return 0 or a negative errno. */
int recording_begin(FILE *f, struct recording_from from);
int recording_chunk(FILE *f, enum obs_chunk type, const void *data, uint32_t len);

/*
 * Reads @f to its end into @s and finishes @s. Returns 0, or -EBADMSG or -EIO with @why filled:
 * at which byte, and what is wrong.
 */
int recording_read(FILE *f, struct evstream *s, char why[256]);

#endif /* HARNESS_RECORDING_H */
