/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The plan: what one guest (or board) is to run, in order. The harness writes
 * it, the agent reads it. Little endian, packed by hand, no padding:
 *
 *   "DMTPLAN1"  u32 nr_cells
 *   per cell:   u32 index  u32 setup_len  u32 program_len
 *               setup bytes, program bytes
 *   u32 crc32 of all before it
 *
 * The setup is text, a line a word of advice, for softdma's configfs
 * (kmod/uapi/softdma.h):
 *
 *   engine NAME          begin an engine (mkdir)
 *   model NAME           the same, for fslmodel's (kmod/fsl): a real driver on the model
 *                        of its hardware
 *   attr KEY VALUE       write VALUE to its attribute KEY
 *   observe off          this cell without the observer
 *   perf                 count and sample while this cell runs
 *   need MODULE          a module that is in the guest is loaded, and stays
 *   param MODULE NAME VALUE   write VALUE to /sys/module/MODULE/parameters/NAME
 *   workload KIND        after the engines: md, async_tx, ... (lib/program/workload.h) instead of
 *                        a program; the program's bytes are its file: fio's job
 *   option KEY VALUE     of the workload; all of them are said
 *   sweep KIND [N]       the last line: the cell is run with its first, second, ... call of
 *                        KIND failing (lib/verdict/sweep.h), or with the Nth alone
 *
 * After the last attr of an engine the agent writes 1 to live, reads device,
 * and puts that name into every engine of the program that is called NAME.
 */
#ifndef HARNESS_PLAN_H
#define HARNESS_PLAN_H

#include "lib/base/strbuf.h"

struct plan_cell {
	uint32_t index;		/* of the cell in the whole run */
	const char *setup;
	uint32_t setup_len;
	const uint8_t *program;
	uint32_t program_len;
};

/* Appends a plan of @nr cells to @out. */
void plan_write(struct strbuf *out, const struct plan_cell *cells, uint32_t nr);

/*
 * Reads a plan; the cells point into @data, the array is the caller's to free.
 * 0, or -EBADMSG when it is cut short, has a wrong checksum or rest.
 */
int plan_read(const void *data, size_t len, struct plan_cell **cells,
	      uint32_t *nr);

#endif /* HARNESS_PLAN_H */
