// SPDX-License-Identifier: GPL-2.0-only
/* Reads the channels and consoles of a run's guests from its directory, as if they ran now. */
#include "recover.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "board/death.h"
#include "board/session.h"
#include "boot_file.h"
#include "intake.h"
#include "lib/program/frame_file.h"
#include "sched.h"

static void complain(const char *path, const char *what)
{
	fprintf(stderr, "dmatorture: %s: %s\n", path, what);
}

/* Takes the frames that the guest sent, up to the first damaged one. */
static void take_channel(struct intake *in, const char *path, struct recovered *rec)
{
	struct frame_file ff;
	struct frame f;
	struct stat st;
	int n = frame_file_open(&ff, path);
	char *what;

	if (n == -ENOENT)	/* QEMU had not made it yet */
		return;
	if (n) {
		complain(path, strerror(-n));
		rec->damaged++;
		return;
	}
	if (!fstat(fileno(ff.f), &st) && st.st_mtime > rec->last)
		rec->last = st.st_mtime;
	while ((n = frame_file_next(&ff, &f)) > 0)
		intake_frame(in, &f);
	if (n < 0 || ff.rest == FRAME_REST_DAMAGED) {
		what = n < 0 ? xstrdup(strerror(-n)) :
		       xasprintf("frame %u, byte %llu, is damaged: what comes before it counts", ff.next_seq,
				 (unsigned long long)ff.at);
		complain(path, what);
		free(what);
		rec->damaged++;
		if (in->boot->fate == VM_RUNNING || in->boot->fate == VM_DONE) {
			in->boot->fate = VM_CHANNEL;
			free(in->boot->title);
			in->boot->title = xasprintf("frame %u of the result channel is damaged or missing",
						    ff.next_seq);
		}
	}
	frame_file_close(&ff);
}

/*
 * Ends the cells that the run itself would have given up, after this guest: as many guests of their
 * kind in a row ended before they began a cell. @idle counts them.
 */
static void give_up(struct run *run, const struct boot *boot, const struct intake *in,
		    bool died_early, unsigned int *idle)
{
	uint32_t *left = xmalloc(boot->nr_cells * sizeof(*left)), nr = 0;
	bool ended = boot->fate != VM_RUNNING && boot->fate != VM_INTERRUPTED &&
		     boot->fate != VM_DISK_FULL;

	for (uint32_t i = 0; i < boot->nr_cells; i++)
		if (run->results[boot->cells[i]].state == CELL_NOT_RUN)
			left[nr++] = boot->cells[i];
	*idle = in->begun || !ended ? 0 : *idle + 1;
	if (*idle >= SCHED_IDLE_DEATHS)
		sched_give_up(run, boot, died_early, left, nr);
	free(left);
}

/* Nobody may have seen all that a board's kernel said when the harness ended, or was not there. */
static void take_doubt(struct intake *in, const char *dir)
{
	struct strbuf text = STRBUF_INIT;
	struct frame f = { .type = FRAME_DOUBT };

	if (strcmp(in->run->target, target_vm.name) && death_doubt(dir, &text)) {
		f.data = (const uint8_t *)text.s;
		f.len = text.len;
		intake_frame(in, &f);
	}
	strbuf_free(&text);
}

static void replay(struct run *run, struct boot *boot, struct recovered *rec, unsigned int *idle)
{
	char *dir = xasprintf("%s/boots/%s", run->dir, boot->name);
	char *channel = xasprintf("%s/channel.bin", dir);
	struct intake in;

	intake_begin(&in, run, boot);
	in.silent = true;
	take_channel(&in, channel, rec);
	take_doubt(&in, dir);
	give_up(run, boot, &in, intake_end(&in, dir), idle);
	free(channel);
	free(dir);
}

static bool was_cut(const struct cell_result *r)
{
	return r->state == CELL_BEGUN && (r->fate == VM_INTERRUPTED || r->fate == VM_DISK_FULL);
}

static void count(struct run *run, struct recovered *rec)
{
	for (uint32_t i = 0; i < run->nr_cells; i++) {
		struct cell_result *r = &run->results[i];

		if (r->state == CELL_NOT_RUN && !r->not_run &&
		    verdict_can_run(&run->cells[i], &run->env))
			r->not_run = xstrdup("the run was stopped before it came to this cell");
		rec->cut += was_cut(r);
		rec->ended += !was_cut(r) &&
			      (r->state != CELL_NOT_RUN || !r->not_run || r->splats.nr);
		intake_judge(run, i);
	}
}

static int no_dots(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

int recover_boots(struct run *run, struct recovered *rec)
{
	char *boots = xasprintf("%s/boots", run->dir), why[256];
	struct dirent **names;
	int n = scandir(boots, &names, no_dots, alphasort), err = n < 0 ? -errno : 0;
	unsigned int idle = 0;

	memset(rec, 0, sizeof(*rec));
	if (err)
		complain(boots, strerror(-err));
	run->results = xcalloc(run->nr_cells, sizeof(*run->results));
	run->verdicts = xcalloc(run->nr_cells, sizeof(*run->verdicts));
	for (int i = 0; i < n; i++) {
		struct boot boot;
		int bad = boot_file_read(run, names[i]->d_name, &boot, why);

		if (!bad) {
			run->boots =
				xrealloc(run->boots, (run->nr_boots + 1) * sizeof(*run->boots));
			run->boots[run->nr_boots++] = boot;
		} else if (bad != -ENOENT) {
			fprintf(stderr, "dmatorture: %s/%s: %s: what this guest said does not count\n", boots,
				names[i]->d_name, bad == -EBADMSG ? why : strerror(-bad));
			rec->damaged++;
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	sched_sort_boots(run);
	for (uint32_t i = 0; i < run->nr_boots; i++) {
		const struct boot *b = &run->boots[i], *before = i ? b - 1 : NULL;

		if (!before || before->world != b->world || before->kind != b->kind)
			idle = 0;
		replay(run, &run->boots[i], rec, &idle);
	}
	count(run, rec);
	free(boots);
	return err;
}

void recover_reset(struct run *run)
{
	for (uint32_t i = 0; i < run->nr_cells; i++)
		if (was_cut(&run->results[i]) || run->results[i].state == CELL_NOT_RUN)
			result_free(&run->results[i]);
}
