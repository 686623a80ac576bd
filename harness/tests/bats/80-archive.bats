#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests how Debian's kernels are found, unpacked and listed, without a network: with an archive of
# small packages (archive.bash); and what is found out about a kernel's headers.

load common
load archive

setup() {
	K=$TOP/harness/kernels
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	C=$XDG_CACHE_HOME/dmatorture
	fake_apt
}

updates() { grep -c update "$ASKED" || true; }

# --- archive -----------------------------------------------------------------------------

# Catches: 7.10 before 7.9; an rt kernel, a debug or an unsigned one taken for the plain one.
@test "kernels are in the order of their versions, and a flavour is taken only when it is asked for" {
	for r in 7.10.1+deb14 7.9.2+deb14 7.9.10+deb14 7.9.10+deb14-rt 7.9.10+deb14-cloud 7.9.11+deb14-unsigned; do
		image "$r-amd64"
	done
	deb linux-image-amd64 1 ""
	run "$K/archive" --list
	[ "$status" -eq 0 ]
	[ "$(grep -v '^ ' <<< "$output" | cut -d' ' -f1 | xargs)" = "7.9.2+deb14 7.9.10+deb14 7.9.10+deb14-rt 7.10.1+deb14" ]
	[ "$("$K/archive" --list 7.1)" = "" ]
	[ "$("$K/archive" --take 7.9 7.9-rt 7.10 7.9.2 7.11 | xargs)" = "7.9 linux-image-7.9.10+deb14-amd64 archive \
7.9-rt linux-image-7.9.10+deb14-rt-amd64 archive 7.10 linux-image-7.10.1+deb14-amd64 archive 7.9.2 linux-image-7.9.2+deb14-amd64 archive" ]
}

# Catches: the network asked each time, or never again.
@test "the index is read once a day, anew when it is asked for, and never with --check" {
	image 7.9.2+deb14-amd64
	run "$K/archive" --check
	[ "$status" -eq 3 ]
	says "there is no index of the archive's kernels yet: dmatorture kernels"
	[ "$(updates)" = 0 ]
	"$K/archive"
	"$K/archive" --list
	[ "$(updates)" = 1 ]
	touch -d '2 days ago' "$C/archive/.complete"
	"$K/archive" --check --list
	[ "$(updates)" = 1 ]
	"$K/archive"
	[ "$(updates)" = 2 ]
	"$K/archive" --renew
	[ "$(updates)" = 3 ]
}

# Catches: an index that no suite gave taken for an archive without kernels.
@test "an index that cannot be read is an error, and leaves none" {
	NO_NETWORK=1 run "$K/archive"
	[ "$status" -eq 3 ]
	says "E: no network" || says "no network"
	says "no suite could be read"
	run "$K/archive" --check
	[ "$status" -eq 3 ]
}

# Catches: another kernel than the release's own for debian:6.12, on a machine whose index has it.
@test "the machine's own index goes first, without the archive's" {
	deb linux-image-6.12-amd64 1 "linux-image-6.12.5+deb12-amd64"
	deb linux-image-amd64 1 "linux-image-6.1.9-amd64"
	cp "$POOL"/*.deb "$OWN/"
	run "$K/archive" --take 6.12 6.1
	[ "$output" = "6.12 linux-image-6.12.5+deb12-amd64 own
6.1 linux-image-6.1.9-amd64 own" ]
	[ "$(updates)" = 0 ]
	image 6.12.9+deb13-amd64
	[ "$("$K/archive" --take 6.12 | tail -n 1)" = "6.12 linux-image-6.12.5+deb12-amd64 own" ]
	[ "$("$K/archive" --take 6.12.9 | tail -n 1)" = "6.12.9 linux-image-6.12.9+deb13-amd64 archive" ]
}

# Catches: a kernel offered whose modules cannot be built, as the archive drops headers before images.
@test "images whose headers are gone are not offered, and are named apart" {
	image 7.9.2+deb14-amd64
	deb linux-image-7.8.1+deb14-amd64 1 ""
	deb linux-image-7.9.3+deb14-amd64 1 ""
	[ "$("$K/archive" --list)" = "7.9.2+deb14 linux-image-7.9.2+deb14-amd64" ]
	[ "$("$K/archive" --bare | xargs)" = "7.8.1+deb14 linux-image-7.8.1+deb14-amd64 7.9.3+deb14 linux-image-7.9.3+deb14-amd64" ]
	[ "$("$K/archive" --take 7.8 7.9)" = "7.9 linux-image-7.9.2+deb14-amd64 archive" ]
	run "$K/kernel-setup" debian:7.8
	[ "$status" -eq 3 ]
	says "the archive has linux-image-7.8.1+deb14-amd64, but not the headers that modules are built with"
	run "$D" kernels
	[ "$status" -eq 0 ]
	says "The archive has images of 7.8 whose headers are gone"
}

# --- kernel-debian and kernel-setup ------------------------------------------------------

# Catches: a kernel whose image package is empty, as since 7.2, unpacked without image or modules.
@test "a kernel in one package and one in several are unpacked to the same form" {
	kernel 6.9.1-amd64
	kernel 7.9.2+deb14-amd64 split
	for k in 6.9 7.9; do
		run "$K/kernel-setup" "debian:$k"
		echo "$output"
		[ "$status" -eq 0 ]
		dir=$(tail -n 1 <<< "$output")
		[ "$dir" = "$C/kernels/debian-$k" ]
		r=$(cat "$dir/release")
		grep -q "vmlinuz" "$dir/vmlinuz"
		grep -q "config" "$dir/config"
		[ -e "$dir/modules/modules.order" ]
		[ -n "$(find "$dir/modules" -name 'a.ko*')" ]
		[ -e "$dir/build/.config" ]
		[ -e "$dir/build/scripts/x" ]
		[ -e "$dir/src/linux-headers-${r%%[+-]*}-common/tools/y" ]
		[ ! -e "$dir/bin" ]
		[ "$(cat "$dir/package")" = "${r%%[+-]*}-1" ]
	done
	[ -z "$(find "$C/kernels" -maxdepth 1 -name '.debian-*')" ]
}

@test "a kernel whose packages lack a part is refused, by the part's name, and leaves nothing" {
	kernel 7.9.2+deb14-amd64 split
	deb linux-binary-7.9.2+deb14-amd64 7.9.2-2 "" usr/lib/modules/elsewhere/vmlinuz
	rm "$POOL"/linux-binary-7.9.2+deb14-amd64_7.9.2-1_all.deb
	rm "$BATS_TEST_TMPDIR/deb.linux-binary-7.9.2+deb14-amd64/usr/lib/modules/7.9.2+deb14-amd64/vmlinuz"
	deb linux-binary-7.9.2+deb14-amd64 7.9.2-2 ""
	run "$K/kernel-setup" debian:7.9
	[ "$status" -eq 3 ]
	says "has vmlinuz where it is looked for"
	[ -z "$(ls -A "$C/kernels")" ]
}

@test "a kernel that the archive has not is said, with the verb that lists them" {
	kernel 7.9.2+deb14-amd64
	run "$K/kernel-setup" debian:7.8
	[ "$status" -eq 3 ]
	says "no kernel 7.8 in the archive: 'dmatorture kernels' lists what there is"
}

# Catches: headers that say gcc-77, gcc-77-for-host or linux-compiler-gcc-77-x86, as releases differ in that.
@test "the compiler that headers want is found in each of the three forms; none is an error" {
	for COMPILER in gcc-77 "gcc-77-for-host (>= 1)" linux-compiler-gcc-77-x86; do
		kernel 7.9.2+deb14-amd64
		rm -rf "$C/kernels"
		run "$K/kernel-setup" debian:7.9
		[ "$status" -eq 0 ] || { echo "$COMPILER: $output"; false; }
	done
	COMPILER=binutils kernel 7.9.2+deb14-amd64
	rm -rf "$C/kernels"
	run "$K/kernel-setup" debian:7.9
	[ "$status" -eq 3 ]
	says "linux-headers-7.9.2+deb14-amd64 names no compiler"
}

# Catches: a guest that ends without a word, as its image is half there.
@test "a truncated image and a module that is changed or gone are named, and mended by a set-up" {
	kernel 7.9.2+deb14-amd64 split
	dir=$C/kernels/debian-7.9
	"$K/kernel-setup" debian:7.9
	for harm in 'truncate -s 3 vmlinuz' 'rm vmlinuz' 'truncate -s 1 modules/kernel/a.ko.xz' 'rm modules/kernel/a.ko.xz' \
		'touch modules/kernel/b.ko' 'echo CONFIG_MOON=y >> config' 'echo 1 > release'; do
		(cd "$dir" && eval "$harm")
		run "$K/kernel-setup" --check debian:7.9
		[ "$status" -eq 3 ] || { echo "not seen: $harm"; false; }
		says "debian:7.9: files in $dir are not as they were unpacked: make setup KERNEL=debian:7.9 unpacks them again"
		run "$K/kernel-setup" debian:7.9
		[ "$status" -eq 0 ]
		says "are not as they were unpacked; removing it"
		run "$K/kernel-setup" --check debian:7.9
		[ "$status" -eq 0 ]
	done
}

# --- dmatorture kernels ------------------------------------------------------------------

@test "kernels: what each name takes, and what the cache has: the newest, an older one, a damaged one" {
	kernel 6.9.1-amd64
	kernel 7.9.2+deb14-amd64 split
	"$K/kernel-setup" debian:6.9
	"$K/kernel-setup" debian:7.9
	image 7.9.3+deb14-amd64
	mkdir -p "$C/kernels/debug"
	echo 6.5.4-dmt-debug > "$C/kernels/debug/release"
	run "$D" kernels
	echo "$output"
	[ "$status" -eq 3 ]
	grep -qE '^debian:6.9 +6.9.1-amd64 +6.9.1-amd64$' <<< "$output"
	grep -qE '^debian:7.9 +7.9.3\+deb14-amd64 +7.9.2\+deb14-amd64; remove .*/debian-7.9 for the newer one$' <<< "$output"
	grep -qE '^debug +- +6.5.4-dmt-debug, not as the files of today want it: make setup KERNEL=debug$' <<< "$output"
	rm -r "$C/kernels/debug"
	rm "$C/kernels/debian-6.9/modules/kernel/a.ko"
	run "$D" kernels
	[ "$status" -eq 3 ]
	says "6.9.1-amd64, damaged: make setup KERNEL=debian:6.9"
	rm -r "$C/kernels/debian-6.9"
	run "$D" kernels --cached
	[ "$status" -eq 0 ]
	grep -qE '^debian:6.9 +6.9.1-amd64 +-$' <<< "$output"
	[ "$(updates)" = 1 ]
	run "$D" kernels --renew debian:7.9
	[ "$status" -eq 0 ]
	[ "$(grep -c '^debian:7.9.[23]+deb14 ' <<< "$output")" -eq 2 ]
	! grep -q '^debian:6.9' <<< "$output"
	[ "$(updates)" = 2 ]
}

@test "kernels: without an index the cache is still listed, and the exit code says that it is not all" {
	kernel 7.9.2+deb14-amd64
	"$K/kernel-setup" debian:7.9
	rm -r "$C/archive"
	run "$D" kernels --cached
	[ "$status" -eq 3 ]
	says "there is no index of the archive's kernels yet"
	grep -qE '^debian:7.9 +- +7.9.2\+deb14-amd64$' <<< "$output"
}

@test "kernels: what is no line of kernels, two of them, an option that there is not" {
	run "$D" kernels seven
	[ "$status" -eq 2 ]
	says "'seven' is no line of kernels: say 7.2, 7.2.13 or 6.12-rt"
	run "$D" kernels 7.2 7.3
	[ "$status" -eq 2 ]
	run "$D" kernels --all
	[ "$status" -eq 2 ]
	run "$D" --parse-only kernels --renew 7.2
	[ "$status" -eq 0 ]
	[ "$(updates)" = 0 ]
	run "$D" kernels 7.8
	[ "$status" -eq 3 ]
	says "the archive has no kernel 7.8"
}

# --- features ----------------------------------------------------------------------------

# Makes headers whose make compiles one object, in a tree of its own with snippets of its own.
fake_headers() {
	H=$BATS_TEST_TMPDIR/headers
	F=$BATS_TEST_TMPDIR/tree
	mkdir -p "$H/include/generated" "$F/kmod/features" "$F/harness/kernels"
	cp "$K/features" "$F/harness/kernels/"
	: > "$H/include/generated/autoconf.h"
	cat > "$H/Makefile" <<-'EOF'
	.RECIPEPREFIX := >
	include $(M)/Kbuild
	%.o:
	>@echo $@ >> $(CURDIR)/compiled
	>@gcc -std=gnu11 -DHEADERS=$(HEADERS) $(ccflags-y) -c -o $(M)/$@ $(M)/$*.c
	EOF
	echo 'int always;' > "$F/kmod/features/always.c"
	echo 'int newer(void); int use(void) { return newer(); }' > "$F/kmod/features/newer.c"
	echo 'int use(void) { return gone(); }' > "$F/kmod/features/gone.c"
	echo 'int f(long *p); int use(int *p) { return f(p); }' > "$F/kmod/features/pointer.c"
}

features() { run "$F/harness/kernels/features" "$H" "$BATS_TEST_TMPDIR/work" "$BATS_TEST_TMPDIR/features.h"; }

# Catches: a function that is gone taken for one that is there, as C implies its declaration.
@test "features: what compiles is there; an unknown function and another type are not" {
	fake_headers
	features
	[ "$status" -eq 0 ]
	grep -qx '#define HAVE_NEWER' "$BATS_TEST_TMPDIR/features.h"
	[ "$(grep -c define "$BATS_TEST_TMPDIR/features.h")" -eq 1 ]
	n=$(wc -l < "$H/compiled")
	features
	[ "$(wc -l < "$H/compiled")" -eq "$n" ]
	# The headers' configuration has changed, but not what they have: the header is not written.
	touch -d '1 hour ago' "$BATS_TEST_TMPDIR/features.h"
	was=$(stat -c %Y "$BATS_TEST_TMPDIR/features.h")
	echo '#define CONFIG_MOON 1' > "$H/include/generated/autoconf.h"
	features
	[ "$(wc -l < "$H/compiled")" -gt "$n" ]
	[ "$(stat -c %Y "$BATS_TEST_TMPDIR/features.h")" = "$was" ]
}

# Catches: a compiler that does not run, taken for a kernel that has nothing.
@test "features: when not even an empty file compiles, that is the error" {
	fake_headers
	echo '#error "this compiler is too old"' > "$F/kmod/features/always.c"
	features
	[ "$status" -eq 3 ]
	says "this compiler is too old"
	says "features: nothing compiles with $H"
	[ ! -e "$BATS_TEST_TMPDIR/features.h" ]
}

# --- toolchain ---------------------------------------------------------------------------

# Catches: a half-made toolchain taken for one, after a download that broke off.
@test "toolchain: a compiler that the archive has not, and a download that fails, leave nothing" {
	cat > "$BATS_TEST_TMPDIR/bin/patchelf" <<-'EOT'
		#!/bin/sh
		exit 1
	EOT
	chmod +x "$BATS_TEST_TMPDIR/bin/patchelf"
	sed -i 's/^case \$verb in$/&\ninstall) [ -e "$POOL\/gcc-78-for-host_1_all.deb" ] \&\& echo "'"'x' gcc-78-for-host_1_all.deb 1048576 'y'"'"; exit ;;/' \
		"$BATS_TEST_TMPDIR/bin/apt-get"
	run "$K/toolchain" gcc-78
	[ "$status" -eq 3 ]
	says "the archive has no gcc-78-for-host"
	deb gcc-78-for-host 1 ""
	sed -i 's/^for p in/exit 100\n&/' "$BATS_TEST_TMPDIR/bin/apt-get"
	run "$K/toolchain" gcc-78
	[ "$status" -eq 3 ]
	says "the download failed"
	[ -z "$(ls -A "$C/toolchains" 2>/dev/null)" ]
}

# Catches: kbuild's programs of a newer release run on this machine's libraries, which lack symbols.
@test "toolchain: the compiler's and the kernel's programs get the newer libraries" {
	deb gcc-78-for-host 1 ""
	root=$BATS_TEST_TMPDIR/deb.gcc-78-for-host
	mkdir -p "$root/usr/bin"
	cp /bin/true "$root/usr/bin/x86_64-linux-gnu-gcc-78"
	cp /bin/true "$root/usr/bin/pahole"
	deb gcc-78-for-host 1 "" usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 usr/libexec/cc1
	cp /bin/true "$BATS_TEST_TMPDIR/modpost"
	cat > "$BATS_TEST_TMPDIR/bin/patchelf" <<-'EOT'
		#!/bin/sh
		case $* in
		*--print-interpreter*) exit 0 ;;
		*) echo "$@" >> "$ASKED" ;;
		esac
	EOT
	chmod +x "$BATS_TEST_TMPDIR/bin/patchelf"
	sed -i "s/^case \$verb in\$/&\ninstall) echo \"'x' gcc-78-for-host_1_all.deb 1048576 'y'\"; exit ;;/" "$BATS_TEST_TMPDIR/bin/apt-get"
	run "$K/toolchain" gcc-78 "$BATS_TEST_TMPDIR/modpost"
	echo "$output"
	[ "$status" -eq 0 ]
	dir=$(tail -n 1 <<< "$output")
	[ "$dir" = "$C/toolchains/gcc-78" ]
	[ -x "$dir/bin/x86_64-linux-gnu-gcc-78" ]
	grep -q -- "--set-interpreter $dir/tree/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 .*/x86_64-linux-gnu-gcc-78" "$ASKED"
	grep -q -- "--set-interpreter $dir/tree/.* $BATS_TEST_TMPDIR/modpost" "$ASKED"
	: > "$ASKED"
	"$K/toolchain" gcc-78
	[ ! -s "$ASKED" ]
}
