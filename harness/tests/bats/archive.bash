# SPDX-License-Identifier: GPL-2.0-only
# Stand-ins for apt and its archive: what apt-cache and apt-get of the kernels' scripts ask is
# answered from the .deb files in a directory, which dpkg-deb makes and reads.

# Puts the stand-ins first in PATH. $POOL is the archive, $OWN what the machine's own index has of
# it, $ASKED a log of what went to the network.
fake_apt() {
	POOL=$BATS_TEST_TMPDIR/pool OWN=$BATS_TEST_TMPDIR/own ASKED=$BATS_TEST_TMPDIR/asked
	export POOL OWN ASKED
	mkdir -p "$POOL" "$OWN" "$BATS_TEST_TMPDIR/bin"
	: > "$ASKED"
	cat > "$BATS_TEST_TMPDIR/bin/apt-cache" <<-'EOT'
		#!/bin/bash
		pool=$OWN
		[ -z "${APT_CONFIG-}" ] || pool=$POOL
		while [ "$1" = -o ]; do shift 2; done
		verb=$1
		shift
		field() { dpkg-deb -f "$pool/$1"_*.deb "$2"; }
		rc=100
		case $verb in
		pkgnames) ls "$pool" | sed 's/_.*//' | grep "^$1"; exit 0 ;;
		esac
		for p in "$@"; do
			case $p in -*) continue ;; esac
			ls "$pool/$p"_*.deb > /dev/null 2>&1 || continue
			rc=0
			case $verb in
			depends)
				echo "$p"
				field "$p" Depends | tr -d ' ' | tr ',' '\n' | sed -E '/./!d; s/\(.*//; s/^/  Depends: /' ;;
			show) echo "Version: $(field "$p" Version)"; echo "Size: 1048576" ;;
			esac
		done
		[ $rc -eq 0 ] || echo "E: No packages found" >&2
		exit $rc
	EOT
	cat > "$BATS_TEST_TMPDIR/bin/apt-get" <<-'EOT'
		#!/bin/bash
		pool=$OWN
		[ -z "${APT_CONFIG-}" ] || pool=$POOL
		verb=$1
		shift
		case $verb in
		indextargets) echo "Debian|http://mirror.invalid/debian/"; exit 0 ;;
		update)
			echo update >> "$ASKED"
			lists=$(sed -n 's/^Dir::State::Lists "\(.*\)";/\1/p' "$APT_CONFIG")
			[ -n "${NO_NETWORK-}" ] && { echo "E: no network"; exit 100; }
			: > "$lists/mirror.invalid_Packages"; exit 0 ;;
		esac
		for p in "$@"; do
			case $p in -*) continue ;; esac
			echo "download $p" >> "$ASKED"
			cp "$pool/${p%%=*}"_*.deb . || exit 100
		done
	EOT
	printf '#!/bin/sh\nexit 0\n' > "$BATS_TEST_TMPDIR/bin/gcc-77"
	chmod +x "$BATS_TEST_TMPDIR/bin"/*
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

# deb NAME VERSION DEPENDS [PATH]...: a package of the pool, whose files hold their own paths.
deb() {
	local root=$BATS_TEST_TMPDIR/deb.$1 f
	mkdir -p "$root/DEBIAN"
	printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: nobody <nobody@invalid>\nDescription: x\n%s' \
		"$1" "$2" "${3:+Depends: $3
}" > "$root/DEBIAN/control"
	for f in "${@:4}"; do
		mkdir -p "$root/$(dirname "$f")"
		echo "$f" > "$root/$f"
	done
	dpkg-deb -Znone -b "$root" "$POOL/$1_${2}_all.deb" > /dev/null
}

# kernel RELEASE [split]: all packages of a kernel, of today's form or of that since 7.2. Its
# compiler is on this machine: gcc-77.
kernel() {
	local r=$1 v parts
	v=$(sed -E 's/[+-].*//' <<< "$r")
	if [ "${2-}" = split ]; then
		parts="linux-binary-$r, linux-base-$r, linux-modules-$r"
		deb "linux-image-$r" "$v-1" "$parts"
		deb "linux-binary-$r" "$v-1" "" "usr/lib/modules/$r/vmlinuz"
		deb "linux-base-$r" "$v-1" "" "usr/lib/modules/$r/config"
		deb "linux-modules-$r" "$v-1" "" "usr/lib/modules/$r/kernel/a.ko.xz" "usr/lib/modules/$r/modules.order"
	else
		deb "linux-image-$r" "$v-1" kmod "boot/vmlinuz-$r" "boot/config-$r" "lib/modules/$r/kernel/a.ko" \
			"lib/modules/$r/modules.order"
	fi
	deb "linux-headers-$r" "$v-1" "linux-headers-$v-common, linux-kbuild-$v, ${COMPILER-gcc-77-for-host (>= 1)}" \
		"usr/src/linux-headers-$r/Makefile" "usr/src/linux-headers-$r/.config"
	deb "linux-headers-$v-common" "$v-1" "" "usr/src/linux-headers-$v-common/Kbuild"
	deb "linux-kbuild-$v" "$v-1" "" "usr/lib/linux-kbuild-$v/scripts/x" "usr/lib/linux-kbuild-$v/tools/y"
}

# image RELEASE...: an image and headers, which depend on nothing: enough for a list.
image() {
	for r in "$@"; do
		deb "linux-image-$r" 1 ""
		deb "linux-headers-$r" 1 ""
	done
}
