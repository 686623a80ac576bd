// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes any bytes as a recording: once as they are, and once with right checksums, so that the code
 * behind these is reached. Reports of what is found are written too. Catches a crash, a leak, an
 * endless loop, and a recording that is refused without a message.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/crc32.h"
#include "lib/judge/recording.h"
#include "lib/outputs/report_json.h"

#define HEADER		24
#define CHUNK_HEADER	12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(uint8_t *data, size_t size)
{
	struct strbuf out = STRBUF_INIT;
	struct evstream *s = evstream_new(NULL);
	struct report_group *groups;
	char why[256] = "";
	FILE *f = fmemopen(data, size, "r");
	size_t nr;

	if (!f)
		abort();
	if (recording_read(f, s, why) && !why[0])
		abort();
	groups = report_groups(s, NULL, &nr);
	for (size_t i = 0; i < nr; i++) {
		report_text(s, groups, nr, i, NULL, NULL, &out);
		json_decref(report_json(s, &groups[i]));
	}
	report_summary(s, &out);
	json_decref(report_summary_json(s));
	free(groups);
	evstream_free(s);
	strbuf_free(&out);
	fclose(f);
}

static void repair(uint8_t *data, size_t size)
{
	for (size_t at = HEADER; at + CHUNK_HEADER <= size;) {
		uint32_t len, crc;

		memcpy(&len, data + at + 4, 4);
		len = le32toh(len);
		if (len > size - at - CHUNK_HEADER)
			return;
		crc = crc32_update(crc32_update(0, data + at, 8), data + at + CHUNK_HEADER, len);
		crc = htole32(crc);
		memcpy(data + at + 8, &crc, 4);
		at += CHUNK_HEADER + len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy;

	if (!size)
		return 0;
	copy = malloc(size);
	memcpy(copy, data, size);
	judge(copy, size);
	repair(copy, size);
	judge(copy, size);
	free(copy);
	return 0;
}
