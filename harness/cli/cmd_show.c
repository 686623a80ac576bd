// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture show: prints scenarios as the parser understood them. */
#include <argp.h>

#include "cmds.h"
#include "host/args.h"
#include "lib/base/options.h"
#include "lib/language/suite.h"

static const struct argp argp = {
	.children = args_names,
	.args_doc = "NAME|GLOB|GROUP|FILE.dma...",
	.doc = "Prints the canonical form of a scenario: what the parser understood.",
};

int cmd_show(int argc, char **argv)
{
	struct args_names args = { 0 };
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
