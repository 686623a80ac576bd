#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the observer on real kernels: it sees events, it reports losses, and it finds no violation
# in other drivers.

load common

setup_file() { export R=$BATS_FILE_TMPDIR/results; }

classes() { jq -r '[.cells[].violations[]?.class] | unique | join(" ")' "$(run_dir)/result.json"; }
events() { jq -c '[.cells[].observed | [.events, .maps, .unmaps, .transactions]]' "$(run_dir)/result.json"; }

@test "the mail's two violations, with both stacks, on both kernels; split and shared silent" {
	sed '/^expect early-map/d; /^expect foreign-submit/d' "$TOP/scenarios/order/legacy.dma" > "$BATS_TEST_TMPDIR/legacy.dma"
	for k in ${KERNELS-debian:6.12 debian:6.1}; do
		some=$(in_full coherent,strict coherent,bounce,bounce32,strict)
		[ -n "${FULL-}" ] || sed -i '/^param size/s/=.*/= 4K/' "$BATS_TEST_TMPDIR/legacy.dma"
		run "$D" run --kernel "$k" --world "$some" --results "$R" "$BATS_TEST_TMPDIR/legacy.dma"
		[ "$status" -eq 1 ]
		[ "$(classes)" = "early-map foreign-submit" ]
		# each cell has both
		[ "$(jq '[.cells[] | select((.violations | length) != 2)] | length' "$(run_dir)/result.json")" -eq 0 ]
		f=$(run_dir)/failures/order+legacy,size=4K,sources=2@strict
		grep -q 'BUG: dmatorture: early-map: .* in dmt_map' "$f/report.txt"
		[ "$(grep -c 'dmt_exec_block' "$f/report.txt")" -ge 4 ]
		grep -q 'tx_callback' "$f/report.txt"
		run "$D" judge "$f/events.bin"
		[ "$status" -eq 1 ]
		says "early-map"
		# not a tracepoint, which holds softdma: used only on slow KASAN kernels
		grep -qa "^hw_done kprobe" "$f/events.bin"
		run "$D" run --kernel "$k" --world "$(in_full strict "$some")" --results "$R" order/split order/shared
		[ "$status" -eq 0 ]
		[ -z "$(classes)" ]
	done
}

@test "tracepoints, fentry and kprobes see the same" {
	for k in $(kernels); do
		run "$D" run --kernel "$k" --results "$R" --world bounce order/legacy --observer on
		[ "$status" -eq 0 ]
		want=$(jq -c '[.cells[].violations | map([.class, .count])]' "$(run_dir)/result.json")
		for way in kprobe fentry; do
			run "$D" run --kernel "$k" --results "$R" --world bounce order/legacy --observer way:$way
			[ "$status" -eq 0 ]
			[ "$(jq -c '[.cells[].violations | map([.class, .count])]' "$(run_dir)/result.json")" = "$want" ]
		done
	done
}

@test "stacks that a fingerprint finds are those that unwinding gives; two paths with one are told" {
	for k in $(kernels); do
		run "$D" run --kernel "$k" --results "$R" --world bounce --observer paths:check order/legacy
		[ "$status" -eq 0 ]
	done
	# enough events that some of those which a fingerprint finds are unwound, too
	run "$D" run --results "$R" --world bounce --observer paths:alike --scenarios "$TOP/harness/tests/scenarios" bench/map
	[ "$status" -eq 3 ]
	says "stacks of events may be wrong: the fingerprint of two paths was the same"
}

@test "a vital probe that is not there makes every verdict incomplete, with its name" {
	run "$D" run --results "$R" --world bounce order/split --observer without:unmap
	[ "$status" -eq 3 ]
	says "could not attach to unmap"
	[ "$(jq .outcomes.pass "$(run_dir)/result.json")" -eq 0 ]
}

@test "a ring that is full makes the verdict incomplete and reports nothing false" {
	run "$D" run --results "$R" --world bounce order/torture --observer ring:4096
	[ "$status" -eq 3 ]
	says "events were lost"
	[ -z "$(classes)" ]
}

@test "off means not observed, and only that" {
	run "$D" run --results "$R" --world bounce order/legacy --observer off
	[ "$status" -eq 0 ]
	[ "$(jq '[.cells[] | select(.observed)] | length' "$(run_dir)/result.json")" -eq 0 ]
}

@test "quiet: disks, RAID5, networks and USB of a real kernel, watched by snoop alone" {
	run "$TOP/harness/tests/quiet-guest" debian:6.12 "$BATS_TEST_TMPDIR" 300 \
		"/quiet -- /load modules -- /load disk /dev/vda 16 -- /load disk /dev/nvme0n1 16 -- /load disk /dev/sda 4 -- /load md /dev/md0 5 4 -- /load disk /dev/md0 4" \
		"/quiet -- /load net eth0 eth1 5000"
	echo "$output"
	[ "$(grep -c '^violations: 0' <<< "$output")" -eq 2 ]
	! grep -q 'load.*failed' <<< "$output"
	[ "$(sed -n 's/.*mappings: \([0-9]*\).*/\1/p' <<< "$output" | paste -sd+ | bc)" -ge 10000 ]
}

@test "a provider's module that goes and comes back while it is watched" {
	n=$(in_full 12 60)
	d=$BATS_TEST_TMPDIR
	run "$TOP/build/guestrun" --kernel debian:6.12 --dir "$d/guest" --timeout 300 --observer off \
		--file "$TOP/build/guest/quiet:quiet" --file "$TOP/build/guest/modcycle:modcycle" \
		--exec "/quiet --seconds 600 -- /modcycle $n" \
		--exec "/quiet --seconds 600 -- /modcycle 8 4000" order/torture overlap/reuse
	echo "$output"
	says "$n cycles, $((2 * n)) early unloads refused"
	says "8 cycles, 16 early unloads refused"
	says "quiet: snoop exit"
	# The probes in the module worked: they saw preps. These are judged, except where tx_submit
	# was found too late to be probed.
	seen=$(sed -n 's/.*descriptors: \([0-9]*\).*/\1/p; s/^not judged: \([0-9]*\): a function .*/\1/p' <<< "$output" |
		paste -sd+ | bc)
	[ "$seen" -gt 50 ]
	# Engines that are removed leave their client's mappings; nothing else may be reported.
	! grep '^BUG: dmatorture' <<< "$output" | grep -v ': leak: '
	! grep -q '^console:' <<< "$output"
}

# A driver that is right in all it does, on one processor: $2 are boot options, $3 nestclient's.
nested() {
	run "$TOP/build/guestrun" --kernel "$1" --dir "$BATS_TEST_TMPDIR/$1$2" --timeout 300 \
		--observer off ${2:+--append "$2"} --file "$TOP/build/guest/quiet:quiet" \
		--file "$TOP/build/guest/load:load" \
		--file "$TOP/build/modules-${1/:/-}/nestclient.ko:nestclient.ko" \
		--exec "/quiet --seconds 600 -- /load module /nestclient.ko $3" overlap/reuse
	echo "$output"
	says "load module: done"
	says "violations: 0"
	says "quiet: snoop exit 0"
	! grep -q 'events were lost' <<< "$output"
	[ "$(sed -n 's/.*mappings: \([0-9]*\).*/\1/p' <<< "$output")" -ge 3000 ]
}

# Catches: a hit in an interrupt that is lost because the program that sees it was interrupted;
# the judge then took mappings for alive that were not (free-while-mapped, overlap-same-device).
@test "a driver whose interrupt maps, unmaps and frees: none lost, no report" {
	for k in $(kernels); do nested "$k" "" hard_us=1009,soft_us=1511,threads=1,loops=3000; done
}

# Catches: a task that is preempted inside a program and keeps its neighbours' hits away.
@test "threads that preempt each other while they map: none lost, no report" {
	for k in $(kernels); do
		nested "$k" preempt=full hard_us=1009,soft_us=1511,threads=6,loops=600
	done
}

# Catches: the result of a status call that is not recorded, because it was recorded in the cell's
# first run, whose events are dropped.
@test "a guest's first cell, which is run again, is judged as any other" {
	run "$D" run --world coherent --results "$BATS_TEST_TMPDIR/r" violation/completion-not-visible
	[ "$status" -eq 0 ]
}

# Catches: returns that found no free instance of their kretprobe, which only the kernel counted.
@test "returns that a kretprobe missed are lost events; what a kernel cannot tell is said" {
	run "$D" run --results "$R" --world coherent --smp 2 "$TOP/harness/tests/scenarios/missed/returns.dma"
	[ "$status" -eq 3 ]
	says "events were lost"
	f=$(run_dir)/failures/missed+returns@coherent
	grep -qaE "^kretprobe_instance counted: [1-9][0-9]* missed" "$f/events.bin"
	grep -qa "^kprobe_in_bpf counted" "$f/events.bin"
	[ -n "${FULL-}" ] && [[ ${KERNELS-debian:6.1} == *debian:6.1* ]] || return 0
	run "$TOP/build/guestrun" --kernel debian:6.1 --dir "$BATS_TEST_TMPDIR/guest" --timeout 300 \
		--observer off --exec "/init snoop --seconds 1 --quiet" overlap/reuse
	says "not countable: a kprobe that is hit while another BPF program runs"
	# but returns are counted on that kernel too
	[ "$(grep -c 'not countable' <<< "$output")" -eq 1 ]
}

newapi() { # KERNEL CALLS
	run "$TOP/build/guestrun" --kernel "$1" --dir "$BATS_TEST_TMPDIR/${1/:/-}-$2" --timeout 300 \
		--observer off --file "$TOP/build/guest/newapi:newapi" --file "$TOP/build/guest/quiet:quiet" \
		--file "$TOP/build/modules-${1/:/-}/newapi.ko:newapi.ko" --exec "/quiet --no-frees -- /newapi $2"
	echo "$output"
	says "newapi: called"
	says "blind to dma_map_unknown_thing: no probe covers it; a result in which it was called is incomplete"
	says "violations: 0"
}

# Catches: a mapping function that is newer than the observer, and of which it says nothing.
@test "blind: a mapping function that no probe covers is named, and a call of it leaves no pass" {
	for k in $(kernels); do
		newapi "$k" 0
		[[ $output != *"incomplete: blind"* ]]
		newapi "$k" 3
		# the module was loaded twice
		says "incomplete: blind to dma_map_unknown_thing: no probe covers it, and it was called 6 times"
		says "quiet: snoop exit 3"
	done
}

# Catches: dma_map_resource() counted twice, because since 6.18 it calls dma_map_phys(), which has a
# probe of its own; and one way of attaching that sees only one of the two.
@test "mapping a resource is one mapping, and unmapping it ends it, whatever is attached" {
	for k in $(kernels); do
		for way in on way:kprobe way:fentry; do
			run "$D" run --kernel "$k" --results "$R" --world coherent --observer "$way" \
				violation/mmio-mismatch violation/mmio-mismatch-right
			[ "$status" -eq 0 ]
			[ "$(jq -c '[.cells[].observed | [.maps, .unmaps]]' "$(run_dir)/result.json")" = "[[1,1],[1,1]]" ]
		done
	done
}

# Catches: mappings that the observer does not see, as those of dma_iova_link() once were. The
# kernel's own tracepoint is hit once for each mapping; blocks of a pool are parts of one.
@test "behind an IOMMU snoop sees each mapping of an NVMe disk that the kernel counts, and reports none" {
	n=0
	for k in ${KERNELS-}; do
		# older kernels map lists, of which one hit may be a part or many entries
		[[ $k == debian:[7-9]* ]] || continue
		n=$((n + 1))
		truncate -s 64M "$BATS_TEST_TMPDIR/nv.img"
		run "$TOP/build/guestrun" --kernel "$k" --dir "$BATS_TEST_TMPDIR/${k/:/-}" --timeout 400 \
			--observer off --append intel_iommu=on --module nvme \
			--file "$TOP/build/guest/load:load" --file "$TOP/build/guest/quiet:quiet" \
			--file "$TOP/build/guest/tracecount:tracecount" --exec "/load modules" \
			--exec "/quiet --no-frees -- /tracecount begin iommu/map -- /load disk /dev/nvme0n1 16 -- /tracecount end" \
			--qemu "-machine q35 -device intel-iommu" \
			--qemu "-drive if=none,id=nv,format=raw,file=$BATS_TEST_TMPDIR/nv.img -device nvme,drive=nv,serial=1"
		echo "$output"
		says "violations: 0"
		says "quiet: snoop exit 0"
		hits=$(sed -n 's/^tracecount: \([0-9]*\) hits/\1/p' <<< "$output")
		read -r maps blocks < <(sed -n 's/.*mappings: \([0-9]*\) (\([0-9]*\) from pools.*/\1 \2/p' <<< "$output")
		[ "$hits" -ge 1000 ]
		[ "$hits" -eq $((maps - blocks)) ]
	done
	[ "$n" -gt 0 ] || skip "no kernel from 7.0 on in KERNELS"
}

# Catches: reports about mappings that NVMe need not unmap, and so does not.
@test "quiet: NVMe without an IOMMU, whose driver leaves out unmaps since 6.16" {
	for k in $(kernels); do
		run "$TOP/harness/tests/quiet-guest" "$k" "$BATS_TEST_TMPDIR/q-${k/:/-}" 300 \
			"/quiet -- /load modules -- /load disk /dev/nvme0n1 16"
		echo "$output"
		says "violations: 0"
		[ "$(sed -n 's/.*mappings: \([0-9]*\).*/\1/p' <<< "$output")" -ge 1000 ]
	done
}

iova() { # KERNEL CASE...
	local k=$1
	shift
	run "$TOP/build/guestrun" --kernel "$k" --dir "$BATS_TEST_TMPDIR/${k/:/-}-$1" --timeout 400 \
		--observer off --append intel_iommu=on --file "$TOP/build/guest/iova:iova" \
		--file "$TOP/build/guest/quiet:quiet" \
		--file "$TOP/build/modules-${k/:/-}/iovaclient.ko:iovaclient.ko" \
		--exec "/quiet --no-frees -- /iova $*" --qemu "-machine q35 -device intel-iommu -device edu"
	echo "$output"
	[ "$(grep -c '^iova: .*: done$' <<< "$output")" -eq $# ]
	[[ $output != *"blind to"* ]]
}

# Catches: each mistake with the IOVA API and with noncontiguous memory that is not found, and what
# is done rightly and reported.
@test "the IOVA API and noncontiguous memory: right is silent, each planted mistake is named once" {
	for k in $(kernels); do
		iova "$k" sgt-right
		says "violations: 0"
		iova "$k" sgt-leak
		says "violations: 1"
		says "1  leak: an allocated noncontiguous memory of iovaclient"
		# from 7.0 on the kernel itself falls over such a page
		if [[ $k != debian:[7-9]* ]]; then
			iova "$k" sg-vmalloc
			says "violations: 1"
			says "1  bad-memory: iovaclient maps an address at which there is no memory"
			continue
		fi
		iova "$k" right
		says "violations: 0"
		iova "$k" twice direction leak link-leak short
		says "violations: 5"
		says "1  link-twice: iovaclient links memory where a link of it is already"
		says "1  unmap-wrong-direction: iovaclient unlinks FROM_DEVICE what it linked TO_DEVICE"
		says "1  leak: IOVA of iovaclient is still allocated when its driver has gone"
		says "1  leak: a mapped link of iovaclient is still there when its driver has gone"
		says "1  unmap-wrong-size: iovaclient frees IOVA in which something is linked"
	done
}

# Catches: a class that no scenario commits and that is not named in a guest, by a probe that sees
# nothing there or a rule that does not fire; and what is done by the rules and named.
# bats test_tags=full
@test "test clients commit the classes that no scenario commits: each is named, and its right twin is not" {
	for k in $(kernels); do
		run "$TOP/harness/tests/client-classes" "$TOP/build" "$k" "$BATS_TEST_TMPDIR/${k/:/-}"
		echo "$output"
		[ "$status" -eq 0 ]
		[ "$(grep -c ' found$' <<< "$output")" -ge 19 ]
		! grep -q ' missed$\| false$' <<< "$output"
	done
}

# Catches: a finding of a module that has gone is told as numbers, or as another module's. Before snoop
# named stacks while it watches, this one said "in spi_transport_init".
# bats test_tags=full
@test "snoop beside a driver that is unloaded: what sym53c8xx does under its lock, by its function's name" {
	run env DRIVERS=sym53c8xx WORLDS=coherent "$TOP/harness/tests/soak-drivers" build debian:6.12
	echo "$output"
	[ "$status" -eq 0 ]
	says "in ___free_dma_mem_cluster | sym53c8xx-free-locked | coherent |"
	row=$TOP/build/soak-drivers/debian-6.12/coherent/sym53c8xx.row
	grep -q '^ __sym_mfree_dma+.* \[sym53c8xx\]' "$row"
	! grep -q '^ 0xffff' "$row"
}
