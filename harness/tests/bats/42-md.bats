#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The agent's workload md, with any engine: fio, check, a failed disk, a rebuild. What the
# language has no words for as well, so the cells are made here, as lib/plan.h has them.

load common

setup_file() {
	export TOOLS
	TOOLS=$("$BATS_TEST_DIRNAME/../../vm/tools-setup")
}

# A cell: engine=direct|strict, raid.ATTR=VALUE of the engine, KEY=VALUE of the workload.
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

# Each CELL is a string of words. MORE: words for guestrun
cells() { # KERNEL WORLD JOB CELL...
	local k=$1 w=$2 job=$3 f n=0 args=()
	shift 3
	for f in "$TOOLS"/*; do args+=(--file "$f:$(basename "$f")"); done
	for f in brd null_blk loop crc32c_generic raid456; do args+=(--module $f); done
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

# Of the n-th cell: what its stage found.
number() { # STAGE [N]
	sed -n "s/^$1 [a-z]*=\([0-9]*\).*/\1/p" <<< "$output" | sed -n "${2-1}p"
}

# fio read back what it wrote, and the array came to its end.
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

# The healthy array gives what was written, the parity is wrong, and a disk's failure shows it.
loses_data() { # [N]
	lived "$@"
	[ "$(number parity "$@")" -gt 0 ]
	[ "$(number degraded "$@")" -gt 0 ]
	[ "$(number rebuilt "$@")" -gt 0 ]
	# after which nothing tells that they ever were other
	[ "$(number recheck "$@")" -eq 0 ]
}

offloaded() { # N KEY...
	local n=$1 key
	shift
	for key in "$@"; do
		[ "$(sed -n "s/^name=raid.* $key=\([0-9]*\).*/\1/p" <<< "$output" | sed -n "${n}p")" -gt 0 ]
	done
}

@test "RAID5 and RAID6 on the raid engine, coherent: nothing is lost" {
	for k in ${KERNELS-debian:6.12 debian:6.1}; do
		cells "$k" coherent small engine=direct "engine=direct level=6 disks=5"
		is_right 1
		offloaded 1 memcpy xor xor_val interrupt
		is_right 2
		offloaded 2 memcpy pq pq_val
	done
}

@test "RAID5 and RAID6 on the raid engine, swiotlb=force: a disk failure loses data" {
	for k in ${KERNELS-debian:6.12 debian:6.1}; do
		cells "$k" bounce small engine=direct "engine=direct level=6 disks=5"
		loses_data 1
		loses_data 2
	done
}

@test "RAID5 and RAID6 without an engine, swiotlb=force: nothing is lost" {
	cells debian:6.12 bounce small "" "level=6 disks=5"
	is_right 1
	is_right 2
}

@test "RAID5 on the raid engine, strict: the same loss" {
	md debian:6.12 coherent small engine=strict
	loses_data
}

@test "RAID5 on null_blk and on loop, swiotlb=force: the same loss, and the guest is as it was" {
	cells debian:6.12 bounce small "engine=direct backing=null_blk" \
		"engine=direct backing=loop" "engine=direct backing=null_blk disks=6" backing=loop
	loses_data 1
	loses_data 2
	loses_data 3
	is_right 4
	! grep -q "cannot be" <<< "$output"
}

@test "RAID5 under the observer: run again until all functions are met, and the names are known" {
	local OBSERVER=on
	md debian:6.12 bounce small engine=direct
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

@test "RAID5 with a 32-bit engine in a machine of 5 GiB and a stock boot line: the same loss" {
	local MORE=(--qemu "-m 5G")
	md debian:6.12 coherent small engine=direct raid.mask_bits=32
	loses_data
}

@test "RAID6 on an engine of four sources, without the continuation flag: nothing is lost" {
	md debian:6.12 coherent small engine=direct level=6 disks=8 raid.max_pq=4 raid.pq_continue=0
	is_right
	offloaded 1 pq
}

# With skip_copy nothing is copied into the stripe, so nothing overlaps.
@test "RAID5 with skip_copy, swiotlb=force: parity is right; short of descriptors, reads are not" {
	cells debian:6.12 bounce small "engine=direct skip-copy=1 raid.ring=4096" \
		"engine=direct skip-copy=1 raid.ring=256"
	is_right 1
	lived 2
	[ "$(number parity 2)" -eq 0 ]
	[ "$(number degraded 2)" -gt 0 ]
	[ "$(number rebuilt 2)" -eq 0 ]
}

@test "64 MiB of four jobs at queue depth 16: right in coherent, lost with swiotlb=force" {
	md debian:6.12 coherent deep engine=direct disk-size=$((33 << 20))
	is_right
	md debian:6.12 bounce deep engine=direct disk-size=$((33 << 20)) raid.ring=4096
	loses_data
	# Short of descriptors async_memcpy itself loses what it copies: of a healthy array.
	md debian:6.12 bounce deep engine=direct disk-size=$((33 << 20)) raid.ring=256
	[ "$status" -eq 0 ]
	[ "$(number fio)" -ne 0 ]
	says "verify: bad"
}

@test "an engine that fails, coherent: md is not told, an engine that is late does no harm" {
	md debian:6.12 coherent small engine=direct raid.fault_error=50,100,0,-1
	lived
	[ "$(number parity)" -gt 0 ]
	[ "$(number degraded)" -gt 0 ]
	md debian:6.12 coherent small engine=direct raid.fault_delay=5,100,0,-1
	is_right
}

@test "an engine that loses a completion: a write to the array never ends, and the kernel says nothing" {
	local MORE=(--timeout 20)
	md debian:6.12 coherent small engine=direct raid.fault_drop=500,100,0,1
	says "guest: hang: no sign of life"
	! grep -q "^console:" <<< "$output"
}
