#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests plan, run --plan and merge: a suite in parts; guests are stand-ins.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export DMATORTURE_SCENARIOS=$BATS_TEST_TMPDIR/scenarios
}

schema() { "$TOP/harness/tests/check-schema" "$TOP/harness/tests/$1.schema.json" "$2"; }

# scenario NAME [WORLDS]: makes a scenario with one cell for each world.
scenario() {
	mkdir -p "scenarios/${1%/*}"
	cat > "scenarios/$1.dma" <<-X
		scenario $1
		    "a test"
		repeat 10
		worlds ${2-coherent bounce}
		engine copy memcpy like fsl-dma
		buffer a 4K random
		thread {
		    map m = copy a TO_DEVICE
		    unmap m
		}
	X
}

# Fakes guests whose only cell passes.
good_guests() {
	export FAKE=$TOP/build/fakeguest
	fake_qemu <<< '"$FAKE" "$CHANNEL" 10 10000'
}

# result DIR KERNEL [ID OUTCOME]...
result() {
	local dir=$1 kernel=$2
	shift 2
	mkdir -p "$dir"
	jq -n --arg kernel "$kernel" --argjson code "${CODE-null}" --arg release "${RELEASE-6.12.1}" '{
		schema: "dmatorture-result-1", kernel: $kernel, release: $release, accelerator: "tcg-icount",
		exit_code: $code,
		cells: [$ARGS.positional | _nwise(2) | {id: .[0], scenario: (.[0] | split(" ")[0]),
			world: (.[0] | split("@")[1]), outcome: .[1],
			messages: (if .[1] == "pass" then [] else ["so it was"] end)}]
		}' --args "$@" > "$dir/result.json"
	echo '{"ended": "2026-11-23T10:00:00Z"}' > "$dir/env.json"
}

# A plan of a/one and b/one on two kernels: 8 parts of one cell.
small_plan() {
	scenario a/one
	scenario b/one
	"$D" plan --json -k debian:6.12 -k debian:6.1 > plan.json
}

@test "plan: every cell of the suite is in one part, for each kernel" {
	unset DMATORTURE_SCENARIOS
	"$D" plan --json -k debian:6.12 -k debian:6.1 --engines both > plan.json
	schema plan plan.json
	for engines in soft drivers; do
		"$D" run --dry-run --engines $engines 2> /dev/null | sed 's/ seed=.*//' | sort > ids
		for kernel in debian:6.12 debian:6.1; do
			jq -r --arg k $kernel --arg e $engines \
				'.parts[] | select(.kernel == $k and .engines == $e) | .cells[]' plan.json |
				sort | cmp - ids
		done
	done
	# The same as lines of text.
	"$D" plan -k debian:6.12 -k debian:6.1 --engines both > plan.txt
	[ "$(wc -l < plan.txt)" -eq "$(jq '.parts | length' plan.json)" ]
	[ "$(awk '{ print $2, $3, $4, $5, $6 }' plan.txt)" = \
	  "$(jq -r '.parts[] | "\(.kernel) \(.group) \(.engines) \(.world) \(.cells | length)"' plan.json)" ]
	# And with a selection of scenarios.
	[ "$("$D" plan --world strict order/ | wc -l)" -eq 1 ]
}

@test "plan: usage" {
	scenario a/one
	for args in "none/" "--engines hard" "-k x -k x" "--world moon" "--repeat 0" "--seed x" "--world strict a/"; do
		# shellcheck disable=SC2086
		run "$D" plan $args
		[ "$status" -eq 2 ]
	done
}

@test "run --plan --part: what the plan says, and nothing else" {
	small_plan
	for n in $(seq 8); do
		[ "$("$D" run --dry-run --plan plan.json --part "$n" 2> /dev/null | sed 's/ seed.*//')" = \
		  "$(jq -r ".parts[$n - 1].cells[]" plan.json)" ]
	done
	[ "$("$D" run -n --plan - --part 2 < plan.json 2> /dev/null)" = "$("$D" run -n --plan plan.json --part 2 2> /dev/null)" ]
	"$D" plan --json --seed 7 --repeat 3 a/ > other.json
	"$D" run -n --plan other.json --part 1 2> /dev/null | grep -q 'seed=7 repeat=3'
	for args in "--part 9" "--part 0" "" "--part 1 a/one" "--part 1 --world strict" "--part 1 --seed 2" \
		"--part 1 -k debian:6.1"; do
		# shellcheck disable=SC2086
		run "$D" run -n --plan plan.json $args
		[ "$status" -eq 2 ]
	done
	run "$D" run -n --part 1
	[ "$status" -eq 2 ]
	run "$D" run -n --plan none --part 1
	[ "$status" -eq 2 ]
	says "none: No such file"
	head -c 300 plan.json > half.json
	run "$D" run -n --plan half.json --part 1
	[ "$status" -eq 2 ]
	jq 'del(.parts[3].world)' plan.json > bad.json
	run "$D" run -n --plan bad.json --part 1
	says "part 4 lacks"
	# A scenario that was added later would be missing.
	scenario a/two

	jq '.parts[0].cells += ["a/one size=4K @coherent"]' plan.json > changed.json
	run "$D" run -n --plan changed.json --part 1
	[ "$status" -eq 2 ]
	says "make it again"
}

@test "a plan is run in parts, in any order, and merged into one verdict" {
	for group in a b c d; do scenario $group/one coherent; done
	"$D" plan --json > plan.json
	[ "$(jq '.parts | length' plan.json)" -eq 4 ]
	good_guests
	run "$D" run --plan plan.json --part 2 --results r --observer off
	[ "$status" -eq 0 ]
	run "$D" merge --plan plan.json r/*
	[ "$status" -eq 3 ]
	says "debian:6.12 b @coherent     1 cells: 1 pass"
	says "debian:6.12 a @coherent     1 cells: 1 missing"
	says "4 cells: 1 pass 3 missing (1 runs)"
	for n in 4 1 3; do
		"$D" run --plan plan.json --part $n --results r --observer off
	done
	run "$D" merge --plan plan.json --out whole r/*
	[ "$status" -eq 0 ]
	says "4 cells: 4 pass (4 runs)"
	schema merged whole/result.json
	[ "$(jq '.cells | length' whole/result.json)" -eq 4 ]
	xmllint --noout --schema "$TOP/harness/tests/junit.xsd" whole/junit.xml
	schema kcidb whole/kcidb.json
	grep -q '^1\.\.4$' whole/ktap.txt
	[ "$(jq .exit_code whole/result.json)" -eq 0 ]
}

@test "merge: the worst verdict is the verdict; what is missing is never a pass" {
	small_plan
	result r1 debian:6.12 "a/one @coherent" pass "b/one @coherent" pass "a/one @bounce" pass "b/one @bounce" pass
	result r2 debian:6.1 "a/one @coherent" pass "b/one @coherent" pass "a/one @bounce" pass "b/one @bounce" skip
	run "$D" merge --plan plan.json r1 r2
	[ "$status" -eq 0 ]
	says "8 cells: 7 pass 1 skip (2 runs)"
	run "$D" merge --plan plan.json r1 --out whole
	[ "$status" -eq 3 ]
	says "8 cells: 4 pass 4 missing (1 runs)"
	[ "$(jq -c '[.missing, .exit_code]' whole/result.json)" = "[4,3]" ]
	[ "$(grep -c '^not ok .*debian:6.1 .* # ERROR missing: no run has it' whole/ktap.txt)" -eq 4 ]
	[ "$(xmllint --xpath 'string(/testsuites/@errors)' whole/junit.xml)" -eq 4 ]
	[ "$(jq '[.tests[] | select(.status == "MISS")] | length' whole/kcidb.json)" -eq 4 ]
	schema kcidb whole/kcidb.json
	run "$D" merge --plan plan.json
	[ "$status" -eq 3 ]
	for outcome in fail:1 hang:6 panic:5 incomplete:3; do
		result r2 debian:6.1 "a/one @coherent" pass "b/one @coherent" pass "a/one @bounce" "${outcome%:*}" "b/one @bounce" pass
		run "$D" merge --plan plan.json r1 r2
		[ "$status" -eq "${outcome#*:}" ]
	done
	# A panic is worse than missing cells.
	result r2 debian:6.1 "a/one @coherent" panic
	run "$D" merge --plan plan.json r1 r2
	[ "$status" -eq 5 ]
	# A run whose exit code is worse than its cells.
	CODE=5 result r2 debian:6.1 "a/one @coherent" pass
	run "$D" merge r1 r2
	[ "$status" -eq 5 ]
}

@test "merge: a cell that ran twice: what was judged counts, of two judgements the worse" {
	result r1 debian:6.12 "a/one @coherent" incomplete "b/one @coherent" fail
	result r2 debian:6.12 "a/one @coherent" pass "b/one @coherent" pass
	for order in "r1 r2" "r2 r1"; do
		# shellcheck disable=SC2086
		run "$D" merge $order --out whole
		[ "$status" -eq 1 ]
		says "2 cells: 1 pass 1 fail (2 runs)"
		says "debian:6.12 b/one @coherent: pass in r2, fail in r1; fail counts"
		says "2 cells are in more than one run, 2 times with another outcome"
	done
	# Another kernel, or other engines, is another cell.
	result r3 debian:6.1 "a/one @coherent" pass
	run "$D" merge r2 r3
	says "3 cells: 3 pass (2 runs)"
	# The same directory by another name counts once.
	ln -s r2 latest
	run "$D" merge r2 latest
	says "2 cells: 2 pass (1 runs)"
}

@test "merge: verdicts that were changed afterwards are said, and never pass" {
	result good debian:6.12 "a/one @coherent" pass "b/one @coherent" pass
	jq '.exit_code = 0 | .outcomes = {pass: 2, skip: 0, incomplete: 0, fail: 0, hang: 0, panic: 0}' good/result.json > x
	cp x good/result.json
	run "$D" merge good
	[ "$status" -eq 0 ]
	# Each line: change, exit code, message.
	while IFS='|' read -r change code said; do
		mkdir -p changed
		jq "$change" good/result.json > changed/result.json
		run "$D" merge changed
		[ "$status" -eq "$code" ]
		says "changed: $said: result.json was changed"
	done <<-'X'
		.cells[0].outcome = "fail" |1|its exit code 0 does not follow from its cells, which give 1
		.exit_code = 1 |1|its exit code 1 does not follow from its cells, which give 0
		.exit_code = 4 |3|its exit code 4 does not follow from its cells, which give 0
		.exit_code = 99 |3|its exit code 99 does not follow from its cells, which give 0
		.outcomes.fail = 1 |3|it counts 1 fail cells and has 0
		.outcomes.pass = 3 |3|it counts 3 pass cells and has 2
		del(.cells[1]) |3|it counts 2 pass cells and has 1
		.exit_code = 5 |5|its exit code 5 does not follow from its cells, which give 0
	X
	# A guest may be worse than its cells.
	jq '.exit_code = 5 | .boots = [{name: "coherent-0", kmemleak: {ran: true, titles: [{title: "leak", count: 1}]}}]' \
		good/result.json > changed/result.json
	run "$D" merge changed
	[ "$status" -eq 5 ]
	! grep -q "was changed" <<< "$output"
}

@test "export, merge, report: a run without cells is no success" {
	result none debian:6.12 "a/one @coherent" pass
	jq '.cells = [] | .exit_code = 0' none/result.json > x
	cp x none/result.json
	for args in "export ktap none" "export junit none" "export kcidb none" "export lava none" "merge none" "report none"; do
		# shellcheck disable=SC2086
		run "$D" $args
		[ "$status" -eq 3 ]
		grep -qE "nothing was judged|nothing to report" <<< "$output"
	done
}

@test "merge: what is no one verdict is said" {
	small_plan
	result r1 debian:6.12 "a/one @coherent" pass
	RELEASE=6.12.2 result r2 debian:6.12 "b/one @coherent" pass
	run "$D" merge r1 r2
	[ "$status" -eq 3 ]
	says "debian:6.12 is 6.12.1 in r1 and 6.12.2 in r2: no one verdict"
	# A part that died before it wrote anything.
	mkdir dead
	run "$D" merge r1 dead
	[ "$status" -eq 3 ]
	says "dead: result.json cannot be read"
	result r3 debian:6.12 "a/one @coherent" pass "z/one @coherent" pass
	run "$D" merge --plan plan.json r3
	says "1 cells are not in the plan"
	run "$D" merge
	[ "$status" -eq 2 ]
	run "$D" merge --plan r1/result.json r1
	[ "$status" -eq 2 ]
	says "no dmatorture-plan-1"
	run "$D" merge r3 --out /proc/none
	[ "$status" -eq 3 ]
	rc=0; "$D" merge r3 > /dev/full || rc=$?
	[ "$rc" -eq 3 ]
}

@test "plan --slurm: scripts that shellcheck passes, and directories that cannot be written" {
	small_plan
	"$D" plan --slurm q -k debian:6.12 a/ > /dev/null
	shellcheck q/submit q/part.sbatch q/merge.sbatch
	grep -q '^#SBATCH --array=1-2$' q/part.sbatch
	schema plan q/plan.json
	[ "$(jq '.parts | length' q/plan.json)" -eq 2 ]
	! grep -q @ q/part.sbatch q/merge.sbatch
	touch file
	run "$D" plan --slurm file/q a/
	[ "$status" -eq 3 ]
	says "file/q: Not a directory"
}

# Stops Slurm's processes, which would otherwise run on after a test that fails.
teardown() { [ ! -d slurm ] || "$TOP/harness/tests/slurm-cluster" down slurm; }

@test "plan --slurm: a job array on a cluster of one node gives one verdict" {
	for group in a b c; do scenario $group/one coherent; done
	good_guests
	"$D" plan --slurm q > /dev/null
	"$TOP/harness/tests/slurm-cluster" up slurm 2
	export SLURM_CONF=$BATS_TEST_TMPDIR/slurm/slurm.conf
	# Jobs run the same command, but without the observer, which the stand-in does not have.
	cat > d <<-X2
		#!/bin/bash
		[ "\$1" = run ] && set -- "\$@" --observer off
		exec "$D" "\$@"
	X2
	chmod +x d
	export DMATORTURE=$BATS_TEST_TMPDIR/d
	run timeout 120 q/submit --wait
	[ "$status" -eq 0 ]
	grep -q '^3 cells: 3 pass (3 runs)$' q/log/merge.txt
	[ "$(jq '.runs | length' q/verdict/result.json)" -eq 3 ]
	# If a node loses a part, the verdict waits for the others and says what is missing.
	"$D" plan --slurm lost > /dev/null
	sed -i 's/^cd /[ "$SLURM_ARRAY_TASK_ID" != 2 ] || kill -9 $$\n&/' lost/part.sbatch
	run timeout 120 lost/submit --wait
	[ "$status" -eq 3 ]
	grep -q '^3 cells: 2 pass 1 missing (2 runs)$' lost/log/merge.txt
	grep -q '^not ok .* b/one @coherent # ERROR missing' lost/verdict/ktap.txt
}

@test "plan --lava: a job a part, by LAVA's schema, whose steps run that part" {
	unset DMATORTURE_SCENARIOS
	"$D" plan --json -k debian:6.12 --engines both --seed 7 --repeat 2 order/ context/ > plan.json
	"$D" plan --lava jobs -k debian:6.12 --engines both --seed 7 --repeat 2 order/ context/ > /dev/null
	parts=$(jq '.parts | length' plan.json)
	[ "$(find jobs -type f | wc -l)" -eq "$parts" ]
	for n in $(seq "$parts"); do
		yamllint -s -d '{extends: default, rules: {line-length: disable, document-start: disable}}' "jobs/part-$n.yaml"
		"$TOP/harness/tests/yaml-to-json" "jobs/part-$n.yaml" > job.json
		schema lava-job job.json
		! grep -q '@[A-Z]*@' "jobs/part-$n.yaml"
		args=$(sed -n "s,.*build/dmatorture run \\(.*\\) || true'\$,\\1,p" "jobs/part-$n.yaml")
		# shellcheck disable=SC2086
		[ "$("$D" run --dry-run $args 2> /dev/null)" = "$("$D" run --dry-run --plan plan.json --part "$n" 2> /dev/null)" ]
	done
	for wrong in '.visibility = "all"' 'del(.timeouts.job)' '.actions[0].deploy.image = "A b"' '.steps = []' \
		'.actions[2].test.definitions[0].repository.run.steps = "x"'; do
		jq "$wrong" job.json > wrong.json
		run schema lava-job wrong.json
		[ "$status" -eq 1 ]
	done
	# With the user's own template.
	echo 'name: "@NAME@ of @PARTS@ @LAB@"' > mine
	"$D" plan --lava mine.d --template mine --world strict order/ > /dev/null
	[ "$(cat mine.d/part-1.yaml)" = 'name: "debian:6.12 order @strict of 1 @LAB@"' ]
	run "$D" plan --lava mine.d --template none order/
	[ "$status" -eq 3 ]
}
