// SPDX-License-Identifier: GPL-2.0-only
/*
 * A console log to events. Each pattern begins a report; its title is the line
 * from the pattern on, without what changes from run to run.
 */
#include "console.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *text;
	enum console_kind kind;
} patterns[] = {
	/* before the general "BUG:" */
	{ "BUG: soft lockup", CONSOLE_HANG },
	{ "BUG: workqueue lockup", CONSOLE_HANG },
	{ "Watchdog detected hard LOCKUP", CONSOLE_HANG },
	{ "rcu: INFO:", CONSOLE_HANG },
	{ "INFO: task ", CONSOLE_HANG },
	{ "INFO: rcu_", CONSOLE_HANG },
	{ "BUG: kernel NULL pointer dereference", CONSOLE_OOPS },
	{ "BUG: unable to handle", CONSOLE_OOPS },
	{ "general protection fault", CONSOLE_OOPS },
	{ "stack segment: ", CONSOLE_OOPS },
	{ "invalid opcode: ", CONSOLE_OOPS },
	{ "divide error: ", CONSOLE_OOPS },
	{ "double fault: ", CONSOLE_OOPS },
	{ "kernel BUG at ", CONSOLE_OOPS },
	{ "Oops: ", CONSOLE_OOPS },
	{ "Kernel panic - not syncing", CONSOLE_PANIC },
	{ "WARNING: CPU:", CONSOLE_SPLAT },
	{ "WARNING: possible ", CONSOLE_SPLAT },
	{ "WARNING: inconsistent lock state", CONSOLE_SPLAT },
	{ "WARNING: suspicious RCU usage", CONSOLE_SPLAT },
	{ "WARNING: bad unlock balance", CONSOLE_SPLAT },
	{ "BUG: KASAN:", CONSOLE_SPLAT },
	{ "BUG: KFENCE:", CONSOLE_SPLAT },
	{ "BUG: KMSAN:", CONSOLE_SPLAT },
	{ "BUG: KCSAN:", CONSOLE_SPLAT },
	{ "BUG: sleeping function called", CONSOLE_SPLAT },
	{ "BUG: scheduling while atomic", CONSOLE_SPLAT },
	{ "BUG: ", CONSOLE_SPLAT },
	{ "UBSAN: ", CONSOLE_SPLAT },
	{ "list_add corruption", CONSOLE_SPLAT },
	{ "list_del corruption", CONSOLE_SPLAT },
	{ "refcount_t: ", CONSOLE_SPLAT },
	{ "DMA-API: ", CONSOLE_SPLAT },
	{ "kmemleak: ", CONSOLE_SPLAT },
	{ "trying to unregister non-static key", CONSOLE_SPLAT },
};

#define NR_PATTERNS (sizeof(patterns) / sizeof(patterns[0]))
#define CELL_MARK "dmatorture: cell "

static const char *find(const char *p, const char *end, const char *what)
{
	return memmem(p, end - p, what, strlen(what));
}

/* Numbers of a title that tell runs apart, not bugs: each becomes X. */
static bool is_changing(const char *p, const char *end, size_t *len)
{
	size_t digits = 0, hex = 0;

	while (p + hex < end && isxdigit((unsigned char)p[hex]))
		hex++;
	while (p + digits < end && isdigit((unsigned char)p[digits]))
		digits++;
	if (p + 1 < end && p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		*len = 2;
		while (p + *len < end && isxdigit((unsigned char)p[*len]))
			++*len;
		return true;
	}
	*len = hex >= 8 ? hex : digits;
	return *len > 0;
}

static void add_title(char *title, size_t size, const char *p, const char *end)
{
	size_t n = strlen(title);
	char before = n ? title[n - 1] : ' ';

	while (p < end && n + 2 < size) {
		size_t len;

		/* A digit inside a name (rcu_sched2, file.c) is part of it. */
		if (!isalnum((unsigned char)before) && before != '_' && before != '.' &&
		    is_changing(p, end, &len)) {
			title[n++] = 'X';
			p += len;
			before = 'X';
			continue;
		}
		before = *p;
		title[n++] = (unsigned char)*p < ' ' ? ' ' : *p;
		p++;
	}
	while (n && title[n - 1] == ' ')
		n--;
	title[n] = '\0';
}

/* "WARNING: CPU: 0 PID: 12 at lib/x.c:31 f+0x10/0x20 [m]" -> "WARNING at lib/x.c f [m]" */
static bool warning_title(char *title, size_t size, const char *p, const char *end)
{
	const char *at = find(p, end, " at "), *colon, *space, *plus;

	if (!at)
		return false;
	at += 4;
	colon = memchr(at, ':', end - at);
	space = colon ? memchr(colon, ' ', end - colon) : NULL;
	plus = space ? memchr(space, '+', end - space) : NULL;
	if (!plus)
		return false;
	/* The tree the module was built in is nobody's business. */
	for (const char *s = at; s < colon; s++)
		if (*s == '/' && *at == '/')
			at = memrchr(at, '/', colon - at) + 1;
	snprintf(title, size, "WARNING at %.*s%.*s", (int)(colon - at), at,
		 (int)(plus - space), space);
	return true;
}

static void make_title(struct console_event *e, const char *p, const char *end)
{
	const char *stop;

	e->title[0] = '\0';
	if (!strncmp(p, "WARNING: CPU:", 13) && warning_title(e->title, sizeof(e->title), p, end))
		return;
	/* "Oops: 0002 [#1] PREEMPT SMP": what follows describes the kernel */
	stop = find(p, end, " [#");
	if (!stop)
		stop = find(p, end, " in ") && !strncmp(p, "BUG: K", 6) ? end : NULL;
	if (!stop)
		stop = find(p, end, ", address: ");
	if (!stop)
		stop = find(p, end, " for address");
	if (!stop)
		stop = find(p, end, "! [");	/* soft lockup - CPU#0 stuck for 12s! [dmt/0:78] */
	add_title(e->title, sizeof(e->title), p, stop ? stop : end);
}

/* The end of a report: a panic that follows from it is not another one. */
static bool follows(const struct console_event *last, enum console_kind kind, const char *line,
		    const char *end)
{
	if (!last)
		return false;
	if (last->kind == CONSOLE_OOPS)
		return kind == CONSOLE_OOPS || kind == CONSOLE_PANIC;
	if (last->kind == CONSOLE_HANG)
		return kind == CONSOLE_PANIC &&
		       (find(line, end, "softlockup") || find(line, end, "hung_task") ||
			find(line, end, "RCU Stall") || find(line, end, "LOCKUP"));
	return last->kind == CONSOLE_PANIC && kind != CONSOLE_SPLAT;
}

size_t console_scan(const char *text, size_t len, struct console_event *events, size_t max)
{
	const char *p = text, *end = text + len, *eol;
	long cell = -1;
	size_t n = 0;

	for (; p < end; p = eol + 1) {
		const char *mark;

		eol = memchr(p, '\n', end - p);
		if (!eol)
			eol = end;
		mark = find(p, eol, CELL_MARK);
		if (mark) {
			cell = strtol(mark + strlen(CELL_MARK), NULL, 10);
			continue;
		}
		for (size_t i = 0; i < NR_PATTERNS && n < max; i++) {
			const char *hit = find(p, eol, patterns[i].text);

			if (!hit)
				continue;
			if (follows(n ? &events[n - 1] : NULL, patterns[i].kind, p, eol))
				break;
			events[n].kind = patterns[i].kind;
			events[n].offset = hit - text;
			events[n].cell = cell;
			make_title(&events[n], hit, eol);
			n++;
			break;
		}
		if (eol == end)
			break;
	}
	return n;
}
