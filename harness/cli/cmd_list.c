// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture list, dmatorture show: list scenarios, and print one as the parser understood it. */
#include <argp.h>
#include <stdlib.h>

#include "cmds.h"
#include "lib/base/options.h"
#include "lib/language/suite.h"

struct list_args {
	const char *scenarios;
	char **names;
	int nr_names;
};

static const struct argp_option options[] = {
	{ "scenarios", 'S', "DIR", 0, "where scenarios are", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct list_args *a = state->input;

	switch (key) {
	case 'S':
		a->scenarios = arg;
		return 0;
	case ARGP_KEY_ARGS:
		a->names = state->argv + state->next;
		a->nr_names = state->argc - state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_line(const struct scenario *s, size_t i)
{
	(void)i;
	printf("%-32s %5zu  %s\n", scenario_name(s), scenario_variants(s), scenario_title(s));
}

static void print_whole(const struct scenario *s, size_t i)
{
	if (i)
		printf("\n");
	scenario_print(s, stdout);
}

typedef void show_fn(const struct scenario *s, size_t i);

static int for_each(int argc, char **argv, const char *doc, show_fn *fn, bool need_name)
{
	const struct argp argp = { .options = options, .parser = parse_opt,
				   .args_doc = need_name ? "NAME|GLOB|GROUP|FILE.dma..."
							 : "[NAME|GLOB|GROUP]...",
				   .doc = doc };
	struct list_args args = { 0 };
	struct suite suite;
	int code = 0;

	options_read(&argp, argc, argv, &args);
	if (need_name && !args.nr_names) {
		fprintf(stderr, "dmatorture: which scenario? `dmatorture list` names them\n");
		return 2;
	}
	if (suite_select(&suite, args.scenarios, args.names, args.nr_names)) {
		suite_free(&suite);
		return 2;
	}
	for (size_t i = 0; i < suite.nr; i++) {
		struct strbuf text = STRBUF_INIT;
		struct scenario *s;
		struct diag diag;

		if (suite_load(&suite, i, &s, &text, &diag)) {
			suite_complain(&suite, i, &text, &diag, stderr);
			code = 2;
		} else {
			fn(s, i);
			scenario_free(s);
		}
		strbuf_free(&text);
	}
	suite_free(&suite);
	return code;
}

int cmd_list(int argc, char **argv)
{
	return for_each(argc, argv, "Lists scenarios: name, combinations of parameters, title.",
			print_line, false);
}

int cmd_show(int argc, char **argv)
{
	return for_each(argc, argv, "Prints the canonical form of a scenario: what the parser understood.",
			print_whole, true);
}
