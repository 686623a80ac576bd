// SPDX-License-Identifier: GPL-2.0-only
/* QEMU's command line. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "internal.h"

#define MEMORY_MB	512
#define MEMORY_MORE_MB	1536	/* with disks in memory */
/* bounce32 needs memory above 4 GiB: that beyond 3 GiB is there in QEMU's pc and its virt. */
#define MEMORY_HIGH_MB	5120
/* So much of it lies below the hole for devices in QEMU's pc, if there is more than that. */
#define BELOW_HOLE	(3ull << 30)

#define MAX_ARGS 160

struct args {
	char *v[MAX_ARGS];
	int nr;
};

static void add(struct args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void add(struct args *a, const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	if (a->nr == MAX_ARGS - 1)
		abort();
	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	a->v[a->nr++] = strbuf_detach(&sb);
}

/* In QEMU's options a comma ends a value, and two commas stand for one. */
static char *escape(const char *path)
{
	struct strbuf sb = STRBUF_INIT;

	for (; *path; path++) {
		if (*path == ',')
			strbuf_addc(&sb, ',');
		strbuf_addc(&sb, *path);
	}
	return strbuf_detach(&sb);
}

const char *vm_accel(const struct vm_opts *opts)
{
	return !opts->free_running ? "tcg-icount" : opts->kvm ? "kvm" : "tcg";
}

const struct machine *vm_machine(const struct vm_opts *opts)
{
	return opts->machine ? opts->machine : machine_default();
}

static unsigned int memory_mb(const struct vm_opts *opts)
{
	return opts->world == WORLD_BOUNCE32 ? MEMORY_HIGH_MB :
	       opts->modules && *opts->modules ? MEMORY_MORE_MB :
						 MEMORY_MB;
}

/*
 * An image's memory is a file. Who restores maps it privately: what a guest writes is its
 * own, the rest is there once for all of them.
 */
static void add_memory(struct args *a, const struct vm_opts *opts, const struct qemu_how *how)
{
	char *path;

	add(a, "-m");
	add(a, "%u", memory_mb(opts));
	if (!how->memory)
		return;
	path = escape(how->memory);
	add(a, "-object");
	add(a, "memory-backend-file,id=ram,size=%uM,mem-path=%s,share=%s,reserve=off", memory_mb(opts),
	    path, how->role == QEMU_SAVE ? "on" : "off");
	add(a, "-machine");
	add(a, "memory-backend=ram");
	free(path);
}

static void add_machine(struct args *a, const struct vm_opts *opts)
{
	const struct machine *m = vm_machine(opts);
	const struct machine_iommu *iommu = machine_iommu(m, opts->world);
	const char *type = iommu ? iommu->type : m->type;

	if (type) {
		add(a, "-M");
		add(a, "%s", type);
	}
	if (opts->free_running && opts->kvm) {
		add(a, "-accel");
		add(a, "kvm");
		add(a, "-cpu");
		add(a, "host");
	} else {
		add(a, "-accel");
		add(a, opts->free_running ? "tcg" : "tcg,thread=single");
		add(a, "-cpu");
		add(a, "%s", m->cpu);
	}
	if (!opts->free_running) {
		/* All of these, or runs differ: the reference's kernel-notes. */
		add(a, "-icount");
		add(a, "shift=3,sleep=off");
		add(a, "-rtc");
		add(a, "base=2024-01-01,clock=vm");
	}
	/* Always the same, as a guest boots before it has a seed. The agent gets the seed later. */
	add(a, "-seed");
	add(a, "1");
	add(a, "-smp");
	add(a, "%u", opts->smp);
}

static void add_channels(struct args *a, const struct vm_opts *opts)
{
	char *dir = escape(opts->dir);

	/* Files never make the guest wait for the host, which would change its timing. */
	add(a, "-chardev");
	add(a, "file,append=on,id=console,path=%s/console.log", dir);
	add(a, "-serial");
	add(a, "chardev:console");
	add(a, "-device");
	add(a, "virtio-serial-pci,ioeventfd=off");
	add(a, "-chardev");
	add(a, "file,append=on,id=channel,path=%s/channel.bin", dir);
	add(a, "-device");
	add(a, "virtserialport,chardev=channel,name=dmatorture.0");
	free(dir);
}

/*
 * Bus masters, which lib/language/compile_pick.c knows of: four with a mapping domain each, and
 * two behind one bridge. An IOMMU cannot tell those apart, so the kernel gives them one domain.
 * Their places are named, as devices are called by them.
 */
static void add_masters(struct args *a, const struct vm_opts *opts)
{
	if (!machine_iommu(vm_machine(opts), opts->world))
		return;
	for (int i = 0; i < 4; i++) {
		add(a, "-device");
		add(a, "edu,addr=%#x", 0x10 + i);
	}
	add(a, "-device");
	add(a, "pcie-pci-bridge,id=pair,addr=0x18");
	for (int i = 0; i < 2; i++) {
		add(a, "-device");
		add(a, "edu,bus=pair,addr=%#x", 1 + i);
	}
}

/* Before all devices: those that came earlier would reach memory without it. */
static void add_iommu(struct args *a, const struct vm_opts *opts)
{
	const struct machine_iommu *iommu = machine_iommu(vm_machine(opts), opts->world);

	if (!iommu || !iommu->device)
		return;
	add(a, "-device");
	add(a, "%s", iommu->device);
}

static void add_disk(struct args *a, const struct vm_opts *opts)
{
	char *dir = escape(opts->dir);

	add(a, "-drive");
	add(a, "if=none,id=disk,file=%s/" VM_DISK ",format=raw,cache=unsafe", dir);
	add(a, "-device");
	add(a, "virtio-blk-pci,drive=disk");
	free(dir);
}

/*
 * What the agent reads when it goes on. The firmware sees names and number of these files at
 * boot, and takes its time for each: always the same ones.
 */
static void add_job(struct args *a, const struct vm_opts *opts, const struct qemu_how *how)
{
	static const char *const files[][2] = {
		{ "plan", "plan.bin" }, { "job", VM_JOB }, { "files", VM_FILES },
	};
	char *dir = escape(opts->dir);

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		add(a, "-fw_cfg");
		if (how->role == QEMU_SAVE)
			add(a, "name=opt/dmatorture/%s,string=none", files[i][0]);
		else
			add(a, "name=opt/dmatorture/%s,file=%s/%s", files[i][0], dir, files[i][1]);
	}
	free(dir);
}

static void add_control(struct args *a, const struct qemu_how *how)
{
	add(a, "-chardev");
	add(a, "socket,id=qmp,fd=%d", how->qmp);
	add(a, "-mon");
	add(a, "chardev=qmp,mode=control");
	if (how->role == QEMU_RESTORE) {
		add(a, "-S");
		add(a, "-incoming");
		add(a, "defer");
	}
}

/* See harness/kernels/unpack-image. A vmlinux of another vmlinuz has another time. */
static const char *kernel_of(const struct vm_opts *opts)
{
	char *packed = xasprintf("%s/vmlinuz", opts->kernel_dir);
	char *unpacked = xasprintf("%s/vmlinux", opts->kernel_dir);
	struct stat a, b;
	bool same = !stat(packed, &a) && !stat(unpacked, &b) &&
		    a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;

	free(packed);
	free(unpacked);
	return same ? "vmlinux" : "vmlinuz";
}

/* An image is made without it: so there is one for guests with it and without. */
static void add_plugin(struct args *a, const struct vm_opts *opts, const struct qemu_how *how)
{
	const char *path = how->role == QEMU_SAVE ? NULL : vm_plugin(opts);
	uint64_t bytes = (uint64_t)memory_mb(opts) << 20;

	if (!path)
		return;
	add(a, "-plugin");
	add(a, "%s,ram=%llu,low=%llu", path, (unsigned long long)bytes,
	    (unsigned long long)(bytes > BELOW_HOLE ? BELOW_HOLE : bytes));
}

static void add_boot(struct args *a, const struct vm_opts *opts, const struct qemu_how *how)
{
	const struct machine *m = vm_machine(opts);
	const struct machine_iommu *iommu = machine_iommu(m, opts->world);
	const char *iommu_words = iommu && iommu->boot ? iommu->boot : "";

	add(a, "-kernel");
	add(a, "%s/%s", opts->kernel_dir, kernel_of(opts));
	if (how->role != QEMU_RESTORE) {	/* long since unpacked */
		add(a, "-initrd");
		add(a, "%s/initrd.img", opts->dir);
	}
	add(a, "-append");
	/*
	 * The console shows warnings and worse. Oopses and hangs panic, and a panic ends the
	 * guest at once (pvpanic tells QEMU, or it is the reset that ends it).
	 */
	add(a, "console=%s loglevel=5 maxcpus=1 panic=-1 oops=panic softlockup_panic=1 "
	    "watchdog_thresh=5 hung_task_panic=1%s%s%s%s%s%s%s%s%s%s", m->console,
	    /*
	     * When all processors sleep, another thread of QEMU advances the clock, and which
	     * processor then goes first depends on the host.
	     */
	    opts->smp > 1 && !opts->free_running ? " idle=poll" : "",
	    opts->world == WORLD_BOUNCE ? " " : "", opts->world == WORLD_BOUNCE ? m->bounce : "",
	    *iommu_words ? " " : "", iommu_words,
	    opts->observer ? " dmatorture_observer=" : "", opts->observer ? opts->observer : "",
	    opts->append ? " " : "", opts->append ? opts->append : "",
	    vm_pauses(opts) ? "" : " dmatorture_no_pause=1");
}

char **qemu_argv(const struct vm_opts *opts, const struct qemu_how *how)
{
	const struct machine *m = vm_machine(opts);
	struct args *a = xcalloc(1, sizeof(*a));

	add(a, "%s", m->qemu);
	add_machine(a, opts);
	add_memory(a, opts, how);
	add(a, "-nodefaults");
	add(a, "-no-user-config");
	add(a, "-no-reboot");
	add(a, "-display");
	add(a, "none");
	add(a, "-nic");
	add(a, "none");
	add_iommu(a, opts);
	if (m->panic) {
		add(a, "-device");
		add(a, "%s", m->panic);
	}
	add(a, "-action");
	/* So that what the observer saw last can still be read. */
	add(a, "panic=pause");
	/* The agent's: it stops the machine when it is booted. */
	if (m->watchdog) {
		add(a, "-device");
		add(a, "%s", m->watchdog);
	}
	add(a, "-action");
	add(a, "watchdog=pause");
	add_plugin(a, opts, how);
	add_control(a, how);
	add_job(a, opts, how);
	add_channels(a, opts);
	add_boot(a, opts, how);
	if (opts->disk)
		add_disk(a, opts);
	add_masters(a, opts);
	for (const char *const *d = opts->devices; d && *d; d++)
		add(a, "%s", *d);
	return a->v;
}

void qemu_argv_free(char **argv)
{
	for (int i = 0; argv[i]; i++)
		free(argv[i]);
	free(argv);	/* the first member of struct args */
}
