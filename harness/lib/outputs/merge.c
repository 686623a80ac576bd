// SPDX-License-Identifier: GPL-2.0-only
/* Joins many runs: keeps each cell once, and reports disagreements and missing cells. */
#include "merge.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/json_text.h"

static void note(struct merged *m, char *text)
{
	m->notes = xrealloc(m->notes, (m->nr_notes + 1) * sizeof(*m->notes));
	m->notes[m->nr_notes++] = text;
}

/* Two entries are the same cell if kernel, kind of engines and id are equal. */
static int compare(const struct out_cell *a, const struct out_cell *b)
{
	int n = strcmp(a->run->kernel, b->run->kernel);

	if (!n)
		n = a->drivers - b->drivers;
	return n ? n : strcmp(a->id, b->id);
}

static int compare_pointers(const void *a, const void *b)
{
	struct out_cell *const *x = a, *const *y = b;
	int n = compare(*x, *y);

	/* The order of the runs breaks ties, so that every merge gives the same result. */
	return n ? n : (x[0]->run > y[0]->run) - (x[0]->run < y[0]->run);
}

/* Returns all cells, sorted, or NULL if there are none. The caller frees the array. */
static struct out_cell **sorted(const struct output *out, size_t *nr)
{
	struct out_cell **all = NULL;

	*nr = 0;
	for (size_t r = 0; r < out->nr; r++)
		*nr += out->runs[r].nr;
	if (!*nr)
		return NULL;
	all = xcalloc(*nr, sizeof(*all));
	*nr = 0;
	for (size_t r = 0; r < out->nr; r++)
		for (size_t i = 0; i < out->runs[r].nr; i++)
			all[(*nr)++] = &out->runs[r].cells[i];
	qsort(all, *nr, sizeof(*all), compare_pointers);
	return all;
}

static bool is_better_witness(const struct out_cell *a, const struct out_cell *b)
{
	bool ja = a->outcome != OUTCOME_INCOMPLETE, jb = b->outcome != OUTCOME_INCOMPLETE;

	return ja != jb ? ja : a->outcome > b->outcome;
}

static void drop(struct out_cell *c)
{
	free(c->messages);
	c->messages = NULL;
	c->id = NULL;	/* compacted away below */
}

static void compact(struct output *out)
{
	for (size_t r = 0; r < out->nr; r++) {
		struct out_run *run = &out->runs[r];
		size_t left = 0;

		for (size_t i = 0; i < run->nr; i++)
			if (run->cells[i].id)
				run->cells[left++] = run->cells[i];
		run->nr = left;
	}
}

static void keep_one_of_each(struct merged *m, struct output *out)
{
	size_t nr, twice = 0, differ = 0;
	struct out_cell **all = sorted(out, &nr), *best;

	for (size_t i = 0, k; i < nr; i = k) {
		best = all[i];
		for (k = i + 1; k < nr && !compare(all[i], all[k]); k++)
			if (is_better_witness(all[k], best))
				best = all[k];
		twice += k - i > 1;
		for (size_t n = i; n < k; n++) {
			if (all[n] == best)
				continue;
			if (all[n]->outcome != best->outcome) {
				note(m, xasprintf("%s %s: %s in %s, %s in %s; %s counts",
						  best->run->kernel, best->id,
						  outcome_name(all[n]->outcome), all[n]->run->dir,
						  outcome_name(best->outcome), best->run->dir,
						  outcome_name(best->outcome)));
				differ++;
			}
		}
		/* Mark these only after the loop above, which needs the names of their outcomes. */
		for (size_t n = i; n < k; n++)
			if (all[n] != best)
				all[n]->outcome = OUTCOME__COUNT;
	}
	for (size_t i = 0; i < nr; i++)
		if (all[i]->outcome == OUTCOME__COUNT)
			drop(all[i]);
	free(all);
	compact(out);
	if (twice)
		note(m, xasprintf("%zu cells are in more than one run, %zu times with another outcome",
				  twice, differ));
}

/* Results of one release of a kernel prove nothing about another release. */
static void compare_releases(struct merged *m, const struct output *out)
{
	for (size_t a = 0; a < out->nr; a++)
		for (size_t b = a + 1; b < out->nr; b++) {
			const struct out_run *x = &out->runs[a], *y = &out->runs[b];

			if (strcmp(x->kernel, y->kernel) || !strcmp(x->release, y->release))
				continue;
			m->doubtful = true;
			note(m, xasprintf("%s is %s in %s and %s in %s: no one verdict", x->kernel,
					  x->release, x->dir, y->release, y->dir));
			return;
		}
}

static bool has_cell(struct out_cell *const *all, size_t nr, const struct part *p, const char *id)
{
	struct out_run run = { .kernel = p->kernel };
	struct out_cell key = { .run = &run, .drivers = p->drivers, .id = id };
	size_t lo = 0, hi = nr;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int n = compare(&key, all[mid]);

		if (!n)
			return true;
		if (n < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}

static json_t *missing_cell(const struct part *p, const char *id, size_t number)
{
	json_t *o = json_pack("{s:o s:o s:o s:o s:[o]}", "id", json_again(id),
			      "scenario", json_textf("%.*s", (int)strcspn(id, " "), id),
			      "world", json_text(world_name(p->world)),
			      "outcome", json_text("incomplete"), "messages", json_textf("missing: no run has it (part %zu of the plan)", number));

	if (p->drivers)
		json_object_set_new(o, "drivers", json_true());
	return o;
}

/* Adds the missing cells of a part as a run that ended before it began. */
static void add_missing(struct merged *m, struct output *out, const struct part *p, size_t number,
			struct out_cell *const *all, size_t nr, const char *release)
{
	json_t *cells = json_array(), *run;
	char why[256], *text;

	for (size_t i = 0; i < p->nr_cells; i++)
		if (!has_cell(all, nr, p, p->cells[i]))
			json_array_append_new(cells, missing_cell(p, p->cells[i], number));
	m->missing += json_array_size(cells);
	if (json_array_size(cells)) {
		run = json_pack("{s:o s:o s:o s:o s:O}", "schema", json_text("dmatorture-result-1"),
				"kernel", json_again(p->kernel), "release", json_again(release),
				"accelerator", json_text("none"), "cells", cells);
		text = json_take(run, JSON_COMPACT);
		output_add(out, NULL, text, NULL, why);
		free(text);
	}
	json_decref(cells);
}

static char *release_of(const struct output *out, const char *kernel)
{
	for (size_t r = 0; r < out->nr; r++)
		if (!strcmp(out->runs[r].kernel, kernel))
			return xstrdup(out->runs[r].release);
	return xstrdup("unknown");
}

static void compare_plan(struct merged *m, struct output *out, const struct parts *plan)
{
	struct output missing = { 0 };
	size_t nr, planned = 0;
	struct out_cell **all = sorted(out, &nr);

	for (size_t i = 0; i < plan->nr; i++) {
		char *release = release_of(out, plan->v[i].kernel);

		planned += plan->v[i].nr_cells;
		add_missing(m, &missing, &plan->v[i], i + 1, all, nr, release);
		free(release);
	}
	free(all);
	m->extra = nr - (planned - m->missing);
	if (m->extra)
		note(m, xasprintf("%zu cells are not in the plan", m->extra));
	output_join(out, &missing);
}

/* Counts the cells of the document, as @run itself may have fewer after the merge. */
static void count_cells(const struct out_run *run, unsigned int cells[OUTCOME__COUNT])
{
	const json_t *all = json_object_get(run->result, "cells");

	memset(cells, 0, sizeof(cells[0]) * OUTCOME__COUNT);
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *c = json_array_get(all, i);
		enum outcome outcome;

		if (!outcome_parse(json_string_value(json_object_get(c, "outcome")), &outcome))
			cells[outcome]++;
	}
}

/*
 * Do the guests explain exit code @code? 5: a guest had leaks at its end; 3: a search for leaks
 * did not take place.
 */
static bool guests_explain(const struct out_run *run, json_int_t code)
{
	const json_t *boots = json_object_get(run->result, "boots");
	bool leaks = false, blind = false;

	for (size_t i = 0; i < json_array_size(boots); i++) {
		const json_t *k = json_object_get(json_array_get(boots, i), "kmemleak");

		leaks |= json_array_size(json_object_get(k, "titles")) > 0;
		blind |= !json_is_true(json_object_get(k, "ran"));
	}
	return code == 5 ? leaks : code == 3 && blind;
}

/*
 * The counts and the exit code of a run follow from its cells and guests. If they do not,
 * result.json was edited, and it is unknown which of them was right.
 */
static void compare_sums(struct merged *m, const struct out_run *run)
{
	const json_t *code = json_object_get(run->result, "exit_code");
	const json_t *counts = json_object_get(run->result, "outcomes");
	unsigned int cells[OUTCOME__COUNT];
	int own;

	count_cells(run, cells);
	own = outcome_exit_code(cells);
	if (json_is_integer(code) && json_integer_value(code) != own &&
	    !guests_explain(run, json_integer_value(code))) {
		m->doubtful = true;
		note(m, xasprintf("%s: its exit code %lld does not follow from its cells, which give %d: result.json was changed",
				  run->dir, (long long)json_integer_value(code), own));
	}
	for (int i = 0; i < OUTCOME__COUNT && json_is_object(counts); i++) {
		json_int_t said = json_integer_value(json_object_get(counts, outcome_name(i)));

		if (said == cells[i])
			continue;
		m->doubtful = true;
		note(m, xasprintf("%s: it counts %lld %s cells and has %u: result.json was changed",
				  run->dir, (long long)said, outcome_name(i), cells[i]));
	}
}

void merge_runs(struct merged *m, struct output *out, const struct parts *plan)
{
	memset(m, 0, sizeof(*m));
	for (size_t r = 0; r < out->nr; r++)
		compare_sums(m, &out->runs[r]);
	compare_releases(m, out);
	keep_one_of_each(m, out);
	if (plan)
		compare_plan(m, out, plan);
}

/* Counts an exit code that is not explained by the run's cells: its guest failed outside them. */
static void add_code(unsigned int count[OUTCOME__COUNT], const struct out_run *run)
{
	const json_t *code = json_object_get(run->result, "exit_code");
	unsigned int cells[OUTCOME__COUNT];

	count_cells(run, cells);
	if (!json_is_integer(code) || json_integer_value(code) == outcome_exit_code(cells))
		return;
	count[OUTCOME_PANIC] += json_integer_value(code) == 5;
	count[OUTCOME_HANG] += json_integer_value(code) == 6;
	count[OUTCOME_FAIL] += json_integer_value(code) == 1;
	count[OUTCOME_INCOMPLETE] += json_integer_value(code) == 3;
}

int merge_exit_code(const struct merged *m, const struct output *out)
{
	unsigned int count[OUTCOME__COUNT];

	output_count(out, count);
	for (size_t r = 0; r < out->nr; r++)
		add_code(count, &out->runs[r]);
	count[OUTCOME_INCOMPLETE] += m->doubtful;
	return outcome_exit_code(count);
}

static json_t *run_entry(const struct out_run *run)
{
	json_t *o = json_pack("{s:o s:o s:o s:o s:i}", "directory", json_text(run->dir),
			      "kernel", json_again(run->kernel), "release", json_again(run->release),
			      "accelerator", json_again(run->accel), "cells", (int)run->nr);

	if (run->ended)
		json_object_set_new(o, "ended", json_again(run->ended));
	return o;
}

/* The cell as in its run's result.json, with the kernel and the index of the run added. */
static json_t *cell_entry(const struct out_cell *c, size_t run)
{
	json_t *o = json_deep_copy(c->json);

	json_object_set_new(o, "kernel", json_again(c->run->kernel));
	if (c->run->dir)
		json_object_set_new(o, "run", json_integer(run));
	return o;
}

char *merge_json(const struct merged *m, const struct output *out)
{
	json_t *o = json_object(), *runs = json_array(), *cells = json_array(),
	       *notes = json_array();
	json_t *counts = json_object();
	unsigned int count[OUTCOME__COUNT];

	output_count(out, count);
	for (int i = 0; i < OUTCOME__COUNT; i++)
		json_object_set_new(counts, outcome_name(i), json_integer(count[i]));
	for (size_t r = 0; r < out->nr; r++) {
		if (out->runs[r].dir)
			json_array_append_new(runs, run_entry(&out->runs[r]));
		for (size_t i = 0; i < out->runs[r].nr; i++)
			json_array_append_new(cells, cell_entry(&out->runs[r].cells[i], r));
	}
	for (size_t i = 0; i < m->nr_notes; i++)
		json_array_append_new(notes, json_text(m->notes[i]));
	json_object_set_new(o, "schema", json_text("dmatorture-merged-1"));
	json_object_set_new(o, "exit_code", json_integer(merge_exit_code(m, out)));
	json_object_set_new(o, "outcomes", counts);
	json_object_set_new(o, "missing", json_integer(m->missing));
	json_object_set_new(o, "not_in_plan", json_integer(m->extra));
	json_object_set_new(o, "notes", notes);
	json_object_set_new(o, "runs", runs);
	json_object_set_new(o, "cells", cells);
	return json_take(o, JSON_INDENT(1));
}

void merge_free(struct merged *m)
{
	for (size_t i = 0; i < m->nr_notes; i++)
		free(m->notes[i]);
	free(m->notes);
	memset(m, 0, sizeof(*m));
}
