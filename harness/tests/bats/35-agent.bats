#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The agent where it is no guest's first process, snoop's names, and what one cell leaves to the
# next.

load common

# A copy that anybody may run, and nobody's rights: the agent of old days would have switched
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

# Catches: mounts over /proc and a power-off for a wrong word on somebody's own machine.
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
