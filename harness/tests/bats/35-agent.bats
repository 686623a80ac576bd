#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the agent when it is not the first process of a guest, snoop's names, and what a cell leaves
# behind for the next.

load common

# Runs a copy of the agent as the user nobody, without any rights: an old agent would have switched
# this machine off.
as_nobody() {
	local dir
	dir=$(mktemp -d)
	cp "$TOP/build/agent" "$dir/agent"
	chmod 755 "$dir" "$dir/agent"
	if [ "$(id -u)" -eq 0 ]; then
		run setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all \
			--inh-caps=-all --no-new-privs "$dir/agent" "$@"
	else
		run "$dir/agent" "$@"
	fi
	rm -rf "$dir"
}

# Catches: an agent that, after a wrong word, mounts over /proc or powers off a user's machine.
@test "the agent is an init only as process 1: else usage and exit 2, nothing touched" {
	for words in "" "--help" "snop" "run --kernel debian:6.12"; do
		before=$(cat /proc/self/mounts)
		# shellcheck disable=SC2086
		as_nobody $words
		[ "$status" -eq 2 ]
		[ "${lines[0]}" = "usage: agent snoop [OPTION...]" ]
		! grep -qE 'mount|online|module|port' <<< "${lines[@]:0:1}"
		! grep -q 'dmatorture agent:' <<< "$output"
		[ "$(cat /proc/self/mounts)" = "$before" ]
	done
}

# Catches: a mistyped name, for which snoop watches nothing, finds nothing and exits with 0.
@test "snoop of a driver or device that is not there exits 2 before it probes anything" {
	as_nobody snoop --driver nosuchdriver
	[ "$status" -eq 2 ]
	says "--driver=nosuchdriver: not in /sys/bus/*/drivers"
	says "--wait"
	as_nobody snoop --device nosuchdevice.0
	[ "$status" -eq 2 ]
	says "--device=nosuchdevice.0: not in /sys/bus/*/devices"
	# similar to one that exists
	name=$(basename "$(find /sys/bus/*/drivers -mindepth 1 -maxdepth 1 | awk 'length > 40' | head -n 1)")
	[ -n "$name" ]
	as_nobody snoop --driver "${name%?}"
	[ "$status" -eq 2 ]
	says "did you mean '"
}

@test "in a guest, as root: usage, names, and --wait" {
	run "$TOP/build/guestrun" --kernel debian:6.12 --dir "$BATS_TEST_TMPDIR/guest" --timeout 300 \
		--observer off --exec "/init" --exec "/init --help" --exec "/init snop" \
		--exec "/init snoop --driver nosuch --seconds 1" \
		--exec "/init snoop --device nosuch.0 --seconds 1" \
		--exec "/init snoop --driver pcieport --seconds 1" \
		--exec "/init snoop --device nosuch.0 --wait --seconds 1"
	echo "$output"
	says "exec /init: exit 2"
	says "exec /init --help: exit 2"
	says "exec /init snop: exit 2"
	says "exec /init snoop --driver nosuch --seconds 1: exit 2"
	says "exec /init snoop --device nosuch.0 --seconds 1: exit 2"
	says "exec /init snoop --driver pcieport --seconds 1: exit 0"
	says "exec /init snoop --device nosuch.0 --wait --seconds 1: exit 0"
	[ "$(grep -c '^violations: 0' <<< "$output")" -eq 2 ]
}

# Catches: a WARN_ONCE that only the first cell of a guest can show.
@test "what the kernel says once it says again in each cell" {
	once=$TOP/harness/tests/scenarios/once
	sed "s,once/a-inside,once/c-inside," "$once/a-inside.dma" > "$BATS_TEST_TMPDIR/c-inside.dma"
	for k in ${KERNELS-debian:6.12 debian:6.1}; do
		run "$D" run --kernel "$k" --results "$BATS_TEST_TMPDIR/r" --world bounce "$once/a-inside.dma" \
			"$once/b-inside.dma" "$BATS_TEST_TMPDIR/c-inside.dma"
		echo "$output"
		[ "$status" -eq 0 ]
		[ "$(jq .outcomes.pass "$(run_dir)/result.json")" -eq 3 ]
	done
}
