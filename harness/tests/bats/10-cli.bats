#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the command line. Nothing boots here, except a stand-in for QEMU.

load common

setup() {
	R=$BATS_TEST_TMPDIR/results
	S=$BATS_TEST_TMPDIR/scenarios
	mkdir -p "$S/t"
}

scenario() { # NAME, body on stdin
	{ printf 'scenario t/%s\n    "a test"\n' "$1"; cat; } > "$S/t/$1.dma"
}

@test "no verb, an unknown verb: usage on stderr, exit 2" {
	run "$D"
	[ "$status" -eq 2 ]
	run "$D" frobnicate
	[ "$status" -eq 2 ]
	says "no verb 'frobnicate'"
}

@test "help and version exit 0" {
	run "$D" help
	[ "$status" -eq 0 ]
	says "repro"
	run "$D" --version
	[ "$status" -eq 0 ]
}

@test "list names every shipped scenario; all of them compile" {
	run "$D" list
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq "$(find "$TOP/scenarios" -name '*.dma' | wc -l)" ]
	says "order/legacy"
}

@test "show prints a form that is its own fixed point" {
	# Hundreds of runs: use the program without sanitizers, with which the fuzzers run these.
	for f in "$TOP"/scenarios/*/*.dma; do
		"$TOP/build/dmatorture" show "$f" > "$BATS_TEST_TMPDIR/a.dma"
		"$TOP/build/dmatorture" show "$BATS_TEST_TMPDIR/a.dma" > "$BATS_TEST_TMPDIR/b.dma"
		cmp "$BATS_TEST_TMPDIR/a.dma" "$BATS_TEST_TMPDIR/b.dma"
	done
}

# For bench, the planted defect is a slow map, in 72-bench.bats and check-ab.
@test "every group has a busted scenario" {
	for g in "$TOP"/scenarios/*/; do
		[[ $(basename "$g") =~ ^(violation|history|stripe|async_tx|bench|findings)$ ]] || ls "$g"busted-*.dma
	done
}

@test "every violation has a right twin, and expects what it is called" {
	v=$TOP/scenarios/violation
	for f in "$v"/*-right.dma; do
		# unmap-wrong-size, or unmap-wrong-size-free: another way to commit it
		name=$(basename "${f%-right.dma}")
		class=$(sed -n 's/^expect \([a-z]*-[a-z-]*\|leak\|resubmit\).*/\1/p' "${f%-right.dma}.dma" | head -n 1)
		[ -n "$class" ] && [[ $name == "$class" || $name == "$class"-* ]]
	done
	for f in "$v"/*.dma; do
		class=$(sed -n 's/^expect \([a-z]*-[a-z-]*\|leak\|resubmit\).*/\1/p' "$f" | head -n 1)
		[ -z "$class" ] || ls "$v/$class-right.dma"
	done
}

@test "a name that matches nothing is a usage error and names the nearest" {
	run "$D" run order/legcy
	[ "$status" -eq 2 ]
	says "did you mean 'order/legacy'?"
}

@test "a bad scenario: file:line:col, what would be right, exit 2, nothing run" {
	scenario bad <<-'X'
		engine copy memcpy like fsl-dma
		buffer a 4K random
		thread {
		    mapp m = copy a TO_DEVICE
		}
	X
	run "$D" run --scenarios "$S" --results "$R"
	[ "$status" -eq 2 ]
	says "bad.dma:6:5: error: 'mapp' is no step; did you mean 'map'?"
	says "nothing was run"
	[ ! -e "$R" ]
}

@test "all bad scenarios are named, not only the first" {
	scenario one <<< 'engine copy memcpy like talitos'
	scenario two <<< 'buffer a 4Q random'
	run "$D" run --scenarios "$S" --results "$R"
	[ "$status" -eq 2 ]
	says "one.dma:3:8: error: memcpy engines are like fsl-dma"
	says "two.dma"
	says "2 bad scenarios"
}

@test "a file whose name is not its scenario's is an error" {
	scenario right <<< 'engine copy memcpy like fsl-dma thread { }'
	mv "$S/t/right.dma" "$S/t/wrong.dma"
	run "$D" list --scenarios "$S"
	[ "$status" -eq 2 ]
	says "calls itself 't/right'"
}

@test "a violation that is expected of nothing there is" {
	scenario v <<< 'engine copy memcpy like fsl-dma thread { } expect early-map x'
	run "$D" list --scenarios "$S"
	[ "$status" -eq 2 ]
	says "there is no map, transaction or engine 'x'"
}

@test "--dry-run lists cells with seed and repeat, boots nothing" {
	run "$D" run --dry-run --seed 7 --repeat 3 --world strict order/split
	[ "$status" -eq 0 ]
	says "order/split size=64K sources=6 @strict seed=7 repeat=3"
	says "18 cells"
}

@test "bad options are usage errors" {
	for o in --world=mars --seed=x --jobs=0 --timeout=-1 --smp=99 --repeat=0; do
		run "$D" run --dry-run "$o"
		[ "$status" -eq 2 ]
	done
	run "$D" run --kernel ubuntu:1 --results "$R" order/split
	[ "$status" -eq 2 ]
	says "say debian:X.Y, debug, kasan, witness, debug:X.Y, tree:PATH"
}

@test "a results directory that cannot be made: exit 3, said before anything boots" {
	fake_qemu <<< 'touch "$BATS_TEST_TMPDIR/booted"'
	touch "$BATS_TEST_TMPDIR/file"
	run "$D" run --results "$BATS_TEST_TMPDIR/file/x" order/split
	[ "$status" -eq 3 ]
	says "choose another place with --results"
	[ ! -e "$BATS_TEST_TMPDIR/booted" ]
}

@test "QEMU that dies at once: incomplete, its last words, exit 3, a run directory" {
	fake_qemu <<< 'echo "could not set up host CPU" >&2; exit 1'
	run "$D" run --results "$R" --world coherent order/split
	[ "$status" -eq 3 ]
	says "could not set up host CPU"
	d=$(run_dir)
	"$TOP/harness/tests/check-schema" "$TOP/harness/tests/result.schema.json" "$d/result.json"
	[ "$(jq .outcomes.incomplete "$d/result.json")" -eq 18 ]
	grep -q '^1\.\.18$' "$d/ktap.txt"
	[ "$(grep -c '^not ok .* # ERROR ' "$d/ktap.txt")" -eq 18 ]
}

@test "garbage on the channel is never taken for a result" {
	fake_qemu <<< 'head -c 4096 /dev/zero | tr "\0" x > "$CHANNEL"; sleep 60'
	run "$D" run --results "$R" --world coherent context/terminate
	[ "$status" -eq 3 ]
	says "channel-damaged"
}

@test "a panic before the agent's first line is a panic, exit 5" {
	fake_qemu <<-'X'
		echo '[    1.0] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)' > "$CONSOLE"
		exit 1
	X
	run "$D" run --results "$R" --world coherent context/terminate
	[ "$status" -eq 5 ]
	says "Unable to mount root fs"
}

@test "Ctrl-C: exit 3, what was recorded is kept, QEMU is gone" {
	fake_qemu <<< 'echo $$ > '"$BATS_TEST_TMPDIR/pid"'; exec sleep 600'
	"$D" run --results "$R" --world coherent order/split > "$BATS_TEST_TMPDIR/out" 2>&1 &
	pid=$!
	for _ in $(seq 100); do [ -s "$BATS_TEST_TMPDIR/pid" ] && break; sleep 0.1; done
	kill -INT $pid
	rc=0; wait $pid || rc=$?
	[ "$rc" -eq 3 ]
	grep -q "interrupted: what had been recorded is kept" "$BATS_TEST_TMPDIR/out"
	output=$(cat "$BATS_TEST_TMPDIR/out")
	[ -s "$(run_dir)/result.json" ]
	! kill -0 "$(cat "$BATS_TEST_TMPDIR/pid")" 2>/dev/null
}

@test "a guest without a sign of life is a hang, exit 6" {
	fake_qemu <<-'X'
		cat "$HELLO" > "$CHANNEL"
		exec sleep 600
	X
	# HELLO and CELL of a real guest, so that the longer timeout for booting is over.
	export HELLO=$BATS_TEST_DIRNAME/../fixtures/hello-cell.bin
	run "$D" run --results "$R" --world coherent --timeout 2 context/terminate
	[ "$status" -eq 6 ]
	says "no sign of life for 2 s"
}

@test "plain output when it is no terminal: no escape sequences" {
	fake_qemu <<< 'exit 1'
	run "$D" run --results "$R" --world coherent context/terminate
	! grep -q $'\033' <<< "$output"
}

@test "repro: a time-out with a word behind it is a usage error" {
	run "$D" repro --timeout=5x .
	[ "$status" -eq 2 ]
	says "--timeout=5x: want a number from 1 to 86400"
}

@test "repro of nothing is a usage error" {
	run "$D" repro "$R/none"
	[ "$status" -eq 2 ]
	says "look into RUN/failures/"
}

@test "check: all errors of all files, those of one choice of parameters too, exit 2; what is right is quiet" {
	run "$D" check order/legacy "$TOP/scenarios/KNOWN-ISSUES"
	[ "$status" -eq 0 ]
	says "1 scenario, 72 cells, "
	scenario one <<-'X'
		param n = 1 2 9
		engine copy memcpy like fsl-dma
		buffer a[$n] 4K random
		thread { map m = copy a[1] TO_DEVICE }
	X
	scenario two <<< 'engine copy memcpy like fsl-dma thread { mapp
		repeat 5 }'
	printf 'issue x\n    kernels six\nissue y\n    seen 6.1\n' > "$S/KNOWN-ISSUES"
	run "$D" check --scenarios "$S"
	[ "$status" -eq 2 ]
	says "one.dma:6:25: error: the index is 1"
	says "two.dma:3:42: error: 'mapp' is no step"
	says "two.dma:4:3: error: 'repeat' is said of the whole scenario"
	says "KNOWN-ISSUES:2:13: error: 'six' is no range"
	says "KNOWN-ISSUES:4:"
	says "dmatorture: 5 errors in 3 files"
}
