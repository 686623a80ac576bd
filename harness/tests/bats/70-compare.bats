#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests samples, compare, baseline and history. There are no guests, except a stand-in where runs
# are repeated.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	R=$BATS_TEST_TMPDIR/results
}

# samples DIR MEDIAN BOOTS SEED [ACCELERATOR [MACHINE]]: makes three metrics of one cell, with 20
# values in each boot; boots differ by up to 1 %, values by 5 %.
samples() {
	awk -v base="$2" -v boots="$3" -v seed="$4" -v accel="${5:-tcg}" -v machine="${6:-cafe0001}" '
		BEGIN {
			srand(seed)
			print "about accelerator " accel
			print "about machine " machine
			print "about release 6.12.1\nabout config 00c0ffee"
			print "about time 2026-01-" sprintf("%02d", seed % 28 + 1) "T00:00:00Z"
			split("map unmap", m, " ")
			for (i = 1; i <= 2; i++) {
				print "series", m[i], "ns lower order/legacy size=4K @bounce"
				for (b = 0; b < boots; b++) {
					print "round", b
					f = base * i * (1 + 0.02 * (rand() - 0.5))
					for (k = 0; k < 20; k++)
						printf "%d ", f * (1 + 0.1 * (rand() - 0.5))
					print ""
				}
			}
			print "series chains 1/s higher order/legacy size=4K @bounce"
			for (b = 0; b < boots; b++) {
				print "round", b
				print 1e9 / base * (1 + 0.02 * (rand() - 0.5))
			}
			print "end"
		}' | "$D" samples make - "$1"
}

verdicts() { "$D" compare --json "$@" | jq -r '[.metrics[].verdict] | unique | join(" ")'; }

@test "samples: text becomes a file, and the file that text" {
	printf '%s\n' "about accelerator kvm" "series map ns lower a/b @strict" "round 0" \
		"1 2.5 300" "round 7" "5*1000000" "end" > text
	"$D" samples make text run
	"$D" samples show run > again
	diff text again
	# A million equal values take only a few bytes.
	[ "$(stat -c %s run/samples.bin)" -lt 400 ]
	# A second make adds to the file.
	"$D" samples make text run
	[ "$("$D" samples show run | grep -c '1 2.5 300 1 2.5 300')" -eq 1 ]
	"$D" samples show run | grep -q '^5\*2000000$'
}

@test "samples: what is wrong in a text is said with file, line and column" {
	printf 'series map ns lower a/b\n12 13x 14\n' > text
	run "$D" samples make text run
	[ "$status" -eq 2 ]
	says "text:2:6: error:"
	printf 'series map ns worse a/b\n' > text
	run "$D" samples make text run2
	[ "$status" -eq 2 ]
	says "text:1:15: error:"
	says "lower or higher"
	run "$D" samples make none run3
	[ "$status" -eq 2 ]
	run "$D" samples frob
	[ "$status" -eq 2 ]
}

@test "compare: a kernel with itself is the same, exit 0" {
	samples a 1000 12 1
	samples b 1000 12 2
	run "$D" compare a b
	[ "$status" -eq 0 ]
	says "3 metrics: 3 same"
	says "order/legacy size=4K @bounce"
	[ "$(verdicts a a)" = same ]
}

@test "compare: 10 % slower is a regression in time and in rate, exit 7; the other way round it is faster, exit 0" {
	samples a 1000 12 1
	samples b 1100 12 3
	run "$D" compare a b
	[ "$status" -eq 7 ]
	says "3 metrics: 3 slower"
	run "$D" compare b a
	[ "$status" -eq 0 ]
	says "3 metrics: 3 faster"
	run "$D" compare a b --metric chains --json
	[ "$status" -eq 7 ]
	[ "$(jq -r '.metrics | length' <<< "$output")" -eq 1 ]
	[ "$(jq -r '.metrics[0] | .verdict + " " + .better' <<< "$output")" = "slower higher" ]
	[ "$(jq '.metrics[0].ratio < 0.95 and .metrics[0].interval[1] < 0.97' <<< "$output")" = true ]
	[ "$(jq '.exit_code' <<< "$output")" -eq 7 ]
	# The difference is below 20 %.
	[ "$(verdicts a b --floor 20)" = same ]
}

@test "compare: under the instruction clock 2 % of one boot is a regression, and nothing else ever" {
	for i in 1 2 3 4 5; do
		n=$((700 + 37 * i))
		for run in "a$i $n" "b$i $n" "c$i $((n * 102 / 100))"; do
			# shellcheck disable=SC2086
			set -- $run
			printf 'about accelerator tcg-icount\nseries map ns lower a/b\n%s\nend\n' \
				"$(yes "$2" | head -n 80 | tr '\n' ' ')" | "$D" samples make - "$1"
		done
		[ "$(verdicts "a$i" "b$i")" = same ]
		[ "$(verdicts "a$i" "c$i")" = slower ]
	done
}

@test "compare: an interrupted run is inconclusive, wherever it was cut" {
	samples a 1000 12 1
	samples b 1500 12 2
	size=$(stat -c %s b/samples.bin)
	for cut in 1 11 13 $((size / 2)) $((size - 20)); do
		mkdir -p cut
		head -c $((size - cut)) b/samples.bin > cut/samples.bin
		run "$D" compare a cut
		[ "$status" -eq 3 ]
		says "inconclusive: cut/samples.bin:"
		[ "$(grep -c 'slower$\|faster$\|same$' <<< "$output")" -eq 0 ]
	done
	# This run ended even earlier, but it is a run.
	mkdir -p empty/boots
	run "$D" compare a empty
	[ "$status" -eq 3 ]
	says "nothing was measured"
}

@test "compare: a damaged file is inconclusive and says where" {
	samples a 1000 12 1
	samples b 1000 12 2
	printf 'x' | dd of=b/samples.bin bs=1 seek=300 conv=notrunc status=none
	run "$D" compare a b
	[ "$status" -eq 3 ]
	says "checksum"
	echo "somebody's letters, that are longer than a header" > b/samples.bin
	run "$D" compare a b
	[ "$status" -eq 3 ]
	says "no samples of dmatorture"
}

@test "compare: one boot a side says nothing of boots, but when told so" {
	samples a 1000 1 1
	samples b 1100 1 2
	run "$D" compare a b
	[ "$status" -eq 3 ]
	says "inconclusive: 1 and 1 boots, 10 a side are needed"
	run "$D" compare a b --within-boot --metric map
	[ "$status" -eq 7 ]
	# Twelve run directories are twelve boots.
	mkdir many more
	for i in $(seq 12); do
		samples "many/$i" 1000 1 "$i"
		samples "more/$i" 1100 1 $((i + 50))
	done
	[ "$(verdicts many more)" = slower ]
}

@test "compare: another machine or accelerator is inconclusive" {
	samples a 1000 12 1
	samples b 1100 12 2 tcg cafe0002
	run "$D" compare a b
	[ "$status" -eq 3 ]
	says "A ran on machine cafe0001, B on cafe0002"
	samples c 1100 12 2 kvm
	run "$D" compare a c
	[ "$status" -eq 3 ]
	says "under"
}

@test "compare: usage" {
	samples a 1000 12 1
	for args in "a" "a a a" "a none" "a a --metric mpa" "a a --floor 0" "a a --floor x" "a a --at p12" \
		"a a --interleave 0" "a a --samples 1"; do
		# shellcheck disable=SC2086
		run "$D" compare $args
		[ "$status" -eq 2 ]
	done
	run "$D" compare a none
	says "no run directory and no baseline 'none'"
	# Samples without the arguments of their run cannot be made again.
	run "$D" compare a a --interleave 2
	[ "$status" -eq 2 ]
	says "with which arguments"
}

@test "compare --json keeps to its schema, whatever there is to say" {
	samples a 1000 12 1
	samples b 1100 12 2
	samples few 1000 2 3
	head -c 700 b/samples.bin > cut.bin
	mkdir none
	for pair in "a b" "a few" "a cut.bin" "none none"; do
		# shellcheck disable=SC2086
		"$D" compare --json $pair > out.json || true
		"$TOP/harness/tests/check-schema" "$TOP/harness/tests/compare.schema.json" out.json
	done
}

@test "a table that nobody could read is no result" {
	samples a 1000 12 1
	rc=0; "$D" compare a a > /dev/full || rc=$?
	[ "$rc" -eq 3 ]
}

@test "baseline: add, list, show, compare with, rm" {
	samples a 1000 6 1
	samples b 1000 6 2
	samples c 1100 12 3
	run "$D" baseline --results "$R" list
	[ "$status" -eq 0 ]
	says "no baselines"
	run "$D" baseline --results "$R" add v6.12 a b
	[ "$status" -eq 0 ]
	says "v6.12: 3 metrics, 12 boots"
	run "$D" baseline --results "$R" list
	says "v6.12"
	says "cafe0001"
	run "$D" baseline --results "$R" show v6.12
	[ "$status" -eq 0 ]
	says "release: 6.12.1"
	says "p99.9"
	[ "$(verdicts --results "$R" v6.12 c)" = slower ]
	run "$D" baseline --results "$R" add v6.12 a
	[ "$status" -eq 2 ]
	says "there is a baseline 'v6.12'"
	run "$D" baseline --results "$R" rm v6.12
	[ "$status" -eq 0 ]
	run "$D" baseline --results "$R" rm v6.12
	[ "$status" -eq 2 ]
	run "$D" compare --results "$R" v6.12 c
	[ "$status" -eq 2 ]
}

@test "baseline: what is not whole, mixed or badly named makes none" {
	samples a 1000 6 1
	samples other 1000 6 2 tcg cafe0002
	mkdir cut
	head -c 500 a/samples.bin > cut/samples.bin
	run "$D" baseline --results "$R" add x cut
	[ "$status" -eq 3 ]
	says "interrupted"
	run "$D" baseline --results "$R" add x a other
	[ "$status" -eq 3 ]
	says "the machine is cafe0002"
	for name in ../x .x x/y ''; do
		run "$D" baseline --results "$R" add "$name" a
		[ "$status" -eq 2 ]
	done
	[ -z "$(find "$R" -type f 2>/dev/null)" ]
	run "$D" baseline --results "$R" shwo x
	[ "$status" -eq 2 ]
	says "did you mean 'show'?"
}

@test "history: a change is found where it was, and each run is there once" {
	run "$D" history --results "$R" map
	[ "$status" -eq 2 ]
	mkdir runs
	for i in $(seq 1 20); do
		samples "runs/$(printf %02d "$i")" $((i > 12 ? 1080 : 1000)) 1 "$i"
	done
	run "$D" history --results "$R" --add runs/*
	[ "$status" -eq 0 ]
	run "$D" history --results "$R" --add runs/01
	says "was there already"
	[ "$(sqlite3 "$R/history.db" 'SELECT count(*) FROM run')" -eq 20 ]
	run "$D" history --results "$R" map
	[ "$status" -eq 0 ]
	[ "$(grep -c 'slower: ' <<< "$output")" -eq 1 ]
	grep -q '^  2026-01-14.* slower: .*, +[78]\.[0-9] %' <<< "$output"
	run "$D" history --results "$R" chains --json
	[ "$(jq -c '[.series[] | .changes[] | [.point, .verdict]]' <<< "$output")" = '[[12,"slower"]]' ]
	[ "$(jq '.series[0].points | length' <<< "$output")" -eq 20 ]
	run "$D" history --results "$R" map --floor 20
	says "no change"
	run "$D" history --results "$R"
	says "chains"
	run "$D" history --results "$R" mpa
	[ "$status" -eq 2 ]
	run "$D" history --results "$R" map --world strict
	[ "$status" -eq 2 ]
}

@test "history: without SQLite it says so, and results are read all the same" {
	samples a 1000 12 1
	samples b 1100 12 2
	export DMATORTURE_SQLITE=libno-such-sqlite.so
	run "$D" history --results "$R" --add a
	[ "$status" -eq 3 ]
	says "no history without SQLite"
	[ "$(verdicts a b)" = slower ]
	"$D" baseline --results "$R" add x a
	[ "$(verdicts --results "$R" x b)" = slower ]
}

@test "history: an interrupted run and a file of somebody else are left alone" {
	samples a 1000 12 1
	mkdir -p "$R" cut
	head -c 500 a/samples.bin > cut/samples.bin
	run "$D" history --results "$R" --add cut
	[ "$status" -eq 3 ]
	says "interrupted"
	[ "$(sqlite3 "$R/history.db" 'SELECT count(*) FROM run')" -eq 0 ]
	rm "$R/history.db"
	sqlite3 "$R/history.db" 'CREATE TABLE letters (text)'
	run "$D" history --results "$R" --add a
	[ "$status" -eq 3 ]
	says "a database of something else"
	[ "$(sqlite3 "$R/history.db" '.tables')" = letters ]
}

# A guest with one cell, in which an iteration takes 1000 ns, and on side b $NS_B.
fake_guest() {
	mkdir -p "$BATS_TEST_TMPDIR/scenarios/t"
	cat > "$BATS_TEST_TMPDIR/scenarios/t/one.dma" <<-'X'
		scenario t/one
		    "a test"
		repeat 10
		engine copy memcpy like fsl-dma
		buffer a 4K random
		thread {
		    map m = copy a TO_DEVICE
		    unmap m
		}
	X
	export FAKE=$TOP/build/fakeguest LOG=$BATS_TEST_TMPDIR/log
	fake_qemu <<-'X'
		case $CHANNEL in
		*/a/*) side=a ns=10000 ;;
		*/b/*) side=b ns=${NS_B:-10000} ;;
		*) side=- ns=10000 ;;
		esac
		printf %s "$side" >> "$LOG"
		[ "$side" != - ] && [ -n "$DIES" ] && [ "$(wc -c < "$LOG")" -gt "$DIES" ] && exit 1
		"$FAKE" "$CHANNEL" 10 "$ns"
	X
}

one_run() {
	run "$D" run --results "$R" --scenarios "$BATS_TEST_TMPDIR/scenarios" --world coherent \
		--observer off t/one
	[ "$status" -eq 0 ]
	A=$(run_dir)
}

@test "run leaves samples of its cells, which say how they were made" {
	fake_guest
	one_run
	run "$D" samples show "$A"
	[ "$status" -eq 0 ]
	says "series iteration ns lower t/one @coherent"
	[ "$(grep -c '^1000$' <<< "$output")" -eq 1 ]
	says "about accelerator tcg-icount"
	[ "$(sed -n 's/^about arguments //p' <<< "$output" | jq -r '.[0]')" = "dmatorture run" ]
	grep -qE '^about machine [0-9a-f]{8}$' <<< "$output"
	[ "$(tail -n 1 <<< "$output")" = end ]
	# The guest does not start: nothing was measured, so there is no comparison.
	fake_qemu <<< 'exit 1'
	run "$D" run --results "$R" --scenarios scenarios --world coherent --observer off t/one
	[ "$status" -eq 3 ]
	run "$D" compare "$A" "$(run_dir)"
	[ "$status" -eq 3 ]
	says "only in A"
}

@test "compare --interleave runs A B A B, with the arguments of each, and finds the slow side" {
	fake_guest
	one_run
	: > "$LOG"
	NS_B=10200 run "$D" compare "$A" "$A" --interleave 10 --results "$BATS_TEST_TMPDIR/again"
	[ "$status" -eq 7 ]
	[ "$(cat "$LOG")" = abababababababababab ]
	says "1 metrics: 1 slower"
	[ "$(find again/compare-*/a again/compare-*/b -name samples.bin | wc -l)" -eq 20 ]
	# The runs are kept, and can be compared again.
	[ "$(verdicts again/compare-*/a again/compare-*/b)" = slower ]
	[ "$(find "$R" -name samples.bin | wc -l)" -eq 1 ]
	# A baseline of a run can be run again too.
	"$D" baseline --results "$R" add one "$A"
	run "$D" compare one "$A" --interleave 10 --results "$R"
	[ "$status" -eq 0 ]
	says "1 metrics: 1 same"
}

@test "compare --interleave: a run that dies ends it, inconclusive" {
	fake_guest
	one_run
	: > "$LOG"
	DIES=4 run "$D" compare "$A" "$A" --interleave 10 --results "$BATS_TEST_TMPDIR/again"
	[ "$status" -eq 3 ]
	grep -qE "^ababa+$" "$LOG"	# a guest that dies is tried again
	says "exit code 3"
	! grep -qE 'slower$|faster$|same$' <<< "$output"
}

@test "compare --interleave: Ctrl-C keeps what there is, inconclusive" {
	fake_guest
	one_run
	: > "$LOG"
	"$D" compare "$A" "$A" --interleave 1000 --results "$BATS_TEST_TMPDIR/again" > out 2> err &
	pid=$!
	for _ in $(seq 200); do [ "$(wc -c < "$LOG")" -ge 4 ] && break; sleep 0.1; done
	kill -INT $pid
	rc=0; wait $pid || rc=$?
	[ "$rc" -eq 3 ]
	grep -q "interrupted in round" out
	[ "$(find again -name samples.bin | wc -l)" -ge 4 ]
}
