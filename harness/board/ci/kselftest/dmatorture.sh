#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# dmatorture as a kselftest: its cells as KTAP subtests, and kselftest's exit codes.
#
#   DMATORTURE=PATH           of its program (default: in PATH)
#   DMATORTURE_KERNEL=K       what guests boot (default: run's own)
#   DMATORTURE_SELECT=...     which scenarios (default: all)
#
# Guests do the work: the kernel that this runs on is not touched, and is not the tested
# one but where DMATORTURE_KERNEL says so.
ksft_pass=0 ksft_fail=1 ksft_skip=4

dmatorture=${DMATORTURE:-dmatorture}
if ! command -v "$dmatorture" > /dev/null; then
	echo "TAP version 13"
	echo "1..0 # SKIP no dmatorture: say DMATORTURE=PATH"
	exit $ksft_skip
fi
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# shellcheck disable=SC2086
"$dmatorture" run --results "$results" ${DMATORTURE_KERNEL:+--kernel "$DMATORTURE_KERNEL"} \
	${DMATORTURE_SELECT-} > "$results/log" 2>&1
rc=$?
if [ -e "$results/latest/ktap.txt" ]; then
	cat "$results/latest/ktap.txt"
else
	echo "TAP version 13"
	sed 's/^/# /' "$results/log"
fi
case $rc in
0) exit $ksft_pass ;;
4) exit $ksft_skip ;;
*) echo "# dmatorture: exit code $rc"; exit $ksft_fail ;;
esac
