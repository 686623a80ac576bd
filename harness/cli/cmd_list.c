// SPDX-License-Identifier: GPL-2.0-only
/* dmatorture list: which scenarios there are, what they cost and what they show. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "cmds.h"
#include "host/usual.h"
#include "lib/base/json_text.h"
#include "lib/base/options.h"
#include "lib/judge/violation.h"
#include "lib/language/suite.h"

#define DEFAULT_KERNEL	"debian:6.12"

struct list_args {
	const char *scenarios, *class, *word, *kernel;
	bool json;
	char **names;
	int nr_names;
};

static const struct argp_option options[] = {
	{ "scenarios", 'S', "DIR", 0, "where scenarios are", 0 },
	{ "class", 'c', "CLASS", 0, "only those that show this class of violations", 0 },
	{ "word", 'w', "WORD", 0, "only those with this word in name, title or classes", 0 },
	{ "kernel", 'k', "KERNEL", 0, "the times are of runs on this kernel (default debian:6.12)", 0 },
	{ "json", 'j', NULL, 0, "print JSON, an object in each line", 0 },
	{ 0 }
};

static void set_class(struct argp_state *state, struct list_args *a, const char *arg)
{
	const struct violation *v = violation_find(arg);
	const char *near = v ? NULL : violation_nearest(arg);

	if (near)
		argp_failure(state, 2, 0, "no class '%s'; did you mean '%s'?", arg, near);
	if (!v)
		argp_failure(state, 2, 0, "no class '%s'; `dmatorture explain` lists them", arg);
	a->class = v->name;
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct list_args *a = state->input;

	switch (key) {
	case 'S':
		a->scenarios = arg;
		return 0;
	case 'c':
		set_class(state, a, arg);
		return 0;
	case 'w':
		a->word = arg;
		return 0;
	case 'k':
		a->kernel = arg;
		return 0;
	case 'j':
		a->json = true;
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
	.args_doc = "[NAME|GLOB|GROUP]...",
	.doc = "Lists scenarios: name, cells, worlds, the usual time of all these cells in one guest each "
	       "world, title, and the classes of violations that it shows. The time is that of earlier runs "
	       "on this machine; - when a world of it never ran here.",
};

/* One scenario, as it is listed. */
struct item {
	const struct scenario *s;
	unsigned int worlds;
	size_t cells;
	const char *classes[SCENARIO_CLASSES];
	size_t nr_classes;
	double seconds;		/* below 0: not known */
};

static void look_at(struct item *it, const struct scenario *s, const struct usual *usual,
		    const char *kernel)
{
	*it = (struct item){ .s = s, .worlds = scenario_worlds(s) };
	it->cells = scenario_variants(s) * __builtin_popcount(it->worlds);
	it->nr_classes = scenario_classes(s, it->classes);
	for (int w = 0; w < WORLD__COUNT && it->seconds >= 0; w++) {
		double one = 0;

		if (it->worlds & 1u << w)
			one = usual_cell(usual, kernel, scenario_name(s), w);

		it->seconds = one < 0 ? -1 : it->seconds + one * scenario_variants(s);
	}
}

static bool is_wanted(const struct item *it, const struct list_args *a)
{
	bool class = !a->class, word = !a->word || strcasestr(scenario_name(it->s), a->word) ||
		     strcasestr(scenario_title(it->s), a->word);

	for (size_t i = 0; i < it->nr_classes; i++) {
		class |= a->class && !strcmp(it->classes[i], a->class);
		word |= a->word && strcasestr(it->classes[i], a->word);
	}
	return class && word;
}

static void print_line(const struct item *it)
{
	char worlds[64] = "all", seconds[16] = "-";
	size_t at = 0;

	for (int w = 0; w < WORLD__COUNT && it->worlds != WORLDS_DEFAULT; w++)
		if (it->worlds & 1u << w)
			at += snprintf(worlds + at, sizeof(worlds) - at, "%s%s", at ? "," : "",
				       world_name(w));
	if (it->seconds >= 0)
		snprintf(seconds, sizeof(seconds), "%.1f", it->seconds);
	printf("%-32s %5zu cells  %-16s %7s s  %s", scenario_name(it->s), it->cells, worlds, seconds,
	       scenario_title(it->s));
	for (size_t i = 0; i < it->nr_classes; i++)
		printf("%s%s", i ? ", " : " [", it->classes[i]);
	printf("%s\n", it->nr_classes ? "]" : "");
}

static void print_json(const struct item *it)
{
	json_t *o = json_object(), *worlds = json_array(), *classes = json_array();
	char *text;

	for (int w = 0; w < WORLD__COUNT; w++)
		if (it->worlds & 1u << w)
			json_array_append_new(worlds, json_text(world_name(w)));
	for (size_t i = 0; i < it->nr_classes; i++)
		json_array_append_new(classes, json_text(it->classes[i]));
	json_object_set_new(o, "name", json_text(scenario_name(it->s)));
	json_object_set_new(o, "title", json_text(scenario_title(it->s)));
	json_object_set_new(o, "file", json_text(scenario_file(it->s)));
	json_object_set_new(o, "cells", json_integer(it->cells));
	json_object_set_new(o, "worlds", worlds);
	json_object_set_new(o, "classes", classes);
	json_object_set_new(o, "drivers", json_boolean(scenario_drivers(it->s)));
	if (it->seconds >= 0)
		json_object_set_new(o, "usual_s", json_real(it->seconds));
	text = json_take(o, JSON_COMPACT);
	puts(text);
	free(text);
}

static int list(const struct suite *suite, const struct list_args *a)
{
	struct usual *usual = usual_load();
	int code = 0;

	for (size_t i = 0; i < suite->nr; i++) {
		struct strbuf text = STRBUF_INIT;
		struct scenario *s;
		struct diag diag;
		struct item it;

		if (suite_load(suite, i, &s, &text, &diag)) {
			suite_complain(suite, i, &text, &diag, stderr);
			code = 2;
		} else {
			look_at(&it, s, usual, a->kernel);
			if (is_wanted(&it, a))
				a->json ? print_json(&it) : print_line(&it);
			scenario_free(s);
		}
		strbuf_free(&text);
	}
	usual_free(usual);
	return code;
}

int cmd_list(int argc, char **argv)
{
	struct list_args args = { .kernel = DEFAULT_KERNEL };
	struct suite suite;
	int code = 2;

	options_read(&argp, argc, argv, &args);
	if (!suite_select(&suite, args.scenarios, args.names, args.nr_names))
		code = list(&suite, &args);
	suite_free(&suite);
	return code;
}
