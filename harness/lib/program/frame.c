// SPDX-License-Identifier: GPL-2.0-only
/* Frames and sums as bytes: written, read, checked. */
#include "frame.h"

#include <errno.h>
#include <stddef.h>

#include "lib/base/crc32.h"
#include "lib/base/le.h"
#include "uapi/dmatorture.h"

#define HEADER 16

void frame_write(struct strbuf *out, uint32_t seq, enum frame_type type,
		 const void *data, uint32_t len)
{
	size_t start = out->len;

	le32_add(out, FRAME_MAGIC);
	le32_add(out, type);	/* type, and the reserved half word */
	le32_add(out, seq);
	le32_add(out, len);
	strbuf_add(out, data, len);
	le32_add(out, crc32_update(0, out->s + start, out->len - start));
}

long frame_read(const void *data, size_t len, struct frame *f)
{
	const uint8_t *p = data;
	uint32_t n;

	/* Refuse bytes that cannot begin a frame, even if they are fewer than a header. */
	for (size_t i = 0; i < 4 && i < len; i++)
		if (p[i] != (FRAME_MAGIC >> (8 * i) & 0xff))
			return -EBADMSG;
	if (len < HEADER)
		return 0;
	n = le32_get(p + 12);
	if (n > FRAME_MAX)
		return -EBADMSG;
	if (len < (size_t)HEADER + n + 4)
		return 0;
	if (le32_get(p + HEADER + n) != crc32_update(0, p, HEADER + n))
		return -EBADMSG;
	f->type = le16_get(p + 4);
	f->seq = le32_get(p + 8);
	f->len = n;
	f->data = p + HEADER;
	return (long)HEADER + n + 4;
}

/* The members of struct dmt_sums that are numbers, in its order. */
#define FIELD(member) { offsetof(struct dmt_sums, member), sizeof(((struct dmt_sums *)0)->member) }

static const struct {
	size_t offset, size;
} fields[] = {
	FIELD(status), FIELD(iterations), FIELD(ns), FIELD(steps), FIELD(steps_failed),
	FIELD(checks), FIELD(checks_bad), FIELD(maps), FIELD(maps_bounced),
	FIELD(low_buffers), FIELD(foreign_maps), FIELD(records), FIELD(records_lost),
	FIELD(digest), FIELD(first_bad), FIELD(leftover_maps), FIELD(leftover_txs),
	FIELD(began_ns), FIELD(wrong_step), FIELD(wrong_offset),
};

_Static_assert(sizeof(struct dmt_sums) == FRAME_SUMS_LEN, "frames carry struct dmt_sums whole");

/* The wire form has the struct's offsets: all members are aligned, so no machine pads it. */
void frame_pack_sums(uint8_t out[FRAME_SUMS_LEN], const struct dmt_sums *sums)
{
	memcpy(out, sums, FRAME_SUMS_LEN);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		uint8_t *p = out + fields[i].offset;
		uint64_t n64;
		uint32_t n32;

		if (fields[i].size == 8) {
			memcpy(&n64, p, 8);
			le64_put(p, n64);
		} else {
			memcpy(&n32, p, 4);
			le32_put(p, n32);
		}
	}
}

void frame_unpack_sums(struct dmt_sums *sums, const uint8_t in[FRAME_SUMS_LEN])
{
	memcpy(sums, in, FRAME_SUMS_LEN);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		uint8_t *p = (uint8_t *)sums + fields[i].offset;

		if (fields[i].size == 8) {
			uint64_t n = le64_get(p);

			memcpy(p, &n, 8);
		} else {
			uint32_t n = le32_get(p);

			memcpy(p, &n, 4);
		}
	}
}
