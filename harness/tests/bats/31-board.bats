#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Boards as targets: what a run makes of one that dies in each way. The board is a script that plays
# frames (fixtures/board/fake); 32-ssh.bats has a guest as a board.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export STATE=$BATS_TEST_TMPDIR/state FAKE=$TOP/build/fakeguest
	export REC=$TOP/harness/tests/fixtures/recordings/legacy.bin
	export DMATORTURE_SCENARIOS=$BATS_TEST_TMPDIR/scenarios
	R=$BATS_TEST_TMPDIR/results
	RELEASE=$(cat "$("$TOP/harness/kernels/kernel-setup" --check debian:6.12)/release")
	export RELEASE
	mkdir -p state
	ten_cells
}

# on_fake HOW [OPTION...]
on_fake() {
	rm -rf "$STATE"
	mkdir "$STATE"
	echo 1 > "$STATE/boot"
	: > "$STATE/console"
	HOW=$1 run timeout 60 "$D" run --target "exec:$TOP/harness/tests/fixtures/board/fake" --results "$R" \
		--world "${WORLD-coherent}" --board-wait 1 --timeout 1 "${@:2}" g/
	echo "$output"
}

is_clean() { [ ! -e "$STATE/package" ]; }
outcomes() { [ "$(jq -c '.outcomes | del(.[] | select(. == 0))' "$(run_dir)/result.json")" = "$1" ]; }

# Catches: a lost connection that is taken for a death, and frames that come twice or not at all.
# bats test_tags=full
@test "board: a link that is cut costs nothing, as the board has the same boot_id" {
	on_fake drop
	[ "$status" -eq 0 ]
	outcomes '{"pass":10}'
	[ "$(grep -c '^start run' "$STATE/verbs")" -eq 1 ]
	[ "$(grep -c '^start follow' "$STATE/verbs")" -eq 1 ]
	is_clean
}

# Catches: a death without its title, results before it that are lost, and a rest that is not run.
@test "board: a panic is a panic by its boot_id and console, and the rest runs in the next boot" {
	on_fake panic
	[ "$status" -eq 5 ]
	outcomes '{"pass":9,"panic":1}'
	says "panic: g/ten b=5us @coherent: guest panic: Kernel panic - not syncing: sysrq triggered crash"
	[ "$(jq -r .accelerator,.target "$(run_dir)/result.json" | tr '\n' ' ')" = "board exec " ]
	[ "$(grep -c '^start run' "$STATE/verbs")" -eq 2 ]
	is_clean
}

# Catches: a world that counts as failed, or is run, where only another boot line would give it.
# bats test_tags=full
@test "board: a world that wants another boot line is skipped, with the line" {
	WORLD=bounce on_fake fine
	[ "$status" -eq 4 ]
	says "the board was booted without what makes devices bounce: add swiotlb=force to its boot line"
	! grep -q '^start run' "$STATE/verbs"
}

# Catches: words that are taken for something else, and refusals that do not say what would be right.
@test "board: what is wrong with --target is told before anything is done, exit 2" {
	touch plain
	while IFS='|' read -r words wanted; do
		# shellcheck disable=SC2086
		run "$D" run $words g/
		[ "$status" -eq 2 ]
		says "$wanted"
	done <<-'X'
		--target nosuch|--target=nosuch: want vm, ssh:[USER@]HOST[:PORT], exec:SCRIPT or local
		--target exec:|which script? exec:SCRIPT
		--target exec:./none|--target=exec:./none: No such file or directory; want the path of a script
		--target exec:./plain|--target=exec:./plain is not executable: chmod +x it
		--target ssh:|no host; want ssh:[USER@]HOST[:PORT]
		--target ssh:root@|no host; want ssh:[USER@]HOST[:PORT]
		--target ssh:-oProxyCommand=x|no host; want ssh:[USER@]HOST[:PORT]
		--target ssh:a:0|'0' is no port; want a number from 1 to 65535
		--target ssh:[::1|no ']' ends the address
		--target local|say --i-know as well
		--kernel kdir:x|has no image, which a guest boots
		--target ssh:a --smp 2|a board has its own boot line and processors
		--target ssh:a --board-dir x|want an absolute path
		--target ssh:a --board-wait 0|--board-wait=0
	X
}

# Catches: a hang that is not one, and a reset that is not asked for or not waited for.
# bats test_tags=full
@test "board: no answer is a hang where a reset helps, and incomplete where there is none" {
	on_fake hang
	[ "$status" -eq 6 ]
	outcomes '{"pass":9,"hang":1}'
	grep -qx reset "$STATE/verbs"
	on_fake gone
	[ "$status" -eq 3 ]
	outcomes '{"pass":4,"incomplete":6}'
	says "the reset failed: nobody can reset it"
	on_fake gone --reset "rm -f $STATE/dead; rm -rf $STATE/package; date +%N > $STATE/boot; echo MINE >> $STATE/verbs"
	[ "$status" -eq 6 ]
	grep -qx MINE "$STATE/verbs"
}

# Catches: a pass where nobody could see what the kernel warned of.
# bats test_tags=full
@test "board: a console that says nothing, and a wrong frame, make incomplete" {
	on_fake silent
	[ "$status" -eq 3 ]
	outcomes '{"incomplete":10}'
	says "the board's console said nothing: what the kernel warned of is not known"
	on_fake damaged
	[ "$status" -eq 3 ]
	outcomes '{"pass":9,"incomplete":1}'
	is_clean
}

# Catches: ssh's own words without what to do about them.
# bats test_tags=full
@test "board: a host that is not there is told with what to look at, exit 3" {
	run "$D" run --target ssh:root@board.invalid g/
	[ "$status" -eq 3 ]
	says "no host of that name: ssh:[USER@]HOST[:PORT]"
	run "$D" run --target ssh:root@127.0.0.1:1 g/
	[ "$status" -eq 3 ]
	says "nothing answers there: is the board up, is its ssh server, and is that the port?"
}

# Catches: a run that begins on a board that lacks something or has no room, and directories that stay.
# bats test_tags=full
@test "board: what it lacks, and that it is full, is told before a plan runs, exit 3" {
	on_fake missing
	[ "$status" -eq 3 ]
	says "configfs is not mounted"
	is_clean
	on_fake full
	[ "$status" -eq 3 ]
	says "the package could not be copied: tar: write error: No space left on device"
	RELEASE=1.2.3 on_fake fine
	[ "$status" -eq 3 ]
	says "the board runs the kernel 1.2.3, the modules are for $RELEASE"
	is_clean
}

# Catches: an interrupted run that leaves its plan at work and its files there, or forgets results.
# bats test_tags=full
@test "board: Ctrl-C ends the plan, cleans the board and keeps what had come" {
	rm -rf "$STATE"
	mkdir "$STATE"
	echo 1 > "$STATE/boot"
	: > "$STATE/console"
	HOW=slow "$D" run --target "exec:$TOP/harness/tests/fixtures/board/fake" --results "$R" --world coherent g/ > said 2>&1 &
	pid=$!
	for _ in $(seq 300); do [ -e "$STATE/working" ] && break; sleep .1; done
	sleep .5
	kill -INT $pid
	code=0
	wait $pid || code=$?
	output=$(cat said)
	echo "$output"
	[ "$code" -eq 3 ]
	outcomes '{"pass":4,"incomplete":6}'
	[ "$(tail -n 1 "$STATE/verbs")" = "start clean" ]
	is_clean
	# And the rest can be run, on the same board.
	HOW=fine run "$D" run --resume "$(run_dir)"
	echo "$output"
	[ "$status" -eq 0 ]
	outcomes '{"pass":10}'
}

# Catches: a path of this machine in an archive that goes elsewhere, and an archive that differs each time.
# bats test_tags=full
@test "board: pack makes one archive, without a path of this machine, and the same twice" {
	run "$D" pack -o one.tar.gz --world coherent,strict g/
	echo "$output"
	[ "$status" -eq 0 ]
	says "one.tar.gz: 2 plans for Linux $RELEASE; on the board, as root: sh run.sh"
	tar xzf one.tar.gz
	cd "dmatorture-$RELEASE"
	[ -x run.sh ] && [ -x agent ] && [ -s own/softdma.ko ] && [ -s plan/0/ten.dma ]
	[ -s boots/coherent-0/plan.bin ] && [ -s boots/strict-0/plan.bin ]
	! grep -rlF -e "$HOME/" -e "$TOP" -e "$BATS_TEST_TMPDIR" .
	[ "$(tail -n 1 modules.load)" = own/dmatorture.ko ]
	# Before it was there: nothing has run.
	run "$D" recover .
	[ "$status" -eq 3 ]
	says "20 had not begun"
	run "$D" run --resume .
	[ "$status" -eq 2 ]
	says "this run was packed for a board"
	cd ..
	"$D" pack -o two.tar.gz --world coherent,strict g/
	mkdir a b
	tar xzf one.tar.gz -C a && tar xzf two.tar.gz -C b
	# All but when it was made.
	diff -r -x plan.json -x lock a b
	run "$D" pack --kdir ./none g/
	[ "$status" -eq 2 ]
	says "there is no directory"
	run "$D" pack --kdir . --kernel debian:6.12 g/
	[ "$status" -eq 2 ]
	says "say one of them"
}

# Catches: a failure that is compared byte for byte where no seed fixes the interleaving, and tries that
# end too early or never.
# bats test_tags=full
@test "board: repro runs a failure until it fails again, at most so many times" {
	on_fake panic
	failure="$(run_dir)/failures/g+ten,b=5us@coherent"
	echo 1 > "$STATE/boot"
	HOW=fine run "$D" repro --tries 2 "$failure"
	echo "$output"
	[ "$status" -eq 1 ]
	says "try 2: pass"
	says "passed 2 times: it fails in at most 65.8 % of all tries, at 95 %"
	rm -f "$STATE/died"
	: > "$STATE/console"
	HOW=panic run "$D" repro --tries 5 "$failure"
	echo "$output"
	[ "$status" -eq 0 ]
	says "failed again in try 1"
	is_clean
}
