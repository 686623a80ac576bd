// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture baseline: keeps samples under a name, so that later runs can be compared with them. */
#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmds.h"
#include "lib/base/options.h"
#include "lib/base/tree.h"
#include "lib/measure/compare.h"
#include "lib/program/words.h"
#include "host/side.h"

#define SUFFIX	".samples"

struct baseline_args {
	const char *results;
	char **words;
	int nr;
};

static const struct argp_option options[] = {
	{ "results", 'r', "DIR", 0, "baselines are in DIR/baselines", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct baseline_args *a = state->input;

	switch (key) {
	case 'r':
		a->results = arg;
		return 0;
	case ARGP_KEY_ARGS:
		a->words = state->argv + state->next;
		a->nr = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "want add, list, show or rm");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "add NAME RUN...\nlist\nshow NAME\nrm NAME...",
	.doc = "Keeps what runs measured under a name. Several runs are the boots of one baseline; they "
	       "must be of the same machine, kernel, config and accelerator.",
};

static bool name_ok(const char *name)
{
	if (baseline_name_ok(name))
		return true;
	fprintf(stderr, "dmatorture: '%s' cannot name a baseline: want letters, digits and . _ - +, a letter or digit first\n",
		name);
	return false;
}

/* ---- add ---- */

static int read_runs(char **runs, int nr, const char *results, struct samples *s)
{
	for (int i = 0; i < nr; i++) {
		if (side_load(runs[i], results, s))
			return 2;
		if (s->incomplete || s->mixed) {
			fprintf(stderr, "dmatorture: this makes no baseline: %s\n",
				s->incomplete ? s->incomplete : s->mixed);
			return 3;
		}
	}
	return 0;
}

/* Writes the baseline completely or not at all. */
static int write_baseline(const struct samples *s, const char *path)
{
	char *tmp = xasprintf("%s.new", path);
	struct samples_writer *w;
	int err;

	unlink(tmp);
	err = samples_open(tmp, &w);
	if (!err) {
		err = samples_copy(s, w);
		samples_close(w);
		/* link() does not overwrite a baseline that has been added meanwhile. */
		if (!err && link(tmp, path))
			err = -errno;
		unlink(tmp);
	}
	free(tmp);
	return err;
}

static int add(const struct baseline_args *a)
{
	struct samples s = { 0 };
	char *dir, *path;
	int code, err;

	if (a->nr < 3) {
		fprintf(stderr, "dmatorture: baseline add NAME RUN...\n");
		return 2;
	}
	if (!name_ok(a->words[1]))
		return 2;
	dir = xasprintf("%s/baselines", a->results);
	path = baseline_path(a->results, a->words[1]);
	code = read_runs(a->words + 2, a->nr - 2, a->results, &s);
	if (!code) {
		mkdir(a->results, 0777);
		err = mkdir(dir, 0777) && errno != EEXIST ? -errno : write_baseline(&s, path);
		if (err == -EEXIST)
			fprintf(stderr, "dmatorture: there is a baseline '%s'; baseline rm takes it away\n",
				a->words[1]);
		else if (err)
			fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(-err));
		code = !err ? 0 : err == -EEXIST ? 2 : 3;
	}
	if (!code)
		printf("%s: %zu metrics, %u boots\n", a->words[1], s.nr_series, s.nr_rounds);
	samples_free(&s);
	free(dir);
	free(path);
	return code;
}

/* ---- list ---- */

static int is_baseline(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return len > strlen(SUFFIX) && !strcmp(e->d_name + len - strlen(SUFFIX), SUFFIX);
}

/* Calls @fn for each name, in order. Returns how many there are. */
static int each_baseline(const char *results,
			 void (*fn)(const char *results, const char *name, void *arg), void *arg)
{
	char *dir = xasprintf("%s/baselines", results);
	struct dirent **entries;
	int n = scandir(dir, &entries, is_baseline, alphasort);

	for (int i = 0; i < n; i++) {
		entries[i]->d_name[strlen(entries[i]->d_name) - strlen(SUFFIX)] = '\0';
		fn(results, entries[i]->d_name, arg);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	free(dir);
	return n < 0 ? 0 : n;
}

static const char *or_dash(const char *s)
{
	return *s ? s : "-";
}

static void list_one(const char *results, const char *name, void *arg)
{
	struct samples s = { 0 };

	(void)arg;
	side_load(name, results, &s);
	printf("%-24s %-10s %-20s %-10s %-11s %6zu %6u%s%s\n", name,
	       or_dash(samples_get(&s, ABOUT_MACHINE)), or_dash(samples_get(&s, ABOUT_RELEASE)),
	       or_dash(samples_get(&s, ABOUT_CONFIG)), or_dash(samples_get(&s, ABOUT_ACCEL)),
	       s.nr_series, s.nr_rounds, s.incomplete ? "  " : "", s.incomplete ? s.incomplete : "");
	samples_free(&s);
}

static int list(const struct baseline_args *a)
{
	printf("%-24s %-10s %-20s %-10s %-11s %6s %6s\n", "name", "machine", "kernel", "config",
	       "accelerator", "series", "boots");
	if (!each_baseline(a->results, list_one, NULL))
		fprintf(stderr, "no baselines in %s/baselines\n", a->results);
	return 0;
}

/* ---- show ---- */

static void show_series(const struct samples_series *series)
{
	static const double parts[] = { 0.5, 0.9, 0.99, 0.999, 1 };
	struct dist d;
	char name[128], buf[32];

	samples_dist(series, NULL, &d);
	snprintf(name, sizeof(name), "%s, %s", series->metric, series->unit);
	printf("  %-24s %10llu", name, (unsigned long long)d.total);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		printf(" %12s", figure(dist_quantile(&d, parts[i]), buf));
	printf("  %s is better\n", series->higher ? "higher" : "lower");
	dist_free(&d);
}

static int show(const struct baseline_args *a, const char *name)
{
	struct samples s = { 0 };
	const char *cell = NULL;
	int code = 0;

	if (side_load(name, a->results, &s))
		return 2;
	for (size_t i = 0; i < s.nr_about; i++)
		printf("%s: %s\n", s.about[i].key, s.about[i].value);
	printf("boots: %u\n\n  %-24s %10s %12s %12s %12s %12s %12s\n", s.nr_rounds, "", "n", "p50",
	       "p90", "p99", "p99.9", "max");
	for (size_t i = 0; i < s.nr_series; i++) {
		if (!cell || strcmp(cell, s.series[i].cell))
			printf("%s\n", s.series[i].cell);
		cell = s.series[i].cell;
		show_series(&s.series[i]);
	}
	if (s.incomplete) {
		printf("incomplete: %s\n", s.incomplete);
		code = 3;
	}
	samples_free(&s);
	return code;
}

static int remove_baseline(const struct baseline_args *a, const char *name)
{
	char *path = baseline_path(a->results, name);
	int code = 0;

	if (!name_ok(name)) {
		code = 2;
	} else if (unlink(path)) {
		fprintf(stderr, errno == ENOENT ? "dmatorture: no baseline '%s'\n"
						: "dmatorture: baseline '%s': %m\n", name);
		code = errno == ENOENT ? 2 : 3;
	}
	free(path);
	return code;
}

static int dispatch(const struct baseline_args *a)
{
	static const char *const words[] = { "add", "list", "show", "rm", NULL };
	const char *word = a->words[0], *near;
	int code = 0;

	if (!strcmp(word, "add"))
		return add(a);
	if (!strcmp(word, "list") && a->nr == 1)
		return list(a);
	if (!strcmp(word, "show") && a->nr == 2)
		return show(a, a->words[1]);
	if (!strcmp(word, "rm") && a->nr > 1) {
		for (int i = 1; i < a->nr; i++) {
			int c = remove_baseline(a, a->words[i]);

			code = code > c ? code : c;
		}
		return code;
	}
	near = word_nearest(words, word, strlen(word));
	fprintf(stderr, "dmatorture: baseline %s: want add NAME RUN..., list, show NAME or rm NAME...%s%s%s\n",
		word, near && strcmp(near, word) ? "; did you mean '" : "",
		near && strcmp(near, word) ? near : "", near && strcmp(near, word) ? "'?" : "");
	return 2;
}

int cmd_baseline(int argc, char **argv)
{
	struct baseline_args args = { .results = tree_results() };

	options_read(&argp, argc, argv, &args);
	return dispatch(&args);
}
