#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests bisect with a small history, in which the "kernel" is a file that says what the guest does.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export DMATORTURE_SCENARIOS=$BATS_TEST_TMPDIR/scenarios DMATORTURE_RESULTS=$BATS_TEST_TMPDIR/results
	export FAKE=$TOP/build/fakeguest GIT_CONFIG_GLOBAL=$BATS_TEST_TMPDIR/gitconfig
	export BOOTED=$BATS_TEST_TMPDIR/booted
	git config --global user.name "A Tester"
	git config --global user.email tester@example.org
	git config --global init.defaultBranch main
	mkdir -p scenarios/t
	cat > scenarios/t/one.dma <<-X2
		scenario t/one
		    "a test"
		worlds coherent
		repeat 10
		engine copy memcpy like fsl-dma
		buffer a 4K random
		thread {
		    map m = copy a TO_DEVICE
		    unmap m
		}
	X2
	# A guest does what the "kernel" says, which --build made from the commit.
	fake_qemu <<-'X2'
		kernel=$(cat "$DMT_TREE/../image")
		echo "$DMT_COMMIT $kernel" >> "$BOOTED"
		case $kernel in
		good) "$FAKE" "$CHANNEL" 10 10000 ;;
		bad) "$FAKE" "$CHANNEL" 10 10000 1 ;;
		panic) echo '[    1.0] Kernel panic - not syncing: Fatal exception' > "$CONSOLE"; exit 1 ;;
		silent) exit 1 ;;
		stop) exec sleep 600 ;;
		esac
	X2
}

BUILD='test "$(cat kernel)" != broken && cp kernel ../image'

# history WORD...: makes a commit for each WORD, whose "kernel" is WORD.
history() {
	git init --quiet linux
	for word in "$@"; do
		echo "$word" > linux/kernel
		date +%N >> linux/noise
		git -C linux add .
		git -C linux commit --quiet --allow-empty -m "$((++N)): $word"
	done
}

commit() { git -C linux rev-list --reverse main | sed -n "$1p"; }

bisect() {
	"$D" bisect --tree linux --good "$(commit 1)" --bad main --kernel debian:6.12 --build "$BUILD" \
		--state state "$@" -- --observer off t/one
}

@test "the first bad commit is found, in no more steps than it takes; the tree is left alone" {
	history good good good good good good good good good good good bad bad bad bad bad
	git -C linux checkout --quiet -b work
	echo mine > linux/kernel
	run bisect
	[ "$status" -eq 0 ]
	says "first bad commit: $(commit 12)"
	says "    12: bad"
	[ "$(wc -l < booted)" -le 6 ]	# two ends and log2(15)
	[ "$(cat linux/kernel)" = mine ]
	[ "$(git -C linux branch --show-current)" = work ]
	# The report names the run that shows it, and no other run was needed for that.
	run_dir=$(sed -n 's/^seen in: //p' state/report.txt)
	[ "$(jq .exit_code "$run_dir/result.json")" -eq 1 ]
	boots=$(wc -l < booted)
	run bisect
	[ "$status" -eq 0 ]
	says "first bad commit: $(commit 12)"
	[ "$(wc -l < booted)" -eq "$boots" ]
}

@test "wherever the first bad commit is, and whatever makes it bad" {
	for n in 2 3 5 8; do
		for word in bad panic; do
			rm -rf linux state booted
			N=0
			words=()
			for i in $(seq 8); do [ "$i" -lt $n ] && words+=(good) || words+=($word); done
			history "${words[@]}"
			run bisect
			[ "$status" -eq 0 ]
			says "first bad commit: $(commit $n)"
			[ "$(awk -F '\t' '$2 == "bad" { print $3 }' state/steps | sort -u)" -eq "$([ $word = bad ] && echo 1 || echo 5)" ]
		done
	done
}

@test "what does not build, or cannot be judged, is neither good nor bad" {
	history good good broken silent broken bad bad bad
	run bisect
	# 3, 4 and 5 are skipped, so any of them, or 6, may be the first bad one.
	[ "$status" -eq 3 ]
	says "not to be told"
	for n in 3 4 5 6; do says "$(commit $n | cut -c 1-12) $n: "; done
	! grep -q "$(commit 7 | cut -c 1-12)" state/report.txt
	[ "$(awk -F '\t' '$2 == "skip" { print $7 }' state/steps | sort -u | tr '\n' ' ')" = "3: broken 4: silent 5: broken " ]
	grep -q 'does not build' state/steps
	run bisect
	[ "$status" -eq 3 ]
	# A skipped commit elsewhere does no harm.
	rm -rf linux state
	N=0
	history good broken good silent good good bad bad
	run bisect
	[ "$status" -eq 0 ]
	says "first bad commit: $(commit 7)"
}

@test "ends that are not what they are said to be" {
	history bad bad bad
	run bisect
	[ "$status" -eq 3 ]
	says "$(commit 1 | cut -c 1-12) was said to be good and is not"
	rm -rf linux state
	N=0
	history good good good
	run bisect
	[ "$status" -eq 3 ]
	says "$(commit 3 | cut -c 1-12) was said to be bad and is not"
	rm -rf linux state
	N=0
	history broken good bad
	run bisect
	says "$(commit 1 | cut -c 1-12) was said to be good and cannot be judged"
}

@test "killed in the middle of a step, it goes on from there" {
	history good good good good good good good stop bad bad bad bad bad bad bad bad
	# The 8th hangs, at which the first step looks.
	bisect > out 2>&1 &
	pid=$!
	for _ in $(seq 600); do grep -q stop booted 2>/dev/null && break; sleep 0.1; done
	grep -q stop booted
	before=$(wc -l < booted)
	# Kill all processes at once, as a power cut does.
	for p in $pid $(descendants $pid); do kill -9 "$p" 2>/dev/null || true; done
	wait $pid || true
	steps=$(wc -l < state/steps)
	# Now that commit works.
	BUILD='test "$(cat kernel)" != stop || echo good > kernel; cp kernel ../image; git checkout -q kernel'
	sed -i 's/^test .*/test "$(cat kernel)" != stop || echo good > kernel; cp kernel ..\/image; git checkout -q kernel/' state/wanted
	run bisect
	[ "$status" -eq 0 ]
	says "first bad commit: $(commit 9)"
	# No commit whose result was known was tried again.
	[ "$(cut -d ' ' -f 1 booted | sort | uniq -d)" = "$(commit 8)" ]
	[ "$(wc -l < state/steps)" -gt "$steps" ]
	[ "$before" -ge 3 ]
}

descendants() {
	local p
	for p in $(pgrep -P "$1"); do echo "$p"; descendants "$p"; done
}

@test "Ctrl-C: exit 3, and the commit it fell on is not judged" {
	history good good stop bad bad
	setsid bash -c 'trap - INT; exec "$0" "$@"' "$D" bisect --tree linux --good "$(commit 1)" --bad main \
		--kernel debian:6.12 --build "$BUILD" --state state -- --observer off t/one > out 2>&1 &
	pid=$!
	for _ in $(seq 600); do grep -q stop booted 2>/dev/null && break; sleep 0.1; done
	kill -INT -- -$pid
	rc=0; wait $pid || rc=$?
	[ "$rc" -eq 3 ]
	grep -q "go on" out
	! grep -q "$(commit 3)" state/steps
}

@test "a tree whose next commit is the bad one; usage; another's state" {
	history good bad
	run bisect
	[ "$status" -eq 0 ]
	says "first bad commit: $(commit 2)"
	run "$D" bisect --tree linux --good "$(commit 1)" --bad main --state state t/other
	[ "$status" -eq 2 ]
	says "of another bisection"
	for args in "" "t/one" "--good main t/one" "--good none --bad main t/one" "--good main --bad main t/one" \
		"--good main --bad $(commit 1) t/one" "--frob" "--good $(commit 1) --bad main"; do
		# shellcheck disable=SC2086
		run "$D" bisect --tree linux $args
		[ "$status" -eq 2 ]
	done
	run "$D" bisect --tree none --good a --bad b t/one
	[ "$status" -eq 2 ]
	says "none is no git tree"
	# An unknown scenario ends it at once, as it would be unknown at each commit.
	run "$D" bisect --tree linux --good "$(commit 1)" --bad main --kernel debian:6.12 --build "$BUILD" \
		--state other t/none
	[ "$status" -eq 3 ]
	says "no scenario 't/none'"
	[ ! -s other/steps ]
}
