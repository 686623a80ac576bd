#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The rules that harness/tests/lint and layers keep: a planted breach of each is red, with its
# file and line; the tree as it is, and what looks like a breach and is none, is not.

load common

setup() {
	T=$BATS_TEST_TMPDIR/tree
	mkdir -p "$T"/harness/{lib/{base,program,language,judge,report,verdict,measure,statistics,page},vm,host,cli,agent,observer,snoop} \
		"$T"/kmod/{uapi,fsl/model,softdma} "$T/bpf"
	cd "$T"
	for h in harness/lib/{base/b,program/p,language/l,judge/j,judge/violation,report/r,verdict/v,measure/m,page/g} \
		 harness/{vm/v,host/h,cli/c,agent/a,observer/o,snoop/s} kmod/uapi/u kmod/fsl/model bpf/events bpf/core; do
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

@test "layers: a file in a room that the table does not have is red" {
	mkdir harness/attic
	printf '#include "lib/base/b.h"\n' > harness/attic/x.c
	layers
	red harness/attic/x.c:1 "no room that harness/tests/layers knows"
}
