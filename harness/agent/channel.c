// SPDX-License-Identifier: GPL-2.0-only
/* The result channel: frames, one after another, whichever thread sends them. */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent.h"
#include "board.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int channel = -1;
static uint32_t seq;
static bool synced;

void channel_open(int fd)
{
	channel = fd;
}

void channel_sync(void)
{
	synced = true;
}

void send_frame(enum frame_type type, const void *data, uint32_t len)
{
	struct strbuf sb = STRBUF_INIT;
	size_t at = 0;

	pthread_mutex_lock(&lock);
	frame_write(&sb, seq++, type, data, len);
	while (at < sb.len) {
		ssize_t n = write(channel, sb.s + at, sb.len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			perror("dmatorture agent: the result channel");
			/* Where there is no room for it there may be none for these words. */
			exit(synced && errno == ENOSPC ? BOARD_FULL : 1);
		}
		at += n;
	}
	/* What was begun must be known after a crash; and what had ended, all of it. */
	if (synced && (type == FRAME_CELL || type == FRAME_CELL_END || type == FRAME_END))
		fdatasync(channel);
	pthread_mutex_unlock(&lock);
	strbuf_free(&sb);
}

void say_text(enum frame_type type, const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	send_frame(type, strbuf_str(&sb), sb.len);
	strbuf_free(&sb);
}
