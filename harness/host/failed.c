// SPDX-License-Identifier: GPL-2.0-only
/* Reads which cells of an earlier run did not pass, and with which options that run was started. */
#include "failed.h"

#include <stdlib.h>
#include <string.h>

#include "lib/outputs/output.h"
#include "lib/verdict/run.h"

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_scenario(struct failed *f, const char *name)
{
	for (size_t i = 0; i < f->nr_scenarios; i++)
		if (!strcmp(f->scenarios[i], name))
			return;
	f->scenarios = xrealloc(f->scenarios, (f->nr_scenarios + 1) * sizeof(*f->scenarios));
	f->scenarios[f->nr_scenarios++] = xstrdup(name);
}

/* The options that decide what its cells were. A run of an earlier version has no plan. */
static void read_options(const char *dir, struct failed *f)
{
	char *path = xasprintf("%s/" RUN_PLAN_FILE, dir);
	json_t *plan = json_load_file(path, 0, NULL);
	const char *seed = json_string_value(json_object_get(plan, "scenario_seed"));

	f->drivers = json_is_true(json_object_get(plan, "drivers"));
	f->repeat = json_integer_value(json_object_get(plan, "repeat"));
	f->has_seed = seed;
	f->seed = seed ? strtoull(seed, NULL, 0) : 0;
	json_decref(plan);
	free(path);
}

int failed_read(const char *dir, bool incomplete, struct failed *f)
{
	struct output out = { 0 };
	char why[256];

	memset(f, 0, sizeof(*f));
	if (output_add_dir(&out, dir, why)) {
		fprintf(stderr, "dmatorture: %s: %s\n", dir, why);
		output_free(&out);
		return 2;
	}
	f->kernel = xstrdup(out.runs[0].kernel);
	for (size_t i = 0; i < out.runs[0].nr; i++) {
		const struct out_cell *c = &out.runs[0].cells[i];

		if (c->outcome <= (incomplete ? OUTCOME_SKIP : OUTCOME_INCOMPLETE))
			continue;
		f->ids = xrealloc(f->ids, (f->nr + 1) * sizeof(*f->ids));
		f->ids[f->nr++] = xstrdup(c->id);
		add_scenario(f, c->scenario);
	}
	failed_sort(f);
	read_options(dir, f);
	output_free(&out);
	return 0;
}

void failed_sort(struct failed *f)
{
	if (f->nr)
		qsort(f->ids, f->nr, sizeof(*f->ids), by_text);
}

bool failed_has(const struct failed *f, const char *id)
{
	return f->nr && bsearch(&id, f->ids, f->nr, sizeof(*f->ids), by_text);
}

void failed_free(struct failed *f)
{
	for (size_t i = 0; i < f->nr; i++)
		free(f->ids[i]);
	for (size_t i = 0; i < f->nr_scenarios; i++)
		free(f->scenarios[i]);
	free(f->ids);
	free(f->scenarios);
	free(f->kernel);
	memset(f, 0, sizeof(*f));
}
