// SPDX-License-Identifier: GPL-2.0-only
/* A board as a target: its sessions from start to end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "death.h"
#include "on_board.h"

/* Warnings that nobody could see: of which cells, death.c knows. Behind the last good frame. */
static void doubt(struct on_board *s)
{
	struct strbuf frame = STRBUF_INIT, text = STRBUF_INIT;
	struct frame f;

	if (s->damaged || s->in.len || !s->hello)
		return;
	if (death_doubt(s->opts->dir, &text)) {
		frame_write(&frame, s->next_seq, FRAME_DOUBT, text.s, text.len);
		if (frame_read(frame.s, frame.len, &f) > 0)
			s->fn(s->arg, &f);
		on_board_write(s, s->channel, frame.s, frame.len);
	}
	strbuf_free(&frame);
	strbuf_free(&text);
}

static enum vm_fate pump(void *state)
{
	struct on_board *s = state;

	if (s->over != VM_RUNNING)
		return s->over;
	on_board_console(s);
	if (s->step == OVER) {
		if (child_runs(&s->console)) {	/* its last lines */
			child_end(&s->console);
			return VM_RUNNING;
		}
		doubt(s);
		s->over = s->fate;
		return s->over;
	}
	if (child_runs(&s->main)) {
		size_t before = s->complaint.len;
		bool ended = child_step(&s->main, &s->said, &s->complaint);

		if (s->complaint.len > before)
			on_board_write(s, s->log, s->complaint.s + before,
				       s->complaint.len - before);
		on_board_take(s);
		if (ended)
			on_board_ended(s);
	} else if (on_board_between(s)) {
		return VM_RUNNING;
	}
	on_board_time(s);
	return VM_RUNNING;
}

static int fd(const void *state)
{
	return ((const struct on_board *)state)->poll;
}

static void end(void *state, enum vm_fate fate)
{
	struct on_board *s = state;

	if (s->over != VM_RUNNING || s->killed)
		return;
	s->killed = true;
	if (s->step == CLEAN || s->step == OVER)
		return;
	child_kill(&s->main);
	s->title[0] = '\0';
	on_board_settle(s, fate);
}

static const char *title(const void *state)
{
	return ((const struct on_board *)state)->title;
}

static void release(void *state)
{
	struct on_board *s = state;
	const int fds[] = { s->channel, s->console_log, s->log, s->poll };

	child_kill(&s->main);
	child_kill(&s->console);
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	strbuf_free(&s->package);
	strbuf_free(&s->said);
	strbuf_free(&s->complaint);
	strbuf_free(&s->in);
	free(s);
}

static int start(void **state, const struct vm_opts *opts, const void *plan, size_t plan_len,
		 vm_frame_fn fn, void *arg, char *why)
{
	struct on_board *s;
	int err;

	*state = NULL;
	if (opts->board->lost) {
		snprintf(why, 256, "%.250s", opts->board->lost);
		return -ENODEV;
	}
	s = xcalloc(1, sizeof(*s));
	s->main = s->console = (struct child)CHILD_NONE;
	s->board = opts->board;
	s->opts = opts;
	s->fn = fn;
	s->arg = arg;
	s->channel = s->console_log = s->log = -1;
	s->poll = epoll_create1(EPOLL_CLOEXEC);
	err = package_build(&s->package, opts, plan, plan_len, why);
	if (!err) {
		s->channel = on_board_open(s, "channel.bin");
		s->console_log = on_board_open(s, "console.log");
		s->log = on_board_open(s, "board.log");
		if (s->channel < 0 || s->console_log < 0 || s->log < 0) {
			err = s->channel < 0 ? s->channel :
			      s->console_log < 0 ? s->console_log : s->log;
			snprintf(why, 256, "%.200s: %s", opts->dir, strerror(-err));
		}
	}
	if (err) {
		release(s);
		return err;
	}
	on_board_go(s, PREPARE);
	*state = s;
	return 0;
}

static int prepare(struct board *board, const struct vm_opts *opts, char *why)
{
	return board_prepare(board, opts, why);
}

static int reset(struct board *board, char *why)
{
	int code = board_do(board, BOARD_RESET, NULL, NULL, NULL, NULL, board->wish.wait_s);

	if (!code)
		return 0;
	snprintf(why, BOARD_WHY, "the reset failed: %s", code < 0 ? strerror(-code) : "its exit code is not 0");
	return code < 0 ? code : -EIO;
}

const struct target_kind target_board = {
	.name = "board", .form = "ssh:, exec: or local", .prepare = prepare,
	.start = start, .pump = pump, .fd = fd, .kill = end, .title = title, .free = release,
	.reset = reset,
};
