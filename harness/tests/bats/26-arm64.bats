#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Guests of another architecture: Debian's arm64 kernels under QEMU's virt.

load common

setup_file() { export R=$BATS_FILE_TMPDIR/results; }

arm() { run "$D" run --arch arm64 --timeout 600 --results "$R" "$@"; echo "$output"; }

# Catches: a world that is not in force there, as a swiotlb of 512 KiB, and an engine that is not coherent.
# bats test_tags=full
@test "arm64: the orders have the verdicts of x86-64 in four worlds" {
	arm --world coherent,bounce,bounce32,strict order/legacy order/split
	[ "$status" -eq 0 ]
	says "144 cells: 144 pass"
	jq -e '[.cells[] | select(.scenario == "order/legacy" and .world != "coherent") | .data.bad > 0] | length > 0 and all' \
		"$(run_dir)/result.json"
	jq -e '[.cells[] | select(.scenario == "order/split") | .data.bad == 0] | length > 0 and all' "$(run_dir)/result.json"
	[ "$(jq -r .release "$(run_dir)/result.json")" = "$(cat "$("$TOP/harness/kernels/kernel-setup" --check arm64/debian:6.12)/release")" ]
	[ "$(jq -r .kernel "$(run_dir)/result.json")" = arm64/debian:6.12 ]
}

# Catches: physical addresses that are guessed (frees and stacks are then not seen, or others meet),
# arguments in the wrong registers, and rules about locks that are judged where nothing counts them.
# bats test_tags=full
@test "arm64: violations of mapping, memory, descriptors and engines are found, and their twins quiet" {
	arm --world coherent,strict violation/early-map* violation/free-while-mapped* violation/stack-memory* \
		violation/operand-overlap* violation/unmap-wrong-size* violation/use-after-unmap* \
		violation/coherent-free-atomic* violation/callback-locked* violation/bad-memory*
	[ "$status" -eq 0 ]
	jq -e '.cells | length > 25 and all(.outcome == "pass")' "$(run_dir)/result.json"
	# A lock that nothing counts is not judged, and the recording says so.
	jq -e '[.cells[] | select(.scenario == "violation/callback-locked") | .violations == []] |
		length == 2 and all' "$(run_dir)/result.json"
	strings "$(run_dir)"/boots/*/channel.bin | grep -q '^locked missing: '
}

# Catches: anything of the host in a guest of this machine.
# bats test_tags=full
@test "arm64: one seed gives the same bytes twice" {
	arm --world strict --seed 7 order/torture
	[ "$status" -eq 0 ]
	one=$(run_dir)
	arm --world strict --seed 7 order/torture
	[ "$status" -eq 0 ]
	cmp "$one/result.json" "$(run_dir)/result.json"
	cmp "$one/console.log" "$(run_dir)/console.log"
	arm --world strict --seed 7 --boot order/torture
	cmp "$one/result.json" "$(run_dir)/result.json"
}

# Catches: a name that is no architecture and is taken for the default.
@test "an architecture that is not known is refused, with those that are" {
	run "$D" run --arch sparc order/split
	[ "$status" -eq 2 ]
	says "--arch=sparc: want one of x86_64, arm64"
	run "$D" run --kernel sparc/debian:6.12 order/split
	[ "$status" -eq 2 ]
	says "kernel sparc/debian:6.12: the architecture is none of x86_64, arm64"
}
