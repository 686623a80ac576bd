#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Boards over ssh: a guest that boots by itself plays one (harness/tests/board-guest), and is reached
# over loopback by ssh and in no other way.

load common

setup_file() {
	export B=$BATS_FILE_TMPDIR/board R=$BATS_FILE_TMPDIR/results
	export PORT=$((20000 + RANDOM % 20000))
	"$TOP/harness/kernels/board-setup" > /dev/null
	boot_board panic=2 oops=panic
}

teardown_file() { end_board; }

setup() { SSH="ssh -F $B/ssh.config -o BatchMode=yes -o ConnectTimeout=10 board"; }

# Boots the board anew, with these words on its boot line.
boot_board() {
	mkdir -p "$B"
	"$TOP/harness/tests/board-guest" "$B" "$PORT" debian:6.12 "$@" > "$B/qemu.log" 2>&1 3>&- &
	echo $! > "$B/pid"
	wait_board
}
end_board() {
	kill "$(cat "$B/pid")" 2> /dev/null || true
	for _ in $(seq 100); do kill -0 "$(cat "$B/pid")" 2> /dev/null || break; sleep .1; done
}
wait_board() {
	for _ in $(seq 150); do
		ssh -F "$B/ssh.config" -o BatchMode=yes -o ConnectTimeout=10 board true 2> /dev/null && return
		sleep 2
	done
	cat "$B/qemu.log" "$B/serial.log"
	return 1
}

on_board() {
	run "$D" run --target ssh:board --ssh-config "$B/ssh.config" --results "$R" "$@"
	echo "$output"
}
crashes() {
	on_board --scenarios "$TOP/harness/tests/scenarios" --allow-crash --observer off --world coherent "$@"
}

# Ends the server's process of the session in which a plan's frames go out. Fails if there is none.
cut_link() {
	$SSH 'for p in $(pidof agent); do
		parent=$(cut -d" " -f4 /proc/$p/stat)
		tr "\\0" " " < /proc/$p/cmdline | grep -q "board run" || continue
		tr "\\0" " " < /proc/$parent/cmdline | grep -q dropbear || continue
		[ -s /tmp/dmatorture-*/channel.bin ] && kill -9 $parent && exit 0
	done; exit 1'
}

# Nothing of a run is there any more: modules, files, processes, engines.
is_clean() {
	run $SSH 'lsmod | grep -c "dmatorture\|softdma"; ls -A /tmp; ps | grep "[a]gent"; ls /sys/kernel/config'
	echo "on the board: $output"
	[ "$output" = 0 ]
}

# Catches: verdicts that differ from a guest's, and a board that is changed afterwards.
# bats test_tags=full
@test "ssh: orders and violations have a guest's verdicts, worlds of another boot line are skips" {
	on_board --world coherent,strict,bounce order/split order/busted-foreign violation/early-map violation/early-map-right \
		violation/use-after-unmap
	[ "$status" -eq 0 ]
	jq -e '[.cells[] | select(.world != "bounce")] | length > 40 and all(.outcome == "pass")' "$(run_dir)/result.json"
	jq -e '[.cells[] | select(.world == "bounce")] | length > 10 and all(.outcome == "skip")' "$(run_dir)/result.json"
	says "add swiotlb=force to its boot line"
	jq -e '.cells[] | select(.id == "violation/early-map @strict") | .violations[0].class == "early-map"' "$(run_dir)/result.json"
	is_clean
}

# Catches: deaths without a title, results before them that are lost, a rest that is not run, and a
# record of an earlier death that is taken for this one's.
# bats test_tags=full
@test "ssh: a panic is named by what pstore kept, and the rest runs in the next boot" {
	crashes crash/a-before crash/b-oops crash/c-after
	[ "$status" -eq 5 ]
	[ "$(jq -c '[.cells[].outcome]' "$(run_dir)/result.json")" = '["pass","panic","pass"]' ]
	says "guest oops: general protection fault in dmt_do_crash"
	is_clean
	crashes crash/a-before crash/b-panic crash/c-after
	[ "$status" -eq 5 ]
	[ "$(jq -c '[.cells[].outcome]' "$(run_dir)/result.json")" = '["pass","panic","pass"]' ]
	says "guest panic: Kernel panic - not syncing: dmatorture: a crash step asked for a panic"
	is_clean
}

# Catches: a link whose end is taken for the board's.
# bats test_tags=full
@test "ssh: a session that the server cuts costs nothing" {
	"$D" run --target ssh:board --ssh-config "$B/ssh.config" --results "$R" --observer off --world coherent \
		order/split --repeat 60 > "$B/said" 2>&1 &
	pid=$!
	for _ in $(seq 600); do
		cut_link && break
		sleep .2
	done
	code=0
	wait $pid || code=$?
	output=$(cat "$B/said")
	echo "$output"
	[ "$code" -eq 0 ]
	grep -q '^-- start follow' "$(run_dir)"/boots/coherent-0/board.log
	jq -e '[.cells[].outcome] | length == 18 and all(. == "pass")' "$(run_dir)/result.json"
	is_clean
}

# Catches: a hang that ends the run, a reset that is not called, and one that is called for nothing.
# bats test_tags=full
@test "ssh: a board that stands still is reset, and that is a hang" {
	cat > "$B/reset" <<-X
		#!/bin/bash
		echo called >> "$B/resets"
		kill -9 \$(cat "$B/pid")
		sleep 1
		nohup "$TOP/harness/tests/board-guest" "$B" "$PORT" debian:6.12 panic=2 > "$B/qemu.log" 2>&1 3>&- < /dev/null &
		echo \$! > "$B/pid"
	X
	chmod +x "$B/reset"
	crashes --timeout 20 --board-wait 200 --reset "$B/reset" crash/a-before crash/b-hang-irqoff crash/c-after
	[ "$status" -eq 6 ]
	[ "$(jq -c '[.cells[].outcome]' "$(run_dir)/result.json")" = '["pass","hang","pass"]' ]
	[ "$(wc -l < "$B/resets")" -eq 1 ]
	is_clean
}

# Catches: a plan that goes on after Ctrl-C, and what it leaves.
# bats test_tags=full
@test "ssh: Ctrl-C ends the plan on the board, cleans it and keeps what had come" {
	mkdir -p "$R"
	"$D" run --target ssh:board --ssh-config "$B/ssh.config" --results "$R/stopped" --observer off --world coherent \
		order/split --repeat 200 > "$B/said" 2>&1 &
	pid=$!
	for _ in $(seq 600); do
		latest=$(readlink -f "$R/stopped/latest") || true
		grep -q 'dmatorture: cell 2$' "$latest/boots/coherent-0/console.log" 2> /dev/null && kill -0 $pid && break
		sleep .2
	done
	kill -INT $pid
	code=0
	wait $pid || code=$?
	output=$(cat "$B/said")
	echo "$output"
	[ "$code" -eq 3 ]
	says "interrupted: what had been recorded is kept"
	jq -e '.outcomes.pass >= 1 and .outcomes.incomplete >= 1' "$(run_dir)/result.json"
	is_clean
}

# Catches: keys, kernels and file systems that are found wrong only when something is loaded.
# bats test_tags=full
@test "ssh: a refused key, another kernel, a full disk and no configfs are told before anything is loaded" {
	sed "s|$B/key|$B/other|" "$B/ssh.config" > "$B/other.config"
	ssh-keygen -q -t ed25519 -N '' -C other -f "$B/other"
	run "$D" run --target ssh:board --ssh-config "$B/other.config" order/split
	[ "$status" -eq 3 ]
	says "Permission denied"
	says "put a public key into its authorized_keys"
	sed "s|known_hosts|no_hosts|" "$B/ssh.config" > "$B/other.config"
	run "$D" run --target ssh:board --ssh-config "$B/other.config" order/split
	[ "$status" -eq 3 ]
	says "the board's host key is not known, or has changed"
	on_board --kernel debian:6.1 order/split
	[ "$status" -eq 3 ]
	says "the board runs the kernel 6.12"
	is_clean
	$SSH 'dd if=/dev/zero of=/tmp/fill bs=1M 2> /dev/null' || true
	on_board order/split
	[ "$status" -eq 3 ]
	says "No space left on device"
	$SSH 'rm /tmp/fill; umount /sys/kernel/config'
	on_board order/split
	[ "$status" -eq 3 ]
	says "configfs is not mounted: modprobe configfs; mount -t configfs none /sys/kernel/config"
	$SSH 'mount -t configfs none /sys/kernel/config'
	is_clean
}

# Catches: a plan that ends without a word when its board has no room for what it has to say.
# bats test_tags=full
@test "ssh: a disk that fills up while a plan runs is named, and what had come counts" {
	"$D" run --target ssh:board --ssh-config "$B/ssh.config" --results "$R" --observer off --world coherent \
		order/split --repeat 200 > "$B/said" 2>&1 &
	pid=$!
	for _ in $(seq 600); do
		$SSH '[ -s /tmp/dmatorture-*/channel.bin ] && dd if=/dev/zero of=/tmp/fill bs=64K 2> /dev/null; [ -e /tmp/fill ]' && break
		sleep .2
	done
	code=0
	wait $pid || code=$?
	$SSH 'rm -f /tmp/fill'
	output=$(cat "$B/said")
	echo "$output"
	[ "$code" -eq 3 ]
	says "No space left on device"
	is_clean
}

# Catches: modules of another kernel that are loaded to see whether they fit, and a board whose results
# cannot be judged elsewhere.
# bats test_tags=full
@test "ssh: a package runs on a board by itself, and recover judges what it brings back" {
	cd "$BATS_TEST_TMPDIR"
	"$D" pack --observer off --world coherent,bounce -o p.tar.gz order/split
	run $SSH 'cd /tmp && tar xzf - && sh dmatorture-*/run.sh && lsmod | grep -c softdma' < p.tar.gz
	echo "$output"
	says "done: take this directory to where dmatorture is"
	[ "${lines[-1]}" = 0 ]
	$SSH 'cd /tmp && tar czf - dmatorture-* && rm -rf dmatorture-*' | tar xzf -
	run "$D" recover dmatorture-*
	echo "$output"
	[ "$status" -eq 0 ]
	says "36 cells: 18 pass 18 skip"
	"$D" pack --kernel debian:6.1 --observer off --world coherent -o old.tar.gz order/split
	run $SSH 'cd /tmp && tar xzf - && { sh dmatorture-*/run.sh; echo "exit $?"; lsmod | grep -c softdma; rm -rf dmatorture-*; }' < old.tar.gz
	echo "$output"
	says ".ko is for the kernel 6.1"
	says "exit 3"
	[ "${lines[-1]}" = 0 ]
	is_clean
}
