// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verbs that are scripts: dmatorture bisect, which uses git and calls this program again, and
 * dmatorture kernels, which asks apt.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmds.h"
#include "lib/base/options.h"
#include "lib/base/tree.h"

/* Becomes the script. Returns, with the exit code, only when it cannot be run. */
static int become(const char *below, char **argv)
{
	static char option[] = "--help", *help[] = { NULL, option, NULL };
	const char *script = tree_path(below);
	char self[PATH_MAX] = "";
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0 || setenv("DMATORTURE_SELF", self, 1) ||
	    setenv("DMATORTURE_RESULTS", tree_results(), 0) ||
	    (options_only_parsed() && setenv("DMATORTURE_PARSE_ONLY", "1", 1))) {
		fprintf(stderr, "dmatorture: %s\n", strerror(errno));
		return 3;
	}
	argv[0] = (char *)script;
	help[0] = argv[0];
	if (options_described())
		argv = help;
	execv(script, argv);
	fprintf(stderr, "dmatorture: %s: %s\n", script, strerror(errno));
	return 3;
}

int cmd_bisect(int argc, char **argv)
{
	(void)argc;
	return become("harness/kernels/bisect", argv);
}

int cmd_kernels(int argc, char **argv)
{
	(void)argc;
	return become("harness/kernels/kernels", argv);
}
