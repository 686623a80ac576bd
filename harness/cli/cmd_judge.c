// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture judge: finds the violations in a recording. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmds.h"
#include "host/recording_arg.h"
#include "lib/base/json_text.h"
#include "lib/base/options.h"
#include "lib/outputs/report_json.h"

struct judge_args {
	const char *file;
	const struct violation *class;
	bool json;
};

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "print findings and counters as JSON", 0 },
	{ "class", 'c', "CLASS", 0, "only this class", 0 },
	{ 0 }
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct judge_args *a = state->input;

	switch (key) {
	case 'j':
		a->json = true;
		return 0;
	case 'c':
		a->class = class_arg(state, arg);
		return 0;
	default:
		return recording_key(key, arg, state, &a->file);
	}
}

static void print_text(const struct evstream *s, const struct judge_args *a,
		       const struct report_group *groups, size_t nr)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < nr; i++) {
		char *again;

		if (groups[i].follows)
			continue;
		again = xasprintf("dmatorture judge %s --class %s", a->file,
				  groups[i].first->class->name);
		report_text(s, groups, nr, i, again, NULL, &out);
		strbuf_addc(&out, '\n');
		free(again);
	}
	report_list(groups, nr, &out);
	report_summary(s, &out);
	fputs(strbuf_str(&out), stdout);
	strbuf_free(&out);
}

static void print_json(const struct evstream *s, const struct report_group *groups, size_t nr)
{
	json_t *root = report_summary_json(s), *findings = json_array();
	char *text;

	for (size_t i = 0; i < nr; i++)
		json_array_append_new(findings, report_json(s, &groups[i]));
	json_object_set_new(root, "schema", json_integer(1));
	json_object_set_new(root, "findings", findings);
	text = json_take(root, JSON_INDENT(2) | JSON_SORT_KEYS);
	printf("%s\n", text);
	free(text);
}

/* The exit code. Incomplete comes before violations, which are printed in both cases. */
static int outcome(const struct evstream *s, size_t nr)
{
	if (evstream_incomplete(s))
		return 3;
	return nr ? 1 : 0;
}

static int judge_file(const void *args, FILE *f)
{
	const struct judge_args *a = args;
	struct evstream *s = evstream_new(NULL);
	struct report_group *groups;
	size_t nr;
	int code;

	/* Where no event was judged, "violations: 0" would be misleading. */
	if (!recording_take(f, a->file, s) && !a->json) {
		evstream_free(s);
		return 3;
	}
	groups = report_groups(s, a->class, &nr);
	if (a->json)
		print_json(s, groups, nr);
	else
		print_text(s, a, groups, nr);
	code = outcome(s, nr);
	free(groups);
	evstream_free(s);
	return code;
}

int cmd_judge(int argc, char **argv)
{
	const struct argp argp = {
		.options = options, .parser = parse_opt, .args_doc = "FILE",
		.doc = "Judges a recording (events.bin). Exits 0: no violation, 1: violations, 3: the recording is not complete.",
	};
	struct judge_args args = { 0 };

	options_read(&argp, argc, argv, &args);
	return recording_use(args.file, judge_file, &args);
}
