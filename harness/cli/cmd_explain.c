// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture explain: says what a class of violations is. */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "cmds.h"
#include "lib/base/options.h"
#include "lib/report/report.h"

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	const char **class = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (*class)
		argp_error(state, "one class, or none for a list");
	*class = arg;
	return 0;
}

static int list_all(void)
{
	for (int id = 0; id < V__COUNT; id++) {
		const struct violation *v = violation_get(id);

		printf("%-4s %-24s %s%s\n", v->code, v->name, v->seen ? "" : "(not seen) ",
		       v->definition);
	}
	return 0;
}

static int explain(const char *name)
{
	const struct violation *v = violation_find(name);
	struct strbuf out = STRBUF_INIT;
	const char *near;

	if (!v) {
		near = violation_nearest(name);
		if (near)
			fprintf(stderr, "dmatorture: no class '%s'; did you mean '%s'?\n", name, near);
		else
			fprintf(stderr, "dmatorture: no class '%s'; `dmatorture explain` lists them\n", name);
		return 2;
	}
	report_class(v, &out);
	fputs(strbuf_str(&out), stdout);
	strbuf_free(&out);
	return 0;
}

int cmd_explain(int argc, char **argv)
{
	const struct argp argp = {
		.parser = parse_opt, .args_doc = "[CLASS]",
		.doc = "Explains a class of violations: the rule, where the kernel states it, how it is detected, or why it is not.",
	};
	const char *class = NULL;

	options_read(&argp, argc, argv, &class);
	return class ? explain(class) : list_all();
}
