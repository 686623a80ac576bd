// SPDX-License-Identifier: GPL-2.0-only
/*
 * What goes to a board: one directory, without a path of this machine in it, as a tar archive.
 *
 *   run.sh          what a board does with it
 *   agent           static
 *   modules.load    a line for each module, in the order in which they are loaded
 *   own/ mod/       our modules; the kernel's that these depend on
 *   plan.bin        the plan, where there is one
 *   job.txt         its observer's word
 */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board.h"
#include "lib/base/command.h"
#include "lib/base/tree.h"
#include "package.h"
#include "vm/modules.h"

static int write_file(const char *dir, const char *name, mode_t mode, const void *data, size_t len,
		      char *why)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "we");
	int err = f ? 0 : -errno;

	if (f && len && fwrite(data, 1, len, f) != len)
		err = -errno;
	if (f && fchmod(fileno(f), mode) && !err)
		err = -errno;
	if (f && fclose(f) && !err)
		err = -errno;
	if (err)
		snprintf(why, 256, "%.200s: %s", path, strerror(-err));
	free(path);
	return err;
}

static int copy_file(const char *dir, const char *name, mode_t mode, const char *from, char *why)
{
	struct strbuf sb = STRBUF_INIT;
	int err = strbuf_read_file(&sb, from);

	if (err)
		snprintf(why, 256, "%.200s: %s", from, strerror(-err));
	else
		err = write_file(dir, name, mode, strbuf_str(&sb), sb.len, why);
	strbuf_free(&sb);
	return err;
}

static int make_dir(const char *dir, const char *name, char *why)
{
	char *path = xasprintf("%s%s%s", dir, *name ? "/" : "", name);
	int err = mkdir(path, 0755) && errno != EEXIST ? -errno : 0;

	if (err)
		snprintf(why, 256, "%.200s: %s", path, strerror(-err));
	free(path);
	return err;
}

#define NR_OWN	5	/* modules of ours, the executor the last */

static const char *const own[NR_OWN + 1] = {
	"softdma", "fslmodel", "dmt_fsldma", "dmt_talitos", "dmatorture", NULL
};

static bool is_wanted(const struct vm_opts *opts, const char *name)
{
	char *path = xasprintf("%s/%s.ko", opts->module_dir, name);
	bool driver = strcmp(name, "softdma") && strcmp(name, "dmatorture");
	bool wanted = !driver || (opts->drivers && !access(path, R_OK));

	free(path);
	return wanted;
}

static int read_own(struct strbuf *out, const struct vm_opts *opts, const char *name, char *why)
{
	char *path = xasprintf("%s/%s.ko", opts->module_dir, name);
	int err = strbuf_read_file(out, path);

	if (err)
		snprintf(why, 256, "%.200s: %s", path, strerror(-err));
	free(path);
	return err;
}

/* Writes the kernel's modules @from.. of @m; their lines go to @load, if that is not NULL. */
static int write_kernels(const char *dir, const struct modules *m, size_t from, struct strbuf *load,
			 char *why)
{
	int err = 0;

	for (size_t i = from; !err && i < m->nr; i++) {
		char *name = xasprintf("mod/%s.ko", m->v[i].name);

		err = write_file(dir, name, 0644, strbuf_str(&m->v[i].image),
				 m->v[i].image.len, why);
		if (load)
			strbuf_addf(load, "%s\n", name);
		free(name);
	}
	return err;
}

/*
 * A kernel of which there are only headers has modules nowhere: then those that ours depend on are
 * the board's, and its agent says which of them is not loaded.
 */
static int add_depends(struct modules *m, const struct strbuf *image, char *why)
{
	return m->files.len ? modules_add_depends(m, image, why) : 0;
}

/* The module that some cells load by themselves, with what it depends on. */
static int write_cpu_xor(const char *dir, const struct vm_opts *opts, struct modules *m, char *why)
{
	struct strbuf image = STRBUF_INIT;
	size_t before = m->nr;
	int err = read_own(&image, opts, "dmtcpu", why);

	if (!err)
		err = add_depends(m, &image, why);
	if (!err)
		err = write_kernels(dir, m, before, NULL, why);
	if (!err)
		err = write_file(dir, "mod/dmtcpu.ko", 0644, strbuf_str(&image), image.len, why);
	strbuf_free(&image);
	return err;
}

static int write_modules(const char *dir, const struct vm_opts *opts, char *why)
{
	struct strbuf images[NR_OWN] = { STRBUF_INIT }, load = STRBUF_INIT;
	struct modules m;
	int err = modules_open(&m, opts->kernel_dir, why);

	m.own = own;
	for (size_t i = 0; !err && i < NR_OWN; i++) {
		if (!is_wanted(opts, own[i]))
			continue;
		err = read_own(&images[i], opts, own[i], why);
		if (!err)
			err = add_depends(&m, &images[i], why);
	}
	if (!err)
		err = write_kernels(dir, &m, 0, &load, why);
	for (size_t i = 0; !err && i < NR_OWN; i++) {
		char *name = xasprintf("own/%s.ko", own[i]);

		if (images[i].len) {
			err = write_file(dir, name, 0644, strbuf_str(&images[i]), images[i].len,
					 why);
			strbuf_addf(&load, "%s%s\n", name,
				    i == NR_OWN - 1 && opts->crash ? " crash=1" : "");
		}
		free(name);
	}
	if (!err && opts->cpu_xor)
		err = write_cpu_xor(dir, opts, &m, why);
	if (!err)
		err = write_file(dir, "modules.load", 0644, strbuf_str(&load), load.len, why);
	for (size_t i = 0; i < NR_OWN; i++)
		strbuf_free(&images[i]);
	strbuf_free(&load);
	modules_close(&m);
	return err;
}

int package_write(const char *dir, const struct vm_opts *opts, char *why)
{
	static const char *const dirs[] = { "", "own", "mod" };
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(dirs) / sizeof(dirs[0]); i++)
		err = make_dir(dir, dirs[i], why);
	if (!err)
		err = copy_file(dir, "run.sh", 0755, tree_path("harness/board/run.sh"), why);
	if (!err)
		err = copy_file(dir, "agent", 0755, opts->agent, why);
	if (!err)
		err = write_modules(dir, opts, why);
	return err;
}

int package_write_plan(const char *dir, const struct vm_opts *opts, const void *plan,
		       size_t plan_len, char *why)
{
	struct strbuf job = STRBUF_INIT;
	int err = write_file(dir, "plan.bin", 0644, plan, plan_len, why);

	strbuf_addf(&job, "seed %llu\n", (unsigned long long)opts->seed);
	if (opts->observer)
		strbuf_addf(&job, "observer %s\n", opts->observer);
	if (!err)
		err = write_file(dir, "job.txt", 0644, job.s, job.len, why);
	strbuf_free(&job);
	return err;
}

int package_tar(struct strbuf *tar, const char *dir, const char *top, char *why)
{
	char *rename = xasprintf("--transform=s,^\\.,%s,", top ? top : ".");
	/* Nothing of this machine: neither times nor owners, and names in one order. */
	char *argv[] = {
		"tar", "--create", top ? "--gzip" : "--no-auto-compress", "--format=ustar", "--sort=name", "--mtime=@0", "--owner=0",
		"--group=0", "--numeric-owner", "--mode=u+rwX,go=", rename, "--directory",
		(char *)dir, ".", NULL
	};
	int code = command_output(argv, tar);

	free(rename);
	if (!code)
		return 0;
	snprintf(why, 256, "tar of %.150s: %s", dir, code < 0 ? strerror(-code) : "it failed");
	return code < 0 ? code : -EIO;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void package_remove(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int package_build(struct strbuf *tar, const struct vm_opts *opts, const void *plan, size_t plan_len,
		  char *why)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = opts->dir ? xasprintf("%s/package.XXXXXX", opts->dir) :
		    xasprintf("%s/dmatorture-package.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	int err = mkdtemp(dir) ? 0 : -errno;

	if (err) {
		snprintf(why, 256, "%.200s: %s", dir, strerror(-err));
		free(dir);
		return err;
	}
	err = package_write(dir, opts, why);
	if (!err && plan)
		err = package_write_plan(dir, opts, plan, plan_len, why);
	if (!err)
		err = package_tar(tar, dir, NULL, why);
	package_remove(dir);
	free(dir);
	return err;
}
