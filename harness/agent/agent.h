/* SPDX-License-Identifier: GPL-2.0-only */
/* The agent: what runs in a guest or on a board. One static binary. */
#ifndef AGENT_H
#define AGENT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/strbuf.h"
#include "lib/program/frame.h"
#include "lib/program/plan.h"

/* channel.c: frames to the harness. A failure to write ends the agent. */
void channel_open(int fd);
/* The channel is a file: what cells begin and end with is on its disk when it was sent. */
void channel_sync(void);
void send_frame(enum frame_type type, const void *data, uint32_t len);
void say_text(enum frame_type type, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * cells.c: runs one cell and sends all that it has to report. Returns false when one of the
 * kernel's witnesses is spent, so that the next cell needs a fresh guest.
 */
bool run_cell(const struct plan_cell *cell);
/* After the last cell: the engines that stayed for another one go. */
void cells_done(void);

/*
 * witness.c: the kernel's own reports that are not read from the console. A cell runs between
 * begin and end. witness_end() returns true when a witness is spent: lockdep is off and cannot
 * be turned on again, or dma-debug holds more live mappings than at begin. Leaks are looked for
 * once, when all cells are done; this takes 6 s.
 */
void witness_begin(void);
bool witness_end(void);
void witness_leaks(void);
/* Mappings of all devices that dma-debug takes for live; 0 without dma-debug. */
uint64_t witness_live_entries(void);

/*
 * observe.c: the observer. Between begin and end all that the kernel does with DMA goes to the
 * harness. observe_end() returns true when the cell must run again, because functions were met
 * that were not probed yet; not when @last.
 */
void observe_start(struct strbuf *errors);
/* From now on the CPU's accesses are events too, where QEMU has the plugin for it. */
void observe_cpu(void);
/* Says where the ring of events is. */
void observe_say_place(void);
void observe_begin(bool wanted);
bool observe_end(bool last);
/*
 * The same for cells whose engines stay: what is seen while these are made belongs to each of
 * the cells that follow. kept_begin() before the engines are made, kept_ready() when they are
 * there; it returns true when functions were met that were not probed yet: the engines have
 * to be made again. cell_begin() and cell_end() around each cell, as observe_begin() and
 * observe_end(). kept_end() when the engines are gone: it returns how many events were lost
 * meanwhile that no cell_end() could count.
 */
void observe_kept_begin(void);
bool observe_kept_ready(void);
void observe_cell_begin(void);
bool observe_cell_end(bool last);
uint64_t observe_kept_end(void);
/*
 * Between observe_begin() and observe_end(): call _come() after modules were loaded, so that
 * their functions are probed, and _go() before modules are unloaded, so that addresses on
 * stacks still have names.
 */
void observe_modules_come(void);
void observe_modules_go(void);

/*
 * perf.c: between begin and end the kernel's counters count, and a clock samples all
 * processors. perf_say() reports it once, after the last cell.
 */
void perf_begin(void);
void perf_end(void);
void perf_say(void);

/* files.c: write or read a file of one line. Both return 0 or a negative errno. */
int write_text(const char *path, const char *text);
int read_line(const char *path, char *out, size_t size);

/* job.c: FRAME_HELLO, and what went wrong until then. */
void say_hello(const struct strbuf *errors);
/* job.c: runs all cells and says that they are done. -EBADMSG when it is no plan. */
int run_plan(const struct strbuf *plan);

/*
 * modules.c: loads what the file @list names, a line "PATH [PARAMETERS]" each, in that order. Errors
 * are added to @errors, for a channel that is opened later. @note: a file to which the name of each
 * module is added before it is loaded; then a module below "own/" must not be there already, and
 * loading ends with the first error. NULL: none. Returns 0 or the first error, a negative errno.
 */
int modules_load(const char *list, const char *note, struct strbuf *errors);
/* Adds a module that is loaded later to that note, if there is one. 0 or a negative errno. */
int modules_note(const char *name);
/*
 * Unloads what @note names, the last one first, and removes the file. Waits for users that are
 * about to let go. Returns 0, or a negative errno with a line on stderr for each module that stays.
 */
int modules_unload(const char *note);

/* exec.c: runs a command line, sends its output and its exit code. */
void run_command(const char *line);

#endif /* AGENT_H */
