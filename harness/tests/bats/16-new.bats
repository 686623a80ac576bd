#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests harness/new: it writes skeletons, and the tests refuse them until they are finished.

load common

# Copies what the script and the judge's tests need to a separate tree.
setup() {
	T=$BATS_TEST_TMPDIR/tree
	mkdir -p "$T/harness/tests/unit" "$T/harness/tests/fixtures" "$T/scenarios"
	cp -r "$TOP/harness/new" "$TOP/harness/lib" "$T/harness/"
	cp "$TOP/harness/tests/no-todo" "$T/harness/tests/"
	cp "$TOP"/harness/tests/unit/{trace.h,test_traces.c,test_judge_map.c,test_judge_engine.c} "$T/harness/tests/unit/"
	cp -r "$TOP/harness/tests/fixtures/traces" "$T/harness/tests/fixtures/"
	cp -r "$TOP/scenarios/violation" "$T/scenarios/"
	cp -r "$TOP/bpf" "$TOP/kmod" "$T/"
}

# Builds the unit test of rows and traces from that tree, and runs it.
traces() {
	gcc -std=gnu11 -O0 -Wall -Wextra -Werror -Wmissing-prototypes -D_GNU_SOURCE \
		-I"$T" -I"$T/harness" -I"$T/kmod" -o "$T/test_traces" \
		"$T/harness/tests/unit/test_traces.c" "$T"/harness/lib/{base,program,judge}/*.c -lcmocka -ljansson -lz -lm
	DMATORTURE_TREE=$T run "$T/test_traces"
}

@test "a new violation: what is not written yet fails the tests, each part by itself" {
	run "$T/harness/tests/no-todo"
	[ "$status" -eq 0 ]
	run "$T/harness/new" violation torn-page
	[ "$status" -eq 0 ]
	[ "$(grep -c '^[hs].*/' <<< "$output")" -eq 5 ]
	run "$T/harness/tests/no-todo"
	[ "$status" -eq 1 ]
	for f in judge/violation_rows.h judge/rule_torn_page.c torn-page.trace torn-page.dma torn-page-right.dma; do
		says "$f"
	done
	traces
	[ "$status" -ne 0 ]
	says "torn-page: text 1 of its row is not written"
	says "torn-page.trace:1: TODO"
	says "torn-page.dma:1: TODO"
	says "torn-page-right.dma:1: TODO"
	run "$D" plan "$T/scenarios/violation/torn-page.dma"
	[ "$status" -eq 2 ]
	says "torn-page.dma:12:5"
	# indented as the kernel is
	grep -q "^	struct report r" "$T/harness/lib/judge/rule_torn_page.c"
}

@test "a new violation, finished: the tests pass, and fail when its rule is taken away" {
	last=$(grep -oE '"E[0-9]+"' "$T/harness/lib/judge/violation_rows.h" | tr -dc "0-9\n" | sort -n | tail -n 1)
	"$T/harness/new" violation torn-page E
	grep -q "SEEN_ON(\"E$((last + 1))\", V_TORN_PAGE, \"torn-page\"" "$T/harness/lib/judge/violation_rows.h"
	sed -i 's/TODO: //; s/TODO//' "$T/harness/lib/judge/violation_rows.h" \
		"$T/scenarios/violation"/torn-page*.dma "$T/harness/lib/judge/rule_torn_page.c"
	sed -i 's/if (true).*/if (e->len != 0x123)/' "$T/harness/lib/judge/rule_torn_page.c"
	printf 'wrong DEV A softdma; MAP A 1000+123 to\n\nright DEV A softdma\n      MAP A 1000+124 to\n' \
		> "$T/harness/tests/fixtures/traces/torn-page.trace"
	traces
	[ "$status" -eq 0 ]
	run "$T/harness/tests/no-todo"
	[ "$status" -eq 0 ]
	sed -i 's/0x123/0x124/' "$T/harness/lib/judge/rule_torn_page.c"
	traces
	[ "$status" -ne 0 ]
	says "torn-page.trace:1: wanted 'torn-page', got ''"
	says "torn-page.trace:3: wanted '', got 'torn-page'"
	rm "$T/scenarios/violation/torn-page-right.dma"
	traces
	says "torn-page.dma: it has no twin"
	rm "$T/harness/tests/fixtures/traces/torn-page.trace"
	traces
	says "torn-page: no canned trace plants it"
}

@test "a new scenario: both twins, refused where TODO stands" {
	run "$T/harness/new" scenario order/sideways
	[ "$status" -eq 0 ]
	run "$T/harness/tests/no-todo"
	[ "$status" -eq 1 ]
	for f in sideways sideways-right; do
		says "scenarios/order/$f.dma"
	done
	run "$D" plan "$T/scenarios/order/sideways-right.dma"
	[ "$status" -eq 2 ]
	says "sideways-right.dma:12:5"
	sed -i '/^    TODO$/d; s/TODO: //' "$T/scenarios/order/sideways-right.dma"
	run "$D" plan "$T/scenarios/order/sideways-right.dma"
	[ "$status" -eq 0 ]
}

@test "new: bad names are refused, and nothing is written over" {
	for name in "" Order/x order/X order /x order/ order/a--b order/../../x "order/$(printf 'a%.0s' {1..30})"; do
		run "$T/harness/new" scenario "$name"
		[ "$status" -eq 2 ]
	done
	for name in "" Torn torn_page -x "a b" early-map; do
		run "$T/harness/new" violation "$name"
		[ "$status" -eq 2 ]
	done
	run "$T/harness/new" violation torn-page X
	[ "$status" -eq 2 ]
	run "$T/harness/new" scenario violation/early-map
	[ "$status" -eq 2 ]
	says "exists already"
	diff -r "$TOP/scenarios/violation" "$T/scenarios/violation"
	cmp "$TOP/harness/lib/judge/violation_rows.h" "$T/harness/lib/judge/violation_rows.h"
}
