// SPDX-License-Identifier: GPL-2.0-only
/* What the observer and the judge have to say of a failed cell. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/le.h"
#include "lib/judge/recording.h"
#include "lib/report/report.h"
#include "rundir.h"

/* The reports of all that was found, or nothing when nothing was observed. */
char *failure_report(const struct run *run, uint32_t i)
{
	const struct sweep_result *sweep = run->results[i].sweep;
	const struct evstream *s = sweep && sweep->evidence ? sweep->evidence : run->results[i].observed;
	struct strbuf out = STRBUF_INIT;
	struct report_group *groups;
	size_t nr;

	if (!s)
		return xstrdup("");
	groups = report_groups(s, NULL, &nr);
	for (size_t k = 0; k < nr; k++) {
		report_text(s, &groups[k], "dmatorture judge events.bin (beside this file)", &out);
		strbuf_addc(&out, '\n');
	}
	report_summary(s, &out);
	free(groups);
	return strbuf_detach(&out);
}

/* Of a sweep: does a run begin (1 when it is @call's, 0) or end (0)? -1: neither. */
static int turn(const struct frame *f, uint32_t call)
{
	char line[32];
	uint32_t n = snprintf(line, sizeof(line), "begin n=%u", call);

	if (f->type != FRAME_SWEEP)
		return -1;
	return f->len == n && !memcmp(f->data, line, n);
}

/*
 * Where in the channel the cell's last run begins and ends, of a sweep the run with @call
 * failing; false: nowhere.
 */
static bool find_cell(const struct strbuf *channel, uint32_t cell, uint32_t call, size_t *from,
		      size_t *to)
{
	size_t at = 0;
	bool in = false, found = false;
	int wanted = 1;

	while (at < channel->len) {
		struct frame f;
		long n = frame_read(channel->s + at, channel->len - at, &f);
		int now;

		if (n <= 0)
			break;
		at += n;
		if (f.type == FRAME_CELL && f.len == 4) {
			in = le32_get(f.data) == cell;
			found |= in;
			wanted = 1;
		}
		now = turn(&f, call);
		wanted = now < 0 ? wanted : now;
		if (in && wanted && (f.type == FRAME_CELL || f.type == FRAME_AGAIN || now > 0))
			*from = at;
		if (in && wanted)
			*to = at;
	}
	return found;
}

/* 0, or -ENOENT when the guest's channel does not have the cell. */
int failure_recording(const struct run *run, uint32_t i, const char *path)
{
	char *channel_path = xasprintf("%s/boots/%s/channel.bin", run->dir, run->results[i].boot);
	struct strbuf channel = STRBUF_INIT;
	const struct sweep_result *sweep = run->results[i].sweep;
	uint32_t call = sweep ? sweep->evidence_of : 0;
	size_t at = 0, to = 0;
	int err = strbuf_read_file(&channel, channel_path);
	FILE *f = NULL;

	free(channel_path);
	if (!err && !find_cell(&channel, i, call, &at, &to))
		err = -ENOENT;
	if (!err) {
		f = fopen(path, "we");
		err = f ? recording_begin(f) : -errno;
	}
	while (!err && at < to) {
		struct frame frame;
		long n = frame_read(channel.s + at, to - at, &frame);

		if (n <= 0)
			break;
		at += n;
		if (frame.type == FRAME_OBSERVED && frame.len >= 4)
			err = recording_chunk(f, le32_get(frame.data), frame.data + 4, frame.len - 4);
	}
	if (f && fclose(f) && !err)
		err = -errno;
	strbuf_free(&channel);
	return err;
}
