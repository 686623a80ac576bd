#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests with real guests. The suite's programs run once on each kernel, and most tests look at that
# run. 42-md.bats has the workloads.

load common

setup_file() {
	export SUITE="context history order overlap stripe violation"
	export R=$BATS_FILE_TMPDIR/results
	# shellcheck disable=SC2086
	"$D" run --results "$R" --world "$(in_full coherent,bounce,strict coherent,bounce,bounce32,strict)" $SUITE \
		> "$BATS_FILE_TMPDIR/6.12.out" 2>&1 || true
	output=$(cat "$BATS_FILE_TMPDIR/6.12.out")
	export A=$(run_dir)
	# bounce32 differs from bounce in addresses alone: in make check it has the programs about data.
	export A32=$A
	if [ -z "${FULL-}" ]; then
		"$D" run --results "$R" --world bounce32 order overlap > "$BATS_FILE_TMPDIR/bounce32.out" 2>&1 || true
		output=$(cat "$BATS_FILE_TMPDIR/bounce32.out")
		A32=$(run_dir)
	fi
	if [[ ${KERNELS-debian:6.1} == *debian:6.1* ]]; then
		some=$(in_full strict coherent,bounce,bounce32,strict)
		# shellcheck disable=SC2086
		"$D" run --results "$R" --kernel debian:6.1 --world "$some" $SUITE > "$BATS_FILE_TMPDIR/6.1.out" 2>&1 || true
		output=$(cat "$BATS_FILE_TMPDIR/6.1.out")
		export B=$(run_dir)
	fi
}

setup() {
	kernel_dir=$("$TOP/harness/kernels/kernel-setup" --check debian:6.12)
	[ -n "$kernel_dir" ]
}

# The run that has a world.
run_of() { if [ "$1" = bounce32 ]; then echo "$A32"; else echo "$A"; fi; }

data_of() { jq -r --arg s "$2" --arg w "$3" '[.cells[] | select(.scenario == $s and .world == $w) | .data.verdict] | unique | join(",")' "$1/result.json"; }

@test "the suite passes on 6.12 in all worlds" {
	cat "$BATS_FILE_TMPDIR/6.12.out"
	# None is even printed: a cell that expects a splat is judged after the console was read.
	[ "$(grep -cE '^  (fail|incomplete|panic|hang): ' "$BATS_FILE_TMPDIR/6.12.out")" -eq 0 ]
	[ "$(jq .exit_code "$A/result.json")" -eq 0 ]
	[ "$(jq .exit_code "$A32/result.json")" -eq 0 ]
	[ "$(jq '.outcomes.skip' "$A/result.json")" -eq 1 ]
	[ "$(jq '.cells | length' "$A/result.json")" -ge 400 ]
}

@test "the mail's bug: legacy corrupts in bounce and strict, not in coherent; split and shared never" {
	for o in legacy split shared; do
		[ "$(data_of "$A" order/$o coherent)" = intact ]
	done
	for w in bounce bounce32 strict; do
		[ "$(data_of "$(run_of $w)" order/legacy $w)" = corrupt ]
		[ "$(data_of "$(run_of $w)" order/split $w)" = intact ]
		[ "$(data_of "$(run_of $w)" order/shared $w)" = intact ]
	done
	# The table does not look like a bug of dmatorture.
	grep -qE '^order/legacy +intact( +corrupt){2,3} +pass (54/54|72/72): corrupt, as expected$' \
		"$BATS_FILE_TMPDIR/6.12.out"
	# every single legacy chain, not some
	[ "$(jq '[.cells[] | select(.scenario == "order/legacy" and .world == "bounce") | .data.checks - .data.bad] | add' "$A/result.json")" -eq 0 ]
}

@test "the worlds are what they say: addresses and buffers" {
	j() { jq -r "[.cells[] | select(.world == \"$1\" and .run.maps > 0) | $2] | unique | @csv" "$(run_of "$1")/result.json"; }
	[ "$(j coherent .run.maps_bounced)" = 0 ]
	[ "$(j bounce '.run.maps - .run.maps_bounced')" = 0 ]
	[ "$(j bounce32 '.run.maps - .run.maps_bounced')" = 0 ]
	[ "$(j bounce32 .run.low_buffers)" = 0 ]
	[ "$(j strict '.run.maps - .run.maps_bounced')" = 0 ]
}

@test "shared over two domains is skipped in strict, with the reason" {
	[ "$(outcome_of "$A" 'order/shared-foreign @strict')" = skip ]
	[ "$(outcome_of "$A" 'order/shared-foreign @bounce')" = pass ]
	grep -q 'ok .* order/shared-foreign @strict # SKIP .*different mapping domains' "$A/ktap.txt"
}

@test "callbacks run where the engine was told to complete" {
	ctx() { jq -r --arg id "context/callback completion=$1 @coherent" '[.cells[] | select(.id == $id) | .steps[] | select(.thread == -1) | .context] | unique | join(",")' "$A/result.json"; }
	[ "$(ctx hardirq)" = hardirq ]
	[ "$(ctx softirq)" = softirq ]
	[ "$(ctx threaded)" = task ]
	[ "$(ctx workqueue)" = workqueue ]
}

@test "in { } blocks run in the context they name" {
	for c in task softirq hardirq workqueue atomic; do
		jq -r --arg id "context/submit-from from=$c @coherent" '.cells[] | select(.id == $id) | .steps[] | select(.text | startswith("submit")) | .context' "$A/result.json" | grep -qx $c
	done
}

@test "result.json keeps to its schema; env.json holds the host" {
	"$TOP/harness/tests/check-schema" "$TOP/harness/tests/result.schema.json" "$A/result.json"
	jq -e '.host.cpus and .wall_s and .agent.crc32' "$A/env.json"
	! grep -qF -e "$HOME" -e "$BATS_FILE_TMPDIR" -e "$TOP" "$A/result.json"
}

@test "KTAP: a plan, a line a cell, in order" {
	n=$(jq '.cells | length' "$A/result.json")
	head -n 2 "$A/ktap.txt" | tail -n 1 | grep -qx "1..$n"
	[ "$(grep -cE '^(not )?ok [0-9]+ ' "$A/ktap.txt")" -eq "$n" ]
	[ "$(grep -oE '^(not )?ok [0-9]+' "$A/ktap.txt" | grep -oE '[0-9]+$' | sort -nu | wc -l)" -eq "$n" ]
}

@test "6.1 gives the same table, in strict, in check-full in all worlds" {
	[ -n "${B-}" ] || skip "no debian:6.1 in KERNELS"
	[ "$(jq .exit_code "$B/result.json")" -eq 0 ]
	t() { jq -r --arg some "$(jq -r '[.cells[].world] | unique | join(",")' "$B/result.json")" \
		'.cells[] | select(.world as $w | $some | split(",") | index($w)) | [.id, .outcome, .data.verdict, .data.bad] | @csv' "$1/result.json"; }
	diff <(t "$A") <(t "$B")
}

@test "one seed, one result: byte for byte, with other jobs, while the host is busy" {
	# shellcheck disable=SC2046
	set -- --world coherent,strict $(in_full "context overlap" "context overlap stripe violation/e*")
	run "$D" run --results "$R" "$@"
	[ "$status" -eq 0 ]
	one=$(run_dir)
	for _ in 1 2; do (trap - EXIT; while :; do :; done) & done
	run "$D" run --results "$R" --jobs 1 "$@"
	kill $(jobs -p) 2>/dev/null || true
	cmp "$one/result.json" "$(run_dir)/result.json"
	cmp "$one/console.log" "$(run_dir)/console.log"
}

# Catches: QEMU's clock that moves from a time which is too early, when a thread of its loses its host
# processor in the wrong moment (harness/vm/steady). Here it takes long in that moment each time.
@test "one seed, one result, however long QEMU's threads take; not so without the guard" {
	times() {
		run "$D" run --results "$R" --world coherent context/delayed
		[ "$status" -eq 0 ]
		jq -c "[.cells[] | .run.virtual_ns, .steps[].time_ns]" "$(run_dir)/result.json"
	}
	times > "$BATS_TEST_TMPDIR/plain"
	DMATORTURE_STEADY=1 times > "$BATS_TEST_TMPDIR/guarded"
	DMATORTURE_STEADY=0 times > "$BATS_TEST_TMPDIR/not"
	cmp "$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/guarded"
	! cmp -s "$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/not"
}

@test "another seed, another interleaving" {
	run "$D" run --results "$R" --seed 2 --world coherent order/torture
	[ "$status" -eq 0 ]
	one=$(jq -c '[.cells[] | select(.scenario == "order/torture" and .world == "coherent") | .run.digest]' "$A/result.json")
	two=$(jq -c '[.cells[].run.digest]' "$(run_dir)/result.json")
	[ "$one" != "$two" ]
}

@test "two processors, four in check-full: still one result a seed" {
	some=$(in_full context/delayed "context/delayed order/split")
	for n in $(in_full 2 "2 4"); do
		run "$D" run --results "$R" --smp $n --world strict --repeat 10 $some
		# A completion that interrupts a probe is not seen; then the run must be incomplete.
		[ "$status" -eq 0 ] || { [ "$status" -eq 3 ] && says "events were lost"; }
		[ "$(jq .outcomes.fail "$(run_dir)/result.json")" -eq 0 ]
		one=$(run_dir)
		run "$D" run --results "$R" --smp $n --world strict --repeat 10 $some
		cmp "$one/result.json" "$(run_dir)/result.json"
		[ "$(jq '[.cells[].steps[].cpu] | unique | length' "$one/result.json")" -gt 1 ]
	done
}

# bats test_tags=full
@test "1000 repeats: split and shared intact, legacy wrong every time" {
	run "$D" run --results "$R" --repeat 1000 --world bounce,strict 'order/[ls]*y' 'order/split' 'order/shared' --seed 3 --dry-run
	[ "$status" -eq 0 ]
	sed 's/param size .*/param size = 4K/; s/param sources .*/param sources = 3/' "$TOP/scenarios/order/split.dma" > "$BATS_TEST_TMPDIR/s.dma"
	sed 's/param size .*/param size = 4K/; s/param sources .*/param sources = 3/' "$TOP/scenarios/order/shared.dma" > "$BATS_TEST_TMPDIR/h.dma"
	sed 's/param size .*/param size = 4K/; s/param sources .*/param sources = 3/' "$TOP/scenarios/order/legacy.dma" > "$BATS_TEST_TMPDIR/l.dma"
	run "$D" run --results "$R" --repeat 1000 "$BATS_TEST_TMPDIR"/{s,h,l}.dma
	[ "$status" -eq 0 ]
	d=$(run_dir)
	[ "$(jq '[.cells[] | select(.scenario != "order/legacy") | .data.checks] | add' "$d/result.json")" -eq 8000 ]
	[ "$(jq '[.cells[] | select(.scenario == "order/legacy" and .world != "coherent") | .data.bad] | add' "$d/result.json")" -eq 3000 ]
}

crash() { # KIND OUTCOME EXIT TEXT
	run "$D" run --scenarios "$TOP/harness/tests/scenarios" --allow-crash --timeout "${TIMEOUT-120}" \
		--results "$R" crash/a-before "crash/b-$1" crash/c-after
	echo "$output"
	[ "$status" -eq "$3" ]
	says "$4"
	d=$(run_dir)
	[ "$(outcome_of "$d" 'crash/a-before @coherent')" = pass ]
	[ "$(outcome_of "$d" "crash/b-$1 @coherent")" = "$2" ]
	[ "$(outcome_of "$d" 'crash/c-after @coherent')" = pass ]
	"$TOP/harness/tests/check-schema" "$TOP/harness/tests/result.schema.json" "$d/result.json"
}

# What the guest did before it died, which lay in the observer's ring and was never sent.
died_having() { # KIND
	run "$D" events "$d/failures/crash+b-$1@coherent/events.bin"
	[ "$(grep -c " map " <<< "$output")" -eq 2 ] || { echo "$output"; return 1; }
	grep -q " submit " <<< "$output"
}

@test "a guest that panics: exit 5, its neighbours' results stand, what it did is known" {
	crash panic panic 5 "a crash step asked for a panic"
	died_having panic
}

@test "a guest that oopses: exit 5" {
	crash oops panic 5 "general protection fault"
}

@test "a warning: exit 5, the guest goes on" {
	crash warn panic 5 "splat: WARNING"
	[ "$(jq '.boots | length' "$d/result.json")" -eq 1 ]
}

@test "a guest that spins: soft lockup, exit 6" {
	crash hang hang 6 "soft lockup"
	died_having hang
}

@test "a guest that spins with interrupts off: only the host sees it, exit 6" {
	TIMEOUT=20 crash hang-irqoff hang 6 "no sign of life"
	died_having hang-irqoff
}

@test "crash steps are refused unless asked for" {
	run "$D" run --scenarios "$TOP/harness/tests/scenarios" --results "$R" crash/b-panic
	[ "$status" -eq 3 ]
	says "load dmatorture with crash=1"
}

@test "kill -9 of QEMU: incomplete, exit 3, a fresh guest does the rest" {
	"$D" run --results "$R" --world strict order/split order/torture context/terminate > "$BATS_TEST_TMPDIR/out" 2>&1 &
	pid=$!
	for _ in $(seq 1200); do
		c=$(echo "$R"/latest/boots/strict-0/channel.bin)
		[ -s "$c" ] && [ "$(stat -c %s "$c")" -gt 2000 ] && break
		sleep 0.05
	done
	pkill -9 -P $pid qemu || kill -9 "$(pgrep -P $pid | head -n 1)"
	rc=0; wait $pid || rc=$?
	cat "$BATS_TEST_TMPDIR/out"
	[ "$rc" -eq 3 ]
	grep -q "killed by signal 9" "$BATS_TEST_TMPDIR/out"
	output=$(cat "$BATS_TEST_TMPDIR/out")
	[ "$(jq .outcomes.incomplete "$(run_dir)/result.json")" -eq 1 ]
	[ "$(jq .outcomes.pass "$(run_dir)/result.json")" -gt 1 ]
	[ "$(jq '.boots | length' "$(run_dir)/result.json")" -eq 2 ]
}

@test "a full disk: said so, exit 3, what was recorded is kept" {
	unshare -rm true 2>/dev/null || skip "no user namespaces here"
	mkdir "$BATS_TEST_TMPDIR/small"
	# Room for the image, the plan and a part of the records.
	(fake_qemu <<< 'd=$(dirname "$CHANNEL"); cat "$d"/initrd.img "$d"/plan.bin | wc -c > "$SIZE"; exit 1'
	SIZE=$BATS_TEST_TMPDIR/size "$D" run --results "$R" --world coherent order/torture overlap > /dev/null 2>&1 || true)
	kb=$(($(cat "$BATS_TEST_TMPDIR/size") / 1024 + 64))
	began=$SECONDS
	run unshare -rm bash -c "
		mount -t tmpfs -o size=${kb}k none '$BATS_TEST_TMPDIR/small' || exit 99
		'$D' run --results '$BATS_TEST_TMPDIR/small' --world coherent order/torture overlap
		rc=\$?
		ls -l '$BATS_TEST_TMPDIR'/small/*/boots/*
		exit \$rc"
	[ "$status" -ne 99 ] || skip "no tmpfs in a user namespace here"
	[ "$status" -eq 3 ]
	says "disk"
	says "channel.bin"
	# and not only when the guest has been silent for the time limit
	[ $((SECONDS - began)) -lt 55 ]
}

@test "repro: a failure comes out identical" {
	sed 's/^expect data corrupt.*/expect data intact/; s/^expect data intact .*//' "$TOP/scenarios/overlap/partial.dma" > "$BATS_TEST_TMPDIR/p.dma"
	run "$D" run --results "$R" --world strict order/split "$BATS_TEST_TMPDIR/p.dma"
	[ "$status" -eq 1 ]
	says "data corrupt in 1 of 2 checks"
	f=$(run_dir)/failures/overlap+partial@strict
	# The page has the first wrong bytes, those that differ marked.
	grep -qE '^<pre>wanted  .*<b class="fail">' "$(run_dir)/report/report.html"
	run "$D" repro "$f"
	echo "$output"
	[ "$status" -eq 0 ]
	says "identical"
	run "$D" run --results "$R" "$f/repro.dma"
	[ "$status" -eq 1 ]
}

@test "repro: a changed result is called different" {
	f=$(ls -d "$R"/*/failures/overlap+partial@strict | head -n 1)
	c=$(dirname "$(dirname "$f")")/boots/strict-0/plan.bin
	[ -s "$c" ]
	cp -r "$(dirname "$(dirname "$f")")" "$BATS_TEST_TMPDIR/other"
	sed -i 's/"smp": 1/"smp": 2/' "$BATS_TEST_TMPDIR/other/failures/overlap+partial@strict/failure.json"
	run "$D" repro "$BATS_TEST_TMPDIR/other/failures/overlap+partial@strict"
	echo "$output"
	[ "$status" -eq 1 ]
	says "different"
}

guest() { # KERNEL PROGRAM ARGS SCENARIO...
	local k=$1 p=$2 a=$3
	shift 3
	run "$TOP/build/guestrun" --kernel "$k" --dir "$BATS_TEST_TMPDIR/g" --smp "${SMP-1}" --observer "$(in_full off on)" \
		--file "$TOP/build/guest/$p:$p" --exec "/$p $a" "$@"
	echo "$output"
	[ "$status" -eq 0 ]
}

# Lists all scenarios that break rules, except the one that makes the kernel warn.
violations() { (cd "$TOP/scenarios" && ls violation/*.dma | sed 's/\.dma$//' | grep -v 'coherent-free-atomic$'); }

@test "mutated programs on 6.12, 5000, 30000 in check-full: no splat" {
	n=$(in_full 5000 30000)
	guest debian:6.12 progfuzz "$n 1" $(violations) context overlap order/torture
	says "$n fed"
}

# bats test_tags=full
@test "10000 mutated programs without translation, where addresses are memory's" {
	SMP=2 guest debian:6.12 progfuzz "10000 4 direct" $(violations) context overlap order/torture
}

# bats test_tags=full
@test "20000 mutated programs on 6.1, other mutations, no splat" {
	[ -n "${B-}" ] || skip "no debian:6.1 in KERNELS"
	guest debian:6.1 progfuzz "20000 2" $(violations) context overlap order/torture
}

# bats test_tags=full
@test "10000 mutated programs on two processors" {
	SMP=2 guest debian:6.12 progfuzz "10000 3" $(violations) context overlap order/torture
}

@test "modules load and unload 40 times under load, 300 in check-full: no leak, no splat" {
	n=$(in_full 40 300)
	guest debian:6.12 modcycle "$n" order/torture overlap context/callback context/dependency
	says "$n cycles, $((2 * n)) early unloads refused"
}

# bats test_tags=full
@test "modules load and unload 100 times under programs that break rules" {
	guest debian:6.12 modcycle 100 $(violations)
}

# bats test_tags=full
@test "modules load and unload 100 times on 6.1" {
	[ -n "${B-}" ] || skip "no debian:6.1 in KERNELS"
	guest debian:6.1 modcycle 100 order/torture overlap context/callback context/dependency
}

@test "free running works too, and says so" {
	run "$D" run --free-running --tcg --results "$R" --world coherent,strict order/legacy
	# The time of completions depends on the host; one that interrupts a probe is not seen.
	[ "$status" -eq 0 ] || { [ "$status" -eq 3 ] && says "events were lost"; }
	[ "$(jq .outcomes.fail "$(run_dir)/result.json")" -eq 0 ]
	[ "$(jq .outcomes.pass "$(run_dir)/result.json")" -ge 30 ]
	[ "$(jq -r .accelerator "$(run_dir)/result.json")" = tcg ]
}
