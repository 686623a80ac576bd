// SPDX-License-Identifier: GPL-2.0-only
/*
 * fakeguest CHANNEL ITERATIONS NS [WRONG [CELLS [RECORDING]]]
 *
 * Writes to CHANNEL what a guest would send, for tests of the code that reads it. The plan has
 * CELLS cells (default: one; "plan": those of plan.bin beside CHANNEL) with one engine, "copy".
 * Each cell has WRONG wrong checks, and the events of RECORDING; without RECORDING the observer is
 * off.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/program/cell.h"
#include "lib/program/frame.h"
#include "lib/program/plan.h"
#include "lib/base/le.h"
#include "lib/verdict/result.h"

#define RECORDING_HEADER	24
#define CHUNK_HEADER		12

static struct strbuf out = STRBUF_INIT;
static uint32_t seq;

static void say(enum frame_type type, const void *data, uint32_t len)
{
	frame_write(&out, seq++, type, data, len);
}

static void say_observed(const struct strbuf *recording)
{
	static const char off[] = "\0\0\0\0observer=off\n";
	uint8_t meta[sizeof(off) - 1];
	size_t at = RECORDING_HEADER;

	if (!recording->len) {
		memcpy(meta, off, sizeof(meta));
		le32_put(meta, OBS_CHUNK_META);
		say(FRAME_OBSERVED, meta, sizeof(meta));
	}
	while (at + CHUNK_HEADER <= recording->len) {
		const uint8_t *p = (const uint8_t *)recording->s + at;
		uint32_t len = le32_get(p + 4);
		struct strbuf chunk = STRBUF_INIT;

		le32_add(&chunk, le32_get(p));
		strbuf_add(&chunk, p + CHUNK_HEADER, len);
		say(FRAME_OBSERVED, chunk.s, chunk.len);
		strbuf_free(&chunk);
		at += CHUNK_HEADER + len;
	}
}

static void say_cell(uint32_t cell, const struct dmt_sums *sums, const struct strbuf *recording)
{
	static const char engine[] = "name=copy device=softdma.0 submitted=0 completed=0";
	uint8_t index[4], packed[FRAME_SUMS_LEN];

	le32_put(index, cell);
	frame_pack_sums(packed, sums);
	say(FRAME_CELL, index, 4);
	say_observed(recording);
	say(FRAME_SUMS, packed, sizeof(packed));
	say(FRAME_ENGINE, engine, strlen(engine));
	say(FRAME_CELL_END, index, 4);
}

/* Reads the plan beside @channel. Returns NULL if it does not exist or is damaged. */
static struct plan_cell *read_plan(const char *channel, uint32_t *nr)
{
	const char *slash = strrchr(channel, '/');
	char *path = xasprintf("%.*splan.bin", slash ? (int)(slash + 1 - channel) : 0, channel);
	static struct strbuf plan;	/* the cells point into it */
	struct plan_cell *cells = NULL;

	if (strbuf_read_file(&plan, path) || plan_read(plan.s, plan.len, &cells, nr))
		cells = NULL;
	free(path);
	return cells;
}

int main(int argc, char **argv)
{
	static const char hello[] = "agent=1\nrelease=6.12.0-fake\ncpus=1\nmem_kb=1000000\n";
	struct dmt_sums sums = { .first_bad = DMT_NONE };
	struct strbuf recording = STRBUF_INIT;
	uint32_t cells = argc > 5 ? strtoul(argv[5], NULL, 10) : 1;
	struct plan_cell *plan = NULL;
	FILE *f;

	if (argc < 4 || argc > 7)
		return 2;
	if (argc > 6 && strbuf_read_file(&recording, argv[6]))
		return 2;
	if (argc > 5 && !strcmp(argv[5], "plan")) {
		plan = read_plan(argv[1], &cells);
		if (!plan)
			return 2;
	}
	sums.iterations = strtoul(argv[2], NULL, 10);
	sums.ns = strtoull(argv[3], NULL, 10);
	sums.checks = sums.checks_bad = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
	if (sums.checks)
		sums.first_bad = 0;
	f = fopen(argv[1], "wb");
	say(FRAME_HELLO, hello, strlen(hello));
	for (uint32_t i = 0; i < cells && f; i++) {
		say_cell(plan ? plan[i].index : i, &sums, &recording);
		if (fwrite(out.s, out.len, 1, f) != 1)
			return 3;
		strbuf_reset(&out);
	}
	say(FRAME_END, NULL, 0);
	if (!f || fwrite(out.s, out.len, 1, f) != 1 || fclose(f))
		return 3;
	free(plan);
	strbuf_free(&recording);
	strbuf_free(&out);
	return 0;
}
