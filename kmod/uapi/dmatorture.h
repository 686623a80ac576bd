/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The contract between the harness and the executor, dmatorture.ko.
 *
 * A program is one flat blob: a header, then tables. Everything in it is
 * little endian and naturally aligned whatever machine wrote or runs it, so a
 * program compiled on a PC runs on a big-endian 32-bit board.
 *
 * Life of a session, on one open file of /dev/dmatorture:
 *
 *   write(program)          the whole blob in one write; it is validated
 *                           completely before anything of it runs; -EINVAL
 *                           and DMT_IOC_REASON tell what is wrong and where
 *   ioctl(DMT_IOC_RUN)      runs it, sleeps until it ended, returns the sums
 *   ioctl(DMT_IOC_ABORT)    from another thread: ends the run early
 *   read()                  struct dmt_record, whole records only
 *   close()                 aborts, waits, unmaps and frees everything
 *
 * The executor does what the program says. Whether that was right is not
 * its business: see DESIGN.md section 3.
 */
#ifndef _UAPI_DMATORTURE_H
#define _UAPI_DMATORTURE_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define DMT_DEVICE		"dmatorture"	/* /dev/dmatorture */
#define DMT_MAGIC		0x50544d44u	/* "DMTP" */
#define DMT_VERSION		1

#define DMT_NONE		0xffffffffu	/* "no such object" */

/* Limits; a program that goes beyond one is refused. */
#define DMT_MAX_PROGRAM		1048576	/* bytes */
#define DMT_MAX_ENGINES		16
#define DMT_MAX_BUFFERS		1024
#define DMT_MAX_BUFFER_SIZE	4194304		/* bytes, offset included */
#define DMT_MAX_BUFFER_BYTES	67108864	/* all buffers of a program */
#define DMT_MAX_MAPS		1024
#define DMT_MAX_TXS		1024
#define DMT_MAX_OPERANDS	16384
#define DMT_MAX_BLOCKS		1024
#define DMT_MAX_THREADS		64
#define DMT_MAX_STEPS		16384
#define DMT_MAX_BARRIERS	64
#define DMT_MAX_SOURCES		64		/* of one transaction or check */
#define DMT_MAX_SG		128		/* entries of one sg map */
#define DMT_MAX_STACK_BYTES	512		/* all buffers on a stack */
#define DMT_MAX_REPEAT		10000000u
#define DMT_MAX_DELAY_NS	1000000000u	/* a delay in task context */
#define DMT_MAX_ATOMIC_DELAY_NS	1000000u	/* a delay anywhere else */
#define DMT_MAX_ATOMIC_BLOCK_NS	10000000u	/* all delays of a block that may not sleep */
#define DMT_MAX_ATOMIC_BLOCK_BYTES 16777216u	/* all that its steps read, write or bounce */
#define DMT_MAX_TIMEOUT_MS	3600000u
#define DMT_MAX_KEPT_RECORDS	262144		/* beyond: counted as lost */

/*
 * A table of the program. entry_size is what the writer knows; a reader takes
 * entries of at least the size it knows and refuses smaller ones. Bytes it does
 * not know must be zero.
 */
struct dmt_table {
	__le32 offset;		/* bytes from the start of the program, 8-aligned */
	__le32 count;
	__le32 entry_size;	/* multiple of 8 */
	__le32 reserved;	/* 0 */
};

#define DMT_F_FOREIGN_MAP	0x1	/* run even if a prep uses an address
					 * mapped in another mapping domain;
					 * else RUN ends with -EXDEV
					 */
#define DMT_F_TIMED		0x2	/* the value of each step but WAIT, STATUS, CPU_READ and
					 * CHECK is the ns that it took, to the kernel's
					 * clock twice a step
					 */
#define DMT_F_BARE		0x4	/* a step that did what it should leaves a record only as
					 * the first or the last of its block: no clock, no record
					 * between these; the value of a WAIT is 0
					 */
#define DMT_F_ALL		0x7

struct dmt_header {
	__le32 magic;
	__le16 version;
	__le16 header_size;	/* bytes; at least sizeof(struct dmt_header) */
	__le32 total_size;	/* bytes; equals the length of the write */
	__le32 flags;		/* DMT_F_* */
	__le64 seed;		/* of every random choice */
	__le32 repeat;		/* iterations, 1..DMT_MAX_REPEAT */
	__le32 timeout_ms;	/* of the whole run, 1..DMT_MAX_TIMEOUT_MS */
	__le32 wait_ms;		/* of a wait step that names none */
	__le32 keep_first;	/* iterations from the start whose records are kept */
	__le32 keep_bad;	/* later iterations kept because a step failed or
				 * a check found wrong data, at most this many
				 */
	__le32 nr_barriers;	/* 0..DMT_MAX_BARRIERS */
	struct dmt_table engines;
	struct dmt_table buffers;
	struct dmt_table maps;
	struct dmt_table txs;
	struct dmt_table operands;
	struct dmt_table blocks;
	struct dmt_table steps;
	__le32 reserved[8];	/* 0 */
};

enum dmt_cap {
	DMT_CAP_MEMCPY	= 0,
	DMT_CAP_XOR	= 1,
	DMT_CAP__COUNT
};

/*
 * A dmaengine channel, found by the name of the device that provides it
 * (dev_name(chan->device->dev)) and its index among that device's channels.
 * The harness writes @device when it knows what the engine became.
 */
struct dmt_engine {
	char   name[32];	/* NUL-terminated; for messages */
	char   device[64];	/* NUL-terminated */
	__le32 cap;		/* enum dmt_cap */
	__le32 channel;
	__le32 reserved[6];
};

enum dmt_fill {
	DMT_FILL_ZERO	= 0,
	DMT_FILL_RANDOM	= 1,	/* from seed, iteration and object */
	DMT_FILL_BYTE	= 2,	/* the low byte of the value */
	DMT_FILL__COUNT
};

/* What kind of memory a buffer is: some must never be mapped. */
enum dmt_memory {
	DMT_MEMORY_PAGES	= 0,	/* alloc_pages */
	DMT_MEMORY_KMALLOC	= 1,	/* offset 0 */
	DMT_MEMORY_VMALLOC	= 2,	/* within one page: it is mapped as that page */
	DMT_MEMORY_STACK	= 3,	/* of the first THREAD block's task; offset 0 */
	DMT_MEMORY_RODATA	= 4,	/* of the kernel, within one page; fill ZERO, but
					 * it is not filled; maps TO_DEVICE, nothing
					 * may write to it
					 */
	DMT_MEMORY__COUNT
};

/* Memory, physically contiguous, filled anew before each iteration. */
struct dmt_buffer {
	__le32 size;		/* bytes, 1.. */
	__le32 offset;		/* of its first byte in its first page, 0..4095 */
	__le32 fill;		/* enum dmt_fill */
	__le32 value;
	__le32 memory;		/* enum dmt_memory */
	__le32 reserved[3];
};

enum dmt_map_kind {
	DMT_MAP_PAGE	= 0,	/* dma_map_page_attrs */
	DMT_MAP_SINGLE	= 1,	/* dma_map_single_attrs */
	DMT_MAP_SG	= 2,	/* dma_map_sg_attrs, one entry an operand */
	DMT_MAP_RESOURCE = 3,	/* dma_map_resource, of RAM */
	/* memory of their own: map allocates, unmap frees it */
	DMT_MAP_COHERENT = 4,	/* dma_alloc_coherent */
	DMT_MAP_NONCOHERENT = 5, /* dma_alloc_pages */
	DMT_MAP_POOL	= 6,	/* dma_pool_alloc; a pool of its own lasts a run */
	DMT_MAP__COUNT
};

enum dmt_dir {			/* as enum dma_data_direction */
	DMT_BIDIRECTIONAL = 0,
	DMT_TO_DEVICE	= 1,
	DMT_FROM_DEVICE	= 2,
	DMT_DIR__COUNT
};

#define DMT_ATTR_SKIP_CPU_SYNC		0x1
#define DMT_ATTR_WEAK_ORDERING		0x2
#define DMT_ATTR_NO_WARN		0x4
#define DMT_ATTR_ALL			0x7

/* What a map step maps; made and undone by steps. */
struct dmt_map {
	__le32 engine;
	__le32 kind;		/* enum dmt_map_kind */
	__le32 dir;		/* enum dmt_dir */
	__le32 attrs;		/* DMT_ATTR_* */
	__le32 first_operand;	/* DMT_ON_BUFFER operands */
	__le32 nr_operands;	/* 1; 1..DMT_MAX_SG for DMT_MAP_SG; 0 for memory of its own */
	__le32 size;		/* bytes of memory of its own, 1..DMT_MAX_BUFFER_SIZE; else 0 */
	__le32 list_of;		/* 0, or 1 + an sg map with the same operands, whose
				 * scatterlist itself is mapped once more
				 */
};

enum dmt_op {
	DMT_OP_MEMCPY	= 0,
	DMT_OP_XOR	= 1,
	DMT_OP__COUNT
};

#define DMT_TX_INTERRUPT	0x1	/* DMA_PREP_INTERRUPT */
#define DMT_TX_ACK		0x2	/* DMA_CTRL_ACK */
#define DMT_TX_FENCE		0x4	/* DMA_PREP_FENCE */
#define DMT_TX_CALLBACK		0x8	/* a callback though there is no INTERRUPT */
#define DMT_TX_STALE		0x10	/* PREP takes addresses of maps that are not mapped:
					 * the last one, or DMA_MAPPING_ERROR
					 */
#define DMT_TX_ALL		0x1f

/* What a prep step prepares. */
struct dmt_tx {
	__le32 engine;
	__le32 op;		/* enum dmt_op */
	__le32 flags;		/* DMT_TX_* */
	__le32 dst;		/* operand, DMT_ON_MAP */
	__le32 first_src;	/* operands, DMT_ON_MAP */
	__le32 nr_src;		/* 1 for memcpy, 1..DMT_MAX_SOURCES for xor */
	__le32 len;		/* bytes; no longer than any operand */
	__le32 depend;		/* tx that must complete first, or DMT_NONE: a
				 * submit before that is carried out by the
				 * completion of the parent, as async_tx's
				 * channel switch does; on one channel order
				 * is implied and it is submitted at once
				 */
	__le32 callback;	/* block of kind CALLBACK, or DMT_NONE */
	__le32 reserved[3];
};

/*
 * WAIT ends when the tx completed and its callback block has ended. A tx that is
 * not submitted yet is waited for: a callback or another thread may submit it.
 */
enum dmt_on {
	DMT_ON_BUFFER	= 0,
	DMT_ON_MAP	= 1,
	DMT_ON__COUNT
};

/* A byte range of a buffer, or of what a map covers. */
struct dmt_operand {
	__le32 on;		/* enum dmt_on */
	__le32 obj;		/* buffer or map */
	__le32 entry;		/* sg entry, or 0. A sync step on an sg map takes
				 * DMT_NONE: the whole list, off 0, len 1
				 */
	__le32 off;		/* bytes from the start of that */
	__le32 len;		/* bytes, 1.. */
	__le32 reserved;
};

enum dmt_block_kind {
	DMT_BLOCK_THREAD   = 0,	/* a kthread runs it, once an iteration */
	DMT_BLOCK_CALLBACK = 1,	/* the completion callback of a tx */
	DMT_BLOCK_CONTEXT  = 2,	/* run by an IN step, which waits for its end */
	DMT_BLOCK__COUNT
};

enum dmt_ctx {
	DMT_CTX_TASK	  = 0,
	DMT_CTX_SOFTIRQ	  = 1,	/* tasklet */
	DMT_CTX_HARDIRQ	  = 2,	/* irq_work */
	DMT_CTX_WORKQUEUE = 3,
	DMT_CTX_ATOMIC	  = 4,	/* the caller's task, spinlock held, irqs off */
	DMT_CTX__COUNT
};

/*
 * THREAD and WORKQUEUE/TASK context blocks may sleep, all others may not:
 * no step of theirs may be WAIT, BARRIER, SYNCHRONIZE, FREE, RELEASE, IN, or a
 * DELAY above DMT_MAX_ATOMIC_DELAY_NS. WAIT, BARRIER and IN are for THREAD blocks only.
 * A block is used by one tx, or one IN step, or is a thread: never shared.
 *
 * What the end of a tx leads to, the txs that its callback block prepares or
 * submits and those that depend on it, must not lead back to it: an iteration
 * would never end.
 *
 * A program in which memory or a channel goes away while it runs (FREE, RELEASE,
 * maps with memory of their own) or a tx is submitted again has one THREAD block
 * and no CALLBACK blocks and no depend: no one else could know in time. FREE does
 * not go with DMT_WRONG_ADDRESS, RELEASE not with memory of a map's own.
 */
struct dmt_block {
	__le32 kind;		/* enum dmt_block_kind */
	__le32 first_step;
	__le32 nr_steps;
	__le32 ctx;		/* enum dmt_ctx of a CONTEXT block, else 0 */
	__le32 reserved[4];
};

enum dmt_step_op {		/* obj; args */
	DMT_STEP_NOP		= 0,
	DMT_STEP_MAP		= 1,	/* map */
	DMT_STEP_UNMAP		= 2,	/* map; arg0 enum dmt_wrong, arg1 */
	DMT_STEP_MAPPING_ERROR	= 3,	/* map */
	DMT_STEP_SYNC_CPU	= 4,	/* operand DMT_ON_MAP; arg0 enum dmt_wrong, arg1 */
	DMT_STEP_SYNC_DEVICE	= 5,	/* the same */
	DMT_STEP_PREP		= 6,	/* tx */
	DMT_STEP_SUBMIT		= 7,	/* tx; arg0 1: again, the descriptor that has
					 * completed; the tx is without DMT_TX_ACK
					 */
	DMT_STEP_ISSUE		= 8,	/* engine */
	DMT_STEP_WAIT		= 9,	/* tx; arg0 timeout in ms, 0: wait_ms */
	DMT_STEP_STATUS		= 10,	/* tx: value = enum dma_status | residue << 32 */
	DMT_STEP_TERMINATE	= 11,	/* engine: dmaengine_terminate_async */
	DMT_STEP_SYNCHRONIZE	= 12,	/* engine: dmaengine_synchronize */
	DMT_STEP_ACK		= 13,	/* tx: async_tx_ack */
	DMT_STEP_CPU_READ	= 14,	/* operand DMT_ON_BUFFER: value = crc32 */
	DMT_STEP_CPU_WRITE	= 15,	/* operand DMT_ON_BUFFER; arg0 fill, arg1 value */
	DMT_STEP_CHECK		= 16,	/* operand DMT_ON_BUFFER; arg0 first source
					 * operand (DMT_ON_BUFFER), arg1 how many:
					 * is it the xor of these? value = wrong
					 * bytes | offset of the first << 32
					 */
	DMT_STEP_DELAY		= 17,	/* arg0 min ns, arg1 max ns, drawn from the seed */
	DMT_STEP_BARRIER	= 18,	/* arg0 barrier, arg1 parties: number of
					 * THREAD blocks with steps on it
					 */
	DMT_STEP_IN		= 19,	/* block of kind CONTEXT */
	DMT_STEP_CRASH		= 20,	/* arg0 enum dmt_crash; refused unless the
					 * module was loaded with crash=1
					 */
	DMT_STEP_FREE		= 21,	/* buffer: gives its memory back, mapped or not;
					 * there is new memory in the next iteration
					 */
	DMT_STEP_FORGET_MAP	= 22,	/* map: it is never unmapped */
	DMT_STEP_FORGET_TX	= 23,	/* tx: prepared, it is never submitted */
	DMT_STEP_RELEASE	= 24,	/* engine: dma_release_channel; the next iteration
					 * requests it again
					 */
	DMT_STEP_CPU_COPY	= 25,	/* operand DMT_ON_BUFFER; arg0 a source operand
					 * (DMT_ON_BUFFER), arg1 1: memcpy, what a client
					 * without an engine does
					 */
	DMT_STEP_CPU_XOR	= 26,	/* the same with arg1 sources: zeroed, then the
					 * kernel's xor_blocks, as async_xor does without
					 * an engine; dmtcpu.ko has to be loaded. Lengths
					 * multiples of DMT_XOR_ALIGN, PAGES buffers, at
					 * multiples of it in them
					 */
	DMT_STEP__COUNT
};

#define DMT_XOR_ALIGN	512	/* what md gives xor_blocks: sectors */

/*
 * What is wrong about an UNMAP or a SYNC. A wrong unmap is the only one: what it
 * leaves mapped, if anything, stays so. Of memory of its own only COHERENT can be
 * unmapped wrongly, as KIND, and is still there then.
 */
enum dmt_wrong {		/* arg1 */
	DMT_WRONG_NOTHING	= 0,	/* 0 */
	DMT_WRONG_ENGINE	= 1,	/* the engine for whose device it is done */
	DMT_WRONG_SIZE		= 2,	/* bytes, 1..DMT_MAX_BUFFER_SIZE; no sg map */
	DMT_WRONG_DIR		= 3,	/* enum dmt_dir; TO_DEVICE for RODATA */
	DMT_WRONG_ADDRESS	= 4,	/* bytes that are added to the address,
					 * 1..DMT_MAX_BUFFER_SIZE; no sg map
					 */
	DMT_WRONG_AGAIN		= 5,	/* UNMAP: 0: what was unmapped */
	DMT_WRONG_KIND		= 6,	/* UNMAP: as DMT_MAP_PAGE: an sg map of one entry,
					 * COHERENT; as DMT_MAP_SG: PAGE, SINGLE
					 */
	DMT_WRONG_NENTS		= 7,	/* UNMAP of an sg map: 1..nr_operands */
	DMT_WRONG_LOW		= 8,	/* UNMAP: 0: the address's low 32 bits. EPERM where
					 * that is the address, or where another's
					 * bounce may lie: outside the strict world;
					 * no sg map
					 */
	DMT_WRONG__COUNT
};

enum dmt_crash {		/* what the harness's own tests need */
	DMT_CRASH_PANIC		= 0,	/* panic() */
	DMT_CRASH_OOPS		= 1,	/* a bad pointer */
	DMT_CRASH_WARN		= 2,	/* WARN() */
	DMT_CRASH_HANG		= 3,	/* spin, preemption off: soft lockup sees it */
	DMT_CRASH_HANG_IRQOFF	= 4,	/* spin, interrupts off: only the host sees it */
	DMT_CRASH_LOCK_ORDER	= 5,	/* two locks, both ways round: lockdep sees it */
	DMT_CRASH_SLEEP		= 6,	/* might_sleep() with preemption off */
	DMT_CRASH_USE_AFTER_FREE = 7,	/* a read of it: KASAN sees it */
	DMT_CRASH_LEAK		= 8,	/* memory that nothing points to: kmemleak sees it */
	DMT_CRASH__COUNT
};

#define DMT_STEP_F_ALL		0	/* no flags yet */

struct dmt_step {
	__le16 op;		/* enum dmt_step_op */
	__le16 flags;
	__le32 obj;
	__le32 arg0;
	__le32 arg1;
	__le32 line;		/* of the scenario; only for messages */
	__le32 reserved[3];
};

/*
 * What a step did. A step that failed does not end the run: what depends on
 * it fails in turn (a submit of a tx whose prep was refused is -ENXIO).
 *
 * status: 0, or a negative errno:
 *   any                 -ENXIO   the buffer was freed, the channel released
 *   MAP, MAPPING_ERROR  -EIO     the mapping failed
 *   MAP                 -EBUSY   this map object is mapped already
 *   UNMAP, SYNC_*       -ENXIO   it is not mapped (AGAIN: never was)
 *   UNMAP               -EBUSY   memory of its own: a tx that uses it is prepared
 *                                or in flight; AGAIN: it is mapped
 *   UNMAP, SYNC_*       -EPERM   ADDRESS: that would be another's bounce buffer
 *   FREE                -EBUSY   a tx that uses the buffer is prepared or in flight
 *   PREP                -ENXIO   an operand is not mapped
 *                       -ENOMEM  the engine refused it (prep gave NULL)
 *                       -EBUSY   the tx is still in flight, or its callback block runs
 *   SUBMIT              -ENXIO   nothing prepared; again: nothing completed
 *                       -EIO, -ECANCELED the parent failed, was terminated
 *                       the engine's own error (a negative cookie)
 *                       of a submit that waits for its parent: when that ended
 *   WAIT                -ENXIO   its prep or its submit failed
 *                       -ETIMEDOUT, -EINTR (the run was aborted)
 *                       -EIO     completed with an error
 *                       -ECANCELED it was terminated
 *   TERMINATE           the engine's own error
 *   CHECK               -EILSEQ  the data are wrong
 * value: MAP: the DMA address (first entry); SUBMIT: the cookie; WAIT: ns
 * from submit to completion, 0 if it never completed; others as listed above.
 */
struct dmt_record {
	__le64 time_ns;		/* since the run began, when the step ended */
	__le32 step;
	__le32 iteration;
	__le32 status;		/* signed */
	__le16 cpu;
	__u8   thread;		/* THREAD block by order; 0xff in a callback */
	__u8   ctx;		/* enum dmt_ctx as found, never ATOMIC/TASK by belief:
				 * in_hardirq, in_serving_softirq, irqs_disabled,
				 * PF_WQ_WORKER decide
				 */
	__le64 value;
};

struct dmt_reason {
	__u32 offset;		/* byte of the program it is about */
	__s32 error;		/* negative errno, 0: it was accepted */
	char  text[120];	/* NUL-terminated, what is wrong and what would be right */
};

/* The sums of a run; native endian, written by DMT_IOC_RUN. */
struct dmt_sums {
	__s32 status;		/* 0, -ETIMEDOUT, -EINTR (aborted), -EXDEV (foreign
				 * map, nothing was run), -ENODEV (no such
				 * channel), -ENOMEM, -EIO: an engine would neither
				 * complete nor terminate, so that all memory of this
				 * session, mapped as it is, and its channels are
				 * given up, and it takes no more programs
				 */
	__u32 iterations;	/* completed */
	__u64 ns;		/* the whole run */
	__u64 steps;		/* carried out */
	__u64 steps_failed;	/* status != 0, checks excluded */
	__u64 checks;
	__u64 checks_bad;
	__u64 maps;		/* successful map steps, an sg list counts once;
				 * RESOURCE and memory of its own do not count
				 */
	__u64 maps_bounced;	/* of these, with a DMA address that is not the
				 * memory's own (phys_to_dma differs)
				 */
	__u64 low_buffers;	/* PAGES buffers that lie below 4 GiB */
	__u64 foreign_maps;	/* preps that used another domain's address */
	__u32 records;		/* kept, to be read */
	__u32 records_lost;	/* not kept though they should have been */
	__u32 digest;		/* of the interleaving: crc32_le over all records in
				 * order, kept or not, in their wire form, with
				 * time_ns and a WAIT's value as 0
				 */
	__u32 first_bad;	/* iteration of the first bad check, or DMT_NONE */
	__u32 leftover_maps;	/* unmapped by the executor at the end of iterations */
	__u32 leftover_txs;	/* in flight then, terminated by the executor */
	__u8  domain[DMT_MAX_ENGINES]; /* engines with one number share a mapping
					* domain; the kernel was asked
					*/
	__u32 reserved[16];
	char  reason[120];	/* of a status != 0 */
};

#define DMT_IOC_RUN	_IOR('D', 0xd0, struct dmt_sums)
#define DMT_IOC_ABORT	_IO('D', 0xd1)
#define DMT_IOC_REASON	_IOR('D', 0xd2, struct dmt_reason)

#endif /* _UAPI_DMATORTURE_H */
