/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The contract between the harness and softdma.ko, the software engines.
 *
 * An engine is a directory below /sys/kernel/config/softdma/. Write its
 * attributes, then 1 to `live`: a platform device with a dmaengine provider
 * appears. Write 0 to `live`, or rmdir the directory, at any moment, and it goes:
 * descriptors in flight are terminated and never complete. A client that still
 * holds a channel keeps it. It gets NULL from every prep and, in the strict world,
 * an error from every map; it may unmap, and it has to release the channel. The
 * engine's memory stays until then. Mappings that are left when the last client has
 * released its channel are freed, and the log says how many. While an engine is
 * live, only the faults can be written; other attributes give -EBUSY.
 *
 * Channels are DMA_PRIVATE unless `public` says otherwise: dma_request_channel() with a
 * filter finds them, and async_tx and other users of public channels never do. A raid
 * engine is public and offers all that async_tx asks for, so async_tx takes it, whichever
 * of the two comes first. Unload async_tx, and raid456 and other users of it, before the
 * engine goes: dmaengine loses the references that async_tx holds on a device when the
 * device is unregistered, and the engine and softdma would stay for ever.
 *
 *   personality  a word of uapi/personalities.h: decides which operations the engine
 *                has, and the defaults below that are "by personality" (fsl-dma)
 *   completion   hardirq | softirq | threaded | workqueue: the context in which
 *                callbacks and dependencies run                  (softirq)
 *   ops          direct: the platform's own DMA API (coherent and bounce)
 *                strict: softdma's dma_map_ops                   (direct)
 *   domain       name; live engines with the same name share a mapping domain and
 *                a parent device. Empty: a domain of its own     ("")
 *   mask_bits    DMA mask, 24..64                                (by personality)
 *   channels     1..8                                            (1)
 *   ring         descriptors a channel holds, 2..4096            (64)
 *   max_xor      sources of an xor, 3 to what the personality has; -ERANGE when it is
 *                made live with more                             (by personality)
 *   max_pq       raid: sources of PQ and PQ_VAL, 4..16           (16)
 *   pq_continue  raid: 0 | 1; 1: DMA_PREP_CONTINUE uses up none of max_pq (1)
 *   align        bytes, 1 2 4 8 16 32 64: addresses and lengths must be multiples of
 *                it. The engine announces it to dmaengine, and a prep that violates it
 *                gives NULL                                      (by personality)
 *   public       0 | 1; 1: clients that accept a channel of any engine may take these. A
 *                kernel with ASYNC_TX_ENABLE_CHANNEL_SWITCH makes chains over public
 *                engines, each operation on one that offers it   (by personality)
 *   interrupt    0 | 1; 1: offer DMA_INTERRUPT even if the personality does not, as
 *                fsldma once did. async_tx chains the operation of another channel to such
 *                a descriptor; without it async_tx waits         (0)
 *   syncs        0 | 1; 1: dma_sync_*() of the device call the kernel, where they can be
 *                seen, although it is coherent; 0: from 6.10 on they do nothing then (1)
 *   max_len      bytes a descriptor may move, 1..67108863        (by personality)
 *   setup_ns     fixed cost of a descriptor, 0..1000000000       (1000)
 *   rate         bytes per second that the engine reads, summed over all sources;
 *                0: the size costs nothing                       (0)
 *   jitter_ns    0..1000000: up to so much is added to each descriptor's cost,
 *                drawn evenly from the seed                      (0)
 *   seed         64 bits, seed of all random choices             (1)
 *   fault_drop, fault_delay, fault_start, ...: a fault, see below:
 *                "interval,probability,space,times", the numbers of the kernel's
 *                fault-inject; "0,0,0,0": off                    (off)
 *   fault_delay_ns  0..1000000000: the time that fault_delay adds, and by which
 *                early, late and after miss                      (1000000)
 *   live         0 | 1
 *   device       (read only) dev_name() of the provider's device
 *   stats        (read only) key=value pairs on one line, see below; empty
 *                while it is not live
 *
 * Faults: what a broken provider does. Each fault is drawn on its own, once for each
 * descriptor unless its line says otherwise; space counts the bytes of the operations
 * that it could have hit. With faults, an engine may write to memory after the unmap and
 * until terminate: a client must keep that memory until it has terminated or released the
 * channel.
 *   drop       the data are moved, the completion never comes
 *   delay      the completion comes fault_delay_ns later
 *   error      nothing is moved, the completion reports an error
 *   early      the completion comes before the data are moved; they are moved
 *              fault_delay_ns after the client was told, unless the channel is
 *              terminated before
 *   start      the descriptor starts when it is submitted, together with all that were
 *              submitted before it; no issue_pending is needed
 *   complete   the descriptor completes when it is submitted; its data are moved after
 *              issue_pending
 *   lost_dep   dma_run_dependencies() is never called
 *   locked     the callback is called with a spinlock held. It is not the channel's
 *              lock, so the client can still call the provider
 *   locked_dep dma_run_dependencies() is called with that lock held
 *   late       drawn when a descriptor is terminated: its callback comes all the same,
 *              fault_delay_ns later, unless the channel is terminated again or released
 *              before. For clients whose callback data still exist then
 *   swap       the descriptor completes after the next one, if that is issued already:
 *              the completed cookie goes backwards
 *   invisible  the cookie is complete only after the callback has returned
 *   masked     nothing is moved, and the completion reports success
 *   residue    drawn at each tx_status: the residue is one byte too large
 *   leak       drawn when a descriptor is terminated: mappings that were handed over
 *              with it (dma_set_unmap) are undone only when the engine is removed; at
 *              most 64 of them
 *   recycle    a prep returns the descriptor that the engine works on. The operation
 *              goes on and completes without a callback
 *   duplicate  the callback comes twice
 *   after      fault_delay_ns after the client was told, the data are moved once more,
 *              unless the channel is terminated before
 *   corrupt    one byte of the result, drawn from the seed, is wrong. XOR_VAL and
 *              PQ_VAL report the opposite, for P unless P is disabled
 *   refuse     a prep gives NULL
 *   map_fail   strict world: a map or an allocation fails
 *   vanish     when a descriptor should start, the engine vanishes: from then on it
 *              starts nothing and every prep gives NULL
 *   submit     a submit gives -EBUSY. The descriptor cannot be submitted or reused
 *              until the channel is released
 *
 * stats: submitted= completed= errors= terminated= bytes= compute_ns= (the time that moving
 * these bytes took, without resolving addresses) access_faults= memcpy= xor=
 * xor_val= pq= pq_val= interrupt= (operations done, by kind)
 * dropped= delayed= failed= early= (how often drop, delay, error, early hit), and
 * fault_start= ...: how often each other fault hit. access_faults counts DMA addresses that
 * did not resolve: not in a live mapping of the device's domain, beyond the mapping's end,
 * or against its direction. The first 5 of each engine are also printed, as
 *   softdma DEVICE: fault: read of 4096 bytes at 0x...: no mapping there
 *
 * For sweeps, which fail one call of a program after the other, there are these files in
 * /sys/module/softdma/parameters/:
 *
 *   fail_nth   write "map N", "prep N" or "submit N": the Nth such call from then on
 *              fails, counted over all engines, as by the fault map_fail, refuse or
 *              submit. Each entry of an sg list is a map call, and so is each allocation.
 *              A read gives what was written and how many such calls were made since.
 *              "off": none fails
 *   never_unmapped   (read only) how many mappings were left when the last client of
 *              their engine had gone, since the module was loaded
 */
#ifndef _UAPI_SOFTDMA_H
#define _UAPI_SOFTDMA_H

#include <linux/types.h>

#define SOFTDMA_CONFIGFS	"/sys/kernel/config/softdma"
#define SOFTDMA_NAME_MAX	31	/* of an engine or a domain */

#define SOFTDMA_MAX_LEN		0x3ffffff	/* of any personality */

/* Operations that a personality has: a bit each, as stats counts them. */
#define SOFTDMA_DOES_MEMCPY	0x1
#define SOFTDMA_DOES_XOR	0x2
#define SOFTDMA_DOES_XOR_VAL	0x4
#define SOFTDMA_DOES_PQ		0x8
#define SOFTDMA_DOES_PQ_VAL	0x10
#define SOFTDMA_DOES_INTERRUPT	0x20
#define SOFTDMA_DOES_ALL	0x3f

/*
 * A personality: a row of uapi/personalities.h. Its limits are the defaults of the attributes
 * of the same names.
 */
struct softdma_personality {
	const char *word;	/* its name in scenarios ("like WORD") and configfs */
	__u32 does;		/* SOFTDMA_DOES_*: the operations that the provider has */
	__u32 max_xor;		/* sources of an xor at most, 3..16; 0: it has no xor */
	__u32 max_len;		/* bytes of a descriptor at most, 1..SOFTDMA_MAX_LEN */
	__u32 mask_bits;	/* of its DMA mask, 24..64 */
	__u32 align;		/* bytes: 1 2 4 8 16 32 64 */
	__u32 is_public;	/* 1: async_tx may take its channels */
	/* models of uapi/fslmodel.h, without the dot, that replace it under a real driver */
	const char *model;	/* NULL: there is none */
	const char *small;	/* used for engines with at most 3 sources; NULL: use model */
};

#endif /* _UAPI_SOFTDMA_H */
