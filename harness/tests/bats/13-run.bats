#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests which cells run, in which order, and how that is told; guests are stand-ins.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export DMATORTURE_SCENARIOS=$BATS_TEST_TMPDIR/scenarios FAKE=$TOP/build/fakeguest
	export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
	R=$BATS_TEST_TMPDIR/results
	ten_cells
}

# Guests in whose cells N checks of ten are wrong.
wrong() { fake_qemu <<< "\"\$FAKE\" \"\$CHANNEL\" 10 10000 $1 plan"; }

# A run that ended: the cells with b=2us and 7us failed.
some_failed() {
	mkdir -p old
	jq -n '{schema: "dmatorture-result-1", kernel: "debian:6.12", release: "6.12.1", accelerator: "tcg-icount",
		cells: [range(1; 11) | {id: "g/ten b=\(.)us @strict", scenario: "g/ten", world: "strict",
			outcome: (if . == 2 or . == 7 then "fail" else "pass" end), messages: []}]}' > old/result.json
	echo '{"ended": "2026-11-23T10:00:00Z"}' > old/env.json
}

@test "--only-failed: what failed, and nothing else; resume knows; nothing failed: nothing to run" {
	some_failed
	run "$D" run --dry-run --only-failed old
	[ "$status" -eq 0 ]
	says "g/ten b=2us @strict"
	says "g/ten b=7us @strict"
	says "2 cells"
	wrong 0
	run "$D" run --only-failed old --results "$R"
	[ "$status" -eq 0 ]
	d=$(run_dir)
	[ "$(jq '.cells | length' "$d/result.json")" -eq 2 ]
	rm "$d/result.json"
	run "$D" recover "$d"
	[ "$(jq '.cells | length' "$d/result.json")" -eq 2 ]
	run "$D" run --only-failed "$d"
	[ "$status" -eq 0 ]
	says "there is nothing to run"
	run "$D" run --only-failed "$BATS_TEST_TMPDIR/none"
	[ "$status" -eq 2 ]
}

@test "--fail-fast, --failed-first: the first that fails ends the run; it is one that failed before" {
	some_failed
	wrong 1
	run "$D" run --world strict --fail-fast --results "$R"
	[ "$status" -eq 1 ]
	says "fail g/ten b=1us @strict"
	says "run --resume"
	[ "$(jq '[.cells[] | select(.outcome == "fail")] | length' "$(run_dir)/result.json")" -eq 1 ]
	[ -z "$(grep 'b=9us' <<< "$output")" ]
	run "$D" run --world strict --fail-fast --failed-first=old --results "$R"
	[ "$status" -eq 1 ]
	says "fail g/ten b=2us @strict"
	[ "$(jq '[.cells[] | select(.outcome == "fail")] | length' "$(run_dir)/result.json")" -eq 1 ]
	# the latest run of --results, in which b=2us was the one
	run "$D" run --world strict --fail-fast --failed-first --results "$R"
	says "fail g/ten b=2us @strict"
}

@test "run --json: one document on stdout, nothing else, with the exit code that it says" {
	wrong 1
	"$D" run --world strict --json --results "$R" > out.json 2> err || [ $? -eq 1 ]
	[ "$(jq -r '.exit_code, .outcomes.fail, .cells[0].id' out.json | xargs)" = "1 10 g/ten b=1us @strict" ]
	[ -e "$(jq -r .directory out.json)/result.json" ]
	"$D" run --dry-run --json --world strict | jq -se 'length == 10 and .[0].world == "strict"'
	"$D" merge --json "$(jq -r .directory out.json)" > merged.json || [ $? -eq 1 ]
	"$TOP/harness/tests/check-schema" "$TOP/harness/tests/merged.schema.json" merged.json
}

@test "progress: sparse lines in a log, one live line on a terminal, with parameters and world" {
	wrong 0
	run "$D" run --world strict --results "$R"
	[ "$(grep -c '^  \[[0-9]*/10\]' <<< "$output")" -le 3 ]
	says "[10/10] g/ten b=10us @strict"
	command -v script || skip "no script(1)"
	TERM=xterm run script -qec "'$D' run --world strict --results '$R'" /dev/null
	grep -q $'\033\[32mpass' <<< "$output"
	NO_COLOR=1 TERM=xterm run script -qec "'$D' run --world strict --results '$R'" /dev/null
	[ -z "$(grep $'\033\[3' <<< "$output")" ]
	TERM=dumb run script -qec "'$D' run --world strict --results '$R'" /dev/null
	[ -z "$(grep $'\033' <<< "$output")" ]
}

@test "list: title, worlds, cells, classes and the usual time of runs here; filters; JSON" {
	run "$D" list
	says "g/ten                               40 cells  all                    - s  ten cells"
	wrong 0
	"$D" run --world strict --results "$R" > /dev/null 2>&1
	grep -q '^0[.0-9]* debian:6.12 strict g/ten$' "$DMATORTURE_USUAL_TIMES"
	printf '%s\n' '0.5 debian:6.12 strict g/ten' '1.5 debian:6.12 coherent g/ten' '1 debian:6.12 bounce g/ten' \
		'1 debian:6.12 bounce32 g/ten' 'nonsense' '9 debian:6.1 strict g/ten' > "$DMATORTURE_USUAL_TIMES"
	run "$D" list
	says "   40.0 s  ten cells"
	run "$D" list --kernel debian:6.1
	says "      - s  ten cells"
	unset DMATORTURE_SCENARIOS
	run "$D" list --class early-map --word order
	says "order/legacy "
	says "[early-map"
	[ -z "$(grep "order/split " <<< "$output")" ]
	"$D" list --json --word LEGACY order/ | jq -se '.[0].name == "order/legacy" and .[0].cells == 72 and
		(.[0].worlds | length) == 4 and .[0].classes[0] == "early-map"'
	run "$D" list --class early-mapp
	[ "$status" -eq 2 ]
	says "did you mean 'early-map'?"
}
