// SPDX-License-Identifier: GPL-2.0-only
/* Tests foreign text in the files of a run: none is left out, and none breaks a reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "hostile.h"
#include "lib/base/visible.h"
#include "lib/outputs/output.h"
#include "lib/verdict/run.h"

struct planted {
	struct run run;
	struct cell cell;
	struct cell_result result;
	struct verdict verdict;
	struct boot boot;
	struct splat splat;
	struct dmt_record record;
	char *text;
};

/* Puts @text wherever a kernel, a guest, a name or a foreign file can put it. */
static void plant(struct planted *p, const char *text)
{
	static struct param param;
	static char id[] = "a/b @strict", scenario[] = "a/b", empty[] = "";

	memset(p, 0, sizeof(*p));
	p->text = xstrdup(text);
	param = (struct param){ "size", p->text };
	p->cell = (struct cell){
		.id = id, .scenario = scenario, .world = WORLD_STRICT, .params = &param,
		.nr_params = 1, .step_text = &p->text, .nr_steps = 1, .engine_names = &p->text,
		.nr_engines = 1, .repro = empty,
	};
	p->splat = (struct splat){ .title = p->text, .witness = WITNESS_LOCKDEP, .count = 1 };
	p->result = (struct cell_result){
		.state = CELL_RAN, .boot = p->text, .has_sums = true, .records = &p->record,
		.nr_records = 1, .splats = { &p->splat, 1 }, .nr_engines = 1,
	};
	snprintf(p->result.engines[0].name, sizeof(p->result.engines[0].name), "%s", text);
	p->result.witnesses[WITNESS_LOCKDEP].said = true;
	snprintf(p->result.witnesses[WITNESS_LOCKDEP].why,
		 sizeof(p->result.witnesses[WITNESS_LOCKDEP].why), "%s", text);
	p->verdict = (struct verdict){ .outcome = OUTCOME_FAIL, .messages = &p->text,
				       .nr_messages = 1 };
	p->boot = (struct boot){ .name = p->text, .title = p->text, .leaks = { &p->splat, 1 } };
	p->boot.kmemleak.said = true;
	p->run = (struct run){
		.kernel = p->text, .release = p->text, .accel = "kvm", .dir = p->text,
		.cells = &p->cell, .results = &p->result, .verdicts = &p->verdict, .nr_cells = 1,
		.boots = &p->boot, .nr_boots = 1,
	};
}

static void is_text(const json_t *value, const char *text)
{
	char *back;

	if (!json_is_string(value))
		fail_msg("left out: '%s'", text);
	back = xstrdup(json_string_value(value));
	visible_undo(back);
	assert_string_equal(back, text);
	free(back);
}

static json_t *first(const json_t *o, const char *key)
{
	return json_array_get(json_object_get(o, key), 0);
}

/* Returns the text of result.json. The caller frees it. */
static char *run_json(const struct run *run)
{
	struct output out = { 0 };
	char why[256] = "", *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	if (run_json_write(run, f, &out, NULL, why))
		fail_msg("%s", why);
	fclose(f);
	output_free(&out);
	return text;
}

/* Catches: a string that is not UTF-8 and is left out of result.json with the object around it. */
static void test_result(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_HOSTILE; i++) {
		const json_t *cell, *boot, *witness;
		struct planted p;
		json_error_t error;
		json_t *root;
		char *text;

		plant(&p, hostile[i]);
		text = run_json(&p.run);
		root = json_loads(text, 0, &error);
		if (!root)
			fail_msg("'%s': %s", hostile[i], error.text);
		cell = first(root, "cells");
		boot = first(root, "boots");
		witness = json_object_get(json_object_get(cell, "witnesses"),
					  witness_name(WITNESS_LOCKDEP));
		is_text(json_object_get(root, "kernel"), hostile[i]);
		is_text(json_object_get(root, "release"), hostile[i]);
		is_text(first(cell, "splats"), hostile[i]);
		is_text(first(cell, "messages"), hostile[i]);
		is_text(json_object_get(cell, "boot"), hostile[i]);
		is_text(json_object_get(json_object_get(cell, "params"), "size"), hostile[i]);
		is_text(json_object_get(first(cell, "steps"), "text"), hostile[i]);
		is_text(json_object_get(first(witness, "titles"), "title"), hostile[i]);
		is_text(json_object_get(boot, "name"), hostile[i]);
		is_text(json_object_get(boot, "title"), hostile[i]);
		is_text(json_object_get(first(json_object_get(boot, "kmemleak"), "titles"), "title"),
			hostile[i]);
		assert_int_equal(json_object_size(json_object_get(json_object_get(cell, "run"),
								  "domains")), 1);
		json_decref(root);
		free(text);
		free(p.text);
	}
}

/* Each line of @text must be one that the format allows, without control characters. */
static void is_harmless(const char *format, const char *text)
{
	size_t len = strlen(text), n;
	unsigned int c;

	for (size_t at = 0; at < len; at += n) {
		n = utf8_read(text + at, len - at, &c);
		if (!n || (c != '\n' && c != '\t' && !utf8_is_harmless(c)))
			fail_msg("%s: byte %zu (0x%02x) of\n%s", format, at,
				 (unsigned char)text[at], text);
	}
}

static void check_ktap(const char *text)
{
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, "ok ", 3) && strncmp(line, "not ok ", 7) && strncmp(line, "# ", 2) &&
		    strncmp(line, "1..", 3) && strncmp(line, "KTAP version 1\n", 15))
			fail_msg("a line that is none of KTAP's:\n%s", text);
	assert_null(strstr(text, "ok 1 a/b @strict #"));
}

static void check_lava(const char *text)
{
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	assert_int_equal(strncmp(text, "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=", 35), 0);
	assert_ptr_equal(strrchr(text, '<'), text);
	assert_ptr_equal(strchr(text, '>'), text + strlen(text) - 2);
}

static void check_junit(const char *text)
{
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "]]>"));
	assert_null(strstr(text, "<!--"));
}

/* Catches: a control character in XML, a line of KTAP or LAVA that a guest wrote. */
static void test_formats(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_HOSTILE; i++) {
		struct output out = { 0 };
		struct planted p;
		char why[256] = "", *result, *text;

		plant(&p, hostile[i]);
		result = run_json(&p.run);
		is_harmless("result.json", result);
		assert_int_equal(output_add(&out, hostile[i], result, NULL, why), 0);
		text = output_ktap(&out);
		is_harmless("ktap", text);
		check_ktap(text);
		free(text);
		text = output_junit(&out);
		is_harmless("junit", text);
		check_junit(text);
		free(text);
		text = output_lava(&out);
		is_harmless("lava", text);
		check_lava(text);
		free(text);
		text = output_kcidb(&out);
		is_harmless("kcidb", text);
		assert_non_null(strstr(text, "log_excerpt"));
		free(text);
		output_free(&out);
		free(result);
		free(p.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_result),
		cmocka_unit_test(test_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
