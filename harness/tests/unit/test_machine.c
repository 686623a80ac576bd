// SPDX-License-Identifier: GPL-2.0-only
/* Tests the table of machines (lib/program/machine.c) and what it makes of QEMU's command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/program/machine.h"
#include "vm/internal.h"

static void is_of(const char *kernel, const char *machine, const char *rest)
{
	const char *got = NULL;
	const struct machine *m = machine_of_kernel(kernel, &got);

	if (!machine) {
		assert_null(m);
		return;
	}
	assert_non_null(m);
	assert_string_equal(m->name, machine);
	assert_string_equal(got, rest);
}

/* Catches: a tree's path taken for an architecture, and an unknown one taken for x86-64. */
static void names_a_kernel(void **state)
{
	(void)state;
	is_of("debian:6.12", "x86_64", "debian:6.12");
	is_of("arm64/debian:6.12", "arm64", "debian:6.12");
	is_of("x86_64/debug", "x86_64", "debug");
	is_of("tree:/a/linux,debug", "x86_64", "tree:/a/linux,debug");
	is_of("arm64/image:/a/Image,/b", "arm64", "image:/a/Image,/b");
	is_of("sparc/debian:6.12", NULL, NULL);
	is_of("arm64arm64arm64arm64arm64arm64arm64/debian:6.12", NULL, NULL);
	is_of("/debian:6.12", NULL, NULL);
}

/* Catches: a row that lacks what a guest cannot be started without, or two of one name. */
static void rows_are_whole(void **state)
{
	const struct machine *m;
	size_t n = 0;

	(void)state;
	assert_ptr_equal(machine_at(0), machine_default());
	for (; (m = machine_at(n)); n++) {
		assert_ptr_equal(machine_find(m->name), m);
		assert_non_null(m->qemu);
		assert_non_null(m->cpu);
		assert_non_null(m->console);
		assert_non_null(m->uname);
		assert_non_null(strstr(m->bounce, "swiotlb="));
		assert_non_null(strstr(machine_names(), m->name));
		assert_int_equal(!m->panic, !m->panic_module);
		assert_true(!m->watchdog || m->idle_text || (m->idle_pc && m->idle_insn));
		assert_true(m->word_bytes == 4 || m->word_bytes == 8);
	}
	assert_true(n >= 2);
	assert_null(machine_at(n));
	assert_null(machine_find("x86"));
}

static char *command_line(const char *machine, enum world world)
{
	const struct vm_opts opts = {
		.machine = machine ? machine_find(machine) : NULL, .kernel_dir = "/kernel", .dir = "/d",
		.smp = 1, .world = world,
	};
	const struct qemu_how how = { .role = QEMU_BOOT, .qmp = 3 };
	char **argv = qemu_argv(&opts, &how);
	struct strbuf sb = STRBUF_INIT;

	for (int i = 0; argv[i]; i++)
		strbuf_addf(&sb, "%s ", argv[i]);
	qemu_argv_free(argv);
	return strbuf_detach(&sb);
}

static void has(const char *line, const char *word)
{
	if (!strstr(line, word))
		fail_msg("no '%s' in %s", word, line);
}

static void has_not(const char *line, const char *word)
{
	if (strstr(line, word))
		fail_msg("'%s' in %s", word, line);
}

/* Catches: another QEMU, console or device than the row says, or a default that is not x86-64. */
static void starts(void **state)
{
	char *x86 = command_line(NULL, WORLD_COHERENT), *arm = command_line("arm64", WORLD_COHERENT);

	(void)state;
	has(x86, "qemu-system-x86_64 -accel tcg,thread=single -cpu qemu64 ");
	has(x86, "console=ttyS0 ");
	has(x86, "-device pvpanic-pci ");
	has(x86, "-device ib700 ");
	has(arm, "qemu-system-aarch64 -M virt ");
	has(arm, "-cpu cortex-a57 ");
	has(arm, "console=ttyAMA0 ");
	has_not(arm, "pvpanic");
	has(arm, "-device i6300esb ");
	has_not(arm, "ib700");
	has_not(arm, "swiotlb");
	free(x86);
	free(arm);
}

/*
 * Catches: a bounce world in which arm64 makes the swiotlb 512 KiB, as it does unless the boot line
 * names another number of slots than the default.
 */
static void bounces(void **state)
{
	char *x86 = command_line("x86_64", WORLD_BOUNCE), *arm = command_line("arm64", WORLD_BOUNCE);
	unsigned int slots = 0;

	(void)state;
	has(x86, " swiotlb=force");
	assert_int_equal(sscanf(strstr(arm, "swiotlb="), "swiotlb=%u,force", &slots), 1);
	assert_true(slots > 32768);
	assert_int_equal(slots % 128, 0);
	free(x86);
	free(arm);
}

/*
 * Catches: an IOMMU that comes after a device, which then reaches memory without it; one that is
 * lazy where strict was asked for; bus masters in worlds that have none.
 */
static void masters(void **state)
{
	char *strict = command_line("x86_64", WORLD_IOMMU);
	char *lazy = command_line("x86_64", WORLD_IOMMU_LAZY);
	char *virtio = command_line("x86_64", WORLD_IOMMU_VIRTIO);
	char *none = command_line("x86_64", WORLD_STRICT);
	const char *iommu = strstr(strict, "-device intel-iommu "), *edu = strict;
	unsigned int nr = 0;

	(void)state;
	assert_ptr_equal(iommu, strstr(strict, "-device "));
	while ((edu = strstr(edu + 1, "-device edu,")))
		nr++;
	assert_int_equal(nr, 6);
	has(strict, "-M q35 ");
	has(strict, " intel_iommu=on iommu.strict=1");
	has(lazy, " intel_iommu=on iommu.strict=0");
	has(virtio, "-device virtio-iommu-pci ");
	has_not(virtio, "iommu.strict");
	has_not(none, "edu");
	has_not(none, "iommu");
	assert_null(machine_iommu(machine_default(), WORLD_BOUNCE));
	free(strict);
	free(lazy);
	free(virtio);
	free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_a_kernel),
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(starts),
		cmocka_unit_test(bounces),
		cmocka_unit_test(masters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
