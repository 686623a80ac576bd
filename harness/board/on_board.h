/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of a session on a board share. session_steps.c says how the steps follow. */
#ifndef HARNESS_ON_BOARD_H
#define HARNESS_ON_BOARD_H

#include <time.h>

#include "board.h"
#include "child.h"

enum board_step { PREPARE, COPY, RUN, LAST_WORDS, BACK, PSTORE, FOLLOW, RESET, CLEAN, OVER };

struct on_board {
	struct board *board;
	const struct vm_opts *opts;
	vm_frame_fn fn;
	void *arg;
	enum board_step step;
	time_t step_since, retry_at;
	struct child main, console;
	struct strbuf package, said, complaint;	/* of @main */
	struct strbuf in;	/* of the channel, not yet taken */
	int channel, console_log, log, poll;
	uint32_t next_seq;
	uint64_t received;	/* bytes of the channel */
	uint64_t at_loss;	/* the same when the link was lost last */
	unsigned int losses;
	bool hello, end, damaged, killed, disk_full;
	bool answered;		/* the board did, so it can be cleaned */
	bool rebooted, was_reset, hung;
	bool no_console;	/* there is none, so nobody knows what the kernel said */
	time_t last_sign;
	enum vm_fate fate;	/* what it will be when the board is clean */
	enum vm_fate over;	/* VM_RUNNING until then */
	char title[256];
};

/* session_take.c: what comes from the board, and where it is kept. */
time_t on_board_now(void);
char *on_board_path(const struct on_board *s, const char *name);
int on_board_open(const struct on_board *s, const char *name);
void on_board_write(struct on_board *s, int fd, const char *p, size_t len);
/* Does @main's output belong to the channel now? */
bool on_board_is_channel(const struct on_board *s);
void on_board_take(struct on_board *s);
void on_board_console(struct on_board *s);
/* The first reason is the one that counts. */
void on_board_title(struct on_board *s, const char *what, const char *detail);

/* session_steps.c: begins a step; @main has ended; time has passed. */
void on_board_go(struct on_board *s, enum board_step step);
/* The plan is over, with @fate; the board is left clean, if it answers. */
void on_board_settle(struct on_board *s, enum vm_fate fate);
void on_board_ended(struct on_board *s);
/* Tries again what did not succeed. True when nothing is to be done meanwhile. */
bool on_board_between(struct on_board *s);
void on_board_time(struct on_board *s);

#endif /* HARNESS_ON_BOARD_H */
