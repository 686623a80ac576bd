// SPDX-License-Identifier: GPL-2.0-only
/* Command lines of verbs: one way to read them, and to try them. */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool parse_only, describe;

void options_parse_only(void)
{
	parse_only = true;
}

bool options_only_parsed(void)
{
	return parse_only;
}

void options_describe(void)
{
	describe = true;
}

bool options_described(void)
{
	return describe;
}

/* @text up to @end, or all of it, in one line. */
static void print_field(const char *what, const char *text, const char *end)
{
	if (!text || !*text || text == end)
		return;
	printf("%s\t", what);
	for (; *text && text != end; text++)
		putchar(*text == '\n' || *text == '\t' ? ' ' : *text);
	putchar('\n');
}

static void print_table(const struct argp *argp)
{
	for (const struct argp_option *o = argp->options; o && (o->name || o->key || o->doc); o++) {
		bool letter = o->key > ' ' && o->key < 0x7f;

		if (!o->name || o->flags & OPTION_HIDDEN)
			continue;
		printf("option\t%s\t%.*s\t%s\t%s\t%s\n", o->name, letter, (char[]){ o->key, 0 },
		       o->arg ? o->arg : "", o->flags & OPTION_ARG_OPTIONAL ? "optional" : "",
		       o->doc ? o->doc : "");
	}
	for (const struct argp_child *c = argp->children; c && c->argp; c++)
		print_table(c->argp);
}

static void print_argp(const struct argp *argp)
{
	const char *after = argp->doc ? strchr(argp->doc, '\v') : NULL;

	print_field("args", argp->args_doc, NULL);
	print_field("doc", argp->doc, after);
	print_field("after", after ? after + 1 : NULL, NULL);
	print_table(argp);
}

void options_read(const struct argp *argp, int argc, char **argv, void *input)
{
	if (describe) {
		print_argp(argp);
		exit(0);
	}
	argp_err_exit_status = 2;
	argp_parse(argp, argc, argv, 0, NULL, input);
	if (parse_only)
		exit(0);
}
