// SPDX-License-Identifier: GPL-2.0-only
/* Finds the samples and the command line of each side of a comparison. */
#include "side.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/visible.h"
#include "lib/verdict/run.h"

bool baseline_name_ok(const char *name)
{
	if (!isalnum((unsigned char)*name) || strlen(name) > 100)
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("._-+", *name))
			return false;
	return true;
}

char *baseline_path(const char *results, const char *name)
{
	return xasprintf("%s/baselines/%s.samples", results, name);
}

static bool is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool has_samples(const char *dir)
{
	char *path = xasprintf("%s/" SAMPLES_FILE, dir);
	bool has = !access(path, F_OK);

	free(path);
	return has;
}

/* Does the run still go on, or was its harness killed? Then its samples are not written yet. */
static bool is_unfinished(const char *dir, struct samples *s)
{
	char *plan = xasprintf("%s/" RUN_PLAN_FILE, dir), *result = xasprintf("%s/result.json", dir);
	bool unfinished = !access(plan, F_OK) && access(result, F_OK);

	if (unfinished && !s->incomplete)
		s->incomplete = xasprintf("%s: the run did not come to its end: dmatorture recover %s", dir, dir);
	free(plan);
	free(result);
	return unfinished;
}

/* Loads samples. A damaged file is no usage error: it makes the side incomplete. */
static int load(const char *path, struct samples *s)
{
	char why[256] = "";
	int err = samples_load(path, s, why);

	if (err && !s->incomplete)
		s->incomplete = xasprintf("%s: %s", path, why);
	return 0;
}

static int no_links(const struct dirent *e)
{
	return *e->d_name != '.' && e->d_type != DT_LNK;	/* "latest" links to a run */
}

static int load_runs(const char *dir, struct samples *s)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, no_links, alphasort), found = 0;

	for (int i = 0; i < n; i++) {
		char *run = xasprintf("%s/%s", dir, entries[i]->d_name);

		if (is_unfinished(run, s)) {
			found++;
		} else if (has_samples(run)) {
			load(run, s);
			found++;
		}
		free(run);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	if (!found && !s->incomplete)
		s->incomplete = xasprintf("%s: no " SAMPLES_FILE ": nothing was measured, or the run ended before", dir);
	return 0;
}

int side_load(const char *what, const char *results, struct samples *s)
{
	char *baseline;
	int err = 0;

	if (is_dir(what) && is_unfinished(what, s))
		return 0;
	if (is_dir(what))
		return has_samples(what) ? load(what, s) : load_runs(what, s);
	if (!access(what, F_OK))
		return load(what, s);
	baseline = baseline_path(results, what);
	if (baseline_name_ok(what) && !access(baseline, F_OK)) {
		err = load(baseline, s);
	} else {
		fprintf(stderr, "dmatorture: no run directory and no baseline '%s'; `dmatorture baseline list` names the baselines\n",
			what);
		err = -ENOENT;
	}
	free(baseline);
	return err;
}

static json_t *arguments_of_env(const char *what)
{
	char *path = xasprintf("%s/env.json", what);
	json_t *env = json_load_file(path, 0, NULL), *args;

	args = json_incref(json_object_get(env, "arguments"));
	json_decref(env);
	free(path);
	return args;
}

char **side_arguments(const char *what, const struct samples *s)
{
	json_t *args = json_loads(samples_get(s, ABOUT_ARGUMENTS), 0, NULL);
	char **argv = NULL;
	size_t nr;

	if (!args)
		args = arguments_of_env(what);
	nr = json_array_size(args);
	if (nr) {
		argv = xcalloc(nr + 1, sizeof(*argv));
		for (size_t i = 0; i < nr; i++) {
			const char *arg = json_string_value(json_array_get(args, i));

			argv[i] = xstrdup(arg ? arg : "");
			visible_undo(argv[i]);
		}
	} else {
		fprintf(stderr, "dmatorture: %s does not say with which arguments it was run; --interleave cannot run it again\n",
			what);
	}
	json_decref(args);
	return argv;
}

void side_free_arguments(char **argv)
{
	for (char **a = argv; a && *a; a++)
		free(*a);
	free(argv);
}
