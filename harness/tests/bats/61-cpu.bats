#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the watch over the CPU's loads and stores: QEMU's plugin, and what becomes of what it sees.

load common

setup_file() { export R=$BATS_FILE_TMPDIR/results; }

classes() { jq -r '[.cells[].violations[]?.class] | unique | join(" ")' "$(run_dir)/result.json"; }

# Catches: a plugin that is not loaded or sees nothing; accesses in a place of the stream that is not
# theirs; a finding without the instruction; a recording that says something else than the run.
@test "a store into a mapped buffer is named with its function, and its twin is silent" {
	sed '/^expect/d; s|^scenario.*|scenario t/cpu|' "$TOP/scenarios/violation/cpu-access.dma" > "$BATS_TEST_TMPDIR/cpu.dma"
	run "$D" run --world coherent --results "$R" "$BATS_TEST_TMPDIR/cpu.dma" violation/cpu-access-right
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.cells[].outcome]' "$(run_dir)/result.json")" = '["fail","pass"]' ]
	[ "$(classes)" = cpu-access ]
	f=$(run_dir)/failures/t+cpu@coherent
	grep -q 'BUG: dmatorture: cpu-access: the CPU writes a page that softdma owns and reads in fill' "$f/report.txt"
	grep -q '^ fill+0x.* \[dmatorture\]' "$f/report.txt"
	grep -q '^4096 bytes at physical address' "$f/report.txt"
	run "$D" judge --class cpu-access "$f/events.bin"
	[ "$status" -eq 1 ]
	says "the CPU writes a page that softdma owns and reads in fill"
	# between the last map and the prep
	run "$D" events --type map --type cpu-access --type prep "$f/events.bin"
	[ "$(awk '{print $5}' <<< "$output" | uniq | head -n 3 | tr '\n' ' ')" = "map cpu-access prep " ]
}

# bats test_tags=full
@test "each class that the watch shows, in every world on both kernels; the twins silent" {
	for k in ${KERNELS-debian:6.12 debian:6.1}; do
		run "$D" run --kernel "$k" --results "$R" 'violation/cpu-access*' 'violation/missing-sync*' overlap/busted-missing-sync overlap/busted-short-sync
		[ "$status" -eq 0 ]
	done
}

# Catches: a watched run that differs from one time to the next, or whose cells end otherwise.
# bats test_tags=full
@test "the same seed gives the same bytes while the CPU is watched, restored and booted" {
	for way in "" "" --boot; do
		run "$D" run --watch cpu $way --world bounce --results "$R" order/split overlap/ violation/missing-sync
		[ "$status" -eq 0 ]
		sum=$(sha256sum < "$(run_dir)/result.json")
		[ "$sum" = "${want:=$sum}" ]
	done
}

# Catches: silence where nothing watches.
# bats test_tags=full
@test "a QEMU that cannot load the plugin: skipped, and the result says what was not watched" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	cat > "$BATS_TEST_TMPDIR/bin/qemu-system-x86_64" <<-END
		#!/bin/bash
		case " \$* " in *" -plugin "*) exit 1;; esac
		exec "$(command -v qemu-system-x86_64)" "\$@"
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/qemu-system-x86_64"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	run "$D" run --world coherent --results "$R" violation/cpu-access
	[ "$status" -eq 4 ]
	says "skip violation/cpu-access @coherent: the CPU is not watched: no plugin of QEMU answers"
	says "not watched: cpu-access, missing-sync: no plugin of QEMU answers"
	run "$D" run --watch cpu --world coherent --results "$R" order/split
	[ "$status" -eq 0 ]
	says "not watched: cpu-access, missing-sync: no plugin of QEMU answers"
	[ "$(jq -r '.cells[0].observed.cpu_not_watched' "$(run_dir)/result.json")" = "no plugin of QEMU answers" ]
}
