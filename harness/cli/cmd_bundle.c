// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture bundle: packs failures into one file, to be sent and repeated elsewhere. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "cmds.h"
#include "host/bundle.h"
#include "lib/base/options.h"

struct bundle_args {
	const char *dir, *out;
};

static const struct argp_option options[] = {
	{ "out", 'o', "FILE", 0, "the file to make (default: NAME.tar.zst in this directory)", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct bundle_args *a = state->input;

	switch (key) {
	case 'o':
		a->out = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->dir)
			argp_error(state, "one failure or one run at a time");
		a->dir = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->dir)
			argp_error(state, "which failure or run? RUN/failures/NAME or RUN");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "RUN|RUN/failures/NAME",
	.doc = "Packs a failure, or all failures of a run, into one .tar.zst: scenario, recording, report, "
	       "timeline, console, and what was booted with its checksums. `dmatorture repro FILE` repeats it "
	       "on another machine.\v"
	       "No path and no name of this machine is in it: home, working directory, tree and run directory, "
	       "and the names of user and host if they have four letters or more, are looked for in every file, "
	       "and where one is found nothing is made.\n"
	       "Exit: 0 made, 2 no failure there, 3 it could not be made.",
};

int cmd_bundle(int argc, char **argv)
{
	struct bundle_args args = { 0 };
	char *name, *slash, *file;
	int code;

	options_read(&argp, argc, argv, &args);
	name = xstrdup(args.dir);
	while (strlen(name) > 1 && name[strlen(name) - 1] == '/')
		name[strlen(name) - 1] = '\0';
	slash = strrchr(name, '/');
	file = args.out ? xstrdup(args.out) : xasprintf("%s.tar.zst", slash ? slash + 1 : name);
	code = bundle_make(args.dir, file);
	free(name);
	free(file);
	return code;
}
