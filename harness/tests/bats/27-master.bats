#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The worlds with a bus master behind an IOMMU.

load common

setup_file() { export R=$BATS_FILE_TMPDIR/results; }

# of RUN SCENARIO WORLD JQ: asks the cell
of() { jq -e --arg s "$2" --arg w "$3" "[.cells[] | select(.scenario == \$s and .world == \$w)][0] | $4" "$1/result.json"; }

# Catches: a device that no IOMMU stops, or that did nothing at all; a strict IOMMU that is lazy; two
# devices with one domain where two are wanted; a world that is said to be in force and is not.
# bats test_tags=full
@test "a bus master behind three IOMMUs: what it saw, and what it could not do" {
	for k in $(kernels); do
		run "$D" run --kernel "$k" --timeout 900 --results "$R" master/
		echo "$output"
		[ "$status" -eq 0 ]
		r=$(run_dir)
		worlds=$(jq -r '[.cells[] | select(.outcome == "pass") | .world] | unique | join(" ")' "$r/result.json")
		case $k in
		debian:6.1) [ "$worlds" = "iommu iommu-lazy" ] ;;	# it has no VIRTIO_IOMMU
		*) [ "$worlds" = "iommu iommu-lazy iommu-virtio" ] ;;
		esac
		for w in $worlds; do
			# The same question with both answers: the twin's write came, and the stale one did not.
			of "$r" master/stale-write $w '.data.checks == 1 and .data.bad == 0'
			of "$r" master/stale-write-right $w '.data.bad == 1'
			of "$r" master/stale-read $w '.engines[0] | .reads == 2 and .nothing == 2'
			of "$r" master/stale-read-right $w '.engines[0] | .reads == 2 and .nothing == 0'
			of "$r" master/shared-foreign $w '.outcome == "skip"'
			of "$r" master/split $w '.engines[0].device != .engines[1].device'
		done
		for w in iommu iommu-lazy; do
			of "$r" master/shared $w '.outcome == "pass" and (.engines | map(.device) | unique | length == 2)'
		done
		# The only cell in which strict and lazy differ.
		of "$r" master/lazy iommu '.data.bad == 0'
		of "$r" master/lazy iommu-lazy '.data.bad == 1'
		jq -e '[.cells[] | select(.world == "iommu") | .engines[]? | .translation == "strict"] | length > 0 and all' "$r/result.json"
		jq -e '[.cells[] | select(.world == "iommu-lazy") | .engines[]? | .translation == "lazy"] | length > 0 and all' "$r/result.json"
		# The kernel's own word, of which neither number nor absence counts.
		grep -q 'DMAR: \[DMA Write NO_PASID\] Request device \[00:10.0\]' "$r"/boots/iommu-0/console.log
		[[ $worlds != *virtio* ]] || grep -q 'page fault from EP ' "$r"/boots/iommu-virtio-0/console.log
	done
}

# The planted defect: the same device behind the same IOMMU, which is told to let everything through.
# Catches: checks that would be silent whatever the device did, and a world that nobody asks for.
# bats test_tags=full
@test "behind an IOMMU that stops nothing the same cells are red" {
	run "$D" run --kernel debian:6.12 --timeout 900 --observer off --append iommu.passthrough=1 --world iommu \
		--results "$R" master/stale-write master/stale-read
	echo "$output"
	[ "$status" -eq 1 ]
	says "world iommu was not in force: engine copy is 0000:00:10.0, and the translation of its addresses is: none"
	of "$(run_dir)" master/stale-write iommu '.outcome == "fail" and .data.bad == 1'	# it did write
	of "$(run_dir)" master/stale-read iommu '.outcome == "fail" and .engines[0].nothing == 0'
}

# Catches: a driver that can be unloaded while a client has its channel; an interrupt, a tasklet or a
# timer's end that comes after the device was taken from its driver.
# bats test_tags=full
@test "bus masters are taken from their driver, and it is unloaded, while they copy" {
	run "$TOP/build/guestrun" --kernel debian:6.12 --world iommu --dir "$BATS_TEST_TMPDIR/g" --observer off \
		--file "$TOP/build/guest/mastercycle:mastercycle" --exec "/mastercycle 20" master/stale-read-right master/copy
	echo "$output"
	[ "$status" -eq 0 ]
	says "20 cycles, 20 early unloads refused"
}

@test "worlds with bus masters are not for random programs" {
	for verb in fuzz bench "reduce $TOP/scenarios/order/split.dma"; do
		# shellcheck disable=SC2086
		run "$D" $verb --world iommu
		[ "$status" -eq 2 ]
		says "--world=iommu: want only coherent, bounce, bounce32, strict"
	done
}
