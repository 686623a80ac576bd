// SPDX-License-Identifier: GPL-2.0-only
/* Tests the classes of dmaengine: each is planted once, beside a trace that is right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "trace.h"

#define NR(a) (sizeof(a) / sizeof((a)[0]))
#define TABLE(t) \
static void test_##t(void **state) \
{ \
	(void)state; \
	assert_int_equal(trace_cases(t, NR(t)), 0); \
}

/* One engine with a channel, a source and a destination. */
#define C	"DEV A softdma; CHAN c A; GET c 1; MAP A 1000+1000 to; MAP A 2000+1000 from;"
/* The same with a destination that is a source afterwards. */
#define CB	"DEV A softdma; CHAN c A; GET c 1; MAP A 1000+1000 to; MAP A 2000+1000 bidi;"
#define COPY(t)	"PREP " t " c memcpy 2000+1000 < 1000+1000;"
#define T	C COPY("t")
#define RUN	T "SUBMIT t 2; ISSUE c;"
#define CALL(t)	"@level=1 CB " t "; CBX " t "; @level=0 ;"
#define END	"UNMAP A 1000+1000 to; UNMAP A 2000+1000 from; PUT c 1; UNBIND A"

static const struct trace_case life[] = {
	{ "right", RUN CALL("t") END, "" },
	{ "unmapped in the callback", RUN "@level=1 CB t; UNMAP A 1000+1000 to;"
	  "UNMAP A 2000+1000 from; CBX t; @level=0 PUT c 1; UNBIND A", "" },
	{ "called back before submit returns",
	  T "SUBMIT t 2 enter; ISSUE c; @cpu=1 @level=1 CB t; CBX t; @cpu=0 @level=0 ;"
	    "SUBMIT t 2 exit;" END, "" },
	{ "an engine that says what it does", RUN "START t 2; DONE t 2;" CALL("t") END, "" },
	{ "polled", T "SUBMIT t 2 nocb; ISSUE c; STATUS c 2 1 800 1; STATUS c 2 0 0 2;" END, "" },
	{ "nobody asked", T "SUBMIT t 2 nocb; ISSUE c;" END, "" },
	{ "known by the order", RUN COPY("u") "PREP v c memcpy 2000+1000 < 1000+1000;"
	  "SUBMIT u 3 nocb attrs=23; SUBMIT v 4; ISSUE c;" CALL("v") END, "" },
	{ "unmap before the callback", RUN "UNMAP A 2000+1000 from;" CALL("t")
	  "UNMAP A 1000+1000 to; PUT c 1; UNBIND A", "unmap-active" },
	{ "unmap before the engine is done",
	  T "SUBMIT t 2 nocb; ISSUE c; START t 2; UNMAP A 2000+1000 from; DONE t 2;"
	    "UNMAP A 1000+1000 to", "unmap-active" },
	{ "not issued yet, unmapped", T "SUBMIT t 2; UNMAP A 2000+1000 from; ISSUE c;" CALL("t"),
	  "unmap-active" },
	{ "coherent memory freed in use",
	  "DEV A softdma; CHAN c A; ALLOC A 2000+1000; MAP A 1000+1000 to;" COPY("t")
	  "SUBMIT t 2; ISSUE c; FREE A 2000+1000;" CALL("t"), "unmap-active" },
	{ "a callback that is not probed tells nothing",
	  T "SUBMIT t 2 flags=10; ISSUE c;" END, "" },
	{ "another reading mapping still holds the source",
	  T "MAP A 1000+1000 to; SUBMIT t 2; ISSUE c; UNMAP A 1000+1000 to;" CALL("t") END, "" },
	{ "both are unmapped", T "MAP A 1000+1000 to; SUBMIT t 2; ISSUE c; UNMAP A 1000+1000 to;"
	  "UNMAP A 1000+1000 to;" CALL("t"), "unmap-active" },
	{ "unmap data: the provider unmaps before the callback",
	  T "UDGET A ud 2; UDPUT A ud 2 attrs=2000101; SUBMIT t 2 len=ud; ISSUE c; @level=1 ;"
	    "UDPUT A ud 1 attrs=2000101; UNMAP A 1000+1000 to; UNMAP A 2000+1000 from;"
	    "CB t; CBX t; @level=0 PUT c 1; UNBIND A", "" },
	{ "written after the client was told",
	  RUN "START t 2;" CALL("t") "UNMAP A 2000+1000 from; DONE t 2; UNMAP A 1000+1000 to",
	  "use-after-unmap" },
	{ "written late, but still mapped", RUN "START t 2;" CALL("t") "DONE t 2;" END, "" },
	{ "submitted after the unmap", T "UNMAP A 2000+1000 from; SUBMIT t 2; ISSUE c;" CALL("t"),
	  "use-after-unmap" },
	{ "unmapped and mapped again before the submit",
	  T "UNMAP A 2000+1000 from; MAP A 2000+1000 from; SUBMIT t 2; ISSUE c;" CALL("t") END, "" },
	{ "prepared with what is unmapped", C "UNMAP A 2000+1000 from;" COPY("t")
	  "SUBMIT t 2; ISSUE c;" CALL("t"), "use-after-unmap" },
	{ "prepared with a part of what is unmapped, behind its first byte", C
	  "UNMAP A 2000+1000 from; PREP t c memcpy 2800+800 < 1000+800;"
	  "SUBMIT t 2; ISSUE c;" CALL("t"), "use-after-unmap" },
	{ "prepared with what was mapped for another device, and is unmapped", "DEV B softdma;" C
	  "MAP B 5000+1000 to; UNMAP B 5000+1000 to; PREP t c memcpy 2000+800 < 5800+800;"
	  "SUBMIT t 2; ISSUE c;" CALL("t") END, "use-after-unmap" },
	{ "beyond what is unmapped", C
	  "UNMAP A 2000+1000 from; PREP t c memcpy 2800+1000 < 1000+1000;", "operand-range" },
	{ "never submitted: no use", C "UNMAP A 2000+1000 from;" COPY("t"), "" },
	{ "synced while it runs", RUN "CPU A 2800+10 from;" CALL("t") END, "sync-while-active" },
	{ "another part is synced",
	  "DEV A softdma; CHAN c A; MAP A 1000+1000 to; MAP A 2000+1000 from;"
	  "PREP t c memcpy 2000+800 < 1000+800; SUBMIT t 2; ISSUE c; CPU A 2800+10 from;"
	  CALL("t") END, "" },
	{ "synced before the issue", T "SUBMIT t 2; DEVICE A 1000+1000 to; ISSUE c;" CALL("t") END, "" },
	{ "cyclic: synced while it runs", C "PREP t c cyclic 2000+1000; SUBMIT t 2; ISSUE c;"
	  CALL("t") "CPU A 2000+800 from;" CALL("t") "CPU A 2800+800 from; TERM c; SYNC c;" END, "" },
};

static const struct trace_case operands[] = {
	{ "source overlaps", "DEV A softdma; CHAN c A; MAP A 1000+2000 bidi;"
	  "PREP t c memcpy 1800+1000 < 1000+1000", "operand-overlap" },
	{ "apart in one mapping", "DEV A softdma; CHAN c A; MAP A 1000+2000 bidi;"
	  "PREP t c memcpy 2000+1000 < 1000+1000", "" },
	{ "an xor into its first source", "DEV A softdma; CHAN c A; MAP A 1000+2000 bidi;"
	  "PREP t c xor 1000+800 < 1000+800,2000+800", "" },
	{ "an xor into its second", "DEV A softdma; CHAN c A; MAP A 1000+2000 bidi;"
	  "PREP t c xor 2000+800 < 1000+800,2000+800", "operand-overlap" },
	{ "through two mappings", "DEV A softdma; CHAN c A; MAP A 1000+1000 bidi;"
	  "MAP A 5000+1000 to; MAP A 1000+1000 to dma=9000;"
	  "PREP t c xor 1000+1000 < 9000+1000,5000+1000", "overlap-one-op early-map" },
	{ "pq: Q is off, its address means nothing", "DEV A softdma; CHAN c A; MAP A 1000+3000 bidi;"
	  "PREP t c pq 1000+1000,2000+1000 < 2000+1000,3000+1000 attrs=0b", "" },
	{ "the error address", "DEV A softdma; CHAN c A; MAP A 1000+1000 to;"
	  "PREP t c memcpy ffffffffffffffff+1000 < 1000+1000", "error-address-used" },
	{ "truncated", "DEV A softdma; CHAN c A; MAP A 1000+1000 to; MAP A 2000+1000 from dma=100002000;"
	  "PREP t c memcpy 2000+1000 < 1000+1000", "truncated-address" },
	{ "of another device, dma-direct both", "DEV A copy; DEV B xor; CHAN c A; MAP B 1000+1000 bidi;"
	  "PREP t c memcpy 1800+100 < 1000+100", "" },
	{ "of another device, beyond the mask", "DEV A copy phys=0fff; DEV B xor; CHAN c A;"
	  "MAP B 1000+1000 bidi; PREP t c memcpy 1800+100 < 1000+100", "foreign-map foreign-map" },
	{ "of another device of one parent", "DEV A copy obj=p phys=0fff; DEV B xor obj=p; CHAN c A;"
	  "MAP B 1000+1000 bidi; PREP t c memcpy 1800+100 < 1000+100", "" },
	{ "of another device, its own ops", "DEV A copy ownops; DEV B xor ownops; CHAN c A;"
	  "MAP B 1000+1000 bidi; PREP t c memcpy 1800+100 < 1000+100", "foreign-map foreign-map" },
	{ "its own ops, one parent", "DEV A copy ownops obj=p; DEV B xor ownops obj=p; CHAN c A;"
	  "MAP B 1000+1000 bidi; PREP t c memcpy 1800+100 < 1000+100", "" },
	{ "of another IOMMU domain", "DEV A copy arg2=d1; DEV B xor arg2=d2; CHAN c A;"
	  "MAP B 1000+1000 to; MAP A 2000+1000 from; PREP t c memcpy 2000+100 < 1000+100",
	  "foreign-map" },
	{ "of the same IOMMU domain", "DEV A copy arg2=d1; DEV B xor arg2=d1; CHAN c A;"
	  "MAP B 1000+1000 to; MAP A 2000+1000 from; PREP t c memcpy 2000+100 < 1000+100", "" },
	{ "of a device that is not known from its start", "DEV A copy seen arg2=d1; DEV B xor arg2=d2;"
	  "CHAN c A; MAP B 1000+1000 bidi; PREP t c memcpy 1800+100 < 1000+100", "" },
	{ "too many sources", "DEV A softdma; CHAN c A len=2; MAP A 1000+9000 bidi;"
	  "PREP t c xor 1000+100 < 2000+100,3000+100,4000+100", "engine-limits" },
	{ "as many as it takes", "DEV A softdma; CHAN c A len=3; MAP A 1000+9000 bidi;"
	  "PREP t c xor 1000+100 < 2000+100,3000+100,4000+100", "" },
	{ "refused: no harm", "DEV A softdma; CHAN c A len=2; MAP A 1000+9000 bidi;"
	  "PREP t c xor 1000+100 < 2000+100,3000+100,4000+100 flags=20", "" },
	{ "a continuation takes three", "DEV A softdma; CHAN c A phys=4; MAP A 1000+9000 bidi;"
	  "PREP t c pq 1000+100,2000+100 < 3000+100,4000+100 attrs=13", "engine-limits" },
	{ "alignment", "DEV A softdma; CHAN c A attrs=3; MAP A 1000+2000 bidi;"
	  "PREP t c memcpy 1004+100 < 2000+100", "engine-limits" },
	{ "aligned", "DEV A softdma; CHAN c A attrs=3; MAP A 1000+2000 bidi;"
	  "PREP t c memcpy 1008+100 < 2000+100", "" },
	{ "continue without pq", C "PREP t c memcpy 2000+1000 < 1000+1000 attrs=13", "continue-misuse" },
	{ "both results off", "DEV A softdma; CHAN c A; MAP A 1000+9000 bidi;"
	  "PREP t c pq 1000+100,2000+100 < 3000+100 attrs=0f", "continue-misuse" },
};

#define TWO	"DEV A copy; DEV B talitos; CHAN c A; CHAN x B;" \
		"MAP A 1000+1000 to; MAP A 2000+1000 from; MAP B 5000+1000 to; MAP B 6000+1000 from;" \
		"PREP t c memcpy 2000+1000 < 1000+1000; PREP u x xor 6000+1000 < 5000+1000;"

static const struct trace_case contexts[] = {
	{ "async_tx calls back by itself, under its caller's lock",
	  RUN CALL("t") "COOKIE c 2 2; CB t flags=2; CBX t", "" },
	{ "from a static context", TWO "SUBMIT t 2; ISSUE c;" CALL("t") "SUBMIT u 2; ISSUE x;" CALL("u"),
	  "" },
	{ "submit in the other's callback", TWO "SUBMIT t 2; ISSUE c; @level=1 CB t; SUBMIT u 2; ISSUE x;"
	  "CBX t; @level=0 ;" CALL("u"), "foreign-submit" },
	{ "only the issue", TWO "SUBMIT u 2; SUBMIT t 2; ISSUE c; @level=1 CB t; ISSUE x; CBX t;"
	  "@level=0 ;" CALL("u"), "foreign-submit" },
	{ "in a dependency run", TWO "ASYNC u t; SUBMIT t 2; ISSUE c; @level=1 DEPS t; SUBMIT u 2;"
	  "ISSUE x; DEPSX t; @level=0 ;" CALL("u"), "foreign-submit" },
	{ "a dependency on the same channel", C COPY("t") COPY("u") "ASYNC u t; SUBMIT t 2 attrs=23;"
	  "ISSUE c; @level=1 DEPS t; SUBMIT u 3; ISSUE c; DEPSX t; @level=0 ;" CALL("u"), "" },
	{ "another CPU meanwhile", TWO "SUBMIT t 2; ISSUE c; @level=1 CB t; @cpu=1 @level=0 SUBMIT u 2;"
	  "ISSUE x; @cpu=0 @level=1 CBX t; @level=0 ;" CALL("u"), "" },
	{ "an interrupt in the callback is not the callback",
	  TWO "SUBMIT t 2; ISSUE c; @level=1 CB t; @level=2 SUBMIT u 2; ISSUE x; @level=1 CBX t;"
	      "@level=0 ;" CALL("u"), "" },
	{ "after a return that was missed", TWO "SUBMIT t 2; ISSUE c; @level=1 CB t; @level=0 ISSUE c;"
	  "@level=1 SUBMIT u 2; ISSUE x; @level=0 ;" CALL("u"), "" },
	{ "after a loss", TWO "SUBMIT t 2; ISSUE c; @level=1 CB t; @gap=2 SUBMIT u 2; ISSUE x; @level=0 ;"
	  CALL("u"), "" },
	{ "threaded: in the task", TWO "SUBMIT t 2; ISSUE c; @task=7 CB t; SUBMIT u 2; CBX t; @task=100 ;"
	  "ISSUE x;" CALL("u"), "foreign-submit" },
	{ "same channel, async_tx", C COPY("t") COPY("u") "SUBMIT t 2 attrs=23; ISSUE c; @level=1 CB t; ASYNC u;"
	  "SUBMIT u 3;"
	  "ISSUE c; CBX t; @level=0 ;" CALL("u"), "callback-submit" },
	{ "same channel", C COPY("t") COPY("u") "SUBMIT t 2 attrs=23; ISSUE c; @level=1 CB t; SUBMIT u 3;"
	  "ISSUE c; CBX t; @level=0 ;" CALL("u"), "" },
	{ "slaves may", C "PREP t c slave; PREP u c slave; SUBMIT t 2; ISSUE c; @level=1 CB t;"
	  "SUBMIT u 3; ISSUE c; CBX t; @level=0 ;" CALL("u"), "" },
	{ "callback in an interrupt", RUN "@level=2 CB t; CBX t; @level=0 ;" END, "callback-hardirq" },
	{ "callback locked", RUN "@level=1 CB t flags=2; CBX t; @level=0 ;" END, "callback-locked" },
	{ "dependencies locked", RUN "@level=1 DEPS t flags=2; DEPSX t; CB t; CBX t; @level=0 ;" END,
	  "dependency-locked" },
	{ "async_tx in an interrupt", T "@level=2 ASYNC t; @level=0 SUBMIT t 2; ISSUE c;" CALL("t") END,
	  "async-tx-in-irq" },
	{ "async_tx in a softirq", T "@level=1 ASYNC t; @level=0 SUBMIT t 2; ISSUE c;" CALL("t") END, "" },
	{ "polled in atomic context", RUN "WAIT t flags=2; WAIT t obj=0;" CALL("t") END, "busy-wait" },
	{ "polled in a task", RUN "WAIT t;" CALL("t") END, "" },
};

/* The case that this project began with: three orders of a chain, copy then xor. */
#define ENGINES "DEV A softdma; DEV B softdma; CHAN c A; CHAN x B;"
static const struct trace_case orders[] = {
	{ "legacy", ENGINES
	  "MAP A 1000+1000 to; MAP A 2000+1000 from; MAP B 2000+1000 to; MAP B 3000+1000 to;"
	  "MAP B 4000+1000 from; PREP t c memcpy 2000+1000 < 1000+1000;"
	  "PREP u x xor 4000+1000 < 2000+1000,3000+1000;"
	  "SUBMIT t 2; ISSUE c; START t 2; DONE t 2;"
	  "@level=1 CB t; UNMAP A 1000+1000 to; UNMAP A 2000+1000 from; SUBMIT u 2; ISSUE x; CBX t;"
	  "START u 2; DONE u 2; CB u; CBX u; @level=0 ;"
	  "UNMAP B 2000+1000 to; UNMAP B 3000+1000 to; UNMAP B 4000+1000 from;"
	  "PUT c 1; PUT x 1; UNBIND A; UNBIND B", "early-map foreign-submit" },
	{ "split", ENGINES
	  "MAP A 1000+1000 to; MAP A 2000+1000 from; PREP t c memcpy 2000+1000 < 1000+1000;"
	  "SUBMIT t 2; ISSUE c;" CALL("t") "UNMAP A 1000+1000 to; UNMAP A 2000+1000 from;"
	  "MAP B 2000+1000 to; MAP B 3000+1000 to; MAP B 4000+1000 from;"
	  "PREP u x xor 4000+1000 < 2000+1000,3000+1000; SUBMIT u 2; ISSUE x;" CALL("u")
	  "UNMAP B 2000+1000 to; UNMAP B 3000+1000 to; UNMAP B 4000+1000 from;"
	  "PUT c 1; PUT x 1; UNBIND A; UNBIND B", "" },
	{ "shared",
	  "DEV A softdma ownops obj=root; DEV B softdma ownops obj=root; CHAN c A; CHAN x B;"
	  "MAP A 1000+1000 to; MAP A 2000+1000 bidi; MAP A 3000+1000 to; MAP A 4000+1000 from;"
	  "PREP t c memcpy 2000+1000 < 1000+1000; SUBMIT t 2; ISSUE c;" CALL("t")
	  "PREP u x xor 4000+1000 < 2000+1000,3000+1000; SUBMIT u 2; ISSUE x;" CALL("u")
	  "UNMAP A 1000+1000 to; UNMAP A 2000+1000 bidi; UNMAP A 3000+1000 to;"
	  "UNMAP A 4000+1000 from; PUT c 1; PUT x 1; UNBIND A; UNBIND B", "" },
};

static const struct trace_case lifecycle[] = {
	{ "never submitted", T "PUT c 1", "prep-not-submitted" },
	{ "never submitted, its submit is not probed", C "PREP t c memcpy 2000+1000 < 1000+1000 flags=10;"
	  "PUT c 1", "" },
	{ "prepared a moment before the end", T, "" },
	{ "prepared long before the end", T "@ms=2000 ISSUE c", "prep-not-submitted" },
	{ "never issued", T "SUBMIT t 2; PUT c 1", "not-issued" },
	{ "never issued, terminated after a wait", T "SUBMIT t 2; @ms=50 TERM_ENTER c; TERM c; SYNC c; PUT c 1",
	  "not-issued" },
	{ "submitted and given up at once", T "SUBMIT t 2; TERM_ENTER c; TERM c; SYNC c; PUT c 1", "" },
	{ "issued before it was submitted", T "ISSUE c; SUBMIT t 2; PUT c 1", "not-issued" },
	{ "started before it is issued", T "SUBMIT t 2; START t 2; DONE t 2; ISSUE c;" CALL("t") END,
	  "start-before-issue" },
	{ "called back before it is issued", C COPY("s") "SUBMIT s 2; ISSUE c;" CALL("s") COPY("t")
	  "SUBMIT t 3;" CALL("t") "ISSUE c;" END, "start-before-issue" },
	{ "someone else's issue_pending is running", C COPY("t") COPY("s") "SUBMIT s 2 attrs=23;"
	  "@task=9 @cpu=1 ISSUE c; @task=100 @cpu=0 SUBMIT t 3; @task=9 @cpu=1 START s 2; DONE s 2;"
	  "START t 3; DONE t 3; @level=1 CB s; CBX s; CB t; CBX t; @level=0 @cpu=0 ISSUE c;" END, "" },
	{ "submitted again", RUN CALL("t") "SUBMIT t 3; ISSUE c;" CALL("t") END, "resubmit" },
	{ "submitted again with DMA_CTRL_REUSE", RUN CALL("t") "SUBMIT t 3 attrs=43; ISSUE c;" CALL("t")
	  END, "" },
	{ "submitted again, a prep may be unseen", "DEV A softdma; CHAN c A arg=1400;"
	  "MAP A 1000+1000 to; MAP A 2000+1000 from;" COPY("t") "SUBMIT t 2; ISSUE c;" CALL("t")
	  "SUBMIT t 3; ISSUE c;" CALL("t"), "" },
	{ "refused by the provider, submitted again", T "SUBMIT t -5 flags=20; SUBMIT t 2; ISSUE c;"
	  CALL("t") END, "" },
	{ "prepared again", RUN CALL("t") COPY("t") "SUBMIT t 3; ISSUE c;" CALL("t") END, "" },
	{ "recycled while it works", RUN "START t 2;" COPY("t"), "recycled-active" },
	{ "recycled when it is done", RUN "START t 2; DONE t 2;" COPY("t") "SUBMIT t 3; ISSUE c;"
	  CALL("t"), "" },
	{ "acked parent", TWO "ASYNC u t len=2; SUBMIT t 2; ISSUE c;" CALL("t") "SUBMIT u 2; ISSUE x;"
	  CALL("u"), "ack-before-dependency" },
	{ "two children", TWO "PREP v x xor 6000+1000 < 5000+1000; ASYNC u t; ASYNC v t",
	  "two-children" },
	{ "one after the other", TWO "ASYNC u t; SUBMIT u 2; PREP v x xor 6000+1000 < 5000+1000; ASYNC v t",
	  "" },
	{ "a child that is never submitted", TWO "ASYNC u t; SUBMIT t 2; ISSUE c;" CALL("t") "PUT x 1",
	  "dependency-lost" },
	{ "callback without the flag", "DEV A softdma; CHAN c A; MAP A 1000+1000 to; MAP A 2000+1000 from;"
	  "PREP t c memcpy 2000+1000 < 1000+1000 attrs=2; SUBMIT t 2 attrs=2; ISSUE c;",
	  "missing-interrupt-flag" },
	{ "the flag without a callback", T "SUBMIT t 2 nocb; ISSUE c", "" },
	{ "no fence", CB "MAP A 4000+1000 from;" COPY("t") "PREP u c memcpy 4000+1000 < 2000+1000;"
	  "SUBMIT t 2; SUBMIT u 3; ISSUE c;" CALL("t") CALL("u"), "missing-fence" },
	{ "a fence", CB "MAP A 4000+1000 from; PREP t c memcpy 2000+1000 < 1000+1000 attrs=23;"
	  "PREP u c memcpy 4000+1000 < 2000+1000; SUBMIT t 2; SUBMIT u 3; ISSUE c;" CALL("t")
	  CALL("u"), "" },
	{ "complete before: no fence is needed", CB "MAP A 4000+1000 from;" COPY("t") "SUBMIT t 2; ISSUE c;"
	  CALL("t") "PREP u c memcpy 4000+1000 < 2000+1000; SUBMIT u 3; ISSUE c;" CALL("u"), "" },
	{ "given to another channel in flight",
	  "DEV A softdma; CHAN c A; CHAN d A 1; MAP A 1000+1000 to; MAP A 2000+1000 from;" COPY("t")
	  "PREP u d memcpy 2000+1000 < 1000+1000; SUBMIT t 2; ISSUE c; SUBMIT u 2; ISSUE d;" CALL("t")
	  CALL("u"), "timeout-reuse" },
	{ "two channels read one source",
	  "DEV A softdma; CHAN c A; CHAN d A 1; MAP A 1000+1000 to; MAP A 2000+1000 from;" COPY("t")
	  "MAP A 4000+1000 from; PREP u d memcpy 4000+1000 < 1000+1000; SUBMIT t 2; ISSUE c;"
	  "SUBMIT u 2; ISSUE d;" CALL("t") CALL("u"), "" },
};

#define ST(cookie, st, left, done) "STATUS c " cookie " " st " " left " " done ";"
static const struct trace_case completion[] = {
	{ "completed cookie goes back", RUN ST("2", "0", "0", "2") ST("2", "1", "0", "1"), "cookie-order" },
	{ "seen from another CPU", RUN ST("2", "0", "0", "2") "@cpu=1 ;" ST("2", "1", "0", "1"), "" },
	{ "wraps around", "DEV A softdma; CHAN c A; STATUS c 7ffffffe 0 0 7ffffffe; STATUS c 1 0 0 1",
	  "" },
	{ "starts anew with the channel", RUN ST("2", "0", "0", "2") "CHANFREE c; CHANALLOC c; STATUS c 1 0 0 1",
	  "" },
	{ "no order promised", "DEV A softdma; CHAN c A arg2=1; STATUS c 3 0 0 3; STATUS c 2 0 0 2", "" },
	{ "callbacks out of order", C COPY("t") COPY("u") "SUBMIT t 2 attrs=23; SUBMIT u 3; ISSUE c;"
	  CALL("u") CALL("t"), "cookie-order" },
	{ "callbacks in order", C COPY("t") COPY("u") "SUBMIT t 2 attrs=23; SUBMIT u 3; ISSUE c;"
	  CALL("t") CALL("u"), "" },
	{ "not visible in the callback", RUN "@level=1 CB t;" ST("2", "1", "0", "1") "CBX t",
	  "completion-not-visible" },
	{ "visible", RUN "@level=1 CB t;" ST("2", "0", "0", "2") "CBX t", "" },
	{ "another cookie is in progress", C COPY("t") COPY("u") "SUBMIT t 2 attrs=23; SUBMIT u 3; ISSUE c;"
	  "@level=1 CB t;" ST("3", "1", "0", "2") "CBX t", "" },
	{ "error hidden", RUN "START t 2; DONE t 2 dma=-5; @level=1 CB t arg=0; CBX t", "error-as-success" },
	{ "error told", RUN "START t 2; DONE t 2 dma=-5; @level=1 CB t arg=2; CBX t", "" },
	{ "error hidden in the status", T "SUBMIT t 2 nocb; ISSUE c; START t 2; DONE t 2 dma=-5;"
	  ST("2", "0", "0", "2"), "error-as-success" },
	{ "residue beyond", RUN ST("2", "1", "1001", "1"), "wrong-residue" },
	{ "residue grows", RUN ST("2", "1", "800", "1") ST("2", "1", "900", "1"), "wrong-residue" },
	{ "residue of what is complete", RUN ST("2", "0", "10", "2"), "wrong-residue" },
	{ "residue shrinks", RUN ST("2", "1", "1000", "1") ST("2", "1", "0", "1") ST("2", "0", "0", "2"),
	  "" },
};

#define TERM	"TERM_ENTER c; TERM c;"
static const struct trace_case terminate[] = {
	{ "right", RUN TERM "SYNC c;" END, "" },
	{ "unmapped before synchronize", RUN TERM "UNMAP A 1000+1000 to; SYNC c;"
	  "UNMAP A 2000+1000 from; PUT c 1", "terminate-no-sync" },
	{ "no synchronize ever, the provider has one", "DEV A softdma; CHAN c A dma=5;"
	  "MAP A 1000+1000 to; MAP A 2000+1000 from;" COPY("t") "SUBMIT t 2; ISSUE c;" TERM
	  "UNMAP A 1000+1000 to;", "terminate-no-sync" },
	{ "no synchronize ever, maybe there is none", RUN TERM "UNMAP A 1000+1000 to", "" },
	{ "terminate failed", RUN "TERM_ENTER c; TERM c flags=20; SYNC c; UNMAP A 1000+1000 to",
	  "unmap-active" },
	{ "issued meanwhile", RUN TERM COPY("u") "SUBMIT u 3; ISSUE c; SYNC c;" CALL("u") END,
	  "issue-while-terminating" },
	{ "issued afterwards", RUN TERM "SYNC c;" COPY("u") "SUBMIT u 3; ISSUE c;" CALL("u") END, "" },
	{ "issued, nothing was pending", RUN TERM "ISSUE c; SYNC c;" END, "" },
	{ "a late callback, another descriptor's submit was not probed before",
	  C "PREP s c memcpy 2000+1000 < 1000+1000 flags=10;" COPY("t") "SUBMIT t 2; ISSUE c;" TERM
	  "SYNC c;" CALL("t") END, "callback-after-terminate" },
	{ "a late callback, or that of a descriptor whose submit is not probed",
	  RUN TERM "SYNC c; PREP s c memcpy 2000+1000 < 1000+1000 flags=10;" CALL("t") END, "" },
	{ "a callback that was not probed, and its channel's next life",
	  T "SUBMIT t 5 flags=10 phys=77; ISSUE c; STATUS c 5 0 0 5; CHANFREE c;"
	  COPY("u") "SUBMIT u 2 phys=77; ISSUE c; CB u phys=77; CBX u phys=77;"
	  COPY("v") "SUBMIT v 3 phys=77; ISSUE c; CB v phys=77; CBX v phys=77", "" },
	{ "a late callback", RUN TERM "SYNC c;" CALL("t") END, "callback-after-terminate" },
	{ "a callback before synchronize", RUN TERM CALL("t") "SYNC c;" END, "" },
	{ "another one has the same callback", RUN TERM "SYNC c;" COPY("u")
	  "SUBMIT u 3 phys=t; ISSUE c;" CALL("t") END, "" },
	{ "synchronized in the callback", RUN "@level=1 CB t; SYNC c", "terminate-atomic" },
	{ "synchronized with a lock held", RUN TERM "SYNC c flags=2;" END, "terminate-atomic" },
	{ "released while it works", RUN "PUT c 1", "release-active" },
	{ "released by one of two", RUN "PUT c 2 arg2=1;" CALL("t") END, "" },
	{ "released when all is done", RUN CALL("t") "PUT c 1", "" },
	{ "put without a get", "DEV A softdma; CHAN c A; GET c 1; PUT c 1; PUT c 0", "chan-ref-imbalance" },
	{ "dmaengine_put of a channel nobody holds", "DEV A softdma; CHAN c A; PUT c 0 arg2=1", "" },
	{ "a second client", "DEV A softdma; CHAN c A; GET c 1; GET c 2", "shared-private-channel" },
	{ "a public channel", "DEV A softdma; CHAN c A; GET c 1 arg2=1; GET c 2 arg2=1", "" },
	{ "unregistered in use", "DEV A softdma; CHAN c A dma=1; GET c 1; UNREG c", "unregister-busy" },
	{ "unregistered in use, as it may", "DEV A softdma; CHAN c A dma=9; GET c 1; UNREG c", "" },
	{ "unregistered in use, nobody knows", "DEV A softdma; CHAN c A; GET c 1; UNREG c", "" },
	{ "a callback of one that has gone", "DEV A softdma; CHAN c A dma=1; MAP A 1000+1000 to;"
	  "MAP A 2000+1000 from;" COPY("t") "SUBMIT t 2; ISSUE c; UNREG c;" CALL("t"),
	  "unregister-busy" },
	{ "unmap data put too often", "DEV A softdma; UDGET A ud 2; UDPUT A ud 1 attrs=2000101;"
	  "UDPUT A ud 0 attrs=2000101", "unmap-data-ref" },
	{ "unmap data never put", T "UDGET A ud 2; SUBMIT t 2 len=ud; ISSUE c;" CALL("t")
	  "UNBIND A", "unmap-data-ref unmap-data-ref" },
	{ "unmap data counts", "DEV A softdma; UDGET A ud 2; UDPUT A ud 1 attrs=2000202",
	  "unmap-data-count" },
	{ "unmap data of another pool", "DEV A softdma; UDGET A ud 2; UDPUT A ud 1 attrs=10000101",
	  "unmap-data-count" },
	{ "terminated, not unmapped", T "UDGET A ud 2; SUBMIT t 2 len=ud; ISSUE c;" TERM
	  "SYNC c; UNBIND A", "aborted-not-unmapped aborted-not-unmapped" },
	{ "terminated, unmapped by the provider", T "UDGET A ud 2; SUBMIT t 2 len=ud; ISSUE c;"
	  "TERM_ENTER c; UDPUT A ud 1 attrs=2000101; UNMAP A 1000+1000 to; UNMAP A 2000+1000 from;"
	  "TERM c; SYNC c; PUT c 1; UNBIND A", "" },
};

static const struct trace_case losses[] = {
	{ "a callback may be missing", RUN "@gap=1 ;" END, "" },
	{ "an issue", T "SUBMIT t 2; @gap=1; START t 2", "" },
	{ "a prep", RUN CALL("t") "@gap=1; SUBMIT t 3", "" },
	{ "a submit", T "@gap=1; PUT c 1", "" },
	{ "a synchronize", RUN TERM "@gap=1; UNMAP A 1000+1000 to; SYNC c", "" },
	{ "a completion out of order", RUN ST("2", "0", "0", "2") "@gap=1 ;" ST("2", "1", "0", "1"), "" },
	{ "callbacks of a function and argument used again", C COPY("t")
	  "SUBMIT t 2 phys=77; ISSUE c; @gap=1;" COPY("u") COPY("v") COPY("w") "SUBMIT u 3 phys=77; SUBMIT v 4; ISSUE c;"
	  "@level=1 CB t phys=77; CBX t phys=77; CB v; CBX v; @level=0; SUBMIT w 5 phys=77; ISSUE c;"
	  "@level=1 CB t phys=77; CBX t phys=77; @level=0;", "" },
	{ "an unmap data put", T "UDGET A ud 2; @gap=1; UDPUT A ud 1 attrs=2000202", "" },
};

TABLE(life)
TABLE(operands)
TABLE(contexts)
TABLE(orders)
TABLE(lifecycle)
TABLE(completion)
TABLE(terminate)
TABLE(losses)

static void test_subject(void **state)
{
	const struct finding_subject *s = NULL;
	const struct finding *f = NULL;
	struct trace t;

	(void)state;
	trace_begin(&t, NULL);
	trace_play(&t, orders[0].text);
	assert_int_equal(judge_findings(t.j), 2);
	for (size_t i = 0; i < 2; i++)
		if (!strcmp(judge_finding(t.j, i)->class->name, "foreign-submit"))
			f = judge_finding(t.j, i);
	assert_non_null(f);
	assert_string_equal(f->what,
			    "a xor is submitted to softdma in a callback of another channel");
	assert_true(f->in_callback);
	assert_int_equal(f->callback.cookie, 2);
	assert_string_equal(f->callback.device, "softdma.A");
	assert_true(f->tx.prep_stack > 0 && f->tx.submit_stack > 0);
	for (size_t i = 0; i < judge_subjects(t.j); i++)
		if (judge_subject(t.j, i)->tx.kind == SUBJECT_TX)
			s = judge_subject(t.j, i);
	assert_non_null(s);
	assert_string_equal(s->tx.device, "softdma.B");
	assert_int_equal(s->tx.chan_id, 0);
	assert_int_equal(s->tx.cookie, 2);
	judge_free(t.j);
}

/* The judge drops descriptors that are done, however many there are. */
static void test_bounded(void **state)
{
	struct trace t;
	char line[256];

	(void)state;
	trace_begin(&t, NULL);
	trace_play(&t, C);
	for (int i = 2; i < 40000; i++) {
		t.nr_txs = 0;
		snprintf(line, sizeof(line), "PREP t%x c memcpy 2000+1000 < 1000+1000;"
			 "SUBMIT t%x 0%x; ISSUE c; CB t%x; CBX t%x", i, i, i, i, i);
		trace_play(&t, line);
		assert_true(judge_counters(t.j)->in_flight <= 1);
	}
	assert_int_equal(judge_findings(t.j), 0);
	assert_int_equal(judge_counters(t.j)->txs, 39998);
	judge_free(t.j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life), cmocka_unit_test(test_operands),
		cmocka_unit_test(test_contexts), cmocka_unit_test(test_orders),
		cmocka_unit_test(test_lifecycle), cmocka_unit_test(test_completion),
		cmocka_unit_test(test_terminate), cmocka_unit_test(test_losses),
		cmocka_unit_test(test_subject), cmocka_unit_test(test_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
