// SPDX-License-Identifier: GPL-2.0-only
/* Runs one cell of a run on its board again and again, until it fails. */
#include "repro_board.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/visible.h"
#include "lib/statistics/stats.h"
#include "run_board.h"
#include "run_finish.h"
#include "run_guests.h"
#include "run_plan.h"
#include "rundir.h"

bool repro_is_of_board(const char *run_dir)
{
	char *path = xasprintf("%s/" RUN_PLAN_FILE, run_dir);
	json_t *plan = json_load_file(path, 0, NULL);
	const char *target =
		json_string_value(json_object_get(json_object_get(plan, "board"), "target"));
	bool is = target && !board_is_vm(target);

	json_decref(plan);
	free(path);
	return is;
}

/* A run of one cell of @run, whose cells it shares. */
static struct run one_cell(const struct run *run, uint32_t index, const char *dir)
{
	struct run one = *run;

	one.cells = &run->cells[index];
	one.nr_cells = 1;
	one.results = xcalloc(1, sizeof(*one.results));
	one.verdicts = xcalloc(1, sizeof(*one.verdicts));
	one.boots = NULL;
	one.nr_boots = 0;
	one.dir = (char *)dir;
	one.quiet = true;
	return one;
}

static void free_one(struct run *one)
{
	result_free(&one->results[0]);
	verdict_free(&one->verdicts[0]);
	for (uint32_t i = 0; i < one->nr_boots; i++)
		boot_free(&one->boots[i]);
	free(one->results);
	free(one->verdicts);
	free(one->boots);
}

/* Does it come to a verdict again, other than pass? *@go_on: another try may show more. */
static bool fails(const struct run *run, uint32_t index, const struct target *target,
		  const struct vm_opts *vm, unsigned int number, bool *go_on)
{
	char *dir = xasprintf("%s/repro.XXXXXX", run->dir), *first;
	enum outcome outcome = OUTCOME_INCOMPLETE;
	struct run one;

	*go_on = false;
	if (!mkdtemp(dir) || make_below(dir, "boots")) {
		fprintf(stderr, "dmatorture: %s: %s\n", dir, strerror(errno));
		free(dir);
		return false;
	}
	one = one_cell(run, index, dir);
	run_guests(&one, target, vm, 1);
	outcome = one.verdicts[0].outcome;
	first = visible(one.verdicts[0].nr_messages ? one.verdicts[0].messages[0] : "", 0);
	printf("    try %u: %s%s%s\n", number, outcome_name(outcome), *first ? ": " : "", first);
	fflush(stdout);
	*go_on = outcome == OUTCOME_PASS && !one.interrupted;
	free(first);
	free_one(&one);
	if (remove_tree(dir))
		fprintf(stderr, "dmatorture: %s cannot be removed: %s\n", dir, strerror(errno));
	free(dir);
	return outcome > OUTCOME_INCOMPLETE;
}

static int try_all(struct run *run, uint32_t index, const struct target *target,
		   const struct vm_opts *vm, unsigned int tries)
{
	bool failed = false, go_on = true;
	double low, high;
	unsigned int n = 0;

	printf("%s\n    on a board a seed does not fix the interleaving: until it fails, at most %u times\n",
	       run->cells[index].id, tries);
	while (n < tries && go_on)
		failed = fails(run, index, target, vm, ++n, &go_on);
	if (failed) {
		printf("failed again in try %u\n", n);
		return 0;
	}
	if (!go_on) {
		printf("could not be tried\n");
		return 3;
	}
	share_interval(0, n, &low, &high);
	printf("passed %u times: it fails in at most %.1f %% of all tries, at 95 %%\n", n, 100 * high);
	return 1;
}

int repro_on_board(const char *run_dir, uint32_t index, unsigned int tries, unsigned int timeout_s)
{
	struct target target = { 0 };
	struct run_board board = { .board = NULL };
	struct run run = { 0 };
	struct run_kept kept;
	struct vm_opts vm;
	int code = run_plan_read(&run, run_dir, &kept), err;

	if (!code && index >= run.nr_cells) {
		fprintf(stderr, "dmatorture: %s: its plan has no cell %u\n", run_dir, index);
		code = 2;
	}
	if (!code) {
		err = target_prepare(run.kernel, &target);
		code = !err ? 0 : err == -EINVAL ? 2 : 3;
	}
	if (!code) {
		vm = run_vm_opts(&run, &target, timeout_s);
		code = run_board_open(&board, &run, &kept.board, &vm);
	}
	if (!code)
		code = try_all(&run, index, &target, &vm, tries);
	run_board_close(&board);
	run_free(&run);
	target_free(&target);
	run_kept_free(&kept);
	return code;
}
