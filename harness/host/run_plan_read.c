// SPDX-License-Identifier: GPL-2.0-only
/* Reads the plan of a run whose harness is gone. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/program/machine.h"
#include "pack.h"
#include "run_plan.h"
#include "run_plan_internal.h"
#include "rundir.h"

static bool has(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

static int complain(int code, const char *dir, const char *what)
{
	fprintf(stderr, "dmatorture: %s: %s\n", dir, what);
	return code;
}

/* Says why @dir has no plan. Returns the exit code. */
static int without_plan(const char *dir)
{
	struct stat st;

	if (stat(dir, &st))
		return complain(2, dir, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return complain(2, dir, "no directory; want a run directory");
	if (has(dir, "result.json"))
		return complain(2, dir, "this run has ended: result.json is there, and no " RUN_PLAN_FILE);
	if (has(dir, RUN_PLAN_DIR))
		return complain(3, dir, "the run was stopped before its first guest started: there is nothing to recover; run it again");
	if (has(dir, "boots"))
		return complain(3, dir, "no " RUN_PLAN_FILE ": the dmatorture that began this run wrote none, and without it there is no verdict");
	return complain(2, dir, "no run directory: neither " RUN_PLAN_FILE " nor result.json is there");
}

/* Takes the lock of the run. Returns an exit code. */
static int take_lock(const char *dir, int *fd)
{
	char *path = xasprintf("%s/" RUN_PLAN_DIR "/lock", dir), owner[16] = "";
	int code = 0;

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (*fd < 0) {
		fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(errno));
		code = 3;
	} else if (flock(*fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) {
		if (read(*fd, owner, sizeof(owner) - 1) < 0)
			*owner = '\0';
		fprintf(stderr, "dmatorture: %s: this run still goes on (process %.*s)\n", dir,
			(int)strcspn(owner, "\n"), owner);
		code = 2;
	} else if (ftruncate(*fd, 0) || dprintf(*fd, "%d\n", (int)getpid()) < 0) {
		fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(errno));
		code = 3;
	}
	free(path);
	return code;
}

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static int read_text(const char *dir, const char *name, char **text)
{
	char *path = xasprintf("%s/" RUN_PLAN_DIR "/%s", dir, name);
	struct strbuf sb = STRBUF_INIT;
	int err = strbuf_read_file(&sb, path);

	if (err)
		fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(-err));
	*text = strbuf_detach(&sb);
	free(path);
	return err;
}

static int read_known(struct run *run, const char *dir)
{
	char *text = NULL, *path = xasprintf("%s/" RUN_PLAN_DIR "/KNOWN-ISSUES", dir);
	struct diag diag;
	int err = read_text(dir, "KNOWN-ISSUES", &text);

	if (!err) {
		err = known_parse(&run->known, path, text, &diag);
		if (err)
			diag_print(&diag, text, stderr);
	}
	run->env.known = &run->known;
	free(text);
	free(path);
	return err;
}

/* A run of an earlier version has no word about its target: it was a guest. */
static void read_board(struct run *run, struct run_kept *k)
{
	const json_t *o = json_object_get(k->json, "board");
	const char *target = text_of(o, "target");

	k->board = (struct board_wish){
		.target = target ? target : target_vm.name, .reset = text_of(o, "reset"),
		.console = text_of(o, "console"), .directory = text_of(o, "directory"), .ssh_config = text_of(o, "ssh_config"),
		.wait_s = json_integer_value(json_object_get(o, "wait_s")),
		.i_know = json_is_true(json_object_get(o, "i_know")),
	};
	run->target = k->board.target;
}

/* A run that was packed has no idea of its board: that says by itself what it is. */
static void read_packed(struct run *run, const char *dir, struct run_kept *k)
{
	char *path = xasprintf("%s/" PACK_FACTS, dir);
	const struct machine *m = machine_of_kernel(run->kernel, NULL);
	struct strbuf text = STRBUF_INIT;
	struct board_facts facts;

	if (!strcmp(run->target, PACK_TARGET) && m && !strbuf_read_file(&text, path)) {
		board_facts_read(&facts, strbuf_str(&text));
		for (int w = 0; w < WORLD__COUNT; w++) {
			k->no_world[w] = board_facts_no_world(&facts, m, w);
			run->env.no_world[w] = k->no_world[w];
		}
		board_facts_free(&facts);
	}
	strbuf_free(&text);
	free(path);
}

static bool read_run(struct run *run, struct run_kept *k)
{
	const char *seed = text_of(k->json, "seed"), *scenario_seed = text_of(k->json, "scenario_seed");
	const char *worlds = text_of(k->json, "worlds"), *sweep = text_of(k->json, "sweep");
	const struct machine *machine;
	char why[256], *bad;

	run->kernel = (char *)text_of(k->json, "kernel");
	run->kernel_dir = (char *)text_of(k->json, "kernel_dir");
	run->release = (char *)text_of(k->json, "release");
	run->accel = text_of(k->json, "accelerator");
	run->append = text_of(k->json, "append");
	run->observer = text_of(k->json, "observer");
	run->smp = json_integer_value(json_object_get(k->json, "smp"));
	run->free_running = json_is_true(json_object_get(k->json, "free_running"));
	run->crash = json_is_true(json_object_get(k->json, "crash"));
	run->boot = json_is_true(json_object_get(k->json, "boot"));
	run->watch_cpu = json_is_true(json_object_get(k->json, "watch_cpu"));
	run->drivers = json_is_true(json_object_get(k->json, "drivers"));
	run->left_out = json_integer_value(json_object_get(k->json, "left_out"));
	run->machine = text_of(k->json, "machine");
	machine = run->kernel ? machine_of_kernel(run->kernel, NULL) : NULL;
	run->env = (struct verdict_env){
		.release = run->release, .arch = machine ? machine->name : NULL,
		.config = k->config,
		.today = text_of(k->json, "today"), .no_drivers = text_of(k->json, "no_drivers"),
		.no_workload = text_of(k->json, "no_workload"),
	};
	for (int w = 0; w < WORLD__COUNT; w++)
		run->env.no_world[w] = text_of(json_object_get(k->json, "no_world"), world_name(w));
	read_board(run, k);
	k->timeout_s = json_integer_value(json_object_get(k->json, "timeout_s"));
	k->about = json_object_get(k->json, "about");
	k->arguments = json_object_get(k->json, "arguments");
	if (!run->kernel || !run->kernel_dir || !run->release || !run->accel || !seed || !worlds ||
	    !run->env.today || !run->smp || !k->timeout_s || !json_is_object(k->about) ||
	    !json_is_array(k->arguments))
		return false;
	run->seed = strtoull(seed, NULL, 0);
	k->wish = (struct wish){
		.drivers = run->drivers, .has_seed = scenario_seed,
		.seed = scenario_seed ? strtoull(scenario_seed, NULL, 0) : 0,
		.repeat = json_integer_value(json_object_get(k->json, "repeat")),
	};
	bad = worlds_parse(worlds, &k->wish.worlds);
	if (bad) {
		free(bad);
		return false;
	}
	return !sweep || !sweep_parse(sweep, &k->wish.sweep, why);
}

/* Of a run of some cells only (run --only-failed): these are what the plan lists. */
static void read_only(const json_t *cells, struct failed *only)
{
	only->ids = xcalloc(json_array_size(cells) + 1, sizeof(*only->ids));
	for (size_t i = 0; i < json_array_size(cells); i++) {
		const char *id = text_of(json_array_get(cells, i), "id");

		if (id)
			only->ids[only->nr++] = xstrdup(id);
	}
	failed_sort(only);
}

/* Compiles the cells from the copies of the scenarios in the plan. Returns an exit code. */
static int compile_again(struct run *run, const char *dir, struct run_kept *k)
{
	const json_t *names = json_object_get(k->json, "scenarios");
	const json_t *cells = json_object_get(k->json, "cells");
	size_t nr = json_array_size(names);
	char **paths = xcalloc(nr + 1, sizeof(*paths));
	struct failed only = { 0 };
	bool same = true;
	int code = 0;

	if (json_is_true(json_object_get(k->json, "only_some"))) {
		read_only(cells, &only);
		k->wish.only = &only;
	}
	for (size_t i = 0; i < nr && !code; i++) {
		const char *name = json_string_value(json_array_get(names, i));

		if (!name || strchr(name, '/'))
			code = complain(3, dir, RUN_PLAN_FILE " is damaged: it names no scenarios");
		else
			paths[i] = xasprintf("%s/" RUN_PLAN_DIR "/%zu/%s", dir, i, name);
	}
	if (!code && !nr)
		code = complain(3, dir, RUN_PLAN_FILE " is damaged: it names no scenarios");
	k->wish.names = paths;
	k->wish.nr_names = (int)nr;
	if (!code && cells_compile(run, &k->wish))
		code = complain(3, dir, "the scenarios in " RUN_PLAN_DIR "/ do not compile: they were changed, or they are of another version of dmatorture");
	for (uint32_t i = 0; i < run->nr_cells && !code; i++) {
		const char *crc = text_of(json_array_get(cells, i), "crc32");

		same &= crc && strtoul(crc, NULL, 16) == run_plan_checksum(&run->cells[i]);
	}
	if (!code && (!same || run->nr_cells != json_array_size(cells)))
		code = complain(3, dir, "the scenarios in " RUN_PLAN_DIR "/ do not give the cells that the run began with: they were changed, or it was another version of dmatorture");
	for (size_t i = 0; i < nr; i++)
		free(paths[i]);
	free(paths);
	failed_free(&only);
	k->wish.only = NULL;
	k->wish.names = NULL;
	k->wish.nr_names = 0;
	return code;
}

static int read_plan(struct run *run, const char *dir, struct run_kept *k)
{
	char *path = xasprintf("%s/" RUN_PLAN_FILE, dir);
	json_error_t error;
	const char *schema;
	int code = 0;

	k->json = json_load_file(path, 0, &error);
	schema = text_of(k->json, "schema");
	if (!k->json) {
		fprintf(stderr, "dmatorture: %s:%d:%d: %s\n", path, error.line, error.column, error.text);
		code = 3;
	} else if (!schema || strcmp(schema, RUN_PLAN_SCHEMA)) {
		fprintf(stderr, "dmatorture: %s: schema '%s'; this dmatorture reads " RUN_PLAN_SCHEMA "\n",
			path, schema ? schema : "");
		code = 3;
	} else if (read_text(dir, "config", &k->config)) {
		code = 3;
	} else if (!read_run(run, k)) {
		code = complain(3, path, "a member is missing, or makes no sense");
	} else if (read_known(run, dir)) {
		code = 3;
	}
	free(path);
	return code;
}

int run_plan_read(struct run *run, const char *dir, struct run_kept *k)
{
	int code;

	memset(k, 0, sizeof(*k));
	k->lock = -1;
	if (!has(dir, RUN_PLAN_FILE))
		return without_plan(dir);
	code = take_lock(dir, &k->lock);
	if (!code)
		code = read_plan(run, dir, k);
	if (!code)
		read_packed(run, dir, k);
	if (!code)
		code = compile_again(run, dir, k);
	if (!code)
		run->dir = xstrdup(dir);
	return code;
}

void run_kept_free(struct run_kept *k)
{
	json_decref(k->json);
	for (int w = 0; w < WORLD__COUNT; w++)
		free(k->no_world[w]);
	free(k->config);
	if (k->lock >= 0)
		close(k->lock);
}
