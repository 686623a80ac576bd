/* SPDX-License-Identifier: GPL-2.0-only */
/* The agent: what runs in a guest or on a board. One static binary. */
#ifndef AGENT_H
#define AGENT_H

#include <stdbool.h>

#include "lib/program/frame.h"
#include "lib/program/plan.h"

/* channel.c: frames to the harness. Every failure to write ends the agent. */
void channel_open(int fd);
void send_frame(enum frame_type type, const void *data, uint32_t len);
void say_text(enum frame_type type, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * cells.c: runs one cell, says all of it. False: one of the kernel's witnesses is spent, the
 * next cell wants a fresh guest.
 */
bool run_cell(const struct plan_cell *cell);

/*
 * witness.c: the kernel's own reports that are not read from the console. Between begin and
 * end a cell runs; end: true when lockdep is off and cannot be turned on again. Leaks are
 * looked for once, when all cells are done; this takes 6 s.
 */
void witness_begin(void);
bool witness_end(void);
void witness_leaks(void);
/* Mappings that dma-debug holds to be live, of all devices; 0 where there is none. */
uint64_t witness_live_entries(void);

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

/*
 * perf.c: between begin and end the kernel's counters count and its clock samples, of all
 * processors. What came of it is said once, behind the last cell.
 */
void perf_begin(void);
void perf_end(void);
void perf_say(void);

/* files.c: files of one line. 0 or a negative errno. */
int write_text(const char *path, const char *text);
int read_line(const char *path, char *out, size_t size);

/* exec.c: runs a command line, says its output and its exit code. */
void run_command(const char *line);

#endif /* AGENT_H */
