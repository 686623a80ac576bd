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
 * The setup is text. Each line is an instruction to the agent, mostly for softdma's
 * configfs (kmod/uapi/softdma.h):
 *
 *   engine NAME          begin an engine (mkdir)
 *   model NAME           the same in fslmodel's configfs (kmod/fsl): a real driver on the
 *                        model of its hardware
 *   attr KEY VALUE       write VALUE to the engine's attribute KEY
 *   keep                 the first line: the engines may stay for the next cell with the same
 *                        setup. Their counters are told as they have grown
 *   observe off          run this cell without the observer
 *   perf                 count and sample while this cell runs
 *   rebind DRIVER        take all PCI devices from this driver and give them back, before the
 *                        program and after it: so the observer sees them begin and end
 *   need MODULE          load a module that is in the guest; it stays loaded
 *   param MODULE NAME VALUE   write VALUE to /sys/module/MODULE/parameters/NAME
 *   workload KIND        run a workload instead of a program: md, async_tx, ...
 *                        (lib/program/workload.h); comes after the engines. The program's
 *                        bytes are the workload's file: fio's job
 *   option KEY VALUE     an option of the workload; the plan names all of them
 *   sweep KIND [N]       the last line: run the cell with its first, second, ... call of
 *                        KIND failing (sweep.h), or only with the Nth failing
 *
 * After the last attr of an engine the agent writes 1 to live, reads device, and writes
 * that name into every engine of the program that is called NAME.
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
 * Reads a plan. The cells point into @data; the caller frees the array. Returns 0, or
 * -EBADMSG when the plan is cut short, has a wrong checksum or is followed by other bytes.
 */
int plan_read(const void *data, size_t len, struct plan_cell **cells,
	      uint32_t *nr);

#endif /* HARNESS_PLAN_H */
