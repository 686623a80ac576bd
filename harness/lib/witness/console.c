// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the kernel's reports in a console log. Each pattern begins a report; its title is the
 * line from the pattern on, without what changes from run to run.
 */
#include "console.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum where {
	NOWHERE,
	AT_REGISTERS,	/* add the function that the instruction pointer is in */
	AT_LOCK,	/* add the function that takes the lock of a lockdep report */
};

/* Texts that are in a report's last line. */
#define TRACE	"---[ end trace"
#define TASK	"</TASK>"
#define RULE	"=================="

/* The first pattern that is found in a line counts, so the general ones come last. */
static const struct pattern {
	const char *text;
	enum console_kind kind;
	enum witness witness;
	const char *stop;	/* the title ends before this text; NULL: at the line's end */
	enum where where;
	const char *end;
} patterns[] = {
	{ "BUG: soft lockup", CONSOLE_HANG, WITNESS_BUG, "", AT_REGISTERS, TASK },
	{ "BUG: workqueue lockup", CONSOLE_HANG, WITNESS_BUG, "", NOWHERE, NULL },
	{ "Watchdog detected hard LOCKUP", CONSOLE_HANG, WITNESS_BUG, "", AT_REGISTERS, TASK },
	{ "rcu: INFO: ", CONSOLE_HANG, WITNESS_RCU, " on ", AT_REGISTERS, TASK },
	{ "INFO: rcu_", CONSOLE_HANG, WITNESS_RCU, " on ", AT_REGISTERS, TASK },
	{ "INFO: task ", CONSOLE_HANG, WITNESS_BUG, NULL, NOWHERE, TASK },
	{ "BUG: kernel NULL pointer dereference", CONSOLE_OOPS, WITNESS_BUG, "", AT_REGISTERS, TRACE },
	/* powerpc */
	{ "BUG: Kernel NULL pointer dereference", CONSOLE_OOPS, WITNESS_BUG, " at ", AT_REGISTERS, TRACE },
	{ "BUG: unable to handle ", CONSOLE_OOPS, WITNESS_BUG, " for address", AT_REGISTERS, TRACE },
	/* powerpc, arm */
	{ "BUG: Unable to handle kernel ", CONSOLE_OOPS, WITNESS_BUG, " at ", AT_REGISTERS, TRACE },
	{ "Unable to handle kernel ", CONSOLE_OOPS, WITNESS_BUG, " at virtual", AT_REGISTERS, TRACE },
	{ "Internal error: ", CONSOLE_OOPS, WITNESS_BUG, " [#", AT_REGISTERS, TRACE },
	{ "general protection fault", CONSOLE_OOPS, WITNESS_BUG, "", AT_REGISTERS, TRACE },
	{ "stack segment: ", CONSOLE_OOPS, WITNESS_BUG, "", AT_REGISTERS, TRACE },
	{ "invalid opcode: ", CONSOLE_OOPS, WITNESS_BUG, "", AT_REGISTERS, TRACE },
	{ "divide error: ", CONSOLE_OOPS, WITNESS_BUG, "", AT_REGISTERS, TRACE },
	{ "double fault: ", CONSOLE_OOPS, WITNESS_BUG, "", AT_REGISTERS, TRACE },
	{ "kernel BUG at ", CONSOLE_OOPS, WITNESS_BUG, "!", NOWHERE, TRACE },
	{ "Oops: ", CONSOLE_OOPS, WITNESS_BUG, " [#", AT_REGISTERS, TRACE },
	{ "Kernel panic - not syncing", CONSOLE_PANIC, WITNESS_BUG, NULL, NOWHERE, "---[ end Kernel" },
	{ "BUG: scheduling while atomic", CONSOLE_SPLAT, WITNESS_ATOMIC, "", NOWHERE, TASK },
	{ "BUG: sleeping function called", CONSOLE_SPLAT, WITNESS_ATOMIC, NULL, NOWHERE, TASK },
	{ "BUG: Invalid wait context", CONSOLE_SPLAT, WITNESS_LOCKDEP, NULL, AT_LOCK, TASK },
	{ "BUG: MAX_LOCK", CONSOLE_SPLAT, WITNESS_LOCKDEP, NULL, NOWHERE, NULL },
	{ "BUG: KASAN: ", CONSOLE_SPLAT, WITNESS_KASAN, NULL, NOWHERE, RULE },
	{ "BUG: KFENCE: ", CONSOLE_SPLAT, WITNESS_KFENCE, NULL, NOWHERE, RULE },
	{ "BUG: ", CONSOLE_SPLAT, WITNESS_BUG, NULL, NOWHERE, TASK },
	{ "UBSAN: ", CONSOLE_SPLAT, WITNESS_UBSAN, NULL, NOWHERE, TRACE },
	{ "list_add corruption", CONSOLE_SPLAT, WITNESS_BUG, NULL, NOWHERE, TRACE },
	{ "list_del corruption", CONSOLE_SPLAT, WITNESS_BUG, NULL, NOWHERE, TRACE },
	{ "refcount_t: ", CONSOLE_SPLAT, WITNESS_BUG, NULL, NOWHERE, TRACE },
	{ "DMA-API: ", CONSOLE_SPLAT, WITNESS_DMA_DEBUG, " [", NOWHERE, TRACE },
	{ "kmemleak: ", CONSOLE_SPLAT, WITNESS_KMEMLEAK, " (see", NOWHERE, NULL },
	{ "page allocation failure", CONSOLE_SPLAT, WITNESS_WARN, "", NOWHERE, TASK },
	{ "INFO: trying to register non-static key", CONSOLE_SPLAT, WITNESS_LOCKDEP, NULL, NOWHERE, TASK },
	/* The titles of kernel/locking/lockdep.c and of lockdep_rcu_suspicious(). */
	{ "WARNING: possible ", CONSOLE_SPLAT, WITNESS_LOCKDEP, NULL, AT_LOCK, TASK },
	{ "WARNING: inconsistent lock state", CONSOLE_SPLAT, WITNESS_LOCKDEP, NULL, AT_LOCK, TASK },
	{ "WARNING: bad unlock balance", CONSOLE_SPLAT, WITNESS_LOCKDEP, NULL, AT_LOCK, TASK },
	{ "WARNING: held lock freed", CONSOLE_SPLAT, WITNESS_LOCKDEP, NULL, AT_LOCK, TASK },
	{ "WARNING: lock held when returning", CONSOLE_SPLAT, WITNESS_LOCKDEP, NULL, AT_LOCK, TASK },
	{ "WARNING: Nested lock was not taken", CONSOLE_SPLAT, WITNESS_LOCKDEP, NULL, AT_LOCK, TASK },
	{ "irq-unsafe lock order detected", CONSOLE_SPLAT, WITNESS_LOCKDEP, NULL, AT_LOCK, TASK },
	{ "WARNING: suspicious RCU usage", CONSOLE_SPLAT, WITNESS_LOCKDEP, NULL, AT_LOCK, TASK },
	{ "DEBUG_LOCKS_WARN_ON(", CONSOLE_SPLAT, WITNESS_LOCKDEP, NULL, NOWHERE, TRACE },
	{ "DMAR: [DMA ", CONSOLE_SPLAT, WITNESS_IOMMU, " 0x", NOWHERE, NULL },
	{ "page fault from EP ", CONSOLE_SPLAT, WITNESS_IOMMU, " at 0x", NOWHERE, NULL },	/* virtio */
	{ "AMD-Vi: Event logged", CONSOLE_SPLAT, WITNESS_IOMMU, " domain=", NOWHERE, NULL },
	{ "Unhandled context fault", CONSOLE_SPLAT, WITNESS_IOMMU, ", iova", NOWHERE, NULL },	/* arm-smmu */
	{ "WARNING: ", CONSOLE_SPLAT, WITNESS_WARN, NULL, NOWHERE, TRACE },	/* WARN() */
};

/* Lines that look like reports and are none. */
static const char *const harmless[] = {
	"general protection fault ip:",		/* in a user's program */
	" : WARNING: ",				/* remarks about CPU bugs at boot */
	/*
	 * arch/x86/kernel/unwind_frame.c, once: an interrupt came where a trampoline of ftrace or
	 * BPF has no frame, so whoever wanted a stack gets a shorter one
	 */
	"WARNING: kernel stack regs at ",
	"DMA-API: preallocated", "DMA-API: debugging enabled", "DMA-API: Mapped at:",
	"DMA-API: dma_debug_entry pool grown", "DMA-API: nr_total_entries",
	"kmemleak: Kernel memory leak detector", "kmemleak: Automatic memory scanning",
	"kmemleak: Freed object",
	"kmemleak: Cannot allocate a scan area",	/* the injected failure hit kmemleak */
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define CELL_MARK "dmatorture: cell "
#define CALL_MARK " call "
#define NONE SIZE_MAX

struct scan {
	struct console_event *events;
	size_t n, max;
	size_t fatal;		/* last event worse than a splat, or NONE */
	size_t cut;		/* event of the current "cut here" report, or NONE */
	size_t where;		/* event whose title waits for a function, or NONE */
	enum where how;
	size_t open;		/* event whose report has not ended, or NONE */
	const char *end;	/* text that its last line has */
	unsigned int lines;	/* how many lines it has so far */
	bool in_cut;
	long cell, call;
};

static const char *find(const char *p, const char *end, const char *what)
{
	return memmem(p, end - p, what, strlen(what));
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* How many characters at @p are a number that changes between runs of the same bug; 0: none. */
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
 * Appends to the title. Numbers become X, except in a name (rcu_sched2) and as a file's line
 * (mutex.c:580); function offsets (+0x1f/0x30) are removed.
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

/* The length of a function's name, which ends at its offset or before ".isra.0" or ".cold". */
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
	/* Leave out the path of the tree that a module was built in. */
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

/* A report with more lines than this has lost its last line. */
#define MAX_LINES 300

/* Adds " in f" from "...}, at: f+0x10/0x20"; from RCU's reports " in kernel/x.c:12". */
static void add_lock(struct scan *s, const char *p, const char *end)
{
	struct console_event *e = &s->events[s->where];
	const char *f = find(p, end, "at: ");
	size_t n = strlen(e->title), len;

	if (f) {
		f += strlen("at: ");
		len = function_len(f, end);
	} else if (find(p, end, " suspicious ") && find(p, end, "usage!")) {
		f = memrchr(p, ']', find(p, end, " suspicious ") - p);
		f = f ? f + 2 : p;
		len = find(f, end, " suspicious ") - f;
	} else {
		return;
	}
	if (len)
		snprintf(e->title + n, sizeof(e->title) - n, " in %.*s", (int)len, f);
	s->where = NONE;
}

/* Adds " in f" from "RIP: 0010:f+0x10/0x20", "pc : f+0x10/0x20", "NIP [c000...] f+0x10/0x20". */
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

/* Does this line belong to a report that was counted already? */
static bool follows(struct scan *s, enum console_kind kind, const char *p, const char *end)
{
	enum console_kind was = s->fatal == NONE ? CONSOLE_CLEAN : s->events[s->fatal].kind;

	if (s->in_cut && s->cut != NONE && s->events[s->cut].kind == CONSOLE_SPLAT &&
	    kind <= CONSOLE_OOPS) {
		/* The message of the WARN() or BUG() on the line before. */
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
		/* "DEBUG: " is not "BUG: " */
		if (!*hit || (*hit > p && is_name((*hit)[-1])))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(harmless); k++)
			if (find(p, end, harmless[k]))
				return NULL;
		return &patterns[i];
	}
	return NULL;
}

/* Adds the line to the report that is open, if there is one. */
static void grow(struct scan *s, const char *text, const char *p, const char *end)
{
	struct console_event *e = s->open == NONE ? NULL : &s->events[s->open];

	if (!e)
		return;
	e->len = end - text - e->offset;
	if (find(p, end, s->end) || ++s->lines > MAX_LINES)
		s->open = NONE;
}

static void take_line(struct scan *s, const char *text, const char *p, const char *end)
{
	const struct pattern *pattern;
	struct console_event *e;
	const char *hit = find(p, end, CELL_MARK);
	char *rest;

	if (hit) {
		s->cell = strtol(hit + strlen(CELL_MARK), &rest, 10);
		s->call = strncmp(rest, CALL_MARK, strlen(CALL_MARK)) ? 0 :
			  strtol(rest + strlen(CALL_MARK), NULL, 10);
		s->open = s->where = NONE;
		return;
	}
	grow(s, text, p, end);
	if (find(p, end, "[ cut here ]") || find(p, end, "---[ end trace")) {
		s->in_cut = find(p, end, "[ cut here ]");
		s->cut = NONE;
		return;
	}
	if (s->where != NONE && s->how == AT_LOCK)
		add_lock(s, p, end);
	else if (s->where != NONE)
		add_where(s, p, end);
	pattern = match(p, end, &hit);
	if (!pattern || follows(s, pattern->kind, p, end))
		return;
	if (s->n == s->max) {
		/* Make room: what killed the guest is more important than another splat. */
		if (!s->max || pattern->kind == CONSOLE_SPLAT)
			return;
		s->n--;
	}
	e = &s->events[s->n];
	e->kind = pattern->kind;
	e->witness = pattern->witness;
	e->offset = hit - text;
	e->len = end - hit;
	e->cell = s->cell;
	e->call = s->call;
	make_title(e, pattern, hit, end);
	s->where = pattern->where ? s->n : NONE;
	s->how = pattern->where;
	s->open = pattern->end ? s->n : NONE;
	s->end = pattern->end;
	s->lines = 0;
	s->fatal = pattern->kind > CONSOLE_SPLAT ? s->n : s->fatal;
	s->cut = s->in_cut ? s->n : NONE;
	s->n++;
}

size_t console_scan(const char *text, size_t len, struct console_event *events, size_t max)
{
	struct scan s = { .events = events, .max = max, .fatal = NONE, .cut = NONE,
			  .where = NONE, .open = NONE, .cell = -1 };
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
