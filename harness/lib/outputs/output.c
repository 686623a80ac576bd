// SPDX-License-Identifier: GPL-2.0-only
/* Reads runs from result.json, for the code that writes other formats. */
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/verdict/run.h"

int outcome_parse(const char *name, enum outcome *outcome)
{
	for (int i = 0; i < OUTCOME__COUNT; i++) {
		if (strcmp(name, outcome_name(i)))
			continue;
		*outcome = i;
		return 0;
	}
	return -EINVAL;
}

static const char *string_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static int read_cell(struct out_cell *c, const json_t *o, size_t i, char why[256])
{
	const json_t *messages = json_object_get(o, "messages");
	const json_t *ns = json_object_get(json_object_get(o, "run"), "virtual_ns");
	const char *outcome = string_of(o, "outcome");

	c->json = o;
	c->id = string_of(o, "id");
	c->scenario = string_of(o, "scenario");
	c->world = string_of(o, "world");
	c->drivers = json_is_true(json_object_get(o, "drivers"));
	if (!c->id || !c->scenario || !c->world || !outcome ||
	    strncmp(c->id, c->scenario, strlen(c->scenario))) {
		snprintf(why, 256, "cell %zu has no id, scenario, world or outcome", i);
		return -EINVAL;
	}
	if (outcome_parse(outcome, &c->outcome)) {
		snprintf(why, 256, "cell %zu: no outcome '%.60s'", i, outcome);
		return -EINVAL;
	}
	c->messages = xcalloc(json_array_size(messages) + 1, sizeof(*c->messages));
	for (size_t k = 0; k < json_array_size(messages); k++) {
		const char *m = json_string_value(json_array_get(messages, k));

		if (m)
			c->messages[c->nr_messages++] = m;
	}
	c->timed = json_is_integer(ns);
	c->ns = c->timed ? json_integer_value(ns) : 0;
	return 0;
}

static void free_run(struct out_run *run)
{
	for (size_t i = 0; i < run->nr; i++)
		free(run->cells[i].messages);
	free(run->cells);
	json_decref(run->result);
	json_decref(run->env);
}

/* Reads all of run->result but its cells. */
static int read_head(struct out_run *run, const char *env, char why[256])
{
	const char *schema;

	if (env && *env)
		run->env = json_loads(env, 0, NULL);
	schema = string_of(run->result, "schema");
	run->kernel = string_of(run->result, "kernel");
	run->release = string_of(run->result, "release");
	run->accel = string_of(run->result, "accelerator");
	run->ended = string_of(run->env, "ended");
	if (schema && !strcmp(schema, "dmatorture-result-1") && run->kernel && run->release &&
	    run->accel)
		return 0;
	snprintf(why, 256, "result.json is no dmatorture-result-1");
	return -EINVAL;
}

static int read_run(struct out_run *run, const char *result, const char *env, char why[256])
{
	json_error_t error;
	json_t *cells;
	int err;

	run->result = json_loads(result, 0, &error);
	if (!run->result) {
		snprintf(why, 256, "result.json:%d:%d: %.160s", error.line, error.column, error.text);
		return -EINVAL;
	}
	err = read_head(run, env, why);
	if (err)
		return err;
	cells = json_object_get(run->result, "cells");
	if (!json_is_array(cells)) {
		snprintf(why, 256, "result.json is no dmatorture-result-1");
		return -EINVAL;
	}
	if (!json_array_size(cells)) {
		snprintf(why, 256, "result.json has no cells: nothing was judged");
		return -EINVAL;
	}
	run->cells = xcalloc(json_array_size(cells) + 1, sizeof(*run->cells));
	for (size_t i = 0; i < json_array_size(cells) && !err; i++) {
		err = read_cell(&run->cells[i], json_array_get(cells, i), i, why);
		run->nr += !err;
	}
	return err;
}

/* Sets the cells' pointers to their runs again, as the array of runs may have moved. */
static void link_cells(struct output *out)
{
	for (size_t r = 0; r < out->nr; r++)
		for (size_t i = 0; i < out->runs[r].nr; i++)
			out->runs[r].cells[i].run = &out->runs[r];
}

static void add_run(struct output *out, const struct out_run *run)
{
	out->runs = xrealloc(out->runs, (out->nr + 1) * sizeof(*out->runs));
	out->runs[out->nr++] = *run;
	link_cells(out);
}

int output_add(struct output *out, const char *dir, const char *result, const char *env,
	       char why[256])
{
	struct out_run run = { .dir = dir };
	int err = read_run(&run, result, env, why);

	if (err) {
		free_run(&run);
		return err;
	}
	add_run(out, &run);
	return 0;
}

int output_add_run(struct output *out, const char *dir, json_t *head, const char *env,
		   char why[256])
{
	struct out_run run = { .dir = dir, .result = json_copy(head) };
	int err = read_head(&run, env, why);

	if (err) {
		free_run(&run);
		return err;
	}
	json_object_set_new(run.result, "cells", json_array());
	add_run(out, &run);
	return 0;
}

/* Keeps a value that the cell before has too only once: most cells say the same. */
static void share(json_t *o, const char *key, const json_t *before)
{
	json_t *was = json_object_get(before, key);

	if (was && json_equal(was, json_object_get(o, key)))
		json_object_set(o, key, was);
}

/*
 * Drops steps and counters, which are most of a cell and which neither a format nor the page
 * needs. @before: what was kept of the cell before, or NULL.
 */
static json_t *without_steps(const json_t *cell, const json_t *before)
{
	static const char *const kept[] = {
		"id", "scenario", "params", "world", "seed", "boot", "outcome", "messages",
		"splats", "violations", "drivers", "expected", "data", "witnesses",
	};
	static const char *const shared[] = {
		"messages", "splats", "violations", "expected", "data", "witnesses",
	};
	json_t *o = json_object(), *ns;

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		json_t *v = json_object_get(cell, kept[i]);

		if (v)
			json_object_set(o, kept[i], v);
	}
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		share(o, shared[i], before);
	ns = json_object_get(json_object_get(cell, "run"), "virtual_ns");
	if (ns)
		json_object_set_new(o, "run", json_pack("{s:O}", "virtual_ns", ns));
	return o;
}

int output_add_cell(struct output *out, const json_t *cell, char why[256])
{
	struct out_run *run = &out->runs[out->nr - 1];
	json_t *o = without_steps(cell, run->nr ? run->cells[run->nr - 1].json : NULL);
	int err;

	if (!(run->nr & (run->nr - 1)))	/* a power of two: the array is full */
		run->cells =
			xrealloc(run->cells, (run->nr ? 2 * run->nr : 1) * sizeof(*run->cells));
	run->cells[run->nr] = (struct out_cell){ .run = run };
	json_array_append_new(json_object_get(run->result, "cells"), o);
	err = read_cell(&run->cells[run->nr], o, run->nr, why);
	run->nr += !err;
	return err;
}

static bool is_planned(const char *dir)
{
	char *path = xasprintf("%s/" RUN_PLAN_FILE, dir);
	bool is = !access(path, F_OK);

	free(path);
	return is;
}

int output_add_dir(struct output *out, const char *dir, char why[256])
{
	char *path = xasprintf("%s/result.json", dir), *env_path = xasprintf("%s/env.json", dir);
	struct strbuf result = STRBUF_INIT, env = STRBUF_INIT;
	int err = strbuf_read_file(&result, path);

	strbuf_read_file(&env, env_path);	/* a run whose disk was full may have none */
	if (err == -ENOENT && is_planned(dir))
		snprintf(why, 256, "the run did not come to its end: dmatorture recover %.180s", dir);
	else if (err)
		snprintf(why, 256, "result.json cannot be read: %s", strerror(-err));
	else
		err = output_add(out, dir, strbuf_str(&result), strbuf_str(&env), why);
	strbuf_free(&result);
	strbuf_free(&env);
	free(path);
	free(env_path);
	return err;
}

void output_join(struct output *out, struct output *more)
{
	out->runs = xrealloc(out->runs, (out->nr + more->nr + 1) * sizeof(*out->runs));
	if (more->nr)
		memcpy(out->runs + out->nr, more->runs, more->nr * sizeof(*out->runs));
	out->nr += more->nr;
	free(more->runs);
	memset(more, 0, sizeof(*more));
	link_cells(out);
}

void output_count(const struct output *out, unsigned int count[OUTCOME__COUNT])
{
	memset(count, 0, sizeof(count[0]) * OUTCOME__COUNT);
	for (size_t r = 0; r < out->nr; r++)
		for (size_t i = 0; i < out->runs[r].nr; i++)
			count[out->runs[r].cells[i].outcome]++;
}

void output_free(struct output *out)
{
	for (size_t r = 0; r < out->nr; r++)
		free_run(&out->runs[r]);
	free(out->runs);
	memset(out, 0, sizeof(*out));
}

char *out_group(const struct out_cell *cell)
{
	return xasprintf("%.*s", (int)strcspn(cell->scenario, "/"), cell->scenario);
}

const char *out_variant(const struct out_cell *cell)
{
	const char *rest = cell->id + strlen(cell->scenario);

	return rest + strspn(rest, " ");
}
