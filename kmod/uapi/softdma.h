/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The contract between the harness and softdma.ko, the software engines.
 *
 * An engine is a directory below /sys/kernel/config/softdma/. Write its
 * attributes, then 1 to `live`: a platform device with a dmaengine provider
 * appears. Write 0 to `live`, or rmdir, and it goes, at any moment: what is in
 * flight is terminated and never completes. A client that still holds a channel
 * keeps it and gets NULL from every prep, and in the strict world an error from
 * every map; it may unmap, and has to release it. The memory stays until then.
 * Mappings that are left when the last client let go are freed, and the log says
 * how many. While an engine is live its attributes, but for the faults, cannot be
 * written (-EBUSY).
 *
 * Channels are DMA_PRIVATE unless `public` says otherwise: async_tx and other users of
 * public channels never take them; dma_request_channel() with a filter does. A raid engine
 * is public, and as it has all that async_tx asks for, async_tx takes it when it is loaded,
 * or when the engine comes to life after it. Unload async_tx (and raid456 and all else that
 * uses it) before the engine goes: dmaengine forgets the references that async_tx holds of
 * a device that was unregistered, so that engine and softdma would stay for ever.
 *
 *   personality  a word of uapi/personalities.h: which operations it has, and the
 *                defaults below that are "by personality"        (fsl-dma)
 *   completion   hardirq | softirq | threaded | workqueue: where callbacks
 *                and dependencies run                            (softirq)
 *   ops          direct: the platform's own DMA API (coherent and bounce)
 *                strict: softdma's dma_map_ops                   (direct)
 *   domain       name; live engines with one name share a mapping domain and
 *                a parent device. Empty: a domain of its own     ("")
 *   mask_bits    DMA mask, 24..64                                (by personality)
 *   channels     1..8                                            (1)
 *   ring         descriptors a channel holds, 2..4096            (64)
 *   max_xor      sources of an xor, 3 to what the personality has; -ERANGE when it is
 *                made live with more                             (by personality)
 *   max_pq       raid: sources of PQ and PQ_VAL, 4..16           (16)
 *   pq_continue  raid: 0 | 1, DMA_PREP_CONTINUE takes none of them (1)
 *   align        bytes, 1 2 4 8 16 32 64: what addresses and lengths are multiples
 *                of, as the engine says to async_tx; a prep of others gives NULL
 *                                                                (by personality)
 *   public       0 | 1: who looks for a channel of any engine may take these. A kernel with
 *                ASYNC_TX_ENABLE_CHANNEL_SWITCH makes chains over such engines, of what
 *                each can do                                     (by personality)
 *   interrupt    0 | 1: INTERRUPT too, of a personality without it, as fsldma once had it.
 *                async_tx hangs what another channel is to do on such a descriptor, else it waits (0)
 *   max_len      bytes a descriptor may move, 1..67108863        (by personality)
 *   setup_ns     fixed cost of a descriptor, 0..1000000000       (1000)
 *   rate         bytes per second that it reads, of all sources together;
 *                0: no cost by size                              (0)
 *   jitter_ns    0..1000000: added to each descriptor's cost, drawn evenly
 *                from the seed                                   (0)
 *   seed         64 bits                                         (1)
 *   fault_drop, fault_delay, fault_start, ...: a fault, see below
 *                "interval,probability,space,times", as the kernel's
 *                fault-inject; "0,0,0,0": off                    (off)
 *   fault_delay_ns  0..1000000000: what fault_delay adds, and by how much the
 *                others are too early or too late                (1000000)
 *   live         0 | 1
 *   device       (read only) dev_name() of the provider's device
 *   stats        (read only) key=value pairs on one line, see below; empty
 *                while it is not live
 *
 * Faults: what a broken provider does. Each is drawn by itself, once for a
 * descriptor where nothing else is said; space counts the bytes of what it could
 * have hit. Between unmap and terminate an engine may write what was unmapped: a
 * client keeps that memory until it has terminated or released the channel.
 *   drop       the data are moved, the completion never comes
 *   delay      the completion comes fault_delay_ns later
 *   error      nothing is moved, the completion reports an error
 *   early      the completion comes; fault_delay_ns after the client was told the
 *              data are moved, unless the channel is terminated before
 *   start      it starts when it is submitted, with all submitted before it, and
 *              not when issue_pending is called
 *   complete   it completes when it is submitted; the data are moved once it was
 *              issued
 *   lost_dep   dma_run_dependencies is never called
 *   locked     the callback is called with a spinlock held; not the channel's, so
 *              the client may call the provider as ever
 *   locked_dep dma_run_dependencies is called so
 *   late       when it is terminated: its callback comes all the same,
 *              fault_delay_ns later, and not after another terminate or release.
 *              For clients that such a callback finds
 *   swap       it completes after the next one, if that was issued: the completed
 *              cookie goes backwards
 *   invisible  its cookie is complete only after the callback has returned
 *   masked     nothing is moved, and the completion reports success
 *   residue    each time the status of a descriptor is asked: the residue is one
 *              byte more than it is
 *   leak       when it is terminated: mappings that were handed over with it
 *              (dma_set_unmap) are not undone, until the engine is removed; 64 at
 *              most
 *   recycle    a prep gets the descriptor that is being worked on: that goes on,
 *              and completes without a callback
 *   duplicate  the callback comes twice
 *   after      fault_delay_ns after the client was told the data are moved once
 *              more, unless the channel is terminated before
 *   corrupt    one byte of the result is wrong, drawn from the seed; of XOR_VAL and
 *              PQ_VAL: what they report, of P unless that is disabled
 *   refuse     a prep gives NULL
 *   map_fail   strict: a map, or an allocation, fails
 *   vanish     instead of starting it, the engine is gone: nothing starts and
 *              nothing is prepared any more
 *   submit     a submit gives -EBUSY; the descriptor is lost to the client, and to
 *              the ring until the channel is released
 *
 * stats: submitted= completed= errors= terminated= bytes= compute_ns= (in which these were
 * moved, without finding out where they are) access_faults= memcpy= xor=
 * xor_val= pq= pq_val= interrupt= (operations that were done, of each kind)
 * dropped= delayed= failed= early= (how often drop, delay, error, early hit), and
 * fault_start= ...: how often the others did. access_faults counts DMA addresses that
 * did not resolve: no live mapping of that device's domain, beyond its end,
 * or against its direction. The first few of each engine are also printed, as
 *   softdma DEVICE: fault: read of 4096 bytes at 0x...: no mapping there
 *
 * For sweeps, which fail one call of a program after the other, in
 * /sys/module/softdma/parameters/:
 *
 *   fail_nth   write "map N", "prep N" or "submit N": the Nth such call from then on
 *              fails, of all engines together, as the faults map_fail (each entry of
 *              a list is a call, each allocation is one), refuse and submit do. Read:
 *              what was written, and how many were made since; "off": none fails
 *   never_unmapped   (read only) mappings that the last clients left, since the
 *              module was loaded: what the log says of each engine
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
 * What an engine is like: a row of uapi/personalities.h. Its limits are the defaults of the
 * attributes of their names.
 */
struct softdma_personality {
	const char *word;	/* of scenarios and configfs: like WORD */
	__u32 does;		/* SOFTDMA_DOES_*: the operations that the provider has */
	__u32 max_xor;		/* most sources of an xor, 3..16; 0: it has none */
	__u32 max_len;		/* most bytes of a descriptor, 1..SOFTDMA_MAX_LEN */
	__u32 mask_bits;	/* of its DMA mask, 24..64 */
	__u32 align;		/* bytes: 1 2 4 8 16 32 64 */
	__u32 is_public;	/* 1: async_tx may take its channels */
	/* Of uapi/fslmodel.h, without the dot: what stands for it under a real driver, ... */
	const char *model;	/* NULL: nothing does */
	const char *small;	/* ... and with no more than 3 sources; NULL: model */
};

#endif /* _UAPI_SOFTDMA_H */
