// SPDX-License-Identifier: GPL-2.0-only
/* Runs many small scenarios in the guests of one round, and collects what each showed. */
#include "trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cells.h"
#include "lib/language/scenario.h"
#include "run_finish.h"
#include "run_guests.h"
#include "rules_off.h"
#include "rundir.h"
#include "sched.h"
#include "surprise.h"

int trials_begin(struct trials *t, const char *kernel, const char *dir)
{
	char *spec = target_spec(kernel, NULL, NULL);
	int err = target_prepare(spec, &t->target);

	free(spec);
	if (err)
		return err == -EINVAL ? 2 : 3;
	t->kernel = t->target.kernel;
	t->dir = xstrdup(dir);
	if (mkdir(dir, 0777) && errno != EEXIST) {
		fprintf(stderr, "dmatorture: cannot make %s: %s\n", dir, strerror(errno));
		return 3;
	}
	return 0;
}

void trials_end(struct trials *t)
{
	if (t->dir)
		remove_tree(t->dir);
	free(t->dir);
	t->dir = NULL;
	target_free(&t->target);
}

void trial_free(struct trial *trial)
{
	for (int w = 0; w < WORLD__COUNT; w++) {
		free(trial->seen[w].said);
		free(trial->seen[w].surprise);
	}
	free(trial->refused);
	memset(trial->seen, 0, sizeof(trial->seen));
	trial->refused = NULL;
}

/* Which trial a cell is of. */
struct origin {
	struct trial *trial;
};

static void add_cells(struct run *run, struct trial *trial, struct origin **origins,
		      unsigned int worlds)
{
	struct scenario *s = NULL;
	struct diag diag;
	int err = scenario_parse("trial.dma", trial->text, trial->len, &s, &diag);

	if (!err)
		worlds &= scenario_worlds(s);
	for (int w = 0; w < WORLD__COUNT && !err; w++) {
		struct compile_opts opts = { .world = w };
		struct strbuf setup = STRBUF_INIT;
		struct cell cell;

		if (!(worlds & 1u << w))
			continue;
		err = scenario_compile(s, &opts, &cell, &diag);
		if (err)
			break;
		if (trial->keep) {
			strbuf_adds(&setup, "keep\n");
			strbuf_add(&setup, strbuf_str(&cell.setup), cell.setup.len);
			strbuf_free(&cell.setup);
			cell.setup = setup;
		}
		run->cells = xrealloc(run->cells, (run->nr_cells + 1) * sizeof(*run->cells));
		*origins = xrealloc(*origins, (run->nr_cells + 1) * sizeof(**origins));
		(*origins)[run->nr_cells].trial = trial;
		run->cells[run->nr_cells++] = cell;
	}
	if (err)
		trial->refused = xasprintf("%u:%u: %s", diag.line, diag.col, diag.text);
	scenario_free(s);
}

static enum data_state data_of(const struct cell_result *r)
{
	if (!r->has_sums || !r->sums.checks)
		return DATA_UNCHECKED;
	return r->sums.checks_bad ? DATA_CORRUPT : DATA_INTACT;
}

static void take_fault(struct trial_seen *seen, const struct engine_stats *e, unsigned int i)
{
	if (!e->access_faults)
		return;
	seen->fault = true;
	if (i < TRIAL_ENGINES)
		snprintf(seen->faults[i], sizeof(seen->faults[i]), "%.31s", e->name);
}

static void take(struct trial_seen *seen, const struct cell_result *r, const struct verdict *v)
{
	seen->ran = r->state != CELL_NOT_RUN;
	seen->outcome = v->outcome;
	seen->data = data_of(r);
	for (unsigned int i = 0; i < r->nr_engines; i++)
		take_fault(seen, &r->engines[i], i);
	seen->lost = r->seen && r->seen->lost;
	for (unsigned int i = 0; i < r->splats.nr; i++) {
		seen->splat = true;
		seen->dma_debug |= r->splats.v[i].witness == WITNESS_DMA_DEBUG;
	}
	for (size_t i = 0; r->seen && i < r->seen->nr_groups; i++) {
		const struct violation *class = violation_find(r->seen->groups[i].class);

		if (class)
			seen->classes[class->id] = true;
	}
	if (v->nr_messages)
		seen->said = xstrdup(v->messages[0]);
}

static int run_cells(struct trials *t, struct run *run)
{
	struct vm_opts vm = run_vm_opts(run, &t->target, t->timeout_s);
	struct sched_opts opts = { .vm = vm, .jobs = t->jobs };

	if (make_below(t->dir, "boots"))
		return -EIO;
	sched_run(run, &opts);
	t->interrupted |= run->interrupted;
	t->disk_full |= run->disk_full;
	return run->interrupted ? -EINTR : run->disk_full ? -ENOSPC : 0;
}

static double since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - start->tv_sec + (now.tv_nsec - start->tv_nsec) / 1e9;
}

static void empty(struct trials *t)
{
	char *boots = xasprintf("%s/boots", t->dir);

	remove_tree(boots);
	free(boots);
}

int trials_run(struct trials *t, struct trial *const *trials, unsigned int nr)
{
	struct run run = {
		.kernel = t->target.kernel, .kernel_dir = t->target.kernel_dir,
		.release = t->target.release, .smp = t->smp, .seed = t->seed, .dir = t->dir,
		.observer = t->observer, .watch_cpu = t->watch_cpu, .quiet = true,
		.predict_states = TRIAL_STATES, .predict_off = t->predict_off,
		.env = { .release = t->target.release, .arch = "x86_64",
			 .config = t->target.config },
	};
	struct origin *origins = NULL;
	uint64_t *numbers;
	struct timespec start;
	int err = 0;

	clock_gettime(CLOCK_MONOTONIC, &start);
	run.accel = "tcg-icount";
	for (unsigned int i = 0; i < nr; i++)
		add_cells(&run, trials[i], &origins, t->worlds);
	numbers = xcalloc(run.nr_cells + 1, sizeof(*numbers));
	for (uint32_t i = 0; i < run.nr_cells; i++)
		numbers[i] = origins[i].trial->number;
	if (t->rules)
		t->rules->numbers = numbers;
	run.rules = t->rules;
	if (run.nr_cells) {
		run.results = xcalloc(run.nr_cells, sizeof(*run.results));
		run.verdicts = xcalloc(run.nr_cells, sizeof(*run.verdicts));
		run.surprises = xcalloc(run.nr_cells, sizeof(*run.surprises));
		run.foreseen = xmalloc((size_t)run.nr_cells * V__COUNT);
		memset(run.foreseen, FORESEEN_NOT, (size_t)run.nr_cells * V__COUNT);
		err = run_cells(t, &run);
	}
	for (uint32_t i = 0; i < run.nr_cells; i++) {
		struct trial_seen *seen = &origins[i].trial->seen[run.cells[i].world];

		take(seen, &run.results[i], &run.verdicts[i]);
		memcpy(seen->foreseen, &run.foreseen[(size_t)i * V__COUNT], V__COUNT);
		seen->watched = t->watch_cpu && run.results[i].seen &&
				!run.results[i].seen->unwatched;
		if (run.surprises[i].len)
			seen->surprise = xasprintf("%.*s",
						   (int)strcspn(strbuf_str(&run.surprises[i]), "\n"),
						   strbuf_str(&run.surprises[i]));
	}
	t->cells = run.nr_cells;
	t->wall_s = since(&start);
	empty(t);
	run.kernel = run.kernel_dir = run.release = run.dir = NULL;	/* they are ours */
	free(origins);
	free(numbers);
	run_free(&run);
	return err;
}
