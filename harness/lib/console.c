// SPDX-License-Identifier: GPL-2.0-only
/*
 * A console log to events. Each pattern begins a report; its title is the line
 * from the pattern on, without what changes from run to run.
 */
#include "console.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first that is found in a line counts: the general ones come last. */
static const struct pattern {
	const char *text;
	enum console_kind kind;
	const char *stop;	/* after the text: the title ends there; NULL: with the line */
	bool where;		/* the title gets the function of the report's registers */
} patterns[] = {
	{ "BUG: soft lockup", CONSOLE_HANG, "", true },
	{ "BUG: workqueue lockup", CONSOLE_HANG, "", false },
	{ "Watchdog detected hard LOCKUP", CONSOLE_HANG, "", true },
	{ "rcu: INFO: ", CONSOLE_HANG, " on ", true },
	{ "INFO: rcu_", CONSOLE_HANG, " on ", true },
	{ "INFO: task ", CONSOLE_HANG, NULL, false },
	{ "BUG: kernel NULL pointer dereference", CONSOLE_OOPS, "", true },
	{ "BUG: Kernel NULL pointer dereference", CONSOLE_OOPS, " at ", true },	/* powerpc */
	{ "BUG: unable to handle ", CONSOLE_OOPS, " for address", true },
	{ "BUG: Unable to handle kernel ", CONSOLE_OOPS, " at ", true },	/* powerpc */
	{ "Unable to handle kernel ", CONSOLE_OOPS, " at virtual", true },	/* arm */
	{ "Internal error: ", CONSOLE_OOPS, " [#", true },			/* arm */
	{ "general protection fault", CONSOLE_OOPS, "", true },
	{ "stack segment: ", CONSOLE_OOPS, "", true },
	{ "invalid opcode: ", CONSOLE_OOPS, "", true },
	{ "divide error: ", CONSOLE_OOPS, "", true },
	{ "double fault: ", CONSOLE_OOPS, "", true },
	{ "kernel BUG at ", CONSOLE_OOPS, "!", false },
	{ "Oops: ", CONSOLE_OOPS, " [#", true },
	{ "Kernel panic - not syncing", CONSOLE_PANIC, NULL, false },
	{ "BUG: scheduling while atomic", CONSOLE_SPLAT, "", false },
	{ "BUG: ", CONSOLE_SPLAT, NULL, false },	/* KASAN, KFENCE, sleeping... */
	{ "UBSAN: ", CONSOLE_SPLAT, NULL, false },
	{ "list_add corruption", CONSOLE_SPLAT, NULL, false },
	{ "list_del corruption", CONSOLE_SPLAT, NULL, false },
	{ "refcount_t: ", CONSOLE_SPLAT, NULL, false },
	{ "DMA-API: ", CONSOLE_SPLAT, " [", false },
	{ "kmemleak: ", CONSOLE_SPLAT, " (see", false },
	{ "page allocation failure", CONSOLE_SPLAT, "", false },
	{ "INFO: trying to register non-static key", CONSOLE_SPLAT, NULL, false },
	{ "WARNING: ", CONSOLE_SPLAT, NULL, false },	/* WARN(), lockdep, RCU */
};

/* Lines that are no reports though they look it. */
static const char *const harmless[] = {
	"general protection fault ip:",		/* of a user's program */
	" : WARNING: ",				/* the CPU bugs' remarks at boot */
	"DMA-API: preallocated", "DMA-API: debugging enabled", "DMA-API: Mapped at:",
	"DMA-API: dma_debug_entry pool grown", "DMA-API: nr_total_entries",
	"kmemleak: Kernel memory leak detector", "kmemleak: Automatic memory scanning",
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define CELL_MARK "dmatorture: cell "
#define NONE SIZE_MAX

struct scan {
	struct console_event *events;
	size_t n, max;
	size_t fatal;		/* last event worse than a splat, or NONE */
	size_t cut;		/* event of the "cut here" report we are in, or NONE */
	size_t where;		/* event whose title waits for a function, or NONE */
	bool in_cut;
	long cell;
};

static const char *find(const char *p, const char *end, const char *what)
{
	return memmem(p, end - p, what, strlen(what));
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* How many characters at @p are a number that tells runs apart, not bugs. */
static size_t changing(const char *p, const char *end)
{
	size_t digits = 0, hex = 0;

	if (end - p > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		for (hex = 2; p + hex < end && isxdigit((unsigned char)p[hex]); hex++)
			;
		return hex;
	}
	while (p + hex < end && isxdigit((unsigned char)p[hex]))
		hex++;
	while (p + digits < end && isdigit((unsigned char)p[digits]))
		digits++;
	return hex >= 8 ? hex : digits;
}

/*
 * Numbers become X, but for those in a name (rcu_sched2) and the lines of a
 * file (mutex.c:580); function offsets (+0x1f/0x30) go.
 */
static void add_title(char *title, size_t size, const char *p, const char *end)
{
	size_t n = strlen(title), len;
	char before = n ? title[n - 1] : ' ';

	while (p < end && n + 1 < size) {
		bool is_line = n >= 3 && before == ':' && title[n - 3] == '.' &&
			       strchr("chS", title[n - 2]);

		if (is_line && isdigit((unsigned char)*p)) {
			while (p < end && (isdigit((unsigned char)*p) || *p == ':') && n + 1 < size)
				title[n++] = *p++;
			before = title[n - 1];
			continue;
		}
		if (end - p > 3 && !strncmp(p, "+0x", 3)) {
			for (p += 3; p < end && (isxdigit((unsigned char)*p) || strchr("/x", *p)); p++)
				;
			continue;
		}
		len = is_name(before) ? 0 : changing(p, end);
		before = len ? 'X' : (unsigned char)*p < ' ' ? ' ' : *p;
		title[n++] = before;
		p += len ? len : 1;
	}
	while (n && strchr(" :]", title[n - 1]) && !(title[n - 1] == ']' && memchr(title, '[', n)))
		n--;
	title[n] = '\0';
}

/* A function's name ends at its offset, and before ".isra.0" and ".cold". */
static size_t function_len(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && (isalnum((unsigned char)p[n]) || p[n] == '_'))
		n++;
	return n;
}

/*
 * "WARNING: CPU: 0 PID: 12 at lib/x.c:31 f+0x10/0x20 [m]" (to 6.17) and
 * "WARNING: lib/x.c:31 at f+0x10/0x20 [m], CPU#0: comm/12" (later)
 * become "WARNING at lib/x.c:31 f".
 */
static bool warning_title(char *title, size_t size, const char *p, const char *end)
{
	const char *at = find(p, end, " at "), *file, *func, *file_end, *s;

	if (!at)
		return false;
	if (!strncmp(p, "WARNING: CPU:", 13)) {
		file = at + 4;
		file_end = memchr(file, ' ', end - file);
		func = file_end ? file_end + 1 : end;
	} else {
		file = p + strlen("WARNING: ");
		file_end = at;
		func = at + 4;
	}
	if (!file_end || !memchr(file, ':', file_end - file) || !function_len(func, end))
		return false;
	/* The tree a module was built in is nobody's business. */
	s = *file == '/' ? memrchr(file, '/', file_end - file) : NULL;
	if (s)
		file = s + 1;
	snprintf(title, size, "WARNING at %.*s %.*s", (int)(file_end - file), file,
		 (int)function_len(func, end), func);
	return true;
}

static void make_title(struct console_event *e, const struct pattern *pattern, const char *p,
		       const char *end)
{
	const char *stop = NULL;

	e->title[0] = '\0';
	if (!strncmp(p, "WARNING: ", 9) && warning_title(e->title, sizeof(e->title), p, end))
		return;
	if (pattern->stop)
		stop = find(p + strlen(pattern->text), end, pattern->stop);
	add_title(e->title, sizeof(e->title), p, stop ? stop : end);
}

/* " in f" of "RIP: 0010:f+0x10/0x20", "pc : f+0x10/0x20", "NIP [c000...] f+0x10/0x20". */
static void add_where(struct scan *s, const char *p, const char *end)
{
	static const char *const registers[] = { "RIP: 0010:", "EIP: ", "pc : ", "NIP [" };
	struct console_event *e = &s->events[s->where];
	size_t n = strlen(e->title), len;

	for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
		const char *f = find(p, end, registers[i]), *close;

		if (!f)
			continue;
		f += strlen(registers[i]);
		if (i == 3) {
			close = find(f, end, "] ");
			f = close ? close + 2 : end;
		}
		len = function_len(f, end);
		if (len && f + len < end && strchr("+.", f[len]))
			snprintf(e->title + n, sizeof(e->title) - n, " in %.*s", (int)len, f);
		s->where = NONE;
		return;
	}
}

/* Is this line the end of a report that has been counted already? */
static bool follows(struct scan *s, enum console_kind kind, const char *p, const char *end)
{
	enum console_kind was = s->fatal == NONE ? CONSOLE_CLEAN : s->events[s->fatal].kind;

	if (s->in_cut && s->cut != NONE && s->events[s->cut].kind == CONSOLE_SPLAT &&
	    kind <= CONSOLE_OOPS) {
		/* The message of a WARN() or BUG(), seen on the line before. */
		if (kind == CONSOLE_OOPS) {
			s->events[s->cut].kind = CONSOLE_OOPS;
			s->fatal = s->cut;
		}
		return true;
	}
	switch (was) {
	case CONSOLE_OOPS:
		return kind == CONSOLE_OOPS || kind == CONSOLE_PANIC;
	case CONSOLE_HANG:
		return kind == CONSOLE_PANIC &&
		       (find(p, end, "softlockup") || find(p, end, "hung_task") ||
			find(p, end, "RCU Stall") || find(p, end, "LOCKUP"));
	case CONSOLE_PANIC:
		return kind != CONSOLE_SPLAT;
	default:
		return false;
	}
}

static const struct pattern *match(const char *p, const char *end, const char **hit)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		*hit = find(p, end, patterns[i].text);
		/* "DEBUG: " is no "BUG: " */
		if (!*hit || (*hit > p && is_name((*hit)[-1])))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(harmless); k++)
			if (find(p, end, harmless[k]))
				return NULL;
		return &patterns[i];
	}
	return NULL;
}

static void take_line(struct scan *s, const char *text, const char *p, const char *end)
{
	const struct pattern *pattern;
	struct console_event *e;
	const char *hit = find(p, end, CELL_MARK);

	if (hit) {
		s->cell = strtol(hit + strlen(CELL_MARK), NULL, 10);
		return;
	}
	if (find(p, end, "[ cut here ]") || find(p, end, "---[ end trace")) {
		s->in_cut = find(p, end, "[ cut here ]");
		s->cut = NONE;
		return;
	}
	if (s->where != NONE)
		add_where(s, p, end);
	pattern = match(p, end, &hit);
	if (!pattern || follows(s, pattern->kind, p, end))
		return;
	if (s->n == s->max) {
		/* What killed the guest is worth more than one splat more. */
		if (!s->max || pattern->kind == CONSOLE_SPLAT)
			return;
		s->n--;
	}
	e = &s->events[s->n];
	e->kind = pattern->kind;
	e->offset = hit - text;
	e->cell = s->cell;
	make_title(e, pattern, hit, end);
	s->where = pattern->where ? s->n : NONE;
	s->fatal = pattern->kind > CONSOLE_SPLAT ? s->n : s->fatal;
	s->cut = s->in_cut ? s->n : NONE;
	s->n++;
}

size_t console_scan(const char *text, size_t len, struct console_event *events, size_t max)
{
	struct scan s = { .events = events, .max = max, .fatal = NONE, .cut = NONE,
			  .where = NONE, .cell = -1 };
	const char *end = text + len;

	while (len) {
		const char *p = end - len, *eol = memchr(p, '\n', len);

		if (!eol)
			eol = end;
		take_line(&s, text, p, eol);
		len = eol < end ? (size_t)(end - eol - 1) : 0;
	}
	return s.n;
}
