#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests what make install and make deb give to people who have no source tree.

load common

setup_file() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
	cp -rs "$TOP/build" "$BATS_FILE_TMPDIR/build" 2> /dev/null || true
	rm -rf "$BATS_FILE_TMPDIR/build/man"
	"$TOP/harness/package/manuals" "$TOP/build/dmatorture" "$BATS_FILE_TMPDIR/build/man"
	"$TOP/harness/package/completion" "$TOP/build/dmatorture" bash > "$BATS_FILE_TMPDIR/build/completion.bash"
	"$TOP/harness/package/completion" "$TOP/build/dmatorture" zsh > "$BATS_FILE_TMPDIR/build/completion.zsh"
	"$TOP/harness/package/install" "$BATS_FILE_TMPDIR/build" "$BATS_FILE_TMPDIR/root" /opt/x
}

setup() {
	I=$BATS_FILE_TMPDIR/root/opt/x
	cd "$BATS_TEST_TMPDIR" || return
	unset DMATORTURE_TREE DMATORTURE_SCENARIOS XDG_STATE_HOME XDG_CACHE_HOME
	OWN_HOME=$HOME
	export HOME=$BATS_TEST_TMPDIR/home
	mkdir "$HOME"
}

@test "an installed program uses what was installed, and writes only into the user's directories" {
	before=$(cd "$I" && find . -printf '%p %s %T@\n' | sort)
	[ "$("$I/bin/dmatorture" list | wc -l)" -eq "$(find "$TOP/scenarios" -name '*.dma' | wc -l)" ]
	"$I/bin/dmatorture" show order/legacy | grep -q 'scenario order/legacy'
	"$I/bin/dmatorture" run --dry-run md/ > /dev/null
	"$I/bin/dmatorture" plan --lava jobs order/split > /dev/null
	run "$I/bin/dmatorture" history
	[ -d "$HOME/.local/state/dmatorture" ]
	[ "$(cd "$I" && find . -printf '%p %s %T@\n' | sort)" = "$before" ]
	# no place of the machine that built it
	[ -z "$(grep -rlF "$TOP" "$I")" ]
}

@test "each verb has a page of the manual that man formats, and so has the language" {
	"$TOP/build/dmatorture" help | sed -n 's/^  \([a-z]*\) .*/\1/p' > verbs
	[ "$(wc -l < verbs)" -gt 20 ]
	while read -r verb; do
		page=$(ls "$I"/share/man/man[18]/dmatorture-"$verb".[18].gz)
		zcat "$page" | grep -q '^.SH SYNOPSIS'
	done < verbs
	[ -e "$I/share/man/man8/dmatorture-snoop.8.gz" ]
	command -v man || skip "no man(1)"
	# make check-full formats them all
	for page in $(in_full "$I/share/man/man1/dmatorture.1.gz $I/share/man/man1/dmatorture-run.1.gz $I/share/man/man1/dmatorture-kernels.1.gz $I/share/man/man5/dmatorture-scenario.5.gz" "$(echo "$I"/share/man/man*/*)"); do
		LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=100 man --warnings=w -l -Tutf8 "$page" > text 2> err
		[ -z "$(grep -v 'cannot adjust line\|can.t break line' err | grep warning)" ]
		[ -s text ]
	done
	LC_ALL=C.UTF-8 MANWIDTH=100 man -l "$I/share/man/man1/dmatorture-run.1.gz" | col -b > text
	grep -q -- '--only-failed=RUN' text
	LC_ALL=C.UTF-8 MANWIDTH=100 man -l "$I/share/man/man5/dmatorture-scenario.5.gz" | col -b > text
	grep -q 'sync_for_cpu' text
	grep -q 'EXPECTATIONS' text
}

@test "bash completes verbs, options, worlds, scenarios and classes; zsh reads its own" {
	complete() { # WORD...: what the last one may become
		PATH=$I/bin:$PATH bash -c '. "$0"; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _dmatorture; echo "${COMPREPLY[*]}"' \
			"$I/share/bash-completion/completions/dmatorture" "$@"
	}
	[ "$(complete dmatorture tim)" = timeline ]
	[ "$(complete dmatorture run --fail)" = "--failed-first --fail-fast" ]
	[ "$(complete dmatorture run --world st)" = strict ]
	[ "$(complete dmatorture run --world = st)" = strict ]
	[ "$(complete dmatorture run order/leg)" = order/legacy ]
	[ "$(complete dmatorture list --class early)" = early-map ]
	[ "$(complete dmatorture bisect --go)" = --good ]
	for verb in $("$TOP/build/dmatorture" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
		[ -n "$(complete dmatorture "$verb" --)" ]
	done
	command -v zsh || skip "no zsh"
	zsh -n "$I/share/zsh/vendor-completions/_dmatorture"
}

# bats test_tags=full
@test "the Debian package builds in a clean root, lintian is content, and an ordinary user runs a scenario" {
	"$TOP/harness/setup" package
	HOME=$OWN_HOME "$TOP/harness/package/deb" "$BATS_TEST_TMPDIR/deb"
	run "$TOP/harness/package/try" "$BATS_TEST_TMPDIR"/deb/*.deb
	echo "$output"
	[ "$status" -eq 0 ]
	says "order/split  "
	says "pass 18/18"
	says "results: /home/user/.local/state/dmatorture/" # lint-ok: a path of the fresh root
	[ -z "$(grep '^missing\|^..5' <<< "$output")" ]
}
