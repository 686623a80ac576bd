// SPDX-License-Identifier: GPL-2.0-only
/* Events for people and for programs. */
#include "event_line.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "event_words.h"
#include "lib/base/json_text.h"
#include "lib/base/visible.h"
#include "lib/report/report_words.h"

typedef unsigned long long ull;

static const struct { uint8_t bit; const char *word; } flags[] = {
	{ OBS_F_IRQS_OFF, "irqs-off" }, { OBS_F_LOCKED, "locked" }, { OBS_F_STACK, "on-stack" },
	{ OBS_F_ELIDES, "elides-syncs" }, { OBS_F_UNWATCHED, "unwatched" },
	{ OBS_F_FAILED, "failed" }, { OBS_F_KTHREAD, "kthread" }, { OBS_F_MAY_STAY, "may-stay" },
};

#define NR_FLAGS (sizeof(flags) / sizeof(flags[0]))

/* Events are in the order of their numbers, and may be told a little before another CPU's. */
static int64_t after(const struct obs_event *e, uint64_t start_ns)
{
	return (int64_t)(e->time_ns - start_ns);
}

static bool is_shown(const struct event_field *f, uint64_t value)
{
	switch (f->as) {
	case AS_HEX_IF:
	case AS_NUMBER_IF:
	case AS_ATTRS:
		return value != 0;
	default:
		return true;
	}
}

static bool is_hex(const struct event_field *f)
{
	return f->as == AS_HEX || f->as == AS_HEX_IF;
}

static size_t name_len(const struct obs_event *e)
{
	return strnlen(e->name, sizeof(e->name));
}

/* ---- text ---- */

static void add_field(const struct event_field *f, const struct obs_event *e, struct strbuf *out)
{
	uint64_t value;
	const char *word;
	char text[128];

	if (f->as == AS_NAME) {
		strbuf_addf(out, " %s ", f->label);
		visible_add(out, e->name, name_len(e), 0);
		return;
	}
	value = event_value(e, f->of);
	if (!is_shown(f, value))
		return;
	word = event_value_word(f->as, value, text);
	if (word)
		strbuf_addf(out, " %s", word);
	else if (is_hex(f))
		strbuf_addf(out, " %s 0x%llx", f->label, (ull)value);
	else if (f->as == AS_SIGNED)
		strbuf_addf(out, " %s %lld", f->label, (long long)value);
	else
		strbuf_addf(out, " %s %llu", f->label, (ull)value);
}

static void add_device(const struct obs_event *e, const struct names *n, struct strbuf *out)
{
	uint64_t dev = names_of(n, e);
	const char *name = names_device(n, dev);

	if (!dev)
		return;
	strbuf_addc(out, ' ');
	if (*name)
		visible_add(out, name, strlen(name), 0);
	else
		strbuf_addf(out, "dev 0x%llx", (ull)dev);
}

void event_text(const struct obs_event *e, const struct names *n, uint64_t start_ns,
		struct strbuf *out)
{
	const struct event_word *w = event_word(e->type);
	int64_t at = after(e, start_ns);

	strbuf_addf(out, "%c%llu.%09llu c%u %s %u ", at < 0 ? '-' : '+',
		    (ull)llabs(at) / 1000000000, (ull)llabs(at) % 1000000000, e->cpu,
		    report_level(e->level), e->task);
	if (w->word)
		strbuf_adds(out, w->word);
	else
		strbuf_addf(out, "type-%u", e->type);
	add_device(e, n, out);
	for (int i = 0; w->word && i < EVENT_FIELDS && w->fields[i].label; i++)
		add_field(&w->fields[i], e, out);
	for (size_t i = 0; i < NR_FLAGS; i++)
		if (e->flags & flags[i].bit)
			strbuf_addf(out, " %s", flags[i].word);
	if (e->stack >= 0)
		strbuf_addf(out, " stack %d", e->stack);
	strbuf_addf(out, " #%llu\n", (ull)e->seq);
}

/* ---- JSON ---- */

static json_t *hex(uint64_t value)
{
	return json_textf("0x%llx", (ull)value);
}

static json_t *number(uint64_t value)
{
	return value <= INT64_MAX ? json_integer((json_int_t)value) : hex(value);
}

static void put_field(json_t *o, const struct event_field *f, const struct obs_event *e)
{
	char text[128], name[sizeof(e->name) + 1] = "";
	const char *word;
	uint64_t value;

	if (f->as == AS_NAME) {
		memcpy(name, e->name, name_len(e));
		json_put(o, f->label, json_text(name));
		return;
	}
	value = event_value(e, f->of);
	if (!is_shown(f, value))
		return;
	word = event_value_word(f->as, value, text);
	if (word)
		json_put(o, f->label, json_text(word));
	else if (is_hex(f))
		json_put(o, f->label, hex(value));
	else if (f->as == AS_SIGNED)
		json_put(o, f->label, json_integer((json_int_t)value));
	else
		json_put(o, f->label, number(value));
}

static void put_device(json_t *o, const struct obs_event *e, const struct names *n)
{
	uint64_t dev = names_of(n, e);

	if (!dev)
		return;
	json_object_set_new(o, "dev", hex(dev));
	if (*names_device(n, dev))
		json_object_set_new(o, "device", json_text(names_device(n, dev)));
	if (*names_driver(n, dev))
		json_object_set_new(o, "driver", json_text(names_driver(n, dev)));
}

void event_json(const struct obs_event *e, const struct names *n, uint64_t start_ns,
		struct strbuf *out)
{
	const struct event_word *w = event_word(e->type);
	json_t *o = json_object(), *set = json_array();
	char *text;

	json_object_set_new(o, "seq", number(e->seq));
	json_object_set_new(o, "time_ns", number(e->time_ns));
	json_object_set_new(o, "after_ns", json_integer(after(e, start_ns)));
	json_object_set_new(o, "cpu", json_integer(e->cpu));
	json_object_set_new(o, "level", json_text(report_level(e->level)));
	json_object_set_new(o, "task", json_integer(e->task));
	json_object_set_new(o, "type", w->word ? json_text(w->word) : json_textf("type-%u", e->type));
	put_device(o, e, n);
	for (int i = 0; w->word && i < EVENT_FIELDS && w->fields[i].label; i++)
		put_field(o, &w->fields[i], e);
	for (size_t i = 0; i < NR_FLAGS; i++)
		if (e->flags & flags[i].bit)
			json_array_append_new(set, json_text(flags[i].word));
	json_object_set_new(o, "flags", set);
	if (e->stack >= 0)
		json_object_set_new(o, "stack", json_integer(e->stack));
	text = json_take(o, JSON_COMPACT);
	strbuf_addf(out, "%s\n", text);
	free(text);
}
