// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture export: prints the verdicts of run directories in a format of other tools. */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmds.h"
#include "host/recording_arg.h"
#include "host/rundir.h"
#include "lib/base/options.h"
#include "lib/outputs/output.h"
#include "lib/program/words.h"
#include "lib/timeline/perfetto.h"

typedef char *format_fn(const struct output *out);

static const struct {
	const char *name;
	format_fn *text;
} formats[] = {
	{ "ktap", output_ktap },
	{ "junit", output_junit },
	{ "kcidb", output_kcidb },
	{ "lava", output_lava },
	{ "perfetto", NULL },	/* of a recording, not of runs */
};

#define FORMATS "ktap, junit, kcidb, lava, perfetto"
#define NR_FORMATS (sizeof(formats) / sizeof(formats[0]))

enum { OPT_ORIGIN = 0x100, OPT_KMSG };

struct export_args {
	const char *origin, *kmsg, *output;
	format_fn *format;		/* NULL: perfetto */
	char **dirs;
	int nr_dirs;
};

static format_fn *find_format(struct argp_state *state, const char *name)
{
	const char *words[NR_FORMATS + 1] = { NULL }, *near;

	for (size_t i = 0; i < NR_FORMATS; i++) {
		if (!strcmp(formats[i].name, name))
			return formats[i].text;
		words[i] = formats[i].name;
	}
	near = word_nearest(words, name, strlen(name));
	argp_failure(state, 2, 0, "no format '%s'%s%s%s; there are " FORMATS, name,
		     near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
	return NULL;
}

static const struct argp_option options[] = {
	{ "origin", OPT_ORIGIN, "NAME", 0, "kcidb: the name of your CI system (default dmatorture)", 0 },
	{ "output", 'o', "FILE", 0, "perfetto: write to this file (default: the standard output)", 0 },
	{ "kmsg", OPT_KMSG, "FILE", OPTION_ARG_OPTIONAL, "lava: write to /dev/kmsg, so that the kernel's messages do not split a line", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct export_args *a = state->input;

	switch (key) {
	case OPT_ORIGIN:
		if (!*arg || arg[strspn(arg, "abcdefghijklmnopqrstuvwxyz0123456789_")])
			argp_failure(state, 2, 0, "--origin=%s: want small letters, digits and _", arg);
		a->origin = arg;
		return 0;
	case 'o':
		a->output = arg;
		return 0;
	case OPT_KMSG:
		a->kmsg = arg ? arg : "/dev/kmsg";
		return 0;
	case ARGP_KEY_ARGS:
		a->format = find_format(state, state->argv[state->next]);
		a->dirs = state->argv + state->next + 1;
		a->nr_dirs = state->argc - state->next - 1;
		if (a->nr_dirs)
			return 0;
		/* fall through */
	case ARGP_KEY_NO_ARGS:
		argp_failure(state, 2, 0, "want a format and a run directory, as: junit results/latest");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "FORMAT RUN...\nperfetto FILE",
	.doc = "Prints the verdicts of run directories as ktap, junit, kcidb or lava (signals); or a recording (events.bin) as perfetto, a trace that ui.perfetto.dev and chrome://tracing open.\v"
	       "Exit: 0, 2 usage, 3 a run directory that cannot be read, or a recording that is not complete.",
};

/*
 * Each write() is a message of its own, which the kernel does not mix with other messages. The
 * prefix <0> passes any console loglevel.
 */
static int write_kmsg(const char *path, char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = fd < 0 ? -errno : 0;
	char *line, *save = NULL;

	for (line = strtok_r(text, "\n", &save); line && !err; line = strtok_r(NULL, "\n", &save)) {
		char *message = xasprintf("<0>%s\n", line);

		if (write(fd, message, strlen(message)) != (ssize_t)strlen(message))
			err = -(errno ? errno : EIO);
		free(message);
	}
	if (fd >= 0 && close(fd) && !err)
		err = -errno;
	if (err)
		fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(-err));
	return err;
}

/* ---- perfetto ---- */

static int write_trace(const struct export_args *a, FILE *f, const struct evstream *s)
{
	struct whole w;
	int err;

	if (!a->output)
		return perfetto_write(f, s, stdout);
	err = whole_begin(&w, a->output);
	return err ? err : whole_end(&w, perfetto_write(f, s, w.f));
}

static int export_perfetto(const struct export_args *a)
{
	FILE *f = recording_open(a->dirs[0]);
	struct evstream *s;
	int code = 3, err;

	if (!f)
		return 2;
	s = evstream_new(NULL);
	if (recording_take(f, a->dirs[0], s)) {
		err = write_trace(a, f, s);
		if (err)
			fprintf(stderr, "dmatorture: %s: %s\n", a->output ? a->output : a->dirs[0],
				strerror(-err));
		else if (!evstream_incomplete(s))
			code = 0;
		else
			fprintf(stderr, "dmatorture: %s: incomplete: %s\n", a->dirs[0],
				evstream_incomplete(s));
	}
	evstream_free(s);
	fclose(f);
	return code;
}

static const char *wrong_pair(const struct export_args *a)
{
	if (a->kmsg && a->format != output_lava)
		return "--kmsg goes with lava";
	if (a->output && a->format)
		return "--output goes with perfetto";
	if (!a->format && a->nr_dirs != 1)
		return "perfetto: one recording at a time";
	return NULL;
}

int cmd_export(int argc, char **argv)
{
	struct export_args args = { 0 };
	struct output out = { 0 };
	char why[256], *text;
	const char *wrong;
	int code = 0;

	options_read(&argp, argc, argv, &args);
	wrong = wrong_pair(&args);
	if (wrong) {
		fprintf(stderr, "dmatorture: %s\n", wrong);
		return 2;
	}
	if (!args.format)
		return export_perfetto(&args);
	for (int i = 0; i < args.nr_dirs; i++) {
		if (!output_add_dir(&out, args.dirs[i], why))
			continue;
		fprintf(stderr, "dmatorture: %s: %s\n", args.dirs[i], why);
		code = 3;
	}
	if (!code) {
		out.origin = args.origin;
		text = args.format(&out);
		if (!args.kmsg)
			fputs(text, stdout);
		else if (write_kmsg(args.kmsg, text))
			code = 3;
		free(text);
	}
	output_free(&out);
	return code;
}
