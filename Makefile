# SPDX-License-Identifier: GPL-2.0-only
#
# `make` alone lists the targets. V=1 shows the commands.

KERNEL    ?= debian:6.12
# A kernel's tree, for check-next.
TREE      ?=
KERNELS   ?= debian:6.12 debian:6.1
# The small kernel in which all witnesses run. WITNESS= leaves it out; check says what is lost then.
WITNESS   ?= witness
RUN       ?=
FIGURES   ?=
SUITE     ?= debian:6.1 debian:6.12 debian:7.2 debian:7.3 debug kasan
# From the oldest to the newest: bench-kernels reports steps between neighbours.
BENCH_KERNELS ?= debian:6.1 debian:6.12 debian:7.2 debian:7.3
# The kernels for which check-findings builds the patches of scenarios/findings.
FINDINGS  ?= debian:6.12 debian:7.3
# witness is there for its dma-debug, in two of its generations.
COVERAGE  ?= debian:6.12 debian:6.1 debian:7.2 debian:7.3 witness witness:7.3
V         ?= 0

# Another architecture's agent: the prefix of its compiler, and its libraries. harness/kernels/build-agent
# says both, and another OUT.
CROSS     ?=
SYSROOT   ?=
CC        := $(CROSS)gcc
CLANG     := clang
CFLAGS    ?= -O2 -g
WARN      := -Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes -Wshadow
OUT       := build
CPPFLAGS  := -D_GNU_SOURCE -I. -Iharness -Ikmod -ffile-prefix-map=$(CURDIR)=.
BASE      := -std=gnu11 $(WARN) $(CPPFLAGS) $(if $(SYSROOT),-isystem $(SYSROOT)/usr/include) -MMD -MP
# -Wno-...: with instrumented code, GCC 12 wrongly warns about null formats.
SAN       := -O1 -g -Wno-format-truncation -Wno-format-overflow -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	     -fno-omit-frame-pointer

Q         := $(if $(filter 1,$(V)),,@)
msg        = @$(if $(filter 1,$(V)),true,printf '  %-7s %s\n' '$(1)' '$(2)')

# The files of each room; harness/README.md says which rooms may use which.
room       = $(wildcard $(addsuffix /*.c,$(addprefix harness/,$(1))))
# The rooms that programs link from. The agent's are apart, as it is static and has no JSON.
AGENT_LIB := lib/base lib/program lib/judge lib/report
LIB_ROOMS := $(AGENT_LIB) lib/language lib/witness vm board lib/verdict lib/outputs lib/statistics lib/measure lib/page lib/timeline lib/fuzz model
CLI_ROOMS := host snoop observer cli
AGENT_ROOMS := snoop observer agent
LIB_SRC   := $(call room,$(LIB_ROOMS))
# Register models are plain C, compiled into modules and into tests.
MODEL_SRC := $(wildcard kmod/fsl/model/*.c)
BPF_HDR   := $(wildcard bpf/*.h)
BPF_OBJ   := $(OUT)/observer.bpf.o $(OUT)/early.bpf.o $(OUT)/cpu.bpf.o
# Loaded into QEMU: what keeps its virtual time from depending on the host, and what watches a guest's
# CPU, one for each generation of the interface for plugins.
STEADY    := $(OUT)/steady.so
PLUGIN    := $(OUT)/plugin/cpu-1.so $(OUT)/plugin/cpu-2.so
UNIT      := $(patsubst harness/tests/unit/%.c,$(OUT)/unit/%,$(wildcard harness/tests/unit/test_*.c))
TOOLS     := $(patsubst harness/tests/tools/%.c,$(OUT)/%,$(wildcard harness/tests/tools/*.c))
GUEST     := $(patsubst harness/tests/guest/%.c,$(OUT)/guest/%,$(wildcard harness/tests/guest/*.c))
FUZZ      := $(patsubst harness/tests/fuzz/%.c,$(OUT)/fuzz/%,$(wildcard harness/tests/fuzz/fuzz_*.c))
# Builds use all processors, unless make was told how many.
PARALLEL   = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))
LIBS      := -ljansson -lz -lm
OBS_LIBS  := $(if $(SYSROOT),-L$(SYSROOT)/usr/lib/$(CROSS:-=)) -lbpf -lelf -lz

.PHONY: help
help:
	@echo 'make run       set up what is missing, boot $(KERNEL), run the suite, print the verdicts'
	@echo 'make check     set up what is missing, run the tests'
	@echo 'make quick     units, lint of what changed, one guest for each kernel: under 3 minutes'
	@echo 'make check-full     also the tests that take long or need the debug and kasan kernels'
	@echo ''
	@echo 'make setup     only the set-up: packages, kernels, programs, modules'
	@echo 'make unit      only the tests that boot nothing'
	@echo 'make modules   dmatorture.ko and softdma.ko for KERNEL'
	@echo 'make lint      layers, house rules, spelling, shellcheck, checkpatch, analyzer, sparse, W=1, pages'
	@echo 'make lint-changed   all but W=1, sparse and the pages, over what the branch changed (BASE_COMMIT=...)'
	@echo "make docs-check  check links, commands and figures of the pages"
	@echo "make figures   write FIGURES=\"orders report\" into the pages; without FIGURES, list the names"
	@echo 'make new-scenario NAME=group/name    make new-violation NAME=class-name [KIND=M|E]'
	@echo '               write skeletons; make unit and make lint fail until they are finished'
	@echo 'make soak      order/ with 1000 repeats in every world, 10000 module loads'
	@echo 'make fuzz      the parser and recordings under libFuzzer, 10 minutes each'
	@echo "make bench-harness  what the executor and the software engines cost"
	@echo "make check-ab   100 comparisons of a kernel with itself, and 100 with planted regressions"
	@echo 'make soak-fuzz      random programs for an hour'
	@echo 'make fuzz-rules     which random program notices that a rule is missing: results/fuzz-rules.md'
	@echo 'make soak-quiet     a million maps of other drivers, without a report'
	@echo "make soak-drivers   36 drivers of the kernel, each in four worlds: results/drivers.md"
	@echo 'make witness-kernel debug-kernel kasan-kernel   build these (5, 10 and 10 minutes, for'
	@echo '               --kernel witness, debug, kasan; check builds witness, check-full all)'
	@echo 'make sweep          each map, prep and submit of the suite fails once; on debug, each allocation'
	@echo 'make check-debug    the tests for debug and kasan, and the whole suite on both'
	@echo "make suite     the whole suite on $(SUITE), with one verdict"
	@echo "make check-bisect  a regression planted in the kernel is bisected (30 minutes, 6 GB)"
	@echo "make check-next TREE=PATH  any tree: build it, build modules, attach, run the suite; a page of what is new"
	@echo 'make coverage-table results/coverage.md: which violation is found where'
	@echo 'make check-findings each finding that has a patch, before and after it: results/findings.md'
	@echo 'make bench-judge    how many events per second the judge takes'
	@echo "make bench-observer  what the observer costs: instructions of a map and an unmap"
	@echo 'make bench-kernels  what DMA costs on each kernel line: results/kernels.md and a plot'
	@echo 'make install DESTDIR= PREFIX=/usr/local    program, agent, modules to be built, scenarios, manual, completion'
	@echo 'make deb       the Debian package, built in a clean root, looked through by lintian: build/deb'
	@echo 'make clean     remove build/ (the kernels in the cache stay)'
	@echo ''
	@echo 'KERNEL=debian:6.1   another kernel        RUN="order/ --seed 7"   what to run'
	@echo 'V=1                 show the commands'

# --- set-up ---------------------------------------------------------------

.PHONY: setup setup-run setup-check
setup-run:
	@harness/setup run
	@harness/kernels/kernel-setup $(KERNEL) >/dev/null

setup: setup-run
	@$(MAKE) --no-print-directory $(PARALLEL) programs modules

setup-check:
	@harness/setup run check
	@for k in $(KERNELS) $(WITNESS); do harness/kernels/kernel-setup $$k >/dev/null || exit; done
	@harness/kernels/tools-setup >/dev/null
	@for k in $(KERNELS); do harness/kernels/drivers-setup $$k >/dev/null || [ $$? -eq 4 ] || exit; done

.PHONY: run
run: setup
	@$(OUT)/dmatorture run --kernel $(KERNEL) $(RUN)

# --- programs -------------------------------------------------------------

.PHONY: programs
programs: $(OUT)/dmatorture $(OUT)/agent $(STEADY) $(PLUGIN)

OBJECT    := $(OUT)/static/harness/observer/object.o
obj        = $(patsubst %.c,$(OUT)/$(1)/%.o,$(2))

$(OUT)/dmatorture: $(call obj,obj,$(call room,$(CLI_ROOMS)) $(LIB_SRC) version.c) $(OBJECT) | $(STEADY) $(PLUGIN)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS) $(OBS_LIBS)

$(OUT)/libagent.a: $(call obj,static,$(call room,$(AGENT_LIB)) version.c)
	@rm -f $@
	$(Q)$(CROSS)ar rcsD $@ $^

$(OUT)/agent: $(call obj,static,$(call room,$(AGENT_ROOMS))) $(OBJECT) $(OUT)/libagent.a
	$(call msg,LINK,$@)
	$(Q)$(CC) -static -Os -s -Wl,--build-id=none -o $@ $^ $(OBS_LIBS) -lm

# The observer's programs are built once for all kernels (CO-RE).
BPF_ARCH  := $(patsubst x86_64,x86,$(patsubst aarch64,arm64,$(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))))
# core.bpf.h refuses another architecture too; this error comes before the compiler's many lines.
unknown    = $(if $(filter x86 arm64,$(BPF_ARCH)),,$(error the observer cannot be built for $(BPF_ARCH): it is written \
	     for x86-64 and arm64 (bpf/arch.bpf.h says what another takes)))
# Where the compiler's own headers are, which bpf's programs include too.
BPF_INC   := $(if $(CROSS),/usr/$(CROSS:-=)/include,/usr/include/$(shell $(CC) -dumpmachine))
$(OUT)/%.bpf.o: bpf/%.bpf.c $(BPF_HDR) Makefile
	$(unknown)
	$(call msg,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) -target bpf -O2 -g -mcpu=v3 -D__TARGET_ARCH_$(BPF_ARCH) -Wall -Wextra -Werror \
		-Wno-unused-parameter -Wno-missing-declarations -ffile-prefix-map=$(CURDIR)=. \
		-I$(BPF_INC) -c -o $@ $<
	$(Q)llvm-strip -g $@

$(OBJECT): harness/observer/object.S $(BPF_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) -DOBSERVER_OBJECT='"$(OUT)/observer.bpf.o"' \
		-DEARLY_OBJECT='"$(OUT)/early.bpf.o"' -DCPU_OBJECT='"$(OUT)/cpu.bpf.o"' -c -o $@ $<

$(PLUGIN): $(OUT)/plugin/cpu-%.so: $(wildcard harness/vm/plugin/*.[ch]) bpf/cpu.h bpf/events.h Makefile
	$(call msg,PLUGIN,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -MMD -MP,$(BASE)) -O2 -g -fPIC -shared -fvisibility=hidden -DPLUGIN_API=$* \
		-o $@ $(filter %.c,$^)

$(STEADY): harness/vm/steady/steady.c Makefile
	$(call msg,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -MMD -MP,$(BASE)) -O2 -g -fPIC -shared -o $@ $< -ldl

$(OUT)/obj/%.o: %.c Makefile
	$(call msg,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE) $(CFLAGS) -c -o $@ $<

# The version. The file is written only when it has changed; then it is compiled, and the programs
# are linked. The agent has a checksum of its sources instead, so a commit alone does not change it.
AGENT_FROM := $(addprefix harness/,$(AGENT_LIB) $(AGENT_ROOMS)) bpf kmod/uapi
version    = @mkdir -p $(@D) && harness/version --source $(1) > $@.new && \
	     { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }

.PHONY: FORCE
$(OUT)/version.c: FORCE
	$(call version)
$(OUT)/static/version.c: FORCE
	$(call version,$(AGENT_FROM))

$(OUT)/obj/version.o: $(OUT)/version.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE) $(CFLAGS) -c -o $@ $<

$(OUT)/static/version.o: $(OUT)/static/version.c Makefile
	$(Q)$(CC) $(BASE) -O2 -c -o $@ $<

$(OUT)/san/version.o: $(OUT)/version.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE) $(SAN) -c -o $@ $<

# For guests: small, and the same bytes wherever the tree is.
$(OUT)/static/%.o: %.c Makefile
	$(call msg,CC,$< (static))
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE) -O2 -c -o $@ $<

$(OUT)/san/%.o: %.c Makefile
	$(call msg,CC,$< (asan))
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE) $(SAN) -c -o $@ $<

$(OUT)/libsan.a: $(call obj,san,$(LIB_SRC) $(MODEL_SRC) version.c)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(UNIT): $(OUT)/unit/%: $(OUT)/san/harness/tests/unit/%.o $(OUT)/libsan.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN) -o $@ $^ -lcmocka $(LIBS)
$(OUT)/unit/test_sec%: LIBS += -lcrypto
$(OUT)/unit/test_unpack: $(OUT)/san/harness/agent/unpack.o
$(OUT)/unit/test_drain: $(OUT)/san/harness/observer/drain.o
$(OUT)/unit/test_merge: $(OUT)/san/harness/observer/merge.o
$(OUT)/unit/test_plugin: $(patsubst %,$(OUT)/san/harness/vm/plugin/%.o,guest watch context out)
$(OUT)/unit/test_preempt: $(OUT)/san/harness/observer/preempt.o
$(OUT)/unit/test_layout: $(OUT)/san/harness/observer/layout_text.o
$(OUT)/unit/test_blind: $(OUT)/san/harness/observer/blind_names.o
$(OUT)/unit/test_oracle: $(OUT)/san/harness/host/oracle.o

$(TOOLS): $(OUT)/%: $(OUT)/obj/harness/tests/tools/%.o \
		$(call obj,obj,harness/host/target.c harness/host/tools.c $(LIB_SRC) version.c)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(GUEST): $(OUT)/guest/%: $(OUT)/static/harness/tests/guest/%.o \
		$(OUT)/libagent.a
	$(call msg,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -static -Os -s -Wl,--build-id=none -o $@ $^ -lz

# The whole CLI with sanitizers, which the tests run.
$(OUT)/dmatorture-san: $(call obj,san,$(call room,$(CLI_ROOMS))) $(OBJECT) $(OUT)/libsan.a | $(STEADY) $(PLUGIN)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(SAN) -o $@ $^ $(LIBS) $(OBS_LIBS)

# --- kernel modules -------------------------------------------------------

# Each kernel has its own directory of objects, with links to kmod/. Debug information is removed:
# it names paths, and guests must be the same bytes on any machine.
.PHONY: modules
modules:
	@harness/kernels/build-modules $(KERNEL) $(OUT) $(V)

# --- tests ----------------------------------------------------------------

.PHONY: unit check lint lint-changed layers soak fuzz
unit: $(UNIT)
	@harness/tests/run-units $(UNIT)

# Takes under three minutes from a built tree.
.PHONY: quick
quick:
	@harness/setup run check
	@$(MAKE) --no-print-directory $(PARALLEL) programs $(UNIT)
	@for k in $(KERNELS); do harness/kernels/kernel-setup $$k >/dev/null && \
		$(MAKE) --no-print-directory modules KERNEL=$$k || exit; done
	@KERNELS='$(KERNELS)' BASE_COMMIT='$(BASE_COMMIT)' harness/tests/quick $(OUT) $(UNIT)

check: setup-check
	@$(MAKE) --no-print-directory $(PARALLEL) programs $(OUT)/dmatorture-san $(TOOLS) $(GUEST) $(UNIT)
	@for k in $(KERNELS) $(WITNESS); do $(MAKE) --no-print-directory modules KERNEL=$$k || exit; done
	@KERNELS='$(KERNELS)' FULL='$(FULL)' harness/tests/run-all $(UNIT)

# Also runs tests with the tag full, which need these kernels or take long.
.PHONY: check-full
check-full: debug-kernel kasan-kernel
	@$(MAKE) --no-print-directory check FULL=1

lint: $(OUT)/dmatorture
	@DMATORTURE=$(OUT)/dmatorture harness/tests/lint $(OUT) $(KERNELS)

.PHONY: docs-check figures
docs-check: $(OUT)/dmatorture
	@harness/tests/docs-check

figures: setup
	@harness/tests/figures $(FIGURES)

# KIND: M for the DMA mapping API, E for dmaengine.
.PHONY: new-scenario new-violation
new-scenario:
	@harness/new scenario '$(NAME)'

new-violation:
	@harness/new violation '$(NAME)' $(KIND)

lint-changed:
	@harness/tests/lint --changed $(BASE_COMMIT)

layers:
	@harness/tests/layers

soak: setup
	@harness/tests/soak $(OUT) $(KERNEL)

fuzz:
	@harness/tests/fuzz/run $(OUT)

.PHONY: witness-kernel debug-kernel kasan-kernel check-debug
witness-kernel debug-kernel kasan-kernel: %-kernel:
	@harness/setup run
	@harness/kernels/kernel-setup $* >/dev/null

check-debug: setup-check debug-kernel kasan-kernel
	@$(MAKE) --no-print-directory programs $(OUT)/dmatorture-san
	@FULL=1 KERNELS='$(KERNELS)' bats --tap --timing harness/tests/bats/81-witness.bats
	@for k in debug kasan; do $(OUT)/dmatorture run --kernel $$k || exit; done

.PHONY: suite
suite: setup-check debug-kernel kasan-kernel
	@$(MAKE) --no-print-directory programs
	@harness/host/suite $(OUT)/dmatorture results/suite $(SUITE)

.PHONY: check-bisect
check-bisect: setup-check
	@$(MAKE) --no-print-directory programs
	@harness/tests/check-bisect $(OUT)/dmatorture results/check-bisect

# Allocations can fail only on a kernel with failslab; this does not build the debug kernel.
.PHONY: sweep
sweep: setup
	@$(OUT)/dmatorture run --kernel $(KERNEL) --world strict --sweep=map,prep,submit $(RUN)
	@if harness/kernels/kernel-setup --check debug >/dev/null 2>&1; then \
		$(MAKE) --no-print-directory modules KERNEL=debug && \
		$(OUT)/dmatorture run --kernel debug --world strict --sweep=slab,page $(RUN); \
	else echo 'allocations were not made to fail: make debug-kernel'; fi

.PHONY: coverage-table
coverage-table: setup-check programs
	@for k in $(COVERAGE); do harness/kernels/kernel-setup $$k >/dev/null && $(MAKE) --no-print-directory modules KERNEL=$$k || exit; done
	@harness/tests/coverage-table $(OUT) results/coverage.md $(COVERAGE)

.PHONY: bench-observer
bench-observer: setup debug-kernel
	@harness/tests/bench-observer $(OUT) $(KERNELS) debug

.PHONY: bench-kernels
bench-kernels: setup
	@harness/tests/bench-kernels $(OUT) $(BENCH_KERNELS)

# Each finding that has a patch, with the kernel's own code and with the patched.
.PHONY: check-findings
check-findings: setup
	@harness/tests/check-findings $(OUT) $(FINDINGS)

.PHONY: bench-judge
bench-judge: $(OUT)/bench_judge
	@$(OUT)/bench_judge

# A kernel that was never tried: TREE=PATH, or KERNEL=. RUN= is what to run of the suite.
.PHONY: check-next
check-next: setup-run programs
	@harness/tests/check-next $(OUT) $(if $(TREE),tree:$(abspath $(TREE)),$(KERNEL)) debian:6.12 $(RUN)

.PHONY: check-ab
check-ab: setup
	@harness/tests/check-ab $(OUT) $(KERNEL)

.PHONY: bench-harness
bench-harness: setup
	@harness/tests/bench-harness $(OUT) $(KERNEL)
	@echo "by instructions:"; harness/tests/bench-harness $(OUT) $(KERNEL) --icount

.PHONY: fuzz-rules
fuzz-rules: setup
	@$(OUT)/dmatorture fuzz --kernel $(KERNEL) --seed 8 --wrong --count $(or $(COUNT),500) \
		--results $(OUT)/fuzz-rules --rules results/fuzz-rules.md || [ $$? = 1 ]

.PHONY: soak-fuzz
soak-fuzz: setup
	@$(OUT)/dmatorture fuzz --kernel $(KERNEL) --for 1h

.PHONY: soak-quiet
soak-quiet: setup
	@harness/tests/soak-quiet $(OUT) $(KERNEL)

# Other kernels too; rows that were run before stay in the page. JOBS=2: two guests at once.
.PHONY: soak-drivers
soak-drivers: setup
	@harness/tests/soak-drivers $(OUT) $(KERNEL) results/drivers.md

.PHONY: install manual deb
PREFIX    ?= /usr/local
manual: $(OUT)/dmatorture
	@harness/package/manuals $(OUT)/dmatorture $(OUT)/man
	@harness/package/completion $(OUT)/dmatorture bash > $(OUT)/completion.bash
	@harness/package/completion $(OUT)/dmatorture zsh > $(OUT)/completion.zsh

install: programs manual
	@harness/package/install $(OUT) '$(DESTDIR)' '$(PREFIX)'

deb:
	@harness/setup package
	@harness/package/deb $(OUT)/deb

.PHONY: clean
clean:
	rm -rf $(OUT)

-include $(shell find $(OUT) -name '*.d' -not -path '$(OUT)/kmod-*' 2>/dev/null)
