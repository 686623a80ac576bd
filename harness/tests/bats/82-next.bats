#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the page that check-next makes of a kernel that was never tried. The steps that it takes are
# stand-ins here; that they work is for other tests.

load common

setup() {
	T=$BATS_TEST_TMPDIR/tree
	mkdir -p "$T/harness/kernels" "$T/kernel/build" "$T/old/build" "$T/run/boots/a" "$T/out"
	echo 9.9.9-next > "$T/kernel/release"
	echo 6.12.1 > "$T/old/release"
	printf '0x0\t%s\tvmlinux\tEXPORT_SYMBOL\n' dma_map_page_attrs dma_pool_create dma_buf_get > "$T/old/build/Module.symvers"
	printf '0x0\t%s\tvmlinux\tEXPORT_SYMBOL\n' dma_map_page_attrs dma_map_moon dma_fence_new > "$T/kernel/build/Module.symvers"
	tool harness/kernels/kernel-setup 'case $* in *6.12*) echo '"$T/old"' ;; *) echo "  [kernel] next: this tree has no CONFIG_MOON: left out" >&2; echo '"$T/kernel"' ;; esac'
	tool harness/kernels/build-modules 'mkdir -p out/kmod-kernel; printf "#define HAVE_XOR_GEN\n#define HAVE_SUN\n" > '"$T/out/kmod-kernel/features.h"
	tool harness/kernels/build-drivers :
	tool harness/version 'echo 0.2'
	printf 'map tracepoint\ndma_x missing: this kernel has no such function\nblind to dma_map_moon\n' > "$T/run/boots/a/channel.bin"
	echo '{"cells": [{"id": "order/split @coherent", "outcome": "pass", "messages": []},
		{"id": "a/b @bounce", "outcome": "fail", "messages": ["a \u001b[31mviolation"]}]}' > "$T/run/result.json"
	tool dmatorture 'echo "2 cells: 1 pass 1 fail (9.9.9-next, tcg, seed 1, 3 s)"; echo "known issue moon: 3 cells"; echo "results: '"$T/run"'"; exit 1'
	cd "$T"
}

tool() { # NAME SCRIPT
	printf '#!/bin/bash\n%s\n' "$2" > "$T/$1"
	chmod +x "$T/$1"
}

next() {
	DMATORTURE_TREE=$T DMATORTURE=$T/dmatorture run "$TOP/harness/tests/check-next" "$T/out" tree:next debian:6.12 "$@"
	echo "$output"
}

# Catches: a new function, a symbol left out, a probe that is missing or a failure that the page does
# not name; the exit code of the suite lost.
@test "what is new in a kernel is on one page" {
	next order/
	[ "$status" -eq 1 ]
	says "# 9.9.9-next, tried with dmatorture 0.2"
	says "this tree has no CONFIG_MOON: left out"
	says "**functions** that 6.12.1 has not: dma_map_moon"
	says "**functions** that are gone: dma_pool_create"
	says "**modules**: without a warning"
	says "**it has**: xor_gen sun"
	says "**real drivers**: without a warning"
	says "dma_x missing: this kernel has no such function"
	says "blind to dma_map_moon"
	says "**suite**: 2 cells: 1 pass 1 fail (9.9.9-next, tcg, seed 1, 3 s), exit 1"
	says "fail: a/b: a ?[31mviolation"
	! grep -q "$(printf '\033')" "$T/results/check-next/9.9.9-next.md"
	says "known issue moon: 3 cells"
	[ "$(tail -n 1 <<< "$output")" = "results: $T/results/check-next/9.9.9-next.md" ]
}

@test "a kernel that does not build, and modules that do not, end the page with the reason" {
	tool harness/kernels/build-modules 'echo "softdma/chan.c:20:16: error: implicit declaration of function moon"; exit 3'
	next
	[ "$status" -eq 3 ]
	says "**modules**: failed"
	says "softdma/chan.c:20:16: error: implicit declaration of function moon"
	! grep -q "suite" <<< "$output"
	tool harness/kernels/kernel-setup 'echo "kernel-build: next: the build failed" >&2; exit 3'
	next
	[ "$status" -eq 3 ]
	says "**kernel**: it does not build"
	says "kernel-build: next: the build failed"
}

# Catches: drivers that do not compile taken for a failure of the whole; a run without results, for one.
@test "drivers that do not compile are named and the suite runs; a suite that does not run is no pass" {
	tool harness/kernels/build-drivers 'echo "dmt_talitos does not compile for next: error: moon"; exit 4'
	tool dmatorture 'echo "0 cells: (9.9.9-next)"; echo "results: '"$T/run"'"; exit 0'
	next
	[ "$status" -eq 0 ]
	says "**real drivers**: failed"
	says "dmt_talitos does not compile for next: error: moon"
	says "exit 0"
	tool dmatorture 'echo "dmatorture: no QEMU" >&2; exit 0'
	next
	[ "$status" -eq 3 ]
	says "**suite**: it did not run"
	says "dmatorture: no QEMU"
}
