#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests dmatorture distill: the scenario of what a recording has around a finding.

load common

REC=$BATS_TEST_DIRNAME/../fixtures/recordings/legacy.bin

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p d
}

# Catches: a scenario without the other device's mapping, or with calls in another order.
@test "distill: the first finding's mappings, and those that share its memory, and nothing else" {
	"$D" distill "$REC" > d/early-map.dma
	"$D" predict -S d d/early-map.dma | tee predicted
	[ "$(grep -c 'must   early-map' predicted)" -eq 4 ]
	[ "$(grep -c '    map ' d/early-map.dma)" -eq 2 ]
	! grep -q prep d/early-map.dma
	grep -qx 'expect early-map' d/early-map.dma
}

# Catches: what was done in a callback written behind it; a submit there that is lost.
@test "distill: what was done in a callback is in it" {
	"$D" distill --class foreign-submit --as x/foreign "$REC" > d/foreign.dma
	grep -qx 'scenario x/foreign' d/foreign.dma
	sed -n '/on_complete t0 {/,/}/p' d/foreign.dma | grep -qx '        submit t1'
	"$D" predict -S d d/foreign.dma | tee predicted
	[ "$(grep -c 'must   foreign-submit' predicted)" -eq 4 ]
	n=$("$D" judge --class foreign-submit "$REC" | sed -n 's/.*event \([0-9]*\):$/\1/p')
	"$D" distill --around "$n" --as x/foreign "$REC" | cmp - d/foreign.dma
}

@test "distill: what is wrong on the command line, and a recording that is cut or damaged" {
	run "$D" distill --around 100000 "$REC"
	[ "$status" -eq 2 ]
	says "no finding from event 100000 on; \`dmatorture judge\` lists them"
	run "$D" distill --class leak "$REC"
	[ "$status" -eq 2 ]
	says "no finding of leak"
	run "$D" distill --class early-mop "$REC"
	[ "$status" -eq 2 ]
	says "did you mean 'early-map'?"
	run "$D" distill nowhere.bin
	[ "$status" -eq 2 ]
	head -c $(($(stat -c %s "$REC") - 10)) "$REC" > cut.bin
	run "$D" distill cut.bin
	[ "$status" -eq 3 ]
	says "expect early-map"
	says "incomplete"
	head -c 100 /dev/urandom > noise.bin
	run "$D" distill noise.bin
	[ "$status" -eq 3 ]
	mkfifo pipe
	cat "$REC" > pipe &
	run "$D" distill pipe
	[ "$status" -eq 2 ]
	says "it is read twice, so it must be a file"
}

# Catches: a scenario that reads well and shows something else.
# bats test_tags=full
@test "distill: in a guest, the scenarios show the class of the finding" {
	"$D" distill "$REC" > d/early-map.dma
	"$D" distill --class foreign-submit "$REC" > d/foreign.dma
	run "$D" run --results r d/early-map.dma d/foreign.dma
	echo "$output"
	[ "$status" -eq 0 ]
}
