// SPDX-License-Identifier: GPL-2.0-only
/* Ends a run, also one that is recovered: writes its files and prints its results. */
#include "run_finish.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cells.h"
#include "print_sweeps.h"
#include "print_workloads.h"
#include "run_samples.h"
#include "rundir.h"
#include "surprise.h"
#include "lib/base/json_text.h"
#include "lib/base/terminal.h"
#include "target.h"
#include "usual.h"

static void print_guests(const struct run *run)
{
	for (uint32_t i = 0; i < run->nr_boots; i++) {
		struct strbuf why = STRBUF_INIT;
		enum outcome outcome = boot_judge(run, &run->boots[i], &why);
		char *save = NULL;

		for (char *line = why.len ? strtok_r(why.s, "\n", &save) : NULL; line;
		     line = strtok_r(NULL, "\n", &save))
			printf("%s guest %s: %s\n", outcome_name(outcome), run->boots[i].name, line);
		strbuf_free(&why);
	}
}

/* Was the cell cut short, or never begun, only because another one was not as expected? */
static bool was_stopped(const struct run *run, uint32_t i)
{
	return run->stopped &&
	       (run->results[i].not_run || run->results[i].fate == VM_INTERRUPTED);
}

static void print_failures(const struct run *run)
{
	unsigned int said = 0;

	for (uint32_t i = 0; i < run->nr_cells; i++) {
		const struct verdict *v = &run->verdicts[i];
		char *slug;

		if (v->outcome <= OUTCOME_SKIP || was_stopped(run, i))
			continue;
		if (said++ == 10) {
			printf("... the rest is in result.json\n");
			break;
		}
		printf("%s %s\n", outcome_name(v->outcome), run->cells[i].id);
		for (unsigned int k = 0; k < v->nr_messages; k++)
			printf("    %s\n", v->messages[k]);
		slug = cell_slug(run->cells[i].id);
		if (run->results[i].boot)
			printf("    again: dmatorture repro %s/failures/%s\n",
			       run->dir, slug);
		free(slug);
	}
}

/*
 * Counts the cells in which an issue excused something, and in @without the cells that can show
 * the issue but passed without it.
 */
static void count_known(const struct run *run, const struct known_issue *k, unsigned int *cells,
			unsigned int *without)
{
	*cells = *without = 0;
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		const struct verdict *v = &run->verdicts[i];
		bool excused = false;

		for (unsigned int n = 0; n < v->nr_known; n++)
			excused |= v->known[n] == k;
		*cells += excused;
		if (!excused && v->outcome == OUTCOME_PASS)
			*without += known_shows(k, run->cells[i].scenario, run->cells[i].drivers,
						run->kernel);
	}
}

/*
 * Prints known issues that excused something, those that seem to be fixed, and those of which
 * only the range of kernels says that this one has them.
 */
static void print_known(const struct run *run)
{
	for (size_t i = 0; i < run->known.nr; i++) {
		const struct known_issue *k = &run->known.v[i];
		bool seen = known_seen(k, run->release);
		unsigned int cells, without;

		count_known(run, k, &cells, &without);
		if (cells)
			printf("known issue %s: %u cells (scenarios/KNOWN-ISSUES, until %s)%s\n",
			       k->name, cells, k->expires,
			       seen ? "" : "; its 'seen' has no release of this line yet");
		else if (without && (k->driver || k->title) &&
			 known_counts(k, run->release, run->env.today))
			printf("known issue %s: %u cells that show it passed without it: %s (scenarios/KNOWN-ISSUES)\n",
			       k->name, without,
			       seen ? "is it mended?" :
				      "it was never seen on this line of kernels, which its range covers");
	}
}

static void print_skips(const struct run *run)
{
	const char *last = NULL;

	for (uint32_t i = 0; i < run->nr_cells; i++) {
		const struct verdict *v = &run->verdicts[i];

		if (v->outcome != OUTCOME_SKIP ||
		    (last && !strcmp(last, run->cells[i].scenario)))
			continue;
		last = run->cells[i].scenario;
		printf("skip %s: %s\n", run->cells[i].id,
		       v->nr_messages ? v->messages[0] : "");
	}
}

/* Once: the reason is the same in all guests. */
static void print_unwatched(const struct run *run)
{
	struct strbuf classes = STRBUF_INIT;
	uint32_t i = 0;

	while (i < run->nr_cells && !(run->results[i].seen && run->results[i].seen->unwatched))
		i++;
	if (i == run->nr_cells)
		return;
	violation_needing(NEEDS_CPU_WATCH, &classes);
	printf("not watched: %s: %s\n", strbuf_str(&classes), run->results[i].seen->unwatched);
	strbuf_free(&classes);
}

static bool has_page(const struct run *run)
{
	char *path = xasprintf("%s/" RUN_REPORT_FILE, run->dir);
	bool has = !access(path, F_OK);

	free(path);
	return has;
}

static void print_sums(const struct run *run, double wall_s)
{
	unsigned int count[OUTCOME__COUNT];

	run_count(run, count);
	printf("\n%u cells:", run->nr_cells);
	for (int i = 0; i < OUTCOME__COUNT; i++)
		if (count[i])
			printf(" %u %s", count[i], outcome_name(i));
	printf(" (%s, %s, seed %llu, %.0f s)\n", run->release, run->accel,
	       (unsigned long long)run->seed, wall_s);
	if (has_page(run))
		printf("page:    %s/" RUN_REPORT_FILE "\n", run->dir);
	printf("results: %s\n", run->dir);
}

static void print_all(const struct run *run, const struct run_end *end)
{
	bool sweeps = false;

	for (uint32_t i = 0; i < run->nr_cells; i++)
		sweeps |= run->cells[i].sweep != 0;
	if (sweeps)
		print_sweeps(run);
	else
		run_table(run, stdout, terminal_has_colors(STDOUT_FILENO));
	printf("\n");
	print_workloads(run);
	print_skips(run);
	if (run->left_out)
		printf("not run: %u scenarios of real drivers, which want the kernel's sources: name them, as drivers/, or say --engines drivers\n",
		       run->left_out);
	print_unwatched(run);
	print_known(run);
	print_guests(run);
	print_failures(run);
	surprise_print(run);
	print_sums(run, end->wall_s);
	if (run->stopped)
		printf("stopped at the first cell that was not as expected (--fail-fast); the rest: dmatorture run --resume %s\n",
		       run->dir);
	if (run->interrupted)
		printf("interrupted: what had been recorded is kept\n");
	if (run->disk_full)
		printf("the disk is full: what had been recorded is kept; make room or use --results DIR\n");
}

static json_t *cell_json(const struct cell *c, const struct verdict *v)
{
	json_t *messages = json_array();

	for (unsigned int k = 0; k < v->nr_messages; k++)
		json_array_append_new(messages, json_text(v->messages[k]));
	return json_pack("{s:o s:o s:o s:o s:o s:o}", "id", json_text(c->id),
			 "scenario", json_text(c->scenario),
			 "world", json_text(world_name(c->world)),
			 "outcome", json_text(outcome_name(v->outcome)),
			 "data", json_text(data_name(v->data)), "messages", messages);
}

/* The run in short; result.json in its directory has everything. */
static void print_json(const struct run *run, const struct run_end *end, int code)
{
	json_t *o = json_object(), *counts = json_object(), *cells = json_array();
	unsigned int count[OUTCOME__COUNT];
	char *text;

	run_count(run, count);
	for (int i = 0; i < OUTCOME__COUNT; i++)
		json_object_set_new(counts, outcome_name(i), json_integer(count[i]));
	for (uint32_t i = 0; i < run->nr_cells; i++)
		json_array_append_new(cells, cell_json(&run->cells[i], &run->verdicts[i]));
	json_object_set_new(o, "schema", json_text("dmatorture-run-1"));
	json_object_set_new(o, "exit_code", json_integer(code));
	json_object_set_new(o, "directory", json_text(run->dir));
	json_object_set_new(o, "kernel", json_text(run->kernel));
	json_object_set_new(o, "release", json_text(run->release));
	json_object_set_new(o, "accelerator", json_text(run->accel));
	json_object_set_new(o, "seed", json_textf("0x%llx", (unsigned long long)run->seed));
	json_object_set_new(o, "wall_s", json_real(end->wall_s));
	json_object_set_new(o, "complete",
			    json_boolean(!run->interrupted && !run->disk_full && !run->stopped));
	json_object_set_new(o, "outcomes", counts);
	json_object_set_new(o, "cells", cells);
	text = json_take(o, JSON_INDENT(1));
	puts(text);
	free(text);
}

static int write_samples(const struct run *run, const struct run_end *end)
{
	size_t nr = json_array_size(end->arguments);
	char **argv = xcalloc(nr + 1, sizeof(*argv));
	int err;

	for (size_t i = 0; i < nr; i++) {
		const char *arg = json_string_value(json_array_get(end->arguments, i));

		argv[i] = (char *)(arg ? arg : "");
	}
	err = run_samples_write(run, run->env.config, (int)nr, argv);
	free(argv);
	return err;
}

int run_finish(const struct run *run, const struct run_end *end)
{
	char stamp[32], *env;
	int code = run_exit_code(run);

	env_stamp(stamp, end->when);
	env = env_json(end->about, run, end->arguments, stamp, end->wall_s, end->recovered);
	if (rundir_write(run, env) && code == 0)
		code = 3;
	if (write_samples(run, end) && code == 0)
		code = 3;
	free(env);
	if (!end->recovered && run->results && !strcmp(run->target, "vm"))
		usual_keep(run);
	if (run->json)
		print_json(run, end, code);
	else
		print_all(run, end);
	return code;
}

void run_free(struct run *run)
{
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		if (run->results)
			result_free(&run->results[i]);
		if (run->verdicts)
			verdict_free(&run->verdicts[i]);
		if (run->surprises)
			strbuf_free(&run->surprises[i]);
	}
	for (uint32_t i = 0; i < run->nr_boots; i++)
		boot_free(&run->boots[i]);
	known_free(&run->known);
	free(run->boots);
	free(run->results);
	free(run->verdicts);
	free(run->surprises);
	free(run->foreseen);
	cells_free(run);
	free(run->dir);
}
