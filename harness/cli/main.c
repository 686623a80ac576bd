// SPDX-License-Identifier: GPL-2.0-only
/* The command line: the table of verbs, the help, and the call of a verb. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmds.h"
#include "lib/base/options.h"
#include "lib/base/terminal.h"
#include "lib/base/version.h"
#include "lib/program/words.h"
#include "snoop/snoop.h"

static const struct {
	const char *name;
	int (*fn)(int argc, char **argv);
	const char *help;
} verbs[] = {
	{ "list",  cmd_list,  "list the scenarios with their titles" },
	{ "show",  cmd_show,  "print a scenario as the parser understood it" },
	{ "check", cmd_check, "say all that is wrong with scenarios and known issues" },
	{ "run",   cmd_run,   "run scenarios in guests, print the verdicts" },
	{ "repro", cmd_repro, "run a failure again and say whether it came out identical" },
	{ "bundle", cmd_bundle, "pack failures into one file that can be repeated elsewhere" },
	{ "recover", cmd_recover, "make the verdicts of a run whose harness was killed" },
	{ "snoop", cmd_snoop, "watch DMA on this machine and report violations" },
	{ "judge", cmd_judge, "find the violations in a recording" },
	{ "events", cmd_events, "print a recording, one line for each event" },
	{ "timeline", cmd_timeline, "draw what happened around a finding" },
	{ "fuzz",  cmd_fuzz,  "run random programs and compare judge, data and worlds" },
	{ "reduce", cmd_reduce, "find the smallest scenario that shows the same" },
	{ "distill", cmd_distill, "make a scenario of what a recording has around a finding" },
	{ "explain", cmd_explain, "explain a class of violations" },
	{ "predict", cmd_predict, "say what must, may and must not come of scenarios, before anything runs" },
	{ "bench", cmd_bench, "measure the costs of orders: legacy, split, shared and no offload" },
	{ "compare", cmd_compare, "compare what two runs measured: is B slower than A?" },
	{ "baseline", cmd_baseline, "keep what runs measured under a name" },
	{ "history", cmd_history, "show a metric over time, and when it changed" },
	{ "report", cmd_report, "show what runs measured as a page, plots and a mail" },
	{ "samples", cmd_samples, "print what a run measured as text" },
	{ "export", cmd_export, "print the verdicts of a run in a CI system's format" },
	{ "pack", cmd_pack, "make one archive of all that a board needs for a run" },
	{ "plan", cmd_plan, "divide a suite into parts that can run anywhere" },
	{ "merge", cmd_merge, "join the runs of many machines to one verdict" },
	{ "bisect", cmd_bisect, "find the commit of a kernel tree that broke a scenario" },
	{ "kernels", cmd_kernels, "list the kernels that can be run, and what is set up" },
};

#define NR_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static int help(FILE *out, int code)
{
	fprintf(out, "usage: dmatorture VERB [OPTION...]\n\n");
	for (size_t i = 0; i < NR_VERBS; i++)
		fprintf(out, "  %-8s %s\n", verbs[i].name, verbs[i].help);
	fprintf(out, "\n`dmatorture VERB --help` shows a verb's options.\n"
		"`dmatorture --version` prints the version. `dmatorture --parse-only VERB ...` only checks\n"
		"a command line and says what is wrong with it.\n");
	return code;
}

/* For manual pages and completion: options_describe(). */
static int describe_verbs(void)
{
	for (size_t i = 0; i < NR_VERBS; i++)
		printf("verb\t%s\t%s\n", verbs[i].name, verbs[i].help);
	return 0;
}

static int unknown_verb(const char *word)
{
	const char *words[NR_VERBS + 1], *near;

	for (size_t i = 0; i < NR_VERBS; i++)
		words[i] = verbs[i].name;
	words[NR_VERBS] = NULL;
	near = word_nearest(words, word, strlen(word));
	if (near)
		fprintf(stderr, "dmatorture: no verb '%s'; did you mean '%s'?\n", word, near);
	else
		fprintf(stderr, "dmatorture: no verb '%s'; `dmatorture help` names them\n", word);
	return 2;
}

static int run_verb(int argc, char **argv)
{
	static char name[32];

	for (size_t i = 0; i < NR_VERBS; i++) {
		if (strcmp(argv[1], verbs[i].name))
			continue;
		snprintf(name, sizeof(name), "dmatorture %s", verbs[i].name);
		argv[1] = name;
		return verbs[i].fn(argc - 1, argv + 1);
	}
	return unknown_verb(argv[1]);
}

static bool is_one_of(const char *arg, const char *a, const char *b)
{
	return !strcmp(arg, a) || !strcmp(arg, b);
}

static int dispatch(int argc, char **argv)
{
	if (argc < 2)
		return help(stderr, 2);
	if (!strcmp(argv[1], "--parse-only") && argc > 2) {
		options_parse_only();
		return run_verb(argc - 1, argv + 1);
	}
	if (!strcmp(argv[1], "--describe")) {
		options_describe();
		return argc > 2 ? run_verb(argc - 1, argv + 1) : describe_verbs();
	}
	if (is_one_of(argv[1], "--version", "-V")) {
		printf("dmatorture %s\n", dmatorture_version);
		return 0;
	}
	if (!strcmp(argv[1], "help") && argc > 2) {
		static char option[] = "--help";
		char *verb[] = { argv[0], argv[2], option, NULL };

		return run_verb(3, verb);
	}
	if (is_one_of(argv[1], "--help", "-h") || !strcmp(argv[1], "help"))
		return help(stdout, 0);
	return run_verb(argc, argv);
}

int main(int argc, char **argv)
{
	int code;

	terminal_guard();
	/* The parent may have ignored it, and then exit codes of children would be lost. */
	signal(SIGCHLD, SIG_DFL);
	code = dispatch(argc, argv);

	/* Fail if a full disk or a closed pipe has lost the output. */
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "dmatorture: cannot write to the standard output\n");
		return 3;
	}
	return code;
}
