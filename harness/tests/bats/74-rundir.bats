#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests run directories: what a run leaves, and the memory that it needs; no real guests.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	R=$BATS_TEST_TMPDIR/results
	export DMATORTURE_SCENARIOS=$BATS_TEST_TMPDIR/scenarios FAKE=$TOP/build/fakeguest
	export REC=$TOP/harness/tests/fixtures/recordings/legacy.bin
}

# many CELLS [LINE]...: the scenario g/many with so many cells (10, 20, ... 10240), and these lines.
many() {
	local n=$1
	shift
	mkdir -p scenarios/g
	cat > scenarios/g/many.dma <<-X
		scenario g/many
		    "many cells"
		param a = $(seq -f %gus -s ' ' 1 $((n > 2560 ? n / 40 : n / 10)))
		param b = $(seq -f %gus -s ' ' 1 10)
		param c = $([ "$n" -gt 2560 ] && echo 4K 8K 16K 32K || echo 4K)
		repeat 10
		worlds coherent
		engine copy memcpy like fsl-dma
		buffer x \$c random
		thread {
		    map m = copy x TO_DEVICE
		    delay \$a
		    delay \$b
		    unmap m
		}
		$(printf '%s\n' "$@")
	X
}

# Fakes guests that send the same recording for each of N cells.
recorded_guests() {
	export N=$1
	fake_qemu <<< '"$FAKE" "$CHANNEL" 10 10000 0 $N "$REC"'
}

# This runs the program without sanitizers, which need much memory themselves.
@test "1000 cells with their events in 100 MB of address space: no judge is kept" {
	many 1000 "allow early-map" "allow foreign-submit"
	recorded_guests 1000
	"$D" run --dry-run g/ > cells
	[ "$(wc -l < cells)" -eq 1000 ]
	"$TOP/harness/kernels/build-modules" debian:6.12 "$TOP/build"
	(ulimit -v 100000; "$TOP/build/dmatorture" run --results "$R" g/ > said)
	grep -q '^1000 cells: 1000 pass' said
}

@test "failures: each has its own events, and the report that these give" {
	many 20
	recorded_guests 20
	run "$D" run --results "$R" g/
	[ "$status" -eq 1 ]
	d=$(run_dir)
	[ "$(ls "$d/failures" | wc -l)" -eq 20 ]
	for f in "$d"/failures/*; do
		cmp -i 24 "$f/events.bin" "$REC"
		grep -q 'early-map: softdma maps page TO_DEVICE' "$f/report.txt"
		[ "$(jq -r .boot "$f/failure.json")" = coherent-0 ]
	done
}

# Catches: a page that is not there at the end of a run, that needs the failures, or that tells each
# of many equal failures.
@test "the page: it is there at the end of a run, and without the failures' files too" {
	many 20
	recorded_guests 20
	run "$D" run --results "$R" g/
	d=$(run_dir)
	says "page:    $d/report/report.html"
	page() { grep -qF -- "$1" "$d/report/report.html" || { echo "not on the page: $1"; return 1; }; }
	page '<b class="fail">fail</b>: of 20 cells 20 did not come out as expected.'
	page 'fail: g/many a=1us b=1us c=4K @coherent and 19 more cells'
	page 'The rule that was broken:</b> memory is mapped for a device to read'
	page "dmatorture repro $d/failures/g+many,a=1us,b=1us,c=4K@coherent"
	[ "$(grep -cE '<script|src=|@import|href=' "$d/report/report.html")" -eq 0 ]
	rm -r "$d/failures" "$d/report"
	run "$D" report "$d"
	[ "$status" -eq 0 ]
	says "$d/report/report.html"
	page 'g+many,a=1us,b=1us,c=4K@coherent is missing'
	page 'The rule that was broken:</b> early-map'
	echo '{}' > "$d/result.json"
	run "$D" report "$d"
	[ "$status" -eq 3 ]
	says "no dmatorture-result-1"
}

@test "failures: a channel that is gone is said, and so is a file that cannot be written" {
	many 10
	export N=10
	fake_qemu <<-'X'
		"$FAKE" "$CHANNEL" 10 10000 0 $N "$REC"
		sleep 1
		rm "$CHANNEL"
	X
	run "$D" run --results "$R" g/
	[ "$status" -eq 1 ]
	says "cannot read $(run_dir)/boots/coherent-0/channel.bin: No such file or directory"
	says "g/many a=1us b=10us c=4K @coherent: the channel of guest coherent-0 does not have its events"
	! [ -e "$(run_dir)"/failures/*b=10us*/events.bin ]

	fake_qemu <<-'X'
		"$FAKE" "$CHANNEL" 10 10000 0 $N "$REC"
		d=${CHANNEL%/boots/*}/failures
		for n in $(seq 10); do mkdir -p "$d/g+many,a=1us,b=${n}us,c=4K@coherent/events.bin"; done
	X
	run "$D" run --results "$R" g/
	[ "$status" -eq 1 ]
	says "cannot keep $(run_dir)/failures/g+many,a=1us,b=1us,c=4K@coherent/events.bin: Is a directory"
}

@test "suite: a directory that is not its own is refused, and nothing in it is touched" {
	mkdir -p mine/runs
	echo dear > mine/runs/thesis
	for dir in mine mine/runs/thesis; do
		run "$TOP/harness/host/suite" true "$dir" debian:6.12
		[ "$status" -eq 2 ]
	done
	says "mine/runs/thesis: no directory"
	[ "$(cat mine/runs/thesis)" = dear ]
	[ "$(ls mine)" = runs ]
	# A DIR of suite is used again; if the plan has changed, its old runs are removed.
	cat > fake <<-'X'
		#!/bin/bash
		echo "$*" >> calls
		[ "$1" = plan ] && cat plan
		[ "$1" = run ] && mkdir -p own/runs/2-run
		exit 0
	X
	chmod +x fake
	echo one > plan
	"$TOP/harness/host/suite" ./fake own debian:6.12
	touch own/runs/2-run/kept
	"$TOP/harness/host/suite" ./fake own debian:6.12
	[ -e own/runs/2-run/kept ]
	[ "$(grep -c '^run' calls)" -eq 1 ]
	echo two > plan
	"$TOP/harness/host/suite" ./fake own debian:6.12
	! [ -e own/runs/2-run/kept ]
	[ "$(grep -c '^run' calls)" -eq 2 ]
}

# A failed run of ten cells; $d is its directory, $f its first failure.
failed_run() {
	many 10
	recorded_guests 10
	run "$D" run --results "$R" g/
	[ "$status" -eq 1 ]
	d=$(run_dir)
	f="$d/failures/g+many,a=1us,b=1us,c=4K@coherent"
}

@test "repro: Ctrl-C leaves nothing behind, and says neither identical nor different" {
	failed_run
	fake_qemu <<< 'touch '"$BATS_TEST_TMPDIR/hangs"'; exec sleep 600'
	for signal in INT TERM HUP; do
		rm -f hangs
		"$D" repro "$f" > said 2>&1 &
		pid=$!
		for _ in $(seq 600); do [ -e hangs ] && break; sleep .1; done
		kill -$signal $pid
		rc=0; wait $pid || rc=$?
		[ "$rc" -eq 3 ]
		grep -q interrupted said
		! grep -qE '^(identical|different)' said
		[ -z "$(find "$d" -name 'repro.??????')" ]
	done
	recorded_guests 10
	run "$D" repro "$f"
	[ "$status" -eq 0 ]
	says identical
	[ -z "$(find "$d" -name 'repro.??????')" ]
}

@test "repro: a failure.json whose guest is no name is refused" {
	failed_run
	mkdir -p outside
	cp "$d"/boots/coherent-0/{plan,channel}.bin outside
	cp "$f/failure.json" x
	for boot in ../../../outside .. . '' /etc 'coherent-0/../coherent-0' $'a\nb'; do
		jq --arg boot "$boot" '.boot = $boot' x > "$f/failure.json"
		run "$D" repro "$f"
		[ "$status" -eq 2 ]
		says "failure.json: no failure.json of ours"
	done
}
