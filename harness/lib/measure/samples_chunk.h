/* SPDX-License-Identifier: GPL-2.0-only */
/* What the writer and the reader of samples.bin (samples.h) share. */
#ifndef HARNESS_SAMPLES_CHUNK_H
#define HARNESS_SAMPLES_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/crc32.h"
#include "samples.h"

#define SAMPLES_MAGIC	"DMTSMP01"
#define SAMPLES_HEADER	16
#define SAMPLES_CHUNK	12

enum samples_chunk {
	SAMPLES_ABOUT = 1,
	SAMPLES_SERIES,
	SAMPLES_VALUES,
	SAMPLES_WHOLE,
	SAMPLES_COUNTS,
	SAMPLES_END,
};

/* Bytes of the fields that follow the series and the round in COUNTS. */
#define SAMPLES_COUNTS_HEAD	24

static inline uint32_t samples_crc(const uint8_t head[8], const void *data, size_t len)
{
	return crc32_update(crc32_update(0, head, 8), data, len);
}

/* What a reader found: the offset behind the last good chunk, END, a torn chunk after it. */
struct samples_seen {
	uint64_t good;
	bool ended, torn;
};

int samples_read_seen(FILE *f, const char *name, struct samples *s, struct samples_seen *seen,
		      char why[256]);

/* Is @s a string that may be in a file? Only with @spaces may it have spaces. */
bool samples_word_ok(const char *s, bool spaces);

#endif /* HARNESS_SAMPLES_CHUNK_H */
