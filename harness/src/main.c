// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "cmds.h"
#include "lib/strbuf.h"

#define VERSION "0.1"

static const struct {
	const char *name;
	int (*fn)(int argc, char **argv);
	const char *help;
} verbs[] = {
	{ "list",  cmd_list,  "the scenarios, with their titles" },
	{ "show",  cmd_show,  "a scenario as it was understood" },
	{ "run",   cmd_run,   "run scenarios in guests, print the verdicts" },
	{ "repro", cmd_repro, "run a failure again and say whether it came out identical" },
};

static int help(FILE *out, int code)
{
	fprintf(out, "usage: dmatorture VERB [OPTION...]\n\n");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		fprintf(out, "  %-7s %s\n", verbs[i].name, verbs[i].help);
	fprintf(out, "\n`dmatorture VERB --help` tells a verb's options.\n");
	return code;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return help(stderr, 2);
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return help(stdout, 0);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("dmatorture " VERSION "\n");
		return 0;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		static char name[32];

		if (strcmp(argv[1], verbs[i].name))
			continue;
		snprintf(name, sizeof(name), "dmatorture %s", verbs[i].name);
		argv[1] = name;
		return verbs[i].fn(argc - 1, argv + 1);
	}
	fprintf(stderr, "dmatorture: no verb '%s'\n", argv[1]);
	return help(stderr, 2);
}
