// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture history: shows a metric over time, and when it changed. */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/args.h"
#include "cmds.h"
#include "lib/base/json_text.h"
#include "lib/base/options.h"
#include "lib/base/tree.h"
#include "lib/measure/compare.h"
#include "lib/measure/history.h"
#include "host/side.h"

#define ALPHA	0.01	/* level of significance of a change point */

struct history_args {
	const char *results;
	bool add, json;
	char **words;
	int nr;
	double floor;
	struct history_filter filter;
};

enum {
	OPT_RESULTS = 0x100, OPT_MACHINE, OPT_RELEASE, OPT_CONFIG, OPT_ACCEL, OPT_FLOOR,
};

static const struct argp_option options[] = {
	{ "add", 'a', NULL, 0, "add what these runs measured", 0 },
	{ "cell", 'c', "GLOB", 0, "only these cells: 'order/*'", 0 },
	{ "world", 'w', "WORLD", 0, "only this world", 0 },
	{ "machine", OPT_MACHINE, "HASH", 0, "only this machine", 0 },
	{ "release", OPT_RELEASE, "RELEASE", 0, "only this kernel", 0 },
	{ "config", OPT_CONFIG, "HASH", 0, "only this kernel config", 0 },
	{ "accelerator", OPT_ACCEL, "ACCEL", 0, "only tcg-icount, tcg or kvm", 0 },
	{ "floor", OPT_FLOOR, "PERCENT", 0, "do not report smaller changes (default 3, under the instruction clock 0.5)", 0 },
	{ "json", 'j', NULL, 0, "print points and changes as JSON", 0 },
	{ "results", OPT_RESULTS, "DIR", 0, "the history is DIR/history.db", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct history_args *a = state->input;

	switch (key) {
	case 'a':
		a->add = true;
		break;
	case 'c':
		a->filter.cell = arg;
		break;
	case 'w':
		a->filter.world = arg;
		break;
	case 'j':
		a->json = true;
		break;
	case OPT_MACHINE:
		a->filter.machine = arg;
		break;
	case OPT_RELEASE:
		a->filter.release = arg;
		break;
	case OPT_CONFIG:
		a->filter.config = arg;
		break;
	case OPT_ACCEL:
		a->filter.accel = arg;
		break;
	case OPT_FLOOR:
		a->floor = arg_percent(state, "floor", arg);
		break;
	case OPT_RESULTS:
		a->results = arg;
		break;
	case ARGP_KEY_ARGS:
		a->words = state->argv + state->next;
		a->nr = state->argc - state->next;
		break;
	case ARGP_KEY_END:
		if (a->add && !a->nr)
			argp_error(state, "add which runs?");
		if (!a->add && a->nr > 1)
			argp_error(state, "one metric; --add takes runs");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "[METRIC]\n--add RUN...",
	.doc = "Shows a metric over time, for each machine, accelerator and cell, with the points where it "
	       "changed. Without METRIC, lists the metrics.",
};

/* ---- adding ---- */

/* Old runs have no time in their samples: take the time of the file. */
static void see_to_time(struct samples *s, const char *what)
{
	struct stat st;
	char stamp[32];
	struct tm tm;

	if (*samples_get(s, ABOUT_TIME) || stat(what, &st))
		return;
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&st.st_mtime, &tm));
	s->about = xrealloc(s->about, (s->nr_about + 1) * sizeof(*s->about));
	s->about[s->nr_about++] = (struct samples_about){ xstrdup(ABOUT_TIME), xstrdup(stamp) };
}

static int add_run(struct history *h, const char *what, const char *results)
{
	struct samples s = { 0 };
	char *dir = realpath(what, NULL);
	int there, code = 0;

	if (side_load(what, results, &s)) {
		free(dir);
		return 2;
	}
	see_to_time(&s, what);
	there = history_add(h, &s, dir ? dir : what);
	if (there < 0) {
		fprintf(stderr, "dmatorture: %s was not added: %s\n", what, history_error(h));
		code = 3;
	} else {
		printf("%s: %s\n", what, there ? "was there already" : "added");
	}
	samples_free(&s);
	free(dir);
	return code;
}

/* ---- showing ---- */

static double floor_of(const struct history_args *a, const struct history_point *p)
{
	if (a->floor > 0)
		return a->floor;
	return !strcmp(p->accel, "tcg-icount") ? COMPARE_FLOOR_EXACT : COMPARE_FLOOR;
}

/* Finds the changes that are at least as large as --floor. */
static struct change *find_changes(const struct history_args *a, const struct history_point *p,
				   size_t nr, size_t *nr_changes)
{
	double *series = xmalloc(nr * sizeof(*series)), floor = floor_of(a, p);
	struct change *c;
	size_t kept = 0;

	for (size_t i = 0; i < nr; i++)
		series[i] = p[i].p50;
	c = changes_find(series, nr, ALPHA, 1, nr_changes);
	for (size_t i = 0; i < *nr_changes; i++) {
		double ratio = c[i].after / c[i].before;

		if (!isfinite(ratio) || ratio > 1 + floor || ratio < 1 / (1 + floor))
			c[kept++] = c[i];
	}
	*nr_changes = kept;
	free(series);
	return c;
}

static const char *direction(const struct history_point *p, const struct change *c)
{
	return (c->after > c->before) == p->higher ? "faster" : "slower";
}

static void print_group(const struct history_args *a, const struct history_point *p, size_t nr)
{
	size_t nr_changes, next = 0;
	struct change *c = find_changes(a, p, nr, &nr_changes);

	printf("%s, %s: %s (machine %s, %s; %s is better)\n", p->metric, p->unit, p->cell,
	       *p->machine ? p->machine : "-", *p->accel ? p->accel : "-",
	       p->higher ? "higher" : "lower");
	printf("  %-20s %-22s %-8s %10s %12s %12s %12s\n", "time", "kernel", "config", "n", "p50", "p99",
	       "max");
	for (size_t i = 0; i < nr; i++) {
		char b[3][32];

		printf("  %-20s %-22s %-8s %10llu %12s %12s %12s", p[i].time, p[i].release,
		       p[i].config, (unsigned long long)p[i].nr, figure(p[i].p50, b[0]),
		       figure(p[i].p99, b[1]), figure(p[i].max, b[2]));
		if (next < nr_changes && c[next].at == i) {
			printf("  %s: %s to %s, %+.1f %%, p %.3f", direction(p, &c[next]),
			       figure(c[next].before, b[0]), figure(c[next].after, b[1]),
			       (c[next].after / c[next].before - 1) * 100, c[next].p);
			next++;
		}
		putchar('\n');
	}
	if (!nr_changes)
		printf("  no change\n");
	putchar('\n');
	free(c);
}

static json_t *number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static json_t *group_json(const struct history_args *a, const struct history_point *p, size_t nr)
{
	json_t *o = json_object(), *points = json_array(), *changes = json_array();
	size_t nr_changes;
	struct change *c = find_changes(a, p, nr, &nr_changes);

	json_object_set_new(o, "metric", json_text(p->metric));
	json_object_set_new(o, "unit", json_text(p->unit));
	json_object_set_new(o, "better", json_text(p->higher ? "higher" : "lower"));
	json_object_set_new(o, "cell", json_text(p->cell));
	json_object_set_new(o, "world", json_text(p->world));
	json_object_set_new(o, "machine", json_text(p->machine));
	json_object_set_new(o, "accelerator", json_text(p->accel));
	for (size_t i = 0; i < nr; i++)
		json_array_append_new(points, json_pack("{s:o s:o s:o s:o s:I s:o s:o s:o s:o s:o}",
			"time", json_text(p[i].time), "release", json_text(p[i].release),
			"config", json_text(p[i].config), "dir", json_text(p[i].dir),
			"n", (json_int_t)p[i].nr, "p50", number(p[i].p50), "p90", number(p[i].p90),
			"p99", number(p[i].p99), "p99.9", number(p[i].p999), "max", number(p[i].max)));
	for (size_t i = 0; i < nr_changes; i++)
		json_array_append_new(changes, json_pack("{s:i s:o s:o s:o s:o s:o s:o}",
			"point", (int)c[i].at, "release", json_text(p[c[i].at].release),
			"verdict", json_text(direction(p, &c[i])), "before", number(c[i].before),
			"after", number(c[i].after), "ratio", number(c[i].after / c[i].before),
			"p", number(c[i].p)));
	json_object_set_new(o, "points", points);
	json_object_set_new(o, "changes", changes);
	free(c);
	return o;
}

static void show_points(const struct history_args *a, const struct history_point *p, size_t nr)
{
	json_t *all = json_array();

	for (size_t from = 0, to; from < nr; from = to) {
		for (to = from + 1; to < nr && history_same_series(&p[from], &p[to]); )
			to++;
		if (a->json)
			json_array_append_new(all, group_json(a, p + from, to - from));
		else
			print_group(a, p + from, to - from);
	}
	if (a->json) {
		json_t *o = json_pack("{s:o s:o}", "schema", json_text("dmatorture-history-1"),
				      "series", all);
		char *text = json_take(o, JSON_INDENT(1));

		printf("%s\n", text);
		free(text);
	} else {
		json_decref(all);
	}
}

static int by_metric(const void *x, const void *y)
{
	const struct history_point *a = x, *b = y;

	return strcmp(a->metric, b->metric);
}

static void show_metrics(struct history_point *p, size_t nr)
{
	if (nr)
		qsort(p, nr, sizeof(*p), by_metric);
	for (size_t i = 0, n = 0; i < nr; i++) {
		n++;
		if (i + 1 < nr && !strcmp(p[i].metric, p[i + 1].metric))
			continue;
		printf("%-24s %-8s %6zu points\n", p[i].metric, p[i].unit, n);
		n = 0;
	}
}

static int show(struct history *h, const struct history_args *a)
{
	struct history_filter filter = a->filter;
	struct history_point *points;
	size_t nr;
	int err;

	filter.metric = a->nr ? a->words[0] : NULL;
	err = history_points(h, &filter, &points, &nr);
	if (err) {
		fprintf(stderr, "dmatorture: the history cannot be read: %s\n", history_error(h));
	} else if (!nr && a->nr) {
		fprintf(stderr, "dmatorture: no points of '%s' in %s/history.db; `dmatorture history` names the metrics\n",
			a->words[0], a->results);
		err = -ENOENT;
	} else if (a->nr || a->json) {
		show_points(a, points, nr);
	} else {
		show_metrics(points, nr);
	}
	history_free_points(points, nr);
	return !err ? 0 : err == -ENOENT ? 2 : 3;
}

int cmd_history(int argc, char **argv)
{
	struct history_args args = { .results = tree_results() };
	struct history *h = NULL;
	char *path, *why;
	int code = 0;

	options_read(&argp, argc, argv, &args);
	path = xasprintf("%s/history.db", args.results);
	if (args.add) {
		mkdir(args.results, 0777);
	} else if (access(path, F_OK)) {
		fprintf(stderr, "dmatorture: no %s yet; dmatorture history --add RUN makes it\n", path);
		free(path);
		return 2;
	}
	if (history_open(path, &h, &why)) {
		fprintf(stderr, "dmatorture: %s\n", why);
		free(why);
		code = 3;
	}
	for (int i = 0; i < args.nr && h && args.add; i++) {
		int c = add_run(h, args.words[i], args.results);

		code = code > c ? code : c;
	}
	if (h && !args.add)
		code = show(h, &args);
	history_close(h);
	free(path);
	return code;
}
