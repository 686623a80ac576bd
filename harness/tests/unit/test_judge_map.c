// SPDX-License-Identifier: GPL-2.0-only
/* Tests the classes of the mapping API: each is planted once, beside a trace that is right. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/judge/judge_state.h"
#include "trace.h"

#define A "DEV A softdma;"
#define AB "DEV A softdma; DEV B talitos;"
#define TX	AB "CHAN c A; MAP A 1000+1000 from; MAP A 3000+1000 to;" \
		"PREP t c memcpy 1000+800 < 3000+800;"
#define NR(a) (sizeof(a) / sizeof((a)[0]))

static const struct trace_case overlaps[] = {
	{ "same device", A "MAP A 1000+1000 from; MAP A 1800+1000 from", "overlap-same-device" },
	{ "same device, bidi", A "MAP A 1000+1000 bidi; MAP A 1fff+1 from", "overlap-same-device" },
	{ "same device, one after the other",
	  A "MAP A 1000+1000 from; UNMAP A 1000+1000 from; MAP A 1800+1000 from", "" },
	{ "neighbours", A "MAP A 1000+1000 from; MAP A 2000+1000 from", "" },
	{ "cross device", AB "MAP A 1000+1000 from; MAP B 1000+1000 from", "overlap-cross-device" },
	{ "cross device, sequenced",
	  AB "MAP A 1000+1000 from; UNMAP A 1000+1000 from; MAP B 1000+1000 from", "" },
	{ "reads then writes", AB "MAP A 1000+1000 to; MAP B 1000+1000 from", "overlap-direction" },
	{ "reads then writes, same", A "MAP A 1000+1000 to; MAP A 1000+1000 bidi",
	  "overlap-direction" },
	{ "early map", AB "MAP A 1000+1000 from; MAP B 1000+1000 to", "early-map" },
	{ "early map, same device", A "MAP A 1000+1000 from; MAP A 1000+1000 to", "early-map" },
	{ "early map of a bidi", AB "MAP A 1000+1000 bidi; MAP B 1000+1000 to", "early-map" },
	{ "two readers", AB "MAP A 1000+1000 to; MAP B 1000+1000 to; MAP A 1000+1000 to;"
	  "UNMAP A 1000+1000 to; UNMAP A 1000+1000 to; UNMAP B 1000+1000 to", "" },
	{ "the inside of a large one", AB "MAP A 0+100000 from; MAP B 5000+10 to", "early-map" },
	{ "bounced: the address is another",
	  AB "MAP A 1000+100 from dma=900000; MAP B 1000+100 to dma=980000", "early-map" },
	{ "two slots of one swiotlb page are no overlap",
	  AB "MAP A 1000+100 from dma=900000; MAP B 2000+100 from dma=900800", "" },
	{ "an sg list and a page", AB "SG A l from 1000+200,5000+200; MAP B 5100+10 to",
	  "early-map" },
	{ "one sg list with one page twice", A "SG A l from 1000+200,1000+200; UNSG A l 2 from 1000",
	  "" },
	{ "of several neighbours only the one that overlaps",
	  AB "MAP A 1000+1000 from; MAP A 3000+1000 to; MAP B 2000+1800 bidi",
	  "overlap-direction" },
	{ "resources of two devices", AB "MAP A 1000+1000 bidi resource; MAP B 1000+1000 bidi resource",
	  "" },
	{ "a failed one owns nothing", AB "MAP A 1000+1000 from; MAP B 1000+1000 to dma=-1 flags=20", "" },
};

#define N "DEV A nvme; IOVA A f000+4000; MAP A f000+1000 to link phys=1000;" \
	  "MAP A 10000+1000 to link phys=5000; IOVASYNC A f000+2000;"
#define C "DEV A softdma; CHAN c A; IOVA A f000+4000; MAP A f000+1000 to link phys=1000;" \
	  "MAP A 10000+1000 from link phys=5000; IOVASYNC A f000+2000;" \
	  "PREP t c memcpy 10000+1000 < f000+1000; SUBMIT t 2; ISSUE c;"

/* The two-step API. */
static const struct trace_case iova[] = {
	{ "linked, synced, destroyed", N "DESTROY A f000+4000 to arg=2000; UNBIND A", "" },
	{ "unlinked at once", N "UNMAP A f000+2000 to link; DESTROY A f000+4000; UNBIND A", "" },
	{ "unlinked one by one",
	  N "UNMAP A 10000+1000 to link; UNMAP A f000+1000 to link; DESTROY A f000+4000", "" },
	{ "an error path: never synced",
	  "DEV A nvme; IOVA A f000+4000; MAP A f000+1000 to link phys=1000;"
	  "DESTROY A f000+4000 to arg=1000", "" },
	{ "an unlink cuts a link", N "UNMAP A f000+800 to link", "unmap-wrong-size" },
	{ "an unlink of too much", N "UNMAP A f000+3000 to link", "unmap-wrong-size" },
	{ "destroyed with too few bytes", N "DESTROY A f000+4000 to arg=1000", "unmap-wrong-size" },
	{ "destroyed with too many bytes", N "DESTROY A f000+4000 to arg=3000", "unmap-wrong-size" },
	{ "freed while linked", N "DESTROY A f000+4000", "unmap-wrong-size" },
	{ "another direction", N "DESTROY A f000+4000 from arg=2000", "unmap-wrong-direction" },
	{ "unlinked twice", N "UNMAP A f000+2000 to link; UNMAP A f000+2000 to link", "double-unmap" },
	{ "freed twice", N "DESTROY A f000+4000 to arg=2000; DESTROY A f000+4000", "double-unmap" },
	{ "unlinked as a page", N "UNMAP A f000+1000 to", "unmap-wrong-function" },
	{ "a page is unlinked", A "MAP A f000+1000 to; UNMAP A f000+1000 to link", "unmap-wrong-address" },
	{ "a link is left", N "UNMAP A 10000+1000 to link; UNBIND A", "leak" },
	{ "IOVA is left", N "UNMAP A f000+2000 to link; UNBIND A", "leak" },
	{ "of a device that was there before",
	  "DEV A nvme seen; UNMAP A f000+2000 to link; DESTROY A f000+4000 to arg=2000", "" },
	{ "destroyed while active", C "UNMAP A f000+1000 to link; CB t; CBX t", "unmap-active" },
	{ "destroyed when complete",
	  C "CB t; CBX t; UNMAP A f000+1000 to link; UNMAP A 10000+1000 from link", "" },
	{ "a link of memory that another device writes",
	  "DEV A nvme; DEV B talitos; IOVA A f000+1000; MAP B 1000+1000 from;"
	  "MAP A f000+1000 to link phys=1000", "early-map" },
	{ "MMIO overlaps with nothing",
	  "DEV A nvme; DEV B talitos; IOVA A f000+1000; MAP B 1000+1000 from;"
	  "MAP A f000+1000 to link phys=1000 attrs=400", "" },
	{ "the memory is freed", N "MFREE 5000+1000", "free-while-mapped" },
	{ "losses: the destroy may have been among them",
	  N "LOST 1; IOVA A f000+4000; MAP A f000+1000 to link phys=1000", "" },
	{ "losses: the links may have been among them", N "LOST 1; DESTROY A f000+4000 to arg=3000", "" },
};

/* NEEDUNMAP: the driver asked, and need not unmap (arg 0). Catches: reports beside NVMe on 7.x. */
static const struct trace_case staying[] = {
	{ "mapped anew where nothing was unmapped",
	  A "NEEDUNMAP A; MAP A 1000+1000 from; MAP A 1000+1000 from; MAP A 1800+1000 to", "" },
	{ "it asked after the map", A "MAP A 1000+1000 from; NEEDUNMAP A; MAP A 1000+1000 from", "" },
	{ "by another device", AB "NEEDUNMAP A; MAP A 1000+1000 from; MAP B 1000+1000 to", "" },
	{ "the question was asked before the recording",
	  A "MAP A 1000+1000 from flags=80; MAP A 1000+1000 from flags=80", "" },
	{ "freed", A "NEEDUNMAP A; MAP A 1000+1000 from; MFREE 1000+1000", "" },
	{ "at unbind", A "NEEDUNMAP A; MAP A 1000+1000 from; UNBIND A", "" },
	{ "it unmaps all the same, once",
	  A "NEEDUNMAP A; MAP A 1000+1000 from; MAP A 1000+1000 from; UNMAP A 1000+1000 from;"
	  "UNMAP A 1000+1000 from", "" },
	{ "a line of a device that is not coherent",
	  "DEV A softdma noncoherent; NEEDUNMAP A; MAP A 1000+20 from; MAP A 1020+20 from", "" },
	{ "nobody asked: overlap", A "MAP A 1000+1000 from; MAP A 1000+1000 from",
	  "overlap-same-device" },
	{ "nobody asked about this device", AB "NEEDUNMAP B; MAP A 1000+1000 from; MFREE 1000+1000",
	  "free-while-mapped" },
	{ "nobody asked about this one: leak", AB "NEEDUNMAP B; MAP A 1000+1000 from; UNBIND A", "leak" },
	{ "it must unmap after all",
	  A "NEEDUNMAP A; NEEDUNMAP A arg=1; MAP A 1000+1000 from; MAP A 1000+1000 from",
	  "overlap-same-device" },
	{ "the next driver has not asked",
	  A "NEEDUNMAP A; UNBIND A; " A "MAP A 1000+1000 from; MAP A 1000+1000 from",
	  "overlap-same-device" },
	{ "a list is unmapped always", A "NEEDUNMAP A; SG A l from 1000+200; UNBIND A", "leak" },
	{ "an unmap of another size is wrong still",
	  A "NEEDUNMAP A; MAP A 1000+1000 from; UNMAP A 1000+800 from", "unmap-wrong-size" },
};

/*
 * DMA_ATTR_DEBUGGING_IGNORE_CACHELINES (800), DMA_ATTR_REQUIRE_COHERENT (1000), DMA_ATTR_CC_SHARED
 * (2000). Catches: reports about memory that RDMA registers twice.
 */
static const struct trace_case attributes[] = {
	{ "both may overlap", A "MAP A 1000+1000 from attrs=800; MAP A 1000+1000 from attrs=800", "" },
	{ "both must be coherent",
	  AB "MAP A 1000+1000 bidi attrs=1000; MAP B 1000+1000 bidi attrs=1000", "" },
	{ "only the new one may", A "MAP A 1000+1000 from; MAP A 1000+1000 from attrs=800",
	  "overlap-same-device" },
	{ "only the old one may", A "MAP A 1000+1000 from attrs=1000; MAP A 1000+1000 from",
	  "overlap-same-device" },
	{ "decrypted memory has an owner too",
	  A "MAP A 1000+1000 from attrs=2000; MAP A 1000+1000 from attrs=2000",
	  "overlap-same-device" },
	{ "both in one line", "DEV A softdma noncoherent; MAP A 1000+20 from attrs=800;"
	  "MAP A 1020+20 from attrs=800", "" },
	{ "one of them in one line", "DEV A softdma noncoherent; MAP A 1000+20 from attrs=800;"
	  "MAP A 1020+20 from", "cacheline-shared" },
	{ "refused for lack of a mask", "DEV A softdma nomask; MAP A 1000+1000 to dma=-1 flags=20",
	  "dma-mask" },
	{ "refused for what it asked for",
	  "DEV A softdma nomask; MAP A 1000+1000 to dma=-1 flags=20 attrs=1000;"
	  "MAP A 1000+1000 to dma=-1 flags=20 attrs=2000", "" },
};

static const struct trace_case ownership[] = {
	{ "synced for the CPU",
	  AB "MAP A 1000+1000 from; CPU A 1000+1000 from; MAP B 1000+1000 to", "" },
	{ "half of it", AB "MAP A 1000+1000 from; CPU A 1000+800 from; MAP B 1000+800 to", "" },
	{ "the other half", AB "MAP A 1000+1000 from; CPU A 1000+800 from; MAP B 1800+800 to",
	  "early-map" },
	{ "given back to the device",
	  AB "MAP A 1000+1000 from; CPU A 1000+1000 from; DEVICE A 1000+1000 from;"
	     "MAP B 1000+1000 to", "early-map" },
	{ "a piece given back",
	  AB "MAP A 1000+1000 from; CPU A 1000+1000 from; DEVICE A 1400+100 from;"
	     "MAP B 1000+400 to; MAP B 1500+b00 to; MAP B 1400+1 to", "early-map" },
	{ "an sg list synced",
	  AB "SG A l from 1000+200,5000+200; SGCPU A l 2 from 1000; MAP B 5000+200 to", "" },
	{ "SKIP_CPU_SYNC: nothing is known until a sync",
	  AB "MAP A 1000+1000 from skip; MAP B 1000+1000 to", "" },
	{ "SKIP_CPU_SYNC, given to the device by a sync",
	  AB "MAP A 1000+1000 from skip; DEVICE A 1000+1000 from; MAP B 1000+1000 to",
	  "early-map" },
	{ "page_pool: received, forwarded with padding",
	  AB "MAP A 1000+1000 bidi skip; DEVICE A 1100+800 bidi; CPU A 1100+40 bidi;"
	     "MAP B 10f0+80 to; UNMAP B 10f0+80 to; DEVICE A 1100+800 bidi", "" },
	{ "page_pool: forwarded before it was received",
	  AB "MAP A 1000+1000 bidi skip; DEVICE A 1100+800 bidi; MAP B 1100+80 to",
	  "early-map" },
	{ "one buffer for several devices, as dma-attributes.rst does it",
	  AB "MAP A 1000+1000 bidi; MAP B 1000+1000 bidi skip", "" },
	{ "elided syncs: the CPU may have it",
	  "DEV A softdma elides; DEV B talitos; MAP A 1000+1000 from elides; MAP B 1000+1000 to", "" },
	{ "elided syncs: what is only read may have been given back",
	  "DEV A softdma elides; DEV B talitos; MAP A 1000+1000 to elides; MAP B 1000+1000 from", "" },
	{ "syncs that are elided no more, since a mapping bounced",
	  "DEV A softdma elides; DEV B talitos; MAP A 1000+1000 from; MAP B 1000+1000 to", "early-map" },
	{ "syncs that were elided when the mapping was made, and are no more",
	  "DEV A softdma; DEV B talitos; MAP A 1000+1000 from elides; MAP A 3000+1000 from;"
	  "MAP B 1000+1000 to", "" },
	{ "elided syncs and SKIP_CPU_SYNC",
	  "DEV A softdma; DEV B talitos; MAP A 1000+1000 from skip elides; MAP B 1000+1000 to",
	  "" },
	{ "elided syncs, a transaction has completed",
	  "DEV A softdma elides; DEV B talitos; CHAN c A; MAP A 1000+1000 from elides; MAP A 3000+1000 to elides;"
	  "PREP t c memcpy 1000+1000 < 3000+1000; SUBMIT t 2; ISSUE c; @level=1 CB t; CBX t;"
	  "@level=0 MAP B 1000+1000 to", "" },
	{ "elided syncs, a transaction reads",
	  "DEV A softdma elides; DEV B talitos; CHAN c A; MAP A 1000+1000 from elides; MAP A 3000+1000 to elides;"
	  "PREP t c memcpy 1000+1000 < 3000+1000; SUBMIT t 2; ISSUE c; MAP B 3000+1000 from",
	  "overlap-direction" },
	{ "elided syncs, beside what a transaction uses",
	  "DEV A softdma elides; DEV B talitos; CHAN c A; MAP A 1000+1000 from elides; MAP A 3000+1000 to elides;"
	  "PREP t c memcpy 1000+800 < 3000+800; SUBMIT t 2; ISSUE c; MAP B 1800+800 to", "" },
	{ "given to the CPU, then to a transaction again",
	  TX "CPU A 1000+1000 from; SUBMIT t 2; MAP B 1000+1000 from", "overlap-cross-device" },
	{ "given to the CPU, a transaction of another part",
	  TX "CPU A 1000+1000 from; SUBMIT t 2; MAP B 1800+800 from", "" },
	{ "a transaction, then given to the CPU",
	  TX "SUBMIT t 2; ISSUE c; @level=1 CB t; CBX t; @level=0 CPU A 1000+1000 from;"
	  "MAP B 1000+1000 from", "" },
	{ "given to the CPU by the callback, before submit returns",
	  TX "SUBMIT t 2 enter; @level=1 CB t; CPU A 1000+1000 from; CBX t; @level=0;"
	  "SUBMIT t 2 exit; MAP B 1000+1000 from", "" },
	{ "given to the CPU, the submit is refused",
	  TX "CPU A 1000+1000 from; SUBMIT t -5 flags=20; MAP B 1000+1000 from", "" },
	{ "elided syncs, the transaction runs",
	  "DEV A softdma elides; DEV B talitos; CHAN c A; MAP A 1000+1000 from elides; MAP A 3000+1000 to elides;"
	  "PREP t c memcpy 1000+1000 < 3000+1000; SUBMIT t 2; ISSUE c; MAP B 1000+1000 to",
	  "early-map" },
};

static const struct trace_case unmaps[] = {
	{ "right", A "MAP A 1000+1000 from; UNMAP A 1000+1000 from; UNBIND A", "" },
	{ "address 0", A "MAP A 0+1000 from; UNMAP A 0+1000 from; UNBIND A", "" },
	{ "wrong device", AB "MAP A 1000+1000 from; UNMAP B 1000+1000 from; UNBIND A; UNBIND B",
	  "unmap-wrong-device" },
	{ "wrong device, then right",
	  AB "MAP A 1000+1000 from; UNMAP B 1000+1000 from; UNMAP A 1000+1000 from",
	  "unmap-wrong-device" },
	{ "wrong size", A "MAP A 1000+1000 from; UNMAP A 1000+800 from; UNBIND A",
	  "unmap-wrong-size" },
	{ "wrong direction", A "MAP A 1000+1000 from; UNMAP A 1000+1000 bidi; UNBIND A",
	  "unmap-wrong-direction" },
	{ "size before direction", A "MAP A 1000+1000 from; UNMAP A 1000+800 bidi",
	  "unmap-wrong-size" },
	{ "best fit of two", A "MAP A 1000+1000 to; MAP A 1000+800 to; UNMAP A 1000+1000 to;"
	  "UNMAP A 1000+800 to; UNBIND A", "" },
	{ "wrong address, inside", A "MAP A 1000+1000 from; UNMAP A 1010+1000 from; UNBIND A",
	  "unmap-wrong-address" },
	{ "wrong address, nothing near", A "UNMAP A 1010+1000 from", "unmap-wrong-address" },
	{ "twice", A "MAP A 1000+1000 to; UNMAP A 1000+1000 to; UNMAP A 1000+1000 to",
	  "double-unmap" },
	{ "mapped twice, unmapped twice",
	  A "MAP A 1000+1000 to; MAP A 1000+1000 to; UNMAP A 1000+1000 to; UNMAP A 1000+1000 to", "" },
	{ "again after a new map",
	  A "MAP A 1000+1000 to; UNMAP A 1000+1000 to; MAP A 1000+1000 to; UNMAP A 1000+1000 to", "" },
	/* on several processors an unmap may be told after its address was given out again */
	{ "two of one address, both unmapped",
	  A "MAP A 1000+1000 from dma=f000; MAP A 5000+1000 from dma=f000; UNMAP A f000+1000 from;"
	  "UNMAP A f000+1000 from; UNBIND A", "" },
	{ "two of one address, the new one is in use when an unmap comes",
	  A "CHAN c A; MAP A 1000+1000 from dma=f000; MAP A 9000+1000 to; MAP A 5000+1000 from dma=f000;"
	  "PREP t c memcpy f000+1000 < 9000+1000; UNMAP A f000+1000 from; SUBMIT t 1; ISSUE c", "" },
	{ "two of one address, another size is of the old one",
	  A "MAP A 1000+800 from dma=f000; MAP A 5000+1000 from dma=f000; UNMAP A f000+800 from;"
	  "UNMAP A f000+1000 from; UNMAP A f000+1000 from", "double-unmap" },
	{ "two of one address, the new one is left",
	  A "MAP A 1000+800 from dma=f000; MAP A 5000+1000 from dma=f000; UNMAP A f000+800 from; UNBIND A",
	  "leak" },
	{ "two of one address, the old one was a list",
	  A "SG A l to 1000+200; MAP A 5000+200 to dma=1000; UNSG A l 1 to 1000; UNMAP A 1000+200 to;"
	  "UNBIND A", "" },
	{ "truncated", A "MAP A 2000+1000 to dma=100002000; UNMAP A 2000+1000 to; UNBIND A",
	  "truncated-address" },
	{ "above 4 GiB", A "MAP A 2000+1000 to dma=100002000; UNMAP A 100002000+1000 to; UNBIND A", "" },
	{ "leak", A "MAP A 1000+1000 to; UNBIND A", "leak" },
	{ "the end alone is no leak", A "MAP A 1000+1000 to", "" },
	{ "unmap after unbind says nothing more", A "MAP A 1000+1000 to; UNBIND A; UNMAP A 1000+1000 to",
	  "leak" },
	{ "error address", A "UNMAP A 1000+1000 to dma=-1", "error-address-used" },
	{ "error address synced", A "CPU A 1000+1000 to dma=-1", "error-address-used" },
	{ "sg entry as a page", A "SG A l to 1000+200; UNMAP A 1000+200 to; UNBIND A",
	  "unmap-wrong-function" },
	{ "page as sg", A "MAP A 1000+200 to; UNSG A l 1 to 1000; UNBIND A", "unmap-wrong-function" },
	{ "resource as a page", A "MAP A 1000+200 to resource; UNMAP A 1000+200 to",
	  "unmap-wrong-function" },
	{ "resource", A "MAP A 1000+200 to resource; UNMAP A 1000+200 to resource; UNBIND A", "" },
	{ "coherent as a page", A "ALLOC A 1000+1000; UNMAP A 1000+1000 bidi; UNBIND A",
	  "unmap-wrong-function" },
};

static const struct trace_case lists[] = {
	{ "right", A "SG A l to 1000+200,5000+200; UNSG A l 2 to 1000; UNBIND A", "" },
	{ "unmapped as a copy of the list", A "SG A l to 1000+200,5000+200; UNSG A k 2 to 1000; UNBIND A",
	  "" },
	{ "merged, right count", A "SG A l to 1000+200,1200+200,1400+200 arg=1; UNSG A l 3 to 1000; UNBIND A",
	  "" },
	{ "merged, returned count", A "SG A l to 1000+200,1200+200,1400+200 arg=1; UNSG A l 1 to 1000; UNBIND A",
	  "wrong-nents" },
	{ "wrong count of a sync", A "SG A l from 1000+200,5000+200; SGCPU A l 1 from 1000;"
	  "UNSG A l 2 from 1000", "wrong-nents" },
	{ "wrong direction", A "SG A l to 1000+200,5000+200; UNSG A l 2 from 1000; UNBIND A",
	  "unmap-wrong-direction" },
	{ "wrong direction of a sync", A "SG A l to 1000+200; SGCPU A l 1 from 1000",
	  "sync-wrong-direction" },
	{ "any direction of a bidi", A "SG A l bidi 1000+200; SGCPU A l 1 from 1000", "" },
	{ "mapped again", A "SG A l from 1000+200,5000+200; SG A l from 1000+200,5000+200", "remap-sg" },
	{ "mapped a third time", A "SG A l from 1000+200; SG A l from 1000+200; SG A l from 1000+200",
	  "remap-sg remap-sg" },
	{ "mapped again after the unmap",
	  A "SG A l from 1000+200; UNSG A l 1 from 1000; SG A l from 1000+200; UNSG A l 1 from 1000;"
	    "UNBIND A", "" },
	{ "list memory used again", A "SG A l to 1000+200; SG A l to 9000+200; UNSG A l 1 to 9000;"
	  "UNSG A k 1 to 1000; UNBIND A", "" },
	{ "unmapped twice", A "SG A l to 1000+200; UNSG A l 1 to 1000; UNSG A l 1 to 1000",
	  "double-unmap" },
	{ "of another device", AB "SG A l to 1000+200; UNSG B l 1 to 1000; UNBIND A",
	  "unmap-wrong-device" },
	{ "a leak of a list is one of each entry", A "SG A l to 1000+200,5000+200; UNBIND A",
	  "leak leak" },
	{ "sync of a list that is gone", A "SG A l to 1000+200; UNSG A l 1 to 1000; SGCPU A l 1 to 1000",
	  "sync-out-of-range" },
	{ "too long", A "SG A l to 1000+2000 phys=1000; UNSG A l 1 to 1000", "segment-limits" },
	{ "just fits", A "SG A l to 1000+1000 phys=1000; UNSG A l 1 to 1000", "" },
	{ "across a boundary", A "SG A l to f800+1000 phys=10000 dma=ffff; UNSG A l 1 to f800",
	  "segment-limits" },
	{ "up to a boundary", A "SG A l to f000+1000 phys=10000 dma=ffff; UNSG A l 1 to f000", "" },
	{ "limits of the device", "DEV A softdma len=1000; SG A l to 1000+2000; UNSG A l 1 to 1000",
	  "segment-limits" },
	{ "a bus's default may have been raised", "DEV A nvme len=10000; SG A l to 1000+20000;"
	  "UNSG A l 1 to 1000", "" },
};

static const struct trace_case syncs[] = {
	{ "right", A "MAP A 1000+1000 from; CPU A 1000+1000 from; DEVICE A 1000+1000 from", "" },
	{ "partial", A "MAP A 1000+1000 from; CPU A 1800+10 from", "" },
	{ "beyond", A "MAP A 1000+1000 from; CPU A 1800+1000 from", "sync-out-of-range" },
	{ "never mapped", A "CPU A 1800+1000 from", "sync-out-of-range" },
	{ "unmapped", A "MAP A 1000+1000 from; UNMAP A 1000+1000 from; CPU A 1000+1000 from",
	  "sync-out-of-range" },
	{ "of another device", AB "MAP A 1000+1000 from; CPU B 1000+1000 from", "sync-out-of-range" },
	{ "direction", A "MAP A 1000+1000 from; CPU A 1000+1000 to", "sync-wrong-direction" },
	{ "direction of a bidi", A "MAP A 1000+1000 bidi; CPU A 1000+1000 from;"
	  "DEVICE A 1000+1000 to", "" },
	{ "one of two readers fits", A "MAP A 1000+1000 to; MAP A 1000+800 to; CPU A 1800+800 to", "" },
	{ "noncoherent memory", A "ALLOC A 1000+1000 arg=1; CPU A 1000+1000 from; FREE A 1000+1000 arg=1",
	  "" },
};

static const struct trace_case allocs[] = {
	{ "noncontiguous memory, freed", A "ALLOC A 1000+3000 arg=3; FREE A 1000+3000 arg=3; UNBIND A", "" },
	{ "noncontiguous memory, left", A "ALLOC A 1000+3000 arg=3; UNBIND A", "leak" },
	{ "noncontiguous memory, freed as coherent", A "ALLOC A 1000+3000 arg=3; FREE A 1000+3000",
	  "unmap-wrong-function" },
	{ "noncontiguous memory, another size",
	  A "ALLOC A 1000+3000 arg=3; FREE A 1000+2000 arg=3", "unmap-wrong-size" },
	{ "noncontiguous memory, twice",
	  A "ALLOC A 1000+3000 arg=3; FREE A 1000+3000 arg=3; FREE A 1000+3000 arg=3",
	  "double-free-coherent" },
	{ "right", A "ALLOC A 1000+1000; FREE A 1000+1000; UNBIND A", "" },
	{ "leak", A "ALLOC A 1000+1000; UNBIND A", "leak" },
	{ "twice", A "ALLOC A 1000+1000; FREE A 1000+1000; FREE A 1000+1000", "double-free-coherent" },
	{ "never", A "FREE A 1000+1000", "unmap-wrong-address" },
	{ "size", A "ALLOC A 1000+1000; FREE A 1000+800; UNBIND A", "unmap-wrong-size" },
	{ "CPU address", A "ALLOC A 1000+1000; FREE A 1000+1000 obj=x; UNBIND A",
	  "unmap-wrong-address" },
	{ "kind", A "ALLOC A 1000+1000 arg=1; FREE A 1000+1000; UNBIND A", "unmap-wrong-function" },
	{ "streaming freed as coherent", A "MAP A 1000+1000 to; FREE A 1000+1000; UNBIND A",
	  "unmap-wrong-function" },
	{ "in a softirq", A "ALLOC A 1000+1000; @level=1 FREE A 1000+1000; @level=0", "" },
	{ "with a spinlock held", A "ALLOC A 1000+1000; FREE A 1000+1000 flags=2", "" },
	{ "remapped, in a softirq", A "ALLOC A 1000+1000 phys=0; @level=1 FREE A 1000+1000; @level=0",
	  "coherent-free-atomic" },
	{ "remapped, with a spinlock held", A "ALLOC A 1000+1000 phys=0; FREE A 1000+1000 flags=2",
	  "coherent-free-atomic" },
	{ "remapped, in a task", A "ALLOC A 1000+1000 phys=0; FREE A 1000+1000", "" },
	{ "interrupts off", A "ALLOC A 1000+1000; FREE A 1000+1000 flags=1", "coherent-free-atomic" },
	{ "in an interrupt", A "ALLOC A 1000+1000; @level=2 FREE A 1000+1000",
	  "coherent-free-atomic" },
	{ "a pool in an interrupt", A "ALLOC A 1000+40 arg=2 obj=p; @level=2 FREE A 1000+40 arg=2 obj=p",
	  "" },
	{ "a pool's block and its memory have one address",
	  A "ALLOC A 1000+1000; ALLOC A 1000+40 arg=2 obj=p; FREE A 1000+40 arg=2 obj=p;"
	    "POOLDESTROY A p; FREE A 1000+1000; UNBIND A", "" },
	{ "another pool", A "ALLOC A 1000+40 arg=2 obj=p; FREE A 1000+40 arg=2 obj=q",
	  "unmap-wrong-function" },
	{ "a pool destroyed in use", A "ALLOC A 1000+40 arg=2 obj=p; POOLDESTROY A p", "leak" },
	{ "a block twice", A "ALLOC A 1000+40 arg=2 obj=p; FREE A 1000+40 arg=2 obj=p;"
	  "FREE A 1000+40 arg=2 obj=p", "double-free-coherent" },
	{ "beyond the coherent mask of its own ops",
	  "DEV A softdma ownops dma=ffffffff; ALLOC A 100000000+1000", "dma-mask" },
};

static const struct trace_case memory[] = {
	{ "stack", A "MAP A 1000+100 to flags=4", "stack-memory" },
	{ "freed while mapped", A "MAP A 1000+100 to; MFREE 1000+1", "free-while-mapped" },
	{ "a page freed under a mapping", A "MAP A 1800+100 from; MFREE 1000+1000 arg=1;"
	  "MFREE 1000+1000 arg=1", "free-while-mapped" },
	{ "freed after the unmap", A "MAP A 1000+100 to; UNMAP A 1000+100 to; MFREE 1000+1", "" },
	{ "another object of the slab", A "MAP A 1000+100 to; MFREE 1100+1; MFREE f80+1", "" },
	{ "no mask", "DEV A softdma nomask; MAP A 1000+100 to dma=-1 flags=20", "dma-mask" },
	{ "beyond the mask of its own ops", "DEV A softdma ownops phys=ffffffff;"
	  "MAP A 1000+100 to dma=ffffffc0", "dma-mask" },
	{ "just below", "DEV A softdma ownops phys=ffffffff; MAP A 1000+40 to dma=ffffffc0", "" },
	{ "dma-direct would have refused", "DEV A softdma phys=ffffffff; MAP A 1000+100 to dma=ffffffc0",
	  "" },
	{ "a failed map for another reason", A "MAP A 1000+100 to dma=-1 flags=20", "" },
	{ "a cache line shared", "DEV A eth noncoherent; MAP A 1000+20 from; MAP A 1020+20 from",
	  "cacheline-shared" },
	{ "a line shared for reading", "DEV A eth noncoherent; MAP A 1000+20 to; MAP A 1020+20 to", "" },
	{ "a line shared by coherent devices", A "MAP A 1000+20 from; MAP A 1020+20 from", "" },
	{ "the next line", "DEV A eth noncoherent; MAP A 1000+40 from; MAP A 1040+20 from", "" },
	{ "a line of one list", "DEV A eth noncoherent; SG A l from 1000+20,1020+20", "" },
	{ "a line, bounced", "DEV A eth noncoherent; MAP A 1000+20 from; MAP A 1020+20 from dma=99000",
	  "" },
};

#define TABLE(t) \
static void test_##t(void **state) \
{ \
	(void)state; \
	assert_int_equal(trace_cases(t, NR(t)), 0); \
}

TABLE(overlaps)
TABLE(ownership)
TABLE(staying)
TABLE(iova)
TABLE(attributes)
TABLE(unmaps)
TABLE(lists)
TABLE(syncs)
TABLE(allocs)
TABLE(memory)

static const struct trace_case late[] = {
	{ "unmap of what was mapped before", "DEV A nic seen; UNMAP A 1000+1000 to", "" },
	{ "sync", "DEV A nic seen; CPU A 1000+1000 from", "" },
	{ "sg", "DEV A nic seen; UNSG A l 3 to 1000", "" },
	{ "free", "DEV A nic seen; FREE A 1000+1000", "" },
	{ "another device has the same address",
	  "DEV A nic seen; DEV B disk seen; MAP B 1000+1000 to; UNMAP A 1000+1000 to", "" },
	{ "a reading mapping from before, another size",
	  "DEV A nic seen; MAP A 1000+1000 to; UNMAP A 1000+800 to", "" },
	{ "a reading mapping from before, unmapped second",
	  "DEV A nic seen; MAP A 1000+1000 to; UNMAP A 1000+1000 to; UNMAP A 1000+1000 to", "" },
	{ "a writing one proves it", "DEV A nic seen; MAP A 1000+1000 from; UNMAP A 1000+800 from",
	  "unmap-wrong-size" },
	{ "a leak is a leak", "DEV A nic seen; MAP A 1000+1000 to; UNBIND A", "leak" },
	{ "mapped anew elsewhere: the old one has gone unseen",
	  A "MAP A 1000+1000 from dma=90000; MAP A 5000+1000 from dma=90000;"
	    "MAP A 1000+1000 from dma=a0000", "" },
};

TABLE(late)

static const struct trace_case losses[] = {
	{ "an unmap may be missing", AB "MAP A 1000+1000 from; @gap=1; MAP B 1000+1000 to", "" },
	{ "an unmap may be missing, told by the observer",
	  AB "MAP A 1000+1000 from; LOST 3; MAP B 1000+1000 to", "" },
	{ "an unmap may be missing, the same is mapped again, and one of the two ends",
	  AB "MAP A 1000+1000 to; @gap=1; MAP A 1000+1000 to; UNMAP A 1000+1000 to;"
	     "MAP B 1000+1000 from; UNMAP A 1000+1000 to", "" },
	{ "and after that it is sure again",
	  AB "MAP A 1000+1000 to; @gap=1; MAP A 1000+1000 to; UNMAP A 1000+1000 to;"
	     "MAP A 1000+1000 to; MAP B 1000+1000 from", "overlap-direction" },
	{ "a map may be missing", A "@gap=1; UNMAP A 1000+1000 to", "" },
	{ "a map of another size may be missing", A "MAP A 1000+1000 from; @gap=1; UNMAP A 1000+800 from",
	  "" },
	{ "a free of memory that may be unmapped", A "MAP A 1000+100 to; @gap=1; MFREE 1000+1", "" },
	{ "no leak", A "MAP A 1000+100 to; @gap=1; UNBIND A", "" },
	{ "no double unmap", A "MAP A 1000+100 to; UNMAP A 1000+100 to; @gap=1; UNMAP A 1000+100 to", "" },
	{ "found before it stays", AB "MAP A 1000+1000 from; MAP B 1000+1000 to; @gap=5; UNBIND A",
	  "early-map" },
	{ "what came since counts", AB "@gap=5; MAP A 1000+1000 from; MAP B 1000+1000 to", "early-map" },
	{ "a new driver is known again", A "@gap=5; DEV A softdma; UNMAP A 1000+10 to",
	  "unmap-wrong-address" },
	{ "a remap", A "SG A l from 1000+200; @gap=1; SG A l from 1000+200", "" },
	{ "entries of a list", A "SG A l to 1000+200,2000+200 len=4; UNSG A l 4 to 1000; UNBIND A", "" },
};

TABLE(losses)

static char *with_map(const char *text)
{
	struct trace t;
	char *classes;

	trace_begin(&t, NULL);
	judge_range(t.j, JUDGE_RAM, 0x1000, 0xfffff);
	judge_range(t.j, JUDGE_KERNEL_CODE, 0x10000, 0x1ffff);
	judge_range(t.j, JUDGE_KERNEL_RODATA, 0x30000, 0x3ffff);
	judge_range(t.j, JUDGE_ADDRESSES, 0, 0xffffff);
	judge_mapping_errors(t.j, true);
	trace_play(&t, text);
	classes = trace_classes(t.j);
	judge_free(t.j);
	return classes;
}

static void test_memory_map(void **state)
{
	static const struct trace_case cases[] = {
		{ "code", A "MAP A 1fff0+100 to", "bad-memory" },
		{ "rodata", A "SG A l to 30000+10", "bad-memory" },
		{ "between", A "MAP A 20000+1000 to", "" },
		{ "a list of vmalloc memory", A "SG A l to 42b8806c3908+100", "bad-memory" },
		{ "a page beyond the end", A "MAP A fff000+1001 from", "bad-memory" },
		{ "the last page; no RAM, but a device may be there", A "SG A l from fff000+1000", "" },
		{ "a resource is none of it", A "MAP A 1000000+10 to resource", "" },
		{ "resource in RAM", A "MAP A 5000+10 to resource", "mmio-mismatch" },
		{ "resource outside", A "MAP A 500000+10 to resource", "" },
		{ "not asked", A "MAP A 5000+10 to; UNMAP A 5000+10 to", "unchecked-mapping-error" },
		{ "asked", A "MAP A 5000+10 to; MAPERR A 5000; UNMAP A 5000+10 to", "" },
		{ "a list needs no question", A "SG A l to 5000+10; UNSG A l 1 to 5000", "" },
	};

	(void)state;
	for (size_t i = 0; i < NR(cases); i++) {
		char *got = with_map(cases[i].text);

		if (strcmp(got, cases[i].classes))
			print_message("%s\n", cases[i].name);
		assert_string_equal(got, cases[i].classes);
		free(got);
	}
}

/* Catches: ranges of memory beyond the 128th that are dropped silently. */
static void test_many_ranges(void **state)
{
	struct trace t;

	(void)state;
	trace_begin(&t, NULL);
	for (uint64_t i = 0; i < JUDGE_MAX_RANGES; i++)
		assert_int_equal(judge_range(t.j, JUDGE_RAM, i << 20, (i << 20) + 0xfff), 0);
	assert_int_equal(judge_range(t.j, JUDGE_RAM, 1ull << 40, 2ull << 40), -ENOSPC);
	trace_play(&t, A "MAP A 12c00000+10 to resource");
	assert_string_equal(judge_finding(t.j, 0)->class->name, "mmio-mismatch");
	judge_free(t.j);
}

static void name_device(struct trace *t, const char *key, const char *name)
{
	struct obs_event e = { .type = OBS_DEVICE, .dev = trace_value(key) };

	snprintf(e.name, sizeof(e.name), "%s", name);
	trace_emit(t, &e);
	e = (struct obs_event){ .type = OBS_BIND, .dev = e.dev };
	trace_emit(t, &e);
}

/* Catches: names of devices without a driver that share two buffers, so that a third breaks one. */
static void test_three_names(void **state)
{
	const char *one, *two, *three;
	struct trace t;

	(void)state;
	trace_begin(&t, NULL);
	name_device(&t, "A", "one.0");
	name_device(&t, "B", "two.17.3");
	name_device(&t, "C", "three");
	one = dev_kind(dev_get(t.j, trace_value("A")));
	two = dev_kind(dev_get(t.j, trace_value("B")));
	three = dev_kind(dev_get(t.j, trace_value("C")));
	assert_string_equal(one, "one.N");
	assert_string_equal(two, "two.N.N");
	assert_string_equal(three, "three");
	assert_string_equal(dev_kind(dev_get(t.j, trace_value("D"))), "a device");
	judge_free(t.j);
}

/* A finding names its parties; verdicts match expectations by them. */
static void test_subjects(void **state)
{
	const struct finding_subject *s;
	const struct finding *f;
	struct trace t;

	(void)state;
	trace_begin(&t, NULL);
	trace_play(&t, AB "MAP A 1000+1000 from dma=91000; MAP B 1800+10 to dma=1800;"
			  "UNMAP B 1800+10 to; MAP B 1800+10 to dma=1800");
	assert_int_equal(judge_subjects(t.j), 1);
	s = judge_subject(t.j, 0);
	assert_string_equal(s->class->name, "early-map");
	assert_int_equal(s->map.kind, SUBJECT_MAP);
	assert_string_equal(s->map.device, "talitos.B");
	assert_int_equal(s->map.dma, 0x1800);
	assert_int_equal(s->map.len, 0x10);
	assert_string_equal(s->other.device, "softdma.A");
	assert_int_equal(s->other.dma, 0x91000);
	assert_int_equal(s->tx.kind, SUBJECT_NONE);
	assert_int_equal(s->count, 2);
	f = judge_finding(t.j, 0);
	assert_string_equal(f->what, "talitos maps page TO_DEVICE that softdma still writes");
	assert_int_equal(f->map.phys, 0x1800);
	assert_int_equal(f->other.dir, 2);
	judge_free(t.j);
}

/* Catches: a sync that is too long and is told of the mapping behind the one in which it begins. */
static void test_sync_beyond(void **state)
{
	struct trace t;

	(void)state;
	trace_begin(&t, NULL);
	trace_play(&t, A "MAP A 1000+1000 to; MAP A 2000+1000 to; CPU A 1000+2000 to");
	assert_int_equal(judge_subjects(t.j), 1);
	assert_string_equal(judge_subject(t.j, 0)->class->name, "sync-out-of-range");
	assert_int_equal(judge_subject(t.j, 0)->map.dma, 0x1000);
	judge_free(t.j);
}

static void test_bounds(void **state)
{
	const struct judge_options few = { .max_findings = 2, .max_subjects = 3 };
	struct trace t;
	char line[64];

	(void)state;
	trace_begin(&t, &few);
	trace_play(&t, A);
	for (int i = 0; i < 10; i++) {
		snprintf(line, sizeof(line), "UNMAP A %x000+10 to", i + 1);
		trace_play(&t, line);
	}
	assert_int_equal(judge_findings(t.j), 2);
	assert_int_equal(judge_subjects(t.j), 0 + 1);	/* no mapping: one subject */
	assert_int_equal(judge_counters(t.j)->findings_dropped, 8);
	assert_int_equal(judge_counters(t.j)->occurrences, 10);
	judge_free(t.j);
}

/* Memory depends on the number of live mappings, not of events. */
static void test_counters(void **state)
{
	struct trace t;

	(void)state;
	trace_begin(&t, NULL);
	trace_play(&t, A);
	for (int i = 0; i < 50000; i++) {
		char line[64];

		snprintf(line, sizeof(line), "MAP A %x000+10 to;UNMAP A %x000+10 to", i, i);
		trace_play(&t, line);
	}
	assert_int_equal(judge_counters(t.j)->peak, 1);
	assert_int_equal(judge_counters(t.j)->live, 0);
	assert_int_equal(judge_counters(t.j)->maps, 50000);
	assert_int_equal(judge_findings(t.j), 0);
	judge_free(t.j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overlaps), cmocka_unit_test(test_ownership),
		cmocka_unit_test(test_staying), cmocka_unit_test(test_iova),
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_unmaps), cmocka_unit_test(test_lists),
		cmocka_unit_test(test_syncs), cmocka_unit_test(test_allocs),
		cmocka_unit_test(test_memory), cmocka_unit_test(test_late),
		cmocka_unit_test(test_losses), cmocka_unit_test(test_memory_map),
		cmocka_unit_test(test_subjects), cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_sync_beyond),
		cmocka_unit_test(test_counters), cmocka_unit_test(test_many_ranges),
		cmocka_unit_test(test_three_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
