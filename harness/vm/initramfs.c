// SPDX-License-Identifier: GPL-2.0-only
/*
 * The initramfs: agent, modules, plan. Written as newc cpio by hand because it
 * must be the same bytes on any machine: no times, no owners, no inode numbers
 * of a file system.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

/*
 * What a guest may need of the kernel's own modules, dependencies first; those
 * that are built in have no file.
 */
static const char *const kernel_modules[] = {
	"kernel/drivers/virtio/virtio_ring",
	"kernel/drivers/virtio/virtio",
	"kernel/drivers/virtio/virtio_pci_modern_dev",
	"kernel/drivers/virtio/virtio_pci_legacy_dev",
	"kernel/drivers/virtio/virtio_pci",
	"kernel/drivers/char/virtio_console",
	"kernel/drivers/misc/pvpanic/pvpanic",
	"kernel/drivers/misc/pvpanic/pvpanic-pci",
	"kernel/fs/configfs/configfs",
};

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

/* The output of `xz -dc PATH`: no library for the one compression Debian uses. */
static int read_xz(struct strbuf *out, const char *path)
{
	char buf[65536];
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	if (pipe(fds))
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execlp("xz", "xz", "-dc", path, NULL);
		_exit(127);
	}
	close(fds[1]);
	while ((n = read(fds[0], buf, sizeof(buf))) > 0)
		strbuf_add(out, buf, n);
	close(fds[0]);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status))
		return -EIO;
	return 0;
}

/* 1 when the kernel has that module, 0 when it is built in. */
static int read_module(struct strbuf *out, const char *kernel_dir, const char *name)
{
	char *plain = xasprintf("%s/modules/%s.ko", kernel_dir, name);
	char *xz = xasprintf("%s.xz", plain);
	int err = 0;

	if (!access(plain, R_OK))
		err = strbuf_read_file(out, plain);
	else if (!access(xz, R_OK))
		err = read_xz(out, xz);
	else
		err = -ENOENT;
	free(plain);
	free(xz);
	return err == -ENOENT ? 0 : err ? err : 1;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int add_kernel_modules(struct cpio *c, const struct vm_opts *opts,
			      struct strbuf *load, char *why)
{
	for (size_t i = 0; i < sizeof(kernel_modules) / sizeof(kernel_modules[0]); i++) {
		const char *name = base_name(kernel_modules[i]);
		struct strbuf ko = STRBUF_INIT;
		char *path = xasprintf("mod/%s.ko", name);
		int ret = read_module(&ko, opts->kernel_dir, kernel_modules[i]);

		if (ret > 0) {
			add_file(c, path, 0644, strbuf_str(&ko), ko.len);
			strbuf_addf(load, "/%s\n", path);
		}
		free(path);
		strbuf_free(&ko);
		if (ret < 0) {
			snprintf(why, 256, "module %s: %s", name, strerror(-ret));
			return ret;
		}
	}
	return 0;
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

static int add_own_modules(struct cpio *c, const struct vm_opts *opts,
			   struct strbuf *load, char *why)
{
	static const char *const own[] = { "softdma", "dmatorture" };

	for (size_t i = 0; i < 2; i++) {
		char *path = xasprintf("%s/%s.ko", opts->module_dir, own[i]);
		char *name = xasprintf("mod/%s.ko", own[i]);
		int err = add_host_file(c, path, name, 0644, why);

		strbuf_addf(load, "/%s%s\n", name,
			    i == 1 && opts->crash ? " crash=1" : "");
		free(path);
		free(name);
		if (err)
			return err;
	}
	return 0;
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

int initramfs_build(struct strbuf *out, const struct vm_opts *opts, const void *plan,
		    size_t plan_len, char *why)
{
	static const char *const dirs[] = { "dev", "proc", "sys", "mod", "tmp" };
	struct strbuf load = STRBUF_INIT;
	struct cpio c = { .out = out };
	int err;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		add_entry(&c, dirs[i], 0040755, "", 0, 0, 0);
	/* Standard input and output before devtmpfs is mounted. */
	add_entry(&c, "dev/console", 0020600, "", 0, 5, 1);
	err = add_host_file(&c, opts->agent, "init", 0755, why);
	if (!err)
		err = add_kernel_modules(&c, opts, &load, why);
	if (!err)
		err = add_own_modules(&c, opts, &load, why);
	if (!err)
		err = add_extra_files(&c, opts, why);
	if (!err) {
		add_file(&c, "modules.load", 0644, strbuf_str(&load), load.len);
		if (opts->exec)
			add_file(&c, "exec", 0644, opts->exec, strlen(opts->exec));
		add_file(&c, "plan", 0644, plan, plan_len);
		add_entry(&c, "TRAILER!!!", 0, "", 0, 0, 0);
	}
	strbuf_free(&load);
	return err;
}
