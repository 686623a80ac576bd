// SPDX-License-Identifier: GPL-2.0-only
/* Recovers or resumes a run whose harness was killed. */
#include "resume.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "recover.h"
#include "run_finish.h"
#include "pack.h"
#include "run_board.h"
#include "run_guests.h"
#include "run_plan.h"
#include "rundir.h"

/* The parts of a guest, which must be the same when a run is resumed; the rest may differ. */
static const char *const same[] = {
	"kernel_package", "vmlinuz", "agent"
};

static bool has_result(const struct run *run)
{
	char *path = xasprintf("%s/result.json", run->dir);
	bool has = !access(path, F_OK);

	free(path);
	return has;
}

/* Seconds from the start to a guest's last frame, including any time when nothing ran. */
static double wall_of(const struct run_kept *k, const struct recovered *rec)
{
	const char *started = json_string_value(json_object_get(k->json, "started"));
	struct tm tm = { 0 };
	time_t begin;

	if (!started || !strptime(started, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return 0;
	begin = timegm(&tm);
	return rec->last > begin ? difftime(rec->last, begin) : 0;
}

static void print_recovered(const struct run *run, const struct recovered *rec)
{
	printf("recovered: of %u cells %u had a verdict, %u were cut short, %u had not begun\n",
	       run->nr_cells, rec->ended, rec->cut, run->nr_cells - rec->ended - rec->cut);
	if (rec->damaged)
		printf("of %u guests what is on disk is damaged\n", rec->damaged);
	if (rec->ended < run->nr_cells)
		printf("to run the rest: dmatorture run --resume %s\n", run->dir);
}

int run_recover(const char *dir)
{
	struct run run = { 0 };
	struct run_kept kept;
	struct recovered rec;
	int code = run_plan_read(&run, dir, &kept);

	if (!code && has_result(&run)) {
		fprintf(stderr, "dmatorture: %s: this run has its result.json: there is nothing to recover\n", dir);
		code = 2;
	}
	if (!code && recover_boots(&run, &rec))
		code = 3;
	if (!code) {
		const struct run_end end = {
			.about = kept.about, .arguments = kept.arguments, .recovered = true,
			.when = rec.last ? rec.last : time(NULL), .wall_s = wall_of(&kept, &rec),
		};

		run.interrupted = rec.ended < run.nr_cells;
		code = run_finish(&run, &end);
		if (rec.damaged && !code)
			code = 3;
		print_recovered(&run, &rec);
	}
	run_free(&run);
	run_kept_free(&kept);
	return code;
}

/* ---- the rest of it ---- */

/* Checks that guests would be the same as before. Returns an exit code. */
static int compare_target(const struct run *run, const struct run_kept *k, const struct target *t)
{
	json_t *about = target_about(t);
	const char *differs = NULL, *name;
	json_t *module;

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (!json_equal(json_object_get(about, same[i]),
				json_object_get(k->about, same[i])))
			differs = same[i];
	if (!json_equal(json_object_get(json_object_get(about, "host"), "qemu"),
			json_object_get(json_object_get(k->about, "host"), "qemu")))
		differs = "QEMU's version";
	if (strcmp(t->release, run->release) || strcmp(t->config, k->config))
		differs = "the kernel's release or configuration";
	/* Modules that were built since are in no guest of the run. */
	json_object_foreach(json_object_get(k->about, "modules"), name, module)
		if (!json_equal(module, json_object_get(json_object_get(about, "modules"), name)))
			differs = name;
	json_decref(about);
	if (!differs)
		return 0;
	fprintf(stderr, "dmatorture: %s: %s is not what the run began with: its cells would be of two kinds of guests; `dmatorture recover` keeps what there is\n",
		run->dir, differs);
	return 2;
}

/* Removes results of the part that ran before, as they are wrong as soon as a guest runs. */
static int clear_results(const struct run *run)
{
	static const char *const files[] = {
		"result.json", "ktap.txt", "junit.xml", "kcidb.json", "samples.bin",
		RUN_REPORT_FILE
	};
	char *failures = xasprintf("%s/failures", run->dir);
	int err = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !err; i++) {
		char *path = xasprintf("%s/%s", run->dir, files[i]);

		if (unlink(path) && errno != ENOENT) {
			err = -errno;
			fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(errno));
		}
		free(path);
	}
	if (!err) {
		remove_tree(failures);
		err = make_below(run->dir, "failures");
	}
	free(failures);
	return err;
}

static double since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - start->tv_sec + (now.tv_nsec - start->tv_nsec) / 1e9;
}

static int run_rest_on(struct run *run, const struct run_kept *k, const struct recovered *rec,
		       struct target *t, struct vm_opts *vm, unsigned int jobs)
{
	const char *had_no_drivers = run->env.no_drivers;
	struct run_end end = { .about = k->about, .arguments = k->arguments, .recovered = true };
	struct timespec start;
	int code;

	clock_gettime(CLOCK_MONOTONIC, &start);
	vm->kvm = !strcmp(run->accel, "kvm") && vm_kvm_works(vm);
	if (!vm->board && strcmp(run->accel, vm_accel(vm))) {
		fprintf(stderr, "dmatorture: %s: the run began with %s, which does not work here\n", run->dir,
			run->accel);
		return 2;
	}
	if (run_prepare_more(run, t))
		return 3;
	if (!had_no_drivers != !run->env.no_drivers) {
		fprintf(stderr, "dmatorture: %s: the run began %s the real drivers: %s\n", run->dir,
			had_no_drivers ? "without" : "with", had_no_drivers ? had_no_drivers : run->env.no_drivers);
		return 2;
	}
	code = compare_target(run, k, t);
	if (code)
		return code;
	if (clear_results(run))
		return 3;
	recover_reset(run);
	run_guests(run, t, vm, jobs);
	end.when = time(NULL);
	end.wall_s = wall_of(k, rec) + since(&start);
	return run_finish(run, &end);
}

static int run_rest(struct run *run, const struct run_kept *k, const struct recovered *rec,
		    struct target *t, unsigned int jobs, unsigned int timeout_s)
{
	struct vm_opts vm = run_vm_opts(run, t, timeout_s ? timeout_s : k->timeout_s);
	struct run_board board;
	int code = run_board_open(&board, run, &k->board, &vm);

	if (!code)
		code = run_rest_on(run, k, rec, t, &vm, jobs);
	run_board_close(&board);
	return code;
}

int run_resume(const char *dir, unsigned int jobs, unsigned int timeout_s)
{
	struct target target = { 0 };
	struct run run = { 0 };
	struct run_kept kept;
	struct recovered rec = { 0 };
	int code = run_plan_read(&run, dir, &kept), err;

	if (!code && !strcmp(run.target, PACK_TARGET)) {
		fprintf(stderr, "dmatorture: %s: this run was packed for a board: there, `sh run.sh` goes on with it\n",
			dir);
		code = 2;
	}
	if (!code && recover_boots(&run, &rec))
		code = 3;
	if (!code && rec.ended == run.nr_cells && has_result(&run)) {
		fprintf(stderr, "dmatorture: %s: every cell of this run has its verdict: there is nothing to resume\n",
			dir);
		code = 2;
	}
	if (!code) {
		err = target_prepare(run.kernel, &target);
		code = !err ? 0 : err == -EINVAL ? 2 : 3;
	}
	if (!code) {
		fprintf(stderr, "  %u of %u cells have a verdict\n", rec.ended, run.nr_cells);
		code = run_rest(&run, &kept, &rec, &target, jobs, timeout_s);
	}
	run_free(&run);
	target_free(&target);
	run_kept_free(&kept);
	return code;
}
