#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the agent and its channel in real guests, with one plan each.

load common

setup() {
	kernel_dir=$("$TOP/harness/kernels/kernel-setup" --check debian:6.12)
	cd "$BATS_TEST_TMPDIR" || return
	mkdir out
}

vmrun() {
	run "$TOP/build/vmrun" --kernel-dir "$kernel_dir" --agent "$TOP/build/agent" \
		--module-dir "$TOP/build/modules-debian-6.12" --dir out "$@"
	echo "$output"
}

le32() { local n=$1; printf '%b' "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $((n & 255)) $((n >> 8 & 255)) $((n >> 16 & 255)) $((n >> 24)))"; }
crc() { gzip -c | tail -c 8 | head -c 4; }

# plan SETUP PROGRAM [SETUP PROGRAM]...: cells 0, 1, ...
plan() {
	local i=0
	{ printf DMTPLAN1; le32 $(($# / 2)); } > plan
	while [ $# -gt 0 ]; do
		{ le32 $i; le32 ${#1}; le32 ${#2}; printf %s "$1$2"; } >> plan
		i=$((i + 1))
		shift 2
	done
	crc < plan > crc
	cat crc >> plan
}

@test "programs sent along: what they say, and how they end" {
	printf '#include <stdio.h>\nint main(int n, char **v) { puts(v[n - 1]); return n; }\n' > a.c
	printf '#include <stdlib.h>\nint main(void) { abort(); }\n' > b.c
	gcc -static -Os -o a a.c
	gcc -static -Os -o b b.c
	# more than a pipe gives at once: no line may be cut
	printf '#include <stdio.h>\nint main(void) { for (int i = 0; i < 2000; i++) printf("line %%d is whole\\n", i); return 0; }\n' > c.c
	gcc -static -Os -o c c.c
	vmrun --file a:a --file b:b --file c:c --exec "/a one two" --exec /b --exec /c --exec /none
	[ "$status" -eq 0 ]
	says "log: two"
	says "log: exec /a one two: exit 3"
	says "log: exec /b: signal 6"
	says "log: exec /none: exit 127"
	[ "$(grep -cE "(^|log: )line [0-9]+ is whole$" <<< "$output")" -eq 2000 ]
	says "fate: done"
}

@test "a cell that cannot be set up, a program that is refused: why, and the next cell goes on" {
	plan $'engine copy\nattr ring 1\n' x $'engine copy\nengine copy\n' x $'nonsense\n' x \
		$'engine copy\n' "no program"
	vmrun plan
	[ "$status" -eq 0 ]
	says "refused: engine copy: ring = 1: Numerical result out of range"
	says "refused: engine copy: File exists"
	says "refused: set-up: 'nonsense' is no advice"
	grep -q "^refused: .*(byte 0)" <<< "$output"
	[ "$(grep ^refused: <<< "$output" | sort -u | wc -l)" -eq 4 ]
	[ "$(grep -c ^cell-end: <<< "$output")" -eq 4 ]
	# nothing is left: each engine could be made again, and none could not be removed
	[ "$(grep -c "cannot be removed" <<< "$output")" -eq 0 ]
	says "fate: done"
}

@test "a damaged plan is said and never done" {
	plan $'engine copy\n' x
	printf X | dd of=plan bs=1 seek=20 conv=notrunc status=none
	vmrun plan
	[ "$status" -eq 1 ]
	says "log: the plan is damaged"
	says "fate: died"
	grep -q "the plan is damaged" out/console.log
}

@test "a module that does not load is said, in a frame and on the console" {
	mkdir mods
	cp "$TOP/build/modules-debian-6.12/dmatorture.ko" mods/
	echo rubbish > mods/softdma.ko
	run "$TOP/build/vmrun" --kernel-dir "$kernel_dir" --agent "$TOP/build/agent" \
		--module-dir mods --dir out
	echo "$output"
	says "log: module /mod/softdma.ko: Exec format error"
	grep -q "module /mod/softdma.ko: Exec format error" out/console.log
}

@test "QEMU does not outlive a harness that is killed" {
	echo "int main(void) { for (;;); }" > spin.c
	gcc -static -Os -o spin spin.c
	"$TOP/build/vmrun" --kernel-dir "$kernel_dir" --agent "$TOP/build/agent" \
		--module-dir "$TOP/build/modules-debian-6.12" --dir out \
		--file spin:spin --exec /spin 3>&- &
	harness=$!
	# console.log exists before the QEMU that restores a guest
	qemu=
	for _ in $(seq 100); do
		qemu=$(pgrep -P $harness qemu) && break
		sleep 0.1
	done
	[ -n "$qemu" ]
	kill -9 $harness
	for _ in $(seq 50); do
		grep -q '^State:.*Z' "/proc/$qemu/status" 2>/dev/null || [ ! -d "/proc/$qemu" ] && return 0
		sleep 0.1
	done
	kill -9 "$qemu"
	false
}
