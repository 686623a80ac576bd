/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames: what the agent sends on the result channel, which is separate from the console.
 *
 *   u32 magic "DMTF"  u16 type  u16 reserved 0  u32 seq  u32 len
 *   len bytes         u32 crc32 of header and bytes
 *
 * Little endian. seq counts from 0, so that a lost frame is noticed. A reader takes whole
 * frames as they come and stops at the first one that is incomplete or wrong; the frames
 * before it are good.
 */
#ifndef HARNESS_FRAME_H
#define HARNESS_FRAME_H

#include "lib/base/strbuf.h"

#define FRAME_MAGIC	0x46544d44u
#define FRAME_MAX	(16u << 20)	/* bytes of payload */

enum frame_type {
	FRAME_HELLO	= 1,	/* text: key=value lines: agent, release, cpus, mem_kb */
	FRAME_CELL	= 2,	/* u32 index: a cell begins */
	FRAME_REFUSED	= 3,	/* text: the cell cannot run, and why (setup failed or
				 * program refused)
				 */
	FRAME_RECORDS	= 4,	/* an array of struct dmt_record; there may be many frames */
	FRAME_SUMS	= 5,	/* struct dmt_sums in wire form, FRAME_SUMS_LEN bytes */
	FRAME_ENGINE	= 6,	/* text: "name=copy device=softdma.0 submitted=1 ..." */
	FRAME_CELL_END	= 7,	/* u32 index: nothing more comes about this cell */
	FRAME_LOG	= 8,	/* text: a remark of the agent */
	FRAME_END	= 9,	/* empty: the plan is done */
	FRAME_OBSERVED	= 10,	/* u32 chunk type, then a chunk as in a recording
				 * (lib/judge/recording.h): what the observer saw
				 */
	FRAME_AGAIN	= 11,	/* u32 index: the cell runs again, discard what came
				 * about it so far: the observer met functions that
				 * were not probed yet, or lost a few events
				 */
	FRAME_WORKLOAD	= 12,	/* text: a stage of a workload is over: its name, then
				 * key=value words (lib/program/workload.h)
				 */
	FRAME_FIO	= 13,	/* fio's json+ output */
	FRAME_WITNESS	= 14,	/* text: the state of a witness (lib/witness/witness.h): of
				 * the cell if within one, else of the guest
				 */
	FRAME_FRESH	= 15,	/* empty: a witness is spent; the rest of the plan needs a
				 * fresh guest
				 */
	FRAME_LEAK	= 16,	/* text: the title of a leak that kmemleak found */
	FRAME_PERF	= 17,	/* text: counters and hot functions of all cells with "perf" */
	FRAME_SWEEP	= 18,	/* text: a run of a sweep begins or has ended (sweep_line.h) */
	FRAME_READY	= 19,	/* empty: booted, nothing is known of the plan yet; an image of the
				 * guest is made here
				 */
	FRAME_RING	= 20,	/* text: "page BYTES bytes BYTES", then lines "PFN PAGES" (the
				 * first hexadecimal): where the observer's ring is in memory, its
				 * reader's page, its writers' page, its data. The harness reads
				 * there what a guest that has died did not send
				 */
	FRAME_DOUBT	= 21,	/* text: FIRST LAST WHY: nothing may be concluded from this
				 * guest's cells with these indices and between them
				 */
};

/* struct dmt_sums in wire form: little endian, in its order, no padding. */
#define FRAME_SUMS_LEN	304

struct dmt_sums;
void frame_pack_sums(uint8_t out[FRAME_SUMS_LEN], const struct dmt_sums *sums);
void frame_unpack_sums(struct dmt_sums *sums, const uint8_t in[FRAME_SUMS_LEN]);

/* Appends one frame to @out. */
void frame_write(struct strbuf *out, uint32_t seq, enum frame_type type,
		 const void *data, uint32_t len);

struct frame {
	uint16_t type;
	uint32_t seq;
	uint32_t len;
	const uint8_t *data;	/* points into the reader's input */
};

/*
 * Reads the first frame of @data. Returns how many bytes it has, 0 when more bytes are
 * needed, or -EBADMSG when @data cannot begin a frame.
 */
long frame_read(const void *data, size_t len, struct frame *frame);

#endif /* HARNESS_FRAME_H */
