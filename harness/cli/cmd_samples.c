// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture samples: prints what a run measured as text, and makes samples of such text. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmds.h"
#include "lib/base/options.h"
#include "lib/base/tree.h"
#include "lib/base/diag.h"
#include "host/side.h"

struct samples_args {
	char *words[4];
	int nr;
	const char *results;
};

static const struct argp_option options[] = {
	{ "results", 'r', "DIR", 0, "where baselines are", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct samples_args *a = state->input;

	switch (key) {
	case 'r':
		a->results = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->nr == 3)
			argp_error(state, "too many words");
		a->words[a->nr++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->nr || !((!strcmp(a->words[0], "show") && a->nr == 2) ||
				(!strcmp(a->words[0], "make") && a->nr == 3)))
			argp_error(state, "want show RUN, or make FILE DIR");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "show RUN|BASELINE\nmake FILE DIR",
	.doc = "Prints what a run measured, or makes " SAMPLES_FILE " in DIR from such text (- for "
	       "the standard input), after any samples that DIR has already."
	       "\vabout KEY VALUE: machine, release, config, accelerator, arguments, time\n"
	       "series METRIC UNIT lower|higher CELL: lower or higher values are better\n"
	       "round N: begins a boot\n"
	       "VALUE VALUE*TIMES ...: values with an asterisk are counted in a histogram\n"
	       "end: if it is missing, the run was interrupted",
};

static int show(const char *what, const char *results)
{
	struct strbuf out = STRBUF_INIT;
	struct samples s = { 0 };
	int code = side_load(what, results, &s) ? 2 : 0;

	if (!code) {
		samples_print(&s, &out);
		fputs(strbuf_str(&out), stdout);
		if (s.incomplete) {
			fprintf(stderr, "dmatorture: incomplete: %s\n", s.incomplete);
			code = 3;
		}
	}
	strbuf_free(&out);
	samples_free(&s);
	return code;
}

static int make_in(const char *name, const char *text, const char *dir)
{
	char *path = xasprintf("%s/" SAMPLES_FILE, dir);
	struct samples_writer *w;
	struct diag diag;
	int err;

	if (mkdir(dir, 0777) && errno != EEXIST)
		err = -errno;
	else
		err = samples_open(path, &w);
	if (err) {
		fprintf(stderr, "dmatorture: %s: %s\n", path,
			err == -EBADMSG ? "these are no samples, or they are damaged" : strerror(-err));
	} else {
		err = samples_parse(name, text, w, &diag);
		if (err)
			diag_print(&diag, text, stderr);
		samples_close(w);
	}
	free(path);
	return !err ? 0 : err == -EINVAL ? 2 : 3;
}

static int make(const char *file, const char *dir)
{
	struct strbuf text = STRBUF_INIT;
	int err = strbuf_read_file(&text, strcmp(file, "-") ? file : "/dev/stdin"), code = 2;

	if (err)
		fprintf(stderr, "dmatorture: %s: %s\n", file, strerror(-err));
	else
		code = make_in(file, strbuf_str(&text), dir);
	strbuf_free(&text);
	return code;
}

int cmd_samples(int argc, char **argv)
{
	struct samples_args args = { .results = tree_results() };

	options_read(&argp, argc, argv, &args);
	if (!strcmp(args.words[0], "show"))
		return show(args.words[1], args.results);
	return make(args.words[1], args.words[2]);
}
