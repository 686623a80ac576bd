#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests judge, events and explain, with a recording of one legacy order (4K, one source), made on 6.12.

load common

REC=$BATS_TEST_DIRNAME/../fixtures/recordings/legacy.bin

@test "judge names the mail's violations, with their stacks, and exits 1" {
	run "$D" judge "$REC"
	[ "$status" -eq 1 ]
	says "BUG: dmatorture: early-map: softdma maps page TO_DEVICE that another softdma device still writes in dmt_map"
	says "BUG: dmatorture: foreign-submit: a xor is submitted to softdma in a callback of another channel in dmt_tx_submit_now"
	says " dmt_exec_block+"
	says "in common: physical 0x"
	says "violations: 2"
	# Stacks begin at the probed function: they have no frame of a probe.
	! grep -qE '^ (bpf_|kprobe_|kretprobe_|arch_rethook)' <<< "$output"
}

@test "judge --class shows one, and exits 0 for one that is not there" {
	run "$D" judge --class early-map "$REC"
	[ "$status" -eq 1 ]
	says "violations: 1"
	run "$D" judge --class leak "$REC"
	[ "$status" -eq 0 ]
	says "violations: 0"
	run "$D" judge --class no-such-class "$REC"
	[ "$status" -eq 2 ]
	says "no-such-class"
}

@test "judge --json is JSON and says the same" {
	run "$D" judge --json "$REC"
	[ "$status" -eq 1 ]
	[ "$(jq -r '[.findings[].class] | sort | join(" ")' <<< "$output")" = "early-map foreign-submit" ]
}

@test "a recording that is cut is incomplete, says where, and keeps what came before" {
	head -c $(($(stat -c %s "$REC") - 10)) "$REC" > "$BATS_TEST_TMPDIR/cut.bin"
	run "$D" judge "$BATS_TEST_TMPDIR/cut.bin"
	[ "$status" -eq 3 ]
	says "early-map"
	says "incomplete"
	grep -qE 'cut.bin: .*[0-9]' <<< "$output"
}

@test "a flipped bit is found, wherever it is" {
	size=$(stat -c %s "$REC")
	for at in 3 9 17 30 100 5000 $((size / 2)) $((size - 5)); do
		cp "$REC" "$BATS_TEST_TMPDIR/flip.bin"
		b=$(od -An -tu1 -j$at -N1 "$REC")
		printf '%b' "\\x$(printf %x $((b ^ 4)))" |
			dd of="$BATS_TEST_TMPDIR/flip.bin" bs=1 seek=$at conv=notrunc status=none
		run "$D" judge "$BATS_TEST_TMPDIR/flip.bin"
		[ "$status" -eq 3 ]
	done
}

# Catches: "violations: 0" about a file that was not judged.
@test "what is no recording is said to be none" {
	for f in /dev/null "$BATS_TEST_FILENAME"; do
		run "$D" judge "$f"
		[ "$status" -eq 3 ]
		says "$f: byte 0: this is no recording of dmatorture"
		! grep -q violations <<< "$output"
		run "$D" judge --json "$f"
		[ "$status" -eq 3 ]
		grep -q '"incomplete": "byte 0: this is no recording of dmatorture"' <<< "$output"
	done
	# a recording without a complete event
	head -c 100 "$REC" > "$BATS_TEST_TMPDIR/head.bin"
	run "$D" judge "$BATS_TEST_TMPDIR/head.bin"
	[ "$status" -eq 3 ]
	! grep -q violations <<< "$output"
	run "$D" judge "$BATS_TEST_TMPDIR/none.bin"
	[ "$status" -eq 2 ]
	says "No such file"
	run "$D" judge
	[ "$status" -eq 2 ]
}

# Catches: events that are not those of the recording, or of the finding.
@test "events prints a recording, filters it, and says the same as JSON" {
	run "$D" events "$REC"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 73 ]
	says "+0.004825917 c0 task 144 map softdma.1 page dma 0x618f000 phys 0x618f000 len 4096 TO_DEVICE kthread stack 2190 #191"
	run "$D" events --json "$REC"
	[ "$(jq -s length <<< "$output")" -eq 73 ]
	run "$D" events --class early-map "$REC"
	[ "$status" -eq 0 ]
	[ "$(grep -oE "#[0-9]+$" <<< "$output" | tr "\n" " ")" = "#189 #191 #209 #223 " ]
	run "$D" events --class leak "$REC"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	run "$D" events --device softdma.1 --type map --from 4.9ms --to +0.005 "$REC"
	[ "$(grep -oE "#[0-9]+$" <<< "$output" | tr "\n" " ")" = "#192 #193 " ]
}

# Catches: half a recording that looks whole, and a wrong word that filters nothing.
@test "events says what is wrong with a recording or a word, as judge does" {
	head -c $(($(stat -c %s "$REC") - 10)) "$REC" > "$BATS_TEST_TMPDIR/cut.bin"
	for class in "" "--class early-map"; do
		run "$D" events $class "$BATS_TEST_TMPDIR/cut.bin"
		[ "$status" -eq 3 ]
		says "#191"
		grep -qE "cut.bin: incomplete: .*byte [0-9]+" <<< "$output"
	done
	run "$D" events "$BATS_TEST_FILENAME"
	[ "$status" -eq 3 ]
	says "byte 0: this is no recording of dmatorture"
	run "$D" events "$BATS_TEST_TMPDIR/none.bin"
	[ "$status" -eq 2 ]
	says "No such file"
	run "$D" events --type mop "$REC"
	[ "$status" -eq 2 ]
	says "did you mean 'map'?"
	run "$D" events --to soon "$REC"
	[ "$status" -eq 2 ]
	says "want a time"
}

# Catches: a drawing that shows nothing of the finding, or does not fit where it is read.
# Catches: the same said twice, and a reason that is not said since there are no events.
@test "events of what is no recording says so once" {
	echo text > "$BATS_TEST_TMPDIR/none"
	run "$D" events "$BATS_TEST_TMPDIR/none"
	[ "$status" -eq 3 ]
	[ "$output" = "dmatorture: $BATS_TEST_TMPDIR/none: byte 0: this is no recording of dmatorture" ]
}

@test "timeline draws the finding as text of 80 columns and as SVG" {
	run "$D" timeline "$REC"
	[ "$status" -eq 0 ]
	says "early-map: softdma maps page TO_DEVICE that another softdma device still writes"
	says "finding 1 of 2, at +0.004825917 s"
	says "A: this mapping, softdma.1 (softdma): page of 4096 bytes TO_DEVICE"
	for lane in "softdma.0 (softdma)" "softdma.1 (softdma)" "task 144" "softirq on CPU 0"; do
		grep -qxF "$lane" <<< "$output"
	done
	[ -z "$(awk 'length > 80' <<< "$output")" ]
	run "$D" timeline --finding 2 --around 1 "$REC"
	[ "$status" -eq 0 ]
	says "finding 2 of 2"
	says "foreign-submit"
	run "$D" timeline --svg "$BATS_TEST_TMPDIR/t.svg" "$REC"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	xmllint --noout "$BATS_TEST_TMPDIR/t.svg"
	grep -q '>A</text>' "$BATS_TEST_TMPDIR/t.svg"
	run "$D" timeline --finding 3 "$REC"
	[ "$status" -eq 2 ]
	says "no finding 3, there are 2"
	run "$D" timeline --around soon "$REC"
	[ "$status" -eq 2 ]
	says "want milliseconds"
	run "$D" timeline "$BATS_TEST_FILENAME"
	[ "$status" -eq 3 ]
	says "byte 0: this is no recording of dmatorture"
}

# The rules are those of the Trace Event Format: which fields a phase has, what a flow is tied to.
# Catches: a trace that viewers refuse, or of which they leave out a part.
@test "export perfetto writes a trace as the format's document has it" {
	trace=$BATS_TEST_TMPDIR/t.json
	run "$D" export perfetto "$REC" -o "$trace"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	jq -e '.traceEvents | length > 20 and all(.[];
		(.ph | IN("M", "X", "i", "s", "f")) and (.name | type == "string" and . != "") and
		(.pid | type == "number") and (.tid | type == "number") and
		(.ph == "M" or (.ts | type == "number" and . >= 0)))' "$trace"
	jq -e '[.traceEvents[] | select(.ph == "X")] | length > 10 and all(.[]; .dur >= 0 and .cat)' "$trace"
	jq -e '[.traceEvents[] | select(.ph == "i")] | length == 2 and all(.[]; .s == "g")' "$trace"
	# Each process has a name, and so has each thread of the contexts.
	jq -e '[.traceEvents[] | select(.ph == "X") | .pid] - [.traceEvents[] |
		select(.name == "process_name") | .pid] == []' "$trace"
	# Both descriptors have a flow from a slice to the slice of their callback.
	jq -e '.traceEvents | map(select(.ph == "X")) as $x | (map(select(.ph == "s").id) | sort) as $s |
		(map(select(.ph == "f" and .bp == "e").id) | sort) as $f | ($s | length == 2) and $s == $f and
		all(.[] | select(.ph == "s" or .ph == "f"); . as $e | any($x[]; .pid == $e.pid and
		.tid == $e.tid and .ts <= $e.ts + 0.001 and .ts + .dur >= $e.ts - 0.001))' "$trace"
	run "$D" export perfetto "$REC" "$REC"
	[ "$status" -eq 2 ]
	run "$D" export junit -o x "$REC"
	[ "$status" -eq 2 ]
	says "--output goes with perfetto"
}

@test "explain: every class of the taxonomy, by name and by number" {
	run "$D" explain
	[ "$status" -eq 0 ]
	[ "$(grep -cE '^(M|E)[0-9]+ ' <<< "$output")" -eq \
	  "$(grep -cE '^(SEEN|SEEN_IF|SEEN_ON|UNSEEN)\(' "$TOP/harness/lib/judge/violation_rows.h")" ]
	for c in early-map M5; do
		run "$D" explain $c
		[ "$status" -eq 0 ]
		says "early-map (M5)"
		says "doc:"
		says "rule:"
	done
	run "$D" explain cpu-access
	says "needs: a guest whose CPU is watched"
	run "$D" explain desc-use-after-submit
	says "not seen: of loads and stores only those to mapped memory are events"
	run "$D" explain early-mop
	[ "$status" -eq 2 ]
	says "early-mop"
}

# Catches: a soak without reports because nearly all events were lost.
@test "the quiet soak's summary takes few lost events, no report, and all runs" {
	summary() { run "$TOP/harness/tests/quiet-summary" 2 200000; }
	one="violations: 0
events: 9, mappings: 100000 (0 from pools, at most 4 at once), descriptors: 0"
	summary <<< "$one
incomplete: 2 events were lost
$one"
	[ "$status" -eq 0 ]
	[ "$output" = "200000 mappings, 2 events lost, 0 reports" ]
	summary <<< "$one
incomplete: 3 events were lost
$one"
	[ "$status" -eq 1 ]
	says "too many events lost, at most 2"
	summary <<< "$one"
	[ "$status" -eq 1 ]
	says "1 runs, want 2"
	summary <<< "$one
${one/violations: 0/violations: 1}"
	[ "$status" -eq 1 ]
	says "1 reports"
}

# Catches: a finding in a driver that passes for a known one, a row without a result, losses.
@test "the drivers' summary excuses only what is known of that class, function and kernel" {
	cat > "$BATS_TEST_TMPDIR/known" <<-END
	issue one-free
	    kernels  6.1..6.12
	    class    coherent-free-atomic
	    where    release_one, one.c:12, from remove_one, :20
	    show     DRIVERS="zero one" make soak-drivers
	END
	summary() { run "$TOP/harness/tests/drivers-summary" "$BATS_TEST_TMPDIR/known" "${1-debian:6.12}"; }
	log="soak: disk coherent
soak: two: skip: the kernel has no module two
exec /quiet -- /driver load one one sd_mod -- /load disks pci/one 8
violations: 2, 1 of which follow from another
       7  coherent-free-atomic: one frees coherent memory with interrupts off in release_one
       1    then coherent-free-atomic: one frees coherent memory with interrupts off in remove_one
events: 9, mappings: 1234 (0 from pools, at most 4 at once), descriptors: 0
not judged: 3: mapped before the observation
quiet: snoop exit 1
exec /quiet -- /driver load one one sd_mod -- /load disks pci/one 8: exit 1
guest: done"
	summary <<< "$log"
	[ "$status" -eq 0 ]
	says "| one | 1234 maps, 3 not judged, **2 known** |"
	says "| two | skip: the kernel has no module two |"
	says "in release_one | one-free | coherent | 7 |"
	# of another kernel, class, function or driver it is unknown
	summary debian:7.2 <<< "$log"
	[ "$status" -eq 1 ]
	says "**2 unknown**"
	summary <<< "${log/load one/load won}"
	[ "$status" -eq 1 ]
	summary <<< "${log//coherent-free-atomic/leak}"
	[ "$status" -eq 1 ]
	summary <<< "${log/in release_one/in release_one_more}"
	[ "$status" -eq 1 ]
	says "**1 known**, **1 unknown**"
	# work that fails is excused only beside a known finding
	summary <<< "${log/events:/quiet: \/load disks: exit 1
events:}"
	[ "$status" -eq 0 ]
	summary <<< "$(grep -v ' in re' <<< "${log/events:/quiet: \/load disks: exit 1
events:}")"
	[ "$status" -eq 1 ]
	says "**failed**"
	# a guest that died, and losses
	summary <<< "$(head -n 3 <<< "$log"; echo "guest: panic: BUG: x")"
	[ "$status" -eq 1 ]
	says "**no result**"
	says "did not end: panic: BUG: x"
	summary <<< "${log/not judged:/incomplete: 5 events were lost
not judged:}"
	[ "$status" -eq 1 ]
	says "1234 maps, 5 lost, 3 not judged, **2 known**, **incomplete**"
}
