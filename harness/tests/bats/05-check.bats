#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests what `make check` reports about itself: run-all, with bats files that are made here.

load common

# check [FULL=1]: calls run-all as make check does, without the variables and PATH of this bats.
check() { run env -i PATH="${PATH#*/libexec/bats-core:}" HOME="$HOME" BATS="$BATS_TEST_TMPDIR/planted.bats" "$@" "$TOP/harness/tests/run-all"; }

# Lines here begin with TEST, as one that began with @test would be a test of this file.
planted() { sed "s/^TEST/@test/" > "$BATS_TEST_TMPDIR/planted.bats"; }

# Catches: a check that passes without saying which tests it left out.
@test "what was skipped or left to check-full is named at the end, with the command" {
	planted <<-'X'
	TEST "is proven" { true; }
	TEST "has no kernel" { skip "moon is not built: make moon-kernel"; }
	# bats test_tags=slow, full
	# A comment.
	TEST "takes long" { false; }
	X
	check
	[ "$status" -eq 0 ]
	says "not proven here"
	says "  planted: has no kernel: moon is not built: make moon-kernel"
	says "  planted: takes long: make check-full"
	[ "$(grep -c '^  planted: ' <<< "$output")" -eq 2 ]
	[ "${lines[-1]}" = "1 passed, 0 failed, 1 skipped" ]
}

@test "check-full runs what is marked, and a check that proves all has no list" {
	planted <<-'X'
	# bats file_tags=full
	TEST "takes long" { true; }
	TEST "takes longer" { true; }
	X
	check FULL=1
	[ "$status" -eq 0 ]
	[[ $output != *"not proven"* ]]
	[ "${lines[-1]}" = "2 passed, 0 failed, 0 skipped" ]
	check
	says "  planted: takes longer: make check-full"
	[ "${lines[-1]}" = "0 passed, 0 failed, 0 skipped" ]
	planted <<-'X'
	# bats test_tags=full
	TEST "is wrong" { false; }
	X
	check FULL=1
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "0 passed, 1 failed, 0 skipped" ]
}

# Catches: what a test runs, lint or units with planted defects, counted as failures of the check.
@test "what a test runs is not counted, and a failure is named at the end with its reason" {
	planted <<-X
	TEST "runs units that fail" { "$TOP/harness/tests/run-units" /bin/false || true; }
	X
	check
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "1 passed, 0 failed, 0 skipped" ]
	planted <<-'X'
	TEST "is right" { true; }
	TEST "is wrong" { echo "the moon is missing"; false; }
	X
	check
	echo "$output"
	[ "$status" -eq 1 ]
	sed -n '/^failed:/,$p' <<< "$output" | grep -q '  planted: is wrong'
	sed -n '/^failed:/,$p' <<< "$output" | grep -q 'the moon is missing'
	[ "${lines[-1]}" = "1 passed, 1 failed, 0 skipped" ]
}
