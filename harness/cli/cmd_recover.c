// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture recover: makes the verdicts of a run whose harness was killed. */
#include <argp.h>

#include "cmds.h"
#include "lib/base/options.h"
#include "host/resume.h"

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	const char **dir = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (*dir)
			argp_error(state, "one run at a time");
		*dir = arg;
		return 0;
	case ARGP_KEY_END:
		if (!*dir)
			argp_error(state, "which run? RUN is a run directory, as results/latest");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = parse_opt,
	.args_doc = "RUN",
	.doc = "Makes result.json and the other files of a run whose harness was killed, from what its "
	       "guests had sent by then. Cells that had not ended are incomplete.\v"
	       "`dmatorture run --resume RUN` runs these cells. Exit: as run; 2 when RUN is no run, still "
	       "goes on or has its result.json; 3 when its plan is damaged.",
};

int cmd_recover(int argc, char **argv)
{
	const char *dir = NULL;

	options_read(&argp, argc, argv, &dir);
	return run_recover(dir);
}
