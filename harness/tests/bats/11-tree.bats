#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# A built tree that is copied or moved must use its own files, none of the place where it was built.

load common

setup_file() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
	mkdir -p "$BATS_FILE_TMPDIR/copy/build/unit"
	cp -a "$TOP"/{Makefile,harness,scenarios,kmod} "$BATS_FILE_TMPDIR/copy/"
	cp "$TOP/build/"{dmatorture,dmatorture-san,agent} "$BATS_FILE_TMPDIR/copy/build/"
	cp "$TOP/build/unit/test_known" "$BATS_FILE_TMPDIR/copy/build/unit/"
	# Copy what was built, so that nothing is built again.
	cp -a "$TOP/build/"{kmod,modules}-debian-6.12 "$BATS_FILE_TMPDIR/copy/build/"
}

setup() {
	C=$BATS_FILE_TMPDIR/copy
	cd "$BATS_TEST_TMPDIR" || return
	unset DMATORTURE_TREE DMATORTURE_SCENARIOS
}

@test "list, show, plan and run of a copied tree: its own scenarios" {
	for d in "$C/build/dmatorture" "$C/build/dmatorture-san"; do
		sed 's/^    ".*"$/    "it is the copy"/' "$TOP/scenarios/order/split.dma" > "$C/scenarios/order/split.dma"
		"$d" list order/split | grep -q 'it is the copy'
		"$d" show order/split | grep -q 'it is the copy'
		"$D" list order/split | grep -q 'the copy is unmapped'
		sed 's/^scenario .*/scenario order\/copied/' "$TOP/scenarios/order/split.dma" > "$C/scenarios/order/copied.dma"
		"$d" run --dry-run order/copied | grep -q '^order/copied'
		"$d" plan order/copied | grep -q order
		run "$D" list order/copied
		[ "$status" -eq 2 ]
		rm "$C/scenarios/order/copied.dma"
		# By a link to the program, and from another directory.
		ln -sf "$d" here
		./here list order/split | grep -q 'it is the copy'
	done
}

@test "a copied tree: results, known issues, templates, jobs and scripts are its own" {
	d=$C/build/dmatorture
	run "$d" baseline list
	run "$d" history
	echo 'wrong' > "$C/scenarios/KNOWN-ISSUES"
	run "$d" run --world coherent order/split
	[ "$status" -eq 2 ]
	says "$C/scenarios/KNOWN-ISSUES:1"
	cp "$TOP/scenarios/KNOWN-ISSUES" "$C/scenarios/"
	echo '# of the copy' >> "$C/harness/board/ci/lava-job.yaml"
	"$d" plan --lava jobs order/split
	grep -q '# of the copy' jobs/part-1.yaml
	# The scripts for kernels: this kernel is known only to the copy's.
	printf '#!/bin/sh\necho "asked the copy for $*" >&2; exit 2\n' > "$C/harness/kernels/kernel-setup"
	run "$d" run --world coherent order/split
	[ "$status" -eq 2 ]
	says "asked the copy for debian:6.12"
	cp "$TOP/harness/kernels/kernel-setup" "$C/harness/kernels/"
	printf '#!/bin/sh\necho "bisect of the copy, results $DMATORTURE_RESULTS"\n' > "$C/harness/kernels/bisect"
	run "$d" bisect
	says "bisect of the copy, results $C/results"
}

@test "a copied tree: run leaves its results in the copy, with the copy's agent and modules" {
	fake_qemu <<< 'echo "$@" > "$BATS_TEST_TMPDIR/args"; exit 1'
	run "$C/build/dmatorture" run --world coherent order/split
	[ "$status" -eq 3 ]
	says "results: $C/results/"
	rm "$C/build/agent"
	run "$C/build/dmatorture" run --world coherent order/split
	[ "$status" -eq 3 ]
	says "no agent"
	cp "$TOP/build/agent" "$C/build/"
}

@test "a copied tree: modules are built of the copy's sources, not by links into the first tree" {
	[ -n "$(find "$C/build/kmod-debian-6.12" -lname "$TOP/kmod/*" -print -quit)" ]
	mkdir -p bin
	printf '#!/bin/sh\nexit 1\n' > bin/make
	chmod +x bin/make
	touch "$C/kmod/Kbuild"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$C/build/dmatorture" run --world coherent order/split
	[ "$status" -eq 3 ]
	says "the modules could not be built"
	[ -n "$(find "$C/build/kmod-debian-6.12" -lname "$C/kmod/*" -print -quit)" ]
	[ -z "$(find "$C/build/kmod-debian-6.12" -type l ! -lname "$C/kmod/*" -print -quit)" ]
}

@test "a unit test of a copied tree reads the copy's files" {
	"$C/build/unit/test_known"
	echo 'wrong' > "$C/scenarios/KNOWN-ISSUES"
	run "$C/build/unit/test_known"
	[ "$status" -ne 0 ]
	cp "$TOP/scenarios/KNOWN-ISSUES" "$C/scenarios/"
}

@test "DMATORTURE_TREE names another tree; a program without one says so" {
	mkdir -p alone
	cp "$TOP/build/dmatorture" alone/
	run alone/dmatorture list
	[ "$status" -eq 2 ]
	says "no tree of dmatorture (harness/kernels/kernel-setup) above $BATS_TEST_TMPDIR/alone/dmatorture: DMATORTURE_TREE=DIR names one"
	[ "$(DMATORTURE_TREE=$TOP alone/dmatorture list | wc -l)" -eq "$("$D" list | wc -l)" ]
	DMATORTURE_TREE=$BATS_TEST_TMPDIR/alone run alone/dmatorture list
	[ "$status" -eq 2 ]
	says "DMATORTURE_TREE=$BATS_TEST_TMPDIR/alone: no harness/kernels/kernel-setup is there"
}
