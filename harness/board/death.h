/* SPDX-License-Identifier: GPL-2.0-only */
/* How a board's kernel ended, and what of it was seen: from the files of a session's directory. */
#ifndef HARNESS_DEATH_H
#define HARNESS_DEATH_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/strbuf.h"
#include "lib/program/fate.h"

/*
 * The worst report of console.log in @dir: VM_PANIC, VM_OOPS or VM_HANG, with its title in @title
 * (@size bytes); VM_RUNNING, and @title stays as it is, when there is none.
 */
enum vm_fate death_kind(const char *dir, char *title, size_t size);

/*
 * @text is what pstore keeps, a line "== NAME" before each record, and @before what it kept when
 * the board was well (NULL: that is not known, and nothing is taken). Where the console saw no end,
 * the worst report of a new record is appended to it (@console: its file): what comes before it
 * was seen live.
 */
void death_from_pstore(const char *dir, const char *before, const char *text, int console);

/* The time of the last whole line of a console, in microseconds since boot; -1: it has none. */
long long death_last_stamp(const char *console);

/* Has the console at @path the line that the agent writes when a plan is done? */
bool death_has_last_words(const char *path);

/*
 * Of which cells may the console have missed something? True with "FIRST LAST WHY", the text of
 * FRAME_DOUBT, appended to @text; false when it shows everything up to the end of the plan or of
 * the kernel.
 */
bool death_doubt(const char *dir, struct strbuf *text);

#endif /* HARNESS_DEATH_H */
