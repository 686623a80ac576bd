// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page of a run. Catches: markup that comes from a result, an env.json or a file of a failure;
 * a violation that is called expected and is not; a page that grows with the cells that passed; one
 * that is not written because a file is missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <sys/stat.h>

#include "hostile.h"
#include "lib/base/json_text.h"
#include "lib/page/run_page.h"
#include "lib/verdict/run.h"
#include "lib/verdict/said.h"
#include "page_check.h"

static char here[4096];

static char *enter(void)
{
	char *dir = xstrdup("/tmp/test_run_page.XXXXXX");

	assert_non_null(getcwd(here, sizeof(here)));
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	return dir;
}

static void put(const char *dir, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	free(path);
}

/* Makes @path below the current directory; a directory above it is there. */
static void make(const char *path)
{
	assert_true(!mkdir(path, 0777) || errno == EEXIST);
}

/* A page of a result and an env.json, in the directory "run". */
static char *page_of(json_t *result, json_t *env)
{
	char *r = json_take(result, 0), *e = json_take(env, 0), why[256] = "";
	struct strbuf html = STRBUF_INIT;
	struct output out = { 0 };
	struct run_page page = { 0 };

	if (output_add(&out, "run", r, e, why))
		fail_msg("%s", why);
	page.run = out.runs;
	assert_int_equal(run_page_html(&page, &html), 0);
	output_free(&out);
	free(r);
	free(e);
	return strbuf_detach(&html);
}

static json_t *strings(const char *a, const char *b)
{
	json_t *o = json_array();

	if (a)
		json_array_append_new(o, json_text(a));
	if (b)
		json_array_append_new(o, json_text(b));
	return o;
}

/* A cell of @scenario; the caller adds what else there is. */
static json_t *cell_of(const char *scenario, const char *variant, const char *world,
		       const char *outcome)
{
	json_t *o = json_object();

	json_object_set_new(o, "id", json_textf("%s%s%s @%s", scenario, *variant ? " " : "",
						variant, world));
	json_object_set_new(o, "scenario", json_text(scenario));
	json_object_set_new(o, "world", json_text(world));
	json_object_set_new(o, "boot", json_text("strict-0"));
	json_object_set_new(o, "outcome", json_text(outcome));
	return o;
}

static void found(json_t *cell, const char *class, const char *title, int count)
{
	json_t *all = json_object_get(cell, "violations");

	if (!all) {
		all = json_array();
		json_object_set_new(cell, "violations", all);
	}
	json_array_append_new(all, json_pack("{s:o s:o s:o s:o s:i}", "class", json_text(class), "title",
					     json_text(title), "what", json_text(title), "device",
					     json_text(title), "count", count));
}

static void data(json_t *cell, const char *verdict, int checks, int bad)
{
	json_object_set_new(cell, "data", json_pack("{s:o s:i s:i}", "verdict", json_text(verdict),
						    "checks", checks, "bad", bad));
}

static json_t *result_of(json_t *cells, const char *text)
{
	return json_pack("{s:o s:o s:o s:o s:o s:i s:o s:[{s:o s:o s:i s:o s:o}]}",
			 "schema", json_text("dmatorture-result-1"), "kernel", json_text(text),
			 "release", json_text(text), "accelerator", json_text(text), "seed",
			 json_text(text), "exit_code", 1, "cells", cells, "boots",
			 "name", json_text(text), "world", json_text(text), "cells", 1, "fate",
			 json_text(text), "title", json_text(text));
}

static json_t *env_of(const char *text)
{
	return json_pack("{s:o s:o s:o s:f s:{s:f} s:o s:{s:o s:o}}",
			 "ended", json_text(text), "arguments", strings("dmatorture run", text),
			 "kernel_package", json_text(text), "wall_s", 12.5, "boot_wall_s", "x", 1.5,
			 "dmatorture", json_text(text), "host", "qemu", json_text(text), "kernel",
			 json_text(text));
}

/* ---- hostile text ---- */

static json_t *hostile_cell(const char *text)
{
	char *scenario = xasprintf("x/%s", text);
	json_t *o = cell_of(scenario, text, "strict", "fail");

	json_object_set_new(o, "messages", strings(text, text));
	json_object_set_new(o, "expected", strings(text, "expect data corrupt"));
	json_object_set_new(o, "witnesses", json_pack("{s:{s:b s:o s:[{s:o s:i}]}}", "lockdep", "ran", 0,
						      "why_not", json_text(text), "titles", "title",
						      json_text(text), "count", 2));
	found(o, text, text, 3);
	data(o, text, 2, 1);
	free(scenario);
	return o;
}

/* Each line of a report that is taken apart, with hostile text in it. */
static char *hostile_report(const char *text)
{
	return xasprintf("wrong data, found first by:\n step %s:3: %s\n wanted %s\n found  %s\n\n"
			 "====\nBUG: dmatorture: %s\n\n%s:\n step %s\n step a:7:%s\n"
			 " %s+0x1/0x2 [%s]\n 0x%s\n\nthis mapping, of %s:\n %s\n\nin common: %s\n\n"
			 "rule: %s\ndoc: %s\nagain: %s\nseen %s\n====\nevents: %s\n%s",
			 text, text, text, text, text, text, text, text, text, text, text, text,
			 text, text, text, text, text, text, text, text);
}

static void plant(const char *id, const char *scenario, const char *text)
{
	char *slug = cell_slug(id), *dir = xasprintf("run/failures/%s", slug);
	char *report = hostile_report(text), *source = xasprintf("scenario %s\n%s\n", scenario, text);
	char *plan = json_take(json_pack("{s:[o o]}", "scenarios", json_text("x.dma"),
					 json_text("../../../etc/passwd")), 0);

	make("run");
	make("run/plan");
	make("run/plan/0");
	make("run/failures");
	put("run/plan", "plan.json", plan);
	put("run/plan", "KNOWN-ISSUES", text);
	put("run/plan/0", "x.dma", source);
	if (strlen(slug) < 255) {
		make(dir);
		put(dir, "report.txt", report);
		put(dir, "repro.dma", text);
		put(dir, "timeline.svg", text);
	}
	free(plan);
	free(source);
	free(report);
	free(dir);
	free(slug);
}

static void test_hostile(void **state)
{
	char *dir = enter();

	(void)state;
	for (size_t i = 0; i < NR_HOSTILE; i++) {
		const char *text = hostile[i];
		json_t *cell = hostile_cell(text), *skip = hostile_cell(text);
		json_t *cells = json_array();
		char *html;

		json_object_set_new(skip, "outcome", json_text("skip"));
		plant(json_string_value(json_object_get(cell, "id")),
		      json_string_value(json_object_get(cell, "scenario")), text);
		json_array_append_new(cells, cell);
		json_array_append_new(cells, skip);
		html = page_of(result_of(cells, text), env_of(text));
		is_harmless("page", html);
		has_only_our_tags(html);
		/* Text of JSON was made visible before; of files it is here for the first time. */
		finds(html, text);
		free(html);
	}
	leave(here, dir);
	free(dir);
}

/* ---- what is told ---- */

static void has(const char *html, const char *text)
{
	if (!strstr(html, text))
		fail_msg("the page does not have: %s\n%s", text, html);
}

static void has_not(const char *html, const char *text)
{
	if (strstr(html, text))
		fail_msg("the page has: %s\n%s", text, html);
}

static void test_verdict_first(void **state)
{
	json_t *cells = json_array(), *c = cell_of("order/legacy", "", "bounce", "pass");
	char *dir = enter(), *html;

	(void)state;
	json_object_set_new(c, "expected", strings("expect data corrupt in bounce", "expect early-map x"));
	data(c, "corrupt", 180, 180);
	found(c, "early-map", "early-map: a title", 10);
	json_array_append_new(cells, c);
	c = cell_of("order/legacy", "", "coherent", "pass");
	json_object_set_new(c, "messages",
			    strings("known issue some-issue: early-map (3 times): what", NULL));
	found(c, "early-map", "early-map: a title", 3);
	json_array_append_new(cells, c);
	c = cell_of("violation/x", "", "strict", "skip");
	json_object_set_new(c, "messages", strings("this kernel has no CONFIG_X", NULL));
	json_array_append_new(cells, c);
	html = page_of(result_of(cells, "6.12"), env_of("2026-11-30T00:00:00Z"));
	has(html, "<b class=\"pass\">pass</b>: all 2 cells that ran came out as expected; 1 skipped.");
	has(html, "Wrong results: 180 of 180 that were checked, all of them where that is expected.");
	has_not(html, "What failed");
	has(html, "<td>10 <small>in 1 cells</small></td><td>3 <small>in 1 cells</small></td><td>-</td>");
	has(html, "<td>corrupt 180/180, as expected</td>");
	has(html, "some-issue: 1 cells");
	has(html, "1 cells: this kernel has no CONFIG_X");
	has(html, "dmatorture run 2026-11-30T00:00:00Z");
	free(html);
	leave(here, dir);
	free(dir);
}

static const char report[] =
	"wrong data, found first by:\n step /a/b.dma:4: check x\n"
	" in iteration 0, 2 of 8 bytes, the first at offset 6:\n wanted 11 22\n found  11 33\n"
	"last written by nobody: no step of this iteration did\n\n"
	"====\nBUG: dmatorture: early-map: a title\n\ndma_map_page by task 1:\n step /a/b.dma:3: map x\n"
	" dma_map_page_attrs+0x1/0x2\n dmt_map+0x3/0x4 [dmatorture]\n\nthis mapping, of a:\n\n"
	"the other mapping, of b:\n\nrule: the words\ndoc: the document\nagain: no\nseen 2 times\n====\n";

static json_t *failing(const char *variant)
{
	json_t *c = cell_of("order/x", variant, "strict", "fail");

	json_object_set_new(c, "messages", strings("violation early-map (10 times): what",
						   "line 5: expect y: it was not found"));
	found(c, "early-map", "early-map: a title", 10);
	return c;
}

static void plant_failure(void)
{
	static const char dir[] = "run/failures/order+x,size=4K@strict";

	make("run");
	make("run/failures");
	make(dir);
	put(dir, "report.txt", report);
	make("run/plan");
	make("run/plan/0");
	put("run/plan", "plan.json", "{\"scenarios\": [\"b.dma\"]}");
	put("run/plan/0", "b.dma", "scenario order/x\n\nmap x\ncheck x\nexpect y\nend\n");
}

static void test_failure(void **state)
{
	json_t *cells = json_array();
	char *dir = enter(), *html;

	(void)state;
	json_array_append_new(cells, failing("size=4K"));
	json_array_append_new(cells, failing("size=16K"));
	plant_failure();
	put("run/failures/order+x,size=4K@strict", "timeline.svg", "<svg><g></g></svg>");
	html = page_of(result_of(json_incref(cells), "6.12"), env_of("x"));
	has(html, "of 2 cells 2 did not come out as expected");
	has(html, "fail: order/x size=4K @strict and 1 more cells");
	has(html, "<li>order/x size=16K @strict</li>");
	has(html, "dmatorture repro run/failures/order+x,size=4K@strict");
	has(html, "The rule that was broken:</b> the words");
	has(html, "<details><summary>stack: <code>dma_map_page_attrs+0x1/0x2</code>");
	has(html, "this mapping, of a:</p>\n</div>\n<div><p class=\"first\">the other mapping, of b:");
	has(html, "wanted  11 <b class=\"fail\">22</b>");
	has(html, "found   11 <b class=\"fail\">33</b>");
	has(html, "   2   \n");
	has(html, "<mark>   3 &gt; map x</mark>");
	has(html, "<mark>   4 &gt; check x</mark>");
	has(html, "<mark>   5 &gt; expect y</mark>");
	has_not(html, "<mark>   6");
	has(html, "<td class=\"fail\">20 in 2 cells</td>");
	has(html, "<svg><g></g></svg>");
	free(html);
	/* Without the files it says so, and tells what the result has. */
	put("run/failures/order+x,size=4K@strict", "timeline.svg", "<svg><script>x</script></svg>");
	html = page_of(result_of(json_incref(cells), "6.12"), env_of("x"));
	has(html, "timeline.svg is not shown");
	has_not(html, "<script");
	free(html);
	assert_int_equal(system("rm -r run"), 0);
	html = page_of(result_of(cells, "6.12"), env_of("x"));
	has(html, "order+x,size=4K@strict is missing");
	has(html, "The rule that was broken:</b> early-map: ");
	free(html);
	leave(here, dir);
	free(dir);
}

/* Catches: a page whose size depends on how many cells passed, or failed in the same way. */
static void test_size(void **state)
{
	size_t len[2];
	char *dir = enter();

	(void)state;
	for (int k = 0; k < 2; k++) {
		json_t *cells = json_array();
		char *html;

		for (int i = 0; i < (k ? 10000 : 1000); i++) {
			char *variant = xasprintf("n=%d", i);
			json_t *c = i % 2 ? failing(variant) : cell_of("g/many", variant, "strict", "pass");

			json_array_append_new(cells, c);
			free(variant);
		}
		html = page_of(result_of(cells, "6.12"), env_of("x"));
		has(html, k ? "and 4800 more, which result.json has" : "and 300 more");
		len[k] = strlen(html);
		free(html);
	}
	assert_in_range(len[1], 1, len[0] + 200);
	leave(here, dir);
	free(dir);
}

static void test_said(void **state)
{
	static const struct {
		const char *message;
		enum said_kind kind;
		const char *class, *issue;
	} rows[] = {
		{ "violation leak (1 times): x", SAID_UNEXPECTED, "leak", "" },
		{ "perhaps a violation leak (1 times): x", SAID_UNEXPECTED, "leak", "" },
		{ "and of the same, violation early-map (2 times): x", SAID_UNEXPECTED, "early-map", "" },
		{ "known issue a-b: leak (3 times): x", SAID_KNOWN, "leak", "a-b" },
		{ "known issue a-b: WARNING at x.c:1 in y", SAID_KNOWN, "", "a-b" },
		{ "violation leak", SAID_OTHER, "", "" },
		{ "line 3: expect leak m: it was not found", SAID_OTHER, "", "" },
		{ "", SAID_OTHER, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct said said;

		said_read(rows[i].message, &said);
		assert_int_equal(said.kind, rows[i].kind);
		if (said.kind != SAID_OTHER)
			assert_string_equal(said.class, rows[i].class);
		assert_string_equal(said.issue, rows[i].issue);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_verdict_first),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
