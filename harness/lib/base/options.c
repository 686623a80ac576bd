// SPDX-License-Identifier: GPL-2.0-only
/* Command lines of verbs: one way to read them, and to try them. */
#include "options.h"

#include <stdlib.h>

static bool parse_only;

void options_parse_only(void)
{
	parse_only = true;
}

bool options_only_parsed(void)
{
	return parse_only;
}

void options_read(const struct argp *argp, int argc, char **argv, void *input)
{
	argp_err_exit_status = 2;
	argp_parse(argp, argc, argv, 0, NULL, input);
	if (parse_only)
		exit(0);
}
