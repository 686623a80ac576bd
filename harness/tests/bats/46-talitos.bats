#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the kernel's own talitos, compiled from its sources, on models of the SEC; the XOR channel
# on top of it; and talitos' own bugs (scenarios/KNOWN-ISSUES).

load common

setup_file() {
	for k in ${KERNELS-debian:6.12 debian:6.1}; do
		"$TOP/harness/kernels/build-drivers" "$k" build
	done
}

guest() { # KERNEL WORLD COMMAND...
	local k=$1 w=$2 c args=()
	shift 2
	for c in "$@"; do args+=(--exec "$c"); done
	run "$TOP/build/guestrun" --kernel "$k" --world "$w" --drivers --observer off \
		--dir "$BATS_TEST_TMPDIR/g" --file "$TOP/build/guest/talitos:talitos" \
		--file "$TOP/build/guest/quiet:quiet" \
		--file "$TOP/build/modules-${k/:/-}/dmaclient.ko:dmaclient.ko" "${args[@]}"
	echo "$output"
}

# Checks the self-tests on SEC 2.1, 3.0, 3.1 and 3.3, with all algorithms that their masks allow.
# A line of the guest may be split where it was read.
passes_selftests() {
	local output=${output//$'\n'/}
	for m in "sec2.1 direct: 31 of 31" "sec3.0 direct: 39 of 39" "sec3.1 direct: 39 of 39" \
		"sec3.3 direct: 39 of 39"; do
		says "selftest: $m algorithms passed"
	done
	says "talitos selftest: ok"
}

all_of_it() { # KERNEL CYCLES
	guest "$1" coherent "/talitos selftest direct" "/talitos xor direct" "/talitos xor strict" \
		"/talitos busted direct" "/talitos busted strict" "/talitos cycle $2"
	[ "$status" -eq 0 ]
	passes_selftests
	says "cycle: $2 of $2"
	# All of them must have run.
	[ "$(grep -c '^ok: ' <<< "$output")" -eq 18 ]
	[ "$(grep -c '^xor: .* 0 errors, 0 refused, 0 said' <<< "$output")" -eq 8 ]
	guest "$1" bounce "/talitos xor direct" "/talitos busted direct"
	[ "$status" -eq 0 ]
}

# Of their sources talitos is a directory.
# bats test_tags=full
@test "talitos on kernels from 7.0 on: the same" {
	n=0
	for k in ${KERNELS-}; do
		[[ $k == debian:[7-9]* ]] || continue
		n=$((n + 1))
		all_of_it "$k" 50
	done
	[ "$n" -gt 0 ] || skip "no kernel from 7.0 on in KERNELS"
}

# bats test_tags=full
@test "talitos on 6.12: self-tests, XOR of 1 to 6 sources, each fault, loads and unloads" {
	all_of_it debian:6.12 100
}

@test "talitos on 6.1: self-tests, XOR of 1 to 6 sources, each fault, loads and unloads" {
	[[ ${KERNELS-debian:6.1} == *debian:6.1* ]] || skip "no debian:6.1 in KERNELS"
	all_of_it debian:6.1 40
}

# A guest's output comes in pieces, and a line may be split between two.
in_one_line() { output=${output//$'\n'/}; }

# Known issues that the judge finds during the self-tests: talitos-double-unmap,
# talitos-unmap-never-mapped, talitos-key-leak, talitos-caller-key.
@test "findings: snoop beside talitos' self-tests" {
	guest debian:6.12 coherent "/quiet -- /talitos selftest direct sec3.0"
	in_one_line
	says "talitos selftest: ok"
	says "double-unmap: talitos unmaps a page a second time in ipsec_esp_encrypt_done"
	says "unmap-wrong-address: talitos unmaps an address that was never mapped in common_nonsnoop_unmap"
	says "unmap-wrong-address: talitos unmaps an address that was never mapped in common_nonsnoop_hash_unmap"
	says "leak: a mapped page of talitos is still there when its driver has gone in ahash_setkey"
	says "bad-memory: talitos maps the kernel's read-only data"
}

# Known issues that show only in the world strict: talitos-low-32, talitos-link-table-sync,
# talitos-skip-sync, talitos-ctr-overread.
# bats test_tags=full
@test "findings: talitos' self-tests in the strict world, above 4 GiB and below" {
	guest debian:6.12 coherent "/talitos selftest strict sec3.0"
	in_one_line
	# the unmap of an IV: 8 bytes with 3DES, 16 with AES; either may come first
	[[ $output =~ "unmap of "(8|16)" bytes at 0x00000000"[0-9a-f]*": no mapping there" ]]
	[[ $output =~ cbc-[a-z0-9]*"-talitos encryption test failed (wrong output IV)" ]]
	guest debian:6.12 coherent "/talitos selftest strict sec3.0 mask_bits=32"
	in_one_line
	[[ ! $output =~ "wrong output IV" ]]
	says 's/g data length zero error'
	says 'cfg="one src, two even splits dst"'
	[[ $output =~ "read of 512 bytes at 0x"[0-9a-f]*": beyond the end of the mapping" ]]
	says "ahash: sha256-talitos final() failed with err -22"
}

# talitos-zero-map
@test "findings: talitos' self-tests under swiotlb=force end in swiotlb's BUG" {
	guest debian:6.12 bounce "/talitos selftest direct sec3.0"
	says "guest: oops: kernel BUG at kernel/dma/swiotlb.c"
	grep -q 'common_nonsnoop' "$BATS_TEST_TMPDIR/g/console.log"
}

# talitos-header-unsynced
# bats test_tags=full
@test "findings: after a unit's error talitos reads a header that the device owns" {
	guest debian:6.12 coherent "/talitos busted direct" "/talitos busted strict"
	says "ok: eu direct: 3 times, the driver says so, and names the unit"
	says "ok: eu strict: 3 times, the driver says so, and names no unit"
}

# Catches: a tree in which talitos is a directory of files taken for one without talitos; a part of
# it that is not compiled.
@test "talitos as a directory: all its files are one unit, the one that registers it last" {
	k=$(kernels | cut -d" " -f1)
	src=$("$TOP/harness/kernels/drivers-setup" "$k")
	tree=$BATS_TEST_TMPDIR/tree
	mkdir -p "$tree/drivers/crypto/talitos"
	cp -r "$src/drivers/dma" "$tree/drivers/"
	cp "$src"/drivers/crypto/talitos.h "$tree/drivers/crypto/talitos/"
	{ cat "$src"/drivers/crypto/talitos.c; echo 'int dmt_uses(void); int dmt_uses(void) { return a_part(); }'; } \
		> "$tree/drivers/crypto/talitos/talitos_core.c"
	echo 'static int a_part(void) { return 7; }' > "$tree/drivers/crypto/talitos/talitos_part.c"
	cp "$src"/drivers/crypto/talitos.h "$tree/drivers/crypto/talitos/"
	# our modules, which are there already
	mkdir "$BATS_TEST_TMPDIR/out"
	cp -a "$TOP/build/kmod-${k/:/-}" "$TOP/build/modules-${k/:/-}" "$BATS_TEST_TMPDIR/out/"
	DMT_DRIVER_SRC=$tree run "$TOP/harness/kernels/build-drivers" "$k" "$BATS_TEST_TMPDIR/out"
	echo "$output"
	[ "$status" -eq 0 ]
	nm "$BATS_TEST_TMPDIR/out/modules-${k/:/-}/dmt_talitos.ko" | grep -q ' T dmt_uses$'
	nm "$BATS_TEST_TMPDIR/out/modules-${k/:/-}/dmt_talitos.ko" | grep -q ' t talitos_probe$'
	rm "$tree/drivers/crypto/talitos/talitos_part.c"
	DMT_DRIVER_SRC=$tree run "$TOP/harness/kernels/build-drivers" "$k" "$BATS_TEST_TMPDIR/out"
	[ "$status" -eq 4 ]
	says "dmt_talitos does not compile for $k"
	says "a_part"
}
