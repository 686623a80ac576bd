#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests bundle and repro of a bundle: what is in the file, what must not be, and that it is repeated.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export DMATORTURE_SCENARIOS=$BATS_TEST_TMPDIR/scenarios FAKE=$TOP/build/fakeguest
	R=$BATS_TEST_TMPDIR/results
	ten_cells
	fake_qemu <<< '"$FAKE" "$CHANNEL" 10 10000 1 plan "'"$TOP"'/harness/tests/fixtures/recordings/legacy.bin"'
}

# A run in which all ten cells failed.
failed_run() {
	"$D" run --world strict --results "$R" > said 2>&1 || [ $? -eq 1 ]
	RUN=$(sed -n 's/^results: //p' said)
	[ "$(ls "$RUN/failures" | wc -l)" -eq 10 ]
}

@test "a bundle has what repeats a failure, and no path or name of this machine" {
	failed_run
	# A report names the scenario's file, wherever it lies.
	echo "step: $BATS_TEST_TMPDIR/scenarios/g/ten.dma:9: map m, in $RUN/x" >> "$RUN/failures/g+ten,b=3us@strict/report.txt"
	run "$D" bundle "$RUN/failures/g+ten,b=3us@strict" -o one.tar.zst
	[ "$status" -eq 0 ]
	says "one.tar.zst: 1 failure"
	tar --zstd -xf one.tar.zst
	[ -z "$(grep -rF -e "$BATS_TEST_TMPDIR" -e "$HOME" -e "$TOP" dmatorture-bundle)" ]
	grep -qF 'step: g/ten.dma:9: map m, in .../x' dmatorture-bundle/failures/*/report.txt
	[ "$(ls dmatorture-bundle/failures)" = "g+ten,b=3us@strict" ]
	ls dmatorture-bundle/failures/*/{repro.dma,events.bin,failure.json,timeline.svg} dmatorture-bundle/boots/strict-0/{channel.bin,plan.bin,console.log}
	[ "$(jq -r '.cells | length' dmatorture-bundle/result.json)" -eq 1 ]
	[ "$(jq -r .config_sha256 dmatorture-bundle/bundle.json)" = "$(sha256sum < dmatorture-bundle/config | cut -d' ' -f1)" ]
	jq -e '.kernel == "debian:6.12" and .dmatorture and .kernel_package and .vmlinuz.crc32 and .agent.crc32 and .qemu' dmatorture-bundle/bundle.json
	# the same bytes each time, and of anybody
	touch "$RUN"/failures/*/*
	"$D" bundle "$RUN/failures/g+ten,b=3us@strict" -o two.tar.zst
	cmp one.tar.zst two.tar.zst
}

@test "a path of this machine in a file that is not text: said, and no bundle" {
	failed_run
	printf '\0\1%s\0' "$TOP/secret" >> "$RUN/boots/strict-0/channel.bin"
	run "$D" bundle "$RUN" -o all.tar.zst
	[ "$status" -eq 3 ]
	says "boots/strict-0/channel.bin would say \"$TOP\", which is of this machine: no bundle was made"
	[ ! -e all.tar.zst ]
	run "$D" bundle "$BATS_TEST_TMPDIR/scenarios"
	[ "$status" -eq 2 ]
}

@test "repro of a bundle: what is the same, what differs, and the failure again" {
	failed_run
	"$D" bundle "$RUN" -o all.tar.zst
	rm -r "$RUN"
	run "$D" repro all.tar.zst
	[ "$status" -eq 2 ]
	says "the bundle has 10 failures; --cell NAME says which"
	run "$D" repro all.tar.zst --cell g+ten,b=7us@strict
	[ "$status" -eq 0 ]
	says "kernel, modules, agent and QEMU are the same here"
	says "g/ten b=7us @strict"
	says "identical"
	tar --zstd -xf all.tar.zst
	jq '.agent.crc32 = "00000000" | .qemu = "QEMU of long ago"' dmatorture-bundle/bundle.json > new
	mv new dmatorture-bundle/bundle.json
	tar --zstd -cf changed.tar.zst dmatorture-bundle
	run "$D" repro changed.tar.zst --cell g+ten,b=7us@strict
	says "differs: agent: "
	says "CRC-32 00000000 there"
	says "differs: QEMU: QEMU of long ago there"
	says "identical"
	# a kernel of the sender's own
	for f in dmatorture-bundle/failures/*/failure.json dmatorture-bundle/bundle.json; do
		jq '.kernel = "own"' "$f" > new && mv new "$f"
	done
	tar --zstd -cf own.tar.zst dmatorture-bundle
	run "$D" repro own.tar.zst --cell g+ten,b=7us@strict
	[ "$status" -eq 2 ]
	says "was built by its sender"
	run "$D" repro own.tar.zst --cell g+ten,b=7us@strict --kernel debian:6.12
	[ "$status" -eq 0 ]
}

@test "a file of somebody else's that is no bundle is refused before it is unpacked" {
	mkdir dmatorture-bundle
	ln -s /etc dmatorture-bundle/boots
	tar --zstd -cf link.tar.zst dmatorture-bundle
	tar --zstd -cf other.tar.zst scenarios
	tar --zstd -P --transform 's,^scenarios,dmatorture-bundle/../../x,' -cf up.tar.zst scenarios
	echo nonsense > text.tar.zst
	for f in link other up text none; do
		run "$D" repro $f.tar.zst
		[ "$status" -eq 2 ]
	done
}
