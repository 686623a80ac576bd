#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the patches of scenarios/findings as files. What they do is shown by `make check-findings`.

load common

setup() { cd "$TOP/scenarios/findings"; }

# Catches: a patch that no longer applies to the kernel that it is against, or not after those before it.
@test "each patch applies, in its order and without fuzz, to the sources that kernels are built from" {
	n=0
	for tree in "${XDG_CACHE_HOME:-$HOME/.cache}"/dmatorture/sources/linux-*; do
		[ -e "$tree/.complete" ] || continue
		n=$((n + 1))
		src=$BATS_TEST_TMPDIR/$(basename "$tree")
		mkdir "$src"
		(cd "$tree" && sed -n 's|^--- a/||p' "$TOP"/scenarios/findings/*.patch | sort -u | xargs cp --parents -t "$src")
		for p in *.patch; do
			run patch -d "$src" -p1 -F0 --no-backup-if-mismatch -i "$PWD/$p"
			echo "$tree: $p: $output"
			[ "$status" -eq 0 ]
		done
	done
	[ "$n" -gt 0 ] || skip "no kernel's source is unpacked: make witness-kernel"
}

# Catches: what the kernel's maintainers would send back for its form.
@test "checkpatch has nothing to say about the patches" {
	checkpatch=$("$TOP/harness/tests/checkpatch-setup")
	run perl "$checkpatch" --no-tree --strict --no-summary -q *.patch
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

# Catches: a patch that nobody finds from the issue, and an issue that names a patch that is not there.
@test "known issues, the page and the patches name each other" {
	for p in *.patch; do
		grep -q "^    patch .*\b$p" ../KNOWN-ISSUES || { echo "$p: no known issue names it"; false; }
		grep -q "^| ${p%.patch} |" README.md || { echo "$p: README.md has no row for it"; false; }
	done
	for p in $(sed -n 's/^    patch *//p' ../KNOWN-ISSUES); do
		[ -e "$p" ] || { echo "KNOWN-ISSUES names $p"; false; }
	done
	sed -n 's/^| \([0-9][0-9]-[a-z0-9-]*\) | \([^|]*\) |.*/\1 \2/p' README.md | while read -r p issues; do
		for i in ${issues//,/ }; do
			sed -n "/^issue $i\$/,/^\$/p" ../KNOWN-ISSUES | grep -q "^    patch .*$p.patch" ||
				{ echo "$i does not name $p"; exit 1; }
		done
	done
}
