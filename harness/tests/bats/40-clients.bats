#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the engines with an ordinary dmaengine client, in every context and both worlds.

load common

clients() { # KERNEL WORLD
	run "$TOP/build/guestrun" --kernel "$1" --world "$2" --dir "$BATS_TEST_TMPDIR/g" --observer "$(in_full off on)" \
		--file "$TOP/build/guest/clients:clients" \
		--file "$TOP/build/modules-${1/:/-}/dmaclient.ko:dmaclient.ko" --exec /clients
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "dmaengine clients on 6.12, coherent and strict" {
	clients debian:6.12 coherent
}

@test "dmaengine clients on 6.12, swiotlb=force" {
	clients debian:6.12 bounce
}

# bats test_tags=full
@test "dmaengine clients on 6.1" {
	[[ ${KERNELS-debian:6.1} == *debian:6.1* ]] || skip "no debian:6.1 in KERNELS"
	clients debian:6.1 coherent
}

busted() { # KERNEL SMP WORLD
	run "$TOP/build/guestrun" --kernel "$1" --smp "$2" --world "$3" --dir "$BATS_TEST_TMPDIR/g" --observer "$(in_full off on)" \
		--file "$TOP/build/guest/busted:busted" \
		--file "$TOP/build/modules-${1/:/-}/dmaclient.ko:dmaclient.ko" --exec /busted
	echo "$output"
	[ "$status" -eq 0 ]
	says "busted: all as expected"
}

@test "every fault of an engine happens, is seen by the client, and harms no one else" {
	busted debian:6.12 1 coherent
	busted debian:6.12 1 bounce
}

# bats test_tags=full
@test "every fault of an engine on 6.1" {
	[[ ${KERNELS-debian:6.1} == *debian:6.1* ]] || skip "no debian:6.1 in KERNELS"
	busted debian:6.1 1 coherent
}
