// SPDX-License-Identifier: GPL-2.0-only
/* What a board sends: frames into the channel's file, and the console. */
#include "on_board.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

time_t on_board_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

char *on_board_path(const struct on_board *s, const char *name)
{
	return xasprintf("%s/%s", s->opts->dir, name);
}

int on_board_open(const struct on_board *s, const char *name)
{
	char *path = on_board_path(s, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	free(path);
	return fd < 0 ? -errno : fd;
}

void on_board_write(struct on_board *s, int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			s->disk_full |= errno == ENOSPC;
			return;
		}
		p += n;
		len -= n;
	}
}

void on_board_title(struct on_board *s, const char *what, const char *detail)
{
	if (!s->title[0])
		snprintf(s->title, sizeof(s->title), "%s%s%.180s", what, *detail ? ": " : "", detail);
}

static void take_frames(struct on_board *s)
{
	size_t at = 0;

	while (!s->damaged) {
		struct frame f;
		long n = frame_read(s->in.s + at, s->in.len - at, &f);

		if (!n)
			break;
		if (n < 0 || f.seq != s->next_seq) {
			s->damaged = true;
			break;
		}
		s->next_seq++;
		at += n;
		s->last_sign = on_board_now();
		s->hello |= f.type == FRAME_HELLO;
		s->end |= f.type == FRAME_END;
		s->fn(s->arg, &f);
	}
	if (at) {
		memmove(s->in.s, s->in.s + at, s->in.len - at);
		s->in.len -= at;
	}
}

bool on_board_is_channel(const struct on_board *s)
{
	return s->step == RUN || s->step == FOLLOW;
}

void on_board_take(struct on_board *s)
{
	if (!on_board_is_channel(s) || !s->said.len)
		return;
	on_board_write(s, s->channel, s->said.s, s->said.len);
	s->received += s->said.len;
	strbuf_add(&s->in, s->said.s, s->said.len);
	strbuf_reset(&s->said);
	take_frames(s);
}

void on_board_console(struct on_board *s)
{
	struct strbuf said = STRBUF_INIT, complaint = STRBUF_INIT;

	if (child_runs(&s->console)) {
		child_step(&s->console, &said, &complaint);
		if (said.len)
			on_board_write(s, s->console_log, said.s, said.len);
		if (complaint.len)
			on_board_write(s, s->log, complaint.s, complaint.len);
	}
	strbuf_free(&said);
	strbuf_free(&complaint);
}
