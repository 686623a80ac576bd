#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# md RAID5 and RAID6 with the raid engine below: fio, check, a failed disk, a rebuild.

load common

setup_file() {
	export TOOLS
	TOOLS=$("$BATS_TEST_DIRNAME/../../vm/tools-setup")
}

# MORE: words for guestrun
md() { # KERNEL WORLD JOB OPTION...
	local k=$1 w=$2 job=$3 f args=()
	shift 3
	for f in "$TOOLS"/*; do args+=(--file "$f:$(basename "$f")"); done
	for f in brd null_blk crc32c_generic raid456; do args+=(--module $f); done
	run "$TOP/build/guestrun" --kernel "$k" --world "$w" --dir "$BATS_TEST_TMPDIR/g" --observer off \
		--file "$TOP/build/guest/md:md" --file "$TOP/harness/tests/fixtures/fio/$job.fio:job.fio" \
		"${args[@]}" "${MORE[@]}" --exec "/md $*"
	echo "$output"
}

number() { sed -n "s/^md: $1: \([0-9]*\).*/\1/p" <<< "$output" | head -n 1; }

# fio read back what it wrote, and the array came to its end.
lived() {
	[ "$status" -eq 0 ]
	says "md: fio: 0"
	says "md: rebuilt, 0 disks are missing"
}

is_right() {
	lived
	[ "$(number mismatches)" -eq 0 ]
	[ "$(number 'wrong after a failure')" -eq 0 ]
	[ "$(number 'wrong after the rebuild')" -eq 0 ]
}

# The healthy array gives what was written, the parity is wrong, and a disk's failure shows it.
loses_data() {
	lived
	[ "$(number mismatches)" -gt 0 ]
	[ "$(number 'wrong after a failure')" -gt 0 ]
	[ "$(number 'wrong after the rebuild')" -gt 0 ]
	# after which nothing tells that they ever were other
	[ "$(grep -c '^md: mismatches: 0$' <<< "$output")" -eq 1 ]
}

offloaded() { # KEY...
	local key
	for key in "$@"; do
		[ "$(sed -n "s/^raid:.* $key=\([0-9]*\).*/\1/p" <<< "$output" | head -n 1)" -gt 0 ]
	done
}

@test "RAID5 and RAID6 on the raid engine, coherent: nothing is lost" {
	for k in ${KERNELS-debian:6.12 debian:6.1}; do
		md "$k" coherent small engine=direct
		is_right
		offloaded memcpy xor xor_val interrupt
		md "$k" coherent small engine=direct level=6 disks=5
		is_right
		offloaded memcpy pq pq_val
	done
}

@test "RAID5 and RAID6 on the raid engine, swiotlb=force: a disk failure loses data" {
	for k in ${KERNELS-debian:6.12 debian:6.1}; do
		md "$k" bounce small engine=direct
		loses_data
		md "$k" bounce small engine=direct level=6 disks=5
		loses_data
	done
}

@test "RAID5 and RAID6 without an engine, swiotlb=force: nothing is lost" {
	md debian:6.12 bounce small
	is_right
	md debian:6.12 bounce small level=6 disks=5
	is_right
}

@test "RAID5 on the raid engine, strict: the same loss" {
	md debian:6.12 coherent small engine=strict
	loses_data
}

@test "RAID5 on null_blk, swiotlb=force: the same loss" {
	md debian:6.12 bounce small engine=direct backing=null_blk
	loses_data
}

@test "RAID5 with a 32-bit engine in a machine of 5 GiB and a stock boot line: the same loss" {
	local MORE=(--qemu "-m 5G")
	md debian:6.12 coherent small engine=direct raid.mask_bits=32
	loses_data
}

@test "RAID6 on an engine of four sources, without the continuation flag: nothing is lost" {
	md debian:6.12 coherent small engine=direct level=6 disks=8 raid.max_pq=4 raid.pq_continue=0
	is_right
	offloaded pq
}

# With skip_copy nothing is copied into the stripe, so nothing overlaps.
@test "RAID5 with skip_copy, swiotlb=force: parity is right; short of descriptors, reads are not" {
	md debian:6.12 bounce small engine=direct md.skip_copy=1 raid.ring=4096
	is_right
	md debian:6.12 bounce small engine=direct md.skip_copy=1 raid.ring=256
	lived
	[ "$(number mismatches)" -eq 0 ]
	[ "$(number 'wrong after a failure')" -gt 0 ]
	[ "$(number 'wrong after the rebuild')" -eq 0 ]
}

@test "64 MiB of four jobs at queue depth 16: right in coherent, lost with swiotlb=force" {
	md debian:6.12 coherent deep engine=direct disk_mb=33
	is_right
	md debian:6.12 bounce deep engine=direct disk_mb=33 raid.ring=4096
	loses_data
	# Short of descriptors async_memcpy itself loses what it copies: of a healthy array.
	md debian:6.12 bounce deep engine=direct disk_mb=33 raid.ring=256
	[ "$status" -eq 0 ]
	[ "$(number fio)" -ne 0 ]
	says "verify: bad"
}

@test "an engine that fails, coherent: md is not told, an engine that is late does no harm" {
	md debian:6.12 coherent small engine=direct raid.fault_error=50,100,0,-1
	lived
	[ "$(number mismatches)" -gt 0 ]
	[ "$(number 'wrong after a failure')" -gt 0 ]
	md debian:6.12 coherent small engine=direct raid.fault_delay=5,100,0,-1
	is_right
}

@test "an engine that loses a completion: a write to the array never ends, and the kernel says nothing" {
	local MORE=(--timeout 20)
	md debian:6.12 coherent small engine=direct raid.fault_drop=500,100,0,1
	says "guest: hang: no sign of life"
	! grep -q "^console:" <<< "$output"
}
