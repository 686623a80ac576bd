// SPDX-License-Identifier: GPL-2.0-only
/* Tests the formats for CI systems, with a result of every outcome. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/outputs/output.h"

#define CELL(id, scenario, outcome, more) \
	"{\"id\":\"" id "\",\"scenario\":\"" scenario "\",\"world\":\"strict\",\"outcome\":\"" outcome \
	"\"," more "}"
#define HEAD "{\"schema\":\"dmatorture-result-1\",\"kernel\":\"debian:6.12\",\"release\":\"6.12.1\"," \
	"\"accelerator\":\"tcg-icount\",\"cells\":["

static const char one_of_each[] = HEAD
	CELL("o/a @strict", "o/a", "pass", "\"messages\":[],\"run\":{\"virtual_ns\":1500000000}") ","
	CELL("o/a x=1 @strict", "o/a", "skip", "\"messages\":[\"no <disk> & \\\"no\\\" hope\"]") ","
	CELL("o/b @strict", "o/b", "fail", "\"messages\":[\"first\",\"second\"],\"splats\":[\"WARNING: in x\"]") ","
	CELL("p/a @strict", "p/a", "hang", "\"messages\":[\"late\"]") ","
	CELL("o/c @strict", "o/c", "panic", "\"messages\":[\"bell\\u0007 \\uffff end\"]") ","
	CELL("o/d @strict", "o/d", "incomplete", "\"messages\":[\"lost\"]") "]}";

static void load(struct output *out, const char *text)
{
	char why[256] = "";

	memset(out, 0, sizeof(*out));
	if (output_add(out, "dir", text, "{\"ended\":\"2026-11-23T10:00:00Z\"}", why))
		fail_msg("%s", why);
}

static void has(const char *text, const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("wanted: %s\ngot: %s", wanted, text);
}

/* Catches: another program's file, or half a file, that counts as a run without failures. */
static void test_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "", "result.json:1:0:" },
		{ "{\n\"schema\": }", "result.json:2:" },
		{ "{}", "no dmatorture-result-1" },
		{ "[1]", "no dmatorture-result-1" },
		{ "{\"schema\":\"dmatorture-result-2\"}", "no dmatorture-result-1" },
		{ HEAD "]", "result.json:1:" },
		{ HEAD "{}]}", "cell 0 has no id" },
		{ HEAD CELL("a/b @strict", "c/d", "pass", "\"m\":1") "]}", "cell 0 has no id" },
		{ HEAD CELL("a/b @strict", "a/b", "good", "\"m\":1") "]}", "no outcome 'good'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct output out = { 0 };
		char why[256] = "";

		assert_int_equal(output_add(&out, "dir", bad[i].text, NULL, why), -EINVAL);
		has(why, bad[i].why);
		assert_int_equal(out.nr, 0);
		output_free(&out);
	}
}

/* Catches: a KTAP line that a parser takes for a directive, or a directive on a wrong line. */
static void test_ktap(void **state)
{
	static const char hash[] = HEAD
		CELL("a/b x=#1 @strict", "a/b", "skip", "\"messages\":[\"reason # with\\na hash\"]") "]}";
	struct output out;
	char *text;

	(void)state;
	load(&out, hash);
	text = output_ktap(&out);
	assert_string_equal(text, "KTAP version 1\n1..1\n# reason - with a hash\n"
			    "ok 1 a/b x=-1 @strict # SKIP reason - with a hash\n");
	free(text);
	output_free(&out);

	load(&out, one_of_each);
	text = output_ktap(&out);
	has(text, "1..6\nok 1 o/a @strict\n");
	has(text, "\n# first\n# second\nnot ok 3 o/b @strict\n");
	has(text, "\nnot ok 4 p/a @strict # TIMEOUT late\n");
	has(text, "\nnot ok 6 o/d @strict # ERROR lost\n");
	free(text);
	output_free(&out);
}

/* Catches: runs of two kernels whose cells have the same name in one file. */
static void test_two_runs(void **state)
{
	struct output out;
	char why[256], *text;
	unsigned int count[OUTCOME__COUNT];

	(void)state;
	load(&out, one_of_each);
	assert_int_equal(output_add(&out, "other", one_of_each, NULL, why), 0);
	assert_ptr_equal(out.runs[0].cells[2].run, &out.runs[0]);
	output_count(&out, count);
	assert_int_equal(count[OUTCOME_PANIC], 2);
	text = output_ktap(&out);
	has(text, "1..12\nok 1 debian:6.12 o/a @strict\n");
	has(text, "\nnot ok 12 debian:6.12 o/d @strict # ERROR lost\n");
	free(text);
	output_free(&out);
}

/* Catches: an outcome in the wrong element or count, and what XML cannot hold. */
static void test_junit(void **state)
{
	struct output out;
	char *text;

	(void)state;
	load(&out, one_of_each);
	text = output_junit(&out);
	has(text, "<testsuites name=\"dmatorture\" tests=\"6\" failures=\"1\" errors=\"3\" time=\"1.500000\">");
	has(text, "<testsuite name=\"debian:6.12 o @strict\" tests=\"5\" failures=\"1\" errors=\"2\" "
		  "skipped=\"1\" time=\"1.500000\" timestamp=\"2026-11-23T10:00:00Z\">");
	has(text, "<testsuite name=\"debian:6.12 p @strict\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\"");
	has(text, "<testcase classname=\"o.a\" name=\"@strict\" time=\"1.500000\"/>");
	has(text, "<testcase classname=\"o.a\" name=\"x=1 @strict\">\n"
		  "   <skipped type=\"skip\" message=\"no &lt;disk&gt; &amp; &quot;no&quot; hope\"></skipped>");
	has(text, "<failure type=\"fail\" message=\"first\">second&#10;</failure>\n"
		  "   <system-err>WARNING: in x&#10;</system-err>");
	has(text, "<error type=\"hang\" message=\"late\">");
	has(text, "<error type=\"panic\" message=\"bell\\x07 \\xef\\xbf\\xbf end\">");
	has(text, "<error type=\"incomplete\" message=\"lost\">");
	free(text);
	output_free(&out);
}

/* Catches: two cells with the same name where names must differ; characters that split a name. */
static void test_paths(void **state)
{
	static const char names[] = HEAD
		CELL("o/a-b size=4K sources=2 @strict", "o/a-b", "pass", "\"messages\":[]") ","
		CELL("o/a-b @strict", "o/a-b", "pass", "\"drivers\":true") ","
		CELL("o/a-b x=1.5/2 @strict", "o/a-b", "pass", "\"m\":[]") "]}";
	static const char *const paths[] = {
		"o.a-b.strict.size_4K.sources_2", "drivers.o.a-b.strict", "o.a-b.strict.x_1_5_2",
	};
	struct output out;

	(void)state;
	load(&out, names);
	for (size_t i = 0; i < out.runs[0].nr; i++) {
		char *path = out_path(&out.runs[0].cells[i]);

		assert_string_equal(path, paths[i]);
		free(path);
	}
	output_free(&out);
}

/* Catches: an excerpt that KCIDB refuses, for its length or for half a character at its end. */
static void test_kcidb_excerpt(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	const char *excerpt;
	struct output out;
	json_t *report;
	char *text;

	(void)state;
	strbuf_adds(&sb, HEAD "{\"id\":\"o/a @strict\",\"scenario\":\"o/a\",\"world\":\"strict\",\"outcome\":\"fail\",\"messages\":[\"x");
	for (int i = 0; i < 20000; i++)
		strbuf_adds(&sb, "\xc3\xa9");
	strbuf_adds(&sb, "\"]}]}");
	load(&out, sb.s);
	text = output_kcidb(&out);
	report = json_loads(text, 0, NULL);
	excerpt = json_string_value(json_object_get(json_array_get(json_object_get(report, "tests"), 0),
						    "log_excerpt"));
	assert_non_null(excerpt);
	assert_int_equal(strlen(excerpt), 16383);
	json_decref(report);
	free(text);
	output_free(&out);
	strbuf_free(&sb);
}

/* Catches: a pass that is reported to LAVA although nothing was judged. */
static void test_lava(void **state)
{
	struct output out;
	char *text;

	(void)state;
	load(&out, one_of_each);
	text = output_lava(&out);
	has(text, "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=o.a.strict RESULT=pass MEASUREMENT=1500000000 UNITS=ns>\n");
	has(text, "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=o.a.strict.x_1 RESULT=skip>\n");
	has(text, "TEST_CASE_ID=p.a.strict RESULT=fail>\n");
	has(text, "TEST_CASE_ID=o.c.strict RESULT=fail>\n");
	has(text, "TEST_CASE_ID=o.d.strict RESULT=unknown>\n");
	free(text);
	output_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused), cmocka_unit_test(test_ktap),
		cmocka_unit_test(test_two_runs), cmocka_unit_test(test_junit),
		cmocka_unit_test(test_paths), cmocka_unit_test(test_kcidb_excerpt),
		cmocka_unit_test(test_lava),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
