#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the engine personality raid as a channel of the kernel's own async_tx.

load common

raid() { # KERNEL WORLD COMMAND...
	local k=$1 w=$2 m args=()
	shift 2
	for m in async_memcpy async_xor async_pq async_raid6_recov; do args+=(--module $m); done
	for m in "$@"; do args+=(--exec "/raid $m"); done
	run "$TOP/build/guestrun" --kernel "$k" --world "$w" --dir "$BATS_TEST_TMPDIR/g" --observer off \
		--file "$TOP/build/guest/raid:raid" \
		--file "$TOP/build/modules-${k/:/-}/asynctx.ko:asynctx.ko" "${args[@]}"
	echo "$output"
}

@test "async_tx on 6.12: every operation on the engine is right; overlapping chains are not, in strict" {
	raid debian:6.12 coherent direct strict
	[ "$status" -eq 0 ]
	says "raid direct: all as expected"
	says "raid strict: all as expected"
}

@test "async_tx on 6.12, swiotlb=force: overlapping chains write wrong parity, split ones do not" {
	raid debian:6.12 bounce "direct bounces"
	[ "$status" -eq 0 ]
	says "raid direct: all as expected"
}

# bats test_tags=full
@test "async_tx on 6.1, coherent, strict and swiotlb=force" {
	[[ ${KERNELS-debian:6.1} == *debian:6.1* ]] || skip "no debian:6.1 in KERNELS"
	raid debian:6.1 coherent direct strict faults
	[ "$status" -eq 0 ]
	raid debian:6.1 bounce "direct bounces"
	[ "$status" -eq 0 ]
}

@test "async_tx and an engine that fails: wrong data that no one is told of" {
	raid debian:6.12 coherent faults
	[ "$status" -eq 0 ]
	says "raid faults: all as expected"
}

@test "async_memcpy writes with the CPU what it mapped, when the engine has no descriptor" {
	raid debian:6.12 bounce "one direct fault_refuse=3,100,0,-1 : order=rcw split=1 expect_wrong=-2"
	[ "$status" -eq 0 ]
}

@test "async_tx and a lost completion at the end of a chain: it never ends" {
	raid debian:6.12 coherent "one direct fault_drop=1,100,0,-1 : order=rcw timeout_ms=200 count=4 expect_timeouts=4"
	[ "$status" -eq 0 ]
}

@test "async_tx panics when what it waits for fails, or does not come" {
	raid debian:6.12 coherent "one direct fault_error=3,100,0,-1 : order=rcw split=1"
	says "panic: Kernel panic - not syncing: async_tx_quiesce: DMA error waiting for transaction"
	raid debian:6.12 coherent "one direct fault_drop=3,100,0,-1 : order=rcw split=1"
	says "panic: Kernel panic - not syncing: async_tx_quiesce: DMA error waiting for transaction"
}

# bats test_tags=full
@test "async_tx waits without letting go of the CPU: completions in a thread do not come" {
	raid debian:6.12 coherent "one direct completion=threaded : order=rcw"
	[ "$status" -eq 0 ]
	raid debian:6.12 coherent "one direct completion=threaded : order=rcw split=1"
	says "panic: Kernel panic - not syncing: async_tx_quiesce: DMA error waiting for transaction"
}

# bats test_tags=full
@test "async_tx asks an engine that refuses, or is gone, for ever" {
	raid debian:6.12 coherent "one direct fault_refuse=1,100,0,-1 : order=rcw"
	says "hang: BUG: soft lockup"
	raid debian:6.12 coherent "one direct fault_vanish=6,100,0,1 : order=pq"
	says "hang: BUG: soft lockup"
}
