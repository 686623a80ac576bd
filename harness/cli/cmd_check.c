// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture check: says all that is wrong with scenarios and with KNOWN-ISSUES; runs nothing. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmds.h"
#include "host/args.h"
#include "lib/base/options.h"
#include "lib/base/tree.h"
#include "lib/language/errors.h"
#include "lib/language/suite.h"
#include "lib/verdict/known.h"

static const struct argp argp = {
	.children = args_names,
	.args_doc = "[NAME|GLOB|GROUP|FILE.dma|KNOWN-ISSUES]...",
	.doc = "Says all that is wrong with scenarios, for every choice of their parameters and in each of "
	       "their worlds, and with files of known issues; all of the suite and its KNOWN-ISSUES when "
	       "nothing is named. Nothing is run.\v"
	       "Exit: 0 all is right, 2 something is wrong.",
};

struct checked {
	size_t scenarios, cells, issues, errors, files;	/* files: with errors */
};

static void take(struct checked *c, struct diags *diags, const char *text)
{
	diags_print(diags, text, stderr);
	c->errors += diags->nr;
	c->files += diags->nr > 0;
	diags_free(diags);
}

static void check_entry(struct checked *c, const struct suite *suite, size_t i)
{
	struct strbuf text = STRBUF_INIT;
	struct diags diags = { 0 };
	struct scenario *s = NULL;
	struct diag diag;
	int err = suite_load(suite, i, &s, &text, &diag);

	c->scenarios++;
	if (!err || diag.line)
		scenario_errors(suite->entries[i].path, strbuf_str(&text), text.len, &diags);
	if (err && !diags.nr)
		diags_add(&diags, &diag);
	if (s && !diags.nr)
		c->cells += scenario_variants(s) * __builtin_popcount(scenario_worlds(s));
	take(c, &diags, strbuf_str(&text));
	scenario_free(s);
	strbuf_free(&text);
}

/* Issues that excuse nothing any more are not wrong, but whoever keeps the file wants to know. */
static void say_expired(const struct known_issues *issues, const char *path)
{
	time_t now = time(NULL);
	char today[16];
	struct tm tm;

	strftime(today, sizeof(today), "%Y-%m-%d", gmtime_r(&now, &tm));
	for (size_t i = 0; i < issues->nr; i++)
		if (strcmp(today, issues->v[i].expires) > 0)
			printf("%s:%u: issue %s counts no longer: it expired on %s\n", path,
			       issues->v[i].line, issues->v[i].name, issues->v[i].expires);
}

static void check_known(struct checked *c, const char *path)
{
	struct strbuf text = STRBUF_INIT;
	struct known_issues issues = { 0 };
	struct diags diags = { 0 };
	struct diag diag = { 0 };
	int err = strbuf_read_file(&text, path);

	if (err) {
		diag_error(&diag, path, (struct pos){ 0 }, "cannot be read: %s", strerror(-err));
		diags_add(&diags, &diag);
	} else if (!known_errors(path, strbuf_str(&text), &diags) &&
		   !known_parse(&issues, path, strbuf_str(&text), &diag)) {
		c->issues += issues.nr;
		say_expired(&issues, path);
	}
	take(c, &diags, strbuf_str(&text));
	known_free(&issues);
	strbuf_free(&text);
}

static bool is_known(const char *name)
{
	const char *slash = strrchr(name, '/');

	return !strcmp(slash ? slash + 1 : name, "KNOWN-ISSUES");
}

/* Checks files of known issues, and moves the other names to the front. Returns how many. */
static int take_known(struct checked *c, const struct args_names *a)
{
	int nr = 0;

	for (int i = 0; i < a->nr_names; i++)
		if (is_known(a->names[i]))
			check_known(c, a->names[i]);
		else
			a->names[nr++] = a->names[i];
	return nr;
}

static void check_suite_known(struct checked *c, const char *dir)
{
	char *path;

	if (!dir)
		dir = getenv("DMATORTURE_SCENARIOS");
	path = xasprintf("%s/KNOWN-ISSUES", dir ? dir : tree_path("scenarios"));
	if (!access(path, F_OK))
		check_known(c, path);
	free(path);
}

int cmd_check(int argc, char **argv)
{
	struct args_names args = { 0 };
	struct checked c = { 0 };
	struct suite suite = { 0 };
	int nr;

	options_read(&argp, argc, argv, &args);
	nr = take_known(&c, &args);
	if (!args.nr_names)
		check_suite_known(&c, args.scenarios);
	if ((nr || !args.nr_names) && suite_select(&suite, args.scenarios, args.names, nr)) {
		suite_free(&suite);
		return 2;
	}
	for (size_t i = 0; i < suite.nr; i++)
		check_entry(&c, &suite, i);
	suite_free(&suite);
	if (c.errors) {
		fprintf(stderr, "dmatorture: %zu error%s in %zu file%s\n", c.errors,
			c.errors == 1 ? "" : "s", c.files, c.files == 1 ? "" : "s");
		return 2;
	}
	printf("%zu scenario%s, %zu cells, %zu known issues: right\n", c.scenarios,
	       c.scenarios == 1 ? "" : "s", c.cells, c.issues);
	return 0;
}
