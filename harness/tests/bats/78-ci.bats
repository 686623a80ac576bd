#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the definitions in harness/board/ci, which users copy; no guests. 76-plan.bats tests those
# for LAVA and Slurm, as plan fills them in.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	CI=$TOP/harness/board/ci
}

@test "gitlab-ci.yml: well-formed, known keywords only, each stage and template is there" {
	yamllint -s -d '{extends: default, rules: {line-length: disable, document-start: disable}}' "$CI/gitlab-ci.yml"
	"$TOP/harness/tests/yaml-to-json" "$CI/gitlab-ci.yml" > ci.json
	"$TOP/harness/tests/check-schema" "$TOP/harness/tests/gitlab-ci.schema.json" ci.json
	jq -e '. as $all | .stages as $stages | del(.stages) | to_entries | map(.value) |
		all((.stage == null or ([.stage] - $stages == [])) and (.extends == null or $all[.extends] != null))' ci.json
	# Each kernel of the matrix is in the plan with which the verdict is made.
	for kernel in $(jq -r '.dmatorture.parallel.matrix[].KERNEL[]' ci.json); do
		jq -e --arg k "$kernel" '."dmatorture-verdict".script | any(contains("--kernel " + $k))' ci.json
	done
	jq '.dmatorture.scripts = .dmatorture.script' ci.json > wrong.json
	run "$TOP/harness/tests/check-schema" "$TOP/harness/tests/gitlab-ci.schema.json" wrong.json
	[ "$status" -eq 1 ]
}

@test "gitlab-ci.yml: its steps do what they say" {
	"$TOP/harness/tests/yaml-to-json" "$CI/gitlab-ci.yml" > ci.json
	mkdir -p dmatorture/build
	ln -s "$D" dmatorture/build/dmatorture
	printf 'setup:\n\t@:\n' > dmatorture/Makefile
	fake_qemu <<< 'exit 1'
	jq -r '.dmatorture.script[]' ci.json | sed 's/ run / run --world coherent --observer off order\/split /' > test.sh
	export KERNEL=debian:6.12
	run bash -e test.sh
	[ "$status" -eq 3 ]
	junit=$(jq -r '.dmatorture.artifacts.reports.junit' ci.json)
	# shellcheck disable=SC2086
	[ "$(grep -l '<testsuites name="dmatorture" tests="18"' $junit | sort -u | wc -l)" -ge 1 ]
	jq -r '."dmatorture-verdict".script[]' ci.json > verdict.sh
	run bash -e verdict.sh
	[ "$status" -eq 3 ]
	says "18 incomplete"
	says "missing (1 runs)"
	[ -e "$(jq -r '."dmatorture-verdict".artifacts.reports.junit' ci.json)" ]
}

# Makes a stand-in for dmatorture that exits with $1 and writes one line of KTAP.
stand_in() {
	cat > dmatorture <<-X2
		#!/bin/bash
		while [ "\$1" != --results ]; do shift; done
		mkdir -p "\$2/latest"
		[ $1 -eq 2 ] && { echo "no such scenario"; exit 2; }
		printf 'KTAP version 1\n1..1\n%s\n' "${2:-ok 1 a/b @strict}" > "\$2/latest/ktap.txt"
		exit $1
	X2
	chmod +x dmatorture
	export DMATORTURE=$PWD/dmatorture
}

@test "kselftest: exit codes are kselftest's, KTAP comes through" {
	for codes in 0:0 4:4 1:1 3:1 5:1 6:1; do
		stand_in "${codes%:*}"
		run "$CI/kselftest/dmatorture.sh"
		[ "$status" -eq "${codes#*:}" ]
		says "ok 1 a/b @strict"
	done
	stand_in 2
	run "$CI/kselftest/dmatorture.sh"
	[ "$status" -eq 1 ]
	says "# no such scenario"
	DMATORTURE=/none run "$CI/kselftest/dmatorture.sh"
	[ "$status" -eq 4 ]
	says "1..0 # SKIP no dmatorture"
	# Unchanged: the real program with a stand-in for QEMU.
	fake_qemu <<< 'exit 1'
	DMATORTURE=$D DMATORTURE_SELECT="--world coherent order/split" run "$CI/kselftest/dmatorture.sh"
	[ "$status" -eq 1 ]
	says "1..18"
	says "# dmatorture: exit code 3"
}

@test "kselftest: config asks for nothing that a kernel that is tested here lacks" {
	config=$("$TOP/harness/kernels/kernel-setup" debian:6.12)/config
	while read -r line; do
		grep -qE "^${line%=*}=[ym]$" "$config" || { echo "$line"; false; }
	done < "$CI/kselftest/config"
	[ "$(wc -l < "$CI/kselftest/config")" -ge 5 ]
}

@test "kselftest: the kernel's own runner runs it, skips it, fails it" {
	src=$(find "${XDG_CACHE_HOME:-$HOME/.cache}/dmatorture/sources" -maxdepth 1 -name 'linux-*' 2>/dev/null | head -n 1)
	[ -n "$src" ] && [ -e "$src/tools/testing/selftests/lib.mk" ] || skip "no kernel source tree in the cache: make witness-kernel"
	mkdir -p linux/tools/testing/selftests
	cp -r "$src"/tools/testing/selftests/{lib.mk,kselftest} linux/tools/testing/selftests/
	cp -r "$CI/kselftest" linux/tools/testing/selftests/dmatorture
	for want in "0:^ok 1 selftests: dmatorture: dmatorture.sh$" "4:^ok 1 selftests: dmatorture: dmatorture.sh # SKIP" \
		"5:^not ok 1 selftests: dmatorture: dmatorture.sh # exit=1"; do
		stand_in "${want%%:*}"
		run make -s -C linux/tools/testing/selftests/dmatorture run_tests
		grep -qE "${want#*:}" <<< "$output" || { echo "$output"; false; }
		says "# ok 1 a/b @strict"
		says "# timeout set to 7200"
	done
}
