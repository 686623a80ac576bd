#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests bench and report. There are nine guests, each of a few seconds.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	R=$BATS_TEST_TMPDIR/results
}

bench() { run "$D" bench --results "$R" "$@"; }
# Only standard output, so that no text of standard error is in the middle of a line.
cells() { "$D" bench --dry-run "$@" 2>/dev/null; }

# Catches: a default that leaves a parameter out, or that takes every combination and an hour.
@test "bench: by default each parameter is varied by itself; --all and values say otherwise" {
	run cells --world strict bench/split
	[ "$status" -eq 0 ]
	[ "$(grep -c '^bench/split' <<< "$output")" -eq 16 ]
	says "bench/split size=4K sources=3 inflight=1 clients=1 context=softirq board=none @strict"
	says "context=hardirq board=none"
	[ "$(grep -c 'context=hardirq board=p2020' <<< "$output")" -eq 0 ]
	run cells --world strict bench/split size=1K,4K board=p2020
	[ "$(grep -c '^bench/' <<< "$output")" -eq 2 ]
	run cells --world strict --all bench/cpu
	[ "$(grep -c '^bench/' <<< "$output")" -eq 90 ]
	# The CPU has no board parameter, so it is compared only with the base.
	run cells --world bounce size=4K board=none,p2020
	[ "$(grep -c '^bench/cpu' <<< "$output")" -eq 1 ]
	[ "$(awk 'BEGIN { RS = "" } /bench\/cpu/ && /board=none/ && !/p2020/ { n++ } END { print n + 0 }' \
		<<< "$output")" -eq 1 ]
}

# Catches: arguments that are misunderstood or ignored.
@test "bench: usage" {
	bench siez=4K
	[ "$status" -eq 2 ]
	says "did you mean 'size'?"
	bench size=5K
	[ "$status" -eq 2 ]
	says "no benchmark has these values"
	for args in "order/split" "--against softdma.slow_map=1" "--against slow_map=1,2" "--param softdma.slow_map" \
		"--param a.b=1;2" "--rounds 0" "--metric chian" "--world none" "bench/splti"; do
		# shellcheck disable=SC2086
		bench $args
		[ "$status" -eq 2 ]
	done
	[ ! -e "$R" ]
}

# Catches: benchmarks that run in every suite, which takes minutes.
@test "run leaves benchmarks out, unless they are named" {
	"$D" run --dry-run > all 2>/dev/null
	[ "$(grep -c "^bench/" all)" -eq 0 ]
	[ "$(wc -l < all)" -gt 500 ]
	[ "$("$D" run --dry-run --world strict bench/cpu 2>/dev/null | grep -c '^bench/cpu')" -eq 90 ]
}

# Catches: lost samples, or samples of the warm-up; figures shown for another order.
@test "bench: the orders and the CPU side by side, with ratios and percentiles" {
	bench --world bounce --rounds 10 --icount size=4K
	[ "$status" -eq 0 ]
	says "bounce: whole chain, ns, p50"
	grep -qE '^  4K +[0-9]{5,} +[01]\.[0-9]{3} \[ *[01]\.[0-9]{3}, +[01]\.[0-9]{3}\]' <<< "$output"
	says "offload costs the client's CPU less than doing the work:"
	run_dir > dir
	grep -qE '^  chain +ns +100( +[0-9]+){5}$' "$(cat dir)/bench.txt"
	"$D" samples show "$(cat dir)" > text
	[ "$(grep -c '^series chain ns lower bench/' text)" -eq 5 ]
	[ "$(grep -c '^series xor ns lower bench/' text)" -eq 3 ]
	[ "$(grep -c '^series map ns lower bench/cpu' text)" -eq 0 ]
	[ "$(grep -c '^round 9$' text)" -eq "$(grep -c ^series text)" ]
	grep -q '^about boot ' text
	[ "$(tail -n 1 text)" = end ]
	# The shared order maps less than the others, which must be visible.
	awk '/^series/ { cell = $2 == "map" ? $5 : "" } /^round 0/ { getline; split($0, v, " "); m[cell] = v[5] }
	     END { exit !(m["bench/shared"] > 0 && m["bench/shared"] < m["bench/split"]) }' text
}

# Catches: figures with the instruction counter that depend on the host; a map path slower by 2 %
# that is not found.
@test "bench --icount: the same each time, and 2 % of a slower map are seen" {
	for run in "a 0" "again 0" "b 40"; do
		# shellcheck disable=SC2086
		set -- $run
		bench --world strict --rounds 3 --icount bench/legacy bench/split size=1K --param softdma.slow_map="$2"
		[ "$status" -eq 0 ]
		mv "$(run_dir)" "$1"
		"$D" samples show "$1" | grep -vE '^about (time|boot|arguments) ' > "$1.txt"
	done
	cmp a.txt again.txt
	run "$D" compare a again
	[ "$status" -eq 0 ]
	[ "$(grep -cE 'slower$|faster$|inconclusive' <<< "$output")" -eq 0 ]
	run "$D" compare --json --metric map a b
	[ "$status" -eq 7 ]
	[ "$(jq -r '[.metrics[].verdict] | join(" ")' <<< "$output")" = "slower slower" ]
	[ "$(jq '[.metrics[].ratio] | max < 1.06' <<< "$output")" = true ]
	run "$D" compare --json --metric unmap a b
	[ "$(jq '[.metrics[] | select(.verdict == "slower")] | length' <<< "$output")" -eq 0 ]
}

# Catches: sides that are mixed up; a parameter that stays set for the other side. There are 30
# rounds, as with few pairs even the smallest p is large, and a busy host can reverse one of them.
@test "bench --against: two values of a parameter take turns in one guest" {
	bench --world strict --rounds 30 bench/split size=1K --against softdma.slow_map=0,3000
	[ "$status" -eq 7 ]
	grep -qE 'map, ns +30/30 .* slower$' <<< "$output"
	[ "$(grep -cE '^ +unmap, ns .* (slower|faster)$' <<< "$output")" -eq 0 ]
	dir=$(run_dir)
	# compare treats the two sides as runs of the same boot, and each with itself too.
	run "$D" compare --metric map "$dir/b" "$dir/a"
	[ "$status" -eq 0 ]
	says "1 faster"
	run "$D" report "$dir/a" "$dir/b" --output rep
	[ "$status" -eq 0 ]
	grep -q 'class="slower"' rep/report.html
	grep -q '^slower       map, ns' rep/report.txt
	# Rounds of one boot prove nothing about another boot.
	bench --world strict --rounds 30 bench/split size=1K
	[ "$status" -eq 0 ]
	run "$D" compare --metric map "$dir/b" "$(run_dir)"
	[ "$status" -eq 3 ]
	says "1 and 1 boots, 10 a side are needed"
}

# Catches: half a benchmark that counts as a whole one, or as none.
@test "bench: Ctrl-C keeps what was measured, incomplete" {
	"$D" bench --results "$R" --world coherent --rounds 5000 bench/cpu bench/split size=1K > out 2> err &
	pid=$!
	for _ in $(seq 300); do
		[ "$(cat "$R"/*/samples.bin 2>/dev/null | wc -c)" -gt 20000 ] && break
		sleep 0.1
	done
	kill -INT $pid
	rc=0; wait $pid || rc=$?
	[ "$rc" -eq 3 ]
	grep -q "interrupted; what was measured before is kept" err
	grep -q "incomplete: .*it has no end" out
	dir=$(sed -n 's/^results: //p' out)
	run "$D" compare "$dir" "$dir"
	[ "$status" -eq 3 ]
	says "interrupted"
}

# Catches: a counter that does not exist shown as 0, or without the reason; lost samples; times that
# sampling made longer compared with others.
@test "bench --perf: what was counted, why not, and the hot functions" {
	bench --world bounce --rounds 4 --perf bench/split size=4K
	[ "$status" -eq 0 ]
	dir=$(run_dir)
	if grep -q 'not counted  cycles' "$dir/hot.txt"; then
		grep -q 'not counted  cycles: no such counter in this processor (TCG has none)' "$dir/hot.txt"
	else
		grep -qE '^ +[1-9][0-9]+  cycles' "$dir/hot.txt"
	fi
	grep -qE '^ +[1-9][0-9]*  context-switches' "$dir/hot.txt"
	grep -qE '^[1-9][0-9]+ samples of the software clock, .* 0 lost' "$dir/hot.txt"
	grep -qE '^ *[0-9.]+ %  [a-z_]+.* \[(dmatorture|softdma)\]' "$dir/hot.txt"
	[ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' "$dir/hot.txt")" -le 80 ]
	"$D" report "$dir" > /dev/null
	grep -q '<h2>Hot functions</h2>' "$dir/report/report.html"
	mv "$dir" sampled
	bench --world bounce --rounds 4 bench/split size=4K
	run "$D" compare sampled "$(run_dir)"
	[ "$status" -eq 3 ]
	says "A was sampled by perf"
}

# samples_of DIR: makes plausible samples of a benchmark, with two worlds and three sizes.
samples_of() {
	awk 'BEGIN {
		print "about accelerator tcg\nabout machine cafe0001\nabout release 6.12.1"
		print "about time 2026-01-02T03:04:05Z\nabout boot one\nabout base size=4K context=softirq"
		split("legacy split shared cpu", order, " "); split("coherent bounce", world, " ")
		split("1K 4K 16K", size, " "); split("chain ns lower|bytes B/s higher", metric, "|")
		for (w = 1; w <= 2; w++) for (m = 1; m <= 2; m++) for (o = 1; o <= 4; o++) for (s = 1; s <= 3; s++) {
			printf "series %s bench/%s size=%s%s @%s\n", metric[m], order[o], size[s],
				o < 4 ? " context=softirq" : "", world[w]
			for (r = 0; r < 12; r++) {
				print "round", r
				ns = (20000 + 4 ^ s * 800 + o * 900) * (1 + (r * 7 % 5) / 50)
				for (k = 0; k < (m == 1 ? 10 : 1); k++)
					printf "%d ", m == 1 ? ns + k * 100 : 4 ^ s * 256 * 1e9 / ns
				print ""
			}
		}
		print "end"
	}' | "$D" samples make - "$1"
}

# Catches: a page that needs other files; a plot that is empty or not drawn; labels without units.
@test "report: one page with the plots in it, PNGs, and a mail" {
	samples_of "run's"
	run "$D" report "run's"
	[ "$status" -eq 0 ]
	cd "run's/report"
	[ "$(grep -c '^<svg' report.html)" -eq 6 ]
	# The result comes first, and the legend once.
	grep -qE 'class="lead"><p>A chain in the order <b>split</b> takes 1\.[0-9]+ to 1\.[0-9]+ times as long' report.html
	[ "$(grep -c 'class="key"' report.html)" -eq 1 ]
	[ "$(grep -c '^set xtics 0.02' plots.gp)" -eq 4 ]
	[ "$(grep -cE '<script|src=|@import|href="http' report.html)" -eq 0 ]
	grep -q '<meta name="viewport"' report.html
	grep -q '@media print' report.html
	for name in throughput_coherent latency_bounce ratios_bounce; do
		perl -MXML::LibXML -e 1 2>/dev/null && perl -MXML::LibXML -e 'XML::LibXML->load_xml(location => $ARGV[0])' $name.svg
		[ "$(stat -c %s $name.png)" -gt 8000 ]
		[ "$(head -c 4 $name.png | tail -c 3)" = PNG ]
	done
	grep -q 'MB/s, 10⁶ bytes a second' throughput_bounce.svg
	grep -q 'µs (logarithmic)' latency_bounce.svg
	for order in legacy split shared 'cpu (no offload)'; do
		grep -qF "$order</span>" report.html
	done
	[ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' report.txt)" -le 76 ]
	grep -qE '^size 4K \(base\) +[0-9.]+ [01]\.[0-9]{3} ' report.txt
}

# Catches: no report because of missing plots; exit code 0 although plots are missing.
@test "report: without gnuplot the tables are there, exit 3 says that plots are missing" {
	samples_of run
	mkdir bin
	PATH=$BATS_TEST_TMPDIR/bin run "$D" report run
	[ "$status" -eq 3 ]
	says "gnuplot-nox"
	grep -q '<td>size 4K (base)</td>' run/report/report.html
	grep -q 'No plots: gnuplot is not installed' run/report/report.html
	[ -s run/report/report.txt ]
	run "$D" report
	[ "$status" -eq 2 ]
	run "$D" report none
	[ "$status" -eq 2 ]
	run "$D" report run --output run/samples.bin
	[ "$status" -eq 3 ]
	says "--output DIR"
}

# Catches: a history of other cells, or none.
@test "report: the history of the run's cells, when there is one" {
	for i in 1 2 3 4; do
		samples_of "r$i"
		"$D" samples show "r$i" | sed "s/^about time .*/about time 2026-0$i-01T00:00:00Z/" > text
		rm -r "r$i"
		"$D" samples make text "r$i"
	done
	mkdir -p "$R"
	"$D" history --results "$R" --add r1 r2 r3 r4
	run "$D" report --results "$R" r4
	[ "$status" -eq 0 ]
	says "history_"
	grep -q 'time of the run' r4/report/history_6.svg
	grep -q 'p99' r4/report/history_6.svg
}

# Catches: real drivers compared with software engines as if they were the same; cells that the
# drivers cannot run reported as failures.
# bats test_tags=full
@test "bench --engines drivers: series of their own, and what they cannot do is left out" {
	bench --world coherent --rounds 2 --engines drivers bench/split size=4K context=softirq,hardirq
	[ "$status" -eq 0 ]
	says "1 cells were left out: "
	dir=$(run_dir)
	"$D" samples show "$dir" > text
	[ "$(grep -c '^series chain .*context=softirq .* engines=drivers @coherent$' text)" -eq 1 ]
	[ "$(grep -c '^series .*context=hardirq' text)" -eq 0 ]
	bench --world coherent --rounds 2 bench/split size=4K
	run "$D" compare "$dir" "$(run_dir)"
	[ "$status" -ne 0 ]
	[ "$(grep -cE ' (slower|faster|same)$' <<< "$output")" -eq 0 ]
}
