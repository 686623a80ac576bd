// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture timeline: draws what happened around a finding of a recording. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmds.h"
#include "host/recording_arg.h"
#include "host/rundir.h"
#include "lib/base/options.h"
#include "lib/timeline/draw.h"

struct timeline_args {
	const char *file, *svg;
	struct draw_options draw;
};

enum { OPT_SVG = 0x100, OPT_FINDING, OPT_AROUND };

static const struct argp_option options[] = {
	{ "svg", OPT_SVG, "OUT", 0, "write a drawing to this file instead", 0 },
	{ "finding", OPT_FINDING, "N", 0, "the N-th finding that `dmatorture judge` lists, without those that follow from one (default: 1)", 0 },
	{ "around", OPT_AROUND, "MS", 0, "so many milliseconds before and after it (default: as far as its mappings and descriptors go)", 0 },
	{ 0 }
};

static void set_finding(struct argp_state *state, const char *arg, size_t *n)
{
	char *end;
	unsigned long v = strtoul(arg, &end, 10);

	if (*arg < '0' || *arg > '9' || *end || !v || v > 1000000)
		argp_error(state, "--finding=%s: want a number from 1 on", arg);
	*n = v;
}

static void set_around(struct argp_state *state, const char *arg, uint64_t *ns)
{
	char *end;
	double ms = strtod(arg, &end);

	if (*arg < '0' || *arg > '9' || *end || !(ms >= 0.000001 && ms <= 1e9))
		argp_error(state, "--around=%s: want milliseconds, such as 5 or 0.25", arg);
	*ns = (uint64_t)(ms * 1e6);
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct timeline_args *a = state->input;

	switch (key) {
	case OPT_SVG:
		a->svg = arg;
		a->draw.svg = true;
		return 0;
	case OPT_FINDING:
		set_finding(state, arg, &a->draw.finding);
		return 0;
	case OPT_AROUND:
		set_around(state, arg, &a->draw.around_ns);
		return 0;
	default:
		return recording_key(key, arg, state, &a->file);
	}
}

static const struct argp argp = {
	.options = options, .parser = parse_opt, .args_doc = "FILE",
	.doc = "Draws a finding of a recording (events.bin) in lanes: when the CPU and each device own the bytes, descriptors from prep to callback, and the calls of each thread and interrupt.\v"
	       "Without a finding, the first calls are drawn. Exit: 0, 2 usage or no such finding, 3 the recording is not complete, or the drawing could not be written.",
};

static int write_svg(const char *path, const struct strbuf *svg)
{
	int err = write_whole(path, strbuf_str(svg), svg->len);

	if (err)
		fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(-err));
	return err ? 3 : 0;
}

static int draw_file(const void *args, FILE *f)
{
	const struct timeline_args *a = args;
	struct evstream *s = evstream_new(NULL);
	struct strbuf out = STRBUF_INIT;
	int code = 3, err = 0;

	if (recording_take(f, a->file, s)) {
		err = timeline_draw(f, s, &a->draw, &out);
		code = err ? 2 : 0;
	}
	if (err == -ENOENT)
		fprintf(stderr, "dmatorture: %s: no finding %zu, there are %zu\n", a->file, a->draw.finding,
			timeline_findings(s));
	else if (err)
		fprintf(stderr, "dmatorture: %s: it is read twice, so it must be a file: %s\n", a->file,
			strerror(-err));
	if (!code && a->svg)
		code = write_svg(a->svg, &out);
	else if (!code)
		fputs(strbuf_str(&out), stdout);
	if (!code && evstream_incomplete(s)) {
		fprintf(stderr, "dmatorture: %s: incomplete: %s\n", a->file, evstream_incomplete(s));
		code = 3;
	}
	strbuf_free(&out);
	evstream_free(s);
	return code;
}

int cmd_timeline(int argc, char **argv)
{
	struct timeline_args args = { 0 };

	options_read(&argp, argc, argv, &args);
	return recording_use(args.file, draw_file, &args);
}
