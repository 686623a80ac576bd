#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Tests the rules of harness/tests/lint and layers: a planted breach of each is reported with file
# and line; the tree as it is, and lines that only look like a breach, are not.

load common

setup() {
	T=$BATS_TEST_TMPDIR/tree
	mkdir -p "$T"/harness/{lib/{base,program,language,judge,report,verdict,measure,statistics,page},vm,model,host,cli,agent,observer,snoop} \
		"$T"/kmod/{uapi,fsl/model,softdma} "$T/bpf"
	cd "$T"
	for h in harness/lib/{base/b,program/p,language/l,judge/j,judge/violation,report/r,verdict/v,measure/m,page/g} \
		 harness/{vm/v,model/o,host/h,cli/c,agent/a,observer/o,snoop/s} kmod/uapi/u kmod/fsl/model bpf/events bpf/core; do
		printf '/* a header */\n' > "$h.h"
	done
}

# red FILE:LINE PART-OF-THE-TEXT
red() {
	[ "$status" -eq 1 ] || { echo "exit $status: $output"; return 1; }
	grep -F -- "$1: " <<< "$output" | grep -qF -- "$2" || { echo "wanted: $1: ... $2"; echo "got: $output"; return 1; }
}

layers() { run "$TOP/harness/tests/layers" "$T"; }

@test "layers: the tree keeps them" {
	run "$TOP/harness/tests/layers"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "layers: what points down, and contracts, may be included" {
	printf '#include "lib/base/b.h"\n#include "uapi/u.h"\n#include "bpf/events.h"\n#include <linux/types.h>\n' > harness/lib/program/x.c
	printf '#include "lib/judge/violation.h"\n' > harness/lib/language/x.c
	printf '#include "lib/verdict/v.h"\n#include "lib/judge/j.h"\n#include "c.h"\n#include "host/h.h"\n' > harness/cli/x.c
	printf '#include "lib/verdict/v.h"\n' > harness/lib/measure/x.c
	printf '// #include "cli/c.h"\n' > harness/lib/base/x.c
	printf '#ifdef __KERNEL__\n#if 1\n#endif\n#include <linux/string.h>\n#else\n#include <string.h>\n#endif\n' > kmod/fsl/model/x.c
	printf '#include "dmaengine.h"\n' > kmod/fsl/y.c
	layers
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "layers: an include upward, sideways, of cli, of agent, of a private header is red" {
	while read -r file include; do
		printf '\n# include "%s"\n' "$include" > "$file"
		layers
		red "$file:2" "may not include"
		rm "$file"
	done <<-'X'
		harness/lib/base/x.c lib/program/p.h
		harness/lib/program/x.h lib/judge/j.h
		harness/lib/judge/x.c lib/language/l.h
		harness/lib/judge/x.c lib/report/r.h
		harness/lib/judge/x.c model/o.h
		harness/model/x.c lib/judge/j.h
		harness/model/x.c lib/judge/violation.h
		harness/lib/language/x.c lib/judge/j.h
		harness/lib/report/x.c lib/verdict/v.h
		harness/vm/x.c lib/verdict/v.h
		harness/lib/verdict/x.c lib/measure/m.h
		harness/lib/measure/x.c lib/page/g.h
		harness/lib/page/x.c host/h.h
		harness/host/x.c cli/c.h
		harness/cli/x.c agent/a.h
		harness/agent/x.c cli/c.h
		harness/agent/x.c host/h.h
		harness/observer/x.c lib/judge/j.h
		harness/snoop/x.c host/h.h
		harness/lib/judge/x.c bpf/core.h
		harness/observer/x.c bpf/core.h
		kmod/softdma/x.c fsl/model.h
		kmod/uapi/x.h fsl/model.h
	X
}

@test "layers: headers in a circle, one of itself, and one that is not there are red" {
	printf '#include "lib/base/b2.h"\n' > harness/lib/base/b1.h
	printf '\n#include "b3.h"\n' > harness/lib/base/b2.h
	printf '#include "b1.h"\n' > harness/lib/base/b3.h
	layers
	[ "$status" -eq 1 ]
	says "headers in a circle"
	says "b3.h"
	rm harness/lib/base/b[123].h
	printf '#include "self.h"\n' > harness/lib/base/self.h
	layers
	red harness/lib/base/self.h:1 "includes itself"
	printf '#include "nosuch.h"\n' > harness/lib/base/self.h
	layers
	red harness/lib/base/self.h:1 'no header "nosuch.h"'
}

@test "layers: a register model includes nothing of the kernel but within __KERNEL__" {
	printf '#include <linux/slab.h>\n' > kmod/fsl/model/x.c
	layers
	red kmod/fsl/model/x.c:1 "within #ifdef __KERNEL__"
	printf '#ifdef __KERNEL__\n#else\n#include <linux/slab.h>\n#endif\n' > kmod/fsl/model/x.c
	layers
	red kmod/fsl/model/x.c:3 "within #ifdef __KERNEL__"
	printf '#ifdef __KERNEL__\n#endif\n#include <asm/io.h>\n' > kmod/fsl/model/x.c
	layers
	red kmod/fsl/model/x.c:3 "within #ifdef __KERNEL__"
	printf '#include "fsl/bus.h"\n' > kmod/fsl/model/x.c
	touch kmod/fsl/bus.h
	layers
	red kmod/fsl/model/x.c:1 "may not include"
}

# Makes a tree with a commit, from which later changes differ.
lint_tree() {
	L=$BATS_TEST_TMPDIR/lint
	mkdir -p "$L/harness/lib/base" "$L/harness/lib/page" "$L/kmod"
	cd "$L"
	git init -q .
	printf '// SPDX-License-Identifier: GPL-2.0-only\n/* An old file, whose TODO nobody looks at. */\n' > harness/lib/base/old.c
	git add .
	git -c user.name=t -c user.email=t@t commit -qm base
}
lint() { run "$TOP/harness/tests/lint" --tree "$L" --changed HEAD; }

HEAD_LINES='// SPDX-License-Identifier: GPL-2.0-only
/* Says what it is for. */'

@test "rules: the tree keeps them" {
	cd "$TOP"
	run bash -c 'git ls-files | grep -vE "^(harness/tests/(fixtures|fuzz/corpus)|results)/|^LICENSE$|\.(json|xsd)$" | xargs harness/tests/rules'
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "lint --changed: what is clean is, what did not change is not looked at" {
	lint_tree
	printf '%s\n#include <stdio.h>\n\nint main(void)\n{\n\treturn puts("%0100d todo XXXXXX /tmp/x");\n}\n' "$HEAD_LINES" 0 > harness/lib/base/new.c
	lint
	echo "$output"
	[ "$status" -eq 0 ]
	says "rules, 1 files"
	run "$TOP/harness/tests/lint" --tree "$L" --changed nosuch
	[ "$status" -eq 2 ]
	says "no commit 'nosuch'"
}

@test "rules: each breach is red, with its line" {
	lint_tree
	cat > breaches <<'X'
/* TODO: later */|a mark of work that is left
// FIXME|a mark of work that is left
int x; /* XXX why? */|a mark of work that is left
/* see /home/me/notes */|a path of one machine
char *p = "/root/x";|a path of one machine
int x; |blanks at the end
int aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb;|columns: 100 is the limit
o = json_string(s);|json_text()
o = json_sprintf("%s", s);|json_text()
o = json_pack("{s:s}", "k", s);|json_text()
o = json_pack("[s]", s);|json_text()
t = json_dumps(o, 0);|json_take()
printf("\033[31m");|terminal_control()
X
	# Each line has a breach and the message about it.
	{
		printf '%s\n' "$HEAD_LINES"
		cut -d"|" -f1 breaches
	} > harness/lib/base/x.c
	lint
	n=3
	while IFS='|' read -r _ text; do
		red "harness/lib/base/x.c:$n" "$text"
		n=$((n + 1))
	done < breaches
	rm harness/lib/base/x.c breaches
	printf '%s\nstrbuf_addf(out, "title \047%%s\047", s);\n' "$HEAD_LINES" > harness/lib/page/plot_x.c
	lint
	red harness/lib/page/plot_x.c:3 "plot_quote()"
	rm harness/lib/page/plot_x.c
	printf '%s\nstrbuf_adds(out, "<p>");\n' "$HEAD_LINES" > harness/lib/page/page.c
	lint
	red harness/lib/page/page.c:3 "html_"
}

@test "rules: a .c file without a head line, or without its SPDX line, is red" {
	lint_tree
	printf '// SPDX-License-Identifier: GPL-2.0-only\n#include <stdio.h>\n/* late */\n' > harness/lib/base/x.c
	lint
	red harness/lib/base/x.c:1 "no line that says what the file is for"
	printf '// SPDX-License-Identifier: GPL-2.0-only\n' > harness/lib/base/x.c
	lint
	red harness/lib/base/x.c:1 "no line that says what the file is for"
	printf '/* for x */\n' > harness/lib/base/x.c
	lint
	red harness/lib/base/x.c:1 "the first line is the SPDX line"
}

@test "rules: a line that says why is let through" {
	lint_tree
	printf '%s\nint x; /* TODO lint-ok: a word of the language */\n' "$HEAD_LINES" > harness/lib/base/x.c
	lint
	[ "$status" -eq 0 ]
}

@test "lint: a typo, a script that shellcheck refuses, a layer, are red" {
	lint_tree
	printf '%s\n/* te%s end */\n' "$HEAD_LINES" h > harness/lib/base/x.c	# misspelt here, the lint would find it
	lint
	[ "$status" -eq 1 ]
	says "$(printf te%s h) ==> the"
	rm harness/lib/base/x.c
	printf '#!/bin/bash\nfor f in $(ls *.c); do rm $f; echo "$g" ; cd x; done; [ $f = ]\n' > harness/x
	lint
	[ "$status" -eq 1 ]
	says "SC1"
	rm harness/x
	mkdir harness/lib/judge
	touch harness/lib/judge/j.h
	printf '%s\n#include "lib/judge/j.h"\n' "$HEAD_LINES" > harness/lib/base/x.c
	lint
	red harness/lib/base/x.c:3 "may not include"
}

@test "analyze: memory that is lost is red; freed, it is not, and so it is from the cache" {
	lint_tree
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	code='#include <stdlib.h>\nint f(int n)\n{\n\tchar *p = malloc(n);\n\n\tif (!p)\n\t\treturn 0;\n\tp[0] = n;\n\tn = p[0] + 1;\n%s\treturn n;\n}\n'
	# shellcheck disable=SC2059
	printf "$code" "" > x.c
	for time in first second; do
		run "$TOP/harness/tests/analyze" x.c
		echo "$time: $output"
		[ "$status" -eq 1 ]
		says "x.c:9"
		says "leak"
	done
	# shellcheck disable=SC2059
	printf "$code" $'\tfree(p);\n' > x.c
	run "$TOP/harness/tests/analyze" x.c
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(find "$XDG_CACHE_HOME" -type f | wc -l)" -eq 2 ]
	echo "nonsense" > x.c
	run "$TOP/harness/tests/analyze" x.c
	[ "$status" -eq 1 ]
}

@test "layers: a file in a room that the table does not have is red" {
	mkdir harness/attic
	printf '#include "lib/base/b.h"\n' > harness/attic/x.c
	layers
	red harness/attic/x.c:1 "no room that harness/tests/layers knows"
}
