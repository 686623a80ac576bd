/* SPDX-License-Identifier: GPL-2.0-only */
/* The agent: what runs in a guest or on a board. One static binary. */
#ifndef AGENT_H
#define AGENT_H

#include <stdbool.h>

#include "lib/frame.h"
#include "lib/plan.h"

/* channel.c: frames to the harness. Every failure to write ends the agent. */
void channel_open(int fd);
void send_frame(enum frame_type type, const void *data, uint32_t len);
void say_text(enum frame_type type, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* cells.c: runs one cell, says all of it. */
void run_cell(const struct plan_cell *cell);

/*
 * observe.c: the observer. Between begin and end all that the kernel does with DMA
 * goes to the harness. End: true when it must be done again, because functions
 * were met that were not probed yet.
 */
void observe_start(struct strbuf *errors);
void observe_begin(bool wanted);
bool observe_end(bool last);
/*
 * Between the two: modules were loaded, of which functions are known; modules will be
 * unloaded, whose functions have no names then.
 */
void observe_modules_come(void);
void observe_modules_go(void);

/* files.c: files of one line. 0 or a negative errno. */
int write_text(const char *path, const char *text);
int read_line(const char *path, char *out, size_t size);

/* exec.c: runs a command line, says its output and its exit code. */
void run_command(const char *line);

#endif /* AGENT_H */
