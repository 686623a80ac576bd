// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture show: prints scenarios as the parser understood them. */
#include <argp.h>

#include "cmds.h"
#include "lib/base/options.h"
#include "lib/language/suite.h"

struct show_args {
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
	struct show_args *a = state->input;

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

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "NAME|GLOB|GROUP|FILE.dma...",
	.doc = "Prints the canonical form of a scenario: what the parser understood.",
};

int cmd_show(int argc, char **argv)
{
	struct show_args args = { 0 };
	struct suite suite;
	int code = 0;

	options_read(&argp, argc, argv, &args);
	if (!args.nr_names) {
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
			if (i)
				printf("\n");
			scenario_print(s, stdout);
			scenario_free(s);
		}
		strbuf_free(&text);
	}
	suite_free(&suite);
	return code;
}
