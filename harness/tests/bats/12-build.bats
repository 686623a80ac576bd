#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests that a build which is not possible fails with the reason.

load common

# Catches: an observer that is built for a machine where physical addresses come out as 0.
@test "the observer's programs refuse another architecture, with the reason" {
	for arch in riscv powerpc s390; do
		run clang -target bpf -O2 -g -fsyntax-only -D__TARGET_ARCH_$arch \
			"-I/usr/include/$(gcc -dumpmachine)" "$TOP/bpf/observer.bpf.c"
		[ "$status" -ne 0 ]
		# it must be the first error
		[[ "$(grep -m 1 'error:' <<< "$output")" == *"the observer is written for x86-64 and arm64"* ]]
	done
	run clang -target bpf -O2 -g -fsyntax-only -D__TARGET_ARCH_x86 -Wno-missing-declarations \
		"-I/usr/include/$(gcc -dumpmachine)" "$TOP/bpf/observer.bpf.c"
	[ "$status" -eq 0 ]
}

# Catches: the same reason after a screen of the compiler's errors.
@test "make says it before the compiler is called" {
	run make -C "$TOP" --no-print-directory BPF_ARCH=riscv OUT="$BATS_TEST_TMPDIR/b" V=1 \
		"$BATS_TEST_TMPDIR/b/observer.bpf.o"
	[ "$status" -eq 2 ]
	says "the observer cannot be built for riscv"
	! grep -q clang <<< "$output"
}
