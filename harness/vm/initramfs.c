// SPDX-License-Identifier: GPL-2.0-only
/*
 * The initramfs: agent and modules. Written as newc cpio by hand because it
 * must be the same bytes on any machine: no times, no owners, no inode numbers
 * of a file system.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

struct cpio {
	struct strbuf *out;
	unsigned int ino;
};

static void pad(struct strbuf *out)
{
	while (out->len % 4)
		strbuf_addc(out, 0);
}

static void add_entry(struct cpio *c, const char *name, unsigned int mode,
		      const void *data, size_t len, unsigned int major, unsigned int minor)
{
	size_t n = strlen(name) + 1;

	strbuf_addf(c->out, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		    ++c->ino, mode, 0, 0, 1, 0, (unsigned int)len, 0, 0, major, minor,
		    (unsigned int)n, 0);
	strbuf_add(c->out, name, n);
	pad(c->out);
	strbuf_add(c->out, data, len);
	pad(c->out);
}

static void add_file(struct cpio *c, const char *name, unsigned int perm,
		     const void *data, size_t len)
{
	add_entry(c, name, 0100000 | perm, data, len, 0, 0);
}

static int add_host_file(struct cpio *c, const char *path, const char *name,
			 unsigned int perm, char *why)
{
	struct strbuf sb = STRBUF_INIT;
	int err = strbuf_read_file(&sb, path);

	if (err)
		snprintf(why, 256, "%s: %s", path, strerror(-err));
	else
		add_file(c, name, perm, strbuf_str(&sb), sb.len);
	strbuf_free(&sb);
	return err;
}

static void add_module(struct cpio *c, struct strbuf *load, const char *name,
		       const struct strbuf *image, const char *params)
{
	char *path = xasprintf("mod/%s.ko", name);

	add_file(c, path, 0644, strbuf_str(image), image->len);
	strbuf_addf(load, "/%s%s\n", path, params);
	free(path);
}

/* Notes a module that was asked for and is built in, or came with another one. */
static void add_builtin(struct cpio *c, const char *name)
{
	char *path = xasprintf("mod/%s.builtin", name);

	add_file(c, path, 0644, "", 0);
	free(path);
}

static int read_own(struct strbuf *out, const struct vm_opts *opts, const char *name, char *why)
{
	char *path = xasprintf("%s/%s.ko", opts->module_dir, name);
	int err = strbuf_read_file(out, path);

	if (err)
		snprintf(why, 256, "%s: %s", path, strerror(-err));
	free(path);
	return err;
}

#define NR_OWN	6	/* modules of ours, dmatorture the last */

/* Is the module for this guest? */
static bool is_wanted(const struct vm_opts *opts, const char *own)
{
	if (!strcmp(own, "edudma"))
		return world_has_masters(opts->world);
	return opts->drivers || !strcmp(own, "softdma") || !strcmp(own, "dmatorture");
}

static bool is_driver(const char *own)
{
	return strcmp(own, "softdma") && strcmp(own, "dmatorture") && strcmp(own, "edudma");
}

/* Was the module built? A tree may lack a driver; the guest refuses engines that need it. */
static bool was_built(const struct vm_opts *opts, const char *name)
{
	char *path = xasprintf("%s/%s.ko", opts->module_dir, name);
	bool there = !access(path, R_OK);

	free(path);
	return there;
}

static int add_modules(struct cpio *c, const struct vm_opts *opts, struct strbuf *load,
		       struct strbuf *late, char *why)
{
	const struct machine_iommu *iommu = machine_iommu(vm_machine(opts), opts->world);
	/* the IOMMU, before what is behind it; the channel's devices; what tells QEMU of a panic */
	const char *const wanted[] = {
		iommu ? iommu->module : NULL, "virtio_pci", "virtio_console",
		vm_machine(opts)->panic_module
	};
	static const char *const own[NR_OWN + 1] = {
		"softdma", "fslmodel", "dmt_fsldma", "dmt_talitos", "edudma", "dmatorture", NULL
	};
	struct strbuf images[NR_OWN] = { STRBUF_INIT }, cpu = STRBUF_INIT;
	struct modules m;
	size_t early;
	int err = modules_open(&m, opts->kernel_dir, why);

	m.own = own;

	for (size_t i = 0; !err && i < 4; i++)
		if (wanted[i])
			err = modules_add(&m, wanted[i], why);
	for (size_t i = 0; !err && i < NR_OWN; i++) {
		if (!is_wanted(opts, own[i]) || (is_driver(own[i]) && !was_built(opts, own[i])))
			continue;
		err = read_own(&images[i], opts, own[i], why);
		if (!err)
			err = modules_add_depends(&m, &images[i], why);
	}
	early = m.nr;
	for (const char *const *name = opts->modules; !err && name && *name; name++) {
		size_t before = m.nr;

		err = modules_add(&m, *name, why);
		if (err == -ENOENT) {	/* in the guest, what needs it will report it */
			err = 0;
			continue;
		}
		if (!err && m.nr == before)
			add_builtin(c, *name);
	}
	if (!err && opts->cpu_xor)
		err = read_own(&cpu, opts, "dmtcpu", why);
	if (!err && opts->cpu_xor)
		err = modules_add_depends(&m, &cpu, why);
	for (size_t i = 0; !err && i < m.nr; i++)
		add_module(c, i < early ? load : late, m.v[i].name, &m.v[i].image, "");
	for (size_t i = 0; !err && i < NR_OWN; i++)
		if (images[i].len)
			add_module(c, load, own[i], &images[i],
				   i == NR_OWN - 1 && opts->crash ? " crash=1" : "");
	if (!err && cpu.len)
		add_module(c, late, "dmtcpu", &cpu, "");
	strbuf_free(&cpu);
	for (size_t i = 0; i < NR_OWN; i++)
		strbuf_free(&images[i]);
	modules_close(&m);
	return err;
}

static int add_extra_files(struct cpio *c, const struct vm_opts *opts, char *why)
{
	for (const char *const *f = opts->files; f && *f; f++) {
		char *host = xstrdup(*f), *name = strrchr(host, ':');
		int err;

		if (!name) {
			snprintf(why, 256, "'%s' is not HOST:NAME", *f);
			free(host);
			return -EINVAL;
		}
		*name++ = '\0';
		err = add_host_file(c, host, name, 0755, why);
		free(host);
		if (err)
			return err;
	}
	return 0;
}

/*
 * Files that make no guest of their own: they come when the agent goes on, so that all such guests
 * share an image. Not with modules: those guests differ anyway, and have many megabytes of tools,
 * which fw_cfg hands over byte by byte. Nor where the machine is not stopped.
 */
static bool files_follow(const struct vm_opts *opts)
{
	return vm_pauses(opts) && !(opts->modules && *opts->modules);
}

int vm_files(struct strbuf *out, const struct vm_opts *opts, char *why)
{
	struct cpio c = { .out = out };
	int err = files_follow(opts) ? add_extra_files(&c, opts, why) : 0;

	add_entry(&c, "TRAILER!!!", 0, "", 0, 0, 0);
	return err;
}

int initramfs_build(struct strbuf *out, const struct vm_opts *opts, char *why)
{
	static const char *const dirs[] = { "dev", "proc", "sys", "mod", "tmp" };
	struct strbuf load = STRBUF_INIT, late = STRBUF_INIT;
	struct cpio c = { .out = out };
	int err;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		add_entry(&c, dirs[i], 0040755, "", 0, 0, 0);
	/* Standard input and output before devtmpfs is mounted. */
	add_entry(&c, "dev/console", 0020600, "", 0, 5, 1);
	err = add_host_file(&c, opts->agent, "init", 0755, why);
	if (!err)
		err = add_modules(&c, opts, &load, &late, why);
	if (!err && !files_follow(opts))
		err = add_extra_files(&c, opts, why);
	if (!err) {
		add_file(&c, "modules.load", 0644, strbuf_str(&load), load.len);
		if (late.len)
			add_file(&c, "modules.late", 0644, late.s, late.len);
		add_entry(&c, "TRAILER!!!", 0, "", 0, 0, 0);
	}
	strbuf_free(&load);
	strbuf_free(&late);
	return err;
}
