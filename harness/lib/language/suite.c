// SPDX-License-Identifier: GPL-2.0-only
/* Finds the scenario files below a directory and selects those that names match. */
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "lib/base/tree.h"
#include "lib/program/words.h"

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

/*
 * A .dma file at another depth is an error, because it would never run and nobody would notice.
 * Names that begin with a dot are ignored: they belong to an editor.
 */
static int walk(struct suite *all, const char *top, const char *dir, int depth)
{
	DIR *d = opendir(dir);
	struct dirent *de;
	int err = 0;

	if (!d) {
		err = -errno;
		fprintf(stderr, "dmatorture: %s: %s\n", dir, strerror(errno));
		return err;
	}
	while ((de = readdir(d)) && !err) {
		char *path = xasprintf("%s/%s", dir, de->d_name);
		struct stat st;

		if (de->d_name[0] == '.' || stat(path, &st)) {
			;
		} else if (S_ISDIR(st.st_mode) && depth < 4) {
			err = walk(all, top, path, depth + 1);
		} else if (S_ISREG(st.st_mode) && ends_in(path, SUFFIX)) {
			const char *name = path + strlen(top) + 1;

			if (depth == 1) {
				add(all, name, strlen(name) - strlen(SUFFIX), path);
			} else {
				fprintf(stderr, "dmatorture: %s: a scenario lies in GROUP/NAME" SUFFIX
					" below %s\n", path, top);
				err = -EINVAL;
			}
		}
		free(path);
	}
	closedir(d);
	return err;
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

#define MAX_NEAR 3

struct near {
	char *name[MAX_NEAR];
	size_t nr;
};

static void add_near(struct near *near, const char *name, size_t len)
{
	if (near->nr < MAX_NEAR)
		near->name[near->nr++] = xasprintf("%.*s", (int)len, name);
}

/*
 * Finds what @wanted may have meant: names that contain it (a name without its group), else the
 * nearest whole name, else the nearest last part or group.
 */
static void find_near(const struct suite *all, const char *wanted, struct near *near)
{
	const char **words = xcalloc(all->nr + 1, sizeof(*words)), *word;

	for (size_t i = 0; i < all->nr; i++) {
		words[i] = all->entries[i].name;
		if (strstr(words[i], wanted))
			add_near(near, words[i], strlen(words[i]));
	}
	word = near->nr ? NULL : word_nearest(words, wanted, strlen(wanted));
	if (word)
		add_near(near, word, strlen(word));
	for (size_t i = 0; i < all->nr && !near->nr; i++) {
		const char *name = all->entries[i].name, *slash = strchr(name, '/');
		const char *last[] = { slash + 1, NULL };
		char *group = xasprintf("%.*s", (int)(slash - name), name);
		const char *first[] = { group, NULL };

		if (word_nearest(last, wanted, strlen(wanted)))
			add_near(near, name, strlen(name));
		else if (word_nearest(first, wanted, strlen(wanted)))
			add_near(near, name, slash - name);
		free(group);
	}
	free(words);
}

static void complain(const struct suite *all, const char *dir, const char *wanted)
{
	struct near near = { 0 };

	find_near(all, wanted, &near);
	fprintf(stderr, "dmatorture: no scenario '%s' in %s; ", wanted, dir);
	if (!near.nr)
		fprintf(stderr, "`dmatorture list` names them\n");
	for (size_t i = 0; i < near.nr; i++) {
		fprintf(stderr, "%s'%s'%s", !i ? "did you mean " : i + 1 < near.nr ? ", " : " or ",
			near.name[i], i + 1 < near.nr ? "" : "?\n");
		free(near.name[i]);
	}
}

static int select_from(struct suite *suite, const struct suite *all, const char *dir,
		       char *const *names, int nr_names)
{
	bool *taken = xcalloc(all->nr + 1, sizeof(*taken));
	int err = 0;

	for (int k = 0; k < nr_names; k++) {
		bool found = false;

		if (ends_in(names[k], SUFFIX) && !access(names[k], F_OK)) {
			add(suite, "", 0, names[k]);
			continue;
		}
		for (size_t i = 0; i < all->nr; i++)
			if (matches(all->entries[i].name, names[k]))
				taken[i] = found = true;
		if (!found) {
			complain(all, dir, names[k]);
			err = -EINVAL;
		}
	}
	for (size_t i = 0; i < all->nr; i++)
		if (taken[i] || !nr_names)
			add(suite, all->entries[i].name, strlen(all->entries[i].name),
			    all->entries[i].path);
	if (!err && !suite->nr) {
		fprintf(stderr, "dmatorture: no scenarios (GROUP/NAME" SUFFIX ") in %s\n", dir);
		err = -EINVAL;
	}
	free(taken);
	return err;
}

static bool all_are_files(char *const *names, int nr_names)
{
	for (int k = 0; k < nr_names; k++)
		if (!ends_in(names[k], SUFFIX) || access(names[k], F_OK))
			return false;
	return nr_names;
}

int suite_select(struct suite *suite, const char *dir, char *const *names, int nr_names)
{
	struct suite all = { 0 };
	int err = 0;

	memset(suite, 0, sizeof(*suite));
	if (!dir)
		dir = getenv("DMATORTURE_SCENARIOS");
	if (!dir)
		dir = tree_path("scenarios");
	/* A repro file runs wherever it is. */
	if (!all_are_files(names, nr_names))
		err = walk(&all, dir, dir, 0);
	if (all.nr)
		qsort(all.entries, all.nr, sizeof(*all.entries), compare);
	if (!err)
		err = select_from(suite, &all, dir, names, nr_names);
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
		diag_error(diag, e->path, (struct pos) { 0 }, "cannot be read: %s", strerror(-err));
		return err;
	}
	err = scenario_parse(e->path, strbuf_str(text), text->len, scenario, diag);
	if (err)
		return err;
	if (*e->name && strcmp(scenario_name(*scenario), e->name)) {
		diag_error(diag, e->path, (struct pos) { 0 },
			   "the scenario calls itself '%s', its file's place says '%s'",
			   scenario_name(*scenario), e->name);
		scenario_free(*scenario);
		*scenario = NULL;
		return -EINVAL;
	}
	return 0;
}

void suite_complain(const struct suite *suite, size_t i, const struct strbuf *text,
		    const struct diag *diag, FILE *out)
{
	const char *path = suite->entries[i].path;
	struct diags all = { 0 };

	/* Without a line it is about the file; with options of a run it may be of these alone. */
	if (!diag->line || !scenario_errors(path, strbuf_str(text), text->len, &all))
		diags_add(&all, diag);
	diags_print(&all, strbuf_str(text), out);
	diags_free(&all);
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
