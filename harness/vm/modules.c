// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modules of a kernel and what they depend on. A package that was unpacked but
 * not installed has no modules.dep; it has modules.order (what is a file),
 * modules.builtin (what is not), and each file says in .modinfo what it needs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "lib/base/command.h"

/* Debian uses only xz: the program is called, which saves a library. */
static int read_xz(struct strbuf *out, const char *path)
{
	char *argv[] = { (char *)"xz", (char *)"-dc", (char *)path, NULL };
	int err = command_output(argv, out);

	return err > 0 ? -EIO : err;
}

/* Compares module names, in which '-' and '_' are the same. */
static bool same_name(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (a[i] != b[i] && !(strchr("-_", a[i]) && strchr("-_", b[i])))
			return false;
	return true;
}

/* The line ".../NAME.ko" of a list of paths, or NULL; the caller frees it. */
static char *find_path(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = list, *eol; *line; line = eol + (*eol == '\n')) {
		eol = strchrnul(line, '\n');
		if ((size_t)(eol - line) > len + 4 && !memcmp(eol - 3, ".ko", 3) &&
		    eol[-4 - (long)len] == '/' && same_name(eol - 3 - len, name, len))
			return xasprintf("%.*s", (int)(eol - line), line);
	}
	return NULL;
}

static int read_list(struct strbuf *out, const char *kernel_dir, const char *name, char *why)
{
	char *path = xasprintf("%s/modules/%s", kernel_dir, name);
	int err = strbuf_read_file(out, path);

	if (err)
		snprintf(why, 256, "%s: %s", path, strerror(-err));
	free(path);
	return err;
}

static int read_image(struct strbuf *out, const char *kernel_dir, const char *file, char *why)
{
	char *plain = xasprintf("%s/modules/%s", kernel_dir, file);
	char *xz = xasprintf("%s.xz", plain);
	int err = access(xz, R_OK) ? strbuf_read_file(out, plain) : read_xz(out, xz);

	if (err)
		snprintf(why, 256, "%s: %s", plain, strerror(-err));
	free(plain);
	free(xz);
	return err;
}

int modules_open(struct modules *m, const char *kernel_dir, char *why)
{
	int err;

	*m = (struct modules) { .kernel_dir = kernel_dir };
	err = read_list(&m->files, kernel_dir, "modules.order", why);
	if (!err)
		err = read_list(&m->builtin, kernel_dir, "modules.builtin", why);
	return err;
}

static bool is_own(const struct modules *m, const char *name)
{
	for (const char *const *own = m->own; own && *own; own++)
		if (!strcmp(*own, name))
			return true;
	return false;
}

int modules_add_depends(struct modules *m, const struct strbuf *image, char *why)
{
	static const char key[] = "\0depends=";
	const char *at = memmem(strbuf_str(image), image->len, key, sizeof(key) - 1);
	char *names, *name, *save = NULL;
	int err = 0;

	if (!at)
		return 0;
	names = xstrdup(at + sizeof(key) - 1);	/* an image ends with a NUL */
	for (name = strtok_r(names, ",", &save); name && !err; name = strtok_r(NULL, ",", &save))
		if (!is_own(m, name))
			err = modules_add(m, name, why);
	free(names);
	return err;
}

int modules_add(struct modules *m, const char *name, char *why)
{
	struct strbuf image = STRBUF_INIT;
	char *file;
	int err;

	for (size_t i = 0; i < m->nr; i++)
		if (strlen(m->v[i].name) == strlen(name) &&
		    same_name(m->v[i].name, name, strlen(name)))
			return 0;
	file = find_path(strbuf_str(&m->files), name);
	if (!file) {
		file = find_path(strbuf_str(&m->builtin), name);
		if (!file)
			snprintf(why, 256, "the kernel in %.150s has no module %.60s", m->kernel_dir, name);
		err = file ? 0 : -ENOENT;
		free(file);
		return err;
	}
	err = read_image(&image, m->kernel_dir, file, why);
	free(file);
	if (!err)
		err = modules_add_depends(m, &image, why);
	if (err) {
		strbuf_free(&image);
		return err;
	}
	m->v = xrealloc(m->v, (m->nr + 1) * sizeof(*m->v));
	m->v[m->nr].name = xstrdup(name);
	m->v[m->nr++].image = image;
	return 0;
}

void modules_close(struct modules *m)
{
	for (size_t i = 0; i < m->nr; i++) {
		free(m->v[i].name);
		strbuf_free(&m->v[i].image);
	}
	free(m->v);
	strbuf_free(&m->files);
	strbuf_free(&m->builtin);
}
