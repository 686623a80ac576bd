#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests what the executor promises, on one, two and four processors, on every kernel.

load common

exec_test() { # PROGRAM SMP [ARGS [WORLD]]
	local k
	for k in $(kernels); do
		run "$TOP/build/guestrun" --kernel "$k" --world "${4-coherent}" --dir "$BATS_TEST_TMPDIR/g" --smp "$2" --observer "$(in_full off on)" \
			--file "$TOP/build/guest/$1:$1" --exec "/$1 ${3-}"
		echo "$output"
		[ "$status" -eq 0 ]
		says "$1: "
		says " 0 failed"
	done
}

@test "the contract: statuses, values, contexts, sums, digests, domains" {
	exec_test execsmoke 1
	exec_test execsmoke 2
}

@test "ends: dependencies, terminate, time-outs, abort, leftovers, late callbacks" {
	for n in $(in_full 1 "1 2"); do exec_test execend "$n"; done
}

# bats test_tags=full
@test "ends on four processors: terminate against submit, callbacks that submit at the end" {
	exec_test execend 4 "terminate-race callback-at-end unacked"
}

@test "an engine that cannot be terminated: waited for, or given up with its memory" {
	exec_test execlost 1
	exec_test execlost 2
}

@test "steps that break rules: what they answer, what is kept, what is refused" {
	exec_test execwrong 1
	exec_test execwrong 2
}

@test "steps that break rules, where everything bounces" {
	exec_test execwrong 1 "address free own release submit-again stale" bounce
}
