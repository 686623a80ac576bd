#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests runs whose harness was killed: what their guests had sent is not lost. No real guests.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	R=$BATS_TEST_TMPDIR/results
	export DMATORTURE_SCENARIOS=$BATS_TEST_TMPDIR/scenarios FAKE=$TOP/build/fakeguest
	export GO=$BATS_TEST_TMPDIR/go REC=$TOP/harness/tests/fixtures/recordings/legacy.bin
	ten_cells "worlds coherent"
}

# Fakes guests that send the results of their plan's cells up to $1 of 1000 parts of the bytes, and
# then hang; if $GO exists, they send everything. Each keeps its whole channel in `whole`.
slow_guests() {
	export PART=$1
	fake_qemu <<-'X'
		"$FAKE" "$CHANNEL" 10 10000 "${WRONG-0}" plan "$REC"
		[ -e "$GO" ] && exit
		cp "$CHANNEL" "${CHANNEL%/*}/whole"
		: > "$CHANNEL"
		head -c "$(($(stat -c %s "${CHANNEL%/*}/whole") * PART / 1000))" "${CHANNEL%/*}/whole" >> "$CHANNEL"
		touch "$GO.hangs"
		exec sleep 1000
	X
}

# killed [ARG]...: a run whose harness is killed when its guest hangs; its directory is $d.
killed() {
	rm -f "$GO" "$GO.hangs"
	"$D" run --results "$R" "$@" > said 2>&1 &
	local pid=$!
	for _ in $(seq 600); do [ -e "$GO.hangs" ] && break; sleep .1; done
	sleep .3
	kill -9 $pid
	wait $pid || true
	d=$(readlink -f "$R/latest")
	for _ in $(seq 100); do flock -n "$d/plan/lock" true && break; sleep .1; done
	touch "$GO"
}

@test "a run's plan is on disk before its first guest starts" {
	slow_guests 0
	killed g/
	! [ -e "$d/result.json" ]
	[ "$(jq -r .schema "$d/plan/plan.json")" = dmatorture-run-plan-1 ]
	[ "$(jq '.cells | length' "$d/plan/plan.json")" -eq 10 ]
	cmp "$d/plan/0/ten.dma" scenarios/g/ten.dma
	[ "$(jq -r .fate "$d/boots/coherent-0/boot.json")" = running ]
}

@test "recover: what had ended is judged, the rest is incomplete, exit 3" {
	slow_guests 550
	killed g/
	# The scenarios may have changed since.
	echo broken > scenarios/g/ten.dma
	run "$D" recover "$d"
	[ "$status" -eq 3 ]
	says "recovered: of 10 cells 5 had a verdict, 1 were cut short, 4 had not begun"
	says "to run the rest: dmatorture run --resume $d"
	[ "$(jq -c .outcomes "$d/result.json")" = '{"pass":5,"skip":0,"incomplete":5,"fail":0,"hang":0,"panic":0}' ]
	[ "$(jq .exit_code "$d/result.json")" -eq 3 ]
	[ "$(jq -r '.cells[5].messages[0]' "$d/result.json")" = "the guest ended here (interrupted)" ]
	[ "$(jq -r '.cells[6].messages[0]' "$d/result.json")" = "not run: the run was stopped before it came to this cell" ]
	xmllint --noout --schema "$TOP/harness/tests/junit.xsd" "$d/junit.xml"
	grep -q '^1\.\.10$' "$d/ktap.txt"
	[ "$(jq -r '.recovered' "$d/env.json")" = true ]
	[ "$(jq -r '.arguments[0]' "$d/env.json")" = "dmatorture run" ]
	jq -e '.vmlinuz.crc32 and .kernel_package and .host.qemu and .ended' "$d/env.json"
	grep -q "4 cells were never run" "$d/report/report.html"
	[ -s "$d/failures/g+ten,b=6us@coherent/failure.json" ]
	# A second recover must be refused.
	run "$D" recover "$d"
	[ "$status" -eq 2 ]
	says "this run has its result.json: there is nothing to recover"
}

@test "recover: every cell had ended: the verdict is what it is" {
	slow_guests 1000
	killed g/
	run "$D" recover "$d"
	[ "$status" -eq 0 ]
	says "10 cells: 10 pass"
	run "$D" run --resume "$d"
	[ "$status" -eq 2 ]
	says "every cell of this run has its verdict"
	export WRONG=1
	killed g/
	run "$D" recover "$d"
	[ "$status" -eq 1 ]
	cmp -i 24 "$d/failures/g+ten,b=6us@coherent/events.bin" "$REC"
}

@test "run --resume: only what is left runs, and the cells are as of one run" {
	touch "$GO"
	slow_guests 1000
	"$D" run --results one --seed 9 g/ > said
	slow_guests 550
	killed --seed 9 g/
	run "$D" run --resume "$d"
	[ "$status" -eq 0 ]
	says "5 of 10 cells have a verdict"
	says "coherent-1 (tcg-icount, 1 cpus): 5 cells"
	says "10 cells: 10 pass"
	[ "$(jq -r '[.boots[] | "\(.name) \(.fate)"] | join(", ")' "$d/result.json")" = "coherent-0 interrupted, coherent-1 done" ]
	diff <(jq '.cells[].boot = null | .boots = []' one/latest/result.json) \
		<(jq '.cells[].boot = null | .boots = []' "$d/result.json")
	[ "$(jq -c '[.cells[].boot] | unique' "$d/result.json")" = '["coherent-0","coherent-1"]' ]
	"$TOP/harness/tests/check-schema" "$TOP/harness/tests/result.schema.json" "$d/result.json"
}

@test "run --resume: of a run that was recovered, or that Ctrl-C ended, or twice; its old failures go" {
	slow_guests 550
	killed g/
	run "$D" recover "$d"
	[ -d "$d/failures/g+ten,b=6us@coherent" ]
	run "$D" run --resume "$d"
	[ "$status" -eq 0 ]
	[ -z "$(ls "$d/failures")" ]

	rm -f "$GO" "$GO.hangs"
	"$D" run --results "$R" g/ > said 2>&1 &
	pid=$!
	for _ in $(seq 600); do [ -e "$GO.hangs" ] && break; sleep .1; done
	kill -INT $pid
	wait $pid || [ $? -eq 3 ]
	d=$(readlink -f "$R/latest")
	# Kill it again while it is resumed.
	rm -f "$GO.hangs"
	"$D" run --resume "$d" > said 2>&1 &
	pid=$!
	for _ in $(seq 600); do [ -e "$GO.hangs" ] && break; sleep .1; done
	sleep .3
	kill -9 $pid
	wait $pid || true
	! [ -e "$d/result.json" ]
	for _ in $(seq 100); do flock -n "$d/plan/lock" true && break; sleep .1; done
	touch "$GO"
	run "$D" run --resume "$d"
	[ "$status" -eq 0 ]
	says "7 of 10 cells have a verdict"
	[ "$(jq '.boots | length' "$d/result.json")" -eq 3 ]
}

@test "recover: a guest that had died before has its verdict; a console tells of one that nobody saw end" {
	slow_guests 550
	killed g/
	cp -r "$d" dead
	echo '[    1.0] BUG: unable to handle page fault for address: 0000000000000010' > "dead/boots/coherent-0/console.log"
	sed -i '1i [    0.9] dmatorture: cell 5' dead/boots/coherent-0/console.log
	echo '[    1.1] Oops: 0002 [#1] PREEMPT SMP NOPTI' >> dead/boots/coherent-0/console.log
	echo '[    1.2] Kernel panic - not syncing: Fatal exception' >> dead/boots/coherent-0/console.log
	run "$D" recover dead
	[ "$status" -eq 5 ]
	[ "$(jq -r '.cells[5].outcome' dead/result.json)" = panic ]
	# Its verdict stands when the rest is run.
	run "$D" run --resume dead
	[ "$status" -eq 5 ]
	[ "$(jq -c .outcomes dead/result.json)" = '{"pass":9,"skip":0,"incomplete":0,"fail":0,"hang":0,"panic":1}' ]
}

# Catches: cells of which the run said panic, as each of their guests died before them, and recover
# that nobody came to them.
@test "recover: guests that died before their first cell: what the run said of it" {
	fake_qemu <<-'X'
		echo '[    1.0] BUG: unable to handle page fault for address: 0000000000000010' > "${CHANNEL%/*}/console.log"
		echo '[    1.1] Oops: 0002 [#1] PREEMPT SMP NOPTI' >> "${CHANNEL%/*}/console.log"
		echo '[    1.2] Kernel panic - not syncing: Fatal exception' >> "${CHANNEL%/*}/console.log"
	X
	run "$D" run --results "$R" g/
	echo "$output"
	live=$status
	d=$(readlink -f "$R/latest")
	jq '[.cells[] | {id, outcome, not_run, splats}]' "$d/result.json" > live.json
	[ "$(jq '.boots | length' "$d/result.json")" -eq 2 ]
	rm "$d/result.json"
	run "$D" recover "$d"
	echo "$output"
	[ "$status" -eq "$live" ]
	jq '[.cells[] | {id, outcome, not_run, splats}]' "$d/result.json" > again.json
	diff live.json again.json
}

@test "recover: damaged files are said, and never pass" {
	slow_guests 1000
	killed g/
	cp -r "$d" flipped
	printf 'X' | dd of=flipped/boots/coherent-0/channel.bin bs=1 seek=60000 conv=notrunc 2> /dev/null
	run "$D" recover flipped
	[ "$status" -eq 3 ]
	says "channel.bin: frame "
	says "is damaged: what comes before it counts"
	[ "$(jq '.outcomes.pass' flipped/result.json)" -eq 3 ]
	cp -r "$d" boot
	echo '{' > boot/boots/coherent-0/boot.json
	run "$D" recover boot
	[ "$status" -eq 3 ]
	says "boots/coherent-0: boot.json:2:0: "
	jq '.cells = [99]' "$d/boots/coherent-0/boot.json" > x
	rm boot/*.json boot/*.txt
	cp x boot/boots/coherent-0/boot.json
	run "$D" recover boot
	[ "$status" -eq 3 ]
	says "boot.json is no dmatorture-boot-1 of this run"
	rm boot/result.json
	rm boot/boots/coherent-0/boot.json
	run "$D" recover boot
	[ "$status" -eq 3 ]
	says "10 had not begun"
	for change in '.schema = "dmatorture-run-plan-2"' 'del(.kernel)' '.cells[3].crc32 = "0"' '.scenarios = []' \
		'.scenarios = ["../x"]' '.worlds = "nowhere"'; do
		rm -rf plan
		cp -r "$d" plan
		jq "$change" "$d/plan/plan.json" > plan/plan/plan.json
		run "$D" recover plan
		[ "$status" -eq 3 ]
		! [ -e plan/result.json ]
	done
	rm -rf plan
	cp -r "$d" plan
	sed -i 's/4K random/8K random/' plan/plan/0/ten.dma
	run "$D" recover plan
	[ "$status" -eq 3 ]
	says "do not give the cells that the run began with"
	echo '{"schema": ' > plan/plan/plan.json
	run "$D" recover plan
	[ "$status" -eq 3 ]
	says "plan.json:2:0"
}

@test "recover: what is no such run, with what it is" {
	run "$D" recover
	[ "$status" -eq 2 ]
	run "$D" recover none
	[ "$status" -eq 2 ]
	says "none: No such file or directory"
	mkdir empty
	run "$D" recover empty
	[ "$status" -eq 2 ]
	says "empty: no run directory"
	touch file
	run "$D" recover file
	[ "$status" -eq 2 ]
	mkdir -p old/boots old2 early/plan
	run "$D" recover old
	[ "$status" -eq 3 ]
	says "the dmatorture that began this run wrote none"
	touch old2/result.json
	run "$D" recover old2
	[ "$status" -eq 2 ]
	says "this run has ended"
	run "$D" recover early
	[ "$status" -eq 3 ]
	says "before its first guest started"
	# A run that still goes on.
	slow_guests 550
	"$D" run --results "$R" g/ > said 2>&1 &
	pid=$!
	for _ in $(seq 600); do [ -e "$GO.hangs" ] && break; sleep .1; done
	for verb in recover "run --resume"; do
		# shellcheck disable=SC2086
		run "$D" $verb "$R/latest"
		[ "$status" -eq 2 ]
		says "this run still goes on (process $pid)"
	done
	kill -INT $pid
	wait $pid || [ $? -eq 3 ]
	for args in "g/" "--seed 2" "--kernel debian:6.1" "-n" "--results x"; do
		# shellcheck disable=SC2086
		run "$D" run --resume "$R/latest" $args
		[ "$status" -eq 2 ]
		says "--resume takes scenarios and options from its run"
	done
}

@test "run --resume: other guests than the run began with are refused" {
	slow_guests 550
	killed g/
	jq '.about.agent.crc32 = "00000000"' "$d/plan/plan.json" > x
	cp x "$d/plan/plan.json"
	run "$D" run --resume "$d"
	[ "$status" -eq 2 ]
	says "agent is not what the run began with"
	! [ -e "$d/result.json" ]
}

@test "report, export, merge and compare say that a run did not come to its end" {
	slow_guests 550
	killed g/
	run "$D" report "$d"
	[ "$status" -eq 3 ]
	says "did not come to its end: dmatorture recover $d"
	! [ -e "$d/report" ]
	for args in "export junit $d" "merge $d"; do
		# shellcheck disable=SC2086
		run "$D" $args
		[ "$status" -eq 3 ]
		says "did not come to its end: dmatorture recover $d"
	done
	run "$D" compare "$d" "$d"
	[ "$status" -ne 0 ]
	says "did not come to its end: dmatorture recover $d"
}
