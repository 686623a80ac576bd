// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture merge: joins the runs of many machines to one verdict. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmds.h"
#include "lib/base/options.h"
#include "lib/outputs/merge.h"
#include "host/rundir.h"

struct merge_args {
	const char *plan, *out;
	bool json;
	char **dirs;
	int nr_dirs;
};

static const struct argp_option options[] = {
	{ "plan", 'p', "FILE", 0, "report which cells of this plan, made by dmatorture plan --json, are missing", 0 },
	{ "out", 'o', "DIR", 0, "write result.json, ktap.txt, junit.xml and kcidb.json there", 0 },
	{ "json", 'j', NULL, 0, "print the joined result.json instead of tables", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct merge_args *a = state->input;

	switch (key) {
	case 'p':
		a->plan = arg;
		return 0;
	case 'j':
		a->json = true;
		return 0;
	case 'o':
		a->out = arg;
		return 0;
	case ARGP_KEY_ARGS:
		a->dirs = state->argv + state->next;
		a->nr_dirs = state->argc - state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "RUN...",
	.doc = "Joins run directories into one verdict, in which each cell counts once. A judged cell is "
	       "preferred to an incomplete one, and the worse of two judged ones counts.\v"
	       "Exit: as run; 3 when a cell of the plan is missing or a run cannot be read, unless "
	       "something worse was found.",
};

struct row {
	char *name;
	unsigned int count[OUTCOME__COUNT], cells, missing;
};

static struct row *find_row(struct row *rows, size_t *nr, const struct out_cell *c)
{
	char *group = out_group(c), *name;

	name = xasprintf("%s %s%s @%s", c->run->kernel, group, c->drivers ? " drivers" : "", c->world);
	free(group);
	for (size_t i = 0; i < *nr; i++)
		if (!strcmp(rows[i].name, name)) {
			free(name);
			return &rows[i];
		}
	rows[*nr] = (struct row) { .name = name };
	return &rows[(*nr)++];
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->name, ((const struct row *)b)->name);
}

static void print_table(const struct output *out)
{
	size_t cells = 0, nr = 0;
	struct row *rows;
	int width = 4;

	for (size_t r = 0; r < out->nr; r++)
		cells += out->runs[r].nr;
	rows = xcalloc(cells + 1, sizeof(*rows));
	for (size_t r = 0; r < out->nr; r++)
		for (size_t i = 0; i < out->runs[r].nr; i++) {
			const struct out_cell *c = &out->runs[r].cells[i];
			struct row *row = find_row(rows, &nr, c);

			row->cells++;
			if (c->run->dir)
				row->count[c->outcome]++;
			else
				row->missing++;
		}
	qsort(rows, nr, sizeof(*rows), by_name);
	for (size_t i = 0; i < nr; i++)
		width = (int)strlen(rows[i].name) > width ? (int)strlen(rows[i].name) : width;
	for (size_t i = 0; i < nr; i++) {
		printf("%-*s %5u cells:", width, rows[i].name, rows[i].cells);
		for (int o = 0; o < OUTCOME__COUNT; o++)
			if (rows[i].count[o])
				printf(" %u %s", rows[i].count[o], outcome_name(o));
		if (rows[i].missing)
			printf(" %u missing", rows[i].missing);
		printf("\n");
		free(rows[i].name);
	}
	free(rows);
}

static void print_sums(const struct merged *m, const struct output *out)
{
	unsigned int count[OUTCOME__COUNT], cells = 0, runs = 0;

	output_count(out, count);
	count[OUTCOME_INCOMPLETE] -= m->missing;
	for (size_t r = 0; r < out->nr; r++) {
		cells += out->runs[r].nr;
		runs += out->runs[r].dir != NULL;
	}
	for (size_t i = 0; i < m->nr_notes; i++)
		printf("%s\n", m->notes[i]);
	printf("\n%u cells:", cells);
	for (int o = 0; o < OUTCOME__COUNT; o++)
		if (count[o])
			printf(" %u %s", count[o], outcome_name(o));
	if (m->missing)
		printf(" %zu missing", m->missing);
	printf(" (%u runs)\n", runs);
}

static int write_out(const char *dir, const struct merged *m, const struct output *out)
{
	struct {
		const char *name;
		char *text;
	} files[] = {
		{ "result.json", merge_json(m, out) },
		{ "ktap.txt", output_ktap(out) },
		{ "junit.xml", output_junit(out) },
		{ "kcidb.json", output_kcidb(out) },
	};
	int first = mkdir(dir, 0777) && errno != EEXIST ? -errno : 0;

	if (first)
		fprintf(stderr, "dmatorture: cannot make %s: %s\n", dir, strerror(-first));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *path = xasprintf("%s/%s", dir, files[i].name);
		int err = first ? 0 : write_whole(path, files[i].text, strlen(files[i].text));

		if (err)
			fprintf(stderr, "dmatorture: cannot write %s: %s\n", path, strerror(-err));
		first = first ? first : err;
		free(path);
		free(files[i].text);
	}
	return first;
}

static int read_plan(struct parts *plan, const char *path)
{
	struct strbuf text = STRBUF_INIT;
	char why[256] = "";
	int err = strbuf_read_file(&text, path);

	if (err)
		snprintf(why, sizeof(why), "%s", strerror(-err));
	else
		err = parts_read(plan, strbuf_str(&text), why);
	strbuf_free(&text);
	if (err)
		fprintf(stderr, "dmatorture: %s: %s\n", path, why);
	return err;
}

/* Was the same directory named before? "latest" is a link to another one. */
static bool said_before(char **dirs, int i)
{
	char *path = realpath(dirs[i], NULL), *other;
	bool said = false;

	for (int k = 0; k < i && path && !said; k++) {
		other = realpath(dirs[k], NULL);
		said = other && !strcmp(path, other);
		free(other);
	}
	free(path);
	return said;
}

int cmd_merge(int argc, char **argv)
{
	struct merge_args args = { 0 };
	struct output out = { 0 };
	struct parts plan = { 0 };
	struct merged merged;
	bool unread = false;
	char why[256];
	int code;

	options_read(&argp, argc, argv, &args);
	if (!args.nr_dirs && !args.plan) {
		fprintf(stderr, "dmatorture: which run directories?\n");
		return 2;
	}
	if (args.plan && read_plan(&plan, args.plan))
		return 2;
	for (int i = 0; i < args.nr_dirs; i++) {
		if (said_before(args.dirs, i))
			continue;
		if (!output_add_dir(&out, args.dirs[i], why))
			continue;
		fprintf(stderr, "dmatorture: %s: %s\n", args.dirs[i], why);
		unread = true;
	}
	merge_runs(&merged, &out, args.plan ? &plan : NULL);
	merged.doubtful |= unread;
	code = merge_exit_code(&merged, &out);
	if (args.out && write_out(args.out, &merged, &out) && (code == 0 || code == 4))
		code = 3;
	if (args.json) {
		char *text = merge_json(&merged, &out);

		puts(text);
		free(text);
	} else {
		print_table(&out);
		print_sums(&merged, &out);
	}
	merge_free(&merged);
	output_free(&out);
	parts_free(&plan);
	return code;
}
