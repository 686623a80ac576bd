// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the directories of failures: how to run the cell again, its events from the guest's
 * channel, and what the judge found in them. A channel is read only once, even if several of its
 * cells failed.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/json_text.h"
#include "lib/base/le.h"
#include "lib/judge/recording.h"
#include "lib/program/frame_file.h"
#include "lib/program/machine.h"
#include "lib/base/visible.h"
#include "lib/report/report.h"
#include "lib/timeline/draw.h"
#include "lib/verdict/verdict_steps.h"
#include "rundir.h"

static bool has_failed(const struct run *run, uint32_t i)
{
	return run->verdicts[i].outcome > OUTCOME_SKIP && run->results[i].boot;
}

static char *failure_dir(const struct run *run, uint32_t i)
{
	char *slug = cell_slug(run->cells[i].id);
	char *dir = xasprintf("%s/failures/%s", run->dir, slug);

	free(slug);
	return dir;
}

static char *failure_json(const struct run *run, uint32_t i)
{
	json_t *o = json_pack("{s:o s:o s:i s:o s:o s:o s:i s:o s:b s:b s:o s:o s:b s:b s:b s:b}",
			      "schema", json_text("dmatorture-failure-1"),
			      "cell", json_text(run->cells[i].id),
			      "index", (int)i,
			      "boot", json_text(run->results[i].boot),
			      "world", json_text(world_name(run->cells[i].world)),
			      "kernel", json_text(run->kernel),
			      "smp", (int)run->smp,
			      "accelerator", json_text(run->accel),
			      "free_running", run->free_running,
			      "crash", run->crash,
			      "append", json_text(run->append ? run->append : ""),
			      "observer", json_text(run->observer ? run->observer : "on"),
			      "workload", run->cells[i].workload != WORKLOAD_NONE,
			      "disk", run->cells[i].disk,
			      "drivers", run->cells[i].drivers,
			      "watch_cpu", run->watch_cpu || run->cells[i].watch_cpu);

	json_object_set_new(o, "seed", json_textf("0x%llx",
						    (unsigned long long)run->seed));
	return json_take(o, JSON_INDENT(1));
}

static int write_again(const struct run *run, uint32_t i)
{
	char *slug = cell_slug(run->cells[i].id), *failures = xasprintf("%s/failures", run->dir);
	char *dir = failure_dir(run, i), *text;
	int err = make_below(failures, slug);

	if (!err)
		err = write_below(dir, "repro.dma", run->cells[i].repro);
	if (!err) {
		text = failure_json(run, i);
		err = write_below(dir, "failure.json", text);
		free(text);
	}
	free(dir);
	free(failures);
	free(slug);
	return err;
}

/* ---- events.bin, of all failures of one guest ---- */

struct extract {
	const struct run *run;
	const struct boot *boot;
	uint32_t cell;		/* the cell that frames belong to, while @file is open */
	FILE *file;
	char *path;
	bool wanted;		/* in a sweep: frames are of the run that is evidence */
	bool *found;		/* by cell: frames of it were found */
	int err;		/* the first error */
};

static void complain(struct extract *x, const char *path, int err)
{
	fprintf(stderr, "dmatorture: cannot keep %s: %s\n", path, strerror(-err));
	x->err = x->err ? x->err : err;
}

static void end_file(struct extract *x)
{
	if (!x->file)
		return;
	if (fclose(x->file))
		complain(x, x->path, -errno);
	x->file = NULL;
	free(x->path);
}

/* Events of a guest are in its byte order. */
static struct recording_from guest_of(const struct run *run)
{
	const struct machine *m = run->kernel ? machine_of_kernel(run->kernel, NULL) : NULL;

	if (!m)
		m = machine_default();
	return (struct recording_from){
		.other_order = m->big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__),
		.word_bytes = m->word_bytes,
	};
}

static void begin_file(struct extract *x, uint32_t cell)
{
	char *dir;
	int err;

	end_file(x);
	if (cell >= x->run->nr_cells || !x->run->results[cell].seen || !has_failed(x->run, cell) ||
	    strcmp(x->run->results[cell].boot, x->boot->name))
		return;
	dir = failure_dir(x->run, cell);
	x->path = xasprintf("%s/events.bin", dir);
	x->file = fopen(x->path, "we");
	free(dir);
	err = x->file ? recording_begin(x->file, guest_of(x->run)) : -errno;
	if (err) {
		complain(x, x->path, err);
		if (x->file)
			fclose(x->file);
		x->file = NULL;
		free(x->path);
	}
	x->cell = cell;
	x->wanted = true;
	x->found[cell] = true;
}

/* Drops the events that came before, as the cell or its run of a sweep begins again. */
static void begin_again(struct extract *x)
{
	int err = fflush(x->file) || ftruncate(fileno(x->file), 0) ? -errno : 0;

	rewind(x->file);
	if (!err)
		err = recording_begin(x->file, guest_of(x->run));
	if (err)
		complain(x, x->path, err);
}

/* Does this frame of a sweep begin the run in which call @call fails? */
static bool is_turn_of(const struct frame *f, uint32_t call)
{
	char line[32];
	uint32_t n = snprintf(line, sizeof(line), "begin n=%u", call);

	return f->len == n && !memcmp(f->data, line, n);
}

static void take_frame(struct extract *x, const struct frame *f)
{
	const struct sweep_result *sweep;
	int err;

	if (f->type == FRAME_CELL && f->len == 4)
		begin_file(x, le32_get(f->data));
	if (!x->file)
		return;
	sweep = x->run->results[x->cell].sweep;
	if (f->type == FRAME_SWEEP) {
		x->wanted = is_turn_of(f, sweep ? sweep->evidence_of : 0);
		if (x->wanted)
			begin_again(x);
	} else if (f->type == FRAME_AGAIN && x->wanted) {
		begin_again(x);
	} else if (f->type == FRAME_OBSERVED && f->len >= 4 && x->wanted) {
		err = recording_chunk(x->file, le32_get(f->data), f->data + 4, f->len - 4);
		if (err) {
			complain(x, x->path, err);
			end_file(x);
		}
	}
}

static int write_recordings(const struct run *run, const struct boot *boot, bool *found)
{
	char *path = xasprintf("%s/boots/%s/channel.bin", run->dir, boot->name);
	struct extract x = { .run = run, .boot = boot, .found = found };
	struct frame_file ff;
	struct frame f;
	int n = frame_file_open(&ff, path);

	if (n) {
		fprintf(stderr, "dmatorture: cannot read %s: %s\n", path, strerror(-n));
		free(path);
		return n;
	}
	while ((n = frame_file_next(&ff, &f)) > 0)
		take_frame(&x, &f);
	if (n < 0)
		complain(&x, path, n);
	end_file(&x);
	frame_file_close(&ff);
	free(path);
	return x.err;
}

/* ---- report.txt, of events.bin ---- */

struct told {
	const struct cell *cell;
	const struct cell_result *result;
};

static bool find_step(void *arg, const struct report_at *at, struct strbuf *out)
{
	const struct told *t = arg;

	return verdict_find_step(t->cell, t->result, at, out);
}

/* Adds what is known of wrong data; its steps are of a file, and are looked at in a terminal. */
static void add_wrong_data(const struct told *t, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;

	verdict_wrong_data(t->cell, t->result, &text);
	visible_add(out, strbuf_str(&text), text.len, VISIBLE_LINES);
	strbuf_free(&text);
}

/* Adds the judge's report on @s. */
static void report(const struct evstream *s, struct told *told, struct strbuf *out)
{
	const struct report_steps steps = { find_step, told };
	struct report_group *groups;
	size_t nr;

	add_wrong_data(told, out);
	groups = report_groups(s, NULL, &nr);
	for (size_t k = 0; k < nr; k++) {
		if (groups[k].follows)
			continue;
		report_text(s, groups, nr, k, "dmatorture judge events.bin (beside this file)",
			    &steps, out);
		strbuf_addc(out, '\n');
	}
	report_summary(s, out);
	free(groups);
}

/* Draws the first finding, or the first calls when nothing was found. */
static int write_timeline(const char *dir, FILE *f, const struct evstream *s)
{
	const struct draw_options options = { .svg = true };
	struct strbuf svg = STRBUF_INIT;
	int err = 0;

	if (judge_counters(evstream_judge(s))->events)
		err = timeline_draw(f, s, &options, &svg);
	if (!err && svg.len)
		err = write_below(dir, "timeline.svg", strbuf_str(&svg));
	strbuf_free(&svg);
	return err;
}

static int write_report(const struct run *run, uint32_t i)
{
	char *dir = failure_dir(run, i), *path = xasprintf("%s/events.bin", dir), why[256];
	struct told told = { &run->cells[i], &run->results[i] };
	struct evstream *s = evstream_new(NULL);
	struct strbuf text = STRBUF_INIT;
	FILE *f = fopen(path, "re");
	int err = f ? 0 : -errno;

	if (err) {
		fprintf(stderr, "dmatorture: cannot read %s: %s\n", path, strerror(-err));
	} else {
		recording_read(f, s, why);	/* the report says what is wrong with it */
		report(s, &told, &text);
		err = write_below(dir, "report.txt", strbuf_str(&text));
		if (!err)
			err = write_timeline(dir, f, s);
		fclose(f);
	}
	evstream_free(s);
	strbuf_free(&text);
	free(path);
	free(dir);
	return err;
}

static int write_observed(const struct run *run)
{
	bool *found = xcalloc(run->nr_cells, sizeof(*found)), *wanted;
	int first = 0, err;

	wanted = xcalloc(run->nr_boots, sizeof(*wanted));
	for (uint32_t i = 0; i < run->nr_cells; i++)
		for (uint32_t b = 0;
		     b < run->nr_boots && run->results[i].seen && has_failed(run, i); b++)
			wanted[b] |= !strcmp(run->results[i].boot, run->boots[b].name);
	for (uint32_t b = 0; b < run->nr_boots; b++) {
		err = wanted[b] ? write_recordings(run, &run->boots[b], found) : 0;
		first = first ? first : err;
	}
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		if (!run->results[i].seen || !has_failed(run, i))
			continue;
		err = found[i] ? write_report(run, i) : -ENOENT;
		if (!found[i])
			fprintf(stderr, "dmatorture: %s: the channel of guest %s does not have its events\n",
				run->cells[i].id, run->results[i].boot);
		first = first ? first : err;
	}
	free(wanted);
	free(found);
	return first;
}

int failures_write(const struct run *run)
{
	int first = 0, err;

	for (uint32_t i = 0; i < run->nr_cells; i++) {
		if (!has_failed(run, i))
			continue;
		err = write_again(run, i);
		first = first ? first : err;
	}
	err = write_observed(run);
	return first ? first : err;
}
