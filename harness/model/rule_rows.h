/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rules of the model, a row for each. Who includes this defines
 *
 *   RULE(ID, NAME, CLASS, SAYS, DOC)
 *
 * NAME is the word that switches it off. CLASS is what the judge calls it where it is broken, or
 * NULL: such a rule says what happens to bytes and who owns them. UNSEEN(...) is a class that no
 * event shows. DOC is below Documentation/ unless it is a file of the source or of ours. The
 * function of a row is rule_ID(), or where bytes are moved the place that asks on(RULE_ID).
 */
#define API	"core-api/dma-api.rst"
#define HOWTO	"core-api/dma-api-howto.rst"
#define ATTR	"core-api/dma-attributes.rst"
#define CL	"driver-api/dmaengine/client.rst"
#define PR	"driver-api/dmaengine/provider.rst"
#define TX	"crypto/async-tx-api.rst"
#define WORLDS	"../scenarios/README.md (Worlds)"

/* ---- what happens to bytes, and whose they are ---- */

RULE(COPY, "copy", NULL,
     "where a mapping is a copy, a map fills it from memory",
     WORLDS "; " HOWTO " (streaming: outside the coherency domain)")
RULE(COPY_BACK, "copy-back", NULL,
     "an unmap gives memory what the device wrote, if the direction lets it write",
     API " (DMA directions); " HOWTO " (unmap when the transfer is finished)")
RULE(SYNC_CPU, "sync-for-cpu", NULL,
     "a sync for the CPU gives memory what the device wrote, and the bytes to the CPU",
     HOWTO " (sync before the CPU touches the data)")
RULE(SYNC_DEVICE, "sync-for-device", NULL,
     "a sync for the device gives the mapping what the CPU wrote, and the bytes to the device",
     HOWTO " (sync before giving the buffer to the hardware again)")
RULE(SUBMIT_TAKES, "submit-takes", NULL,
     "a submit gives the bytes back to the device: a buffer that it only writes needs no sync for that",
     HOWTO " (sync_for_device is for data that the CPU touched)")
RULE(POISON, "poison", NULL,
     "in strict, memory that a device may write has no value until it is given back",
     WORLDS "; " API " (FROM_DEVICE: sync before the driver may access it)")
RULE(REACH, "reach", NULL,
     "in strict, an engine that goes outside its live mappings, or against their direction, meets a fault",
     WORLDS "; " HOWTO " (DMA direction: a write permission boolean)")
RULE(IN_ORDER, "in-order", NULL,
     "an engine takes what was issued to a channel in the order of the submits",
     CL " (pending queue); " PR " (cookies)")

/* ---- maps ---- */

RULE(EARLY_MAP, "early-map", "early-map",
     "bytes that a device may still write are mapped for a device to read",
     HOWTO " (unmap, or sync for the CPU, before others touch it); " API " (FROM_DEVICE)")
RULE(OVERLAP_DIRECTION, "overlap-direction", "overlap-direction",
     "bytes that a device reads are mapped for a device to write",
     API " (DMA directions: TO_DEVICE memory is read-only for the device)")
RULE(OVERLAP_SAME, "overlap-same-device", "overlap-same-device",
     "bytes that a device may write are mapped once more for it to write",
     API " (one owner at a time; regions must not share a cache line)")
RULE(OVERLAP_CROSS, "overlap-cross-device", "overlap-cross-device",
     "bytes that a device may write are mapped for another device to write",
     API "; " ATTR " (several devices: only with SKIP_CPU_SYNC)")
RULE(REMAP_SG, "remap-sg", "remap-sg",
     "a list that is mapped is mapped again",
     API " (dma_map_sg: the list holds the addresses of one mapping)")
RULE(STACK, "stack-memory", "stack-memory",
     "memory on a stack is mapped",
     HOWTO " (What memory is DMA'able?: nor stack addresses)")
RULE(BAD_MEMORY, "bad-memory", "bad-memory",
     "the kernel's text or data is mapped",
     HOWTO " (What memory is DMA'able?: items in data/text/bss segments)")
RULE(MMIO, "mmio-mismatch", "mmio-mismatch",
     "memory is mapped as a resource",
     API " (dma_map_resource: MMIO, not RAM)")
RULE(SEGMENT, "segment-limits", "segment-limits",
     "an entry of a list is longer than the device takes",
     API " (dma_set_max_seg_size)")
RULE(UNCHECKED, "unchecked-mapping-error", "unchecked-mapping-error",
     "a mapping is used and nobody asked whether it failed; only debug kernels show it",
     HOWTO " (you should call dma_mapping_error())")

/* ---- unmaps, frees and syncs ---- */

RULE(UNMAP_DEVICE, "unmap-wrong-device", "unmap-wrong-device",
     "an unmap is for another device than the map",
     API " (all the parameters must be identical)")
RULE(UNMAP_SIZE, "unmap-wrong-size", "unmap-wrong-size",
     "an unmap or a free has another size than the map",
     API " (all the parameters must be identical; size must be the same)")
RULE(UNMAP_DIRECTION, "unmap-wrong-direction", "unmap-wrong-direction",
     "an unmap has another direction than the map",
     API " (all the parameters must be identical)")
RULE(UNMAP_ADDRESS, "unmap-wrong-address", "unmap-wrong-address",
     "an unmap or a free has another address than the map gave",
     API " (all the parameters must be identical; dma_handle must be the same)")
RULE(UNMAP_FUNCTION, "unmap-wrong-function", "unmap-wrong-function",
     "an unmap is of another kind than the map",
     API " (each dma_map_X has its dma_unmap_X)")
RULE(NENTS, "wrong-nents", "wrong-nents",
     "a list is unmapped with another number of entries than it was mapped with",
     API " (nents must be the number you passed in, not the one returned)")
RULE(TRUNCATED, "truncated-address", "truncated-address",
     "an unmap has only the lower half of the address",
     HOWTO " (dma_addr_t can hold any valid DMA address)")
RULE(DOUBLE_UNMAP, "double-unmap", "double-unmap",
     "a mapping is unmapped twice",
     HOWTO " (every map has its unmap counterpart)")
RULE(LEAK, "leak", "leak",
     "a mapping is never unmapped",
     HOWTO " (every map has its unmap counterpart: the DMA address space is shared)")
RULE(FREE_MAPPED, "free-while-mapped", "free-while-mapped",
     "memory is freed while it is mapped",
     HOWTO " (unmapped right after the transfer; the device owns it until then)")
RULE(FREE_ATOMIC, "coherent-free-atomic", "coherent-free-atomic",
     "coherent memory is freed with interrupts off",
     API " (dma_free_coherent may only be called with IRQs enabled)")
RULE(SYNC_RANGE, "sync-out-of-range", "sync-out-of-range",
     "a sync names bytes that are not mapped for its device",
     API " (dma_sync_single_*: a part of the mapping)")
RULE(SYNC_DIRECTION, "sync-wrong-direction", "sync-wrong-direction",
     "a sync has a direction that the mapping has not",
     API " (all the parameters must be the same but for a partial sync)")
RULE(SYNC_ACTIVE, "sync-while-active", "sync-while-active",
     "bytes are synced while a descriptor works on them",
     HOWTO " (sync after each DMA transfer, before giving it to the hardware)")
UNSEEN(CPU_ACCESS, "cpu-access", "cpu-access",
     "the CPU writes bytes that are mapped, or reads some that the device may write, without a sync",
     HOWTO " (the buffer belongs to the device); " API " (DMA directions)")
UNSEEN(MISSING_SYNC, "missing-sync", "missing-sync",
     "bytes that the CPU wrote in a live mapping are given to the device, or copied over by an unmap, without a sync",
     HOWTO " (then before giving the buffer to the hardware call either ...)")

/* ---- descriptors ---- */

RULE(UNMAP_ACTIVE, "unmap-active", "unmap-active",
     "memory is unmapped before its client knows that the descriptor which uses it is complete",
     HOWTO " (you should call dma_unmap when the DMA activity is finished)")
RULE(USE_UNMAPPED, "use-after-unmap", "use-after-unmap",
     "a descriptor is submitted whose memory was unmapped since",
     HOWTO " (DMA addresses: mapped only for the time they are used)")
RULE(ERROR_ADDRESS, "error-address-used", "error-address-used",
     "the address of a map that failed, or never was, is used",
     HOWTO " (using the address without checking: panics to silent corruption)")
RULE(ONE_OP, "overlap-one-op", "overlap-one-op",
     "one operation reads and writes the same bytes through two mappings",
     API " (DMA directions: what goes both ways is mapped once, BIDIRECTIONAL)")
RULE(OPERAND_OVERLAP, "operand-overlap", "operand-overlap",
     "source and destination of one operation overlap within a mapping",
     PR " (DMA_MEMCPY, DMA_XOR: from source to destination); crypto/async_tx/async_xor.c (destination as first source)")
RULE(OPERAND_DIRECTION, "operand-direction", "operand-direction",
     "an operation reads what is mapped FROM_DEVICE, or writes what is mapped TO_DEVICE",
     API " (DMA directions); " HOWTO " (DMA direction)")
RULE(OPERAND_RANGE, "operand-range", "operand-range",
     "an operation goes beyond the end of its mapping",
     API " (a mapping covers size bytes from its address)")
RULE(FOREIGN_MAP, "foreign-map", "foreign-map",
     "an operation uses an address of another device's domain",
     CL " (mapped using the DMA struct device); " API " (handle: for that device)")
RULE(INTERRUPT_FLAG, "missing-interrupt-flag", "missing-interrupt-flag",
     "a callback is set without DMA_PREP_INTERRUPT",
     PR " (DMA_PREP_INTERRUPT: asks for the callback)")
RULE(FENCE, "missing-fence", "missing-fence",
     "an operation reads what an earlier one of its channel writes, without DMA_PREP_FENCE there",
     "include/linux/dmaengine.h (DMA_PREP_FENCE: subsequent operations depend on the result)")
RULE(TIMEOUT_REUSE, "timeout-reuse", "timeout-reuse",
     "bytes of a descriptor in flight are given to another channel",
     CL " (wait for the callback; terminate and synchronize before memory is used again)")
RULE(RESUBMIT, "resubmit", "resubmit",
     "a descriptor is submitted again without a prep",
     CL " (its pointer is invalid after the submit); " PR " (DMA_CTRL_REUSE)")
RULE(FOREIGN_SUBMIT, "foreign-submit", "foreign-submit",
     "an operation is submitted or issued in the completion context of another channel",
     TX " (3.6: constraints)")
RULE(NOT_SUBMITTED, "prep-not-submitted", "prep-not-submitted",
     "a descriptor is prepared and never submitted",
     CL " (it must be placed on the pending queue)")
RULE(NOT_ISSUED, "not-issued", "not-issued",
     "a descriptor is submitted and never issued",
     CL " (issue pending DMA requests)")
RULE(NO_SYNCHRONIZE, "terminate-no-sync", "terminate-no-sync",
     "memory of a terminated descriptor is unmapped before dmaengine_synchronize()",
     CL " (terminate_async: synchronize before memory is freed)")
RULE(ISSUE_TERMINATING, "issue-while-terminating", "issue-while-terminating",
     "something is issued between terminate and synchronize",
     CL " (synchronize: undefined if issue_pending was called in between)")
RULE(RELEASE_ACTIVE, "release-active", "release-active",
     "a channel is released while descriptors are in flight",
     CL " (terminate and synchronize before the channel goes)")
RULE(CALLBACK_HARDIRQ, "callback-hardirq", "callback-hardirq",
     "an engine calls back in a hard interrupt",
     CL " (callbacks are called from a tasklet); " PR)
RULE(FAULTS, "faults", NULL,
     "an engine with planted faults may do all that its faults say",
     "kmod/uapi/softdma.h (Faults)")

#undef API
#undef HOWTO
#undef ATTR
#undef CL
#undef PR
#undef TX
#undef WORLDS
#undef RULE
#undef UNSEEN
