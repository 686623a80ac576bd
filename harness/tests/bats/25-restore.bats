#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Guests restored from an image give the same bytes as guests that boot, and a damaged or wrong
# image is never used.

load common

setup_file() {
	export R=$BATS_FILE_TMPDIR/results
	export CACHE=${XDG_CACHE_HOME:-$HOME/.cache}
}

# Makes an empty cache for the test, with the kernels of the real one.
own_cache() {
	export XDG_CACHE_HOME=${1-$BATS_TEST_TMPDIR/cache}
	mkdir -p "$XDG_CACHE_HOME/dmatorture"
	ln -sfn "$CACHE/dmatorture/kernels" "$XDG_CACHE_HOME/dmatorture/kernels"
	ln -sfn "$CACHE/dmatorture/sources" "$XDG_CACHE_HOME/dmatorture/sources"
	G=$XDG_CACHE_HOME/dmatorture/guests
}

# same RUN RUN
same() {
	cmp "$1/result.json" "$2/result.json"
	cmp "$1/console.log" "$2/console.log"
}

one() { run "$D" run --timeout 600 --results "$R" --world coherent --observer "$(in_full off on)" "$@" overlap/reuse; echo "$output"; }

restored() { grep -q "'-incoming'" "$1/boots/coherent-0/qemu.log"; }

# Catches: anything that pausing, saving or restoring changes in a guest.
@test "20 scenarios, on both kernels in check-full: booted and restored guests give the same bytes" {
	for k in $(kernels); do
		set -- --kernel "$k" --results "$R" --world bounce \
			overlap "violation/$(in_full "[e-m]" "[a-o]")*"
		run "$D" run --timeout 600 "$@"
		echo "$output"
		[ "$status" -eq 0 ]
		one=$(run_dir)
		grep -q "'-incoming'" "$one/boots/bounce-0/qemu.log"
		[ "$(jq '[.cells[].scenario] | unique | length' "$one/result.json")" -ge 20 ]
		run "$D" run --timeout 600 --boot "$@"
		[ "$status" -eq 0 ]
		! grep -q "'-incoming'" "$(run_dir)/boots/bounce-0/qemu.log"
		same "$one" "$(run_dir)"
	done
}

# Catches: a pause at a time that depends on the host.
# bats test_tags=full
@test "two images, made one after the other, one on a busy host: the same bytes" {
	own_cache "$BATS_TEST_TMPDIR/a"
	one order/split
	[ "$status" -eq 0 ]
	first=$(run_dir)
	own_cache "$BATS_TEST_TMPDIR/b"
	for _ in 1 2 3 4; do (trap - EXIT; while :; do :; done) & done
	one order/split
	kill $(jobs -p) 2>/dev/null || true
	[ "$status" -eq 0 ]
	same "$first" "$(run_dir)"
}

@test "what the kernel said when it booted is in every run" {
	for _ in 1 2; do
		one
		[ "$status" -eq 0 ]
		grep -q "softdma: loading out-of-tree module taints kernel" "$(run_dir)/boots/coherent-0/console.log"
		restored "$(run_dir)"
	done
}

# Catches: an image that is used although one of its bytes has changed.
@test "a damaged or cut image is made anew" {
	own_cache
	one
	[ "$status" -eq 0 ]
	first=$(run_dir)
	[ -e "$G"/*/complete ]
	damages=('printf X | dd of=memory bs=1 seek=9000000 conv=notrunc status=none' 'truncate -s 1000 state')
	[ -z "${FULL-}" ] || damages+=('truncate -s 400M memory' 'rm state')
	for damage in "${damages[@]}"; do
		(cd "$G"/* && touch witness && eval "$damage")
		one
		[ "$status" -eq 0 ]
		same "$first" "$(run_dir)"
		[ -e "$G"/*/complete ]
		[ ! -e "$G"/*/witness ]	# all of the old one is gone
	done
}

# Catches: a run that ends because QEMU refuses an undamaged image (as with another firmware).
@test "an image that QEMU does not take is made anew; one that it never takes, booted instead" {
	own_cache
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	cat > "$BATS_TEST_TMPDIR/bin/qemu-system-x86_64" <<-'END'
		#!/bin/bash
		case " $* " in *" -incoming "*) echo refused >> "$COUNT"; exit 1 ;; esac
		exec /usr/bin/qemu-system-x86_64 "$@"
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/qemu-system-x86_64"
	export COUNT=$BATS_TEST_TMPDIR/count
	PATH=$BATS_TEST_TMPDIR/bin:$PATH one
	[ "$status" -eq 0 ]
	says "no image of this guest, it boots"
	[ "$(wc -l < "$COUNT")" -eq 2 ]
	[ -z "$(ls "$G")" ]
}

@test "two harnesses that want one image: one makes it, both use it" {
	own_cache
	"$D" run --timeout 600 --results "$R/a" --world coherent overlap/reuse > "$BATS_TEST_TMPDIR/a.out" 2>&1 3>&- &
	a=$!
	"$D" run --timeout 600 --results "$R/b" --world coherent overlap/reuse > "$BATS_TEST_TMPDIR/b.out" 2>&1 3>&- &
	wait $!
	wait $a
	same "$R/a/latest" "$R/b/latest"
	restored "$R/a/latest"
	restored "$R/b/latest"
	[ "$(ls "$G" | wc -l)" -eq 1 ]
}

# Catches: files of a killed harness that are used as an image, or that make others wait.
# bats test_tags=full
@test "kill -9 while an image is made: the next harness makes it" {
	own_cache
	for at in memory state; do
		"$D" run --timeout 600 --results "$R" --world coherent overlap/reuse > /dev/null 2>&1 3>&- &
		pid=$!
		for _ in $(seq 2400); do
			[ -s "$(echo "$G"/*/$at)" ] && break
			sleep 0.05
		done
		kill -9 $pid
		wait $pid || true
		[ ! -e "$G"/*/complete ]
		[ -e "$G"/*/memory ]
	done
	one
	[ "$status" -eq 0 ]
	restored "$(run_dir)"
	[ -e "$G"/*/complete ]
}

@test "no room in the cache: the guest boots, and that is said" {
	unshare -rm true 2>/dev/null || skip "no user namespaces here"
	mkdir "$BATS_TEST_TMPDIR/small"
	own_cache "$BATS_TEST_TMPDIR/small"
	# $1: size of the cache, $2: the message
	small() {
		run unshare -rm bash -c "
			mount -t tmpfs -o size=$1 none '$BATS_TEST_TMPDIR/small/dmatorture' || exit 99
			ln -s '$CACHE/dmatorture/kernels' '$BATS_TEST_TMPDIR/small/dmatorture/kernels'
			'$D' run --timeout 600 --results '$R' --world coherent overlap/reuse
			rc=\$?
			echo left: \$(ls '$BATS_TEST_TMPDIR/small/dmatorture/guests')
			exit \$rc"
		echo "$output"
		[ "$status" -ne 99 ] || skip "no tmpfs in a user namespace here"
		[ "$status" -eq 0 ]
		says "no image of this guest, it boots: $2"
		grep -qx "left:" <<< "$output"
		! restored "$(run_dir)"
	}
	small 64m "less than 512 MiB are free"
}

# bats test_tags=full
@test "several processors under the fixed clock, devices of one's own: these boot" {
	one --smp 2
	[ "$status" -eq 0 ]
	! restored "$(run_dir)"
	run "$TOP/build/guestrun" --timeout 600 --dir "$BATS_TEST_TMPDIR/g" --qemu "-device qemu-xhci" overlap/reuse
	echo "$output"
	[ "$status" -eq 0 ]
	! grep -q "'-incoming'" "$BATS_TEST_TMPDIR/g/qemu.log"
}

@test "free-running guests boot: boots are samples, and one image would make them all alike" {
	run "$D" run --timeout 600 --free-running --tcg --results "$R" --world coherent order/split
	echo "$output"
	[ "$status" -eq 0 ] || { [ "$status" -eq 3 ] && says "events were lost"; }
	[ "$(jq .outcomes.fail "$(run_dir)/result.json")" -eq 0 ]
	! restored "$(run_dir)"
}

@test "memory above 4 GiB, from an image" {
	run "$D" run --timeout 600 --results "$R" --world bounce32 order/split
	echo "$output"
	[ "$status" -eq 0 ]
	grep -q "'-incoming'" "$(run_dir)/boots/bounce32-0/qemu.log"
}
