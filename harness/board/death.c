// SPDX-License-Identifier: GPL-2.0-only
/* Reads a board's console for how its kernel ended, and for gaps. */
#include "death.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/program/frame_file.h"
#include "lib/base/le.h"
#include "lib/witness/console.h"

#define MAX_EVENTS	64
#define MARK		"dmatorture: cell "	/* a cell begins; agent/cells.c */
#define LOST		"lines of the kernel's log were lost"	/* agent/kmsg.c */
#define LAST_WORDS	"dmatorture: the plan is done"	/* agent/board.c */

static void read_in(struct strbuf *out, const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);

	strbuf_read_file(out, path);
	free(path);
}

enum vm_fate death_kind(const char *dir, char *title, size_t size)
{
	static const enum vm_fate fates[] = {
		[CONSOLE_OOPS] = VM_OOPS, [CONSOLE_HANG] = VM_HANG, [CONSOLE_PANIC] = VM_PANIC,
	};
	struct console_event *events = xcalloc(MAX_EVENTS, sizeof(*events));
	enum vm_fate fate = VM_RUNNING;
	struct strbuf log = STRBUF_INIT;
	size_t n;

	read_in(&log, dir, "console.log");
	n = console_scan(strbuf_str(&log), log.len, events, MAX_EVENTS);
	for (size_t i = 0; i < n; i++)
		if (events[i].kind > CONSOLE_SPLAT) {
			fate = fates[events[i].kind];
			snprintf(title, size, "%s", events[i].title);
		}
	strbuf_free(&log);
	free(events);
	return fate;
}

/* Appends to @new the records of @text that are not in @before. */
static void new_records(struct strbuf *new, const char *before, const char *text)
{
	for (const char *at = text, *end; at && *at; at = end) {
		char *record;

		end = strstr(at + 1, "\n== ");
		end = end ? end + 1 : at + strlen(at);
		record = xasprintf("%.*s", (int)(end - at), at);
		if (!strstr(before, record))
			strbuf_adds(new, record);
		free(record);
	}
}

void death_from_pstore(const char *dir, const char *before, const char *text, int console)
{
	struct console_event *events = xcalloc(MAX_EVENTS, sizeof(*events)), *worst = NULL;
	struct strbuf new = STRBUF_INIT;
	char title[256];
	size_t n;

	if (before)
		new_records(&new, before, text);
	n = console_scan(strbuf_str(&new), new.len, events, MAX_EVENTS);
	/* An oops and the panic that follows it are two records: the oops says what it was. */
	for (size_t i = 0; i < n; i++)
		if (events[i].kind > CONSOLE_SPLAT && (!worst || events[i].kind < worst->kind))
			worst = &events[i];
	if (worst && death_kind(dir, title, sizeof(title)) == VM_RUNNING) {
		size_t len = worst->len;

		if (write(console, new.s + worst->offset, len) != (ssize_t)len ||
		    write(console, "\n", 1) != 1)
			perror("dmatorture: console.log");
	}
	strbuf_free(&new);
	free(events);
}

long long death_last_stamp(const char *console)
{
	struct strbuf log = STRBUF_INIT;
	long long last = -1;

	strbuf_read_file(&log, console);
	for (const char *line = log.s, *end; line && (end = strchr(line, '\n')); line = end + 1) {
		unsigned long long s, us;

		if (sscanf(line, "[%llu.%6llu]", &s, &us) == 2)
			last = s * 1000000 + us;
	}
	strbuf_free(&log);
	return last;
}

bool death_has_last_words(const char *path)
{
	struct strbuf log = STRBUF_INIT;
	bool has;

	strbuf_read_file(&log, path);
	has = strstr(strbuf_str(&log), LAST_WORDS "\n");
	strbuf_free(&log);
	return has;
}

/* The last cell that the console saw begin; -1: none. */
static long last_mark(const char *log)
{
	long last = -1;

	for (const char *at = log; (at = strstr(at, MARK)); at += strlen(MARK)) {
		long cell = strtol(at + strlen(MARK), NULL, 10);

		if (cell >= 0)
			last = cell;
	}
	return last;
}

bool death_doubt(const char *dir, struct strbuf *text)
{
	char *path = xasprintf("%s/channel.bin", dir);
	struct strbuf log = STRBUF_INIT;
	long seen, first = -1, last = -1;
	struct frame_file ff;
	struct frame f;
	bool complete;

	read_in(&log, dir, "console.log");
	complete = strstr(strbuf_str(&log), LAST_WORDS "\n");
	seen = last_mark(strbuf_str(&log));
	if (strstr(strbuf_str(&log), LOST)) {	/* somewhere before: any cell may have said it */
		complete = false;
		seen = -1;
	}
	/*
	 * The log comes in order: all that came before the last mark is there. A cell that had
	 * ended at or behind it may have said more. That in which the kernel died has not ended.
	 */
	if (!complete && !frame_file_open(&ff, path)) {
		while (frame_file_next(&ff, &f) > 0) {
			bool ended = f.type == FRAME_CELL_END && f.len == 4;
			long cell = ended ? (long)le32_get(f.data) : -1;

			if (cell >= 0 && cell >= seen) {
				first = first < 0 ? cell : first;
				last = cell;
			}
		}
		frame_file_close(&ff);
	}
	if (first >= 0)
		strbuf_addf(text, "%ld %ld %s", first, last, !log.len ?
			    "the board's console said nothing: what the kernel warned of is not known" :
			    "the board's console is not complete: what the kernel warned of is not all known");
	strbuf_free(&log);
	free(path);
	return first >= 0;
}
