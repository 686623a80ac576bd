// SPDX-License-Identifier: GPL-2.0-only
/* One cell: set up the engines, run the program or workload, send what came of it, tidy up. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cells.h"
#include "workload.h"

#define RECORDS_A_FRAME	8192
#define OBSERVE_OFF	"observe off"
#define PERF		"perf"
#define SWEEP		"sweep "

#define FSLMODEL_CONFIGFS	"/sys/kernel/config/fslmodel"

static char *attr_path(const struct engine *e, const char *attr)
{
	return xasprintf("%s/%s/%s", e->configfs, e->name, attr);
}

static int set_attr(const struct engine *e, const char *attr, const char *value, char *why)
{
	char *path = attr_path(e, attr);
	int err = write_text(path, value);

	if (err)
		snprintf(why, 256, "engine %s: %s = %s: %s", e->name, attr, value, strerror(-err));
	free(path);
	return err;
}

static int go_live(struct engine *e, char *why)
{
	char *path;
	int err = set_attr(e, "live", "1", why);

	if (err)
		return err;
	path = attr_path(e, "device");
	err = read_line(path, e->device, sizeof(e->device));
	free(path);
	if (err)
		snprintf(why, 256, "engine %s: device: %s", e->name, strerror(-err));
	return err;
}

static int new_engine(struct engines *es, const char *name, const char *configfs, char *why)
{
	struct engine *e = &es->v[es->nr];
	char *path;
	int err = 0;

	if (es->nr == DMT_MAX_ENGINES || strlen(name) > SOFTDMA_NAME_MAX) {
		snprintf(why, 256, "engine %s: too many engines, or too long a name", name);
		return -EINVAL;
	}
	strcpy(e->name, name);
	e->configfs = configfs;
	path = attr_path(e, "");
	if (mkdir(path, 0755)) {
		err = -errno;
		snprintf(why, 256, "engine %s: %s", name, strerror(errno));
	} else {
		es->nr++;
	}
	free(path);
	return err;
}

static int set_param(const char *module, const char *name, const char *value, char *why)
{
	char *path = xasprintf("/sys/module/%s/parameters/%s", module, name);
	int err = write_text(path, value);

	if (err)
		snprintf(why, 256, "%s = %s: %s", path, value, strerror(-err));
	free(path);
	return err;
}

int set_up(struct engines *es, struct workload *w, const struct plan_cell *cell, char *why)
{
	char *text = xasprintf("%.*s", (int)cell->setup_len, cell->setup);
	char *line, *save = NULL;
	int err = 0;

	for (line = strtok_r(text, "\n", &save); line && !err; line = strtok_r(NULL, "\n", &save)) {
		char key[32], name[32], value[64];
		bool soft = sscanf(line, "engine %31s", value) == 1;

		if (soft || sscanf(line, "model %31s", value) == 1) {
			if (es->nr)
				err = go_live(&es->v[es->nr - 1], why);
			if (!err)
				err = new_engine(es, value, soft ? SOFTDMA_CONFIGFS :
						 FSLMODEL_CONFIGFS, why);
		} else if (sscanf(line, "attr %31s %63s", key, value) == 2 && es->nr) {
			err = set_attr(&es->v[es->nr - 1], key, value, why);
		} else if (sscanf(line, "rebind %31s", es->rebind) == 1) {
			err = rebind(es->rebind, why);
		} else if (sscanf(line, "need %31s", key) == 1) {
			if (late_load(w, key, "")) {
				snprintf(why, 256, "%s", w->why);
				err = -ENOENT;
			}
		} else if (sscanf(line, "param %31s %31s %63s", key, name, value) == 3) {
			err = set_param(key, name, value, why);
		} else if (!workload_line(w, line) && strcmp(line, OBSERVE_OFF) &&
			   strcmp(line, PERF) && strcmp(line, KEEP) &&
			   strncmp(line, SWEEP, strlen(SWEEP))) {
			snprintf(why, 256, "set-up: '%.100s' is no advice", line);
			err = -EINVAL;
		}
	}
	if (!err && es->nr)
		err = go_live(&es->v[es->nr - 1], why);
	free(text);
	return err;
}

void tear_down(struct engines *es)
{
	char why[256];

	if (es->rebind[0] && rebind(es->rebind, why))
		say_text(FRAME_LOG, "%s", why);
	while (es->nr) {
		struct engine *e = &es->v[--es->nr];
		char *path = attr_path(e, "");

		if (rmdir(path))
			say_text(FRAME_LOG, "engine %s cannot be removed: %s", e->name, strerror(errno));
		free(path);
	}
}

/* Writes the name of each engine's device into the program. */
static void name_devices(uint8_t *program, uint32_t len, const struct engines *es)
{
	struct dmt_header h;
	uint32_t at, nr, size;

	if (len < sizeof(h))
		return;		/* the executor will report it */
	memcpy(&h, program, sizeof(h));
	at = le32toh(h.engines.offset);
	nr = le32toh(h.engines.count);
	size = le32toh(h.engines.entry_size);
	for (uint32_t i = 0; i < nr; i++, at += size) {
		struct dmt_engine w;

		if (at > len || len - at < sizeof(w) || size < sizeof(w))
			return;
		memcpy(&w, program + at, sizeof(w));
		for (unsigned int k = 0; k < es->nr; k++)
			if (!strncmp(w.name, es->v[k].name, sizeof(w.name)))
				memcpy(w.device, es->v[k].device, sizeof(w.device));
		memcpy(program + at, &w, sizeof(w));
	}
}

static void say_records(int fd)
{
	size_t size = RECORDS_A_FRAME * sizeof(struct dmt_record);
	void *buf = xmalloc(size);
	ssize_t n;

	while ((n = read(fd, buf, size)) > 0)
		send_frame(FRAME_RECORDS, buf, n);
	if (n < 0)
		say_text(FRAME_LOG, "records cannot be read: %s", strerror(errno));
	free(buf);
}

/* Writes the counters as they have grown since the last call: an engine may serve many cells. */
static void since_then(struct engine *e, const char *stats, struct strbuf *out)
{
	char *copy = xstrdup(stats), *save = NULL, *word;
	unsigned int i = 0;

	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save), i++) {
		unsigned long long now;
		int key = 0;

		if (i >= ENGINE_COUNTERS || sscanf(word, "%*[^=]=%n%llu", &key, &now) != 1) {
			strbuf_addf(out, " %s", word);
			continue;
		}
		strbuf_addf(out, " %.*s%llu", key, word, now - e->told[i]);
		e->told[i] = now;
	}
	free(copy);
}

static void say_engines(struct engines *es)
{
	for (unsigned int i = 0; i < es->nr; i++) {
		char *path = attr_path(&es->v[i], "stats");
		struct strbuf grown = STRBUF_INIT;
		char stats[1024] = "";
		int err = read_line(path, stats, sizeof(stats));

		if (err) {
			say_text(FRAME_LOG, "%s: %s", path, strerror(-err));
		} else {
			since_then(&es->v[i], stats, &grown);
			say_text(FRAME_ENGINE, "name=%s device=%s%s", es->v[i].name,
				 es->v[i].device, strbuf_str(&grown));
		}
		strbuf_free(&grown);
		free(path);
	}
}

/* Runs the cell's program on the executor. 0, or a negative errno with the reason in @why. */
static int run_on(int fd, const struct plan_cell *cell, const struct engines *es,
		  struct dmt_sums *sums, char *why)
{
	uint8_t *program = xmalloc(cell->program_len);
	struct dmt_reason reason = { 0 };
	int err = 0;

	memcpy(program, cell->program, cell->program_len);
	name_devices(program, cell->program_len, es);
	if (write(fd, program, cell->program_len) != (ssize_t)cell->program_len) {
		err = -errno;
		ioctl(fd, DMT_IOC_REASON, &reason);
		snprintf(why, 256, "%.*s (byte %u)", (int)sizeof(reason.text) - 1,
			 reason.text[0] ? reason.text : strerror(-err), reason.offset);
	} else if (ioctl(fd, DMT_IOC_RUN, sums)) {
		err = -errno;
		snprintf(why, 256, "run: %s", strerror(-err));
	}
	free(program);
	return err;
}

static int open_executor(char *why)
{
	int fd = open("/dev/" DMT_DEVICE, O_RDWR | O_CLOEXEC), err = -errno;

	if (fd >= 0)
		return fd;
	snprintf(why, 256, "/dev/" DMT_DEVICE ": %s", strerror(-err));
	return err;
}

void run_program(const struct plan_cell *cell, struct engines *es)
{
	uint8_t wire[FRAME_SUMS_LEN];
	struct dmt_sums sums;
	char why[256] = "";
	int fd = open_executor(why);

	if (fd < 0 || run_on(fd, cell, es, &sums, why)) {
		say_text(FRAME_REFUSED, "%s", why);
	} else {
		frame_pack_sums(wire, &sums);
		say_records(fd);
		send_frame(FRAME_SUMS, wire, sizeof(wire));
		say_engines(es);
		say_picked(fd, cell->program, cell->program_len);
	}
	if (fd >= 0)
		close(fd);
}

int run_program_quietly(const struct plan_cell *cell, const struct engines *es,
			struct dmt_sums *sums)
{
	char why[256];
	int fd = open_executor(why), err;

	memset(sums, 0, sizeof(*sums));
	if (fd < 0)
		return fd;
	err = run_on(fd, cell, es, sums, why);
	close(fd);
	return err;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static const struct engines *at_work;	/* engines of the workload that runs */

/* The number of operations that the engines have completed, with or without an error. */
static uint64_t progress(void)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < at_work->nr; i++) {
		char *path = attr_path(&at_work->v[i], "stats"), stats[1024];
		unsigned long long n;
		const char *at;

		if (!read_line(path, stats, sizeof(stats)) && (at = strstr(stats, "completed=")) &&
		    sscanf(at, "completed=%llu", &n) == 1)
			sum += n;
		free(path);
	}
	return sum;
}

static void run_workload(struct workload *w, const struct plan_cell *cell,
			 struct engines *es)
{
	struct dmt_sums sums = { .iterations = 1, .first_bad = DMT_NONE };
	uint64_t begin = now_ns();
	uint8_t wire[FRAME_SUMS_LEN];

	w->device = es->nr ? es->v[0].device : "";
	for (unsigned int i = 0; i < es->nr; i++)
		w->devices[w->nr_devices++] = es->v[i].device;
	at_work = es;
	w->progress = progress;
	w->file = cell->program;
	w->file_len = cell->program_len;
	if (workload_run(w)) {
		say_text(FRAME_REFUSED, "%s", w->why);
		return;
	}
	sums.ns = w->ns ? w->ns : now_ns() - begin;
	sums.checks = w->checks;
	sums.checks_bad = w->checks_bad;
	if (w->checks_bad)
		sums.first_bad = 0;
	frame_pack_sums(wire, &sums);
	send_frame(FRAME_SUMS, wire, sizeof(wire));
	say_engines(es);
}

static bool wants_perf(const struct plan_cell *cell)
{
	return memmem(cell->setup, cell->setup_len, "\n" PERF "\n", sizeof(PERF) + 1);
}

static void run_sampled(const struct plan_cell *cell, struct engines *es)
{
	perf_begin();
	run_program(cell, es);
	perf_end();
}

static void run_once(const struct plan_cell *cell, struct sweep_run *sweep)
{
	struct engines es = { .nr = 0 };
	struct workload w = { .nr = 0 };
	char why[256] = "";

	if (set_up(&es, &w, cell, why))
		say_text(FRAME_REFUSED, "%s", why);
	else if (w.kind[0])
		run_workload(&w, cell, &es);
	else if (sweep)
		sweep_program(sweep, cell, &es);
	else if (wants_perf(cell))
		run_sampled(cell, &es);
	else
		run_program(cell, &es);
	tear_down(&es);
}

static bool is_observed(const struct plan_cell *cell)
{
	return !memmem(cell->setup, cell->setup_len, OBSERVE_OFF "\n", sizeof(OBSERVE_OFF));
}

/*
 * A cell runs again when the observer met functions that were not probed yet, which happens
 * once, or lost events because a probe was hit in an interrupt of itself. Under the instruction
 * clock that is rare; where the clock runs free it happens in every second run of a cell, and
 * in three of four where probes take long (KASAN). A cell that has taken a minute is tried no
 * more than five times.
 */
#define MAX_AGAIN_LONG	5
#define LONG_NS		60000000000ull	/* sum over all runs of the cell */

void run_observed(const struct plan_cell *cell, struct sweep_run *sweep)
{
	uint32_t index = htole32(cell->index);
	uint64_t begin = now_ns();

	for (int i = 0; ; i++) {
		int last;

		observe_begin(is_observed(cell));
		if (sweep)
			sweep_count(sweep, false);
		run_once(cell, sweep);
		if (sweep)
			sweep_count(sweep, true);
		last = now_ns() - begin > LONG_NS ? MAX_AGAIN_LONG : MAX_AGAIN;
		if (!observe_end(i >= last))
			break;
		send_frame(FRAME_AGAIN, &index, sizeof(index));
	}
}

bool run_cell(const struct plan_cell *cell)
{
	uint32_t index = htole32(cell->index);
	char mark[64];
	bool spent;

	kept_for(cell);
	/* Mark in the console log which cell the lines that follow belong to. */
	snprintf(mark, sizeof(mark), "<4>dmatorture: cell %u\n", cell->index);
	write_text("/dev/kmsg", mark);
	send_frame(FRAME_CELL, &index, sizeof(index));
	witness_begin();
	if (sweep_wanted(cell))
		sweep_cell(cell);
	else if (is_kept(cell))
		run_kept(cell);
	else
		run_observed(cell, NULL);
	spent = witness_end();
	send_frame(FRAME_CELL_END, &index, sizeof(index));
	return !spent;
}
