// SPDX-License-Identifier: GPL-2.0-only
/* Where the program's tree is. */
#include "tree.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"
#include "strbuf.h"

#define MARK		"harness/kernels/kernel-setup"
#define INSTALLED	"harness/installed"	/* made by make install */

static char *tree, *build;

static bool is_tree(const char *dir)
{
	char *mark = xasprintf("%s/" MARK, dir);
	bool is = !access(mark, F_OK);

	free(mark);
	return is;
}

/* The program's own path; the caller frees it. "" when the kernel does not say. */
static char *self(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[n < 0 ? 0 : n] = '\0';
	return xstrdup(path);
}

/* The nearest tree above @path, whose end is cut off there. */
static bool find_above(char *path)
{
	char *slash;

	while ((slash = strrchr(path, '/'))) {
		*slash = '\0';
		if (is_tree(path))
			return true;
	}
	return false;
}

static void find(void)
{
	const char *named = getenv("DMATORTURE_TREE");
	char *exe = self(), *above = xstrdup(exe);
	bool found = named ? is_tree(named) : find_above(above);
	size_t n = strlen(above);

	if (!found && named)
		fprintf(stderr, "dmatorture: DMATORTURE_TREE=%s: no " MARK " is there\n", named);
	else if (!found)
		fprintf(stderr, "dmatorture: no tree of dmatorture (" MARK ") above %s: DMATORTURE_TREE=DIR names one\n",
			exe);
	tree = xstrdup(named ? named : found ? above : ".");
	/* build/dmatorture and build/unit/test_suite are of one build. */
	if (!named && found && strchr(exe + n + 1, '/'))
		build = xasprintf("%.*s", (int)(n + 1 + strcspn(exe + n + 1, "/")), exe);
	else
		build = xasprintf("%s/build", tree);
	free(above);
	free(exe);
}

const char *tree_dir(void)
{
	if (!tree)
		find();
	return tree;
}

/* @dir/@below, made once. */
static const char *keep(const char *dir, const char *below)
{
	static struct kept {
		struct kept *next;
		char *path;
	} *all;
	char *path = xasprintf("%s/%s", dir, below);
	struct kept *k = all;

	while (k && strcmp(k->path, path))
		k = k->next;
	if (k) {
		free(path);
		return k->path;
	}
	k = xcalloc(1, sizeof(*k));
	*k = (struct kept){ .next = all, .path = path };
	all = k;
	return path;
}

const char *tree_path(const char *below)
{
	return keep(tree_dir(), below);
}

const char *tree_build(const char *below)
{
	tree_dir();
	return below ? keep(build, below) : build;
}

bool tree_installed(void)
{
	return !access(tree_path(INSTALLED), F_OK);
}

const char *tree_work(const char *below)
{
	static char *work;

	if (!tree_installed())
		return tree_build(below);
	if (!work)
		work = cache_dir("build");
	return below ? keep(work, below) : work;
}

const char *tree_results(void)
{
	const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	static char *state;

	if (!tree_installed())
		return tree_path("results");
	if (state)
		return state;
	state = xdg && *xdg ? xasprintf("%s/dmatorture", xdg) :
			      xasprintf("%s/.local/state/dmatorture", home ? home : "/tmp");
	for (char *p = strchr(state + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(state, 0777);
		*p = '/';
	}
	mkdir(state, 0777);
	return state;
}
