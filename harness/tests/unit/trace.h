/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plays canned traces. A line is an event or a common group of events.
 *
 *   DEV A softdma [seen] [elides] [noncoherent] [ownops] [nomask]
 *                             name, driver, BIND (not with `seen`), info
 *   MAP A 1000+1000 from      START+LEN, in hex; dma is phys unless dma=
 *   SG A list to 1000+200,5000+200
 *   PREP t c xor 3000+1000 < 1000+1000,2000+1000     destinations < sources
 *   SUBMIT t 5 [nocb]         SUBMIT_ENTER and SUBMIT; callback cb(t)
 *   STORE 1000+8, LOAD 1000+8           the CPU, at a physical address
 *   @level=1 @cpu=2 @task=7 @ms=20 @gap=3            for the events that follow
 *
 * Words that do not begin with a digit are names, and each name has its own address (but a word of
 * four or more hex digits is a number).
 * KEY=VALUE at the end sets any field of the event.
 */
#ifndef TESTS_TRACE_H
#define TESTS_TRACE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/judge/judge.h"
#include "lib/base/strbuf.h"

struct trace_tx {
	char name[16];
	uint64_t chan, dev;
};

struct trace {
	struct judge *j;
	struct obs_event ctx;	/* seq, time, cpu, level, task */
	struct trace_tx txs[64];
	unsigned int nr_txs;
	struct { uint64_t chan, dev; } chans[32];
	unsigned int nr_chans;
	struct obs_event *log;	/* all events, with @keep_log */
	size_t nr_log;
	bool keep_log;
};

static inline uint64_t trace_name(const char *s, size_t n)
{
	uint64_t h = 0xcbf29ce484222325ull;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3ull;
	return 0xffff880000000000ull | (h >> 24 & 0xffffffff) << 4;
}

static inline uint64_t trace_value(const char *s)
{
	if ((*s >= '0' && *s <= '9') ||
	    (strlen(s) > 3 && strspn(s, "0123456789abcdef") == strlen(s)))
		return strtoull(s, NULL, 16);
	if (!strncmp(s, "-", 1))
		return (uint64_t)-(int64_t)strtoull(s + 1, NULL, 16);
	return trace_name(s, strlen(s));
}

static inline uint32_t trace_word(const char *s)
{
	static const struct { const char *word; uint32_t value; } words[] = {
		{ "bidi", 0 }, { "to", 1 }, { "from", 2 },
		{ "memcpy", OBS_OP_MEMCPY }, { "xor", OBS_OP_XOR }, { "pq", OBS_OP_PQ },
		{ "memset", OBS_OP_MEMSET }, { "cyclic", OBS_OP_CYCLIC },
		{ "slave", OBS_OP_SLAVE_SG }, { "interrupt", OBS_OP_INTERRUPT },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(s, words[i].word))
			return words[i].value;
	fprintf(stderr, "trace: no word '%s'\n", s);
	abort();
}

static inline void trace_emit(struct trace *t, struct obs_event *e)
{
	e->seq = ++t->ctx.seq;
	t->ctx.time_ns += 1000;
	e->time_ns = t->ctx.time_ns;
	e->cpu = t->ctx.cpu;
	e->level = t->ctx.level;
	e->task = t->ctx.task;
	if (!e->stack)
		e->stack = (int32_t)(e->seq & 0xffff);
	if (t->keep_log) {
		t->log = xrealloc(t->log, (t->nr_log + 1) * sizeof(*e));
		t->log[t->nr_log++] = *e;
	}
	if (t->j)
		judge_event(t->j, e);
}

static inline void trace_set(struct obs_event *e, const char *key, const char *value)
{
	uint64_t v = trace_value(value);

	if (!strcmp(key, "obj"))
		e->obj = v;
	else if (!strcmp(key, "phys"))
		e->phys = v;
	else if (!strcmp(key, "dma"))
		e->dma = v;
	else if (!strcmp(key, "len"))
		e->len = v;
	else if (!strcmp(key, "dir"))
		e->dir = v;
	else if (!strcmp(key, "attrs"))
		e->attrs = v;
	else if (!strcmp(key, "arg"))
		e->arg = v;
	else if (!strcmp(key, "arg2"))
		e->arg2 = v;
	else if (!strcmp(key, "flags"))
		e->flags |= v;
	else if (!strcmp(key, "stack"))
		e->stack = v;
	else if (!strcmp(key, "dev"))
		e->dev = v;
	else
		abort();
}

/* ---- words of one line ---- */

#define TRACE_WORDS 24

struct trace_line {
	char text[512];
	char *w[TRACE_WORDS];	/* positional, then NULL */
	char *kv[TRACE_WORDS];	/* KEY=VALUE, then NULL */
};

static inline void trace_split(struct trace_line *l, const char *s, size_t n)
{
	unsigned int words = 0, kvs = 0;
	char *save;

	memset(l, 0, sizeof(*l));
	snprintf(l->text, sizeof(l->text), "%.*s", (int)n, s);
	for (char *p = strtok_r(l->text, " \t", &save); p; p = strtok_r(NULL, " \t", &save))
		if (*p != '@' && strchr(p, '='))
			l->kv[kvs++] = p;
		else
			l->w[words++] = p;
}

static inline bool trace_has(const struct trace_line *l, const char *word)
{
	for (int i = 1; l->w[i]; i++)
		if (!strcmp(l->w[i], word))
			return true;
	return false;
}

static inline struct obs_event trace_event(const struct trace_line *l, uint16_t type)
{
	(void)l;
	return (struct obs_event){ .type = type };
}

static inline void trace_finish(struct trace *t, const struct trace_line *l, struct obs_event *e)
{
	for (int i = 0; l->kv[i]; i++) {
		char key[16];
		const char *eq = strchr(l->kv[i], '=');

		snprintf(key, sizeof(key), "%.*s", (int)(eq - l->kv[i]), l->kv[i]);
		trace_set(e, key, eq + 1);
	}
	trace_emit(t, e);
}

/* Reads START+LEN at *@s, and moves *@s behind it and a comma. */
static inline bool trace_range(const char **s, __u64 *start, __u64 *len)
{
	char *end;

	if (!*s || !**s)
		return false;
	*start = strtoull(*s, &end, 16);
	*len = *end == '+' ? strtoull(end + 1, &end, 16) : 0;
	*s = *end == ',' ? end + 1 : end;
	return true;
}

/* ---- groups ---- */

static inline void trace_dev(struct trace *t, const struct trace_line *l)
{
	struct obs_event e = { .type = OBS_DEVICE, .dev = trace_value(l->w[1]) };

	snprintf(e.name, sizeof(e.name), "%s.%s", l->w[2], l->w[1]);
	trace_emit(t, &e);
	e = (struct obs_event){ .type = trace_has(l, "seen") ? OBS_DRIVER : OBS_BIND,
				.dev = e.dev };
	snprintf(e.name, sizeof(e.name), "%s", l->w[2]);
	trace_emit(t, &e);
	if (trace_has(l, "noinfo"))
		return;
	e = (struct obs_event){ .type = OBS_DEVICE_INFO, .dev = e.dev };
	e.phys = trace_has(l, "nomask") ? 0 : ~0ull;
	e.dma = ~0ull;
	e.attrs = (trace_has(l, "noncoherent") ? 0 : OBS_DEV_COHERENT) |
		  (trace_has(l, "elides") ? OBS_DEV_ELIDES : 0) |
		  (trace_has(l, "ownops") ? OBS_DEV_OWN_OPS : 0) |
		  (trace_has(l, "nomask") ? OBS_DEV_NO_MASK : 0);
	trace_finish(t, l, &e);
}

static inline void trace_mapping(struct trace *t, const struct trace_line *l, uint16_t type)
{
	struct obs_event e = { .type = type, .dev = trace_value(l->w[1]) };
	const char *s = l->w[2];

	trace_range(&s, &e.dma, &e.len);
	if (type == OBS_MAP || type == OBS_ALLOC)
		e.phys = e.dma;
	if (l->w[3])
		e.dir = trace_word(l->w[3]);
	if (type == OBS_ALLOC || type == OBS_FREE)
		e.obj = e.dma + 0xffff000000000000ull;
	if (trace_has(l, "skip"))
		e.attrs = 1 << 5;
	if (trace_has(l, "elides"))
		e.flags = OBS_F_ELIDES;
	if (trace_has(l, "link"))
		e.arg = OBS_MAP_LINK;
	if (trace_has(l, "refused"))
		e.flags = OBS_F_FAILED;
	if (trace_has(l, "resource"))
		e.arg = OBS_MAP_RESOURCE;
	trace_finish(t, l, &e);
}

/* IOVA A START+LEN; IOVASYNC A START+LEN; DESTROY A START+LEN [dir] [arg=BYTES TO UNLINK] */
static inline void trace_iova(struct trace *t, const struct trace_line *l, uint16_t type)
{
	struct obs_event e = { .type = type, .dev = trace_value(l->w[1]) };
	const char *s = l->w[2];

	trace_range(&s, &e.dma, &e.len);
	if (l->w[3])
		e.dir = trace_word(l->w[3]);
	trace_finish(t, l, &e);
}

static inline void trace_map_sg(struct trace *t, const struct trace_line *l)
{
	struct obs_event e = { .type = OBS_MAP_SG, .dev = trace_value(l->w[1]),
			       .obj = trace_value(l->w[2]), .dir = trace_word(l->w[3]) };
	__u64 phys[64], len[64];
	const char *s = l->w[4];
	unsigned int n = 0;
	uint32_t mapped;

	while (trace_range(&s, &phys[n], &len[n]))
		n++;
	e.len = n;
	e.arg = n;
	trace_finish(t, l, &e);
	mapped = e.arg;
	for (unsigned int i = 0; i < n; i++) {
		struct obs_event entry = {
			.type = OBS_MAP_SG_ENTRY, .dev = e.dev, .obj = e.obj, .phys = phys[i],
			.len = len[i], .dir = e.dir, .attrs = e.attrs, .arg = i, .stack = -1,
			.dma = i < mapped ? phys[i] : 0, .arg2 = i < mapped ? len[i] : 0,
		};

		/* merged into one */
		if (mapped < n && !i)
			for (unsigned int k = 1; k < n; k++)
				entry.arg2 += len[k];
		trace_emit(t, &entry);
	}
}

static inline void trace_sg_call(struct trace *t, const struct trace_line *l, uint16_t type)
{
	struct obs_event e = { .type = type, .dev = trace_value(l->w[1]),
			       .obj = trace_value(l->w[2]), .len = trace_value(l->w[3]),
			       .dir = trace_word(l->w[4]), .dma = trace_value(l->w[5]) };

	e.phys = e.dma;
	trace_finish(t, l, &e);
}

static inline uint64_t trace_chan_dev(const struct trace *t, uint64_t chan)
{
	for (unsigned int i = 0; i < t->nr_chans; i++)
		if (t->chans[i].chan == chan)
			return t->chans[i].dev;
	return 0;
}

static inline struct trace_tx *trace_tx(struct trace *t, const char *name)
{
	for (unsigned int i = 0; i < t->nr_txs; i++)
		if (!strcmp(t->txs[i].name, name))
			return &t->txs[i];
	snprintf(t->txs[t->nr_txs].name, sizeof(t->txs[0].name), "%s", name);
	return &t->txs[t->nr_txs++];
}

/* CHAN c A [id]: registers a provider of its own, "c/p" */
static inline void trace_chan(struct trace *t, const struct trace_line *l)
{
	uint64_t chan = trace_value(l->w[1]), dev = trace_value(l->w[2]);
	struct obs_event e = { .type = OBS_REGISTER, .dev = dev, .obj = chan + 1 };

	trace_finish(t, l, &e);
	e = (struct obs_event){ .type = OBS_CHAN_INFO, .dev = dev, .obj = chan, .arg = chan + 1,
				.len = l->w[3] ? trace_value(l->w[3]) : 0 };
	trace_emit(t, &e);
	t->chans[t->nr_chans].chan = chan;
	t->chans[t->nr_chans++].dev = dev;
}

static inline void trace_addrs(struct trace *t, const struct obs_event *prep, const char *s,
			       uint32_t dir, uint32_t *index)
{
	__u64 start, len;

	while (trace_range(&s, &start, &len)) {
		struct obs_event e = {
			.type = OBS_PREP_ADDR, .dev = prep->dev, .obj = prep->obj,
			.arg2 = prep->arg2, .dma = start, .len = len, .dir = dir,
			.arg = (*index)++, .stack = -1,
		};

		trace_emit(t, &e);
	}
}

static inline unsigned int trace_count(const char *s)
{
	__u64 start, len;
	unsigned int n = 0;

	while (trace_range(&s, &start, &len))
		n++;
	return n;
}

/* PREP t c op DST,... [< SRC,...] */
static inline void trace_prep(struct trace *t, const struct trace_line *l)
{
	struct trace_tx *tx = trace_tx(t, l->w[1]);
	const char *dst = l->w[4] && strcmp(l->w[4], "<") ? l->w[4] : "";
	const char *src = "";
	struct obs_event e = { .type = OBS_PREP, .obj = trace_value(l->w[1]),
			       .arg2 = trace_value(l->w[2]), .dir = trace_word(l->w[3]),
			       .attrs = 3 };
	__u64 start, len = 0;
	uint32_t index = 0;

	for (int i = 4; l->w[i]; i++)
		if (!strcmp(l->w[i], "<") && l->w[i + 1])
			src = l->w[i + 1];
	tx->chan = e.arg2;
	tx->dev = trace_chan_dev(t, e.arg2);
	e.dev = tx->dev;
	e.arg = trace_count(src) << 8 | trace_count(dst);
	if (*dst || *src) {
		const char *s = *dst ? dst : src;

		trace_range(&s, &start, &len);
	}
	e.len = len;
	trace_finish(t, l, &e);
	trace_addrs(t, &e, dst, 2, &index);
	trace_addrs(t, &e, src, 1, &index);
}

static inline struct obs_event trace_of_tx(struct trace *t, const char *name, uint16_t type)
{
	const struct trace_tx *tx = trace_tx(t, name);

	return (struct obs_event){ .type = type, .dev = tx->dev, .obj = trace_value(name),
				   .arg2 = tx->chan };
}

/* SUBMIT t cookie [nocb] */
static inline void trace_submit(struct trace *t, const struct trace_line *l)
{
	struct obs_event e = trace_of_tx(t, l->w[1], OBS_SUBMIT_ENTER);

	e.attrs = 3;
	if (!trace_has(l, "nocb")) {
		e.dma = trace_name("cb", 2);
		e.phys = e.obj;
	}
	for (int i = 0; l->kv[i]; i++) {
		char key[16];
		const char *eq = strchr(l->kv[i], '=');

		snprintf(key, sizeof(key), "%.*s", (int)(eq - l->kv[i]), l->kv[i]);
		trace_set(&e, key, eq + 1);
	}
	if (!trace_has(l, "exit"))
		trace_emit(t, &e);
	if (trace_has(l, "enter"))
		return;
	e.type = OBS_SUBMIT;
	e.arg = trace_value(l->w[2]);
	trace_emit(t, &e);
}

static inline void trace_cb(struct trace *t, const struct trace_line *l, uint16_t type)
{
	struct obs_event e = { .type = type, .dma = trace_name("cb", 2),
			       .phys = trace_value(l->w[1]), .arg = (uint64_t)-1 };

	trace_finish(t, l, &e);
}

static inline void trace_hw(struct trace *t, const struct trace_line *l, uint16_t type)
{
	struct obs_event e = trace_of_tx(t, l->w[1], type);

	e.arg = trace_value(l->w[2]);
	trace_finish(t, l, &e);
}

static inline void trace_on_chan(struct trace *t, const struct trace_line *l, uint16_t type)
{
	uint64_t chan = trace_value(l->w[1]);
	struct obs_event e = { .type = type, .dev = trace_chan_dev(t, chan), .arg2 = chan };

	if (type == OBS_CHAN_GET || type == OBS_CHAN_PUT || type == OBS_CHAN_FREE ||
	    type == OBS_CHAN_ALLOC) {
		e.obj = chan;
		e.arg2 = 0;
		e.arg = l->w[2] ? trace_value(l->w[2]) : 1;
	} else if (type == OBS_STATUS) {	/* STATUS c cookie status residue completed */
		e.arg = trace_value(l->w[2]);
		e.dma = trace_value(l->w[3]);
		e.len = trace_value(l->w[4]);
		e.phys = trace_value(l->w[5]);
	} else if (type == OBS_COOKIE) {
		e.arg = trace_value(l->w[2]);
	}
	trace_finish(t, l, &e);
}

static inline void trace_async(struct trace *t, const struct trace_line *l, uint16_t type)
{
	struct obs_event e = trace_of_tx(t, l->w[1], type);

	if (type == OBS_ASYNC_SUBMIT && l->w[2])
		e.arg = trace_value(l->w[2]);
	trace_finish(t, l, &e);
}

static inline void trace_plain(struct trace *t, const struct trace_line *l, uint16_t type)
{
	struct obs_event e = { .type = type, .dev = trace_value(l->w[1]) };
	const char *s = l->w[1];

	switch (type) {
	case OBS_MEM_FREE:
		e.dev = 0;
		trace_range(&s, &e.phys, &e.len);
		break;
	case OBS_LOST:
		e.dev = 0;
		e.len = trace_value(l->w[1]);
		break;
	case OBS_MAPPING_ERROR:
		e.dma = trace_value(l->w[2]);
		break;
	case OBS_BLIND:	/* BLIND A function, BLIND - function */
		e.dev = *l->w[1] == '-' ? 0 : e.dev;
		snprintf(e.name, sizeof(e.name), "%s", l->w[2]);
		break;
	case OBS_UNREGISTER:	/* UNREG c */
		e.dev = trace_chan_dev(t, e.dev);
		e.obj = trace_value(l->w[1]) + 1;
		break;
	case OBS_POOL_CREATE:	/* POOLCREATE A pool */
	case OBS_POOL_DESTROY:
		e.obj = trace_value(l->w[2]);
		break;
	case OBS_UD_GET:
	case OBS_UD_PUT:	/* UDGET A ud n */
		e.obj = trace_value(l->w[2]);
		e.arg = trace_value(l->w[3]);
		break;
	}
	trace_finish(t, l, &e);
}

static inline void trace_context(struct trace *t, const char *s)
{
	unsigned long v = strtoul(strchr(s, '=') + 1, NULL, 0);

	if (!strncmp(s, "@level", 6))
		t->ctx.level = v;
	else if (!strncmp(s, "@cpu", 4))
		t->ctx.cpu = v;
	else if (!strncmp(s, "@task", 5))
		t->ctx.task = v;
	else if (!strncmp(s, "@ms", 3))
		t->ctx.time_ns += v * 1000000ull;
	else if (!strncmp(s, "@gap", 4))
		t->ctx.seq += v;
	else
		abort();
}

/* LOAD START+LEN, STORE START+LEN: of physical addresses */
static inline void trace_access(struct trace *t, const struct trace_line *l, uint16_t type)
{
	struct obs_event e = { .type = type, .dir = !strcmp(l->w[0], "STORE"), .obj = 1, .arg = 1 };
	const char *s = l->w[1];

	trace_range(&s, &e.phys, &e.len);
	trace_finish(t, l, &e);
}

typedef void trace_fn(struct trace *t, const struct trace_line *l, uint16_t type);

static inline void trace_line(struct trace *t, const char *s, size_t n)
{
	static const struct { const char *verb; trace_fn *fn; uint16_t type; } verbs[] = {
		{ "MAP", trace_mapping, OBS_MAP }, { "UNMAP", trace_mapping, OBS_UNMAP },
		{ "CPU", trace_mapping, OBS_SYNC_CPU }, { "DEVICE", trace_mapping, OBS_SYNC_DEVICE },
		{ "ALLOC", trace_mapping, OBS_ALLOC }, { "FREE", trace_mapping, OBS_FREE },
		{ "UNSG", trace_sg_call, OBS_UNMAP_SG }, { "SGCPU", trace_sg_call, OBS_SYNC_SG_CPU },
		{ "SGDEVICE", trace_sg_call, OBS_SYNC_SG_DEVICE },
		{ "CB", trace_cb, OBS_CB_ENTER }, { "CBX", trace_cb, OBS_CB_EXIT },
		{ "START", trace_hw, OBS_HW_START }, { "DONE", trace_hw, OBS_HW_DONE },
		{ "DROP", trace_hw, OBS_HW_DROP },
		{ "ISSUE", trace_on_chan, OBS_ISSUE }, { "GET", trace_on_chan, OBS_CHAN_GET },
		{ "PUT", trace_on_chan, OBS_CHAN_PUT }, { "CHANFREE", trace_on_chan, OBS_CHAN_FREE },
		{ "CHANALLOC", trace_on_chan, OBS_CHAN_ALLOC },
		{ "STATUS", trace_on_chan, OBS_STATUS }, { "COOKIE", trace_on_chan, OBS_COOKIE },
		{ "TERM_ENTER", trace_on_chan, OBS_TERMINATE_ENTER },
		{ "TERM", trace_on_chan, OBS_TERMINATE }, { "SYNC", trace_on_chan, OBS_SYNCHRONIZE },
		{ "ASYNC", trace_async, OBS_ASYNC_SUBMIT }, { "DEPS", trace_async, OBS_RUN_DEPS },
		{ "DEPSX", trace_async, OBS_RUN_DEPS_EXIT }, { "WAIT", trace_async, OBS_ASYNC_WAIT },
		{ "MFREE", trace_plain, OBS_MEM_FREE }, { "LOST", trace_plain, OBS_LOST },
		{ "UNBIND", trace_plain, OBS_UNBIND }, { "MAPERR", trace_plain, OBS_MAPPING_ERROR },
		{ "UNREG", trace_plain, OBS_UNREGISTER },
		{ "POOLCREATE", trace_plain, OBS_POOL_CREATE },
		{ "POOLDESTROY", trace_plain, OBS_POOL_DESTROY },
		{ "UDGET", trace_plain, OBS_UD_GET }, { "UDPUT", trace_plain, OBS_UD_PUT },
		{ "IOVA", trace_iova, OBS_IOVA_ALLOC }, { "IOVASYNC", trace_iova, OBS_IOVA_SYNC },
		{ "DESTROY", trace_iova, OBS_IOVA_FREE },
		{ "LOAD", trace_access, OBS_CPU_ACCESS }, { "STORE", trace_access, OBS_CPU_ACCESS },
		{ "BLIND", trace_plain, OBS_BLIND }, { "NEEDUNMAP", trace_plain, OBS_NEED_UNMAP },
	};
	struct trace_line l;

	trace_split(&l, s, n);
	while (l.w[0] && l.w[0][0] == '@') {
		trace_context(t, l.w[0]);
		memmove(l.w, l.w + 1, sizeof(l.w) - sizeof(l.w[0]));
	}
	if (!l.w[0] || l.w[0][0] == '#')
		return;
	if (!strcmp(l.w[0], "DEV"))
		trace_dev(t, &l);
	else if (!strcmp(l.w[0], "SG"))
		trace_map_sg(t, &l);
	else if (!strcmp(l.w[0], "CHAN"))
		trace_chan(t, &l);
	else if (!strcmp(l.w[0], "PREP"))
		trace_prep(t, &l);
	else if (!strcmp(l.w[0], "SUBMIT"))
		trace_submit(t, &l);
	else {
		for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
			if (!strcmp(l.w[0], verbs[i].verb)) {
				verbs[i].fn(t, &l, verbs[i].type);
				return;
			}
		fprintf(stderr, "trace: no verb '%s'\n", l.w[0]);
		abort();
	}
}

static inline void trace_begin(struct trace *t, const struct judge_options *options)
{
	memset(t, 0, sizeof(*t));
	t->j = judge_new(options);
	t->ctx.task = 100;
	t->ctx.time_ns = 1000000000ull;
}

/* Lines end at a newline or a semicolon. */
static inline void trace_play(struct trace *t, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n;");

		trace_line(t, text, n);
		text += n + (text[n] != '\0');
	}
}

/* Returns the classes found, a word for each occurrence, by id: "early-map foreign-submit". */
static inline char *trace_classes(const struct judge *j)
{
	struct strbuf sb = STRBUF_INIT;

	for (int id = 0; id < V__COUNT; id++)
		for (size_t i = 0; i < judge_findings(j); i++) {
			const struct finding *f = judge_finding(j, i);

			for (uint64_t n = 0; (int)f->class->id == id && n < f->count; n++)
				strbuf_addf(&sb, "%s%s", sb.len ? " " : "", f->class->name);
		}
	return strbuf_detach(&sb);
}

static inline char *trace_verdict(const char *text, const struct judge_options *options)
{
	struct trace t;
	char *classes;

	trace_begin(&t, options);
	trace_play(&t, text);
	judge_end(t.j);
	classes = trace_classes(t.j);
	judge_free(t.j);
	return classes;
}

struct trace_case {
	const char *name;
	const char *text;
	const char *classes;
};

/* Runs a table of cases. Returns 0 when the judge says what it should about each. */
static inline int trace_cases(const struct trace_case *cases, size_t nr)
{
	int bad = 0;

	for (size_t i = 0; i < nr; i++) {
		char *got = trace_verdict(cases[i].text, NULL);

		if (strcmp(got, cases[i].classes)) {
			fprintf(stderr, "%s: wanted '%s', got '%s'\n", cases[i].name,
				cases[i].classes, got);
			bad++;
		}
		free(got);
	}
	return bad;
}

#endif /* TESTS_TRACE_H */
