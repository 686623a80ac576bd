#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests sweeps, in which each call of a program fails once: a wrong --sweep is refused with the
# reason; a clean suite stays clean; a planted leak on an error path is found, with its call.

load common

sweep() { run "$D" run --results "$BATS_TEST_TMPDIR/r" --world strict "$@"; }

# cell RUN ID FILTER: jq over one cell
cell() { jq -r --arg id "$2" ".cells[] | select(.id == \$id) | $3" "$1/result.json"; }

@test "a bad wish boots nothing, and says what would be right" {
	sweep --sweep=maps order/split
	[ "$status" -eq 2 ]
	says "--sweep: 'maps': want map, prep, submit, slab or page"
	sweep --sweep=prep:0 order/split
	[ "$status" -eq 2 ]
	says "want the number of a call, 1 to 4096"
	sweep --sweep=prep --repeat 3 order/split
	[ "$status" -eq 2 ]
	says "without --repeat"
}

@test "what cannot be swept is skipped, with the reason" {
	run "$D" run --results "$BATS_TEST_TMPDIR/r" --world coherent --sweep=map,slab overlap/reuse
	[ "$status" -eq 4 ]
	says "skip overlap/reuse size=4K sweep=map @coherent: maps are made to fail in the strict world alone"
	dir=$(run_dir)
	[ "$(cell "$dir" "overlap/reuse size=4K sweep=slab @coherent" ".messages[0]")" = \
		"this kernel has no CONFIG_FAILSLAB" ]
	sweep --sweep=prep md/offload
	[ "$status" -eq 4 ]
	says "only programs are swept"
}

@test "maps, preps and submits fail one by one; nothing leaks, everything works afterwards" {
	sweep --sweep=map,prep,submit overlap/reuse context/dependency violation/leak \
		violation/leak-right violation/resubmit
	[ "$status" -eq 0 ]
	dir=$(run_dir)
	"$TOP/harness/tests/check-schema" "$TOP/harness/tests/result.schema.json" "$dir/result.json"
	jq -e 'all(.cells[]; .sweep.complete and (.sweep.wrong | length) == 0 and
		.sweep.runs == .sweep.calls + 2)' "$dir/result.json"
	[ "$(cell "$dir" "overlap/reuse size=4K sweep=map @strict" .sweep.calls)" -eq 2 ]
	[ "$(cell "$dir" "overlap/reuse size=4K sweep=submit @strict" .sweep.calls)" -eq 2 ]
	# Its callback never runs, so what that would have submitted is dropped with the channel.
	jq -e 'any(.cells[]; .sweep.violations[]?.class == "prep-not-submitted")' "$dir/result.json"
	grep -q '^ok .* overlap/reuse size=4K sweep=map @strict$' "$dir/ktap.txt"
}

@test "a list that leaks when its second entry fails is found, by that call; alone again too" {
	append=(--append dmatorture_param=softdma.leak_list=1)
	sweep --sweep=map "${append[@]}" violation/remap-sg-right
	[ "$status" -eq 1 ]
	says "map call 2 fails: leak: 1 mappings were never unmapped, 0 without the failure (alone: --sweep=map:2)"
	sweep --sweep=map:2,prep:4000 "${append[@]}" violation/remap-sg-right
	[ "$status" -eq 1 ]
	says "map call 2 fails: leak"
	says "there is no prep call 4000: it was never reached"
	[ "$(jq '[.cells[].sweep.runs] | max' "$(run_dir)/result.json")" -eq 3 ]
}
