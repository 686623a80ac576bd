/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The contract between the harness and the executor, dmatorture.ko.
 *
 * A program is one flat blob: a header, then tables. Everything in it is little
 * endian and naturally aligned, whatever machine wrote it or runs it, so a program
 * compiled on a PC runs on a big-endian 32-bit board.
 *
 * A session is one open file of /dev/dmatorture:
 *
 *   write(program)          the whole blob in one write. All of it is validated
 *                           before any of it runs; on -EINVAL, DMT_IOC_REASON
 *                           tells what is wrong and where
 *   ioctl(DMT_IOC_RUN)      runs it, sleeps until it has ended, returns the sums
 *   ioctl(DMT_IOC_ABORT)    called by another thread: ends the run early
 *   read()                  struct dmt_record, whole records only
 *   close()                 aborts, waits, unmaps and frees everything
 *
 * The executor does what the program says. It does not judge whether that was
 * right: harness/README.md#parts-that-share-only-data.
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
#define DMT_MAX_ATOMIC_BLOCK_NS	10000000u	/* sum of all delays of an atomic block */
#define DMT_MAX_ATOMIC_BLOCK_BYTES 16777216u	/* sum of what its steps read, write or bounce */
#define DMT_MAX_TIMEOUT_MS	3600000u
#define DMT_MAX_KEPT_RECORDS	262144		/* more are counted as lost */

/*
 * A table of the program. entry_size is the size of an entry as its writer knows it. A
 * reader refuses entries smaller than those it knows. Of larger ones, the bytes that it
 * does not know must be zero.
 */
struct dmt_table {
	__le32 offset;		/* bytes from the start of the program, 8-aligned */
	__le32 count;
	__le32 entry_size;	/* multiple of 8 */
	__le32 reserved;	/* 0 */
};

#define DMT_F_FOREIGN_MAP	0x1	/* run even if a prep uses an address that was
					 * mapped in another mapping domain; without
					 * this flag RUN then ends with -EXDEV, and with it
					 * with -EPERM where an engine that is behind no
					 * IOMMU would take such an address for memory
					 */
#define DMT_F_TIMED		0x2	/* a record's value is the ns that the step took,
					 * except for WAIT, STATUS, CPU_READ and CHECK;
					 * the clock is read before and after each step
					 */
#define DMT_F_BARE		0x4	/* only the first and the last step of a block leave
					 * a record, and steps that fail; in between the
					 * clock is not read; the value of a WAIT is 0
					 */
#define DMT_F_ALL		0x7

struct dmt_header {
	__le32 magic;
	__le16 version;
	__le16 header_size;	/* bytes; at least sizeof(struct dmt_header) */
	__le32 total_size;	/* bytes; equals the length of the write */
	__le32 flags;		/* DMT_F_* */
	__le64 seed;		/* every random choice is drawn from it */
	__le32 repeat;		/* iterations, 1..DMT_MAX_REPEAT */
	__le32 timeout_ms;	/* of the whole run, 1..DMT_MAX_TIMEOUT_MS */
	__le32 wait_ms;		/* timeout of a WAIT that names none */
	__le32 keep_first;	/* records are kept of so many iterations at the start */
	__le32 keep_bad;	/* and of at most so many later ones in which a step
				 * failed or a check found wrong data
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
 * A dmaengine channel. It is found by the name of the device that provides it
 * (dev_name(chan->device->dev)) and by its index among that device's channels. The agent
 * writes @device once the engine exists and has its name. With DMT_PICK_FREE the executor chooses
 * one among the channels that nobody has: so real engines are taken. DMT_IOC_ABOUT tells which.
 */
struct dmt_engine {
	char   name[32];	/* NUL-terminated; for messages */
	char   device[64];	/* NUL-terminated */
	__le32 cap;		/* enum dmt_cap */
	__le32 channel;
	__le32 pick;		/* DMT_PICK_* */
	__le32 group;		/* with FREE: engines with the same number get channels whose
				 * devices share a mapping domain; 0: no matter
				 */
	__le32 reserved[4];
};

#define DMT_PICK_FREE	0x1	/* the first free channel with the capability, of a device that has
				 * the name @device or a driver of that name; "": of any device that
				 * no other engine names. @channel is 0
				 */
#define DMT_PICK_APART	0x2	/* with FREE: of a device that shares its mapping domain with no
				 * engine of another group
				 */
#define DMT_PICK_ALL	0x3

enum dmt_fill {
	DMT_FILL_ZERO	= 0,
	DMT_FILL_RANDOM	= 1,	/* drawn from seed, iteration and object */
	DMT_FILL_BYTE	= 2,	/* the low byte of the value */
	DMT_FILL__COUNT
};

/* What kind of memory a buffer is. The DMA API forbids to map VMALLOC, STACK and RODATA. */
enum dmt_memory {
	DMT_MEMORY_PAGES	= 0,	/* alloc_pages() */
	DMT_MEMORY_KMALLOC	= 1,	/* kmalloc(); offset must be 0 */
	DMT_MEMORY_VMALLOC	= 2,	/* vmalloc(), within one page, and mapped as that page */
	DMT_MEMORY_STACK	= 3,	/* on the stack of the first THREAD block's task;
					 * offset must be 0
					 */
	DMT_MEMORY_RODATA	= 4,	/* read-only data of the kernel, within one page.
					 * fill must be ZERO, yet it is never filled. Its
					 * maps are TO_DEVICE; no step may write to it
					 */
	DMT_MEMORY_CACHE	= 5,	/* an object of a kmem_cache of its own, up to one page
					 * long; offset must be 0
					 */
	DMT_MEMORY__COUNT
};

/* Physically contiguous memory that is filled before each iteration. */
struct dmt_buffer {
	__le32 size;		/* bytes, at least 1 */
	__le32 offset;		/* of its first byte within its first page, 0..4095 */
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
	/* maps with memory of their own: MAP allocates it, UNMAP frees it */
	DMT_MAP_COHERENT = 4,	/* dma_alloc_coherent */
	DMT_MAP_NONCOHERENT = 5, /* dma_alloc_pages */
	DMT_MAP_POOL	= 6,	/* dma_pool_alloc; the map has its own pool, for the whole run */
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

/* What a MAP step maps and an UNMAP step unmaps. */
struct dmt_map {
	__le32 engine;
	__le32 kind;		/* enum dmt_map_kind */
	__le32 dir;		/* enum dmt_dir */
	__le32 attrs;		/* DMT_ATTR_* */
	__le32 first_operand;	/* operands on buffers (DMT_ON_BUFFER) */
	__le32 nr_operands;	/* 1; 1..DMT_MAX_SG for DMT_MAP_SG; 0 for memory of its own */
	__le32 size;		/* memory of its own: bytes, 1..DMT_MAX_BUFFER_SIZE; else 0 */
	__le32 list_of;		/* 0, or 1 + the number of an sg map with the same operands:
				 * this map maps that map's scatterlist once more
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
#define DMT_TX_CALLBACK		0x8	/* set a callback although INTERRUPT is not set */
#define DMT_TX_STALE		0x10	/* PREP also takes maps that are not mapped: it uses the
					 * last address they had, or DMA_MAPPING_ERROR
					 */
#define DMT_TX_BEYOND		0x20	/* a source may be shorter than len: what follows it
					 * in its buffer, mapped or not, is read too
					 */
#define DMT_TX_ALL		0x3f

/* What a PREP step prepares. */
struct dmt_tx {
	__le32 engine;
	__le32 op;		/* enum dmt_op */
	__le32 flags;		/* DMT_TX_* */
	__le32 dst;		/* operand on a map (DMT_ON_MAP) */
	__le32 first_src;	/* operands on maps (DMT_ON_MAP) */
	__le32 nr_src;		/* 1 for memcpy, 1..DMT_MAX_SOURCES for xor */
	__le32 len;		/* bytes; no longer than any operand, but of BEYOND */
	__le32 depend;		/* parent tx, which must complete first, or DMT_NONE. A
				 * SUBMIT before that is carried out by the parent's
				 * completion, as async_tx's channel switch does. When
				 * both are on one channel, the channel keeps the order
				 * and the tx is submitted at once
				 */
	__le32 callback;	/* block of kind CALLBACK, or DMT_NONE */
	__le32 reserved[3];
};

/*
 * A WAIT ends when the tx has completed and its callback block has ended. WAIT also
 * waits for a tx that is not submitted yet: a callback or another thread may submit it.
 */
enum dmt_on {
	DMT_ON_BUFFER	= 0,
	DMT_ON_MAP	= 1,
	DMT_ON__COUNT
};

/* A byte range of a buffer, or of what a map covers. */
struct dmt_operand {
	__le32 on;		/* enum dmt_on */
	__le32 obj;		/* number of the buffer or the map */
	__le32 entry;		/* sg entry, or 0. For a SYNC step on an sg map it is
				 * DMT_NONE, the whole list, with off 0 and len 1
				 */
	__le32 off;		/* bytes from the start of the object or the entry */
	__le32 len;		/* bytes, at least 1 */
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
	DMT_CTX_ATOMIC	  = 4,	/* the caller's task with a spinlock held and irqs off */
	DMT_CTX__COUNT
};

/*
 * THREAD blocks and CONTEXT blocks of TASK and WORKQUEUE may sleep. Other blocks may not:
 * none of their steps may be DMT_MAY_SLEEP or DMT_IN_THREAD, or a DELAY above
 * DMT_MAX_ATOMIC_DELAY_NS.
 * A block belongs to one tx or to one IN step, or is a thread; it is never shared.
 *
 * A tx leads to the txs that its callback block prepares or submits, and to those that
 * depend on it. These must not lead back to the first tx, or an iteration would never end.
 *
 * A program that takes memory or a channel away while it runs (FREE, RELEASE, maps with
 * memory of their own), or that submits a tx again, has one THREAD block, no CALLBACK
 * blocks and no depend: another context could not know in time. FREE cannot be combined
 * with DMT_WRONG_ADDRESS, nor RELEASE with a map that has memory of its own.
 */
struct dmt_block {
	__le32 kind;		/* enum dmt_block_kind */
	__le32 first_step;
	__le32 nr_steps;
	__le32 ctx;		/* enum dmt_ctx of a CONTEXT block, else 0 */
	__le32 reserved[4];
};

/* What a step's obj is an index of. */
enum dmt_object {
	DMT_NO_OBJECT	= 0,	/* obj is 0 */
	DMT_A_BUFFER	= 1,
	DMT_A_MAP	= 2,
	DMT_A_TX	= 3,
	DMT_AN_ENGINE	= 4,
	DMT_OF_A_MAP	= 5,	/* an operand DMT_ON_MAP */
	DMT_OF_A_BUFFER	= 6,	/* an operand DMT_ON_BUFFER */
	DMT_A_BLOCK	= 7,	/* of kind CONTEXT, used by this step alone */
};

/* Flags of a type of steps. */
#define DMT_IN_THREAD	0x1	/* of THREAD blocks only */
#define DMT_MAY_SLEEP	0x2	/* of blocks that may sleep only */
#define DMT_WAITS	0x4	/* allocates nothing itself, others run meanwhile */
#define DMT_VALUE	0x8	/* with DMT_F_TIMED too its value is not its time */
#define DMT_ASIDE	0x10	/* looks after a chain and is no part of it */
#define DMT_SOURCES	0x20	/* arg0 first source operand, DMT_ON_BUFFER, arg1 how many,
				 * 1 or more, of obj's length
				 */
#define DMT_MOVES	0x40	/* reads, writes or may bounce all bytes of obj, of each source */

#define DMT_ANY		0xffffffffu	/* the largest argument: none is too large */

#define STEP(name, ...)	DMT_STEP_##name,
enum dmt_step_op {
#include "steps.h"
	DMT_STEP__COUNT
};

#define DMT_XOR_ALIGN	512	/* a sector: md calls xor_blocks() with multiples of it */

/*
 * What is wrong about an UNMAP or a SYNC. After a wrong UNMAP the executor takes the map
 * for unmapped: whatever the call left mapped stays mapped. Of maps with memory of their own
 * only these can be unmapped wrongly:
 *
 *   KIND     COHERENT; it stays mapped
 *   SIZE     COHERENT: a size of as many DMT_PAGEs as its own
 *   ADDRESS  COHERENT: size + arg1 has as many DMT_PAGEs as size. POOL: arg1 is a multiple
 *            of 8, and size + arg1 at most DMT_PAGE; it cannot be mapped again in this
 *            iteration. arg1 is added to the address of the CPU and of the device
 */
#define DMT_PAGE		4096	/* bytes; no kernel has smaller pages */

enum dmt_wrong {		/* arg1 */
	DMT_WRONG_NOTHING	= 0,	/* 0 */
	DMT_WRONG_ENGINE	= 1,	/* an engine: its device is passed */
	DMT_WRONG_SIZE		= 2,	/* bytes, 1..DMT_MAX_BUFFER_SIZE; no sg map */
	DMT_WRONG_DIR		= 3,	/* enum dmt_dir; TO_DEVICE for RODATA */
	DMT_WRONG_ADDRESS	= 4,	/* bytes that are added to the address,
					 * 1..DMT_MAX_BUFFER_SIZE; no sg map
					 */
	DMT_WRONG_AGAIN		= 5,	/* UNMAP: 0; unmap once more what was unmapped */
	DMT_WRONG_KIND		= 6,	/* UNMAP: DMT_MAP_PAGE for an sg map of one entry
					 * or COHERENT; DMT_MAP_SG for PAGE or SINGLE
					 */
	DMT_WRONG_NENTS		= 7,	/* UNMAP of an sg map: 1..nr_operands */
	DMT_WRONG_LOW		= 8,	/* UNMAP: 0; pass only the address's low 32 bits.
					 * -EPERM when it has no others, and outside the
					 * strict world, where another mapping's bounce
					 * buffer may lie there; no sg map
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
	DMT_CRASH_USE_AFTER_FREE = 7,	/* a read of freed memory: KASAN sees it */
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
	__le32 line;		/* line in the scenario; only for messages */
	__le32 reserved[3];
};

/*
 * What a step did. A step that failed does not end the run; the steps that depend on it
 * fail too (a SUBMIT of a tx whose PREP was refused is -ENXIO).
 *
 * status: 0, or a negative errno:
 *   any                 -ENXIO   the buffer was freed or the channel released
 *   MAP, MAPPING_ERROR  -EIO     the mapping failed; its pool was spoiled (ADDRESS)
 *   MAP                 -EBUSY   this map is mapped already
 *   UNMAP, SYNC_*       -ENXIO   it is not mapped (AGAIN: it never was)
 *   UNMAP               -EBUSY   memory of its own: a tx that uses it is prepared
 *                                or in flight; AGAIN: it is mapped
 *   UNMAP, SYNC_*       -EPERM   ADDRESS, LOW: another mapping's bounce buffer may be
 *                                there; memory of its own: other memory might be freed,
 *                                or the kernel cannot free it in this context
 *   UNMAP               -EPERM   wrong, but not in its direction, of a device behind an IOMMU:
 *                                other mappings might lose their addresses
 *   FREE                -EBUSY   a tx that uses the buffer is prepared or in flight
 *   PREP                -ENXIO   an operand is not mapped
 *                       -EINVAL  PICK_FREE: the engine can do no such alignment or so many
 *                                sources
 *                       -ENOMEM  the engine refused it (prep gave NULL)
 *                       -EBUSY   the tx is still in flight, or its callback block runs
 *   SUBMIT              -ENXIO   nothing is prepared; again: nothing has completed
 *                       -EIO, -ECANCELED the parent failed, was terminated
 *                       the engine's own error (a negative cookie)
 *                       a SUBMIT that waits for its parent is recorded when that ends
 *   WAIT                -ENXIO   its PREP or its SUBMIT failed
 *                       -ETIMEDOUT, -EINTR (the run was aborted)
 *                       -EIO     the tx completed with an error
 *                       -ECANCELED the tx was terminated
 *   TERMINATE           the engine's own error
 *   CHECK               -EILSEQ  the data are wrong
 * value: MAP: the DMA address (of the first entry); SUBMIT: the cookie; WAIT: ns
 * from submit to completion, 0 if it never completed; others as listed above.
 */
struct dmt_record {
	__le64 time_ns;		/* since the run began, when the step ended */
	__le32 step;
	__le32 iteration;
	__le32 status;		/* signed */
	__le16 cpu;
	__u8   thread;		/* number of the THREAD block; 0xff in a callback */
	__u8   ctx;		/* enum dmt_ctx, as in_hardirq(), in_serving_softirq(),
				 * irqs_disabled(), preempt_count() and PF_WQ_WORKER
				 * say, not as the program says
				 */
	__le64 value;
};

struct dmt_reason {
	__u32 offset;		/* in the program, bytes: where the error is */
	__s32 error;		/* negative errno; 0: the program was accepted */
	char  text[120];	/* NUL-terminated: what is wrong and what would be right */
};

#define DMT_WRONG_BYTES	16

/* The sums of a run; native endian, written by DMT_IOC_RUN. */
struct dmt_sums {
	__s32 status;		/* 0, -ETIMEDOUT, -EINTR (aborted), -EXDEV (foreign
				 * map, nothing was run), -ENODEV (no such
				 * channel), -ENOMEM. -EIO: an engine neither
				 * completed nor terminated; the session's memory
				 * stays mapped, memory and channels are leaked,
				 * and the session takes no more programs
				 */
	__u32 iterations;	/* completed */
	__u64 ns;		/* the whole run */
	__u64 steps;		/* carried out */
	__u64 steps_failed;	/* status != 0, checks excluded */
	__u64 checks;
	__u64 checks_bad;
	__u64 maps;		/* successful MAP steps; an sg list counts once, RESOURCE
				 * and maps with memory of their own do not count, nor
				 * those that the kernel bounces for their size alone,
				 * as for a device that is not coherent
				 */
	__u64 maps_bounced;	/* those of them whose DMA address is not that of the
				 * memory (phys_to_dma() differs)
				 */
	__u64 low_buffers;	/* PAGES buffers that lie below 4 GiB */
	__u64 foreign_maps;	/* preps that used another domain's address */
	__u32 records;		/* kept, can be read */
	__u32 records_lost;	/* should have been kept, but there was no room */
	__u32 digest;		/* of the interleaving: crc32_le over all records in
				 * order, kept or not, in their wire form, with
				 * time_ns and the value of a WAIT as 0, with
				 * DMT_F_TIMED every value as 0
				 */
	__u32 first_bad;	/* iteration of the first bad check, or DMT_NONE */
	__u32 leftover_maps;	/* mapped at the end of an iteration; the executor unmapped them */
	__u32 leftover_txs;	/* in flight at the end of an iteration; it terminated them */
	__u8  domain[DMT_MAX_ENGINES]; /* engines with the same number share a mapping
					* domain, as the kernel says
					*/
	__u64 began_ns;		/* CLOCK_MONOTONIC when the run began: what a record's
				 * time_ns counts from; 0: it did not begin
				 */
	__u32 wrong_step;	/* of the first CHECK that was wrong; only with checks_bad */
	__u32 wrong_offset;	/* of the first wrong byte in what it checks */
	__u8  wanted[DMT_WRONG_BYTES]; /* from there on; no further than the checked range */
	__u8  found[DMT_WRONG_BYTES];
	__u32 reserved[4];
	char  reason[120];	/* why status is not 0 */
};

/* How the addresses of a device are translated. */
enum dmt_translation {
	DMT_UNTRANSLATED	= 0,	/* no IOMMU, or one that lets its addresses through */
	DMT_TRANSLATED		= 1,	/* by an IOMMU; an unmap ends the device's access at once */
	DMT_TRANSLATED_LAZY	= 2,	/* by an IOMMU; an unmap may end it some milliseconds later */
	DMT_TRANSLATION__COUNT
};

#define DMT_CAN_MEMCPY	0x1
#define DMT_CAN_XOR	0x2
#define DMT_CAN_PQ	0x4
#define DMT_CAN_PRIVATE	0x8	/* others do not take its channels */

/*
 * What is behind an engine of the last run, as the kernel says; native endian. Set @engine, and
 * DMT_IOC_ABOUT writes the rest. -EINVAL: there is no such engine; -ENODATA: it had no channel.
 */
struct dmt_about {
	__u32 engine;
	__u32 channel;
	char  device[64];
	char  driver[32];
	__u32 translation;	/* enum dmt_translation */
	__u32 can;		/* DMT_CAN_* */
	__u32 copy_align;	/* bytes: addresses and lengths are multiples of it */
	__u32 xor_align;
	__u32 max_xor;		/* sources */
	__u32 max_segment;	/* bytes of a piece of an sg list */
	__u64 mask;		/* the largest address that it reaches */
	__u32 reserved[8];
};

#define DMT_IOC_RUN	_IOR('D', 0xd0, struct dmt_sums)
#define DMT_IOC_ABORT	_IO('D', 0xd1)
#define DMT_IOC_REASON	_IOR('D', 0xd2, struct dmt_reason)
#define DMT_IOC_ABOUT	_IOWR('D', 0xd3, struct dmt_about)

#endif /* _UAPI_DMATORTURE_H */
