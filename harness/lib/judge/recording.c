// SPDX-License-Identifier: GPL-2.0-only
/* Writes recordings, and reads them chunk by chunk into a stream of events. */
#include "recording.h"

#include <byteswap.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/crc32.h"
#include "lib/base/le.h"

#define MAGIC	"DMTEVT01"
#define MARK	0x01020304u
#define HEADER	24
#define CHUNK	12

struct recording_from recording_here(void)
{
	return (struct recording_from){ .word_bytes = sizeof(void *) };
}

int recording_begin(FILE *f, struct recording_from from)
{
	uint8_t head[HEADER] = MAGIC;
	uint32_t mark = from.other_order ? bswap_32(MARK) : MARK;

	le32_put(head + 8, RECORDING_VERSION);
	le32_put(head + 12, sizeof(struct obs_event));
	memcpy(head + 16, &mark, 4);
	le32_put(head + 20, from.word_bytes);
	return fwrite(head, sizeof(head), 1, f) == 1 ? 0 : -EIO;
}

static uint32_t chunk_crc(const uint8_t head[8], const void *data, size_t len)
{
	return crc32_update(crc32_update(0, head, 8), data, len);
}

int recording_chunk(FILE *f, enum obs_chunk type, const void *data, uint32_t len)
{
	uint8_t head[CHUNK];

	if (len > RECORDING_CHUNK_MAX)
		return -EMSGSIZE;
	le32_put(head, type);
	le32_put(head + 4, len);
	le32_put(head + 8, chunk_crc(head, data, len));
	if (fwrite(head, sizeof(head), 1, f) != 1 || (len && fwrite(data, len, 1, f) != 1))
		return -EIO;
	return 0;
}

/* ---- reading ---- */

struct reader {
	FILE *f;
	struct evstream *s;
	char *why;
	uint64_t at;		/* offset in the file, bytes */
	struct strbuf payload;
};

static int fail(struct reader *r, uint64_t at, const char *what)
{
	snprintf(r->why, 256, "byte %llu: %.200s", (unsigned long long)at, what);
	evstream_doubt(r->s, "%s", r->why);
	return -EBADMSG;
}

static int read_header(struct reader *r)
{
	uint8_t head[HEADER];
	uint32_t mark, word;

	if (fread(head, 1, sizeof(head), r->f) != sizeof(head) || memcmp(head, MAGIC, 8))
		return fail(r, 0, "this is no recording of dmatorture");
	if (le32_get(head + 8) != RECORDING_VERSION)
		return fail(r, 8, "a version that is not known here");
	if (le32_get(head + 12) != sizeof(struct obs_event))
		return fail(r, 12, "events of another size");
	memcpy(&mark, head + 16, 4);
	if (mark == bswap_32(MARK))
		evstream_swap(r->s);
	else if (mark != MARK)
		return fail(r, 16, "an impossible byte order");
	word = le32_get(head + 20);
	if (word && word != 4 && word != 8)
		return fail(r, 20, "addresses of an impossible size");
	evstream_word(r->s, word ? word : 8);
	r->at = sizeof(head);
	return 0;
}

/* The buffer grows with the bytes that are there, not with the length that the header claims. */
static size_t read_payload(struct reader *r, size_t len)
{
	char block[65536];

	strbuf_reset(&r->payload);
	while (r->payload.len < len) {
		size_t want = len - r->payload.len < sizeof(block) ? len - r->payload.len
								   : sizeof(block);
		size_t n = fread(block, 1, want, r->f);

		if (!n)
			break;
		strbuf_add(&r->payload, block, n);
	}
	return r->payload.len;
}

/* Returns 1 when a chunk was taken, 0 when the file ends here, or -EBADMSG. */
static int read_chunk(struct reader *r)
{
	uint8_t head[CHUNK];
	char why[256] = "";
	size_t n = fread(head, 1, sizeof(head), r->f), len;

	if (!n)
		return 0;
	if (n != sizeof(head))
		return fail(r, r->at, "the recording ends in the middle of a chunk's header");
	len = le32_get(head + 4);
	if (len > RECORDING_CHUNK_MAX)
		return fail(r, r->at, "a chunk that is too long, or a damaged header");
	if (read_payload(r, len) != len)
		return fail(r, r->at, "the recording ends in the middle of a chunk");
	if (chunk_crc(head, strbuf_str(&r->payload), len) != le32_get(head + 8))
		return fail(r, r->at, "a damaged chunk: its checksum is wrong");
	if (evstream_chunk(r->s, le32_get(head), strbuf_str(&r->payload), len, why))
		return fail(r, r->at, why);
	r->at += sizeof(head) + len;
	return 1;
}

int recording_read(FILE *f, struct evstream *s, char why[256])
{
	struct reader r = { .f = f, .s = s, .why = why };
	int err;

	*why = '\0';
	err = read_header(&r);
	while (!err) {
		int got = read_chunk(&r);

		if (got <= 0) {
			err = got;
			break;
		}
	}
	if (!err && ferror(f)) {
		snprintf(why, 256, "byte %llu: cannot be read", (unsigned long long)r.at);
		evstream_doubt(s, "%s", why);
		err = -EIO;
	}
	evstream_finish(s);
	strbuf_free(&r.payload);
	return err;
}
