#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the agent's workload md with various engines: fio, check, a failed disk, a rebuild. Some of
# this cannot be said in the language, so the cells are made here, in the form of
# lib/program/plan.h.

load common

setup_file() {
	export TOOLS
	TOOLS=$("$TOP/harness/kernels/tools-setup")
}

# Makes a cell: engine=direct|strict, raid.ATTR=VALUE for the engine, KEY=VALUE for the workload.
setup_text() {
	local word
	declare -A option=([level]=5 [disks]=4 [disk-size]=$((9 << 20)) [chunk]=65536 [backing]=brd
		[stripe-cache]=256 [group-threads]=0 [skip-copy]=0 [rmw-level]=1)
	for word in "$@"; do
		case $word in
		engine=*) printf 'engine raid\nattr personality raid\nattr ring 256\nattr ops %s\n' "${word#*=}" ;;
		raid.*=*) word=${word#raid.}; echo "attr ${word%%=*} ${word#*=}" ;;
		*) option[${word%%=*}]=${word#*=} ;;
		esac
	done
	echo "workload md"
	for word in "${!option[@]}"; do echo "option $word ${option[$word]}"; done
}

# Runs cells in a guest. Each CELL is a string of words; MORE has words for guestrun.
cells() { # KERNEL WORLD JOB CELL...
	local k=$1 w=$2 job=$3 f n=0 args=()
	shift 3
	for f in "$TOOLS"/*; do args+=(--file "$f:$(basename "$f")"); done
	for f in brd null_blk loop crc32c_generic raid456; do [ "$f" = "${WITHOUT-}" ] || args+=(--module $f); done
	for f in "$@"; do
		# shellcheck disable=SC2086
		setup_text $f > "$BATS_TEST_TMPDIR/cell$((++n))"
		args+=(--cell "$BATS_TEST_TMPDIR/cell$n:$TOP/scenarios/md/$job.fio")
	done
	run "$TOP/build/guestrun" --kernel "$k" --world "$w" --dir "$BATS_TEST_TMPDIR/g" \
		--observer "${OBSERVER-off}" "${args[@]}" "${MORE[@]}"
	echo "$output"
}

md() { # KERNEL WORLD JOB OPTION...
	local k=$1 w=$2 job=$3
	shift 3
	cells "$k" "$w" "$job" "$*"
}

# Prints what a stage of the n-th cell found.
number() { # STAGE [N]
	sed -n "s/^$1 [a-z]*=\([0-9]*\).*/\1/p" <<< "$output" | sed -n "${2-1}p"
}

# Checks that fio read back what it wrote, and that the workload ran to its end.
lived() { # [N]
	[ "$status" -eq 0 ]
	[ "$(number fio "$@")" -eq 0 ]
	[ -n "$(number recheck "$@")" ]
}

is_right() { # [N]
	lived "$@"
	[ "$(number parity "$@")" -eq 0 ]
	[ "$(number degraded "$@")" -eq 0 ]
	[ "$(number rebuilt "$@")" -eq 0 ]
}

# Checks that the healthy array is right, but its parity is wrong, so that a failed disk loses data.
loses_data() { # [N]
	lived "$@"
	[ "$(number parity "$@")" -gt 0 ]
	[ "$(number degraded "$@")" -gt 0 ]
	[ "$(number rebuilt "$@")" -gt 0 ]
	# after the rebuild, parity matches the wrong data
	[ "$(number recheck "$@")" -eq 0 ]
}

offloaded() { # N KEY...
	local n=$1 key
	shift
	for key in "$@"; do
		[ "$(sed -n "s/^name=raid.* $key=\([0-9]*\).*/\1/p" <<< "$output" | sed -n "${n}p")" -gt 0 ]
	done
}

# Catches: a workload refused because of a module that the kernel neither has nor needs, as of 7.2;
# and one that goes on without a module that it does need.
@test "without crc32c_generic: md runs where raid456 needs none, and is refused where it does" {
	for k in $(kernels); do
		dir=$("$TOP/harness/kernels/kernel-setup" --check "$k")
		WITHOUT=crc32c_generic md "$k" bounce small engine=direct level=5
		if grep -q '/libcrc32c.ko' "$dir/modules/modules.order"; then
			says "module libcrc32c"
			[ "$(number parity)" = "" ]
		else
			loses_data
		fi
	done
}

@test "the suite's workloads: right in coherent, data lost where mappings are copies, the reason said" {
	for k in $(kernels); do
		if [ "$k" = debian:6.12 ]; then set -- md/ async_tx/; else set -- md/offload md/none async_tx/; fi
		# where nothing is copied: in check-full all of them
		run "$D" run --kernel "$k" --world coherent --results "$BATS_FILE_TMPDIR/results" $(in_full md/offload "$*")
		echo "$output"
		[ "$status" -eq 0 ]
		right=$(run_dir)
		[ -n "${FULL-}" ] || set -- md/offload md/switch async_tx/
		# make suite runs the other worlds
		run "$D" run --kernel "$k" --world bounce --results "$BATS_FILE_TMPDIR/results" "$@"
		echo "$output"
		[ "$status" -eq 0 ]
		d=$(run_dir)
		"$TOP/harness/tests/check-schema" "$TOP/harness/tests/result.schema.json" "$d/result.json"
		jq -e '.cells[] | select(.id == "md/offload level=5 @coherent") | .workload |
			.fio.wrong == 0 and .parity.wrong == 0 and .degraded.wrong == 0 and .rebuilt.wrong == 0' "$right/result.json"
		jq -e '.cells[] | select(.id == "md/offload level=6 @bounce") | .workload |
			.fio.wrong == 0 and .parity.wrong > 0 and .rebuilt.wrong > 0 and .recheck.wrong == 0' "$d/result.json"
		jq -e '.cells[] | select(.id == "md/offload level=5 @coherent") | .engines[0] |
			.memcpy > 0 and .xor > 0 and .xor_val > 0' "$right/result.json"
		# json+ has the latency bins, which plain json leaves out
		jq -e '.jobs[0].write | .io_bytes >= 6291456 and (.clat_ns.bins | length > 0)' \
			"$right/fio/md+offload,level=5@coherent.json"
		says "Why: async_tx maps"
		says "this kernel has no CONFIG_ASYNC_TX_ENABLE_CHANNEL_SWITCH"
	done
}

# async_tx/observed, above, is the same without disks.
# bats test_tags=full
@test "RAID5 under the observer: run again until all functions are met, and the names are known" {
	local OBSERVER=on
	md debian:6.12 bounce small engine=direct disk-size=$((6 << 20))
	loses_data
	says "again"
	grep -q "async_xor_offs.*\[async_xor\]" "$BATS_TEST_TMPDIR/g/channel.bin"
}

@test "a workload that cannot be done is refused, and the next one is not disturbed" {
	cells debian:6.12 coherent small "engine=direct disks=1" "engine=direct backing=tape" \
		"engine=direct group-threads=x" engine=direct
	says "no disks: 1 on brd"
	says "no disks: 4 on tape"
	says "md: group_thread_cnt = x: Invalid argument"
	is_right 1
}

