#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the kernel's own drivers, compiled from its sources, on models of their registers.

load common

setup_file() {
	for k in ${KERNELS-debian:6.12 debian:6.1}; do
		"$TOP/harness/kernels/build-drivers" "$k" build
	done
}

drivers() { # KERNEL WORLD "ARGUMENTS"...
	local k=$1 w=$2 m a args=()
	shift 2
	for m in fslmodel dmt_fsldma dmaclient; do
		args+=(--file "$TOP/build/modules-${k/:/-}/$m.ko:$m.ko")
	done
	# Modules that the SEC's model in fslmodel needs.
	args+=(--module libdes --module sha512_generic --file "$TOP/build/guest/load:load" --exec "/load modules")
	for a in "$@"; do args+=(--exec "/drivers $a"); done
	run "$TOP/build/guestrun" --kernel "$k" --world "$w" --dir "$BATS_TEST_TMPDIR/g" --observer off \
		--file "$TOP/build/guest/drivers:drivers" "${args[@]}"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *"NOT as expected"* ]]
}

@test "the real fsldma under a client: every controller, loads and unloads with copies under way" {
	n=$(in_full 50 200)
	drivers debian:6.12 coherent "copy direct" "copy strict" "cycle $n"
	says "drivers: $n cycles"
	drivers debian:6.12 bounce "copy direct"
	[[ $output =~ bounced=[1-9] ]]
}

# bats test_tags=full
@test "the real fsldma of 6.1" {
	[[ ${KERNELS-debian:6.1} == *debian:6.1* ]] || skip "no debian:6.1 in KERNELS"
	drivers debian:6.1 coherent "copy direct" "copy strict" "cycle 60"
}

# A bug of fsldma: terminate_all frees descriptors, but not the mappings handed over with them.
@test "findings: what fsldma terminates it never unmaps" {
	run "$TOP/build/guestrun" --kernel debian:6.12 --world coherent --dir "$BATS_TEST_TMPDIR/g" \
		--observer off --drivers --file "$TOP/build/guest/drivers:drivers" \
		--file "$TOP/build/guest/quiet:quiet" \
		--file "$TOP/build/modules-debian-6.12/fslmodel.ko:fslmodel.ko" \
		--file "$TOP/build/modules-debian-6.12/dmt_fsldma.ko:dmt_fsldma.ko" \
		--file "$TOP/build/modules-debian-6.12/dmaclient.ko:dmaclient.ko" \
		--exec "/quiet -- /drivers terminate direct"
	echo "$output"
	[[ ${output//$'\n'/} =~ "leak: a mapped page of fsl-elo-dma is still there when its driver has gone" ]]
}

# callback-status hangs for a minute; the next test shows the same in less time.
scenarios() { (cd "$TOP/scenarios" && printf '%s\n' drivers/*.dma | sed 's/\.dma$//' | grep -v callback-status); }

@test "drivers/, on both kernels in check-full: copies right in every world, faults of the controller as fsldma takes them" {
	for k in $(kernels); do
		run "$D" run --kernel "$k" --world "$(in_full coherent,strict coherent,bounce,bounce32,strict)" --results "$BATS_TEST_TMPDIR/results" $(scenarios)
		echo "$output"
		[ "$status" -eq 0 ]
		says "known issue fsldma-calls-under-lock"
		"$TOP/harness/tests/check-schema" "$TOP/harness/tests/result.schema.json" "$(run_dir)/result.json"
		jq -e '[.cells[] | select(.drivers)] | length > 30' "$(run_dir)/result.json"
		jq -e '.cells[] | select(.id == "drivers/copy model=elo3 size=4K @strict") |
			.engines[0].memcpy == 30 and .engines[0].access_faults == 0' "$(run_dir)/result.json"
	done
}

@test "an expired or missing excuse: the lock that fsldma holds fails the cell" {
	cp -r "$TOP/scenarios" "$BATS_TEST_TMPDIR/s"
	sed -i '/fsldma-calls-under-lock/,$ s/expires .*/expires  2020-01-01/' "$BATS_TEST_TMPDIR/s/KNOWN-ISSUES"
	run "$D" run --scenarios "$BATS_TEST_TMPDIR/s" --results "$BATS_TEST_TMPDIR/results" --world coherent \
		drivers/busted-spurious-irq
	echo "$output"
	[ "$status" -eq 1 ]
	says "violation callback-locked (20 times)"
	says "violation dependency-locked (20 times)"
}

@test "a tree whose driver does not compile, or lacks it, is a skip with the compiler's words" {
	mkdir -p "$BATS_TEST_TMPDIR/tree/drivers/dma" "$BATS_TEST_TMPDIR/tree/drivers/crypto"
	export DMT_DRIVER_SRC=$BATS_TEST_TMPDIR/tree
	run "$TOP/harness/kernels/build-drivers" debian:6.12 build
	echo "$output"
	[ "$status" -eq 4 ]
	says "does not compile for debian:6.12"
	cp -r "$(unset DMT_DRIVER_SRC; "$TOP/harness/kernels/drivers-setup" debian:6.12)"/drivers "$DMT_DRIVER_SRC/"
	echo 'int broken(void) { return no_such_thing; }' >> "$DMT_DRIVER_SRC/drivers/dma/fsldma.c"
	run "$D" run --results "$BATS_TEST_TMPDIR/results" drivers/busted-stuck
	echo "$output"
	[ "$status" -eq 4 ]
	says "no_such_thing"
	unset DMT_DRIVER_SRC
	"$TOP/harness/kernels/build-drivers" debian:6.12 build
}

@test "a run of everything leaves scenarios of real drivers out, and says so" {
	cp -r "$TOP/scenarios/drivers" "$BATS_TEST_TMPDIR/drivers"
	mkdir "$BATS_TEST_TMPDIR/s"
	mv "$BATS_TEST_TMPDIR/drivers" "$BATS_TEST_TMPDIR/s/"
	mkdir "$BATS_TEST_TMPDIR/s/order"
	cp "$TOP"/scenarios/order/odd.dma "$BATS_TEST_TMPDIR/s/order/"
	run "$D" run --scenarios "$BATS_TEST_TMPDIR/s" --results "$BATS_TEST_TMPDIR/results" --world coherent
	echo "$output"
	[ "$status" -eq 0 ]
	says "scenarios of real drivers, which want the kernel's sources"
	[[ $output != *drivers/copy* ]]
}
