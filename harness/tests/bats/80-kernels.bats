#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests kernels other than Debian's: messages about bad ones, and how one is built, with a tree
# whose `make` is a stand-in. 81-witness tests the witnesses of the profiles in guests.

load common

setup() {
	SETUP=$TOP/harness/kernels/kernel-setup
	C=$BATS_TEST_TMPDIR/cache
	T=$BATS_TEST_TMPDIR/tree
}

# Makes a tree that configures and builds at once: Kconfig has the symbols in $KNOWN, a symbol in
# $REFUSED stays off, and $FAIL is a line that the compiler prints.
fake_tree() {
	mkdir -p "$T"
	: > "$T/Kbuild"
	: > "$T/Kconfig"
	for s in $(cat "$TOP"/harness/kernels/kconfig/*.config | sed -nE 's/^(# )?CONFIG_([A-Z0-9_]+).*/\2/p' | sort -u); do
		printf 'config %s\n\tbool "x"\n' "$s" >> "$T/Kconfig"
	done
	cat > "$T/Makefile" <<-'EOF'
	.RECIPEPREFIX := >
	kernelversion:
	>@echo 9.9.9
	allnoconfig:
	>@mkdir -p $(O)
	>@grep -v '^CONFIG_$(or $(REFUSED),NONE)=' $(KCONFIG_ALLCONFIG) > $(O)/.config
	bzImage modules:
	>@if [ -n "$(FAIL)" ]; then echo "$(FAIL)"; exit 2; fi
	>@echo "  CC      init/main.o $@"
	>@mkdir -p $(O)/include/config $(O)/arch/x86/boot $(O)/scripts
	>@echo 9.9.9-dmt > $(O)/include/config/kernel.release
	>@echo image > $(O)/arch/x86/boot/bzImage
	>@cat $(CURDIR)/symvers > $(O)/Module.symvers
	>@: > $(O)/vmlinux
	>@: > $(O)/modules.order
	modules_install:
	>@mkdir -p $(INSTALL_MOD_PATH)/lib/modules/9.9.9-dmt/kernel
	>@: > $(INSTALL_MOD_PATH)/lib/modules/9.9.9-dmt/modules.order
	EOF
	echo 0x1 > "$T/symvers"
}

build_tree() { XDG_CACHE_HOME=$C run "$SETUP" "tree:$T$1"; }

@test "what is no kernel is said, with what there is; nothing is built" {
	for k in ubuntu:24 debian:6 debian: image:/x tree:/there/is/nothing image:/x,/y; do
		run "$D" run --kernel "$k" order/split
		[ "$status" -eq 2 ] || [ "$status" -eq 3 ]
		says "kernel-setup: '$k'"
	done
	run "$D" run --kernel ubuntu order/split
	says "tree:PATH[,PROFILE], with:DIR,KERNEL, image:PATH with --kdir PATH or, for a board, kdir:PATH"
}

@test "a directory that is no tree, and a tree with a build in it, are refused with the cure" {
	fake_tree
	rm "$T/Kconfig"
	build_tree ""
	[ "$status" -eq 3 ]
	says "is no kernel tree"
	: > "$T/Kconfig"
	: > "$T/.config"
	build_tree ""
	[ "$status" -eq 3 ]
	says "make mrproper there, or give a clean worktree"
}

@test "a tree is built once; what modules are built against has a new word when it changes" {
	fake_tree
	build_tree ""
	[ "$status" -eq 0 ]
	dir=$(tail -n 1 <<< "$output")
	[ "$(cat "$dir/release")" = 9.9.9-dmt ]
	[ "$(cat "$dir/vmlinuz")" = image ]
	[ "$(readlink "$dir/source")" = "$T" ]
	[ -e "$dir/modules/modules.order" ]
	package=$(cat "$dir/package")
	build_tree ""
	[ "$(tail -n 1 <<< "$output")" = "$dir" ]
	[ "$(cat "$dir/package")" = "$package" ]
	echo 0x2 > "$T/symvers"
	build_tree ""
	[ "$(cat "$dir/package")" != "$package" ]
	# Another profile of the same tree is another kernel.
	build_tree ,debug
	[ "$(tail -n 1 <<< "$output")" != "$dir" ]
	grep -q CONFIG_DMA_API_DEBUG=y "$(tail -n 1 <<< "$output")/config"
}

@test "a symbol that did not stick fails the build, and is named" {
	fake_tree
	sed -i 's/^config DMA_API_DEBUG$/&\n\tdepends on !MOON/' "$T/Kconfig"
	REFUSED=DMA_API_DEBUG build_tree ,debug
	[ "$status" -eq 3 ]
	says "'CONFIG_DMA_API_DEBUG=y' was asked for, the result has 'nothing'; it depends on !MOON"
	REFUSED=DMA_API_DEBUG build_tree ""
	[ "$status" -eq 0 ]
}

# Catches: a fragment that only kernels before 7.0 can follow, or that silently loses a symbol there.
@test "a symbol that newer kernels replaced: the other is asked for, only where the first is not to be had" {
	fake_tree
	printf 'config PREEMPT_LAZY\n\tbool "x"\n' >> "$T/Kconfig"
	build_tree ""
	[ "$status" -eq 0 ]
	[ "$(grep PREEMPT "$(tail -n 1 <<< "$output")/config")" = CONFIG_PREEMPT_VOLUNTARY=y ]
	REFUSED=PREEMPT_VOLUNTARY build_tree ,debug
	[ "$status" -eq 0 ]
	says "CONFIG_PREEMPT_VOLUNTARY=y is not to be had, CONFIG_PREEMPT_LAZY=y is asked for instead"
	[ "$(grep PREEMPT "$(tail -n 1 <<< "$output")/config")" = CONFIG_PREEMPT_LAZY=y ]
	REFUSED='PREEMPT_[A-Z]*' build_tree ,kasan
	[ "$status" -eq 3 ]
	says "'CONFIG_PREEMPT_LAZY=y' was asked for, the result has 'nothing'"
}

@test "a symbol that an old tree does not know is left out, and said" {
	fake_tree
	sed -i '/^config KFENCE$/,+1d' "$T/Kconfig"
	REFUSED=KFENCE build_tree ,debug
	[ "$status" -eq 0 ]
	says "this tree has no CONFIG_KFENCE: left out"
}

@test "what the compiler says is the answer when a tree does not build" {
	fake_tree
	FAIL="kernel/fork.c:12:1: error: expected ';'" build_tree ""
	[ "$status" -eq 3 ]
	says "kernel/fork.c:12:1: error: expected ';'"
	build_tree ""
	[ "$status" -eq 0 ]
}

@test "a file of symbols is a profile; --check builds nothing" {
	fake_tree
	echo CONFIG_MOON=y > "$BATS_TEST_TMPDIR/mine.config"
	printf 'config MOON\n\tbool "x"\n' >> "$T/Kconfig"
	XDG_CACHE_HOME=$C run "$SETUP" --check "tree:$T,$BATS_TEST_TMPDIR/mine.config"
	[ "$status" -eq 3 ]
	build_tree ",$BATS_TEST_TMPDIR/mine.config"
	grep -q CONFIG_MOON=y "$(tail -n 1 <<< "$output")/config"
	XDG_CACHE_HOME=$C run "$SETUP" --check "tree:$T,$BATS_TEST_TMPDIR/mine.config"
	[ "$status" -eq 0 ]
	build_tree ,moonshine
	[ "$status" -eq 2 ]
	says "PROFILE is plain, debug, kasan, witness or a file of symbols"
}

# Catches: both a line that sets a symbol and a later line that unsets it in the configuration, so
# that the first is reported as missing from the result.
@test "a profile takes back what guests ask for: the later line about a symbol holds" {
	fake_tree
	echo '# CONFIG_ACPI is not set' > "$BATS_TEST_TMPDIR/mine.config"
	build_tree ",$BATS_TEST_TMPDIR/mine.config"
	[ "$status" -eq 0 ]
	dir=$(tail -n 1 <<< "$output")
	[ "$(grep ACPI "$dir/config")" = '# CONFIG_ACPI is not set' ]
	build_tree ""
	grep -qx CONFIG_ACPI=y "$(tail -n 1 <<< "$output")/config"
}

@test "an image of one release with modules of another is refused" {
	fake_tree
	build_tree ""
	obj=$(tail -n 1 <<< "$output")/obj
	printf '6.6.6-other (x@y) #1 SMP\n' > "$BATS_TEST_TMPDIR/bzImage"
	XDG_CACHE_HOME=$C run "$SETUP" "image:$BATS_TEST_TMPDIR/bzImage,$obj"
	[ "$status" -eq 3 ]
	says "is 6.6.6-other, the modules in"
	XDG_CACHE_HOME=$C run "$SETUP" "image:$BATS_TEST_TMPDIR/bzImage,$T"
	[ "$status" -eq 3 ]
	says "build the kernel and its modules there first"
}

# --- where the source comes from ---------------------------------------------------------

# Makes stand-ins for the archive: linux-source-9.9, version 9.9.9-1, with the named files.
fake_archive() {
	local p=linux-source-9.9 f
	mkdir -p "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/src/$p"
	for f in "$@"; do
		mkdir -p "$BATS_TEST_TMPDIR/src/$p/$(dirname "$f")"
		echo "$f" > "$BATS_TEST_TMPDIR/src/$p/$f"
	done
	tar -cJf "$BATS_TEST_TMPDIR/$p.tar.xz" -C "$BATS_TEST_TMPDIR/src" "$p"
	printf '#!/bin/sh\necho "Version: 9.9.9-1"\necho "Size: 1048576"\n' > "$BATS_TEST_TMPDIR/bin/apt-cache"
	printf '#!/bin/sh\necho download >> %s\n: > %s_9.9.9-1_all.deb\n' "$BATS_TEST_TMPDIR/downloads" "$p" \
		> "$BATS_TEST_TMPDIR/bin/apt-get"
	printf '#!/bin/sh\nmkdir -p "$3/usr/src"\ncp %s "$3/usr/src/"\n' "$BATS_TEST_TMPDIR/$p.tar.xz" \
		> "$BATS_TEST_TMPDIR/bin/dpkg-deb"
	chmod +x "$BATS_TEST_TMPDIR/bin"/*
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

# Catches: files left out that a build, the drivers or kselftest's runner needs.
@test "a source is unpacked without what no guest has, with every Kconfig and all that is used" {
	wanted="Makefile Kconfig Documentation/Kconfig arch/Kconfig arch/x86/kernel/setup.c arch/arm64/crypto/Kconfig
		drivers/gpu/drm/Kconfig drivers/gpu/drm/Makefile drivers/net/Kconfig sound/Kconfig
		drivers/dma/fsldma.c drivers/crypto/talitos.h drivers/md/raid5.c drivers/net/loopback.c net/core/filter.c
		include/linux/dmaengine.h tools/objtool/check.c tools/testing/selftests/lib.mk
		tools/testing/selftests/kselftest/runner.sh"
	unwanted="arch/arm64/boot/dts/a/b.dtsi arch/xtensa/kernel/setup.c Documentation/core-api/dma-api.rst
		drivers/gpu/drm/drm_drv.c drivers/net/ethernet/x/y.h sound/core/pcm.c
		tools/perf/perf.c tools/testing/radix-tree/main.c tools/testing/selftests/bpf/test.c"
	# shellcheck disable=SC2086
	fake_archive $wanted $unwanted
	run "$TOP/harness/kernels/source-setup" 9.9 "$C/linux-9.9"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(cat "$C/linux-9.9/.complete")" = 9.9.9-1 ]
	for f in $wanted; do [ -e "$C/linux-9.9/$f" ] || { echo "no $f"; false; }; done
	for f in $unwanted; do [ ! -e "$C/linux-9.9/$f" ] || { echo "$f"; false; }; done
	[ -z "$(ls -A "$C" | grep -vx linux-9.9)" ]
}

# Catches: 146 MiB downloaded a second time; drivers of another version used for this kernel.
@test "the drivers' files come from a source that is there, if it is of the kernel's version" {
	fake_archive drivers/dma/fsldma.c drivers/dma/ti/edma.c drivers/dma/Kconfig drivers/crypto/talitos.c \
		drivers/crypto/talitos.h drivers/crypto/talitos/core.c drivers/md/raid5.c
	export XDG_CACHE_HOME=$C
	kernel=$C/dmatorture/kernels/debian-9.9 sources=$C/dmatorture/sources
	mkdir -p "$kernel"
	: > "$kernel/.complete"
	echo 9.9.9-1 > "$kernel/package"
	"$TOP/harness/kernels/source-setup" 9.9 "$sources/linux-9.9"
	: > "$BATS_TEST_TMPDIR/downloads"
	run "$TOP/harness/kernels/drivers-setup" debian:9.9
	[ "$status" -eq 0 ]
	dir=$(tail -n 1 <<< "$output")
	[ "$dir" = "$sources/debian-9.9" ]
	[ "$(cd "$dir" && find . -type f | sort | xargs)" = "./.complete ./drivers/crypto/talitos.c \
./drivers/crypto/talitos.h ./drivers/crypto/talitos/core.c ./drivers/dma/fsldma.c ./drivers/dma/ti/edma.c" ]
	[ ! -s "$BATS_TEST_TMPDIR/downloads" ]
	# The unpacked source is not of this version of the kernel.
	echo 9.9.8-1 > "$kernel/package"
	run "$TOP/harness/kernels/drivers-setup" debian:9.9
	[ "$status" -eq 0 ]
	[ "$(cat "$BATS_TEST_TMPDIR/downloads")" = download ]
	[ "$(cat "$dir/.complete")" = 9.9.8-1 ]
	[ -e "$dir/drivers/crypto/talitos/core.c" ]
}

# Catches: debug:7.3 built from 6.12, or in the directory of debug; a series that only another suite
# has, refused.
@test "a profile of another series is built from that series, which may come from the archive's index" {
	fake_tree
	p=$BATS_TEST_TMPDIR/src/linux-source-9.9
	mkdir -p "$(dirname "$p")"
	cp -r "$T" "$p"
	fake_archive
	# The machine's own index has no such source; the archive's has.
	sed -i 's/^#!\/bin\/sh$/&\n[ -n "${APT_CONFIG-}" ] || exit 100/' "$BATS_TEST_TMPDIR/bin/apt-cache"
	mkdir -p "$C/dmatorture/archive"
	: > "$C/dmatorture/archive/.complete"
	build_profile() { XDG_CACHE_HOME=$C run "$SETUP" "$@"; }
	build_profile --check debug:9.9
	[ "$status" -eq 3 ]
	says "debug:9.9 is not built, or not from today's kconfig: make setup KERNEL=debug:9.9"
	build_profile debug:9.9
	[ "$status" -eq 0 ]
	dir=$(tail -n 1 <<< "$output")
	[ "$dir" = "$C/dmatorture/kernels/debug-9.9" ]
	grep -qx CONFIG_DMA_API_DEBUG=y "$dir/config"
	[ "$(readlink "$dir/source")" = "$C/dmatorture/sources/linux-9.9" ]
	build_profile --check debug:9.9
	[ "$status" -eq 0 ]
	build_profile kasan:nine
	[ "$status" -eq 2 ]
	says "'kasan:nine' is no kernel: say kasan, or kasan:7.3 for another series"
}

# Catches: a patched driver that was asked for, beside which the kernel's own is loaded; a module of
# another kernel that a guest would refuse; results of a changed module filed under the old one.
@test "with:DIR,KERNEL: modules take the place of the kernel's own of the same name" {
	from=$BATS_TEST_TMPDIR/from own=$BATS_TEST_TMPDIR/own dir=$C/with
	mkdir -p "$from/modules/kernel/a" "$own/below" "$C"
	echo 9.9.9-x > "$from/release"
	echo 1 > "$from/package"
	echo image > "$from/vmlinuz"
	printf 'kernel/a/one-two.ko\nkernel/a/three.ko\n' > "$from/modules/modules.order"
	echo theirs > "$from/modules/kernel/a/one-two.ko.xz"
	echo theirs > "$from/modules/kernel/a/three.ko.xz"
	printf 'x\0vermagic=9.9.9-x SMP\0ours' > "$own/below/one_two.ko"
	with() { run "$TOP/harness/kernels/kernel-with" "$from" "$own" "$dir"; echo "$output"; }
	with
	[ "$status" -eq 0 ]
	cmp "$own/below/one_two.ko" "$dir/modules/kernel/a/one-two.ko"
	[ ! -e "$dir/modules/kernel/a/one-two.ko.xz" ]
	[ "$(cat "$dir/modules/kernel/a/three.ko.xz" "$dir/vmlinuz" "$dir/release")" = "theirs
image
9.9.9-x" ]
	before=$(cat "$dir/package")
	printf 'x\0vermagic=9.9.9-x SMP\0new' > "$own/below/one_two.ko"
	with
	[ "$status" -eq 0 ]
	cmp "$own/below/one_two.ko" "$dir/modules/kernel/a/one-two.ko"
	[ "$(cat "$dir/package")" != "$before" ]
	[ "$(cat "$from/modules/kernel/a/one-two.ko.xz")" = theirs ]

	printf 'x\0vermagic=9.9.8 SMP\0' > "$own/three.ko"
	with
	[ "$status" -eq 3 ]
	says "$own/three.ko is of 9.9.8, the kernel is 9.9.9-x"
	[ ! -e "$dir/package" ]
	printf 'x\0vermagic=9.9.9-x SMP\0' > "$own/three.ko"
	mv "$own/three.ko" "$own/four.ko"
	with
	[ "$status" -eq 3 ]
	says "the kernel has no module four that $own/four.ko could take the place of"
	echo text > "$own/four.ko"
	with
	[ "$status" -eq 3 ]
	says "$own/four.ko is no module"
	XDG_CACHE_HOME=$C run "$SETUP" with:/nowhere,debian:6.12
	[ "$status" -eq 2 ]
	says "there is no directory /nowhere"
}
