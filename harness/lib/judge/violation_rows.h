/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The classes of violations, a row for each; all texts about them are here. A file that includes
 * this must define the four macros first; they are undefined after the rows.
 *
 *   SEEN(CODE, ID, NAME, DEFINITION, DOC, RULE)
 *       the judge finds it, in the handlers of its events
 *   SEEN_IF(CODE, ID, NAME, NEEDS, DEFINITION, DOC, RULE)
 *       the same, but only with what it needs: enum violation_needs
 *   SEEN_ON(CODE, ID, NAME, EVENT, FUNCTION, DEFINITION, DOC, RULE)
 *       FUNCTION finds it: a handler_fn for this class, called for each EVENT before the judge
 *       handles the event
 *   UNSEEN(CODE, ID, NAME, DEFINITION, DOC, WHY)
 *       no event shows it; WHY gives the reason, and the world or witness that shows it
 *
 * NAME is the word in scenarios, reports and results. CODE is a number such as "M5", which is
 * never used again. DOC says where the kernel's documents state the rule. RULE says how events
 * show a violation, with what is deliberately left out.
 */
#define API	"Documentation/core-api/dma-api.rst"
#define HOWTO	"Documentation/core-api/dma-api-howto.rst"
#define ATTR	"Documentation/core-api/dma-attributes.rst"
#define CL	"Documentation/driver-api/dmaengine/client.rst"
#define PR	"Documentation/driver-api/dmaengine/provider.rst"
#define TX	"Documentation/crypto/async-tx-api.rst"

/* ---- the DMA mapping API: M ---- */

SEEN("M1", V_OVERLAP_SAME_DEVICE, "overlap-same-device",
     "a device maps for writing what another mapping of it already lets it write",
     API " (streaming mappings: cache line ownership)",
     "MAP of bytes that a live mapping of the same device owns now; both write (FROM_DEVICE or BIDIRECTIONAL). Entries of one list are one transfer. One pair of mappings gets one overlap class: early-map, overlap-direction, else this or overlap-cross-device")
SEEN("M2", V_OVERLAP_CROSS_DEVICE, "overlap-cross-device",
     "a device maps for writing what a mapping of another device lets that write",
     API "; " ATTR " (DMA_ATTR_SKIP_CPU_SYNC)",
     "as overlap-same-device, of two devices. Bytes handed to the CPU by a sync, and new mappings with DMA_ATTR_SKIP_CPU_SYNC, are no overlap")
SEEN("M3", V_OVERLAP_DIRECTION, "overlap-direction",
     "memory that a device reads is mapped for a device to write",
     API " (DMA directions)",
     "MAP that writes, of bytes that a live TO_DEVICE mapping owns now, whichever device. Where syncs are not told: as early-map. The other way round is early-map")
SEEN("M4", V_OVERLAP_ONE_OP, "overlap-one-op",
     "one operation reads and writes the same bytes through two mappings",
     API "; " HOWTO,
     "PREP whose destination and source lie in two live mappings and share physical bytes, even where an xor may name its destination as first source. Through one mapping it is operand-overlap")
SEEN("M5", V_EARLY_MAP, "early-map",
     "memory is mapped for a device to read before the device that writes it has given it back",
     HOWTO " (streaming mappings, sync); Dan Williams, LKML 2012-09-04, [PATCH v7 1/8] Talitos: Support for async_tx XOR offload",
     "MAP TO_DEVICE of bytes that a live FROM_DEVICE or BIDIRECTIONAL mapping owns now, of the same or another device. Where syncs are not told: only while a descriptor works on these bytes")
SEEN("M6", V_USE_AFTER_UNMAP, "use-after-unmap",
     "a device is given, or works on, memory that is unmapped",
     API " (dma_unmap)",
     "SUBMIT of a descriptor with an operand that was mapped and is unmapped; or HW_START, HW_DONE after the UNMAP when the client was right to unmap. An unmap before the client could know of the completion is unmap-active, once")
SEEN("M7", V_UNMAP_ACTIVE, "unmap-active",
     "memory is unmapped while a submitted descriptor uses it",
     "Documentation/driver-api/dmaengine/client.rst",
     "UNMAP between SUBMIT and completion (callback, status, cookie, order, dependency run, last unmap_data reference) of a descriptor whose completion would have been told: its callback is probed and was asked for, or its engine says what it does")
SEEN("M8", V_UNMAP_WRONG_DEVICE, "unmap-wrong-device",
     "a mapping is unmapped for another device than it was mapped for",
     API " (all parameters must be identical)",
     "UNMAP of an address that a device seen from its start has not mapped, and that another one has, with this size and direction. Nothing more is said of that mapping")
SEEN("M9", V_UNMAP_WRONG_SIZE, "unmap-wrong-size",
     "a mapping is unmapped, or memory freed, with another size",
     API " (all parameters must be identical)",
     "UNMAP or FREE at the start of a mapping with another length; of several at one address the one that fits best is meant. Size comes before direction")
SEEN("M10", V_UNMAP_WRONG_DIRECTION, "unmap-wrong-direction",
     "a mapping is unmapped, or memory freed, with another direction",
     API " (all parameters must be identical)",
     "UNMAP or UNMAP_SG with another direction than the mapping; FREE of noncoherent or noncontiguous memory with another than its ALLOC")
SEEN("M11", V_UNMAP_WRONG_ADDRESS, "unmap-wrong-address",
     "an unmap or free names an address where nothing begins",
     API " (all parameters must be identical)",
     "UNMAP inside a mapping, or of an address that a device seen from its start never mapped; FREE with another CPU address, at an address inside an allocation, which ends with it, or of what was never allocated")
SEEN("M12", V_DOUBLE_UNMAP, "double-unmap",
     "a mapping is unmapped twice",
     API " (dma_unmap)",
     "UNMAP of an address whose mapping was unmapped before, of a device seen from its start. A second mapping of the same address hides it: then the unmap is taken to be its")
SEEN("M13", V_LEAK, "leak",
     "a mapping or an allocation outlives its driver",
     HOWTO,
     "UNBIND of a device with live mappings or coherent memory, or with a pool that was not destroyed; destroy of a pool whose blocks are in use. The end of the observation is no leak. What unmap data should have unmapped is unmap-data-ref or aborted-not-unmapped")
SEEN("M14", V_UNMAP_WRONG_FUNCTION, "unmap-wrong-function",
     "memory is unmapped or freed by a function of another kind than made it",
     API,
     "UNMAP of an sg entry, a resource as a page, an allocation; UNMAP_SG of a page; FREE of another kind, or to another pool. dma_map_page and dma_map_single are one function")
SEEN("M15", V_WRONG_NENTS, "wrong-nents",
     "an sg list is unmapped or synced with another number of entries",
     API " (dma_unmap_sg: the number passed in, not the one returned)",
     "UNMAP_SG or SYNC_SG with other entries than MAP_SG was given")
SEEN("M16", V_REMAP_SG, "remap-sg",
     "a mapped sg list is mapped again",
     API " (dma_map_sg)",
     "MAP_SG of a list that is mapped, by the same device, with the same first page; list memory that was used again for another list is none. No overlap is told of the two")
SEEN_IF("M17", V_UNCHECKED_MAPPING_ERROR, "unchecked-mapping-error", NEEDS_DEBUG_KERNEL,
     "a mapping is used without dma_mapping_error()",
     API " (dma_mapping_error); " HOWTO,
     "UNMAP of a page or resource mapping about which MAPPING_ERROR never came. The question is inlined: only debug kernels have a function to probe. dma-debug asks it itself of each new mapping, and where the map is told before that, by a tracepoint (6.12 on), no mapping is unchecked")
SEEN("M18", V_ERROR_ADDRESS_USED, "error-address-used",
     "DMA_MAPPING_ERROR is used as an address",
     HOWTO " (error handling)",
     "UNMAP, SYNC or an operand of PREP with the address ~0")
SEEN("M19", V_STACK_MEMORY, "stack-memory",
     "memory on a stack is mapped",
     HOWTO " (what memory is DMA'able)",
     "MAP in a task of a page of its own stack; sg entries and other tasks' stacks are not looked at. In an sg list memory on a virtually mapped stack is bad-memory")
SEEN_IF("M20", V_BAD_MEMORY, "bad-memory", NEEDS_MEMORY_MAP,
     "the kernel's code or read-only data is mapped, or an address without memory",
     HOWTO " (what memory is DMA'able)",
     "MAP of physical bytes in the kernel's code or rodata, as dma-debug does. Data and bss hold the zero page, which is mapped rightly. Also beyond the last address in /proc/iomem: virt_to_page() of vmalloc memory gives that, which the kernel refuses of a page, and not in an sg list")
SEEN("M21", V_FREE_WHILE_MAPPED, "free-while-mapped",
     "memory is freed while it is mapped",
     HOWTO,
     "MEM_FREE (kfree, kmem_cache_free, page allocator) of bytes in a live mapping, once a mapping. kfree_rcu and other frees in bulk are not probed")
SEEN_IF("M22", V_CACHELINE_SHARED, "cacheline-shared", NEEDS_NON_COHERENT,
     "mappings share a cache line on a device that is not coherent",
     API " (cache line alignment warning)",
     "MAP beside a live mapping in one line (64 bytes), without a common byte, where a device that is not coherent writes one of them. CPU data in the line is not seen; bounced memory is left out")
SEEN_IF("M23", V_CPU_ACCESS, "cpu-access", NEEDS_CPU_WATCH,
     "the CPU touches memory that a device owns",
     HOWTO,
     "CPU_ACCESS of bytes that a live streaming mapping owns now: a store, whatever the direction, or a load of what the device may write (FROM_DEVICE, BIDIRECTIONAL). Not what the mapping API itself and an engine touch, nor memory that was freed. A load after the device has completed is missing-sync. Where syncs are not told: only while a descriptor works on these bytes")
SEEN_IF("M24", V_MISSING_SYNC, "missing-sync", NEEDS_CPU_WATCH,
     "a mapping is used again without a sync between CPU and device",
     HOWTO " (dma_sync_single_for_*)",
     "CPU_ACCESS that loads what a completed descriptor wrote, without UNMAP or SYNC_CPU since its submit. Or a store after SYNC_CPU, and no SYNC_DEVICE before a SUBMIT that reads the bytes, or before the UNMAP of a mapping that the device may write, which copies over them where mapping copies (DMA_ATTR_SKIP_CPU_SYNC does not). Of drivers without descriptors nothing tells completion: cpu-access")
SEEN("M25", V_SYNC_OUT_OF_RANGE, "sync-out-of-range",
     "a sync names bytes that are not mapped",
     API " (dma_sync_single_for_*)",
     "SYNC that no mapping or allocation of the device holds whole, of a device seen from its start")
SEEN("M26", V_SYNC_WRONG_DIRECTION, "sync-wrong-direction",
     "a sync has another direction than its mapping",
     API,
     "SYNC whose direction no mapping of the bytes, nor noncoherent memory, has; of a BIDIRECTIONAL one any will do")
SEEN("M27", V_SYNC_WHILE_ACTIVE, "sync-while-active",
     "memory is synced while a descriptor uses it",
     HOWTO,
     "SYNC of bytes that an issued descriptor (not of a slave) reads or writes and that has not completed, as for unmap-active")
SEEN("M28", V_SEGMENT_LIMITS, "segment-limits",
     "an sg segment is longer, or lies otherwise, than the device takes",
     API " (dma_set_max_seg_size, dma_set_seg_boundary)",
     "MAP_SG entry longer than the limit, or a mapped segment across the boundary, as told with the call; else as told at the first map, unless that was the bus's default, which drivers raise later")
SEEN("M29", V_DMA_MASK, "dma-mask",
     "a device maps without a mask, or gets an address beyond it",
     HOWTO " (DMA addressing capabilities)",
     "a failed MAP of a device without a mask, which kernels with a tracepoint there (6.12 on) refuse before it: their own warning is all that tells; an address beyond the mask from dma_map_ops of its own. dma-direct and the IOMMU layer refuse by themselves, and masks change after the first map")
SEEN_IF("M30", V_MMIO_MISMATCH, "mmio-mismatch", NEEDS_MEMORY_MAP,
     "RAM is mapped as a resource",
     API " (dma_map_resource)",
     "MAP of a resource inside System RAM. Pages outside it are no proof: persistent and hotplugged memory is there")
SEEN("M31", V_COHERENT_FREE_ATOMIC, "coherent-free-atomic",
     "coherent memory is freed with interrupts off, or remapped memory in a softirq or under a lock",
     API " (dma_free_coherent: only with IRQs enabled); mm/vmalloc.c (vunmap)",
     "FREE of coherent memory with interrupts off or in a hard interrupt. With interrupts on, in a softirq or with a spinlock held: only of memory that is not linear, as its vunmap() must not be in an interrupt and may sleep; for memory in the direct map the documents ask for no more than interrupts on. Pools may be used there")
SEEN("M32", V_DOUBLE_FREE_COHERENT, "double-free-coherent",
     "coherent or noncoherent memory, or a pool block, is freed twice",
     API,
     "FREE of what was freed before, of a device seen from its start")
SEEN("M33", V_TRUNCATED_ADDRESS, "truncated-address",
     "a DMA address lost its upper half",
     HOWTO " (dma_addr_t)",
     "UNMAP or an operand of PREP below 4 GiB that nothing has mapped, when a live mapping of the device has the same low 32 bits above it. It comes before unmap-wrong-address")
SEEN("M34", V_LINK_NOT_SYNCED, "link-not-synced",
     "a device is given memory that is linked and not synced",
     API " (dma_iova_sync)",
     "SUBMIT of a descriptor with an operand in a link (dma_iova_link) for which no IOVA_SYNC came since. Of devices that are no dmaengine nothing tells when they use it")
SEEN("M35", V_LINK_TWICE, "link-twice",
     "memory is linked where a link of the same IOVA already is",
     API " (dma_iova_link)",
     "MAP of a link, also one that fails, over bytes of IOVA in which the device has a live link")
/* the next M class: above this line */

/* ---- dmaengine, clients and providers: E ---- */

SEEN("E1", V_FOREIGN_SUBMIT, "foreign-submit",
     "an operation is submitted to a channel in the completion context of another",
     TX " 3.6 (constraints)",
     "SUBMIT (not of slave or cyclic) inside a callback or dma_run_dependencies of another channel; ISSUE there of what was submitted elsewhere")
SEEN("E2", V_CALLBACK_SUBMIT, "callback-submit",
     "an operation of async_tx is submitted to a channel in a callback of that channel",
     TX " 3.6 (constraints)",
     "SUBMIT inside a callback of the same channel, of a descriptor that ASYNC_SUBMIT named. Other clients may: " CL " says so of slaves, and 005ce70b9448 of all. dma_run_dependencies may: that is its purpose")
SEEN("E3", V_CALLBACK_LOCKED, "callback-locked",
     "a callback runs with a spinlock of the provider held",
     CL " (providers drop their locks)",
     "CB_ENTER in a task or softirq with preemption off beyond what that does itself. In a hard interrupt it is callback-hardirq")
SEEN("E4", V_CALLBACK_HARDIRQ, "callback-hardirq",
     "a callback runs in a hard interrupt",
     CL " (called from a tasklet); " TX " 4.1",
     "CB_ENTER at hardirq level")
UNSEEN("E5", V_CALLBACK_SLEEPS, "callback-sleeps",
     "a callback sleeps",
     CL "; " TX,
     "the scheduler is not probed: too many events. CONFIG_DEBUG_ATOMIC_SLEEP tells, in every world")
SEEN_ON("E6", V_ASYNC_TX_IN_IRQ, "async-tx-in-irq", OBS_ASYNC_SUBMIT, rule_async_tx_in_irq,
     "async_tx is called in a hard interrupt",
     TX " 3.6 (constraints)",
     "ASYNC_SUBMIT at hardirq level")
SEEN("E7", V_PREP_NOT_SUBMITTED, "prep-not-submitted",
     "a prepared descriptor is never submitted",
     CL " (submit the transaction)",
     "CHAN_PUT of the last client, or the end of the observation a second later, with a descriptor that only saw PREP. One that async_tx was given with a parent is dependency-lost")
UNSEEN("E8", V_PREP_NULL_USED, "prep-null-used",
     "a prep that gave no descriptor is used",
     PR,
     "the use is an access to address 0: the oops on the console is the witness")
SEEN("E9", V_NOT_ISSUED, "not-issued",
     "a submitted descriptor is never issued",
     CL " (issue pending DMA requests)",
     "SUBMIT without an ISSUE of its channel until the last client lets go, until a terminate 10 ms later, or the end a second later. A terminate at once is an error path")
SEEN("E10", V_START_BEFORE_ISSUE, "start-before-issue",
     "a provider starts a descriptor before it is issued",
     PR " (device_issue_pending)",
     "HW_START before the ISSUE; without engine events a callback before it, when issues of the provider have been seen. An ISSUE of another context less than 100 ms before may have taken it along")
UNSEEN("E11", V_DESC_USE_AFTER_SUBMIT, "desc-use-after-submit",
     "a client looks at a descriptor after it submitted it",
     CL,
     "of loads and stores only those to mapped memory are events. KASAN tells when the provider has freed it")
SEEN("E12", V_RESUBMIT, "resubmit",
     "a descriptor is submitted again without a prep",
     TX " 3.3; " PR " (DMA_CTRL_REUSE)",
     "SUBMIT of a descriptor that was submitted and not prepared since, without DMA_CTRL_REUSE, of a provider all of whose preps are probed")
SEEN("E13", V_ACK_BEFORE_DEPENDENCY, "ack-before-dependency",
     "a child is attached to a descriptor that was acked",
     TX " 3.3",
     "ASYNC_SUBMIT whose parent has DMA_CTRL_ACK")
SEEN_IF("E14", V_RECYCLED_ACTIVE, "recycled-active", NEEDS_ENGINE_EVENTS,
     "a provider hands out a descriptor that it still works on",
     TX " 3.3",
     "PREP gives a descriptor between its HW_START and HW_DONE. Acks are inlined, so recycling before the ack is not seen")
SEEN("E15", V_TWO_CHILDREN, "two-children",
     "a second child is attached to a descriptor",
     "crypto/async_tx/async_tx.c",
     "ASYNC_SUBMIT with a parent whose other child is not submitted yet")
SEEN("E16", V_DEPENDENCY_LOST, "dependency-lost",
     "a dependent descriptor is never submitted",
     TX " 4.1 (dma_run_dependencies)",
     "as prep-not-submitted, of a descriptor that async_tx_submit was given with a parent")
SEEN("E17", V_DEPENDENCY_LOCKED, "dependency-locked",
     "dependencies are run with a spinlock of the provider held",
     "drivers/dma/dmaengine.c (dma_run_dependencies)",
     "RUN_DEPS with preemption off beyond what the level does itself")
SEEN("E18", V_COOKIE_ORDER, "cookie-order",
     "cookies complete out of order",
     PR " (DMA_COMPLETION_NO_ORDER)",
     "a completed cookie lower than the last one told on the same CPU in a task, or a callback after that of a later cookie, of a provider without DMA_COMPLETION_NO_ORDER")
SEEN("E19", V_COMPLETION_NOT_VISIBLE, "completion-not-visible",
     "a callback runs before the status says complete",
     CL,
     "STATUS asked in a callback for its own cookie, answered with in progress. Where nobody asks there is no harm and no report")
SEEN_IF("E20", V_ERROR_AS_SUCCESS, "error-as-success", NEEDS_ENGINE_EVENTS,
     "a failed transfer is told as a success",
     PR " (callback_result)",
     "HW_DONE with an error, then a callback with the result no-error, or STATUS complete for the cookie")
SEEN("E21", V_WRONG_RESIDUE, "wrong-residue",
     "a residue that cannot be",
     PR " (residue)",
     "STATUS with a residue beyond the length, not 0 when complete, or growing between two answers on one CPU. Not of slaves: their transfers may end short")
SEEN("E22", V_TERMINATE_NO_SYNC, "terminate-no-sync",
     "memory of a terminated descriptor is unmapped before dmaengine_synchronize",
     CL " (dmaengine_terminate_async)",
     "UNMAP between TERMINATE and SYNCHRONIZE of memory that an aborted descriptor uses, told when the provider is known to have device_synchronize. What the provider itself unmaps is left out")
SEEN("E23", V_ISSUE_WHILE_TERMINATING, "issue-while-terminating",
     "a channel is issued between terminate and synchronize",
     CL " (dmaengine_synchronize)",
     "SYNCHRONIZE after a TERMINATE and an ISSUE that issued something; about what it issued")
SEEN("E24", V_CALLBACK_AFTER_TERMINATE, "callback-after-terminate",
     "a terminated descriptor is called back after synchronize",
     PR " (device_synchronize)",
     "CB_ENTER that only a descriptor aborted before the SYNCHRONIZE waits for")
SEEN("E25", V_TERMINATE_ATOMIC, "terminate-atomic",
     "a channel is synchronized in atomic context or in its own callback",
     CL " (dmaengine_synchronize)",
     "SYNCHRONIZE in a callback of the channel, above task level, or with a spinlock held or interrupts off")
SEEN("E26", V_RELEASE_ACTIVE, "release-active",
     "a channel is released with descriptors in flight",
     CL,
     "CHAN_PUT of the last client with an issued descriptor that is neither complete nor terminated, as for unmap-active")
SEEN_IF("E27", V_UNREGISTER_BUSY, "unregister-busy", NEEDS_PROVIDER_OPS,
     "a provider goes while it is in use",
     PR " (device_release)",
     "UNREGISTER while a channel has clients, or a callback after it, of a provider without device_release")
SEEN("E28", V_CHAN_REF_IMBALANCE, "chan-ref-imbalance",
     "a channel is put more often than it was got",
     "drivers/dma/dmaengine.c (dma_release_channel)",
     "CHAN_PUT of a private channel whose count is not 1. dmaengine_put visits public channels that nobody holds")
SEEN("E29", V_UNMAP_DATA_REF, "unmap-data-ref",
     "unmap data is put too often, or never",
     "drivers/dma/dmaengine.c (dmaengine_unmap_put)",
     "UD_PUT without a reference; at UNBIND a mapping that a completed descriptor's unmap data still holds")
SEEN("E30", V_UNMAP_DATA_COUNT, "unmap-data-count",
     "the counts of unmap data are wrong",
     "drivers/dma/dmaengine.c (dmaengine_unmap)",
     "last UD_PUT with more addresses counted than UD_GET gave room for, or with another map_cnt")
SEEN("E31", V_ABORTED_NOT_UNMAPPED, "aborted-not-unmapped",
     "a provider drops a terminated descriptor without unmapping its memory",
     "drivers/dma/dmaengine.h (dma_descriptor_unmap)",
     "UNBIND with a live mapping of an aborted descriptor whose unmap data is still held")
SEEN("E32", V_MISSING_INTERRUPT_FLAG, "missing-interrupt-flag",
     "a callback is set without DMA_PREP_INTERRUPT",
     PR " (DMA_PREP_INTERRUPT)",
     "SUBMIT with a callback of a descriptor that was prepared without the flag")
SEEN("E33", V_MISSING_FENCE, "missing-fence",
     "an operation reads the result of one in flight that has no DMA_PREP_FENCE",
     "include/linux/dmaengine.h (DMA_PREP_FENCE); include/linux/async_tx.h",
     "SUBMIT of a source that an earlier descriptor of the channel, in flight as for unmap-active and without the flag, writes")
SEEN("E34", V_CONTINUE_MISUSE, "continue-misuse",
     "DMA_PREP_CONTINUE or the PQ_DISABLE flags where they mean nothing",
     "include/linux/dmaengine.h",
     "PREP of memcpy, xor or memset with DMA_PREP_CONTINUE; of pq with both results off. Too many sources for a continuation is engine-limits")
SEEN("E35", V_ENGINE_LIMITS, "engine-limits",
     "an operation is beyond what the engine says it can do",
     "include/linux/dmaengine.h (max_xor, dma_maxpq, is_dma_*_aligned)",
     "PREP that gave a descriptor, with more sources than max_xor or dma_maxpq(), or addresses or a length off the alignment. A prep that was refused did no harm")
SEEN("E36", V_OPERAND_OVERLAP, "operand-overlap",
     "source and destination of an operation overlap",
     "crypto/async_tx/async_xor.c",
     "PREP of memcpy, xor or pq whose destination shares bytes with a source through one mapping, unless an xor's destination is its first source. Through two mappings it is overlap-one-op")
SEEN("E37", V_FOREIGN_MAP, "foreign-map",
     "an operation is given an address that was mapped for another device",
     CL " (map with the DMA engine's device)",
     "PREP with an address that neither the channel's device nor one of its mapping domain has mapped, and a device of another domain has; or that one of the same translation has, beyond the mask of the channel's device. Within it, where the parents differ, it is a hint: not judged")
SEEN("E38", V_SHARED_PRIVATE_CHANNEL, "shared-private-channel",
     "a private channel gets a second client",
     TX " 4.2; drivers/dma/dmaengine.c (DMA_PRIVATE)",
     "CHAN_GET of a private channel whose count is above 1 afterwards")
SEEN("E39", V_BUSY_WAIT, "busy-wait",
     "completion is polled for in atomic context",
     "drivers/dma/dmaengine.c (dma_sync_wait: up to 5 s)",
     "ASYNC_WAIT above task level, or with a spinlock held or interrupts off")
UNSEEN("E40", V_LOCK_TYPE, "lock-type",
     "a provider's lock does not fit the contexts it is called from",
     PR " (GFP_NOWAIT, any context)",
     "lock classes are no events. lockdep tells, in every world")
SEEN("E41", V_TIMEOUT_REUSE, "timeout-reuse",
     "buffers of a descriptor in flight are given to another channel",
     CL,
     "SUBMIT of bytes of a mapping that an issued descriptor of another channel, in flight as for unmap-active, uses, where one of both writes and no dependency orders them. An unmap of them is unmap-active")
SEEN("E42", V_OPERAND_DIRECTION, "operand-direction",
     "an operation reads memory that is mapped for writing only, or writes what is mapped for reading",
     API " (DMA directions)",
     "PREP (not of slave or cyclic) with a source whose mapping, or noncoherent memory, is FROM_DEVICE, or a destination whose is TO_DEVICE, where no other mapping of the bytes fits; of a device seen from its start")
SEEN("E43", V_OPERAND_RANGE, "operand-range",
     "an operation is given bytes that are not mapped for its device",
     CL " (map with the DMA engine's device); " HOWTO,
     "PREP (not of slave or cyclic) with an operand that no live mapping or allocation of the device or of its mapping domain holds whole, nor several of one list or one piece of RAM. Every device of an IOMMU domain must have been seen from its start; a register's address, outside RAM, is no memory. Memory that was mapped and is unmapped is use-after-unmap")
SEEN("E44", V_CALLBACK_LOST, "callback-lost",
     "a completed descriptor is never called back",
     PR " (tx_submit, callbacks); " CL,
     "a descriptor that was prepared with DMA_PREP_INTERRUPT and has a callback that is probed, and that status, its cookie or a later one told as complete 10 ms before a TERMINATE or the CHAN_PUT of the last client, or 1 s before the end, without CB_ENTER. Not of cyclic ones")
SEEN("E45", V_UNREGISTER_UNKNOWN, "unregister-unknown",
     "a provider is unregistered that is not registered",
     "drivers/dma/dmaengine.c (dma_async_device_unregister takes it off the list of providers)",
     "UNREGISTER of a provider that no REGISTER named, or that was unregistered, of a device seen from its start")
SEEN("E46", V_CALLBACK_IN_TERMINATE, "callback-in-terminate",
     "a provider calls back inside its terminate function",
     PR " (device_terminate_all: no callback of what is aborted); " CL " (dmaengine_terminate_async)",
     "CB_ENTER of a channel between the TERMINATE_ENTER and the TERMINATE of the same channel, in the same task or interrupt: under whatever locks the client holds. Another processor or an interrupt on top may call back meanwhile")
/* the next E class: above this line */

#undef API
#undef HOWTO
#undef ATTR
#undef CL
#undef PR
#undef TX
#undef SEEN
#undef SEEN_IF
#undef SEEN_ON
#undef UNSEEN
