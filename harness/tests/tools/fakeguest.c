// SPDX-License-Identifier: GPL-2.0-only
/*
 * fakeguest CHANNEL ITERATIONS NS [WRONG]: what a guest says of a plan of one cell with one
 * engine, "copy", WRONG wrong checks, and without the observer; for tests of what is done with it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/program/cell.h"
#include "lib/program/frame.h"
#include "lib/base/le.h"
#include "lib/verdict/result.h"

int main(int argc, char **argv)
{
	static const char hello[] = "agent=1\nrelease=6.12.0-fake\ncpus=1\nmem_kb=1000000\n";
	static const char engine[] = "name=copy device=softdma.0 submitted=0 completed=0";
	static const char off[] = "\0\0\0\0observer=off\n";
	struct dmt_sums sums = { .first_bad = DMT_NONE };
	struct strbuf out = STRBUF_INIT;
	uint8_t index[4] = { 0 }, packed[FRAME_SUMS_LEN], meta[sizeof(off) - 1];
	uint32_t seq = 0;
	FILE *f;

	if (argc != 4 && argc != 5)
		return 2;
	sums.iterations = strtoul(argv[2], NULL, 10);
	sums.ns = strtoull(argv[3], NULL, 10);
	sums.checks = sums.checks_bad = argc == 5 ? strtoull(argv[4], NULL, 10) : 0;
	if (sums.checks)
		sums.first_bad = 0;
	memcpy(meta, off, sizeof(meta));
	le32_put(meta, OBS_CHUNK_META);
	frame_pack_sums(packed, &sums);
	frame_write(&out, seq++, FRAME_HELLO, hello, strlen(hello));
	frame_write(&out, seq++, FRAME_CELL, index, 4);
	frame_write(&out, seq++, FRAME_OBSERVED, meta, sizeof(meta));
	frame_write(&out, seq++, FRAME_SUMS, packed, sizeof(packed));
	frame_write(&out, seq++, FRAME_ENGINE, engine, strlen(engine));
	frame_write(&out, seq++, FRAME_CELL_END, index, 4);
	frame_write(&out, seq++, FRAME_END, NULL, 0);
	f = fopen(argv[1], "wb");
	if (!f || fwrite(out.s, out.len, 1, f) != 1 || fclose(f))
		return 3;
	strbuf_free(&out);
	return 0;
}
