// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture bisect: runs harness/kernels/bisect, which uses git and calls this program again. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmds.h"
#include "lib/base/options.h"
#include "lib/base/tree.h"

int cmd_bisect(int argc, char **argv)
{
	const char *script = tree_path("harness/kernels/bisect");
	char self[PATH_MAX] = "";
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	(void)argc;
	if (n < 0 || setenv("DMATORTURE_SELF", self, 1) ||
	    setenv("DMATORTURE_RESULTS", tree_path("results"), 0) ||
	    (options_only_parsed() && setenv("DMATORTURE_PARSE_ONLY", "1", 1))) {
		fprintf(stderr, "dmatorture: %s\n", strerror(errno));
		return 3;
	}
	argv[0] = (char *)script;
	execv(script, argv);
	fprintf(stderr, "dmatorture: %s: %s\n", script, strerror(errno));
	return 3;
}
