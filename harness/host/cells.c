// SPDX-License-Identifier: GPL-2.0-only
/* Compiles the scenarios, worlds and parameters of a command line to the cells of a run. */
#include "cells.h"

#include <stdlib.h>
#include <string.h>

#include "lib/language/suite.h"

char *worlds_parse(const char *list, unsigned int *worlds)
{
	char *copy = xstrdup(list), *save = NULL, *bad = NULL;
	enum world world;

	for (char *word = strtok_r(copy, ",", &save); word && !bad; word = strtok_r(NULL, ",", &save)) {
		if (world_parse(word, &world))
			bad = xstrdup(word);
		else
			*worlds |= 1u << world;
	}
	free(copy);
	return bad;
}

static int add_cell(struct run *run, const struct scenario *s, const struct compile_opts *opts,
		    const struct wish *wish, int sweep, struct diag *diag)
{
	struct cell cell;
	int err = scenario_compile(s, opts, &cell, diag);

	if (err)
		return err;
	if (wish->only && !failed_has(wish->only, cell.id)) {
		cell_free(&cell);
		return 0;
	}
	if (sweep)
		sweep_make(&cell, sweep, wish->sweep.only[sweep]);
	run->cells = xrealloc(run->cells, (run->nr_cells + 1) * sizeof(*run->cells));
	run->cells[run->nr_cells++] = cell;
	return 0;
}

/* Adds the variant once, or in a sweep once for each kind of call that is to fail. */
static int add_variant(struct run *run, const struct scenario *s, struct compile_opts *opts,
		       const struct wish *wish, struct diag *diag)
{
	bool sweeps = sweep_any(&wish->sweep);
	int err = 0;

	if (sweeps)
		opts->repeat = 1;
	for (int k = 0; k < SWEEP__COUNT && !err; k++)
		if (sweeps ? wish->sweep.kinds[k] : !k)
			err = add_cell(run, s, opts, wish, k, diag);
	return err;
}

static int add_cells(struct run *run, const struct scenario *s, const struct wish *wish,
		     struct diag *diag)
{
	unsigned int worlds = wish->worlds ? scenario_allows(s) & wish->worlds : scenario_worlds(s);

	for (int w = 0; w < WORLD__COUNT; w++) {
		if (!(worlds & 1u << w))
			continue;
		for (size_t v = 0; v < scenario_variants(s); v++) {
			struct compile_opts opts = {
				.variant = v, .world = w, .has_seed = wish->has_seed,
				.seed = wish->seed, .repeat = wish->repeat,
				.drivers = wish->drivers,
			};
			int err = add_variant(run, s, &opts, wish, diag);

			if (err)
				return err;
		}
	}
	return 0;
}

/* Keeps the source of the scenario that added the cells from @first on. */
static void keep_source(struct run *run, const char *path, const struct strbuf *text,
			uint32_t first)
{
	struct run_source *s;

	if (first == run->nr_cells)
		return;
	run->sources = xrealloc(run->sources, (run->nr_sources + 1) * sizeof(*run->sources));
	s = &run->sources[run->nr_sources++];
	*s = (struct run_source){ .path = xstrdup(path),
				  .text = xstrdup(strbuf_str(text)),
				  .job = run->cells[first].workload &&
					 run->cells[first].program.len };
}

static int compile_all(struct run *run, struct suite *suite, const struct wish *wish)
{
	unsigned int bad = 0;

	for (size_t i = 0; i < suite->nr; i++) {
		struct strbuf text = STRBUF_INIT;
		struct scenario *s = NULL;
		struct diag diag;
		int err = suite_load(suite, i, &s, &text, &diag);

		if (!err && s && !wish->nr_names && !strncmp(scenario_name(s), "bench/", 6)) {
			;	/* these are for dmatorture bench */
		} else if (!err && s && scenario_drivers(s) && !wish->nr_names && !wish->drivers) {
			run->left_out++;	/* these need the kernel's sources */
		} else if (!err) {
			uint32_t first = run->nr_cells;

			err = add_cells(run, s, wish, &diag);
			keep_source(run, suite->entries[i].path, &text, first);
		}
		if (err) {
			suite_complain(suite, i, &text, &diag, stderr);
			bad++;
		}
		scenario_free(s);
		strbuf_free(&text);
	}
	if (bad) {
		fprintf(stderr, "dmatorture: %u bad scenario%s; nothing was run\n",
			bad, bad > 1 ? "s" : "");
		return 2;
	}
	if (!run->nr_cells && wish->only) {
		fprintf(stderr, "dmatorture: none of these scenarios has a cell that failed in that run\n");
		return 2;
	}
	if (!run->nr_cells) {
		fprintf(stderr, "dmatorture: no scenario of these runs in that world\n");
		return 2;
	}
	return 0;
}

int cells_compile(struct run *run, const struct wish *wish)
{
	struct suite suite = { 0 };
	int code = 2;

	if (!suite_select(&suite, wish->scenarios, wish->names, wish->nr_names))
		code = compile_all(run, &suite, wish);
	suite_free(&suite);
	return code;
}

void cells_free(struct run *run)
{
	for (uint32_t i = 0; i < run->nr_cells; i++)
		cell_free(&run->cells[i]);
	for (size_t i = 0; i < run->nr_sources; i++) {
		free(run->sources[i].path);
		free(run->sources[i].text);
	}
	free(run->sources);
	run->sources = NULL;
	run->nr_sources = 0;
	free(run->cells);
	run->cells = NULL;
	run->nr_cells = 0;
}
