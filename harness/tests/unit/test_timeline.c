// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests the drawings of a recording, as text, SVG and trace: what is in them, that they are
 * well-formed, and that no name of a recording becomes a part of them.
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
#include "lib/judge/recording.h"
#include "lib/timeline/draw.h"
#include "lib/timeline/perfetto.h"
#include "trace.h"

/* The order of the mail: the page is mapped for B while A still writes it. */
#define LEGACY	"DEV A copy; DEV B xor; CHAN c A; MAP A 1000+1000 from; MAP A 9000+1000 to; " \
		"MAP B 1000+1000 to; PREP t c memcpy 1000+1000 < 9000+1000; SUBMIT t 5; ISSUE c; " \
		"@level=1 CB t; UNMAP A 1000+1000 from; CBX t; @level=0 UNMAP A 9000+1000 to; " \
		"UNMAP B 1000+1000 to"

/* Makes a recording of a trace; all names of devices and drivers are @name, unless it is NULL. */
static FILE *record(const char *text, const char *name)
{
	struct trace t = { .keep_log = true };
	FILE *f = tmpfile();
	uint8_t end[16] = { 0 };

	t.ctx.task = 7;
	t.ctx.time_ns = 1000000;
	trace_play(&t, text);
	for (size_t i = 0; i < t.nr_log && name; i++)
		if (t.log[i].type == OBS_DEVICE || t.log[i].type == OBS_BIND)
			memcpy(t.log[i].name, name, strnlen(name, sizeof(t.log[i].name)));
	recording_begin(f, recording_here());
	recording_chunk(f, OBS_CHUNK_EVENTS, t.log, t.nr_log * sizeof(*t.log));
	end[0] = (uint8_t)t.ctx.seq;
	end[1] = (uint8_t)(t.ctx.seq >> 8);
	recording_chunk(f, OBS_CHUNK_END, end, sizeof(end));
	rewind(f);
	free(t.log);
	return f;
}

static struct evstream *judged(FILE *f)
{
	struct evstream *s = evstream_new(NULL);
	char why[256];

	assert_int_equal(recording_read(f, s, why), 0);
	return s;
}

static struct strbuf drawn(const char *text, const char *name, const struct draw_options *o)
{
	FILE *f = record(text, name);
	struct evstream *s = judged(f);
	struct strbuf out = STRBUF_INIT;

	assert_int_equal(timeline_draw(f, s, o, &out), 0);
	evstream_free(s);
	fclose(f);
	return out;
}

static void has(const struct strbuf *out, const char *text)
{
	if (!strstr(out->s, text))
		fail_msg("no '%s' in\n%s", text, out->s);
}

/* Lines of at most 80 columns of harmless letters. */
static void is_harmless(const struct strbuf *out, size_t width)
{
	size_t column = 0, n;
	unsigned int c;

	for (size_t at = 0; at < out->len; at += n) {
		n = utf8_read(out->s + at, out->len - at, &c);
		if (!n || (c != '\n' && !utf8_is_harmless(c)))
			fail_msg("byte %zu of\n%s", at, out->s);
		column = c == '\n' ? 0 : column + 1;
		if (column > width)
			fail_msg("a line of more than %zu columns:\n%s", width, out->s);
	}
}

/* Catches: a lane, a bar or a mark that is missing, or at another place. */
static void test_text(void **state)
{
	const struct draw_options o = { 0 };
	struct strbuf out = drawn(LEGACY, NULL, &o);

	(void)state;
	is_harmless(&out, 80);
	has(&out, "early-map");
	has(&out, "finding 1 of 1");
	has(&out, "\ncopy.A (copy)\n");
	has(&out, "\nxor.B (xor)\n");
	has(&out, "\ntask 7\n");
	has(&out, "\nsoftirq on CPU 0\n");
	has(&out, "CPU: when it owns");
	has(&out, "A: this mapping, xor.B (xor): page of 4096 bytes TO_DEVICE");
	has(&out, "B: the other mapping, copy.A (copy): page of 4096 bytes FROM_DEVICE");
	/* The descriptor of the copy: prep, submit, issue and callback. */
	has(&out, "p-");
	has(&out, "[B=");
	has(&out, "[A=");
	strbuf_free(&out);
}

/* Catches: drawings that differ with the same recording, or that ignore their options. */
static void test_options(void **state)
{
	struct draw_options o = { .around_ns = 1000 };
	struct strbuf near = drawn(LEGACY, NULL, &o), far;
	FILE *f = record(LEGACY, NULL);
	struct evstream *s = judged(f);
	struct strbuf none = STRBUF_INIT;

	(void)state;
	o = (struct draw_options){ .finding = 1 };
	far = drawn(LEGACY, NULL, &o);
	has(&near, "<");
	assert_null(strstr(near.s, "softirq"));
	has(&far, "softirq");
	o.finding = 2;
	assert_int_equal(timeline_draw(f, s, &o, &none), -ENOENT);
	assert_int_equal(timeline_findings(s), 1);
	strbuf_free(&near);
	strbuf_free(&far);
	strbuf_free(&none);
	evstream_free(s);
	fclose(f);
}

/* Catches: a recording without a finding, an empty one, one of one moment: nothing to divide by. */
static void test_nothing_found(void **state)
{
	static const char *const texts[] = { "DEV A a", "DEV A a; MAP A 1000+1000 to",
					     "DEV A a; MAP A 1000+1000 to; UNMAP A 1000+1000 to" };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (int svg = 0; svg < 2; svg++) {
			const struct draw_options o = { .svg = svg };
			struct strbuf out = drawn(texts[i], NULL, &o);

			has(&out, "no violation was found");
			assert_null(strstr(out.s, "nan"));
			assert_null(strstr(out.s, "inf\""));
			strbuf_free(&out);
		}
}

/* Catches: a page that grows with the recording, and a finding that gets lost in the crowd. */
static void test_crowd(void **state)
{
	struct strbuf text = STRBUF_INIT, out;
	const struct draw_options o = { .svg = true };

	(void)state;
	strbuf_adds(&text, "DEV A copy; DEV B xor; MAP A 1000+1000 from");
	for (unsigned int i = 0; i < 4600; i++)
		strbuf_addf(&text, "; MAP A %x000+1000 from", 0x1000 + i);
	for (unsigned int i = 0; i < 4600; i++)
		strbuf_addf(&text, "; UNMAP A %x000+1000 from", 0x1000 + i);
	strbuf_adds(&text, "; MAP B 1000+1000 to; UNMAP B 1000+1000 to; UNMAP A 1000+1000 from");
	out = drawn(text.s, NULL, &o);
	assert_true(out.len < 100000);
	has(&out, "calls in this time are not drawn");
	has(&out, ">A</text>");
	has(&out, ">B</text>");
	strbuf_free(&out);
	strbuf_free(&text);
}

/* Checks that tags match and are ours, and that no text has one of its own. */
static void is_our_svg(const struct strbuf *out)
{
	static const char *const ours[] = { "svg", "title", "style", "rect", "g", "text", "path" };
	const char *open[8];
	size_t depth = 0;

	for (const char *p = out->s; (p = strchr(p, '<')); p++) {
		bool close = p[1] == '/';
		const char *name = p + 1 + close, *end = strchr(p, '>');
		size_t n = strcspn(name, " />"), i;

		assert_non_null(end);
		for (i = 0; i < 7 && (strncmp(ours[i], name, n) || strlen(ours[i]) != n); i++)
			;
		if (i == 7)
			fail_msg("a tag that is none of ours: <%.60s", name);
		if (close) {
			assert_true(depth > 0);
			assert_ptr_equal(open[--depth], ours[i]);
		} else if (end[-1] != '/') {
			assert_true(depth < 8);
			open[depth++] = ours[i];
		}
	}
	assert_int_equal(depth, 0);
	assert_null(strstr(out->s, "<script"));	/* not "descriptor" */
	assert_null(strstr(out->s, "onload"));
	assert_null(strstr(out->s, "href"));
}

static void test_svg(void **state)
{
	const struct draw_options o = { .svg = true };
	struct strbuf out = drawn(LEGACY, NULL, &o);

	(void)state;
	is_our_svg(&out);
	has(&out, "viewBox=\"0 0 400 ");
	has(&out, "prefers-color-scheme:dark");
	has(&out, "copy.A (copy)");
	has(&out, "softirq on CPU 0");
	has(&out, "class=\"v\"");
	has(&out, "page of 4096 bytes FROM_DEVICE");
	strbuf_free(&out);
}

/* Catches: markup, a control character or a broken line that comes from a recording. */
static void test_hostile(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_HOSTILE; i++)
		for (int svg = 0; svg < 2; svg++) {
			const struct draw_options o = { .svg = svg };
			struct strbuf out = drawn(LEGACY, hostile[i], &o);

			is_harmless(&out, svg ? SIZE_MAX : 400);
			if (svg && !strstr(hostile[i], "script"))
				is_our_svg(&out);
			assert_true(!svg || !strstr(out.s, "<script"));
			strbuf_free(&out);
		}
}

/* ---- the trace ---- */

static json_t *traced(const char *text, const char *name)
{
	FILE *f = record(text, name), *to = tmpfile();
	struct evstream *s = judged(f);
	json_t *root;

	assert_int_equal(perfetto_write(f, s, to), 0);
	rewind(to);
	root = json_loadf(to, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	evstream_free(s);
	fclose(f);
	fclose(to);
	return root;
}

static const char *word(const json_t *e, const char *key)
{
	const char *s = json_string_value(json_object_get(e, key));

	return s ? s : "";
}

static double number(const json_t *e, const char *key)
{
	const json_t *v = json_object_get(e, key);

	if (!json_is_number(v))
		fail_msg("%s is no number", key);
	return json_number_value(v);
}

/* Is there a slice of this thread at this time? Flows are tied to one. */
static bool has_slice(const json_t *events, const json_t *flow)
{
	const json_t *e;
	size_t i;

	json_array_foreach(events, i, e)
		if (*word(e, "ph") == 'X' && number(e, "pid") == number(flow, "pid") &&
		    number(e, "tid") == number(flow, "tid") && number(e, "ts") <= number(flow, "ts") &&
		    number(e, "ts") + number(e, "dur") >= number(flow, "ts"))
			return true;
	return false;
}

/* Catches: an event that viewers leave out: without its fields, or with a flow tied to nothing. */
static void test_trace(void **state)
{
	json_t *root = traced(LEGACY, NULL), *events = json_object_get(root, "traceEvents"), *e;
	unsigned int starts = 0, ends = 0, found = 0;
	size_t i;

	(void)state;
	assert_true(json_array_size(events) > 8);
	json_array_foreach(events, i, e) {
		const char *ph = word(e, "ph");

		assert_int_equal(strlen(ph), 1);
		assert_non_null(strchr("MXisf", *ph));
		assert_true(*word(e, "name"));
		number(e, "pid");
		number(e, "tid");
		if (*ph == 'M') {
			assert_true(*word(json_object_get(e, "args"), "name"));
			continue;
		}
		assert_true(number(e, "ts") >= 0);
		if (*ph == 'X')
			assert_true(number(e, "dur") >= 0);
		if (*ph == 's' || *ph == 'f') {
			assert_true(has_slice(events, e));
			assert_int_equal(number(e, "id"), 12);	/* the number of its prep */
		}
		starts += *ph == 's';
		ends += *ph == 'f' && !strcmp(word(e, "bp"), "e");
		if (*ph != 'i')
			continue;
		found++;
		assert_string_equal(word(e, "s"), "g");
		assert_string_equal(word(json_object_get(e, "args"), "class"), "early-map");
	}
	assert_int_equal(starts, 1);
	assert_int_equal(ends, 1);
	assert_int_equal(found, 1);
	json_decref(root);
}

/* Catches: bars of one row that overlap, which viewers draw wrong. */
static void test_rows(void **state)
{
	json_t *root = traced(LEGACY, NULL), *events = json_object_get(root, "traceEvents"), *a, *b;
	size_t i, k;

	(void)state;
	json_array_foreach(events, i, a)
		json_array_foreach(events, k, b)
			if (i < k && *word(a, "ph") == 'X' && *word(b, "ph") == 'X' &&
			    number(a, "pid") == number(b, "pid") && number(a, "tid") == number(b, "tid"))
				assert_true(number(a, "ts") + number(a, "dur") <= number(b, "ts") + 0.0001);
	json_decref(root);
}

static void test_hostile_trace(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_HOSTILE; i++)
		json_decref(traced(LEGACY, hostile[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text), cmocka_unit_test(test_options),
		cmocka_unit_test(test_nothing_found), cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_svg), cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_trace), cmocka_unit_test(test_rows),
		cmocka_unit_test(test_hostile_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
