// SPDX-License-Identifier: GPL-2.0-only
/* Writes the plan of a run into its directory before the first guest starts. */
#include "run_plan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/json_text.h"
#include "run_plan_internal.h"
#include "rundir.h"

int run_plan_begin(const struct run *run)
{
	char *path = xasprintf("%s/" RUN_PLAN_DIR "/lock", run->dir);
	int err = make_below(run->dir, RUN_PLAN_DIR), fd;

	if (err) {
		free(path);
		return err;
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	err = fd < 0 ? -errno : 0;
	/*
	 * Ignore other errors, such as of a file system without locks: a lock is needed only if two
	 * processes recover the same run at once.
	 */
	if (!err && flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		err = -errno;
	if (!err && (ftruncate(fd, 0) || dprintf(fd, "%d\n", (int)getpid()) < 0))
		err = -errno;
	if (err) {
		fprintf(stderr, "dmatorture: %s: %s\n", path, strerror(-err));
		if (fd >= 0)
			close(fd);
	}
	free(path);
	return err ? err : fd;
}

uint32_t run_plan_checksum(const struct cell *c)
{
	const char *const texts[] = {
		c->id, c->repro, c->require ? c->require : "", c->skip ? c->skip : ""
	};
	uint64_t numbers[] = { c->world, c->seed, c->repeat, c->sweep, c->sweep_only, c->drivers };
	uint32_t crc = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		crc = crc32_update(crc, texts[i], strlen(texts[i]) + 1);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		crc = crc32_update(crc, &numbers[i], sizeof(numbers[i]));
	crc = crc32_update(crc, strbuf_str(&c->setup), c->setup.len);
	crc = crc32_update(crc, strbuf_str(&c->program), c->program.len);
	for (unsigned int i = 0; i < c->nr_expects; i++) {
		crc = crc32_update(crc, c->expects[i].text, strlen(c->expects[i].text) + 1);
		crc = crc32_update(crc, &c->expects[i].line, sizeof(c->expects[i].line));
	}
	for (unsigned int i = 0; i < c->nr_steps; i++)
		crc = crc32_update(crc, c->step_text[i], strlen(c->step_text[i]) + 1);
	return crc;
}

/* Copies all .fio files beside a scenario, as only the compiler knows which of them it names. */
static int copy_jobs(const char *dir, const char *source)
{
	char *from = xasprintf("%.*s", (int)(strrchr(source, '/') ? strrchr(source, '/') - source : 0),
			       source);
	DIR *d = opendir(*from ? from : ".");
	const struct dirent *e;
	int err = 0;

	if (!d) {
		err = -errno;
		free(from);
		return err;
	}
	while (!err && (e = readdir(d))) {
		const char *dot = strrchr(e->d_name, '.');
		struct strbuf text = STRBUF_INIT;
		char *path;

		if (!dot || strcmp(dot, ".fio"))
			continue;
		path = xasprintf("%s/%s", *from ? from : ".", e->d_name);
		err = strbuf_read_file(&text, path);
		if (err)
			fprintf(stderr, "dmatorture: cannot read %s: %s\n", path, strerror(-err));
		else
			err = write_below(dir, e->d_name, strbuf_str(&text));
		strbuf_free(&text);
		free(path);
	}
	closedir(d);
	free(from);
	return err;
}

static int write_sources(const struct run *run, const char *plan)
{
	int err = 0;

	for (size_t i = 0; i < run->nr_sources && !err; i++) {
		const struct run_source *s = &run->sources[i];
		char *name = xasprintf("%zu", i), *dir = xasprintf("%s/%zu", plan, i);
		const char *base = strrchr(s->path, '/');

		err = make_below(plan, name);
		if (!err)
			err = write_below(dir, base ? base + 1 : s->path, s->text);
		if (!err && s->job)
			err = copy_jobs(dir, s->path);
		free(dir);
		free(name);
	}
	return err;
}

static json_t *text_or_null(const char *s)
{
	return s ? json_text(s) : json_null();
}

static json_t *hex(uint64_t n)
{
	return json_textf("0x%llx", (unsigned long long)n);
}

static json_t *sources_json(const struct run *run)
{
	json_t *a = json_array();

	for (size_t i = 0; i < run->nr_sources; i++) {
		const char *base = strrchr(run->sources[i].path, '/');

		json_array_append_new(a, json_text(base ? base + 1 : run->sources[i].path));
	}
	return a;
}

/* Writes worlds as --world takes them; "": those of the scenario. */
static json_t *worlds_json(unsigned int worlds)
{
	struct strbuf sb = STRBUF_INIT;
	json_t *text;

	for (int w = 0; w < WORLD__COUNT; w++)
		if (worlds & 1u << w)
			strbuf_addf(&sb, "%s%s", sb.len ? "," : "", world_name(w));
	text = json_text(strbuf_str(&sb));
	strbuf_free(&sb);
	return text;
}

/* Writes kinds of calls as --sweep takes them. */
static json_t *sweep_json(const struct sweep_wish *wish)
{
	struct strbuf sb = STRBUF_INIT;
	json_t *text;

	for (int k = 0; k < SWEEP__COUNT; k++) {
		if (!wish->kinds[k])
			continue;
		strbuf_addf(&sb, "%s%s", sb.len ? "," : "", sweep_name(k));
		if (wish->only[k])
			strbuf_addf(&sb, ":%u", wish->only[k]);
	}
	text = sb.len ? json_text(sb.s) : json_null();
	strbuf_free(&sb);
	return text;
}

static json_t *cells_json(const struct run *run)
{
	json_t *a = json_array();

	for (uint32_t i = 0; i < run->nr_cells; i++)
		json_array_append_new(a, json_pack("{s:o s:o}",
			"id", json_text(run->cells[i].id), "crc32",
			json_textf("%08x", run_plan_checksum(&run->cells[i]))));
	return a;
}

/* How to reach the target again: run --resume does. */
static json_t *board_json(const struct board_wish *w)
{
	return json_pack("{s:o s:o s:o s:o s:o s:i s:b}", "target", json_text(w->target), "reset",
			 text_or_null(w->reset), "console",
			 text_or_null(w->console), "directory", text_or_null(w->directory),
			 "ssh_config", text_or_null(w->ssh_config), "wait_s", (int)w->wait_s,
			 "i_know", w->i_know);
}

static json_t *no_world_json(const struct run *run)
{
	json_t *o = json_object();

	for (int w = 0; w < WORLD__COUNT; w++)
		if (run->env.no_world[w])
			json_put(o, world_name(w), json_text(run->env.no_world[w]));
	return o;
}

static json_t *plan_json(const struct run *run, const struct run_facts *f)
{
	json_t *o = json_object();
	char stamp[32];
	time_t now = time(NULL);
	struct tm tm;

	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	json_object_set_new(o, "schema", json_text(RUN_PLAN_SCHEMA));
	json_object_set_new(o, "started", json_text(stamp));
	json_object_set(o, "arguments", (json_t *)f->arguments);
	json_object_set_new(o, "kernel", json_text(run->kernel));
	json_object_set_new(o, "kernel_dir", json_text(run->kernel_dir));
	json_object_set_new(o, "release", json_text(run->release));
	json_object_set_new(o, "accelerator", json_text(run->accel));
	json_object_set_new(o, "smp", json_integer(run->smp));
	json_object_set_new(o, "seed", hex(run->seed));
	json_object_set_new(o, "free_running", json_boolean(run->free_running));
	json_object_set_new(o, "crash", json_boolean(run->crash));
	json_object_set_new(o, "boot", json_boolean(run->boot));
	json_object_set_new(o, "watch_cpu", json_boolean(run->watch_cpu));
	json_object_set_new(o, "append", text_or_null(run->append));
	json_object_set_new(o, "observer", text_or_null(run->observer));
	json_object_set_new(o, "drivers", json_boolean(run->drivers));
	json_object_set_new(o, "no_drivers", text_or_null(run->env.no_drivers));
	json_object_set_new(o, "board", board_json(f->board));
	json_object_set_new(o, "no_workload", text_or_null(run->env.no_workload));
	json_object_set_new(o, "no_world", no_world_json(run));
	json_object_set_new(o, "today", json_text(run->env.today));
	json_object_set_new(o, "left_out", json_integer(run->left_out));
	json_object_set_new(o, "timeout_s", json_integer(f->timeout_s));
	json_object_set_new(o, "machine", json_text(f->machine));
	json_object_set_new(o, "worlds", worlds_json(f->wish->worlds));
	json_object_set_new(o, "scenario_seed", f->wish->has_seed ? hex(f->wish->seed) : json_null());
	json_object_set_new(o, "repeat", json_integer(f->wish->repeat));
	json_object_set_new(o, "only_some", json_boolean(f->wish->only));
	json_object_set_new(o, "sweep", sweep_json(&f->wish->sweep));
	json_object_set(o, "about", (json_t *)f->about);
	json_object_set_new(o, "scenarios", sources_json(run));
	json_object_set_new(o, "cells", cells_json(run));
	return o;
}

int run_plan_write(const struct run *run, const struct run_facts *facts)
{
	char *plan = xasprintf("%s/" RUN_PLAN_DIR, run->dir), *text;
	int err = write_sources(run, plan);

	if (!err)
		err = write_below(plan, "config", run->env.config);
	if (!err)
		err = write_below(plan, "KNOWN-ISSUES", facts->known);
	if (!err) {
		text = json_take(plan_json(run, facts), JSON_INDENT(1));
		err = write_below(run->dir, RUN_PLAN_FILE, text);
		free(text);
	}
	free(plan);
	return err;
}
