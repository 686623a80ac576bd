/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames: what the agent says on the result channel, beside the console.
 *
 *   u32 magic "DMTF"  u16 type  u16 reserved 0  u32 seq  u32 len
 *   len bytes         u32 crc32 of header and bytes
 *
 * Little endian. seq counts from 0 and shows a lost frame. A reader takes
 * whole frames as they come and stops at the first that is not whole or not
 * right: what came before it is good.
 */
#ifndef HARNESS_FRAME_H
#define HARNESS_FRAME_H

#include "lib/base/strbuf.h"

#define FRAME_MAGIC	0x46544d44u
#define FRAME_MAX	(16u << 20)	/* bytes of payload */

enum frame_type {
	FRAME_HELLO	= 1,	/* text: key=value lines: agent, release, cpus, mem_kb */
	FRAME_CELL	= 2,	/* u32 index: a cell begins */
	FRAME_REFUSED	= 3,	/* text: the cell cannot run, and why (setup failed,
				 * program refused)
				 */
	FRAME_RECORDS	= 4,	/* struct dmt_record, many; as many frames as needed */
	FRAME_SUMS	= 5,	/* struct frame_sums */
	FRAME_ENGINE	= 6,	/* text: "name=copy device=softdma.0 submitted=1 ..." */
	FRAME_CELL_END	= 7,	/* u32 index: all of the cell has been said */
	FRAME_LOG	= 8,	/* text: a remark of the agent */
	FRAME_END	= 9,	/* empty: the plan is done */
	FRAME_OBSERVED	= 10,	/* u32 chunk type, then a chunk as in a recording
				 * (lib/judge/recording.h): the observer, on this cell
				 */
	FRAME_AGAIN	= 11,	/* u32 index: the cell is run again, forget what was
				 * said of it: the observer met functions that it
				 * did not probe yet, or lost a few events
				 */
	FRAME_WORKLOAD	= 12,	/* text: a stage of a workload is over: its name, then
				 * key=value words (lib/program/workload.h)
				 */
	FRAME_FIO	= 13,	/* fio's json+ output */
	FRAME_WITNESS	= 14,	/* text: how a witness did (lib/witness/witness.h): in a cell, of
				 * that cell, else of the guest
				 */
	FRAME_FRESH	= 15,	/* empty: a witness is spent; what is left of the plan wants
				 * a fresh guest
				 */
	FRAME_LEAK	= 16,	/* text: the title of a leak that kmemleak found */
	FRAME_PERF	= 17,	/* text: counters, hot functions; of all cells that wanted it */
	FRAME_SWEEP	= 18,	/* text: a run of a sweep begins or has ended (lib/verdict/sweep.h) */
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
	const uint8_t *data;	/* into the reader's input */
};

/*
 * Takes the first frame of @data. Returns the bytes it took, 0 when more are
 * needed, or -EBADMSG when these can never be a frame.
 */
long frame_read(const void *data, size_t len, struct frame *frame);

#endif /* HARNESS_FRAME_H */
