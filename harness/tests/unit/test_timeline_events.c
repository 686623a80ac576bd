// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests how events are paired to bars, and how they are selected and printed, on canned traces and
 * with hostile names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <jansson.h>

#include "hostile.h"
#include "lib/base/visible.h"
#include "lib/judge/evstream.h"
#include "lib/timeline/event_line.h"
#include "lib/timeline/selection.h"
#include "trace.h"

/* ---- bars ---- */

static void add_bar(void *arg, const struct bar *b)
{
	static const char *const kinds[] = { "map", "alloc", "lent", "tx", "callback" };
	struct strbuf *out = arg;

	/* The trace's clock goes on by 1000 ns an event. */
	strbuf_addf(out, "%s%s %s %llu-%llu%s", out->len ? ", " : "", kinds[b->kind], b->word,
		    (unsigned long long)(b->from_ns / 1000), (unsigned long long)(b->to_ns / 1000),
		    b->ended ? "" : "?");
	if (b->kind == BAR_TX)
		strbuf_addf(out, " submit %llu issue %llu start %llu done %llu call %llu",
			    (unsigned long long)b->submit_ns / 1000,
			    (unsigned long long)b->issue_ns / 1000,
			    (unsigned long long)b->start_ns / 1000,
			    (unsigned long long)b->done_ns / 1000,
			    (unsigned long long)b->call_ns / 1000);
	if (b->of)
		strbuf_addf(out, " of %llu", (unsigned long long)b->of);
}

/* The events of @text. The caller frees them. */
static struct trace events_of(const char *text)
{
	struct trace t = { .keep_log = true };

	t.ctx.task = 7;
	trace_play(&t, text);
	return t;
}

static void has_bars(const char *text, const char *want)
{
	struct trace t = events_of(text);
	struct strbuf got = STRBUF_INIT;
	struct bars *b = bars_new(add_bar, &got);

	for (size_t i = 0; i < t.nr_log; i++)
		bars_event(b, &t.log[i]);
	bars_finish(b);
	assert_string_equal(strbuf_str(&got), want);
	bars_free(b);
	strbuf_free(&got);
	free(t.log);
}

/* Catches: a bar that ends at another mapping's unmap, or not at all. */
static void test_mappings(void **state)
{
	(void)state;
	has_bars("MAP A 1000+1000 from; MAP B 1000+1000 to; UNMAP A 1000+1000 from",
		 "map page 1-3, map page 2-3?");
	/* Twice at one address: the one with this length and direction, then the older. */
	has_bars("MAP A 1000+800 to; MAP A 1000+1000 from; UNMAP A 1000+1000 from; "
		 "UNMAP A 1000+800 to", "map page 2-3, map page 1-4");
	has_bars("MAP A 1000+1000 from refused; UNMAP A 1000+1000 from", "");
	has_bars("MAP A 1000+1000 from resource; UNMAP A 2000+1000 from resource",
		 "map resource 1-2?");
	has_bars("IOVA A 1000+3000; MAP A 1000+1000 to link; MAP A 2000+1000 to link; "
		 "MAP B 1000+1000 to; DESTROY A 1000+3000 to arg=3000",
		 "map link 2-5, map link 3-5, map page 4-5?");
	has_bars("ALLOC A 5000+1000; MAP A 5000+1000 to; FREE A 5000+1000",
		 "alloc coherent 1-3, map page 2-3?");
}

static void test_lists(void **state)
{
	(void)state;
	has_bars("SG A l to 1000+200,5000+200; SG A m to 1000+200; UNSG A l 2 to 1000",
		 "map sg 3-6, map sg 2-6, map sg 5-6?");
	has_bars("SG A l from 1000+200,5000+200; SGCPU A l 2 from 1000; SGDEVICE A l 2 from 1000; "
		 "UNSG A l 2 from 1000",
		 "lent lent to the CPU 4-5 of 3, lent lent to the CPU 4-5 of 2, map sg 3-6, map sg 2-6");
}

/* Catches: bytes that look lent after the device has them back, or after the unmap. */
static void test_lent(void **state)
{
	(void)state;
	has_bars("MAP A 1000+1000 from; CPU A 1000+1000 from; CPU A 1100+100 from; "
		 "DEVICE A 1000+1000 from; DEVICE A 1000+1000 from; CPU A 1800+10 from; "
		 "UNMAP A 1000+1000 from",
		 "lent lent to the CPU 2-4 of 1, lent lent to the CPU 6-7 of 1, map page 1-7");
	has_bars("MAP A 1000+1000 from; CPU B 1000+1000 from", "map page 1-2?");
}

/* Catches: a callback given to another descriptor, and one that never ends. */
static void test_descriptors(void **state)
{
	(void)state;
	has_bars("CHAN c A; PREP t c memcpy 1000+100; SUBMIT t 5; ISSUE c; START t 5; DONE t 5; "
		 "CB t; CBX t",
		 "tx memcpy 3-10 submit 5 issue 7 start 8 done 9 call 10, callback callback 10-11 of 3");
	/* Without a callback it ends when it is told that it is complete. */
	has_bars("CHAN c A; PREP t c memcpy 1000+100; SUBMIT t 5 nocb; ISSUE c; PREP u c xor 2000+100; "
		 "SUBMIT u 6 nocb; STATUS c 5 0 0 5",
		 "tx memcpy 3-12 submit 5 issue 7 start 0 done 0 call 0, "
		 "tx xor 8-12? submit 10 issue 0 start 0 done 0 call 0");
	/* The descriptor was used again; then its channel was terminated. */
	has_bars("CHAN c A; PREP t c memcpy 1000+100; PREP t c xor 1000+100; SUBMIT t 5; TERM c",
		 "tx memcpy 3-5 submit 0 issue 0 start 0 done 0 call 0, "
		 "tx xor 5-9 submit 7 issue 0 start 0 done 0 call 0");
	has_bars("CHAN c A; PREP t c memcpy 1000+100; SUBMIT t 5; DEPS t; @cpu=1 @task=9 DEPSX t; "
		 "@task=7 DEPSX t",
		 "callback dependencies 7-9 of 3, tx memcpy 3-9? submit 5 issue 0 start 0 done 0 call 0");
}

/* ---- selection ---- */

/* The numbers of the selected events. */
static void selects(const char *text, struct selection *s, const char *want)
{
	struct trace t = events_of(text);
	struct strbuf got = STRBUF_INIT;
	struct names names = { 0 };

	for (size_t i = 0; i < t.nr_log; i++) {
		const struct obs_event *before;

		names_take(&names, &t.log[i]);
		if (!selection_has(s, &names, &t.log[i], t.log[0].time_ns, &before))
			continue;
		if (before)
			strbuf_addf(&got, "%llu ", (unsigned long long)before->seq);
		strbuf_addf(&got, "%llu ", (unsigned long long)t.log[i].seq);
	}
	assert_string_equal(strbuf_str(&got), want);
	selection_free(s);
	names_free(&names);
	strbuf_free(&got);
	free(t.log);
}

#define TWO	"DEV A one; DEV B two; CHAN c A; PREP t c memcpy 1000+100; SUBMIT t 5; CB t; CBX t; " \
		"MAP B 1000+100 to; MFREE 1000+100"

/* Catches: the events of a channel or a callback, which name no device, left out. */
static void test_by_device(void **state)
{
	struct selection s = { .device = "one.A" };

	(void)state;
	selects(TWO, &s, "1 2 3 7 8 9 10 11 12 13 14 ");
	s = (struct selection){ .driver = "two" };
	selects(TWO, &s, "5 6 15 ");
	s = (struct selection){ .device = "one.A", .driver = "two" };
	selects(TWO, &s, "");
}

static void test_by_time_and_type(void **state)
{
	struct selection s = { .has_from = true, .from_ns = 2000, .has_to = true, .to_ns = 4000 };

	(void)state;
	selects(TWO, &s, "3 4 5 ");
	s = (struct selection){ .has_types = true };
	s.types[event_type("map")] = true;
	s.types[event_type("mem-free")] = true;
	selects(TWO, &s, "15 16 ");
}

static struct parties parties_of(const char *text)
{
	struct parties p = { 0 };
	struct trace t;

	memset(&t, 0, sizeof(t));
	t.j = judge_new(NULL);
	t.ctx.task = 7;
	trace_play(&t, text);
	judge_end(t.j);
	assert_true(judge_findings(t.j) > 0);
	for (size_t i = 0; i < judge_findings(t.j); i++)
		parties_add(&p, judge_finding(t.j, i));
	judge_free(t.j);
	return p;
}

/* Catches: another mapping of the same bytes, or a list without the call that made it. */
static void test_by_finding(void **state)
{
	static const char maps[] = "DEV A one; DEV B two; MAP A 1000+1000 from; UNMAP A 1000+1000 from; "
				   "MAP A 1000+1000 from; MAP B 1000+1000 to; CPU A 1000+1000 from; "
				   "UNMAP B 1000+1000 to; UNMAP A 1000+1000 from";
	static const char lists[] = "DEV A one; DEV B two; SG A l from 1000+1000,8000+1000; "
				    "MAP B 1000+1000 to; UNMAP B 1000+1000 to; UNSG A l 2 from 1000";
	struct parties p = parties_of(maps);
	struct selection s = { .parties = &p };

	(void)state;
	selects(maps, &s, "9 10 11 12 13 ");
	parties_free(&p);
	p = parties_of(lists);
	selects(lists, &s, "7 8 10 11 12 ");
	parties_free(&p);
}

static void test_times(void **state)
{
	static const struct { const char *text; int err; uint64_t ns; } cases[] = {
		{ "0.25", 0, 250000000 }, { "+0.000004896", 0, 4896 }, { "250ms", 0, 250000000 },
		{ "30us", 0, 30000 }, { "7ns", 0, 7 }, { "1s", 0, 1000000000 }, { "", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 }, { "nan", -EINVAL, 0 }, { "1e99", -EINVAL, 0 },
		{ "5 ms", -EINVAL, 0 }, { "1h", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t ns = 0;

		assert_int_equal(selection_time(cases[i].text, &ns), cases[i].err);
		assert_int_equal(ns, cases[i].ns);
	}
}

/* ---- lines ---- */

static void test_line(void **state)
{
	struct trace t = events_of("DEV A one; MAP A 1000+1000 from flags=1 arg2=8");
	struct strbuf out = STRBUF_INIT;
	struct names names = { 0 };
	json_t *o;

	(void)state;
	for (size_t i = 0; i < t.nr_log; i++)
		names_take(&names, &t.log[i]);
	event_text(&t.log[3], &names, t.log[0].time_ns, &out);
	assert_string_equal(out.s, "+0.000003000 c0 task 7 map one.A page dma 0x1000 phys 0x1000 "
				   "len 4096 FROM_DEVICE beyond 8 irqs-off stack 4 #4\n");
	strbuf_reset(&out);
	event_json(&t.log[3], &names, t.log[0].time_ns, &out);
	o = json_loads(out.s, 0, NULL);
	assert_non_null(o);
	assert_string_equal(json_string_value(json_object_get(o, "device")), "one.A");
	assert_string_equal(json_string_value(json_object_get(o, "dma")), "0x1000");
	assert_int_equal(json_integer_value(json_object_get(o, "len")), 4096);
	json_decref(o);
	strbuf_free(&out);
	names_free(&names);
	free(t.log);
}

static void is_one_harmless_line(const char *text)
{
	size_t len = strlen(text), n;
	unsigned int c;

	for (size_t at = 0; at < len; at += n) {
		n = utf8_read(text + at, len - at, &c);
		assert_true(n && (c == '\n' ? at == len - 1 : utf8_is_harmless(c)));
	}
}

/* Catches: a name that ends a line, drives a terminal, or is no JSON; also one without an end. */
static void test_hostile(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_HOSTILE; i++)
		for (uint16_t type = 0; type < 300; type++) {
			struct obs_event e = { .dev = 1, .level = 200, .flags = 0xff };
			struct strbuf out = STRBUF_INIT;
			struct names names = { 0 };
			json_t *o;

			memset(e.name, 'x', sizeof(e.name));
			memcpy(e.name, hostile[i], strnlen(hostile[i], sizeof(e.name)));
			e.type = OBS_DEVICE;
			names_take(&names, &e);
			e.type = OBS_DRIVER;
			names_take(&names, &e);
			e.type = type;
			event_text(&e, &names, 5, &out);
			is_one_harmless_line(out.s);
			strbuf_reset(&out);
			event_json(&e, &names, 5, &out);
			is_one_harmless_line(out.s);
			o = json_loads(out.s, 0, NULL);
			assert_non_null(o);
			json_decref(o);
			strbuf_free(&out);
			names_free(&names);
		}
}

/* Catches: a type without a word, which is printed as a number, and a word twice. */
static void test_words(void **state)
{
	(void)state;
	for (int type = OBS_LOST; type <= OBS_CPU_ACCESS; type++)
		if (event_word((uint16_t)type)->word)
			assert_int_equal(event_type(event_word((uint16_t)type)->word), type);
	assert_int_equal(event_type("sync-cpu"), OBS_SYNC_CPU);
	assert_int_equal(event_type("hw-drop"), OBS_HW_DROP);
	assert_int_equal(event_type("cpu-access"), OBS_CPU_ACCESS);
	assert_int_equal(event_type("nothing"), -1);
	assert_string_equal(event_word_nearest("submitx"), "submit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mappings), cmocka_unit_test(test_lists),
		cmocka_unit_test(test_lent), cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_by_device), cmocka_unit_test(test_by_time_and_type),
		cmocka_unit_test(test_by_finding), cmocka_unit_test(test_times),
		cmocka_unit_test(test_line), cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
