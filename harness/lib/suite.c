// SPDX-License-Identifier: GPL-2.0-only
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ast.h"

#ifndef DMT_SOURCE
#define DMT_SOURCE "."
#endif

#define SUFFIX ".dma"

static bool ends_in(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n > k && !strcmp(s + n - k, suffix);
}

static void add(struct suite *suite, const char *name, size_t len, const char *path)
{
	struct suite_entry *e;

	suite->entries = xrealloc(suite->entries, (suite->nr + 1) * sizeof(*e));
	e = &suite->entries[suite->nr++];
	e->name = xasprintf("%.*s", (int)len, name);
	e->path = xstrdup(path);
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct suite_entry *)a)->name,
		      ((const struct suite_entry *)b)->name);
}

static void find_all(struct suite *all, const char *dir)
{
	char *pattern = xasprintf("%s/*/*" SUFFIX, dir);
	glob_t g = { 0 };

	if (!glob(pattern, GLOB_NOSORT, NULL, &g))
		for (size_t i = 0; i < g.gl_pathc; i++) {
			const char *name = g.gl_pathv[i] + strlen(dir) + 1;

			add(all, name, strlen(name) - strlen(SUFFIX), g.gl_pathv[i]);
		}
	globfree(&g);
	free(pattern);
	if (all->nr)
		qsort(all->entries, all->nr, sizeof(*all->entries), compare);
}

static bool matches(const char *name, const char *wanted)
{
	size_t n = strlen(wanted);

	while (n && wanted[n - 1] == '/')
		n--;
	if (n && !strncmp(name, wanted, n) && (name[n] == '/' || !name[n]))
		return true;
	return !fnmatch(wanted, name, 0);
}

static void complain(const struct suite *all, const char *dir, const char *wanted)
{
	const char *words[257], *near;
	size_t n;

	for (n = 0; n < all->nr && n < 256; n++)
		words[n] = all->entries[n].name;
	words[n] = NULL;
	near = word_nearest(words, wanted, strlen(wanted));
	fprintf(stderr, "dmatorture: no scenario '%s' in %s", wanted, dir);
	if (near)
		fprintf(stderr, "; did you mean '%s'?\n", near);
	else
		fprintf(stderr, "; `dmatorture list` names them\n");
}

int suite_select(struct suite *suite, const char *dir, char *const *names, int nr_names)
{
	struct suite all = { 0 };
	bool *taken;
	int err = 0;

	memset(suite, 0, sizeof(*suite));
	if (!dir)
		dir = getenv("DMATORTURE_SCENARIOS");
	if (!dir)
		dir = DMT_SOURCE "/scenarios";
	find_all(&all, dir);
	taken = xcalloc(all.nr, sizeof(*taken));
	for (int k = 0; k < nr_names; k++) {
		bool found = false;

		if (ends_in(names[k], SUFFIX) && !access(names[k], F_OK)) {
			add(suite, "", 0, names[k]);
			continue;
		}
		for (size_t i = 0; i < all.nr; i++)
			if (matches(all.entries[i].name, names[k]))
				taken[i] = found = true;
		if (!found) {
			complain(&all, dir, names[k]);
			err = -EINVAL;
		}
	}
	for (size_t i = 0; i < all.nr; i++)
		if (taken[i] || !nr_names)
			add(suite, all.entries[i].name, strlen(all.entries[i].name),
			    all.entries[i].path);
	if (!err && !suite->nr) {
		fprintf(stderr, "dmatorture: no scenarios (*/*" SUFFIX ") in %s\n", dir);
		err = -EINVAL;
	}
	free(taken);
	suite_free(&all);
	return err;
}

int suite_load(const struct suite *suite, size_t i, struct scenario **scenario,
	       struct strbuf *text, struct diag *diag)
{
	const struct suite_entry *e = &suite->entries[i];
	int err;

	*scenario = NULL;
	memset(diag, 0, sizeof(*diag));
	err = strbuf_read_file(text, e->path);
	if (err) {
		ast_error(diag, e->path, (struct pos) { 0 }, "cannot be read: %s", strerror(-err));
		return err;
	}
	err = scenario_parse(e->path, strbuf_str(text), text->len, scenario, diag);
	if (err)
		return err;
	if (*e->name && strcmp(scenario_name(*scenario), e->name)) {
		ast_error(diag, e->path, (struct pos) { 1, 0 },
			  "the scenario calls itself '%s'; the file's place says '%s'",
			  scenario_name(*scenario), e->name);
		scenario_free(*scenario);
		*scenario = NULL;
		return -EINVAL;
	}
	return 0;
}

void suite_free(struct suite *suite)
{
	for (size_t i = 0; i < suite->nr; i++) {
		free(suite->entries[i].name);
		free(suite->entries[i].path);
	}
	free(suite->entries);
	memset(suite, 0, sizeof(*suite));
}
