// SPDX-License-Identifier: GPL-2.0-only
/* Events of chunks in the order of their numbers, gaps counted, handed to the judge. */
#include "evstream.h"

#include <byteswap.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/le.h"
#include "symbols.h"

struct evstream {
	struct judge *judge;
	struct symbols symbols;
	bool swap;
	unsigned int word_bytes;
	bool started;		/* next is known */
	bool ended;		/* END has come */
	bool finished;
	uint64_t next;		/* number of the event that is due */
	uint64_t late;		/* events that came after they were counted as lost */
	unsigned int held;
	struct obs_event *window;	/* a ring, indexed by number; seq 0: empty */
	char release[64];
	char doubt[200];
	struct strbuf uncounted;	/* lines */
	char unwatched[200];	/* why the CPU is not watched, though it was asked for; "" */
	void (*listen)(void *arg, const struct obs_event *e);	/* or NULL */
	void *listen_arg;
};

struct evstream *evstream_new(const struct judge_options *options)
{
	struct evstream *s = xcalloc(1, sizeof(*s));

	s->judge = judge_new(options);
	s->word_bytes = 8;
	s->window = xcalloc(EVSTREAM_WINDOW, sizeof(*s->window));
	return s;
}

void evstream_free(struct evstream *s)
{
	if (!s)
		return;
	judge_free(s->judge);
	symbols_free(&s->symbols);
	strbuf_free(&s->uncounted);
	free(s->window);
	free(s);
}

void evstream_swap(struct evstream *s)
{
	s->swap = true;
}

void evstream_word(struct evstream *s, unsigned int bytes)
{
	s->word_bytes = bytes;
}

unsigned int evstream_word_bytes(const struct evstream *s)
{
	return s->word_bytes;
}

void evstream_doubt(struct evstream *s, const char *fmt, ...)
{
	va_list ap;

	if (s->doubt[0])
		return;
	va_start(ap, fmt);
	vsnprintf(s->doubt, sizeof(s->doubt), fmt, ap);
	va_end(ap);
}

const char *evstream_incomplete(const struct evstream *s)
{
	return s->doubt[0] ? s->doubt : NULL;
}

const char *evstream_uncounted(const struct evstream *s)
{
	return strbuf_str(&s->uncounted);
}

const char *evstream_unwatched(const struct evstream *s)
{
	return s->unwatched[0] ? s->unwatched : NULL;
}

const struct judge *evstream_judge(const struct evstream *s)
{
	return s->judge;
}

const char *evstream_release(const struct evstream *s)
{
	return s->release;
}

unsigned int evstream_stack(const struct evstream *s, int32_t id, const uint64_t **ips)
{
	return symbols_stack(&s->symbols, id, ips);
}

const char *evstream_symbol(const struct evstream *s, uint64_t address)
{
	return symbols_name(&s->symbols, address);
}

/* ---- order ---- */

void evstream_listen(struct evstream *s, void (*fn)(void *arg, const struct obs_event *e),
		     void *arg)
{
	s->listen = fn;
	s->listen_arg = arg;
}

static void hand_on(struct evstream *s, const struct obs_event *e)
{
	if (s->listen)
		s->listen(s->listen_arg, e);
	judge_event(s->judge, e);
}

static void give_up(struct evstream *s, uint64_t n)
{
	if (n)
		judge_lost(s->judge, n);
}

static struct obs_event *slot(struct evstream *s, uint64_t seq)
{
	return &s->window[seq % EVSTREAM_WINDOW];
}

/* Hands on the events that were held back and are due now. */
static void drain(struct evstream *s)
{
	while (s->held && slot(s, s->next)->seq == s->next) {
		struct obs_event *e = slot(s, s->next);

		hand_on(s, e);
		e->seq = 0;
		s->held--;
		s->next++;
	}
}

/* Moves on until @seq fits into the window or nothing is held; counts what is missing as lost. */
static void make_room(struct evstream *s, uint64_t seq)
{
	uint64_t missing = 0;

	while (s->held && seq - s->next >= EVSTREAM_WINDOW) {
		missing++;
		s->next++;
		if (slot(s, s->next)->seq == s->next) {
			give_up(s, missing);
			missing = 0;
			drain(s);
		}
	}
	give_up(s, missing);
	if (seq - s->next >= EVSTREAM_WINDOW) {
		give_up(s, seq - s->next);
		s->next = seq;
	}
}

static void push(struct evstream *s, const struct obs_event *e)
{
	if (!s->started) {
		s->next = e->seq;
		s->started = true;
	}
	if (e->seq < s->next || !e->seq) {
		s->late++;
		return;
	}
	if (e->seq - s->next >= EVSTREAM_WINDOW)
		make_room(s, e->seq);
	if (e->seq == s->next) {
		hand_on(s, e);
		s->next++;
		drain(s);
		return;
	}
	if (slot(s, e->seq)->seq) {	/* the same number came twice */
		s->late++;
		return;
	}
	*slot(s, e->seq) = *e;
	s->held++;
}

/* Finds the lowest number of the first events; the first one need not have it. */
static void find_start(struct evstream *s, const struct obs_event *e, size_t n)
{
	if (s->started || !n)
		return;
	s->next = e[0].seq;
	for (size_t i = 1; i < n && i < EVSTREAM_WINDOW; i++)
		if (e[i].seq < s->next && e[i].seq)
			s->next = e[i].seq;
	s->started = true;
}

void evstream_events(struct evstream *s, const struct obs_event *e, size_t n)
{
	find_start(s, e, n);
	for (size_t i = 0; i < n; i++)
		push(s, &e[i]);
}

static void flush(struct evstream *s)
{
	while (s->held) {
		uint64_t missing = 0;

		while (slot(s, s->next)->seq != s->next) {
			missing++;
			s->next++;
		}
		give_up(s, missing);
		drain(s);
	}
}

/* ---- chunks ---- */

static bool has_name(uint16_t type)
{
	return type == OBS_DEVICE || type == OBS_DRIVER || type == OBS_BIND || type == OBS_BLIND;
}

static void swap_event(struct obs_event *e)
{
	e->seq = bswap_64(e->seq);
	e->time_ns = bswap_64(e->time_ns);
	e->type = bswap_16(e->type);
	e->cpu = bswap_16(e->cpu);
	e->task = bswap_32(e->task);
	e->stack = (int32_t)bswap_32((uint32_t)e->stack);
	e->dev = bswap_64(e->dev);
	if (has_name(e->type))
		return;
	e->obj = bswap_64(e->obj);
	e->phys = bswap_64(e->phys);
	e->dma = bswap_64(e->dma);
	e->len = bswap_64(e->len);
	e->dir = bswap_32(e->dir);
	e->attrs = bswap_32(e->attrs);
	e->arg = bswap_64(e->arg);
	e->arg2 = bswap_64(e->arg2);
}

#define BATCH 64

static int take_events(struct evstream *s, const uint8_t *data, size_t len, char why[256])
{
	struct obs_event e[BATCH];

	if (len % sizeof(e[0])) {
		snprintf(why, 256, "%zu bytes are no whole number of events", len);
		return -EBADMSG;
	}
	while (len) {
		size_t n = len / sizeof(e[0]) < BATCH ? len / sizeof(e[0]) : BATCH;

		memcpy(e, data, n * sizeof(e[0]));
		for (size_t i = 0; s->swap && i < n; i++)
			swap_event(&e[i]);
		evstream_events(s, e, n);
		data += n * sizeof(e[0]);
		len -= n * sizeof(e[0]);
	}
	return 0;
}

static void take_range(struct evstream *s, enum judge_range_kind kind, const char *value)
{
	unsigned long long first, last;

	if (sscanf(value, "%llx-%llx", &first, &last) == 2 &&
	    judge_range(s->judge, kind, first, last))
		evstream_doubt(s, "more than %d ranges of memory", JUDGE_MAX_RANGES);
}

static void copy_printable(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
	for (; *to; to++)
		if (*to < ' ' || *to > '~')
			*to = '?';
}

static void take_meta_line(struct evstream *s, const char *key, const char *value)
{
	char text[100];

	if (!strcmp(key, "release")) {
		copy_printable(s->release, sizeof(s->release), value);
	} else if (!strcmp(key, "ram")) {
		take_range(s, JUDGE_RAM, value);
	} else if (!strcmp(key, "kernel-code")) {
		take_range(s, JUDGE_KERNEL_CODE, value);
	} else if (!strcmp(key, "kernel-rodata")) {
		take_range(s, JUDGE_KERNEL_RODATA, value);
	} else if (!strcmp(key, "addresses")) {
		take_range(s, JUDGE_ADDRESSES, value);
	} else if (!strcmp(key, "first_seq")) {
		if (!s->started && strtoull(value, NULL, 10)) {
			s->next = strtoull(value, NULL, 10);
			s->started = true;
		}
	} else if (!strcmp(key, "missing")) {
		copy_printable(text, sizeof(text), value);
		evstream_doubt(s, "the observer could not attach to %s", text);
	} else if (!strcmp(key, "observer")) {
		copy_printable(text, sizeof(text), value);
		evstream_doubt(s, "nothing was observed: %s", text);
	}
}

static void take_probe_line(struct evstream *s, const char *name, const char *rest)
{
	char line[320];

	if (!strcmp(name, "paths")) {
		evstream_doubt(s, "stacks of events may be wrong: the fingerprint of two paths was the same");
		return;
	}
	if (!strcmp(name, "blind") && strstr(rest, "missing: ")) {
		copy_printable(line, sizeof(line), rest);
		evstream_doubt(s, "blind %s", line);
		return;
	}
	if (!strncmp(rest, "not countable: ", 15)) {
		copy_printable(line, sizeof(line), rest);
		strbuf_addf(&s->uncounted, "%s\n", line);
	}
	if (!strstr(rest, "missing: "))
		return;
	if (!strncmp(name, "sync_", 5) && strcmp(name, "sync_wait"))
		judge_syncs_missing(s->judge);
	if (!strcmp(name, "cpu_access"))
		copy_printable(s->unwatched, sizeof(s->unwatched), strstr(rest, "missing: ") + 9);
	if (!strcmp(name, "locked"))
		judge_locks_missing(s->judge);
	/* "what:name": a function of a provider or a client that was met at run time. */
	if (strchr(name, ':')) {
		char text[120];

		copy_printable(text, sizeof(text), name);
		evstream_doubt(s, "the observer could not attach to %s", text);
	}
}

typedef void line_fn(struct evstream *s, const char *key, const char *value);

static void take_lines(struct evstream *s, const void *data, size_t len, char by, line_fn *fn)
{
	struct strbuf sb = STRBUF_INIT;
	char *line, *save;

	strbuf_add(&sb, data, len);
	for (line = len ? strtok_r(sb.s, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *sep = strchr(line, by);

		if (!sep)
			continue;
		*sep = '\0';
		fn(s, line, sep + 1);
	}
	strbuf_free(&sb);
}

static int take_end(struct evstream *s, const uint8_t *data, size_t len, char why[256])
{
	uint64_t last, lost, seen;

	if (len != 16) {
		snprintf(why, 256, "the end has %zu bytes, not 16", len);
		return -EBADMSG;
	}
	last = le64_get(data);
	lost = le64_get(data + 8);
	flush(s);
	if (s->started && last >= s->next) {
		give_up(s, last - s->next + 1);
		s->next = last + 1;
	}
	/* Lost events that had taken a number have left a gap and are counted already. */
	seen = judge_counters(s->judge)->lost;
	if (lost > seen)
		give_up(s, lost - seen);
	s->ended = true;
	return 0;
}

static int take_stacks(struct evstream *s, const void *data, size_t len, char why[256])
{
	if (!symbols_stacks(&s->symbols, data, len, s->swap))
		return 0;
	snprintf(why, 256, "a stack is not whole");
	return -EBADMSG;
}

static int take(struct evstream *s, uint32_t type, const void *data, size_t len, char why[256])
{
	if (s->ended) {
		snprintf(why, 256, "something comes after the end");
		return -EBADMSG;
	}
	switch (type) {
	case OBS_CHUNK_META:
		take_lines(s, data, len, '=', take_meta_line);
		return 0;
	case OBS_CHUNK_PROBES:
		take_lines(s, data, len, ' ', take_probe_line);
		return 0;
	case OBS_CHUNK_EVENTS:
		return take_events(s, data, len, why);
	case OBS_CHUNK_STACKS:
		return take_stacks(s, data, len, why);
	case OBS_CHUNK_SYMBOLS:
		symbols_names(&s->symbols, data, len);
		return 0;
	case OBS_CHUNK_END:
		return take_end(s, data, len, why);
	default:
		snprintf(why, 256, "a chunk of the unknown type %u", type);
		return -EBADMSG;
	}
}

int evstream_chunk(struct evstream *s, uint32_t type, const void *data, size_t len, char why[256])
{
	int err = take(s, type, data, len, why);

	if (err)
		evstream_doubt(s, "%s", why);
	return err;
}

void evstream_finish(struct evstream *s)
{
	const struct judge_counters *n = judge_counters(s->judge);

	if (s->finished)
		return;
	s->finished = true;
	flush(s);
	judge_end(s->judge);
	if (n->blind)
		evstream_doubt(s, "blind to %s: no probe covers it, and it was called %llu times",
			       judge_blind(s->judge), (unsigned long long)n->blind);
	if (n->lost)
		evstream_doubt(s, "%llu events were lost", (unsigned long long)n->lost);
	if (s->late)
		evstream_doubt(s, "%llu events came too late or twice", (unsigned long long)s->late);
	if (!s->ended)
		evstream_doubt(s, "the recording has no end");
}
