#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests dmatorture fuzz and reduce: what is found is kept, and bad files are refused.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	F=$BATS_TEST_TMPDIR/fuzz
}

# A scenario of 40 steps in which one mapping is made too early.
forty_steps() {
	cat > "$1" <<-'END'
	scenario test/forty
	    "forty steps, and one map too early"
	engine copy memcpy like fsl-dma
	engine xor  xor    like talitos
	buffer a 4K random
	buffer b 4K zero
	buffer c 4K random
	buffer d 4K zero
	thread {
	    map m1 = copy a TO_DEVICE
	    map m2 = copy b FROM_DEVICE
	    mapping_error m1 m2
	    prep t1 = copy memcpy m2 <- m1
	    submit t1
	    issue copy
	    wait t1
	    unmap m1 m2
	    check b == a
	    map m3 = copy c TO_DEVICE
	    map m4 = copy d FROM_DEVICE
	    mapping_error m3 m4
	    prep t2 = copy memcpy m4 <- m3
	    submit t2
	    issue copy
	    wait t2
	    map x1 = xor d TO_DEVICE
	    map x2 = xor b FROM_DEVICE
	    mapping_error x1 x2
	    unmap m3 m4
	    prep t3 = xor xor x2 <- x1
	    submit t3
	    issue xor
	    wait t3
	    unmap x1 x2
	    delay 10us
	    map m5 = copy a TO_DEVICE
	    sync_for_cpu m5
	    cpu_read a
	    sync_for_device m5
	    unmap m5
	    map m6 = copy c TO_DEVICE
	    map m7 = copy d FROM_DEVICE
	    mapping_error m6 m7
	    prep t4 = copy memcpy m7 <- m6
	    submit t4
	    issue copy
	    wait t4
	    unmap m6 m7
	    check d == c
	    cpu_write a zero
	    cpu_read b
	}
	END
}

# Catches: a corpus that is taken for what it is not, or is written over before somebody saw it.
@test "fuzz: a damaged corpus or state is refused with line and column, and left as it is" {
	mkdir -p "$F"
	printf 'dmatorture-fuzz-corpus 1\n00000000 1 0000000000000000 | 0 1\n' > "$F/corpus"
	cp "$F/corpus" before
	run "$D" fuzz --results "$F" --count 1
	[ "$status" -eq 2 ]
	says "corpus:2:1: the line is damaged: its checksum is another"
	cmp "$F/corpus" before
	printf 'dmatorture-fuzz-corpus 1\nxyz\n' > "$F/corpus"
	run "$D" fuzz --results "$F" --count 1
	[ "$status" -eq 2 ]
	says "corpus:2:1: want CRC32 NUMBER HASH | CHOICES"
	printf 'something else\n' > "$F/corpus"
	run "$D" fuzz --results "$F" --count 1
	[ "$status" -eq 2 ]
	says "corpus:1:1: want 'dmatorture-fuzz-corpus 1'"
	head -c 3000 /dev/urandom > "$F/corpus"
	run "$D" fuzz --results "$F" --count 1
	[ "$status" -eq 2 ]
	rm "$F/corpus"
	printf 'dmatorture-fuzz-state 1\nseed one\n' > "$F/state"
	run "$D" fuzz --results "$F" --count 1
	[ "$status" -eq 2 ]
	says "state:2:1: want 'seed N mode N next N'"
}

@test "fuzz and reduce: what is wrong on the command line, and what would be right" {
	run "$D" fuzz --for soon
	[ "$status" -eq 2 ]
	says "want a duration such as 90s, 10m or 1h"
	run "$D" fuzz --legal --wrong
	[ "$status" -eq 2 ]
	says "want one of them"
	run "$D" fuzz --promote x.dma
	[ "$status" -eq 2 ]
	says "--promote FILE needs --as GROUP/NAME and --why TEXT"
	run "$D" fuzz --promote x.dma --as ../../x --why y
	[ "$status" -eq 2 ]
	says "want GROUP/NAME"
	run "$D" reduce --keep early-mop x.dma
	[ "$status" -eq 2 ]
	says "did you mean early-map?"
	run "$D" reduce nowhere.dma
	[ "$status" -eq 2 ]
	says "nowhere.dma: No such file"
	printf 'scenario a/b\n    "x"\nengine copy memcpyy like fsl-dma\n' > bad.dma
	run "$D" reduce --kernel debian:0.1 bad.dma	# which is looked at later
	[ "$status" -eq 2 ]
	says "bad.dma:3:13: error: engine capability: 'memcpyy' is unknown"
}

# Catches: two of them that write one corpus.
@test "fuzz: a second one in the same directory is refused" {
	mkdir -p "$F"
	exec 9> "$F/lock"
	flock 9
	run "$D" fuzz --results "$F" --count 1
	[ "$status" -eq 3 ]
	says "another fuzz works here"
}

# Catches: an oracle that fires without a cause, a program that differs from one run to the next.
@test "fuzz: programs of a fixed seed, twice the same, and legal ones are silent" {
	n=$(in_full 25 50)
	run "$D" fuzz --legal --results "$F" --seed 4 --count "$n" --world coherent,strict
	echo "$output"
	[ "$status" -eq 0 ]
	says "$n programs ("
	cp "$F/corpus" before
	rm -r "$F"
	run "$D" fuzz --results "$F" --legal --seed 4 --count "$n" --world coherent,strict --jobs 1
	[ "$status" -eq 0 ]
	cmp "$F/corpus" before
}

# Catches: a fuzzer that finds nothing because it looks at nothing.
# bats test_tags=full
@test "fuzz: a rule of the judge that is switched off is noticed" {
	run "$D" fuzz --results "$F" --seed 1 --wrong --count 400 --round 100 --world coherent,strict --rule-off unmap-active
	echo "$output"
	[ "$status" -eq 0 ]
	says "unmap-active: noticed by oracle"
}

# Catches: a round that was cut short and is not drawn again, findings that were lost.
# bats test_tags=full
@test "fuzz: after Ctrl-C and kill -9 it goes on, and all that was found is there" {
	"$D" fuzz --results "$F" --round 25 > out 2> err &
	pid=$!
	for _ in $(seq 1200); do grep -q programs/s err && break; sleep .1; done
	kill -9 $pid
	wait $pid || true
	n=$(sed -n 's/^seed 1 .*next //p' "$F/state")
	[ "$n" -ge 25 ]
	"$D" fuzz --results "$F" --round 25 > out 2> err &
	pid=$!
	for _ in $(seq 1200); do grep -q programs/s err && break; sleep .1; done
	kill -INT $pid
	wait $pid || true
	grep -q "interrupted" err
	[ "$(sed -n 's/^seed 1 .*next //p' "$F/state")" -gt "$n" ]
	for f in "$F"/open/*.dma; do [ -e "$f" ] || continue; "$D" show "$f" > shown; done
}

# Catches: a full disk that takes the corpus that was there with it.
# bats test_tags=full
@test "fuzz: a full disk ends it and leaves the corpus as it was" {
	mkdir -p "$F"
	printf 'dmatorture-fuzz-corpus 1\n' > "$F/corpus"
	ln -s /dev/full "$F/corpus.new"
	run "$D" fuzz --results "$F" --seed 1 --count 10 --world coherent
	[ "$status" -ne 0 ]
	says "No space left on device"
	[ "$(cat "$F/corpus")" = 'dmatorture-fuzz-corpus 1' ]
}

# Catches: a reduction that ends too early, or differs from one run to the next.
# bats test_tags=full
@test "reduce: forty steps become less than eight, twice the same" {
	forty_steps forty.dma
	run "$D" reduce --keep early-map forty.dma
	echo "$output"
	[ "$status" -eq 0 ]
	says "early-map in coherent"
	steps=$(sed -n 's/^\([0-9]*\) steps of 4[0-9].*/\1/p' <<< "$output")
	[ "$steps" -lt 8 ]
	cp forty.reduced.dma first
	run "$D" reduce --keep early-map forty.dma
	cmp forty.reduced.dma first
	run "$D" reduce --keep double-unmap forty.dma
	[ "$status" -eq 1 ]
	says "double-unmap is not found in it"
}

# Catches: a finding that becomes another program, or expectations that do not hold; a scenario written over.
# bats test_tags=full
@test "fuzz: --promote makes a scenario of a finding, which passes and is never written over" {
	forty_steps finding.dma
	run "$D" fuzz --results "$F" --promote finding.dma --as overlap/found --why "the map is too early" -S mine
	echo "$output"
	[ "$status" -eq 0 ]
	head -n 1 mine/overlap/found.dma | grep -qx '# the map is too early'
	grep -qx 'expect early-map' mine/overlap/found.dma
	run "$D" run -S mine --results r overlap/found
	echo "$output"
	[ "$status" -eq 0 ]
	cp mine/overlap/found.dma before
	run "$D" fuzz --results "$F" --promote finding.dma --as overlap/found --why "another" -S mine
	[ "$status" -eq 2 ]
	cmp mine/overlap/found.dma before
}

# Catches: a finding that is no scenario any more, and is taken for one.
@test "fuzz: --promote of a damaged file says where it is wrong, and writes nothing" {
	forty_steps finding.dma
	sed -i 's/^    submit t1/    submit t99/' finding.dma
	run "$D" fuzz --results "$F" --promote finding.dma --as overlap/found --why "x" -S mine
	echo "$output"
	[ "$status" -eq 2 ]
	says "finding.dma:14:"
	[ ! -e mine ]
}
