// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a board is and what it lacks, found out before anything is loaded. Only reads. What the
 * harness takes from it is in harness/board/facts.c.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "agent.h"
#include "board.h"

#define MAX_LISTED	32	/* engines, files of pstore */
#define FOUR_GIB	(1ull << 32)
#ifndef CONFIGFS_MAGIC
#define CONFIGFS_MAGIC	0x62656570	/* fs/configfs/mount.c */
#endif

static int quiet_probe;
static unsigned int nr_missing;

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void missing(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *fmt, ...)
{
	va_list ap;

	if (quiet_probe)
		return;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static void missing(const char *fmt, ...)
{
	FILE *out = quiet_probe ? stderr : stdout;
	va_list ap;

	nr_missing++;
	fputs(quiet_probe ? "dmatorture agent: " : "missing=", out);
	va_start(ap, fmt);
	vfprintf(out, fmt, ap);
	va_end(ap);
	fputc('\n', out);
}

/* The first line of a file, "" where it cannot be read. */
static const char *line_of(const char *path)
{
	static char line[4096];

	if (read_line(path, line, sizeof(line)) < 0)
		line[0] = '\0';
	return line;
}

/* ---- modules ---- */

/* Is @word one of the words of @text? */
static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += n)
		if ((at == text || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
			return true;
	return false;
}

/*
 * A module's vermagic has the kernel's release and some words of its configuration; the kernel
 * says them in uname (scripts/mkcompile_h, include/linux/vermagic.h). A kernel with
 * PREEMPT_DYNAMIC counts as preempt.
 */
static void check_vermagic(const char *file, const char *magic, const struct utsname *un)
{
	size_t n = strcspn(magic, " ");
	bool preempt = strstr(un->version, " PREEMPT") && !has_word(un->version, "PREEMPT_RT");

	if (strlen(un->release) != n || strncmp(magic, un->release, n)) {
		missing("%s is for the kernel %.*s, this one is %s: build the modules for it", file,
			(int)n, magic, un->release);
		return;
	}
	if (has_word(magic, "SMP") != has_word(un->version, "SMP"))
		missing("%s is for a kernel %s SMP, this one is %s", file,
			has_word(magic, "SMP") ? "with" : "without", un->version);
	else if (has_word(magic, "preempt_rt") != has_word(un->version, "PREEMPT_RT"))
		missing("%s is for a kernel %s PREEMPT_RT, this one is %s", file,
			has_word(magic, "preempt_rt") ? "with" : "without", un->version);
	else if (has_word(magic, "preempt") != preempt)
		missing("%s is for a kernel %s preemption, this one is %s", file,
			has_word(magic, "preempt") ? "with" : "without", un->version);
}

/* What it depends on is in the package, or loaded: kbuild names nothing that is built in. */
static void check_depends(const char *file, const struct strbuf *image)
{
	static const char key[] = "\0depends=";
	const char *at = memmem(image->s, image->len, key, sizeof(key) - 1);
	char *names = xstrdup(at ? at + sizeof(key) - 1 : ""), *name, *save = NULL;

	for (name = strtok_r(names, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		static const char *const places[][2] = {
			{ "mod/", ".ko" }, { "own/", ".ko" }, { "/sys/module/", "" }
		};
		bool there = false;

		for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
			char path[128];

			snprintf(path, sizeof(path), "%s%s%s", places[i][0], name, places[i][1]);
			there |= !access(path, F_OK);
		}
		if (!there)
			missing("%s needs the module %s, which is not loaded: modprobe %s", file, name,
				name);
	}
	free(names);
}

static void check_module(const char *file, const struct utsname *un)
{
	static const char key[] = "vermagic=";
	struct strbuf image = STRBUF_INIT;
	const char *at;
	int err = strbuf_read_file(&image, file);

	if (err) {
		missing("%s: %s", file, strerror(-err));
		return;
	}
	at = image.len ? memmem(image.s, image.len, key, sizeof(key) - 1) : NULL;
	if (!at) {
		missing("%s is no kernel module", file);
	} else {
		check_vermagic(file, at + sizeof(key) - 1, un);
		check_depends(file, &image);
	}
	strbuf_free(&image);
}

static void check_modules(const struct utsname *un)
{
	struct strbuf list = STRBUF_INIT;
	char *line, *save = NULL;
	unsigned int bad = nr_missing;

	if (strbuf_read_file(&list, BOARD_MODULES) && quiet_probe)
		missing(BOARD_MODULES ": this is no package of dmatorture");
	/* One that does not fit is told: the others do not fit for the same reason. */
	for (line = strtok_r(list.s, "\n", &save); line && bad == nr_missing;
	     line = strtok_r(NULL, "\n", &save)) {
		line[strcspn(line, " ")] = '\0';
		check_module(line, un);
	}
	strbuf_free(&list);
	if (!strcmp(line_of("/proc/sys/kernel/modules_disabled"), "1"))
		missing("kernel.modules_disabled is 1: no module can be loaded until the next boot");
	if (!strcmp(line_of("/sys/module/module/parameters/sig_enforce"), "Y"))
		missing("this kernel takes signed modules only: boot it without module.sig_enforce, or sign those of the package");
	if (strstr(line_of("/sys/kernel/security/lockdown"), "[integrity]") ||
	    strstr(line_of("/sys/kernel/security/lockdown"), "[confidentiality]"))
		missing("this kernel is locked down (lockdown(7)): boot it without Secure Boot or lockdown=");
}

/* ---- the kernel ---- */

/* Is there a function of that name? Names are there without the right to see addresses. */
static bool has_function(const char *kallsyms, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = kallsyms; at && (at = strstr(at, name)); at += n)
		if (at != kallsyms && at[-1] == ' ' && (at[n] == '\n' || at[n] == '\t'))
			return true;
	return false;
}

static void check_kernel(void)
{
	struct strbuf kallsyms = STRBUF_INIT;
	const char *names = strbuf_read_file(&kallsyms, "/proc/kallsyms") ? NULL : kallsyms.s;
	bool btf = !access("/sys/kernel/btf/vmlinux", R_OK);
	struct statfs fs;

	if (!names) {
		say("without=/proc/kallsyms (CONFIG_KALLSYMS): calls have no names, and nothing is observed");
	} else {
		if (!has_function(names, "dma_async_device_register"))
			missing("this kernel has no CONFIG_DMA_ENGINE");
		if (!has_function(names, "bpf_prog_load") && !has_function(names, "__sys_bpf"))
			say("without=CONFIG_BPF_SYSCALL: nothing is observed");
		if (!has_function(names, "register_kprobe"))
			say("without=CONFIG_KPROBES: calls without a tracepoint or fentry are not observed");
		say("kprobes=%s", has_function(names, "register_kprobe") ? "yes" : "no");
		say("direct_calls=%s", has_function(names, "register_ftrace_direct") ? "yes" : "no");
	}
	say("btf=%s", btf ? "yes" : "no");
	if (!btf)
		say("without=/sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF): nothing is observed, so violations are not judged");
	if (statfs("/sys/kernel/config", &fs) || fs.f_type != CONFIGFS_MAGIC)
		missing("configfs is not mounted: modprobe configfs; mount -t configfs none /sys/kernel/config");
	if (statfs("/sys/kernel/debug", &fs) || fs.f_type != DEBUGFS_MAGIC)
		say("without=debugfs: what dma-debug and kmemleak count is not seen (mount -t debugfs none /sys/kernel/debug)");
	strbuf_free(&kallsyms);
}

static bool has_high_memory(void)
{
	struct strbuf sb = STRBUF_INIT;
	char *line, *save = NULL;
	bool high = false;

	strbuf_read_file(&sb, "/proc/iomem");
	for (line = strtok_r(sb.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		unsigned long long end;

		if (strstr(line, "System RAM") && sscanf(line, "%*x-%llx", &end) == 1)
			high |= end >= FOUR_GIB;
	}
	strbuf_free(&sb);
	return high;
}

/* "swiotlb=force", or "swiotlb=33024,force". */
static const char *swiotlb(const char *boot_line)
{
	for (const char *at = boot_line; (at = strstr(at, "swiotlb=")); at += strlen("swiotlb=")) {
		size_t n = strcspn(at, " ");
		char *word = xasprintf("%.*s", (int)n, at);
		bool force = strstr(word, "force") && !strstr(word, "noforce");
		bool off = strstr(word, "noforce");

		free(word);
		if (force)
			return "force";
		if (off)
			return "noforce";
	}
	return "default";
}

/* ---- coherence ---- */

#define TREE	"/proc/device-tree"

static unsigned int nr_coherent;

static int count_coherent(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	nr_coherent += type == FTW_F && !strcmp(path + ftw->base, "dma-coherent");
	return 0;
}

/*
 * x86 is coherent. Elsewhere a device is if firmware says so; of ACPI's devices the kernel tells
 * nobody.
 */
static void say_coherent(const char *machine)
{
	char *tree;

	if (!strcmp(machine, "x86_64")) {
		say("coherent=all devices");
		return;
	}
	tree = realpath(TREE, NULL);
	if (!tree || nftw(tree, count_coherent, 16, FTW_PHYS))
		say("coherent=not known: there is no device tree");
	else
		say("coherent=%u nodes of the device tree", nr_coherent);
	free(tree);
}

/* ---- lists ---- */

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* Calls @fn with each name of a directory, in order, at most MAX_LISTED of them. */
static int each(const char *dir, void (*fn)(const char *name))
{
	struct dirent **names;
	int n = scandir(dir, &names, visible, alphasort);

	for (int i = 0; i < n; i++) {
		if (i < MAX_LISTED && fn)
			fn(names[i]->d_name);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return n < 0 ? 0 : n;
}

static void say_engine(const char *name)
{
	char *link = xasprintf("/sys/class/dma/%s/device", name), device[256];
	ssize_t n = readlink(link, device, sizeof(device) - 1);

	device[n < 0 ? 0 : n] = '\0';
	say("engine=%s %s", name, strrchr(device, '/') ? strrchr(device, '/') + 1 : "?");
	free(link);
}

static void say_pstore(const char *name)
{
	say("pstore=%s", name);
}

static void say_group(const char *name)
{
	char *path = xasprintf("/sys/kernel/iommu_groups/%s/type", name);

	say("iommu_group=%s %s", name, line_of(path));
	free(path);
}

int board_probe(int quiet)
{
	struct sysinfo si;
	struct utsname un;

	quiet_probe = quiet;
	nr_missing = 0;
	uname(&un);
	sysinfo(&si);
	say("boot_id=%s", line_of("/proc/sys/kernel/random/boot_id"));
	say("release=%s", un.release);
	say("machine=%s", un.machine);
	say("version=%s", un.version);
	say("boot_line=%s", line_of("/proc/cmdline"));
	say("panic=%s", line_of("/proc/sys/kernel/panic"));
	say("cpus=%ld", sysconf(_SC_NPROCESSORS_ONLN));
	say("mem_kb=%lu", si.totalram / 1024 * si.mem_unit);
	say("above_4g=%s", has_high_memory() ? "yes" : "no");
	say("swiotlb=%s", swiotlb(line_of("/proc/cmdline")));
	say_coherent(un.machine);
	say("iommus=%d", each("/sys/class/iommu", NULL));
	each("/sys/kernel/iommu_groups", say_group);
	each("/sys/class/dma", say_engine);
	each("/sys/fs/pstore", say_pstore);
	if (geteuid())
		missing("the agent is not root here: modules are loaded and /dev/kmsg is read");
	else
		check_kernel();
	check_modules(&un);
	return nr_missing ? BOARD_CANNOT : BOARD_OK;
}
