#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Tests pages: docs-check finds what it should, and reports nothing about pages that are right; the
# pages show the right figures, as far as these can be made quickly.
load common

setup() {
	DOCS=$TOP/harness/tests/docs-check
	export DMATORTURE=$D
	P=$BATS_TEST_TMPDIR/pages
	mkdir -p "$P/harness" "$P/results"
	printf 'RUN ?=\nhelp:\n\t@echo help\nrun check:\n\t@echo $(RUN)\n' > "$P/Makefile"
	echo 'release=1.2' > "$P/harness/version"
	cat > "$P/harness/CHANGELOG.md" <<-'END'
		# Changes

		## 1.2, not released
	END
	cat > "$P/README.md" <<-'END'
		# A page

		    make run        # a comment
		    make check
		    build/dmatorture run --seed 7 order/legacy

		See [below](#what-it-costs), [the log](harness/CHANGELOG.md#12-not-released), and
		[a list](harness/version). `make run RUN="order/ --jobs 2"`, `--seed`, `harness/version`,
		`build/agent snoop --driver nvme`, `build/dmatorture compare OLD NEW`.

		## What it costs

		| what | µs |
		|---|---|
		| a map | 1.5 |

		`build/dmatorture bench --icount` prints it.

		```dma
		scenario a/b "t"
		engine e memcpy like fsl-dma
		thread { }
		```
	END
}

# breach RULE WHAT [N]: docs-check reports it, with N lines in total (default 1).
breach() {
	run "$DOCS" "$P"
	[ "$status" -eq 1 ] || { echo "exit code $status: $output"; return 1; }
	grep -E "^[^ ]+: $1: " <<< "$output" | grep -qF -- "$2" || { echo "wanted $1: $2; got: $output"; return 1; }
	[ "$(grep -cE '^[^ ]+: [a-z]+: ' <<< "$output")" -eq "${3-1}" ] || { echo "more than that: $output"; return 1; }
}

page() { cat > "$P/results/page.md"; }

@test "pages that are right are quiet" {
	run "$DOCS" "$P"
	echo "$output"
	[ "$status" -eq 0 ]
	says "2 pages, 0 wrong"
}

@test "link: a file that is not there" {
	page <<< 'See [it](../nowhere.md).'
	breach link "../nowhere.md leads nowhere"
}

@test "link: an anchor that no heading makes" {
	page <<< 'See [it](../README.md#what-it-cost).'
	breach link "no heading makes the anchor #what-it-cost"
}

@test "link: an anchor that a source's comment names" {
	echo '/* As harness/CHANGELOG.md#nowhere has it. */' > "$P/a.c"
	breach link "harness/CHANGELOG.md#nowhere"
	echo '/* As harness/CHANGELOG.md#12-not-released has it. */' > "$P/a.c"
	run "$DOCS" "$P"
	[ "$status" -eq 0 ]
}

@test "path: a file that is named and not there" {
	page <<< 'It is in `harness/nowhere.c`.'
	breach path "harness/nowhere.c is not there"
}

@test "command: a verb that is none, an option that is none, in a block and in a line" {
	page <<-'END'
		A block:

		    build/dmatorture runn order/

		A line: `build/dmatorture run --sed 7x`.
	END
	breach command "no verb 'runn'" 2
	says "page.md:5: command: build/dmatorture run --sed 7x: dmatorture run: unrecognized option '--sed'"
}

@test "command: a scenario that there is not" {
	page <<< '`build/dmatorture run order/legazy`'
	breach command "order/legazy"
}

@test "command: a word too many, and a quote that does not end" {
	page <<-'END'
		`build/dmatorture explain early-map leak` and `build/dmatorture run 'order`
	END
	breach command "one class" 2
	says "no shell reads this"
}

@test "command: a bisection without a scenario, an agent's verb, an option of nothing" {
	page <<-'END'
		`build/dmatorture bisect --good a --bad b` `build/agent judge` `--no-such-option`
	END
	breach command "which scenario shows it" 3
	says "the agent has no verb but snoop"
	says "--no-such-option is an option of no verb"
}

@test "target: a target and a variable that the Makefile has not, and what RUN= would run" {
	page <<< '`make rum` `make run KERNL=x` `make run RUN="--bogus order/"`'
	run "$DOCS" "$P"
	[ "$status" -eq 1 ]
	says "target: make rum: the Makefile has no target rum"
	says "the Makefile has no variable KERNL"
	says "unrecognized option '--bogus'"
}

@test "figure: a table of figures without a command" {
	sed -i '/bench --icount/d' "$P/README.md"
	breach figure "no command stands before or after this table"
}

@test "figure: figures in a line, without a command" {
	page < /dev/null
	echo 'It took 2.5 s.' >> "$P/README.md"
	breach figure "no command beside these figures: It took 2.5 s."
}

@test "figure: a mark that nothing writes, and one without an end" {
	page <<-'END'
		<!-- figures: nothing -->
		<!-- end -->
		<!-- figures: bench -->
	END
	run "$DOCS" "$P"
	[ "$status" -eq 1 ]
	says "has no nothing for this page"
	says "has no bench for this page"
	says "the last one has no end"
}

@test "scenario: one that is not understood" {
	page <<-'END'
		```dma
		scenario a/b "t"
		engine e memcpi like fsl-dma
		thread { }
		```
	END
	breach scenario "did you mean 'memcpy'"
}

@test "readme: too long, or its commands not in the first screen" {
	{ yes text | head -n 40; cat "$P/README.md"; } > "$P/new"
	mv "$P/new" "$P/README.md"
	breach readme "'make run' is not shown in the first 40 lines" 2
	yes text | head -n 130 >> "$P/README.md"
	breach readme "want at most 130" 3
}

@test "version: a changelog that begins with another one" {
	echo 'release=1.3' > "$P/harness/version"
	breach version "its first version is not 1.3"
}

@test "figures: a page that shows something else is found, and written" {
	mkdir -p "$BATS_TEST_TMPDIR/tree"
	cp "$TOP/README.md" "$BATS_TEST_TMPDIR/tree/"
	export PAGES=$BATS_TEST_TMPDIR/tree
	run "$TOP/harness/tests/figures" --check report
	echo "$output"
	[ "$status" -eq 0 ]
	was=$(grep -o "made [0-9]* us before" "$PAGES/README.md")
	sed -i "s/$was/made 1 us before/" "$PAGES/README.md"
	run "$TOP/harness/tests/figures" --check report
	[ "$status" -eq 1 ]
	says "+    $was"
	run "$TOP/harness/tests/figures" report
	[ "$status" -eq 0 ]
	cmp "$TOP/README.md" "$PAGES/README.md"
	run "$TOP/harness/tests/figures" --check nothing
	[ "$status" -eq 2 ]
}

@test "figures: the first page's table is what its command gives" {
	run "$TOP/harness/tests/figures" --check orders
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "version: the release and the commit; without git the release alone; built in" {
	release=$(sed -n 's/^release=//p' "$TOP/harness/version")
	run "$D" --version
	[ "$status" -eq 0 ]
	[[ $output == "dmatorture $release"* || $output =~ ^dmatorture\ [0-9]+\.[0-9]+ ]]
	grep -aqE "$release-s[0-9a-f]{10}" "$TOP/build/agent"
	mkdir -p "$BATS_TEST_TMPDIR/tar/harness"
	cp "$TOP/harness/version" "$BATS_TEST_TMPDIR/tar/harness/"
	[ "$("$BATS_TEST_TMPDIR/tar/harness/version")" = "$release" ]
	cd "$BATS_TEST_TMPDIR/tar"
	git init -q .
	git -c user.name=a -c user.email=a@b add -A
	git -c user.name=a -c user.email=a@b commit -qm one
	before=$(harness/version)
	[[ $before =~ ^$release-g[0-9a-f]{10}$ ]]
	echo more > other
	git add other
	git -c user.name=a -c user.email=a@b commit -qm two
	[ "$(harness/version)" != "$before" ]
	git tag v9.8
	[ "$(harness/version)" = 9.8 ]
	echo >> harness/version
	[ "$(harness/version)" = 9.8-dirty ]
	# The agent's version depends on its sources, not on the commit.
	echo "int a;" > a.c
	before=$(harness/version .)
	[[ $before =~ ^$release-s[0-9a-f]{10}$ ]]
	rm -rf .git
	[ "$(harness/version .)" = "$before" ]
	echo "int b;" > a.c
	[ "$(harness/version .)" != "$before" ]
}

@test "--parse-only reads the words and does nothing" {
	run "$D" --parse-only run --results /nonexistent/x order/
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	run "$D" --parse-only run --seed x
	[ "$status" -eq 2 ]
	says "--seed=x: want a number"
	run "$D" --parse-only runn
	[ "$status" -eq 2 ]
	run "$D" --parse-only snoop --record "$BATS_TEST_TMPDIR/none"
	[ "$status" -eq 0 ]
	[ ! -e "$BATS_TEST_TMPDIR/none" ]
	run "$D" --parse-only bisect --good a --bad b order/
	[ "$status" -eq 0 ]
}

@test "command: a verb that --parse-only would run" {
	mkdir -p "$P/harness/cli"
	echo 'int x(void) { return argp_parse(); }' > "$P/harness/cli/cmd_x.c"
	breach command "a verb's words are read by options_read()"
}
