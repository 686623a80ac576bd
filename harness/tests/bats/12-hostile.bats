#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Hostile text in files, names and guests' consoles: no page runs it, no terminal obeys it, no
# result loses it. The unit tests (test_page, test_run_json, test_terminal) test each field; this
# tests each verb.

load common

setup() {
	R=$BATS_TEST_TMPDIR/results
	cd "$BATS_TEST_TMPDIR"
	# Clears the screen, sets the title, C1's CSI, no UTF-8, markup, a command of gnuplot.
	BAD=$'\033[2J\033]0;owned\007\302\233m\377<script>x</script>'"'; system('touch owned')#"
}

# Checks that $output and the files have no control characters (C0 except newline and tab, DEL, C1)
# and no bytes that are not UTF-8.
tame() {
	if [ $# -eq 0 ]; then
		printf '%s' "$output" > tame.txt
		set -- tame.txt
	fi
	local f
	for f; do
		[ -s "$f" ] || { echo "$f is empty"; return 1; }
		iconv -f utf-8 -t utf-8 "$f" > /dev/null || { echo "$f: no UTF-8"; return 1; }
		! LC_ALL=C grep -aP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$f" | cat -v | grep . ||
			{ echo "in $f"; return 1; }
	done
	return 0
}

@test "a verb, an option, a scenario of no sane name: shown, not obeyed" {
	for args in "$BAD" "show $BAD" "judge $BAD" "explain $BAD" "merge $BAD" "export ktap $BAD" \
		    "compare $BAD $BAD" "report $BAD" "repro $BAD" "list --$BAD"; do
		# shellcheck disable=SC2086
		run "$D" $args
		[ "$status" -ne 0 ]
		tame
	done
}

@test "a scenario with control characters in it: the line that is shown is tame" {
	mkdir -p s/t
	printf 'scenario t/x\n    "a title"\n\nengine %s\n' "$BAD" > s/t/x.dma
	run "$D" show --scenarios s t/x
	[ "$status" -eq 2 ]
	tame
	printf 'scenario t/x\n    "a %s title"\n' "$(printf '\033[2J')" > s/t/x.dma
	run "$D" list --scenarios s
	tame
}

@test "a splat with bytes that are no UTF-8 is in result.json and in all that is made of it" {
	cat > console <<< "[    1.0] Kernel panic - not syncing: $BAD"
	export FROM=$PWD/console
	fake_qemu <<< 'cat "$FROM" > "$CONSOLE"; exit 1'
	run "$D" run --results "$R" --world coherent context/terminate
	[ "$status" -eq 5 ]
	tame
	says 'xff'
	d=$(run_dir)
	"$TOP/harness/tests/check-schema" "$TOP/harness/tests/result.schema.json" "$d/result.json"
	grep -q 'xff<script>' <<< "$(jq -r '.boots[0].title' "$d/result.json")"
	tame "$d"/{result.json,ktap.txt,junit.xml,kcidb.json,env.json}
	xmllint --noout --schema "$TOP/harness/tests/junit.xsd" "$d/junit.xml"
	grep -q 'xff' "$d/junit.xml"
	grep -q 'xff' "$d/ktap.txt"
	for format in ktap junit kcidb lava; do
		run "$D" export "$format" "$d"
		[ "$status" -eq 0 ]
		tame
	done
	run "$D" merge "$d"
	tame
}

@test "a recording whose device has a hostile name: judge and its JSON are tame" {
	# Replace the names of devices, byte for byte, and make the chunks' checksums right again.
	perl -0777 -e '
		sub crc { my $c = ~0 & 0xffffffff; for (unpack "C*", $_[0]) { $c ^= $_;
			$c = $c & 1 ? $c >> 1 ^ 0xedb88320 : $c >> 1 for 1 .. 8; } ~$c & 0xffffffff }
		my $in = <STDIN>; print substr($in, 0, 24);
		for (my $at = 24; $at + 12 <= length $in; ) {
			my ($type, $len) = unpack "VV", substr($in, $at, 8);
			my $data = substr($in, $at + 12, $len); $at += 12 + $len;
			$data =~ s/softdma/\e[2J\x{9b}\xff</g;
			print pack("VVV", $type, $len, crc(pack("VV", $type, $len) . $data)), $data;
		}' < "$BATS_TEST_DIRNAME/../fixtures/recordings/legacy.bin" > rec.bin
	run "$D" judge rec.bin
	[ "$status" -eq 1 ]
	says '\x1b[2J\x9b\xff<.0'
	tame
	run "$D" judge --json rec.bin
	tame
	jq -e '.findings[0].mapping.device | startswith("\u001b[2J\\x9b\\xff<")' <<< "$output"
}

@test "a history that others wrote: report runs nothing of it, history prints it tame" {
	mkdir -p run results
	{
		echo "about time 2026-01-01T00:00:00Z"
		echo "about machine m"
		echo "about accelerator kvm"
		echo "series chain ns lower order/x @strict"
		echo "round 0"
		seq 1000 1020
		echo end
	} > text
	for i in 1 2 3; do
		sed "s/-01T/-0${i}T/" text > "text$i"
		rm -f run/samples.bin
		"$D" samples make "text$i" run
		"$D" history --results results --add run
	done
	sqlite3 results/history.db "UPDATE point SET unit = CAST(x'$(printf %s "$BAD" | od -An -tx1 | tr -d ' \n')' AS TEXT);"
	run "$D" history --results results chain
	tame
	run "$D" history --results results chain --json
	tame
	jq . <<< "$output" > /dev/null
	run "$D" history --results results
	tame
	run "$D" report --results results run
	tame
	[ ! -e owned ]
	tame run/report/report.html run/report/report.txt run/report/plots.gp
	! grep -q '<script' run/report/report.html
}

@test "a run directory of no sane name: report, compare, merge and export show it" {
	d=${BAD//\//_}$'\n'x
	mkdir "$d"
	printf 'about time 2026-01-01T00:00:00Z\nseries chain ns lower order/x @strict\nround 0\n1 2 3\nend\n' > text
	"$D" samples make text "$d"
	run "$D" report -o out "$d"
	[ "$status" -eq 0 ]
	tame
	tame out/report.html out/report.txt
	! grep -q '<script' out/report.html
	grep -q '&lt;script&gt;' out/report.html
	run "$D" compare "$d" "$d"
	tame
	run "$D" compare --json "$d" "$d"
	tame
	run "$D" export ktap "$d"
	tame
}
