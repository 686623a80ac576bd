# SPDX-License-Identifier: GPL-2.0-only
# What the bats files share.

TOP=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
D=${DMATORTURE:-$TOP/build/dmatorture-san}
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1}

# Prints the run directory that the last `run` named.
run_dir() { sed -n 's/^results: //p' <<< "$output" | tail -n 1; }

# outcome_of RUN CELL
outcome_of() { jq -r --arg id "$2" '.cells[] | select(.id == $id) | .outcome' "$1/result.json"; }

says() { grep -qF -- "$1" <<< "$output" || { echo "wanted: $1"; echo "got: $output"; return 1; }; }

# A stand-in for QEMU, first in PATH: sh script on stdin. $CHANNEL and $CONSOLE are
# the files it should write.
fake_qemu() {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	# How long cells take with a stand-in says nothing to who runs these tests.
	export DMATORTURE_USUAL_TIMES=$BATS_TEST_TMPDIR/usual-times
	{
		echo '#!/bin/bash'
		echo '[ "$1" = --version ] && { echo "QEMU emulator version fake"; exit; }'
		echo 'for a in "$@"; do case $a in'
		echo '*id=channel,path=*) CHANNEL=${a#*path=};;'
		echo '*id=console,path=*) CONSOLE=${a#*path=};;'
		echo 'esac; done'
		echo ': > "$CHANNEL"; : > "$CONSOLE"'
		cat
	} > "$BATS_TEST_TMPDIR/bin/qemu-system-x86_64"
	chmod +x "$BATS_TEST_TMPDIR/bin/qemu-system-x86_64"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

# In make check, a test that takes long runs only on the first kernel, and with smaller numbers;
# make check-full runs all of it.
kernels() { if [ -n "${FULL-}" ]; then echo "${KERNELS-debian:6.12 debian:6.1}"; else echo "${KERNELS-debian:6.12}" | cut -d' ' -f1; fi; }
# in_full CHECK FULL
in_full() { if [ -n "${FULL-}" ]; then echo "$2"; else echo "$1"; fi; }

# ten_cells [LINE]: writes scenarios/g/ten.dma, which has ten cells a world, with LINE in its head.
ten_cells() {
	mkdir -p scenarios/g
	cat > scenarios/g/ten.dma <<-X
		scenario g/ten
		    "ten cells"
		param b = 1us 2us 3us 4us 5us 6us 7us 8us 9us 10us
		repeat 10
		${1-}
		engine copy memcpy like fsl-dma
		buffer x 4K random
		thread {
		    map m = copy x TO_DEVICE
		    delay \$b
		    unmap m
		}
		allow early-map
		allow foreign-submit
	X
}
