#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the formats for CI systems with other programs that read them; no guests.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	R=$BATS_TEST_TMPDIR/results
}

# result DIR KERNEL [ID OUTCOME MESSAGE]...: a run directory with these cells.
result() {
	local dir=$1 kernel=$2
	shift 2
	mkdir -p "$dir"
	jq -n --arg kernel "$kernel" '{
		schema: "dmatorture-result-1", kernel: $kernel, release: "6.12.1", target: "vm",
		accelerator: "tcg-icount", smp: 1, seed: "0x1", exit_code: 0, boots: [],
		cells: [$ARGS.positional | _nwise(3) | {
			id: .[0], scenario: (.[0] | split(" ")[0]), world: (.[0] | split("@")[1]),
			params: {}, seed: "0x1", repeat: 1, boot: null, expected: [], splats: [],
			outcome: .[1], messages: [.[2] | select(. != "")]}]
		}' --args "$@" > "$dir/result.json"
	echo '{"ended": "2026-11-23T10:00:00Z"}' > "$dir/env.json"
}

# Makes a run with each outcome, and with words that could break formats.
each_outcome() {
	result run debian:6.12 "o/a size=4K @strict" pass "" "o/a size=8K @strict" skip 'no "IOMMU" <here> & # now' \
		"o/b @bounce" fail $'parity\a is wrong ]]>' "o/c @bounce" hang "no sign of life for 60 s" \
		"p/d @strict" panic "BUG: unable to handle page fault" "p/e @strict" incomplete "3 events were lost"
}

xsd() { xmllint --noout --schema "$TOP/harness/tests/junit.xsd" "$@"; }

@test "junit.xml: by its schema, and read by junitparser" {
	each_outcome
	"$D" export junit run > junit.xml
	xsd junit.xml
	[ "$(xmllint --xpath 'string(//testcase[@classname="o.b"]/failure/@message)' junit.xml)" = "parity\x07 is wrong ]]>" ]
	# Another program gets the same sums of the suites.
	junitparser merge junit.xml again.xml
	for count in tests=6 failures=1 errors=3 skipped=1; do
		[ "$(xmllint --xpath "string(/testsuites/@${count%=*})" again.xml)" = "${count#*=}" ]
	done
	run junitparser verify junit.xml
	[ "$status" -eq 1 ]
	result good debian:6.12 o/a\ @strict pass "" o/b\ @strict skip "not here"
	"$D" export junit good > good.xml
	junitparser verify good.xml
}

@test "junit.xml: the schema refuses what readers would misread" {
	each_outcome
	"$D" export junit run > junit.xml
	for wrong in 's/name="@bounce"/name=""/' 's/tests="2"/tests="two"/' 's/<failure /<failed /; s/failure>/failed>/' \
		's/type="hang"/type="slow"/' 's/name="size=8K @strict"/name="size=4K @strict"/'; do
		sed "$wrong" junit.xml > wrong.xml
		! cmp -s junit.xml wrong.xml
		run xsd wrong.xml
		[ "$status" -ne 0 ]
	done
}

@test "ktap.txt: Perl's prove reads the same numbers" {
	each_outcome
	"$D" export ktap run > ktap.txt
	run prove --verbose --merge --exec cat ktap.txt
	[ "$status" -ne 0 ]
	says "Failed 4/6 subtests"
	says "less 1 skipped subtest: 1 okay"
	result good debian:6.12 o/a\ @strict pass "" o/b\ @strict skip "not here"
	"$D" export ktap good > good.txt
	prove --exec cat good.txt
	# If it is truncated, a reader must see a failure.
	head -n 3 good.txt > cut.txt
	run prove --exec cat cut.txt
	[ "$status" -ne 0 ]
}

@test "a run leaves junit.xml beside ktap.txt, also when no guest lived" {
	fake_qemu <<< 'exit 1'
	run "$D" run --results "$R" --world coherent order/split
	[ "$status" -eq 3 ]
	d=$(run_dir)
	xsd "$d/junit.xml"
	[ "$(xmllint --xpath 'string(/testsuites/@errors)' "$d/junit.xml")" -eq 18 ]
	"$D" export junit "$d" | cmp - "$d/junit.xml"
	"$D" export ktap "$d" | cmp - "$d/ktap.txt"
	schema "$d/kcidb.json"
	[ "$(jq -r "[.tests[].status] | unique | join(\" \")" "$d/kcidb.json")" = MISS ]
}

schema() { "$TOP/harness/tests/check-schema" "$TOP/harness/tests/kcidb.schema.json" "$@"; }

@test "kcidb.json: by the schema of KCIDB; each test belongs to a build, each build to a checkout" {
	each_outcome
	jq '.cells[2].boot = "bounce-0" | .cells[5].boot = "strict-0"' run/result.json > x
	mv x run/result.json
	"$D" export kcidb run > k.json
	schema k.json
	[ "$(jq -r '[.tests[].status] | join(" ")' k.json)" = "PASS SKIP FAIL FAIL FAIL ERROR" ]
	jq -e '[.builds[].id] as $b | [.checkouts[].id] as $c |
		([.tests[].build_id] - $b == []) and ([.builds[].checkout_id] - $c == [])' k.json
	jq -e '[.tests[].id] | unique | length == 6' k.json
	# With the name of another CI system; and a run that ended differently is another run.
	"$D" export kcidb --origin my_ci run > other.json
	schema other.json
	jq -e '[.tests[], .builds[], .checkouts[] | .origin == "my_ci" and (.id | startswith("my_ci:"))] | all' other.json
	echo '{"ended": "2026-11-23T10:00:00Z", "wall_s": 1.25}' > run/env.json
	"$D" export kcidb run > later.json
	jq -ne --slurpfile a k.json --slurpfile b later.json '[$a[0].tests[].id] - [$b[0].tests[].id] | length == 6'
	for origin in '' 'My-CI' 'a b'; do
		run "$D" export kcidb --origin "$origin" run
		[ "$status" -eq 2 ]
	done
}

@test "kcidb.json: the schema refuses what KCIDB would" {
	each_outcome
	"$D" export kcidb run > k.json
	for wrong in '.version.major = 4' '.tests[0].status = "pass"' '.tests[0].path = "a..b"' 'del(.tests[0].build_id)' \
		'.tests[0].log_excerpt = null' '.tests[0].seed = 1' '.tests[0].id = "nobody"' '.builds[0].extra = 1'; do
		jq "$wrong" k.json > wrong.json
		run schema wrong.json
		[ "$status" -eq 1 ]
	done
}

# Reads signals as LAVA's dispatcher does: words at blanks, "=" once in each, no name twice.
lava_reads() {
	awk '!/^<LAVA_SIGNAL_TESTCASE .*>$/ { print "no signal: " $0; bad = 1; next }
		{ sub(/^<LAVA_SIGNAL_TESTCASE /, ""); sub(/>$/, "") }
		{ for (i = 1; i <= NF; i++) if (split($i, kv, "=") != 2) { print "malformed: " $i; bad = 1 } }
		seen[$1]++ { print "twice: " $1; bad = 1 }
		$2 !~ /^RESULT=(pass|fail|skip|unknown)$/ { print "result: " $2; bad = 1 }
		END { exit bad }' "$@"
}

@test "LAVA signals: one a cell, and none that the dispatcher would cut or refuse" {
	each_outcome
	"$D" export lava run > signals
	lava_reads signals
	[ "$(wc -l < signals)" -eq 6 ]
	[ "$(grep -c 'RESULT=pass' signals)" -eq 1 ]
	# All cells of the suite have different names.
	"$D" run --dry-run 2> /dev/null | sed 's/ seed=.*//' > ids
	jq -Rn '{schema: "dmatorture-result-1", kernel: "k", release: "r", accelerator: "tcg",
		cells: [inputs | {id: ., scenario: split(" ")[0], world: split("@")[1],
				  outcome: "pass", messages: []}]}' ids > run/result.json
	"$D" export lava run > signals
	[ "$(wc -l < signals)" -eq "$(wc -l < ids)" ]
	lava_reads signals
	"$D" export junit run > junit.xml
	xsd junit.xml
	# Two runs with the same cells.
	cp -r run again
	"$D" export lava run again > signals
	lava_reads signals
}

@test "LAVA signals to the kernel's log: a write a line, above every loglevel" {
	each_outcome
	mkfifo kmsg
	cat kmsg > got &
	ASAN_OPTIONS=detect_leaks=0 strace -qq -s 200 -e trace=write -o trace -P kmsg "$D" export lava --kmsg=kmsg run
	wait
	[ "$(grep -c 'write(.*"<0><LAVA_SIGNAL_TESTCASE .*>\\n"' trace)" -eq 6 ]
	"$D" export lava run | sed 's/^/<0>/' | cmp - got
	run "$D" export lava --kmsg=none run
	[ "$status" -eq 3 ]
	says "none: No such file"
	run "$D" export junit --kmsg=got run
	[ "$status" -eq 2 ]
}

@test "export: usage, and run directories that are none" {
	each_outcome
	for args in "" junit "jnuit run" "--frob junit run"; do
		# shellcheck disable=SC2086
		run "$D" export $args
		[ "$status" -eq 2 ]
	done
	run "$D" export jnuit run
	says "did you mean 'junit'?"
	run "$D" export junit none
	[ "$status" -eq 3 ]
	says "none: result.json cannot be read: No such file"
	head -c 200 run/result.json > half
	mv half run/result.json
	run "$D" export junit run
	[ "$status" -eq 3 ]
	says "run: result.json:"
	rc=0; result run debian:6.12 o/a\ @strict pass ""; "$D" export junit run > /dev/full || rc=$?
	[ "$rc" -eq 3 ]
}
