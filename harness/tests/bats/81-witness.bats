#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the kernel's own witnesses: each reports a planted defect, and all of them are silent when
# nothing is wrong. make check uses `witness`, a small kernel in which all of them run; make
# check-full (tag full) also uses debug and kasan, which are more complete kernels.

load common

setup() { SETUP=$TOP/harness/kernels/kernel-setup; }

profile() { "$SETUP" --check "$1" >/dev/null 2>&1 || skip "$1 is not built: make $1-kernel"; }

# At its end a guest looks twice for leaks, in all memory that was ever allocated. An eighth of the
# memory of a guest with KASAN is KASAN's, and all of that is read: make check gives it little.
# run_on KERNEL ARGUMENTS...; BOOT has more words for the boot line.
run_on() {
	local kernel=$1 boot=${BOOT-}
	shift
	profile "$kernel"
	[ "$kernel" != witness ] || boot+=$(in_full " mem=384M" "")
	run "$D" run --kernel "$kernel" --results "$BATS_TEST_TMPDIR/r" ${boot:+--append "$boot"} "$@"
	echo "$output"
	dir=$(run_dir)
}

# --- nothing is wrong ------------------------------------------------------------------

orders_are_quiet() { # KERNEL SELECTION...
	run_on "$@"
	[ "$status" -eq 0 ]
	"$TOP/harness/tests/check-schema" "$TOP/harness/tests/result.schema.json" "$dir/result.json"
	jq -e 'all(.cells[] | select(.boot); .witnesses["dma-debug"].ran and .witnesses.lockdep.ran and
		.witnesses["dma-debug"].reports == 0)' "$dir/result.json"
	jq -e 'all(.boots[]; .kmemleak.ran and (.kmemleak.titles | length == 0))' "$dir/result.json"
}

# In make check one size of the three.
@test "witness: the orders, all witnesses awake and silent" {
	local o orders=()
	for o in legacy split; do
		sed "$(in_full "s/^param size .*/param size = 4K/" "")" "$TOP/scenarios/order/$o.dma" > "$BATS_TEST_TMPDIR/$o.dma"
		orders+=("$BATS_TEST_TMPDIR/$o.dma")
	done
	orders_are_quiet witness --world coherent "${orders[@]}" $(in_full "" order/shared)
}

# make check-debug runs all of order/ in all worlds.
# bats test_tags=full
@test "debug: the orders, all witnesses awake and silent" {
	orders_are_quiet debug --world coherent,strict order/legacy order/split order/shared
}

# Catches: a kernel for tests without the witnesses that the tests prove.
@test "witness: what is asked for by the tests is in the kernel that was built" {
	profile witness
	config=$("$SETUP" --check witness)/config
	for symbol in KASAN_GENERIC PROVE_LOCKING DEBUG_ATOMIC_SLEEP DEBUG_KMEMLEAK DMA_API_DEBUG \
		DMA_API_DEBUG_SG X86_IOPL_IOPERM FAILSLAB FAIL_PAGE_ALLOC DEBUG_INFO_BTF ASYNC_TX_ENABLE_CHANNEL_SWITCH; do
		grep -qx "CONFIG_$symbol=y" "$config" || { echo "no $symbol"; false; }
	done
}

# --- dma-debug ---------------------------------------------------------------------------

double_unmap() { # KERNEL WORLDS
	run_on "$1" --world "$2" violation/double-unmap violation/double-unmap-right
	[ "$status" -eq 0 ]
	jq -e 'all(.cells[] | select(.scenario == "violation/double-unmap" and .boot);
		.witnesses["dma-debug"].reports > 0 and
		any(.witnesses["dma-debug"].titles[]; .title | test("not allocated")) and
		any(.violations[]; .class == "double-unmap"))' "$dir/result.json"
}

@test "witness: what dma-debug sees is in its own name, beside the judge's" { double_unmap witness "$(in_full coherent coherent,strict)"; }
# bats test_tags=full
@test "debug: what dma-debug sees is in its own name, beside the judge's" { double_unmap debug coherent,bounce,bounce32,strict; }

unexpected() { # KERNEL
	mkdir -p "$BATS_TEST_TMPDIR/s/t"
	grep -v 'witness' "$TOP/scenarios/violation/double-unmap.dma" |
		sed 's/violation\//t\//' > "$BATS_TEST_TMPDIR/s/t/double-unmap.dma"
	run_on "$1" --world coherent --scenarios "$BATS_TEST_TMPDIR/s" t/double-unmap
	[ "$status" -eq 5 ]
	says "splat: DMA-API: softdma softdma.0: device driver tries to free DMA memory it has not allocated"
}

@test "witness: a report that nobody expects is exit 5" { unexpected witness; }
# bats test_tags=full
@test "debug: a report that nobody expects is exit 5" { unexpected debug; }

disabled() { # KERNEL
	BOOT=dma_debug=off run_on "$1" --world coherent --observer "$(in_full off on)" order/split
	[ "$status" -eq 3 ]
	says "dma-debug did not run: it has disabled itself"
}

@test "witness: dma-debug that has disabled itself makes a cell incomplete" { disabled witness; }
# bats test_tags=full
@test "debug: dma-debug that has disabled itself makes a cell incomplete" { disabled debug; }

# --- what only kernels built here have: dmatest, async_tx's channel switch ---------------

# Catches: failures of dmatest that are not read; a model that fails dmatest; channels that are not
# released (dmatest in the next cell would get none).
dmatest() { # KERNEL
	run_on "$1" --world coherent --observer "$(in_full off on)" dmatest/soft dmatest/busted-corrupt drivers/dmatest \
		drivers/busted-dmatest
	[ "$status" -eq 0 ]
	"$TOP/harness/tests/check-schema" "$TOP/harness/tests/result.schema.json" "$dir/result.json"
	jq -e '[.cells[] | select(.scenario == "drivers/dmatest") | .workload.tests |
		.wrong == 0 and .of == 80] | length == 3 and all' "$dir/result.json"
	jq -e 'all(.cells[] | select(.scenario | test("busted")); .workload.tests.wrong > 0)' "$dir/result.json"
}

@test "witness: the kernel's dmatest on the engines and on the real fsldma; what is busted it finds" { dmatest witness; }
# bats test_tags=full
@test "debug: the kernel's dmatest on the engines and on the real fsldma; what is busted it finds" { dmatest debug; }

# Catches: a bench that fails because a module is missing, or does not report that.
@test "a kernel without dmatest: its scenarios and its benchmark are left out, with the reason" {
	run "$D" run --kernel debian:6.12 --world coherent --results "$BATS_TEST_TMPDIR/r" dmatest/
	[ "$status" -eq 4 ]
	says "CONFIG_DMATEST"
	run "$D" bench --kernel debian:6.12 --world coherent --rounds 2 --icount --results "$BATS_TEST_TMPDIR/r" \
		bench/copy bench/dmatest size=4K
	echo "$output"
	[ "$status" -eq 0 ]
	says "bench/dmatest: the kernel has no CONFIG_DMATEST"
	[[ $output != *"ratio: more than 1 is faster"* ]]
}

# This measures the executor and tests no witness. It uses debug, as KASAN would slow it down.
# bats test_tags=full
@test "debug: copies of ours are no slower than dmatest's, in the same guest" {
	profile debug
	run "$D" bench --kernel debug --world coherent --rounds 3 --icount --results "$BATS_TEST_TMPDIR/r" \
		bench/copy bench/dmatest size=4K
	echo "$output"
	[ "$status" -eq 0 ]
	grep -qE '^  size=4K context=softirq @coherent +[0-9.]+ +[1-9][0-9]*\.[0-9]+ \[' <<< "$output"
}

# The setup of the mail that this project began with, with the kernel's own code.
raid5() { # KERNEL
	run_on "$1" --world bounce drivers/raid5
	[ "$status" -eq 0 ]
	jq -e '.cells[0].workload | .parity.wrong > 0 and .degraded.wrong > 0 and .fio.wrong == 0' \
		"$dir/result.json"
}

# The same chain without a disk.
@test "witness: a copy on one channel feeds an xor on another, through async_tx's channel switch" {
	run_on witness --world bounce --observer "$(in_full off on)" async_tx/switch
	[ "$status" -eq 0 ]
	jq -e '.cells[0] | .workload.parity.wrong > 0 or .data.bad > 0' "$dir/result.json"
}

# bats test_tags=full
@test "witness: RAID5 over the real fsldma and talitos, through async_tx's channel switch" { raid5 witness; }
# bats test_tags=full
@test "debug: RAID5 over the real fsldma and talitos, through async_tx's channel switch" { raid5 debug; }

# --- lockdep, sleeping in atomic context, kmemleak, KASAN ----------------------------------

planted() { # KERNEL CRASH...
	local k=$1 c cells=(crash/a-before)
	shift
	for c in "$@"; do cells+=("crash/b-$c"); done
	run_on "$k" --scenarios "$TOP/harness/tests/scenarios" --observer "$(in_full off on)" --allow-crash "${cells[@]}" crash/c-after
	[ "$status" -eq 5 ]
	[ "$(outcome_of "$dir" 'crash/a-before @coherent')" = pass ]
	[ "$(outcome_of "$dir" 'crash/c-after @coherent')" = pass ]
}

# witness_said CELL WITNESS TITLE: only this witness reported, and only this
witness_said() {
	jq -e --arg c "crash/$1 @coherent" --arg w "$2" --arg t "$3" '.cells[] | select(.id == $c) |
		.outcome == "panic" and (.splats | length == 1 and (.[0] | test($t))) and
		(.witnesses[$w].titles[0].title | test($t))' "$dir/result.json"
}

lock_order_said() {
	witness_said b-lock-order lockdep "possible circular locking dependency detected in (nest|dmt_do_crash)"
}

sleep_said() { witness_said b-sleep atomic "sleeping function called from invalid context at dmatorture/crash.c"; }

use_after_free_said() { witness_said b-use-after-free kasan "KASAN: slab-use-after-free"; }

# The leak is reported for one guest, and for no other.
leak_said() {
	says "kmemleak: 192 bytes of dmt_do_crash are unreferenced"
	jq -e 'any(.boots[]; .kmemleak.ran and (.kmemleak.titles | length == 1)) and
		any(.boots[]; .kmemleak.ran and (.kmemleak.titles | length == 0))' "$dir/result.json"
}

@test "witness: lockdep, sleeping in atomic context, KASAN, kmemleak: each sees its own, the neighbours do not suffer" {
	planted witness lock-order sleep use-after-free leak
	lock_order_said
	sleep_said
	use_after_free_said
	leak_said
}

# bats test_tags=full
@test "debug: lockdep, sleeping in atomic context, kmemleak: each sees its own, the neighbours do not suffer" {
	planted debug lock-order sleep leak
	lock_order_said
	sleep_said
	leak_said
}

# bats test_tags=full
@test "kasan: a use after free" {
	planted kasan use-after-free
	use_after_free_said
}

# --- failslab, fail_page_alloc ----------------------------------------------------------------

allocations_fail() { # KERNEL
	run_on "$1" --world strict --sweep=slab,page violation/unmap-active-right
	[ "$status" -eq 0 ]
	jq -e 'all(.cells[]; .sweep.complete and .sweep.calls > 0)' "$dir/result.json"
	jq -e 'any(.cells[]; .sweep.kind == "slab" and .sweep.calls > 20)' "$dir/result.json"
	jq -e 'all(.boots[]; .kmemleak.ran and (.kmemleak.titles | length) == 0)' "$dir/result.json"
}

@test "witness: allocations of an executor fail one by one" { allocations_fail witness; }
# bats test_tags=full
@test "debug: allocations of an executor fail one by one" { allocations_fail debug; }
